"""Cursors of all listings: what comes back is what was handed out, to whom it was handed out, or nothing."""

import base64
import json
from typing import Any, cast

import pytest
from chalice.test import Client

from app import app
from chalicelib.domain.people import Role, User
from chalicelib.handlers.models import PageQuery
from chalicelib.handlers.money import accounts
from chalicelib.handlers.routes import Route
from tests.support.house import House
from tests.support.people import bearer, settle
from tests.support.sales import fund, offer, place
from tests.support.web import Web

ROUTES: list[Route] = [
    cast(Any, entry.view_function).described for by_method in app.routes.values() for entry in by_method.values()
]
LISTINGS = [route for route in ROUTES if route.query is not None and issubclass(route.query, PageQuery)]
NEEDED = {"/orders": "&role=customer", "/disputes": "&role=customer", "/admin/disputes": "&phase=arbitration"}


@pytest.fixture
def vera(house: House) -> User:
    """Has three lines in her statement, two top-ups, two orders, and every role."""
    vera = settle(house, "vera@example.org", *Role)
    pavel = settle(house, "pavel@example.org")
    fund(house, vera, 100_000)
    fund(house, vera, 100_000)
    for name in ("one", "two"):
        place(house, vera, offer(house, pavel, name=name), key=f"order-{name}")
    return vera


def forged(cursor: str, change: Any) -> str:
    """The cursor with its content changed, and all else as it was."""
    text, *rest = cursor.split(".")
    content = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    changed = base64.urlsafe_b64encode(json.dumps(change(content), separators=(",", ":")).encode()).decode()
    return ".".join([changed.rstrip("="), *rest])


@pytest.mark.rule("E6")
def test_a_statement_believes_no_balance_that_comes_back(web: Web, vera: User) -> None:
    mine = web.by(vera)
    cursor = mine.get("/account/postings?limit=1").body["next_cursor"]
    honest = mine.get(f"/account/postings?limit=1&cursor={cursor}")
    assert honest.body["items"][0]["balance_after"]["amount_minor"] == 110_000
    rich = forged(cursor, lambda content: [content[0], 1_000_000, *content[2:]])
    assert forged(cursor, lambda content: content) == cursor != rich
    for format_ in ("json", "csv"):
        answer = mine.get(f"/account/postings?limit=1&format={format_}&cursor={rich}")
        assert (answer.status, answer.code) == (400, "invalid_cursor")


@pytest.mark.rule("E6")
def test_the_link_to_the_next_part_of_a_table_is_sealed_too(
    house: House, web: Web, vera: User, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setattr(accounts, "CSV_LINES", 1)
    headers = {"authorization": f"Bearer {bearer(house, vera)}", "accept": "text/csv"}
    with Client(app) as client:
        link = client.http.get("/account/postings", headers=headers).headers["Link"]
        following = str(link).partition("</api")[2].partition(">")[0]
        assert client.http.get(following, headers=headers).body.splitlines()[1].split(b",")[3] == b"110000"
        path, _, cursor = following.partition("cursor=")
        rich = forged(cursor, lambda content: [content[0], 1_000_000, *content[2:]])
        assert client.http.get(f"{path}cursor={rich}", headers=headers).status_code == 400


@pytest.mark.parametrize("route", LISTINGS, ids=lambda route: route.path)
def test_no_listing_takes_a_cursor_that_it_has_not_handed_out(web: Web, vera: User, route: Route) -> None:
    theirs = web.by(vera).get("/account/topups?limit=1").body["next_cursor"]
    plain = theirs.split(".")[0]
    path = route.path.format(**dict.fromkeys(route.parameters, "0" * 26))
    for cursor in (
        theirs if "topups" not in path else "a.k1.b",
        plain,
        f"{plain}.k1.AAAAAAAAAAAAAAAAAAAAAA",
        "%00",
        "%F0%9F%98%80",
    ):
        answer = web.by(vera).get(f"{path}?limit=1&cursor={cursor}{NEEDED.get(route.path, '')}")
        assert (answer.status, answer.code) == (400, "invalid_cursor"), cursor


@pytest.mark.parametrize("path", ["/account/topups", "/account/postings", "/orders?role=customer", "/admin/users"])
def test_a_cursor_is_its_readers_own(house: House, web: Web, vera: User, path: str) -> None:
    sign = "&" if "?" in path else "?"
    cursor = web.by(vera).get(f"{path}{sign}limit=1").body["next_cursor"]
    assert web.by(vera).get(f"{path}{sign}limit=1&cursor={cursor}").status == 200
    other = settle(house, "ada@example.org", *Role)
    answer = web.by(other).get(f"{path}{sign}limit=1&cursor={cursor}")
    assert (answer.status, answer.code) == (400, "invalid_cursor")


def test_a_cursor_lives_through_a_rotation_of_the_keys(house: House, web: Web, vera: User) -> None:
    cursor = web.by(vera).get("/account/topups?limit=1").body["next_cursor"]
    house.keys |= {"current": "k2", "k2": "the second signing key of the test house"}
    house.hands.forward(600_000)
    assert web.by(vera).get(f"/account/topups?limit=1&cursor={cursor}").status == 200
