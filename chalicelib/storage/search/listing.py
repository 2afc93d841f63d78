"""Hits in order, page by page: exact where twips are ordered by a number, near enough by relevance."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any, assert_never

from tantivy import DocAddress, Order, Searcher
from tantivy import Query as Asked

from chalicelib.domain.search import Query, Sort
from chalicelib.services.catalogue.search import Face
from chalicelib.storage.search.asking import Asking
from chalicelib.storage.search.cards import card_at, face_in
from chalicelib.storage.search.schema import HOURS_BITS, SECONDS_BITS, keyed

SPARE = 16
"""So many more than a page are asked for, so that of equals at its end all are seen."""
HEAD = 200
"""To look through all numbers takes a millisecond at 100,000 twips, to look for those beyond one a tenth of that."""
MOST_EQUALS = 2_000
"""So many hits of one score are put in order. More of them stand as the engine has them."""
ROUNDING = 1e-6
"""By so much two scores of one twip may differ: the engine adds the same up in another order."""


@dataclass(frozen=True)
class Place:
    """Where a hit stands: by its rank, of equals the newest first, of those the greatest id. By relevance `number` hits are before it."""

    rank: float
    published_ms: int
    twip_id: str
    number: int = 0


@dataclass(frozen=True)
class Listed:
    """A hit and its place."""

    face: Face
    place: Place
    equals: str


@dataclass(frozen=True)
class Ordering:
    """By which field a listing is ordered. `scored`: by relevance, weighted by the field."""

    field: str
    descending: bool = True
    scored: bool = False
    novelty_bits: int = 0
    """The lowest bits of the number, in which twips that are equally good may differ."""


def ordering_of(query: Query, *, has_words: bool) -> Ordering:
    """The ordering that a query asks for."""
    match query.sort:
        case Sort.RELEVANCE if has_words:
            return Ordering(keyed("weight", query.reader), scored=True)
        case Sort.RELEVANCE | Sort.NEWEST:
            return Ordering("newest")
        case Sort.PRICE_ASC:
            return Ordering(keyed("cheapest", query.reader), descending=False, novelty_bits=SECONDS_BITS)
        case Sort.PRICE_DESC:
            return Ordering(keyed("dearest", query.reader), novelty_bits=SECONDS_BITS)
        case Sort.RATING:
            return Ordering(keyed("rated", query.reader), novelty_bits=SECONDS_BITS)
        case _:
            assert_never(query.sort)


Ranked = tuple[Any, DocAddress]
"""A hit as the engine answers it: its score or its number, and where it lies."""


class Listing:
    """What one query finds in one state of the index, in order."""

    def __init__(self, searcher: Searcher, asking: Asking, asked: Asked | None, order: Ordering) -> None:
        self._searcher, self._asking, self._asked, self._order = searcher, asking, asked, order

    def behind(self, place: Place | None, limit: int) -> list[Listed]:
        """The hits behind a place, or the first."""
        return self._by_relevance(place, limit) if self._order.scored else self._by_number(place, limit)

    def _by_number(self, place: Place | None, limit: int) -> list[Listed]:
        number = limit + SPARE
        while True:
            found = self._first(self._from(place, number), number)
            ended = len(found) < number
            whole = found if ended else _without_last_equals(found)
            behind = (hit for hit in self._in_order(whole) if place is None or self._follows(hit, place))
            hits = list(islice(behind, limit))
            if ended or len(hits) == limit:
                return [self._listed(hit, 0, f"{hit[0] >> self._order.novelty_bits}") for hit in hits]
            number *= 4

    def _first(self, asked: Asked | None, number: int) -> Sequence[Ranked]:
        field, way = self._order.field, Order.Desc if self._order.descending else Order.Asc
        return self._searcher.search(asked or Asked.all_query(), number, False, order_by_field=field, order=way).hits

    def _from(self, place: Place | None, number: int) -> Asked | None:
        """What is asked for, from a place on. Who asks for the first of all is given no more than a head of the listing to choose from."""
        field, descending = self._order.field, self._order.descending
        if place is not None:
            start = int(place.rank)
            here = self._asking.numbers(field, most=start) if descending else self._asking.numbers(field, least=start)
            return here if self._asked is None else self._asking.both(self._asked, here)
        if self._asked is not None or number > HEAD:
            return self._asked
        if field not in self._asking.heads:
            head = self._first(None, HEAD)
            self._asking.heads[field] = None if len(head) < HEAD else int(head[-1][0])
        end = self._asking.heads[field]
        if end is None:
            return None
        return self._asking.numbers(field, least=end) if descending else self._asking.numbers(field, most=end)

    def _by_relevance(self, place: Place | None, limit: int) -> list[Listed]:
        now = None if place is None else self._now(place)
        # Who makes a cursor up may say any number, and the engine makes room for as many hits.
        before = 0 if place is None else min(place.number, self._searcher.num_docs)
        # What stands before the place is looked at too: hits may have come or gone since.
        start = max(0, before - limit)
        number = limit + SPARE + before - start
        while True:
            found = self._scored(number, start)
            if now is not None and start and (not found or found[0][0] <= now[0] * (1 + ROUNDING)):
                start, number = start // 4, number + start - start // 4
                continue
            ended = len(found) < number or number > MOST_EQUALS
            hits = list(self._in_order(found if ended else _without_last_equals(found)))
            here = None if now is None else now[1]
            if here is not None and not ended and not any(_same(address, here) for _, address in hits):
                # So many came before it that it stands farther on.
                number *= 4
                continue
            first = 0 if place is None else self._first_behind(hits, place, here)
            page = hits[first : first + limit]
            if len(found) < number or len(page) == limit:
                return self._page(page, start + first)
            number *= 4

    def _now(self, place: Place) -> tuple[float, DocAddress | None]:
        """The score of a twip and where it lies, as it now is; where it is no longer found, its score as it was."""
        twip = self._asking.twip(place.twip_id)
        found = self._scored(1, 0, twip if self._asked is None else self._asking.both(self._asked, twip))
        return found[0] if found else (place.rank, None)

    def _scored(self, number: int, start: int, asked: Asked | None = None) -> Sequence[Ranked]:
        asked = asked or self._asked or Asked.all_query()
        return self._searcher.search(asked, number, False, offset=start, weight_by_field=self._order.field).hits

    def _first_behind(self, hits: Sequence[Ranked], place: Place, now: DocAddress | None) -> int:
        if now is not None:
            at = next((n for n, (_, address) in enumerate(hits) if _same(address, now)), None)
            if at is not None:
                return at + 1
        return next((n for n, hit in enumerate(hits) if self._follows(hit, place)), len(hits))

    def _page(self, page: Sequence[Ranked], before: int) -> list[Listed]:
        weights = self._numbers(self._order.field, page)
        return [
            self._listed(hit, before + n, f"{hit[0] / math.log2(2 + weight):.3g}-{weight >> HOURS_BITS}")
            for n, (hit, weight) in enumerate(zip(page, weights, strict=True))
        ]

    def _listed(self, hit: Ranked, number: int, equals: str) -> Listed:
        face = self._face(hit[1])
        return Listed(face, Place(hit[0], face.published_ms, face.twip_id, number), equals)

    def _in_order(self, found: Sequence[Ranked]) -> Iterator[Ranked]:
        """Of equals the newest first, and of those the greatest id."""
        for _, run in groupby(found, key=lambda hit: hit[0]):
            equals = list(run)
            if len(equals) == 1:
                yield equals[0]
                continue
            times = self._numbers("newest", equals)
            newest = sorted(zip(times, equals, strict=True), key=lambda one: one[0], reverse=True)
            for _, same in groupby(newest, key=lambda one: one[0]):
                twins = [hit for _, hit in same]
                if len(twins) > 1:
                    twins.sort(key=lambda hit: self._face(hit[1]).twip_id, reverse=True)
                yield from twins

    def _follows(self, hit: Ranked, place: Place) -> bool:
        if hit[0] != place.rank:
            return bool(hit[0] < place.rank) is self._order.descending
        face = self._face(hit[1])
        return (face.published_ms, face.twip_id) < (place.published_ms, place.twip_id)

    def _numbers(self, field: str, hits: Sequence[Ranked]) -> list[int]:
        return [int(value or 0) for value in self._searcher.fast_field_values(field, [hit[1] for hit in hits])]

    def _face(self, address: DocAddress) -> Face:
        return face_in(card_at(self._searcher, address))


def _without_last_equals(found: Sequence[Ranked]) -> Sequence[Ranked]:
    """Those of which all equals are seen."""
    return [hit for hit in found if hit[0] != found[-1][0]]


def _same(one: DocAddress, other: DocAddress) -> bool:
    return (one.segment_ord, one.doc) == (other.segment_ord, other.doc)
