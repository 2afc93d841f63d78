"""Tickets and frames that are wrong in every way: each is refused with its code, changes nothing and leaves the connection usable."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from driver.api import Refused
from driver.call import ended, start_video
from driver.client import Page
from driver.people import PASSWORD, Town
from tests.journeys.acts import cast, refused

TICKET_LIFE_S = 30
LARGEST = 32 * 1024


@pytest.mark.rule("R3")
async def test_a_ticket_opens_one_connection_within_half_a_minute(town: Town) -> None:
    person = await town.join("Vera")

    def with_ticket(ticket: str) -> Page:
        async def given() -> str:
            return ticket

        return Page(town.origin, given)

    good = await person.ticket()
    page = await with_ticket(good).open()
    late = await person.ticket()
    for bad in (good, "", "nonsense", f"{late}x"):
        assert (await refused(with_ticket(bad).open())).status == 401
    await asyncio.sleep(TICKET_LIFE_S + 1)
    assert (await refused(with_ticket(late).open())).status == 401
    assert (await page.ask("ping"))["type"] == "pong"
    await page.close()


@pytest.mark.rule("E16")
async def test_a_page_of_another_site_opens_no_line_with_a_good_ticket(town: Town) -> None:
    person = await town.join("Vera")

    async def opened_from(origin: str) -> None:
        url = f"{town.origin.replace('http', 'ws', 1)}/ws?ticket={await person.ticket()}"
        async with connect(url, origin=Origin(origin), open_timeout=30):
            return

    for other in ("https://mallory.example", "null", f"{town.origin}0"):
        with pytest.raises(InvalidStatus):
            await opened_from(other)
    for ours in (town.origin, town.origin.replace("127.0.0.1", "localhost")):
        await opened_from(ours)


@pytest.mark.rule("E16")
async def test_signing_out_everywhere_reaches_every_line_also_one_that_has_said_nothing_yet(town: Town) -> None:
    scene = await cast(town, video=50_000, left=0)
    customer = scene.customer
    await scene.customer_page.close()
    said, silent = await customer.page(manners=False), Page(town.origin, customer.ticket, manners=False)
    await silent.connect()
    unused = await customer.ticket()
    await customer.api.post("/auth/logout-all")
    await asyncio.wait_for(said.closed.wait(), 10)

    async def given() -> str:
        return unused

    assert (await refused(Page(town.origin, given).open())).status == 401
    outdone = await refused(silent.ask("call.start", order_id=scene.order_id))
    assert (outdone.code, outdone.body["reason"]) == ("unauthenticated", "expired")
    await asyncio.wait_for(silent.closed.wait(), 10)

    back = await (await town.sign_in(customer.name, customer.email, PASSWORD)).page()
    session_id = (await back.ask("call.start", order_id=scene.order_id))["session_id"]
    await back.ask("call.cancel", session_id=session_id)


async def test_a_malformed_frame_is_refused_with_its_code_and_the_connection_goes_on(town: Town) -> None:
    page = await (await town.join("Vera")).page()
    order_id, session_id = "0" * 26, "0" * 26 + "-0001"
    wrong: list[dict[str, object]] = [
        {"type": "nonsense"},
        {},
        {"type": None},
        {"type": "call.start"},
        {"type": "call.start", "order_id": 7},
        {"type": "call.start", "order_id": "../../etc/passwd"},
        {"type": "call.start", "order_id": order_id, "extra": 1},
        {"type": "session.media", "session_id": session_id, "received": False},
        {"type": "session.report", "session_id": session_id, "stats": {"media_bytes": -1}},
        {"type": "chat.send", "session_id": session_id, "client_id": "short", "text": "Hello"},
        {"type": "chat.read", "session_id": session_id, "up_to_ms": 10**30},
    ]
    for number, frame in enumerate(wrong):
        since = len(page.received)
        await page.send({**frame, "id": f"w{number}"})
        answer = (await page.until("error", since=since, re=f"w{number}")).frame
        assert answer["code"] == "invalid_input"
        assert answer["errors"]
    for text in ("", "{", "[]", "null", '"hello"', "7", '{"type": "ping", "id": {}}', "\u0000"):
        since = len(page.received)
        await page.send(text)
        answer = (await page.until("error", since=since)).frame
        assert (answer["code"], answer.get("re")) == ("invalid_input", None)
    assert (await page.ask("ping"))["type"] == "pong"


async def test_a_frame_as_large_as_allowed_passes_and_a_larger_one_closes_the_connection(town: Town) -> None:
    scene = await cast(town, video=50_000)
    await start_video(scene.customer_page, scene.performer_page, scene.order_id)
    session_id = scene.customer_page.session_id
    frame = {"type": "signal", "id": "big", "session_id": session_id, "data": {"sdp": ""}}
    frame["data"] = {"sdp": "x" * (LARGEST - len(json.dumps(frame)))}
    assert len(json.dumps(frame)) == LARGEST
    await scene.customer_page.send(json.dumps(frame))
    await scene.customer_page.until("done", re="big")
    await scene.performer_page.until("signal", data=frame["data"])

    extra = await scene.customer.page(manners=False)
    await extra.send("x" * (LARGEST + 1))
    await asyncio.wait_for(extra.closed.wait(), 10)
    assert extra.closed_with == 1009
    await scene.customer_page.end()
    await ended(scene.performer_page, session_id=str(session_id), within=10)


async def test_frames_about_what_is_none_of_ones_business_find_nothing(town: Town) -> None:
    page = await (await town.join("Vera")).page()
    order_id = "0" * 26
    session_id = f"{order_id}-0001"
    assert (await refused(page.ask("call.start", order_id=order_id))).code == "not_found"
    for act in ("call.ringing", "call.answer", "call.decline", "call.cancel", "session.start", "session.end", "resume"):
        assert (await refused(page.ask(act, session_id=session_id))).code == "not_found", act
    talk: dict[str, dict[str, Any]] = {
        "session.report": {},
        "signal": {"data": {}},
        "chat.send": {"client_id": "message-1", "text": "Hello"},
        "chat.read": {"up_to_ms": 1},
    }
    for act, fields in talk.items():
        assert (await refused(page.ask(act, session_id=session_id, **fields))).code == "session_moved", act


async def test_the_service_says_nothing_before_the_first_frame_of_a_page(town: Town) -> None:
    scene = await cast(town, video=50_000, left=0)
    quiet = Page(town.origin, scene.performer.ticket, manners=False)
    await quiet.connect()
    session_id = (await scene.customer_page.ask("call.start", order_id=scene.order_id))["session_id"]
    await scene.performer_page.until("call.incoming", session_id=session_id)
    await asyncio.sleep(1)
    assert quiet.received == []
    await scene.customer_page.ask("call.cancel", session_id=session_id)
    await quiet.close()


async def test_sending_the_same_frame_many_times_at_once_does_it_once(town: Town) -> None:
    """Ten calls, ten answers, ten starts, ten hang-ups: one session, one clock, one end, one debit."""
    scene = await cast(town, video=50_000)
    customer, performer = scene.customer_page, scene.performer_page
    calls = await asyncio.gather(*(customer.ask("call.start", order_id=scene.order_id) for _ in range(10)))
    (session_id,) = {call["session_id"] for call in calls}
    await performer.until("call.incoming", session_id=session_id)
    await _many(performer, "call.answer", session_id)
    await customer.until("call.answered", session_id=session_id)
    await asyncio.gather(
        _many(performer, "session.start", session_id), _many(customer, "session.media", session_id, received=True)
    )
    started = await customer.until("session.started", session_id=session_id)
    await performer.until("session.charged", 15, session_id=session_id, block=0)
    await asyncio.gather(_many(customer, "session.end", session_id), _many(performer, "session.end", session_id))
    (told, _), *_ = await ended(customer, performer, session_id=session_id, within=10)
    assert told["billed_blocks"] == 1
    assert {one.frame["t0_ms"] for one in customer.all("session.started")} == {started.frame["t0_ms"]}
    assert await scene.customer.available() == scene.left_minor
    assert await scene.performer.available() == 42_500


async def _many(page: Page, act: str, session_id: str, **fields: object) -> None:
    """The same frame ten times at once. Some may be refused as late or as colliding; none does anything twice."""
    answers = await asyncio.gather(
        *(page.ask(act, session_id=session_id, **fields) for _ in range(10)), return_exceptions=True
    )
    codes = {answer.code for answer in answers if isinstance(answer, Refused)}
    assert codes <= {"unavailable", "wrong_state", "session_over"}, codes
    assert any(not isinstance(answer, BaseException) for answer in answers)
