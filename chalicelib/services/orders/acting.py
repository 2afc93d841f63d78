"""An act on an order that exists, of any kind: one way, from the read to the commit and to telling both sides (D12, D27, D34)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from chalicelib.billing import escrow, ledger
from chalicelib.billing.ledger import Entry
from chalicelib.domain.orders.order import Body, Change, Order, act_on, moved, of_kind
from chalicelib.services import changes
from chalicelib.services.changes import AccountChange, Record, Save
from chalicelib.services.keys import derive
from chalicelib.services.notices.notices import Notices
from chalicelib.services.orders.reading import own_order
from chalicelib.services.ports import Clock, Store
from chalicelib.services.retrying import retry_on_conflict

B = TypeVar("B", bound=Body)


def _as_read(order: Any, _now_ms: int) -> Any:
    return order


def _nothing(_order: Any) -> Iterable[changes.Change]:
    return ()


@dataclass(frozen=True)
class Acting:
    """What every kind's acts share. A kind's service says which act, and how it changes the body."""

    store: Store
    clock: Clock
    notices: Notices

    def act(
        self,
        user_id: str,
        order_id: str,
        kind: type[B],
        act: str,
        change: Change[B] = moved,
        *,
        key: str,
        caught_up: Callable[[Order[B], int], Order[B]] = _as_read,
        with_it: Callable[[Order[B]], Iterable[changes.Change]] = _nothing,
    ) -> Order[B]:
        """The order after the act; after a repeat of it, as it stands (D12): of the order's last act, as long as no other has followed.
        `change` makes the new body. `caught_up` brings an order that was read up to a time; `with_it` names what else belongs in
        the commit.

        Raises NotFound, Forbidden before the state is looked at (D34), WrongState, Unavailable, and what `change` raises."""
        act_key = derive(act, user_id, order_id, key)

        def attempt() -> tuple[Order[B], bool]:
            order = of_kind(own_order(self.store, user_id, order_id), kind)
            if order.act_key == act_key:
                return order, False
            by = order.party_of(user_id)
            order.body.lifecycle.permit(act, by)
            now_ms = self.clock.now_ms()
            order = caught_up(order, now_ms)
            acted, row = act_on(order, act, order.facts(by, now_ms), change, key=act_key)
            posted, entries = escrow.post(row, acted, at_ms=now_ms)
            self.store.commit(Save(posted), *with_it(posted), *money(*entries))
            return posted, True

        order, fresh = retry_on_conflict(attempt)
        if fresh:
            self.notices.order_changed(order)
        return order


def money(*entries: Entry) -> tuple[changes.Change, ...]:
    """What entries change, and the entries."""
    moved = (
        AccountChange(m.user_id, m.available_delta_minor, m.fee_delta_minor, m.into_debt)
        for m in ledger.movements(*entries)
    )
    return (*moved, *(Record(entry) for entry in entries))
