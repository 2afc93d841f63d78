"""What was said in an order's sessions is erased when its term is over: all of it, nothing else, whatever dies on the way (D29)."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.chat import Message
from chalicelib.domain.durations import REAL
from chalicelib.domain.kinds import Mode
from chalicelib.domain.media_reports import MediaReport
from chalicelib.domain.orders.consultation import ConsultationState, OpenOrder
from chalicelib.domain.orders.retention import ErasureJob
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Session, session_id
from chalicelib.services.changes import Insert, Ref
from chalicelib.services.orders.retention import NotErased
from chalicelib.services.ports import Listing
from dynamo.errors import client_error
from tests.support.trade import MINUTE, PRICE, SECOND, Trade

TERM_MS = REAL.retention_ms


@pytest.fixture
def trade() -> Trade:
    """A text consultation in which two things were said, hung up after a while."""
    made = Trade(Mode.TEXT)
    talk(made)
    return made


def talk(trade: Trade) -> None:
    """A session of the order, with two messages of the customer."""
    trade.running()
    trade.forward(MINUTE)
    trade.house.calls.hang_up(trade.cora, trade.session_id)


def close(trade: Trade, order_id: str | None = None) -> None:
    """The order ends."""
    ident = order_id or trade.order_id
    trade.store.commit(Insert(OpenOrder("cora", "t" * 26, trade.mode, ident)))
    trade.house.consultations.close("cora", ident, key=f"close-{ident}")


def said(trade: Trade) -> list[str]:
    """The sessions of which messages are stored, one for each."""
    keys = [item["pk"]["S"] for item in trade.house.dynamo.items("market")]
    return sorted(key.removeprefix("CHAT#") for key in keys if key.startswith("CHAT#"))


def retained(trade: Trade) -> tuple[ErasureJob, ...]:
    return trade.store.page(Listing.ERASURE_JOBS).items


def sweep(trade: Trade) -> int:
    return trade.house.retention.sweep(trade.house.hands.now_ms)


def many(trade: Trade, ident: str, number: int) -> None:
    """So many more messages in a session."""
    for n in range(number):
        trade.store.commit(Insert(Message(ident, Side.PERFORMER, f"more-{n:04d}", "words", trade.now_ms)))


@pytest.mark.rule("D29")
def test_what_was_said_in_every_session_is_erased_when_the_term_is_over_and_not_a_moment_before(trade: Trade) -> None:
    talk(trade)
    close(trade)
    trade.forward(TERM_MS - 1)
    assert sweep(trade) == 0
    assert said(trade) == [*2 * [session_id(trade.order_id, 1)], *2 * [session_id(trade.order_id, 2)]]
    trade.forward(1)
    assert sweep(trade) == 1
    assert said(trade) == []
    assert retained(trade) == ()


@pytest.mark.rule("D29")
def test_money_sessions_and_other_orders_are_left_alone(trade: Trade) -> None:
    closed = trade.order_id, trade.session_id
    trade.order_id = trade.buy(mode=Mode.TEXT)
    talk(trade)
    close(trade, closed[0])
    journal = list(trade.house.dynamo.items("journal"))
    trade.forward(2 * TERM_MS)
    assert sweep(trade) == 1
    assert set(said(trade)) == {trade.session_id}, "the open order keeps what was said"
    assert list(trade.house.dynamo.items("journal")) == journal
    assert trade.found(Ref(Session, closed[1])).reason is not None


@pytest.mark.rule("D29")
def test_an_order_is_listed_with_its_end_and_only_if_there_ever_was_a_call() -> None:
    trade = Trade(Mode.TEXT)
    trade.store.commit(Insert(OpenOrder("cora", "t" * 26, Mode.TEXT, trade.order_id)))
    trade.house.consultations.cancel("cora", trade.order_id, key="cancel-key")
    assert (trade.order.body.state, retained(trade)) == (ConsultationState.CANCELLED, ())
    trade.order_id = trade.buy(mode=Mode.TEXT)
    talk(trade)
    assert retained(trade) == ()
    close(trade)
    assert retained(trade) == (ErasureJob(trade.now_ms, trade.order_id, 1),)


@pytest.mark.rule("D29")
def test_long_talks_and_many_orders_are_erased_to_the_last_word(trade: Trade) -> None:
    many(trade, trade.session_id, 205)
    close(trade)
    trade.top_up(60 * PRICE)
    for _ in range(60):
        trade.order_id = trade.buy(mode=Mode.TEXT)
        talk(trade)
        trade.forward(SECOND)
        close(trade)
    trade.forward(TERM_MS)
    assert sweep(trade) == 61
    assert (said(trade), retained(trade)) == ([], ())


@pytest.mark.rule("D29")
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("skip", range(3))
def test_a_sweep_that_dies_on_the_way_is_completed_by_the_next(trade: Trade, skip: int, after: bool) -> None:
    many(trade, trade.session_id, 205)
    close(trade)
    trade.forward(TERM_MS)
    with trade.crashing(skip=skip, after=after):
        sweep(trade)
    assert len(said(trade)) == 207 - 100 * min(skip, 2) - (after and (100, 100, 7)[skip])
    assert sweep(trade) == 1
    assert (said(trade), retained(trade)) == ([], ())


@pytest.mark.rule("D29")
def test_two_sweeps_at_once_are_as_good_as_one(trade: Trade) -> None:
    many(trade, trade.session_id, 100)
    close(trade)
    trade.forward(TERM_MS)
    with trade.meanwhile("transact_write_items", lambda: sweep(trade)):
        sweep(trade)
    assert (said(trade), retained(trade)) == ([], ())


@pytest.mark.rule("D29")
def test_an_order_that_cannot_be_erased_keeps_no_other_and_is_named_aloud(
    trade: Trade, caplog: pytest.LogCaptureFixture
) -> None:
    stuck = trade.order_id
    close(trade)
    trade.order_id = trade.buy(mode=Mode.TEXT)
    talk(trade)
    close(trade)
    trade.forward(TERM_MS)

    def strike(operation: str, request: dict[str, Any]) -> None:
        if f"CHAT#{stuck}" in str(request) and operation == "query":
            raise client_error(operation, "ValidationException", "broken")

    trade.house.dynamo.before = strike
    with pytest.raises(NotErased):
        sweep(trade)
    assert {ident.rpartition("-")[0] for ident in said(trade)} == {stuck}
    assert stuck in caplog.text
    trade.house.dynamo.before = None
    assert sweep(trade) == 1
    assert said(trade) == []


@pytest.mark.rule("D29")
def test_a_sweep_leaves_off_when_its_time_is_spent(trade: Trade) -> None:
    close(trade)
    trade.forward(TERM_MS)
    assert replace(trade.house.retention, spare_ms=-1).sweep(trade.house.hands.now_ms) == 0
    assert sweep(trade) == 1


def test_a_sweep_leaves_off_between_two_orders_of_one_page(trade: Trade) -> None:
    close(trade)
    trade.order_id = trade.buy(mode=Mode.TEXT)
    talk(trade)
    close(trade)
    trade.forward(TERM_MS)
    clock = iter(range(trade.now_ms, trade.now_ms + 99 * MINUTE, MINUTE))
    assert replace(trade.house.retention, spare_ms=2 * MINUTE).sweep(lambda: next(clock)) == 1
    assert len(retained(trade)) == 1


def test_a_sweep_with_nothing_due_costs_one_request(trade: Trade) -> None:
    close(trade)
    trade.forward(MINUTE)
    before = trade.house.dynamo.counts.mark()
    sweep(trade)
    assert trade.house.dynamo.counts.since(before).requests == {"query": 1}


@pytest.mark.rule("D29")
def test_what_both_pages_measured_goes_with_what_was_said(trade: Trade) -> None:
    ident = session_id(trade.order_id, 1)
    trade.store.commit(Insert(MediaReport(ident, Side.CUSTOMER, 1_000, None, ())))
    close(trade)
    trade.forward(TERM_MS)
    assert sweep(trade) == 1
    assert trade.store.page(Listing.MEDIA_OF_SESSION, ident).items == ()
