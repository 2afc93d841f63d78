"""The life of an order of files: over as it is placed, the customer's for good unless a dispute ends that."""

from dataclasses import replace

import pytest

from chalicelib.domain.errors import Forbidden, NotFound, WrongState
from chalicelib.domain.orders.deadlines import lapsing, wakes_ms
from chalicelib.domain.orders.files import LIFECYCLE, Files, FilesAct, FilesState
from chalicelib.domain.orders.order import act_on, of_kind
from chalicelib.domain.orders.work import Work
from chalicelib.domain.parties import Party
from tests.support.orders import files

NOW, DAY, PRICE = 1_780_000_000_000, 86_400_000, 10_001
BOUGHT = files("o1", price_minor=PRICE, at_ms=NOW)


@pytest.mark.rule("R81", "D24", "D31")
def test_it_is_over_as_it_is_placed_and_may_be_reviewed_for_thirty_days() -> None:
    assert (BOUGHT.ended_ms, BOUGHT.deadline, BOUGHT.escrow_minor) == (NOW, None, 0)
    assert BOUGHT.review is not None
    assert BOUGHT.review.due_ms == NOW + 30 * DAY
    assert wakes_ms(BOUGHT) == NOW + 3 * DAY, "its customer is asked for a review"
    assert lapsing(BOUGHT, NOW + 400 * DAY) is None, "no silence means anything"
    assert LIFECYCLE.at_once


@pytest.mark.rule("R77", "D27")
@pytest.mark.parametrize("judge", [Party.ARBITER, Party.ADMIN, Party.SERVICE])
def test_a_judge_ends_the_customers_access_once(judge: Party) -> None:
    facts = BOUGHT.facts(judge, NOW + DAY)
    revoked, _ = act_on(BOUGHT, FilesAct.REVOKE, facts, key="k")
    assert (revoked.body, revoked.body.access) == (Files(FilesState.REVOKED), False)
    assert (revoked.ended_ms, revoked.review) == (NOW, BOUGHT.review), "the order was over before"
    with pytest.raises(WrongState) as refused:
        act_on(revoked, FilesAct.REVOKE, facts, key="k2")
    assert refused.value.state == "revoked"


@pytest.mark.rule("D10", "D33", "D34")
@pytest.mark.parametrize("side", [Party.CUSTOMER, Party.PERFORMER])
def test_neither_side_does(side: Party) -> None:
    assert BOUGHT.acts(BOUGHT.facts(side, NOW)) == ()
    with pytest.raises(Forbidden):
        act_on(BOUGHT, FilesAct.REVOKE, BOUGHT.facts(side, NOW), key="k")


@pytest.mark.rule("D12")
def test_the_first_answer_is_the_order_as_it_was_bought_whatever_came_of_it() -> None:
    facts = BOUGHT.facts(Party.ARBITER, NOW + DAY)
    revoked, _ = act_on(BOUGHT, FilesAct.REVOKE, facts, key="k")
    later = replace(revoked, refunded_minor=PRICE, decided=True, review=None)
    assert later.as_placed == BOUGHT


def test_an_order_of_files_is_none_of_another_kind() -> None:
    assert of_kind(BOUGHT, Files) is BOUGHT
    for order, kind in ((BOUGHT, Work), (None, Files)):
        with pytest.raises(NotFound):
            of_kind(order, kind)
