"""What was typed on the other layout."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.keyboards import retyped


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gcb[jkju", "психолог"),
        ("<e[ufknth", "Бухгалтер"),
        ("пгшефк дуыыщты", "guitar lessons"),
        ("hf,jnf 3 lyz", "работа 3 дня"),
    ],
)
def test_the_same_keys_on_the_other_layout(typed: str, meant: str) -> None:
    assert retyped(typed) == meant


@pytest.mark.parametrize("typed", ["", "1040", "  !", "ремонт iphone", "日本"])
def test_what_has_letters_of_both_layouts_or_of_none_is_nothing_else(typed: str) -> None:
    assert retyped(typed) is None


@given(
    st.text(st.sampled_from("qwertyuiop[]asdfghjkl;'zxcvbnm,. QWERTY"), min_size=1).filter(
        lambda text: any(map(str.isalpha, text))
    )
)
def test_typed_twice_it_is_as_it_was(typed: str) -> None:
    meant = retyped(typed)
    assert meant is not None
    if any(map(str.isalpha, meant)):
        assert retyped(meant) == typed
