"""An order as its two sides see it."""

from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.order import Order, OrderState, Prepaid
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
