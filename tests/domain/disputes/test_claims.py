"""What may be disputed, until when, and for how much."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.disputes import claims
from chalicelib.domain.disputes.claims import DISPUTES_AT_MOST, IN_ALL_AT_MOST
from chalicelib.domain.disputes.dispute import About
from chalicelib.domain.errors import InvalidInput, LimitReached, WindowClosed, WrongState
from chalicelib.domain.kinds import Mode, TwipKind
from chalicelib.domain.orders.files import FilesState
from chalicelib.domain.orders.order import Order, Rest, WorkOrder
from chalicelib.domain.orders.work import Work, WorkState
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import FirstBlock, Reason, Session, State
from tests.support.orders import consultation, files

T, PRICE, DAY = 1_790_000_000_000, 10_001, 86_400_000
WINDOW = 14 * DAY
PLAIN = consultation("o1", price_minor=PRICE, at_ms=T - DAY)
ORDER = replace(PLAIN, terms=replace(PLAIN.terms, lasts_ms={"window": WINDOW}))


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
    assert claims.of_session(ORDER, session(), Side.CUSTOMER, last_ms) == About(
        TwipKind.CONSULTATION, {"en": "Advice"}, "RUB", 3 * PRICE, 0, "o1-0001"
    )
    with pytest.raises(WindowClosed) as refused:
        claims.of_session(ORDER, session(), Side.CUSTOMER, last_ms + 1)
    assert refused.value.closed_ms == T + WINDOW


@pytest.mark.rule("D27", "E15")
def test_what_was_given_back_already_is_not_disputed() -> None:
    assert claims.of_session(ORDER, session(refunded_minor=5_000), Side.CUSTOMER, T).amount_minor == 3 * PRICE - 5_000
    outage = session(reason=Reason.SERVICE_OUTAGE)
    assert claims.of_session(ORDER, outage, Side.CUSTOMER, T).amount_minor == 2 * PRICE


@pytest.mark.rule("D27")
@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"state": State.RUNNING, "ended_ms": None}, "running"),
        ({"first_block": FirstBlock.HELD, "blocks_paid": 0}, "free"),
        ({"refunded_minor": 3 * PRICE}, "free"),
        ({"disputed": (Side.CUSTOMER,), "decided": True}, "decided"),
    ],
)
def test_a_session_that_goes_on_cost_nothing_or_was_decided_is_not_disputed(changes: Any, state: str) -> None:
    with pytest.raises(WrongState) as refused:
        claims.of_session(ORDER, session(**changes), Side.CUSTOMER, T)
    assert (refused.value.what, refused.value.state) == ("session", state)


@pytest.mark.rule("D27")
def test_who_withdraws_may_open_it_again_but_not_for_ever() -> None:
    claims.of_session(ORDER, session(disputed=(Side.CUSTOMER,) * (DISPUTES_AT_MOST - 1)), Side.CUSTOMER, T)
    with pytest.raises(LimitReached) as refused:
        claims.of_session(ORDER, session(disputed=(Side.CUSTOMER,) * DISPUTES_AT_MOST), Side.CUSTOMER, T)
    assert (refused.value.what, refused.value.limit) == ("disputes", DISPUTES_AT_MOST)


@pytest.mark.rule("R71", "D27")
def test_nobody_uses_up_the_disputes_of_the_other_side() -> None:
    spent = (Side.PERFORMER,) * DISPUTES_AT_MOST
    for order, of in ((ORDER, session(disputed=spent)), (work(disputed=spent), None)):
        claims.of_order(order, of, Side.CUSTOMER, T)
        with pytest.raises(LimitReached):
            claims.of_order(order, of, Side.PERFORMER, T)


@pytest.mark.rule("D27")
def test_one_side_opens_forty_disputes_about_the_sessions_of_one_order_at_most() -> None:
    def opened(number: int) -> Any:
        return replace(ORDER, disputed=(Side.CUSTOMER,) * number)

    claims.of_session(opened(IN_ALL_AT_MOST - 1), session(), Side.CUSTOMER, T)
    with pytest.raises(LimitReached) as refused:
        claims.of_session(opened(IN_ALL_AT_MOST), session(), Side.CUSTOMER, T)
    assert refused.value.limit == IN_ALL_AT_MOST
    claims.of_session(opened(IN_ALL_AT_MOST), session(), Side.PERFORMER, T)


@pytest.mark.rule("D22", "D31")
def test_a_dispute_stops_the_window_of_what_else_may_be_disputed_and_what_was_left_runs_on() -> None:
    before, within = Rest(T - 9 * DAY, T - 5 * DAY), Rest(T + 10 * DAY, T + 30 * DAY)
    rested = replace(ORDER, rests=(before, within, Rest(T + 90 * DAY, T + 95 * DAY)))
    found = claims.claim(rested, session(), Side.CUSTOMER, T + 33 * DAY)
    assert found is not None
    assert found.closes_ms == T + WINDOW + 20 * DAY
    with pytest.raises(WindowClosed) as refused:
        claims.of_session(rested, session(), Side.CUSTOMER, T + WINDOW + 20 * DAY)
    assert refused.value.closed_ms == T + WINDOW + 20 * DAY
    accepted = work(WorkState.ACCEPTED, ended_ms=T, escrow_minor=0, rests=(within,))
    claims.of_whole(accepted, Side.CUSTOMER, T + WINDOW + 20 * DAY - 1)


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
    found = claims.of_whole(work(state), Side.CUSTOMER, T)
    assert (found.kind, found.amount_minor, found.in_escrow_minor) == (TwipKind.WORK, PRICE, PRICE)


@pytest.mark.rule("R71", "D27", "D31")
def test_for_fourteen_days_after_it_was_accepted_what_was_paid_may_be() -> None:
    accepted = work(WorkState.ACCEPTED, ended_ms=T, escrow_minor=0, refunded_minor=1)
    found = claims.of_whole(accepted, Side.CUSTOMER, T + WINDOW - 1)
    assert (found.amount_minor, found.in_escrow_minor) == (PRICE - 1, 0)
    with pytest.raises(WindowClosed):
        claims.of_whole(accepted, Side.CUSTOMER, T + WINDOW)


@pytest.mark.rule("D27")
@pytest.mark.parametrize("state", [s for s in WorkState if s not in claims.DISPUTABLE])
def test_what_has_not_begun_was_refused_cancelled_or_split_is_not_disputed(state: WorkState) -> None:
    with pytest.raises(WrongState) as refused:
        claims.of_whole(work(state), Side.CUSTOMER, T)
    assert refused.value.state == state


@pytest.mark.rule("D27", "E12")
@pytest.mark.parametrize(("changes", "state"), [({"refunded_minor": PRICE}, "free"), ({"decided": True}, "decided")])
def test_work_that_was_given_back_in_whole_or_decided_is_not_disputed(changes: Any, state: str) -> None:
    with pytest.raises(WrongState) as refused:
        claims.of_whole(work(**changes), Side.CUSTOMER, T)
    assert refused.value.state == state


@pytest.mark.rule("D31")
def test_by_default_work_that_was_delivered_was_had_and_no_other() -> None:
    had = {state: claims.had(work(state), PRICE) for state in (WorkState.WORKING, WorkState.DELIVERED)}
    assert had == {WorkState.WORKING: 0, WorkState.DELIVERED: PRICE}
    assert claims.had(work(WorkState.ACCEPTED), 5) == 5


@pytest.mark.rule("D27")
def test_of_a_consultation_a_session_is_named_and_of_nothing_else() -> None:
    assert claims.of_order(ORDER, session(), Side.CUSTOMER, T).session_id == "o1-0001"
    assert claims.of_order(work(), None, Side.CUSTOMER, T).session_id is None
    for order, of, code in ((ORDER, None, "required"), (work(), session(), "not_allowed")):
        with pytest.raises(InvalidInput) as refused:
            claims.of_order(order, of, Side.CUSTOMER, T)
        assert [(error.field, error.code) for error in refused.value.errors] == [("session_id", code)]


@pytest.mark.rule("R71", "R72", "D31")
def test_a_page_is_told_what_a_dispute_would_be_about_and_until_when_or_that_there_can_be_none() -> None:
    found = claims.claim(ORDER, session(), Side.CUSTOMER, T)
    assert found is not None
    assert (found.about.amount_minor, found.closes_ms) == (3 * PRICE, T + WINDOW)
    assert claims.claim(ORDER, session(), Side.CUSTOMER, T + WINDOW) is None
    assert claims.claim(ORDER, session(decided=True), Side.CUSTOMER, T) is None
    assert claims.claim(ORDER, session(disputed=(Side.CUSTOMER,) * DISPUTES_AT_MOST), Side.CUSTOMER, T) is None
    under_way = claims.claim(work(), None, Side.CUSTOMER, T)
    assert under_way is not None
    assert under_way.closes_ms is None, "as long as the work goes on"
    assert claims.claim(ORDER, None, Side.CUSTOMER, T) is None, "a consultation is disputed session by session"


@pytest.mark.rule("D27")
def test_nothing_can_be_disputed_while_a_dispute_is_open_or_a_call_is_live() -> None:
    assert claims.claim(replace(ORDER, dispute="o1-d1"), session(), Side.CUSTOMER, T) is None
    calling = replace(ORDER, body=replace(ORDER.body, live="o1-0002"))
    assert claims.claim(calling, session(), Side.CUSTOMER, T) is None


@pytest.mark.rule("R83", "D27", "D31")
def test_files_may_be_disputed_by_either_side_for_fourteen_days_from_the_purchase() -> None:
    bought = files("o3", price_minor=PRICE, at_ms=T)
    for side in Side:
        found = claims.claim(bought, None, side, T + WINDOW - 1)
        assert found is not None
        assert (found.about.kind, found.about.amount_minor, found.about.in_escrow_minor) == (TwipKind.FILES, PRICE, 0)
        assert found.closes_ms == T + WINDOW
        assert claims.claim(bought, None, side, T + WINDOW) is None
    assert claims.had(bought, PRICE) == PRICE


@pytest.mark.rule("D27", "E12")
def test_files_that_were_given_back_decided_or_taken_away_are_not_disputed() -> None:
    bought = files("o3", price_minor=PRICE, at_ms=T)
    assert claims.of_whole(replace(bought, refunded_minor=1), Side.CUSTOMER, T).amount_minor == PRICE - 1
    gone = files("o3", price_minor=PRICE, at_ms=T, state=FilesState.REVOKED)
    for order, state in (
        (replace(bought, refunded_minor=PRICE), "free"),
        (replace(bought, decided=True), "decided"),
        (gone, "revoked"),
    ):
        with pytest.raises(WrongState) as refused:
            claims.of_whole(order, Side.CUSTOMER, T)
        assert refused.value.state == state


@pytest.mark.rule("D25", "D31")
def test_what_was_earned_matures_when_it_can_be_disputed_no_more() -> None:
    bought = files("o3", price_minor=PRICE, at_ms=T)
    assert claims.matures_ms(bought) == T + WINDOW
    rested = replace(bought, rests=(Rest(T + DAY, T + 5 * DAY),))
    assert claims.matures_ms(rested) == T + WINDOW + 4 * DAY, "a dispute has stopped the window"
    assert claims.matures_ms(replace(rested, decided=True)) == T + 5 * DAY, "what is decided is final"
    assert claims.matures_ms(replace(bought, dispute="o3-d1")) is None
    assert claims.matures_ms(work()) is None, "nothing is earned yet"
