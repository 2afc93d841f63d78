"""Words by which people look for a twip."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.content import TAG_AT_MOST, TAGS_AT_MOST
from chalicelib.domain.tags import faults_of, key_of, tidied


def codes(*tags: str) -> dict[str, str]:
    return {fault.field: fault.code for fault in faults_of(tuple(map(tidied, tags))) if fault is not None}


@pytest.mark.rule("E2")
@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Возврат\u00a0 налога ", "Возврат налога"),
        ("#фриланс", "фриланс"),
        ("## IELTS", "IELTS"),
        ("\u200bкот\u00ad", "кот"),
        ("C#", "C#"),
        ("е\u0308лка", "ёлка"),
    ],
)
def test_a_tag_is_kept_as_it_was_written_but_for_blanks_what_is_not_seen_and_the_sign_before_it(
    written: str, kept: str
) -> None:
    assert tidied(written) == kept


@pytest.mark.rule("E2")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ёлка", "елка"),
        ("е\u0308лка", "ЁЛКА"),
        ("возврат  налога", "Возврат налога"),
        ("café", "Cafe"),
        ("#Django", "django"),
        ("1С", "1c"),
        ("кот", "кoт"),
    ],
)
def test_tags_that_differ_only_in_how_they_are_typed_are_the_same(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)
    assert codes(one, "другой", other) == {"tags.2": "repeated"}


@pytest.mark.rule("E2")
def test_tags_that_mean_something_else_are_not_the_same() -> None:
    assert len({key_of(tag) for tag in ("C", "C#", "C++", "май", "маи", "wi-fi", "wifi", "возвратналога")}) == 8


@pytest.mark.rule("E2")
def test_there_are_five_at_most() -> None:
    five = tuple(f"tag {n}" for n in range(TAGS_AT_MOST))
    assert codes(*five) == {}
    assert codes(*five, "tag 5") == {"tags": "too_long"}


@pytest.mark.rule("E2", "R8")
@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("", "required"),
        ("#", "required"),
        ("\u200b", "required"),
        ("x", "too_short"),
        ("x" * (TAG_AT_MOST + 1), "too_long"),
        ("<b>кот</b>", "not_a_tag"),
        ("кот, собака", "not_a_tag"),
        ("кот\u202eток", "control_characters"),
        ("🎸 гитара", "not_a_tag"),
        ("...", "not_a_tag"),
        ("**кот**", "not_a_tag"),
        ("`кот`", "not_a_tag"),
    ],
)
def test_what_is_no_tag_is_named_by_its_place(tag: str, code: str) -> None:
    assert codes("кот", tag) == {"tags.1": code}


@pytest.mark.rule("E2")
@pytest.mark.parametrize("tag", ["C++", "node.js", "wi-fi", "R&B", "д’Артаньян", "1/2", "№ 7", "हिन्दी", "日本"])
def test_names_have_signs_and_letters_of_all_scripts(tag: str) -> None:
    assert codes(tag) == {}


@pytest.mark.rule("E2")
@given(st.text())
def test_a_tag_that_is_taken_stays_as_it_is_and_has_a_key(text: str) -> None:
    if not codes(text):
        kept = tidied(text)
        assert tidied(kept) == kept
        assert key_of(key_of(kept)) == key_of(kept) != ""
