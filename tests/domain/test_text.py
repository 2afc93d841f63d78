"""Text that people write."""

import re
import unicodedata
from collections.abc import Callable

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain import text as rules
from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.text import fault, line, prose, refuse, shortness, tidy_line, tidy_prose, visible

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ODD = (
    "\t\n\r\x0b\x0c\x85\u2028\u2029 \u00a0\u3000\u2800\u00ad\u034f\u061c\u115f\u180b\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u3164"
    "\ufe00\ufe0e\ufe0f\ufeff\ufffc\U000e0067\U000e007f\U000e0100\ue000\U0010fffd"
)
AROUND = (
    "aé\u0301\u0323\u05d0\u0628\u0627\u064b\u09b0\u09bc\u09cd\u0dca\u0dd9\u1820\u1100\u1161\u8449\u2764\u2190\u0338"
    "\U0001f3f4\U0001f468\u20e31"
)
"""Letters, marks and emoji, whose neighbourhood says whether something odd is needed."""
ANY_TEXT = st.one_of(st.text(), st.text(st.sampled_from(ODD + AROUND + BIDI)))
TIDY = pytest.mark.parametrize("tidy", [tidy_line, tidy_prose])
Tidy = Callable[[str], str]
NOTHING = [
    "",
    " ",
    "\n \r\n",
    *"\u00a0\u1680\u2003\u202f\u3000\u2800\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2060",
    *"\u2064\u3164\ue000\ufe0e\ufe0f\ufeff\uffa0\ufff9\ufffc\ufdd0\uffff\u202e\u2067\x00\u0301\u20dd\U000e0041\U000e0100\U0001d159\U00016fe4",
    "\u115f\u1160",
    "\u200b \u3164\u0301\n\ufeff",
    "\u2800\u200e\u2800",
]


REFUSED_ANYWHERE = {"\x00", "\u202e", "\u2067"}
EVERY = "".join(map(chr, range(0x110000)))


def of_unicode(pattern: str) -> str:
    """The characters of a class, by the data of Unicode that the regex package holds."""
    return "".join(regex.findall(pattern, EVERY))


def code(refused: pytest.ExceptionInfo[InvalidInput]) -> tuple[str, int | None]:
    return refused.value.errors[0].code, refused.value.errors[0].limit


@TIDY
@given(text=ANY_TEXT)
@example(text="\u0dd9\u200c\u0dca\u200d")
@example(text="e\u200d\u0301\ufe0f")
@example(text="\u200f" + "x" + "\u0301" * 8 + "\u05b0")
@example(text="\u0628" + "\u064b" * 7 + "\u094d\u200d\u200c\u0627")
@example(text="x" + "\u0300\u200f" * 8 + "\u05b0")
def test_tidying_twice_changes_nothing_more(tidy: Tidy, text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@TIDY
@given(text=ANY_TEXT)
def test_what_is_kept_is_composed_and_has_no_blanks_around_it(tidy: Tidy, text: str) -> None:
    kept = tidy(text)
    assert unicodedata.is_normalized("NFC", kept)
    assert kept == kept.strip(" \t\n\u00a0\u2800\u3000")
    assert visible(kept) > 0 or visible(text) == 0


@given(ANY_TEXT)
def test_what_passes_can_be_stored_and_has_no_control_characters(text: str) -> None:
    for check, fine in ((line, ""), (prose, "\t\n")):
        try:
            kept = check("text", text, at_least=0, at_most=80)
        except InvalidInput:
            continue
        assert (visible(kept) > 0) is (kept != "")
        assert len(kept) <= 80
        assert not [c for c in kept if unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl", "Zp") and c not in fine]
        assert not set(kept) & set(BIDI)
        kept.encode()


@given(
    st.text(st.sampled_from("VeraВера ")),
    st.lists(st.sampled_from("\u00ad\u034f\u200b\u200c\u200d\u200e\u2060\ufe0f\ufeff")),
)
def test_names_that_look_the_same_are_kept_the_same(name: str, hidden: list[str]) -> None:
    for at, character in enumerate(hidden):
        name_with = name[: at % (len(name) + 1)] + character + name[at % (len(name) + 1) :]
        assert tidy_line(name_with) == tidy_line(name)


@pytest.mark.rule("R8", "D20")
@pytest.mark.parametrize("nothing", NOTHING, ids=ascii)
def test_text_that_nobody_can_see_is_no_text(nothing: str) -> None:
    for check in (line, prose):
        for text in (nothing, nothing * 20):
            with pytest.raises(InvalidInput) as refused:
                check("text", text, at_least=20, at_most=80)
            assert code(refused) == ("required", None)
            if nothing not in REFUSED_ANYWHERE:
                assert check("text", text, at_least=0, at_most=80) == ""
                continue
            with pytest.raises(InvalidInput) as refused:
                check("text", text, at_least=0, at_most=80)
            assert code(refused) == ("control_characters", None)


def test_no_character_that_unicode_calls_ignorable_is_seen_or_kept_by_itself() -> None:
    ignorable = of_unicode(r"\p{Default_Ignorable_Code_Point}")
    assert len(ignorable) > 4000
    assert visible(ignorable) == 0
    for c in ignorable:
        assert tidy_prose(f"a{c}b") == (f"a{c}b" if c in BIDI else "ab"), ascii(c)


def test_every_letter_digit_and_sign_is_seen_and_no_separator_control_or_mark_is() -> None:
    empty = {*"\u2800\ufffc\U0001d159\U00013441\U00013442", *of_unicode(r"\p{Default_Ignorable_Code_Point}")}
    shown = [
        c for c in of_unicode(r"[\p{L}\p{N}\p{P}\p{S}\p{Mc}]") if c not in empty and unicodedata.category(c) != "Mn"
    ]
    assert len(shown) > 140_000
    assert [c for c in shown if visible(c) != 1] == []
    unseen = [c for c in EVERY if unicodedata.category(c) in ("Zs", "Zl", "Zp", "Cc", "Cs", "Co", "Mn", "Me")]
    assert visible("".join(unseen)) == 0


def test_arabic_letters_join_as_unicode_says() -> None:
    arabic = [chr(number) for number in (*range(0x600, 0x700), *range(0x750, 0x780), *range(0x870, 0x900))]
    for letters, types in ((rules._JOINED_TWICE, "[DC]"), (rules._JOINED_ONCE, "R")):
        of_type = "".join(rf"\p{{Joining_Type={it}}}" for it in types.strip("[]"))
        joined = set(of_unicode(f"[{of_type}]"))
        assert {c for c in arabic if re.match(f"[{letters}]", c)} == {c for c in arabic if c in joined}


def test_every_picture_of_unicode_takes_a_selector_and_but_for_a_few_signs_a_joiner() -> None:
    pictures = [c for c in of_unicode(r"\p{Extended_Pictographic}") if c < "\U0001fb00"]
    assert len(pictures) > 1000
    assert [c for c in pictures if tidy_line(f"{c}\ufe0f") != f"{c}\ufe0f"] == []
    alone = {c for c in pictures if tidy_line(f"{c}\u200d{c}") != f"{c}\u200d{c}"}
    assert alone == {*"©®‼⁉™ℹⓂ▪▫▶◀◻◼◽◾⤴⤵〰〽㊗㊙"}


@pytest.mark.rule("R8", "D20")
@TIDY
@pytest.mark.parametrize(
    "needed",
    [
        "می\u200cخواهم",
        "نیلوفر حسینی\u200cنژاد",
        "هـ\u200cَم",
        "ه\u200d",
        "क्\u200dष",
        "क्\u200cष",
        "ශ්\u200dරී ලංකා",
        "ന്\u200d",
        "র\u200d\u09cdযাব",
        "\u182d\u1820\u180e\u1820",
        "\u1820\u180b",
        "\u0712\u200c\u0712",
        "👩\u200d⚖️",
        "👨\u200d👩\u200d👧\u200d👦",
        "🏳️\u200d🌈",
        "👁️\u200d🗨️",
        "❤️\u200d🔥",
        "🧑🏽\u200d🚀",
        "🙂\u200d↔️",
        "🐦\u200d⬛",
        "☎\ufe0e ☎\ufe0f ™️ 1\ufe0f⃣",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "葛\U000e0100城",
        "Новый \U0001fae9",
    ],
    ids=ascii,
)
def test_joiners_and_selectors_that_scripts_and_emoji_need_are_kept(tidy: Tidy, needed: str) -> None:
    assert tidy(needed) == needed


@pytest.mark.rule("R8", "D20")
@TIDY
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("подгото\u00adвка к ЕГЭ", "подготовка к ЕГЭ"),
        ("Ве\u200bра\u2060 \ufeffСоколова", "Вера Соколова"),
        ("Ve\u200dra", "Vera"),
        ("Vera\u200c", "Vera"),
        ("Vera\ufe0f 5\ufe0f", "Vera 5"),
        ("Vera\U000e0041\U000e0042", "Vera"),
        ("Vera\u180e\u180b", "Vera"),
        ("Vera\u200e \u061cВера\u200f", "Vera Вера"),
        ("د\u200cا", "دا"),
        ("ب\u200dب", "بب"),
        ("می\u200c خواهم", "می خواهم"),
        ("می\u200c\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d", "👩"),
        ("👩\u200da", "👩a"),
        ("नमन्\u200c", "नमन्"),
        ("अ\u200dब", "अब"),
        ("葛\ufe05", "葛"),
        ("\uf0b7 опыт 10 лет", "опыт 10 лет"),
        ("фото\ufffc здесь\ufffe", "фото здесь"),
        ("e\u00ad\u0301", "é"),
        ("\u0dd9\u200c\u0dca\u200d", "\u0dda"),
    ],
    ids=ascii,
)
def test_what_does_nothing_is_dropped_without_a_word(tidy: Tidy, typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@pytest.mark.rule("R8", "D20")
@TIDY
@pytest.mark.parametrize(
    "stacked",
    [
        *(
            "Việt Nam, ở đường Nguyễn",
            "\u0323".join("ẫẫ") + "\u0323",
            "שָׁ֖לוֹם בְּרֵאשִׁ֖ית",
            "ٱلرَّحْمَـٰنِ",
            "لِلّٰهِ",
            "ที่นี่ ก็ ผู้",
            "क्ष्म्य्र",
            "र्द्ध्र्य",
        ),
        *("\u0f67\u0f90\u0fb5\u0fa8\u0fb3\u0fba\u0fbc\u0fbb\u0f82", "Z" + "\u0335" * 8 + "algo", "1\ufe0f⃣"),
    ],
    ids=ascii,
)
def test_marks_that_scripts_stack_are_kept(tidy: Tidy, stacked: str) -> None:
    assert tidy(stacked) == unicodedata.normalize("NFC", stacked)


@pytest.mark.rule("R8", "D20")
@TIDY
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Z" + "\u0300" * 59, "Z" + "\u0300" * 8),
        (
            "x" + "\u0301" * 200 + " y" + "\u0323" * 9,
            "x" + "\u0301" * 8 + " ỵ" + "\u0323" * 8,
        ),
        ("x" + "\u20dd" * 30 + "y", "x" + "\u20dd" * 8 + "y"),
        ("x" + "\u0300\u200d\u034f\u200b" * 30, "x" + "\u0300" * 8),
        ("e" + "\u0301" * 10, "é" + "\u0301" * 8),
    ],
    ids=ascii,
)
def test_marks_that_would_draw_over_the_neighbours_are_dropped(tidy: Tidy, typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@TIDY
@given(
    text=ANY_TEXT,
    at=st.text(st.sampled_from("\u094d\u0300\u05b0\u200c\u200d\u200e\u200f\ufe0f\u0488\u0489"), max_size=40),
)
def test_nothing_that_is_kept_has_more_than_eight_marks_on_one_base(tidy: Tidy, text: str, at: str) -> None:
    kept = tidy("x" + at + text)
    assert not regex.search("[\\p{Mn}\\p{Me}\u200c\u200d]{9}", kept)
    assert tidy(kept) == kept


def test_marks_of_direction_stay_where_a_prose_runs_leftwards() -> None:
    assert tidy_prose("אני כותב ב-C++\u200e!") == "אני כותב ב-C++\u200e!"
    assert tidy_line("אני כותב ב-C++\u200e!") == "אני כותב ב-C++!"
    assert tidy_prose("C++\u200e!") == "C++!"


@pytest.mark.parametrize(
    "bad", ["a\x00b", "a\x1bb", "a\x1cb", "a\x9fb", "a\ud800b", *(f"a{c}b" for c in BIDI)], ids=ascii
)
def test_control_characters_lone_surrogates_and_what_turns_a_text_around_are_refused_everywhere(bad: str) -> None:
    for check in (line, prose):
        with pytest.raises(InvalidInput) as refused:
            check("text", bad, at_least=9, at_most=80)
        assert code(refused) == ("control_characters", None)


@pytest.mark.rule("R8", "D20")
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_any_line_break_is_one_in_prose_and_a_blank_in_a_line(end: str) -> None:
    assert prose("text", f"one{end}two{end}", at_most=80) == "one\ntwo"
    assert line("name", f"{end}one{end}two", at_most=80) == "one two"


@pytest.mark.rule("R8", "D20")
def test_tabs_and_blanks_of_every_width_are_kept_in_prose_and_are_one_space_in_a_line() -> None:
    assert prose("text", "\ta\tb\u00a0\u3000c \u2003", at_most=80) == "a\tb\u00a0\u3000c"
    assert line("name", " Vera\t\u00a0 Sokolova\u2800", at_most=80) == "Vera Sokolova"


def test_lengths_are_of_what_is_kept_at_least_in_visible_characters() -> None:
    assert line("name", "  e\u0301\u00ad  ", at_most=1) == "é"
    assert line("name", "\N{GRINNING FACE}", at_most=1)
    with pytest.raises(InvalidInput) as refused:
        line("name", "ab", at_most=1)
    assert code(refused) == ("too_long", 1)
    for short in ("ab", "a b", "a" + "\u200b" * 20 + "b", "a\u0301\u0323\u0302b", "می\u200c" + " " * 9 + "."):
        with pytest.raises(InvalidInput) as refused:
            prose("text", short, at_least=5, at_most=80)
        assert code(refused) == ("too_short", 5)
    assert prose("text", "a b c", at_least=5, at_most=5) == "a b c"
    assert shortness("title", "abc", 3) is None


def test_faults_of_several_fields_are_named_together_and_none_is_no_refusal() -> None:
    with pytest.raises(InvalidInput) as refused:
        refuse(fault("title", "", at_most=9), None, fault("description", "a\x00", at_most=9))
    assert [error.field for error in refused.value.errors] == ["title", "description"]
    refuse(None)


def test_however_much_is_wrong_the_refusal_stays_small() -> None:
    refusal = InvalidInput(tuple(FieldError("x" * 10_000, "unknown") for _ in range(10_000)))
    assert len(refusal.errors) == 50
    assert {len(error.field) for error in refusal.errors} == {100}
