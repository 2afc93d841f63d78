"""The tick finds every session that falls due, and repairs whatever a lost message, a crash or an outage has left (docs/adr/0004)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.billing import boundaries
from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import FirstBlock, Reason, Session, State
from chalicelib.services.calls import ticking
from chalicelib.services.calls.ticking import AHEAD
from chalicelib.services.calls.watermarks import MARK, Watermark
from chalicelib.services.changes import Insert, Put, Ref
from chalicelib.services.ports import Parties, Undelivered, Wake
from tests.support.trade import BLOCK, MINUTE, PRICE, SECOND, Crash, Trade

PARTIES = Parties("cora", "pavel")
CYCLE = 15


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
    while (trade.now_ms // MINUTE + 1) * MINUTE <= trade.clock_started_ms + clock_ms:
        trade.house.hands.at_ms = (trade.now_ms // MINUTE + 1) * MINUTE
        trade.tick()
    trade.until(clock_ms)


def crowd(trade: Trade, each: int, minutes: Sequence[int] = range(CYCLE)) -> dict[int, list[str]]:
    """Sessions of other people that began in these minutes of the present cycle, so many in each; answers their ids by minute."""
    made: dict[int, list[str]] = {}
    for minute in minutes:
        for n in range(each):
            order_id = f"s{minute:02d}{n:023d}"
            began_ms = trade.now_ms // MINUTE * MINUTE + (minute - CYCLE) * MINUTE + n * SECOND
            session = Session(
                id=f"{order_id}-0001",
                order_id=order_id,
                customer_id="cora",
                performer_id="pavel",
                mode=trade.mode,
                price_minor=PRICE,
                commission_bps=1500,
                state=State.RUNNING,
                called_ms=began_ms,
                deadline_ms=began_ms,
                clock_started_ms=began_ms,
                first_block=FirstBlock.PAID,
            )
            trade.store.commit(Insert(session))
            made.setdefault(minute, []).append(session.id)
    return made


def woken(trade: Trade, *, warn: bool = False) -> list[str]:
    """Whom the queue was told to look at, in order."""
    return [wake.session_id for wake in trade.house.outbox.wakes if wake.warn is warn]


def mark(trade: Trade) -> Watermark:
    found: Watermark = trade.found(MARK)
    return found


@pytest.mark.rule("R47", "D17")
def test_a_boundary_and_its_warning_are_handed_over_once_up_to_three_minutes_before(paid: Trade) -> None:
    ticks_until(paid, BLOCK - MINUTE)
    due = paid.clock_started_ms + BLOCK
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
    assert trade.order.body.live is None


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
    assert (mark(paid).dispatched_to, mark(paid).verified_to) == (current + 3, current - 2)


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
def test_a_tick_that_has_spent_its_time_for_debits_hands_the_rest_to_the_queue(
    paid: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid.until(BLOCK - 40 * SECOND)
    paid.report()
    paid.until(BLOCK + 1)
    monkeypatch.setattr(ticking, "DEBITS", 0)
    paid.tick()
    assert paid.paid_blocks() == [0]
    assert Wake(paid.session_id, PARTIES, paid.clock_started_ms + BLOCK) in paid.house.outbox.wakes


@pytest.mark.rule("R47")
def test_a_session_that_cannot_be_advanced_goes_to_the_queue_and_keeps_no_other_from_being_billed(paid: Trade) -> None:
    paid.until(BLOCK - 40 * SECOND)
    paid.report()
    paid.until(BLOCK + 1)
    account = paid.house.dynamo.item("market", "ACC#pavel", "ACC")
    assert account is not None
    paid.house.dynamo.delete_item(TableName="market", Key={"pk": account["pk"], "sk": account["sk"]})
    paid.tick()
    assert Wake(paid.session_id, PARTIES, paid.clock_started_ms + BLOCK) in paid.house.outbox.wakes
    assert mark(paid).dispatched_to == paid.now_ms // MINUTE + 3


@pytest.mark.rule("R47")
def test_overlapping_ticks_debit_once_and_the_slower_one_leaves_the_mark_alone(paid: Trade) -> None:
    paid.until(BLOCK - 40 * SECOND)
    paid.report()
    paid.until(BLOCK + 1)
    with paid.meanwhile("put_item", paid.tick):
        paid.tick()
    assert paid.account("cora").available_minor == 9 * PRICE
    assert mark(paid).dispatched_to == paid.now_ms // MINUTE + 3


def test_a_second_tick_in_the_same_minute_has_nothing_to_do(paid: Trade) -> None:
    ticks_until(paid, BLOCK - MINUTE)
    before = paid.house.dynamo.counts.mark()
    assert paid.tick() == 0
    assert paid.house.dynamo.counts.since(before).requests == {"get_item": 1}


@pytest.mark.rule("R47")
def test_with_the_queue_down_the_mark_stays_before_what_was_refused_and_the_next_tick_does_it_again(
    paid: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks_until(paid, BLOCK - 4 * MINUTE)
    due = paid.clock_started_ms + BLOCK
    with monkeypatch.context() as down:
        down.setattr(paid.house.wakes, "send", refuse)
        paid.forward(2 * MINUTE)
        with pytest.raises(Undelivered):
            paid.tick()
    assert mark(paid).dispatched_to == due // MINUTE - 1
    assert mark(paid).verified_to == paid.now_ms // MINUTE - 2
    paid.tick()
    assert Wake(paid.session_id, PARTIES, due) in paid.house.outbox.wakes


@pytest.mark.rule("R47")
def test_with_the_queue_down_a_boundary_is_debited_by_the_tick_that_follows_it(
    paid: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks_until(paid, BLOCK - 4 * MINUTE)
    monkeypatch.setattr(paid.house.wakes, "send", refuse)
    monkeypatch.setattr(ticking, "DEBITS", 0)
    paid.until(BLOCK - 40 * SECOND)
    paid.report()
    while paid.now_ms < paid.clock_started_ms + BLOCK:
        paid.house.hands.at_ms = (paid.now_ms // MINUTE + 1) * MINUTE
        try:
            paid.tick()
        except Undelivered:
            continue
    assert paid.now_ms < paid.clock_started_ms + BLOCK + MINUTE
    assert paid.paid_blocks() == [0, 1]


@pytest.mark.rule("R47")
def test_with_a_bucket_of_the_future_out_of_reach_what_is_due_is_debited_all_the_same(
    paid: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks_until(paid, BLOCK - 40 * SECOND)
    paid.report()
    paid.forward(3 * MINUTE)
    honest, ahead = type(paid.store).due_in, boundaries.due_minute(paid.now_ms + MINUTE, REAL)

    def throttled(self: Any, due_minute: str, **asked: Any) -> Any:
        if due_minute == ahead:
            raise Unavailable
        return honest(self, due_minute, **asked)

    monkeypatch.setattr(type(paid.store), "due_in", throttled)
    with pytest.raises(Unavailable):
        paid.tick()
    assert paid.paid_blocks() == [0, 1]


def refuse(wakes: Sequence[Wake], now_ms: int) -> None:
    """A queue that takes nothing."""
    raise Undelivered("all")


# Many sessions, and little time


@pytest.mark.rule("R47", "D30")
def test_ticks_that_die_again_and_again_get_through_a_backlog_all_the_same(
    paid: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticking, "DEBITS", 0)
    made = crowd(paid, each=4)
    paid.forward(60 * MINUTE)
    everybody = {ident for idents in made.values() for ident in idents}
    for _ in range(30):
        left = [12]

        def strike(name: str, request: object, left: list[int] = left) -> None:
            left[0] -= 1
            if not left[0]:
                raise Crash

        paid.house.dynamo.before = strike
        try:
            paid.tick()
        except Crash:
            paid.forward(MINUTE)
            continue
        finally:
            paid.house.dynamo.before = None
        break
    assert everybody <= set(woken(paid))
    assert (mark(paid).dispatched_to, mark(paid).verified_to) == (paid.now_ms // MINUTE + 3, paid.now_ms // MINUTE - 2)


@pytest.mark.rule("R47", "D30")
def test_what_falls_due_soon_is_handed_over_before_an_hour_of_backlog_and_that_oldest_first(
    paid: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticking, "DEBITS", 0)
    made = crowd(paid, each=2)
    paid.forward(60 * MINUTE)
    paid.house.outbox.wakes.clear()
    paid.tick()
    in_order = [ident for ident in woken(paid) if ident != paid.session_id]
    ahead = [ident for minute in (CYCLE - 1, *range(AHEAD + 1)) for ident in made[minute]]
    behind = [ident for minute in (CYCLE - 1, *range(CYCLE - 1)) for ident in made[minute]]
    assert in_order == ahead + behind
    warned = {ident for minute in range(1, AHEAD + 1) for ident in made[minute]}
    assert set(woken(paid, warn=True)) - {paid.session_id} == warned


@pytest.mark.rule("R47", "D30")
def test_a_tick_whose_time_is_up_stops_within_a_bucket_and_the_next_goes_on_from_there(
    paid: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticking, "PAGE", 2)
    made = crowd(paid, each=5, minutes=[3, 9])
    minute = paid.now_ms // MINUTE
    paid.forward(60 * MINUTE)
    paid.house.outbox.wakes.clear()
    for share in ("LOOK_AHEAD", "WHOLE", "DEBITS"):
        monkeypatch.setattr(ticking, share, 0)
    seen = []
    for _ in range(40):
        paid.tick()
        seen.append((mark(paid).dispatched_to - minute, mark(paid).dispatched_page))
    assert seen[:8] == [
        (59, None),
        (60, None),
        (61, None),
        (62, None),
        (62, made[3][1]),
        (62, made[3][3]),
        (63, None),
        (63, None),
    ]
    assert mark(paid).verified_to == paid.now_ms // MINUTE - 2
    others = [ident for ident in woken(paid) if ident != paid.session_id]
    assert sorted(others) == sorted(made[3] + made[3] + made[9])


@pytest.mark.rule("R47", "D30")
def test_a_bucket_of_several_pages_is_handed_over_whole(paid: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticking, "PAGE", 2)
    made = crowd(paid, each=6, minutes=[AHEAD + 1])
    paid.forward(MINUTE)
    paid.tick()
    assert woken(paid) == made[AHEAD + 1]


@pytest.mark.rule("R47", "D30")
def test_of_two_ticks_at_once_the_one_that_is_overtaken_leaves_the_rest_to_the_other(
    paid: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticking, "DEBITS", 0)
    made = crowd(paid, each=1)
    paid.forward(60 * MINUTE)
    paid.house.outbox.wakes.clear()
    with paid.meanwhile("put_item", paid.tick):
        assert paid.tick() == 0
    dispatched_to = [ident for ident in woken(paid) if ident != paid.session_id]
    assert dispatched_to[: 2 * CYCLE // 2].count(made[CYCLE - 1][0]) == 3
    assert {ident for idents in made.values() for ident in idents} == set(dispatched_to)


@pytest.mark.rule("R47")
def test_a_tick_that_dies_after_it_handed_something_over_hands_it_over_again(paid: Trade) -> None:
    ticks_until(paid, BLOCK - 4 * MINUTE)
    paid.forward(MINUTE)
    with paid.crashing("put_item"):
        paid.tick()
    paid.tick()
    assert woken(paid) == [paid.session_id] * 2


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
    assert (mark(trade).dispatched_to, mark(trade).verified_to) == (current + 3, current - 2)


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
    deadline_ms = trade.session.deadline_ms
    for early_ms, wakes in ((15 * MINUTE, []), (0, [Wake(trade.session_id, PARTIES, deadline_ms)])):
        trade.store.commit(Put(replace(mark(trade), dispatched_to=(deadline_ms - early_ms) // MINUTE - 1)))
        trade.house.hands.at_ms = deadline_ms // MINUTE * MINUTE - early_ms
        trade.house.outbox.wakes.clear()
        trade.tick()
        assert trade.house.outbox.wakes == wakes
