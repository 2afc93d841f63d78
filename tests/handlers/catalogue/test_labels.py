"""The category and the tags of a twip, from its draft to what everybody sees (E2)."""

from dataclasses import replace
from typing import Any

import pytest

from app import app
from chalicelib.handlers import http
from chalicelib.services.changes import Save
from tests.support.market import Market, consultation
from tests.support.web import Web


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Market:
    made = Market()
    monkeypatch.setattr(http, "wiring", lambda: made.house)
    return made


@pytest.fixture
def web(market: Market) -> Web:
    return Web(app, market.house)


def labels(content: Any) -> tuple[str, list[str]]:
    return content["category"]["id"], content["tags"]


@pytest.mark.rule("E2")
def test_a_draft_that_says_nothing_of_them_is_of_no_category_and_has_no_tags(web: Web, market: Market) -> None:
    made = web.by(market.irina).post("/twips", {"kind": "work"}, key="key-0001").body
    assert labels(made["draft"]) == ("other", [])


@pytest.mark.rule("E2", "D2")
def test_a_revision_has_its_own_and_the_published_ones_stay_until_it_is_approved(web: Web, market: Market) -> None:
    twip = market.published(replace(consultation(), category="law", tags=("lease",)))
    body = {"version": twip.version, "category": "home", "tags": ["Аренда", "#lease "]}
    edited = web.by(market.irina).ask("PATCH", f"/twips/{twip.id}", body).body
    assert (labels(edited["published"]), labels(edited["draft"])) == (("law", ["lease"]), ("home", ["Аренда", "lease"]))
    submitted = web.by(market.irina).post(f"/twips/{twip.id}/submit").body
    (waiting,) = web.by(market.mark).get("/admin/moderation").body["items"]
    assert labels(waiting["twip"]["draft"]) == ("home", ["Аренда", "lease"])
    assert labels(web.get(f"/twips/{twip.id}").body["content"]) == ("law", ["lease"])
    web.by(market.mark).post(f"/admin/twips/{twip.id}/approve", {"version": submitted["version"]})
    assert labels(web.get(f"/twips/{twip.id}").body["content"]) == ("home", ["Аренда", "lease"])


@pytest.mark.rule("E2", "R8")
def test_whatever_is_wrong_with_them_is_named_field_by_field_and_nothing_is_changed(web: Web, market: Market) -> None:
    twip = market.draft(replace(consultation(), category="law", tags=("lease",)))
    body = {"version": twip.version, "category": "alchemy", "tags": ["lease", "x", "LEASE", "<b>"]}
    refused = web.by(market.irina).ask("PATCH", f"/twips/{twip.id}", body)
    assert (refused.status, refused.code) == (422, "invalid_input")
    assert {fault["field"]: fault["code"] for fault in refused.body["errors"]} == {
        "category": "not_allowed",
        "tags.1": "too_short",
        "tags.2": "repeated",
        "tags.3": "not_a_tag",
    }
    assert market.stored(twip) == twip


@pytest.mark.rule("E2", "R8")
def test_a_sixth_tag_is_refused(web: Web, market: Market) -> None:
    body = {"kind": "work", "tags": [f"tag {n}" for n in range(6)]}
    refused = web.by(market.irina).post("/twips", body, key="key-0001")
    assert [(fault["field"], fault["code"]) for fault in refused.body["errors"]] == [("tags", "too_long")]


@pytest.mark.rule("E2")
def test_a_twip_whose_category_is_gone_from_the_list_is_among_everything_else_and_can_be_edited(
    web: Web, market: Market
) -> None:
    twip = market.published(replace(consultation(), category="law"))
    assert twip.published is not None
    market.house.store.commit(Save(replace(twip, published=replace(twip.published, category="alchemy"))))
    assert labels(web.get(f"/twips/{twip.id}").body["content"]) == ("other", [])
    edited = web.by(market.irina).ask("PATCH", f"/twips/{twip.id}", {"version": twip.version + 1, "tags": ["gold"]})
    assert (edited.status, labels(edited.body["draft"])) == (200, ("other", ["gold"]))
    market.index()
    (card,) = web.get("/twips?category=other").body["items"]
    assert card["id"] == twip.id
