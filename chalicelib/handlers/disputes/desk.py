"""What arbiters and admins read and do about disputes (R73, D27, D28)."""

from typing import TYPE_CHECKING

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.disputes.dispute import TEXT_AT_MOST, Phase, Split
from chalicelib.domain.errors import BeingChecked, Infected, WrongState
from chalicelib.domain.parties import Side
from chalicelib.handlers.amounts import Part, minor_of
from chalicelib.handlers.disputes.views import (
    DisputeCard,
    DisputeEntry,
    DisputePage,
    EvidenceView,
    dispute_card,
    dispute_page,
    entry_view,
    evidence_view,
)
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Page, PageQuery, Request
from chalicelib.handlers.uploads import DownloadView, download_view

if TYPE_CHECKING:
    from chalicelib.domain.disputes.dispute import Dispute

bp = Blueprint(__name__)


class QueueQuery(PageQuery):
    """Of which phase. In `arbitration` one arbiter takes each, `escalated` is any arbiter's, `admin` an admin's."""

    phase: Phase


class Question(Request):
    """A question or a message. All read it; those in `to` are asked to answer."""

    to: list[Side] = Field(min_length=1, max_length=len(Side))
    text: str = Field(max_length=4 * TEXT_AT_MOST, description=f"Up to {TEXT_AT_MOST} characters are kept.")


class VerdictRequest(Request):
    """How the amount is divided, before commission: the two must be the whole. Both sides read the reasons."""

    to_customer: Part
    to_performer: Part
    keeps_goods: bool | None = Field(
        default=None,
        description="Of files, and of nothing else: whether the customer keeps them. Who has nothing back does.",
    )
    reasons: str = Field(max_length=4 * TEXT_AT_MOST, description=f"3 to {TEXT_AT_MOST} characters.")


@route(bp, "GET", "/admin/disputes", act=Act.DESK_QUEUE, query=QueueQuery, answer=Page[DisputeCard])
def dispute_queue(ctx: Context, query: QueueQuery) -> Page[DisputeCard]:
    """Disputes that wait for a decision, the shortest term first; never one's own."""
    found = ctx.services.desk.queue(ctx.caller, query.phase, cursor=query.cursor, limit=query.limit)
    return Page[DisputeCard].of(found, dispute_card)


@route(bp, "GET", "/admin/disputes/{dispute_id}", act=Act.DESK_READ, answer=DisputePage)
def dispute_at_desk(ctx: Context, dispute_id: str) -> DisputePage:
    """One dispute, for whoever decides it; the reading is logged, as each of these. Other arbiters and admins see of it what the queue
    shows, or how it ended."""
    return dispute_page(ctx.services.desk.one(ctx.caller, dispute_id))


@route(
    bp,
    "GET",
    "/admin/disputes/{dispute_id}/messages",
    act=Act.DESK_THREAD,
    query=PageQuery,
    answer=Page[DisputeEntry],
)
def thread_at_desk(ctx: Context, dispute_id: str, query: PageQuery) -> Page[DisputeEntry]:
    """All that was said and done in a dispute, newest first."""
    currency = ctx.services.settings.currency
    found = ctx.services.desk.thread(ctx.caller, dispute_id, cursor=query.cursor, limit=query.limit)
    scans = ctx.services.scans.of_entries(found.items)
    return Page[DisputeEntry].of(found, lambda event: entry_view(event, currency, scans))


@route(bp, "GET", "/admin/disputes/{dispute_id}/evidence", act=Act.DESK_EVIDENCE, answer=EvidenceView)
def evidence_at_desk(ctx: Context, dispute_id: str) -> EvidenceView:
    """What the service itself knows of what is disputed."""
    return evidence_view(ctx.services.desk.found(ctx.caller, dispute_id))


@route(
    bp,
    "GET",
    "/admin/disputes/{dispute_id}/attachments/{attachment_id}",
    act=Act.DESK_FILE,
    answer=DownloadView,
    errors=(BeingChecked, Infected),
)
def file_at_desk(ctx: Context, dispute_id: str, attachment_id: str) -> DownloadView:
    """A link to a file of the dispute, or of its order, good for five minutes."""
    return download_view(ctx.services.desk.download(ctx.caller, dispute_id, attachment_id))


@route(
    bp,
    "POST",
    "/admin/disputes/{dispute_id}/assign",
    act=Act.DISPUTE_ASSIGN,
    answer=DisputePage,
    keyed=True,
    errors=(WrongState,),
)
def assign_dispute(ctx: Context, dispute_id: str) -> DisputePage:
    """Takes a dispute that no arbiter has; never one's own."""
    return _answer(ctx, ctx.services.arbitration.assign(ctx.caller, dispute_id, key=ctx.key))


@route(
    bp,
    "POST",
    "/admin/disputes/{dispute_id}/hand-over",
    act=Act.DISPUTE_HAND_OVER,
    answer=DisputePage,
    keyed=True,
    errors=(WrongState,),
)
def hand_over_dispute(ctx: Context, dispute_id: str) -> DisputePage:
    """Gives a dispute back to the queue; its term runs on."""
    return _answer(ctx, ctx.services.arbitration.hand_over(ctx.caller, dispute_id, key=ctx.key))


@route(
    bp,
    "POST",
    "/admin/disputes/{dispute_id}/question",
    act=Act.DISPUTE_QUESTION,
    body=Question,
    answer=DisputePage,
    status=201,
    keyed=True,
    errors=(WrongState,),
)
def ask_in_dispute(ctx: Context, dispute_id: str, body: Question) -> DisputePage:
    """Asks one side or both."""
    return _answer(ctx, ctx.services.arbitration.question(ctx.caller, dispute_id, body.to, body.text, key=ctx.key))


@route(
    bp,
    "POST",
    "/admin/disputes/{dispute_id}/verdict",
    act=Act.DISPUTE_RULE,
    body=VerdictRequest,
    answer=DisputePage,
    keyed=True,
    errors=(WrongState,),
)
def decide_dispute(ctx: Context, dispute_id: str, body: VerdictRequest) -> DisputePage:
    """Decides a dispute: the money moves at once, from escrow or back from the performer, and both sides read why."""
    currency = ctx.services.settings.currency
    split = Split(
        minor_of(body.to_customer, "to_customer", currency), minor_of(body.to_performer, "to_performer", currency)
    )
    arbitration = ctx.services.arbitration
    ruled = arbitration.rule(ctx.caller, dispute_id, split, body.reasons, key=ctx.key, keeps_goods=body.keeps_goods)
    return _answer(ctx, ruled)


def _answer(ctx: Context, dispute: "Dispute") -> DisputePage:
    return dispute_page(ctx.services.desk.seen(dispute, ctx.caller))
