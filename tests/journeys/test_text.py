"""A paid text consultation: what starts its clock, what it costs, what stays of it (R51, D18, D20, E13)."""

import asyncio

import pytest

from chalicelib.domain.durations import FAST
from driver.call import answer, ended, ring, start_text, start_video
from driver.people import Town
from tests.journeys.acts import cast, debits, refused

PRICE = 45_000
SHARE = 38_250


@pytest.mark.rule("R51", "R58", "D14", "D20")
async def test_the_second_message_of_the_customer_starts_the_clock_and_a_repeat_is_no_second_one(town: Town) -> None:
    scene = await cast(town, text=PRICE)
    customer, performer = scene.customer_page, scene.performer_page
    session_id = await ring(customer, performer, scene.order_id)
    early = await refused(customer.ask("chat.send", session_id=session_id, client_id="early-one", text="Hello?"))
    assert early.code == "wrong_state"
    await answer(customer, performer, session_id)
    receipt = await customer.say("Good afternoon!", "message-1")
    assert await customer.say("Good afternoon!", "message-1") | {"re": ""} == receipt | {"re": ""}
    await performer.say("Good afternoon. How can I help?")
    for text in ("", "   ", "a\x00b", "x" * 4001):
        assert (await refused(customer.say(text))).code == "invalid_input"
    await asyncio.sleep(1)
    assert customer.find("session.started", session_id=session_id) is None
    await customer.say("Why is the bishop worth less in closed positions?")
    started = await customer.until("session.started", session_id=session_id)
    assert started.frame["amount_minor"] == 0, "the prepaid block is used"
    assert await scene.performer.available() == SHARE
    await performer.ask("chat.read", session_id=session_id, up_to_ms=started.frame["t0_ms"])
    await customer.until("chat.read", session_id=session_id)
    await customer.end()
    for told, _ in await ended(customer, performer, session_id=session_id, within=10):
        assert (told["reason"], told["billed_blocks"], told["billed_minor"]) == ("customer_hangup", 1, PRICE)
    late = await refused(customer.say("One more thing."))
    assert late.code == "session_over"
    assert await scene.customer.available() == scene.left_minor
    texts = [message["text"] for message in await town.transcript(scene.performer, session_id)]
    assert sorted(texts) == sorted(
        ["Good afternoon!", "Good afternoon. How can I help?", "Why is the bishop worth less in closed positions?"]
    )


@pytest.mark.rule("D29")
async def test_what_was_said_can_be_read_for_its_term_after_the_orders_end_and_by_nobody_after_it(town: Town) -> None:
    scene = await cast(town, text=PRICE)
    started = await start_text(scene.customer_page, scene.performer_page, scene.order_id)
    await scene.customer_page.end()
    session_id = started["session_id"]
    await asyncio.sleep(1)
    order = await scene.customer.api.post(f"/orders/{scene.order_id}/close")
    assert order["state"] == "closed"
    for reader in (scene.customer, scene.performer):
        assert len(await town.transcript(reader, session_id)) >= 2
    await asyncio.sleep(FAST.retention_ms / 1000)
    for reader in (scene.customer, scene.performer):
        assert (await refused(town.transcript(reader, session_id))).code == "gone"
        assert (await reader.api.get(f"/sessions/{session_id}"))["billed_blocks"] == 1


@pytest.mark.rule("R46", "R47", "R57")
async def test_a_text_session_is_billed_by_the_block_and_cut_like_any_other(town: Town) -> None:
    scene = await cast(town, text=PRICE, left=PRICE)
    pages = scene.customer_page, scene.performer_page
    started = await start_text(*pages, scene.order_id)
    for told, _ in await ended(*pages, session_id=started["session_id"], within=40):
        assert (told["reason"], told["billed_blocks"], told["duration_ms"]) == ("insufficient_funds", 2, 30_000)
    assert await debits(scene.customer, started["session_id"]) == {1: -PRICE}


@pytest.mark.rule("E24")
async def test_the_customers_limit_ends_a_session_at_its_boundary_though_there_is_money_for_more(town: Town) -> None:
    scene = await cast(town, text=PRICE, left=PRICE)
    pages = customer, performer = scene.customer_page, scene.performer_page
    session_id = (await start_text(*pages, scene.order_id))["session_id"]
    theirs = await refused(performer.ask("session.limit", session_id=session_id, limit_blocks=1))
    assert theirs.code == "forbidden"
    limited = await customer.ask("session.limit", session_id=session_id, limit_blocks=1)
    assert limited["limit_blocks"] == 1
    for page in pages:
        await page.until("session.limit_near", 20, session_id=session_id)
    assert performer.find("session.limited", session_id=session_id) is not None
    for told, _ in await ended(*pages, session_id=session_id, within=20):
        assert (told["reason"], told["billed_blocks"], told["duration_ms"]) == ("limit_reached", 1, 15_000)
    assert await debits(scene.customer, session_id) == {}
    assert await scene.customer.available() == PRICE


@pytest.mark.rule("R46", "D16")
async def test_a_later_session_takes_a_block_from_its_first_second(town: Town) -> None:
    scene = await cast(town, text=PRICE, left=PRICE)
    pages = scene.customer_page, scene.performer_page
    for paid in (0, -PRICE):
        started = await start_text(*pages, scene.order_id)
        assert started["amount_minor"] == paid
        await scene.performer_page.end()
        await ended(*pages, session_id=started["session_id"], within=10)
    assert (await scene.customer.available(), await scene.performer.available()) == (0, 2 * SHARE)


@pytest.mark.rule("D13", "D20")
async def test_a_text_session_in_which_the_customer_says_one_thing_ends_free(town: Town) -> None:
    scene = await cast(town, text=PRICE)
    customer, performer = scene.customer_page, scene.performer_page
    session_id = await ring(customer, performer, scene.order_id)
    await answer(customer, performer, session_id)
    await customer.say("Hello!")
    for told, _ in await ended(customer, performer, session_id=session_id, within=45):
        assert (told["reason"], told["billed_minor"]) == ("no_start", 0)
    assert await scene.customer.available() == scene.left_minor


@pytest.mark.rule("D13", "D20")
async def test_a_question_that_was_answered_counts_though_nothing_was_paid(town: Town) -> None:
    scene = await cast(town, text=PRICE)
    customer, performer = scene.customer_page, scene.performer_page
    for reply, left in ((False, None), (True, 2), (True, 1), (True, 0)):
        session_id = await ring(customer, performer, scene.order_id)
        await answer(customer, performer, session_id)
        await customer.say("How do I do it?")
        if reply:
            await performer.say("Like this.")
        await customer.end()
        for told, _ in await ended(customer, performer, session_id=session_id, within=10):
            assert (told["billed_minor"], told.get("unpaid_left")) == (0, left)
    refusal = await refused(customer.ask("call.start", order_id=scene.order_id))
    assert refusal.code == "free_limit"


async def test_chat_beside_a_video_call_reaches_the_other_side_and_starts_nothing(town: Town) -> None:
    scene = await cast(town, video=PRICE)
    customer, performer = scene.customer_page, scene.performer_page
    session_id = await ring(customer, performer, scene.order_id)
    await answer(customer, performer, session_id)
    await customer.say("Can you hear me?")
    await customer.say("I cannot see you yet.")
    await performer.until("chat.message", text="I cannot see you yet.")
    assert customer.find("session.started") is None
    await performer.ask("session.end", session_id=session_id)
    (told, _), *_ = await ended(customer, session_id=session_id, within=10)
    assert (told["reason"], told["billed_minor"]) == ("performer_hangup", 0)
    assert await start_video(customer, performer, scene.order_id)
    await performer.end()


@pytest.mark.rule("R51", "D14", "D18")
async def test_no_clock_runs_against_a_half_open_line_until_the_performer_is_heard_from_again(town: Town) -> None:
    scene = await cast(town, text=PRICE)
    customer, performer = scene.customer_page, scene.performer_page
    session_id = await ring(customer, performer, scene.order_id)
    await answer(customer, performer, session_id)
    performer.vanish()
    await asyncio.sleep(FAST.heard_ms / 1000 + 0.5)
    for text in ("Are you there?", "Hello?"):
        await customer.say(text)
    await asyncio.sleep(1)
    assert customer.find("session.started", session_id=session_id) is None
    assert await scene.performer.available() == 0
    again = await scene.performer.page()
    resumed = await again.resume(session_id)
    started = await customer.until("session.started", session_id=session_id)
    assert started.frame["t0_ms"] == resumed["t0_ms"]
    assert await scene.performer.available() == SHARE
    await again.end()
