"""What time does to an order: reminders, terms that are over, and a dispute that stops the clock (D22, D31)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from chalicelib.domain.lifecycle import Notice
from chalicelib.domain.orders.order import AnyOrder, Body, Deadline, Order

B = TypeVar("B", bound=Body)


def wakes_ms(order: AnyOrder) -> int | None:
    """When the order is to be looked at next: for its reminder, else for the end of its term. None while no term runs."""
    remind_ms = _reminds_ms(order)
    if remind_ms is not None:
        return remind_ms
    return None if order.deadline is None else order.deadline.due_ms


def lapsing(order: AnyOrder, now_ms: int) -> str | None:
    """What the service has to do by now, because a term is over; None: nothing."""
    deadline = order.deadline
    if deadline is None or deadline.due_ms is None or now_ms < deadline.due_ms:
        return None
    return str(order.body.lifecycle.silence[deadline.name])


def reminding(order: AnyOrder, now_ms: int) -> Notice | None:
    """Who has to be reminded by now; None: nobody. Whoever asks has done what lapses."""
    remind_ms = _reminds_ms(order)
    if order.deadline is None or remind_ms is None or now_ms < remind_ms:
        return None
    reminders: Mapping[str, Notice] = order.body.lifecycle.reminders
    return reminders[order.deadline.name]


def reminded(order: Order[B]) -> Order[B]:
    """The order after its reminder."""
    return _timed(order, reminded=True)


def stop(order: Order[B], dispute_id: str, now_ms: int) -> Order[B]:
    """A dispute is open from now on, and the term stands still. Whoever asks has done what lapses."""
    disputed = replace(order, dispute=dispute_id)
    if order.deadline is None or order.deadline.due_ms is None:
        return disputed
    return _timed(disputed, due_ms=None, left_ms=max(order.deadline.due_ms - now_ms, 0))


def resume(order: Order[B], now_ms: int) -> Order[B]:
    """The dispute is over, and what was left of the term runs on (D22)."""
    settled = replace(order, dispute=None)
    if order.deadline is None or order.deadline.left_ms is None:
        return settled
    due_ms = now_ms + order.deadline.left_ms
    return _timed(settled, serial=order.version + 1, due_ms=due_ms, left_ms=None)


def _reminds_ms(order: AnyOrder) -> int | None:
    deadline = order.deadline
    if deadline is None or deadline.due_ms is None or deadline.reminded:
        return None
    early_ms = order.terms.reminds_ms.get(deadline.name)
    return None if early_ms is None else deadline.due_ms - early_ms


def _timed(order: Order[B], **changes: int | bool | None) -> Order[B]:
    deadline: Deadline | None = order.deadline and replace(order.deadline, **changes)  # type: ignore[arg-type]
    return replace(order, deadline=deadline)
