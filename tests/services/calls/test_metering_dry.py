"""A customer who runs dry is warned, never overdrawn, and cut where the money ends (R57, D16, D17, D19)."""

from collections.abc import Iterable
from unittest.mock import patch

import pytest

from chalicelib.domain.availability import Status
from chalicelib.domain.sessions import Reason, Session, State
from chalicelib.services.changes import Ref
from chalicelib.services.frames import (
    Frame,
    OrderUpdated,
    SessionEnded,
    SessionLowBalance,
)
from chalicelib.services.ports import Parties, Tell
from tests.support.trade import BLOCK, MINUTE, PRICE, SECOND, Trade


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


def dry() -> Trade:
    """At its first boundary, with both sides heard from and nothing on the account."""
    trade = Trade(blocks=0)
    trade.running()
    trade.until(MINUTE)
    trade.wake()
    trade.until(BLOCK - 40 * SECOND)
    trade.report()
    trade.until(BLOCK)
    return trade


# Dry


@pytest.mark.rule("R57", "D16", "D19")
def test_a_customer_who_runs_dry_is_cut_at_the_boundary_not_overdrawn_and_both_are_told() -> None:
    trade = Trade(blocks=1)
    trade.running()
    trade.boundary(1)
    trade.quiet()
    trade.boundary(2)
    assert trade.account("cora").available_minor == 0
    assert (trade.session.reason, trade.session.ended_by) == (Reason.INSUFFICIENT_FUNDS, ())
    assert trade.session.ended_ms == trade.clock_started_ms + 2 * BLOCK
    ended = trade.one(trade.cora, SessionEnded)
    assert trade.one(trade.pavel, SessionEnded) == ended
    assert (ended.billed_blocks, ended.billed_minor, ended.duration_ms) == (2, 2 * PRICE, 2 * BLOCK)
    assert (trade.order.body.live, trade.account("pavel").busy) == (None, None)


@pytest.mark.rule("D16")
def test_a_cut_that_is_noticed_late_still_ends_at_its_boundary() -> None:
    trade = Trade(blocks=0)
    trade.running()
    trade.until(BLOCK - 40 * SECOND)
    trade.report()
    trade.until(BLOCK + 10 * SECOND)
    assert trade.wake().session.ended_ms == trade.clock_started_ms + BLOCK


@pytest.mark.rule("D17")
def test_a_top_up_in_the_last_second_counts() -> None:
    trade = Trade(blocks=0)
    trade.running()
    trade.until(BLOCK - 1)
    trade.report()
    trade.top_up(PRICE)
    trade.until(BLOCK)
    assert trade.wake().session.blocks_paid == 1


@pytest.mark.rule("D17")
def test_a_top_up_counts_also_when_the_cut_has_begun_but_is_not_committed() -> None:
    trade = dry()
    with trade.meanwhile("transact_write_items", lambda: trade.top_up(PRICE)):
        trade.wake()
    assert (trade.session.state, trade.session.blocks_paid) == (State.RUNNING, 1)
    assert trade.account("cora").available_minor == 0


@pytest.mark.rule("R57")
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_between_closing_and_the_end_is_completed_by_whoever_looks_next(after: bool) -> None:
    trade = dry()
    with trade.crashing(after=after, skip=0 if after else 1):
        trade.wake()
    assert trade.session.state is State.CLOSING
    assert trade.account("pavel").busy == trade.session_id
    trade.top_up(5 * PRICE)
    trade.forward(MINUTE)
    trade.quiet()
    trade.wake()
    assert (trade.session.reason, trade.session.ended_ms) == (Reason.INSUFFICIENT_FUNDS, trade.clock_started_ms + BLOCK)
    assert trade.one(trade.cora, SessionEnded).ended_ms == trade.clock_started_ms + BLOCK
    assert trade.one(trade.pavel, SessionEnded).reason is Reason.INSUFFICIENT_FUNDS
    assert trade.account("cora").available_minor == 5 * PRICE


@pytest.mark.rule("R57")
def test_a_page_that_is_told_of_a_changed_order_finds_it_changed() -> None:
    trade = dry()
    live: list[tuple[type[Frame], str | None]] = []
    told = trade.house.air.tell

    def look(tells: Iterable[Tell]) -> frozenset[str]:
        wanted = list(tells)
        live.extend((type(tell.frame), trade.order.body.live) for tell in wanted)
        return told(wanted)

    with patch.object(trade.house.air, "tell", look):
        trade.wake()
    assert live == 2 * [(SessionEnded, trade.session_id)] + 2 * [(OrderUpdated, None)]


@pytest.mark.rule("R57", "R58")
def test_a_hang_up_that_finds_the_cut_half_done_completes_it() -> None:
    trade = Trade(blocks=0)
    trade.running()
    trade.until(BLOCK - 40 * SECOND)
    trade.report()
    trade.until(BLOCK)
    with trade.crashing(skip=2):
        trade.wake()
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert trade.session.reason is Reason.INSUFFICIENT_FUNDS


@pytest.mark.rule("D19")
def test_of_two_sessions_on_one_account_exactly_as_many_blocks_are_paid_as_there_is_money() -> None:
    trade = Trade(blocks=2)
    trade.person("pia", status=Status.AVAILABLE)
    first = trade.running()
    pia = trade.page("pia", "pia-1")
    order_id = trade.buy(performer_id="pia")
    cora = trade.page("cora", "cora-2")
    second = trade.house.calls.start(cora, order_id).session_id
    trade.house.calls.answer(pia, second)
    trade.house.sessions.press_start(pia, second)
    trade.house.sessions.receive_media(cora, second)
    trade.until(BLOCK - 40 * SECOND)
    trade.report()
    for page in (pia, cora):
        trade.house.sessions.report(page.id, second, 1_000)
    trade.until(BLOCK)
    with trade.meanwhile("transact_write_items", lambda: trade.house.metering.advance(second, trade.now_ms), skip=1):
        trade.house.metering.advance(first, trade.now_ms)
    one: Session = trade.found(Ref(Session, first))
    other: Session = trade.found(Ref(Session, second))
    assert sorted([one.state, other.state]) == [State.ENDED, State.RUNNING]
    assert trade.account("cora").available_minor == 0


# The warning


@pytest.mark.rule("D17")
def test_both_sides_are_warned_of_an_uncovered_boundary_and_the_customer_alone_learns_by_how_much() -> None:
    trade = Trade(blocks=0)
    trade.top_up(PRICE - 7)
    trade.running()
    trade.until(MINUTE)
    trade.wake()
    trade.quiet()
    trade.until(BLOCK - 2 * MINUTE)
    trade.house.metering.warn(trade.session_id, Parties("cora", "pavel"), trade.now_ms)
    boundary_ms = trade.clock_started_ms + BLOCK
    assert trade.frames(trade.cora) == [SessionLowBalance(trade.session_id, boundary_ms, 7)]
    assert trade.frames(trade.pavel) == [SessionLowBalance(trade.session_id, boundary_ms)]


@pytest.mark.rule("D17")
def test_nobody_is_warned_when_the_account_covers_it_or_the_boundary_is_far_or_all_is_over(paid: Trade) -> None:
    parties = Parties("cora", "pavel")
    paid.until(BLOCK - 2 * MINUTE)
    paid.house.metering.warn(paid.session_id, parties, paid.now_ms)
    assert paid.told(paid.cora) == []
    poor = Trade(blocks=0)
    poor.running()
    poor.quiet()
    poor.house.metering.warn(poor.session_id, parties, poor.now_ms)
    assert poor.told(poor.cora) == []
    poor.house.calls.hang_up(poor.cora, poor.session_id)
    poor.quiet()
    poor.house.metering.warn(poor.session_id, parties, poor.now_ms)
    assert poor.told(poor.cora) == []
