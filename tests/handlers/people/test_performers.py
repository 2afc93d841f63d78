"""A person's page over HTTP: public, and written by its owner alone (E4)."""

import pytest

from chalicelib.handlers.models import iso
from tests.support.house import House
from tests.support.people import settle
from tests.support.web import Web

SAID = {"en": {"profession": "Lawyer", "about": "Twelve years of leases."}}


@pytest.mark.rule("E4", "R8")
def test_what_i_say_of_myself_everybody_reads_at_once_and_a_wrong_field_is_named(house: House, web: Web) -> None:
    irina = settle(house, "irina@example.org", name="Irina")
    mine = web.by(irina)
    assert mine.put("/me/about", {"texts": SAID}).body["texts"] == SAID
    page = web.get(f"/users/{irina.id}")
    assert page.status == 200
    assert (page.body["texts"], page.body["sessions_held"]) == (SAID, 0)
    assert page.body["since"] == iso(irina.confirmed_ms or 0)
    wrong = mine.put("/me/about", {"texts": {"ru": {"about": "Пишите: irina@example.org"}}})
    assert (wrong.status, wrong.code) == (422, "invalid_input")
    assert wrong.body["errors"] == [{"field": "texts.ru.about", "code": "no_links"}]
    assert web.get(f"/users/{irina.id}").body["texts"] == SAID


def test_other_languages_than_ours_are_refused(house: House, web: Web) -> None:
    answer = web.by(settle(house, "irina@example.org")).put("/me/about", {"texts": {"fr": {"about": "Bonjour"}}})
    assert (answer.status, answer.code) == (422, "invalid_input")


@pytest.mark.rule("E4")
def test_the_twips_of_somebody_who_is_not_there_are_not_found(web: Web) -> None:
    for path in ("/users/nobody", "/users/nobody/twips"):
        assert (web.get(path).status, web.get(path).code) == (404, "not_found")
