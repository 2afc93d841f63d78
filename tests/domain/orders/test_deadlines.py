"""Terms, reminders, and the dispute that stops a clock."""

from dataclasses import replace

import pytest

from chalicelib.domain.lifecycle import Notice
from chalicelib.domain.orders.deadlines import ASK_FOR_REVIEW, lapsing, reminded, reminding, resume, stop, wakes_ms
from chalicelib.domain.orders.order import Deadline, Rest, WorkOrder, act_on
from chalicelib.domain.orders.work import WorkAct, WorkState
from chalicelib.domain.parties import Party
from tests.support.orders import consultation, work

NOW, DAY = 1_780_000_000_000, 86_400_000
DUE = NOW + 7 * DAY


def placed(days: int = 10) -> WorkOrder:
    return work("o1", price_minor=9_000, at_ms=NOW, days=days)


def started(days: int) -> WorkOrder:
    order = placed(days)
    return act_on(order, WorkAct.START, order.facts(Party.PERFORMER, NOW), key="k")[0]


@pytest.mark.rule("D31")
def test_an_order_wakes_for_its_reminder_and_then_for_the_end_of_its_term() -> None:
    order = placed()
    assert wakes_ms(order) == DUE - 2 * DAY
    assert wakes_ms(reminded(order)) == DUE


def test_an_order_without_a_term_sleeps() -> None:
    order = consultation("o1", price_minor=9_000, at_ms=NOW)
    assert (wakes_ms(order), lapsing(order, NOW), reminding(order, NOW)) == (None, None, None)
    assert reminded(order) == order


@pytest.mark.rule("D31")
@pytest.mark.parametrize(
    ("at_ms", "act"), [(DUE - 1, None), (DUE, WorkAct.LAPSE_START), (DUE + DAY, WorkAct.LAPSE_START)]
)
def test_a_term_is_over_to_the_millisecond(at_ms: int, act: str | None) -> None:
    assert lapsing(placed(), at_ms) == act


@pytest.mark.rule("D31")
@pytest.mark.parametrize(("early_ms", "due"), [(1, False), (0, True), (-DAY, True)])
def test_a_reminder_goes_from_its_time_on_and_once(early_ms: int, due: bool) -> None:
    told = Notice("work_start_reminder", Party.PERFORMER) if due else None
    assert reminding(placed(), DUE - 2 * DAY - early_ms) == told
    assert reminding(reminded(placed()), DUE - 2 * DAY - early_ms) is None


@pytest.mark.rule("D31")
@pytest.mark.parametrize(("days", "reminder"), [(1, None), (2, NOW + DAY)])
def test_a_term_that_is_no_longer_than_its_reminder_is_early_has_none(days: int, reminder: int | None) -> None:
    order = started(days)
    assert order.deadline is not None
    assert order.deadline.reminded is (reminder is None)
    assert wakes_ms(order) == (reminder or NOW + DAY)


@pytest.mark.rule("D24", "D31")
def test_the_customer_of_an_order_that_has_ended_is_asked_once_for_a_review_and_its_end_wakes_nobody() -> None:
    delivered = replace(placed(), body=replace(placed().body, state=WorkState.DELIVERED))
    order = act_on(delivered, WorkAct.ACCEPT, delivered.facts(Party.CUSTOMER, NOW), key="k")[0]
    assert wakes_ms(order) == NOW + 3 * DAY
    assert (reminding(order, NOW + 3 * DAY - 1), lapsing(order, NOW + 99 * DAY)) == (None, None)
    assert reminding(order, NOW + 3 * DAY) == ASK_FOR_REVIEW == Notice("review_asked", Party.CUSTOMER)
    asked = reminded(order)
    assert (wakes_ms(asked), reminding(asked, NOW + 99 * DAY)) == (None, None)
    assert wakes_ms(resume(stop(order, "d1", NOW + DAY), Rest(NOW + DAY, NOW + 9 * DAY))) == NOW + 11 * DAY


def test_overdue_work_has_no_reminder() -> None:
    order = replace(placed(), deadline=Deadline("overdue", 1, DUE))
    assert (wakes_ms(order), reminding(order, DUE)) == (DUE, None)


@pytest.mark.rule("D22", "D31")
def test_a_dispute_stops_the_clock_and_what_was_left_runs_on_after_it() -> None:
    stopped = stop(replace(placed(), version=3), "d1", NOW + DAY)
    assert (stopped.dispute, stopped.deadline) == ("d1", Deadline("start", 0, None, 6 * DAY))
    assert (wakes_ms(stopped), lapsing(stopped, DUE + DAY), reminding(stopped, DUE)) == (None, None, None)
    resumed = resume(stopped, Rest(NOW + DAY, NOW + 20 * DAY))
    assert (resumed.dispute, resumed.deadline) == (None, Deadline("start", 4, NOW + 26 * DAY))


@pytest.mark.rule("D22")
def test_a_reminder_that_has_gone_does_not_go_again_after_a_dispute() -> None:
    resumed = resume(stop(reminded(placed()), "d1", NOW + 6 * DAY), Rest(NOW + 6 * DAY, NOW + 9 * DAY))
    assert wakes_ms(resumed) == NOW + 10 * DAY


def test_a_dispute_about_an_order_without_a_term_stops_none() -> None:
    order = consultation("o1", price_minor=9_000, at_ms=NOW)
    assert stop(order, "d1", NOW) == replace(order, dispute="d1")
    rest = Rest(NOW, NOW + DAY)
    assert resume(stop(order, "d1", NOW), rest) == replace(order, rests=(rest,))
    assert resume(replace(placed(), dispute="d1"), rest) == replace(placed(), rests=(rest,))


def test_a_clock_that_a_dispute_meets_at_its_end_has_nothing_left() -> None:
    stopped = stop(placed(), "d1", DUE + 1)
    assert stopped.deadline is not None
    assert stopped.deadline.left_ms == 0
