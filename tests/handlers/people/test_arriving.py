"""The way in as a browser sees it: registered in one tab, confirmed in another (E16, E21)."""

from typing import Any

import pytest

from tests.support.house import PASSWORD, House
from tests.support.people import settle
from tests.support.web import Answer, Web

VERA = "vera@example.org"
FORM = {"email": VERA, "password": PASSWORD, "display_name": "Vera", "lang": "en"}
OURS = {"x_requested_with": "twip"}


def register(web: Web, key: str = "key-00001", **changed: Any) -> Answer:
    return web.post("/auth/register", {**FORM, **changed}, key=key)


def arrive(web: Web, cookie: str) -> Answer:
    return web.post("/auth/arrive", cookie=cookie, **OURS)


@pytest.mark.rule("E16", "E21")
def test_the_link_signs_in_the_browser_that_has_registered(house: House, web: Web) -> None:
    registered = register(web)
    assert "HttpOnly" in registered.headers["Set-Cookie"][0]
    confirmed = web.post("/auth/confirm", {"token": house.outbox.token(VERA)}, cookie=registered.cookies)
    signed_in = confirmed.body["signed_in"]
    assert signed_in["user"]["email"] == VERA
    assert web.get("/me", authorization=f"Bearer {signed_in['access_token']}").status == 200
    assert web.post("/auth/refresh", cookie=confirmed.cookies, **OURS).status == 200
    assert "arrival=;" in f"{confirmed.cookies};", "and it waits no longer"


@pytest.mark.rule("E16", "E21")
def test_on_another_device_the_link_signs_in_nobody_and_the_tab_that_waits_goes_on(house: House, web: Web) -> None:
    waiting = register(web).cookies
    assert arrive(web, waiting).body == {"signed_in": None}
    elsewhere = web.post("/auth/confirm", {"token": house.outbox.token(VERA)})
    assert elsewhere.body == {"signed_in": None}
    assert "refresh=" not in elsewhere.cookies
    arrived = arrive(web, waiting)
    assert arrived.body["signed_in"]["user"]["email"] == VERA
    assert arrive(web, waiting).code == "unauthenticated"


def test_a_browser_that_waits_for_somebody_else_is_not_signed_in_as_them_by_a_link(house: House, web: Web) -> None:
    waiting = register(web).cookies
    register(web, key="key-00002", email="olga@example.org")
    web.post("/auth/confirm", {"token": house.outbox.token(VERA)})
    olgas = web.post("/auth/confirm", {"token": house.outbox.token("olga@example.org")}, cookie=waiting)
    assert olgas.body == {"signed_in": None}


@pytest.mark.rule("E16")
def test_whoever_waits_cannot_tell_a_taken_address(house: House, web: Web) -> None:
    settle(house, VERA)
    taken, free = register(web, key="key-00002"), register(web, email="free@example.org")
    answers = [arrive(web, it.cookies) for it in (taken, free)]
    assert answers[0].body == answers[1].body == {"signed_in": None}
    assert set(answers[0].headers) == set(answers[1].headers)


@pytest.mark.rule("E16")
def test_no_other_sites_page_can_have_a_browser_arrive(web: Web) -> None:
    waiting = register(web).cookies
    assert web.post("/auth/arrive", cookie=waiting).code == "forbidden"
    assert web.post("/auth/arrive", cookie=waiting, origin="https://evil.example", **OURS).code == "forbidden"


@pytest.mark.rule("E16")
def test_whoever_signs_in_or_out_leaves_nothing_that_signs_in_the_next_one_at_the_machine(
    house: House, web: Web
) -> None:
    vera = settle(house, VERA)
    signed_in = web.post("/auth/login", {"email": VERA, "password": PASSWORD})
    signed_out = web.post("/auth/logout", cookie=signed_in.cookies, **OURS)
    everywhere = web.by(vera).post("/auth/logout-all")
    for answer in (signed_in, signed_out, everywhere):
        assert "arrival=; Path=/api/auth; Max-Age=0" in str(answer.headers["Set-Cookie"])


@pytest.mark.rule("E16")
def test_a_repeat_of_what_gave_way_is_answered_as_any_and_arrives_nowhere(house: House, web: Web) -> None:
    """Mallory, Vera, and Mallory's request once more: the click on the newest link is Vera's."""
    register(web, display_name="Mallory")
    veras = register(web, key="key-00002").cookies
    mallorys = register(web, display_name="Mallory")
    assert (mallorys.status, arrive(web, mallorys.cookies).body) == (202, {"signed_in": None})
    confirmed = web.post("/auth/confirm", {"token": house.outbox.token(VERA)})
    assert confirmed.body == {"signed_in": None}
    assert arrive(web, mallorys.cookies).body == {"signed_in": None}
    assert arrive(web, veras).body["signed_in"]["user"]["email"] == VERA


@pytest.mark.rule("E16", "E21")
@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "/.//evil.example",
        "/%2e//evil.example",
        "/a//evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/twips/x#token=y",
        "/" + "a" * 200,
        "",
        "/orders\n",
    ],
)
def test_a_mail_never_leads_to_another_site(house: House, web: Web, onward: str) -> None:
    for answer in (register(web, next=onward), web.post("/auth/password/forgot", {"email": VERA, "next": onward})):
        assert (answer.status, answer.body["errors"][0]["field"]) == (422, "next")
    assert not house.outbox.mails


@pytest.mark.rule("E21")
@pytest.mark.parametrize(
    "onward", ["/", "/add", "/twips/01jd3v8m6q4z7w2x5n9r1t0c8k/order/video", "/twips/01jd3v8/order?kind=work", None]
)
def test_a_mail_leads_on_to_a_page_of_ours(house: House, web: Web, onward: str | None) -> None:
    assert register(web, next=onward).status == 202
    assert web.post("/auth/password/forgot", {"email": VERA, "next": onward}).status == 202
    house.remind()
    assert len({mail.facts["link"].partition("#")[0] for mail in house.outbox.mails}) == 1
