"""Webhooks of payment providers: not a person's requests, so they prove themselves by their signature (E8)."""

from chalice import Blueprint

from chalicelib.domain.access import Act
from chalicelib.domain.errors import NotFound, Unauthenticated, WrongAmount
from chalicelib.domain.topups import TopUpState
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import View

bp = Blueprint(__name__)


class Received(View):
    """The notification was understood; a repeat gets the same answer."""

    topup_id: str
    state: TopUpState


@route(
    bp,
    "POST",
    "/payments/{provider}/webhook",
    act=Act.PAYMENT_WEBHOOK,
    answer=Received,
    raw=True,
    errors=(NotFound, Unauthenticated, WrongAmount),
)
def webhook(ctx: Context, provider: str) -> Received:
    """What a payment provider tells of a top-up."""
    top_up = ctx.services.topups.notified(provider, ctx.request.headers, ctx.raw)
    return Received(topup_id=top_up.id, state=top_up.state)
