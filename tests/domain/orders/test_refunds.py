"""What a performer may give back."""

from dataclasses import replace

import pytest

from chalicelib.domain.errors import AlreadyDisputed, Forbidden, InvalidInput, WrongState
from chalicelib.domain.orders.refunds import check, refundable
from chalicelib.domain.orders.work import WorkState
from chalicelib.domain.parties import Party
from tests.domain.disputes.test_claims import PRICE, session
from tests.support.orders import consultation, work

T = 1_790_000_000_000
ORDER = work("o2", price_minor=PRICE, at_ms=T)
TALK = consultation("o1", price_minor=PRICE, at_ms=T, escrow_minor=0)


@pytest.mark.rule("E12", "D34")
def test_a_customer_gives_nothing_back_whatever_the_state() -> None:
    for order in (ORDER, replace(ORDER, dispute="d1")):
        with pytest.raises(Forbidden) as refused:
            check(order, None, Party.CUSTOMER, PRICE)
        assert refused.value.action == "order.refund"


@pytest.mark.rule("E12")
def test_any_part_of_what_lies_in_escrow_or_was_paid_may_be_given_back() -> None:
    paid = work("o2", price_minor=PRICE, at_ms=T, state=WorkState.ACCEPTED)
    paid = replace(paid, escrow_minor=0, refunded_minor=1, ended_ms=T)
    for amount_minor in (1, PRICE):
        check(ORDER, None, Party.PERFORMER, amount_minor)
    check(paid, None, Party.PERFORMER, PRICE - 1)
    check(TALK, session(refunded_minor=5), Party.PERFORMER, 3 * PRICE - 5)


@pytest.mark.rule("E12")
@pytest.mark.parametrize(("amount_minor", "code", "limit"), [(0, "too_small", 1), (PRICE + 1, "too_large", PRICE)])
def test_no_more_than_there_is_and_no_less_than_something(amount_minor: int, code: str, limit: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        check(ORDER, None, Party.PERFORMER, amount_minor)
    (error,) = refused.value.errors
    assert (error.field, error.code, error.limit) == ("amount.amount_minor", code, limit)


@pytest.mark.rule("E12", "D27")
def test_nothing_is_given_back_while_a_dispute_is_open() -> None:
    with pytest.raises(AlreadyDisputed) as refused:
        check(replace(ORDER, dispute="d1"), None, Party.PERFORMER, 1)
    assert refused.value.dispute_id == "d1"
    assert (refundable(ORDER, None), refundable(replace(ORDER, dispute="d1"), None)) == (PRICE, 0)
    assert refundable(replace(TALK, dispute="d1"), session()) == 0


@pytest.mark.rule("E12")
def test_of_what_goes_on_cost_nothing_or_was_given_back_there_is_nothing_to_give() -> None:
    running = replace(session(), state=session().state.RUNNING)
    for order, of in (
        (TALK, running),
        (TALK, session(refunded_minor=3 * PRICE)),
        (TALK, None),
        (replace(ORDER, escrow_minor=0, refunded_minor=PRICE), None),
    ):
        with pytest.raises(WrongState) as refused:
            check(order, of, Party.PERFORMER, 1)
        assert refused.value.state == "free"
