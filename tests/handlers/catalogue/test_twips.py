"""Twips, moderation, search, hours and status as clients see them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from app import app
from chalicelib.domain.availability import UNPUBLISHED_AT_MOST
from chalicelib.domain.content import DESCRIPTION_AT_MOST
from chalicelib.handlers import http
from chalicelib.handlers.catalogue.languages import reader_lang
from chalicelib.services.changes import Save
from tests.support.house import House
from tests.support.market import ADVICE, Market
from tests.support.web import Answer, Web

RUB = {"currency": "RUB"}
BODY: dict[str, Any] = {
    "kind": "consultation",
    "languages": ["en"],
    "texts": {"en": {"title": "Lease check", "description": ADVICE, "bring": ""}},
    "prices": {"video": {"amount_minor": 90_000, **RUB}, "text": {"amount_minor": 60_000, **RUB}},
}
GRID = ["1" * 24, *["0" * 24] * 6]


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Market:
    made = Market()
    monkeypatch.setattr(http, "wiring", lambda: made.house)
    return made


@pytest.fixture
def house(market: Market) -> House:
    return market.house


@pytest.fixture
def web(house: House) -> Web:
    return Web(app, house)


def draft(web: Web, market: Market, body: dict[str, Any] | None = None) -> Answer:
    return web.by(market.irina).post("/twips", body or BODY, key=f"key-{market.house.ids.new()}")


def publish(web: Web, market: Market, **changes: Any) -> str:
    made = draft(web, market, {**BODY, **changes}).body
    submitted = web.by(market.irina).post(f"/twips/{made['id']}/submit").body
    approved = web.by(market.mark).post(f"/admin/twips/{made['id']}/approve", {"version": submitted["version"]})
    assert approved.status == 200
    return str(made["id"])


def fields(answer: Answer) -> dict[str, str]:
    assert (answer.status, answer.code) == (422, "invalid_input")
    return {fault["field"]: fault["code"] for fault in answer.body["errors"]}


@pytest.mark.rule("R1", "R4", "R9", "R10", "R25")
def test_from_a_draft_to_the_market(web: Web, market: Market) -> None:
    made = draft(web, market)
    assert (made.status, made.body["review"], made.body["sale"], made.body["version"]) == (
        201,
        "draft",
        "unpublished",
        0,
    )
    twip_id = made.body["id"]
    assert web.get(f"/twips/{twip_id}").status == 404
    submitted = web.by(market.irina).post(f"/twips/{twip_id}/submit")
    assert (submitted.status, submitted.body["review"]) == (200, "pending")
    (waiting,) = web.by(market.mark).get("/admin/moderation").body["items"]
    assert (waiting["author_name"], waiting["twip"]["id"]) == ("Irina", twip_id)
    approved = web.by(market.mark).post(f"/admin/twips/{twip_id}/approve", {"version": waiting["twip"]["version"]})
    assert (approved.status, approved.body["sale"]) == (200, "on_sale")
    page = web.get(f"/twips/{twip_id}").body
    assert page["content"]["texts"] == BODY["texts"]
    assert page["content"]["prices"] == BODY["prices"]
    assert (page["performer"]["display_name"], page["revision"], page["orders"]) == ("Irina", None, {})


@pytest.mark.rule("R2")
def test_only_registered_users_add_twips(web: Web) -> None:
    refused = web.post("/twips", BODY, key="some-long-key")
    assert (refused.status, refused.code) == (401, "unauthenticated")


@pytest.mark.rule("D12")
def test_adding_a_twip_needs_a_key_and_is_safe_to_repeat(web: Web, market: Market) -> None:
    irina = web.by(market.irina)
    assert irina.post("/twips", BODY).code == "idempotency_key_missing"
    first, again = (irina.post("/twips", BODY, key="some-long-key") for _ in range(2))
    assert (first.status, first.body) == (again.status, again.body)
    other = irina.post("/twips", {**BODY, "kind": "work"}, key="some-long-key")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert len(irina.get("/me/twips").body["items"]) == 1


def test_one_draft_too_many_is_refused_with_how_many_there_may_be(web: Web, market: Market) -> None:
    market.house.store.commit(Save(replace(market.profile(), unpublished=UNPUBLISHED_AT_MOST)))
    refused = draft(web, market)
    assert (refused.status, refused.code) == (409, "limit_reached")
    assert (refused.body["what"], refused.body["limit"]) == ("drafts", 100)


@pytest.mark.rule("D12")
def test_the_order_of_fields_and_numbers_makes_no_other_body(web: Web, market: Market) -> None:
    irina = web.by(market.irina)
    turned = dict(reversed(BODY.items()))
    first = irina.post("/twips", BODY, key="some-long-key")
    assert irina.post("/twips", turned, key="some-long-key").body == first.body


@pytest.mark.rule("R8", "D1")
def test_a_submission_names_every_wrong_field(web: Web, market: Market) -> None:
    made = draft(web, market, {"kind": "consultation", "languages": ["ru"], "texts": {"ru": {"title": "Аб"}}})
    assert made.status == 201
    refused = web.by(market.irina).post(f"/twips/{made.body['id']}/submit")
    assert fields(refused) == {
        "texts.ru.title": "too_short",
        "texts.ru.description": "required",
        "prices": "required",
    }


@pytest.mark.rule("R8", "R25")
@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"prices": {"video": {"amount_minor": -1, **RUB}}}, ("prices.video.amount_minor", "too_small")),
        ({"prices": {"video": {"amount_minor": 10_000_001, **RUB}}}, ("prices.video", "too_large")),
        ({"prices": {"video": {"amount_minor": 1.5, **RUB}}}, ("prices.video.amount_minor", "invalid")),
        ({"prices": {"video": {"amount_minor": 1, "currency": "USD"}}}, ("prices.video.currency", "not_allowed")),
        ({"prices": {"smoke": {"amount_minor": 1, **RUB}}}, ("prices.smoke.[key]", "not_allowed")),
        ({"kind": "magic"}, ("kind", "not_allowed")),
        ({"languages": ["de"]}, ("languages.0", "not_allowed")),
        ({"languages": ["en", "ru", "en"]}, ("languages", "too_long")),
        ({"texts": {"ru": {"title": "Аренда"}}}, ("texts.ru", "not_declared")),
        ({"texts": {"en": {"title": "a\u0000b"}}}, ("texts.en.title", "control_characters")),
        ({"texts": {"en": {"description": "x" * (DESCRIPTION_AT_MOST + 1)}}}, ("texts.en.description", "too_long")),
        ({"texts": {"en": {"headline": "x"}}}, ("texts.en.headline", "unknown")),
        ({"author_id": "somebody"}, ("author_id", "unknown")),
    ],
)
def test_a_wrong_field_is_named(web: Web, market: Market, changes: dict[str, Any], fault: tuple[str, str]) -> None:
    assert fields(draft(web, market, {**BODY, **changes})) == dict([fault])
    assert web.by(market.irina).get("/me/twips").body["items"] == []


def test_half_a_character_is_no_text(web: Web, market: Market) -> None:
    raw = json.dumps(BODY).replace("Lease check", "\\ud800").encode()
    refused = web.by(market.irina).post("/twips", raw, key="some-long-key")
    assert refused.status == 422


def test_an_edit_on_an_old_version_is_refused(web: Web, market: Market) -> None:
    made = draft(web, market).body
    irina = web.by(market.irina)
    edited = irina.ask("PATCH", f"/twips/{made['id']}", {"version": 0, "prices": {}})
    assert (edited.status, edited.body["version"], edited.body["draft"]["prices"]) == (200, 1, {})
    assert edited.body["draft"]["texts"] == BODY["texts"]
    stale = irina.ask("PATCH", f"/twips/{made['id']}", {"version": 0, "prices": {}})
    assert (stale.status, stale.code, stale.body["version"]) == (409, "stale", 1)
    assert fields(irina.ask("PATCH", f"/twips/{made['id']}", {})) == {"version": "required"}


@pytest.mark.rule("D2")
def test_a_rejection_and_a_revision(web: Web, market: Market) -> None:
    irina, mark = web.by(market.irina), web.by(market.mark)
    twip_id = publish(web, market)
    version = irina.get(f"/twips/{twip_id}").body["revision"]["version"]
    irina.ask("PATCH", f"/twips/{twip_id}", {"version": version, "prices": {"text": {"amount_minor": 1, **RUB}}})
    version = irina.post(f"/twips/{twip_id}/submit").body["version"]
    assert fields(mark.post(f"/admin/twips/{twip_id}/reject", {"version": version})) == {"reason": "required"}
    assert fields(mark.post(f"/admin/twips/{twip_id}/reject", {"version": version, "reason": " "})) == {
        "reason": "required"
    }
    rejected = mark.post(f"/admin/twips/{twip_id}/reject", {"version": version, "reason": "Too cheap to be true."})
    assert (rejected.status, rejected.body["review"]) == (200, "rejected")
    mine = irina.get(f"/twips/{twip_id}").body["revision"]
    assert (mine["reason"], mine["draft"]["prices"]["text"]["amount_minor"]) == ("Too cheap to be true.", 1)
    assert web.get(f"/twips/{twip_id}").body["content"]["prices"] == BODY["prices"]
    again = mark.post(f"/admin/twips/{twip_id}/approve", {"version": rejected.body["version"]})
    assert (again.status, again.code, again.body["state"]) == (409, "wrong_state", "rejected")


@pytest.mark.rule("D28")
def test_nobody_moderates_their_own_and_users_moderate_nothing(web: Web, market: Market) -> None:
    own = market.pending(author=market.mark)
    refused = web.by(market.mark).post(f"/admin/twips/{own.id}/approve", {"version": own.version})
    assert (refused.status, refused.code) == (403, "forbidden")
    assert web.by(market.irina).get("/admin/moderation").status == 403
    assert web.get("/admin/moderation").status == 401


@pytest.mark.rule("D2")
def test_withdrawal_and_restoration(web: Web, market: Market) -> None:
    twip_id = publish(web, market)
    irina = web.by(market.irina)
    assert irina.post(f"/twips/{twip_id}/withdraw").body["sale"] == "withdrawn"
    assert web.get(f"/twips/{twip_id}").status == 404
    assert irina.post(f"/twips/{twip_id}/withdraw").code == "wrong_state"
    assert irina.post(f"/twips/{twip_id}/restore").body["sale"] == "on_sale"
    assert web.by(market.dina).post(f"/twips/{twip_id}/withdraw").code == "not_found"


@pytest.mark.rule("R13", "R14", "R15", "R16", "R17")
def test_hours_are_set_and_read_by_customers_as_instants_too(web: Web, market: Market) -> None:
    set_ = web.by(market.irina).ask("PUT", "/me/availability", {"grid": GRID, "zone": "Asia/Tokyo"})
    assert set_.status == 200
    twip_id = publish(web, market)
    for hours in (web.get(f"/twips/{twip_id}").body["performer"]["hours"], set_.body["hours"]):
        assert (hours["grid"], hours["zone"]) == (GRID, "Asia/Tokyo")
        (monday,) = hours["coming"]
        assert (monday["starts_at"][10:], monday["ends_at"][10:]) == ("T15:00:00.000Z", "T15:00:00.000Z")


@pytest.mark.rule("R16", "R17", "D5")
def test_hours_travel_with_the_offset_of_the_performers_clock_also_where_it_changes(web: Web, market: Market) -> None:
    twip_id = publish(web, market)
    web.by(market.irina).ask("PUT", "/me/availability", {"grid": [*["0" * 24] * 6, "1" * 24], "zone": "Europe/Oslo"})
    market.house.hands.at_ms = 1_792_742_400_000  # 2026-10-23T08:00Z, the Friday before the clocks go back
    hours = web.get(f"/twips/{twip_id}").body["performer"]["hours"]
    assert (hours["as_of"], hours["offset_minutes"]) == ("2026-10-23T08:00:00.000Z", 120)
    assert [tuple(stretch.values()) for stretch in hours["coming"]] == [
        ("2026-10-24T22:00:00.000Z", "2026-10-25T01:00:00.000Z", 120),
        ("2026-10-25T01:00:00.000Z", "2026-10-25T23:00:00.000Z", 60),
    ]


@pytest.mark.rule("R16", "R17", "D5")
@pytest.mark.parametrize(
    ("zone", "nine"),
    [
        ("America/Vancouver", "16:00"),
        ("America/Edmonton", "15:00"),
        ("America/Winnipeg", "14:00"),
        ("America/Havana", "13:00"),
        ("Africa/Casablanca", "09:00"),
    ],
)
def test_hours_are_by_the_rules_of_the_pinned_time_zones(web: Web, market: Market, zone: str, nine: str) -> None:
    twip_id = publish(web, market)
    nines = ["0" * 9 + "1" + "0" * 14] * 7
    assert web.by(market.irina).ask("PUT", "/me/availability", {"grid": nines, "zone": zone}).status == 200
    market.house.hands.at_ms = 1_797_206_400_000  # 2026-12-14T00:00Z
    first = web.get(f"/twips/{twip_id}").body["performer"]["hours"]["coming"][0]
    assert first["starts_at"] == f"2026-12-14T{nine}:00.000Z"


@pytest.mark.rule("R17")
@pytest.mark.parametrize(("said", "kept"), [("Asia/Calcutta", "Asia/Kolkata"), ("Europe/Kiev", "Europe/Kyiv")])
def test_other_spellings_of_a_place_are_one_also_in_what_was_stored_before(
    web: Web, market: Market, said: str, kept: str
) -> None:
    irina = web.by(market.irina)
    assert irina.ask("PUT", "/me/availability", {"grid": GRID, "zone": said}).body["hours"]["zone"] == kept
    assert market.profile().zone == kept
    market.house.store.commit(Save(replace(market.profile(), zone=said)))
    shown = web.get(f"/users/{market.irina.id}").body["hours"]
    assert (shown["zone"], len(shown["coming"])) == (kept, 1)


@pytest.mark.rule("R16", "R17")
def test_hours_stored_in_a_zone_that_is_no_place_are_shown_as_they_are(web: Web, market: Market) -> None:
    market.house.store.commit(Save(replace(market.profile(), zone="Etc/GMT+5", grid="1" * 168)))
    shown = web.get(f"/users/{market.irina.id}").body["hours"]
    assert (shown["zone"], shown["offset_minutes"], len(shown["coming"])) == ("Etc/GMT+5", -300, 1)


@pytest.mark.rule("R8", "R14", "R17")
@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"grid": GRID[1:], "zone": "Asia/Tokyo"}, ("grid", "too_short")),
        ({"grid": [*GRID[1:], "1"], "zone": "Asia/Tokyo"}, ("grid.6", "cells")),
        ({"grid": GRID, "zone": "Mars/Olympus"}, ("zone", "unknown")),
        ({"grid": GRID, "zone": "Factory"}, ("zone", "no_place")),
        ({"grid": GRID, "zone": "Etc/GMT+5"}, ("zone", "no_place")),
        ({"grid": GRID}, ("zone", "required")),
    ],
)
def test_wrong_hours_are_refused_by_field(web: Web, market: Market, body: Any, fault: tuple[str, str]) -> None:
    assert fields(web.by(market.irina).ask("PUT", "/me/availability", body)) == dict([fault])


@pytest.mark.rule("R18", "R19", "R24", "D4")
def test_status_and_whether_a_performer_can_be_called(web: Web, market: Market) -> None:
    irina = web.by(market.irina)
    refused = irina.ask("PUT", "/me/status", {"status": "available"})
    assert (refused.status, refused.code) == (409, "status_needs_consultation")
    twip_id = publish(web, market)
    assert irina.ask("PUT", "/me/status", {"status": "available"}).body["status"] == "available"
    performer = web.get(f"/twips/{twip_id}").body["performer"]
    assert (performer["callable"], performer["uncallable_reason"]) == (False, "not_on_site")
    market.comes(market.irina)
    performer = web.get(f"/twips/{twip_id}").body["performer"]
    assert (performer["callable"], performer["silent"], performer["status"]) == (True, False, "available")
    assert irina.ask("PUT", "/me/status", {"status": "asleep"}).status == 422
    irina.post(f"/twips/{twip_id}/withdraw")
    assert web.get(f"/users/{market.irina.id}").body["status"] == "undefined"


@pytest.mark.rule("R11", "R12", "E1")
def test_search_through_the_api(web: Web, market: Market) -> None:
    lease = publish(web, market)
    market.house.hands.forward(1)
    guitar = publish(
        web,
        market,
        languages=["ru"],
        texts={"ru": {"title": "Уроки гитары", "description": "Научу играть ваши любимые песни за месяц."}},
        prices={"text": {"amount_minor": 5, **RUB}},
    )
    market.index()

    def found(query: str) -> list[str]:
        return [item["id"] for item in web.get(f"/twips?{query}").body["items"]]

    assert found("") == [guitar, lease]
    assert found("q=leases") == [lease]
    assert found("q=%D1%83%D1%80%D0%BE%D0%BA%D0%B0%D0%BC%D0%B8") == [guitar]
    assert found("kind=consultation&lang=ru") == found("price_max=100") == [guitar]
    assert found("kind=work") == found("callable=true") == []
    assert found("sort=price_desc") == [lease, guitar]
    market.ready(market.irina)
    assert found("callable=true") == [guitar, lease]
    first = web.get("/twips?limit=1").body
    second = web.get(f"/twips?limit=1&cursor={first['next_cursor']}").body
    assert [item["id"] for page in (first, second) for item in page["items"]] == [guitar, lease]
    assert second["next_cursor"] is None


@pytest.mark.rule("E1")
def test_whoever_signs_in_or_out_while_reading_reads_on(web: Web, market: Market) -> None:
    for _ in range(2):
        market.house.hands.forward(1)
        publish(web, market)
    market.index()
    for first, then in ((web, web.by(market.irina)), (web.by(market.irina), web)):
        cursor = first.get("/twips?limit=1").body["next_cursor"]
        assert len(then.get(f"/twips?limit=1&cursor={cursor}").body["items"]) == 1


def test_a_stranger_who_sees_all_there_is_needs_no_key(web: Web, market: Market) -> None:
    publish(web, market)
    market.index()
    del market.house.secrets
    reads = market.house.key_reads
    assert web.get("/twips").body["next_cursor"] is None
    assert market.house.key_reads == reads


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("cursor=made-up", 400),
        ("sort=beauty", 422),
        ("price_min=-1", 422),
        ("limit=51", 422),
        ("rating=5", 422),
        ("q=" + "x" * 201, 422),
        ("callable=perhaps", 422),
        ("q=%22%29%20OR%20%28%22*", 200),
        ("q=%00%27%3B--", 200),
    ],
)
def test_a_search_is_refused_or_harmless(web: Web, market: Market, query: str, status: int) -> None:
    publish(web, market)
    market.index()
    assert web.get(f"/twips?{query}").status == status


@pytest.mark.rule("D3")
def test_a_reader_of_the_other_language_gets_it_marked(web: Web, market: Market) -> None:
    twip_id = publish(web, market)
    market.index()
    for lang, foreign in (("en-GB,en;q=0.9,ru;q=0.5", False), ("ru", True), ("", True)):
        page = web.get(f"/twips/{twip_id}", accept_language=lang).body
        (card,) = web.get("/twips", accept_language=lang).body["items"]
        for seen in (page, card):
            assert (seen["shown_in"], seen["foreign"]) == ("en", foreign)


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "ru"),
        ("de, fr;q=0.3", "ru"),
        ("en", "en"),
        ("ru;q=0.3, en-US;q=0.8", "en"),
        ("en;q=0, ru", "ru"),
        ("en;q=x, de", "ru"),
        ("*", "ru"),
    ],
)
def test_readers_prefer_a_language(header: str, lang: str) -> None:
    assert reader_lang(header) == lang


def test_public_pages_never_show_an_address(web: Web, market: Market) -> None:
    twip_id = publish(web, market)
    market.index()
    market.ready(market.irina)
    pages = [f"/twips/{twip_id}", "/twips", f"/users/{market.irina.id}"]
    for reader in (None, market.dina, market.irina, market.mark):
        for path in pages:
            answer = web.by(reader).get(path)
            assert answer.status == 200
            assert "@" not in json.dumps(answer.body)
    assert "@" not in json.dumps(web.by(market.mark).get("/admin/moderation").body)


def test_a_person_who_does_not_exist_is_not_found(web: Web) -> None:
    assert web.get(f"/users/{'0' * 26}").status == 404


def test_every_route_here_has_a_row_in_the_table_of_rules() -> None:
    acts = {route.view_function.described.act for routes in app.routes.values() for route in routes.values()}  # type: ignore[attr-defined]
    assert all(act.rule for act in acts)
