"""What the use cases need from the world. Adapters live in storage, gateways and ws.push; tests bring their own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from chalicelib.billing.ledger import Entry
from chalicelib.services.changes import Change, Ref

if TYPE_CHECKING:
    from chalicelib.domain.access import Caller
    from chalicelib.domain.attachments import File
    from chalicelib.domain.goods_uploads import Part

T = TypeVar("T")


class Clock(Protocol):
    """The server's time."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch, UTC."""
        ...


class Ids(Protocol):
    """Where new ids and secrets come from."""

    def new(self) -> str:
        """A new id: 26 characters, lower-case Crockford base32, in order of time."""
        ...

    def secret(self) -> str:
        """256 random bits, URL-safe: tokens for mails, tickets and refresh."""
        ...


@dataclass(frozen=True)
class Snapshot:
    """What one consistent read found."""

    found: dict[Ref[Any], Any] = field(default_factory=dict)

    def get(self, ref: Ref[T]) -> T | None:
        """The entity, or None if there is none."""
        return self.found.get(ref)


ORDERS_AT_MOST = 30
"""On one page: each order asks for three items more, and one snapshot reads a hundred."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a listing. `next_cursor` is opaque and None at the end."""

    items: tuple[T, ...]
    next_cursor: str | None = None


class Listing(StrEnum):
    """The listings that exist. Each is newest first, but for those that are worked off (moderation, what is due, what is retained):
    there the oldest come first."""

    TWIPS_OF_AUTHOR = "twips_of_author"
    TWIPS_TO_MODERATE = "twips_to_moderate"
    TWIPS_ON_SALE = "twips_on_sale"
    ORDERS_OF_CUSTOMER = "orders_of_customer"
    SALES_OF_PERFORMER = "sales_of_performer"
    TOP_UPS_OF_USER = "top_ups_of_user"
    SESSIONS_OF_ORDER = "sessions_of_order"
    MESSAGES_OF_SESSION = "messages_of_session"
    MEDIA_OF_SESSION = "media_of_session"
    SAID_IN_SESSION = "said_in_session"
    """The same messages, consistently and in no order of time."""
    SAID_BY_PERFORMER = "said_by_performer"
    """Those of the performer's, likewise."""
    THREAD = "thread"
    """What was written and done in an order."""
    UNREAD_OF_USER = "unread_of_user"
    """The threads in which something is not read, as their reader has them."""
    THREADS_OF_USER = "threads_of_user"
    """All threads of orders in which anything was written or done, as their reader has them: by the last of it."""
    DUE_SCANS = "due_scans"
    """Files that nobody has scanned yet: the earliest first."""
    DUE_ORDERS = "due_orders"
    """Those that are to be looked at some time, for a reminder or the end of a term: the earliest first."""
    REFUSALS_OF_PERFORMER = "refusals_of_performer"
    """In no order of time."""
    KEPT_IN_THREAD = "kept_in_thread"
    """All that lies in a thread, consistently and in no order of time: what was done and written, files, readers."""
    DISPUTES_OF_CUSTOMER = "disputes_of_customer"
    DISPUTES_OF_PERFORMER = "disputes_of_performer"
    DISPUTES_IN_PHASE = "disputes_in_phase"
    """Those that are to be looked at some time, for a reminder or the end of their term: the earliest first."""
    REVIEWS_OF_PERFORMER = "reviews_of_performer"
    REVIEWS_OF_TWIP = "reviews_of_twip"
    ERASURE_JOBS = "retained_orders"
    UPLOADS_OF_TWIP = "uploads_of_twip"
    """In no order of time."""
    LEFTOVERS = "leftovers"
    """In no order of time."""
    CONNECTIONS_OF_USER = "lines_of_user"
    RINGING_OF_PERFORMER = "ringing_of_performer"
    STAFF_ACTS = "staff_acts"
    PEOPLE = "people"
    ON_DUTY = "on_duty"
    """Who has a role, by id."""


@dataclass(frozen=True)
class Parties:
    """The two people of a session: who knows them beforehand reads all that a debit asks about in one request."""

    customer_id: str
    performer_id: str


@dataclass(frozen=True)
class Waking:
    """A session found in the time index: whom to look at, and the instant whose phase it waits for."""

    session_id: str
    parties: Parties
    wake_ms: int


class Store(Protocol):
    """The three tables. Reads are consistent; a commit is one transaction or nothing. Each act raises Unavailable when no answer comes:
    then a commit may have been carried out or not, and whoever asks again finds out."""

    def get(self, ref: Ref[T]) -> T | None:
        """One entity."""
        ...

    def read(self, *refs: Ref[Any]) -> Snapshot:
        """Up to 100 entities in one request."""
        ...

    def commit(self, *changes: Change) -> None:
        """All of it or nothing. Raises CommitRefused, Contention."""
        ...

    def page(
        self,
        listing: Listing,
        owner: str = "",
        *,
        before_ms: int | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Any]:
        """A part of a listing; `before_ms`: of one by time, as far as it is before that. Raises InvalidCursor."""
        ...

    def bump(self, counter: str, *, expires_ms: int) -> int:
        """Count one more under this name and answer the new count; the counter is forgotten after `expires_ms`."""
        ...

    def due_in(self, due_minute: str, *, cursor: str | None = None, limit: int = 1_000) -> Page[Waking]:
        """A part of the sessions in one bucket of the time index, by id (eventually consistent). Any cursor is taken."""
        ...

    def entries(self, user_id: str, *, cursor: str | None = None, limit: int = 50) -> Page[Entry]:
        """A user's journal entries, newest first, whether they paid or received. Raises InvalidCursor."""
        ...


@dataclass(frozen=True)
class Wake:
    """A shortcut: look at this session at this instant. Losing one only delays. `warn` asks for the warning before that boundary; `gone`,
    whether the side that this connection held has come back to a call without a clock."""

    session_id: str
    parties: Parties
    at_ms: int
    warn: bool = False
    gone: str | None = None


class Wakes(Protocol):
    """The work queue, with a delay a message."""

    def send(self, wakes: Sequence[Wake], now_ms: int) -> None:
        """Hands them to the queue. Raises Undelivered if some could not be, after retries; those that were may arrive twice."""
        ...


class Undelivered(Exception):
    """The queue did not take everything."""


@dataclass(frozen=True)
class Tell:
    """A frame for one connection."""

    connection_id: str
    frame: Any
    """One of services.frames."""


class Push(Protocol):
    """The management side of the WebSocket API."""

    def tell(self, tells: Iterable[Tell]) -> frozenset[str]:
        """Sends, in parallel, and answers the connections that are gone. Never raises: telling may fail without harm."""
        ...

    def close(self, connection_id: str) -> bool:
        """Closes a connection; never raises. False: it could not be closed, and is perhaps open."""
        ...


@dataclass(frozen=True)
class Mail:
    """A mail to one person: a template with its facts, in their language."""

    to: str
    template: str
    lang: str
    facts: dict[str, str]


class Ice(Protocol):
    """The STUN and TURN servers for a call."""

    def servers(self, user_id: str, now_ms: int) -> tuple[dict[str, Any], ...]:
        """RTCIceServer objects with time-limited credentials; empty when none are configured."""
        ...


@dataclass(frozen=True)
class UploadLink:
    """How to send a file: `PUT` to `url` with these headers and no other body than the one that was described."""

    url: str
    """From the site's root, where the storage is behind the site."""
    headers: dict[str, str]


class FileStorage(Protocol):
    """Files in object storage. Nobody reaches them but by links that are signed here. Each act raises Unavailable."""

    def upload_link(self, place: str, file: "File", life_s: int, *, unused_days: int) -> UploadLink:
        """To send this very file, once, and nothing else: another size, type or content is refused, and so is a second file. It expires
        after so many days, unless it is kept."""
        ...

    def begin_parts(self, place: str, file: "File", *, unused_days: int) -> str:
        """What the storage calls a file that is to be sent in parts. It expires after so many days, unless it is kept."""
        ...

    def part_link(
        self, place: str, multipart: str, number: int, size_bytes: int, sha256: str, life_s: int
    ) -> UploadLink:
        """To send this very part, and nothing else; sent again, it replaces what was there."""
        ...

    def parts(self, place: str, multipart: str) -> "tuple[Part, ...] | None":
        """The parts that have arrived, in order. None when they are joined already, or gone."""
        ...

    def join(self, place: str, multipart: str, parts: "Sequence[Part]") -> None:
        """Makes one file of these parts, if they are still what is there. Safe to repeat: whether there is a file now, `has` says."""
        ...

    def forget_parts(self, place: str, multipart: str) -> None:
        """What has arrived in parts is gone. Safe to repeat."""
        ...

    def has(self, place: str, file: "File") -> bool:
        """Whether this very file has arrived."""
        ...

    def keep(self, place: str) -> None:
        """A file is used: it will not expire. It must be there. Safe to repeat."""
        ...

    def drop(self, place: str) -> None:
        """A file is gone. Safe to repeat."""
        ...

    def read(self, place: str, first: int, size_bytes: int) -> bytes:
        """So many bytes of a file, from its byte `first` on; fewer at its end. Raises NotFound, Unavailable."""
        ...

    def download_link(self, place: str, name: str, life_s: int) -> str:
        """To read a file, as an attachment under this name; from the site's root, where the storage is behind the site."""
        ...


class Passwords(Protocol):
    """Slow hashes of passwords."""

    @property
    def decoy(self) -> str:
        """A hash that no password has: checked for those who do not exist, so that they take as long."""
        ...

    def hash(self, password: str) -> str:
        """The hash to keep."""
        ...

    def verify(self, kept: str, password: str) -> bool:
        """Whether it is the password of this hash."""
        ...

    def stale(self, kept: str) -> bool:
        """Whether the hash was made with other costs than those of today."""
        ...


@dataclass(frozen=True)
class Successor:
    """A refresh secret, and the key that it was derived under."""

    secret: str
    kid: str


class Tokens(Protocol):
    """Tokens that carry who somebody is."""

    def issue(self, caller: "Caller", now_ms: int) -> str:
        """An access token, good for a few minutes."""
        ...

    def read(self, token: str, now_ms: int) -> "Caller":
        """Who an access token says it is. Raises Unauthenticated."""
        ...

    def successor(self, secret: str, now_ms: int) -> Successor:
        """The refresh secret that follows this one: under one key always the same, and known only to the service."""
        ...

    def same_successor(self, secret: str, kid: str, now_ms: int) -> str | None:
        """The one that followed it under this key. None: the key is not in force any more."""
        ...

    def sign(self, mark: str, now_ms: int) -> str:
        """Our signature under the mark of a device: 43 URL-safe characters."""
        ...

    def signed(self, mark: str, signature: str, now_ms: int) -> bool:
        """Whether the signature under the mark is ours, by any key in force."""
        ...


class Mails(Protocol):
    """The outbox of mails."""

    def send(self, mail: Mail) -> None:
        """Hands a mail to the mail queue. Raises Undelivered."""
        ...

    def remind(self, email: str, onward: str | None = None) -> None:
        """Hands an address to the mail queue: its owner, if there is one, is to be mailed a link. Raises Undelivered."""
        ...


class Index(Protocol):
    """The queue of the search index's writer."""

    def touch(self, twip_id: str, *, after_s: int = 0) -> None:
        """The published face of this twip may have changed, or will have in `after_s` seconds. Raises Undelivered."""
        ...

    def touch_performer(self, performer_id: str, *, after_s: int = 0) -> None:
        """This performer may be rated or named otherwise or be blocked, or will be in `after_s` seconds. Raises Undelivered."""
        ...

    def rebuild(self) -> None:
        """The whole index is to be made anew: an operator's wish. Raises Undelivered."""
        ...

    def tidy(self) -> None:
        """The same, if enough has changed since that was done. Raises Undelivered."""
        ...

    def mend(self) -> None:
        """The same, if there is no index that can be read: a reader has found none. Raises Undelivered."""
        ...
