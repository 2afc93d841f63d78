"""A listing from its beginning to its end: for what concerns everything that is listed, however much that is."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from chalicelib.services.ports import Listing, Store

DUE_AT_ONCE = 100


def iterate_pages(
    store: Store, listing: Listing, owner: str = "", *, before_ms: int | None = None, limit: int = 50
) -> Iterator[tuple[Any, ...]]:
    """All that is listed, or, of a listing by time, what is before an instant: part by part, each read when it is wanted."""
    cursor: str | None = None
    while True:
        page = store.page(listing, owner, before_ms=before_ms, cursor=cursor, limit=limit)
        yield page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def iterate_overdue(
    store: Store, listing: Listing, owner: str, wakes_ms: Callable[[Any], int | None], before_ms: int
) -> Iterator[Sequence[str]]:
    """The ids of a time index that should have been looked at before an instant. It may lag: what has moved on since is passed over."""
    for items in iterate_pages(store, listing, owner, before_ms=before_ms, limit=DUE_AT_ONCE):
        found = [one.id for one in items if (due_ms := wakes_ms(one)) is not None and due_ms < before_ms]
        if found:
            yield found
