"""Families of words: those that whoever looks for one of them wants to find as well (E1). The list is word_families.txt."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from chalicelib.domain.lemmas import stem_of

_TELLING = re.compile(r"[а-я]{5,}")
"""Shorter stems are those of other words too (семья, семь), and so are many English ones (marketer, market)."""
MARK = "="
"""Begins a family's name. Words are of letters and digits, so that no text says one, and none begins one."""


def listed() -> Iterator[tuple[str, ...]]:
    """The families as they stand in the file, each a line of folded words."""
    text = Path(__file__).with_name("word_families.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0].split() for line in text.splitlines())
    return (tuple(words) for words in lines if words)


@cache
def _of_words() -> dict[str, str]:
    return {word: MARK + words[0] for words in listed() for word in words}


@cache
def _of_stems() -> dict[str, str]:
    return {stem_of(word): family for word, family in _of_words().items() if _TELLING.fullmatch(stem_of(word))}


def is_listed(word: str) -> bool:
    """Whether a folded word stands in a family itself."""
    return word in _of_words()


def families_of(words: Iterable[str], stem: str) -> tuple[str, ...]:
    """The names of the families that a word belongs to: by itself or its dictionary forms (`words`), or by its stem, each once."""
    by_words, by_stems = _of_words(), _of_stems()
    names = (*map(by_words.get, words), by_stems.get(stem))
    return tuple(dict.fromkeys(name for name in names if name is not None))
