"""What the two sides are told of each step, and that telling comes after the fact and may fail without harm."""

import json

import pytest

from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Reason, State
from chalicelib.services.frames import CallEnded, OrderUpdated, SessionEnded, SessionInterrupted, SessionResumed
from chalicelib.ws.push import encode
from tests.support.trade import BLOCK, MINUTE, PRICE, SECOND, Trade


@pytest.fixture
def trade() -> Trade:
    return Trade()


@pytest.mark.rule("R52", "R57", "D14")
def test_the_story_that_both_sides_of_a_video_session_are_told() -> None:
    trade = Trade(blocks=1)
    second = trade.page("pavel", "pavel-2")
    trade.running()
    trade.until(MINUTE)
    trade.wake()
    trade.boundary(1)
    trade.boundary(2)
    assert trade.told(trade.cora) == [
        "call.answered",
        "session.pending",
        "session.started",
        "session.charged",
        "session.charged",
        "session.ended",
        "order.updated",
    ]
    assert trade.told(trade.pavel) == [
        "call.incoming",
        "call.count",
        "call.count",
        "session.pending",
        "session.started",
        "session.charged",
        "session.charged",
        "session.ended",
        "order.updated",
    ]
    assert trade.told(second) == ["call.incoming", "call.count", "call.answered", "call.count", "order.updated"]


@pytest.mark.rule("R51", "R52")
def test_the_story_that_both_sides_of_a_text_session_are_told() -> None:
    trade = Trade(Mode.TEXT)
    trade.running()
    trade.house.calls.hang_up(trade.pavel, trade.session_id)
    told = trade.told(trade.cora)
    assert told == ["call.answered", "session.started", "session.ended", "order.updated"]
    assert [name for name in trade.told(trade.pavel) if not name.startswith("call.")] == [
        "chat.message",
        "chat.message",
        "session.started",
        "session.ended",
        "order.updated",
    ]


@pytest.mark.rule("D13")
def test_media_that_comes_before_the_start_is_told_to_nobody(trade: Trade) -> None:
    trade.answered()
    trade.quiet()
    trade.house.sessions.receive_media(trade.cora, trade.session_id)
    assert trade.told(trade.cora) == trade.told(trade.pavel) == []


@pytest.mark.rule("D6")
def test_a_ringing_that_ends_is_told_to_all_of_the_performers_tabs_and_to_the_calling_one(trade: Trade) -> None:
    second, idle = trade.page("pavel", "pavel-2"), trade.page("cora", "cora-2")
    trade.ring()
    trade.quiet()
    trade.forward(MINUTE)
    trade.wake()
    ended, updated = CallEnded(trade.session_id, Reason.MISSED), OrderUpdated(trade.order_id)
    for page in (trade.pavel, second, trade.cora):
        assert trade.frames(page) == [ended, updated]
    assert trade.frames(idle) == [updated]


@pytest.mark.rule("D13")
def test_an_end_without_a_clock_lasted_no_time_and_cost_nothing(trade: Trade) -> None:
    trade.answered()
    trade.house.calls.hang_up(trade.pavel, trade.session_id)
    summary = SessionEnded(
        trade.session_id, Reason.PERFORMER_HANGUP, (Side.PERFORMER,), 0, 0, 0, 0, 0, trade.session.ended_ms or 0
    )
    assert trade.one(trade.cora, SessionEnded) == summary


@pytest.mark.rule("R44")
def test_a_void_session_is_summed_up_as_free(trade: Trade) -> None:
    trade.running()
    trade.until(20 * SECOND)
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    ended = trade.one(trade.pavel, SessionEnded)
    assert (ended.reason, ended.billed_blocks, ended.billed_minor, ended.duration_ms) == (
        Reason.VOID,
        0,
        0,
        20 * SECOND,
    )


@pytest.mark.rule("D18")
def test_only_the_other_side_is_told_that_a_lost_one_is_back(trade: Trade) -> None:
    trade.running()
    trade.house.metering.lose(trade.session_id, Side.PERFORMER, trade.pavel.id, trade.now_ms)
    assert trade.one(trade.cora, SessionInterrupted).sides == (Side.PERFORMER,)
    trade.quiet()
    trade.house.sessions.resume(trade.pavel, trade.session_id)
    back = trade.one(trade.cora, SessionResumed)
    assert (back.side, back.state, back.lost) == (Side.PERFORMER, State.RUNNING, ())
    assert back.voidable_until_ms == trade.clock_started_ms + MINUTE
    assert trade.told(trade.pavel) == []


@pytest.mark.rule("D18")
def test_of_two_lost_sides_the_first_to_be_back_reads_that_the_other_is_not(trade: Trade) -> None:
    trade.running()
    trade.until(BLOCK // 2)
    for side, page in ((Side.PERFORMER, trade.pavel), (Side.CUSTOMER, trade.cora)):
        trade.house.metering.lose(trade.session_id, side, page.id, trade.now_ms)
    back = trade.house.sessions.resume(trade.cora, trade.session_id)
    assert isinstance(back, SessionResumed)
    assert back.lost == (Side.PERFORMER,)


@pytest.mark.rule("R57", "R58")
def test_an_end_stands_also_when_nobody_can_be_told(trade: Trade) -> None:
    trade.running()
    trade.house.air.gone |= {trade.cora.id, trade.pavel.id}
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert trade.session.reason is Reason.VOID


@pytest.mark.rule("D18")
def test_a_start_that_finds_a_page_gone_pauses_at_once(trade: Trade) -> None:
    trade.answered()
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    trade.house.air.gone.add(trade.pavel.id)
    trade.house.sessions.receive_media(trade.cora, trade.session_id)
    assert [loss.side for loss in trade.session.lost] == [Side.PERFORMER]


def test_frames_are_json_without_what_is_absent(trade: Trade) -> None:
    trade.running()
    trade.until(MINUTE + PRICE)
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    told = json.loads(encode(trade.one(trade.pavel, SessionEnded)))
    assert told == {
        "type": "session.ended",
        "session_id": trade.session_id,
        "reason": "customer_hangup",
        "by": ["customer"],
        "billed_blocks": 1,
        "billed_minor": PRICE,
        "returned_blocks": 0,
        "returned_minor": 0,
        "duration_ms": MINUTE + PRICE,
        "ended_ms": trade.clock_started_ms + MINUTE + PRICE,
    }
