"""What the state machine of orders is told, and which orders are found by the clock alone (docs/adr/0005)."""

from dataclasses import replace

import pytest

from chalicelib.domain.errors import WrongState
from chalicelib.domain.orders.deadlines import stop
from chalicelib.services import paging
from chalicelib.services.changes import Save
from chalicelib.services.orders.timing import TimedOrders, wake_of
from chalicelib.services.paging import DUE_AT_ONCE
from chalicelib.services.workflows import LONGEST_S, Machine, Phase, Wake
from tests.support.executions import MemoryExecutions
from tests.support.house import House
from tests.support.people import settle
from tests.support.sales import fund, offer, place
from tests.support.works import DAY, PRICE, Job

DAY_S = 86_400


@pytest.fixture
def job(house: House) -> Job:
    return Job(house)


def executions(house: House) -> MemoryExecutions:
    return house.executions_of[Machine.ORDER]


def timed(house: House) -> TimedOrders:
    return TimedOrders(house.store, house.clock, house.order_terms)


def test_an_order_of_work_has_an_execution_of_its_own_name_from_the_start(job: Job) -> None:
    assert executions(job.house).started == {job.order_id: Wake(job.order_id, 0, Phase.OPEN, 5 * DAY_S)}


@pytest.mark.rule("D31")
def test_it_sleeps_until_the_next_reminder_or_the_end_of_the_term(job: Job) -> None:
    def sleeps() -> Wake | None:
        return timed(job.house).lapse(job.order_id)

    assert sleeps() == Wake(job.order_id, 0, Phase.OPEN, 5 * DAY_S)
    job.wait(5)
    assert sleeps() == Wake(job.order_id, 1, Phase.OPEN, 2 * DAY_S)
    job.wait(2)
    assert sleeps() == Wake(job.order_id, 2, Phase.CLOSED, LONGEST_S)


def test_who_acts_wakes_it_with_the_version_that_is_stored(job: Job) -> None:
    job.house.timekeeping(Machine.ORDER).wait("token", job.order_id, job.order_id, 0)
    job.start()
    assert executions(job.house).signals == [("token", Wake(job.order_id, 1, Phase.OPEN, 9 * DAY_S))]
    assert timed(job.house).standing(job.order_id) == Wake(job.order_id, 1, Phase.OPEN, 9 * DAY_S)


def test_a_repeat_of_an_act_wakes_nobody(job: Job) -> None:
    job.start()
    asked = list(executions(job.house).asked)
    job.start()
    assert executions(job.house).asked == asked


@pytest.mark.rule("D31")
def test_an_act_that_comes_too_late_wakes_the_execution_all_the_same(job: Job) -> None:
    """The term is ended on the way, by whoever comes: its execution need not wait for its own timeout."""
    job.house.timekeeping(Machine.ORDER).wait("token", job.order_id, job.order_id, 0)
    job.wait(7)
    with pytest.raises(WrongState):
        job.start()
    ((token, told),) = executions(job.house).signals
    assert (token, told.version, told.phase) == ("token", 1, Phase.CLOSED)


@pytest.mark.rule("D22", "D27")
def test_while_a_dispute_stops_the_term_it_looks_once_a_month(job: Job) -> None:
    job.house.store.commit(Save(stop(job.order, "dispute", job.house.hands.at_ms)))
    standing = timed(job.house).standing(job.order_id)
    assert standing == Wake(job.order_id, 1, Phase.OPEN, LONGEST_S)


def test_consultations_have_no_execution_and_cost_no_request_for_one(house: House) -> None:
    vera, pavel = settle(house, "vera@example.org"), settle(house, "pavel@example.org", name="Pavel")
    fund(house, vera, 1_000_000)
    order = place(house, vera, offer(house, pavel))
    assert wake_of(order, house.hands.at_ms) is None
    assert timed(house).standing(order.id) is None
    assert timed(house).lapse(order.id) is None
    house.consultations.cancel(vera.id, order.id, key="cancel-key")
    assert executions(house).asked == []


def test_of_an_order_that_nobody_knows_nothing_is_said(house: House) -> None:
    assert timed(house).standing("nobody") is None
    assert timed(house).lapse("nobody") is None


@pytest.mark.rule("D31")
def test_the_sweep_finds_what_is_overdue_by_two_ticks_whatever_became_of_its_execution(job: Job) -> None:
    house = job.house
    house.sweeping.sweep(house.hands.at_ms)
    assert house.repairs.asked == []
    job.wait(5)
    house.sweeping.sweep(house.hands.at_ms + 2 * house.settings.durations.tick_ms)
    assert house.repairs.asked == []
    house.sweeping.sweep(house.hands.at_ms + 2 * house.settings.durations.tick_ms + 1)
    assert house.repairs.asked == [(Machine.ORDER, job.order_id, 0)]


def test_more_than_a_page_of_overdue_orders_are_found_and_none_that_is_not(job: Job) -> None:
    house = job.house
    fund(house, job.vera, (DUE_AT_ONCE + 5) * PRICE)
    first = [job.order_id, *(job.buy(f"order-{number}").id for number in range(DUE_AT_ONCE))]
    house.hands.forward(DAY)
    later = job.buy("later").id
    found = [order_id for page in timed(house).overdue(job.order.created_ms + 5 * DAY + DAY // 2) for order_id in page]
    assert sorted(found) == sorted(first)
    assert later not in found


def test_an_order_that_has_moved_on_since_the_index_was_written_is_passed_over(job: Job) -> None:
    house, before_ms = job.house, job.order.created_ms + 6 * DAY
    assert [list(page) for page in timed(house).overdue(before_ms)] == [[job.order_id]]
    house.dynamo.gsi_lag = lambda: True
    moved = job.order
    deadline = moved.deadline
    assert deadline is not None
    house.store.commit(Save(replace(moved, deadline=replace(deadline, due_ms=(deadline.due_ms or 0) + 30 * DAY))))
    assert list(timed(house).overdue(before_ms)) == []


def test_a_page_of_orders_that_have_all_moved_on_hides_no_overdue_one_behind_it(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "DUE_AT_ONCE", 1)
    house, first = job.house, job.order
    fund(house, job.vera, PRICE)
    house.hands.forward(1)
    behind, before_ms = job.buy("behind").id, first.created_ms + 6 * DAY
    assert [list(page) for page in timed(house).overdue(before_ms)] == [[first.id], [behind]]
    house.dynamo.gsi_lag = lambda: True
    assert first.deadline is not None
    house.store.commit(Save(replace(first, deadline=replace(first.deadline, due_ms=first.created_ms + 99 * DAY))))
    assert [list(page) for page in timed(house).overdue(before_ms)] == [[behind]]
