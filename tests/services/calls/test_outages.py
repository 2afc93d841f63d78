"""An outage of ours is known by the tick's watermark; a session that it ended gets its last block back, whoever ends it (E15)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.billing.ledger import Kind
from chalicelib.billing.outages import Outage
from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import Refusal
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Reason, State
from chalicelib.services.calls.watermarks import KEPT, MARK, Watermark
from chalicelib.services.changes import Ref, Save
from chalicelib.services.frames import Balance, OrderUpdated, SessionEnded
from chalicelib.services.money.accounts import Line
from chalicelib.services.ports import Parties
from tests.support.trade import BLOCK, COMMISSION, MINUTE, PRICE, SECOND, SHARE, Trade

Ender = Callable[[Trade], Any]


@pytest.fixture(params=Mode)
def trade(request: pytest.FixtureRequest) -> Trade:
    """In its second block; the tick is up to date."""
    trade = Trade(request.param)
    trade.running()
    trade.until(MINUTE)
    trade.wake()
    trade.tick()
    trade.boundary(1)
    trade.until(BLOCK + 2 * MINUTE)
    trade.tick()
    trade.quiet()
    return trade


def out_of_service(trade: Trade) -> None:
    """Everything of ours is dead, until the boundary has long passed. Then somebody looks at the session: its sides have 45 s."""
    trade.until(2 * BLOCK + 5 * MINUTE)
    trade.wake()
    assert trade.session.lost_sides == (Side.CUSTOMER, Side.PERFORMER)


def ticks(trade: Trade, minutes: int = 4) -> None:
    """A tick each minute."""
    for _ in range(minutes):
        trade.forward(MINUTE)
        trade.tick()


def found(trade: Trade) -> list[str]:
    """What the audit finds, but for top-ups, which a trade books without their provider."""
    differences = trade.house.audit.run().differences
    return [one.what for one in differences if one.what != "credit of what is not stored"]


def resumes(trade: Trade) -> Any:
    """The customer's page comes back."""
    return trade.house.sessions.resume(trade.cora, trade.session_id)


ENDERS: dict[str, Ender] = {
    "the tick": lambda trade: ticks(trade),
    "a worker": lambda trade: trade.wake(),
    "a page that comes back too late": resumes,
    "a report": lambda trade: trade.house.sessions.report(trade.pavel.id, trade.session_id, 10**9),
    "a hang-up": lambda trade: trade.house.calls.hang_up(trade.cora, trade.session_id),
    "a closing line": lambda trade: trade.house.sessions.disconnected(
        replace(trade.pavel, session_ids=frozenset({trade.session_id}))
    ),
}


@pytest.mark.rule("E15")
@pytest.mark.parametrize("ender", ENDERS.values(), ids=ENDERS)
@pytest.mark.parametrize("ticked", [False, True])
def test_whoever_ends_it_before_the_first_tick_or_after_it_decides_the_same(
    trade: Trade, ender: Ender, ticked: bool
) -> None:
    before_minor = trade.account("cora").available_minor
    out_of_service(trade)
    if ticked:
        trade.tick()
    trade.forward(45 * SECOND)
    ender(trade)
    assert (trade.session.state, trade.session.reason, trade.session.ended_by) == (
        State.ENDED,
        Reason.SERVICE_OUTAGE,
        (),
    )
    assert trade.account("cora").available_minor == before_minor + PRICE
    pavel = trade.account("pavel")
    assert (pavel.available_minor, pavel.fee_minor) == (2 * SHARE, 2 * COMMISSION - PRICE)
    assert found(trade) == []


@pytest.mark.rule("E15")
def test_both_sides_are_told_why_and_the_customer_what_is_on_the_account_now(trade: Trade) -> None:
    tab = trade.page("cora", "cora-2")
    out_of_service(trade)
    trade.forward(45 * SECOND)
    trade.quiet()
    trade.tick()
    available_minor = trade.account("cora").available_minor
    for page in (trade.cora, trade.pavel):
        ended = next(frame for frame in trade.frames(page) if isinstance(frame, SessionEnded))
        assert (ended.reason, ended.by) == (Reason.SERVICE_OUTAGE, ())
        assert (ended.billed_blocks, ended.billed_minor) == (1, PRICE)
        assert (ended.returned_blocks, ended.returned_minor) == (1, PRICE)
    assert trade.frames(tab) == [OrderUpdated(trade.order_id), Balance(available_minor)]


@pytest.mark.rule("E15")
def test_who_comes_later_reads_why_it_ended_and_what_was_returned(trade: Trade) -> None:
    out_of_service(trade)
    trade.forward(45 * SECOND)
    trade.tick()
    for page in (trade.cora, trade.pavel):
        told = trade.house.sessions.resume(page, trade.session_id)
        assert isinstance(told, SessionEnded)
        assert (told.reason, told.returned_minor) == (Reason.SERVICE_OUTAGE, PRICE)


@pytest.mark.rule("E15", "E6")
def test_the_customers_statement_shows_what_came_back_and_the_performers_what_they_keep(trade: Trade) -> None:
    out_of_service(trade)
    trade.forward(45 * SECOND)
    trade.tick()
    back, paid, *_ = trade.house.accounts.statement("cora").items
    assert (back.kind, back.amount_minor, back.commission_minor) == (Kind.SERVICE_OUTAGE, PRICE, 0)
    assert (back.session_id, back.block, back.order_id) == (trade.session_id, 1, trade.order_id)
    assert (paid.kind, paid.amount_minor, paid.block) == (Kind.BLOCK, -PRICE, 1)
    assert back.id != paid.id
    earned = trade.house.accounts.statement("pavel").items
    assert [(line.kind, line.amount_minor) for line in earned] == [(Kind.BLOCK, SHARE)] * 2


@pytest.mark.rule("E15", "E6")
@pytest.mark.parametrize("user_id", ["cora", "pavel"])
def test_a_statement_adds_up_in_parts_of_one_line(trade: Trade, user_id: str) -> None:
    """The newest entry of the performer's partition is the returned block, which is no line of theirs."""
    out_of_service(trade)
    trade.forward(45 * SECOND)
    trade.tick()
    lines: list[Line] = []
    cursor = None
    while True:
        page = trade.house.accounts.statement(user_id, cursor=cursor, limit=1)
        lines += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    balance_minor = trade.account(user_id).available_minor
    for line in lines:
        assert line.balance_after_minor == balance_minor
        balance_minor -= line.amount_minor
    assert balance_minor == 0


@pytest.mark.rule("E15", "D14")
def test_a_settlement_and_its_return_in_one_end_change_each_account_once() -> None:
    """Losses overlapped past the first minute while no tick came."""
    trade = Trade()
    trade.running()
    trade.tick()
    lose = trade.house.metering.lose
    trade.until(50 * SECOND)
    lose(trade.session_id, Side.CUSTOMER, trade.cora.id, trade.now_ms)
    trade.until(70 * SECOND)
    trade.report(trade.pavel)
    trade.until(80 * SECOND)
    lose(trade.session_id, Side.PERFORMER, trade.pavel.id, trade.now_ms)
    trade.house.sessions.resume(trade.cora, trade.session_id)
    lose(trade.session_id, Side.CUSTOMER, trade.cora.id, trade.now_ms)
    before_minor = trade.account("cora").available_minor
    trade.until(6 * MINUTE)
    trade.wake()
    assert (trade.session.reason, trade.order.body.prepaid) == (Reason.SERVICE_OUTAGE, Prepaid.USED)
    assert trade.account("cora").available_minor == before_minor + PRICE
    pavel = trade.account("pavel")
    assert (pavel.available_minor, pavel.fee_minor) == (SHARE, COMMISSION - PRICE)
    assert found(trade) == []


@pytest.mark.rule("E15")
@pytest.mark.parametrize("after", [False, True])
def test_an_end_whose_process_dies_gives_back_once(trade: Trade, after: bool) -> None:
    before_minor = trade.account("cora").available_minor
    out_of_service(trade)
    trade.forward(45 * SECOND)
    with trade.crashing(after=after):
        trade.wake()
    ticks(trade)
    trade.wake()
    back = (trade.session.reason, trade.account("cora").available_minor)
    assert back == (Reason.SERVICE_OUTAGE, before_minor + PRICE)
    assert found(trade) == []


@pytest.mark.rule("E15")
def test_two_who_end_it_at_once_give_back_once(trade: Trade) -> None:
    before_minor = trade.account("cora").available_minor
    out_of_service(trade)
    trade.forward(45 * SECOND)
    with trade.meanwhile("transact_write_items", trade.tick):
        trade.wake()
    assert trade.account("cora").available_minor == before_minor + PRICE
    assert found(trade) == []


@pytest.mark.rule("E15", "D18")
def test_lines_that_a_push_finds_dead_when_the_service_is_back_were_lost_in_the_outage(trade: Trade) -> None:
    """The boundary fell due just after the lights went out. It is debited, nobody is there to be told, and what was debited returns."""
    trade.until(2 * BLOCK - 40 * SECOND)
    trade.report()
    trade.tick()
    before_minor = trade.account("cora").available_minor
    trade.until(2 * BLOCK + 5 * MINUTE)
    trade.house.air.gone |= {trade.cora.id, trade.pavel.id}
    trade.tick()
    assert (trade.session.blocks_paid, len(trade.session.lost)) == (2, 2)
    ticks(trade)
    assert (trade.session.reason, trade.account("cora").available_minor) == (Reason.SERVICE_OUTAGE, before_minor)


@pytest.mark.rule("E15", "D18")
@pytest.mark.parametrize("side", Side)
def test_a_side_that_was_there_when_it_was_over_makes_it_no_outage_of_ours(side: Side) -> None:
    trade = Trade(Mode.TEXT)
    trade.running()
    trade.tick()
    trade.until(8 * MINUTE)
    page = trade.cora if side is Side.CUSTOMER else trade.pavel
    trade.house.sessions.resume(page, trade.session_id)
    ticks(trade, 12)
    assert (trade.session.reason, len(trade.session.ended_by)) == (Reason.CONNECTION_LOST, 2)


@pytest.mark.rule("E15", "D18")
def test_two_who_close_their_pages_long_after_it_were_not_lost_in_it(trade: Trade) -> None:
    trade.forward(4 * MINUTE)
    trade.tick()
    trade.forward(2 * MINUTE)
    trade.tick()
    for side, page in ((Side.CUSTOMER, trade.cora), (Side.PERFORMER, trade.pavel)):
        trade.house.metering.lose(trade.session_id, side, page.id, trade.now_ms)
    trade.forward(45 * SECOND)
    trade.wake()
    assert trade.session.reason is Reason.CONNECTION_LOST


@pytest.mark.rule("E15", "R58")
def test_who_hangs_up_when_the_service_is_back_has_ended_it_themselves(trade: Trade) -> None:
    trade.forward(6 * MINUTE)
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert (trade.session.reason, trade.session.returned_blocks) == (Reason.CUSTOMER_HANGUP, 0)


@pytest.mark.rule("E15", "R58")
def test_who_hangs_up_on_media_that_our_outage_broke_need_not_wait_for_the_end_to_have_the_block_back() -> None:
    """Both pages are there again, and nothing flows: it ends for both, by the clock or by the one who is tired of it."""
    trade = Trade()
    trade.running()
    trade.tick()
    trade.until(BLOCK + 5 * MINUTE)
    trade.wake()
    assert trade.session.media_awaited == (Side.CUSTOMER, Side.PERFORMER)
    before_minor = trade.account("cora").available_minor
    for page in (trade.cora, trade.pavel):
        trade.house.sessions.resume(page, trade.session_id)
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert trade.session.reason is Reason.SERVICE_OUTAGE
    assert trade.account("cora").available_minor == before_minor + PRICE


@pytest.mark.rule("E15", "D13")
@pytest.mark.parametrize("mode", Mode)
def test_a_session_that_our_outage_left_unpaid_is_none_of_the_unpaid_ones_of_the_day(mode: Mode) -> None:
    """Video: both lines closed in the free minute. Text: the one block came back."""
    trade = Trade(mode)
    trade.running()
    trade.tick()
    if mode is Mode.VIDEO:
        for side, page in ((Side.CUSTOMER, trade.cora), (Side.PERFORMER, trade.pavel)):
            trade.house.metering.lose(trade.session_id, side, page.id, trade.now_ms)
    trade.until(BLOCK + MINUTE)
    trade.wake()
    trade.forward(45 * SECOND)
    trade.wake()
    assert (trade.session.reason, trade.session.billed_blocks) == (Reason.SERVICE_OUTAGE, 0)
    assert trade.session.unpaid_left is None


@pytest.mark.rule("E15", "D13")
@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("ticked", [False, True])
def test_a_call_that_waited_for_its_clock_in_our_outage_is_none_of_the_unpaid_ones(mode: Mode, ticked: bool) -> None:
    """Nobody could report media then, or write."""
    trade = Trade(mode)
    trade.answered()
    trade.tick()
    if mode is Mode.VIDEO:
        trade.house.sessions.press_start(trade.pavel, trade.session_id)
    else:
        trade.house.sessions.say(trade.cora.id, trade.session_id, "question", "How?")
        trade.house.sessions.say(trade.pavel.id, trade.session_id, "answer", "Like this.")
    trade.forward(6 * MINUTE)
    if ticked:
        trade.tick()
    trade.house.metering.advance(trade.session_id, trade.now_ms)
    assert trade.session.reason is (Reason.NO_MEDIA if mode is Mode.VIDEO else Reason.NO_START)
    assert trade.session.unpaid_left is None


@pytest.mark.rule("E15", "D13")
def test_who_hangs_up_before_the_clock_when_the_service_is_back_has_left_an_unpaid_call() -> None:
    trade = Trade()
    trade.answered()
    trade.tick()
    trade.forward(4 * MINUTE)
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    assert (trade.session.reason, trade.session.unpaid_left) == (Reason.CUSTOMER_HANGUP, 2)


# What it costs


@pytest.mark.rule("E15")
def test_only_an_end_that_lost_both_sides_asks_for_the_watermark(trade: Trade) -> None:
    asked: list[str] = []

    def note(operation: str, request: dict[str, Any]) -> None:
        if "TICK#0" in str(request):
            asked.append(operation)

    trade.house.dynamo.before = note
    trade.boundary(2)
    trade.until(3 * BLOCK)
    trade.wake()
    assert (len(trade.session.lost), asked) == (2, [])
    trade.forward(45 * SECOND)
    trade.wake()
    assert (trade.session.state, asked) == (State.ENDED, ["get_item"])


@pytest.mark.rule("E15")
def test_the_end_of_a_session_that_lost_one_side_asks_for_nothing_more(trade: Trade) -> None:
    trade.house.metering.lose(trade.session_id, Side.CUSTOMER, trade.cora.id, trade.now_ms)
    trade.forward(45 * SECOND)
    counts = trade.house.dynamo.counts
    mark = counts.mark()
    view = trade.house.metering.advance(trade.session_id, trade.now_ms, Parties("cora", "pavel"))
    assert view.session.reason is Reason.CONNECTION_LOST
    assert counts.since(mark).requests == {"batch_get_item": 1, "transact_write_items": 1, "query": 2}


# How an outage is known


@pytest.fixture
def moved() -> Trade:
    """The first tick of all has come."""
    trade = Trade()
    trade.tick()
    return trade


def mark_of(trade: Trade) -> Watermark:
    found: Watermark = trade.found(MARK)
    return found


def known(trade: Trade) -> list[tuple[int, int]]:
    """From when to when we were out of service, for all that is known now."""
    return [(one.from_ms, one.to_ms) for one in mark_of(trade).outages(trade.now_ms, REAL)]


@pytest.mark.rule("E15")
def test_a_watermark_that_stands_still_for_more_than_two_ticks_is_an_outage_before_and_after_the_tick_that_ends_it(
    moved: Trade,
) -> None:
    began_ms = moved.now_ms
    moved.forward(2 * MINUTE)
    assert known(moved) == []
    moved.forward(1)
    assert known(moved) == [(began_ms, moved.now_ms)]
    moved.tick()
    assert known(moved) == [(began_ms, moved.now_ms)]
    moved.forward(2 * MINUTE)
    moved.tick()
    assert known(moved) == [(began_ms, began_ms + 2 * MINUTE + 1)]


@pytest.mark.rule("E15")
def test_a_tick_that_finds_nothing_new_moves_nothing(moved: Trade) -> None:
    at_ms = moved.now_ms
    moved.forward(SECOND)
    moved.tick()
    assert mark_of(moved).moved_ms == at_ms


@pytest.mark.rule("E15")
def test_the_last_outages_are_remembered_and_older_ones_forgotten(moved: Trade) -> None:
    for _ in range(KEPT + 2):
        moved.forward(3 * MINUTE)
        moved.tick()
    outages = mark_of(moved).stood
    assert (len(outages), outages[-1].to_ms) == (KEPT, moved.now_ms)
    moved.forward(3 * MINUTE)
    assert len(known(moved)) == KEPT + 1


@pytest.mark.rule("E15")
def test_a_watermark_of_an_older_release_knows_of_no_outage_until_it_has_moved(moved: Trade) -> None:
    moved.store.commit(Save(replace(mark_of(moved), moved_ms=None)))
    moved.forward(BLOCK)
    assert known(moved) == []
    moved.tick()
    assert (known(moved), mark_of(moved).moved_ms) == ([], moved.now_ms)


@pytest.mark.rule("E15")
def test_where_no_tick_has_ever_come_there_is_no_outage() -> None:
    trade = Trade(Mode.TEXT)
    trade.running()
    trade.until(BLOCK)
    trade.wake()
    trade.forward(45 * SECOND)
    trade.wake()
    assert (trade.store.get(Ref(Watermark, "0")), trade.session.reason) == (None, Reason.CONNECTION_LOST)


def test_outages_are_stored_and_read_back(moved: Trade) -> None:
    moved.forward(3 * MINUTE)
    moved.tick()
    assert mark_of(moved).stood == (Outage(moved.now_ms - 3 * MINUTE, moved.now_ms),)


def test_a_late_refusal_is_told_by_its_reason(trade: Trade) -> None:
    out_of_service(trade)
    trade.forward(45 * SECOND)
    with pytest.raises(Refusal) as over:
        trade.house.sessions.press_start(trade.pavel, trade.session_id)
    assert over.value.facts["reason"] == Reason.SERVICE_OUTAGE
