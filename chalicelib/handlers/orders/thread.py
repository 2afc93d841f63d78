"""The thread of an order: what its two sides write and do, the files in it, what is not read yet, and all of them as one list (R59, R79,
D32)."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.attachments import AT_MOST
from chalicelib.domain.disputes.dispute import DisputeNews
from chalicelib.domain.errors import BeingChecked, Infected, TooManyAttempts, WrongState
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.files import FilesState
from chalicelib.domain.orders.work import WorkAct, WorkState
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.threads import MAX_CODE_POINTS, ThreadMessage, glimpse
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Ident, Instant, Moment, Money, Page, PageQuery, Request, View
from chalicelib.handlers.uploads import DownloadView, SentView, Verdicts, download_view, sent_views

if TYPE_CHECKING:
    from chalicelib.services.orders.correspondence import Thread
    from chalicelib.services.orders.threads import Part

bp = Blueprint(__name__)
EPOCH = datetime.fromtimestamp(0, UTC)
STATES: dict[str, WorkState | FilesState] = {str(state): state for state in (*WorkState, *FilesState)}
"""Of the kinds that have a thread; no two have a name in common."""


class WriteMessage(Request):
    """A message. It may be empty beside an attachment."""

    text: str = Field(
        default="", max_length=4 * MAX_CODE_POINTS, description=f"Up to {MAX_CODE_POINTS} characters are kept."
    )
    attachments: list[Ident] = Field(
        default_factory=list, max_length=AT_MOST, description="The ids of uploads that have arrived, each used once."
    )


class ReadThread(Request):
    """`up_to` is the time `at` of the newest entry that was shown; where there is none yet, the order's `created_at`."""

    up_to: Moment


class ActView(View):
    """What was done to the order."""

    act: WorkAct | DisputeNews
    state: WorkState | FilesState = Field(description="After it.")
    to_performer: Money | None = Field(
        description="Of a proposed or agreed split: what the performer gets, before commission."
    )
    days: int | None = Field(description="How many more days were proposed or agreed.")
    proposal: int | None = Field(description="The number of the proposal that was made or answered.")


class ThreadEntry(View):
    """A message, or an act with what was said along with it: a reason, what was delivered."""

    id: str
    by: Party = Field(description="`service`: nobody, a term was over.")
    at: Instant
    text: str
    attachments: list[SentView]
    act: ActView | None = Field(description="Null: a message.")


class ReadUpTo(View):
    """Up to when each side has read what the other did; null: nothing yet."""

    customer: Instant | None
    performer: Instant | None


class ThreadPage(Page[ThreadEntry]):
    """A part of a thread, newest first, and what holds for the whole."""

    read_up_to: ReadUpTo
    open: bool = Field(description="Whether the reader may write now.")
    closes_at: Instant | None = Field(
        description="When nobody may write any more; null while the order is open or in dispute."
    )


class ThreadsQuery(PageQuery):
    """Which part of the list."""

    limit: int = Field(default=20, ge=1, le=50)


class ThreadCard(View):
    """A thread in the list, with what is newest in it."""

    order_id: str
    kind: TwipKind
    title: dict[str, str]
    role: Side
    other_id: str
    other_name: str
    unread: int = Field(description="How many things in it the reader has not read.")
    at: Instant = Field(description="When the newest came: by this the list is sorted.")
    newest: ThreadEntry | None = Field(description="Its text is cut short, on one line; null: the order itself is new.")


class UnreadView(View):
    """In how many threads something is not read, a hundred at most: of orders that I placed, of those placed with me, and of disputes."""

    orders: int
    sales: int
    disputes: int


def act_view(event: OrderEvent, currency: str) -> ActView:
    """The act with its numbers."""
    to_performer_minor = event.facts.get("to_performer_minor")
    return ActView(
        act=DisputeNews(event.act) if event.act in set(DisputeNews) else WorkAct(event.act),
        state=STATES[event.state],
        to_performer=None if to_performer_minor is None else Money(amount_minor=to_performer_minor, currency=currency),
        days=event.facts.get("days"),
        proposal=event.facts.get("proposal"),
    )


def entry_view(entry: ThreadMessage | OrderEvent, currency: str, scans: Verdicts) -> ThreadEntry:
    """What both sides see."""
    return ThreadEntry(
        id=entry.act_key if isinstance(entry, OrderEvent) else entry.id,
        by=entry.party,
        at=entry.at_ms,
        text=entry.text,
        attachments=sent_views(entry.thread_id, entry.attachments, scans),
        act=act_view(entry, currency) if isinstance(entry, OrderEvent) else None,
    )


def thread_page(part: "Part", currency: str, scans: Verdicts) -> ThreadPage:
    """The part with its frame."""
    return ThreadPage(
        items=[entry_view(entry, currency, scans) for entry in part.entries.items],
        next_cursor=part.entries.next_cursor,
        read_up_to=ReadUpTo(customer=part.read_ms.get(Party.CUSTOMER), performer=part.read_ms.get(Party.PERFORMER)),
        open=part.is_open,
        closes_at=part.closes_ms,
    )


def thread_card(thread: "Thread") -> ThreadCard:
    """A row of the list."""
    order, newest = thread.order, thread.newest
    entry = None if newest is None else entry_view(newest, order.terms.currency, {})
    return ThreadCard(
        order_id=order.id,
        kind=order.body.kind,
        title=order.terms.title,
        role=thread.side,
        other_id=thread.other_id,
        other_name=thread.other_name,
        unread=thread.unread,
        at=thread.at_ms,
        newest=None if entry is None else entry.model_copy(update={"text": glimpse(entry.text)}),
    )


@route(bp, "GET", "/orders/{order_id}/thread", act=Act.THREAD_READ, query=PageQuery, answer=ThreadPage)
def read_thread(ctx: Context, order_id: str, query: PageQuery) -> ThreadPage:
    """What the two sides of an order of mine wrote and did, newest first."""
    part = ctx.services.threads.part(ctx.caller.user_id, order_id, cursor=query.cursor, limit=query.limit)
    return thread_page(part, ctx.services.settings.currency, ctx.services.scans.of_entries(part.entries.items))


@route(
    bp,
    "POST",
    "/orders/{order_id}/messages",
    act=Act.THREAD_WRITE,
    body=WriteMessage,
    answer=ThreadEntry,
    status=201,
    keyed=True,
    errors=(WrongState, TooManyAttempts),
)
def write(ctx: Context, order_id: str, body: WriteMessage) -> ThreadEntry:
    """Writes to the other side of an order, until 90 days after its end."""
    message = ctx.services.threads.write(ctx.caller.user_id, order_id, body.text, body.attachments, key=ctx.key)
    return entry_view(message, ctx.services.settings.currency, ctx.services.scans.of_entries([message]))


@route(bp, "POST", "/orders/{order_id}/read", act=Act.THREAD_MARK, body=ReadThread)
def mark_read(ctx: Context, order_id: str, body: ReadThread) -> None:
    """Says up to when the thread was read; the other side sees it."""
    up_to_ms = (body.up_to - EPOCH) // timedelta(milliseconds=1)
    ctx.services.threads.read(ctx.caller.user_id, order_id, up_to_ms)


@route(
    bp,
    "GET",
    "/orders/{order_id}/attachments/{attachment_id}",
    act=Act.ATTACHMENT_READ,
    answer=DownloadView,
    errors=(BeingChecked, Infected),
)
def download(ctx: Context, order_id: str, attachment_id: str) -> DownloadView:
    """A link to a file of the thread, good for five minutes."""
    return download_view(ctx.services.threads.download(ctx.caller.user_id, order_id, attachment_id))


@route(bp, "GET", "/threads", act=Act.THREAD_LIST, query=ThreadsQuery, answer=Page[ThreadCard])
def threads(ctx: Context, query: ThreadsQuery) -> Page[ThreadCard]:
    """The correspondence of all my orders and sales, the newest first."""
    found = ctx.services.correspondence.listed(ctx.caller.user_id, cursor=query.cursor, limit=query.limit)
    return Page[ThreadCard].of(found, thread_card)


@route(bp, "GET", "/me/unread", act=Act.UNREAD_COUNT, answer=UnreadView)
def unread(ctx: Context) -> UnreadView:
    """What is new in my orders and sales."""
    found = ctx.services.threads.unread(ctx.caller.user_id)
    return UnreadView(orders=found.orders, sales=found.sales, disputes=found.disputes)


@route(
    bp,
    "GET",
    "/admin/disputes/{dispute_id}/order",
    act=Act.DESK_ORDER,
    query=PageQuery,
    answer=Page[ThreadEntry],
)
def disputed_thread(ctx: Context, dispute_id: str, query: PageQuery) -> Page[ThreadEntry]:
    """What the two sides of a disputed order wrote and did in it, newest first, for whoever decides about it; the reading is logged."""
    currency = ctx.services.settings.currency
    found = ctx.services.desk.order_thread(ctx.caller, dispute_id, cursor=query.cursor, limit=query.limit)
    scans = ctx.services.scans.of_entries(found.items)
    return Page[ThreadEntry].of(found, lambda entry: entry_view(entry, currency, scans))
