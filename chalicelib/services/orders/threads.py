"""Correspondence inside an order: writing, reading, what is not read yet, and the files that were sent along (R59, D12, D32, D34)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.attachments import Attachment
from chalicelib.domain.errors import KeyReused, NotFound
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.order import AnyOrder, Order
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.threads import (
    MESSAGES_AN_HOUR,
    About,
    Newest,
    Reader,
    ThreadMessage,
    check_open,
    closes_ms,
    is_open,
    wording,
)
from chalicelib.services.attachments import Attachments, Download
from chalicelib.services.changes import CommitRefused, Contention, Insert, Ref, Save
from chalicelib.services.keys import derive, fingerprint
from chalicelib.services.notices.notices import Notices
from chalicelib.services.orders.timeline import SIDES, reader_of, stored
from chalicelib.services.people.attempts import HOUR_MS, Attempts
from chalicelib.services.ports import Clock, Listing, Page, Snapshot, Store
from chalicelib.services.retrying import retry_on_conflict

UNREAD_AT_MOST = 100
"""So many threads are counted, and no more."""


@dataclass(frozen=True)
class Part:
    """A part of a thread, newest first, with what its reader must know of the whole."""

    entries: Page[ThreadMessage | OrderEvent]
    read_ms: dict[Party, int]
    """Up to when each side has read; none that has read nothing."""
    closes_ms: int | None
    """When nobody may write any more; None while that is not known."""
    is_open: bool


@dataclass(frozen=True)
class Unread:
    """In how many threads something is not read: of the orders that one placed, of those placed with one, and of disputes about either."""

    orders: int
    sales: int
    disputes: int


@dataclass(frozen=True)
class Threads:
    """An order has a thread if its kind keeps a timeline; it is nobody's business but its two sides'."""

    store: Store
    clock: Clock
    notices: Notices
    attachments: Attachments
    attempts: Attempts

    def write(self, user_id: str, order_id: str, text: str, upload_ids: Sequence[str], *, key: str) -> ThreadMessage:
        """A message to the other side; of a repeat, the first (D12). The other side is told, and mailed if none of their pages is open
        and no mail has gone since they read the thread.

        Raises NotFound, WrongState when the thread is closed, InvalidInput, KeyReused, TooManyAttempts, Unavailable."""
        kept = wording(text, upload_ids)
        asked = fingerprint({"text": kept, "attachments": list(upload_ids)})
        message_ref = Ref(ThreadMessage, order_id, derive("message", order_id, user_id, key))

        def attempt() -> tuple[AnyOrder, ThreadMessage, Reader | None]:
            order, found = self._found(user_id, order_id, message_ref)
            known = found.get(message_ref)
            if known is not None:
                return order, known, None
            now_ms = self.clock.now_ms()
            check_open(order, now_ms)
            self.attempts.count(f"message#{user_id}", MESSAGES_AN_HOUR, HOUR_MS, now_ms)
            by = order.party_of(user_id)
            author, reader = reader_of(order, by, found), reader_of(order, Party(Side(by).other), found)
            claimed = self.attachments.claim(user_id, upload_ids, order_id)
            message = ThreadMessage(
                thread_id=order_id,
                id=message_ref.key[1],
                author_id=user_id,
                party=by,
                at_ms=reader.later_ms(now_ms),
                text=kept,
                attachments=tuple(one.said for one in claimed.attachments),
                fingerprint=asked,
            )
            newest = Newest(message.at_ms, message.id)
            received, change = stored(reader.received(message.at_ms).listed(newest), found)
            _, listed = stored(author.listed(newest), found)
            self.store.commit(Insert(message), change, listed, *claimed.changes)
            return order, message, received

        order, message, reader = retry_on_conflict(attempt)
        if message.fingerprint != asked:
            raise KeyReused
        if reader is not None:
            self._tell(order, message, reader)
        return message

    def _tell(self, order: AnyOrder, message: ThreadMessage, reader: Reader) -> None:
        """Whoever marks that a mail goes sends it: of two messages at once one does."""
        reached = self.notices.message_written(order, message)
        if reached or reader.mailed:
            return
        try:
            self.store.commit(Save(replace(reader, mailed=True)))
        except (CommitRefused, Contention):
            return  # it has been read, or another message has come
        self.notices.messages_wait(order, reader.party)

    def part(self, user_id: str, order_id: str, *, cursor: str | None, limit: int) -> Part:
        """What was written and done, newest first, for the two sides. Raises NotFound, InvalidCursor."""
        order, found = self._found(user_id, order_id)
        readers = {party: found.get(Ref(Reader, order_id, party)) for party in SIDES}
        return Part(
            entries=self.store.page(Listing.THREAD, order_id, cursor=cursor, limit=limit),
            read_ms={party: reader.read_ms for party, reader in readers.items() if reader and reader.read_ms},
            closes_ms=closes_ms(order),
            is_open=is_open(order, self.clock.now_ms()),
        )

    def read(self, user_id: str, order_id: str, up_to_ms: int) -> None:
        """The side has seen everything up to then; safe to repeat, and an earlier time changes nothing. Both sides' pages are told.
        Raises NotFound, Unavailable."""

        def attempt() -> tuple[AnyOrder, Reader | None]:
            order, found = self._found(user_id, order_id)
            before = found.get(Ref(Reader, order_id, order.party_of(user_id)))
            after = None if before is None else before.has_read(up_to_ms)
            if after is None or after == before:
                return order, None
            self.store.commit(Save(after))
            return order, after

        order, reader = retry_on_conflict(attempt)
        if reader is not None:
            self.notices.thread_read(order, reader.party, reader.read_ms)

    def unread(self, user_id: str) -> Unread:
        """What is new, each thread counted once. Raises Unavailable."""
        page = self.store.page(Listing.UNREAD_OF_USER, user_id, limit=UNREAD_AT_MOST)
        of_orders = [reader.party for reader in page.items if reader.about is About.ORDER]
        return Unread(
            orders=of_orders.count(Party.CUSTOMER),
            sales=of_orders.count(Party.PERFORMER),
            disputes=len(page.items) - len(of_orders),
        )

    def download(self, user_id: str, order_id: str, attachment_id: str) -> Download:
        """A link to a file of the thread, for its two sides (D26). Raises NotFound, and as `Attachments.link`."""
        self._found(user_id, order_id)
        attachment = self.store.get(Ref(Attachment, order_id, attachment_id))
        if attachment is None:
            raise NotFound(what="attachment")
        return self.attachments.link(attachment, user_id)

    def _found(self, user_id: str, order_id: str, *also: Ref[ThreadMessage]) -> tuple[AnyOrder, Snapshot]:
        """The order, and in the same read its readers and what else is asked for. Raises NotFound for strangers, and for an order whose
        kind has no thread."""
        order_ref = Ref(Order, order_id)
        found = self.store.read(order_ref, *(Ref(Reader, order_id, party) for party in SIDES), *also)
        order = found.get(order_ref)
        if order is None or order.side_of(user_id) is None:
            raise NotFound(what="order")
        if not order.body.timeline:
            raise NotFound(what="thread")
        return order, found
