"""Families of words."""

from collections import Counter

import pytest

from chalicelib.domain.families import MARK, families_of, listed
from chalicelib.domain.folding import folded
from chalicelib.domain.lemmas import lemmas_of, stem_of
from chalicelib.domain.words import words_of


def test_each_family_has_several_words_and_no_word_is_in_two() -> None:
    families = list(listed())
    assert all(len(words) > 1 for words in families)
    times = Counter(word for words in families for word in words)
    assert [word for word, number in times.items() if number > 1] == []


def test_the_words_are_as_the_words_of_texts_are() -> None:
    for words in listed():
        for word in words:
            assert list(words_of(word))[-1] == folded(word) == word


@pytest.mark.rule("E1")
def test_a_form_of_a_word_belongs_to_its_family_and_to_no_other() -> None:
    for words in listed():
        for word in words:
            assert families_of((word, *lemmas_of(word)), stem_of(word)) == (MARK + words[0],), word


@pytest.mark.rule("E1")
@pytest.mark.parametrize("word", ["семь", "пеня", "market", "account", "engine", "train", "наложенный"])
def test_a_word_that_only_resembles_one_belongs_to_no_family(word: str) -> None:
    assert families_of((word, *lemmas_of(word)), stem_of(word)) == ()
