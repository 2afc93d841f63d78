"""A customer's limit: set before a call or during it, changed, lifted, told to both, and kept whatever comes between (E24)."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.errors import Forbidden, LimitTooLow, SessionMoved, SessionOver, WrongState
from chalicelib.domain.kinds import Mode
from chalicelib.domain.sessions import Reason, Session, State
from chalicelib.services.changes import Ref
from chalicelib.services.frames import (
    CallAnswered,
    CallIncoming,
    CallRinging,
    SessionEnded,
    SessionLimited,
    SessionLimitNear,
    SessionLowBalance,
    SessionResumed,
    SessionStarted,
)
from chalicelib.services.ports import Parties
from tests.support.trade import BLOCK, MINUTE, PRICE, SECOND, Trade

pytestmark = pytest.mark.rule("E24")


@pytest.fixture(params=list(Mode))
def trade(request: pytest.FixtureRequest) -> Trade:
    """Running, and past the minute in which it could be void."""
    return running(Trade(request.param))


def running(trade: Trade) -> Trade:
    trade.running()
    trade.until(MINUTE)
    trade.wake()
    trade.quiet()
    return trade


def limit(trade: Trade, blocks: int | None) -> Any:
    return trade.house.sessions.limit(trade.cora, trade.session_id, blocks)


def before(trade: Trade, k: int, by_ms: int = 1) -> None:
    """Just before a boundary, with both sides heard from."""
    trade.until(k * BLOCK - 40 * SECOND)
    trade.report()
    trade.until(k * BLOCK - by_ms)


def warn(trade: Trade) -> None:
    trade.house.metering.warn(trade.session_id, Parties("cora", "pavel"), trade.now_ms)


def ending(trade: Trade) -> tuple[Reason | None, int, int]:
    session = trade.session
    return session.reason, (session.ended_ms or 0) - trade.clock_started_ms, session.billed_blocks


# Before the call


def test_a_limit_of_the_call_is_known_to_every_page_from_the_ringing_on() -> None:
    trade = Trade()
    trade.on_site()
    ringing = trade.house.calls.start(trade.cora, trade.order_id, 2)
    assert ringing == CallRinging(ringing.session_id, trade.now_ms + MINUTE, limit_blocks=2)
    trade.session_id = ringing.session_id
    assert trade.one(trade.pavel, CallIncoming).limit_blocks == 2
    trade.house.calls.ring_again(trade.pavel, trade.now_ms)
    assert trade.one(trade.pavel, CallIncoming).limit_blocks == 2
    answered = trade.house.calls.answer(trade.pavel, trade.session_id)
    assert answered.limit_blocks == trade.one(trade.cora, CallAnswered).limit_blocks == 2
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    trade.house.sessions.receive_media(trade.cora, trade.session_id)
    for page in (trade.cora, trade.pavel):
        started = trade.one(page, SessionStarted)
        assert (started.limit_blocks, started.limit_ms) == (2, trade.clock_started_ms + 2 * BLOCK)
    trade.boundary(1)
    trade.boundary(2)
    assert ending(trade) == (Reason.LIMIT_REACHED, 2 * BLOCK, 2)


def test_a_repeated_call_takes_over_the_ringing_and_leaves_its_limit() -> None:
    trade = Trade()
    trade.on_site()
    first = trade.house.calls.start(trade.cora, trade.order_id, 2)
    assert trade.house.calls.start(trade.page("cora", "cora-2"), trade.order_id, 5) == first
    session: Session = trade.found(Ref(Session, first.session_id))
    assert session.limit_blocks == 2


def test_before_the_answer_nobody_changes_the_limit_and_after_it_the_customer_does() -> None:
    trade = Trade()
    trade.ring()
    with pytest.raises(WrongState):
        limit(trade, 1)
    trade.house.calls.answer(trade.pavel, trade.session_id)
    assert limit(trade, 1) == SessionLimited(trade.session_id, 1)


# During it


def test_stop_after_these_fifteen_minutes_is_answered_with_the_end_and_told_to_the_performer(trade: Trade) -> None:
    end_ms = trade.clock_started_ms + BLOCK
    assert limit(trade, 1) == SessionLimited(trade.session_id, 1, end_ms)
    assert trade.frames(trade.pavel) == [SessionLimited(trade.session_id, 1, end_ms)]
    trade.boundary(1)
    assert ending(trade) == (Reason.LIMIT_REACHED, BLOCK, 1)
    ended = trade.one(trade.cora, SessionEnded)
    assert trade.one(trade.pavel, SessionEnded) == ended
    assert (ended.reason, ended.by, ended.billed_minor) == (Reason.LIMIT_REACHED, (), PRICE)
    assert trade.paid_blocks() == [0]
    assert (trade.order.body.live, trade.account("pavel").busy) == (None, None)


def test_the_same_limit_again_is_answered_alike_and_writes_and_tells_nothing(trade: Trade) -> None:
    first = limit(trade, 2)
    version = trade.session.version
    trade.quiet()
    assert limit(trade, 2) == first
    assert (trade.session.version, trade.frames(trade.pavel)) == (version, [])


def test_a_limit_that_is_lifted_in_the_last_millisecond_lets_it_go_on(trade: Trade) -> None:
    limit(trade, 1)
    before(trade, 1)
    trade.quiet()
    assert limit(trade, None) == SessionLimited(trade.session_id)
    assert trade.one(trade.pavel, SessionLimited) == SessionLimited(trade.session_id)
    trade.until(BLOCK)
    trade.wake()
    assert (trade.session.state, trade.paid_blocks()) == (State.RUNNING, [0, 1])


def test_a_limit_is_raised_and_lowered_but_not_below_the_block_under_way(trade: Trade) -> None:
    trade.boundary(1)
    limit(trade, 5)
    with pytest.raises(LimitTooLow) as refused:
        limit(trade, 1)
    assert (refused.value.least_blocks, trade.session.limit_blocks) == (2, 5)
    limit(trade, 2)
    trade.boundary(2)
    assert ending(trade) == (Reason.LIMIT_REACHED, 2 * BLOCK, 2)


def test_the_limit_is_the_customers_alone_and_of_the_page_that_speaks_for_them(trade: Trade) -> None:
    with pytest.raises(Forbidden):
        trade.house.sessions.limit(trade.pavel, trade.session_id, 1)
    other = trade.page("cora", "cora-2")
    with pytest.raises(SessionMoved):
        trade.house.sessions.limit(other, trade.session_id, 1)
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    with pytest.raises(SessionOver):
        limit(trade, 1)
    assert trade.session.limit_blocks is None


def test_another_device_that_comes_back_to_it_finds_the_limit_and_may_lift_it(trade: Trade) -> None:
    limit(trade, 1)
    other = trade.page("cora", "cora-2")
    resumed = trade.house.sessions.resume(other, trade.session_id)
    assert isinstance(resumed, SessionResumed)
    assert (resumed.limit_blocks, resumed.limit_ms) == (1, trade.clock_started_ms + BLOCK)
    assert trade.house.sessions.limit(other, trade.session_id, None) == SessionLimited(trade.session_id)


# Races


def at_the_boundary(trade: Trade) -> None:
    trade.house.hands.at_ms = trade.clock_started_ms + BLOCK
    trade.wake()


def test_a_limit_that_loses_the_race_against_the_debit_is_refused_with_what_is_left(trade: Trade) -> None:
    before(trade, 1)
    with (
        trade.meanwhile("put_item", lambda: at_the_boundary(trade)),
        pytest.raises(LimitTooLow) as refused,
    ):
        limit(trade, 1)
    assert (refused.value.least_blocks, trade.paid_blocks(), trade.session.limit_blocks) == (2, [0, 1], None)


def test_a_debit_that_loses_the_race_against_the_limit_is_not_made(trade: Trade) -> None:
    before(trade, 1)
    trade.until(BLOCK)
    with trade.meanwhile("transact_write_items", lambda: set_before(trade)):
        trade.wake()
    assert (ending(trade), trade.paid_blocks()) == ((Reason.LIMIT_REACHED, BLOCK, 1), [0])


def set_before(trade: Trade) -> None:
    """The frame came in the last millisecond, and is committed before the debit that is under way."""
    trade.until(BLOCK - 1)
    limit(trade, 1)
    trade.until(BLOCK)


@pytest.mark.parametrize("first", ["the limit", "the lifting"])
def test_of_the_end_and_the_lifting_exactly_one_is_committed(trade: Trade, first: str) -> None:
    limit(trade, 1)
    before(trade, 1)
    if first == "the limit":
        with trade.meanwhile("put_item", lambda: at_the_boundary(trade)), pytest.raises(SessionOver):
            limit(trade, None)
        assert (ending(trade), trade.paid_blocks()) == ((Reason.LIMIT_REACHED, BLOCK, 1), [0])
        return

    def lifted() -> None:
        trade.until(BLOCK - 1)
        limit(trade, None)
        trade.until(BLOCK)

    trade.until(BLOCK)
    with trade.meanwhile("transact_write_items", lifted):
        trade.wake()
    assert (trade.session.state, trade.paid_blocks()) == (State.RUNNING, [0, 1])


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_the_limit_is_completed_by_whoever_looks_next(trade: Trade, after: bool) -> None:
    limit(trade, 1)
    before(trade, 1)
    trade.until(BLOCK)
    with trade.crashing(after=after):
        trade.wake()
    trade.forward(10 * MINUTE)
    trade.wake()
    assert (ending(trade), trade.paid_blocks()) == ((Reason.LIMIT_REACHED, BLOCK, 1), [0])
    assert trade.account("pavel").busy is None


def test_a_tick_after_a_lost_message_or_an_outage_ends_it_at_its_limit_and_debits_nothing_beyond(trade: Trade) -> None:
    trade.tick()
    limit(trade, 1)
    before(trade, 1)
    trade.forward(4 * MINUTE)
    trade.house.outbox.wakes.clear()
    trade.tick()
    for wake in trade.house.outbox.wakes:
        trade.house.metering.advance(wake.session_id, trade.now_ms, wake.parties)
    assert (ending(trade), trade.paid_blocks()) == ((Reason.LIMIT_REACHED, BLOCK, 1), [0])


@pytest.mark.rule("D18")
def test_a_limit_that_is_set_while_the_boundary_waits_for_a_lost_performer_ends_it_there(trade: Trade) -> None:
    before(trade, 1, 10 * SECOND)
    trade.house.sessions.disconnected(trade.house.connections.holder(trade.pavel.id))
    trade.until(BLOCK + 10 * SECOND)
    ended = limit(trade, 1)
    assert isinstance(ended, SessionEnded)
    assert (ended.reason, ending(trade)) == (Reason.LIMIT_REACHED, (Reason.LIMIT_REACHED, BLOCK, 1))


@pytest.mark.rule("D18")
def test_a_limit_that_is_set_in_a_pause_before_its_boundary_is_woken_for_there(trade: Trade) -> None:
    before(trade, 1, 10 * SECOND)
    trade.house.sessions.disconnected(trade.house.connections.holder(trade.pavel.id))
    trade.house.outbox.wakes.clear()
    limit(trade, 1)
    assert [wake.at_ms for wake in trade.house.outbox.wakes] == [trade.clock_started_ms + BLOCK]
    at_the_boundary(trade)
    assert ending(trade) == (Reason.LIMIT_REACHED, BLOCK, 1)


# The warning


@pytest.mark.rule("D17")
def test_both_sides_are_warned_two_minutes_before_the_limit_and_not_of_money(trade: Trade) -> None:
    limit(trade, 2)
    before(trade, 1, 2 * MINUTE)
    trade.quiet()
    warn(trade)
    assert (trade.told(trade.cora), trade.told(trade.pavel)) == ([], [])
    trade.boundary(1)
    before(trade, 2, 2 * MINUTE)
    trade.quiet()
    warn(trade)
    near = [SessionLimitNear(trade.session_id, trade.clock_started_ms + 2 * BLOCK)]
    assert trade.frames(trade.cora) == trade.frames(trade.pavel) == near


@pytest.mark.rule("D17")
def test_where_money_is_short_too_the_limit_is_the_warning_and_the_reason() -> None:
    trade = running(Trade(blocks=0))
    limit(trade, 1)
    before(trade, 1, 2 * MINUTE)
    trade.quiet()
    warn(trade)
    assert trade.told(trade.cora) == trade.told(trade.pavel) == ["session.limit_near"]
    trade.boundary(1)
    assert ending(trade) == (Reason.LIMIT_REACHED, BLOCK, 1)


@pytest.mark.rule("D17")
def test_a_limit_that_money_does_not_reach_leaves_the_warning_of_money() -> None:
    trade = running(Trade(blocks=0))
    limit(trade, 2)
    before(trade, 1, 2 * MINUTE)
    trade.quiet()
    warn(trade)
    assert trade.told(trade.cora) == ["session.low_balance"]
    trade.boundary(1)
    assert trade.session.reason is Reason.INSUFFICIENT_FUNDS


@pytest.mark.rule("D17")
@pytest.mark.parametrize(
    ("blocks", "told"),
    [(1, [SessionLimited, SessionLimitNear]), (None, [SessionLimited, SessionLowBalance])],
)
def test_a_change_within_the_last_two_minutes_is_warned_of_at_once(
    blocks: int | None, told: list[Callable[..., Any]]
) -> None:
    trade = running(Trade(blocks=0))
    limit(trade, 2 if blocks else 1)
    before(trade, 1, MINUTE)
    trade.quiet()
    limit(trade, blocks)
    assert [type(frame) for frame in trade.frames(trade.pavel)] == told
    assert trade.told(trade.cora) == [told[1].type]  # type: ignore[attr-defined]


def test_a_change_before_that_is_not_warned_of(trade: Trade) -> None:
    before(trade, 1, 2 * MINUTE + 1)
    trade.quiet()
    limit(trade, 1)
    assert trade.told(trade.pavel) == ["session.limited"]
