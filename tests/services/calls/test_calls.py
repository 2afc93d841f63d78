"""Who may call whom, and one call an order (R36, R37, R20 to R24, D4, D6)."""

from dataclasses import replace

import pytest

from chalicelib.domain.availability import Profile, Status
from chalicelib.domain.connections import Ringing
from chalicelib.domain.errors import (
    CallLive,
    Forbidden,
    InsufficientFunds,
    LimitReached,
    NotCallable,
    NotFound,
    SessionMoved,
    SessionOver,
    Unavailable,
    WrongState,
)
from chalicelib.domain.orders.consultation import CALLS_AT_MOST, ConsultationAct, Prepaid
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Heartbeat, Reason, State
from chalicelib.services.changes import Put, Ref, Remove, Save
from chalicelib.services.frames import CallCount, CallIncoming, CallRinging
from chalicelib.services.ports import Parties, Undelivered, Wake
from tests.support.orders import changed, end_order
from tests.support.trade import MINUTE, PRICE, SECOND, Trade


@pytest.fixture
def trade() -> Trade:
    return Trade()


# Who may call


@pytest.mark.rule("R36", "R37", "R39")
def test_the_customer_of_an_open_order_calls_and_waits_for_an_answer(trade: Trade) -> None:
    answer = trade.house.calls.start(trade.cora, trade.order_id)
    assert answer == CallRinging(f"{trade.order_id}-0001", trade.now_ms + MINUTE)
    trade.session_id = answer.session_id
    assert trade.session.state is State.RINGING
    assert trade.order.body.live == answer.session_id


@pytest.mark.rule("R36")
def test_nobody_is_rung_for_ever_on_one_order(trade: Trade) -> None:
    trade.store.commit(Save(changed(trade.order, calls=CALLS_AT_MOST - 1)))
    trade.session_id = trade.house.calls.start(trade.cora, trade.order_id).session_id
    trade.house.calls.give_up(trade.cora, trade.session_id)
    with pytest.raises(LimitReached) as refused:
        trade.house.calls.start(trade.cora, trade.order_id)
    assert refused.value.facts == {"what": "calls", "limit": CALLS_AT_MOST}
    assert trade.order.body.calls == CALLS_AT_MOST


@pytest.mark.rule("R37")
def test_only_the_customer_calls(trade: Trade) -> None:
    with pytest.raises(Forbidden):
        trade.house.calls.start(trade.pavel, trade.order_id)


@pytest.mark.rule("R36")
def test_an_order_of_others_and_an_order_that_is_not_there_are_the_same_to_a_stranger(trade: Trade) -> None:
    trade.person("eve")
    eve = trade.page("eve", "eve-1")
    for order_id in (trade.order_id, "x" * 26):
        with pytest.raises(NotFound):
            trade.house.calls.start(eve, order_id)


@pytest.mark.rule("R36", "D8")
def test_a_cancelled_order_cannot_be_called_on(trade: Trade) -> None:
    trade.store.commit(Save(end_order(trade.order, ConsultationAct.CANCEL, key="k", now_ms=trade.now_ms)))
    with pytest.raises(WrongState):
        trade.house.calls.start(trade.cora, trade.order_id)


@pytest.mark.rule("D27")
def test_while_an_order_is_disputed_nobody_calls_on_it_and_calls_on_others_go_on(trade: Trade) -> None:
    trade.store.commit(Save(replace(trade.order, dispute="d1")))
    with pytest.raises(WrongState) as refused:
        trade.house.calls.start(trade.cora, trade.order_id)
    assert refused.value.state == "disputed"
    seen = trade.house.order_queries.one("cora", trade.order_id)
    assert seen.uncallable == "order"
    trade.ring(trade.buy())


@pytest.mark.rule("R23", "D4")
@pytest.mark.parametrize("status", [Status.BUSY, Status.UNDEFINED])
def test_the_server_refuses_a_call_to_a_performer_who_is_busy_or_of_no_status(trade: Trade, status: Status) -> None:
    trade.set_status(status)
    with pytest.raises(NotCallable) as refused:
        trade.house.calls.start(trade.cora, trade.order_id)
    assert refused.value.facts == {"reason": "status"}


@pytest.mark.rule("R20", "R21", "D4")
@pytest.mark.parametrize(("status", "silent"), [(Status.AVAILABLE, False), (Status.AWAY, True)])
def test_the_call_sounds_when_the_performer_is_available_and_is_silent_when_away(
    trade: Trade, status: Status, silent: bool
) -> None:
    trade.set_status(status)
    trade.house.calls.start(trade.cora, trade.order_id)
    incoming, count = trade.frames(trade.pavel)
    assert incoming == CallIncoming(
        f"{trade.order_id}-0001", trade.order_id, {"en": "Advice"}, trade.mode, "Cora", silent, trade.now_ms + MINUTE
    )
    assert count == CallCount(1)


@pytest.mark.rule("R24", "D7")
def test_a_performer_whose_pages_were_not_heard_for_90_seconds_is_not_on_the_site(trade: Trade) -> None:
    trade.forward(90 * SECOND)
    trade.house.calls.start(trade.cora, trade.order_id)
    trade.house.calls.hang_up(trade.cora, f"{trade.order_id}-0001")
    trade.forward(1)
    with pytest.raises(NotCallable) as refused:
        trade.house.calls.start(trade.cora, trade.order_id)
    assert refused.value.facts == {"reason": "not_on_site"}


@pytest.mark.rule("R24", "D7")
def test_a_performer_who_closed_the_last_page_is_not_on_the_site(trade: Trade) -> None:
    trade.house.connections.close(trade.pavel)
    with pytest.raises(NotCallable):
        trade.house.calls.start(trade.cora, trade.order_id)


@pytest.mark.rule("D4", "R23")
def test_a_performer_in_a_session_is_busy_to_all_others(trade: Trade) -> None:
    trade.answered()
    trade.person("dan", available_minor=PRICE)
    order_id = trade.buy("dan")
    with pytest.raises(NotCallable) as refused:
        trade.house.calls.start(trade.page("dan", "dan-1"), order_id)
    assert refused.value.facts == {"reason": "busy"}


@pytest.mark.rule("D17", "R27")
def test_a_call_without_a_block_at_hand_is_refused_with_exactly_what_is_missing(trade: Trade) -> None:
    trade.running()
    trade.until(2 * MINUTE)
    trade.wake()
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert trade.order.body.prepaid is Prepaid.USED
    cora = trade.account("cora")
    trade.store.commit(Save(replace(cora, available_minor=PRICE - 1)))
    trade.on_site()
    with pytest.raises(InsufficientFunds) as refused:
        trade.house.calls.start(trade.cora, trade.order_id)
    assert refused.value.facts == {"missing_minor": 1}


@pytest.mark.rule("D17", "R36")
def test_the_block_that_was_paid_with_the_order_is_enough_to_call(trade: Trade) -> None:
    trade.store.commit(Save(replace(trade.account("cora"), available_minor=0)))
    assert trade.ring()


def test_a_call_to_somebody_without_a_profile_names_what_is_not_there(trade: Trade) -> None:
    trade.store.commit(Remove(trade.found(Ref(Profile, "pavel"))))
    with pytest.raises(NotFound):
        trade.house.calls.start(trade.cora, trade.order_id)


# One call an order


@pytest.mark.rule("D6", "D8")
def test_calling_again_while_it_rings_takes_the_ringing_to_the_new_tab(trade: Trade) -> None:
    first = trade.ring()
    other = trade.page("cora", "cora-2")
    trade.quiet()
    assert trade.house.calls.start(other, trade.order_id).session_id == first
    assert trade.told(trade.cora) == ["session.moved"]
    trade.house.calls.answer(trade.pavel, first)
    assert "call.answered" in trade.told(other)


@pytest.mark.rule("D6")
def test_a_repeat_from_the_same_tab_finds_the_same_ringing(trade: Trade) -> None:
    first = trade.ring()
    trade.quiet()
    assert trade.house.calls.start(trade.cora, trade.order_id).session_id == first
    assert trade.told(trade.cora) == []
    assert trade.order.body.calls == 1


@pytest.mark.rule("D8")
def test_a_second_call_while_the_first_is_answered_is_refused_with_the_live_one(trade: Trade) -> None:
    trade.answered()
    with pytest.raises(CallLive) as refused:
        trade.house.calls.start(trade.cora, trade.order_id)
    assert refused.value.facts == {"session_id": trade.session_id}


@pytest.mark.rule("D6")
def test_a_repeat_that_comes_when_the_ringing_is_over_learns_how_it_ended(trade: Trade) -> None:
    trade.ring()
    trade.forward(MINUTE)
    with pytest.raises(SessionOver) as refused:
        trade.house.calls.start(trade.cora, trade.order_id)
    assert refused.value.facts == {"reason": Reason.MISSED}
    assert trade.ring() == f"{trade.order_id}-0002"


@pytest.mark.rule("D8")
def test_two_tabs_that_call_at_once_make_one_call(trade: Trade) -> None:
    other = trade.page("cora", "cora-2")
    with trade.meanwhile("transact_write_items", lambda: trade.house.calls.start(other, trade.order_id)):
        ringing = trade.house.calls.start(trade.cora, trade.order_id)
    assert ringing.session_id == f"{trade.order_id}-0001"
    assert trade.order.body.calls == 1


@pytest.mark.rule("D8")
def test_a_call_that_meets_a_cancellation_is_to_be_tried_again_and_then_refused(trade: Trade) -> None:
    def cancel() -> None:
        trade.store.commit(Save(end_order(trade.order, ConsultationAct.CANCEL, key="k", now_ms=trade.now_ms)))

    with trade.meanwhile("transact_write_items", cancel), pytest.raises(Unavailable):
        trade.house.calls.start(trade.cora, trade.order_id)
    with pytest.raises(WrongState):
        trade.house.calls.start(trade.cora, trade.order_id)


@pytest.mark.rule("D18")
def test_a_tab_that_took_the_ringing_over_keeps_it_from_the_one_that_is_still_calling(trade: Trade) -> None:
    other = trade.page("cora", "cora-2")
    with (
        trade.meanwhile("put_item", lambda: trade.house.calls.start(other, trade.order_id), skip=1),
        pytest.raises(SessionMoved),
    ):
        trade.house.calls.start(trade.cora, trade.order_id)
    trade.session_id = f"{trade.order_id}-0001"
    assert trade.found(Ref(Heartbeat, trade.session_id, Side.CUSTOMER)).connection_id == other.id
    assert "call.incoming" in trade.told(trade.pavel)


@pytest.mark.rule("D6")
def test_a_repeat_that_meets_the_answer_is_told_of_the_live_call(trade: Trade) -> None:
    trade.ring()
    with (
        trade.meanwhile("transact_write_items", lambda: trade.house.calls.answer(trade.pavel, trade.session_id)),
        pytest.raises(CallLive),
    ):
        trade.house.calls.start(trade.page("cora", "cora-2"), trade.order_id)


@pytest.mark.rule("D6")
def test_a_repeat_whose_side_is_held_fast_by_others_is_to_be_sent_again(trade: Trade) -> None:
    trade.ring()

    def touched() -> None:
        trade.store.commit(Save(trade.found(Ref(Heartbeat, trade.session_id, Side.CUSTOMER))))

    with trade.meanwhile("transact_write_items", touched, times=8), pytest.raises(Unavailable):
        trade.house.calls.start(trade.cora, trade.order_id)


def test_a_call_is_made_also_when_the_queue_takes_no_wakes(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(wakes: list[Wake], now_ms: int) -> None:
        raise Undelivered("all")

    monkeypatch.setattr(trade.house.wakes, "send", refuse)
    trade.ring()
    trade.house.calls.answer(trade.pavel, trade.session_id)
    assert trade.session.state is State.ANSWERED


def test_the_two_ends_of_the_ringing_are_handed_to_the_queue(trade: Trade) -> None:
    trade.house.calls.start(trade.cora, trade.order_id)
    at = [trade.now_ms + 5 * SECOND, trade.now_ms + MINUTE]
    assert trade.house.outbox.wakes == [Wake(f"{trade.order_id}-0001", Parties("cora", "pavel"), at_ms) for at_ms in at]


# Hints


def test_a_hint_of_a_ringing_that_never_was_rings_nowhere(trade: Trade) -> None:
    trade.store.commit(
        Put(Ringing("pavel", f"{trade.order_id}-0009", trade.now_ms + MINUTE, trade.now_ms + 2 * MINUTE))
    )
    assert trade.house.calls.ringing("pavel", trade.now_ms) == []


def test_a_caller_without_a_profile_is_announced_without_a_name(trade: Trade) -> None:
    trade.store.commit(Remove(trade.found(Ref(Profile, "cora"))))
    trade.ring()
    assert trade.one(trade.pavel, CallIncoming).caller == ""
    trade.house.calls.ring_again(trade.pavel, trade.now_ms)
    assert trade.one(trade.pavel, CallIncoming).caller == ""


def test_a_ringing_whose_order_is_gone_is_not_announced_again(trade: Trade) -> None:
    trade.ring()
    trade.store.commit(Remove(trade.order))
    trade.quiet()
    trade.house.calls.ring_again(trade.pavel, trade.now_ms)
    assert trade.told(trade.pavel) == ["call.count"]
