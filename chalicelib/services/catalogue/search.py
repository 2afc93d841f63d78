"""Finding twips (R11, R12, E1): the ports of the search index, and the one use case over them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.content import Content
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.search import Query
from chalicelib.services.people.availability import Availability, Standing
from chalicelib.services.ports import Page


@dataclass(frozen=True)
class Face:
    """What the index knows of a twip on sale."""

    twip_id: str
    author_id: str
    kind: TwipKind
    content: Content
    published_ms: int
    rating_tenths: int
    """The performer's (D24)."""


@dataclass(frozen=True)
class Hit:
    """A twip that was found. Its face's descriptions are cut short, and what one must bring is left out; `cursor` goes on behind it."""

    face: Face
    cursor: str


class SearchIndex(Protocol):
    """The reading side of an index."""

    def find(self, query: Query, *, cursor: str | None, limit: int) -> Sequence[Hit]:
        """The next hits in order, at most `limit`. Raises InvalidCursor for a cursor that this query did not give."""
        ...


class SearchWriter(Protocol):
    """The writing side. What it is given reads the market after the index's state was fixed: no older face covers a newer one."""

    def write(self, changed: Callable[[], Mapping[str, Face | None]], everything: Callable[[], Iterable[Face]]) -> None:
        """Brings these twips up to date; None takes one out. Where there is no index yet, it is made of everything.

        All or nothing. Raises Unavailable when other writers always came first."""
        ...

    def rebuild(self, everything: Callable[[], Iterable[Face]]) -> None:
        """Makes the index anew. Raises as `write`."""
        ...


@dataclass(frozen=True)
class Found:
    """A hit with its performer as they stand now."""

    face: Face
    performer: Standing


AT_ONCE = 50
"""Hits looked at in one step when only those are wanted whose performer can be called now."""
LOOKED_AT_MOST = 300
"""After so many hits a page ends, however few of them were wanted: its cursor goes on."""


@dataclass(frozen=True)
class Search:
    """The index finds; who can be called is read from the performers themselves, a page at a time."""

    index: SearchIndex
    availability: Availability

    def find(self, query: Query, *, callable_only: bool, cursor: str | None, limit: int) -> Page[Found]:
        """A page of hits; with `callable_only` it may be short, even empty, and still have a next one. Raises InvalidCursor."""
        found: list[Found] = []
        step = max(limit, AT_ONCE) if callable_only else limit
        for _ in range(0, LOOKED_AT_MOST, step):
            hits = self.index.find(query, cursor=cursor, limit=step + 1)
            looked_at = hits[:step]
            standings = self.availability.of(hit.face.author_id for hit in looked_at)
            for number, hit in enumerate(looked_at):
                cursor = hit.cursor
                performer = standings.get(hit.face.author_id)
                if performer is None or not _wanted(performer, callable_only):
                    continue
                found.append(Found(hit.face, performer))
                if len(found) == limit:
                    return Page(tuple(found), cursor if number + 1 < len(hits) else None)
            if len(hits) <= step:
                return Page(tuple(found))
        return Page(tuple(found), cursor)


def _wanted(performer: Standing, callable_only: bool) -> bool:
    """People who are blocked are found by nobody."""
    return not performer.profile.blocked and (not callable_only or performer.uncallable is None)
