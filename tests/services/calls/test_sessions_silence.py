"""A page that answers although its media is dead, or that says nothing: what brings it back (R52, R58, D18)."""

from collections.abc import Callable

import pytest

from chalicelib.domain.connections import Connection
from chalicelib.domain.errors import (
    SessionMoved,
    Unavailable,
)
from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Heartbeat, Reason
from chalicelib.services.changes import Ref, Save
from chalicelib.services.frames import (
    SessionEnded,
    SessionInterrupted,
    SessionResumed,
)
from tests.support.trade import BLOCK, MINUTE, SECOND, Trade


@pytest.fixture
def trade() -> Trade:
    return Trade()


@pytest.fixture
def text() -> Trade:
    return Trade(Mode.TEXT)


def heard(trade: Trade, side: Side) -> Heartbeat:
    found: Heartbeat = trade.found(Ref(Heartbeat, trade.session_id, side))
    return found


def line(trade: Trade) -> Connection:
    """Cora's first line, as stored: it knows its session."""
    found: Connection = trade.found(Ref(Connection, trade.cora.id))
    return found


def silent(trade: Trade) -> Trade:
    """The first boundary has come, and no media of Pavel's was reported in the minute before it: the session pauses."""
    trade.running()
    trade.until(5 * MINUTE)
    trade.report()
    trade.until(BLOCK - 40 * SECOND)
    trade.report(trade.cora)
    trade.house.sessions.report(trade.pavel.id, trade.session_id, heard(trade, Side.PERFORMER).media_bytes)
    trade.until(BLOCK)
    trade.wake()
    return trade


@pytest.mark.rule("D18")
def test_a_page_whose_media_is_dead_is_not_paid_for_by_answering(trade: Trade) -> None:
    silent(trade)
    for page in (trade.pavel, trade.page("pavel", "pavel-2")):
        trade.forward(10 * SECOND)
        trade.house.sessions.resume(page, trade.session_id)
        trade.house.sessions.report(page.id, trade.session_id, None)
    assert trade.paid_blocks() == [0]
    trade.forward(25 * SECOND)
    trade.wake()
    assert (trade.session.reason, trade.session.ended_by) == (Reason.CONNECTION_LOST, (Side.PERFORMER,))
    assert trade.session.ended_ms == trade.clock_started_ms + 5 * MINUTE
    assert trade.paid_blocks() == [0]


@pytest.mark.rule("D18")
def test_a_return_while_media_is_awaited_only_changes_the_line(trade: Trade) -> None:
    silent(trade)
    assert trade.one(trade.cora, SessionInterrupted).media_awaited == (Side.PERFORMER,)
    trade.quiet()
    other = trade.page("pavel", "pavel-2")
    back = trade.house.sessions.resume(other, trade.session_id)
    assert isinstance(back, SessionResumed)
    assert (back.lost, back.media_awaited, back.epoch) == ((Side.PERFORMER,), (Side.PERFORMER,), 1)
    assert (trade.told(trade.pavel), trade.told(trade.cora)) == (["session.moved"], [])
    assert heard(trade, Side.PERFORMER).connection_id == other.id
    with pytest.raises(SessionMoved):
        trade.house.sessions.report(trade.pavel.id, trade.session_id, 10**9)
    assert trade.session.lost


@pytest.mark.rule("D18")
def test_media_that_flows_again_brings_its_side_back_and_what_fell_due_is_debited(trade: Trade) -> None:
    silent(trade)
    trade.quiet()
    trade.forward(20 * SECOND)
    back = trade.house.sessions.report(trade.pavel.id, trade.session_id, 10**9)
    assert isinstance(back, SessionResumed)
    assert (back.side, back.lost, back.media_awaited) == (Side.PERFORMER, (), ())
    assert back.paid_until_ms == trade.clock_started_ms + 2 * BLOCK
    assert trade.told(trade.cora) == ["session.resumed", "session.charged"]
    assert trade.told(trade.pavel) == ["session.charged"]
    due = [item["at_ms"]["N"] for item in trade.house.dynamo.items("journal") if item["k"]["N"] == "1"]
    assert due == [str(trade.clock_started_ms + BLOCK)]


@pytest.mark.rule("D18")
def test_bytes_are_counted_over_the_time_of_their_connection(trade: Trade) -> None:
    silent(trade)
    known = heard(trade, Side.PERFORMER).media_bytes
    trade.house.sessions.resume(trade.pavel, trade.session_id)
    assert trade.house.sessions.report(trade.pavel.id, trade.session_id, known) is None
    other = trade.page("pavel", "pavel-2")
    trade.house.sessions.resume(other, trade.session_id)
    assert trade.house.sessions.report(other.id, trade.session_id, 0) is None
    assert trade.paid_blocks() == [0]
    assert isinstance(trade.house.sessions.report(other.id, trade.session_id, 1), SessionResumed)
    assert trade.paid_blocks() == [0, 1]


@pytest.mark.rule("D18")
def test_media_that_flows_again_too_late_finds_the_summary(trade: Trade) -> None:
    silent(trade)
    trade.forward(45 * SECOND)
    ended = trade.house.sessions.report(trade.pavel.id, trade.session_id, 10**9)
    assert isinstance(ended, SessionEnded)
    assert (ended.reason, ended.billed_blocks) == (Reason.CONNECTION_LOST, 1)


@pytest.mark.rule("D18")
def test_in_text_a_silent_side_is_back_with_any_report_and_with_its_page(text: Trade) -> None:
    returns: list[Callable[[], object]] = [
        lambda: text.house.sessions.report(text.pavel.id, text.session_id, None),
        lambda: text.house.sessions.resume(text.pavel, text.session_id),
    ]
    for back in returns:
        text.running()
        due = text.session.blocks_paid + 1
        text.until(due * BLOCK - 40 * SECOND)
        text.report(text.cora)
        text.until(due * BLOCK)
        text.wake()
        assert text.one(text.cora, SessionInterrupted).media_awaited == ()
        assert isinstance(back(), SessionResumed)
        assert (text.session.lost, text.session.blocks_paid) == ((), due)
        text.house.calls.hang_up(text.cora, text.session_id)


@pytest.mark.rule("D18")
def test_a_side_that_is_back_twice_at_once_is_back_once(trade: Trade) -> None:
    silent(trade)

    def other() -> None:
        trade.house.sessions.report(trade.pavel.id, trade.session_id, 10**9)

    with trade.meanwhile("transact_write_items", other):
        assert trade.house.sessions.report(trade.pavel.id, trade.session_id, 10**9 + 1) is None
    assert (trade.session.epoch, trade.paid_blocks()) == (2, [0, 1])


@pytest.mark.rule("D18")
def test_a_sign_of_life_that_loses_every_race_is_to_be_sent_again(trade: Trade) -> None:
    silent(trade)

    def touched() -> None:
        trade.store.commit(Save(trade.session))

    with trade.meanwhile("transact_write_items", touched, times=8), pytest.raises(Unavailable):
        trade.house.sessions.report(trade.pavel.id, trade.session_id, 10**9)


@pytest.mark.rule("D15", "D18")
def test_another_tab_that_hangs_up_for_a_lost_side_was_present_until_then(trade: Trade) -> None:
    trade.running()
    other = trade.page("cora", "cora-2")
    trade.until(58 * SECOND + 500)
    trade.house.sessions.disconnected(line(trade))
    trade.forward(6_500)
    trade.quiet()
    trade.house.calls.hang_up(other, trade.session_id)
    assert (trade.session.reason, trade.session.ended_ms) == (Reason.CUSTOMER_HANGUP, trade.now_ms)
    assert (trade.session.billed_blocks, trade.paid_blocks()) == (1, [0])
    ended = trade.one(trade.pavel, SessionEnded)
    assert (ended.billed_blocks, ended.by) == (1, (Side.CUSTOMER,))


@pytest.mark.rule("D15", "D18")
def test_in_a_text_session_a_hang_up_of_a_silent_side_pays_for_the_boundary_that_waited_for_it(text: Trade) -> None:
    text.running()
    text.until(BLOCK - 30 * SECOND)
    text.house.sessions.report(text.pavel.id, text.session_id, None)
    text.until(BLOCK)
    text.wake()
    assert text.session.lost_sides == (Side.CUSTOMER,)
    text.forward(20 * SECOND)
    text.house.calls.hang_up(text.cora, text.session_id)
    assert (text.session.reason, text.session.ended_ms) == (Reason.CUSTOMER_HANGUP, text.now_ms)
    assert text.paid_blocks() == [0, 1]


@pytest.mark.rule("D18")
def test_who_drops_the_line_and_sends_no_media_after_it_is_waited_for_forty_five_seconds_in_all(trade: Trade) -> None:
    trade.running()
    trade.until(BLOCK - 30 * SECOND)
    trade.house.sessions.report(trade.pavel.id, trade.session_id, 1_000_000)
    trade.until(BLOCK - SECOND)
    trade.house.sessions.disconnected(line(trade))
    trade.forward(40 * SECOND)
    trade.quiet()
    back = trade.house.sessions.resume(trade.page("cora", "cora-2"), trade.session_id)
    assert isinstance(back, SessionResumed)
    assert back.media_awaited == (Side.CUSTOMER,)
    assert trade.one(trade.pavel, SessionInterrupted).until_ms == trade.now_ms + 5 * SECOND
    trade.forward(5 * SECOND)
    trade.wake()
    assert (trade.session.reason, trade.session.ended_ms) == (Reason.CONNECTION_LOST, trade.clock_started_ms + BLOCK)
    assert trade.paid_blocks() == [0]
