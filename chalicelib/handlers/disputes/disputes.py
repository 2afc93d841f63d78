"""What the two sides of an order do about a dispute (R71, R72, R85, D27)."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.attachments import AT_MOST
from chalicelib.domain.disputes.dispute import TEXT_AT_MOST
from chalicelib.domain.errors import (
    AlreadyDisputed,
    BeingChecked,
    CallLive,
    Gone,
    Infected,
    LimitReached,
    NotCovered,
    Stale,
    WindowClosed,
    WrongState,
)
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
from chalicelib.handlers.models import Ident, Moment, Page, PageQuery, Request
from chalicelib.handlers.uploads import DownloadView, download_view

if TYPE_CHECKING:
    from chalicelib.domain.disputes.dispute import Dispute

bp = Blueprint(__name__)
EPOCH = datetime.fromtimestamp(0, UTC)
TEXT_DESCRIPTION = f"Up to {TEXT_AT_MOST} characters are kept."


class Statement(Request):
    """What somebody writes, with at most five files of the ten that each side may send along."""

    text: str = Field(max_length=4 * TEXT_AT_MOST, description=TEXT_DESCRIPTION)
    attachments: list[Ident] = Field(default_factory=list, max_length=AT_MOST)


class OpenDispute(Statement):
    """Why, and of a consultation about which of its sessions."""

    session_id: str | None = Field(default=None, max_length=40)


class Message(Statement):
    """A message. It may be empty beside an attachment."""

    text: str = Field(default="", max_length=4 * TEXT_AT_MOST, description=TEXT_DESCRIPTION)


class ProposeSplit(Request):
    """What the customer is to get back; the rest is the performer's."""

    to_customer: Part
    text: str = Field(default="", max_length=4 * TEXT_AT_MOST, description=TEXT_DESCRIPTION)


class AnswerSplit(Request):
    """`proposal` is the number of the one that was read."""

    proposal: int = Field(ge=0)


class DisputesQuery(PageQuery):
    """Which: those about orders that I placed, or about orders placed with me."""

    role: Side


class ReadDispute(Request):
    """`up_to` is the time `at` of the newest entry that was shown."""

    up_to: Moment


@route(
    bp,
    "POST",
    "/orders/{order_id}/disputes",
    act=Act.DISPUTE_OPEN,
    body=OpenDispute,
    answer=DisputePage,
    status=201,
    keyed=True,
    errors=(WrongState, WindowClosed, AlreadyDisputed, LimitReached, CallLive),
)
def open_dispute(ctx: Context, order_id: str, body: OpenDispute) -> DisputePage:
    """Opens a dispute about an order, of a consultation about one of its sessions; either side may. The order rests meanwhile."""
    opened = ctx.services.opening.open(
        ctx.caller.user_id, order_id, body.session_id, body.text, body.attachments, key=ctx.key
    )
    return _answer(ctx, opened)


@route(bp, "GET", "/disputes", act=Act.DISPUTE_LIST, query=DisputesQuery, answer=Page[DisputeCard])
def disputes(ctx: Context, query: DisputesQuery) -> Page[DisputeCard]:
    """Disputes about my orders, or about my sales, newest first."""
    found = ctx.services.dispute_queries.listed(ctx.caller.user_id, query.role, cursor=query.cursor, limit=query.limit)
    return Page[DisputeCard].of(found, dispute_card)


@route(bp, "GET", "/disputes/{dispute_id}", act=Act.DISPUTE_READ, answer=DisputePage)
def dispute(ctx: Context, dispute_id: str) -> DisputePage:
    """One dispute, for its two sides."""
    return dispute_page(ctx.services.dispute_queries.one(ctx.caller.user_id, dispute_id))


@route(
    bp,
    "GET",
    "/disputes/{dispute_id}/messages",
    act=Act.DISPUTE_THREAD,
    query=PageQuery,
    answer=Page[DisputeEntry],
    errors=(Gone,),
)
def dispute_thread(ctx: Context, dispute_id: str, query: PageQuery) -> Page[DisputeEntry]:
    """All that was said and done in a dispute of mine, newest first."""
    queries, currency = ctx.services.dispute_queries, ctx.services.settings.currency
    found = queries.thread(ctx.caller.user_id, dispute_id, cursor=query.cursor, limit=query.limit)
    scans = ctx.services.scans.of_entries(found.items)
    return Page[DisputeEntry].of(found, lambda event: entry_view(event, currency, scans))


@route(
    bp,
    "POST",
    "/disputes/{dispute_id}/messages",
    act=Act.DISPUTE_SAY,
    body=Message,
    answer=DisputePage,
    status=201,
    keyed=True,
    errors=(WrongState, LimitReached),
)
def say(ctx: Context, dispute_id: str, body: Message) -> DisputePage:
    """Writes to the other side and whoever decides; it also answers what the arbiter has asked."""
    acts = ctx.services.disputes
    return _answer(ctx, acts.say(ctx.caller.user_id, dispute_id, body.text, body.attachments, key=ctx.key))


@route(bp, "POST", "/disputes/{dispute_id}/read", act=Act.DISPUTE_MARK, body=ReadDispute)
def mark_dispute_read(ctx: Context, dispute_id: str, body: ReadDispute) -> None:
    """Says up to when the thread of a dispute was read."""
    up_to_ms = (body.up_to - EPOCH) // timedelta(milliseconds=1)
    ctx.services.dispute_queries.mark(ctx.caller.user_id, dispute_id, up_to_ms)


@route(
    bp,
    "POST",
    "/disputes/{dispute_id}/answer",
    act=Act.DISPUTE_ANSWER,
    body=Statement,
    answer=DisputePage,
    keyed=True,
    errors=(WrongState, LimitReached),
)
def answer(ctx: Context, dispute_id: str, body: Statement) -> DisputePage:
    """The other side answers, and the dispute goes to arbitration."""
    acts = ctx.services.disputes
    return _answer(ctx, acts.answer(ctx.caller.user_id, dispute_id, body.text, body.attachments, key=ctx.key))


@route(
    bp,
    "POST",
    "/disputes/{dispute_id}/withdraw",
    act=Act.DISPUTE_WITHDRAW,
    answer=DisputePage,
    keyed=True,
    errors=(WrongState,),
)
def withdraw_dispute(ctx: Context, dispute_id: str) -> DisputePage:
    """Whoever opened the dispute withdraws it; the order goes on."""
    return _answer(ctx, ctx.services.disputes.withdraw(ctx.caller.user_id, dispute_id, key=ctx.key))


@route(
    bp,
    "POST",
    "/disputes/{dispute_id}/proposals",
    act=Act.DISPUTE_PROPOSE,
    body=ProposeSplit,
    answer=DisputePage,
    status=201,
    keyed=True,
    errors=(WrongState,),
)
def propose_in_dispute(ctx: Context, dispute_id: str, body: ProposeSplit) -> DisputePage:
    """Offers a split to the other side, in the place of whatever was offered before; it lapses after three days by default. Of files: if
    all of the money goes back, so do the goods, and else the customer keeps them."""
    minor = minor_of(body.to_customer, "to_customer", ctx.services.settings.currency)
    return _answer(ctx, ctx.services.disputes.propose(ctx.caller.user_id, dispute_id, minor, body.text, key=ctx.key))


@route(
    bp,
    "POST",
    "/disputes/{dispute_id}/agree",
    act=Act.DISPUTE_AGREE,
    body=AnswerSplit,
    answer=DisputePage,
    keyed=True,
    errors=(WrongState, Stale, NotCovered),
)
def agree_in_dispute(ctx: Context, dispute_id: str, body: AnswerSplit) -> DisputePage:
    """Accepts the split that the other side offers: the money moves, and the dispute is over."""
    return _answer(ctx, ctx.services.disputes.agree(ctx.caller.user_id, dispute_id, body.proposal, key=ctx.key))


@route(
    bp,
    "POST",
    "/disputes/{dispute_id}/decline",
    act=Act.DISPUTE_DECLINE,
    body=AnswerSplit,
    answer=DisputePage,
    keyed=True,
    errors=(WrongState, Stale),
)
def decline_in_dispute(ctx: Context, dispute_id: str, body: AnswerSplit) -> DisputePage:
    """Declines what the other side offers, or takes back one's own offer."""
    return _answer(ctx, ctx.services.disputes.decline(ctx.caller.user_id, dispute_id, body.proposal, key=ctx.key))


@route(bp, "GET", "/disputes/{dispute_id}/evidence", act=Act.DISPUTE_EVIDENCE, answer=EvidenceView, errors=(Gone,))
def dispute_evidence(ctx: Context, dispute_id: str) -> EvidenceView:
    """What the service itself knows of what is disputed: of a session each paid block, when, why, and what flowed."""
    return evidence_view(ctx.services.dispute_queries.found(ctx.caller.user_id, dispute_id))


@route(
    bp,
    "GET",
    "/disputes/{dispute_id}/attachments/{attachment_id}",
    act=Act.DISPUTE_FILE,
    answer=DownloadView,
    errors=(Gone, BeingChecked, Infected),
)
def dispute_file(ctx: Context, dispute_id: str, attachment_id: str) -> DownloadView:
    """A link to a file that a side has sent along, good for five minutes."""
    return download_view(ctx.services.dispute_queries.download(ctx.caller.user_id, dispute_id, attachment_id))


def _answer(ctx: Context, dispute: "Dispute") -> DisputePage:
    return dispute_page(ctx.services.dispute_queries.seen(dispute, ctx.caller.user_id))
