"""What is found in one state of the index: how the words are taken, the page, the counts beside the filters."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from tantivy import Query as Asked
from tantivy import Searcher

from chalicelib.domain.errors import InvalidCursor
from chalicelib.domain.kinds import Lang, TwipKind
from chalicelib.domain.search import Facets, Fit, PriceBand, Query
from chalicelib.domain.words import wanted
from chalicelib.services.catalogue.search import Hit, Hits
from chalicelib.storage.cursors import from_cursor, to_cursor
from chalicelib.storage.search.asking import Asking, Reading, reading
from chalicelib.storage.search.listing import Listed, Listing, Place, ordering_of

LONGEST_QUERY = 1_000
"""Code points of a query that are looked at."""
_ID = re.compile(r"[0-9a-z]{1,40}")
_FACETS = {"kind": "kind", "lang": "lang", "price": "band", "rating": "stars"}
"""The filters that are counted beside, each with its field."""
_PLACE = frozenset({"rank", "ms", "id", "number", "fit", "least", "misspelt"})


def find(
    searcher: Searcher, asking: Asking, query: Query, *, cursor: str | None, limit: int, facets: bool = False
) -> Hits:
    """The hits behind the cursor, in the query's order. Raises InvalidCursor."""
    query = replace(query, words=query.words[:LONGEST_QUERY])
    scope = _scope(query)
    read, place = (_asked_for(query), None) if cursor is None else _place(scope, cursor, query)
    listed = _listed(searcher, asking, query, read, place, limit)
    if cursor is None and not listed and read.words:
        other = _read_otherwise(searcher, asking, query.words)
        if other is not None:
            read, listed = other, _listed(searcher, asking, query, other, None, limit)
    hits = [Hit(one.face, one.equals, partial(_cursor, scope, one.place, read)) for one in listed]
    return Hits(hits, read.fit, _facets(searcher, asking, query, read) if facets else None)


def _listed(
    searcher: Searcher, asking: Asking, query: Query, read: Reading, place: Place | None, limit: int
) -> list[Listed]:
    order = ordering_of(query, has_words=bool(read.words))
    if order.scored and read.fit is Fit.MOST:
        read = replace(read, rarities=_rarities(searcher, asking, read))
    return Listing(searcher, asking, asking.whole(query, read), order).behind(place, limit)


def _asked_for(query: Query) -> Reading:
    words = wanted(query.words)
    return Reading(Fit.ALL, words, len(words))


def _read_otherwise(searcher: Searcher, asking: Asking, words: str) -> Reading | None:
    """The first way to take the words that finds something, whatever the filters; None if that is as they were asked for."""
    misspelt = _misspelt(searcher, asking, words)
    for fit in Fit:
        read = reading(words, fit, misspelt=misspelt if fit in (Fit.TYPOS, Fit.MOST) else 0)
        if read is None or not _any(searcher, asking.words(read)):
            continue
        if fit is Fit.ALL:
            return None
        return read if fit is not Fit.MOST else replace(read, least=_most(searcher, asking, read))
    return None


def _misspelt(searcher: Searcher, asking: Asking, words: str) -> int:
    """The words that no twip says, and that may be misspelt, as a bit each."""
    alone = ((1 << place, word, Reading(Fit.ALL, (word,), 1)) for place, word in enumerate(wanted(words)))
    return sum(bit for bit, word, read in alone if word.typos and not _any(searcher, asking.words(read)))


def _any(searcher: Searcher, asked: Asked | None) -> bool:
    return asked is not None and bool(searcher.search(asked, 1, count=False).hits)


def _most(searcher: Searcher, asking: Asking, read: Reading) -> int:
    """How many of the words fit where the most do."""
    asked = asking.number(read)
    return 1 if asked is None else round(searcher.search(asked, 1, count=False).hits[0][0])


def _rarities(searcher: Searcher, asking: Asking, read: Reading) -> tuple[float, ...]:
    """Of each word how much rarer it is than the most frequent one."""
    # The library's types have forgotten it.
    found = [1 + searcher.search(word, 1).count for word in asking.each(read)]  # type: ignore[attr-defined]
    return tuple(math.log(max(found) / number) for number in found)


def _facets(searcher: Searcher, asking: Asking, query: Query, read: Reading) -> Facets:
    set_filters = {
        "kind": query.kind is not None,
        "lang": query.lang is not None,
        "price": query.price_min_minor is not None or query.price_max_minor is not None,
        "rating": query.rating_min_tenths is not None,
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
    )


def _counts(searcher: Searcher, asked: Asked | None, names: list[str]) -> dict[str, dict[str, int]]:
    wanted = {name: {"terms": {"field": _FACETS[name], "size": 20}} for name in names}
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
    }
    return to_cursor(scope, {name: {"S": str(value)} for name, value in said.items()}) or ""


def _place(scope: str, cursor: str, query: Query) -> tuple[Reading, Place]:
    said = {name: value["S"] for name, value in (from_cursor(scope, cursor, _PLACE) or {}).items()}
    try:
        read = reading(query.words, Fit(said["fit"]), int(said["least"]), int(said["misspelt"]))
        scored = read is not None and ordering_of(query, has_words=bool(read.words)).scored
        rank = float(said["rank"]) if scored else int(said["rank"])
        place = Place(rank, int(said["ms"]), said["id"], int(said["number"]))
    except ValueError:
        raise InvalidCursor from None
    numbers = (place.rank, place.published_ms, place.number)
    if read is None or not _ID.fullmatch(place.twip_id) or not all(0 <= number < 2**62 for number in numbers):
        raise InvalidCursor
    return read, place
