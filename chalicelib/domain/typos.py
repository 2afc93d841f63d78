"""Which words a misspelt one may be meant for (E1)."""

from collections.abc import Iterator
from functools import lru_cache

from chalicelib.domain.families import is_listed
from chalicelib.domain.lemmas import is_known

LONGEST = 16
"""Letters of a word that is looked for so: there are more ways to mistake a longer one than time to go through them."""
_RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_ENGLISH = "abcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=1_024)
def meant_by(word: str) -> tuple[str, ...]:
    """The words, folded, that a folded word may be by one mistake: a letter too many, too few, another one, or two that changed places.
    None where it is a word itself, or a long one. It takes some milliseconds."""
    if len(word) > LONGEST or _is_word(word):
        return ()
    return tuple(sorted(filter(_is_word, set(_otherwise(word)))))


def _is_word(word: str) -> bool:
    return is_listed(word) or is_known(word)


def _otherwise(word: str) -> Iterator[str]:
    letters = _RUSSIAN if word[:1] in _RUSSIAN else _ENGLISH
    for at in range(len(word) + 1):
        before, rest = word[:at], word[at:]
        yield from (before + letter + rest for letter in letters)
        yield from (before + letter + rest[1:] for letter in letters)
        yield before + rest[1:]
        yield before + rest[1:2] + rest[:1] + rest[2:]
