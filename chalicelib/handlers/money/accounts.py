"""Finances: the account, its statement, top-ups (R27, R28, R52, E6)."""

from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

from chalice import Blueprint
from pydantic import Field

from chalicelib.billing.ledger import Kind
from chalicelib.domain.access import Act
from chalicelib.domain.errors import NotFound
from chalicelib.domain.topups import TopUp, TopUpState
from chalicelib.handlers.amounts import Amount, minor_of
from chalicelib.handlers.http import Context, Reply, route
from chalicelib.handlers.models import Instant, Money, Page, PageQuery, Request, View, iso
from chalicelib.handlers.money.spreadsheet import to_csv

if TYPE_CHECKING:
    from chalicelib.services.money.accounts import Line

bp = Blueprint(__name__)
CSV = "text/csv"
CSV_LINES = 500


class AccountView(View):
    """`available` can be spent; `held` is on its way out in payouts."""

    available: Money
    held: Money


class PostingView(View):
    """A line of the statement. `commission` is what was withheld from these earnings; `block` counts from 0 within its session."""

    id: str
    kind: Kind
    at: Instant
    amount: Money = Field(description="Signed: negative when it left the account.")
    balance_after: Money
    commission: Money
    order_id: str | None
    session_id: str | None
    block: int | None
    topup_id: str | None


class StartTopUp(Request):
    """How much, of at most 10,000,000 minor units."""

    amount: Amount


class TopUpView(View):
    """A top-up: `pending` until the payment provider has said."""

    id: str
    state: TopUpState
    amount: Money
    provider: str
    created_at: Instant
    settled_at: Instant | None


class StartedTopUpView(TopUpView):
    """Where to pay it: open this address in the customer's browser."""

    pay_url: str


class StatementQuery(PageQuery):
    """Which part of the statement; `format=csv` does what `Accept: text/csv` does, for links."""

    format: Literal["json", "csv"] | None = None


@route(bp, "GET", "/account", act=Act.ACCOUNT_READ, answer=AccountView, errors=(NotFound,))
def account(ctx: Context) -> AccountView:
    """My account."""
    found = ctx.services.accounts.one(ctx.caller.user_id)
    return AccountView(
        available=Money(amount_minor=found.available_minor, currency=found.currency),
        held=Money(amount_minor=found.held_minor, currency=found.currency),
    )


@route(
    bp,
    "GET",
    "/account/postings",
    act=Act.STATEMENT_READ,
    query=StatementQuery,
    answer=Page[PostingView],
    media_types=("application/json", CSV),
    errors=(NotFound,),
)
def postings(ctx: Context, query: StatementQuery) -> Page[PostingView] | Reply:
    """My statement, newest first, with a running balance; as CSV 500 lines at a time, with a `Link` to the next."""
    currency = ctx.services.settings.currency
    if not _wants_csv(ctx, query):
        found = ctx.services.accounts.statement(ctx.caller.user_id, cursor=query.cursor, limit=query.limit)
        return Page[PostingView].of(found, lambda line: _posting(line, currency))
    found = ctx.services.accounts.statement(ctx.caller.user_id, cursor=query.cursor, limit=CSV_LINES)
    return Reply(
        _table(found.items, currency),
        headers=_csv_headers(ctx.sealed(found.next_cursor)),
        media_type=f"{CSV}; charset=utf-8",
    )


def _wants_csv(ctx: Context, query: StatementQuery) -> bool:
    accepted = ctx.header("accept").split(",")
    return query.format == "csv" or (query.format is None and accepted[0].partition(";")[0].strip().lower() == CSV)


def _csv_headers(next_cursor: str | None) -> dict[str, str]:
    headers = {"Content-Disposition": 'attachment; filename="statement.csv"', "Vary": "Accept"}
    if next_cursor is None:
        return headers
    following = urlencode({"format": "csv", "cursor": next_cursor})
    return {**headers, "Link": f'</api/account/postings?{following}>; rel="next"'}


def _table(lines: "tuple[Line, ...]", currency: str) -> str:
    names = (
        "at", "kind", "amount_minor", "balance_after_minor", "commission_minor", "currency",
        "order_id", "session_id", "block", "topup_id", "id",
    )  # fmt: skip
    rows = [
        (
            iso(line.at_ms), line.kind, line.amount_minor, line.balance_after_minor, line.commission_minor, currency,
            line.order_id, line.session_id, line.block, line.top_up_id, line.id,
        )
        for line in lines
    ]  # fmt: skip
    return to_csv(names, rows)


def _posting(line: "Line", currency: str) -> PostingView:
    return PostingView(
        id=line.id,
        kind=line.kind,
        at=line.at_ms,
        amount=Money(amount_minor=line.amount_minor, currency=currency),
        balance_after=Money(amount_minor=line.balance_after_minor, currency=currency),
        commission=Money(amount_minor=line.commission_minor, currency=currency),
        order_id=line.order_id,
        session_id=line.session_id,
        block=line.block,
        topup_id=line.top_up_id,
    )


@route(
    bp,
    "POST",
    "/account/topups",
    act=Act.TOP_UP_START,
    body=StartTopUp,
    answer=StartedTopUpView,
    status=201,
    keyed=True,
    errors=(NotFound,),
)
def start_top_up(ctx: Context, body: StartTopUp) -> StartedTopUpView:
    """Begins a top-up; it counts when the payment provider says that the money has come."""
    amount_minor = minor_of(body.amount, "amount", ctx.services.settings.currency)
    started = ctx.services.topups.start(ctx.caller.user_id, amount_minor, key=ctx.key)
    return StartedTopUpView(**dict(_top_up(started.top_up)), pay_url=started.pay_url)


@route(
    bp,
    "GET",
    "/account/topups",
    act=Act.TOP_UP_LIST,
    query=PageQuery,
    answer=Page[TopUpView],
)
def top_ups(ctx: Context, query: PageQuery) -> Page[TopUpView]:
    """My top-ups, newest first."""
    found = ctx.services.topups.listed(ctx.caller.user_id, cursor=query.cursor, limit=query.limit)
    return Page[TopUpView].of(found, _top_up)


@route(bp, "GET", "/account/topups/{topup_id}", act=Act.TOP_UP_READ, answer=TopUpView)
def top_up(ctx: Context, topup_id: str) -> TopUpView:
    """One of my top-ups."""
    return _top_up(ctx.services.topups.one(ctx.caller.user_id, topup_id))


def _top_up(found: TopUp) -> TopUpView:
    return TopUpView(
        id=found.id,
        state=found.state,
        amount=Money(amount_minor=found.amount_minor, currency=found.currency),
        provider=found.provider,
        created_at=found.created_ms,
        settled_at=found.settled_ms,
    )
