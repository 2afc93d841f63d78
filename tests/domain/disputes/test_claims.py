"""What may be disputed, until when, and for how much."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.disputes import claims
from chalicelib.domain.disputes.claims import DISPUTES_AT_MOST
from chalicelib.domain.disputes.dispute import About
from chalicelib.domain.errors import InvalidInput, LimitReached, WindowClosed, WrongState
from chalicelib.domain.kinds import Mode, TwipKind
from chalicelib.domain.orders.order import Order, WorkOrder
from chalicelib.domain.orders.work import Work, WorkState
from chalicelib.domain.sessions import FirstBlock, Reason, Session, State
from tests.support.orders import consultation

T, PRICE, DAY = 1_790_000_000_000, 10_001, 86_400_000
WINDOW = 14 * DAY
ORDER = consultation("o1", price_minor=PRICE, at_ms=T - DAY)


def session(**changes: Any) -> Session:
    made = Session(
        id="o1-0001",
        order_id="o1",
        customer_id="cora",
        performer_id="pavel",
        mode=Mode.VIDEO,
        price_minor=PRICE,
        commission_bps=1500,
        state=State.ENDED,
        called_ms=T - 3_000_000,
        deadline_ms=0,
        clock_started_ms=T - 2_000_000,
        first_block=FirstBlock.SETTLED,
        blocks_paid=2,
        ended_ms=T,
        reason=Reason.CUSTOMER_HANGUP,
    )
    return replace(made, **changes)


@pytest.mark.rule("R71", "D27", "D31")
def test_the_paid_blocks_of_a_session_may_be_disputed_for_fourteen_days_from_its_end() -> None:
    last_ms = T + WINDOW - 1
    assert claims.of_session(ORDER, session(), WINDOW, last_ms) == About(
        TwipKind.CONSULTATION, {"en": "Advice"}, "RUB", 3 * PRICE, 0, "o1-0001"
    )
    with pytest.raises(WindowClosed) as refused:
        claims.of_session(ORDER, session(), WINDOW, last_ms + 1)
    assert refused.value.closed_ms == T + WINDOW


@pytest.mark.rule("D27", "E15")
def test_what_was_given_back_already_is_not_disputed() -> None:
    assert claims.of_session(ORDER, session(refunded_minor=5_000), WINDOW, T).amount_minor == 3 * PRICE - 5_000
    outage = session(reason=Reason.SERVICE_OUTAGE)
    assert claims.of_session(ORDER, outage, WINDOW, T).amount_minor == 2 * PRICE


@pytest.mark.rule("D27")
@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"state": State.RUNNING, "ended_ms": None}, "running"),
        ({"first_block": FirstBlock.HELD, "blocks_paid": 0}, "free"),
        ({"refunded_minor": 3 * PRICE}, "free"),
        ({"disputes": 1, "decided": True}, "decided"),
    ],
)
def test_a_session_that_goes_on_cost_nothing_or_was_decided_is_not_disputed(changes: Any, state: str) -> None:
    with pytest.raises(WrongState) as refused:
        claims.of_session(ORDER, session(**changes), WINDOW, T)
    assert (refused.value.what, refused.value.state) == ("session", state)


@pytest.mark.rule("D27")
def test_who_withdraws_may_open_it_again_but_not_for_ever() -> None:
    claims.of_session(ORDER, session(disputes=DISPUTES_AT_MOST - 1), WINDOW, T)
    with pytest.raises(LimitReached) as refused:
        claims.of_session(ORDER, session(disputes=DISPUTES_AT_MOST), WINDOW, T)
    assert (refused.value.what, refused.value.limit) == ("disputes", DISPUTES_AT_MOST)


def work(state: WorkState = WorkState.DELIVERED, **changes: Any) -> WorkOrder:
    order: WorkOrder = Order(
        id="o2",
        twip_id="t2",
        customer_id="cora",
        performer_id="pavel",
        terms=ORDER.terms,
        body=Work(7, state),
        created_ms=T - DAY,
        fingerprint="",
        escrow_minor=PRICE,
    )
    return replace(order, **changes)


@pytest.mark.rule("R71", "D27", "D31")
@pytest.mark.parametrize("state", [WorkState.WORKING, WorkState.DELIVERED])
def test_from_the_start_of_work_what_lies_in_escrow_may_be_disputed(state: WorkState) -> None:
    found = claims.of_work(work(state), WINDOW, T)
    assert (found.kind, found.amount_minor, found.in_escrow_minor) == (TwipKind.WORK, PRICE, PRICE)


@pytest.mark.rule("R71", "D27", "D31")
def test_for_fourteen_days_after_it_was_accepted_what_was_paid_may_be() -> None:
    accepted = work(WorkState.ACCEPTED, ended_ms=T, escrow_minor=0, refunded_minor=1)
    found = claims.of_work(accepted, WINDOW, T + WINDOW - 1)
    assert (found.amount_minor, found.in_escrow_minor) == (PRICE - 1, 0)
    with pytest.raises(WindowClosed):
        claims.of_work(accepted, WINDOW, T + WINDOW)


@pytest.mark.rule("D27")
@pytest.mark.parametrize("state", [s for s in WorkState if s not in (*claims.UNDER_WAY, WorkState.ACCEPTED)])
def test_what_has_not_begun_was_refused_cancelled_or_split_is_not_disputed(state: WorkState) -> None:
    with pytest.raises(WrongState) as refused:
        claims.of_work(work(state), WINDOW, T)
    assert refused.value.state == state


@pytest.mark.rule("D27", "E12")
@pytest.mark.parametrize(("changes", "state"), [({"refunded_minor": PRICE}, "free"), ({"decided": True}, "decided")])
def test_work_that_was_given_back_in_whole_or_decided_is_not_disputed(changes: Any, state: str) -> None:
    with pytest.raises(WrongState) as refused:
        claims.of_work(work(**changes), WINDOW, T)
    assert refused.value.state == state


@pytest.mark.rule("D31")
def test_by_default_work_that_was_delivered_was_had_and_no_other() -> None:
    had = {state: claims.had(work(state), PRICE) for state in claims.UNDER_WAY}
    assert had == {WorkState.WORKING: 0, WorkState.DELIVERED: PRICE}
    assert claims.had(work(WorkState.ACCEPTED), 5) == 5


@pytest.mark.rule("D27")
def test_of_a_consultation_a_session_is_named_and_of_nothing_else() -> None:
    assert claims.of_order(ORDER, session(), WINDOW, T).session_id == "o1-0001"
    assert claims.of_order(work(), None, WINDOW, T).session_id is None
    for order, of, code in ((ORDER, None, "required"), (work(), session(), "not_allowed")):
        with pytest.raises(InvalidInput) as refused:
            claims.of_order(order, of, WINDOW, T)
        assert [(error.field, error.code) for error in refused.value.errors] == [("session_id", code)]


@pytest.mark.rule("R71", "R72", "D31")
def test_a_page_is_told_what_a_dispute_would_be_about_and_until_when_or_that_there_can_be_none() -> None:
    found = claims.claim(ORDER, session(), WINDOW, T)
    assert found is not None
    assert (found.about.amount_minor, found.closes_ms) == (3 * PRICE, T + WINDOW)
    assert claims.claim(ORDER, session(), WINDOW, T + WINDOW) is None
    assert claims.claim(ORDER, session(decided=True), WINDOW, T) is None
    assert claims.claim(ORDER, session(disputes=DISPUTES_AT_MOST), WINDOW, T) is None
    under_way = claims.claim(work(), None, WINDOW, T)
    assert under_way is not None
    assert under_way.closes_ms is None, "as long as the work goes on"
    assert claims.claim(ORDER, None, WINDOW, T) is None, "a consultation is disputed session by session"


@pytest.mark.rule("D27")
def test_nothing_can_be_disputed_while_a_dispute_is_open_or_a_call_is_live() -> None:
    assert claims.claim(replace(ORDER, dispute="o1-d1"), session(), WINDOW, T) is None
    calling = replace(ORDER, body=replace(ORDER.body, live="o1-0002"))
    assert claims.claim(calling, session(), WINDOW, T) is None
