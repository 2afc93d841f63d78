"""From the answer to the clock: the moment from which time is paid for, and by which money."""

import pytest

from chalicelib.billing import boundaries, clock
from chalicelib.billing.steps import View
from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import SessionOver, WrongState
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Event, FirstBlock, Reason, State
from tests.billing.scene import CUSTOMER, MINUTE, PERFORMER, PRICE, SECOND, Scene, T


@pytest.mark.rule("D13")
@pytest.mark.parametrize("mode", list(Mode))
def test_an_answer_without_a_clock_ends_after_five_minutes_for_free(mode: Mode) -> None:
    scene = Scene(mode)
    scene.call(T - SECOND)
    scene.answer(T)
    assert scene.tick(T + 5 * MINUTE - 1) == []
    scene.tick(T + 5 * MINUTE)
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.NO_START, T + 5 * MINUTE)
    assert (scene.order.body.live, scene.busy, scene.order.body.prepaid) == (None, None, Prepaid.HELD)
    assert (scene.journal, scene.order.body.leave_right) == ([], True)


@pytest.mark.rule("D13")
def test_a_start_without_media_ends_after_thirty_seconds_for_free() -> None:
    scene = Scene()
    scene.call(T - SECOND)
    scene.answer(T)
    scene.press_start(T + 10 * SECOND)
    assert scene.tick(T + 40 * SECOND - 1) == []
    scene.tick(T + 40 * SECOND)
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.NO_MEDIA, T + 40 * SECOND)
    assert (scene.journal, scene.order.body.prepaid, scene.order.body.leave_right) == ([], Prepaid.HELD, True)


@pytest.mark.rule("D13")
def test_a_late_start_replaces_the_five_minutes_by_its_own_thirty_seconds() -> None:
    scene = Scene()
    scene.call(T - SECOND)
    scene.answer(T)
    scene.press_start(T + 5 * MINUTE - 1)
    assert scene.tick(T + 5 * MINUTE) == []
    scene.receive_media(T + 5 * MINUTE + 29 * SECOND)
    assert scene.session.clock_started_ms == T + 5 * MINUTE + 29 * SECOND


@pytest.mark.rule("D13")
def test_a_clock_that_never_started_is_free_even_when_media_came_but_no_start() -> None:
    scene = Scene()
    scene.call(T - SECOND)
    scene.answer(T)
    scene.receive_media(T + SECOND)
    scene.tick(T + 5 * MINUTE)
    assert (scene.session.reason, scene.journal) == (Reason.NO_START, [])


@pytest.mark.rule("R41", "R42", "R43", "D13")
def test_the_clock_starts_when_the_customer_receives_the_performers_media_not_at_the_answer_or_the_start() -> None:
    scene = Scene()
    scene.call(T)
    scene.answer(T + SECOND)
    assert scene.press_start(T + 3 * SECOND).session.clock_started_ms is None
    step = scene.receive_media(T + 7 * SECOND)
    assert (step.event, scene.session.state, scene.session.clock_started_ms) == (
        Event.CLOCK,
        State.RUNNING,
        T + 7 * SECOND,
    )


@pytest.mark.rule("R41", "D13")
def test_media_that_came_before_the_start_wait_for_it() -> None:
    scene = Scene()
    scene.call(T)
    scene.answer(T + SECOND)
    early = scene.receive_media(T + 2 * SECOND)
    assert (early.event, early.session.clock_started_ms) == (Event.MARK, None)
    scene.press_start(T + 9 * SECOND)
    assert scene.session.clock_started_ms == T + 9 * SECOND


@pytest.mark.rule("R41", "R42")
def test_a_mark_reported_twice_counts_once() -> None:
    scene = Scene()
    scene.call(T)
    scene.answer(T)
    scene.press_start(T + SECOND)
    assert clock.press_start(scene.view, T + 2 * SECOND, scene.durations) is None
    scene.receive_media(T + 3 * SECOND)
    assert clock.press_start(scene.view, T + 4 * SECOND, scene.durations) is None
    assert clock.receive_media(scene.view, T + 4 * SECOND, REAL) is None
    assert scene.session.clock_started_ms == T + 3 * SECOND


@pytest.mark.rule("R41", "R42")
def test_nobody_starts_or_receives_before_the_answer() -> None:
    scene = Scene()
    scene.call(T)
    with pytest.raises(WrongState):
        clock.press_start(scene.view, T, scene.durations)
    with pytest.raises(WrongState):
        clock.receive_media(scene.view, T, REAL)


@pytest.mark.rule("R41", "R42")
def test_nobody_starts_or_receives_after_the_end() -> None:
    scene = Scene()
    scene.talk()
    scene.hang_up(PERFORMER, T + SECOND)
    with pytest.raises(SessionOver):
        clock.press_start(scene.view, T + 2 * SECOND, scene.durations)
    with pytest.raises(SessionOver):
        clock.receive_media(scene.view, T + 2 * SECOND, REAL)
    assert clock.count_text(scene.view, "late", T + 2 * SECOND, REAL) is None


@pytest.mark.rule("R51")
def test_a_text_session_knows_neither_start_nor_media() -> None:
    scene = Scene(Mode.TEXT)
    scene.call(T)
    scene.answer(T)
    with pytest.raises(WrongState):
        clock.press_start(scene.view, T, scene.durations)
    with pytest.raises(WrongState):
        clock.receive_media(scene.view, T, REAL)


@pytest.mark.rule("R51", "D20")
def test_a_text_clock_starts_at_the_customers_second_message() -> None:
    scene = Scene(Mode.TEXT)
    scene.call(T - 9 * SECOND)
    scene.answer(T - 8 * SECOND)
    first = scene.say("hello", T - 5 * SECOND)
    assert (first.event, first.session.clock_started_ms) == (Event.MARK, None)
    step = scene.say("and now", T)
    assert (step.event, scene.session.clock_started_ms) == (Event.CLOCK, T)


@pytest.mark.rule("D20")
def test_a_repeated_message_is_no_second_one() -> None:
    scene = Scene(Mode.TEXT)
    scene.call(T)
    scene.answer(T)
    scene.say("hello", T + 1)
    assert clock.count_text(scene.view, "hello", T + 2, REAL) is None


@pytest.mark.rule("D20")
def test_messages_before_the_answer_during_the_clock_or_in_a_video_call_count_for_nothing() -> None:
    scene = Scene(Mode.TEXT)
    scene.call(T)
    assert clock.count_text(scene.view, "early", T, REAL) is None
    scene = Scene(Mode.TEXT)
    scene.talk()
    assert clock.count_text(scene.view, "third", T + 1, REAL) is None
    scene = Scene(Mode.VIDEO)
    scene.call(T)
    scene.answer(T)
    assert clock.count_text(scene.view, "hello", T, REAL) is None


@pytest.mark.rule("D14", "R51")
def test_the_prepaid_block_of_a_text_session_is_earned_when_the_clock_starts() -> None:
    scene = Scene(Mode.TEXT)
    before = scene.available_minor
    scene.talk()
    assert scene.session.first_block is FirstBlock.PAID
    assert (scene.order.body.prepaid, scene.order.escrow_minor) == (Prepaid.USED, 0)
    assert scene.billed() == [(scene.session.id, 0)]
    assert scene.available_minor == before


@pytest.mark.rule("D14", "R44")
def test_the_prepaid_block_of_a_first_video_session_stays_held_while_it_can_be_void() -> None:
    scene = Scene()
    step = scene.talk()
    assert scene.session.first_block is FirstBlock.HELD
    assert (step.order, step.entry, scene.order.body.prepaid, scene.order.escrow_minor) == (
        None,
        None,
        Prepaid.HELD,
        PRICE,
    )


@pytest.mark.rule("R46", "D15")
def test_a_retry_after_the_right_was_spent_uses_the_prepaid_block_from_its_first_second() -> None:
    scene = Scene()
    scene.with_(leave_right=False)
    before = scene.available_minor
    scene.talk()
    assert scene.session.first_block is FirstBlock.PAID
    assert (scene.order.body.prepaid, scene.order.escrow_minor, scene.available_minor) == (Prepaid.USED, 0, before)
    assert scene.billed() == [(scene.session.id, 0)]


@pytest.mark.rule("R46", "R53", "D14")
@pytest.mark.parametrize("mode", list(Mode))
def test_a_later_session_takes_a_block_from_its_first_second(mode: Mode) -> None:
    scene = Scene(mode)
    scene.with_(prepaid=Prepaid.USED, escrow_minor=0)
    before = scene.available_minor
    step = scene.talk()
    assert scene.session.first_block is FirstBlock.PAID
    assert scene.available_minor == before - PRICE
    assert step.order is None
    assert step.entry is not None
    assert (step.entry.at_ms, step.entry.k) == (T, 0)


@pytest.mark.rule("R46", "D16")
def test_the_last_kopeck_starts_a_later_session() -> None:
    scene = Scene(available_minor=PRICE)
    scene.with_(prepaid=Prepaid.USED, escrow_minor=0)
    scene.talk()
    assert (scene.session.state, scene.available_minor) == (State.RUNNING, 0)


@pytest.mark.rule("R57", "D16", "D17")
@pytest.mark.parametrize("mode", list(Mode))
def test_a_clock_that_the_account_cannot_pay_ends_the_call_instead_of_running_on_credit(mode: Mode) -> None:
    scene = Scene(mode, available_minor=PRICE - 1)
    scene.with_(prepaid=Prepaid.USED, escrow_minor=0)
    step = scene.talk()
    assert (step.event, step.short, scene.session.reason) == (Event.END, True, Reason.INSUFFICIENT_FUNDS)
    assert (scene.session.ended_ms, scene.session.clock_started_ms, scene.journal) == (T, None, [])
    assert (scene.order.body.live, scene.busy) == (None, None)


def test_an_order_read_before_this_call_began_never_makes_its_clock_voidable() -> None:
    """The reads of one batch are not one moment: such a step pays, saves the order, and is refused by the order's version."""
    scene = Scene()
    stale = scene.order
    scene.call(T)
    scene.answer(T)
    scene.press_start(T)
    torn = View(scene.session, stale, scene.available_minor, scene.view.heard)
    step = clock.receive_media(torn, T + SECOND, REAL)
    assert step is not None
    assert step.order is not None
    assert step.session.first_block is not FirstBlock.HELD


def test_an_answer_that_is_hung_up_before_the_clock_costs_nothing_and_frees_everybody() -> None:
    scene = Scene()
    scene.call(T)
    scene.answer(T + SECOND)
    scene.hang_up(CUSTOMER, T + 2 * SECOND)
    assert (scene.session.reason, scene.session.ended_by) == (Reason.CUSTOMER_HANGUP, (CUSTOMER,))
    assert (scene.order.body.live, scene.busy, scene.journal, scene.order.body.leave_right) == (None, None, [], True)


def test_a_session_without_a_clock_has_no_boundary() -> None:
    scene = Scene()
    scene.call(T)
    with pytest.raises(WrongState):
        boundaries.boundary_ms(scene.session, 1, scene.durations)


def waiting_text() -> Scene:
    """A text call just answered, whose customer asks a question a minute and a half later; nothing more is heard from the performer."""
    scene = Scene(Mode.TEXT)
    scene.call(T - 2 * MINUTE)
    scene.answer(T - 90 * SECOND)
    scene.say("first", T - 80 * SECOND)
    return scene


@pytest.mark.rule("R51", "D14", "D18")
def test_no_clock_starts_against_a_performer_who_was_not_heard_from_for_a_minute() -> None:
    scene = waiting_text()
    step = scene.say("second", T)
    assert (step.event, scene.session.state, scene.session.marked) == (Event.MARK, State.ANSWERED, True)
    assert (scene.journal, scene.order.body.prepaid) == ([], Prepaid.HELD)
    scene.tick(T + 210 * SECOND)
    assert (scene.session.reason, scene.session.billed_blocks, scene.order.body.prepaid) == (
        Reason.NO_START,
        0,
        Prepaid.HELD,
    )


@pytest.mark.rule("R51", "D13", "D18")
def test_the_clock_that_waited_starts_when_the_missing_side_is_heard_from_and_is_dated_then() -> None:
    scene = waiting_text()
    scene.say("second", T)
    scene.do(clock.begin(scene.view, PERFORMER, T + 20 * SECOND, REAL))
    assert (scene.session.clock_started_ms, scene.session.first_block) == (T + 20 * SECOND, FirstBlock.PAID)


@pytest.mark.rule("R51", "D18")
def test_a_further_message_starts_the_clock_that_waited_once_the_performer_was_heard() -> None:
    scene = waiting_text()
    scene.say("second", T)
    assert clock.count_text(scene.view, "third", T + SECOND, REAL) is None
    scene.hear(PERFORMER, at_ms=T + 2 * SECOND)
    scene.say("fourth", T + 3 * SECOND)
    assert scene.session.clock_started_ms == T + 3 * SECOND


@pytest.mark.rule("D13", "D18")
def test_no_clock_starts_for_a_customer_who_was_not_heard_from_for_a_minute_before_the_start() -> None:
    scene = Scene()
    scene.call(T - 3 * MINUTE)
    scene.answer(T - 170 * SECOND)
    scene.receive_media(T - 61 * SECOND)
    assert scene.press_start(T).event is Event.MARK
    assert clock.begin(scene.view, PERFORMER, T + SECOND, REAL) is None
    scene.do(clock.begin(scene.view, CUSTOMER, T + 10 * SECOND, REAL))
    assert scene.session.clock_started_ms == T + 10 * SECOND


@pytest.mark.rule("D13")
def test_a_customer_who_stays_unheard_after_the_start_ends_it_as_no_media_for_free() -> None:
    scene = Scene()
    scene.call(T - 3 * MINUTE)
    scene.answer(T - 170 * SECOND)
    scene.receive_media(T - 61 * SECOND)
    scene.press_start(T)
    scene.tick(T + 30 * SECOND)
    assert (scene.session.reason, scene.journal) == (Reason.NO_MEDIA, [])


@pytest.mark.parametrize("side", list(Side))
def test_a_sign_of_life_starts_no_clock_that_waits_for_a_mark(side: Side) -> None:
    scene = Scene()
    scene.call(T - SECOND)
    scene.answer(T)
    scene.press_start(T + SECOND)
    assert clock.begin(scene.view, side, T + 2 * SECOND, REAL) is None
    scene.receive_media(T + 3 * SECOND)
    assert clock.begin(scene.view, side, T + 4 * SECOND, REAL) is None
