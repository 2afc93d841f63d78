"""A listing from its beginning to its end: for what concerns everything that is listed, however much that is."""

from collections.abc import Iterator
from typing import Any

from chalicelib.services.ports import Listing, Store


def iterate_pages(store: Store, listing: Listing, owner: str = "", *, limit: int = 50) -> Iterator[tuple[Any, ...]]:
    """All that is listed, part by part, each read when it is wanted."""
    cursor: str | None = None
    while True:
        page = store.page(listing, owner, cursor=cursor, limit=limit)
        yield page.items
        cursor = page.next_cursor
        if cursor is None:
            return
