"""Finding twips (R11, R12, E1, E2): the ports of the search index, and the one use case over them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from chalicelib.domain.content import Content
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.search import Facets, Fit, Query
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
    name: str
    """The performer's, as everybody may know it."""


@dataclass(frozen=True)
class Hit:
    """A twip that was found. Its face's descriptions are cut short, and what one must bring is left out."""

    face: Face
    equals: str
    """The same for hits that follow each other and are equally good: within a page they may be shown in any order."""
    to_cursor: Callable[[], str]

    @property
    def cursor(self) -> str:
        """Goes on behind it. Of a page one is wanted, so none is made before."""
        return self.to_cursor()


@dataclass(frozen=True)
class Hits:
    """Hits in order. Pages behind the first keep its `fit`."""

    hits: Sequence[Hit] = ()
    fit: Fit = Fit.ALL
    facets: Facets | None = None
    """Only if asked for."""


class SearchIndex(Protocol):
    """The reading side of an index."""

    def find(self, query: Query, *, cursor: str | None, limit: int, facets: bool = False) -> Hits:
        """The next hits in order, at most `limit`. Raises InvalidCursor for a cursor that this query did not give."""
        ...

    def by_category(self) -> Mapping[str, Mapping[TwipKind, int]]:
        """How many twips of each kind are in each category of the list, by its id; what there is none of may be left out."""
        ...


class Market(Protocol):
    """What an index is made of, as it is at the moment of asking."""

    def faces(self, twip_ids: Iterable[str]) -> Mapping[str, Face | None]:
        """These twips; None for what is not on sale."""
        ...

    def everything(self) -> Iterable[Face]:
        """All that is on sale."""
        ...


class SearchWriter(Protocol):
    """The writing side. It asks the market after it has fixed the index's state: no older face covers a newer one."""

    def write(self, twip_ids: Iterable[str], market: Market) -> None:
        """Brings these twips up to date. Where there is no index yet, it is made of everything.

        All or nothing. Raises Unavailable when other writers always came first."""
        ...

    def rebuild(self, market: Market) -> None:
        """Makes the index anew. What others write meanwhile stays. Raises as `write`."""
        ...

    def tidy(self, market: Market) -> None:
        """Makes it anew if so much has changed since that was done last that it is worth it. Raises as `write`."""
        ...

    def mend(self, market: Market) -> None:
        """Makes it anew if there is none that can be read. Raises as `write`."""
        ...


@dataclass(frozen=True)
class Found:
    """A hit with its performer as they stand now."""

    face: Face
    performer: Standing


@dataclass(frozen=True)
class Results(Page[Found]):
    """A page of what was found, and how it fits the words."""

    fit: Fit = Fit.ALL
    facets: Facets | None = None
    """Only if asked for. They count whoever can be called and whoever cannot."""


AT_ONCE = 50
"""Hits looked at in one step when only those are wanted whose performer can be called now."""
LOOKED_AT_MOST = 300
"""After so many hits a page ends, however few of them were wanted: its cursor goes on."""


@dataclass(frozen=True)
class Search:
    """The index finds; who can be called is read from the performers themselves, a page at a time."""

    index: SearchIndex
    availability: Availability

    def find(
        self, query: Query, *, callable_only: bool, cursor: str | None, limit: int, facets: bool = False
    ) -> Results:
        """A page of hits; with `callable_only` it may be short, even empty, and still have a next one. Raises InvalidCursor."""
        found: list[tuple[Hit, Standing]] = []
        step = max(limit, AT_ONCE) if callable_only else limit
        first: Hits | None = None
        for _ in range(0, LOOKED_AT_MOST, step):
            part = self.index.find(query, cursor=cursor, limit=step + 1, facets=facets and first is None)
            first = first or part
            looked_at = part.hits[:step]
            standings = self.availability.of(hit.face.author_id for hit in looked_at)
            for number, hit in enumerate(looked_at):
                performer = standings.get(hit.face.author_id)
                if performer is None or not _wanted(performer, callable_only):
                    continue
                found.append((hit, performer))
                if len(found) == limit:
                    return _results(found, hit.cursor if number + 1 < len(part.hits) else None, first)
            if len(part.hits) <= step:
                return _results(found, None, first)
            cursor = looked_at[-1].cursor
        return _results(found, cursor, first or Hits())

    def by_category(self) -> Mapping[str, Mapping[TwipKind, int]] | None:
        """How many twips of each kind are in each category (E2); None while the index does not answer."""
        try:
            return self.index.by_category()
        except Unavailable:
            return None


def _results(found: Sequence[tuple[Hit, Standing]], cursor: str | None, first: Hits) -> Results:
    """Of equals those who can be called now come first. The page ends where it would have ended: nothing is left out or comes twice."""
    runs = (run for _, run in groupby(found, key=lambda one: one[0].equals))
    shown = (one for run in runs for one in sorted(run, key=lambda one: one[1].uncallable is not None))
    return Results(tuple(Found(hit.face, performer) for hit, performer in shown), cursor, first.fit, first.facets)


def _wanted(performer: Standing, callable_only: bool) -> bool:
    """People who are blocked are found by nobody."""
    return not performer.profile.blocked and (not callable_only or performer.uncallable is None)
