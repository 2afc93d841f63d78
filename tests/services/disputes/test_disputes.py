"""What the two sides do about a dispute, and what its end does to the order and to money."""

from collections.abc import Callable

import pytest

from chalicelib.domain.disputes.dispute import Phase, Split
from chalicelib.domain.errors import (
    Forbidden,
    InvalidInput,
    KeyReused,
    LimitReached,
    NotCovered,
    NotFound,
    Stale,
    WrongState,
)
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.work import WorkState
from chalicelib.domain.parties import Party
from chalicelib.domain.people import User
from chalicelib.services.frames import Balance, DisputeUpdated, OrderUpdated
from chalicelib.services.workflows import REPAIR_S, Machine
from tests.support.courts import Court
from tests.support.outages import away_after_the_next_commit
from tests.support.people import settle
from tests.support.sales import fund
from tests.support.works import DAY, PRICE


@pytest.mark.rule("D27", "E17")
def test_the_answer_brings_it_to_arbitration_and_both_sides_and_the_arbiters_hear_of_it(court: Court) -> None:
    court.opened()
    court.mails()
    answered = court.answer("It is what you ordered")
    assert (answered.phase, answered.version) == (Phase.ARBITRATION, 1)
    assert sorted(court.mails()) == [
        ("nina", "dispute_to_decide"),
        ("oleg", "dispute_to_decide"),
        ("pavel", "dispute_in_arbitration"),
        ("vera", "dispute_in_arbitration"),
    ]
    assert [(event.act, event.text) for event in court.thread][1:] == [("answer", "It is what you ordered")]


@pytest.mark.rule("D34")
def test_the_wrong_side_is_refused_whatever_the_phase_and_to_a_stranger_there_is_no_dispute(court: Court) -> None:
    court.opened()
    with pytest.raises(Forbidden):
        court.answer(by=court.vera)
    with pytest.raises(Forbidden):
        court.withdraw(court.pavel)
    for stranger in (settle(court.house, "eve@example.org"), court.nina):
        for act in (court.say, court.withdraw, court.propose):
            with pytest.raises(NotFound):
                act(stranger)


@pytest.mark.rule("D12")
def test_a_repeat_gets_the_dispute_as_it_stands_and_another_body_under_its_key_is_refused(court: Court) -> None:
    court.opened()
    court.answer(key="answer-key")
    court.assign(court.nina)
    court.mails()
    again = court.answer(key="answer-key")
    assert (again.phase, again.arbiter_id) == (Phase.ARBITRATION, court.nina.id)
    assert court.mails() == []
    with pytest.raises(KeyReused):
        court.answer("Something else", key="answer-key")
    assert [event.act for event in court.thread] == ["open", "answer", "assign"]


@pytest.mark.rule("R85", "D32")
def test_messages_stand_in_the_thread_with_files_up_to_ten_a_side(court: Court) -> None:
    court.answered()
    files = [court.job.upload(court.vera, f"upload-{n:03d}") for n in range(11)]
    court.say(court.vera, "Here", *files[:5])
    court.say(court.vera, "", *files[5:10])
    with pytest.raises(LimitReached):
        court.say(court.vera, "One more", files[10])
    with pytest.raises(InvalidInput):
        court.say(court.vera, "")
    assert [len(event.attachments) for event in court.thread] == [0, 0, 5, 5]
    court.say(court.vera, "In words, then")


@pytest.mark.rule("D22", "D27")
def test_after_a_withdrawal_the_order_goes_on_with_what_was_left_of_its_term(court: Court) -> None:
    court.job.start()
    court.wait(4)
    court.open()
    court.wait(2)
    court.mails()
    over = court.withdraw()
    order = court.job.order
    assert (over.phase, order.dispute, order.decided) == (Phase.WITHDRAWN, None, False)
    assert order.deadline and order.deadline.due_ms
    assert order.deadline.due_ms - court.house.hands.at_ms == 6 * DAY - 1
    assert court.mails() == [("pavel", "dispute_withdrawn")]
    court.job.deliver()
    assert court.clean()


@pytest.mark.rule("D27")
@pytest.mark.parametrize(("to_customer", "share", "fee"), [(4_000, 5_101, 900), (0, 8_501, 1_500), (PRICE, 0, 0)])
def test_what_the_two_agree_on_divides_the_escrow_and_ends_the_order(
    court: Court, to_customer: int, share: int, fee: int
) -> None:
    court.answered()
    before, _, _ = court.job.balances
    number = court.propose(court.pavel, to_customer)
    court.mails()
    over = court.agree(court.vera, number)
    assert (over.phase, over.settled) == (Phase.SETTLED, Split(to_customer, PRICE - to_customer))
    assert (court.job.state, court.job.order.dispute) == (WorkState.RULED, None)
    assert court.job.balances == (before + to_customer, share, fee)
    assert court.job.order.refunded_minor == to_customer
    assert sorted(court.mails()) == [("pavel", "dispute_settled"), ("vera", "dispute_settled")]
    assert court.clean()


@pytest.mark.rule("D27", "D31")
def test_an_offer_waits_for_its_answer_three_days_and_can_be_declined(court: Court) -> None:
    court.answered()
    court.mails()
    number = court.propose(court.pavel)
    assert court.mails() == [("vera", "dispute_proposal")]
    assert court.decline(court.vera, number).proposal is None
    number = court.propose(court.vera)
    with pytest.raises(Stale):
        court.agree(court.pavel, number - 1)
    court.wait(3)
    with pytest.raises(WrongState):
        court.agree(court.pavel, number)
    assert court.dispute.phase is Phase.ARBITRATION


@pytest.mark.rule("D27")
def test_of_an_agreement_and_a_verdict_at_once_exactly_one_counts(court: Court) -> None:
    court.taken()
    number = court.propose(court.pavel, 4_000)
    with court.job.meanwhile(lambda: court.rule(court.nina, PRICE, 0)), pytest.raises(WrongState):
        court.agree(court.vera, number)
    assert court.dispute.phase is Phase.DECIDED
    assert court.job.order.refunded_minor == PRICE
    assert court.clean()


def paid(court: Court) -> None:
    court.job.start()
    court.job.deliver()
    court.job.accept()
    court.open()
    court.answer()


@pytest.mark.rule("D25", "D27")
def test_what_was_paid_comes_back_by_agreement_as_far_as_the_performer_has_it(court: Court) -> None:
    paid(court)
    before, earned, _ = court.job.balances
    over = court.agree(court.vera, court.propose(court.pavel, 4_000))
    assert (over.phase, court.job.state) == (Phase.SETTLED, WorkState.ACCEPTED)
    assert court.job.balances == (before + 4_000, earned - 3_400, 900)
    assert (court.job.order.refunded_minor, court.job.order.decided) == (4_000, True)
    assert court.clean()


@pytest.mark.rule("D25")
@pytest.mark.parametrize(("who", "missing"), [("vera", None), ("pavel", 3_400)])
def test_nobody_gives_by_agreement_what_they_do_not_have(court: Court, who: str, missing: int | None) -> None:
    paid(court)
    spend(court)
    one, other = (court.vera, court.pavel) if who == "vera" else (court.pavel, court.vera)
    number = court.propose(other, 4_000)
    with pytest.raises(NotCovered) as refused:
        court.agree(one, number)
    assert refused.value.missing_minor == missing, "what the performer lacks is told to nobody else"
    assert court.dispute.phase is Phase.ARBITRATION
    fund(court.house, court.pavel, 3_400)
    assert court.agree(one, number).phase is Phase.SETTLED
    assert court.clean()


def spend(court: Court) -> None:
    """Pavel has ordered of somebody else all that he had."""
    from chalicelib.domain.content import Content, WorkOffer
    from tests.support.sales import account, offer
    from tests.support.works import LOGO

    has = account(court.house, court.pavel).available_minor
    lena = settle(court.house, "lena@example.org")
    twip = offer(court.house, lena, Content(LOGO.languages, LOGO.texts, work=WorkOffer(has, 3)), "another")
    court.house.works.place(court.pavel.id, twip_id=twip.id, price_minor=has, days=3, key="spend-key")


@pytest.mark.rule("D27", "E17")
def test_all_who_have_a_part_in_it_hear_of_every_act_on_their_pages(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    court.taken()
    told = _told(court, monkeypatch)
    court.say(court.vera)
    people = (court.vera.id, court.pavel.id, court.nina.id)
    assert told == [(person, DisputeUpdated) for person in people]
    told.clear()
    court.rule(court.nina, PRICE, 0)
    assert set(told) == {
        *((person, DisputeUpdated) for person in (*people, court.oleg.id)),
        *((person, frame) for person in people[:2] for frame in (OrderUpdated, Balance)),
    }


@pytest.mark.rule("D27", "E17")
def test_the_desks_of_all_who_may_decide_it_hear_that_it_has_come_was_taken_or_has_gone(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    court.opened()
    told = _told(court, monkeypatch)
    sides, arbiters = (court.vera, court.pavel), (court.nina, court.oleg)
    turns: tuple[tuple[Callable[[], object], tuple[User, ...]], ...] = (
        (court.answer, arbiters),
        (lambda: court.assign(court.nina), arbiters),
        (lambda: court.hand_over(court.nina), arbiters),
        (lambda: court.say(court.vera), ()),
        (lambda: court.wait(7).lapse(), arbiters),
        (lambda: court.wait(3).lapse(), (*arbiters, court.anna)),
        (court.withdraw, (court.anna,)),
    )
    for act, also in turns:
        told.clear()
        act()
        heard = [person for person, frame in told if frame is DisputeUpdated]
        assert sorted(heard) == sorted(person.id for person in (*sides, *also)), "each once"


def test_a_verdict_is_done_though_nobody_can_be_told_of_it(court: Court) -> None:
    court.taken()
    away_after_the_next_commit(court.house)
    assert court.rule(court.nina, PRICE, 0).phase is Phase.DECIDED
    assert (Machine.DISPUTE, court.dispute_id, REPAIR_S) in court.house.repairs.asked


def _told(court: Court, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, type]]:
    """Who is told of what from now on."""
    told: list[tuple[str, type]] = []
    connections = type(court.house.connections)
    monkeypatch.setattr(
        connections, "tell_user", lambda _, user_id, *frames: told.extend((user_id, type(frame)) for frame in frames)
    )
    return told


@pytest.mark.rule("E17", "R85")
def test_what_is_new_in_a_dispute_is_counted_until_it_is_read(court: Court) -> None:
    court.answered()
    court.say(court.pavel)
    assert court.house.threads.unread(court.vera.id).disputes == 1
    assert court.house.threads.unread(court.pavel.id).disputes == 1, "that it was opened"
    court.house.dispute_queries.mark(court.vera.id, court.dispute_id, court.thread[-1].at_ms)
    court.house.dispute_queries.mark(court.vera.id, court.dispute_id, court.thread[-1].at_ms)
    assert court.house.threads.unread(court.vera.id).disputes == 0


@pytest.mark.rule("D27")
@pytest.mark.parametrize(
    ("end", "news"),
    [
        (lambda court: court.withdraw(), "dispute_withdrawn"),
        (lambda court: court.agree(court.vera, court.propose(court.pavel)), "dispute_settled"),
        (lambda court: court.rule(court.nina, PRICE, 0), "dispute_decided"),
    ],
)
def test_the_orders_own_timeline_says_that_it_was_disputed_and_how_that_ended(
    court: Court, end: Callable[[Court], object], news: str
) -> None:
    court.taken()
    end(court)
    events = court.house.threads.part(court.vera.id, court.job.order_id, cursor=None, limit=9).entries.items
    told = [(event.act, event.party) for event in events if isinstance(event, OrderEvent)]
    assert (told[0][0], told[1]) == (news, ("dispute_opened", Party.CUSTOMER))
