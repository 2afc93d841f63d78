"""From a draft to a found, ordered twip, as a browser would go it (R1 to R33, D1 to D5)."""

from functools import partial
from typing import Any

import httpx
import pytest

from driver.people import Person, Town, rub
from tests.journeys.acts import refused

PRICE = 90_000


async def finds(town: Town, reader: Person, twip_id: str, **query: Any) -> bool:
    """Whether a search finds the twip among the newest."""
    found = await reader.api.get("/twips", sort="newest", **query)
    return any(item["id"] == twip_id for item in found["items"])


async def seen_from_outside(person: Person, twip_id: str) -> tuple[int, str]:
    """What a stranger without JavaScript gets at the bare address: status and text."""
    async with httpx.AsyncClient(base_url=person.origin, timeout=60, follow_redirects=True) as stranger:
        found = await stranger.get(f"/twips/{twip_id}", headers={"accept-language": "en"})
    return found.status_code, found.text


@pytest.mark.rule("R1", "R2", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "D1", "D2", "E22")
async def test_a_twip_is_written_returned_with_a_reason_bettered_and_published(town: Town) -> None:
    author, reader = await town.join("Pavel"), await town.join("Vera")
    nobody = await refused(town.anonymous().post("/twips", town.consultation(video=PRICE)))
    assert nobody.status == 401
    draft = await author.api.post("/twips", {"kind": "consultation", "languages": ["en", "ru"]})
    path = f"/twips/{draft['id']}"
    bare = await refused(author.api.post(f"{path}/submit"))
    assert (bare.status, bare.code) == (422, "invalid_input")
    assert len(bare.body["errors"]) >= 2, "every missing field is named"

    whole = town.consultation(video=PRICE)
    edited = await author.api.call("PATCH", path, {**_parts(whole), "version": draft["version"]})
    submitted = await author.api.post(f"{path}/submit")
    moderator = await town.moderator()
    queue = await moderator.api.pages("/admin/moderation")
    assert draft["id"] in [waiting["twip"]["id"] for waiting in queue]
    assert (await refused(reader.api.get(path))).status == 404
    assert (await seen_from_outside(reader, draft["id"]))[0] == 404
    assert (await refused(author.api.post(f"/admin{path}/approve", {"version": submitted["version"]}))).status == 403
    stale = await refused(moderator.api.post(f"/admin{path}/approve", {"version": edited["version"] - 1}))
    assert stale.status == 409

    reason = "Say which level it is for."
    await moderator.api.post(f"/admin{path}/reject", {"version": submitted["version"], "reason": reason})
    returned = (await author.api.get(path))["revision"]
    assert (returned["review"], returned["reason"]) == ("rejected", reason)
    bettered = {
        "texts": {"en": {"title": "Chess openings for beginners", "description": "For those who know the rules."}}
    }
    await author.api.call("PATCH", path, {**bettered, "version": returned["version"]})
    await town.approve(await author.api.post(f"{path}/submit"))
    page = await reader.api.get(path)
    assert page["content"]["texts"]["en"]["title"] == "Chess openings for beginners"
    assert page["content"]["prices"] == {"video": rub(PRICE)}
    status, html = await seen_from_outside(reader, draft["id"])
    assert status == 200
    assert "<h1>Chess openings for beginners</h1>" in html


@pytest.mark.rule("R11", "R12", "E1", "D2")
async def test_a_twip_is_found_while_it_is_on_sale_in_any_form_of_its_words(town: Town) -> None:
    author, reader = await town.join("Pavel"), await town.join("Vera")
    twip_id = await town.publish(author, video=PRICE)
    for words in ("дебюта", "клубным игрокам", "opening", "club players traps"):
        await town.until(words, partial(finds, town, reader, twip_id, q=words))
    assert await finds(town, reader, twip_id, q="дебют", kind="consultation", lang="ru", price_max=PRICE)
    assert not await finds(town, reader, twip_id, q="дебют", price_max=PRICE - 1)
    assert not await finds(town, reader, twip_id, q="дебют", kind="work")
    assert not await finds(town, reader, twip_id, q="эндшпиль")
    assert (await refused(reader.api.get("/twips", cursor="nonsense"))).code == "invalid_cursor"
    await author.api.post(f"/twips/{twip_id}/withdraw")
    await town.until("withdrawal", partial(_gone, town, reader, twip_id))
    assert (await refused(town.order(reader, twip_id, "video", PRICE))).status == 404
    await author.api.post(f"/twips/{twip_id}/restore")
    await town.until("return", partial(finds, town, reader, twip_id, q="дебют"))


@pytest.mark.rule("R5", "R8", "R10", "R12", "E1")
async def test_a_work_is_found_by_its_kind_and_its_price_and_says_what_to_bring(town: Town) -> None:
    author, reader = await town.join("Pavel"), await town.join("Vera")
    undecided = await author.api.post("/twips", {**town.work(PRICE, 5), "work": {"price": rub(PRICE)}})
    refusal = await refused(author.api.post(f"/twips/{undecided['id']}/submit"))
    assert [(fault["field"], fault["code"]) for fault in refusal.body["errors"]] == [("work.days", "required")]
    twip_id = await town.publish_as(author, town.work(PRICE, 5))
    await town.until("the index", partial(finds, town, reader, twip_id, q="репертуары", kind="work", price_max=PRICE))
    assert not await finds(town, reader, twip_id, q="репертуар", kind="consultation")
    assert not await finds(town, reader, twip_id, q="репертуар", price_max=PRICE - 1)
    content = (await reader.api.get(f"/twips/{twip_id}"))["content"]
    assert content["work"] == {"price": rub(PRICE), "days": 5}
    assert content["texts"]["en"]["bring"] == "Ten of your games, won and lost."


async def _gone(town: Town, reader: Person, twip_id: str) -> bool:
    return not await finds(town, reader, twip_id, q="дебют")


@pytest.mark.rule("R13", "R14", "R15", "R16", "R17", "R18", "D4")
async def test_hours_are_shown_with_their_zone_and_a_status_needs_a_twip_on_sale(town: Town) -> None:
    author, reader = await town.join("Pavel"), await town.join("Vera")
    early = await refused(author.api.put("/me/status", {"status": "available"}))
    assert (early.status, early.code) == (409, "status_needs_consultation")
    twip_id = await town.publish(author, video=PRICE)
    working_day = "0" * 9 + "1" * 9 + "0" * 6
    grid = [working_day] * 5 + ["0" * 24] * 2
    await author.api.put("/me/availability", {"zone": "Europe/Berlin", "grid": grid})
    await author.api.put("/me/status", {"status": "available"})
    shown = (await reader.api.get(f"/twips/{twip_id}"))["performer"]
    assert (shown["hours"]["zone"], shown["hours"]["grid"]) == ("Europe/Berlin", grid)
    assert (shown["status"], shown["callable"], shown["uncallable_reason"]) == ("available", False, "not_on_site")
    page = await author.page()
    assert (await reader.api.get(f"/twips/{twip_id}"))["performer"]["callable"]
    await author.api.post(f"/twips/{twip_id}/withdraw")
    await page.until("status", status="undefined")
    assert (await refused(author.api.put("/me/status", {"status": "away"}))).status == 409


@pytest.mark.rule("R3", "R25", "R32", "R33", "R38")
async def test_an_order_is_in_both_cabinets_and_linked_from_the_twip(town: Town) -> None:
    author, buyer = await town.join("Pavel"), await town.join("Vera")
    twip_id = await town.publish(author, video=PRICE, text=PRICE // 2)
    await author.api.put("/me/status", {"status": "available"})
    nobody = await refused(
        town.anonymous().post("/orders", {"twip_id": twip_id, "mode": "text", "price": rub(PRICE // 2)})
    )
    assert nobody.status == 401
    await town.top_up(buyer, PRICE)
    order = await town.order(buyer, twip_id, "text", PRICE // 2)
    (mine,) = await buyer.api.pages("/orders", role="customer")
    (sold,) = await author.api.pages("/orders", role="performer")
    assert (mine["id"], sold["id"]) == (order["id"], order["id"])
    assert (mine["consultation"]["callable"], mine["consultation"]["uncallable_reason"]) == (False, "not_on_site")
    await author.page()
    assert (await buyer.api.get(f"/orders/{order['id']}"))["consultation"]["callable"]
    assert (await buyer.api.get(f"/twips/{twip_id}"))["orders"] == {"text": order["id"]}
    assert (await author.api.get(f"/twips/{twip_id}"))["orders"] == {}
    stranger = await town.join("Stranger")
    assert (await refused(stranger.api.get(f"/orders/{order['id']}"))).status == 404


def _parts(body: dict[str, Any]) -> dict[str, Any]:
    """What of a draft can be edited."""
    return {name: value for name, value in body.items() if name != "kind"}
