"""What follows an act in a dispute once it is committed: people are told, and both executions that it concerns are woken."""

from dataclasses import dataclass

from chalicelib.domain.disputes.dispute import Dispute, DisputeAct, wakes_ms
from chalicelib.domain.orders.order import AnyOrder, Order
from chalicelib.domain.parties import Party, Side
from chalicelib.services.changes import Ref
from chalicelib.services.notices.disputes import DisputeNotices
from chalicelib.services.orders.timing import wake_of as order_wake
from chalicelib.services.ports import Clock, Store
from chalicelib.services.retrying import try_each
from chalicelib.services.workflows import Wake, Workflows, wake


def wake_of(dispute: Dispute, now_ms: int) -> Wake:
    """How a dispute stands, at the version under which it is stored."""
    return wake(
        dispute.id,
        dispute.version,
        over=dispute.ended_ms is not None,
        wakes_ms=wakes_ms(dispute),
        now_ms=now_ms,
    )


@dataclass(frozen=True)
class Following:
    """None of it undoes or refuses anything."""

    store: Store
    clock: Clock
    notices: DisputeNotices
    disputes: Workflows
    orders: Workflows

    def opened(self, dispute: Dispute) -> None:
        """A dispute has begun; its order rests."""
        try_each(
            lambda: self.notices.opened(dispute),
            lambda: self.disputes.begin(wake_of(dispute, self.clock.now_ms())),
            lambda: self._order_moved(dispute),
        )

    def acted(
        self, before: Dispute, dispute: Dispute, act: DisputeAct, by: Party, asked: tuple[Side, ...] = ()
    ) -> None:
        """Somebody has acted in it, or its time has."""
        money = act is not DisputeAct.WITHDRAW
        try_each(
            lambda: self.notices.acted(before, dispute, act, by, asked),
            lambda: self.disputes.moved(wake_of(dispute, self.clock.now_ms())),
            *([lambda: self._order_moved(dispute, money=money)] if dispute.ended_ms is not None else []),
        )

    def reminded(self, dispute: Dispute) -> None:
        """Its term will be over soon. Its execution wakes itself."""
        try_each(lambda: self.notices.reminded(dispute))

    def _order_moved(self, dispute: Dispute, *, money: bool = False) -> None:
        order: AnyOrder | None = self.store.get(Ref(Order, dispute.order_id))
        if order is not None:
            self.orders.moved(order_wake(order, self.clock.now_ms()))
            self.notices.order_changed(order, money=money)
