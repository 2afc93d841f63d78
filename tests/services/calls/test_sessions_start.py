"""How the clock of a session starts: marks, messages, and who must be there (R41 to R46, R51, D13, D18, D20)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.chat import Message
from chalicelib.domain.errors import (
    Forbidden,
    NotFound,
    SessionMoved,
    SessionOver,
    Unauthenticated,
    Unavailable,
    WrongState,
)
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.parties import Side
from chalicelib.domain.people import User, blocked, signed_out
from chalicelib.domain.sessions import FirstBlock, Reason, State
from chalicelib.services.changes import Ref, Save
from chalicelib.services.frames import (
    ChatMessage,
    SessionPending,
    SessionResumed,
    SessionStarted,
)
from tests.support.trade import BLOCK, COMMISSION, MINUTE, PRICE, SECOND, SHARE, Trade


@pytest.fixture
def trade() -> Trade:
    return Trade()


@pytest.fixture
def text() -> Trade:
    return Trade(Mode.TEXT)


# The clock's start, video


@pytest.mark.rule("R41")
def test_a_start_before_the_answer_is_a_wrong_state(trade: Trade) -> None:
    trade.ring()
    with pytest.raises(WrongState):
        trade.house.sessions.press_start(trade.pavel, trade.session_id)
    with pytest.raises(WrongState):
        trade.house.sessions.receive_media(trade.cora, trade.session_id)


@pytest.mark.rule("R41", "D13")
def test_the_performers_start_is_told_to_both_sides_and_charges_nothing(trade: Trade) -> None:
    trade.answered()
    trade.quiet()
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    pending = SessionPending(trade.session_id, trade.now_ms + 30 * SECOND)
    assert trade.frames(trade.cora) == [pending]
    assert trade.frames(trade.pavel) == [pending]
    assert trade.session.clock_started_ms is None


@pytest.mark.rule("R42", "R43", "D13")
@pytest.mark.parametrize("media_first", [True, False])
def test_the_clock_starts_with_the_later_of_start_and_media(trade: Trade, media_first: bool) -> None:
    trade.answered()
    acts: list[Callable[[], None]] = [
        lambda: trade.house.sessions.press_start(trade.pavel, trade.session_id),
        lambda: trade.house.sessions.receive_media(trade.cora, trade.session_id),
    ]
    for act in reversed(acts) if media_first else acts:
        assert trade.session.clock_started_ms is None
        trade.forward(4 * SECOND)
        act()
    assert trade.clock_started_ms == trade.now_ms
    assert trade.session.state is State.RUNNING


@pytest.mark.rule("R42")
def test_media_reported_twice_and_start_pressed_twice_do_not_move_the_clock(trade: Trade) -> None:
    trade.running()
    before = trade.session
    trade.forward(10 * SECOND)
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    trade.house.sessions.receive_media(trade.cora, trade.session_id)
    assert trade.session == before


@pytest.mark.rule("R44", "D14")
def test_a_first_video_session_starts_voidable_with_nothing_moved(trade: Trade) -> None:
    trade.running()
    started = trade.one(trade.cora, SessionStarted)
    clock_started_ms = trade.clock_started_ms
    assert (started.t0_ms, started.paid_until_ms, started.voidable_until_ms) == (
        clock_started_ms,
        clock_started_ms + BLOCK,
        clock_started_ms + MINUTE,
    )
    assert (started.amount_minor, started.balance_minor) == (0, 10 * PRICE)
    assert trade.session.first_block is FirstBlock.HELD
    assert trade.paid_blocks() == []


@pytest.mark.rule("R42")
def test_only_the_customer_reports_media_and_only_the_performer_starts(trade: Trade) -> None:
    trade.answered()
    with pytest.raises(Forbidden):
        trade.house.sessions.receive_media(trade.pavel, trade.session_id)
    with pytest.raises(Forbidden):
        trade.house.sessions.press_start(trade.cora, trade.session_id)


def test_frames_for_a_session_of_others_find_nothing(trade: Trade) -> None:
    trade.answered()
    trade.person("eve")
    eve = trade.page("eve", "eve-1")
    for act in (trade.house.sessions.press_start, trade.house.sessions.receive_media, trade.house.sessions.resume):
        with pytest.raises(NotFound):
            act(eve, trade.session_id)
    with pytest.raises(NotFound):
        trade.house.sessions.resume(trade.cora, f"{trade.order_id}-0009")


def test_a_tab_that_does_not_hold_the_side_does_not_speak_for_it(trade: Trade) -> None:
    trade.answered()
    other = trade.page("pavel", "pavel-2")
    with pytest.raises(SessionMoved):
        trade.house.sessions.press_start(other, trade.session_id)


def test_a_start_after_the_end_comes_too_late(trade: Trade) -> None:
    trade.answered()
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    with pytest.raises(SessionOver) as refused:
        trade.house.sessions.press_start(trade.pavel, trade.session_id)
    assert refused.value.facts == {"reason": Reason.CUSTOMER_HANGUP}


@pytest.mark.rule("D13")
def test_a_start_without_media_for_30_seconds_ends_free_as_no_media(trade: Trade) -> None:
    trade.answered()
    trade.forward(2 * MINUTE)
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    trade.forward(30 * SECOND)
    with pytest.raises(SessionOver) as refused:
        trade.house.sessions.receive_media(trade.cora, trade.session_id)
    assert refused.value.facts == {"reason": Reason.NO_MEDIA}
    assert (trade.order.body.prepaid, trade.order.escrow_minor, trade.paid_blocks()) == (Prepaid.HELD, PRICE, [])
    assert trade.account("pavel").busy is None


@pytest.mark.rule("D13")
def test_an_answer_without_a_clock_for_5_minutes_ends_free_as_no_start(trade: Trade) -> None:
    trade.answered()
    trade.house.sessions.receive_media(trade.cora, trade.session_id)
    trade.forward(5 * MINUTE - 1)
    assert trade.wake().session.state is State.ANSWERED
    trade.forward(1)
    assert trade.wake().session.reason is Reason.NO_START
    assert trade.account("pavel").busy is None


def test_a_start_that_loses_every_race_is_to_be_sent_again(trade: Trade) -> None:
    trade.answered()
    with trade.contended(), pytest.raises(Unavailable):
        trade.house.sessions.press_start(trade.pavel, trade.session_id)


@pytest.mark.rule("R46", "D15")
def test_after_a_void_of_the_customers_own_the_prepaid_block_is_taken_from_the_first_second(trade: Trade) -> None:
    trade.running()
    trade.forward(59 * SECOND)
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert trade.session.reason is Reason.VOID
    trade.running()
    assert trade.session.first_block is FirstBlock.PAID
    assert (trade.order.body.prepaid, trade.order.escrow_minor) == (Prepaid.USED, 0)
    assert (trade.account("pavel").available_minor, trade.account("pavel").fee_minor) == (SHARE, COMMISSION)
    assert trade.account("cora").available_minor == 10 * PRICE


@pytest.mark.rule("R46", "R56")
def test_a_later_session_debits_its_first_block_when_the_clock_starts(trade: Trade) -> None:
    trade.running()
    trade.until(5 * MINUTE)
    trade.house.calls.hang_up(trade.pavel, trade.session_id)
    trade.quiet()
    trade.running()
    started = trade.one(trade.cora, SessionStarted)
    assert (started.amount_minor, started.balance_minor, started.voidable_until_ms) == (-PRICE, 9 * PRICE, None)
    assert trade.one(trade.pavel, SessionStarted).amount_minor == SHARE
    assert trade.paid_blocks() == [0]


@pytest.mark.rule("R36", "D16")
def test_a_later_session_that_cannot_pay_its_first_block_never_starts(trade: Trade) -> None:
    trade.running()
    trade.until(5 * MINUTE)
    trade.house.calls.hang_up(trade.pavel, trade.session_id)
    trade.answered()
    trade.store.commit(Save(replace(trade.account("cora"), available_minor=PRICE - 1)))
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    trade.house.sessions.receive_media(trade.cora, trade.session_id)
    assert (trade.session.reason, trade.session.clock_started_ms) == (Reason.INSUFFICIENT_FUNDS, None)
    assert trade.account("cora").available_minor == PRICE - 1


# The clock's start, text


@pytest.mark.rule("R51", "D14", "D20")
def test_in_text_the_customers_second_message_starts_the_clock_and_uses_the_prepaid_block(text: Trade) -> None:
    text.answered()
    text.house.sessions.say(text.pavel.id, text.session_id, "from-pavel", "Hello")
    text.house.sessions.say(text.cora.id, text.session_id, "message-1", "Hello")
    assert text.session.clock_started_ms is None
    text.forward(7 * SECOND)
    text.house.sessions.say(text.cora.id, text.session_id, "message-2", "Are you there?")
    assert text.clock_started_ms == text.now_ms
    assert (text.order.body.prepaid, text.paid_blocks()) == (Prepaid.USED, [0])
    assert text.one(text.pavel, SessionStarted).amount_minor == SHARE


@pytest.mark.rule("D20", "R51")
def test_a_repeated_message_is_the_same_message_and_starts_nothing(text: Trade) -> None:
    text.answered()
    first = text.house.sessions.say(text.cora.id, text.session_id, "message-1", "Hello")
    text.forward(SECOND)
    again = text.house.sessions.say(text.cora.id, text.session_id, "message-1", "Something else")
    assert again == first == ChatMessage(text.session_id, Side.CUSTOMER, "message-1", "Hello", text.now_ms - SECOND)
    assert text.session.clock_started_ms is None


@pytest.mark.rule("R51", "D20")
def test_a_second_message_whose_count_broke_off_counts_when_it_is_repeated(text: Trade) -> None:
    text.answered()
    text.house.sessions.say(text.cora.id, text.session_id, "message-1", "Hello")
    with text.crashing():
        text.house.sessions.say(text.cora.id, text.session_id, "message-2", "Hello?")
    assert text.session.clock_started_ms is None
    text.house.sessions.say(text.cora.id, text.session_id, "message-2", "Hello?")
    assert text.session.clock_started_ms == text.now_ms


@pytest.mark.rule("R51")
def test_two_first_messages_at_once_are_two_messages(text: Trade) -> None:
    text.answered()

    def other() -> None:
        text.house.sessions.say(text.cora.id, text.session_id, "message-2", "Hello?")

    with text.meanwhile("put_item", other, skip=1):
        text.house.sessions.say(text.cora.id, text.session_id, "message-1", "Hello")
    assert text.session.clock_started_ms == text.now_ms


def test_a_message_whose_count_loses_every_race_is_to_be_sent_again(text: Trade) -> None:
    text.answered()

    def touched() -> None:
        text.store.commit(Save(text.session))

    with text.meanwhile("put_item", touched, skip=1, times=8), pytest.raises(Unavailable):
        text.house.sessions.say(text.cora.id, text.session_id, "message-1", "Hello")


@pytest.mark.rule("D20")
def test_in_a_video_call_messages_are_passed_on_and_start_no_clock(trade: Trade) -> None:
    trade.answered()
    trade.quiet()
    for number in range(3):
        trade.house.sessions.say(trade.cora.id, trade.session_id, f"message-{number}", "Hello")
    assert trade.told(trade.pavel) == ["chat.message"] * 3
    assert trade.session.clock_started_ms is None


@pytest.mark.rule("R51")
def test_a_text_session_has_no_start_and_no_media(text: Trade) -> None:
    text.answered()
    with pytest.raises(WrongState):
        text.house.sessions.press_start(text.pavel, text.session_id)
    with pytest.raises(WrongState):
        text.house.sessions.receive_media(text.cora, text.session_id)


@pytest.mark.rule("D20")
def test_before_the_answer_and_after_the_end_nothing_is_said(text: Trade) -> None:
    text.ring()
    with pytest.raises(WrongState):
        text.house.sessions.say(text.cora.id, text.session_id, "message-1", "Hello")
    text.house.calls.hang_up(text.cora, text.session_id)
    with pytest.raises(SessionOver):
        text.house.sessions.say(text.cora.id, text.session_id, "message-1", "Hello")


@pytest.mark.rule("R42", "D18")
def test_no_clock_starts_for_a_performer_whose_line_has_closed_until_they_are_back(trade: Trade) -> None:
    trade.answered()
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    trade.house.sessions.disconnected(trade.pavel)
    trade.house.sessions.receive_media(trade.cora, trade.session_id)
    assert (trade.session.clock_started_ms, trade.session.marked) == (None, True)
    trade.forward(SECOND)
    back = trade.house.sessions.resume(trade.page("pavel", "pavel-2"), trade.session_id)
    assert isinstance(back, SessionResumed)
    assert (back.state, back.t0_ms) == (State.RUNNING, trade.now_ms)
    assert trade.one(trade.cora, SessionStarted).t0_ms == trade.now_ms


@pytest.mark.rule("R51", "D18")
def test_no_message_starts_the_clock_while_the_performers_line_is_closed(text: Trade) -> None:
    text.answered()
    text.house.sessions.disconnected(text.pavel)
    for number in (1, 2, 3):
        text.house.sessions.say(text.cora.id, text.session_id, f"message-{number}", "Are you there?")
    assert (text.session.state, text.session.clock_started_ms) == (State.ANSWERED, None)
    text.house.sessions.resume(text.page("pavel", "pavel-2"), text.session_id)
    assert text.session.state is State.RUNNING


@pytest.mark.rule("R51", "D14", "D18")
def test_no_clock_and_no_block_against_a_performer_whose_line_is_half_open(text: Trade) -> None:
    text.answered()
    text.house.sessions.say(text.cora.id, text.session_id, "message-1", "Are you there?")
    text.forward(61 * SECOND)
    text.house.sessions.say(text.cora.id, text.session_id, "message-2", "Hello?")
    assert (text.session.state, text.paid_blocks(), text.order.body.prepaid) == (State.ANSWERED, [], Prepaid.HELD)
    text.forward(5 * MINUTE)
    assert (text.wake().session.reason, text.paid_blocks()) == (Reason.NO_START, [])


@pytest.mark.rule("R51", "D13", "D18")
def test_the_clock_that_waits_for_a_performer_starts_at_their_next_report(text: Trade) -> None:
    text.answered()
    text.house.sessions.say(text.cora.id, text.session_id, "message-1", "Are you there?")
    text.forward(61 * SECOND)
    text.house.sessions.say(text.cora.id, text.session_id, "message-2", "Hello?")
    text.forward(10 * SECOND)
    assert text.house.sessions.report(text.cora.id, text.session_id, None) is None
    assert text.session.state is State.ANSWERED
    text.quiet()
    assert text.house.sessions.report(text.pavel.id, text.session_id, None) is None
    assert (text.session.state, text.clock_started_ms) == (State.RUNNING, text.now_ms)
    assert text.one(text.pavel, SessionStarted).t0_ms == text.now_ms
    assert text.paid_blocks() == [0]


@pytest.mark.rule("R51", "E16")
@pytest.mark.parametrize("by", [signed_out, blocked], ids=["signed out everywhere", "blocked"])
def test_a_line_from_before_a_sign_out_or_a_block_starts_no_clock_by_a_message(by: Callable[[User], User]) -> None:
    trade = Trade(Mode.TEXT)
    trade.answered()
    trade.house.sessions.say(trade.cora.id, trade.session_id, "message-1", "Hello")
    trade.outdo("cora", by)
    with pytest.raises(Unauthenticated):
        trade.house.sessions.say(trade.cora.id, trade.session_id, "message-2", "Are you there?")
    assert (trade.session.state, trade.session.clock_started_ms) == (State.ANSWERED, None)
    assert trade.store.get(Ref(Message, trade.session_id, Side.CUSTOMER, "message-2")) is None
