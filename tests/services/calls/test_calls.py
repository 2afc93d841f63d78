"""Ringing: who may call whom, what every page hears of it, and that it costs nothing until it is answered (R36 to R40, D4, D6, D7)."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest

from chalicelib.domain.availability import Profile, Status
from chalicelib.domain.connections import Connection, Ringing
from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import (
    CallLive,
    Forbidden,
    InsufficientFunds,
    LimitReached,
    NotCallable,
    NotFound,
    SessionMoved,
    SessionOver,
    Unauthenticated,
    Unavailable,
    WrongState,
)
from chalicelib.domain.orders.consultation import CALLS_AT_MOST, ConsultationAct, Prepaid
from chalicelib.domain.parties import Side
from chalicelib.domain.people import User, blocked, signed_out
from chalicelib.domain.sessions import Heartbeat, Reason, Session, State
from chalicelib.handlers import jobs
from chalicelib.services.changes import Put, Ref, Remove, Save
from chalicelib.services.frames import CallAnswered, CallCount, CallEnded, CallIncoming, CallRinging, SessionResumed
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


# Ringing


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


OUTDONE = pytest.mark.parametrize("by", [signed_out, blocked], ids=["signed out everywhere", "blocked"])


@pytest.mark.rule("R37", "D28", "E16")
@OUTDONE
def test_a_line_that_its_users_sign_out_or_block_left_open_cannot_call(
    trade: Trade, by: Callable[[User], User]
) -> None:
    trade.outdo("cora", by)
    with pytest.raises(Unauthenticated) as refused:
        trade.house.calls.start(trade.cora, trade.order_id)
    assert refused.value.reason == "expired"
    assert trade.order.body.live is None


@pytest.mark.rule("E16")
def test_such_a_line_cannot_take_over_the_ringing_either(trade: Trade) -> None:
    trade.ring()
    trade.outdo("cora")
    other = trade.page("cora", "cora-2", epoch=1)
    with pytest.raises(Unauthenticated):
        trade.house.calls.start(trade.cora, trade.order_id)
    assert trade.house.calls.start(other, trade.order_id).session_id == trade.session_id


@pytest.mark.rule("R40", "D28", "E16")
@OUTDONE
def test_such_a_line_neither_acknowledges_nor_answers(trade: Trade, by: Callable[[User], User]) -> None:
    session_id = trade.house.calls.start(trade.cora, trade.order_id).session_id
    trade.outdo("pavel", by)
    for act in (trade.house.calls.acknowledge, trade.house.calls.answer):
        with pytest.raises(Unauthenticated):
            act(trade.pavel, session_id)
    trade.session_id = session_id
    assert (trade.session.state, trade.session.acked) == (State.RINGING, False)


@pytest.mark.rule("E16")
def test_an_answer_that_broke_off_is_not_completed_by_such_a_line(trade: Trade) -> None:
    trade.ring()
    with trade.crashing("put_item"):
        trade.house.calls.answer(trade.pavel, trade.session_id)
    assert trade.session.state is State.ANSWERED
    trade.outdo("pavel")
    with pytest.raises(Unauthenticated):
        trade.house.calls.answer(trade.pavel, trade.session_id)


@pytest.mark.rule("R58", "E16")
def test_such_a_line_may_still_give_up_and_hang_up(trade: Trade) -> None:
    """To end what runs on one's money is never refused."""
    trade.running()
    trade.outdo("cora")
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert trade.session.state is State.ENDED


@pytest.mark.rule("E16")
def test_to_look_at_who_calls_and_who_answers_costs_no_request_of_its_own(trade: Trade) -> None:
    read: list[tuple[str, int]] = []

    def watch(name: str, request: dict[str, Any]) -> None:
        if name in ("get_item", "batch_get_item"):
            keys = request.get("RequestItems", {})
            read.append((name, sum(len(part["Keys"]) for part in keys.values()) or 1))

    trade.house.dynamo.before = watch
    session_id = trade.house.calls.start(trade.cora, trade.order_id).session_id
    assert read == [("batch_get_item", 2), ("batch_get_item", 6), ("batch_get_item", 1)]
    read.clear()
    trade.house.calls.answer(trade.pavel, session_id)
    assert read[:3] == [("batch_get_item", 5), ("batch_get_item", 2), ("batch_get_item", 2)]
    assert trade.house.calls.ringing("pavel", trade.now_ms) == []


@pytest.mark.rule("D18", "E16")
def test_a_line_that_takes_a_side_is_found_by_a_sign_out_although_it_never_said_hello(trade: Trade) -> None:
    silent = Connection("silent", "cora", trade.now_ms, trade.now_ms + 7_800_000)
    trade.store.commit(Put(silent))
    trade.house.calls.start(silent, trade.order_id)
    trade.house.identity.sign_out_everywhere("cora")
    assert "silent" in trade.house.air.closed


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
