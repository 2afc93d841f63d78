"""Which query answers each listing. All are newest first by their sort key, but for those that have no time in it."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from chalicelib.services.ports import Listing
from chalicelib.storage.codec import Item
from chalicelib.storage.keys import JOURNAL, LIVE, MARKET


@dataclass(frozen=True)
class Source:
    """A query: `entity` is `module.Class` in the domain, imported when the listing is first read; `partition` is the hash key's value
    with the owner in it; `prefix` bounds the sort key. `others` are classes that are listed among them, by what their own sort keys
    begin with."""

    entity: str
    table: str
    partition: str
    index: str | None = None
    prefix: str = ""
    oldest_first: bool = False
    others: tuple[tuple[str, str], ...] = ()

    def kind(self, item: Item) -> type[Any]:
        """The class of what is listed here."""
        word = item["sk"]["S"].partition("#")[0]
        return _imported(dict(self.others).get(word, self.entity))


def _imported(entity: str) -> type[Any]:
    module, _, name = entity.rpartition(".")
    found: type[Any] = getattr(import_module(f"chalicelib.domain.{module}"), name)
    return found


SOURCES = {
    Listing.TWIPS_OF_AUTHOR: Source("twips.Twip", MARKET, "TWIPS#{}", "by_owner"),
    Listing.TWIPS_TO_MODERATE: Source("twips.Twip", MARKET, "MODERATION", "by_other", oldest_first=True),
    Listing.TWIPS_ON_SALE: Source("twips.OnSale", MARKET, "SALE"),
    Listing.ORDERS_OF_CUSTOMER: Source("orders.order.Order", MARKET, "ORDERS#{}", "by_owner"),
    Listing.SALES_OF_PERFORMER: Source("orders.order.Order", MARKET, "SALES#{}", "by_other"),
    Listing.TOP_UPS_OF_USER: Source("topups.TopUp", MARKET, "TOPUPS#{}", "by_owner"),
    Listing.SESSIONS_OF_ORDER: Source("sessions.Session", MARKET, "ORD#{}", None, "SES#"),
    Listing.MESSAGES_OF_SESSION: Source("chat.Message", MARKET, "CHAT#{}", "by_owner"),
    Listing.MEDIA_OF_SESSION: Source("media_reports.MediaReport", MARKET, "MEDIA#{}"),
    Listing.SAID_IN_SESSION: Source("chat.Message", MARKET, "CHAT#{}"),
    Listing.SAID_BY_PERFORMER: Source("chat.Message", MARKET, "CHAT#{}", None, "performer#"),
    Listing.THREAD: Source(
        "threads.ThreadMessage", MARKET, "THREAD#{}", "by_owner", others=(("ACT", "orders.events.OrderEvent"),)
    ),
    Listing.UNREAD_OF_USER: Source("threads.Reader", MARKET, "UNREAD#{}", "by_owner"),
    Listing.THREADS_OF_USER: Source("threads.Reader", MARKET, "THREADS#{}", "by_other"),
    Listing.DUE_SCANS: Source("scans.Scan", MARKET, "SCANS", "by_due", oldest_first=True),
    Listing.DUE_ORDERS: Source("orders.order.Order", MARKET, "ORDERS", "by_due", oldest_first=True),
    Listing.REFUSALS_OF_PERFORMER: Source("orders.penalties.RefusalRecord", MARKET, "REFUSALS#{}"),
    Listing.KEPT_IN_THREAD: Source(
        "threads.ThreadMessage",
        MARKET,
        "THREAD#{}",
        others=(
            ("ACT", "orders.events.OrderEvent"),
            ("READER", "threads.Reader"),
            ("FILE", "attachments.Attachment"),
            ("SCAN", "scans.Scan"),
        ),
    ),
    Listing.DISPUTES_OF_CUSTOMER: Source("disputes.dispute.Dispute", MARKET, "DISPUTES#{}", "by_owner"),
    Listing.DISPUTES_OF_PERFORMER: Source("disputes.dispute.Dispute", MARKET, "DISPUTES#{}", "by_other"),
    Listing.DISPUTES_IN_PHASE: Source("disputes.dispute.Dispute", MARKET, "DISPUTES#{}", "by_due", oldest_first=True),
    Listing.REVIEWS_OF_PERFORMER: Source("orders.reviews.OrderReview", MARKET, "REVIEWS#{}", "by_owner"),
    Listing.REVIEWS_OF_TWIP: Source("orders.reviews.OrderReview", MARKET, "REVIEWS_OF#{}", "by_other"),
    Listing.ERASURE_JOBS: Source("orders.retention.ErasureJob", MARKET, "RETAIN", oldest_first=True),
    Listing.UPLOADS_OF_TWIP: Source("goods_uploads.UploadOfTwip", LIVE, "UPLOADS#{}"),
    Listing.LEFTOVERS: Source("goods_uploads.Leftover", MARKET, "LEFTOVER"),
    Listing.CONNECTIONS_OF_USER: Source("connections.UserConnection", LIVE, "LINES#{}"),
    Listing.RINGING_OF_PERFORMER: Source("connections.Ringing", LIVE, "RING#{}"),
    Listing.STAFF_ACTS: Source("people.StaffAct", JOURNAL, "staff"),
    Listing.ON_DUTY: Source("people.Duty", MARKET, "DUTY#{}"),
    Listing.PEOPLE: Source("people.User", MARKET, "PEOPLE", "by_owner"),
}

INDEX_KEYS = {
    None: ("pk", "sk"),
    "by_owner": ("owner", "owner_at"),
    "by_other": ("other", "other_at"),
    "by_due": ("due", "due_at"),
}
