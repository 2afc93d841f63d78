"""What one performer has on sale (E4)."""

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.availability import Profile
from chalicelib.domain.content import Content, on_card
from chalicelib.domain.errors import NotFound
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import Ref
from chalicelib.services.ports import Listing, Page, Store


@dataclass(frozen=True)
class Offer:
    """A twip on sale, as cards show it."""

    twip_id: str
    kind: TwipKind
    content: Content
    published_ms: int


@dataclass(frozen=True)
class Offers:
    """Read from the twips themselves: whoever publishes one sees it on their page at once, before any search finds it."""

    store: Store

    def of(self, performer_id: str, *, cursor: str | None, limit: int) -> Page[Offer]:
        """A performer's twips on sale, newest first; only the last page is short. Raises NotFound, also for one who is blocked, and
        InvalidCursor."""
        profile = self.store.get(Ref(Profile, performer_id))
        if profile is None or profile.blocked:
            raise NotFound(what="user")
        found: list[Offer] = []
        while True:
            listed = self.store.page(Listing.TWIPS_OF_AUTHOR, performer_id, cursor=cursor, limit=limit - len(found))
            found += _on_sale(listed)
            cursor = listed.next_cursor
            if cursor is None or len(found) == limit:
                return Page(tuple(found), cursor)


def _on_sale(listed: Page[Twip]) -> Iterator[Offer]:
    for twip in listed.items:
        if twip.published is not None and twip.on_sale:
            yield Offer(twip.id, twip.kind, on_card(twip.published), twip.published_ms or 0)
