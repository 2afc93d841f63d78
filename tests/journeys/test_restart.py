"""A power cut of the cloud in the middle of a session: what was kept goes on or ends truthfully, and the books are clean."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from driver.api import Json
from driver.call import ended, start_video
from driver.client import Page, Silence
from driver.people import Person, Town
from tests.journeys.acts import cast, debits
from tests.journeys.contract import Contract

pytestmark = [pytest.mark.alone, pytest.mark.cut]
PRICE = 90_000
SHARE = 76_500
BLOCK_S, RESUME_S = 15, 8


@pytest.fixture(autouse=True)
def as_described(contract: Contract) -> Iterator[None]:
    """Every frame was as the service describes it."""
    yield
    assert contract.broken == []


@pytest.mark.rule("D18")
async def test_a_power_cut_in_a_session_takes_nothing_twice_and_leaves_nobody_stuck(town: Town, cloud: Any) -> None:
    scene = await cast(town, video=PRICE, left=4 * PRICE)
    pages = scene.customer_page, scene.performer_page
    started = await start_video(*pages, scene.order_id)
    session_id, t0_ms = started["session_id"], started["t0_ms"]
    await scene.customer_page.until("session.charged", BLOCK_S + 10, session_id=session_id, block=1)
    await asyncio.to_thread(cloud.let_save)

    await asyncio.to_thread(cloud.kill9)
    await asyncio.to_thread(cloud.restart)

    assert await debits(scene.customer, session_id) == {1: -PRICE}, "what was saved before the cut is there after it"
    backs = await asyncio.gather(*(_back(page, session_id) for page in pages))
    if {back["type"] for back in backs} == {"session.resumed"}:
        assert {back["t0_ms"] for back in backs} == {t0_ms}
        charged = await scene.customer_page.until("session.charged", 2 * BLOCK_S, session_id=session_id, block=2)
        assert charged.frame["balance_minor"] == 2 * PRICE
        await scene.customer_page.end()
    (told, _), *_ = await ended(*pages, session_id=session_id, within=30)
    assert told["reason"] in ("customer_hangup", "service_outage"), "service_outage if the start took too long"
    charged = told["billed_blocks"] + told["returned_blocks"]
    blocks = await debits(scene.customer, session_id)
    assert blocks == dict.fromkeys(range(1, charged), -PRICE)
    assert await scene.customer.available() == 4 * PRICE + sum(blocks.values()) + told["returned_minor"]
    assert await scene.performer.available() == charged * SHARE
    again = await start_video(*pages, scene.order_id)
    await scene.performer_page.end()
    assert (await ended(*pages, session_id=again["session_id"], within=10))[0][0]["billed_blocks"] == 1


@pytest.mark.rule("E15", "D18")
async def test_who_gave_up_while_we_were_out_has_the_last_block_back_and_reads_why(
    town: Town, cloud: Any, admin: Person
) -> None:
    scene = await cast(town, video=PRICE, left=2 * PRICE)
    pages = scene.customer_page, scene.performer_page
    session_id = (await start_video(*pages, scene.order_id))["session_id"]
    await scene.customer_page.until("session.charged", BLOCK_S + 10, session_id=session_id, block=1)
    await asyncio.to_thread(cloud.let_save)

    await asyncio.to_thread(cloud.kill9)
    for page in pages:
        page.vanish()
    await asyncio.sleep(RESUME_S)
    await asyncio.to_thread(cloud.restart)

    async def over() -> Json | None:
        session: Json = await scene.customer.api.get(f"/sessions/{session_id}")
        return session if session["state"] == "ended" else None

    session = await town.until("the end", over, within_s=3 * BLOCK_S + RESUME_S)
    assert (session["reason"], session["ended_by"]) == ("service_outage", [])
    assert (session["billed_blocks"], session["returned"]["amount_minor"]) == (1, PRICE)
    assert await scene.customer.available() == 2 * PRICE
    assert await scene.performer.available() == 2 * SHARE
    back = next(posting for posting in await scene.customer.postings() if posting["kind"] == "service_outage")
    assert (back["amount"]["amount_minor"], back["session_id"], back["block"]) == (PRICE, session_id, 1)
    for person in (scene.customer, scene.performer):
        told = await (await person.page()).resume(session_id)
        assert (told["type"], told["reason"], told["returned_blocks"]) == ("session.ended", "service_outage", 1)
    assert (await admin.api.post("/admin/ledger/verify"))["differences"] == []


async def _back(page: Page, session_id: str) -> Json:
    """What a page that came back by itself was answered: that the session goes on, or how it ended."""
    for _ in range(240):
        for kind in ("session.resumed", "session.ended"):
            if back := page.find(kind, session_id=session_id):
                return back.frame
        await asyncio.sleep(0.25)
    raise Silence("the page did not come back")
