"""The HTTP edge, on an app of its own."""

import json
from dataclasses import fields
from typing import Any

import pytest
from chalice import Blueprint, Chalice

from chalicelib.domain import errors
from chalicelib.domain.access import Act
from chalicelib.domain.errors import (
    FieldError,
    InsufficientFunds,
    InvalidCursor,
    InvalidInput,
    Refusal,
    TooManyAttempts,
    WrongState,
)
from chalicelib.domain.people import Role
from chalicelib.gateways.cdn import HEADER
from chalicelib.handlers import problems
from chalicelib.handlers.http import Context, Reply, edge, route
from chalicelib.handlers.models import Address, Ident, Instant, Money, Page, PageQuery, Request, View
from chalicelib.services import ports
from chalicelib.services.changes import CommitRefused, Contention
from chalicelib.services.ports import Undelivered
from tests.support.house import EDGE_KEY, House
from tests.support.people import settle
from tests.support.web import Web

KEY = "0123-4567-89ab"


class Thing(Request):
    name: str
    count: int = 1
    owner: Ident | None = None
    mail: Address | None = None


class Filter(PageQuery):
    exact: bool = False


class Made(View):
    name: str
    price: Money
    at: Instant


class Boom(Exception):
    pass


RAISED: dict[str, Exception] = {
    "funds": InsufficientFunds(missing_minor=900),
    "attempts": TooManyAttempts(retry_after_s=7),
    "state": WrongState(what="order", state="open/held", asked="close"),
    "input": InvalidInput((FieldError("name", "too_long", 60), FieldError("lang", "required"))),
    "cursor": InvalidCursor(),
    "refused": CommitRefused(()),
    "contention": Contention(),
    "queue": Undelivered(),
    "bug": Boom("with a secret in it"),
}


def thing_app() -> Chalice:
    bp = Blueprint(__name__)

    @route(bp, "GET", "/things", act=Act.TWIP_SEARCH, query=Filter, answer=Page[Made])
    def search(ctx: Context, query: Filter) -> Page[Made]:
        """Searches."""
        found = ports.Page(("a", "b"), f"{query.cursor}/{query.limit}/{query.exact}")
        return Page[Made].of(found, lambda name: Made(name=name, price=money(1), at=0))

    @route(bp, "POST", "/things", act=Act.TWIP_CREATE, body=Thing, answer=Made, status=201, keyed=True)
    def make(ctx: Context, body: Thing) -> Made:
        """Makes."""
        return Made(name=f"{body.name} of {ctx.caller.user_id} by {ctx.key}", price=money(body.count), at=ctx.now_ms)

    @route(bp, "GET", "/things/{thing_id}", act=Act.TWIP_READ, answer=Made)
    def read(ctx: Context, thing_id: str) -> Made:
        """Reads."""
        return Made(name=f"{thing_id} for {ctx.visitor.user_id if ctx.visitor else 'anybody'}", price=money(1), at=1)

    failures = (InsufficientFunds, TooManyAttempts, WrongState)

    @route(bp, "POST", "/things/{thing_id}/fail", act=Act.TWIP_READ, errors=failures)
    def fail(ctx: Context, thing_id: str) -> None:
        """Fails."""
        if thing_id in RAISED:
            raise RAISED[thing_id]

    @route(bp, "POST", "/hook", act=Act.PAYMENT_WEBHOOK, raw=True)
    def hook(ctx: Context) -> Reply:
        """Takes bytes."""
        return Reply(f"{ctx.raw!r} {ctx.ip}", status=202, media_type="text/plain", cookies=("a=1", "b=2"))

    @route(bp, "POST", "/order", act=Act.ORDER_PLACE, keyed=True)
    def order(ctx: Context) -> None:
        """Moves money."""

    @route(bp, "POST", "/leave", act=Act.LOGOUT, cookie=True)
    def leave(ctx: Context) -> None:
        """Leaves."""

    app = Chalice(app_name="things")
    app.register_middleware(edge, "http")
    app.register_blueprint(bp)
    return app


def money(amount_minor: int) -> Money:
    return Money(amount_minor=amount_minor, currency="RUB")


@pytest.fixture
def things(house: House) -> Web:
    return Web(thing_app(), house)


@pytest.fixture
def vera(house: House, things: Web) -> Web:
    return things.by(settle(house, "vera@example.org"))


def codes(body: Any) -> set[tuple[str, str]]:
    return {(error["field"], error["code"]) for error in body["errors"]}


def test_an_answer_is_json_with_money_and_times_in_the_contracts_form(vera: Web) -> None:
    answer = vera.post("/things", {"name": "Twip", "count": 5}, key=KEY)
    assert (answer.status, answer.headers["Content-Type"]) == (201, "application/json")
    assert vera.user is not None
    assert answer.body == {
        "name": f"Twip of {vera.user.id} by {KEY}",
        "price": {"amount_minor": 5, "currency": "RUB"},
        "at": "2026-05-28T20:00:00.000Z",
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_has_items_and_a_cursor(things: Web) -> None:
    first = things.get("/things?limit=7").body
    assert [item["name"] for item in first["items"]] == ["a", "b"]
    second = things.get(f"/things?limit=9&exact=true&cursor={first['next_cursor']}").body
    assert second["next_cursor"].split(".")[0] == "None/7/False/9/True"
    assert things.get("/things?cursor=None/7/False").code == "invalid_cursor"


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("limit=0", ("limit", "too_small")),
        ("limit=101", ("limit", "too_large")),
        ("limit=many", ("limit", "invalid")),
        ("limit=5&limit=6", ("limit", "repeated")),
        ("colour=red", ("colour", "unknown")),
        ("cursor=", ("cursor", "too_short")),
    ],
)
def test_a_wrong_query_is_refused_by_name(things: Web, query: str, error: tuple[str, str]) -> None:
    answer = things.get(f"/things?{query}")
    assert answer.status == 422
    assert codes(answer.body) == {error}


def test_a_route_without_a_query_refuses_one(things: Web) -> None:
    assert codes(things.get("/things/thing?x=1").body) == {("x", "unknown")}


@pytest.mark.rule("R8")
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"count": 1}, {("name", "required")}),
        ({"count": "1"}, {("name", "required"), ("count", "invalid")}),
        ({"name": "a", "count": 1.5}, {("count", "invalid")}),
        ({"name": "a", "colour": "red"}, {("colour", "unknown")}),
        ({"name": "a", "owner": "NOBODY"}, {("owner", "invalid")}),
        ({"name": "a", "mail": "nobody"}, {("mail", "invalid")}),
        ([], {("", "invalid")}),
        (b"{", {("", "not_json")}),
        (b'{"name": "\\ud800"}', {("", "not_json")}),
        (b"\xff", {("", "not_json")}),
        (b"", {("name", "required")}),
        ({"name": "x" * 70_000}, {("", "too_large")}),
    ],
)
def test_every_wrong_field_of_a_body_is_named(vera: Web, body: Any, expected: set[tuple[str, str]]) -> None:
    answer = vera.ask("POST", "/things", body, key=KEY)
    assert (answer.status, answer.code) == (422, "invalid_input")
    assert codes(answer.body) == expected


def test_a_body_that_nobody_asked_for_is_refused(things: Web) -> None:
    assert codes(things.post("/things/none/fail", {"force": True}).body) == {("", "no_body_expected")}
    assert things.post("/things/none/fail", {}).status == 204


@pytest.mark.rule("D12")
@pytest.mark.parametrize("key", [None, ""])
def test_what_creates_something_needs_an_idempotency_key(vera: Web, key: str | None) -> None:
    answer = vera.post("/things", {"name": "a"}, key=key)
    assert (answer.status, answer.code) == (400, "idempotency_key_missing")


@pytest.mark.rule("D12")
@pytest.mark.parametrize("key", ["short", "with a space", "x" * 129, "ключ-ключ"])
def test_a_key_that_is_none_is_called_invalid_and_not_missing(vera: Web, key: str) -> None:
    answer = vera.post("/things", {"name": "a"}, key=key)
    assert (answer.status, answer.code) == (400, "idempotency_key_invalid")


def test_a_part_of_the_path_that_can_be_no_id_names_nothing(things: Web) -> None:
    answer = things.get("/things/a%2fb..")
    assert (answer.status, answer.code, answer.body["what"]) == (404, "not_found", "thing")


def test_a_stranger_is_asked_to_sign_in_before_anything_is_looked_at(things: Web) -> None:
    answer = things.post("/things", b"{")
    assert (answer.status, answer.code, answer.body["reason"]) == (401, "unauthenticated", "missing")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", ""])
def test_a_token_that_is_none_is_refused_where_one_is_needed_and_passed_over_where_not(things: Web, token: str) -> None:
    answer = things.post("/things", {"name": "a"}, key=KEY, authorization=f"Bearer {token}")
    assert (answer.status, answer.body["reason"]) == (401, "invalid")
    assert things.get("/things/x", authorization=f"Bearer {token}").body["name"] == "x for anybody"


def test_an_open_route_knows_who_is_signed_in(vera: Web) -> None:
    assert vera.user is not None
    assert vera.get("/things/x").body["name"] == f"x for {vera.user.id}"


def test_an_expired_token_is_told_from_a_wrong_one_so_that_the_client_can_refresh(house: House, vera: Web) -> None:
    from tests.support.people import bearer

    assert vera.user is not None
    old = bearer(house, vera.user)
    house.hands.forward(600_000)
    answer = vera.post("/things", {"name": "a"}, key=KEY, authorization=f"Bearer {old}")
    assert (answer.status, answer.body["reason"]) == (401, "expired")


def test_a_person_signed_out_everywhere_moves_no_money_although_the_token_lives(house: House, vera: Web) -> None:
    assert vera.user is not None
    assert vera.post("/order", key=KEY).status == 204
    house.identity.sign_out_everywhere(vera.user.id)
    assert vera.post("/order", key=KEY).status == 401
    assert vera.get("/things/x").status == 200


def test_what_a_cookie_authorises_needs_a_header_that_another_sites_page_cannot_send(things: Web) -> None:
    assert things.post("/leave").status == 403
    assert things.post("/leave", x_requested_with="twip").status == 204


def test_a_refusal_is_a_problem_document_with_its_facts(things: Web) -> None:
    answer = things.post("/things/funds/fail")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {name: value for name, value in answer.body.items() if name != "request_id"} == {
        "type": "about:blank",
        "title": "Payment Required",
        "status": 402,
        "code": "insufficient_funds",
        "missing": {"amount_minor": 900, "currency": "RUB"},
    }
    assert answer.body["request_id"] == answer.headers["X-Request-Id"] != ""


def test_a_refusal_that_a_route_does_not_declare_is_answered_and_noted(
    house: House, things: Web, caplog: pytest.LogCaptureFixture
) -> None:
    from chalice.test import Client

    with Client(things.app) as client:
        assert client.http.post("/things/cursor/fail").status_code == 400
    assert "twip.read does not declare invalid_cursor" in caplog.text


def test_a_limit_says_when_to_try_again(things: Web) -> None:
    answer = things.post("/things/attempts/fail")
    assert (answer.status, answer.headers["Retry-After"], answer.body["retry_after_s"]) == (429, "7", 7)


def test_the_errors_of_several_fields_stand_in_one_document(things: Web) -> None:
    answer = things.post("/things/input/fail")
    assert answer.body["errors"] == [
        {"field": "name", "code": "too_long", "limit": 60},
        {"field": "lang", "code": "required"},
    ]


@pytest.mark.parametrize("lost", ["refused", "contention", "queue"])
def test_what_can_be_tried_again_says_so(things: Web, lost: str) -> None:
    answer = things.post(f"/things/{lost}/fail")
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "unavailable", "1")


def test_a_fault_of_ours_tells_nothing_of_itself(things: Web) -> None:
    answer = things.post("/things/bug/fail")
    assert (answer.status, answer.code) == (500, "internal")
    assert "secret" not in json.dumps(answer.body)


def test_what_chalice_refuses_by_itself_is_a_problem_document_too(things: Web) -> None:
    method = things.ask("DELETE", "/things")
    media = things.ask("POST", "/things", b"<a/>", content_type="text/xml")
    assert (method.status, method.code) == (405, "method_not_allowed")
    assert set(method.headers["Allow"].split(", ")) == {"GET", "POST"}
    assert (media.status, media.code) == (415, "unsupported_media_type")


def test_a_raw_route_sees_the_bytes_and_may_answer_anything(things: Web) -> None:
    from chalice.test import Client

    with Client(things.app) as client:
        answer = client.http.post("/hook", headers={"content-type": "text/xml"}, body=b"<a/>")
    assert (answer.status_code, answer.body) == (202, b"b'<a/>' 127.0.0.1")
    assert list(answer.headers["Set-Cookie"]) == ["a=1", "b=2"]


@pytest.mark.rule("E19")
@pytest.mark.parametrize(
    ("proof", "address"), [(EDGE_KEY, "203.0.113.7"), ("guessed", "127.0.0.1"), (None, "127.0.0.1")]
)
def test_the_viewers_address_is_the_one_that_the_cdn_saw_and_only_the_cdn_is_believed(
    things: Web, proof: str | None, address: str
) -> None:
    from chalice.test import Client

    headers = {"x-forwarded-for": "9.9.9.9, 203.0.113.7, 130.176.0.1", **({HEADER: proof} if proof else {})}
    with Client(things.app) as client:
        answer = client.http.post("/hook", headers=headers, body=b"")
    assert answer.body.decode().endswith(address)


def test_one_line_is_logged_with_who_and_what_and_no_secret(vera: Web, capsys: pytest.CaptureFixture[str]) -> None:
    vera.post("/things", {"name": "confidential"}, key=KEY)
    vera.post("/things/funds/fail")
    made, failed = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert vera.user is not None
    assert (made["method"], made["path"], made["status"], made["user_id"]) == ("POST", "/things", 201, vera.user.id)
    assert (failed["path"], failed["status"], failed["code"]) == ("/things/{thing_id}/fail", 402, "insufficient_funds")
    assert "confidential" not in json.dumps(made)


def test_every_refusal_has_its_status() -> None:
    known = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Refusal)}
    assert set(problems.STATUS) == known - {Refusal}
    assert len({kind.code for kind in problems.STATUS}) == len(problems.STATUS)


def test_facts_of_refusals_do_not_hide_the_members_of_a_problem() -> None:
    taken = {"type", "title", "status", "code", "request_id", "detail", "instance"}
    for kind in problems.STATUS:
        assert not taken & {f.name for f in fields(kind)}, kind  # type: ignore[arg-type]


def test_a_route_of_staff_looks_at_the_roles_as_stored(house: House, web: Web) -> None:
    vera = settle(house, "vera@example.org")
    client = web.by(vera)
    assert client.get("/admin/audit").status == 403
    house.staff.grant(vera.email, Role.ADMIN)
    assert client.get("/admin/audit").status == 200
