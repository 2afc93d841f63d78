"""Text that people write."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.text import line, prose, refuse, tidy


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(max_size=100))
def test_what_is_kept_has_no_control_characters_and_can_be_stored(text: str) -> None:
    try:
        kept = prose("text", text, at_most=80)
    except InvalidInput:
        return
    assert 1 <= len(kept) <= 80
    assert not any(unicodedata.category(c) in ("Cc", "Cs") and c != "\n" for c in kept)
    assert kept.encode()


@pytest.mark.parametrize("bad", ["a\x00b", "a\x1bb", "a\x85b", "a\u2028b", "a\ud800b", "a\u202eb", "a\u2066b", "a\tb"])
def test_control_characters_lone_surrogates_and_direction_overrides_are_refused_everywhere(bad: str) -> None:
    for check in (line, prose):
        with pytest.raises(InvalidInput) as refused:
            check("text", bad, at_most=80)
        assert refused.value.errors[0].code == "control_characters"


def test_line_breaks_are_for_prose_only() -> None:
    assert prose("text", "one\r\ntwo", at_most=80) == "one\ntwo"
    with pytest.raises(InvalidInput):
        line("name", "one\ntwo", at_most=80)


@pytest.mark.parametrize("invisible", ["a\u200bb", "a\ufeffb", "a\u00adb", "a\ue000b"])
def test_nothing_invisible_is_in_a_line(invisible: str) -> None:
    with pytest.raises(InvalidInput):
        line("name", invisible, at_most=80)


def test_lengths_are_code_points_after_composing_and_trimming() -> None:
    assert line("name", "  e\u0301  ", at_most=1) == "é"
    assert line("name", "\N{GRINNING FACE}", at_most=1)
    with pytest.raises(InvalidInput) as refused:
        line("name", "ab", at_most=1)
    assert (refused.value.errors[0].code, refused.value.errors[0].limit) == ("too_long", 1)
    with pytest.raises(InvalidInput) as refused:
        line("name", "ab", at_least=3, at_most=9)
    assert (refused.value.errors[0].code, refused.value.errors[0].limit) == ("too_short", 3)


def test_a_text_that_need_not_be_there_may_be_empty() -> None:
    assert prose("reason", " ", at_least=0, at_most=9) == ""
    with pytest.raises(InvalidInput) as refused:
        prose("reason", " ", at_most=9)
    assert refused.value.errors[0].code == "required"


def test_faults_of_several_fields_are_named_together_and_none_is_no_refusal() -> None:
    from chalicelib.domain.text import line_fault, prose_fault

    with pytest.raises(InvalidInput) as refused:
        refuse(line_fault("title", "", at_most=9), None, prose_fault("description", "\x00", at_most=9))
    assert [error.field for error in refused.value.errors] == ["title", "description"]
    refuse(None)


def test_however_much_is_wrong_the_refusal_stays_small() -> None:
    refusal = InvalidInput(tuple(FieldError("x" * 10_000, "unknown") for _ in range(10_000)))
    assert len(refusal.errors) == 50
    assert {len(error.field) for error in refusal.errors} == {100}
