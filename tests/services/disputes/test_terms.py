"""What time does to a dispute: nobody's silence keeps money for ever."""

import logging

import pytest

from chalicelib.domain.disputes.dispute import Phase, Split, Verdict
from chalicelib.domain.errors import NotFound, WrongState
from chalicelib.domain.parties import Party
from chalicelib.services.changes import Ref
from chalicelib.services.workflows import Machine
from chalicelib.services.workflows import Phase as Standing
from tests.services.disputes.test_disputes import paid
from tests.support.courts import Court
from tests.support.works import PRICE


@pytest.mark.rule("D31", "E17")
def test_the_other_side_is_reminded_on_the_second_day_and_once(court: Court) -> None:
    court.opened()
    court.mails()
    court.wait(1)
    court.lapse()
    assert court.mails() == []
    court.wait(1)
    for _ in range(2):
        court.lapse()
    assert court.mails() == [("pavel", "dispute_answer_due")]


@pytest.mark.rule("D27", "D31", "E17")
def test_without_an_answer_it_goes_to_arbitration_and_on_to_all_arbiters_and_the_admin(court: Court) -> None:
    court.opened()
    court.wait(3)
    court.mails()
    assert court.lapse().phase is Phase.ARBITRATION
    assert {template for _, template in court.mails()} == {"dispute_in_arbitration", "dispute_to_decide"}
    court.wait(7)
    assert court.lapse().phase is Phase.ESCALATED
    assert sorted(court.mails()) == [("nina", "dispute_to_decide"), ("oleg", "dispute_to_decide")]
    court.wait(3)
    assert court.lapse().phase is Phase.ADMIN
    assert court.mails() == [("anna", "dispute_to_decide")]
    assert [event.party for event in court.thread[1:]] == [Party.SERVICE] * 3


@pytest.mark.rule("D31")
@pytest.mark.parametrize(("delivered", "to_performer"), [(False, 0), (True, PRICE)])
def test_if_nobody_decides_the_performer_gets_what_was_delivered_and_the_customer_all_else(
    court: Court, delivered: bool, to_performer: int, caplog: pytest.LogCaptureFixture
) -> None:
    court.job.start()
    if delivered:
        court.job.deliver()
    court.open()
    for days in (3, 7, 3, 7):
        court.wait(days)
        with caplog.at_level(logging.ERROR):
            court.lapse()
    over = court.dispute
    assert over.verdict == Verdict(Split(PRICE - to_performer, to_performer), "", None)
    assert court.job.order.refunded_minor == PRICE - to_performer
    assert [record.name for record in caplog.records] == ["chalicelib.services.disputes.terms"]
    assert "decided by nobody" in caplog.text
    assert court.clean()


@pytest.mark.rule("D31")
def test_whoever_looks_late_finds_each_phase_with_its_full_term(court: Court) -> None:
    court.opened()
    court.wait(100)
    assert court.lapse().phase is Phase.ARBITRATION
    assert court.lapse().phase is Phase.ARBITRATION


@pytest.mark.rule("D31")
def test_an_answer_after_its_time_comes_too_late_even_if_nobody_has_looked(court: Court) -> None:
    court.opened()
    court.wait(3)
    with pytest.raises(WrongState):
        court.answer()
    assert court.dispute.phase is Phase.ARBITRATION
    court.say(court.pavel)


@pytest.mark.rule("D31")
def test_if_a_term_is_over_as_somebody_acts_exactly_one_counts(court: Court) -> None:
    court.opened()
    court.house.hands.forward(3 * 86_400_000 - 2)

    def lapses() -> None:
        court.house.hands.forward(10)
        court.lapse()

    with court.job.meanwhile(lapses), pytest.raises(WrongState):
        court.answer()
    assert [event.act for event in court.thread] == ["open", "lapse"]


@pytest.mark.rule("D31")
def test_of_two_who_look_at_once_one_goes_on_and_mails_go_once(court: Court) -> None:
    court.opened()
    court.wait(3)
    court.mails()
    with court.job.meanwhile(court.lapse):
        court.lapse()
    assert [template for _, template in court.mails()].count("dispute_in_arbitration") == 2
    assert [event.act for event in court.thread] == ["open", "lapse"]


@pytest.mark.rule("D31", "D25")
def test_a_default_verdict_about_paid_work_leaves_it_with_the_performer(court: Court) -> None:
    paid(court)
    before = court.job.balances
    for days in (7, 3, 7):
        court.wait(days)
        court.lapse()
    assert court.dispute.verdict == Verdict(Split(0, PRICE), "", None)
    assert court.job.balances == before
    assert court.job.order.dispute is None


def test_a_dispute_that_is_not_there_has_no_time(court: Court) -> None:
    with pytest.raises(NotFound):
        court.house.dispute_terms.lapse("x" * 26)


@pytest.mark.rule("D22", "D31")
def test_its_execution_begins_with_it_hears_of_every_act_and_ends_with_it(court: Court) -> None:
    court.job.start()
    opened = court.open()
    timed = court.house.timed[Machine.DISPUTE]
    standing = timed.standing(opened.id)
    assert standing and (standing.phase, standing.version, standing.due_s) == (Standing.OPEN, 0, 2 * 86_400)
    court.withdraw()
    over = timed.lapse(opened.id)
    assert over and (over.phase, over.version) == (Standing.CLOSED, 1)
    assert timed.standing("x" * 26) is None
    assert timed.lapse("x" * 26) is None


@pytest.mark.rule("D31")
def test_what_is_overdue_is_found_in_every_phase(court: Court) -> None:
    court.opened()
    timed = court.house.timed[Machine.DISPUTE]
    for days in (3, 7, 3, 7):
        court.wait(days)
        assert [list(page) for page in timed.overdue(court.house.hands.at_ms + 1)] == [[court.dispute_id]]
        court.lapse()
    assert list(timed.overdue(court.house.hands.at_ms + 10**12)) == []
    assert court.house.store.get(Ref(type(court.dispute), court.dispute_id)) is not None
