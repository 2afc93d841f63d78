"""Where every entity lives: its table, its key, and the sparse index attributes that it carries. Nothing else knows this."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from chalicelib.billing import metering
from chalicelib.billing.ledger import Entry
from chalicelib.domain.accounts import Account, FreeSessions
from chalicelib.domain.availability import Profile
from chalicelib.domain.chat import Message
from chalicelib.domain.durations import Durations
from chalicelib.domain.orders import OpenOrder, Order
from chalicelib.domain.people import EmailOwner, MailToken, RefreshFamily, Registration, StaffAct, User
from chalicelib.domain.presence import Connection, Line, Presence, Ringing, Ticket
from chalicelib.domain.sessions import Heard, Session, order_of
from chalicelib.domain.topups import TopUp
from chalicelib.domain.twips import Review, Twip
from chalicelib.services.watermarks import Watermark

MARKET, JOURNAL, LIVE = "market", "journal", "live"
Attributes = dict[str, str | int]


def _none(_: Any) -> Attributes:
    return {}


@dataclass(frozen=True)
class Place:
    """How one class of entities is stored. `parts` are the fields that make its key, in the order of `pk_sk`'s arguments."""

    table: str
    parts: tuple[str, ...]
    pk_sk: Callable[..., tuple[str, str]]
    extra: Callable[[Any], Attributes] = _none


def _listed(owner: str, at_ms: int, ident: str) -> Attributes:
    return {"owner": owner, "owner_at": f"{at_ms:013d}#{ident}"}


def _also_listed(other: str, at_ms: int, ident: str) -> Attributes:
    return {"other": other, "other_at": f"{at_ms:013d}#{ident}"}


def _ttl(at_ms: int) -> Attributes:
    return {"ttl": at_ms // 1000 + 1}


def _user(user: User) -> Attributes:
    return _listed("PEOPLE", user.created_ms, user.id)


def _twip(twip: Twip) -> Attributes:
    queue: Attributes = {}
    if twip.review is Review.PENDING:
        queue = _also_listed("MODERATION", twip.submitted_ms or 0, twip.id)
    return {**_listed(f"TWIPS#{twip.author_id}", twip.created_ms, twip.id), **queue}


def _order(order: Order) -> Attributes:
    return {
        **_listed(f"ORDERS#{order.customer_id}", order.created_ms, order.id),
        **_also_listed(f"SALES#{order.performer_id}", order.created_ms, order.id),
    }


def _top_up(top_up: TopUp) -> Attributes:
    return _listed(f"TOPUPS#{top_up.user_id}", top_up.created_ms, top_up.id)


def _message(message: Message) -> Attributes:
    return _listed(f"CHAT#{message.session_id}", message.at_ms, f"{message.author}#{message.client_id}")


def _places(durations: Durations) -> dict[type[Any], Place]:
    def session(session: Session) -> Attributes:
        wake_ms = metering.wake_ms(session, durations)
        return {} if wake_ms is None else {"ph": metering.phase(wake_ms, durations), "wake_ms": wake_ms}

    def expiring(entity: Any) -> Attributes:
        return _ttl(entity.expires_ms)

    return {
        User: Place(MARKET, ("id",), lambda i: (f"USR#{i}", "USR"), _user),
        EmailOwner: Place(MARKET, ("email",), lambda e: (f"EML#{e}", "EML")),
        Profile: Place(MARKET, ("user_id",), lambda i: (f"USR#{i}", "PROFILE")),
        Account: Place(MARKET, ("user_id",), lambda i: (f"ACC#{i}", "ACC")),
        Twip: Place(MARKET, ("id",), lambda i: (f"TWP#{i}", "TWP"), _twip),
        Order: Place(MARKET, ("id",), lambda i: (f"ORD#{i}", "ORD"), _order),
        OpenOrder: Place(MARKET, ("customer_id", "twip_id", "mode"), lambda c, t, m: (f"OPN#{c}", f"{t}#{m}")),
        Session: Place(MARKET, ("id",), lambda i: (f"ORD#{order_of(i)}", f"SES#{i}"), session),
        Message: Place(
            MARKET, ("session_id", "author", "client_id"), lambda s, a, c: (f"CHAT#{s}", f"{a}#{c}"), _message
        ),
        TopUp: Place(MARKET, ("id",), lambda i: (f"TOP#{i}", "TOP"), _top_up),
        Watermark: Place(MARKET, ("name",), lambda n: (f"TICK#{n}", "TICK")),
        StaffAct: Place(JOURNAL, ("id",), lambda i: ("staff", i)),
        Registration: Place(LIVE, ("id",), lambda i: (f"REG#{i}", "REG"), expiring),
        MailToken: Place(LIVE, ("digest",), lambda d: (f"MLT#{d}", "MLT"), expiring),
        RefreshFamily: Place(LIVE, ("id",), lambda i: (f"RFR#{i}", "RFR"), expiring),
        Ticket: Place(LIVE, ("digest",), lambda d: (f"TKT#{d}", "TKT"), expiring),
        Connection: Place(LIVE, ("id",), lambda i: (f"CON#{i}", "CON"), expiring),
        Line: Place(LIVE, ("user_id", "connection_id"), lambda u, c: (f"LINES#{u}", c), expiring),
        Presence: Place(LIVE, ("user_id",), lambda i: (f"HERE#{i}", "HERE"), expiring),
        Ringing: Place(LIVE, ("performer_id", "session_id"), lambda p, s: (f"RING#{p}", s), expiring),
        Heard: Place(
            LIVE, ("session_id", "side"), lambda s, side: (f"SES#{s}", str(side)), lambda h: _ttl(h.at_ms + _DAY_MS)
        ),
        FreeSessions: Place(
            LIVE,
            ("customer_id", "performer_id", "day"),
            lambda c, p, d: (f"FREE#{c}", f"{p}#{d}"),
            lambda f: {"ttl": _end_of_day_s(f.day) + 86_400},
        ),
    }


_DAY_MS = 86_400_000


def _end_of_day_s(day: str) -> int:
    from datetime import UTC, datetime, timedelta

    return int((datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1)).timestamp())


@cache
def places(durations: Durations) -> dict[type[Any], Place]:
    """The map of the three tables under these durations (the time index depends on them)."""
    return _places(durations)


def entry_key(entry: Entry) -> tuple[str, str]:
    """The journal's key: by payer, in order of time, and the same for every repeat of the same act."""
    return entry.account, f"{entry.at_ms:013d}#{entry.subject}#J#{entry.k:06d}"
