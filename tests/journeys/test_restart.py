"""A power cut of the cloud in the middle of a session: what was kept goes on or ends truthfully, and the books are clean."""

import asyncio
from typing import Any

import pytest

from demo.call import ended, start_video
from demo.people import Town
from tests.journeys.acts import cast, debits

PRICE = 90_000
SHARE = 76_500
BLOCK_S = 15


@pytest.mark.alone
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
    for page in pages:
        back = await page.until("session.resumed", 30, session_id=session_id, t0_ms=t0_ms)
        assert back.frame["state"] == "running"
    charged = await scene.customer_page.until("session.charged", BLOCK_S + 30, session_id=session_id, block=2)
    assert charged.frame["balance_minor"] == 2 * PRICE
    await scene.customer_page.end()
    for told, _ in await ended(*pages, session_id=session_id, within=10):
        assert told["reason"] == "customer_hangup"
    blocks = await debits(scene.customer, session_id)
    assert set(blocks) == set(range(1, told["billed_blocks"]))
    assert await scene.customer.available() == 4 * PRICE + sum(blocks.values())
    assert await scene.performer.available() == told["billed_blocks"] * SHARE
    again = await start_video(*pages, scene.order_id)
    await scene.performer_page.end()
    assert (await ended(*pages, session_id=again["session_id"], within=10))[0][0]["billed_blocks"] == 1
