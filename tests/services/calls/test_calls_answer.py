"""The answer to a call: the first wins, all other ringing ends (R40, D6, D13)."""

from dataclasses import replace

import pytest

from chalicelib.domain.connections import Connection
from chalicelib.domain.errors import (
    CallLive,
    NotCallable,
    NotFound,
    SessionOver,
    Unavailable,
    WrongState,
)
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Heartbeat, Reason, Session, State
from chalicelib.services.changes import Put, Ref
from chalicelib.services.frames import CallAnswered, CallCount, CallEnded, SessionResumed
from tests.support.trade import MINUTE, PRICE, SECOND, Trade


@pytest.fixture
def trade() -> Trade:
    return Trade()


# The answer


@pytest.mark.rule("R40", "D6", "D13")
def test_the_answer_is_told_to_both_sides_and_makes_the_performer_busy(trade: Trade) -> None:
    second = trade.page("pavel", "pavel-2")
    trade.ring()
    trade.quiet()
    answer = trade.house.calls.answer(trade.pavel, trade.session_id)
    until_ms = trade.now_ms + 5 * MINUTE
    assert answer == CallAnswered(trade.session_id, trade.mode, until_ms, True, ())
    assert trade.one(trade.cora, CallAnswered) == answer
    assert trade.one(second, CallAnswered) == replace(answer, here=False)
    assert trade.account("pavel").busy == trade.session_id


@pytest.mark.rule("D6")
def test_the_first_answer_wins_and_the_other_tab_is_refused(trade: Trade) -> None:
    second = trade.page("pavel", "pavel-2")
    trade.ring()
    trade.house.calls.answer(trade.pavel, trade.session_id)
    with pytest.raises(WrongState):
        trade.house.calls.answer(second, trade.session_id)
    assert trade.found(Ref(Heartbeat, trade.session_id, Side.PERFORMER)).connection_id == trade.pavel.id


@pytest.mark.rule("D6")
@pytest.mark.parametrize("skip", [0, 1])
def test_of_two_tabs_that_answer_at_once_exactly_one_holds_the_side(trade: Trade, skip: int) -> None:
    second = trade.page("pavel", "pavel-2")
    trade.ring()
    operation = "transact_write_items" if skip == 0 else "put_item"
    with (
        trade.meanwhile(operation, lambda: trade.house.calls.answer(second, trade.session_id)),
        pytest.raises(WrongState),
    ):
        trade.house.calls.answer(trade.pavel, trade.session_id)
    assert trade.found(Ref(Heartbeat, trade.session_id, Side.PERFORMER)).connection_id == second.id


@pytest.mark.rule("R40")
def test_a_repeated_answer_is_answered_as_the_first(trade: Trade) -> None:
    trade.ring()
    first = trade.house.calls.answer(trade.pavel, trade.session_id)
    before = trade.session
    trade.forward(SECOND)
    assert trade.house.calls.answer(trade.pavel, trade.session_id) == first
    assert trade.session == before


@pytest.mark.rule("R40")
def test_an_answer_that_broke_off_is_completed_by_its_repeat_and_told_to_the_customer(trade: Trade) -> None:
    trade.ring()
    with trade.crashing(after=True):
        trade.house.calls.answer(trade.pavel, trade.session_id)
    assert trade.session.state is State.ANSWERED
    trade.quiet()
    assert trade.house.calls.answer(trade.pavel, trade.session_id).here
    assert trade.one(trade.cora, CallAnswered).here
    trade.house.sessions.press_start(trade.pavel, trade.session_id)


@pytest.mark.rule("R40")
def test_an_answer_whose_side_was_written_twice_by_the_client_library_is_still_the_first(trade: Trade) -> None:
    trade.ring()

    def written() -> None:
        trade.store.commit(Put(Heartbeat(trade.session_id, Side.PERFORMER, trade.mode, trade.pavel.id, trade.now_ms)))

    with trade.meanwhile("put_item", written):
        assert trade.house.calls.answer(trade.pavel, trade.session_id).here


@pytest.mark.rule("R40", "D18")
def test_a_call_whose_caller_broke_off_can_be_answered_and_the_caller_comes_back_to_it(trade: Trade) -> None:
    with trade.crashing("put_item", skip=1):
        trade.house.calls.start(trade.cora, trade.order_id)
    trade.session_id = f"{trade.order_id}-0001"
    trade.house.calls.answer(trade.pavel, trade.session_id)
    with pytest.raises(CallLive):
        trade.house.calls.start(trade.cora, trade.order_id)
    back = trade.house.sessions.resume(trade.cora, trade.session_id)
    assert isinstance(back, SessionResumed)
    assert back.state is State.ANSWERED


@pytest.mark.rule("R37", "R40")
def test_nobody_answers_or_acknowledges_a_call_of_others(trade: Trade) -> None:
    trade.ring()
    trade.person("eve")
    eve = trade.page("eve", "eve-1")
    for page in (eve, trade.cora):
        for act in (trade.house.calls.answer, trade.house.calls.acknowledge):
            with pytest.raises(NotFound):
                act(page, trade.session_id)
    with pytest.raises(NotFound):
        trade.house.calls.hang_up(eve, trade.session_id)
    with pytest.raises(NotFound):
        trade.house.calls.answer(trade.pavel, f"{trade.order_id}-0002")
    assert trade.session.state is State.RINGING


@pytest.mark.rule("D6")
def test_an_answer_after_the_end_of_the_ringing_comes_too_late(trade: Trade) -> None:
    trade.ring()
    trade.forward(MINUTE)
    with pytest.raises(SessionOver) as refused:
        trade.house.calls.answer(trade.pavel, trade.session_id)
    assert refused.value.facts == {"reason": Reason.MISSED}


@pytest.mark.rule("D6")
def test_an_answer_that_loses_every_race_is_to_be_sent_again(trade: Trade) -> None:
    trade.ring()
    with trade.contended(), pytest.raises(Unavailable):
        trade.house.calls.answer(trade.pavel, trade.session_id)


@pytest.mark.rule("R58")
def test_a_hang_up_that_loses_every_race_is_to_be_sent_again(trade: Trade) -> None:
    trade.ring()
    with trade.contended(), pytest.raises(Unavailable):
        trade.house.calls.hang_up(trade.cora, trade.session_id)


# Two customers ring one performer


def two_rings(trade: Trade) -> tuple[str, str, Connection]:
    first = trade.ring()
    trade.person("dan", available_minor=2 * PRICE)
    dan = trade.page("dan", "dan-1")
    second = trade.ring(trade.buy("dan"), page=dan)
    trade.quiet()
    return first, second, dan


@pytest.mark.rule("D6")
def test_answering_one_of_two_calls_ends_the_others_ringing_unpaid(trade: Trade) -> None:
    first, second, dan = two_rings(trade)
    trade.house.calls.answer(trade.pavel, second)
    turned_away: Session = trade.found(Ref(Session, first))
    assert turned_away.reason is Reason.ANSWERED_ELSEWHERE
    assert trade.one(trade.cora, CallEnded) == CallEnded(first, Reason.ANSWERED_ELSEWHERE)
    assert trade.frames(trade.pavel)[-1] == CallCount(0)
    assert trade.order.body.prepaid is Prepaid.HELD
    assert "call.answered" in trade.told(dan)


@pytest.mark.rule("D6", "D19")
def test_a_performer_who_is_answering_one_call_cannot_answer_another_at_the_same_time(trade: Trade) -> None:
    first, second, _ = two_rings(trade)
    with (
        trade.meanwhile("transact_write_items", lambda: trade.house.calls.answer(trade.pavel, second)),
        pytest.raises((NotCallable, SessionOver)),
    ):
        trade.house.calls.answer(trade.pavel, first)
    assert trade.account("pavel").busy == second


@pytest.mark.rule("D6")
def test_a_performer_who_is_busy_already_does_not_answer_a_second_call(trade: Trade) -> None:
    first, second, _ = two_rings(trade)
    with trade.crashing(after=True):
        trade.house.calls.answer(trade.pavel, second)
    with pytest.raises(NotCallable) as refused:
        trade.house.calls.answer(trade.pavel, first)
    assert refused.value.facts == {"reason": "busy"}


@pytest.mark.rule("D6")
def test_turning_away_a_call_that_rings_no_more_changes_nothing(trade: Trade) -> None:
    trade.ring()
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    trade.house.calls.turn_away(trade.session_id, trade.now_ms)
    assert trade.session.reason is Reason.CANCELLED


@pytest.mark.rule("D6")
def test_a_turn_away_that_loses_every_race_leaves_the_ringing_to_its_deadline(trade: Trade) -> None:
    trade.ring()
    with trade.contended():
        trade.house.calls.turn_away(trade.session_id, trade.now_ms)
    assert trade.session.state is State.RINGING
