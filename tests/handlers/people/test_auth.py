"""Coming in and going out, as a client sees it."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.people import Role
from chalicelib.services.people.attempts import SIGN_IN
from tests.support.house import EDGE_KEY, PASSWORD, House
from tests.support.people import found, settle
from tests.support.web import Answer, Web

VERA = "vera@example.org"
FORM = {"email": "Vera@Example.org", "password": PASSWORD, "display_name": "Vera", "lang": "en"}
OURS = {"x_requested_with": "twip"}


def register(web: Web, key: str = "key-00001", **changed: Any) -> Answer:
    return web.post("/auth/register", {**FORM, **changed}, key=key)


def login(web: Web, email: str = VERA, password: str = PASSWORD) -> Answer:
    return web.post("/auth/login", {"email": email, "password": password})


@pytest.mark.rule("E16")
def test_from_registration_to_sign_out(house: House, web: Web) -> None:
    assert register(web).status == 202
    assert web.post("/auth/confirm", {"token": house.outbox.token(VERA)}).body == {"signed_in": None}
    signed_in = login(web)
    assert (signed_in.status, signed_in.body["token_type"], signed_in.body["expires_in"]) == (200, "Bearer", 600)
    me = web.get("/me", authorization=f"Bearer {signed_in.body['access_token']}")
    assert me.body == signed_in.body["user"]
    assert (me.body["email"], me.body["display_name"], me.body["roles"]) == (VERA, "Vera", ["user"])
    refreshed = web.post("/auth/refresh", cookie=signed_in.cookie or "", **OURS)
    assert refreshed.status == 200
    assert refreshed.cookie != signed_in.cookie
    gone = web.post("/auth/logout", cookie=refreshed.cookie or "", **OURS)
    assert (gone.status, gone.cookie) == (204, "refresh=")
    assert web.post("/auth/refresh", cookie=refreshed.cookie or "", **OURS).status == 401


@pytest.mark.rule("E16", "D18")
def test_a_refresh_whose_answer_was_lost_in_a_tunnel_is_asked_again_and_the_old_cookie_dies_with_the_next_one(
    house: House, web: Web
) -> None:
    settle(house, VERA)
    kept = login(web).cookie or ""
    web.post("/auth/refresh", cookie=kept, **OURS)
    house.hands.forward(13_000)
    answer = web.post("/auth/refresh", cookie=kept, **OURS)
    assert answer.status == 200
    newest = web.post("/auth/refresh", cookie=answer.cookie or "", **OURS)
    assert newest.status == 200
    late = web.post("/auth/refresh", cookie=kept, **OURS)
    assert (late.status, late.body["reason"], late.headers.get("Set-Cookie")) == (401, "overtaken", None)
    house.hands.forward(13_000)
    assert web.post("/auth/refresh", cookie=kept, **OURS).status == 401
    assert web.post("/auth/refresh", cookie=newest.cookie or "", **OURS).status == 401


def test_the_answer_to_a_registration_is_the_same_for_a_taken_and_a_free_address(house: House, web: Web) -> None:
    settle(house, VERA)
    taken, free = register(web), register(web, key="key-00002", email="free@example.org")
    assert (taken.status, taken.body, set(taken.headers)) == (free.status, free.body, set(free.headers))


@pytest.mark.rule("D12")
def test_a_registration_needs_a_key_and_a_key_is_for_one_registration(web: Web) -> None:
    assert web.post("/auth/register", FORM).code == "idempotency_key_missing"
    assert register(web).status == register(web).status == 202
    reused = register(web, display_name="Mallory")
    assert (reused.status, reused.code) == (422, "idempotency_key_reused")


@pytest.mark.rule("R8")
@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"email": "vera"}, ("email", "invalid")),
        ({"email": f"{'v' * 250}@example.org"}, ("email", "too_long")),
        ({"password": "short"}, ("password", "too_short")),
        ({"password": "1234567890"}, ("password", "too_common")),
        ({"password": " " * 10}, ("password", "too_common")),
        ({"display_name": "\u202eareV"}, ("display_name", "control_characters")),
        ({"display_name": ""}, ("display_name", "required")),
        ({"lang": "fr"}, ("lang", "not_allowed")),
        ({"roles": ["admin"]}, ("roles", "unknown")),
    ],
)
def test_a_wrong_registration_names_the_field(web: Web, changed: dict[str, Any], error: tuple[str, str]) -> None:
    answer = register(web, **changed)
    assert answer.status == 422
    assert [(e["field"], e["code"]) for e in answer.body["errors"]] == [error]


def test_the_refresh_token_is_in_a_cookie_out_of_reach_of_scripts_and_other_sites(house: House, web: Web) -> None:
    settle(house, VERA)
    signed_in = login(web)
    attributes = set(str(signed_in.headers["Set-Cookie"][0]).split("; ")[1:])
    assert attributes == {"Path=/api/auth", "Max-Age=2592000", "HttpOnly", "SameSite=Strict"}
    assert (signed_in.cookie or "").partition("=")[2] not in str(signed_in.body)


def test_in_the_cloud_the_cookie_goes_over_tls_only(house: House, web: Web) -> None:
    settle(house, VERA)
    house.settings = replace(house.settings, local=False)
    assert str(login(web).headers["Set-Cookie"][0]).endswith("; Secure")


@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
def test_a_form_on_another_site_can_neither_refresh_nor_sign_out(house: House, web: Web, path: str) -> None:
    settle(house, VERA)
    cookie = login(web).cookie or ""
    assert web.post(path, cookie=cookie).status == 403
    assert web.post("/auth/refresh", cookie=f"theme=dark; {cookie}", **OURS).status == 200


@pytest.mark.rule("E16")
@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
def test_what_the_cookie_alone_authorises_is_refused_to_a_page_of_another_site_whatever_it_sends(
    house: House, web: Web, path: str
) -> None:
    settle(house, VERA)
    cookie = login(web).cookie or ""
    for origin in ("https://mallory.example", "null", "http://twip.example", ""):
        answer = web.post(path, cookie=cookie, origin=origin, **OURS)
        assert (answer.status, answer.code, answer.cookie) == (403, "forbidden", None)
    assert web.post("/auth/refresh", cookie=cookie, origin=house.settings.origin, **OURS).status == 200


def test_without_a_cookie_there_is_nothing_to_refresh_and_nothing_to_sign_out(web: Web) -> None:
    assert web.post("/auth/refresh", **OURS).body["reason"] == "missing"
    for made_up in ("made-up", f"{'a' * 26}.{'b' * 43}", f"{'a' * 3000}.b", "."):
        assert web.post("/auth/refresh", cookie=f"refresh={made_up}", **OURS).status == 401
        assert web.post("/auth/logout", cookie=f"refresh={made_up}", **OURS).status == 204
    assert web.post("/auth/logout", **OURS).status == 204


def test_a_wrong_password_and_a_stranger_get_the_same_problem(house: House, web: Web) -> None:
    settle(house, VERA)
    wrong, stranger = login(web, password="not the password"), login(web, email="nobody@example.org")
    for answer in (wrong, stranger):
        answer.body.pop("request_id")
    assert wrong.body == stranger.body
    assert (wrong.status, wrong.body["reason"]) == (401, "credentials")


@pytest.mark.rule("E19")
def test_too_many_attempts_are_told_when_to_try_again(house: House, web: Web) -> None:
    settle(house, VERA)
    for _ in range(20):
        assert login(web, password="not the password").status == 401
    answer = login(web)
    assert (answer.status, answer.code) == (429, "too_many_attempts")
    assert int(answer.headers["Retry-After"]) == answer.body["retry_after_s"] == 900


def guess(web: Web, times: int = SIGN_IN.per_address + 1) -> None:
    """A stranger tries passwords on Vera's address."""
    for _ in range(times):
        login(web, password="not the password")


@pytest.mark.rule("E19")
def test_a_stranger_who_guesses_locks_out_other_strangers_and_no_device_of_the_owners_signed_in_or_out(
    house: House, web: Web
) -> None:
    settle(house, VERA)
    signed_in = login(web)
    device = {"cookie": signed_in.cookies}
    guess(web)
    assert login(web).code == "too_many_attempts"
    out = web.post("/auth/logout", **device, **OURS)
    assert (out.status, "device=" in out.cookies) == (204, False)
    back = web.post("/auth/login", {"email": VERA, "password": PASSWORD}, **device)
    assert back.status == 200
    other = web.post("/auth/login", {"email": "other@example.org", "password": PASSWORD}, **device)
    assert other.status == 401, "of somebody else's address the device knows nothing"


@pytest.mark.rule("E19")
def test_a_device_that_was_signed_in_before_marks_came_gets_its_own_with_the_next_refresh(
    house: House, web: Web
) -> None:
    settle(house, VERA)
    refreshed = web.post("/auth/refresh", cookie=login(web).cookie or "", **OURS)
    guess(web)
    form = {"email": VERA, "password": PASSWORD}
    assert web.post("/auth/login", form, cookie=refreshed.cookies).status == 200
    assert web.post("/auth/login", form, cookie=refreshed.cookie or "").status == 429


@pytest.mark.rule("E19")
def test_a_stranger_who_asks_for_mails_leaves_the_owners_device_its_own(house: House, web: Web) -> None:
    settle(house, VERA)
    device, asked = {"cookie": login(web).cookies}, {"email": VERA}
    while web.post("/auth/password/forgot", asked).status == 202:
        pass
    assert register(web).code == "too_many_attempts"
    assert web.post("/auth/password/forgot", asked, **device).status == 202
    assert web.post("/auth/register", FORM, key="key-00002", **device).status == 202


@pytest.mark.rule("E19")
def test_a_mailed_link_makes_its_device_one_of_the_owners_whatever_a_stranger_does(house: House, web: Web) -> None:
    register(web)
    confirmed = web.post("/auth/confirm", {"token": house.outbox.token(VERA)})
    web.post("/auth/password/forgot", {"email": VERA})
    house.remind()
    new = {"token": house.outbox.token(VERA), "password": "another long password"}
    reset = web.post("/auth/password/reset", new)
    guess(web)
    form = {"email": VERA, "password": "another long password"}
    assert web.post("/auth/login", form).status == 429
    for answer in (confirmed, reset):
        assert web.post("/auth/login", form, cookie=answer.cookies).status == 200


def test_the_mark_of_a_device_is_out_of_reach_of_scripts_and_other_sites_and_in_no_log(
    house: House, web: Web, capfd: pytest.CaptureFixture[str]
) -> None:
    settle(house, VERA)
    mark = str(login(web).headers["Set-Cookie"][1])
    assert set(mark.split("; ")[1:]) == {"Path=/api/auth", "Max-Age=31536000", "HttpOnly", "SameSite=Strict"}
    name, _, signature = mark.partition("=")[2].partition(";")[0].partition(".")
    web.post("/auth/login", {"email": VERA, "password": "not the password"}, cookie=mark.partition(";")[0])
    logged = capfd.readouterr().out
    assert "/auth/login" in logged
    assert name not in logged
    assert signature not in logged


@pytest.mark.rule("E19")
def test_whoever_comes_around_the_cdn_is_counted_by_their_own_address_whatever_they_claim(
    house: House, web: Web
) -> None:
    house.settings = replace(house.settings, local=False)
    for n in range(SIGN_IN.per_origin):
        claimed = f"203.0.113.{n}, 130.176.0.1"
        form = {"email": f"somebody-{n}@example.org", "password": PASSWORD}
        assert web.post("/auth/login", form, x_forwarded_for=claimed, x_twip_edge="guessed").status == 401
    assert login(web).code == "too_many_attempts"
    through = {"x_forwarded_for": "203.0.113.7, 130.176.0.1", "x_twip_edge": EDGE_KEY}
    form = {"email": "one-more@example.org", "password": PASSWORD}
    assert web.post("/auth/login", form, **through).status == 401, "the CDN's viewers are others"


@pytest.mark.rule("E16")
def test_a_forgotten_password_is_replaced_by_mail(house: House, web: Web) -> None:
    settle(house, VERA)
    for email in (VERA, "nobody@example.org"):
        assert web.post("/auth/password/forgot", {"email": email}).status == 202
    house.remind()
    token = house.outbox.token(VERA)
    refused = web.post("/auth/password/reset", {"token": token, "password": "short"})
    assert refused.body["errors"] == [{"field": "password", "code": "too_short", "limit": 10}]
    new = {"token": token, "password": "another long password"}
    assert web.post("/auth/password/reset", new).status == 204
    assert web.post("/auth/password/reset", new).status == 401
    assert login(web).status == 401
    assert login(web, password="another long password").status == 200


@pytest.mark.rule("E16")
def test_signing_out_everywhere_ends_this_device_too(house: House, web: Web) -> None:
    vera = settle(house, VERA)
    cookie = login(web).cookie or ""
    gone = web.by(vera).post("/auth/logout-all")
    assert (gone.status, gone.cookie) == (204, "refresh=")
    assert web.post("/auth/refresh", cookie=cookie, **OURS).status == 401


def test_one_edits_ones_own_name_and_language_and_nothing_else(house: House, web: Web) -> None:
    me = web.by(settle(house, VERA))
    assert me.ask("PATCH", "/me", {"display_name": "Вера", "lang": "ru"}).body["display_name"] == "Вера"
    assert me.get("/me").body["lang"] == "ru"
    for wrong in ({}, {"email": "other@example.org"}, {"roles": ["admin"]}, {"display_name": "a\x07b"}):
        assert me.ask("PATCH", "/me", wrong).status == 422


def test_a_ticket_for_the_websocket_is_given_to_who_is_signed_in(house: House, web: Web) -> None:
    vera = settle(house, VERA)
    answer = web.by(vera).post("/me/ws-ticket")
    assert answer.status == 201
    assert house.connections.open(answer.body["ticket"], "connection-1", house.hands.at_ms).user_id == vera.id
    assert web.post("/me/ws-ticket").status == 401


@pytest.mark.rule("D28")
def test_an_admin_grants_blocks_and_reads_the_log(house: House, web: Web) -> None:
    vera = settle(house, VERA)
    admin = settle(house, "admin@example.org", Role.ADMIN)
    office = web.by(admin)
    person = office.get("/admin/users?email=VERA@example.org").body["items"][0]
    assert (person["id"], person["state"]) == (vera.id, "active")
    path = f"/admin/users/{vera.id}"
    granted = office.ask("PATCH", path, {"roles": ["user", "moderator"]})
    assert granted.body["roles"] == ["user", "moderator"]
    blocked = office.ask("PATCH", path, {"blocked": True, "reason": "spam"})
    assert blocked.body["state"] == "blocked"
    assert login(web).code == "wrong_state"
    log = office.get("/admin/audit?limit=2").body
    assert [line["act"] for line in log["items"]] == ["user.block", "user.roles"]
    older = office.get(f"/admin/audit?limit=2&cursor={log['next_cursor']}").body
    assert [line["actor_id"] for line in older["items"]] == ["operator"]
    assert older["next_cursor"] is None


def test_an_admin_is_told_what_is_wrong_with_a_change(house: House, web: Web) -> None:
    admin = settle(house, "admin@example.org", Role.ADMIN)
    vera, office = settle(house, VERA), web.by(admin)
    path = f"/admin/users/{vera.id}"
    for wrong in (
        {},
        {"roles": ["moderator"]},
        {"roles": ["king"]},
        {"blocked": "yes"},
        {"blocked": True, "reason": "\x00"},
    ):
        assert office.ask("PATCH", path, wrong).status == 422
    assert office.ask("PATCH", f"/admin/users/{admin.id}", {"blocked": True}).status == 403
    assert office.ask("PATCH", f"/admin/users/{'0' * 26}", {"blocked": True}).status == 404
    assert office.get("/admin/users?cursor=nonsense").code == "invalid_cursor"
    assert found(house, VERA) == vera


@pytest.mark.rule("D28")
def test_a_blocked_person_changes_nothing_that_others_see_with_a_token_that_is_still_good(
    house: House, web: Web
) -> None:
    vera = settle(house, VERA)
    admin = web.by(settle(house, "admin@example.org", Role.ADMIN))
    me = web.by(vera)
    draft = {"kind": "consultation", "languages": ["en"], "texts": {"en": {"title": "Lease check"}}}
    assert me.post("/twips", draft, key="key-00000").status == 201
    assert admin.ask("PATCH", f"/admin/users/{vera.id}", {"blocked": True}).status == 200
    stored = list(house.dynamo.items("market"))
    for method, path, body in (
        ("PATCH", "/me", {"display_name": "Somebody else"}),
        ("PUT", "/me/status", {"status": "available"}),
        ("POST", "/twips", draft),
    ):
        answer = me.ask(method, path, body, key="key-00001")
        assert (answer.status, answer.code, answer.body["reason"]) == (401, "unauthenticated", "expired")
    assert list(house.dynamo.items("market")) == stored
