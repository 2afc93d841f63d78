"""A session as its two pages drive it: the clock's start, signs of life, loss and return, chat (R41 to R52, R58, D13 to D20)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.chat import Message
from chalicelib.domain.connections import Connection
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
from chalicelib.domain.people import Role, User, blocked, signed_out
from chalicelib.domain.sessions import FirstBlock, Heartbeat, Reason, State
from chalicelib.services.changes import Ref, Save
from chalicelib.services.frames import (
    ChatMessage,
    ChatRead,
    SessionEnded,
    SessionInterrupted,
    SessionPending,
    SessionResumed,
    SessionStarted,
    Signal,
)
from chalicelib.services.people.staff import Change
from tests.support.people import settle
from tests.support.trade import BLOCK, COMMISSION, MINUTE, PRICE, SECOND, SHARE, Trade


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


# Talk between the two pages


def test_signals_and_marks_of_reading_go_to_the_other_side_only(trade: Trade) -> None:
    second = trade.page("pavel", "pavel-2")
    trade.answered()
    trade.quiet()
    trade.house.sessions.signal(trade.cora.id, trade.session_id, {"sdp": "offer"})
    trade.house.sessions.read_up_to(trade.cora.id, trade.session_id, 5)
    assert trade.frames(trade.pavel) == [Signal(trade.session_id, {"sdp": "offer"}), ChatRead(trade.session_id, 5)]
    assert trade.told(trade.cora) == trade.told(second) == []


@pytest.mark.rule("D20")
def test_nobody_has_read_what_is_not_written_yet(trade: Trade) -> None:
    trade.answered()
    trade.house.air.told.clear()
    trade.house.sessions.read_up_to(trade.cora.id, trade.session_id, 2**53)
    assert trade.frames(trade.pavel) == [ChatRead(trade.session_id, trade.now_ms)]


def test_who_does_not_hold_a_side_says_nothing_to_the_other(trade: Trade) -> None:
    trade.answered()
    trade.person("eve")
    for page in (trade.page("eve", "eve-1"), trade.page("cora", "cora-2")):
        with pytest.raises(SessionMoved):
            trade.house.sessions.signal(page.id, trade.session_id, {})
        with pytest.raises(SessionMoved):
            trade.house.sessions.report(page.id, trade.session_id, 1)
    with pytest.raises(SessionMoved):
        trade.house.sessions.signal(trade.cora.id, f"{trade.order_id}-0009", {})


@pytest.mark.rule("D28", "D18")
def test_a_blocked_person_whose_line_cannot_be_closed_says_nothing_more_and_is_missed_like_anybody_who_is_gone(
    text: Trade,
) -> None:
    admin = settle(text.house, "ada@example.org", Role.ADMIN)
    text.running()
    text.house.air.stuck.add(text.pavel.id)
    with pytest.raises(Unavailable):
        text.house.staff.change(admin.id, "pavel", Change(blocked=True))
    text.quiet()
    talk: list[Callable[[str, str], object]] = [
        lambda line, session: text.house.sessions.say(line, session, "message-9", "Pay me elsewhere"),
        lambda line, session: text.house.sessions.signal(line, session, {"sdp": "offer"}),
        lambda line, session: text.house.sessions.read_up_to(line, session, 5),
        lambda line, session: text.house.sessions.report(line, session, None),
    ]
    for act in talk:
        with pytest.raises(SessionMoved):
            act(text.pavel.id, text.session_id)
    assert text.told(text.cora) == []
    text.until(BLOCK - 40 * SECOND)
    text.report(text.cora)
    text.until(BLOCK)
    assert [lost.side for lost in text.wake().session.lost] == [Side.PERFORMER]
    assert text.paid_blocks() == [0]


def test_a_line_that_cannot_be_closed_is_taken_from_its_side_also_while_it_reports(text: Trade) -> None:
    text.running()
    text.house.air.stuck.add(text.pavel.id)
    text.until(BLOCK - 40 * SECOND)
    with text.meanwhile("put_item", lambda: text.report(text.pavel), skip=2):
        text.house.identity.sign_out_everywhere("pavel")
    assert heard(text, Side.PERFORMER).connection_id != text.pavel.id
    assert heard(text, Side.PERFORMER).at_ms == text.now_ms


def test_what_is_said_to_a_side_that_nobody_holds_yet_is_lost_without_harm(trade: Trade) -> None:
    trade.ring()
    with trade.crashing(after=True):
        trade.house.calls.answer(trade.pavel, trade.session_id)
    trade.house.sessions.signal(trade.cora.id, trade.session_id, {})


# Signs of life


@pytest.mark.rule("D18")
def test_a_report_counts_when_media_has_flowed_since_the_last_one(trade: Trade) -> None:
    trade.running()
    at_ms = heard(trade, Side.CUSTOMER).at_ms
    trade.until(BLOCK - 50 * SECOND)
    for media_bytes in (None, 0):
        trade.house.sessions.report(trade.cora.id, trade.session_id, media_bytes)
        assert heard(trade, Side.CUSTOMER).at_ms == at_ms
    trade.house.sessions.report(trade.cora.id, trade.session_id, 1)
    assert heard(trade, Side.CUSTOMER).at_ms == trade.now_ms
    trade.forward(14 * MINUTE)
    trade.house.sessions.report(trade.cora.id, trade.session_id, 1)
    assert heard(trade, Side.CUSTOMER).at_ms == trade.now_ms - 14 * MINUTE


@pytest.mark.rule("D18")
def test_in_text_a_report_counts_without_media(text: Trade) -> None:
    text.running()
    text.until(BLOCK - 50 * SECOND)
    text.house.sessions.report(text.pavel.id, text.session_id, None)
    assert heard(text, Side.PERFORMER).at_ms == text.now_ms


@pytest.mark.rule("D18")
def test_the_second_report_before_a_boundary_is_not_written_when_the_first_was(trade: Trade) -> None:
    trade.running()
    for wrong_ms in (-4 * SECOND, 4 * SECOND):
        trade.until(BLOCK - 50 * SECOND)
        trade.report()
        written = trade.house.dynamo.counts.write_units
        trade.until(BLOCK - 30 * SECOND + wrong_ms)
        trade.report()
        assert trade.house.dynamo.counts.write_units == written


@pytest.mark.rule("D18")
@pytest.mark.parametrize("wrong_ms", [-4 * SECOND, 0, 4 * SECOND])
def test_whenever_a_side_came_back_one_of_its_two_reports_keeps_it_alive(trade: Trade, wrong_ms: int) -> None:
    """Also by a clock that is some seconds wrong: no instant of a return leaves a hole between the two reports."""
    trade.running()
    for back_s in range(40, 100):
        came = BLOCK - back_s * SECOND
        trade.store.commit(
            Save(
                replace(heard(trade, Side.CUSTOMER), at_ms=trade.clock_started_ms + came, media_bytes=0, media_at_ms=0)
            ),
        )
        for before in (50 * SECOND, 30 * SECOND):
            at = BLOCK - before + wrong_ms
            if at > came:
                trade.until(at)
                trade.report(trade.cora)
        assert heard(trade, Side.CUSTOMER).alive_ms >= trade.clock_started_ms + BLOCK - MINUTE, back_s


@pytest.mark.rule("D18")
def test_a_report_that_meets_another_write_is_tried_again_and_at_last_refused(trade: Trade) -> None:
    trade.running()
    trade.until(BLOCK - 50 * SECOND)

    def touched() -> None:
        trade.store.commit(Save(heard(trade, Side.CUSTOMER)))

    with trade.meanwhile("put_item", touched):
        trade.report(trade.cora)
    assert heard(trade, Side.CUSTOMER).at_ms == trade.now_ms
    trade.forward(5 * MINUTE)
    with trade.meanwhile("put_item", touched, times=8), pytest.raises(Unavailable):
        trade.report(trade.cora)


# Loss and return


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


@pytest.mark.rule("R41", "R42", "D13")
def test_a_page_that_reports_while_it_waits_is_there_when_the_clock_starts(trade: Trade) -> None:
    trade.answered()
    trade.house.sessions.receive_media(trade.cora, trade.session_id)
    for _ in range(8):
        trade.forward(20 * SECOND)
        for page in (trade.cora, trade.pavel):
            assert trade.house.sessions.report(page.id, trade.session_id, None) is None
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    assert (trade.session.state, trade.clock_started_ms) == (State.RUNNING, trade.now_ms)


@pytest.mark.rule("D13", "D18")
def test_a_report_that_lost_its_race_while_the_clock_waited_is_given_again(text: Trade) -> None:
    text.answered()
    text.house.sessions.say(text.cora.id, text.session_id, "message-1", "Are you there?")
    text.forward(61 * SECOND)
    text.house.sessions.say(text.cora.id, text.session_id, "message-2", "Hello?")
    with text.meanwhile(
        "transact_write_items", lambda: text.house.sessions.report(text.pavel.id, text.session_id, None)
    ):
        text.house.sessions.report(text.pavel.id, text.session_id, None)
    assert (text.session.state, text.paid_blocks()) == (State.RUNNING, [0])


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


@pytest.mark.rule("D18", "R57")
def test_a_report_that_comes_after_the_end_is_told_of_it(trade: Trade) -> None:
    trade.running()
    trade.house.calls.hang_up(trade.pavel, trade.session_id)
    told = trade.house.sessions.report(trade.cora.id, trade.session_id, 1)
    assert isinstance(told, SessionEnded)
    assert told.session_id == trade.session_id


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
