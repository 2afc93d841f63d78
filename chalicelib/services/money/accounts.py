"""A user's account and its statement: every posting, with a running balance (R52, E6)."""

import base64
import binascii
import json
import logging
from dataclasses import dataclass

from chalicelib.billing.ledger import Entry, Kind, fee, user
from chalicelib.domain.accounts import Account
from chalicelib.domain.errors import InvalidCursor, NotFound, Unavailable
from chalicelib.services.changes import Ref
from chalicelib.services.ports import Page, Store

log = logging.getLogger(__name__)
LOOKS = 4
"""How often a part is read until it agrees with the account. No race is lost here, for nothing is committed, and the last look is shown
even where the bottom of the statement is missing."""
RECOUNT_AT_ONCE = 500
RETURNS = (Kind.BLOCK_RETURN, Kind.SERVICE_OUTAGE)
OF_OTHERS = (Kind.SERVICE_OUTAGE, Kind.SPLIT, Kind.VERDICT)
"""What lies with a performer although it may have moved none of their money."""


@dataclass(frozen=True)
class Line:
    """One line of a statement, in minor units: `amount_minor` is signed, `balance_after_minor` is what the account held after it."""

    id: str
    kind: Kind
    at_ms: int
    amount_minor: int
    commission_minor: int
    """The platform's share that was withheld from these earnings (R54)."""
    balance_after_minor: int
    order_id: str | None
    session_id: str | None
    block: int | None
    top_up_id: str | None


@dataclass(frozen=True)
class _Position:
    """Where a statement goes on: after which line, what the account held before that line, as of which version of the account."""

    after: str
    balance_minor: int
    version: int
    cursor: str


@dataclass(frozen=True)
class Accounts:
    """Reads only."""

    store: Store

    def one(self, user_id: str) -> Account:
        """The user's account. Raises NotFound."""
        account = self.store.get(Ref(Account, user_id))
        if account is None:
            raise NotFound(what="account")
        return account

    def statement(self, user_id: str, *, cursor: str | None = None, limit: int = 50) -> Page[Line]:
        """A part of the statement, newest first. The running balance is counted back from the account, so the account must not move
        while its entries are read, and where it has moved since the part before, the balance is counted again from the top.

        Raises NotFound, InvalidCursor; Unavailable when the account moves all the time."""
        start = _position(cursor)
        for look in range(1, LOOKS + 1):
            account = self.one(user_id)
            balance_minor = self._balance_below(account, start)
            page = self.store.entries(user_id, cursor=start.cursor if start else None, limit=limit)
            if self.one(user_id).version != account.version:
                continue
            lines = _lines(user_id, balance_minor, page.items)
            opening_minor = balance_minor - sum(entry.of(user(user_id)) for entry in page.items)
            if page.next_cursor is not None:
                following = _Position(_ident(page.items[-1]), opening_minor, account.version, page.next_cursor)
                return Page(lines, _to_cursor(following))
            if opening_minor == 0 or look == LOOKS:
                _report(user_id, opening_minor)
                return Page(lines)
            # Earnings reach their index a moment after the account: what is missing at the bottom was not there yet.
        raise Unavailable

    def _balance_below(self, account: Account, start: _Position | None) -> int:
        """What the account held before the line that the part begins after. Raises InvalidCursor when there is no such line."""
        if start is None:
            return account.available_minor
        if start.version == account.version:
            return start.balance_minor
        balance_minor, cursor = account.available_minor, None
        while True:
            page = self.store.entries(account.user_id, cursor=cursor, limit=RECOUNT_AT_ONCE)
            for entry in page.items:
                balance_minor -= entry.of(user(account.user_id))
                if _ident(entry) == start.after:
                    return balance_minor
            cursor = page.next_cursor
            if cursor is None:
                raise InvalidCursor


def _lines(user_id: str, balance_minor: int, entries: tuple[Entry, ...]) -> tuple[Line, ...]:
    """What moved none of the user's own money is no line of theirs: what the platform gave back of its commission, a verdict wholly for the
    other side."""
    lines: list[Line] = []
    for entry in entries:
        if entry.kind not in OF_OTHERS or entry.of(user(user_id)):
            lines.append(_line(user_id, entry, balance_minor))
        balance_minor -= entry.of(user(user_id))
    return tuple(lines)


def _line(user_id: str, entry: Entry, balance_minor: int) -> Line:
    metered = entry.kind in (Kind.BLOCK, *RETURNS)
    return Line(
        id=_ident(entry),
        kind=entry.kind,
        at_ms=entry.at_ms,
        amount_minor=entry.of(user(user_id)),
        commission_minor=entry.of(fee(user_id)),
        balance_after_minor=balance_minor,
        order_id=entry.order_id,
        session_id=entry.subject if metered else entry.session_id,
        block=entry.k if metered else None,
        top_up_id=entry.subject if entry.kind is Kind.TOP_UP else None,
    )


def _ident(entry: Entry) -> str:
    return f"{entry.subject}-{entry.k}" + ("-return" if entry.kind in RETURNS else "")


def _report(user_id: str, opening_minor: int) -> None:
    if opening_minor:
        log.error("the statement of %s begins at %d, not at nothing: see `make audit`", user_id, opening_minor)


def _to_cursor(position: _Position) -> str:
    parts = [position.after, position.balance_minor, position.version, position.cursor]
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def _position(cursor: str | None) -> _Position | None:
    if cursor is None:
        return None
    try:
        after, balance_minor, version, inner = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise InvalidCursor from None
    if [type(part) for part in (after, balance_minor, version, inner)] != [str, int, int, str]:
        raise InvalidCursor
    return _Position(after, balance_minor, version, inner)
