"""What the forms of a word have in common: its stem and its dictionary forms (E1).

A stemmer cuts endings off and knows no words; a dictionary joins what it cannot: рынок and рынка, ищу and искать, taught and teach.
Dictionaries take a moment and some memory. They are loaded by the first word that asks for them, each script's alone."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Protocol

from chalicelib.domain.folding import folded

_RUSSIAN = re.compile(r"[а-я]+")
_ENGLISH = re.compile(r"[a-z]+")
_NO_LETTER = re.compile(r"[\W\d_]+")
RESTS_ON = "pystemmer 3.1.0, pymorphy3 2.0.6, pymorphy3-dicts-ru 2.4.417150.4580142, simplemma 2.0.0"
"""What these answers are made by: another version of one may answer otherwise."""
LIKELY = 0.1
"""A form of several words is taken for those that it is at least so often: «стали» is сталь once in forty times."""
LONGEST_GUESS = 16
"""Letters of a word that is in no dictionary and may still be guessed. Its prefixes are guessed in all ways that there are, and some
made-up words take long."""
Parses = list[tuple[str, object, str, float, object]]


@lru_cache(maxsize=16_384)
def stem_of(word: str) -> str:
    """The stem of a folded word: Russian of Cyrillic letters, English of Latin ones; any other word is its own."""
    from Stemmer import Stemmer

    # A stemmer has state and threads must not share it; a new one costs less than a microsecond.
    if _RUSSIAN.fullmatch(word):
        return str(Stemmer("russian", 0).stemWord(word))
    return str(Stemmer("english", 0).stemWord(word)) if _ENGLISH.fullmatch(word) else word


def lemmas_of(word: str) -> tuple[str, ...]:
    """The dictionary forms, folded, that a folded word is likely to be a form of; none of a word in another script, or with digits."""
    if _RUSSIAN.fullmatch(word):
        return tuple(_russian_lemmas(word))
    return tuple(_spelt((_english().get(word, word),))) if _ENGLISH.fullmatch(word) else ()


def _russian_lemmas(word: str) -> Iterator[str]:
    likely: dict[str, float] = {}
    russian = _russian()
    if len(word) > LONGEST_GUESS and not russian.word_is_known(word):
        return iter(())
    for _, _, lemma, score, _ in russian.parse(word):
        likely[lemma] = likely.get(lemma, 0) + score
    return _spelt(lemma for lemma, score in likely.items() if score >= LIKELY)


def _spelt(lemmas: Iterable[str]) -> Iterator[str]:
    """As a text's words are: the dictionaries have кто-то and wi-fi."""
    return (_NO_LETTER.sub("", folded(lemma)) for lemma in lemmas)


class _Analyzer(Protocol):
    """What is used of the library's."""

    def parse(self, word: str) -> Parses: ...

    def word_is_known(self, word: str) -> bool: ...


@cache
def _russian() -> _Analyzer:
    import pymorphy3
    import pymorphy3_dicts_ru

    # By its path: what a package is registered as may be left out where it is deployed.
    analyzer: _Analyzer = pymorphy3.MorphAnalyzer(path=pymorphy3_dicts_ru.get_path(), lang="ru", result_type=None)
    return analyzer


@cache
def _english() -> Mapping[str, str]:
    from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

    return LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary("en")
