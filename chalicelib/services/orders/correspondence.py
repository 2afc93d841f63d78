"""The threads of all that one bought and sold, as one list (R79)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.availability import Profile
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.order import AnyOrder, Order
from chalicelib.domain.parties import Side
from chalicelib.domain.threads import Reader, ThreadMessage
from chalicelib.services.changes import Ref
from chalicelib.services.ports import Listing, Page, Snapshot, Store

THREADS_AT_MOST = 50
"""On one page: each asks for its order and for what is newest in it, and one snapshot reads a hundred."""


@dataclass(frozen=True)
class Thread:
    """A thread as it stands in the list of one of its two sides."""

    order: AnyOrder
    side: Side
    """The reader's."""
    other_name: str
    """The display name of the other side; empty when they are gone."""
    unread: int
    at_ms: int
    """When the newest entry came."""
    newest: ThreadMessage | OrderEvent | None
    """That entry, whoever made it; None: the order itself."""

    @property
    def other_id(self) -> str:
        """Whom the reader corresponds with."""
        return self.order.performer_id if self.side is Side.CUSTOMER else self.order.customer_id


@dataclass(frozen=True)
class Correspondence:
    """Reads only; everybody has their own."""

    store: Store

    def listed(self, user_id: str, *, cursor: str | None, limit: int) -> Page[Thread]:
        """The threads of the user's orders and sales, the one with the newest entry first, at most 50 a page. A thread stands here from
        its first entry on; to its performer a new order is one. Raises InvalidCursor.

        A page is four reads: its keys, the user as their reader, the orders with the newest entries, the other sides. What comes between
        two pages takes its thread to the top: nobody meets a thread twice."""
        page = self.store.page(Listing.THREADS_OF_USER, user_id, cursor=cursor, limit=min(limit, THREADS_AT_MOST))
        found = self.store.read(*(ref for reader in page.items for ref in _refs(reader)))
        threads = [_thread(reader, found) for reader in page.items]
        profiles = self.store.read(*{Ref(Profile, thread.other_id) for thread in threads})
        return Page(tuple(_named(thread, profiles) for thread in threads), page.next_cursor)


def _refs(reader: Reader) -> Iterator[Ref[Any]]:
    yield Ref(Order, reader.thread_id)
    entry = _entry(reader)
    if entry is not None:
        yield entry


def _entry(reader: Reader) -> Ref[Any] | None:
    newest = reader.newest
    if newest is None or not newest.entry_id:
        return None
    return Ref(OrderEvent if newest.is_act else ThreadMessage, reader.thread_id, newest.entry_id)


def _thread(reader: Reader, found: Snapshot) -> Thread:
    order, entry = found.found[Ref(Order, reader.thread_id)], _entry(reader)
    return Thread(
        order=order,
        side=Side(reader.party),
        other_name="",
        unread=reader.unread,
        at_ms=reader.newest.at_ms if reader.newest else order.created_ms,
        newest=None if entry is None else found.get(entry),
    )


def _named(thread: Thread, profiles: Snapshot) -> Thread:
    profile = profiles.get(Ref(Profile, thread.other_id))
    return thread if profile is None else replace(thread, other_name=profile.display_name)
