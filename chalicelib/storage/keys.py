"""Where every entity lives: its table, its key, and the sparse index attributes that it carries. Nothing else knows this.

Entities are named by their class's name, so that a cold start imports only those that its function meets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.billing import boundaries
from chalicelib.domain.sessions import Session, order_of

if TYPE_CHECKING:
    from chalicelib.billing.ledger import Entry
    from chalicelib.domain.chat import Message
    from chalicelib.domain.disputes.dispute import Dispute
    from chalicelib.domain.durations import Durations
    from chalicelib.domain.orders.events import OrderEvent
    from chalicelib.domain.orders.order import AnyOrder
    from chalicelib.domain.orders.reviews import OrderReview
    from chalicelib.domain.people import User
    from chalicelib.domain.scans import Scan
    from chalicelib.domain.sessions import Heartbeat
    from chalicelib.domain.threads import Reader, ThreadMessage
    from chalicelib.domain.topups import TopUp
    from chalicelib.domain.twips import Twip
    from chalicelib.domain.unpaid import UnpaidCalls

MARKET, JOURNAL, LIVE = "market", "journal", "live"
Attributes = dict[str, str | int]


def _none(entity: Any, durations: Durations) -> Attributes:
    return {}


@dataclass(frozen=True)
class Place:
    """How one class of entities is stored. `parts` are the fields that make its key, in the order of `pk_sk`'s arguments."""

    table: str
    parts: tuple[str, ...]
    pk_sk: Callable[..., tuple[str, str]]
    attributes: Callable[[Any, Durations], Attributes] = _none


def place_of(kind: type[Any]) -> Place:
    """The place of a class of entities. Raises KeyError when it is not stored."""
    return PLACES[kind.__name__]


def _listed(owner: str, at_ms: int, ident: str) -> Attributes:
    return {"owner": owner, "owner_at": f"{at_ms:013d}#{ident}"}


def _also_listed(other: str, at_ms: int, ident: str) -> Attributes:
    return {"other": other, "other_at": f"{at_ms:013d}#{ident}"}


def _ttl(at_ms: int) -> Attributes:
    return {"ttl": at_ms // 1000 + 1}


def _expiring(entity: Any, durations: Durations) -> Attributes:
    return _ttl(entity.expires_ms)


def _user(user: User, durations: Durations) -> Attributes:
    return _listed("PEOPLE", user.created_ms, user.id)


def _twip(twip: Twip, durations: Durations) -> Attributes:
    queue = _also_listed("MODERATION", twip.submitted_ms or 0, twip.id) if twip.review == "pending" else {}
    return {**_listed(f"TWIPS#{twip.author_id}", twip.created_ms, twip.id), **queue}


def _due(what: str, at_ms: int, ident: str) -> Attributes:
    """In the index of what is to be looked at when its time has come."""
    return {"due": what, "due_at": f"{at_ms:013d}#{ident}"}


def _order(order: AnyOrder, durations: Durations) -> Attributes:
    return {
        **({} if order.deadline is None and order.review is None else _waiting(order)),
        **_listed(f"ORDERS#{order.customer_id}", order.created_ms, order.id),
        **_also_listed(f"SALES#{order.performer_id}", order.created_ms, order.id),
    }


def _waiting(order: AnyOrder) -> Attributes:
    from chalicelib.domain.orders.deadlines import wakes_ms  # no call needs it

    at_ms = wakes_ms(order)
    return {} if at_ms is None else _due("ORDERS", at_ms, order.id)


def _dispute(dispute: Dispute, durations: Durations) -> Attributes:
    from chalicelib.domain.disputes.dispute import wakes_ms  # no call needs it

    at_ms = wakes_ms(dispute)
    return {
        **({} if at_ms is None else _due(f"DISPUTES#{dispute.phase}", at_ms, dispute.id)),
        **_listed(f"DISPUTES#{dispute.customer_id}", dispute.created_ms, dispute.id),
        **_also_listed(f"DISPUTES#{dispute.performer_id}", dispute.created_ms, dispute.id),
    }


def _review(review: OrderReview, durations: Durations) -> Attributes:
    return {
        **_listed(f"REVIEWS#{review.performer_id}", review.at_ms, review.id),
        **_also_listed(f"REVIEWS_OF#{review.twip_id}", review.at_ms, review.id),
    }


def _event(event: OrderEvent, durations: Durations) -> Attributes:
    return _listed(f"THREAD#{event.thread_id}", event.at_ms, f"{event.version:06d}#{event.act_key}")


def _session(session: Session, durations: Durations) -> Attributes:
    """The time index: constants only, so that a block costs it nothing."""
    wake_ms = boundaries.wake_ms(session)
    return {} if wake_ms is None else {"ph": boundaries.due_minute(wake_ms, durations), "wake_ms": wake_ms}


def _top_up(top_up: TopUp, durations: Durations) -> Attributes:
    return _listed(f"TOPUPS#{top_up.user_id}", top_up.created_ms, top_up.id)


def _message(message: Message, durations: Durations) -> Attributes:
    return _listed(f"CHAT#{message.session_id}", message.at_ms, f"{message.author}#{message.client_id}")


def _thread_message(message: ThreadMessage, durations: Durations) -> Attributes:
    return _listed(f"THREAD#{message.thread_id}", message.at_ms, message.id)


def _reader(reader: Reader, durations: Durations) -> Attributes:
    """Among what is new only while something is not read, and by the first of it: what comes on top moves nothing there. In the
    correspondence by the last, which moves with everything that comes."""
    owner, newest = reader.user_id, reader.newest
    return {
        **({} if reader.since_ms is None else _listed(f"UNREAD#{owner}", reader.since_ms, reader.thread_id)),
        **({} if newest is None else _also_listed(f"THREADS#{owner}", newest.at_ms, reader.thread_id)),
    }


def _scan(scan: Scan, durations: Durations) -> Attributes:
    return {} if scan.due_ms is None else _due("SCANS", scan.due_ms, scan.id)


def _heard(heard: Heartbeat, durations: Durations) -> Attributes:
    return _ttl(heard.at_ms + 86_400_000)


def _unpaid(unpaid: UnpaidCalls, durations: Durations) -> Attributes:
    forgotten = datetime.fromisoformat(unpaid.day).replace(tzinfo=UTC) + timedelta(days=2)
    return {"ttl": int(forgotten.timestamp())}


PLACES = {
    "User": Place(MARKET, ("id",), lambda i: (f"USR#{i}", "USR"), _user),
    "EmailOwner": Place(MARKET, ("email",), lambda e: (f"EML#{e}", "EML")),
    "Duty": Place(MARKET, ("role", "user_id"), lambda r, i: (f"DUTY#{r}", i)),
    "Profile": Place(MARKET, ("user_id",), lambda i: (f"USR#{i}", "PROFILE")),
    "Favourites": Place(MARKET, ("user_id",), lambda i: (f"USR#{i}", "FAVOURITES")),
    "About": Place(MARKET, ("user_id",), lambda i: (f"USR#{i}", "ABOUT")),
    "Account": Place(MARKET, ("user_id",), lambda i: (f"ACC#{i}", "ACC")),
    "Twip": Place(MARKET, ("id",), lambda i: (f"TWP#{i}", "TWP"), _twip),
    "OnSale": Place(MARKET, ("twip_id",), lambda i: ("SALE", i)),
    "SearchVersion": Place(MARKET, ("index",), lambda n: (f"SEARCH#{n}", "SEARCH")),
    "Order": Place(MARKET, ("id",), lambda i: (f"ORD#{i}", "ORD"), _order),
    "OrderEvent": Place(MARKET, ("thread_id", "act_key"), lambda t, a: (f"THREAD#{t}", f"ACT#{a}"), _event),
    "RefusalRecord": Place(MARKET, ("performer_id", "order_id"), lambda p, o: (f"REFUSALS#{p}", o)),
    "Dispute": Place(MARKET, ("id",), lambda i: (f"DSP#{i}", "DSP"), _dispute),
    "OrderReview": Place(MARKET, ("order_id",), lambda o: (f"ORD#{o}", "REVIEW"), _review),
    "Refund": Place(MARKET, ("order_id", "id"), lambda o, i: (f"ORD#{o}", f"RFD#{i}")),
    "OpenOrder": Place(MARKET, ("customer_id", "twip_id", "mode"), lambda c, t, m: (f"OPN#{c}", f"{t}#{m}")),
    "LinksGiven": Place(MARKET, ("order_id",), lambda o: (f"ORD#{o}", "GIVEN")),
    "KeyUse": Place(MARKET, ("id",), lambda i: (f"KEY#{i}", "KEY")),
    "LatestOrder": Place(MARKET, ("customer_id", "twip_id"), lambda c, t: (f"LST#{c}", t)),
    "Edition": Place(MARKET, ("twip_id", "digest"), lambda t, d: (f"TWP#{t}", f"TEXT#{d}")),
    "Session": Place(MARKET, ("id",), lambda i: (f"ORD#{order_of(i)}", f"SES#{i}"), _session),
    "Message": Place(
        MARKET, ("session_id", "author", "client_id"), lambda s, a, c: (f"CHAT#{s}", f"{a}#{c}"), _message
    ),
    "MediaReport": Place(
        MARKET, ("session_id", "at_ms", "side"), lambda s, at, side: (f"MEDIA#{s}", f"{int(at):013d}#{side}")
    ),
    "ThreadMessage": Place(MARKET, ("thread_id", "id"), lambda t, i: (f"THREAD#{t}", f"MSG#{i}"), _thread_message),
    "Reader": Place(MARKET, ("thread_id", "party"), lambda t, p: (f"THREAD#{t}", f"READER#{p}"), _reader),
    "Attachment": Place(MARKET, ("thread_id", "id"), lambda t, i: (f"THREAD#{t}", f"FILE#{i}")),
    "Scan": Place(MARKET, ("owner", "id"), lambda o, i: (f"THREAD#{o}", f"SCAN#{i}"), _scan),
    "ErasureJob": Place(MARKET, ("ended_ms", "order_id"), lambda e, o: ("RETAIN", f"{int(e):013d}#{o}")),
    "Leftover": Place(MARKET, ("place",), lambda p: ("LEFTOVER", p)),
    "TopUp": Place(MARKET, ("id",), lambda i: (f"TOP#{i}", "TOP"), _top_up),
    "Watermark": Place(MARKET, ("name",), lambda n: (f"TICK#{n}", "TICK")),
    "StaffAct": Place(JOURNAL, ("id",), lambda i: ("staff", i)),
    "Registration": Place(LIVE, ("id",), lambda i: (f"REG#{i}", "REG"), _expiring),
    "MailToken": Place(LIVE, ("digest",), lambda d: (f"MLT#{d}", "MLT"), _expiring),
    "Arrival": Place(LIVE, ("digest",), lambda d: (f"ARR#{d}", "ARR"), _expiring),
    "RefreshFamily": Place(LIVE, ("id",), lambda i: (f"RFR#{i}", "RFR"), _expiring),
    "Ticket": Place(LIVE, ("digest",), lambda d: (f"TKT#{d}", "TKT"), _expiring),
    "Connection": Place(LIVE, ("id",), lambda i: (f"CON#{i}", "CON"), _expiring),
    "UserConnection": Place(LIVE, ("user_id", "connection_id"), lambda u, c: (f"LINES#{u}", c), _expiring),
    "Upload": Place(LIVE, ("id",), lambda i: (f"UPL#{i}", "UPL"), _expiring),
    "GoodsUpload": Place(LIVE, ("id",), lambda i: (f"UPL#{i}", "GOODS"), _expiring),
    "UploadOfTwip": Place(LIVE, ("twip_id", "upload_id"), lambda t, u: (f"UPLOADS#{t}", u), _expiring),
    "Presence": Place(LIVE, ("user_id",), lambda i: (f"HERE#{i}", "HERE"), _expiring),
    "Ringing": Place(LIVE, ("performer_id", "session_id"), lambda p, s: (f"RING#{p}", s), _expiring),
    "Heartbeat": Place(LIVE, ("session_id", "side"), lambda s, side: (f"SES#{s}", str(side)), _heard),
    "Waiting": Place(LIVE, ("subject",), lambda s: (f"WAIT#{s}", "WAIT"), _expiring),
    "UnpaidCalls": Place(
        LIVE, ("customer_id", "performer_id", "day"), lambda c, p, d: (f"UNPAID#{c}", f"{p}#{d}"), _unpaid
    ),
}


def entry_key(entry: Entry) -> tuple[str, str]:
    """The journal's key: by payer, in order of time, and the same for every repeat of the same act."""
    return entry.account, f"{entry.at_ms:013d}#{entry.subject}#J#{entry.k:06d}"
