"""The tick finds every session that falls due, and repairs whatever a lost message, a crash or an outage has left (metering.md)."""

from dataclasses import replace

import pytest

from chalicelib.domain.sessions import Reason, Side, State
from chalicelib.services.changes import Ref
from chalicelib.services.ports import Parties, Undelivered, Wake
from chalicelib.services.ticking import MARK
from chalicelib.services.watermarks import Watermark
from tests.services.trade import BLOCK, MINUTE, PRICE, SECOND, Trade

PARTIES = Parties("cora", "pavel")


@pytest.fixture
def trade() -> Trade:
    return Trade()


@pytest.fixture
def paid(trade: Trade) -> Trade:
    """Running, past its first minute, and the tick is up to date."""
    trade.running()
    trade.until(MINUTE)
    trade.wake()
    trade.tick()
    trade.quiet()
    trade.house.outbox.wakes.clear()
    return trade


def ticks_until(trade: Trade, clock_ms: int) -> None:
    """A tick each minute, right at its start, until the clock shows this."""
    while (trade.now_ms // MINUTE + 1) * MINUTE <= trade.t0_ms + clock_ms:
        trade.house.hands.at_ms = (trade.now_ms // MINUTE + 1) * MINUTE
        trade.tick()
    trade.until(clock_ms)


def mark(trade: Trade) -> Watermark:
    found: Watermark = trade.found(MARK)
    return found


@pytest.mark.rule("R47", "D17")
def test_a_boundary_and_its_warning_are_handed_over_once_up_to_three_minutes_before(paid: Trade) -> None:
    ticks_until(paid, BLOCK - MINUTE)
    due = paid.t0_ms + BLOCK
    assert paid.house.outbox.wakes == [
        Wake(paid.session_id, PARTIES, due),
        Wake(paid.session_id, PARTIES, due - 2 * MINUTE, warn=True),
    ]


@pytest.mark.rule("R47")
def test_an_idle_session_costs_a_tick_nothing(paid: Trade) -> None:
    ticks_until(paid, 6 * MINUTE)
    paid.forward(MINUTE)
    before = paid.house.dynamo.counts.mark()
    assert paid.tick() == 0
    assert paid.house.dynamo.counts.since(before).requests == {"get_item": 1, "query": 2, "put_item": 1}


@pytest.mark.rule("R47")
def test_a_boundary_whose_wake_was_lost_is_debited_by_the_tick_that_looks_again(paid: Trade) -> None:
    ticks_until(paid, BLOCK - 40 * SECOND)
    paid.report()
    ticks_until(paid, BLOCK + MINUTE)
    assert paid.paid_blocks() == [0]
    ticks_until(paid, BLOCK + 2 * MINUTE)
    assert paid.paid_blocks() == [0, 1]
    assert paid.session.state is State.RUNNING


@pytest.mark.rule("D14")
def test_a_settlement_whose_wake_was_lost_is_made_by_the_tick(trade: Trade) -> None:
    trade.running()
    trade.tick()
    ticks_until(trade, 3 * MINUTE)
    assert trade.paid_blocks() == [0]


@pytest.mark.rule("D6", "D7", "D13")
def test_a_ringing_an_answer_and_a_pause_whose_wakes_were_lost_are_ended_by_the_tick(trade: Trade) -> None:
    trade.tick()
    trade.ring()
    trade.forward(4 * MINUTE)
    trade.tick()
    assert trade.session.reason is Reason.MISSED
    trade.answered()
    trade.forward(8 * MINUTE)
    trade.tick()
    assert (trade.session.reason, trade.account("pavel").busy) == (Reason.NO_START, None)
    trade.running()
    trade.house.metering.lose(trade.session_id, Side.PERFORMER, trade.pavel.id, trade.now_ms)
    trade.forward(4 * MINUTE)
    trade.tick()
    assert (trade.session.reason, trade.session.ended_by) == (Reason.VOID, (Side.PERFORMER,))
    assert trade.order.live is None


@pytest.mark.rule("R57")
def test_a_cut_that_broke_off_is_completed_by_the_tick() -> None:
    trade = Trade(blocks=0)
    trade.running()
    trade.tick()
    ticks_until(trade, BLOCK - 40 * SECOND)
    trade.report()
    trade.until(BLOCK)
    with trade.crashing(skip=1):
        trade.wake()
    assert trade.session.state is State.CLOSING
    ticks_until(trade, BLOCK + 3 * MINUTE)
    assert trade.session.reason is Reason.INSUFFICIENT_FUNDS


@pytest.mark.rule("R47")
def test_after_an_outage_of_more_than_a_block_everything_that_fell_due_is_debited_in_order(paid: Trade) -> None:
    paid.until(2 * BLOCK + 7 * MINUTE)
    paid.report()
    paid.tick()
    assert paid.paid_blocks() == [0, 1, 2]
    assert paid.session.state is State.RUNNING
    current = paid.now_ms // MINUTE
    assert (mark(paid).handed, mark(paid).audited) == (current + 3, current - 2)


@pytest.mark.rule("R47")
@pytest.mark.parametrize("minutes", range(1, 16))
def test_whenever_an_outage_ends_nothing_that_fell_due_is_forgotten(paid: Trade, minutes: int) -> None:
    paid.until(2 * BLOCK + minutes * MINUTE)
    paid.report()
    for _ in range(4):
        paid.tick()
        paid.forward(MINUTE)
    assert paid.paid_blocks()[:3] == [0, 1, 2]


@pytest.mark.rule("R47")
def test_a_late_tick_debits_by_itself_what_is_due_already(paid: Trade) -> None:
    paid.until(BLOCK - 40 * SECOND)
    paid.report()
    paid.until(BLOCK + 1)
    paid.tick()
    assert paid.paid_blocks() == [0, 1]


@pytest.mark.rule("R47")
def test_a_tick_that_has_spent_its_time_hands_the_rest_to_the_queue(paid: Trade) -> None:
    paid.until(BLOCK - 40 * SECOND)
    paid.report()
    paid.until(BLOCK + 1)
    hurried = replace(paid.house.ticking, spare_ms=-1)
    hurried.tick(paid.house.hands.now_ms)
    assert paid.paid_blocks() == [0]
    assert Wake(paid.session_id, PARTIES, paid.t0_ms + BLOCK) in paid.house.outbox.wakes


@pytest.mark.rule("R47")
def test_a_session_that_cannot_be_advanced_goes_to_the_queue_and_keeps_no_other_from_being_billed(paid: Trade) -> None:
    paid.until(BLOCK - 40 * SECOND)
    paid.report()
    paid.until(BLOCK + 1)
    account = paid.house.dynamo.item("market", "ACC#pavel", "ACC")
    assert account is not None
    paid.house.dynamo.delete_item(TableName="market", Key={"pk": account["pk"], "sk": account["sk"]})
    paid.tick()
    assert Wake(paid.session_id, PARTIES, paid.t0_ms + BLOCK) in paid.house.outbox.wakes
    assert mark(paid).handed == paid.now_ms // MINUTE + 3


@pytest.mark.rule("R47")
def test_overlapping_ticks_debit_once_and_the_slower_one_leaves_the_mark_alone(paid: Trade) -> None:
    paid.until(BLOCK - 40 * SECOND)
    paid.report()
    paid.until(BLOCK + 1)
    with paid.meanwhile("put_item", paid.tick):
        paid.tick()
    assert paid.account("cora").available_minor == 9 * PRICE
    assert mark(paid).handed == paid.now_ms // MINUTE + 3


def test_a_second_tick_in_the_same_minute_has_nothing_to_do(paid: Trade) -> None:
    ticks_until(paid, BLOCK - MINUTE)
    before = paid.house.dynamo.counts.mark()
    assert paid.tick() == 0
    assert paid.house.dynamo.counts.since(before).requests == {"get_item": 1}


@pytest.mark.rule("R47")
def test_with_the_queue_down_the_mark_stays_and_the_next_tick_does_it_again(
    paid: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks_until(paid, BLOCK - 4 * MINUTE)
    before = mark(paid)

    def refuse(wakes: list[Wake], now_ms: int) -> None:
        raise Undelivered("all")

    with monkeypatch.context() as down:
        down.setattr(paid.house.wakes, "send", refuse)
        paid.forward(2 * MINUTE)
        with pytest.raises(Undelivered):
            paid.tick()
    assert mark(paid) == before
    paid.tick()
    assert Wake(paid.session_id, PARTIES, paid.t0_ms + BLOCK) in paid.house.outbox.wakes


@pytest.mark.rule("D17")
def test_a_warning_whose_time_is_past_is_handed_over_for_now(paid: Trade) -> None:
    ticks_until(paid, 5 * MINUTE)
    paid.until(BLOCK - MINUTE)
    paid.tick()
    assert Wake(paid.session_id, PARTIES, paid.now_ms, warn=True) in paid.house.outbox.wakes


def test_the_first_tick_of_all_starts_its_audit_just_below_its_range(trade: Trade) -> None:
    assert trade.store.get(Ref(Watermark, "0")) is None
    trade.tick()
    current = trade.now_ms // MINUTE
    assert (mark(trade).handed, mark(trade).audited) == (current + 3, current - 2)


def test_an_index_that_still_lists_a_session_that_is_gone_troubles_no_tick(paid: Trade) -> None:
    ticks_until(paid, BLOCK + MINUTE)
    key = {"pk": {"S": f"ORD#{paid.order_id}"}, "sk": {"S": f"SES#{paid.session_id}"}}
    paid.house.dynamo.gsi_lag = lambda: True
    paid.house.dynamo.delete_item(TableName="market", Key=key)
    paid.forward(2 * MINUTE)
    assert paid.tick() == 0


def test_a_deadline_that_lies_beyond_this_tick_of_its_bucket_is_left_to_its_own(trade: Trade) -> None:
    trade.answered()
    trade.tick()
    trade.house.outbox.wakes.clear()
    deadline_ms = trade.session.deadline_ms
    wakes = trade.house.ticking._look_ahead([deadline_ms // MINUTE - 15], trade.now_ms)
    assert wakes == []
    assert trade.house.ticking._look_ahead([deadline_ms // MINUTE], trade.now_ms) == [
        Wake(trade.session_id, PARTIES, deadline_ms)
    ]
