"""Words of texts and of queries, as the search index holds them: folded, and beside each its stem (E1)."""

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.words import asked_for, stem_of, words_of

SHORTEST_PREFIX = 3
"""Shorter beginnings are looked for as whole words only: they would match half of the market."""
SHORTEST_TYPO = 4
_KEYS = str.maketrans(
    "`qwertyuiop[]asdfghjkl;'zxcvbnm,.ёйцукенгшщзхъфывапролджэячсмитьбю",
    "ёйцукенгшщзхъфывапролджэячсмитьбю`qwertyuiop[]asdfghjkl;'zxcvbnm,.",
)


@dataclass(frozen=True)
class Wanted:
    """One word of a query. A text meets it by one of the keys, or by a longer word if `beginning`."""

    word: str
    keys: tuple[str, ...]
    beginning: bool
    typos: bool


def tokens_of(text: str) -> Iterator[str]:
    """What the index holds of a text: every word, and its stem where that is another."""
    return (part for word in words_of(text) for part in dict.fromkeys((word, stem_of(word))))


def wanted(query: str) -> tuple[Wanted, ...]:
    """The words of a query that count."""
    return tuple(
        Wanted(word, tuple(dict.fromkeys((word, stem_of(word)))), len(word) >= SHORTEST_PREFIX, _may_be_misspelt(word))
        for word in asked_for(query)
    )


def retyped(query: str) -> str | None:
    """The same keys on the other keyboard layout."""
    other = query.lower().translate(_KEYS)
    return None if other == query.lower() else other


def scheme() -> str:
    """Changes with the rules and the stemmer."""
    return "stems1"


def _may_be_misspelt(word: str) -> bool:
    return len(word) >= SHORTEST_TYPO and not any(letter.isdigit() for letter in word)
