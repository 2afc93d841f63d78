"""The life of a consultation order."""

import pytest

from chalicelib.billing import escrow
from chalicelib.domain.errors import CallLive, NotFound, OwnTwip, WrongState
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import LIFECYCLE, Consultation, ConsultationAct, ConsultationState, Prepaid
from chalicelib.domain.orders.order import ConsultationOrder, Terms, place
from chalicelib.domain.parties import Party
from tests.support.orders import changed, end_order

NOW_MS = 1_780_000_000_000


def placed(customer_id: str = "vera") -> ConsultationOrder:
    order = place(
        order_id="o1",
        twip_id="t1",
        customer_id=customer_id,
        performer_id="pavel",
        terms=Terms(90_000, 1500, "RUB", {"en": "Chess"}, "e1", {"review": 1}),
        body=Consultation(Mode.VIDEO),
        fingerprint="f1",
        now_ms=NOW_MS,
    )
    held, _ = escrow.hold(order, at_ms=NOW_MS)
    return held


@pytest.mark.rule("R30", "D10")
def test_a_new_order_holds_its_first_block_in_escrow_at_the_frozen_price() -> None:
    order = placed()
    assert (order.body.state, order.body.prepaid, order.escrow_minor) == (ConsultationState.OPEN, Prepaid.HELD, 90_000)
    assert (order.terms.price_minor, order.terms.commission_bps, order.terms.title, order.terms.edition) == (
        90_000,
        1500,
        {"en": "Chess"},
        "e1",
    )


@pytest.mark.rule("D9")
def test_nobody_orders_their_own_twip() -> None:
    with pytest.raises(OwnTwip):
        placed(customer_id="pavel")


@pytest.mark.rule("D34")
def test_whoever_is_no_side_of_an_order_is_nobody_in_it() -> None:
    assert [placed().party_of(user_id) for user_id in ("vera", "pavel")] == [Party.CUSTOMER, Party.PERFORMER]
    with pytest.raises(NotFound):
        placed().party_of("stranger")


@pytest.mark.rule("R34", "R35")
def test_cancelling_returns_the_unused_block() -> None:
    ended = end_order(placed(), ConsultationAct.CANCEL, key="k", now_ms=NOW_MS + 1)
    assert (ended.body.state, ended.body.prepaid, ended.escrow_minor) == (
        ConsultationState.CANCELLED,
        Prepaid.RETURNED,
        0,
    )
    assert (ended.ended_ms, ended.act_key) == (NOW_MS + 1, "k")


@pytest.mark.rule("D8")
def test_closing_an_order_whose_block_is_used_refunds_nothing() -> None:
    used = changed(placed(), prepaid=Prepaid.USED, escrow_minor=0)
    ended = end_order(used, ConsultationAct.CLOSE, key="k", now_ms=NOW_MS)
    assert (ended.body.state, ended.body.prepaid, ended.escrow_minor) == (ConsultationState.CLOSED, Prepaid.USED, 0)


@pytest.mark.rule("D8")
@pytest.mark.parametrize("act", ConsultationAct)
def test_nothing_ends_an_order_while_a_call_is_live(act: ConsultationAct) -> None:
    with pytest.raises(CallLive) as refused:
        end_order(changed(placed(), live="o1-0001"), act, key="k", now_ms=NOW_MS)
    assert refused.value.session_id == "o1-0001"


@pytest.mark.rule("D8")
@pytest.mark.parametrize(
    ("state", "prepaid", "act"),
    [
        (ConsultationState.OPEN, Prepaid.USED, ConsultationAct.CANCEL),
        (ConsultationState.OPEN, Prepaid.HELD, ConsultationAct.CLOSE),
        (ConsultationState.CANCELLED, Prepaid.RETURNED, ConsultationAct.CANCEL),
        (ConsultationState.CANCELLED, Prepaid.RETURNED, ConsultationAct.CLOSE),
        (ConsultationState.CLOSED, Prepaid.USED, ConsultationAct.CANCEL),
        (ConsultationState.CLOSED, Prepaid.USED, ConsultationAct.CLOSE),
    ],
)
def test_an_act_that_does_not_fit_names_where_the_order_is(
    state: ConsultationState, prepaid: Prepaid, act: ConsultationAct
) -> None:
    with pytest.raises(WrongState) as refused:
        end_order(changed(placed(), state=state, prepaid=prepaid), act, key="k", now_ms=NOW_MS)
    assert refused.value.facts == {
        "what": "order",
        "state": f"{state}/{prepaid}",
        "asked": act,
        "acts": refused.value.acts,
    }


@pytest.mark.rule("D12")
def test_the_first_answer_can_be_told_again_whatever_became_of_the_order() -> None:
    order = placed()
    lived = changed(order, prepaid=Prepaid.USED, escrow_minor=0, leave_right=False, calls=3)
    closed = end_order(lived, ConsultationAct.CLOSE, key="k", now_ms=NOW_MS + 9)
    assert closed.as_placed == order


def test_only_open_orders_can_be_ended() -> None:
    assert {row.source for row in LIFECYCLE.rows} == {ConsultationState.OPEN}
    assert LIFECYCLE.ends == {ConsultationState.CANCELLED, ConsultationState.CLOSED}
