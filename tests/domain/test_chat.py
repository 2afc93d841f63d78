"""What people say in a session is kept as they meant it, and nothing that could mislead its reader gets in (D20)."""

import pytest

from chalicelib.domain.chat import MAX_CODE_POINTS, clean_message
from chalicelib.domain.errors import InvalidInput


@pytest.mark.rule("D20")
@pytest.mark.parametrize(
    "text", ["", "   ", "\n \r\n", "\u200b", "\u3164", "\u2800 \u200e", "\u115f\u1160", "\ufe0f", "\u0301"]
)
def test_a_message_that_nobody_can_see_is_no_message(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_message(text)
    assert [(e.field, e.code) for e in refused.value.errors] == [("text", "required")]


@pytest.mark.parametrize("text", ["a\x00b", "a\x1b[31mb", "pay\u202eelgoog"])
def test_control_characters_and_direction_overrides_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_message(text)
    assert refused.value.errors[0].code == "control_characters"


@pytest.mark.rule("D20")
def test_tabs_stay_and_every_line_break_is_one_and_the_same() -> None:
    assert clean_message("a\tb") == "a\tb"
    assert (
        clean_message("one\rtwo\u2028three\x0bfour\x0cfive\x85six\u2029\r\nseven")
        == "one\ntwo\nthree\nfour\nfive\nsix\n\nseven"
    )


@pytest.mark.rule("D20")
def test_joiners_stay_where_they_join_and_what_does_nothing_is_dropped() -> None:
    assert clean_message("می\u200cخواهم 👩\u200d⚖️ подгото\u00adвка\u200b") == "می\u200cخواهم 👩\u200d⚖️ подготовка"


def test_lines_and_any_script_are_kept_and_the_rim_is_trimmed() -> None:
    assert clean_message("  Добрый день!\r\nHow are you? 👩‍⚖️ \n") == "Добрый день!\nHow are you? 👩‍⚖️"


def test_a_message_has_a_longest_length() -> None:
    assert len(clean_message("я" * MAX_CODE_POINTS)) == MAX_CODE_POINTS
    with pytest.raises(InvalidInput):
        clean_message("я" * (MAX_CODE_POINTS + 1))
