"""What time does to an order: reminders, terms that are over, and a dispute that stops the clock (D22, D31)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from chalicelib.domain.lifecycle import Notice
from chalicelib.domain.orders.order import AnyOrder, Body, Deadline, Order, Rest
from chalicelib.domain.parties import Party

B = TypeVar("B", bound=Body)
ASK_FOR_REVIEW = Notice("review_asked", Party.CUSTOMER)
"""The reminder of an order that has ended."""


def wakes_ms(order: AnyOrder) -> int | None:
    """When the order is to be looked at next: for a reminder, else for the end of its term. None while no term runs. The end of the term in
    which it may be reviewed means nothing, and wakes nobody."""
    if order.review is not None:
        return _reminds_ms(order, order.review)
    if order.deadline is None:
        return None
    remind_ms = _reminds_ms(order, order.deadline)
    return order.deadline.due_ms if remind_ms is None else remind_ms


def lapsing(order: AnyOrder, now_ms: int) -> str | None:
    """What the service has to do by now, because a term is over; None: nothing."""
    deadline = order.deadline
    if deadline is None or deadline.due_ms is None or now_ms < deadline.due_ms:
        return None
    return str(order.body.lifecycle.silence[deadline.name])


def reminding(order: AnyOrder, now_ms: int) -> Notice | None:
    """Who has to be reminded by now; None: nobody. Whoever asks has done what lapses."""
    running = order.review or order.deadline
    remind_ms = None if running is None else _reminds_ms(order, running)
    if running is None or remind_ms is None or now_ms < remind_ms:
        return None
    if running is order.review:
        return ASK_FOR_REVIEW
    reminders: Mapping[str, Notice] = order.body.lifecycle.reminders
    return reminders[running.name]


def reminded(order: Order[B]) -> Order[B]:
    """The order after its reminder."""
    return replace(order, deadline=_told(order.deadline), review=_told(order.review))


def stop(order: Order[B], dispute_id: str, now_ms: int) -> Order[B]:
    """A dispute is open from now on, and terms stand still. Whoever asks has done what lapses."""
    deadline, review = _stopped(order.deadline, now_ms), _stopped(order.review, now_ms)
    return replace(order, dispute=dispute_id, deadline=deadline, review=review)


def resume(order: Order[B], rest: Rest) -> Order[B]:
    """The dispute is over, and what was left of each term runs on (D22)."""
    serial, now_ms = order.version + 1, rest.to_ms
    deadline, review = _resumed(order.deadline, serial, now_ms), _resumed(order.review, serial, now_ms)
    return replace(order, dispute=None, deadline=deadline, review=review, rests=(*order.rests, rest))


def _reminds_ms(order: AnyOrder, running: Deadline) -> int | None:
    if running.due_ms is None or running.reminded:
        return None
    early_ms = order.terms.reminds_ms.get(running.name)
    return None if early_ms is None else running.due_ms - early_ms


def _told(running: Deadline | None) -> Deadline | None:
    return running and replace(running, reminded=True)


def _stopped(running: Deadline | None, now_ms: int) -> Deadline | None:
    if running is None or running.due_ms is None:
        return running
    return replace(running, due_ms=None, left_ms=max(running.due_ms - now_ms, 0))


def _resumed(stopped: Deadline | None, serial: int, now_ms: int) -> Deadline | None:
    if stopped is None or stopped.left_ms is None:
        return stopped
    return replace(stopped, serial=serial, due_ms=now_ms + stopped.left_ms, left_ms=None)
