"""Words of texts and of queries, as the search index holds them: folded, and beside each its stem (E1).

Everything that reaches the full-text engine is made of letters and digits here, so its syntax cannot be written by a visitor."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[а-я]")
LONGEST_WORD = 40
MOST_WORDS = 12
"""Words of a query that count; more narrow nothing down and cost."""
SHORTEST_PREFIX = 3
"""Shorter beginnings are looked for as whole words only: they would match half of the market."""
_RUSSIAN_STOPS = (
    "а без бы в во вы где да для до его ее же за и из или им их к как ко кто ли мне мой мы на над не него но ну о об он она они от по "
    "под при с со так то только ты у уже что это я"
)
_ENGLISH_STOPS = (
    "a an and are as at be by do for from how i in is it me my of on or that the this to we what who will with you your"
)
STOP_WORDS = frozenset(f"{_RUSSIAN_STOPS} {_ENGLISH_STOPS}".split())
"""Words that a query is not narrowed by, unless it has no others."""


def words_of(text: str) -> Iterator[str]:
    """The words of a text, folded: one letter case, one form of each letter, ё as е."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return (match[0][:LONGEST_WORD] for match in _WORD.finditer(folded))


@lru_cache(maxsize=65_536)
def stem_of(word: str) -> str:
    """The stem of a folded word: Russian if it has a Cyrillic letter, else English."""
    from snowballstemmer.english_stemmer import EnglishStemmer
    from snowballstemmer.russian_stemmer import RussianStemmer

    # A stemmer has state and threads must not share it; a new one costs a fraction of a microsecond.
    stemmer = RussianStemmer() if _CYRILLIC.search(word) else EnglishStemmer()
    return str(stemmer.stemWord(word))


def indexed(text: str) -> str:
    """What the index holds of a text: every word, and its stem where that is another."""
    return " ".join(part for word in words_of(text) for part in dict.fromkeys((word, stem_of(word))))


def expression(query: str) -> str | None:
    """The query in the engine's syntax: each word by its stem or as a beginning, all of them. None when it has no words."""
    words = list(dict.fromkeys(words_of(query)))
    significant = [word for word in words if word not in STOP_WORDS] or words
    return " AND ".join(_term(word) for word in significant[:MOST_WORDS]) or None


def _term(word: str) -> str:
    beginning = f'"{word}"*' if len(word) >= SHORTEST_PREFIX else f'"{word}"'
    stem = stem_of(word)
    # A beginning finds the whole word too: asked for twice it would be weighed twice.
    return f"({beginning})" if stem == word else f'("{stem}" OR {beginning})'
