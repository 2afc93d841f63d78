"""The one form in which letters are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.folding import folded, in_one_script

ACCENTED = st.text(st.sampled_from("аеёийоуыэюяІїўüéàñçßøłæœaeiouyzżК\u0301\u0306\u0308\u00ad\u200b\ufe0f -"))


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("text", "as_compared"),
    [
        ("РЕБЁНОК", "ребенок"),
        ("ребе\u0308нок", "ребенок"),
        ("подго\u00adтовка", "подготовка"),
        ("под\u200bго\u2060товка\ufeff", "подготовка"),
        ("дирижа\u0301бль", "дирижабль"),
        ("и\u0306од и\u0306\u0301 й\u0301 \u0418\u0301", "йод й й и"),
        ("résumé, CRÈME brûlée", "resume, creme brulee"),
        ("Straße, Łódź, Ørsted, cœur, ﬁne", "strasse, lodz, orsted, coeur, fine"),
        ("Ｌｅａｓｅ ² ①", "lease 2 1"),
        ("İstanbul", "istanbul"),
    ],
)
def test_a_text_is_compared_without_case_accents_stress_and_what_nobody_sees(text: str, as_compared: str) -> None:
    assert folded(text) == as_compared


@given(st.text(max_size=200) | ACCENTED)
def test_what_is_folded_is_folded_for_good(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("word", "as_compared"),
    [
        ("kонсультация", "консультация"),
        ("пcихoлoг", "психолог"),
        ("ехсеl", "excel"),
        ("1с", "1c"),
        ("со", "со"),
        ("co", "co"),
        ("3д", "3д"),
        ("webдизайн", "webдизайн"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_a_word_has_no_letter_that_only_looks_like_its_others(word: str, as_compared: str) -> None:
    assert in_one_script(word) == as_compared


@given(st.text(st.sampled_from("acehkmoptxybiлждѕјіавсенкмортху0")))
def test_a_word_is_put_into_one_script_for_good(word: str) -> None:
    assert in_one_script(in_one_script(word)) == in_one_script(word)
