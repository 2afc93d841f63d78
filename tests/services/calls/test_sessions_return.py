"""A side of a session is lost and comes back: pauses, another tab, no second debit (R52, R58, D15, D18)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.connections import Connection
from chalicelib.domain.errors import (
    SessionMoved,
    Unauthenticated,
    Unavailable,
    WrongState,
)
from chalicelib.domain.parties import Side
from chalicelib.domain.people import User, blocked, signed_out
from chalicelib.domain.sessions import Heartbeat, Reason, State
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


def heard(trade: Trade, side: Side) -> Heartbeat:
    found: Heartbeat = trade.found(Ref(Heartbeat, trade.session_id, side))
    return found


def line(trade: Trade) -> Connection:
    """Cora's first line, as stored: it knows its session."""
    found: Connection = trade.found(Ref(Connection, trade.cora.id))
    return found


@pytest.mark.rule("D18")
def test_a_closed_line_pauses_the_session_and_both_sides_are_told(trade: Trade) -> None:
    trade.running()
    trade.until(5 * MINUTE)
    trade.wake()
    trade.quiet()
    trade.house.sessions.disconnected(line(trade))
    interrupted = SessionInterrupted(trade.session_id, (Side.CUSTOMER,), (), trade.now_ms + 45 * SECOND, 1)
    assert trade.frames(trade.pavel) == [interrupted]
    assert [loss.side for loss in trade.session.lost] == [Side.CUSTOMER]


@pytest.mark.rule("D18")
def test_a_page_that_comes_back_within_45_seconds_goes_on_without_a_second_debit(trade: Trade) -> None:
    trade.running()
    trade.until(5 * MINUTE)
    trade.wake()
    paid = trade.paid_blocks()
    trade.house.sessions.disconnected(line(trade))
    trade.forward(45 * SECOND - 1)
    trade.quiet()
    back = trade.house.sessions.resume(trade.page("cora", "cora-2"), trade.session_id)
    assert isinstance(back, SessionResumed)
    assert (back.side, back.state, back.lost, back.t0_ms) == (
        Side.CUSTOMER,
        State.RUNNING,
        (),
        trade.clock_started_ms,
    )
    assert back.paid_until_ms == trade.clock_started_ms + BLOCK
    assert trade.one(trade.pavel, SessionResumed).epoch == back.epoch == 2
    assert trade.paid_blocks() == paid


@pytest.mark.rule("D18")
def test_a_page_that_comes_back_after_45_seconds_finds_the_session_lost_at_its_last_frame(trade: Trade) -> None:
    trade.running()
    trade.until(5 * MINUTE)
    trade.wake()
    trade.report()
    trade.forward(MINUTE)
    trade.house.sessions.disconnected(line(trade))
    trade.forward(45 * SECOND)
    ended = trade.house.sessions.resume(trade.page("cora", "cora-2"), trade.session_id)
    assert isinstance(ended, SessionEnded)
    assert (ended.reason, ended.by) == (Reason.CONNECTION_LOST, (Side.CUSTOMER,))
    assert ended.ended_ms == trade.clock_started_ms + 5 * MINUTE
    assert ended.duration_ms == 5 * MINUTE


@pytest.mark.rule("D18")
def test_what_fell_due_while_a_side_was_away_is_debited_under_its_own_time_when_it_is_back(trade: Trade) -> None:
    trade.running()
    trade.until(BLOCK - 40 * SECOND)
    trade.report()
    trade.until(BLOCK - 10 * SECOND)
    trade.house.sessions.disconnected(line(trade))
    trade.until(BLOCK + 20 * SECOND)
    assert trade.wake().session.blocks_paid == 0
    back = trade.house.sessions.resume(trade.page("cora", "cora-2"), trade.session_id)
    assert isinstance(back, SessionResumed)
    assert back.paid_until_ms == trade.clock_started_ms + 2 * BLOCK
    due = [item["at_ms"]["N"] for item in trade.house.dynamo.items("journal") if item["k"]["N"] == "1"]
    assert due == [str(trade.clock_started_ms + BLOCK)]


@pytest.mark.rule("D18", "D6")
def test_another_tab_takes_the_session_over_and_the_old_one_is_told(trade: Trade) -> None:
    trade.running()
    other = trade.page("cora", "cora-2")
    trade.quiet()
    trade.house.sessions.resume(other, trade.session_id)
    assert trade.told(trade.cora) == ["session.moved"]
    with pytest.raises(SessionMoved):
        trade.house.sessions.report(trade.cora.id, trade.session_id, 10**6)
    trade.house.sessions.report(other.id, trade.session_id, 10**6)
    assert trade.session.lost == ()


@pytest.mark.rule("D18")
def test_the_closing_of_a_line_that_was_replaced_means_nothing(trade: Trade) -> None:
    trade.running()
    old = line(trade)
    trade.house.sessions.resume(trade.page("cora", "cora-2"), trade.session_id)
    trade.house.sessions.disconnected(old)
    assert (trade.session.state, trade.session.lost) == (State.RUNNING, ())


@pytest.mark.rule("D18")
def test_a_return_that_meets_the_closing_of_the_old_line_is_not_left_paused(trade: Trade) -> None:
    trade.running()
    old = line(trade)
    other = trade.page("cora", "cora-2")
    with trade.meanwhile("transact_write_items", lambda: trade.house.sessions.disconnected(old)):
        back = trade.house.sessions.resume(other, trade.session_id)
    assert isinstance(back, SessionResumed)
    assert (back.lost, trade.session.lost) == ((), ())


@pytest.mark.rule("D18")
def test_coming_back_on_the_same_line_tells_nobody_that_it_moved(trade: Trade) -> None:
    trade.running()
    trade.quiet()
    trade.house.sessions.resume(trade.cora, trade.session_id)
    assert trade.told(trade.cora) == []


@pytest.mark.rule("D18")
def test_a_page_without_a_session_and_a_call_without_a_clock_pause_nothing(trade: Trade) -> None:
    trade.house.sessions.disconnected(trade.page("cora", "cora-2"))
    trade.answered()
    trade.house.sessions.disconnected(line(trade))
    assert (trade.session.state, trade.session.lost) == (State.ANSWERED, ())
    ghost = replace(trade.page("cora", "cora-3"), session_ids=frozenset({f"{trade.order_id}-0009"}))
    trade.house.sessions.disconnected(ghost)


@pytest.mark.rule("D18", "D28", "E16")
@pytest.mark.parametrize("by", [signed_out, blocked], ids=["signed out everywhere", "blocked"])
def test_a_line_from_before_a_sign_out_or_a_block_takes_no_session_over(
    trade: Trade, by: Callable[[User], User]
) -> None:
    other = trade.page("cora", "cora-2")
    trade.running()
    trade.outdo("cora", by)
    with pytest.raises(Unauthenticated):
        trade.house.sessions.resume(other, trade.session_id)
    assert heard(trade, Side.CUSTOMER).connection_id == trade.cora.id


@pytest.mark.rule("D18")
def test_a_loss_pauses_the_session_also_when_the_sites_presence_cannot_be_written(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade.running()

    def unreachable(connection: Connection) -> None:
        raise Unavailable

    monkeypatch.setattr(type(trade.house.connections), "close", lambda self, connection: unreachable(connection))
    with pytest.raises(Unavailable):
        trade.house.sessions.disconnected(line(trade))
    assert trade.session.lost_sides == (Side.CUSTOMER,)


@pytest.mark.rule("D18", "R41")
def test_whoever_comes_back_before_the_clock_is_told_whether_it_was_started(trade: Trade) -> None:
    trade.answered()
    early = trade.house.sessions.resume(trade.page("pavel", "pavel-2"), trade.session_id)
    assert isinstance(early, SessionResumed)
    assert (early.pending, early.until_ms) == (False, trade.session.deadline_ms)
    back = trade.page("pavel", "pavel-3")
    trade.house.sessions.resume(back, trade.session_id)
    trade.house.sessions.press_start(back, trade.session_id)
    again = trade.house.sessions.resume(back, trade.session_id)
    assert isinstance(again, SessionResumed)
    assert (again.pending, again.until_ms) == (True, trade.session.deadline_ms)


@pytest.mark.rule("D18", "E16")
def test_after_a_sign_out_everywhere_the_session_goes_on_for_who_signs_in_again_in_time(trade: Trade) -> None:
    trade.running()
    trade.house.identity.sign_out_everywhere("cora")
    assert trade.house.air.closed == [trade.cora.id]
    trade.house.sessions.disconnected(line(trade))
    assert len(trade.session.lost) == 1
    trade.forward(44 * SECOND)
    back = trade.page("cora", "cora-2", epoch=1)
    assert isinstance(trade.house.sessions.resume(back, trade.session_id), SessionResumed)
    assert not trade.session.lost


@pytest.mark.rule("D18")
def test_a_session_that_was_not_answered_is_not_resumed_by_the_performer(trade: Trade) -> None:
    trade.ring()
    with pytest.raises(WrongState):
        trade.house.sessions.resume(trade.pavel, trade.session_id)
    back = trade.house.sessions.resume(trade.page("cora", "cora-2"), trade.session_id)
    assert isinstance(back, SessionResumed)
    assert (back.state, back.t0_ms, back.paid_until_ms) == (State.RINGING, None, None)


@pytest.mark.rule("D18")
def test_a_return_that_loses_every_race_is_to_be_sent_again(trade: Trade) -> None:
    trade.running()

    def touched() -> None:
        trade.store.commit(Save(trade.session))

    with trade.meanwhile("transact_write_items", touched, times=8), pytest.raises(Unavailable):
        trade.house.sessions.resume(trade.cora, trade.session_id)


@pytest.mark.rule("D18", "R57")
def test_a_return_to_an_account_that_ran_dry_meanwhile_finds_the_summary() -> None:
    trade = Trade(blocks=0)
    trade.running()
    trade.until(BLOCK - 40 * SECOND)
    trade.report()
    trade.until(BLOCK - 10 * SECOND)
    trade.house.sessions.disconnected(line(trade))
    trade.until(BLOCK + 10 * SECOND)
    ended = trade.house.sessions.resume(trade.page("cora", "cora-2"), trade.session_id)
    assert isinstance(ended, SessionEnded)
    assert (ended.reason, ended.ended_ms) == (Reason.INSUFFICIENT_FUNDS, trade.clock_started_ms + BLOCK)
