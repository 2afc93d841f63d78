"""A query in the engine's terms. Nothing is parsed: what visitors write reaches the engine as terms, so its syntax cannot be written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import assert_never

from tantivy import FieldType, Occur, Schema
from tantivy import Query as Asked

from chalicelib.domain.categories import OTHER, Categories, categories
from chalicelib.domain.families import MARK
from chalicelib.domain.search import Fit, Query
from chalicelib.domain.small_words import STOP_WORDS
from chalicelib.domain.words import SHORTEST_BEGINNING, Wanted, indexed, retyped, wanted, words_of
from chalicelib.storage.search.schema import BEGINNINGS, TITLES, VALUE_SHIFT, WEIGHTS, keyed

ANOTHER_FORM, FAMILY = 0.9, 0.7
"""What another form of a word, and another word of its family, count beside the word itself."""
LIGHT = 0.4
"""What a light word counts beside one that must be said."""
EACH = 30.0
"""What each word adds that fits, where not all need to: who has more of them comes first."""
BEGINNING, TYPO = 0.4, 6.0
"""What a longer word, and a word that is otherwise by a letter, count beside one that fits."""
RARITY = 225.0
"""What a word that one twip says is worth beside one that all say, where some must go. In between it goes by the logarithm: enough for a
rarer word to stand before one in a title."""
CATEGORY = 0.2
"""What the name of a twip's category counts beside a word in its description: it stands behind whatever says the word itself."""
OTHER_KEYS = 0.1
"""What the other keys of a word that fit count beside the best."""
_ANY_PRICE = 2**62
_FILTERS = ("kind", "lang", "price", "rating", "category", "tag")


@dataclass(frozen=True)
class Reading:
    """How the words of a query are taken: which they are, how many of them must fit, and which may be otherwise by a letter."""

    fit: Fit
    words: tuple[Wanted, ...]
    least: int
    misspelt: int = 0
    """A bit for each word that no twip says, by its place: the others are spelt as somebody spells them."""
    rarities: tuple[float, ...] = ()
    """Of each word how much rarer it is than the most frequent one, from 0 to 1. Where as many words fit, the rarer tell more."""
    light: tuple[Wanted, ...] = ()
    """Words that only tell who comes first."""
    cut: int = 0
    """After so many characters of the query a blank was left out; 0: none was."""

    def is_misspelt(self, place: int) -> bool:
        """Whether the word there may be otherwise by a letter."""
        return bool(self.misspelt >> place & 1)


def as_asked(words: str) -> Reading:
    """The words taken as they were asked for."""
    found = wanted(words)
    said = tuple(word for word in found if not word.light)
    return Reading(Fit.ALL, said, len(said), light=tuple(word for word in found if word.light))


def reading(words: str, fit: Fit, least: int | None = None, misspelt: int = 0, cut: int = 0) -> Reading | None:
    """The words taken so; None where they cannot be. With MOST so many must fit at `least`, by itself one of them."""
    typed = retyped(words) if fit is Fit.LAYOUT else apart(words, cut)
    asked = as_asked(typed or "")
    least = (1 if fit is Fit.MOST else len(asked.words)) if least is None else least
    read = replace(asked, fit=fit, least=least, misspelt=misspelt, cut=cut)
    may_be = sum(1 << place for place, word in enumerate(asked.words) if word.typos)
    return read if misspelt & ~may_be == 0 and 0 <= cut <= len(words) and _is_possible(read) else None


def apart(words: str, cut: int) -> str:
    """The words with a blank after so many characters; with none after no characters."""
    return f"{words[:cut]} {words[cut:]}" if cut else words


def _is_possible(read: Reading) -> bool:
    match read.fit:
        case Fit.ALL:
            return read.least == len(read.words) and read.misspelt == read.cut == 0
        case Fit.FEW:
            return read.least == len(read.words) - 1 > 0 and read.misspelt == read.cut == 0
        case Fit.TYPOS:
            return read.least == len(read.words) and (read.misspelt > 0 or read.cut > 0)
        case Fit.LAYOUT:
            return read.least == len(read.words) > 0 and read.misspelt == read.cut == 0
        case Fit.MOST:
            return 0 < read.least < len(read.words)
        case _:
            assert_never(read.fit)


class Asking:
    """Queries of one state of the index."""

    def __init__(self, schema: Schema, listed: Categories | None = None) -> None:
        self._schema = schema
        self.categories = listed or categories()
        self.heads: dict[str, int | None] = {}
        """Where the first twips of all end, by field (Listing)."""

    def whole(self, query: Query, read: Reading, *, without: str = "") -> Asked | None:
        """Words and filters, one of which may be left out; None for everything."""
        words, filters = self.words(read), tuple(self._filters(query, without))
        return self._all(words, *filters) if words is not None or filters else None

    def words(self, read: Reading) -> Asked | None:
        """The words alone, scored; None when there are none."""
        parts = list(self._parts(read))
        if read.rarities:
            parts = [
                _worth_more(part, EACH + RARITY * rarity) for part, rarity in zip(parts, read.rarities, strict=True)
            ]
        light = (Asked.disjunction_max_query(list(self._exactly(word, worth=LIGHT)), OTHER_KEYS) for word in read.light)
        return self._of(parts, read.least, *light)

    def each(self, read: Reading) -> list[Asked]:
        """The words one by one."""
        return list(self._parts(read))

    def number(self, read: Reading) -> Asked | None:
        """What scores how many of the words fit."""
        parts = [Asked.const_score_query(part, 1.0) for part in self._parts(read)]
        return self._of(parts, read.least)

    def titled(self, *words: Wanted) -> Asked:
        """What says all of these words exactly in one title."""
        of_one = (
            Asked.boolean_query(
                [(Occur.Must, Asked.disjunction_max_query(list(self._exactly(word, (field,))))) for word in words]
            )
            for field in TITLES
        )
        return Asked.disjunction_max_query(list(of_one))

    def twip(self, twip_id: str) -> Asked:
        """One twip."""
        return Asked.term_query(self._schema, "id", twip_id, "basic")

    def both(self, one: Asked, other: Asked) -> Asked:
        """What fits both, scored by the first."""
        return self._all(one, other)

    def numbers(self, field: str, *, least: int | None = None, most: int | None = None) -> Asked:
        """What has a number in a field, from one to another."""
        return Asked.range_query(self._schema, field, FieldType.Unsigned, least, most)

    def _of(self, parts: Sequence[Asked], least: int, *light: Asked) -> Asked | None:
        if not parts:
            return None
        beside = [(Occur.Should, word) for word in light]
        if least == len(parts):
            return Asked.boolean_query([*((Occur.Must, part) for part in parts), *beside])
        most = Asked.boolean_query([(Occur.Should, part) for part in parts], minimum_number_should_match=least)
        return Asked.boolean_query([(Occur.Must, most), *beside]) if beside else most

    def _all(self, scored: Asked | None, *filters: Asked) -> Asked:
        parts = [(Occur.Must, Asked.const_score_query(one, 0.0)) for one in filters]
        if scored is not None:
            parts.insert(0, (Occur.Must, scored))
        return Asked.boolean_query(parts)

    def _parts(self, read: Reading) -> Iterator[Asked]:
        return (self._word(word, misspelt=read.is_misspelt(place)) for place, word in enumerate(read.words))

    def _word(self, word: Wanted, *, misspelt: bool) -> Asked:
        return Asked.disjunction_max_query(list(self._ways(word, misspelt=misspelt)), tie_breaker=OTHER_KEYS)

    def _ways(self, word: Wanted, *, misspelt: bool) -> Iterator[Asked]:
        yield from self._exactly(word)
        for field, weight in WEIGHTS.items():
            if word.beginning and len(word.word) > SHORTEST_BEGINNING:
                # A pattern says the same, and costs a millisecond to make.
                longer = Asked.fuzzy_term_query(self._schema, field, word.word, distance=0, prefix=True)
                yield Asked.boost_query(longer, weight * BEGINNING)
            for spelt in word.spelt if misspelt else ():
                near = Asked.fuzzy_term_query(self._schema, field, spelt, distance=1)
                yield Asked.boost_query(near, weight * TYPO)
            for key in word.meant if misspelt else ():
                meant = Asked.term_query(self._schema, field, key, "freq")
                yield Asked.boost_query(meant, weight * TYPO * (FAMILY if key.startswith(MARK) else 1))
        for ident in {ident for key in word.keys for ident in _named(self.categories).get(key, ())}:
            # Names are not in the index: whoever renames a category need not make it anew.
            yield Asked.const_score_query(self._category(ident), CATEGORY)
        if word.beginning and len(word.word) == SHORTEST_BEGINNING:
            for field, weight in BEGINNINGS.items():
                begins = Asked.term_query(self._schema, field, word.word, "basic")
                yield Asked.const_score_query(begins, weight * BEGINNING)

    def _exactly(self, word: Wanted, fields: Iterable[str] = WEIGHTS, worth: float = 1.0) -> Iterator[Asked]:
        for field in fields:
            for key in word.keys:
                near = FAMILY if key.startswith(MARK) else 1 if key == word.word else ANOTHER_FORM
                yield Asked.boost_query(
                    Asked.term_query(self._schema, field, key, "freq"), WEIGHTS[field] * near * worth
                )

    def _filters(self, query: Query, without: str) -> Iterator[Asked]:
        for name in _FILTERS:
            if name != without:
                yield from self._filter(query, name)

    def _filter(self, query: Query, name: str) -> Iterator[Asked]:
        schema = self._schema
        if name == "kind" and query.kind is not None:
            yield Asked.term_query(schema, "kind", query.kind.value, "basic")
        if name == "lang" and query.lang is not None:
            yield Asked.term_query(schema, "lang", query.lang.value, "basic")
        if name == "price" and (query.price_min_minor is not None or query.price_max_minor is not None):
            most = _ANY_PRICE if query.price_max_minor is None else query.price_max_minor
            yield Asked.range_query(schema, "prices", FieldType.Unsigned, query.price_min_minor or 0, most)
        if name == "rating" and query.rating_min_tenths is not None:
            least = query.rating_min_tenths << VALUE_SHIFT
            yield Asked.range_query(schema, keyed("rated", None), FieldType.Unsigned, least, None)
        if name == "category" and query.category is not None:
            yield self._category(query.category)
        if name == "tag" and query.tag is not None:
            # The engine takes no half of a surrogate pair, and no tag has one.
            yield Asked.term_query(schema, "tag", query.tag.encode(errors="replace").decode(), "basic")

    def _category(self, ident: str) -> Asked:
        """What is in it. In `OTHER` is all that is in none of the others, so also what an id says that is gone from the list."""
        if ident != OTHER:
            return Asked.term_query(self._schema, "category", ident, "basic")
        others = [category.id for category in self.categories if category.id != OTHER]
        without = [(Occur.MustNot, Asked.term_query(self._schema, "category", other, "basic")) for other in others]
        return Asked.boolean_query([(Occur.Must, Asked.all_query()), *without])


@cache
def _named(listed: Categories) -> Mapping[str, Sequence[str]]:
    """The categories by what the words of their names are met by."""
    found: dict[str, list[str]] = {}
    for category in listed:
        words = {word for name in category.names.values() for word in words_of(name)} - STOP_WORDS
        for key in {token for word in words for token in indexed(word).tokens.split()} if category.id != OTHER else ():
            found.setdefault(key, []).append(category.id)
    return found


def _worth_more(part: Asked, worth: float) -> Asked:
    return Asked.boolean_query([(Occur.Must, part), (Occur.Must, Asked.const_score_query(part, worth))])
