"""The moderators' desk (R10, D2, D28)."""

from typing import TYPE_CHECKING

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain import twips
from chalicelib.domain.access import Act
from chalicelib.domain.errors import BeingChecked, Infected, Stale, WrongState
from chalicelib.handlers.catalogue.views import TwipView, twip_view, whole_view
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Page, PageQuery, Request, View

if TYPE_CHECKING:
    from chalicelib.services.catalogue.moderation import Waiting

bp = Blueprint(__name__)


class WaitingView(View):
    """A twip in the queue, and who wrote it."""

    twip: TwipView
    author_name: str


class Approval(Request):
    """`version` is the one that was read: an edit since then is refused."""

    version: int = Field(ge=0)


class Rejection(Approval):
    """`reason` is shown to the author: 3 to 1000 code points."""

    reason: str = Field(json_schema_extra={"minLength": twips.REASON_AT_LEAST, "maxLength": twips.REASON_AT_MOST})


@route(
    bp,
    "GET",
    "/admin/moderation",
    act=Act.MODERATION_QUEUE,
    query=PageQuery,
    answer=Page[WaitingView],
)
def moderation_queue(ctx: Context, query: PageQuery) -> Page[WaitingView]:
    """Twips that wait for a decision, the longest wait first."""
    currency = ctx.services.settings.currency
    found = ctx.services.moderation.queue(cursor=query.cursor, limit=query.limit)
    scans = ctx.services.scans.of_twips(waiting.twip for waiting in found.items)

    def view(waiting: "Waiting") -> WaitingView:
        twip = waiting.twip
        return WaitingView(twip=twip_view(twip, currency, scans[twip.id]), author_name=waiting.author_name)

    return Page[WaitingView].of(found, view)


@route(
    bp,
    "POST",
    "/admin/twips/{twip_id}/approve",
    act=Act.TWIP_APPROVE,
    body=Approval,
    answer=TwipView,
    errors=(Stale, WrongState, BeingChecked, Infected),
)
def approve_twip(ctx: Context, twip_id: str, body: Approval) -> TwipView:
    """Publishes a twip, or its revision; never one's own."""
    twip = ctx.services.moderation.approve(ctx.caller.user_id, twip_id, version=body.version)
    return whole_view(ctx, twip)


@route(
    bp,
    "POST",
    "/admin/twips/{twip_id}/reject",
    act=Act.TWIP_REJECT,
    body=Rejection,
    answer=TwipView,
    errors=(Stale, WrongState),
)
def reject_twip(ctx: Context, twip_id: str, body: Rejection) -> TwipView:
    """Gives a twip, or its revision, back to its author with a reason; never one's own."""
    twip = ctx.services.moderation.reject(ctx.caller.user_id, twip_id, version=body.version, reason=body.reason)
    return whole_view(ctx, twip)
