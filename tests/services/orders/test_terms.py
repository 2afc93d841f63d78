"""What time does to an order of work: once, whoever wakes it, and before anybody acts on what is over (D22, D31)."""

import pytest

from chalicelib.domain.errors import NotFound, WrongState
from chalicelib.domain.orders.deadlines import stop, wakes_ms
from chalicelib.domain.orders.penalties import RefusalRecord
from chalicelib.domain.orders.work import WorkAct, WorkState
from chalicelib.domain.parties import Party
from chalicelib.services.changes import Save
from chalicelib.services.connections import Connections
from chalicelib.services.frames import OrderUpdated
from chalicelib.services.ports import Listing
from tests.support.house import House
from tests.support.sales import fund, offer, place
from tests.support.works import DAYS, PRICE, Job


@pytest.fixture
def job(house: House) -> Job:
    return Job(house)


@pytest.mark.rule("D22", "D31")
def test_a_performer_who_neither_starts_nor_refuses_has_refused_and_the_money_is_back(job: Job) -> None:
    over = job.wait(7).lapse()
    assert (over, over.body.state, job.balances) == (job.order, WorkState.REFUSED, (3 * PRICE, 0, 0))
    assert job.refusals == [RefusalRecord(job.pavel.id, job.order_id, job.house.hands.at_ms, started=False)]
    assert job.house.audit.run().clean
    event = job.event(over.act_key or "")
    assert event is not None
    assert (event.act, event.party, event.version) == (WorkAct.LAPSE_START, Party.SERVICE, over.version)


@pytest.mark.rule("D22", "D31")
def test_overdue_work_waits_for_thirty_days_and_is_given_up_then(job: Job) -> None:
    job.start()
    assert job.wait(DAYS).lapse().body.overdue
    assert job.balances == (2 * PRICE, 0, 0)
    assert job.wait(30).lapse().body.state is WorkState.REFUSED
    assert (job.balances, job.refusals[0].started) == ((3 * PRICE, 0, 0), True)
    assert job.house.audit.run().clean


@pytest.mark.rule("D22", "D31")
def test_a_delivery_that_nobody_answers_is_accepted_and_paid(job: Job) -> None:
    job.start()
    job.deliver()
    assert job.wait(7).lapse().body.state is WorkState.ACCEPTED
    assert job.balances == (2 * PRICE, 8_501, 1_500)
    assert job.house.audit.run().clean


@pytest.mark.rule("D31")
def test_whoever_wakes_it_early_twice_or_at_once_does_no_harm(job: Job) -> None:
    before = job.order
    assert job.lapse() == before
    job.wait(7)
    with job.meanwhile(job.lapse):
        over = job.lapse()
    assert (over, over.version, job.lapse()) == (job.order, before.version + 1, over)
    assert len(job.refusals) == 1


@pytest.mark.rule("D31")
def test_it_is_reminded_of_once(job: Job) -> None:
    before = job.order
    marked = job.wait(5).lapse()
    assert (marked, marked.version) == (job.order, before.version + 1)
    assert job.lapse() == marked
    assert marked.deadline is not None
    assert (marked.deadline.reminded, wakes_ms(marked)) == (True, marked.deadline.due_ms)


@pytest.mark.rule("D22", "D31")
def test_what_is_over_by_the_clock_is_over_for_whoever_acts_though_nothing_has_woken_it_yet(job: Job) -> None:
    job.wait(7)
    with pytest.raises(WrongState) as refused:
        job.start()
    assert (refused.value.state, refused.value.acts, job.balances) == ("refused", (), (3 * PRICE, 0, 0))


@pytest.mark.rule("D22")
def test_an_overdue_order_is_cancelled_though_nothing_has_woken_it_yet(job: Job) -> None:
    job.start()
    job.wait(DAYS)
    assert (job.cancel().body.state, job.balances) == (WorkState.CANCELLED, (3 * PRICE, 0, 0))


@pytest.mark.rule("D22")
def test_a_late_delivery_is_a_delivery(job: Job) -> None:
    job.start()
    job.wait(DAYS + 1)
    delivered = job.deliver()
    assert (delivered.body.state, delivered.body.overdue) == (WorkState.DELIVERED, False)


@pytest.mark.rule("D22", "D31")
def test_a_dispute_keeps_time_from_doing_anything(job: Job) -> None:
    job.house.store.commit(Save(stop(job.order, "d1", job.house.hands.at_ms)))
    before = job.order
    assert job.wait(30).lapse() == before


def test_an_order_that_there_is_not_has_no_time(house: House) -> None:
    with pytest.raises(NotFound):
        house.order_terms.lapse("o1")


def test_an_order_of_another_kind_is_left_as_it_is(job: Job) -> None:
    fund(job.house, job.vera, 100_000)
    talk = place(job.house, job.vera, offer(job.house, job.pavel), key="talk-key")
    job.wait(60)
    assert job.house.order_terms.lapse(talk.id) == talk


@pytest.mark.rule("R52", "R70")
def test_both_sides_are_told_and_a_performer_who_was_paid_sees_it(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    job.start()
    job.deliver()
    told: list[tuple[str, str]] = []

    def tell(_: Connections, user_id: str, *frames: object) -> int:
        told.extend((user_id, type(frame).__name__) for frame in frames)
        return 0

    monkeypatch.setattr(Connections, "tell_user", tell)
    job.wait(7).lapse()
    name = OrderUpdated.__name__
    assert set(told) == {
        (job.pavel.id, name),
        (job.vera.id, name),
        (job.vera.id, "Balance"),
        (job.pavel.id, "Balance"),
    }


# What is due


@pytest.mark.rule("D31")
def test_orders_are_listed_by_when_they_are_to_be_looked_at_and_no_longer_than_that(job: Job) -> None:
    first = job.order
    second = job.buy("second-key")
    job.start()  # the first is to be looked at later than the second now
    assert due(job) == [second.id, first.id]
    job.house.order_terms.lapse(second.id)
    job.wait(7)
    job.house.order_terms.lapse(second.id)
    assert due(job) == [first.id]
    job.deliver()
    job.accept()
    assert due(job) == [first.id]  # to be asked for a review
    job.wait(3)
    job.lapse()
    assert due(job) == []


def test_what_a_dispute_has_stopped_is_not_due(job: Job) -> None:
    job.house.store.commit(Save(stop(job.order, "d1", job.house.hands.at_ms)))
    assert due(job) == []


def due(job: Job) -> list[str]:
    return [order.id for order in job.house.store.page(Listing.DUE_ORDERS).items]
