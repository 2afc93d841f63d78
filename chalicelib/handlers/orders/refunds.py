"""Refunds by the performer's own choice, of an order or of one of its sessions (E12)."""

from typing import TYPE_CHECKING

from chalice import Blueprint

from chalicelib.domain.access import Act
from chalicelib.domain.errors import AlreadyDisputed, NotCovered, WrongState
from chalicelib.handlers.amounts import Amount, minor_of
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Instant, Money, Request, View

if TYPE_CHECKING:
    from chalicelib.domain.orders.refunds import Refund

bp = Blueprint(__name__)
REFUSALS = (AlreadyDisputed, WrongState, NotCovered)


class GiveBack(Request):
    """How much, of what was paid and not given back yet."""

    amount: Amount


class RefundView(View):
    """What the performer has given back."""

    id: str
    order_id: str
    session_id: str | None
    amount: Money
    at: Instant


def refund_view(refund: "Refund", currency: str) -> RefundView:
    """As both sides see it."""
    return RefundView(
        id=refund.id,
        order_id=refund.order_id,
        session_id=refund.session_id,
        amount=Money(amount_minor=refund.amount_minor, currency=currency),
        at=refund.at_ms,
    )


@route(
    bp,
    "POST",
    "/orders/{order_id}/refund",
    act=Act.ORDER_REFUND,
    body=GiveBack,
    answer=RefundView,
    status=201,
    keyed=True,
    errors=REFUSALS,
)
def refund_order(ctx: Context, order_id: str, body: GiveBack) -> RefundView:
    """Gives a part of an order's price back: from escrow while it lies there, else from the performer's account."""
    currency = ctx.services.settings.currency
    amount_minor = minor_of(body.amount, "amount", currency)
    return refund_view(ctx.services.refunds.of_order(ctx.caller.user_id, order_id, amount_minor, key=ctx.key), currency)


@route(
    bp,
    "POST",
    "/sessions/{session_id}/refund",
    act=Act.SESSION_REFUND,
    body=GiveBack,
    answer=RefundView,
    status=201,
    keyed=True,
    errors=REFUSALS,
)
def refund_session(ctx: Context, session_id: str, body: GiveBack) -> RefundView:
    """Gives a part of what a session has cost back, from the performer's account."""
    currency = ctx.services.settings.currency
    amount_minor = minor_of(body.amount, "amount", currency)
    return refund_view(
        ctx.services.refunds.of_session(ctx.caller.user_id, session_id, amount_minor, key=ctx.key), currency
    )
