"""What people say of themselves, and what is refused in it."""

import pytest

from chalicelib.domain.about import ABOUT_AT_MOST, PROFESSION_AT_MOST, About, Said, rewritten
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.kinds import Lang

NOTHING = About("irina")


def refused(said: Said) -> dict[str, str]:
    with pytest.raises(InvalidInput) as error:
        rewritten(NOTHING, {Lang.EN: said})
    return {fault.field: fault.code for fault in error.value.errors}


@pytest.mark.rule("E4", "R6", "R7")
def test_what_is_said_replaces_all_that_was_and_a_language_without_words_is_none() -> None:
    both = rewritten(NOTHING, {Lang.EN: Said(" Lawyer\n", " Leases. "), Lang.RU: Said("Юрист", "")})
    assert both.texts == {Lang.RU: Said("Юрист", ""), Lang.EN: Said("Lawyer", "Leases.")}
    assert rewritten(both, {Lang.RU: Said("Юрист"), Lang.EN: Said(" ", "\n")}).texts == {Lang.RU: Said("Юрист", "")}
    assert rewritten(both, {}).texts == {}


@pytest.mark.rule("E4", "R8")
@pytest.mark.parametrize(
    ("said", "faults"),
    [
        (Said("x" * (PROFESSION_AT_MOST + 1)), {"texts.en.profession": "too_long"}),
        (Said("x" * PROFESSION_AT_MOST, "y" * (ABOUT_AT_MOST + 1)), {"texts.en.about": "too_long"}),
        (Said("a\x00b", "a\u202eb"), dict.fromkeys(("texts.en.profession", "texts.en.about"), "control_characters")),
    ],
)
def test_each_field_is_refused_by_its_name(said: Said, faults: dict[str, str]) -> None:
    assert refused(said) == faults


@pytest.mark.rule("E4")
@pytest.mark.parametrize(
    "text",
    ["https://example.org", "Find me: WWW.example.org", "irina@example.org", "t.me/irina", "мой сайт ирина.рф/цены"],
)
def test_a_text_that_nobody_has_moderated_leads_nowhere(text: str) -> None:
    assert refused(Said(about=text)) == {"texts.en.about": "no_links"}
    assert refused(Said(text)) == {"texts.en.profession": "no_links"}


@pytest.mark.parametrize("text", ["ASP.NET and Node.js", "и/или", "от 1.5/2 часов", "@ work", "5 лет.Потом ещё 7"])
def test_what_only_looks_like_an_address_is_kept(text: str) -> None:
    assert rewritten(NOTHING, {Lang.EN: Said(about=text)}).texts[Lang.EN].about == text
