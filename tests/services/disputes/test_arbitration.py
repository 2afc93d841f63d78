"""What arbiters and admins do, and what a verdict does to money."""

from functools import partial

import pytest

from chalicelib.domain.disputes.dispute import Phase, Split, Verdict
from chalicelib.domain.errors import Forbidden, InsufficientFunds, InvalidInput, NotFound, WrongState
from chalicelib.domain.orders.work import WorkState
from chalicelib.domain.parties import Side
from chalicelib.domain.people import Role
from tests.services.disputes.test_disputes import paid, spend
from tests.support.courts import Court
from tests.support.people import found, settle
from tests.support.sales import account
from tests.support.works import PRICE


@pytest.mark.rule("R73", "D27", "D28", "E17")
def test_a_verdict_divides_the_escrow_at_once_and_both_sides_read_why(court: Court) -> None:
    court.taken()
    before, _, _ = court.job.balances
    court.mails()
    over = court.rule(court.nina, 4_000, PRICE - 4_000)
    assert (over.phase, over.verdict) == (
        Phase.DECIDED,
        Verdict(Split(4_000, PRICE - 4_000), "Half was done.", court.nina.id),
    )
    order = court.job.order
    assert (court.job.state, order.dispute, order.escrow_minor, order.decided) == (WorkState.RULED, None, 0, True)
    assert order.ended_ms == court.house.hands.at_ms
    assert court.job.balances == (before + 4_000, 5_101, 900)
    assert sorted(court.mails()) == [("pavel", "dispute_decided"), ("vera", "dispute_decided")]
    assert court.clean()


@pytest.mark.rule("D12")
def test_a_verdict_that_is_sent_again_is_carried_out_once(court: Court) -> None:
    court.taken()
    before, _, _ = court.job.balances
    for _ in range(2):
        court.rule(court.nina, PRICE, 0, key="verdict-key")
    assert court.job.balances == (before + PRICE, 0, 0)
    assert [act.act for act in court.log].count("dispute.rule") == 1


@pytest.mark.rule("D25", "D27")
def test_a_verdict_takes_back_what_was_paid_also_from_whoever_has_spent_it_and_earnings_settle_the_debt(
    court: Court,
) -> None:
    paid(court)
    spend(court)
    court.assign(court.nina)
    before, _, _ = court.job.balances
    court.rule(court.nina, 6_000, PRICE - 6_000)
    assert court.job.balances == (before + 6_000, -5_100, 600)
    assert court.clean(), "a debt by a verdict is no fault"
    with pytest.raises(InsufficientFunds) as refused:
        court.house.works.place(court.pavel.id, twip_id=_offer(court), price_minor=1_000, days=3, key="buy-key")
    assert refused.value.missing_minor == 6_100, "the debt counts in"
    court.job.order_id = court.job.buy("second-key").id
    court.job.start("start-2")
    court.job.deliver(key="deliver-2")
    court.job.accept("accept-2")
    assert account(court.house, court.pavel).available_minor == 8_501 - 5_100
    assert court.clean()


def _offer(court: Court) -> str:
    from chalicelib.domain.content import Content, WorkOffer
    from tests.support.sales import offer
    from tests.support.works import LOGO

    oleg = settle(court.house, "olga@example.org")
    return offer(court.house, oleg, Content(LOGO.languages, LOGO.texts, work=WorkOffer(1_000, 3)), "third").id


@pytest.mark.rule("D27")
def test_a_verdict_is_final(court: Court) -> None:
    paid(court)
    court.assign(court.nina)
    court.rule(court.nina, 1, PRICE - 1)
    with pytest.raises(WrongState) as refused:
        court.open()
    assert refused.value.state == "decided"
    for act in (partial(court.rule, court.nina, PRICE, 0), partial(court.say, court.vera), court.withdraw):
        with pytest.raises(WrongState):
            act()


@pytest.mark.rule("D27")
def test_a_verdict_that_does_not_sum_is_refused_and_nothing_has_moved(court: Court) -> None:
    court.taken()
    before = court.job.balances
    with pytest.raises(InvalidInput) as refused:
        court.rule(court.nina, 4_000, 4_000)
    assert [error.code for error in refused.value.errors] == ["not_the_whole"]
    assert (court.job.balances, court.dispute.phase) == (before, Phase.ARBITRATION)


@pytest.mark.rule("D28", "D34")
def test_nobody_judges_their_own(court: Court) -> None:
    for person in (court.vera, court.pavel):
        court.house.staff.grant(person.email, Role.ARBITER)
    vera, pavel = found(court.house, court.vera.email), found(court.house, court.pavel.email)
    court.mails()
    court.answered()
    assert {to for to, template in court.mails() if template == "dispute_to_decide"} == {"nina", "oleg"}
    for person in (vera, pavel):
        desk, who = court.house.desk, court.caller(person)
        for act in (
            partial(court.assign, person),
            partial(court.rule, person, PRICE, 0),
            partial(desk.one, who, court.dispute_id),
        ):
            with pytest.raises(Forbidden):
                act()
        queue = court.house.desk.queue(court.caller(person), Phase.ARBITRATION, cursor=None, limit=9)
        assert queue.items == ()
    assert court.log == []


@pytest.mark.rule("D27")
def test_one_arbiter_takes_it_and_no_other_acts_in_it_meanwhile(court: Court) -> None:
    court.answered()
    with court.job.meanwhile(lambda: court.assign(court.oleg)), pytest.raises(WrongState):
        court.assign(court.nina)
    assert court.dispute.arbiter_id == court.oleg.id
    for act in (partial(court.rule, court.nina, PRICE, 0), partial(court.ask, court.nina)):
        with pytest.raises(Forbidden):
            act()
    court.hand_over(court.oleg)
    court.assign(court.nina)
    assert court.dispute.arbiter_id == court.nina.id
    assert [(act.act, act.actor_id) for act in court.log] == [
        ("dispute.assign", court.oleg.id),
        ("dispute.hand_over", court.oleg.id),
        ("dispute.assign", court.nina.id),
    ]


@pytest.mark.rule("R85", "E17")
def test_the_arbiter_asks_a_side_and_hears_when_it_has_answered(court: Court) -> None:
    court.taken()
    court.mails()
    court.ask(court.nina, (Side.CUSTOMER,), "When did you write that?")
    assert court.dispute.awaited == (Side.CUSTOMER,)
    assert court.mails() == [("vera", "dispute_question")]
    court.say(court.pavel)
    assert court.mails() == []
    court.say(court.vera, "At noon")
    assert court.mails() == [("nina", "dispute_reply")]
    assert not court.dispute.awaited
    assert court.log[-1].facts == {"phase": "arbitration", "asked_customer": "1"}


@pytest.mark.rule("D31")
def test_all_arbiters_then_the_admin_may_decide_and_nobody_out_of_turn(court: Court) -> None:
    court.taken()
    with pytest.raises(WrongState):
        court.rule(court.anna, PRICE, 0)
    court.wait(7)
    assert court.ask(court.oleg).phase is Phase.ESCALATED
    court.wait(3)
    with pytest.raises(WrongState):
        court.rule(court.oleg, PRICE, 0)
    over = court.rule(court.anna, PRICE, 0)
    assert over.verdict and over.verdict.by == court.anna.id
    assert court.job.order.refunded_minor == PRICE
    assert court.clean()


@pytest.mark.rule("D28")
def test_an_act_on_what_is_not_there_is_none(court: Court) -> None:
    court.dispute_id = "x" * 26
    with pytest.raises(NotFound):
        court.assign(court.nina)
