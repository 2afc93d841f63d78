"""Words of texts, and of what people look for in them (E1, R32, R62).

A text's words stand in an index beside what meets them: their stems, the stems of their dictionary forms, and the names of their
families. A query's word meets a text that has one of its own keys."""

import re
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple

from chalicelib.domain.families import MARK, families_of, listed
from chalicelib.domain.folding import folded, in_one_script
from chalicelib.domain.keyboards import retyped
from chalicelib.domain.lemmas import RESTS_ON, lemmas_of, stem_of
from chalicelib.domain.small_words import STOP_WORDS, is_light
from chalicelib.domain.typos import meant_by

__all__ = [
    "Indexed",
    "Wanted",
    "are_said",
    "asked_for",
    "indexed",
    "indexed_name",
    "retyped",
    "scheme",
    "stem_of",
    "wanted",
    "words_of",
]

LONGEST_WORD = 40
MOST_WORDS = 12
"""Words of a query that count; more narrow nothing down and cost."""
SHORTEST_BEGINNING = 3
"""Shorter beginnings are looked for as whole words only: they would match half of the market."""
SHORTEST_TYPO = 4
"""One letter otherwise, shorter words are other words."""
SHORT_PART = 4
"""Parts of one name are as long at most: wi-fi, node.js, e-mail."""
MOST_KEPT = 2**19
"""Words whose tokens are kept: as many as 100,000 twips have, for one that is new takes twenty times as long. So many take 170 MB, which
only the process that makes an index anew comes to."""
SHORTEST_STEM = 6
"""The same of stems, of which many are alike: недорого and Фёдор."""
RULES = 4
"""Of this module and its neighbours. Another number makes the index anew."""

_SIGNED = re.compile(r"(?<![^\W_])(?:[cс]\+\+|([cсf])#|\.(?=net(?![^\W_])))")
_POSSESSIVE = re.compile(r"(?<=[a-z])['’]s(?![^\W_])")
_CHAIN = re.compile(r"[^\W_]+(?:[-‐.'’][^\W_]+)*")
_WORD = re.compile(r"[^\W_]+")
_ALONE = re.compile(r"[а-я]+|[a-z]+")
"""A chain that is a word in one script: as nearly all are."""
_PART = re.compile(r"\d+|[^\W\d_]+|[^\W_]")


@dataclass(frozen=True)
class Wanted:
    """One word of a query."""

    word: str
    """Folded, as typed."""
    keys: tuple[str, ...]
    """Tokens of a text that it meets exactly, from the closest to the farthest: the word, its stem, stems of its dictionary forms,
    families."""
    beginning: bool
    """Whether it may also be the beginning of a longer word."""
    typos: bool
    """Whether it may be misspelt by one letter, where nothing was found."""
    light: bool = False
    """Whether it need not be said by what is found, and only tells who comes first: how somebody wants it, and not what."""

    @property
    def spelt(self) -> tuple[str, ...]:
        """The word and its stem, which another ending does not hide: where `typos`, what is otherwise by one letter is near them."""
        stem = stem_of(self.word)
        return (self.word,) if len(stem) < SHORTEST_STEM or stem == self.word else (self.word, stem)

    @property
    def meant(self) -> tuple[str, ...]:
        """Where `typos`: the keys of the words that it may be meant for, as if one of them had been typed."""
        return tuple(dict.fromkeys(key for word in meant_by(self.word) for key in _keys(word)))


class Indexed(NamedTuple):
    """What the index holds of a text, parted by blanks."""

    tokens: str
    """Its words in order, and beside each what meets it, each distinct token once a word."""
    beginnings: str
    """The first letters of these, `SHORTEST_BEGINNING` at most."""


def words_of(text: str) -> Iterator[str]:
    """The words of a text, folded. What is joined by a hyphen, a point or nothing at all gives its parts, and the whole after them:
    `3-НДФЛ` is 3, ндфл and 3ндфл."""
    return (word for chain in _chains(text) for word in _words_in(chain))


def indexed(text: str) -> Indexed:
    """What the index holds of a text."""
    kept = [*map(_KEPT.__getitem__, _chains(text))]
    tokens, beginnings = zip(*kept, strict=True) if kept else ((), ())
    return Indexed(" ".join(tokens), " ".join(dict.fromkeys(beginnings)))


def indexed_name(name: str) -> Indexed:
    """The same of somebody's name: it has no family and is in no dictionary, so Чеснокова sells no garlic."""
    tokens = [key for word in words_of(name) for key in dict.fromkeys((word, *_long((stem_of(word),))))]
    return Indexed(" ".join(tokens), " ".join(dict.fromkeys(key[:SHORTEST_BEGINNING] for key in tokens)))


def wanted(query: str) -> tuple[Wanted, ...]:
    """The words of a query that count, each once, at most `MOST_WORDS`: those that `asked_for` answers, and behind them its light ones."""
    asked, light = _sorted(query)
    return (*map(_wanted, asked), *(replace(_wanted(word), light=True) for word in light))


def asked_for(query: str) -> tuple[str, ...]:
    """The words of a query that must be said, each once; none when it has no words. Light words are left out, and small ones, unless
    there are no others."""
    return _sorted(query)[0]


def _sorted(query: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words that must be said, and light ones."""
    words = tuple(dict.fromkeys(_asked(query)))
    telling = tuple(islice((word for word in words if word not in STOP_WORDS), MOST_WORDS))
    heavy = tuple(word for word in telling if not is_light(word))
    if not heavy:
        return telling or words[:MOST_WORDS], ()
    return heavy, tuple(word for word in telling if word not in heavy)


def are_said(words: Sequence[str], *texts: str) -> bool:
    """Whether each of these words is said in one of the texts: in a form of the same stem, as the beginning of a longer word, or by one
    of its family. No dictionary is loaded for that."""
    if not words:
        return True
    said = {word for text in texts for word in words_of(text)}
    met = {key for word in said for key in _plain_keys(word)}
    return all(any(key in met for key in _plain_keys(word)) or _begins(word, said) for word in words)


@cache
def scheme() -> str:
    """What an index of tokens is named after: it changes with these rules, the families and the versions of stemmer and dictionaries."""
    rests_on = "\n".join((RESTS_ON, *(" ".join(words) for words in listed())))
    return f"{RULES}{zlib.crc32(rests_on.encode()):08x}"


@lru_cache(maxsize=4_096)
def _wanted(word: str) -> Wanted:
    typos = len(word) >= SHORTEST_TYPO and not any(map(str.isdigit, word))
    return Wanted(word, _keys(word), beginning=len(word) >= SHORTEST_BEGINNING, typos=typos)


class _Kept(dict[str, Indexed]):
    """What the index holds of each chain. A cache that knows which was used last takes longer to answer than all else that is done."""

    def __missing__(self, chain: str) -> Indexed:
        tokens = [key for word in _words_in(chain) for key in _keys(word)]
        begun = dict.fromkeys(key[:SHORTEST_BEGINNING] for key in tokens if not key.startswith(MARK))
        if len(self) >= MOST_KEPT:
            self.clear()
        # Many begin alike.
        kept = self[chain] = Indexed(" ".join(tokens), sys.intern(" ".join(begun)))
        return kept


_KEPT = _Kept()


def _keys(word: str) -> tuple[str, ...]:
    lemmas, stem = lemmas_of(word), stem_of(word)
    return tuple(dict.fromkeys((word, *_long((stem, *map(stem_of, lemmas))), *families_of((word, *lemmas), stem))))


def _long(stems: Iterable[str]) -> Iterator[str]:
    """Those of two letters at least: ии has the stem of и."""
    return (stem for stem in stems if len(stem) > 1)


def _plain_keys(word: str) -> tuple[str, ...]:
    stem = stem_of(word)
    return (word, *_long((stem,)), *families_of((word,), stem))


def _begins(word: str, said: set[str]) -> bool:
    return any(one.startswith(word) for one in said)


def _chains(text: str) -> list[str]:
    """The words of a text that no blank parts: `3-НДФЛ`."""
    plain = folded(text)
    if "++" in plain or "#" in plain or ".net" in plain:
        plain = _SIGNED.sub(_named, plain)
    if "'" in plain or "’" in plain:
        plain = _POSSESSIVE.sub("", plain)
    return _CHAIN.findall(plain)


def _parts(chain: str) -> list[str]:
    words = (in_one_script(match[0]) for match in _WORD.finditer(chain))
    return [part[:LONGEST_WORD] for word in words for part in _PART.findall(word)]


def _words_in(chain: str) -> list[str]:
    if _ALONE.fullmatch(chain):
        return [chain[:LONGEST_WORD]]
    parts = _parts(chain)
    whole = _whole(parts)
    return parts if whole is None else [*parts, whole]


def _named(match: re.Match[str]) -> str:
    """The name of what is written with signs: c++, c#, .net."""
    if match[0] == ".":
        return "dot-"
    return f"{match[1].replace('с', 'c')}sharp" if match[1] else "cplusplus"


def _whole(parts: list[str]) -> str | None:
    """All parts of a chain as one word; None where there is but one, and of numbers: 8.3 is not 83."""
    whole = "".join(parts)[:LONGEST_WORD]
    return None if len(parts) == 1 or whole.isdigit() else whole


def _asked(query: str) -> Iterator[str]:
    for parts in map(_parts, _chains(query)):
        whole = _whole(parts)
        if whole is not None and _is_a_name(parts):
            yield whole
        else:
            yield from parts


def _is_a_name(parts: list[str]) -> bool:
    """Whether a chain means nothing in parts: node.js, 1с. A number beside a word is looked for by both, for some part them: 3 НДФЛ."""
    numbered = any(map(str.isdigit, parts))
    lettered = any(len(part) == 1 and part.isalpha() for part in parts)
    return all(len(part) <= SHORT_PART for part in parts) and (lettered or not numbered)
