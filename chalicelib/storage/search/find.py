"""What is found in one state of the index: how the words are taken, the page, the counts beside the filters."""

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from functools import partial
from itertools import chain
from typing import Any

from tantivy import Query as Asked
from tantivy import Searcher

from chalicelib.domain.errors import InvalidCursor
from chalicelib.domain.folding import folded
from chalicelib.domain.kinds import Lang, TwipKind
from chalicelib.domain.search import Facets, Fit, PriceBand, Query
from chalicelib.domain.words import Wanted, wanted
from chalicelib.services.catalogue.search import Hit, Hits
from chalicelib.storage.cursors import from_cursor, to_cursor
from chalicelib.storage.search.asking import Asking, Reading, apart, as_asked, reading
from chalicelib.storage.search.listing import Listed, Listing, Place, ordering_of

LONGEST_QUERY = 1_000
"""Code points of a query that are looked at."""
_LONG = re.compile(r"[^\W\d_]{6,24}")
FEW = 5
"""Hits. Where fewer have most of the words, those that have a word less stand behind them."""
MANY = 3
"""Words, of which one may be left out."""
SHORTEST_PART, SHORTEST_APIECE = 3, 4
"""Letters of a word that another was written together with: where one title says both, and where none does."""
_ID = re.compile(r"[0-9a-z]{1,40}")
_FACETS = {"kind": "kind", "lang": "lang", "price": "band", "rating": "stars", "category": "category"}
"""The filters that are counted beside, each with its field."""
_MOST_VALUES = 200
"""Of one of these fields. Of categories it has also those that are gone from the list."""
_PLACE = frozenset({"rank", "ms", "id", "number", "fit", "least", "misspelt", "cut"})


def find(
    searcher: Searcher, asking: Asking, query: Query, *, cursor: str | None, limit: int, facets: bool = False
) -> Hits:
    """The hits behind the cursor, in the query's order. Raises InvalidCursor."""
    query = replace(query, words=query.words[:LONGEST_QUERY])
    scope = _scope(query)
    read, place = (as_asked(query.words), None) if cursor is None else _place(scope, cursor, query)
    listed = _listed(searcher, asking, query, read, place, limit)
    if cursor is None and len(listed) < min(FEW, limit) and read.words:
        other = _read_otherwise(searcher, asking, query.words)
        if other is not None:
            read, listed = other, _listed(searcher, asking, query, other, None, limit)
    hits = [Hit(one.face, one.equals, partial(_cursor, scope, one.place, read)) for one in listed]
    return Hits(hits, read.fit, _facets(searcher, asking, query, read) if facets else None)


def _listed(
    searcher: Searcher, asking: Asking, query: Query, read: Reading, place: Place | None, limit: int
) -> list[Listed]:
    order = ordering_of(query, has_words=bool(read.words))
    if order.scored and read.fit in (Fit.FEW, Fit.MOST):
        read = replace(read, rarities=_rarities(searcher, asking, read))
    return Listing(searcher, asking, asking.whole(query, read), order).behind(place, limit)


def _read_otherwise(searcher: Searcher, asking: Asking, words: str) -> Reading | None:
    """The first way to take the words that finds something, whatever the filters; None if that is as they were asked for. Of three words
    or more one need not be said where few twips say them all."""
    asked = as_asked(words)
    found = _number(searcher, asking.words(asked), FEW)
    if not found:
        return next((read for read in _ways(searcher, asking, words) if _number(searcher, asking.words(read), 1)), None)
    enough = found == FEW or len(asked.words) < MANY
    return None if enough else replace(asked, fit=Fit.FEW, least=len(asked.words) - 1)


def _ways(searcher: Searcher, asking: Asking, words: str) -> Iterator[Reading]:
    misspelt = _misspelt(searcher, asking, words)
    if read := reading(words, Fit.TYPOS, misspelt=misspelt):
        yield read
    cut = _cut(searcher, asking, words, misspelt)
    if cut:
        misspelt = _misspelt(searcher, asking, apart(words, cut))
        if read := reading(words, Fit.TYPOS, misspelt=misspelt, cut=cut):
            yield read
    if read := reading(words, Fit.LAYOUT):
        yield read
    if read := reading(words, Fit.MOST, misspelt=misspelt, cut=cut):
        yield from _most(searcher, asking, read)


def _misspelt(searcher: Searcher, asking: Asking, words: str) -> int:
    """The words that no twip says, and that may be misspelt, as a bit each."""
    alone = ((1 << place, word, Reading(Fit.ALL, (word,), 1)) for place, word in enumerate(as_asked(words).words))
    return sum(bit for bit, word, read in alone if word.typos and not _number(searcher, asking.words(read), 1))


def _cut(searcher: Searcher, asking: Asking, words: str, misspelt: int) -> int:
    """Where a blank was left out: a long word that no twip says is two that one title says; 0 if there is none. Who asks for nothing
    else is content with two titles."""
    asked = as_asked(words).words
    unsaid = {word.word for place, word in enumerate(asked) if misspelt >> place & 1}
    run = next((found for found in _LONG.finditer(words) if folded(found[0]) in unsaid), None)
    if run is None:
        return 0
    cuts = list(_cuts(words, run))
    whole = (at for at, parts in cuts if _number(searcher, asking.titled(*parts), 1))
    if len(asked) > 1:
        return next(whole, 0)
    long = (one for one in cuts if min(len(part.word) for part in one[1]) >= SHORTEST_APIECE)
    apiece = (at for at, parts in long if all(_number(searcher, asking.titled(part), 1) for part in parts))
    return next(chain(whole, apiece), 0)


def _cuts(words: str, run: re.Match[str]) -> Iterator[tuple[int, tuple[Wanted, ...]]]:
    """Where a long word may be cut into two that count, and these."""
    places = range(run.start() + SHORTEST_PART, run.end() - SHORTEST_PART + 1)
    cuts = ((at, wanted(apart(words, at)[run.start() : run.end() + 1])) for at in places)
    return ((at, parts) for at, parts in cuts if len(parts) == 2)


def _number(searcher: Searcher, asked: Asked | None, most: int) -> int:
    """Of hits, up to so many."""
    return 0 if asked is None else len(searcher.search(asked, most, count=False).hits)


def _most(searcher: Searcher, asking: Asking, read: Reading) -> Iterator[Reading]:
    """So that as many of the words must fit as do where the most do, or one less where few twips have so many; none where none fits."""
    asked = asking.number(read)
    hits = [] if asked is None else searcher.search(asked, FEW, count=False).hits
    if hits:
        most = round(hits[0][0])
        few = len(hits) < FEW or round(hits[-1][0]) < most
        yield replace(read, least=most - 1 if few and most > 1 else most)


def _rarities(searcher: Searcher, asking: Asking, read: Reading) -> tuple[float, ...]:
    """Of each word how much rarer it is than the most frequent one, as a part of how rare a word can be here."""
    # The library's types have forgotten it.
    found = [1 + searcher.search(word, 1).count for word in asking.each(read)]  # type: ignore[attr-defined]
    rarest = math.log(2 + searcher.num_docs)
    return tuple(math.log(max(found) / number) / rarest for number in found)


def _facets(searcher: Searcher, asking: Asking, query: Query, read: Reading) -> Facets:
    set_filters = {
        "kind": query.kind is not None,
        "lang": query.lang is not None,
        "price": query.price_min_minor is not None or query.price_max_minor is not None,
        "rating": query.rating_min_tenths is not None,
        "category": query.category is not None,
    }
    counts: dict[str, dict[str, int]] = {}
    # What is filtered by nothing of its own is counted together.
    together = [name for name, is_set in set_filters.items() if not is_set]
    for names, without in ((together, ""), *(([name], name) for name, is_set in set_filters.items() if is_set)):
        if names:
            counts |= _counts(searcher, asking.whole(query, read, without=without), names)
    return Facets(
        kinds={TwipKind(key): number for key, number in counts["kind"].items()},
        languages={Lang(key): number for key, number in counts["lang"].items()},
        prices={PriceBand(key): number for key, number in counts["price"].items()},
        ratings={int(key): number for key, number in counts["rating"].items()},
        categories=_listed_only(asking, counts["category"]),
    )


def by_category(searcher: Searcher, asking: Asking) -> Mapping[str, Mapping[TwipKind, int]]:
    """How many twips of each kind are in each category of the list; none where there are none."""
    kinds = {"terms": {"field": "kind", "size": _MOST_VALUES}}
    asked = {"category": {"terms": {"field": "category", "size": _MOST_VALUES}, "aggs": {"kind": kinds}}}
    found: dict[str, Counter[TwipKind]] = {}
    for bucket in searcher.aggregate(Asked.all_query(), asked)["category"]["buckets"]:
        counted = found.setdefault(asking.categories.of(bucket["key"]).id, Counter())
        counted.update({TwipKind(one["key"]): int(one["doc_count"]) for one in bucket["kind"]["buckets"]})
    return found


def _listed_only(asking: Asking, counts: Mapping[str, int]) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for ident, number in counts.items():
        found[asking.categories.of(ident).id] += number
    return dict(found)


def _counts(searcher: Searcher, asked: Asked | None, names: list[str]) -> dict[str, dict[str, int]]:
    wanted = {name: {"terms": {"field": _FACETS[name], "size": _MOST_VALUES}} for name in names}
    found = searcher.aggregate(asked or Asked.all_query(), wanted)
    return {name: {one["key"]: int(one["doc_count"]) for one in found[name]["buckets"]} for name in names}


def _scope(query: Query) -> str:
    """A cursor is good for the query that gave it, and for no other."""
    said = json.dumps(asdict(query), sort_keys=True)
    return "search#" + hashlib.sha256(said.encode()).hexdigest()[:16]


def _cursor(scope: str, place: Place, read: Reading) -> str:
    said: Mapping[str, Any] = {
        "rank": repr(place.rank),
        "ms": place.published_ms,
        "id": place.twip_id,
        "number": place.number,
        "fit": read.fit.value,
        "least": read.least,
        "misspelt": read.misspelt,
        "cut": read.cut,
    }
    return to_cursor(scope, {name: {"S": str(value)} for name, value in said.items()}) or ""


def _place(scope: str, cursor: str, query: Query) -> tuple[Reading, Place]:
    said = {name: value["S"] for name, value in (from_cursor(scope, cursor, _PLACE) or {}).items()}
    try:
        read = reading(query.words, Fit(said["fit"]), int(said["least"]), int(said["misspelt"]), int(said["cut"]))
        scored = read is not None and ordering_of(query, has_words=bool(read.words)).scored
        rank = float(said["rank"]) if scored else int(said["rank"])
        place = Place(rank, int(said["ms"]), said["id"], int(said["number"]))
    except ValueError:
        raise InvalidCursor from None
    numbers = (place.rank, place.published_ms, place.number)
    if read is None or not _ID.fullmatch(place.twip_id) or not all(0 <= number < 2**62 for number in numbers):
        raise InvalidCursor
    return read, place
