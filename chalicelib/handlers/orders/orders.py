"""Orders: placing, cancelling, closing, and looking at them (R25 to R36)."""

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
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.parties import Side
from chalicelib.handlers.amounts import Amount, minor_of
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Ident, Page, PageQuery, Request
from chalicelib.handlers.orders.views import OrderCard, OrderPage, OrderView, order_card, order_page, order_view
from chalicelib.services.ports import ORDERS_AT_MOST

bp = Blueprint(__name__)


class PlaceOrder(Request):
    """`price` is the one that the customer has seen and confirmed (R29), of one block."""

    twip_id: Ident
    mode: Mode
    price: Amount


class OrdersQuery(PageQuery):
    """Which orders: those that I placed, or those placed with me."""

    role: Side
    limit: int = Field(default=20, ge=1, le=ORDERS_AT_MOST)


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
    order = ctx.services.consultations.place(
        ctx.caller.user_id,
        twip_id=body.twip_id,
        mode=body.mode,
        price_minor=minor_of(body.price, "price", ctx.services.settings.currency),
        key=ctx.key,
    )
    return _answer(ctx, order)


@route(bp, "GET", "/orders", act=Act.ORDER_LIST, query=OrdersQuery, answer=Page[OrderCard])
def listed(ctx: Context, query: OrdersQuery) -> Page[OrderCard]:
    """My orders, or those placed with me, newest first."""
    found = ctx.services.order_queries.listed(ctx.caller.user_id, query.role, cursor=query.cursor, limit=query.limit)
    return Page[OrderCard].of(found, order_card)


@route(bp, "GET", "/orders/{order_id}", act=Act.ORDER_READ, answer=OrderPage)
def one(ctx: Context, order_id: str) -> OrderPage:
    """One order, for its two sides."""
    return order_page(ctx.services.order_queries.one(ctx.caller.user_id, order_id))


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
    return _answer(ctx, ctx.services.consultations.cancel(ctx.caller.user_id, order_id, key=ctx.key))


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
    return _answer(ctx, ctx.services.consultations.close(ctx.caller.user_id, order_id, key=ctx.key))


def _answer(ctx: Context, order: AnyOrder) -> OrderView:
    return order_view(order, order.facts(order.party_of(ctx.caller.user_id), ctx.now_ms))
