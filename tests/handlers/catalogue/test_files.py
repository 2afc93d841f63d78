"""Twips of files as clients see them: what is sold is told to nobody but their authors and moderators (R74 to R77, D1)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from app import app
from chalicelib.domain.content import FilesOffer
from chalicelib.domain.goods import Goods
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.twips import OnSale, Review, Twip
from chalicelib.handlers import http
from chalicelib.services.changes import Insert, Save
from tests.support.goods import LINK, PLAN, good
from tests.support.market import Market, files
from tests.support.web import Answer, Web

SECRET = f"{LINK}?key=secret"
LISTED = {"id": "plan", "name": "plan.pdf", "type": "application/pdf", "size": 5}


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Market:
    made = Market()
    monkeypatch.setattr(http, "wiring", lambda: made.house)
    return made


@pytest.fixture
def web(market: Market) -> Web:
    return Web(app, market.house)


def priced(amount_minor: int | None = 50_000) -> Any:
    return None if amount_minor is None else {"amount_minor": amount_minor, "currency": "RUB"}


def edit(web: Web, market: Market, twip: Twip, **parts: Any) -> Answer:
    body = {"version": market.stored(twip).version, "files": parts}
    return web.by(market.irina).ask("PATCH", f"/twips/{twip.id}", body)


def on_sale(market: Market) -> Twip:
    """A twip of a file and a link, with a revision that waits."""
    draft = market.draft(files(), kind=TwipKind.FILES)
    content = draft.draft
    assert content is not None
    sold = replace(content, files=FilesOffer(50_000, Goods((PLAN,), (SECRET,))))
    revised = replace(content, files=FilesOffer(60_000, Goods((PLAN, good("next")), (SECRET,))))
    twip = replace(draft, published=sold, published_ms=1, draft=revised, review=Review.PENDING, submitted_ms=2)
    market.house.store.commit(Save(twip), Insert(OnSale(twip.id)))
    return market.stored(draft)


@pytest.mark.rule("R74", "D1")
def test_links_are_chosen_with_the_price_and_stay_until_they_are_changed(web: Web, market: Market) -> None:
    draft = market.draft(files(links=()), kind=TwipKind.FILES)
    edited = edit(web, market, draft, price=priced(), links=["HTTPS://Disk.Example/d/1", LINK])
    assert (edited.status, edited.body["draft"]["files"]) == (
        200,
        {"price": priced(), "files": [], "link_count": 2, "links": ["https://disk.example/d/1", LINK]},
    )
    assert edit(web, market, draft, price=priced(7)).body["draft"]["files"]["link_count"] == 2
    assert edit(web, market, draft, price=None, links=[]).body["draft"]["files"] is None


@pytest.mark.rule("R74", "R76", "R8")
def test_each_wrong_file_and_link_is_named_and_nothing_is_changed(web: Web, market: Market) -> None:
    draft = market.draft(files(), kind=TwipKind.FILES)
    before = market.stored(draft)
    wrong = ["javascript:alert(1)", "http://192.168.1.1/", "https://a:b@disk.example/", LINK, LINK]
    refused = edit(web, market, draft, price=priced(), files=["0" * 26], links=wrong)
    assert (refused.status, {it["field"]: it["code"] for it in refused.body["errors"]}) == (
        422,
        {
            "files.files.0": "unknown_upload",
            "files.links.0": "invalid",
            "files.links.1": "private_address",
            "files.links.2": "credentials",
            "files.links.4": "repeated",
        },
    )
    refused = edit(web, market, draft, price=priced(), files=[number * 26 for number in "1234"], links=[LINK] * 11)
    assert [(it["field"], it["code"], it["limit"]) for it in refused.body["errors"]] == [
        ("files.files", "too_long", 3),
        ("files.links", "too_long", 10),
    ]
    assert market.stored(draft) == before


@pytest.mark.rule("R75")
def test_a_new_twip_has_no_files_before_it_is_saved(web: Web, market: Market) -> None:
    body = {"kind": "files", "files": {"price": priced(), "files": ["0" * 26]}}
    refused = web.by(market.irina).post("/twips", body, key="some-long-key")
    assert (refused.status, refused.body["errors"]) == (422, [{"field": "files.files.0", "code": "unknown_upload"}])


@pytest.mark.rule("R76")
@pytest.mark.parametrize("text", ["", "plan", "../" + "0" * 23, "0" * 3000])
def test_what_is_no_id_is_looked_for_nowhere(web: Web, market: Market, text: str) -> None:
    draft = market.draft(files(), kind=TwipKind.FILES)
    refused = edit(web, market, draft, price=priced(), files=[text])
    assert (refused.status, [it["field"] for it in refused.body["errors"]]) == (422, ["files.files.0"])


@pytest.mark.rule("R77")
def test_everybody_sees_names_types_sizes_and_how_many_links_and_nobody_a_place(web: Web, market: Market) -> None:
    twip = on_sale(market)
    market.house.indexing.rebuild()
    page, card = web.get(f"/twips/{twip.id}"), web.get("/twips?kind=files")
    seen = {"price": priced(), "files": [LISTED], "link_count": 1, "links": None}
    assert (page.body["content"]["files"], page.body["revision"]) == (seen, None)
    assert card.body["items"][0]["content"]["files"] == seen
    for reader in (None, market.dina, market.mark, market.irina):
        for path in (f"/twips/{twip.id}", "/twips", "/me/twips" if reader else "/twips"):
            told = json.dumps(web.by(reader).get(path).body)
            assert "place-of" not in told
            assert PLAN.file.sha256 not in told
            if reader in (None, market.dina):
                assert "secret" not in told
    indexed = repr(market.house.indexing.faces([twip.id]))
    assert "plan.pdf" in indexed
    assert "secret" not in indexed
    assert "place-of" not in indexed


@pytest.mark.rule("R9", "R10")
def test_the_author_and_moderators_see_the_links_too(web: Web, market: Market) -> None:
    twip = on_sale(market)
    for reader in (market.irina, market.mark):
        revision = web.by(reader).get(f"/twips/{twip.id}").body["revision"]
        assert (revision["published"]["files"]["links"], revision["draft"]["files"]["links"]) == ([SECRET], [SECRET])
        assert [it["id"] for it in revision["draft"]["files"]["files"]] == ["plan", "next"]
    (waiting,) = web.by(market.mark).get("/admin/moderation").body["items"]
    assert waiting["twip"]["draft"]["files"]["links"] == [SECRET]


@pytest.mark.rule("R5", "R9", "R10", "R74", "D1")
def test_a_twip_of_links_goes_to_the_market_when_it_has_a_price_and_something_to_sell(web: Web, market: Market) -> None:
    draft = market.draft(files(links=()), kind=TwipKind.FILES)
    irina, mark = web.by(market.irina), web.by(market.mark)
    empty = irina.post(f"/twips/{draft.id}/submit")
    assert (empty.status, empty.body["errors"]) == (422, [{"field": "files.files", "code": "required"}])
    edit(web, market, draft, price=None, links=[LINK])
    unpriced = irina.post(f"/twips/{draft.id}/submit")
    assert (unpriced.status, unpriced.body["errors"]) == (422, [{"field": "files.price", "code": "required"}])
    edit(web, market, draft, price=priced())
    version = irina.post(f"/twips/{draft.id}/submit").body["version"]
    assert mark.post(f"/admin/twips/{draft.id}/approve", {"version": version}).body["sale"] == "on_sale"
    assert web.get(f"/twips/{draft.id}").body["content"]["files"]["link_count"] == 1


@pytest.mark.rule("D2", "D10")
def test_a_revision_of_what_is_sold_waits_while_the_published_stays(web: Web, market: Market) -> None:
    twip = market.published(files(), kind=TwipKind.FILES)
    edit(web, market, twip, price=priced(), links=[f"{LINK}/2", LINK])
    assert web.get(f"/twips/{twip.id}").body["content"]["files"]["link_count"] == 1
    version = web.by(market.irina).post(f"/twips/{twip.id}/submit").body["version"]
    web.by(market.mark).post(f"/admin/twips/{twip.id}/approve", {"version": version})
    assert web.get(f"/twips/{twip.id}").body["content"]["files"]["link_count"] == 2
