"""Orders and sessions as their two sides see them."""

from pydantic import Field

from chalicelib.domain.orders import Mode, Order, OrderState, Prepaid
from chalicelib.domain.sessions import Reason, Session, Side, State
from chalicelib.handlers.models import Instant, Money, View


class OrderView(View):
    """An order as it was placed, and where it is now. `prepaid` says where the block is that was paid with it."""

    id: str
    twip_id: str
    customer_id: str
    performer_id: str
    mode: Mode
    title: dict[str, str]
    price: Money
    """Of a block of 15 minutes."""
    commission_bps: int
    state: OrderState
    prepaid: Prepaid
    live_session_id: str | None
    created_at: Instant
    ended_at: Instant | None


def order_view(order: Order) -> OrderView:
    """The order itself."""
    return OrderView(
        id=order.id,
        twip_id=order.twip_id,
        customer_id=order.customer_id,
        performer_id=order.performer_id,
        mode=order.mode,
        title=order.title,
        price=Money(amount_minor=order.price_minor, currency=order.currency),
        commission_bps=order.commission_bps,
        state=order.state,
        prepaid=order.prepaid,
        live_session_id=order.live,
        created_at=order.created_ms,
        ended_at=order.ended_ms,
    )


class SessionView(View):
    """A session with what it cost its customer. Times that have not come are null; `started_at` is the clock's start. What was returned
    because our own outage ended it is not in `billed`; the performer keeps it."""

    id: str
    order_id: str
    customer_id: str
    performer_id: str
    mode: Mode
    state: State
    called_at: Instant
    answered_at: Instant | None
    started_at: Instant | None
    ended_at: Instant | None
    reason: Reason | None
    ended_by: list[Side]
    duration_seconds: int = Field(description="Of the clock, whole seconds; 0 while it runs or if it never ran.")
    billed_blocks: int
    billed: Money
    returned_blocks: int
    returned: Money
    unpaid_left: int | None = Field(
        description="Of an answered call that ended unpaid: how many more the two may have had that day (UTC); null: it does not count."
    )


def session_view(session: Session, currency: str) -> SessionView:
    """The session with its cost (E13)."""
    ran_ms = session.ended_ms - session.t0_ms if session.ended_ms is not None and session.t0_ms is not None else 0
    return SessionView(
        id=session.id,
        order_id=session.order_id,
        customer_id=session.customer_id,
        performer_id=session.performer_id,
        mode=session.mode,
        state=session.state,
        called_at=session.called_ms,
        answered_at=session.answered_ms,
        started_at=session.t0_ms,
        ended_at=session.ended_ms,
        reason=session.reason,
        ended_by=list(session.ended_by),
        duration_seconds=ran_ms // 1000,
        billed_blocks=session.billed_blocks,
        billed=Money(amount_minor=session.billed_blocks * session.price_minor, currency=currency),
        returned_blocks=session.returned_blocks,
        returned=Money(amount_minor=session.returned_blocks * session.price_minor, currency=currency),
        unpaid_left=session.unpaid_left,
    )
