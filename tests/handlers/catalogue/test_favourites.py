"""Marks over HTTP: mine alone, safe to repeat, and what was taken off the market stays (E3)."""

import pytest

from app import app
from chalicelib.handlers import http
from tests.support.market import Market, consultation
from tests.support.web import Web


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Market:
    made = Market()
    monkeypatch.setattr(http, "wiring", lambda: made.house)
    return made


@pytest.mark.rule("E3")
def test_from_a_heart_to_the_list_and_back(market: Market) -> None:
    web = Web(app, market.house)
    dina, irina = web.by(market.dina), market.irina.id
    gone, sold = market.published(consultation("Gone")), market.published()
    for twip in (gone, sold, sold):
        assert dina.ask("PUT", f"/me/favourites/{twip.id}").status == 200
    marks = dina.ask("PUT", f"/me/people/{irina}")
    assert (marks.status, marks.body) == (200, {"twips": [sold.id, gone.id], "people": [irina]})
    assert dina.get("/me/marks").body == marks.body
    market.house.twips.withdraw(irina, gone.id)
    listed = dina.get("/me/favourites", accept_language="en").body
    assert [(twip["id"], twip["on_sale"], twip["foreign"]) for twip in listed["twips"]] == [
        (sold.id, True, False),
        (gone.id, False, False),
    ]
    assert listed["twips"][0]["performer"]["display_name"] == "Irina"
    assert [(person["id"], person["here"]) for person in listed["people"]] == [(irina, True)]
    for path in (f"/me/favourites/{gone.id}", f"/me/favourites/{sold.id}", f"/me/people/{irina}") * 2:
        assert dina.ask("DELETE", path).status == 200
    assert dina.get("/me/favourites").body == {"twips": [], "people": []}


@pytest.mark.rule("E3", "R3")
def test_marks_are_for_those_who_are_signed_in_and_nobody_sees_another_persons(market: Market) -> None:
    web, twip = Web(app, market.house), market.published()
    web.by(market.dina).ask("PUT", f"/me/favourites/{twip.id}")
    assert web.by(market.mark).get("/me/marks").body == {"twips": [], "people": []}
    for answer in (web.ask("PUT", f"/me/favourites/{twip.id}"), web.get("/me/marks")):
        assert (answer.status, answer.code) == (401, "unauthenticated")
    missing = web.by(market.mark).ask("PUT", "/me/favourites/nothing")
    assert (missing.status, missing.code) == (404, "not_found")
