"""A connection that a sign-out or a block has outdone neither calls nor answers."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.connections import Connection
from chalicelib.domain.errors import (
    Unauthenticated,
)
from chalicelib.domain.people import User, blocked, signed_out
from chalicelib.domain.sessions import State
from chalicelib.services.changes import Put
from tests.support.trade import Trade


@pytest.fixture
def trade() -> Trade:
    return Trade()


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
