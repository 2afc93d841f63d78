"""Ringing: who can be called, how a call ends before anybody talks, and that none of it costs anything."""

import asyncio
import base64
import hashlib
import hmac
import os
import subprocess
import sys

import pytest

from driver.api import Refused
from driver.call import answer, ended, ring
from driver.people import Town
from infra.local.cloud import LocalCloud
from tests.journeys.acts import call_end, cast, orders_for, refused

PRICE = 90_000


@pytest.mark.rule("R37", "R39", "D6")
async def test_a_declined_call_costs_nothing_and_can_be_made_again(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    session_id = await ring(scene.customer_page, scene.performer_page, scene.order_id)
    await scene.performer_page.ask("call.decline", session_id=session_id)
    assert await call_end(scene.customer_page, session_id) == "declined"
    assert await scene.customer.available() == scene.left_minor
    again = await ring(scene.customer_page, scene.performer_page, scene.order_id)
    await scene.customer_page.ask("call.cancel", session_id=again)
    assert await call_end(scene.performer_page, again) == "cancelled"
    assert await scene.customer.available() == scene.left_minor


@pytest.mark.rule("D6")
async def test_a_call_that_nobody_takes_ends_as_missed(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    session_id = await ring(scene.customer_page, scene.performer_page, scene.order_id)
    assert await call_end(scene.customer_page, session_id, within=40) == "missed"
    assert await call_end(scene.performer_page, session_id) == "missed"
    assert await scene.customer.available() == scene.left_minor


@pytest.mark.rule("R24", "D7")
async def test_a_page_that_does_not_ring_means_that_the_performer_is_not_on_the_site(town: Town) -> None:
    scene = await cast(town, video=PRICE, performer_manners=False)
    ringing = await scene.customer_page.ask("call.start", order_id=scene.order_id)
    assert await call_end(scene.customer_page, ringing["session_id"], within=15) == "not_on_site"
    assert await scene.customer.available() == scene.left_minor


@pytest.mark.rule("R24", "D7")
async def test_a_performer_whose_last_tab_is_closed_cannot_be_called(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    await scene.performer.leave()

    async def refusal() -> str:
        try:
            ringing = await scene.customer_page.ask("call.start", order_id=scene.order_id)
        except Refused as error:
            return f"{error.code} {error.body.get('reason')}"
        await scene.customer_page.until("call.ended", session_id=ringing["session_id"])
        return ""

    assert await town.until("refusal", refusal) == "not_callable not_on_site"


@pytest.mark.rule("R24", "D7")
async def test_a_performer_whose_line_is_dead_is_not_callable_for_long(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    path = f"/orders/{scene.order_id}"
    assert (await scene.customer.api.get(path))["consultation"]["callable"]
    scene.performer_page.vanish()

    async def gone() -> bool:
        return bool((await scene.customer.api.get(path))["consultation"]["uncallable_reason"] == "not_on_site")

    await town.until("absence", gone, within_s=40)


@pytest.mark.rule("R19", "R20", "R21", "R23", "D4")
async def test_the_status_decides_whether_and_how_it_rings(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    for status, silent in (("available", False), ("away", True)):
        await scene.performer.api.put("/me/status", {"status": status})
        session_id = await ring(scene.customer_page, scene.performer_page, scene.order_id)
        incoming = await scene.performer_page.until("call.incoming", session_id=session_id)
        assert incoming.frame["silent"] is silent
        await scene.customer_page.ask("call.cancel", session_id=session_id)
        await call_end(scene.performer_page, session_id)
    for status in ("busy", "undefined"):
        await scene.performer.api.put("/me/status", {"status": status})
        refusal = await refused(scene.customer_page.ask("call.start", order_id=scene.order_id))
        assert (refusal.code, refusal.body["reason"]) == ("not_callable", "status")


@pytest.mark.rule("R22", "R40", "D6")
async def test_two_customers_ring_one_performer_and_answering_one_ends_the_others_ringing_unpaid(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    rival = await town.join("Rival")
    await town.top_up(rival, 2 * PRICE)
    rival_order, rival_page = await orders_for(town, rival, scene.twip_id, "video", PRICE), await rival.page()
    first = await ring(scene.customer_page, scene.performer_page, scene.order_id)
    second = await ring(rival_page, scene.performer_page, rival_order)
    await scene.performer_page.until("call.count", n=2)
    await answer(scene.customer_page, scene.performer_page, first)
    assert await call_end(rival_page, second) == "answered_elsewhere"
    assert await rival.available() == PRICE
    refusal = await refused(rival_page.ask("call.start", order_id=rival_order))
    assert (refusal.code, refusal.body["reason"]) == ("not_callable", "busy")
    await scene.customer_page.ask("session.end", session_id=first)
    await ended(scene.customer_page, scene.performer_page, session_id=first, within=10)
    third = await ring(rival_page, scene.performer_page, rival_order)
    await rival_page.ask("call.cancel", session_id=third)


@pytest.mark.rule("D6")
async def test_a_call_rings_in_every_tab_even_one_opened_meanwhile_and_the_first_to_answer_wins(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    second = await scene.performer.page()
    session_id = await ring(scene.customer_page, scene.performer_page, scene.order_id)
    await second.until("call.incoming", session_id=session_id)
    third = await scene.performer.page()
    await third.until("call.incoming", session_id=session_id)
    await answer(scene.customer_page, second, session_id)
    elsewhere = await asyncio.gather(
        *(tab.until("call.answered", session_id=session_id) for tab in (scene.performer_page, third))
    )
    assert [told.frame["here"] for told in elsewhere] == [False, False]
    late = await refused(third.ask("call.answer", session_id=session_id))
    assert late.code == "wrong_state"
    await second.ask("session.end", session_id=session_id)


@pytest.mark.rule("D13")
async def test_an_answer_that_nobody_starts_ends_free(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    session_id = await ring(scene.customer_page, scene.performer_page, scene.order_id)
    await answer(scene.customer_page, scene.performer_page, session_id)
    (told, _), *_ = await ended(scene.customer_page, scene.performer_page, session_id=session_id, within=45)
    assert (told["reason"], told["billed_minor"], told["by"]) == ("no_start", 0, [])
    assert await scene.customer.available() == scene.left_minor


@pytest.mark.rule("D13", "R42")
async def test_a_start_without_received_media_ends_free(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    session_id = await ring(scene.customer_page, scene.performer_page, scene.order_id)
    await answer(scene.customer_page, scene.performer_page, session_id)
    await scene.performer_page.ask("session.start", session_id=session_id)
    await scene.customer_page.until("session.pending", session_id=session_id)
    (told, _), *_ = await ended(scene.customer_page, scene.performer_page, session_id=session_id, within=30)
    assert (told["reason"], told["billed_minor"]) == ("no_media", 0)
    assert await scene.customer.available() == scene.left_minor


@pytest.mark.rule("D13")
async def test_unpaid_calls_are_limited_to_three_a_day_and_both_sides_are_warned(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    pages = scene.customer_page, scene.performer_page
    for left in (2, 1, 0):
        session_id = await ring(*pages, scene.order_id)
        await answer(*pages, session_id)
        await scene.performer_page.ask("session.start", session_id=session_id)
        await scene.customer_page.end()
        for told, _ in await ended(*pages, session_id=session_id, within=10):
            assert (told["reason"], told["unpaid_left"]) == ("customer_hangup", left)
        for reader in (scene.customer, scene.performer):
            assert (await reader.api.get(f"/orders/{scene.order_id}"))["consultation"]["unpaid_left"] == left
            assert (await reader.api.get(f"/sessions/{session_id}"))["unpaid_left"] == left
    refusal = await refused(scene.customer_page.ask("call.start", order_id=scene.order_id))
    assert (refusal.code, refusal.body["limit"]) == ("free_limit", 3)
    assert await scene.customer.available() == scene.left_minor


@pytest.mark.rule("R36", "R37")
async def test_only_the_customer_of_an_order_calls(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    own = await refused(scene.performer_page.ask("call.start", order_id=scene.order_id))
    assert own.code == "forbidden"
    stranger = await (await town.join("Stranger")).page()
    foreign = await refused(stranger.ask("call.start", order_id=scene.order_id))
    assert foreign.code == "not_found"


@pytest.mark.alone
async def test_both_sides_are_handed_credentials_that_the_turn_servers_own_key_makes(
    town: Town, cloud: LocalCloud
) -> None:
    scene = await cast(town, video=PRICE)
    session_id = await ring(scene.customer_page, scene.performer_page, scene.order_id)
    await answer(scene.customer_page, scene.performer_page, session_id)
    asked = {**os.environ, "TWIP_DATA": str(cloud.data), "PROFILE": "fast"}
    told = subprocess.run([sys.executable, "-m", "infra.local.turn"], env=asked, capture_output=True, check=True)
    key = told.stdout.strip().removeprefix(b"static-auth-secret=")
    told_customer = await scene.customer_page.until("call.answered", session_id=session_id)
    (server,) = told_customer.frame["ice_servers"]
    assert server["urls"] == [cloud.turn_urls]
    made = hmac.digest(key, server["username"].encode(), hashlib.sha1)
    assert server["credential"] == base64.b64encode(made).decode()
    assert server["username"].endswith(f":{scene.customer.user_id}")
    await scene.performer_page.ask("session.end", session_id=session_id)
