"""Disputes over HTTP, as two sides and the staff would have them: evidence, questions, verdicts, agreements (R71 to R73, R85)."""

import asyncio
from typing import Any

import pytest

from driver.api import Refused
from driver.call import ended, start_text
from driver.people import Person, Town, rub
from tests.journeys.acts import cast, refused

PRICE, DAYS = 100_001, 9
PHOTO = "Фото макета.png", b"\x89PNG" + bytes(range(256)) * 16, "image/png"
TALK = 45_000
TALK_SHARE = 38_250


class Quarrel:
    """Vera and Pavel, the path of the order that they have, and that of the dispute about it."""

    def __init__(self, town: Town, customer: Person, performer: Person, order_id: str) -> None:
        self.town, self.customer, self.performer = town, customer, performer
        self.order, self.path = f"/orders/{order_id}", ""

    async def opens(self, who: Person, text: str = "It is not what I ordered", **more: Any) -> Any:
        """A side opens it."""
        opened = await who.api.post(f"{self.order}/disputes", {"text": text, **more})
        self.path = f"/disputes/{opened['id']}"
        return opened

    async def does(self, who: Person, act: str, body: Any = None) -> Any:
        """A side acts in it."""
        return await who.api.post(f"{self.path}/{act}", body)

    async def judges(self, who: Person, act: str, body: Any = None) -> Any:
        """Staff does."""
        return await who.api.post(f"/admin{self.path}/{act}", body)

    async def money(self) -> tuple[int, int]:
        """What the two sides can spend."""
        return await self.customer.available(), await self.performer.available()

    async def acts(self) -> list[tuple[str, str]]:
        """Who did what in it, oldest first."""
        return [(it["by"], it["act"]) for it in reversed(await self.customer.api.pages(f"{self.path}/messages"))]


async def of_work(town: Town) -> Quarrel:
    """Pavel has begun a work of Vera's."""
    performer, customer = await town.join("Pavel"), await town.join("Vera")
    twip_id = await town.publish_as(performer, town.work(PRICE, DAYS))
    await town.top_up(customer, PRICE)
    order_id = (await town.order_work(customer, twip_id, PRICE))["id"]
    await performer.api.post(f"/orders/{order_id}/start")
    return Quarrel(town, customer, performer, order_id)


async def books_are_clean(town: Town) -> None:
    """An audit finds nothing."""
    report = await (await town.member("admin")).api.post("/admin/ledger/verify")
    assert report["differences"] == []


@pytest.mark.rule("R71", "R72", "R73", "R85", "D26", "D27", "D28", "D32", "D34", "E17")
async def test_a_dispute_about_work_is_answered_argued_and_decided_with_a_split(town: Town) -> None:
    quarrel, nina = await of_work(town), await town.member("arbiter")
    vera, pavel, stranger = quarrel.customer, quarrel.performer, await town.join("Mallory")
    page = await pavel.page()
    name, body, media_type = PHOTO
    opened = await quarrel.opens(vera, attachments=[await vera.upload(name, body, media_type)])
    assert (opened["phase"], opened["amount"], opened["in_escrow"]) == ("answer", rub(PRICE), rub(PRICE))
    assert (await page.until("dispute.updated")).frame["order_id"] == opened["order_id"]
    assert quarrel.path in await town.mail(pavel.email, quarrel.path)
    order = await pavel.api.get(quarrel.order)
    assert (order["dispute_id"], order["acts"], order["deadline"]["due_at"]) == (opened["id"], [], None)
    assert (await pavel.api.get("/me/unread"))["disputes"] == 1

    answer = {"text": "It is", "attachments": [await pavel.upload("Brief.txt", b"Blue", "text/plain")]}
    assert (await refused(quarrel.does(vera, "answer", answer))).status == 403
    assert (await quarrel.does(pavel, "answer", answer))["phase"] == "arbitration"
    assert f"/admin{quarrel.path}" in await town.mail(nina.email, f"/admin{quarrel.path}")
    waiting = await nina.api.pages("/admin/disputes", phase="arbitration")
    assert (await _of(waiting, opened["id"]))["acts"] == ["assign"]
    assert (await quarrel.judges(nina, "assign"))["mine"] is True
    await quarrel.judges(nina, "question", {"to": ["customer"], "text": "Since when have you known?"})
    assert "Since when" not in await town.mail(vera.email, quarrel.path), "what was said is read on the site alone"
    assert (await quarrel.does(vera, "messages", {"text": "Since Monday"}))["awaited"] == []

    thread = await nina.api.pages(f"/admin{quarrel.path}/messages")
    (sent,) = thread[-1]["attachments"]
    assert (sent["name"], sent["size"]) == (name, len(body))
    link = await nina.api.get(f"/admin{quarrel.path}/attachments/{sent['id']}")
    assert (await town.http.get(link["url"])).content == body
    for path in (quarrel.path, f"{quarrel.path}/messages", f"{quarrel.path}/attachments/{sent['id']}"):
        assert (await refused(stranger.api.get(path))).status == 404
    assert (await refused(stranger.api.get(f"/admin{quarrel.path}"))).status == 403

    short = {"to_customer": rub(60_000), "to_performer": rub(40_000), "reasons": "Half was done"}
    assert (await refused(quarrel.judges(nina, "verdict", short))).code == "invalid_input"
    over = await quarrel.judges(nina, "verdict", {**short, "to_performer": rub(40_001)})
    assert (over["phase"], over["outcome"]["how"], over["outcome"]["reasons"]) == (
        "decided",
        "verdict",
        "Half was done",
    )
    assert await quarrel.money() == (60_000, 40_001 - 40_001 * 1500 // 10_000)
    assert await quarrel.acts() == [
        ("customer", "open"),
        ("performer", "answer"),
        ("arbiter", "assign"),
        ("arbiter", "question"),
        ("customer", "say"),
        ("arbiter", "rule"),
    ]
    order = await vera.api.get(quarrel.order)
    assert (order["state"], order["acts"], order["dispute_id"]) == ("ruled", [], None)
    assert (await refused(nina.api.get(f"/admin{quarrel.path}/messages"))).status in (403, 404), "it is over"
    log = await (await town.member("admin")).api.get("/admin/audit", limit=100)
    assert {"dispute.assign", "dispute.rule", "dispute.read"} <= {
        it["act"] for it in log["items"] if it["subject"] == opened["id"]
    }
    await books_are_clean(town)


async def _of(disputes: list[Any], ident: str) -> Any:
    return next(it for it in disputes if it["id"] == ident)


@pytest.mark.rule("R73", "D25", "D27")
async def test_paid_time_is_taken_back_from_a_performer_who_has_spent_it_and_later_earnings_settle_the_debt(
    town: Town,
) -> None:
    scene, nina = await cast(town, text=TALK), await town.member("arbiter")
    pages = scene.customer_page, scene.performer_page
    session_id = (await start_text(*pages, scene.order_id))["session_id"]
    await scene.customer_page.end()
    await ended(*pages, session_id=session_id, within=10)
    quarrel = Quarrel(town, scene.customer, scene.performer, scene.order_id)
    assert await quarrel.money() == (TALK, TALK_SHARE)

    seller = await town.join("Timur")
    bought = await town.publish_as(seller, town.work(TALK_SHARE, DAYS))
    await town.order_work(scene.performer, bought, TALK_SHARE)
    assert await scene.performer.available() == 0

    nameless = await refused(quarrel.opens(scene.customer))
    assert nameless.body["errors"] == [{"field": "session_id", "code": "required"}]
    opened = await quarrel.opens(scene.customer, "Nothing was answered", session_id=session_id)
    assert (opened["amount"], opened["in_escrow"], opened["session_id"]) == (rub(TALK), rub(0), session_id)
    assert (await refused(scene.customer_page.ask("call.start", order_id=scene.order_id))).code == "wrong_state"
    (block,) = (await scene.customer.api.get(f"{quarrel.path}/evidence"))["blocks"]
    assert (block["why"], block["price"], block["customer_messages"]) == ("started", rub(TALK), 1)

    await quarrel.does(scene.performer, "answer", {"text": "I did answer"})
    await quarrel.judges(nina, "assign")
    desk = await nina.api.get(f"/admin{quarrel.path}")
    assert (desk["money"]["kept"], desk["money"]["performer_available"]) == (rub(TALK), rub(0))
    said = await nina.api.pages(f"/admin{quarrel.path}/transcript")
    assert sorted(it["text"] for it in said) == ["Good afternoon!", "I have a question."]
    verdict = {"to_customer": rub(TALK), "to_performer": rub(0), "reasons": "The performer wrote nothing"}
    await quarrel.judges(nina, "verdict", verdict)
    assert await quarrel.money() == (2 * TALK, -TALK_SHARE)
    account = await scene.performer.api.get("/account")
    assert account["available"] == rub(-TALK_SHARE), "named as what it is"
    newest = (await scene.performer.postings())[0]
    assert (newest["kind"], newest["session_id"], newest["amount"]) == ("clawback", session_id, rub(-TALK_SHARE))
    short = await refused(town.order_work(scene.performer, bought, TALK_SHARE))
    assert short.code == "insufficient_funds"

    again = (await start_text(*pages, scene.order_id))["session_id"]
    await scene.customer_page.end()
    await ended(*pages, session_id=again, within=10)
    assert await quarrel.money() == (TALK, 0)
    await books_are_clean(town)


@pytest.mark.rule("D25", "D27")
async def test_the_two_settle_it_by_a_proposal_and_nobody_judges(town: Town) -> None:
    quarrel = await of_work(town)
    vera, pavel = quarrel.customer, quarrel.performer
    await quarrel.opens(pavel, "She answers nothing")
    first = (await quarrel.does(pavel, "proposals", {"to_customer": rub(10_000)}))["proposal"]
    assert (await refused(quarrel.does(pavel, "agree", {"proposal": first["number"]}))).code == "wrong_state"
    await quarrel.does(vera, "decline", {"proposal": first["number"]})
    second = (await quarrel.does(vera, "proposals", {"to_customer": rub(30_001), "text": "And no less"}))["proposal"]
    assert second["split"] == {"to_customer": rub(30_001), "to_performer": rub(70_000)}
    assert (await refused(quarrel.does(pavel, "agree", {"proposal": first["number"]}))).code == "stale"
    over = await quarrel.does(pavel, "agree", {"proposal": second["number"]})
    assert (over["phase"], over["outcome"]["how"]) == ("settled", "agreement")
    assert await quarrel.money() == (30_001, 59_500)
    order = await vera.api.get(quarrel.order)
    assert (order["state"], order["dispute_id"]) == ("ruled", None)
    again = await refused(quarrel.opens(vera))
    assert (again.code, again.status) == ("wrong_state", 409)
    await books_are_clean(town)


@pytest.mark.rule("D22", "D27")
async def test_a_dispute_that_is_withdrawn_leaves_the_order_as_it_was_with_what_was_left_of_its_term(
    town: Town,
) -> None:
    quarrel = await of_work(town)
    vera, pavel = quarrel.customer, quarrel.performer
    await quarrel.opens(vera)
    assert (await refused(quarrel.does(pavel, "withdraw"))).status == 403
    assert (await refused(pavel.api.post(f"{quarrel.order}/deliver", {"text": "Here"}))).code == "wrong_state"
    assert (await quarrel.does(vera, "withdraw"))["phase"] == "withdrawn"
    order = await pavel.api.get(quarrel.order)
    assert (order["state"], order["deadline"]["name"], order["dispute_id"]) == ("working", "delivery", None)
    assert order["deadline"]["due_at"]
    await pavel.api.post(f"{quarrel.order}/deliver", {"text": "Here"})
    await vera.api.post(f"{quarrel.order}/accept")
    assert await quarrel.money() == (0, PRICE - PRICE * 1500 // 10_000)
    thread = await vera.api.pages(f"{quarrel.order}/thread")
    assert [it["act"]["act"] for it in reversed(thread)] == [
        "start",
        "dispute_opened",
        "dispute_withdrawn",
        "deliver",
        "accept",
    ]
    await books_are_clean(town)


@pytest.mark.rule("D12", "D27")
async def test_of_two_who_open_one_at_once_one_does_and_the_other_is_told_which(town: Town) -> None:
    quarrel = await of_work(town)
    path, said = f"{quarrel.order}/disputes", {"text": "We do not agree"}
    sides = (quarrel.customer, quarrel.performer)
    answers = await asyncio.gather(*(side.api.post(path, said) for side in sides), return_exceptions=True)
    (opened,) = [it for it in answers if isinstance(it, dict)]
    (late,) = [it for it in answers if isinstance(it, Refused)]
    assert (late.status, late.code, late.body["dispute_id"]) == (409, "already_disputed", opened["id"])
    for side, role in zip(sides, ("customer", "performer"), strict=True):
        (listed,) = (await side.api.get("/disputes", role=role))["items"]
        assert listed["id"] == opened["id"]
    quarrel.path = f"/disputes/{opened['id']}"
    opener = next(side for side, answer in zip(sides, answers, strict=True) if isinstance(answer, dict))
    await quarrel.does(opener, "withdraw")
    await books_are_clean(town)
