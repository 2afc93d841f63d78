"""Twips of kind work as clients see them, and those of files, which are not sold yet."""

from dataclasses import replace
from typing import Any

import pytest

from app import app
from chalicelib.handlers import http
from tests.support.house import House
from tests.support.market import ADVICE, Market
from tests.support.web import Answer, Web

RUB = {"currency": "RUB"}
PRICE = {"amount_minor": 500_000, **RUB}
TEXTS = {"en": {"title": "A lease rewritten", "description": ADVICE, "bring": "The lease, as a file."}}
WORK: dict[str, Any] = {"kind": "work", "languages": ["en"], "texts": TEXTS, "work": {"price": PRICE, "days": 7}}


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


def draft(web: Web, market: Market, **changes: Any) -> Answer:
    return web.by(market.irina).post("/twips", {**WORK, **changes}, key=f"key-{market.house.ids.new()}")


def edit(web: Web, market: Market, twip: dict[str, Any], **changes: Any) -> Answer:
    return web.by(market.irina).ask("PATCH", f"/twips/{twip['id']}", {"version": twip["version"], **changes})


def submit(web: Web, market: Market, twip_id: str) -> Answer:
    return web.by(market.irina).post(f"/twips/{twip_id}/submit")


def publish(web: Web, market: Market, **changes: Any) -> str:
    submitted = submit(web, market, draft(web, market, **changes).body["id"]).body
    approval = {"version": submitted["version"]}
    assert web.by(market.mark).post(f"/admin/twips/{submitted['id']}/approve", approval).status == 200
    return str(submitted["id"])


def fields(answer: Answer) -> dict[str, str]:
    assert (answer.status, answer.code) == (422, "invalid_input")
    return {fault["field"]: fault["code"] for fault in answer.body["errors"]}


@pytest.mark.rule("R5", "R9", "R10")
def test_a_work_is_written_moderated_published_and_read(web: Web, market: Market) -> None:
    made = draft(web, market)
    assert (made.status, made.body["kind"], made.body["review"]) == (201, "work", "draft")
    submitted = submit(web, market, made.body["id"]).body
    (waiting,) = web.by(market.mark).get("/admin/moderation").body["items"]
    assert (waiting["twip"]["kind"], waiting["twip"]["published"]) == ("work", None)
    assert waiting["twip"]["draft"]["work"] == {"price": PRICE, "days": 7}
    web.by(market.mark).post(f"/admin/twips/{made.body['id']}/approve", {"version": submitted["version"]})
    page = web.get(f"/twips/{made.body['id']}").body
    assert (page["kind"], page["sale"]) == ("work", "on_sale")
    assert page["content"] == {
        "languages": ["en"],
        "texts": TEXTS,
        "prices": {},
        "work": {"price": PRICE, "days": 7},
        "files": None,
        "category": {"id": "other", "names": {"ru": "Другое", "en": "Other"}},
        "tags": [],
    }


@pytest.mark.rule("R8", "D1")
def test_a_submitted_work_is_told_of_every_fault_at_its_field(web: Web, market: Market) -> None:
    made = draft(web, market, texts={"en": {"bring": "Your passport."}}, work={})
    assert (made.status, made.body["draft"]["work"]) == (201, None)
    assert fields(submit(web, market, made.body["id"])) == {
        "texts.en.title": "required",
        "texts.en.description": "required",
        "work.price": "required",
        "work.days": "required",
    }


@pytest.mark.rule("R8", "D31")
@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"work": {"price": {"amount_minor": 0, **RUB}}}, ("work.price.amount_minor", "too_small", 1)),
        ({"work": {"price": {"amount_minor": 10_000_001, **RUB}}}, ("work.price", "too_large", 10_000_000)),
        ({"work": {"price": {"amount_minor": 1, "currency": "USD"}}}, ("work.price.currency", "not_allowed", None)),
        ({"work": {"days": 0}}, ("work.days", "too_small", 1)),
        ({"work": {"days": 91}}, ("work.days", "too_large", 90)),
        ({"work": {"days": 1.5}}, ("work.days", "invalid", None)),
        ({"work": {"hours": 5}}, ("work.hours", "unknown", None)),
        ({"files": {"price": {"amount_minor": 1, "currency": "USD"}}}, ("files.price.currency", "not_allowed", None)),
        ({"texts": {"en": {"bring": "x" * 2001}}}, ("texts.en.bring", "too_long", 2000)),
    ],
)
def test_a_wrong_field_of_a_work_is_named_even_in_a_draft(
    web: Web, market: Market, changes: dict[str, Any], fault: tuple[str, str, int | None]
) -> None:
    refused = draft(web, market, **changes)
    assert (refused.status, refused.code) == (422, "invalid_input")
    (error,) = refused.body["errors"]
    assert (error["field"], error["code"], error.get("limit")) == fault


@pytest.mark.rule("D1", "D2")
def test_what_an_edit_says_of_the_offer_replaces_all_of_it(web: Web, market: Market) -> None:
    made = draft(web, market).body
    untouched = edit(web, market, made, languages=["en", "ru"]).body
    assert untouched["draft"]["work"] == {"price": PRICE, "days": 7}
    undecided = edit(web, market, untouched, work={"days": 3}).body
    assert undecided["draft"]["work"] == {"price": None, "days": 3}
    assert edit(web, market, undecided, work={}).body["draft"]["work"] is None


@pytest.mark.rule("D2")
def test_a_revision_shows_moderators_both_offers_and_leaves_the_published_one_alone(web: Web, market: Market) -> None:
    twip_id = publish(web, market)
    standing = web.by(market.irina).get(f"/twips/{twip_id}").body["revision"]
    edit(web, market, standing, work={"price": PRICE, "days": 3}, texts={"en": {**TEXTS["en"], "bring": ""}})
    submit(web, market, twip_id)
    (waiting,) = web.by(market.mark).get("/admin/moderation").body["items"]
    before, after = waiting["twip"]["published"], waiting["twip"]["draft"]
    assert (before["work"]["days"], after["work"]["days"]) == (7, 3)
    assert (before["texts"]["en"]["bring"], after["texts"]["en"]["bring"]) == ("The lease, as a file.", "")
    assert web.get(f"/twips/{twip_id}").body["content"]["work"]["days"] == 7


@pytest.mark.rule("R5")
def test_parts_of_another_kind_are_refused_at_submission(web: Web, market: Market) -> None:
    both = draft(web, market, prices={"video": PRICE}, files={"price": PRICE}).body
    assert fields(submit(web, market, both["id"])) == {"prices": "not_allowed", "files": "not_allowed"}
    call = draft(web, market, kind="consultation", prices={"video": PRICE}).body
    assert fields(submit(web, market, call["id"])) == {"work": "not_allowed", "texts.en.bring": "not_allowed"}


@pytest.mark.rule("R11", "R12", "E1")
def test_works_are_found_by_kind_by_words_and_by_price_among_all_kinds(web: Web, market: Market) -> None:
    job = publish(web, market)
    market.house.hands.forward(1)
    texts = {"en": {"title": "Lease check", "description": ADVICE}}
    call = publish(
        web, market, kind="consultation", texts=texts, work=None, prices={"text": {"amount_minor": 9, **RUB}}
    )
    market.index()

    def found(query: str) -> list[str]:
        return [item["id"] for item in web.get(f"/twips?{query}").body["items"]]

    assert found("") == [call, job]
    assert (found("kind=work"), found("kind=consultation"), found("kind=files")) == ([job], [call], [])
    assert found("q=leases&kind=work") == [job]
    assert (found("price_max=9"), found("price_min=10"), found("price_max=500000")) == ([call], [job], [call, job])
    assert (found("sort=price_asc"), found("sort=price_desc")) == ([call, job], [job, call])
    (card,) = web.get("/twips?kind=work").body["items"]
    assert (card["kind"], card["content"]["work"]) == ("work", {"price": PRICE, "days": 7})
    assert card["content"]["texts"]["en"]["bring"] == ""


@pytest.mark.rule("D22", "D31")
def test_the_page_of_a_work_says_how_long_an_order_of_it_would_wait(web: Web, market: Market) -> None:
    job = publish(web, market)
    assert web.get(f"/twips/{job}").body["work_terms"] == {"start_days": 7, "acceptance_days": 7}
    terms = replace(market.house.settings.terms, start_days=3, acceptance_days=5)
    market.house.settings = replace(market.house.settings, terms=terms)
    assert web.get(f"/twips/{job}").body["work_terms"] == {"start_days": 3, "acceptance_days": 5}
    texts = {"en": {"title": "Lease check", "description": ADVICE}}
    call = publish(web, market, kind="consultation", texts=texts, work=None, prices={"text": PRICE})
    assert web.get(f"/twips/{call}").body["work_terms"] is None


@pytest.mark.rule("R18", "D4")
def test_a_work_on_sale_lets_nobody_set_a_status(web: Web, market: Market) -> None:
    publish(web, market)
    refused = web.by(market.irina).ask("PUT", "/me/status", {"status": "available"})
    assert refused.code == "status_needs_consultation"
