"""Words of texts, and of what people look for in them: folded, and alike by their stems (E1, R32, R62)."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[а-я]")
LONGEST_WORD = 40
MOST_WORDS = 12
"""Words of a query that count; more narrow nothing down and cost."""
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


def asked_for(query: str) -> tuple[str, ...]:
    """The words of a query that count, each once; none when it has no words."""
    words = tuple(dict.fromkeys(words_of(query)))
    return tuple(word for word in words if word not in STOP_WORDS)[:MOST_WORDS] or words[:MOST_WORDS]


def are_said(words: Sequence[str], *texts: str) -> bool:
    """Whether each of these words is said in one of the texts: in any of its forms, or as the beginning of a longer one."""
    if not words:
        return True
    said = {word for text in texts for word in words_of(text)}
    return all(_is_among(word, said) for word in words)


def _is_among(word: str, said: set[str]) -> bool:
    stem = stem_of(word)
    return any(one.startswith(word) for one in said) or any(stem_of(one) == stem for one in said)
