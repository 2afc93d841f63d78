"""A dispute is opened: the order rests from the same commit on."""

from collections.abc import Callable

import pytest

from chalicelib.domain.disputes.claims import DISPUTES_AT_MOST
from chalicelib.domain.disputes.dispute import Phase
from chalicelib.domain.errors import (
    AlreadyDisputed,
    InvalidInput,
    KeyReused,
    LimitReached,
    NotFound,
    WindowClosed,
    WrongState,
)
from chalicelib.domain.orders.work import WorkState
from chalicelib.domain.parties import Party, Side
from tests.support.courts import Court
from tests.support.people import settle
from tests.support.works import DAY, PRICE


@pytest.mark.rule("R71", "R72", "D22", "D27")
def test_a_dispute_freezes_the_escrow_and_stops_the_clock_of_the_order(court: Court) -> None:
    court.job.start()
    court.job.wait(4)
    opened = court.open()
    order = court.job.order
    assert (order.dispute, order.disputes, order.escrow_minor) == (opened.id, 1, PRICE)
    assert order.deadline and (order.deadline.due_ms, order.deadline.left_ms) == (None, 6 * DAY - 1)
    assert (opened.about.amount_minor, opened.about.in_escrow_minor) == (PRICE, PRICE)
    with pytest.raises(WrongState) as refused:
        court.job.deliver()
    assert refused.value.state == "disputed"
    assert court.job.wait(60).lapse().body.state is WorkState.WORKING
    assert court.clean()


@pytest.mark.rule("R71", "D31")
def test_either_side_opens_one_and_the_other_is_asked_to_answer(court: Court) -> None:
    court.job.start()
    court.mails()
    court.open(court.pavel, "The customer does not answer")
    assert court.dispute.opener is Side.PERFORMER
    assert court.mails() == [("vera", "dispute_opened")]
    assert [(e.act, e.party, e.text) for e in court.thread] == [
        ("open", Party.PERFORMER, "The customer does not answer")
    ]


@pytest.mark.rule("R71", "D27")
@pytest.mark.parametrize(
    ("before", "state"),
    [
        (lambda court: None, "placed"),
        (lambda court: court.job.refuse(), "refused"),
        (lambda court: court.job.cancel(), "cancelled"),
    ],
)
def test_not_before_the_start_nor_after_a_refusal_or_a_cancellation(
    court: Court, before: Callable[[Court], object], state: str
) -> None:
    before(court)
    with pytest.raises(WrongState) as refused:
        court.open()
    assert refused.value.state == state


@pytest.mark.rule("D27", "D31")
def test_work_that_was_paid_may_be_disputed_for_fourteen_days(court: Court) -> None:
    court.job.start()
    court.job.deliver()
    court.job.accept()
    court.wait(14)
    with pytest.raises(WindowClosed):
        court.open()
    court.house.hands.forward(-3)
    opened = court.open()
    assert (opened.about.amount_minor, opened.about.in_escrow_minor) == (PRICE, 0)
    assert court.job.state is WorkState.ACCEPTED


@pytest.mark.rule("D12")
def test_a_repeat_is_the_same_dispute_however_much_has_happened_and_another_body_is_refused(court: Court) -> None:
    court.job.start()
    first = court.open(key="open-key")
    assert court.open(key="open-key").id == first.id
    with pytest.raises(KeyReused):
        court.open(None, "Something else", key="open-key")
    court.withdraw()
    assert court.open(key="open-key").phase is Phase.WITHDRAWN
    assert court.job.order.disputes == 1


@pytest.mark.rule("D27")
def test_of_two_at_once_one_opens_and_the_other_learns_which(court: Court) -> None:
    court.job.start()
    with court.job.meanwhile(lambda: court.open(court.pavel)), pytest.raises(AlreadyDisputed) as refused:
        court.open(court.vera)
    assert refused.value.dispute_id == court.dispute_id
    assert court.dispute.opener is Side.PERFORMER


@pytest.mark.rule("D27")
def test_if_a_dispute_and_an_act_come_at_once_exactly_one_counts(court: Court) -> None:
    court.job.start()
    with court.job.meanwhile(court.open), pytest.raises(WrongState):
        court.job.deliver()
    assert court.job.order.dispute == court.dispute_id


@pytest.mark.rule("D31")
def test_what_time_has_ended_is_over_before_a_dispute_can_be_opened(court: Court) -> None:
    court.job.start()
    court.job.deliver()
    court.wait(8)
    opened = court.open()
    assert court.job.state is WorkState.ACCEPTED
    assert opened.about.in_escrow_minor == 0


@pytest.mark.rule("D27")
def test_what_was_withdrawn_may_be_opened_again_but_no_money_waits_for_ever(court: Court) -> None:
    court.job.start()
    for _ in range(DISPUTES_AT_MOST):
        court.open()
        court.withdraw()
    with pytest.raises(LimitReached):
        court.open()


@pytest.mark.rule("R71", "D27")
def test_whoever_opens_and_withdraws_uses_up_nothing_of_the_other_side(court: Court) -> None:
    court.job.start()
    for _ in range(DISPUTES_AT_MOST):
        court.open(court.pavel)
        court.withdraw(court.pavel)
    assert court.open(court.vera).opener is Side.CUSTOMER


@pytest.mark.rule("D34")
def test_to_a_stranger_there_is_no_such_order(court: Court) -> None:
    court.job.start()
    with pytest.raises(NotFound):
        court.open(settle(court.house, "eve@example.org"))
    with pytest.raises(InvalidInput):
        court.open(None, " ")


@pytest.mark.rule("D32")
def test_files_go_along_as_evidence(court: Court) -> None:
    court.job.start()
    upload = court.job.upload(court.vera)
    court.open(court.vera, "See for yourself", upload)
    (event,) = court.thread
    assert [one.id for one in event.attachments] == [upload]
    assert court.dispute.files == {Side.CUSTOMER: 1}
    assert court.house.dispute_queries.download(court.pavel.id, court.dispute_id, upload).url
