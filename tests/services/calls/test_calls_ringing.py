"""Ringing: what every page hears of it, and how it ends unanswered, for nothing (R37 to R39, D6, D7)."""

from dataclasses import asdict

import pytest

from chalicelib.domain.connections import Connection
from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import (
    SessionOver,
    Unavailable,
    WrongState,
)
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Reason, Session, State
from chalicelib.handlers import jobs
from chalicelib.services.changes import Ref
from chalicelib.services.frames import CallCount, CallEnded
from tests.support.trade import MINUTE, PRICE, SECOND, Trade


@pytest.fixture
def trade() -> Trade:
    return Trade()


@pytest.mark.rule("D6", "R40", "R22")
def test_a_call_reaches_every_tab_and_the_badge_counts_what_rings(trade: Trade) -> None:
    second = trade.page("pavel", "pavel-2")
    trade.ring()
    assert trade.told(trade.pavel) == ["call.incoming", "call.count"]
    assert trade.told(second) == ["call.incoming", "call.count"]
    trade.person("dan", available_minor=PRICE)
    trade.house.calls.start(trade.page("dan", "dan-1"), trade.buy("dan"))
    assert trade.one(second, CallCount) == CallCount(2)


@pytest.mark.rule("D6", "R22")
def test_a_page_that_opens_while_calls_ring_rings_too(trade: Trade) -> None:
    trade.ring()
    late = trade.page("pavel", "pavel-2")
    trade.house.calls.ring_again(late, trade.now_ms)
    assert trade.told(late) == ["call.incoming", "call.count"]
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    trade.quiet()
    trade.house.calls.ring_again(late, trade.now_ms)
    assert trade.told(late) == []


@pytest.mark.rule("D6", "R22")
def test_however_many_calls_ring_the_badge_counts_them_all_and_the_answer_turns_all_others_away(trade: Trade) -> None:
    trade.ring()
    for n in range(59):
        trade.person(f"caller-{n}", available_minor=PRICE)
        trade.house.calls.start(trade.page(f"caller-{n}", f"line-{n}"), trade.buy(f"caller-{n}"))
    assert trade.frames(trade.pavel)[-1] == CallCount(60)
    late = trade.page("pavel", "pavel-2")
    trade.house.calls.ring_again(late, trade.now_ms)
    assert trade.told(late) == ["call.incoming"] * 60 + ["call.count"]
    trade.house.calls.answer(trade.pavel, trade.session_id)
    sessions = [trade.found(Ref(Session, f"{order_id}-0001")) for order_id in trade.orders]
    assert [s.reason for s in sessions] == [None] + [Reason.ANSWERED_ELSEWHERE] * 59
    assert trade.house.calls.ringing("pavel", trade.now_ms) == []


@pytest.mark.rule("R22")
def test_a_hint_that_outlived_its_ringing_costs_no_look_at_the_session(trade: Trade) -> None:
    trade.ring()
    trade.forward(MINUTE)
    asked: list[str] = []
    trade.house.dynamo.before = lambda operation, request: asked.append(operation)
    assert trade.house.calls.ringing("pavel", trade.now_ms) == []
    assert asked == ["query"]


@pytest.mark.rule("D7")
def test_a_ringing_that_no_page_acknowledges_within_5_seconds_ends_as_not_on_site(trade: Trade) -> None:
    trade.session_id = trade.house.calls.start(trade.cora, trade.order_id).session_id
    trade.forward(5 * SECOND - 1)
    assert trade.wake().session.state is State.RINGING
    trade.forward(1)
    assert trade.wake().session.reason is Reason.NOT_ON_SITE
    assert trade.one(trade.cora, CallEnded) == CallEnded(trade.session_id, Reason.NOT_ON_SITE)
    assert trade.order.body.live is None


@pytest.mark.rule("D6")
def test_ringing_lasts_a_minute_and_is_then_missed_for_nothing(trade: Trade) -> None:
    trade.ring()
    money = trade.account("cora").available_minor
    trade.forward(MINUTE - 1)
    assert trade.wake().session.state is State.RINGING
    trade.forward(1)
    assert trade.wake().session.reason is Reason.MISSED
    assert trade.one(trade.pavel, CallEnded).reason is Reason.MISSED
    assert (trade.account("cora").available_minor, trade.order.escrow_minor) == (money, PRICE)
    assert trade.paid_blocks() == []


@pytest.mark.rule("D6", "R58")
@pytest.mark.parametrize(("who", "reason"), [("cora", Reason.CANCELLED), ("pavel", Reason.DECLINED)])
def test_a_cancelled_and_a_declined_call_cost_nothing_and_stop_the_badge(
    trade: Trade, who: str, reason: Reason
) -> None:
    trade.ring()
    trade.quiet()
    trade.house.calls.give_up(getattr(trade, who), trade.session_id)
    assert trade.session.reason is reason
    assert trade.told(trade.pavel) == ["call.ended", "order.updated", "call.count"]
    assert trade.told(trade.cora) == ["call.ended", "order.updated"]
    assert trade.paid_blocks() == []


@pytest.mark.rule("D6")
@pytest.mark.parametrize("who", ["cora", "pavel"])
def test_a_cancellation_or_a_refusal_that_comes_after_the_answer_ends_no_conversation(trade: Trade, who: str) -> None:
    for begin in (trade.answered, lambda: trade.house.sessions.press_start(trade.pavel, trade.session_id)):
        begin()
        before = trade.session
        with pytest.raises(WrongState):
            trade.house.calls.give_up(getattr(trade, who), trade.session_id)
        assert trade.session == before
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    trade.house.calls.give_up(getattr(trade, who), trade.session_id)


def worker(trade: Trade) -> None:
    """The worker looks at the latest wake."""
    jobs.wake(trade.house, asdict(trade.house.outbox.wakes[-1]))


@pytest.mark.rule("D6", "R39")
def test_a_customer_who_closes_the_page_stops_the_ringing_a_moment_later(trade: Trade) -> None:
    trade.ring()
    trade.house.sessions.disconnected(trade.found(Ref(Connection, trade.cora.id)))
    assert trade.session.state is State.RINGING
    assert trade.house.outbox.wakes[-1].at_ms == trade.now_ms + REAL.gone_ms
    trade.forward(REAL.gone_ms)
    trade.quiet()
    worker(trade)
    assert (trade.session.reason, trade.session.ended_by) == (Reason.CONNECTION_LOST, (Side.CUSTOMER,))
    assert trade.told(trade.pavel) == ["call.ended", "order.updated"]
    assert trade.order.body.live is None


@pytest.mark.rule("D6")
def test_a_customer_who_loads_the_page_anew_rings_on(trade: Trade) -> None:
    trade.ring()
    trade.house.sessions.disconnected(trade.found(Ref(Connection, trade.cora.id)))
    trade.house.calls.start(trade.page("cora", "cora-2"), trade.order_id)
    trade.forward(REAL.gone_ms)
    worker(trade)
    assert trade.session.state is State.RINGING


@pytest.mark.rule("D6")
def test_a_return_that_meets_the_giving_up_is_either_in_time_or_told_so(trade: Trade) -> None:
    trade.ring()
    trade.house.sessions.disconnected(trade.found(Ref(Connection, trade.cora.id)))
    trade.forward(REAL.gone_ms)
    again = trade.page("cora", "cora-2")
    with trade.meanwhile("transact_write_items", lambda: trade.house.calls.start(again, trade.order_id)):
        worker(trade)
    assert trade.session.state is State.RINGING
    trade.house.sessions.disconnected(trade.found(Ref(Connection, again.id)))
    trade.forward(REAL.gone_ms)
    third = trade.page("cora", "cora-3")
    with (
        trade.meanwhile("transact_write_items", lambda: worker(trade)),
        pytest.raises(SessionOver) as over,
    ):
        trade.house.calls.start(third, trade.order_id)
    assert over.value.facts["reason"] == Reason.CONNECTION_LOST


@pytest.mark.rule("D6", "D13")
@pytest.mark.parametrize("who", ["cora", "pavel"])
def test_who_closes_the_page_before_the_clock_does_not_keep_the_other_waiting(trade: Trade, who: str) -> None:
    trade.answered()
    page: Connection = getattr(trade, who)
    trade.house.sessions.disconnected(trade.found(Ref(Connection, page.id)))
    assert trade.house.outbox.wakes[-1].at_ms == trade.now_ms + REAL.resume_ms
    trade.forward(REAL.resume_ms)
    worker(trade)
    side = trade.session.side_of(who)
    assert (trade.session.reason, trade.session.ended_by) == (Reason.CONNECTION_LOST, (side,))
    assert (trade.account("pavel").busy, trade.paid_blocks()) == (None, [])
    worker(trade)


@pytest.mark.rule("D6", "D18")
@pytest.mark.parametrize("back", [True, False], ids=["back", "gone"])
def test_a_call_that_is_answered_while_the_customer_is_away_waits_as_an_answered_one(trade: Trade, back: bool) -> None:
    trade.ring()
    closed_ms = trade.now_ms
    trade.house.sessions.disconnected(trade.found(Ref(Connection, trade.cora.id)))
    trade.forward(REAL.gone_ms - 5 * SECOND)
    trade.house.calls.answer(trade.pavel, trade.session_id)
    gone = next(wake for wake in trade.house.outbox.wakes if wake.gone)
    trade.forward(5 * SECOND)
    jobs.wake(trade.house, asdict(gone))
    assert trade.session.state is State.ANSWERED
    assert trade.house.outbox.wakes[-1].at_ms == closed_ms + REAL.resume_ms
    if back:
        trade.house.sessions.resume(trade.page("cora", "cora-2"), trade.session_id)
    trade.forward(REAL.resume_ms - REAL.gone_ms)
    worker(trade)
    assert trade.session.state is (State.ANSWERED if back else State.ENDED)


@pytest.mark.rule("D18")
def test_a_clock_that_starts_while_a_page_closes_is_paused_for_it(trade: Trade) -> None:
    trade.answered()
    stale = trade.session
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    trade.house.sessions.receive_media(trade.cora, trade.session_id)
    trade.house.metering.wait_for(stale, trade.pavel.id, trade.now_ms)
    trade.forward(REAL.resume_ms)
    worker(trade)
    assert trade.session.lost_sides == (Side.PERFORMER,)


@pytest.mark.rule("D6")
def test_a_queue_that_takes_no_wake_leaves_the_ringing_to_its_deadline(trade: Trade) -> None:
    trade.ring()
    trade.house.outbox.breaks()
    trade.house.sessions.disconnected(trade.found(Ref(Connection, trade.cora.id)))
    trade.forward(MINUTE)
    trade.tick()
    trade.wake()
    assert trade.session.reason is Reason.MISSED


@pytest.mark.rule("D6")
def test_a_giving_up_that_loses_every_race_is_left_to_the_queue(trade: Trade) -> None:
    trade.ring()
    trade.house.sessions.disconnected(trade.found(Ref(Connection, trade.cora.id)))
    trade.forward(REAL.gone_ms)
    with trade.contended(), pytest.raises(Unavailable):
        worker(trade)
    assert trade.session.state is State.RINGING


@pytest.mark.rule("D6")
def test_hanging_up_twice_is_no_error(trade: Trade) -> None:
    trade.ring()
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    before = trade.session
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    trade.house.calls.hang_up(trade.pavel, trade.session_id)
    assert trade.session == before


@pytest.mark.rule("D6")
def test_acknowledging_twice_or_late_changes_nothing(trade: Trade) -> None:
    trade.ring()
    version = trade.session.version
    trade.house.calls.acknowledge(trade.pavel, trade.session_id)
    assert trade.session.version == version
    trade.house.calls.answer(trade.pavel, trade.session_id)
    trade.house.calls.acknowledge(trade.pavel, trade.session_id)
    assert trade.session.state is State.ANSWERED
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    with pytest.raises(SessionOver):
        trade.house.calls.acknowledge(trade.pavel, trade.session_id)


@pytest.mark.rule("R37")
def test_an_acknowledgement_that_loses_every_race_is_to_be_sent_again(trade: Trade) -> None:
    session_id = trade.house.calls.start(trade.cora, trade.order_id).session_id
    with trade.contended(), pytest.raises(Unavailable):
        trade.house.calls.acknowledge(trade.pavel, session_id)
