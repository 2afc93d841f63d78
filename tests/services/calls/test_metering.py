"""Paid time from boundary to boundary: each block once, whoever looks at it, whatever crashes (R44 to R58, D13 to D19)."""

import pytest

from chalicelib.billing import ends
from chalicelib.domain.accounts import Account
from chalicelib.domain.errors import NotFound, Unavailable
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import FirstBlock, Reason, State
from chalicelib.services.calls.metering import changes
from chalicelib.services.changes import AccountChange, Record, Ref, Save
from chalicelib.services.frames import (
    Balance,
    SessionCharged,
    SessionEnded,
    SessionInterrupted,
)
from chalicelib.services.ports import Parties, Undelivered, Wake
from chalicelib.services.retrying import TRIES
from chalicelib.storage.store import ATTEMPTS
from tests.support.trade import BLOCK, COMMISSION, MINUTE, PRICE, SECOND, SHARE, Trade


@pytest.fixture
def trade() -> Trade:
    return Trade()


@pytest.fixture
def paid(trade: Trade) -> Trade:
    """Running, and past the minute in which it could be void."""
    trade.running()
    trade.until(MINUTE)
    trade.wake()
    trade.quiet()
    return trade


# The first block


@pytest.mark.rule("R44", "R45", "D15")
@pytest.mark.parametrize(("who", "right"), [("cora", False), ("pavel", True)])
def test_a_first_video_session_left_within_its_minute_is_void_and_only_the_customers_leaving_spends_the_right(
    trade: Trade, who: str, right: bool
) -> None:
    trade.running()
    trade.until(MINUTE - 1)
    trade.house.calls.hang_up(getattr(trade, who), trade.session_id)
    assert (trade.session.reason, trade.session.billed_blocks) == (Reason.VOID, 0)
    assert (trade.order.body.prepaid, trade.order.escrow_minor, trade.order.body.leave_right) == (
        Prepaid.HELD,
        PRICE,
        right,
    )
    assert trade.account("pavel").available_minor == 0


@pytest.mark.rule("R44", "D14", "D15")
def test_at_60_seconds_the_prepaid_block_goes_to_the_performer_and_both_sides_are_told(trade: Trade) -> None:
    trade.running()
    trade.quiet()
    trade.until(MINUTE)
    trade.wake()
    assert (trade.session.first_block, trade.paid_blocks()) == (FirstBlock.SETTLED, [0])
    assert (trade.account("pavel").available_minor, trade.account("pavel").fee_minor) == (SHARE, COMMISSION)
    assert trade.one(trade.cora, SessionCharged).amount_minor == 0
    charged = trade.one(trade.pavel, SessionCharged)
    assert (charged.amount_minor, charged.block, charged.balance_minor) == (SHARE, 0, SHARE)


@pytest.mark.rule("R44", "D15")
def test_a_hang_up_at_60_seconds_settles_first(trade: Trade) -> None:
    trade.running()
    trade.until(MINUTE)
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert (trade.session.reason, trade.session.billed_blocks) == (Reason.CUSTOMER_HANGUP, 1)
    assert trade.session.ended_ms == trade.clock_started_ms + MINUTE


# Boundaries


@pytest.mark.rule("R47", "R53", "R54", "D14")
def test_each_following_15_minutes_take_a_block_from_the_customer_and_give_it_less_commission(paid: Trade) -> None:
    for k in (1, 2, 3):
        paid.boundary(k)
        assert paid.paid_blocks() == list(range(k + 1))
        assert paid.account("cora").available_minor == (10 - k) * PRICE
        assert paid.account("pavel").available_minor == (k + 1) * SHARE
        assert paid.account("pavel").fee_minor == (k + 1) * COMMISSION


@pytest.mark.rule("R52", "R47")
def test_both_sides_are_told_of_a_debit_with_their_own_balance(paid: Trade) -> None:
    paid.boundary(1)
    until_ms = paid.clock_started_ms + 2 * BLOCK
    assert paid.one(paid.cora, SessionCharged) == SessionCharged(paid.session_id, 1, -PRICE, until_ms, 9 * PRICE)
    assert paid.one(paid.pavel, SessionCharged) == SessionCharged(paid.session_id, 1, SHARE, until_ms, 2 * SHARE)


@pytest.mark.rule("R47")
def test_before_the_boundary_nothing_is_debited_and_a_repeat_at_it_debits_nothing_more(paid: Trade) -> None:
    paid.until(BLOCK - 40 * SECOND)
    paid.report()
    paid.until(BLOCK - 1)
    assert paid.wake().session.blocks_paid == 0
    paid.forward(1)
    for _ in range(3):
        assert paid.wake().session.blocks_paid == 1
    assert paid.account("cora").available_minor == 9 * PRICE


@pytest.mark.rule("R47", "R58")
def test_a_hang_up_is_billed_for_every_boundary_before_it_and_none_after(paid: Trade) -> None:
    paid.boundary(1)
    paid.until(2 * BLOCK - 40 * SECOND)
    paid.report()
    paid.until(2 * BLOCK + SECOND)
    paid.house.calls.hang_up(paid.cora, paid.session_id)
    assert (paid.session.reason, paid.session.billed_blocks) == (Reason.CUSTOMER_HANGUP, 3)
    assert paid.session.ended_ms == paid.clock_started_ms + 2 * BLOCK + SECOND


@pytest.mark.rule("R47", "R58")
def test_a_debit_that_overtook_an_earlier_hang_up_is_returned_by_it(paid: Trade) -> None:
    before = paid.account("cora").available_minor, paid.account("pavel").available_minor
    paid.until(BLOCK - 40 * SECOND)
    paid.report()
    paid.until(BLOCK - 5)

    def debit() -> None:
        paid.house.metering.advance(paid.session_id, paid.clock_started_ms + BLOCK)

    with paid.meanwhile("transact_write_items", debit):
        paid.house.calls.hang_up(paid.cora, paid.session_id)
    assert (paid.session.billed_blocks, paid.session.ended_ms) == (1, paid.clock_started_ms + BLOCK - 5)
    assert (paid.account("cora").available_minor, paid.account("pavel").available_minor) == before
    assert paid.account("pavel").busy is None
    for page, minor in zip((paid.cora, paid.pavel), before, strict=True):
        assert paid.one(page, Balance).available_minor == minor
    # The house's top-ups are entries alone.
    assert {found.what for found in paid.house.audit.run().differences} == {"credit of what is not stored"}


@pytest.mark.rule("R58", "R53")
@pytest.mark.parametrize(("who", "reason"), [("cora", Reason.CUSTOMER_HANGUP), ("pavel", Reason.PERFORMER_HANGUP)])
def test_either_side_ends_the_session_at_any_moment_and_both_read_the_summary(
    paid: Trade, who: str, reason: Reason
) -> None:
    paid.until(7 * MINUTE)
    paid.house.calls.hang_up(getattr(paid, who), paid.session_id)
    side = Side.CUSTOMER if who == "cora" else Side.PERFORMER
    summary = SessionEnded(
        paid.session_id, reason, (side,), 1, PRICE, 0, 0, 7 * MINUTE, paid.clock_started_ms + 7 * MINUTE
    )
    assert paid.one(paid.cora, SessionEnded) == paid.one(paid.pavel, SessionEnded) == summary
    assert (paid.order.body.live, paid.account("pavel").busy) == (None, None)


@pytest.mark.rule("R55")
def test_only_money_limits_a_session(paid: Trade) -> None:
    for k in range(1, 11):
        assert paid.boundary(k).session.state is State.RUNNING
    assert paid.boundary(11).session.reason is Reason.INSUFFICIENT_FUNDS


@pytest.mark.rule("R47")
def test_boundaries_that_were_missed_are_debited_in_order_each_under_its_own_time(paid: Trade) -> None:
    paid.until(3 * BLOCK + MINUTE)
    paid.report()
    paid.wake()
    dues = {
        int(item["k"]["N"]): int(item["at_ms"]["N"])
        for item in paid.house.dynamo.items("journal")
        if item["subject"]["S"] == paid.session_id
    }
    clock_started_ms = paid.clock_started_ms
    assert dues == {
        0: clock_started_ms + MINUTE,
        1: clock_started_ms + BLOCK,
        2: clock_started_ms + 2 * BLOCK,
        3: clock_started_ms + 3 * BLOCK,
    }


# Dead lines


@pytest.mark.rule("D18")
def test_a_side_not_heard_from_in_the_last_minute_pauses_the_session_instead_of_paying(paid: Trade) -> None:
    paid.until(BLOCK - 40 * SECOND)
    paid.report(paid.cora)
    paid.until(BLOCK)
    paid.wake()
    assert paid.paid_blocks() == [0]
    interrupted = SessionInterrupted(
        paid.session_id, (Side.PERFORMER,), (Side.PERFORMER,), paid.now_ms + 45 * SECOND, 1
    )
    assert paid.one(paid.cora, SessionInterrupted) == paid.one(paid.pavel, SessionInterrupted) == interrupted
    paid.forward(45 * SECOND)
    paid.wake()
    assert (paid.session.reason, paid.session.ended_by) == (Reason.CONNECTION_LOST, (Side.PERFORMER,))
    assert paid.account("cora").available_minor == 10 * PRICE


@pytest.mark.rule("D18")
def test_a_side_that_reports_while_its_pause_is_being_written_is_not_paused(paid: Trade) -> None:
    paid.until(BLOCK - 40 * SECOND)
    paid.report(paid.cora)
    paid.until(BLOCK)
    with paid.meanwhile("transact_write_items", lambda: paid.report(paid.pavel)):
        paid.wake()
    assert (paid.session.lost, paid.session.blocks_paid) == ((), 1)


@pytest.mark.rule("D18")
def test_a_side_that_never_took_its_place_is_a_dead_line_too(trade: Trade) -> None:
    trade.running()
    trade.until(MINUTE)
    trade.wake()
    item = {"pk": {"S": f"SES#{trade.session_id}"}, "sk": {"S": "performer"}}
    trade.house.dynamo.delete_item(TableName="live", Key=item)
    trade.until(BLOCK - 40 * SECOND)
    trade.report(trade.cora)
    trade.until(BLOCK)
    trade.wake()
    assert [loss.side for loss in trade.session.lost] == [Side.PERFORMER]


@pytest.mark.rule("D18")
def test_a_page_that_a_push_finds_gone_pauses_the_session(paid: Trade) -> None:
    paid.house.air.gone.add(paid.pavel.id)
    paid.boundary(1)
    assert (paid.session.blocks_paid, [loss.side for loss in paid.session.lost]) == (1, [Side.PERFORMER])
    assert paid.told(paid.cora)[-1] == "session.interrupted"


@pytest.mark.rule("D18")
def test_a_loss_that_loses_every_race_is_left_to_the_boundary(paid: Trade) -> None:
    with paid.contended(), pytest.raises(Unavailable):
        paid.house.metering.lose(paid.session_id, Side.CUSTOMER, paid.cora.id, paid.now_ms)


@pytest.mark.rule("D18")
def test_a_page_that_was_found_gone_is_lost_although_what_was_due_next_could_not_be_written(trade: Trade) -> None:
    """The first block is settled and told, to a page that is gone. Then others hold the session through every retry."""
    trade.running()
    trade.until(BLOCK - 40 * SECOND)
    trade.report()
    trade.until(BLOCK)
    trade.house.air.gone.add(trade.pavel.id)
    writes = iter([False, *[True] * (TRIES * ATTEMPTS)])
    with trade.contended(lambda: next(writes, False)), pytest.raises(Unavailable):
        trade.wake()
    assert (trade.session.blocks_paid, [loss.side for loss in trade.session.lost]) == (1, [Side.PERFORMER])


@pytest.mark.rule("D18")
def test_a_side_whose_loss_could_not_be_written_does_not_keep_the_other_from_being_lost(paid: Trade) -> None:
    """And it is found gone once more, when the other's loss is told."""
    paid.until(BLOCK - 40 * SECOND)
    paid.report()
    paid.until(BLOCK)
    paid.house.air.gone |= {paid.cora.id, paid.pavel.id}
    writes = iter([False, *[True] * (TRIES * ATTEMPTS)])
    with paid.contended(lambda: next(writes, False)), pytest.raises(Unavailable):
        paid.wake()
    assert (paid.session.blocks_paid, {loss.side for loss in paid.session.lost}) == (1, set(Side))


# Races, crashes, the queue


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.rule("R47")
def test_a_debit_whose_process_dies_is_made_once_by_whoever_looks_next(paid: Trade, after: bool) -> None:
    paid.until(BLOCK - 40 * SECOND)
    paid.report()
    paid.until(BLOCK)
    with paid.crashing(after=after):
        paid.wake()
    assert paid.session.blocks_paid == (1 if after else 0)
    paid.wake()
    assert (paid.session.blocks_paid, paid.account("cora").available_minor) == (1, 9 * PRICE)


@pytest.mark.rule("R47")
def test_two_workers_at_one_boundary_debit_it_once(paid: Trade) -> None:
    paid.until(BLOCK - 40 * SECOND)
    paid.report()
    paid.until(BLOCK)
    with paid.meanwhile("transact_write_items", paid.wake):
        paid.wake()
    assert paid.account("cora").available_minor == 9 * PRICE


def test_a_session_that_is_held_fast_by_others_is_to_be_looked_at_again(paid: Trade) -> None:
    paid.until(BLOCK)
    with paid.contended(), pytest.raises(Unavailable):
        paid.wake()


def test_a_session_that_is_not_there_is_not_found(trade: Trade) -> None:
    for parties in (None, Parties("cora", "pavel")):
        with pytest.raises(NotFound):
            trade.house.metering.advance(f"{trade.order_id}-0001", trade.now_ms, parties)


def test_a_session_whose_performer_has_no_account_is_not_advanced(paid: Trade) -> None:
    paid.house.dynamo.delete_item(TableName="market", Key={"pk": {"S": "ACC#pavel"}, "sk": {"S": "ACC"}})
    with pytest.raises(NotFound):
        paid.wake()


def test_who_knows_the_two_people_reads_all_that_a_debit_asks_about_in_one_request(paid: Trade) -> None:
    mark = paid.house.dynamo.counts.mark()
    known = paid.house.metering.view(paid.session_id, Parties("cora", "pavel"))
    assert paid.house.dynamo.counts.since(mark).requests == {"batch_get_item": 1}
    assert known == paid.house.metering.view(paid.session_id)


@pytest.mark.rule("D14")
def test_the_settlement_is_handed_to_the_queue_and_boundaries_are_left_to_the_tick(trade: Trade) -> None:
    trade.answered()
    trade.house.outbox.wakes.clear()
    trade.house.sessions.receive_media(trade.cora, trade.session_id)
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    assert [wake.at_ms for wake in trade.house.outbox.wakes] == [trade.clock_started_ms + MINUTE]
    trade.until(MINUTE)
    trade.wake()
    trade.boundary(1)
    assert len(trade.house.outbox.wakes) == 1


@pytest.mark.rule("D18", "R47")
def test_a_session_that_is_back_has_its_boundary_and_its_warning_handed_over(paid: Trade) -> None:
    """While it was paused, the tick looked through its boundary's bucket and did not find it."""
    paid.until(BLOCK - 3 * MINUTE)
    paid.house.metering.lose(paid.session_id, Side.CUSTOMER, paid.cora.id, paid.now_ms)
    paid.forward(20 * SECOND)
    paid.house.outbox.wakes.clear()
    paid.house.sessions.resume(paid.cora, paid.session_id)
    due, parties = paid.clock_started_ms + BLOCK, Parties("cora", "pavel")
    assert paid.house.outbox.wakes == [
        Wake(paid.session_id, parties, due),
        Wake(paid.session_id, parties, due - 2 * MINUTE, warn=True),
    ]


def test_a_step_stands_also_when_the_queue_takes_no_wake(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    trade.answered()

    def refuse(wakes: list[Wake], now_ms: int) -> None:
        raise Undelivered("all")

    monkeypatch.setattr(trade.house.wakes, "send", refuse)
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    assert trade.session.started_ms == trade.now_ms


@pytest.mark.rule("D6")
def test_a_hint_of_a_ringing_that_is_gone_already_does_not_keep_it_from_ending(trade: Trade) -> None:
    trade.ring()
    key = {"pk": {"S": "RING#pavel"}, "sk": {"S": trade.session_id}}
    trade.house.dynamo.delete_item(TableName="live", Key=key)
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert trade.session.reason is Reason.CANCELLED


# The transaction of a step


def test_a_step_changes_each_item_once_the_performers_share_with_their_lease(trade: Trade) -> None:
    trade.running()
    trade.until(2 * MINUTE)
    view = trade.house.metering.view(trade.session_id)
    step = ends.hang_up(view, Side.CUSTOMER, trade.now_ms, trade.house.settings.durations)
    assert step.order is not None
    assert step.entry is not None
    assert changes(view, step) == (
        Save(step.session),
        Save(step.order),
        Record(step.entry),
        AccountChange("pavel", SHARE, COMMISSION, free=trade.session_id, seen_minor=0, sessions_held=1),
    )


def held(trade: Trade) -> int:
    account = trade.house.store.get(Ref(Account, "pavel"))
    assert account is not None
    return account.sessions_held


@pytest.mark.rule("E4", "D15")
@pytest.mark.parametrize(("clock_ms", "counts"), [(30 * SECOND, 0), (MINUTE, 1), (2 * MINUTE, 1)])
def test_a_session_is_held_if_a_block_went_to_the_performer(trade: Trade, clock_ms: int, counts: int) -> None:
    trade.running()
    trade.until(clock_ms)
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert held(trade) == counts


@pytest.mark.rule("E4")
def test_a_session_of_many_blocks_is_counted_once_and_a_call_that_nobody_started_never(trade: Trade) -> None:
    trade.running()
    trade.boundary(1)
    assert held(trade) == 0
    trade.house.calls.hang_up(trade.pavel, trade.session_id)
    trade.house.calls.hang_up(trade.pavel, trade.session_id)
    assert held(trade) == 1
    trade.answered()
    trade.house.calls.hang_up(trade.pavel, trade.session_id)
    assert held(trade) == 1
