"""Which words a misspelt one may be meant for."""

import pytest

from chalicelib.domain.lemmas import is_known
from chalicelib.domain.typos import LONGEST, meant_by


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("адвакат", "адвокат"),
        ("адваката", "адвоката"),
        ("преподаватль", "преподаватель"),
        ("преподаваатель", "преподаватель"),
        ("преподаватеьл", "преподаватель"),
        ("репититор", "репетитор"),
        ("ребенак", "ребенок"),
        ("attorny", "attorney"),
        ("guittar", "guitar"),
        ("guitra", "guitar"),
        ("яваскрпит", "яваскрипт"),
    ],
)
def test_a_word_of_the_dictionaries_or_of_a_family_is_meant_by_what_is_otherwise_by_one_mistake(
    typed: str, meant: str
) -> None:
    assert meant in meant_by(typed)


@pytest.mark.rule("E1")
@pytest.mark.parametrize("typed", ["адвокат", "яваскрипт", "attorney", "guitars", "ребенка"])
def test_a_word_that_is_one_is_meant_as_it_is(typed: str) -> None:
    assert meant_by(typed) == ()


@pytest.mark.parametrize("typed", ["адвакад", "pyscotherapy", "日本語版", "мурзбрык", "webдизайн"])
def test_by_two_mistakes_or_by_nothing_known_no_word_is_meant(typed: str) -> None:
    assert meant_by(typed) == ()


def test_of_long_words_none_is_looked_for() -> None:
    typed = "предпринимательскимми"
    assert is_known("предпринимательскими")
    assert len(typed) > LONGEST
    assert meant_by(typed) == ()
