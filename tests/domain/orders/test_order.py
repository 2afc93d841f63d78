"""The life of a consultation order."""

from dataclasses import replace

import pytest

from chalicelib.domain.errors import CallLive, OwnTwip, WrongState
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.order import NEXT, Order, OrderAct, OrderState, Prepaid, end_order, place

NOW_MS = 1_780_000_000_000


def placed(customer_id: str = "vera") -> Order:
    return place(
        order_id="o1",
        twip_id="t1",
        customer_id=customer_id,
        performer_id="pavel",
        mode=Mode.VIDEO,
        price_minor=90_000,
        commission_bps=1500,
        currency="RUB",
        title={"en": "Chess"},
        edition="e1",
        fingerprint="f1",
        now_ms=NOW_MS,
    )


@pytest.mark.rule("R30", "D10")
def test_a_new_order_holds_its_first_block_in_escrow_at_the_frozen_price() -> None:
    order = placed()
    assert (order.state, order.prepaid, order.escrow_minor) == (OrderState.OPEN, Prepaid.HELD, 90_000)
    assert (order.price_minor, order.commission_bps, order.title, order.edition) == (
        90_000,
        1500,
        {"en": "Chess"},
        "e1",
    )


@pytest.mark.rule("D9")
def test_nobody_orders_their_own_twip() -> None:
    with pytest.raises(OwnTwip):
        placed(customer_id="pavel")


@pytest.mark.rule("R34", "R35")
def test_cancelling_returns_the_unused_block() -> None:
    ended = end_order(placed(), OrderAct.CANCEL, key="k", now_ms=NOW_MS + 1)
    assert (ended.state, ended.prepaid, ended.escrow_minor) == (OrderState.CANCELLED, Prepaid.RETURNED, 0)
    assert (ended.ended_ms, ended.act_key) == (NOW_MS + 1, "k")


@pytest.mark.rule("D8")
def test_closing_an_order_whose_block_is_used_refunds_nothing() -> None:
    used = replace(placed(), prepaid=Prepaid.USED, escrow_minor=0)
    ended = end_order(used, OrderAct.CLOSE, key="k", now_ms=NOW_MS)
    assert (ended.state, ended.prepaid, ended.escrow_minor) == (OrderState.CLOSED, Prepaid.USED, 0)


@pytest.mark.rule("D8")
@pytest.mark.parametrize("act", OrderAct)
def test_nothing_ends_an_order_while_a_call_is_live(act: OrderAct) -> None:
    with pytest.raises(CallLive) as refused:
        end_order(replace(placed(), live="o1-0001"), act, key="k", now_ms=NOW_MS)
    assert refused.value.session_id == "o1-0001"


@pytest.mark.rule("D8")
@pytest.mark.parametrize(
    ("state", "prepaid", "act"),
    [
        (OrderState.OPEN, Prepaid.USED, OrderAct.CANCEL),
        (OrderState.OPEN, Prepaid.HELD, OrderAct.CLOSE),
        (OrderState.CANCELLED, Prepaid.RETURNED, OrderAct.CANCEL),
        (OrderState.CANCELLED, Prepaid.RETURNED, OrderAct.CLOSE),
        (OrderState.CLOSED, Prepaid.USED, OrderAct.CANCEL),
        (OrderState.CLOSED, Prepaid.USED, OrderAct.CLOSE),
    ],
)
def test_an_act_that_does_not_fit_names_where_the_order_is(state: OrderState, prepaid: Prepaid, act: OrderAct) -> None:
    with pytest.raises(WrongState) as refused:
        end_order(replace(placed(), state=state, prepaid=prepaid), act, key="k", now_ms=NOW_MS)
    assert refused.value.facts == {"what": "order", "state": f"{state}/{prepaid}", "asked": act}


@pytest.mark.rule("D12")
def test_the_first_answer_can_be_told_again_whatever_became_of_the_order() -> None:
    order = placed()
    lived = replace(order, prepaid=Prepaid.USED, escrow_minor=0, leave_right=False, calls=3)
    closed = end_order(lived, OrderAct.CLOSE, key="k", now_ms=NOW_MS + 9)
    assert closed.as_placed == order


def test_only_open_orders_can_be_ended() -> None:
    assert {state for state, _ in NEXT} == {OrderState.OPEN}
    assert OrderState.OPEN not in NEXT.values()
