"""Which query answers each listing. All are newest first by their sort key, but for those that have no time in it."""

from dataclasses import dataclass
from typing import Any

from chalicelib.domain.chat import Message
from chalicelib.domain.orders import Order
from chalicelib.domain.people import StaffAct, User
from chalicelib.domain.presence import Line, Ringing
from chalicelib.domain.sessions import Session
from chalicelib.domain.topups import TopUp
from chalicelib.domain.twips import Twip
from chalicelib.services.ports import Listing
from chalicelib.storage.keys import JOURNAL, LIVE, MARKET


@dataclass(frozen=True)
class Source:
    """A query: `partition` is the hash key's value with the owner in it; `prefix` bounds the sort key."""

    kind: type[Any]
    table: str
    partition: str
    index: str | None = None
    prefix: str = ""


SOURCES = {
    Listing.TWIPS_OF_AUTHOR: Source(Twip, MARKET, "TWIPS#{}", "by_owner"),
    Listing.TWIPS_TO_MODERATE: Source(Twip, MARKET, "MODERATION", "by_other"),
    Listing.ORDERS_OF_CUSTOMER: Source(Order, MARKET, "ORDERS#{}", "by_owner"),
    Listing.SALES_OF_PERFORMER: Source(Order, MARKET, "SALES#{}", "by_other"),
    Listing.TOP_UPS_OF_USER: Source(TopUp, MARKET, "TOPUPS#{}", "by_owner"),
    Listing.SESSIONS_OF_ORDER: Source(Session, MARKET, "ORD#{}", None, "SES#"),
    Listing.MESSAGES_OF_SESSION: Source(Message, MARKET, "CHAT#{}", "by_owner"),
    Listing.LINES_OF_USER: Source(Line, LIVE, "LINES#{}"),
    Listing.RINGING_OF_PERFORMER: Source(Ringing, LIVE, "RING#{}"),
    Listing.STAFF_ACTS: Source(StaffAct, JOURNAL, "staff"),
    Listing.PEOPLE: Source(User, MARKET, "PEOPLE", "by_owner"),
}

INDEX_KEYS = {None: ("pk", "sk"), "by_owner": ("owner", "owner_at"), "by_other": ("other", "other_at")}
