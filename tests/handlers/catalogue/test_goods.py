"""Files of a twip over HTTP: sent whole or in parts, gone on with after a reload, and fetched by who may (R75, D12, D26, D32)."""

from dataclasses import replace
from typing import Any

import pytest

from app import app
from chalicelib.domain.goods import LARGEST_BYTES, PART_BYTES
from chalicelib.domain.goods_uploads import UPLOAD_MS, UPLOADS_AN_HOUR
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.twips import Twip
from chalicelib.handlers import http
from chalicelib.handlers.models import iso
from chalicelib.services.people.attempts import HOUR_MS
from tests.support.market import Market, files
from tests.support.scanner import scan_all, with_scanner
from tests.support.web import Answer, Web

FONTS = {"name": "../Шрифты\u202e.zip", "type": "application/zip; x=1", "size": 820_000, "sha256": "0f" * 32}
FILM = {"name": "Film.mp4", "type": "video/mp4", "size": 2 * PART_BYTES + 5}
SUMS = {"1": "1a" * 32, "2": "2b" * 32, "3": "3c" * 32}
PRICE = {"amount_minor": 50_000, "currency": "RUB"}


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Market:
    made = Market()
    monkeypatch.setattr(http, "wiring", lambda: made.house)
    return made


@pytest.fixture
def irina(market: Market) -> Web:
    return Web(app, market.house).by(market.irina)


@pytest.fixture
def twip(market: Market) -> Twip:
    return market.draft(files(links=()), kind=TwipKind.FILES)


def begin(irina: Web, twip: Twip, body: dict[str, Any], key: str | None = "upload-key", **changes: Any) -> Answer:
    return irina.post(f"/twips/{twip.id}/uploads", {**body, **changes}, key=key)


def sent(irina: Web, market: Market, twip: Twip, key: str = "upload-key") -> str:
    """The id of an upload that is finished."""
    begun = begin(irina, twip, FONTS, key).body
    market.house.file_storage.arrive(begun["link"]["url"])
    assert irina.post(f"/uploads/{begun['id']}/complete").body["finished"] is True
    return str(begun["id"])


def choose(irina: Web, market: Market, twip: Twip, *ids: str) -> Answer:
    version = market.stored(twip).version
    return irina.ask("PATCH", f"/twips/{twip.id}", {"version": version, "files": {"price": PRICE, "files": [*ids]}})


@pytest.mark.rule("R74", "R75", "R77", "D26")
def test_a_file_is_sent_whole_chosen_and_fetched_by_its_author(irina: Web, market: Market, twip: Twip) -> None:
    begun = begin(irina, twip, FONTS)
    now_ms = market.house.hands.at_ms
    assert begun.body == {
        "id": begun.body["id"],
        "name": "Шрифты.zip",
        "type": "application/zip",
        "size": 820_000,
        "finished": False,
        "part_bytes": None,
        "arrived": {},
        "link": {"url": begun.body["link"]["url"], "headers": {"Content-Type": "application/zip"}},
        "link_expires_at": iso(now_ms + 900_000),
        "expires_at": iso(now_ms + UPLOAD_MS),
    }
    early = irina.post(f"/uploads/{begun.body['id']}/complete")
    assert (early.status, early.code, early.body["parts"]) == (409, "not_uploaded", [])
    ident = sent(irina, market, twip)
    assert [it["id"] for it in irina.get(f"/twips/{twip.id}/uploads").body["items"]] == [ident]
    edited = choose(irina, market, twip, ident)
    listed = {"id": ident, "name": "Шрифты.zip", "type": "application/zip", "size": 820_000}
    assert edited.body["draft"]["files"]["files"] == [listed]
    assert irina.get(f"/twips/{twip.id}/uploads").body == {"items": []}
    link = irina.post(f"/twips/{twip.id}/goods/{ident}/link")
    assert (link.status, link.body["expires_at"]) == (200, iso(now_ms + 300_000))
    assert "name=Шрифты.zip" in link.body["url"]


@pytest.mark.rule("D26", "D32")
def test_a_large_file_is_sent_in_parts_over_a_reload(irina: Web, market: Market, twip: Twip) -> None:
    begun = begin(irina, twip, FILM).body
    assert (begun["part_bytes"], begun["link"], begun["arrived"]) == (PART_BYTES, None, {})
    path = f"/uploads/{begun['id']}"
    links = irina.post(f"{path}/parts", {"parts": SUMS}).body
    assert (links["parts"].keys(), links["expires_at"]) == (SUMS.keys(), iso(market.house.hands.at_ms + 900_000))
    market.house.file_storage.part_arrives(links["parts"]["2"]["url"])
    (listed,) = irina.get(f"/twips/{twip.id}/uploads").body["items"]
    assert listed == begin(irina, twip, FILM).body == {**begun, "arrived": {"2": SUMS["2"]}}
    half = irina.post(f"{path}/complete")
    assert (half.status, half.code, half.body["parts"]) == (409, "not_uploaded", [1, 3])
    for number in ("1", "3"):
        market.house.file_storage.part_arrives(links["parts"][number]["url"])
    done, again = (irina.post(f"{path}/complete").body for _ in range(2))
    assert done == again == {**begun, "finished": True}
    assert choose(irina, market, twip, begun["id"]).status == 200


@pytest.mark.rule("D12")
def test_beginning_is_keyed(irina: Web, twip: Twip) -> None:
    first = begin(irina, twip, FONTS)
    assert begin(irina, twip, FONTS).body == first.body
    assert begin(irina, twip, FONTS, size=1).code == "idempotency_key_reused"
    assert begin(irina, twip, FONTS, key=None).code == "idempotency_key_missing"


@pytest.mark.rule("R8", "D32")
@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"size": LARGEST_BYTES + 1}, "size", "too_large"),
        ({"size": 0}, "size", "too_small"),
        ({"size": -1}, "size", "too_small"),
        ({"size": 1.5}, "size", "invalid"),
        ({"type": "zip"}, "type", "invalid"),
        ({"sha256": None}, "sha256", "required"),
        ({"sha256": "0F" * 32}, "sha256", "invalid"),
        ({"name": "a" * 1025}, "name", "too_long"),
        ({"place": "elsewhere"}, "place", "unknown"),
    ],
)
def test_a_wrong_description_is_refused_by_its_field(
    irina: Web, twip: Twip, changes: dict[str, Any], field: str, code: str
) -> None:
    refused = begin(irina, twip, FONTS, **changes)
    assert (refused.status, [(it["field"], it["code"]) for it in refused.body["errors"]]) == (422, [(field, code)])


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ({}, ("parts", "too_short")),
        ({"4": "0f" * 32}, ("parts.4", "not_allowed")),
        ({"0": "0f" * 32}, ("parts.0.[key]", "invalid")),
        ({"01": "0f" * 32}, ("parts.01.[key]", "invalid")),
        ({"1": "0f"}, ("parts.1", "invalid")),
        ([SUMS["1"]], ("parts", "invalid")),
        ({str(n): "0f" * 32 for n in range(1, 130)}, ("parts", "too_long")),
    ],
)
def test_wrong_parts_are_refused_by_their_numbers(irina: Web, twip: Twip, parts: Any, fault: tuple[str, str]) -> None:
    ident = begin(irina, twip, FILM).body["id"]
    refused = irina.post(f"/uploads/{ident}/parts", {"parts": parts})
    assert (refused.status, [(it["field"], it["code"]) for it in refused.body["errors"]]) == (422, [fault])


def test_a_whole_file_has_no_parts_and_a_twip_of_another_kind_no_files(irina: Web, market: Market, twip: Twip) -> None:
    ident = begin(irina, twip, FONTS).body["id"]
    refused = irina.post(f"/uploads/{ident}/parts", {"parts": {"1": "0f" * 32}})
    assert (refused.status, refused.code, refused.body["state"]) == (409, "wrong_state", "whole")
    other = begin(irina, market.draft(), FONTS, key="another-key")
    assert (other.status, other.code, other.body["state"]) == (409, "wrong_state", "consultation")


@pytest.mark.rule("R76")
def test_a_fourth_file_is_refused_by_the_edit_however_many_were_sent(irina: Web, market: Market, twip: Twip) -> None:
    ids = [sent(irina, market, twip, key=f"upload-{n}") for n in range(4)]
    refused = choose(irina, market, twip, *ids)
    assert (refused.status, refused.body["errors"]) == (
        422,
        [{"field": "files.files", "code": "too_long", "limit": 3}],
    )
    assert choose(irina, market, twip, *ids[:3]).status == 200


def test_an_upload_is_cancelled_once(irina: Web, market: Market, twip: Twip) -> None:
    ident = begin(irina, twip, FILM).body["id"]
    assert irina.ask("DELETE", f"/uploads/{ident}").status == 204
    for gone in (irina.ask("DELETE", f"/uploads/{ident}"), irina.post(f"/uploads/{ident}/complete")):
        assert (gone.status, gone.code) == (404, "not_found")
    assert irina.get(f"/twips/{twip.id}/uploads").body == {"items": []}


@pytest.mark.rule("R77", "D26")
def test_to_others_there_is_no_such_upload_twip_or_file(irina: Web, market: Market, twip: Twip) -> None:
    ident = sent(irina, market, twip)
    choose(irina, market, twip, ident)
    waiting = begin(irina, twip, FILM, key="another-key").body["id"]
    for reader in (market.dina, market.mark):
        other = irina.by(reader)
        for answer in (
            begin(other, twip, FONTS),
            other.get(f"/twips/{twip.id}/uploads"),
            other.post(f"/uploads/{waiting}/parts", {"parts": {"1": "0f" * 32}}),
            other.post(f"/uploads/{waiting}/complete"),
            other.ask("DELETE", f"/uploads/{waiting}"),
        ):
            assert (answer.status, answer.code) == (404, "not_found")
    assert irina.by(market.dina).post(f"/twips/{twip.id}/goods/{ident}/link").status == 404
    assert irina.by(market.mark).post(f"/twips/{twip.id}/goods/{ident}/link").status == 403
    assert irina.by(None).post(f"/twips/{twip.id}/goods/{ident}/link").status == 401


@pytest.mark.rule("E19")
def test_too_many_uploads_an_hour_are_told_when_to_go_on(irina: Web, market: Market, twip: Twip) -> None:
    window = market.house.hands.at_ms - market.house.hands.at_ms % HOUR_MS
    for _ in range(UPLOADS_AN_HOUR):
        market.house.store.bump(f"goods#{market.irina.id}#{window}", expires_ms=window + HOUR_MS)
    refused = begin(irina, twip, FONTS)
    assert (refused.status, refused.code) == (429, "too_many_attempts")


def test_a_storage_that_does_not_answer_is_told_of_and_the_same_may_be_sent_again(
    irina: Web, market: Market, twip: Twip
) -> None:
    market.house.file_storage.broken = True
    assert begin(irina, twip, FILM).code == "unavailable"
    market.house.file_storage.broken = False
    assert begin(irina, twip, FILM).status == 201


@pytest.mark.rule("D26", "D28")
def test_a_file_too_large_for_the_scanner_is_released_by_a_moderator(irina: Web, market: Market) -> None:
    with_scanner(market.house)
    market.house.settings = replace(market.house.settings, scanner_limit_bytes=1)
    twip = market.draft(files(links=()), kind=TwipKind.FILES)
    ident = sent(irina, market, twip)
    choose(irina, market, twip, ident)
    irina.post(f"/twips/{twip.id}/submit")
    mark, path = Web(app, market.house).by(market.mark), f"/twips/{twip.id}/goods/{ident}/link"
    held = mark.post(path)
    assert (held.status, held.code, held.body["scan"]) == (409, "being_checked", "checking")
    scan_all(market.house)
    assert mark.post(path).body["scan"] == "too_large"
    release = f"/admin/twips/{twip.id}/goods/{ident}/release"
    assert irina.post(release).status == 403
    assert Web(app, market.house).by(market.mark).post(release).status == 204
    assert mark.post(path).status == 200


@pytest.mark.rule("D26")
def test_the_author_and_moderators_see_how_each_scan_stands_and_the_public_does_not(irina: Web, market: Market) -> None:
    with_scanner(market.house)
    twip = market.draft(files(links=()), kind=TwipKind.FILES)
    ident = sent(irina, market, twip)
    assert choose(irina, market, twip, ident).body["scans"] == {ident: "checking"}
    assert irina.post(f"/twips/{twip.id}/submit").body["scans"] == {ident: "checking"}
    scan_all(market.house)
    assert irina.get(f"/twips/{twip.id}").body["revision"]["scans"] == {ident: "clean"}
    mark = Web(app, market.house).by(market.mark)
    assert [it["twip"]["scans"] for it in mark.get("/admin/moderation").body["items"]] == [{ident: "clean"}]
    version = market.stored(twip).version
    assert mark.post(f"/admin/twips/{twip.id}/approve", {"version": version}).body["scans"] == {ident: "clean"}
    assert [it["scans"] for it in irina.get("/me/twips").body["items"]] == [None]
    public = Web(app, market.house).get(f"/twips/{twip.id}").body
    assert public["revision"] is None
    assert "scan" not in str(public)
