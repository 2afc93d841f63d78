"""Three answered calls a day may stay unpaid between two people: which ends count, when they are noted, who is warned (D13)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.availability import Status
from chalicelib.domain.connections import Connection
from chalicelib.domain.errors import FreeLimit, SessionOver
from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Reason, State
from chalicelib.domain.unpaid import UnpaidCalls
from chalicelib.services.calls.calls import Calls
from chalicelib.services.calls.unpaid import unpaid_ref
from chalicelib.services.changes import Insert, Save
from chalicelib.services.frames import SessionEnded
from tests.support.trade import MINUTE, PRICE, SECOND, Trade

DAY = 86_400_000


@pytest.fixture
def trade() -> Trade:
    return Trade()


@pytest.fixture
def text() -> Trade:
    return Trade(Mode.TEXT)


def noted(trade: Trade) -> tuple[str, ...]:
    found = trade.store.get(unpaid_ref(trade.order, trade.now_ms))
    return found.session_ids if found else ()


def note(trade: Trade, session_id: str) -> UnpaidCalls:
    """That another session was to end unpaid today."""
    customer_id, performer_id, day = unpaid_ref(trade.order, trade.now_ms).key
    return UnpaidCalls(customer_id, performer_id, day, (session_id,))


def left(trade: Trade) -> int:
    """What both sides read on the order's page."""
    (number,) = {trade.house.order_queries.one(user_id, trade.order_id).unpaid_left for user_id in ("cora", "pavel")}
    return number


def void(trade: Trade, by: Connection | None = None) -> None:
    trade.running()
    trade.forward(30 * SECOND)
    trade.house.calls.hang_up(by or trade.cora, trade.session_id)
    assert trade.session.reason is Reason.VOID
    trade.order_id = trade.buy()


def no_media(trade: Trade) -> None:
    trade.answered()
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    trade.forward(30 * SECOND)
    assert trade.wake().session.reason is Reason.NO_MEDIA


def hung_up_before_no_media(trade: Trade) -> None:
    trade.answered()
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    trade.forward(29 * SECOND)
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert trade.session.reason is Reason.CUSTOMER_HANGUP


def hung_up_at_once(trade: Trade) -> None:
    trade.answered()
    trade.house.calls.hang_up(trade.cora, trade.session_id)


def gone(trade: Trade) -> None:
    """The customer's page closes before the clock, and they come back with another one for the next call."""
    trade.answered()
    trade.house.sessions.disconnected(trade.cora)
    trade.forward(45 * SECOND)
    parties = trade.house.outbox.wakes[-1].parties
    trade.house.metering.give_up(trade.session_id, parties, trade.cora.id, trade.now_ms)
    assert (trade.session.reason, trade.session.ended_by) == (Reason.CONNECTION_LOST, (Side.CUSTOMER,))
    trade.cora = trade.page("cora", f"{trade.session_id}-cora")


def consult(trade: Trade) -> None:
    """One question, one answer."""
    trade.answered()
    trade.house.sessions.say(trade.cora.id, trade.session_id, "question", "A long one " * 300)
    trade.house.sessions.say(trade.pavel.id, trade.session_id, "answer", "A long one " * 300)


def asked_and_hung_up(trade: Trade) -> None:
    consult(trade)
    trade.house.calls.hang_up(trade.cora, trade.session_id)


def asked_and_waited(trade: Trade) -> None:
    consult(trade)
    trade.forward(5 * MINUTE)
    assert trade.wake().session.reason is Reason.NO_START


def refused(trade: Trade) -> None:
    trade.on_site()
    with pytest.raises(FreeLimit) as limit:
        trade.house.calls.start(trade.cora, trade.order_id)
    assert limit.value.facts == {"limit": 3}


VIDEO_ENDS = [void, no_media, hung_up_before_no_media, hung_up_at_once, gone]


@pytest.mark.rule("D13", "R44")
@pytest.mark.parametrize("end", VIDEO_ENDS, ids=lambda end: end.__name__)
def test_after_three_unpaid_calls_with_one_performer_the_day_is_over(
    trade: Trade, end: Callable[[Trade], None]
) -> None:
    for _ in range(3):
        end(trade)
    refused(trade)
    trade.forward(DAY)
    assert trade.ring()


@pytest.mark.rule("D13", "D20")
@pytest.mark.parametrize("end", [asked_and_hung_up, asked_and_waited], ids=lambda end: end.__name__)
def test_three_questions_a_day_are_answered_for_nothing_and_no_fourth(
    text: Trade, end: Callable[[Trade], None]
) -> None:
    for _ in range(3):
        end(text)
    refused(text)


@pytest.mark.rule("D13")
def test_unpaid_calls_of_all_kinds_and_orders_are_counted_together(trade: Trade) -> None:
    no_media(trade)
    hung_up_at_once(trade)
    trade.mode, trade.order_id = Mode.TEXT, trade.buy(mode=Mode.TEXT)
    asked_and_hung_up(trade)
    refused(trade)


@pytest.mark.rule("D13")
def test_the_unpaid_calls_with_one_performer_are_nothing_to_another(trade: Trade) -> None:
    for _ in range(3):
        hung_up_at_once(trade)
    trade.person("pia", status=Status.AVAILABLE)
    trade.page("pia", "pia-1")
    assert trade.house.calls.start(trade.cora, trade.buy(performer_id="pia"))


@pytest.mark.rule("D13", "D15")
def test_what_the_performer_ends_or_never_starts_does_not_count(trade: Trade) -> None:
    void(trade, trade.pavel)
    trade.answered()
    trade.house.calls.hang_up(trade.pavel, trade.session_id)
    trade.answered()
    trade.forward(5 * MINUTE)
    assert trade.wake().session.reason is Reason.NO_START
    trade.answered()
    trade.house.sessions.disconnected(trade.pavel)
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert (noted(trade), left(trade), trade.session.unpaid_left) == ((), 3, None)


@pytest.mark.rule("D13", "D20")
def test_in_text_nothing_counts_before_the_performers_first_message(text: Trade) -> None:
    text.answered()
    text.house.sessions.say(text.cora.id, text.session_id, "question", "Are you there?")
    text.house.calls.hang_up(text.cora, text.session_id)
    assert (noted(text), text.session.unpaid_left) == ((), None)


@pytest.mark.rule("D13")
def test_whoever_cannot_pay_when_the_clock_would_start_has_had_the_performer_for_nothing(trade: Trade) -> None:
    """Else an account that is emptied meanwhile would make the limit void."""
    trade.running()
    trade.until(2 * MINUTE)
    trade.wake()
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    trade.answered()
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    trade.store.commit(Save(replace(trade.account("cora"), available_minor=PRICE - 1)))
    trade.house.sessions.receive_media(trade.cora, trade.session_id)
    assert (trade.session.reason, trade.session.unpaid_left) == (Reason.INSUFFICIENT_FUNDS, 2)


@pytest.mark.rule("D13", "D15")
def test_a_second_message_that_overtakes_the_customers_hang_up_neither_costs_nor_hides_the_call(text: Trade) -> None:
    consult(text)
    received_ms = text.now_ms
    text.forward(SECOND)
    text.house.sessions.say(text.cora.id, text.session_id, "thanks", "Thank you")
    assert text.session.billed_blocks == 1
    text.house.calls.hang_up(text.cora, text.session_id, received_ms)
    assert (text.session.reason, text.session.billed_blocks) == (Reason.CUSTOMER_HANGUP, 0)
    assert text.session.unpaid_left == 2


# The warning


@pytest.mark.rule("D13")
def test_both_sides_are_told_how_many_more_there_may_be_as_it_ends_and_before_the_next(trade: Trade) -> None:
    for more in (2, 1, 0):
        trade.answered()
        trade.quiet()
        trade.house.calls.hang_up(trade.cora, trade.session_id)
        for page in (trade.cora, trade.pavel):
            assert trade.one(page, SessionEnded).unpaid_left == more
        assert left(trade) == more
    trade.forward(DAY)
    assert left(trade) == 3


@pytest.mark.rule("D13")
def test_the_end_of_a_paid_session_warns_nobody(trade: Trade) -> None:
    hung_up_at_once(trade)
    hung_up_at_once(trade)
    trade.running()
    trade.until(2 * MINUTE)
    trade.wake()
    trade.quiet()
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert trade.one(trade.cora, SessionEnded).unpaid_left is None
    assert left(trade) == 1


# Noted before it ends


@pytest.mark.rule("D13")
def test_an_unpaid_end_is_noted_once_however_often_it_is_tried(trade: Trade) -> None:
    trade.running()
    with trade.crashing():
        trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert (trade.session.state, noted(trade)) == (State.RUNNING, (trade.session_id,))
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert (trade.session.reason, noted(trade)) == (Reason.VOID, (trade.session_id,))


@pytest.mark.rule("D13")
def test_a_note_that_cannot_be_made_leaves_the_call_to_the_tick(trade: Trade) -> None:
    trade.answered()
    with trade.crashing("put_item"):
        trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert trade.session.state is State.ANSWERED
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    trade.forward(30 * SECOND)
    trade.tick()
    assert (trade.session.reason, noted(trade)) == (Reason.NO_MEDIA, (trade.session_id,))


@pytest.mark.rule("D13")
def test_two_unpaid_ends_at_once_are_both_noted(trade: Trade) -> None:
    trade.running()
    other = note(trade, "other")
    with trade.meanwhile("put_item", lambda: trade.store.commit(Insert(other))):
        trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert noted(trade) == ("other", trade.session_id)


@pytest.mark.rule("D13")
def test_a_note_that_loses_every_race_does_not_keep_the_session_from_ending(trade: Trade) -> None:
    trade.running()
    trade.store.commit(Insert(note(trade, "other")))
    others = unpaid_ref(trade.order, trade.now_ms)
    with trade.meanwhile("put_item", lambda: trade.store.commit(Save(trade.found(others))), times=8):
        trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert (trade.session.reason, trade.session.unpaid_left, noted(trade)) == (Reason.VOID, None, ("other",))


@pytest.mark.rule("D13")
def test_an_end_that_was_noted_but_never_came_to_be_does_not_count(trade: Trade) -> None:
    """The hang-up dies between its note and its end, and the minute goes by: the session is paid."""
    hung_up_at_once(trade)
    hung_up_at_once(trade)
    trade.running()
    with trade.crashing():
        trade.house.calls.hang_up(trade.cora, trade.session_id)
    trade.until(2 * MINUTE)
    trade.wake()
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert (len(noted(trade)), trade.session.billed_blocks, left(trade)) == (3, 1, 1)
    assert trade.ring()


# Several at once


@pytest.mark.rule("D13", "D6")
def test_a_call_that_rang_on_through_the_last_unpaid_one_is_not_answered(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung_up_at_once(trade)
    hung_up_at_once(trade)
    other = trade.house.calls.start(trade.cora, trade.buy(mode=Mode.TEXT)).session_id
    with monkeypatch.context() as missed:
        missed.setattr(Calls, "turn_away", lambda self, session_id, now_ms: None)
        hung_up_at_once(trade)
    with pytest.raises(SessionOver):
        trade.house.calls.answer(trade.pavel, other)
    trade.session_id = other
    assert (trade.session.reason, trade.session.answered_ms) == (Reason.ANSWERED_ELSEWHERE, None)
