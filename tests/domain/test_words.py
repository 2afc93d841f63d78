"""Words of texts, and of what people look for in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.words import MOST_WORDS, are_said, asked_for, stem_of, words_of


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("консультации", "консультация"),
        ("Консультаций", "консультацией"),
        ("договоры", "договора"),
        ("ребёнок", "ребенок"),
        ("lawyers", "lawyer"),
        ("translating", "translates"),
        ("Ｌｅａｓｅ", "leases"),
    ],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    stems = [{stem_of(word) for word in words_of(text)} for text in (one, other)]
    assert stems[0] == stems[1]


@pytest.mark.rule("R32", "R62")
@pytest.mark.parametrize("query", ["логотипы", "ЛОГОТИП для", "coffee", "coff", "лог кофе", "Irina logo", "  !!  "])
def test_a_word_is_said_in_any_form_of_it_and_as_a_beginning_in_any_of_the_texts(query: str) -> None:
    assert are_said(asked_for(query), "Логотип для кофейни", "A logo for a coffee shop", "Irina Vetrova")


@pytest.mark.parametrize("query", ["логопед", "offee", "logo Pavel", "Логотип пекарни"])
def test_every_word_must_be_said(query: str) -> None:
    assert not are_said(asked_for(query), "Логотип для кофейни", "A logo for a coffee shop", "Irina Vetrova")


def test_small_words_count_only_where_there_are_no_others() -> None:
    assert asked_for("a logo for the shop, a logo") == ("logo", "shop")
    assert asked_for("for the") == ("for", "the")
    assert asked_for("?!") == ()


@given(st.text(max_size=300))
def test_every_text_says_its_own_words(text: str) -> None:
    words = asked_for(text)
    assert len(words) <= MOST_WORDS
    assert are_said(words, text)
