"""What time does to orders: reminders, and acts of the service when a term is over (D22, D31)."""

from dataclasses import dataclass, replace

from chalicelib.domain.errors import NotFound
from chalicelib.domain.orders.deadlines import ASK_FOR_REVIEW, reminded, reminding
from chalicelib.domain.orders.order import AnyOrder, Order
from chalicelib.domain.orders.reviews import OrderReview
from chalicelib.domain.parties import Party
from chalicelib.services.changes import Ref, Save
from chalicelib.services.notices.notices import Notices
from chalicelib.services.orders.acting import Acting
from chalicelib.services.ports import Clock, Store
from chalicelib.services.retrying import retry_on_conflict


@dataclass(frozen=True)
class OrderTerms:
    """A wake-up is no verdict: whoever wakes an order has the domain compare the clock with its deadline (docs/adr/0005)."""

    store: Store
    clock: Clock
    acting: Acting
    notices: Notices

    def lapse(self, order_id: str) -> AnyOrder:
        """Does what is due by now: what silence means at the end of a term, or a reminder, or nothing. Answers the order as it stands, at
        its stored version. Safe to repeat and to race. Raises NotFound, Unavailable."""
        return retry_on_conflict(lambda: self._look(order_id))

    def _look(self, order_id: str) -> AnyOrder:
        order, now_ms = self.store.get(Ref(Order, order_id)), self.clock.now_ms()
        if order is None:
            raise NotFound(what="order")
        done = self.acting.lapse(order, now_ms)
        if done is None:
            return self._remind(order, now_ms)
        self.acting.tell(done)
        return done.order

    def _remind(self, order: AnyOrder, now_ms: int) -> AnyOrder:
        """Marked first: of two at once, one reminds. Nobody is asked for a review that is there."""
        notice = reminding(order, now_ms)
        if notice is None:
            return order
        marked = reminded(order)
        self.store.commit(Save(marked))
        stored = replace(marked, version=marked.version + 1)
        if notice is ASK_FOR_REVIEW and self.store.get(Ref(OrderReview, order.id)) is not None:
            return stored
        self.notices.order_acted(marked, (notice,), Party.SERVICE, reason="", now_ms=now_ms)
        return stored
