"""What the forms of a word have in common: its stem and its dictionary forms (E1).

A stemmer cuts endings off and knows no words; a dictionary joins what it cannot: рынок and рынка, ищу and искать, taught and teach.
Dictionaries take a moment and some memory. They are loaded by the first word that asks for them, each script's alone."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from threading import local
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
    if _RUSSIAN.fullmatch(word):
        return _stemmer("russian")(word)
    return _stemmer("english")(word) if _ENGLISH.fullmatch(word) else word


_STEMMERS = local()
"""A stemmer has state, so that threads must not share it."""


def _stemmer(language: str) -> Callable[[str], str]:
    made: Callable[[str], str] | None = getattr(_STEMMERS, language, None)
    if made is None:
        from Stemmer import Stemmer

        made = Stemmer(language, 0).stemWord
        setattr(_STEMMERS, language, made)
    return made


def lemmas_of(word: str) -> tuple[str, ...]:
    """The dictionary forms, folded, that a folded word is likely to be a form of; none of a word in another script, or with digits."""
    if _RUSSIAN.fullmatch(word):
        return tuple(map(_spelt, _russian_lemmas(word)))
    return (_spelt(_english().get(word, word)),) if _ENGLISH.fullmatch(word) else ()


def is_known(word: str) -> bool:
    """Whether a folded word is in a dictionary."""
    if _RUSSIAN.fullmatch(word):
        russian = _russian()
        return bool(russian.dictionary.words.similar_items(word, russian.char_substitutes))
    return bool(_ENGLISH.fullmatch(word)) and word in _english()


def _russian_lemmas(word: str) -> tuple[str, ...]:
    russian = _russian()
    known = russian.dictionary.words.similar_items(word, russian.char_substitutes)
    lemma_of = russian.dictionary.build_normal_form
    lemmas = {lemma_of(paradigm, form, spelt) for spelt, forms in known for paradigm, form in forms}
    # Nearly all words are forms of one. How likely a form is costs twice as much as to look it up.
    if len(lemmas) == 1:
        return (*lemmas,)
    if not lemmas and len(word) > LONGEST_GUESS:
        return ()
    likely: dict[str, float] = {}
    for _, _, lemma, score, _ in russian.parse(word):
        likely[lemma] = likely.get(lemma, 0) + score
    return tuple(lemma for lemma, score in likely.items() if score >= LIKELY)


def _spelt(lemma: str) -> str:
    """As a text's words are: the dictionaries have кто-то and wi-fi."""
    plain = lemma.replace("ё", "е")
    if _RUSSIAN.fullmatch(plain) or _ENGLISH.fullmatch(plain):
        return plain
    return _NO_LETTER.sub("", folded(lemma))


class _Words(Protocol):
    def similar_items(self, word: str, substitutes: object) -> Sequence[tuple[str, Sequence[tuple[int, int]]]]: ...


class _Dictionary(Protocol):
    @property
    def words(self) -> _Words: ...

    def build_normal_form(self, paradigm: int, form: int, spelt: str) -> str: ...


class _Analyzer(Protocol):
    """What is used of the library's."""

    @property
    def dictionary(self) -> _Dictionary: ...

    @property
    def char_substitutes(self) -> object: ...

    def parse(self, word: str) -> Parses: ...


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
