"""Which connections hold which sides: a line knows every session it is in, so that its closing finds them all (D15, D18)."""

from dataclasses import replace

import pytest

from chalicelib.domain.availability import Status
from chalicelib.domain.connections import Connection
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Session, State
from chalicelib.services.calls.holders import MANY
from chalicelib.services.calls.metering import Metering
from chalicelib.services.changes import Join, Put, Ref
from tests.support.trade import PRICE, SECOND, Trade


@pytest.fixture
def trade() -> Trade:
    return Trade()


def stored(trade: Trade, page: Connection) -> Connection:
    """A page's line as it is stored: it knows its sessions."""
    found: Connection = trade.found(Ref(Connection, page.id))
    return found


def session(trade: Trade, session_id: str) -> Session:
    found: Session = trade.found(Ref(Session, session_id))
    return found


def colleague(trade: Trade, user_id: str = "pia") -> Connection:
    """One more performer with a page."""
    trade.person(user_id, status=Status.AVAILABLE)
    return trade.page(user_id, f"{user_id}-1")


def running_with(trade: Trade, performer: Connection, customer: Connection | None = None) -> str:
    """The customer's page, Cora's unless told otherwise, is in a session with this performer too. Answers its id."""
    customer = customer or trade.cora
    order_id = trade.buy(customer.user_id, performer_id=performer.user_id)
    session_id = trade.house.calls.start(customer, order_id).session_id
    trade.house.calls.answer(performer, session_id)
    trade.house.sessions.press_start(performer, session_id)
    trade.house.sessions.receive_media(customer, session_id)
    return session_id


def lost(trade: Trade, session_id: str) -> tuple[Side, ...]:
    return session(trade, session_id).lost_sides


@pytest.mark.rule("D15", "D18")
def test_a_tab_that_closes_in_two_sessions_is_lost_to_both(trade: Trade) -> None:
    first, second = trade.running(), running_with(trade, colleague(trade))
    trade.forward(SECOND)
    trade.house.sessions.disconnected(stored(trade, trade.cora))
    assert (lost(trade, first), lost(trade, second)) == ((Side.CUSTOMER,), (Side.CUSTOMER,))
    trade.forward(45 * SECOND)
    for session_id in (first, second):
        ended = trade.house.metering.advance(session_id, trade.now_ms).session
        assert (ended.reason, ended.ended_by, ended.billed_blocks) == ("void", (Side.CUSTOMER,), 0)


@pytest.mark.rule("D15", "D18")
def test_a_tab_that_gives_advice_and_takes_some_is_lost_on_both_sides(trade: Trade) -> None:
    trade.top_up(2 * PRICE, user_id="pavel")
    given, taken = trade.running(), running_with(trade, colleague(trade), trade.pavel)
    trade.house.sessions.disconnected(stored(trade, trade.pavel))
    assert (lost(trade, given), lost(trade, taken)) == ((Side.PERFORMER,), (Side.CUSTOMER,))


@pytest.mark.rule("D6", "D18")
def test_a_tab_that_closes_in_a_session_and_in_a_call_leaves_both(trade: Trade) -> None:
    running = running_with(trade, colleague(trade))
    ringing = trade.ring()
    trade.house.sessions.disconnected(stored(trade, trade.cora))
    assert lost(trade, running) == (Side.CUSTOMER,)
    (wake,) = [wake for wake in trade.house.outbox.wakes if wake.gone == trade.cora.id]
    assert wake.session_id == ringing


@pytest.mark.rule("D18")
@pytest.mark.parametrize("failing", [0, 1], ids=["the first", "the last"])
def test_a_session_that_cannot_be_paused_keeps_no_other_from_it(
    trade: Trade, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [trade.running(), running_with(trade, colleague(trade))]
    honest = Metering.lose

    def lose(self: Metering, session_id: str, side: Side, connection_id: str, now_ms: int) -> None:
        if session_id == both[failing]:
            raise Unavailable
        honest(self, session_id, side, connection_id, now_ms)

    monkeypatch.setattr(Metering, "lose", lose)
    with pytest.raises(Unavailable):
        trade.house.sessions.disconnected(stored(trade, trade.cora))
    assert [lost(trade, session_id) for session_id in both].count((Side.CUSTOMER,)) == 1
    assert trade.store.get(Ref(Connection, trade.cora.id)) is None


@pytest.mark.rule("D18")
def test_two_sessions_that_one_tab_enters_at_the_same_moment_are_both_known(trade: Trade) -> None:
    pia = colleague(trade)
    with trade.meanwhile("update_item", lambda: running_with(trade, pia)):
        trade.house.calls.start(trade.cora, trade.order_id)
    assert stored(trade, trade.cora).session_ids == {f"{order_id}-0001" for order_id in trade.orders}


@pytest.mark.rule("D18")
def test_a_line_that_closes_while_it_takes_a_side_loses_it(trade: Trade) -> None:
    trade.running()
    other = trade.page("cora", "cora-2")
    with trade.meanwhile("update_item", lambda: trade.house.sessions.disconnected(stored(trade, other))):
        trade.house.sessions.resume(other, trade.session_id)
    assert trade.session.lost_sides == (Side.CUSTOMER,)
    assert trade.store.get(Ref(Connection, other.id)) is None


@pytest.mark.rule("D18")
def test_a_side_that_is_taken_while_its_line_is_being_closed_is_lost_too(trade: Trade) -> None:
    first, pia = trade.running(), colleague(trade)
    line = stored(trade, trade.cora)
    with trade.meanwhile("delete_item", lambda: running_with(trade, pia)):
        trade.house.sessions.disconnected(line)
    assert [lost(trade, ident) for ident in (first, f"{trade.orders[-1]}-0001")] == [(Side.CUSTOMER,)] * 2
    assert trade.store.get(Ref(Connection, trade.cora.id)) is None


@pytest.mark.rule("D18")
def test_a_line_of_many_calls_remembers_those_that_live(trade: Trade) -> None:
    live = trade.running()
    over = {f"{trade.order_id}-{number:04d}" for number in range(2, MANY + 1)}
    trade.store.commit(Put(replace(stored(trade, trade.cora), session_ids=frozenset({live, *over}))))
    pia = colleague(trade)
    order_id = trade.buy(performer_id="pia")
    other = trade.house.calls.start(stored(trade, trade.cora), order_id).session_id
    assert stored(trade, trade.cora).session_ids == {live, other}
    trade.house.calls.hang_up(pia, other)
    assert session(trade, other).state is State.ENDED


@pytest.mark.rule("D18")
def test_a_session_that_is_joined_while_others_are_forgotten_is_not_forgotten(trade: Trade) -> None:
    over = {f"{trade.order_id}-{number:04d}" for number in range(2, MANY + 2)}
    trade.store.commit(Put(replace(stored(trade, trade.cora), session_ids=frozenset(over))))
    known = stored(trade, trade.cora)
    with trade.meanwhile("put_item", lambda: trade.store.commit(Join(known, "another")), skip=1):
        mine = trade.house.calls.start(known, trade.order_id).session_id
    assert stored(trade, trade.cora).session_ids == {*over, "another", mine}
