"""One's own person."""

from chalice import Blueprint

from chalicelib.domain.access import TICKET_LIFE_MS, Act
from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.kinds import Lang
from chalicelib.domain.people import Role, User
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Instant, Request, View

bp = Blueprint(__name__)


class MeView(View):
    """Oneself."""

    id: str
    email: str
    display_name: str
    lang: Lang
    roles: list[Role]
    created_at: Instant


class EditMe(Request):
    """What is to change; what is left out stays. `lang` is the language of mails."""

    display_name: str | None = None
    lang: Lang | None = None


class TicketView(View):
    """Goes into `/ws?ticket=`, once, before it expires."""

    ticket: str
    expires_at: Instant


def me_view(user: User) -> MeView:
    """A person as they see themselves."""
    return MeView(
        id=user.id,
        email=user.email,
        display_name=user.display_name,
        lang=user.lang,
        roles=list(user.roles),
        created_at=user.created_ms,
    )


@route(bp, "GET", "/me", act=Act.ME_READ, answer=MeView)
def read_me(ctx: Context) -> MeView:
    """Who I am."""
    return me_view(ctx.services.identity.me(ctx.caller))


@route(bp, "PATCH", "/me", act=Act.ME_EDIT, body=EditMe, answer=MeView)
def edit_me(ctx: Context, body: EditMe) -> MeView:
    """Changes my name or my language."""
    if body.display_name is None and body.lang is None:
        raise InvalidInput((FieldError("", "required"),))
    user = ctx.services.identity.edit(ctx.caller.user_id, name=body.display_name, lang=body.lang)
    return me_view(user)


@route(bp, "POST", "/me/ws-ticket", act=Act.TICKET_ISSUE, answer=TicketView, status=201)
def issue_ticket(ctx: Context) -> TicketView:
    """A single-use ticket for the WebSocket API. It needs no Idempotency-Key: one that is not used is gone in 30 s."""
    ticket = ctx.services.identity.ticket(ctx.caller)
    return TicketView(ticket=ticket, expires_at=ctx.now_ms + TICKET_LIFE_MS)
