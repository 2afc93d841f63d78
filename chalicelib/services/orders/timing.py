"""Orders whose time a state machine keeps (docs/adr/0005): how they stand, and what their clock demands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import NotFound
from chalicelib.domain.orders.deadlines import wakes_ms
from chalicelib.domain.orders.order import AnyOrder, Order
from chalicelib.services.changes import Ref
from chalicelib.services.paging import iterate_overdue
from chalicelib.services.ports import Clock, Listing, Store
from chalicelib.services.workflows import Wake, wake

if TYPE_CHECKING:
    from chalicelib.services.orders.terms import (
        OrderTerms,  # which acts, and whoever acts asks here how an order stands
    )


def wake_of(order: AnyOrder, now_ms: int) -> Wake | None:
    """How an order stands, at the version under which it is stored. None: no term of its kind ends by itself, so it has no machine."""
    if not order.body.lifecycle.silence:
        return None
    return wake(order.id, order.version, over=order.ended_ms is not None, wakes_ms=wakes_ms(order), now_ms=now_ms)


@dataclass(frozen=True)
class TimedOrders:
    """See services.workflows.Subjects."""

    store: Store
    clock: Clock
    terms: "OrderTerms"

    def standing(self, subject: str) -> Wake | None:
        """As it is stored."""
        order = self.store.get(Ref(Order, subject))
        return None if order is None else wake_of(order, self.clock.now_ms())

    def lapse(self, subject: str) -> Wake | None:
        """After everything that is due was done."""
        try:
            order = self.terms.lapse(subject)
        except NotFound:
            return None
        return wake_of(order, self.clock.now_ms())

    def overdue(self, before_ms: int) -> Iterator[Sequence[str]]:
        """By the time index."""
        return iterate_overdue(self.store, Listing.DUE_ORDERS, "", wakes_ms, before_ms)
