"""Work from its order to its money, over HTTP: the two sides act, money waits in escrow, mails come, and time has its say (R59 to R70)."""

import asyncio
from typing import Any

import pytest

from driver.people import Person, Town, rub
from tests.journeys.acts import refused

PRICE = 100_001
SHARE = PRICE - PRICE * 1500 // 10_000


class Job:
    """Vera has ordered a job of Pavel. A day lasts ten seconds here."""

    def __init__(self, customer: Person, performer: Person, twip_id: str, order_id: str) -> None:
        self.customer, self.performer = customer, performer
        self.twip_id, self.path = twip_id, f"/orders/{order_id}"

    async def does(self, who: Person, act: str, body: Any = None) -> Any:
        return await who.api.post(f"{self.path}/{act}", body)

    async def money(self) -> tuple[int, int]:
        """Of the two sides."""
        return await self.customer.available(), await self.performer.available()


async def ordered(town: Town, days: int) -> Job:
    performer, customer = await town.join("Pavel"), await town.join("Vera")
    twip_id = await town.publish_as(performer, town.work(PRICE, days))
    await town.top_up(customer, PRICE)
    wanted = {"twip_id": twip_id, "kind": "work", "days": days, "price": rub(PRICE)}
    order = await customer.api.post("/orders", wanted)
    assert (order["state"], order["work"]["days"]) == ("placed", days)
    return Job(customer, performer, twip_id, order["id"])


@pytest.mark.rule("R26", "R31", "R60", "R61", "R62", "R63", "R66", "R67", "R68", "R69", "R70")
async def test_a_job_is_ordered_started_delivered_returned_delivered_again_and_paid(town: Town) -> None:
    job = await ordered(town, days=9)
    assert await job.money() == (0, 0)
    await town.mail(job.performer.email, "Vera")
    (sale,) = (await job.performer.api.get("/orders", role="performer"))["items"]
    assert (sale["state"], sale["acts"], sale["deadline"]["name"]) == ("placed", ["start", "refuse"], "start")

    await job.does(job.performer, "start")
    await job.does(job.performer, "deliver", {"text": "The first draft"})
    await town.mail(job.customer.email, "Pavel")
    returned = await job.does(job.customer, "rework", {"reasons": "Two colours are enough"})
    assert (returned["state"], returned["deadline"]["name"]) == ("working", "rework")
    await job.does(job.performer, "deliver", {"text": "In two colours"})
    accepted = await job.does(job.customer, "accept")
    assert (accepted["state"], accepted["acts"]) == ("accepted", [])
    assert await job.money() == (0, SHARE)
    assert [posting["kind"] for posting in await job.performer.postings()] == ["release"]
    assert [posting["kind"] for posting in await job.customer.postings()] == ["order", "top_up"]
    thread = await job.customer.api.pages(f"{job.path}/thread")
    assert [(entry["act"]["act"], entry["text"]) for entry in reversed(thread)] == [
        ("start", ""),
        ("deliver", "The first draft"),
        ("rework", "Two colours are enough"),
        ("deliver", "In two colours"),
        ("accept", ""),
    ]


@pytest.mark.rule("R64", "R65", "D23", "D34")
async def test_a_refusal_returns_the_money_and_its_customer_may_agree_with_the_reason(town: Town) -> None:
    job = await ordered(town, days=9)
    assert (await refused(job.does(job.customer, "refuse", {"reason": "Not me"}))).status == 403
    over = await job.does(job.performer, "refuse", {"reason": "I have broken my arm"})
    assert (over["state"], over["work"]["refusal"]["penalty"]) == ("refused", "asked")
    assert await job.money() == (PRICE, 0)
    assert (await job.does(job.customer, "waive"))["work"]["refusal"]["penalty"] == "waived"


@pytest.mark.rule("D22", "D31")
async def test_once_overdue_the_customer_cancels_for_all_of_the_money(town: Town) -> None:
    job = await ordered(town, days=1)
    await job.does(job.performer, "start")
    early = await refused(job.does(job.customer, "cancel"))
    assert (early.status, early.body["state"], early.body["acts"]) == (409, "working", ["propose"])
    await asyncio.sleep(10.5)
    assert (await job.does(job.customer, "cancel"))["state"] == "cancelled"
    assert await job.money() == (PRICE, 0)


@pytest.mark.rule("D21", "D31")
async def test_what_the_two_agree_on_divides_the_money(town: Town) -> None:
    job = await ordered(town, days=9)
    await job.does(job.performer, "start")
    proposed = await job.does(job.customer, "proposals", {"to_performer": rub(40_000), "text": "Half is enough"})
    number = proposed["work"]["proposal"]["number"]
    assert (await refused(job.does(job.performer, "agree", {"proposal": number + 1}))).code == "stale"
    agreed = await job.does(job.performer, "agree", {"proposal": number})
    assert (agreed["state"], agreed["work"]["to_performer"]) == ("agreed", rub(40_000))
    assert await job.money() == (PRICE - 40_000, 34_000)


@pytest.mark.rule("D33")
async def test_a_performer_who_withdraws_the_twip_is_left_at_once(town: Town) -> None:
    job = await ordered(town, days=9)
    await job.does(job.performer, "start")
    await job.performer.api.post(f"/twips/{job.twip_id}/withdraw")
    assert "cancel" in (await job.customer.api.get(job.path))["acts"]
    await job.does(job.customer, "cancel")
    assert await job.money() == (PRICE, 0)
