"""A dispute: who may do what in which phase, and that none lasts for ever."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.disputes import acts
from chalicelib.domain.disputes.acts import Actor
from chalicelib.domain.disputes.dispute import LIFECYCLE, Dispute, DisputeAct, Phase, Split, Verdict, begun, wakes_ms
from chalicelib.domain.errors import FieldError, Forbidden, InvalidInput, LimitReached, Stale, WrongState
from chalicelib.domain.orders.order import Deadline
from chalicelib.domain.parties import Party, Side
from tests.support.quarrels import DAY, TERMS, T, quarrel

CUSTOMER, PERFORMER = Party.CUSTOMER, Party.PERFORMER
OPEN = tuple(phase for phase in Phase if phase not in LIFECYCLE.ends)


def cora(now_ms: int = T) -> Actor:
    return Actor("cora", CUSTOMER, now_ms, "key-of-cora")


def pavel(now_ms: int = T) -> Actor:
    return Actor("pavel", PERFORMER, now_ms, "key-of-pavel")


def arbiter(user_id: str = "nina", now_ms: int = T) -> Actor:
    return Actor(user_id, Party.ARBITER, now_ms, "key-of-staff")


def admin(user_id: str = "anna") -> Actor:
    return Actor(user_id, Party.ADMIN, T, "key-of-staff")


def in_arbitration(arbiter_id: str | None = "nina") -> Dispute:
    moved = acts.answered(quarrel(), pavel())
    return moved if arbiter_id is None else acts.assigned(moved, arbiter(arbiter_id))


def lapsed(dispute: Dispute, had_minor: int = 0) -> Dispute:
    assert dispute.deadline is not None and dispute.deadline.due_ms is not None
    return acts.lapsed(dispute, had_minor, now_ms=dispute.deadline.due_ms, key="l")


def offered(by: Actor | None = None, to_customer_minor: int = 5_000) -> Dispute:
    made = acts.proposed(quarrel(), by or pavel(T + 1), to_customer_minor)
    return replace(made, version=made.version + 1)


@pytest.mark.rule("R71", "D27", "D31")
@pytest.mark.parametrize("opener", Side)
def test_either_side_opens_one_and_the_other_has_three_days_to_answer(opener: Side) -> None:
    opened = quarrel(opener)
    assert (opened.phase, opened.deadline) == (Phase.ANSWER, Deadline("answer", 0, T + 3 * DAY))
    assert DisputeAct.ANSWER in opened.acts(Party(opener.other), T)
    assert DisputeAct.ANSWER not in opened.acts(Party(opener), T)
    answered = acts.answered(opened, pavel(T + 9) if opener is Side.CUSTOMER else cora(T + 9))
    assert (answered.phase, answered.deadline) == (
        Phase.ARBITRATION,
        Deadline("arbitration", 1, T + 9 + 7 * DAY, reminded=True),
    )


@pytest.mark.rule("D34")
def test_nobody_answers_their_own_dispute_and_nobody_withdraws_anothers() -> None:
    with pytest.raises(Forbidden) as refused:
        acts.answered(quarrel(), cora())
    assert refused.value.action == "dispute.answer"
    over = acts.withdrawn(quarrel(), cora())
    with pytest.raises(Forbidden):
        acts.withdrawn(over, pavel())


@pytest.mark.rule("D31")
def test_silence_leads_from_phase_to_phase_and_ends_in_the_default_verdict() -> None:
    arbitration = lapsed(quarrel())
    escalated = lapsed(arbitration)
    with_admin = lapsed(escalated)
    over = lapsed(with_admin, had_minor=4_000)
    seen = [(d.phase, d.deadline.name if d.deadline else None) for d in (arbitration, escalated, with_admin, over)]
    assert seen == [
        (Phase.ARBITRATION, "arbitration"),
        (Phase.ESCALATED, "escalation"),
        (Phase.ADMIN, "admin"),
        (Phase.DECIDED, None),
    ]
    assert over.verdict == Verdict(Split(6_001, 4_000), "", None)
    assert over.ended_ms == T + (3 + 7 + 3 + 7) * DAY


@pytest.mark.rule("D31")
def test_the_other_side_is_reminded_of_the_answer_a_day_before_its_end_and_once() -> None:
    opened, remind_ms = quarrel(), T + 2 * DAY
    assert wakes_ms(opened) == remind_ms
    assert not acts.is_to_remind(opened, remind_ms - 1)
    assert acts.is_to_remind(opened, remind_ms)
    told = acts.reminded(opened)
    assert (wakes_ms(told), acts.is_to_remind(told, remind_ms)) == (T + 3 * DAY, False)
    assert not acts.is_to_remind(in_arbitration(), T + 99 * DAY)
    over = acts.withdrawn(opened, cora())
    assert (wakes_ms(over), acts.is_to_remind(over, T + 99 * DAY)) == (None, False)
    assert acts.reminded(over).deadline is None


@pytest.mark.rule("D31")
def test_a_term_no_longer_than_its_reminder_has_none() -> None:
    short = replace(TERMS, lasts_ms={**TERMS.lasts_ms, "answer": DAY})
    assert begun("answer", short, 0, T) == Deadline("answer", 0, T + DAY, reminded=True)


@pytest.mark.rule("D32")
def test_a_side_sends_ten_files_along_and_no_more() -> None:
    full = acts.attached(acts.attached(quarrel(), cora(), 5), cora(), 5)
    assert full.files == {Side.CUSTOMER: 10}
    assert acts.attached(full, pavel(), 1).files == {Side.CUSTOMER: 10, Side.PERFORMER: 1}
    with pytest.raises(LimitReached) as refused:
        acts.attached(full, cora(), 1)
    assert refused.value.facts == {"what": "evidence", "limit": 10}


@pytest.mark.rule("D31")
def test_nothing_lapses_before_its_time_or_after_the_end() -> None:
    for dispute, now_ms in ((quarrel(), T + 3 * DAY - 1), (acts.withdrawn(quarrel(), cora()), T + 99 * DAY)):
        with pytest.raises(WrongState):
            acts.lapsed(dispute, 0, now_ms=now_ms, key="l")


@pytest.mark.rule("D27", "D31")
def test_from_every_open_phase_some_act_and_some_silence_leads_to_an_end() -> None:
    for phase in OPEN:
        rows = [row for row in LIFECYCLE.rows if row.source is phase]
        assert any(row.target in LIFECYCLE.ends for row in rows)
        assert sum(row.act is DisputeAct.LAPSE for row in rows) == 1
    assert LIFECYCLE.ends == {Phase.DECIDED, Phase.WITHDRAWN, Phase.SETTLED}
    assert len({(row.source, row.act) for row in LIFECYCLE.rows}) == len(LIFECYCLE.rows)


@pytest.mark.rule("D27")
def test_its_opener_withdraws_it_and_nothing_is_left_open() -> None:
    over = acts.withdrawn(offered(), cora(T + 5))
    assert (over.phase, over.ended_ms, over.deadline, over.proposal) == (Phase.WITHDRAWN, T + 5, None, None)
    assert not any(over.acts(party, T + 6) for party in Party)


@pytest.mark.rule("R73", "D27")
def test_the_verdict_is_a_split_that_sums_with_its_reasons() -> None:
    over = acts.ruled(in_arbitration(), arbiter(now_ms=T + 9), Split(4_001, 6_000), "  Half was done. ")
    assert over.verdict == Verdict(Split(4_001, 6_000), "Half was done.", "nina")
    assert (over.phase, over.ended_ms, over.act_key) == (Phase.DECIDED, T + 9, "key-of-staff")


@pytest.mark.rule("D27")
@pytest.mark.parametrize(
    ("parts", "reasons", "fault"),
    [
        ((5_000, 5_000), "Because.", ("to_performer.amount_minor", "not_the_whole")),
        ((10_001, 1), "Because.", ("to_performer.amount_minor", "not_the_whole")),
        ((-1, 10_002), "Because.", ("to_customer.amount_minor", "too_small")),
        ((10_002, -1), "Because.", ("to_performer.amount_minor", "too_small")),
        ((5_001, 5_000), " ", ("reasons", "required")),
    ],
)
def test_a_verdict_that_does_not_sum_or_says_not_why_is_none(
    parts: tuple[int, int], reasons: str, fault: tuple[str, str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        acts.ruled(in_arbitration(), arbiter(), Split(*parts), reasons)
    (error,) = refused.value.errors
    assert (error.field, error.code) == fault


@pytest.mark.rule("D28", "D34")
def test_a_side_rules_on_nothing() -> None:
    with pytest.raises(Forbidden):
        acts.ruled(in_arbitration(), cora(), Split(10_001, 0), "Mine.")


@pytest.mark.rule("D31")
def test_arbiters_do_not_rule_for_the_admin_nor_the_admin_for_them() -> None:
    with_admin = lapsed(lapsed(in_arbitration()))
    for dispute, by in ((in_arbitration(), admin()), (with_admin, arbiter())):
        with pytest.raises(WrongState):
            acts.ruled(dispute, by, Split(10_001, 0), "Because.")


@pytest.mark.rule("D27")
def test_one_arbiter_takes_it_and_may_give_it_back_and_no_other_rules_meanwhile() -> None:
    taken = in_arbitration("nina")
    assert taken.deadline == in_arbitration(None).deadline, "the term runs on"
    with pytest.raises(WrongState):
        acts.assigned(taken, arbiter("oleg"))
    for other in (arbiter("oleg"), arbiter("")):
        with pytest.raises(Forbidden):
            acts.ruled(taken, other, Split(10_001, 0), "Because.")
        with pytest.raises(Forbidden):
            acts.handed_over(taken, other)
    free = acts.handed_over(taken, arbiter("nina"))
    assert (free.arbiter_id, free.phase) == (None, Phase.ARBITRATION)
    assert free.acts(Party.ARBITER, T, "oleg") == (DisputeAct.ASSIGN,)
    assert taken.acts(Party.ARBITER, T, "nina") == (DisputeAct.HAND_OVER, DisputeAct.QUESTION, DisputeAct.RULE)


@pytest.mark.rule("D31")
def test_once_escalated_any_arbiter_decides_and_then_the_admin() -> None:
    escalated = lapsed(in_arbitration("nina"))
    for dispute, by in ((escalated, arbiter("oleg")), (lapsed(escalated), admin("anna"))):
        verdict = acts.ruled(dispute, by, Split(0, 10_001), "Because.").verdict
        assert verdict and verdict.by == by.user_id


@pytest.mark.rule("R85")
def test_a_question_awaits_those_who_were_asked_until_they_have_spoken() -> None:
    asked = acts.questioned(in_arbitration(), arbiter(), {Side.CUSTOMER})
    both = acts.questioned(asked, arbiter(), {Side.PERFORMER})
    assert (asked.awaited, both.awaited) == ((Side.CUSTOMER,), (Side.CUSTOMER, Side.PERFORMER))
    assert both.deadline == in_arbitration().deadline
    assert acts.said(both, cora()).awaited == (Side.PERFORMER,)
    assert acts.withdrawn(both, cora()).awaited == ()


@pytest.mark.rule("D27")
def test_until_the_answer_the_other_side_has_only_the_answer_to_say() -> None:
    assert DisputeAct.SAY in quarrel().acts(CUSTOMER, T)
    with pytest.raises(WrongState):
        acts.said(quarrel(), pavel())
    assert acts.said(in_arbitration(), pavel()).phase is Phase.ARBITRATION


@pytest.mark.rule("D27")
def test_a_side_proposes_a_split_and_the_other_accepts_it() -> None:
    made = offered()
    proposal = made.stands(T + 1)
    assert proposal is not None
    assert (proposal.split, proposal.serial, proposal.until_ms) == (Split(5_000, 5_001), 1, T + 1 + 3 * DAY)
    assert made.deadline == quarrel().deadline, "an offer is no answer"
    over = acts.agreed(made, cora(T + 2), 1)
    assert (over.phase, over.settled, over.verdict) == (Phase.SETTLED, Split(5_000, 5_001), None)
    assert over.stands(T + 2) is None


@pytest.mark.parametrize(("to_customer_minor", "code", "limit"), [(10_002, "too_large", 10_001), (-1, "too_small", 0)])
def test_an_offer_of_more_than_is_disputed_names_the_field_that_was_sent(
    to_customer_minor: int, code: str, limit: int
) -> None:
    with pytest.raises(InvalidInput) as refused:
        acts.proposed(quarrel(), pavel(), to_customer_minor)
    assert refused.value.errors == (FieldError("to_customer.amount_minor", code, limit),)


@pytest.mark.rule("D27")
@pytest.mark.parametrize("act", [acts.agreed, acts.declined])
def test_nobody_answers_an_offer_that_they_have_not_read(act: Callable[[Dispute, Actor, int], Dispute]) -> None:
    again = acts.proposed(offered(), pavel(T + 2), 1)
    with pytest.raises(Stale) as refused:
        act(again, cora(T + 3), 1)
    assert (refused.value.what, refused.value.version) == ("proposal", 2)


@pytest.mark.rule("D27")
def test_nobody_accepts_their_own_offer() -> None:
    with pytest.raises(WrongState):
        acts.agreed(offered(), pavel(T + 2), 1)


@pytest.mark.rule("D31")
@pytest.mark.parametrize("act", [acts.agreed, acts.declined])
def test_a_proposal_lapses_by_itself_and_nothing_has_changed(act: Callable[[Dispute, Actor, int], Dispute]) -> None:
    made, late_ms = offered(), T + 1 + 3 * DAY
    assert made.stands(late_ms - 1) is not None
    assert made.stands(late_ms) is None
    assert not {DisputeAct.AGREE, DisputeAct.DECLINE} & set(made.acts(CUSTOMER, late_ms))
    with pytest.raises(WrongState):
        act(made, cora(late_ms), 1)


def test_a_proposal_is_declined_by_the_other_or_taken_back() -> None:
    for by in (cora(T + 2), pavel(T + 2)):
        off = acts.declined(offered(), by, 1)
        assert (off.proposal, off.phase) == (None, Phase.ANSWER)


@pytest.mark.parametrize("part_minor", [-1, 10_002])
def test_a_part_that_is_more_than_all_is_not_offered(part_minor: int) -> None:
    with pytest.raises(InvalidInput):
        acts.proposed(quarrel(), cora(), part_minor)


@pytest.mark.rule("D31")
@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_by_default_the_performer_gets_what_was_had_and_the_customer_all_else(amount: int, had: int) -> None:
    divided = acts.default_split(amount, had)
    assert divided.to_customer_minor + divided.to_performer_minor == amount
    assert divided.to_performer_minor == min(had, amount)


def test_a_page_offers_each_party_what_is_theirs_now() -> None:
    opened = quarrel()
    assert opened.acts(CUSTOMER, T) == (DisputeAct.SAY, DisputeAct.PROPOSE, DisputeAct.WITHDRAW)
    assert opened.acts(PERFORMER, T) == (DisputeAct.PROPOSE, DisputeAct.ANSWER)
    assert opened.acts(Party.ARBITER, T, "nina") == ()
    both = (DisputeAct.SAY, DisputeAct.PROPOSE, DisputeAct.AGREE, DisputeAct.DECLINE)
    assert offered().acts(CUSTOMER, T + 2)[:4] == both
    assert DisputeAct.AGREE not in offered().acts(PERFORMER, T + 2)
