"""Orders: placing, cancelling, closing, and looking at them (R25 to R36)."""

from typing import Any

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.errors import (
    AlreadyOrdered,
    CallLive,
    InsufficientFunds,
    NotFound,
    OwnTwip,
    PriceChanged,
    WrongState,
)
from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Side
from chalicelib.handlers.amounts import Amount, minor_of
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Ident, Page, PageQuery, Request
from chalicelib.handlers.orders.views import OrderView, order_view
from chalicelib.services.orders.reading import PAGE_AT_MOST, Seen

bp = Blueprint(__name__)


class PlaceOrder(Request):
    """`price` is the one that the customer has seen and confirmed (R29), of one block."""

    twip_id: Ident
    mode: Mode
    price: Amount


class OrdersQuery(PageQuery):
    """Which orders: those that I placed, or those placed with me."""

    role: Side
    limit: int = Field(default=20, ge=1, le=PAGE_AT_MOST)


class OrderCard(OrderView):
    """An order with the other side and, for its customer, whether the performer can be called now (R38)."""

    role: Side
    other_name: str
    callable: bool
    uncallable_reason: str | None = Field(
        description="Why not: `status`, `busy`, `not_on_site`; `order`: it is not open, or not yours to call."
    )


class OrderPage(OrderCard):
    """One order with the description that was bought, by language (D10)."""

    description: dict[str, str]
    unpaid_left: int = Field(
        description="How many more answered calls the two may leave unpaid today (UTC), over all their orders; at 0 a call is refused."
    )


def _card(seen: Seen) -> OrderCard:
    return OrderCard(**_card_fields(seen))


def _card_fields(seen: Seen) -> dict[str, Any]:
    return {
        **dict(order_view(seen.order)),
        "role": seen.side,
        "other_name": seen.other_name,
        "callable": seen.uncallable is None,
        "uncallable_reason": seen.uncallable,
    }


@route(
    bp,
    "POST",
    "/orders",
    act=Act.ORDER_PLACE,
    body=PlaceOrder,
    answer=OrderView,
    status=201,
    keyed=True,
    errors=(NotFound, OwnTwip, PriceChanged, AlreadyOrdered, InsufficientFunds),
)
def place(ctx: Context, body: PlaceOrder) -> OrderView:
    """Orders a consultation at the confirmed price; its first block is paid at once."""
    return order_view(
        ctx.services.orders.place(
            ctx.caller.user_id,
            twip_id=body.twip_id,
            mode=body.mode,
            price_minor=minor_of(body.price, "price", ctx.services.settings.currency),
            key=ctx.key,
        )
    )


@route(bp, "GET", "/orders", act=Act.ORDER_LIST, query=OrdersQuery, answer=Page[OrderCard])
def listed(ctx: Context, query: OrdersQuery) -> Page[OrderCard]:
    """My orders, or those placed with me, newest first."""
    found = ctx.services.order_queries.listed(ctx.caller.user_id, query.role, cursor=query.cursor, limit=query.limit)
    return Page[OrderCard].of(found, _card)


@route(bp, "GET", "/orders/{order_id}", act=Act.ORDER_READ, answer=OrderPage)
def one(ctx: Context, order_id: str) -> OrderPage:
    """One order, for its two sides."""
    seen = ctx.services.order_queries.one(ctx.caller.user_id, order_id)
    description = seen.edition.descriptions if seen.edition else {}
    return OrderPage(**_card_fields(seen), description=description, unpaid_left=seen.unpaid_left)


@route(
    bp,
    "POST",
    "/orders/{order_id}/cancel",
    act=Act.ORDER_CANCEL,
    answer=OrderView,
    keyed=True,
    errors=(CallLive, WrongState),
)
def cancel(ctx: Context, order_id: str) -> OrderView:
    """Cancels an order whose prepaid block is unused; the money returns to the customer's account."""
    return order_view(ctx.services.orders.cancel(ctx.caller.user_id, order_id, key=ctx.key))


@route(
    bp,
    "POST",
    "/orders/{order_id}/close",
    act=Act.ORDER_CLOSE,
    answer=OrderView,
    keyed=True,
    errors=(CallLive, WrongState),
)
def close(ctx: Context, order_id: str) -> OrderView:
    """Closes an order whose prepaid block is used, without a refund; either side may."""
    return order_view(ctx.services.orders.close(ctx.caller.user_id, order_id, key=ctx.key))
