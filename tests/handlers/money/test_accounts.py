"""Finances over HTTP."""

import csv
import io
from typing import Any

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.domain.people import User
from tests.support.house import House
from tests.support.people import bearer, settle
from tests.support.sales import fund, offer, place
from tests.support.web import Web


@pytest.fixture
def vera(house: House) -> User:
    return settle(house, "vera@example.org")


def rub(amount_minor: int) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": "RUB"}


def table(web: Web, user: User, path: str = "/account/postings", accept: str = "text/csv") -> HTTPResponse:
    headers = {"authorization": f"Bearer {bearer(web.house, user)}", "accept": accept}
    with Client(web.app) as client:
        return client.http.get(path, headers=headers)


@pytest.mark.rule("R28")
def test_a_top_up_says_where_to_pay_and_can_be_looked_up(house: House, web: Web, vera: User) -> None:
    started = web.by(vera).post("/account/topups", {"amount": rub(50_000)}, key="top-up-key")
    assert started.status == 201
    ident = started.body["id"]
    assert started.body["pay_url"].startswith(f"https://twip.example/local/pay/{ident}")
    found = web.by(vera).get(f"/account/topups/{ident}")
    assert found.body == {name: value for name, value in started.body.items() if name != "pay_url"}
    assert (found.body["state"], found.body["amount"], found.body["settled_at"]) == ("pending", rub(50_000), None)
    assert web.by(vera).get("/account/topups").body["items"] == [found.body]
    assert web.by(settle(house, "oleg@example.org")).get(f"/account/topups/{ident}").code == "not_found"


@pytest.mark.rule("D12")
def test_a_top_up_needs_a_key_and_keeps_to_it(web: Web, vera: User) -> None:
    assert web.by(vera).post("/account/topups", {"amount": rub(1)}).code == "idempotency_key_missing"
    first, second = (web.by(vera).post("/account/topups", {"amount": rub(1)}, key="top-up-key") for _ in range(2))
    assert first.body == second.body
    assert web.by(vera).post("/account/topups", {"amount": rub(2)}, key="top-up-key").code == "idempotency_key_reused"


@pytest.mark.parametrize("amount", [rub(0), rub(-5), rub(10_000_001), {"amount_minor": 5, "currency": "USD"}, 5, None])
def test_absurd_amounts_name_their_field(web: Web, vera: User, amount: Any) -> None:
    answer = web.by(vera).post("/account/topups", {"amount": amount}, key="top-up-key")
    assert (answer.status, answer.code) == (422, "invalid_input")
    assert answer.body["errors"][0]["field"].startswith("amount")


@pytest.mark.rule("E6", "R52")
def test_the_statement_is_read_in_parts_with_a_running_balance(house: House, web: Web, vera: User) -> None:
    fund(house, vera, 100_000)
    order = place(house, vera, offer(house, settle(house, "pavel@example.org")))
    first = web.by(vera).get("/account/postings?limit=1").body
    (line,) = first["items"]
    assert (line["kind"], line["order_id"], line["amount"]) == ("order", order.id, rub(-90_000))
    assert (line["balance_after"], line["commission"]) == (rub(10_000), rub(0))
    second = web.by(vera).get(f"/account/postings?limit=1&cursor={first['next_cursor']}").body
    assert [(line["kind"], line["balance_after"]) for line in second["items"]] == [("top_up", rub(100_000))]
    assert second["items"][0]["topup_id"]
    assert web.by(vera).get("/account/postings?cursor=made-up").code == "invalid_cursor"


@pytest.mark.rule("E6")
@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/account/postings", "text/csv"),
        ("/account/postings", "text/csv; q=1, */*"),
        ("/account/postings?format=csv", "*/*"),
    ],
)
def test_the_statement_comes_as_a_table_for_spreadsheets(
    house: House, web: Web, vera: User, path: str, accept: str
) -> None:
    fund(house, vera, 100_000)
    place(house, vera, offer(house, settle(house, "pavel@example.org")))
    answer = table(web, vera, path, accept)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Link" not in answer.headers
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    assert [(row["kind"], row["amount_minor"], row["balance_after_minor"]) for row in rows] == [
        ("order", "-90000", "10000"),
        ("top_up", "100000", "100000"),
    ]


@pytest.mark.rule("E6")
def test_a_long_table_links_to_its_next_part(
    house: House, web: Web, vera: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.handlers.money.accounts.CSV_LINES", 2)
    for _ in range(3):
        fund(house, vera, 1_000)
    first = table(web, vera)
    link = first.headers["Link"]
    assert link.endswith('; rel="next"')
    second = table(web, vera, link[1 : link.index(">")].removeprefix("/api"), "*/*")
    rows = [row for part in (first, second) for row in csv.DictReader(io.StringIO(part.body.decode()))]
    assert [row["balance_after_minor"] for row in rows] == ["3000", "2000", "1000"]
    assert "Link" not in second.headers


def test_json_is_what_is_given_unless_a_table_is_asked_for(house: House, web: Web, vera: User) -> None:
    for path, accept in (
        ("/account/postings", "*/*"),
        ("/account/postings?format=json", "text/csv"),
        ("/account/postings", ""),
    ):
        assert table(web, vera, path, accept).headers["Content-Type"] == "application/json"
    assert web.by(vera).get("/account/postings?format=xml").status == 422
