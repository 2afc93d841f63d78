"""What the search index is made of: twips on sale, as they are published (R10, D2)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chalicelib.domain.availability import Profile
from chalicelib.domain.twips import Twip
from chalicelib.services.catalogue.search import Face, SearchWriter
from chalicelib.services.changes import Ref
from chalicelib.services.paging import iterate_pages
from chalicelib.services.ports import Listing, Snapshot, Store

AT_ONCE = 100


@dataclass(frozen=True)
class Indexing:
    """The index follows the market. Told twice, or too late, it writes what is true now: of people who are blocked nothing."""

    store: Store
    writer: SearchWriter

    def update(self, twip_ids: Iterable[str], performer_ids: Iterable[str] = ()) -> None:
        """These twips may have come, changed or gone; and these performers be rated or named otherwise or blocked, with all that they have
        on sale. Raises Unavailable."""
        self.writer.write((*twip_ids, *self._of_performers(performer_ids)), self)

    def rebuild(self) -> None:
        """The whole index anew, from the listing of twips on sale. Raises Unavailable."""
        self.writer.rebuild(self)

    def tidy(self) -> None:
        """The same, if it is worth it. Raises Unavailable."""
        self.writer.tidy(self)

    def mend(self) -> None:
        """The same, if there is none that can be read. Raises Unavailable."""
        self.writer.mend(self)

    def _of_performers(self, performer_ids: Iterable[str]) -> Iterator[str]:
        for performer_id in dict.fromkeys(performer_ids):
            for listed in iterate_pages(self.store, Listing.TWIPS_OF_AUTHOR, performer_id, limit=AT_ONCE):
                yield from (twip.id for twip in listed if twip.on_sale)

    def faces(self, twip_ids: Iterable[str]) -> dict[str, Face | None]:
        """What is on sale of these twips; None for the others."""
        faces: dict[str, Face | None] = {}
        wanted = tuple(twip_ids)
        for start in range(0, len(wanted), AT_ONCE):
            refs = {twip_id: Ref(Twip, twip_id) for twip_id in wanted[start : start + AT_ONCE]}
            found = self.store.read(*refs.values())
            twips = {twip_id: found.get(ref) for twip_id, ref in refs.items()}
            authors = {Ref(Profile, twip.author_id) for twip in twips.values() if twip and twip.on_sale}
            profiles = self.store.read(*authors) if authors else Snapshot()
            faces |= {twip_id: _face(twip, profiles) for twip_id, twip in twips.items()}
        return faces

    def everything(self) -> Iterator[Face]:
        """All that is on sale."""
        for listed in iterate_pages(self.store, Listing.TWIPS_ON_SALE, limit=AT_ONCE):
            faces = self.faces(tuple(entry.twip_id for entry in listed))
            yield from (face for face in faces.values() if face)


def _face(twip: Twip | None, profiles: Snapshot) -> Face | None:
    if twip is None or twip.published is None or not twip.on_sale:
        return None
    profile = profiles.get(Ref(Profile, twip.author_id))
    if profile is None or profile.blocked:
        return None
    return Face(
        twip.id,
        twip.author_id,
        twip.kind,
        twip.published.shown,
        twip.published_ms or 0,
        profile.rating.tenths,
        profile.display_name,
    )
