"""Disputes for pages to show, made over plain HTTP: about a session whose performer has spent what it brought, and about work."""

import asyncio
import json
import time
from dataclasses import dataclass

from driver.api import Json
from driver.call import start_text, start_video
from driver.people import Person, Town, rub
from tests.support.media import MINUTE

PRICE = 75_000
WORK_PRICE = 1_250_000
SHARE = PRICE - PRICE * 1500 // 10_000
LEFT = 11_000
"""What the performer of the session has not spent."""
TICK_MS, BLOCK_S = 1_000, 15
COMPLAINT = "From 12:16 I could not hear anything for half of the time. Please return the money for these blocks."
ANSWER = "My sound ran without a break. I answered every question."
LASTING = ("answer_days", "arbitration_days", "proposal_days", "window_days", "start_days", "review_change_days")
TERMS = json.dumps(dict.fromkeys(LASTING, 90))
"""A day is ten seconds in the fast profile: what waits for somebody waits until it has been looked at. What journeys see the end of, the
acceptance and the waiver, is as short as ever."""


@dataclass(frozen=True)
class Quarrel:
    """Who with whom, about what."""

    customer: Person
    performer: Person
    order_id: str
    dispute_id: str

    @property
    def desk(self) -> str:
        """Its address for staff, in the API and in the browser."""
        return f"/admin/disputes/{self.dispute_id}"


@dataclass(frozen=True)
class Talk:
    """A session that is over and paid for, whose performer has spent the money."""

    customer: Person
    performer: Person
    order_id: str
    session_id: str


async def spoken(town: Town, seller: str = "Lada Sokolik", buyer: str = "Alisa Gromova") -> Quarrel:
    """About a text session of one block."""
    return await _disputed(await written(town, seller, buyer))


async def written(town: Town, seller: str = "Lada Sokolik", buyer: str = "Alisa Gromova") -> Talk:
    """A text session of one block, which nobody disputes yet."""
    performer, customer, order_id = await _ordered(town, seller, buyer, "text", 1)
    pages = await customer.page(), await performer.page()
    started = await start_text(*pages, order_id, "Good afternoon! Can we begin?", "Which deductions may I claim?")
    await pages[1].say("Those for schooling. I cannot open your file.")
    await pages[0].end()
    return await _spent(town, customer, performer, order_id, started)


async def filmed(town: Town, seller: str = "Lada Sokolik", buyer: str = "Alisa Gromova") -> Quarrel:
    """About a video session of a block and a third, in which the customer's page received nothing for a while."""
    performer, customer, order_id = await _ordered(town, seller, buyer, "video", 2)
    pages = await customer.page(), await performer.page()
    started = await start_video(*pages, order_id)
    await pages[0].say("I cannot hear you")
    await pages[1].say("I will rejoin the call")
    await asyncio.sleep(started["t0_ms"] / 1000 + BLOCK_S * 4 / 3 - time.time())
    for page, silent in ((pages[0], range(2, 8)), (pages[1], range(0))):
        samples = [_sample(started["t0_ms"], tick, flows=tick not in silent) for tick in range(BLOCK_S * 4 // 3)]
        for part in (samples[:10], samples[10:]):
            await page.ask("session.report", session_id=started["session_id"], stats={"samples": part})
    await pages[0].end()
    return await _disputed(await _spent(town, customer, performer, order_id, started))


async def worked(town: Town, seller: str = "Timur Asanov", buyer: str = "Pia Rich") -> Quarrel:
    """About work that was delivered and is not what was ordered."""
    performer, customer = await asyncio.gather(town.join(seller), town.join(buyer))
    twip_id = await town.publish_as(performer, town.work(WORK_PRICE, 90))
    await town.top_up(customer, WORK_PRICE)
    order_id = str((await town.order_work(customer, twip_id, WORK_PRICE))["id"])
    path = f"/orders/{order_id}"
    await customer.api.post(f"{path}/messages", {"text": "I play the French for Black.", "attachments": []})
    await performer.api.post(f"{path}/start")
    upload = await performer.upload("repertoire.pgn", b'[Event "?"]\n', "application/x-chess-pgn")
    await performer.api.post(f"{path}/deliver", {"text": "Twenty lines for White.", "attachments": [upload]})
    opened = await customer.api.post(f"{path}/disputes", {"text": "There is nothing for Black in it."})
    quarrel = Quarrel(customer, performer, order_id, str(opened["id"]))
    sketch = await performer.upload("sketch for Black.pgn", b'[Event "??"]\n', "application/x-chess-pgn")
    answer = {"text": "Black was to come in a second part.", "attachments": [sketch]}
    await performer.api.post(f"/disputes/{quarrel.dispute_id}/answer", answer)
    return quarrel


async def opened(town: Town, customer: Person, performer: Person, twip_id: str, price: int) -> Quarrel:
    """About work under way: the performer is to answer."""
    await town.top_up(customer, price)
    order_id = str((await town.order_work(customer, twip_id, price))["id"])
    path = f"/orders/{order_id}"
    await performer.api.post(f"{path}/start")
    upload = await performer.upload("Репертуар, часть 1.pgn", b'[Event "?"]\n', "application/x-chess-pgn")
    await performer.api.post(f"{path}/deliver", {"text": "Первая часть: варианты за белых.", "attachments": [upload]})
    letter = await customer.upload("Наша переписка.pdf", b"%PDF-1.4\n" * 900, "application/pdf")
    said = {"text": "Сдана половина: вариантов за чёрных нет, а заказ был на оба цвета.", "attachments": [letter]}
    found = await customer.api.post(f"{path}/disputes", said)
    return Quarrel(customer, performer, order_id, str(found["id"]))


async def offered(quarrel: Quarrel, back: int) -> int:
    """It is answered, and the performer offers a split; answers its number."""
    path = f"/disputes/{quarrel.dispute_id}"
    await quarrel.performer.api.post(f"{path}/answer", {"text": "Вторую часть сдам в пятницу, как и обещано."})
    offer = {"to_customer": rub(back), "text": "Предлагаю оплатить только сданное."}
    found = await quarrel.performer.api.post(f"{path}/proposals", offer)
    return int(found["proposal"]["number"])


async def _ordered(town: Town, seller: str, buyer: str, mode: str, blocks: int) -> tuple[Person, Person, str]:
    performer, customer = await asyncio.gather(town.join(seller), town.join(buyer))
    twip_id = await town.publish(performer, **{mode: PRICE})
    await performer.api.put("/me/status", {"status": "available"})
    await town.top_up(customer, blocks * PRICE)
    return performer, customer, str((await town.order(customer, twip_id, mode, PRICE))["id"])


async def _disputed(talk: Talk) -> Quarrel:
    """The customer complains, and the performer answers."""
    customer, performer, order_id = talk.customer, talk.performer, talk.order_id
    reason = {"session_id": talk.session_id, "text": COMPLAINT}
    opened = await customer.api.post(f"/orders/{order_id}/disputes", reason)
    quarrel = Quarrel(customer, performer, order_id, str(opened["id"]))
    await performer.api.post(f"/disputes/{quarrel.dispute_id}/answer", {"text": ANSWER})
    return quarrel


async def _spent(town: Town, customer: Person, performer: Person, order_id: str, started: Json) -> Talk:
    """Everybody leaves. All but LEFT goes into a job of somebody else's, which is done at once: what is only held would be back after a
    while."""
    await asyncio.gather(customer.leave(), performer.leave())
    painter = await town.join("Boris Malevich")
    price = await performer.available() - LEFT
    twip_id = await town.publish_as(painter, town.work(price, 30))
    path = f"/orders/{(await town.order_work(performer, twip_id, price))['id']}"
    await painter.api.post(f"{path}/start")
    await painter.api.post(f"{path}/deliver", {"text": "It is painted."})
    await performer.api.post(f"{path}/accept")
    return Talk(customer, performer, order_id, str(started["session_id"]))


def _sample(t0_ms: int, tick: int, *, flows: bool) -> Json:
    """One tick, as a page measured it."""
    counted = 60_000 if flows else 0
    return MINUTE._replace(
        at_ms=t0_ms + (tick + 1) * TICK_MS, span_ms=TICK_MS, received_bytes=counted, sent_bytes=counted
    )._asdict()
