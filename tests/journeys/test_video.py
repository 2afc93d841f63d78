"""A paid video call from the clock's start to its end: void, blocks, the cut, loss and return (R41 to R58, D13 to D19)."""

import asyncio
import time
from typing import Any

import pytest

from driver.call import answer, ended, ring, start_video
from driver.people import Town
from tests.journeys.acts import cast, debits, orders_for, refused
from tests.support.media import MINUTE

PRICE = 90_001
"""Kopecks: 15 % of it is no whole number, and the commission is rounded down."""
SHARE = PRICE - PRICE * 1500 // 10_000
BLOCK_S = 15
TOLD_S = 3
"""Both sides learn of a cut within this."""


@pytest.mark.rule("R44", "R45", "R46", "R47", "R53", "R54", "R57", "D14", "D15", "D16", "D17", "D18")
async def test_void_then_three_blocks_then_the_cut_at_the_boundary_that_the_account_does_not_cover(town: Town) -> None:
    scene = await cast(town, video=PRICE, left=2 * PRICE + PRICE - 1)
    pages = scene.customer_page, scene.performer_page
    first = await start_video(*pages, scene.order_id)
    assert first["voidable_until_ms"] > first["t0_ms"]
    await scene.customer_page.end()
    for told, _ in await ended(*pages, session_id=first["session_id"], within=10):
        assert (told["reason"], told["by"], told["billed_minor"]) == ("void", ["customer"], 0)
    assert (await scene.customer.available(), await scene.performer.available()) == (scene.left_minor, 0)

    second = await start_video(*pages, scene.order_id)
    session_id = second["session_id"]
    assert "voidable_until_ms" not in second
    assert await scene.performer.available() == SHARE
    warned = await scene.customer_page.until("session.low_balance", 50, session_id=session_id)
    boundary_ms = second["t0_ms"] + 3 * BLOCK_S * 1000
    assert (warned.frame["missing_minor"], warned.frame["boundary_ms"]) == (1, boundary_ms)
    assert warned.at_ms < boundary_ms
    for told, at_ms in await ended(*pages, session_id=session_id, within=20):
        assert (told["reason"], told["billed_blocks"]) == ("insufficient_funds", 3)
        assert told["ended_ms"] == boundary_ms
        assert at_ms - boundary_ms <= TOLD_S * 1000
    assert await scene.customer.available() == PRICE - 1
    assert await scene.performer.available() == 3 * SHARE
    assert await debits(scene.customer, session_id) == {1: -PRICE, 2: -PRICE}


@pytest.mark.rule("R34", "R35", "R58", "D15")
async def test_a_performer_who_leaves_at_once_leaves_the_customer_whole_and_the_order_can_be_cancelled(
    town: Town,
) -> None:
    scene = await cast(town, video=PRICE)
    pages = scene.customer_page, scene.performer_page
    for _ in range(2):
        started = await start_video(*pages, scene.order_id)
        assert "voidable_until_ms" in started
        await scene.performer_page.end()
        (told, _), *_ = await ended(*pages, session_id=started["session_id"], within=10)
        assert (told["reason"], told["by"]) == ("void", ["performer"])
    await town.cancel(scene.customer, scene.order_id)
    assert await scene.customer.available() == scene.left_minor + PRICE
    late = await refused(scene.customer_page.ask("call.start", order_id=scene.order_id))
    assert late.code == "wrong_state"


@pytest.mark.rule("R44", "D15", "D18")
async def test_who_closes_the_page_before_the_free_time_ends_and_hangs_up_in_another_tab_after_it_was_there(
    town: Town,
) -> None:
    scene = await cast(town, video=PRICE)
    started = await start_video(scene.customer_page, scene.performer_page, scene.order_id)
    other = await scene.customer.page()
    await asyncio.sleep(max(0.0, (started["voidable_until_ms"] - 1_500) / 1000 - time.time()))
    await scene.customer_page.close()
    await scene.performer_page.until("session.interrupted", session_id=started["session_id"])
    await asyncio.sleep(3)
    await other.ask("session.end", session_id=started["session_id"])
    ((told, _),) = await ended(scene.performer_page, session_id=started["session_id"], within=10)
    assert (told["reason"], told["billed_blocks"]) == ("customer_hangup", 1)
    assert told["ended_ms"] > started["voidable_until_ms"]
    assert await scene.performer.available() == SHARE


@pytest.mark.rule("R46", "R56", "R58", "D14")
async def test_either_side_hangs_up_at_any_moment_and_pays_for_whole_blocks_only(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    pages = scene.customer_page, scene.performer_page
    first = await start_video(*pages, scene.order_id)
    settled = await scene.performer_page.until("session.charged", 15, session_id=first["session_id"])
    assert (settled.frame["block"], settled.frame["amount_minor"]) == (0, SHARE)
    await scene.performer_page.end()
    (told, _), *_ = await ended(*pages, session_id=first["session_id"], within=10)
    assert (told["reason"], told["billed_blocks"]) == ("performer_hangup", 1)
    second = await start_video(*pages, scene.order_id)
    assert second["amount_minor"] == -PRICE
    await scene.customer_page.end()
    (told, _), *_ = await ended(*pages, session_id=second["session_id"], within=10)
    assert (told["reason"], told["billed_blocks"]) == ("customer_hangup", 1)
    assert (await scene.customer.available(), await scene.performer.available()) == (0, 2 * SHARE)
    poor = await refused(scene.customer_page.ask("call.start", order_id=scene.order_id))
    assert (poor.code, poor.body["missing_minor"]) == ("insufficient_funds", PRICE)


@pytest.mark.rule("R41", "R42", "R43", "D13")
async def test_the_clock_starts_with_the_later_of_start_and_media_and_only_once(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    customer, performer = scene.customer_page, scene.performer_page
    session_id = await ring(customer, performer, scene.order_id)
    early = await refused(performer.ask("session.start", session_id=session_id))
    assert early.code == "wrong_state"
    await answer(customer, performer, session_id)
    await customer.ask("session.media", session_id=session_id, received=True)
    await asyncio.sleep(1)
    assert customer.find("session.started", session_id=session_id) is None
    assert (await refused(customer.ask("session.start", session_id=session_id))).code == "forbidden"
    assert (await refused(performer.ask("session.media", session_id=session_id, received=True))).code == "forbidden"
    await performer.ask("session.start", session_id=session_id)
    started = await performer.until("session.started", session_id=session_id)
    await customer.ask("session.media", session_id=session_id, received=True)
    await performer.ask("session.start", session_id=session_id)
    again = (await customer.resume(session_id))["t0_ms"]
    assert again == started.frame["t0_ms"]
    assert len(performer.all("session.started", session_id=session_id)) == 1
    await performer.end()


@pytest.mark.rule("R48", "R50")
async def test_signalling_reaches_the_other_side_only(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    onlooker = await scene.customer.page()
    await start_video(scene.customer_page, scene.performer_page, scene.order_id)
    session_id = str(scene.customer_page.session_id)
    mark = {"candidate": {"candidate": "of the customer's camera"}}
    await scene.customer_page.ask("signal", session_id=session_id, data=mark)
    await scene.performer_page.until("signal", data=mark)
    assert scene.customer_page.find("signal", data=mark) is None
    assert onlooker.all("signal") == []
    stranger = await (await town.join("Stranger")).page()
    for act in ("signal", "chat.send", "session.end", "resume", "session.report"):
        needed: dict[str, dict[str, Any]] = {
            "signal": {"data": {}},
            "chat.send": {"client_id": "mmmmmmmm", "text": "Hi"},
        }
        fields = needed.get(act, {})
        assert (await refused(stranger.ask(act, session_id=session_id, **fields))).code in (
            "not_found",
            "session_moved",
        )
    await scene.performer_page.end()


@pytest.mark.rule("D29")
async def test_what_both_pages_measured_is_kept_with_the_session_and_shown_to_its_two_sides_only(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    started = await start_video(scene.customer_page, scene.performer_page, scene.order_id)
    session_id = started["session_id"]
    seen = {"media_bytes": 10_000_000, "first_media_ms": started["t0_ms"], "samples": [MINUTE._asdict()]}
    await scene.customer_page.ask("session.report", session_id=session_id, stats=seen)
    await scene.performer_page.end()
    await scene.performer_page.ask("session.report", session_id=session_id, stats={"samples": [MINUTE._asdict()]})
    for reader in (scene.customer, scene.performer):
        items = await reader.api.pages(f"/sessions/{session_id}/media", limit=1)
        assert [(item["side"], len(item["samples"])) for item in items] == [("performer", 1), ("customer", 1)]
        assert items[1]["samples"][0]["received_bytes"] == MINUTE.received_bytes
    stranger = await town.join("Stranger")
    assert (await refused(stranger.api.get(f"/sessions/{session_id}/media"))).code == "not_found"


@pytest.mark.rule("D15", "D18")
async def test_a_customer_whose_line_is_cut_pauses_the_session_and_ends_it_by_staying_away(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    started = await start_video(scene.customer_page, scene.performer_page, scene.order_id)
    session_id = started["session_id"]
    await scene.performer_page.until("session.charged", 15, session_id=session_id, block=0)
    await scene.customer_page.close()
    paused = await scene.performer_page.until("session.interrupted", 10, session_id=session_id)
    assert paused.frame["sides"] == ["customer"]
    (told, _), *_ = await ended(scene.performer_page, session_id=session_id, within=25)
    assert (told["reason"], told["by"], told["billed_blocks"]) == ("connection_lost", ["customer"], 1)
    assert told["ended_ms"] <= paused.at_ms
    assert await scene.customer.available() == scene.left_minor
    again = await ring(await scene.customer.page(), scene.performer_page, scene.order_id)
    await scene.performer_page.ask("call.decline", session_id=again)


@pytest.mark.rule("D18")
async def test_a_line_that_dies_in_silence_is_not_paid_for_at_the_boundary(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    started = await start_video(scene.customer_page, scene.performer_page, scene.order_id)
    session_id = started["session_id"]
    await scene.performer_page.until("session.charged", 15, session_id=session_id, block=0)
    scene.customer_page.vanish()
    paused = await scene.performer_page.until("session.interrupted", BLOCK_S + 10, session_id=session_id)
    assert paused.frame["sides"] == ["customer"]
    assert paused.at_ms >= started["t0_ms"] + BLOCK_S * 1000
    (told, _), *_ = await ended(scene.performer_page, session_id=session_id, within=25)
    assert (told["reason"], told["by"], told["billed_blocks"]) == ("connection_lost", ["customer"], 1)
    assert told["ended_ms"] < started["t0_ms"] + BLOCK_S * 1000
    assert await debits(scene.customer, session_id) == {}


@pytest.mark.rule("D18")
async def test_a_call_without_media_is_not_paid_for_at_the_boundary_however_often_its_page_answers(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    scene.performer_page.media_flows = False
    started = await start_video(scene.customer_page, scene.performer_page, scene.order_id)
    session_id = started["session_id"]
    paused = await scene.customer_page.until("session.interrupted", BLOCK_S + 10, session_id=session_id)
    assert paused.frame["sides"] == paused.frame["media_awaited"] == ["performer"]
    for _ in range(3):
        back = await scene.performer_page.resume(session_id)
        assert back["lost"] == back["media_awaited"] == ["performer"]
    (told, _), *_ = await ended(scene.customer_page, session_id=session_id, within=25)
    assert (told["reason"], told["by"], told["billed_blocks"]) == ("connection_lost", ["performer"], 1)
    assert await scene.customer.available() == scene.left_minor


@pytest.mark.rule("D18")
async def test_media_that_comes_back_in_time_is_paid_for_from_the_boundary_on(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    scene.customer_page.media_flows = False
    started = await start_video(scene.customer_page, scene.performer_page, scene.order_id)
    session_id = started["session_id"]
    paused = await scene.customer_page.until("session.interrupted", BLOCK_S + 10, session_id=session_id)
    assert paused.frame["media_awaited"] == ["customer"]
    scene.customer_page.media_flows = True
    back = await scene.performer_page.until("session.resumed", session_id=session_id, side="customer")
    assert back.frame["lost"] == []
    charged = await scene.performer_page.until("session.charged", session_id=session_id, block=1)
    assert charged.frame["paid_until_ms"] == started["t0_ms"] + 2 * BLOCK_S * 1000
    await scene.customer_page.end()
    (told, _), *_ = await ended(scene.performer_page, session_id=session_id, within=10)
    assert (told["reason"], told["billed_blocks"]) == ("customer_hangup", 2)


@pytest.mark.rule("D18")
async def test_a_reload_and_a_move_to_another_tab_go_on_without_a_second_debit(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    started = await start_video(scene.customer_page, scene.performer_page, scene.order_id)
    session_id = started["session_id"]
    await scene.performer_page.until("session.charged", 15, session_id=session_id, block=0)
    await scene.customer_page.close()
    await scene.performer_page.until("session.interrupted", 10, session_id=session_id)
    reloaded = await scene.customer.page()
    back = await reloaded.resume(session_id)
    assert (back["side"], back["state"], back["t0_ms"]) == ("customer", "running", started["t0_ms"])
    assert back["lost"] == []
    await scene.performer_page.until("session.resumed", session_id=session_id, side="customer")

    other = await scene.customer.page()
    assert (await other.resume(session_id))["t0_ms"] == started["t0_ms"]
    await reloaded.until("session.moved", session_id=session_id)
    moved = await refused(reloaded.ask("chat.send", session_id=session_id, client_id="too-late-1", text="Hello?"))
    assert moved.code == "session_moved"
    await reloaded.close()
    charged = await other.until("session.charged", BLOCK_S + 5, session_id=session_id, block=1)
    assert charged.frame["balance_minor"] == 0
    pauses = scene.performer_page.all("session.interrupted", session_id=session_id)
    assert len(pauses) == 1, "the closing of a tab that was replaced means nothing"
    await other.end()
    (told, _), *_ = await ended(scene.performer_page, session_id=session_id, within=10)
    assert (told["reason"], told["billed_blocks"]) == ("customer_hangup", 2)
    assert await debits(scene.customer, session_id) == {1: -PRICE}


@pytest.mark.rule("D17", "R52")
async def test_a_top_up_inside_the_session_counts_at_the_boundary(town: Town) -> None:
    scene = await cast(town, video=PRICE, left=0)
    started = await start_video(scene.customer_page, scene.performer_page, scene.order_id)
    session_id = started["session_id"]
    warned = await scene.customer_page.until("session.low_balance", BLOCK_S + 5, session_id=session_id)
    theirs = await scene.performer_page.until("session.low_balance", session_id=session_id)
    assert "missing_minor" not in theirs.frame, "what the customer's account holds is not the performer's business"
    await town.top_up(scene.customer, warned.frame["missing_minor"])
    charged = await scene.customer_page.until("session.charged", BLOCK_S, session_id=session_id, block=1)
    assert (charged.frame["amount_minor"], charged.frame["balance_minor"]) == (-PRICE, 0)
    await scene.customer_page.end()
    (told, _), *_ = await ended(scene.performer_page, session_id=session_id, within=10)
    assert (told["reason"], told["billed_blocks"]) == ("customer_hangup", 2)


@pytest.mark.rule("D19", "R55")
async def test_two_sessions_on_one_account_never_overdraw_it(town: Town) -> None:
    """The account covers one block more, and two sessions ask for it at their boundaries."""
    scene = await cast(town, video=PRICE, left=2 * PRICE)
    other = await town.join("Olga")
    twip_id = await town.publish(other, video=PRICE)
    await other.api.put("/me/status", {"status": "available"})
    other_order = await orders_for(town, scene.customer, twip_id, "video", PRICE)
    second_tab, other_page = await scene.customer.page(), await other.page()
    one, two = await asyncio.gather(
        start_video(scene.customer_page, scene.performer_page, scene.order_id),
        start_video(second_tab, other_page, other_order),
    )
    ends = await asyncio.gather(
        ended(scene.performer_page, session_id=one["session_id"], within=3 * BLOCK_S),
        ended(other_page, session_id=two["session_id"], within=3 * BLOCK_S),
    )
    told = [found[0][0] for found in ends]
    assert [one["reason"] for one in told] == ["insufficient_funds"] * 2
    assert sorted(one["billed_blocks"] for one in told) == [1, 2]
    assert await scene.customer.available() == 0
    assert await scene.performer.available() + await other.available() == 3 * SHARE
