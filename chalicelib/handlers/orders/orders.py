"""Orders: placing, cancelling, closing, and looking at them (R25 to R36)."""

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.errors import (
    AlreadyOrdered,
    CallLive,
    DaysChanged,
    EditionChanged,
    FieldError,
    InsufficientFunds,
    InvalidInput,
    NotFound,
    OwnTwip,
    PriceChanged,
    WrongState,
)
from chalicelib.domain.kinds import Mode, Standing, TwipKind
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.parties import Side
from chalicelib.handlers.amounts import Amount, minor_of
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Ident, Page, PageQuery, Request
from chalicelib.handlers.orders.views import OrderCard, OrderPage, OrderView, order_card, order_page, order_view
from chalicelib.services.ports import ORDERS_AT_MOST

bp = Blueprint(__name__)

OWN = {TwipKind.CONSULTATION: "mode", TwipKind.WORK: "days", TwipKind.FILES: "edition"}
"""What an order says of its own kind, and of no other."""


class PlaceOrder(Request):
    """`price`, `days` and `edition` are those that the customer has seen and confirmed (R29). The price is of the whole; of a consultation,
    of one block."""

    twip_id: Ident
    kind: TwipKind = Field(default=TwipKind.CONSULTATION, description="What is bought.")
    mode: Mode | None = Field(default=None, description="How a consultation is to be held; of no other kind.")
    days: int | None = Field(default=None, ge=1, le=365, description="To the delivery of a work; of no other kind.")
    edition: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{32}$", description="Of files, as their twip's page says it; of no other kind."
    )
    price: Amount


class OrdersQuery(PageQuery):
    """Which orders: those that I placed, or those placed with me. All that is given must fit. A page may then be short, even empty, and
    still go on."""

    role: Side
    kind: TwipKind | None = None
    state: Standing | None = Field(
        default=None, description="`waiting`: it is my turn. `over`: it has ended, in dispute or not."
    )
    q: str = Field(
        default="",
        max_length=200,
        description="Words of the title or of the other side's name, in any form; the last letters may be missing.",
    )
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
    errors=(NotFound, OwnTwip, PriceChanged, DaysChanged, EditionChanged, AlreadyOrdered, InsufficientFunds),
)
def place(ctx: Context, body: PlaceOrder) -> OrderView:
    """Orders at the confirmed price: a consultation, whose first block is paid at once; work, all of whose price is held; or files, whose
    price goes to the performer at once. Files that the caller has are not sold to them again."""
    price_minor = minor_of(body.price, "price", ctx.services.settings.currency)
    return answer(ctx, _placed(ctx, body, price_minor))


def _placed(ctx: Context, body: PlaceOrder, price_minor: int) -> AnyOrder:
    customer_id, twip_id, key = ctx.caller.user_id, body.twip_id, ctx.key
    match body.kind, body.mode, body.days, body.edition:
        case TwipKind.CONSULTATION, Mode() as mode, None, None:
            consultations = ctx.services.consultations
            return consultations.place(customer_id, twip_id=twip_id, mode=mode, price_minor=price_minor, key=key)
        case TwipKind.WORK, None, int() as days, None:
            works = ctx.services.works
            return works.place(customer_id, twip_id=twip_id, price_minor=price_minor, days=days, key=key)
        case TwipKind.FILES, None, None, str() as edition:
            files = ctx.services.files_orders
            return files.place(customer_id, twip_id=twip_id, price_minor=price_minor, edition=edition, key=key)
        case _:
            raise InvalidInput(_misfits(body))


def _misfits(body: PlaceOrder) -> tuple[FieldError, ...]:
    """What the order lacks of its own kind, and has of another."""
    own, said = OWN[body.kind], {"mode": body.mode, "days": body.days, "edition": body.edition}
    lacks = [FieldError(own, "required")] if said.pop(own) is None else []
    return (*lacks, *(FieldError(field, "not_allowed") for field, value in said.items() if value is not None))


@route(bp, "GET", "/orders", act=Act.ORDER_LIST, query=OrdersQuery, answer=Page[OrderCard])
def listed(ctx: Context, query: OrdersQuery) -> Page[OrderCard]:
    """My orders, or those placed with me, newest first."""
    from chalicelib.domain.orders.sought import Sought  # no other request needs them
    from chalicelib.domain.words import asked_for

    sought = Sought(query.kind, query.state, asked_for(query.q))
    found = ctx.services.order_queries.listed(
        ctx.caller.user_id, query.role, sought, cursor=query.cursor, limit=query.limit
    )
    return Page[OrderCard].of(found, order_card)


@route(bp, "GET", "/orders/{order_id}", act=Act.ORDER_READ, answer=OrderPage)
def one(ctx: Context, order_id: str) -> OrderPage:
    """One order, for its two sides."""
    seen = ctx.services.order_queries.one(ctx.caller.user_id, order_id)
    return order_page(seen, ctx.services.settings.terms)


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
    """Cancels an order, and its money returns to the customer's account.

    A consultation: while the prepaid block is unused. Work: until it is started, and later while it is overdue, or if the performer is
    blocked or has withdrawn the twip."""
    return answer(ctx, ctx.services.cancelling.cancel(ctx.caller.user_id, order_id, key=ctx.key))


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
    return answer(ctx, ctx.services.consultations.close(ctx.caller.user_id, order_id, key=ctx.key))


def answer(ctx: Context, order: AnyOrder) -> OrderView:
    """The order for the side that has acted."""
    return order_view(order, order.facts(order.party_of(ctx.caller.user_id), ctx.now_ms))
