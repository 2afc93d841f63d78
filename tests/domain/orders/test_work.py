"""The life of an order of work: who may do what, what time does, and what the two can agree on."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from chalicelib.billing import escrow
from chalicelib.domain.errors import FieldError, Forbidden, InvalidInput, Stale, WrongState
from chalicelib.domain.orders import work as rules
from chalicelib.domain.orders.deadlines import lapsing
from chalicelib.domain.orders.order import Change, WorkOrder, act_on, moved
from chalicelib.domain.orders.work import LIFECYCLE, Penalty, Work, WorkAct, WorkState
from chalicelib.domain.parties import Party
from tests.support import orders

NOW, DAY, PRICE = 1_780_000_000_000, 86_400_000, 10_001
CUSTOMER, PERFORMER, ARBITER, SERVICE = Party.CUSTOMER, Party.PERFORMER, Party.ARBITER, Party.SERVICE
SIDES = (CUSTOMER, PERFORMER)
S, A = WorkState, WorkAct


class Job:
    """An order of work and the clock beside it."""

    def __init__(self, days: int = 10) -> None:
        self.order = orders.work("o1", price_minor=PRICE, at_ms=NOW, days=days)
        self.now_ms = NOW

    def do(self, act: WorkAct, by: Party, change: Change[Work] = moved, **how: Any) -> WorkOrder:
        facts = self.order.facts(by, self.now_ms, let_down=how.pop("let_down", False))
        acted, row = act_on(self.order, act, facts, change, key="k", **how)
        posted, _ = escrow.post(row, acted, at_ms=self.now_ms)
        self.order = replace(posted, version=posted.version + 1)
        return self.order

    def wait(self, days: int) -> "Job":
        """Days pass, and each day what lapses is done."""
        for _ in range(days):
            self.now_ms += DAY
            act = lapsing(self.order, self.now_ms)
            if act is not None:
                self.do(A(act), SERVICE)
        return self

    def started(self) -> "Job":
        self.do(A.START, PERFORMER)
        return self

    def delivered(self) -> "Job":
        self.do(A.DELIVER, PERFORMER, rules.delivered)
        return self

    def proposes(self, by: Party, *, split_minor: int | None = None, days: int = 0) -> int:
        if split_minor is None:
            self.do(A.PROPOSE, by, partial(rules.days_proposed, days=days))
        else:
            self.do(A.PROPOSE, by, partial(rules.split_proposed, to_performer_minor=split_minor))
        return self.order.body.proposals

    def answers(self, act: WorkAct, by: Party, number: int) -> WorkOrder:
        if act is not A.EXTEND:
            return self.do(act, by, partial(rules.agreed if act is A.AGREE else rules.declined, number=number))
        return self.do(act, by, partial(rules.extended, number=number), lasts_ms=prolonged)

    def acts(self, by: Party, *, let_down: bool = False) -> set[str]:
        return set(self.order.acts(self.order.facts(by, self.now_ms, let_down=let_down)))

    @property
    def state(self) -> WorkState:
        return self.order.body.state

    @property
    def term(self) -> tuple[str, float] | None:
        """Which runs, and for how many days yet."""
        deadline = self.order.deadline
        if deadline is None or deadline.due_ms is None:
            return None
        return deadline.name, (deadline.due_ms - self.now_ms) / DAY


def prolonged(order: WorkOrder, facts: Any) -> int:
    assert order.deadline is not None
    assert order.deadline.due_ms is not None
    return rules.extended_ms(order.body, order.deadline.due_ms - facts.now_ms, order.terms.lasts_ms["day"])


def placed() -> Job:
    return Job()


def working() -> Job:
    return Job().started()


def overdue() -> Job:
    return Job().started().wait(10)


def delivered() -> Job:
    return Job().started().delivered()


def refused() -> Job:
    job = Job()
    job.do(A.REFUSE, PERFORMER, partial(rules.refused, reason="I am ill"))
    return job


# The table


@pytest.mark.rule("R61", "R31")
def test_a_new_order_holds_the_whole_price_and_waits_for_its_start() -> None:
    job = placed()
    assert (job.state, job.order.escrow_minor, job.term) == (S.PLACED, PRICE, ("start", 7))


@pytest.mark.rule("R63", "R66", "R69", "R70")
def test_it_is_started_delivered_and_accepted_and_the_money_leaves_escrow_then() -> None:
    job = working()
    assert (job.state, job.term, job.order.escrow_minor) == (S.WORKING, ("delivery", 10), PRICE)
    job.wait(3).delivered()
    assert (job.state, job.term, job.order.escrow_minor) == (S.DELIVERED, ("acceptance", 7), PRICE)
    assert (job.order.body.deliveries, job.order.body.delivered_ms) == (1, job.now_ms)
    job.do(A.ACCEPT, CUSTOMER)
    assert (job.state, job.term, job.order.escrow_minor) == (S.ACCEPTED, None, 0)
    assert (job.order.ended_ms, job.order.refunded_minor) == (job.now_ms, 0)


@pytest.mark.rule("R68", "D31")
@pytest.mark.parametrize(("days", "again"), [(3, 3), (60, 14)])
def test_what_is_returned_is_delivered_again_in_the_same_days_and_at_most_in_fourteen(days: int, again: int) -> None:
    job = Job(days).started().delivered()
    job.do(A.REWORK, CUSTOMER)
    assert (job.state, job.term) == (S.WORKING, ("rework", again))
    job.delivered()
    assert job.order.body.deliveries == 2


@pytest.mark.rule("R64", "R65", "D24")
@pytest.mark.parametrize(("job", "had_begun"), [(placed, False), (working, True), (overdue, True)])
def test_a_refusal_gives_all_back_and_remembers_whether_the_work_had_begun(
    job: Callable[[], Job], had_begun: bool
) -> None:
    scene = job()
    order = scene.do(A.REFUSE, PERFORMER, partial(rules.refused, reason="I am ill"))
    assert (order.body.state, order.escrow_minor, order.refunded_minor) == (S.REFUSED, 0, PRICE)
    assert order.body.refused is not None
    assert (order.body.refused.reason, order.body.refused.started) == ("I am ill", had_begun)


@pytest.mark.rule("D34")
@pytest.mark.parametrize("state", [placed, working, overdue, delivered, refused])
@pytest.mark.parametrize(
    ("act", "wrong"),
    [
        *((act, CUSTOMER) for act in (A.START, A.REFUSE, A.DELIVER)),
        *((act, PERFORMER) for act in (A.REWORK, A.ACCEPT, A.CANCEL, A.WAIVE)),
        *((act, side) for act in A if act.startswith("lapse") or act is A.RULE for side in SIDES),
    ],
)
def test_the_wrong_side_of_an_act_is_refused_whatever_the_state(
    state: Callable[[], Job], act: WorkAct, wrong: Party
) -> None:
    with pytest.raises(Forbidden):
        state().do(act, wrong)


OFFERED: list[tuple[Callable[[], Job], Party, set[WorkAct]]] = [
    (placed, CUSTOMER, {A.CANCEL}),
    (placed, PERFORMER, {A.START, A.REFUSE}),
    (working, CUSTOMER, {A.PROPOSE}),
    (working, PERFORMER, {A.DELIVER, A.REFUSE, A.PROPOSE}),
    (overdue, CUSTOMER, {A.CANCEL, A.PROPOSE}),
    (overdue, PERFORMER, {A.DELIVER, A.REFUSE, A.PROPOSE}),
    (delivered, CUSTOMER, {A.ACCEPT, A.REWORK, A.PROPOSE}),
    (delivered, PERFORMER, {A.PROPOSE}),
    (refused, CUSTOMER, {A.WAIVE}),
    (refused, PERFORMER, set()),
]


@pytest.mark.rule("D21", "D22")
@pytest.mark.parametrize(("state", "by", "acts"), OFFERED)
def test_each_side_is_offered_what_it_may_do_and_all_else_is_refused_with_that(
    state: Callable[[], Job], by: Party, acts: set[WorkAct]
) -> None:
    job = state()
    assert job.acts(by) == acts
    mine = {row.act for row in LIFECYCLE.rows if by in row.by}
    for act in mine - acts:
        with pytest.raises(WrongState) as told:
            job.do(act, by)
        assert (told.value.state, told.value.asked, set(told.value.acts)) == (job.state, act, acts)


@pytest.mark.rule("D27")
def test_while_a_dispute_is_open_nobody_does_anything() -> None:
    job = working()
    job.order = replace(job.order, dispute="d1")
    assert (job.acts(CUSTOMER), job.acts(PERFORMER)) == (set(), set())
    with pytest.raises(WrongState) as told:
        job.do(A.DELIVER, PERFORMER, rules.delivered)
    assert (told.value.state, told.value.acts) == ("disputed", ())


@pytest.mark.rule("D27")
@pytest.mark.parametrize("state", [working, overdue, delivered])
@pytest.mark.parametrize("by", [ARBITER, SERVICE])
def test_a_verdict_splits_what_lies_in_escrow(state: Callable[[], Job], by: Party) -> None:
    job = state()
    order = job.do(A.RULE, by, lambda body, row, facts: replace(body.moved(row, facts), to_performer_minor=1))
    assert (order.body.state, order.escrow_minor, order.refunded_minor) == (S.RULED, 0, PRICE - 1)


# What time does


@pytest.mark.rule("D22", "D31")
def test_a_performer_who_neither_starts_nor_refuses_has_refused() -> None:
    job = placed().wait(7)
    assert (job.state, job.order.refunded_minor, job.order.ended_ms) == (S.REFUSED, PRICE, job.now_ms)
    silent = job.order.body.refused
    assert silent is not None
    assert (silent.started, silent.reason, silent.penalty(job.now_ms)) == (False, "", Penalty.COUNTED)
    assert job.acts(CUSTOMER) == set(), "there is no reason to agree with"


@pytest.mark.rule("D22", "D31")
@pytest.mark.parametrize("job", [lambda: working().wait(10), lambda: returned().wait(10)])
def test_work_that_is_not_delivered_in_time_is_overdue_and_may_be_cancelled_at_any_time(
    job: Callable[[], Job],
) -> None:
    scene = job()
    assert (scene.state, scene.order.body.overdue, scene.term) == (S.WORKING, True, ("overdue", 30))
    scene.wait(29).do(A.CANCEL, CUSTOMER)
    assert (scene.state, scene.order.refunded_minor) == (S.CANCELLED, PRICE)


@pytest.mark.rule("D31")
def test_thirty_days_overdue_and_silent_is_a_refusal_of_started_work() -> None:
    job = overdue().wait(30)
    assert (job.state, job.order.refunded_minor, job.term) == (S.REFUSED, PRICE, None)
    assert job.order.body.refused == rules.Refused("", started=True)


@pytest.mark.rule("D22")
def test_a_delivery_ends_what_was_overdue() -> None:
    job = overdue().wait(29).delivered()
    assert (job.order.body.overdue, job.term) == (False, ("acceptance", 7))
    job.do(A.REWORK, CUSTOMER)
    assert A.CANCEL not in job.acts(CUSTOMER)


@pytest.mark.rule("D22", "D31")
def test_a_delivery_that_is_neither_accepted_nor_returned_is_accepted() -> None:
    job = delivered().wait(7)
    assert (job.state, job.order.escrow_minor, job.order.refunded_minor) == (S.ACCEPTED, 0, 0)


@pytest.mark.rule("D31")
@pytest.mark.parametrize("scene", [placed, working, overdue, delivered])
def test_whatever_is_left_alone_comes_to_an_end(scene: Callable[[], Job]) -> None:
    job = scene().wait(60)
    assert (job.state in LIFECYCLE.ends, job.order.escrow_minor, job.term) == (True, 0, None)


# Whom a performer lets down


@pytest.mark.rule("D33")
def test_a_customer_who_was_let_down_cancels_what_is_under_way_and_takes_nothing_that_was_delivered() -> None:
    job = working()
    assert job.acts(CUSTOMER, let_down=True) == {A.CANCEL, A.PROPOSE}
    assert job.acts(PERFORMER, let_down=True) == {A.DELIVER, A.REFUSE, A.PROPOSE}, "what is started goes on"
    job.do(A.CANCEL, CUSTOMER, let_down=True)
    assert (job.state, job.order.refunded_minor) == (S.CANCELLED, PRICE)
    assert A.CANCEL not in delivered().acts(CUSTOMER, let_down=True)


# Whose turn it is


def turns(job: Job, *, let_down: bool = False) -> set[Party]:
    return {by for by in SIDES if job.order.waits_for(job.order.facts(by, job.now_ms, let_down=let_down))}


@pytest.mark.rule("R32", "R62")
@pytest.mark.parametrize(
    ("state", "whose"),
    [(placed, {PERFORMER}), (working, {PERFORMER}), (overdue, {CUSTOMER, PERFORMER}), (delivered, {CUSTOMER})],
)
def test_an_order_waits_for_whoever_can_take_it_on(state: Callable[[], Job], whose: set[Party]) -> None:
    assert turns(state()) == whose


def test_it_waits_for_a_customer_who_was_let_down_or_is_asked_to_waive_and_for_nobody_in_dispute() -> None:
    job = working()
    assert turns(job, let_down=True) == {CUSTOMER, PERFORMER}
    assert turns(refused()) == {CUSTOMER}
    assert turns(refused().wait(60)) == set()
    job.order = replace(job.order, dispute="d1")
    assert turns(job) == set()


def test_a_proposal_waits_for_the_side_that_has_not_made_it() -> None:
    job = delivered()
    job.proposes(PERFORMER, split_minor=4_000)
    assert turns(job) == {CUSTOMER}
    job = delivered()
    job.proposes(CUSTOMER, split_minor=4_000)
    assert turns(job) == {CUSTOMER, PERFORMER}, "who asked may still accept"


# What the two agree on


@pytest.mark.rule("D21", "D31")
@pytest.mark.parametrize("state", [working, overdue, delivered])
@pytest.mark.parametrize("by", SIDES)
@pytest.mark.parametrize("split_minor", [0, 4_000, PRICE])
def test_a_split_that_one_side_proposes_and_the_other_agrees_to_ends_the_order(
    state: Callable[[], Job], by: Party, split_minor: int
) -> None:
    job = state()
    number = job.proposes(by, split_minor=split_minor)
    assert A.AGREE in job.acts(other(by))
    assert A.AGREE not in job.acts(by), "nobody agrees with themselves"
    with pytest.raises(WrongState):
        job.answers(A.AGREE, by, number)
    order = job.answers(A.AGREE, other(by), number)
    assert (order.body.state, order.escrow_minor, order.refunded_minor) == (S.AGREED, 0, PRICE - split_minor)
    assert (order.body.to_performer_minor, order.body.proposal) == (split_minor, None)


@pytest.mark.rule("E12", "D21")
def test_nobody_agrees_to_more_than_lies_in_escrow_since_the_performer_gave_some_of_it_back() -> None:
    job = Job().started()
    number = job.proposes(PERFORMER, split_minor=PRICE - 1_000)
    for back_minor, possible in ((1_000, True), (1, False)):
        job.order, _ = escrow.refund_part(job.order, "r1", back_minor, at_ms=job.now_ms)
        assert (A.AGREE in job.acts(CUSTOMER)) is possible
    with pytest.raises(WrongState):
        job.answers(A.AGREE, CUSTOMER, number)


@pytest.mark.rule("D31")
@pytest.mark.parametrize(("state", "left"), [(working, 10 - 2 + 5), (overdue, 5), (lambda: overdue().wait(20), 5)])
def test_more_days_begin_where_the_term_ends_and_if_that_is_over_at_once(state: Callable[[], Job], left: int) -> None:
    job = state()
    number = job.proposes(PERFORMER, days=5)
    job.wait(2)
    assert A.EXTEND in job.acts(CUSTOMER)
    job.answers(A.EXTEND, CUSTOMER, number)
    assert (job.state, job.term, job.order.body.overdue) == (S.WORKING, ("delivery", left), False)
    assert job.order.body.proposal is None
    assert A.CANCEL not in job.acts(CUSTOMER)


@pytest.mark.rule("D31")
def test_a_proposal_leaves_the_term_as_it_is_and_lapses_after_three_days() -> None:
    job = working()
    before = job.term
    number = job.proposes(CUSTOMER, split_minor=1)
    assert job.term == before
    assert {A.AGREE, A.DECLINE} <= job.acts(PERFORMER)
    job.now_ms += 3 * DAY - 1
    assert A.AGREE in job.acts(PERFORMER)
    job.now_ms += 1
    assert job.acts(PERFORMER) == {A.DELIVER, A.REFUSE, A.PROPOSE}
    with pytest.raises(WrongState):
        job.answers(A.AGREE, PERFORMER, number)
    assert job.proposes(PERFORMER, split_minor=2) == number + 1


@pytest.mark.rule("D31")
@pytest.mark.parametrize("by", SIDES)
def test_a_proposal_is_declined_or_taken_back_and_then_another_can_be_made(by: Party) -> None:
    job = working()
    number = job.proposes(CUSTOMER, days=1)
    with pytest.raises(WrongState):
        job.proposes(by, days=2)
    job.answers(A.DECLINE, by, number)
    assert (job.order.body.proposal, job.proposes(by, days=2)) == (None, 2)


@pytest.mark.parametrize("act", [A.AGREE, A.EXTEND, A.DECLINE])
def test_an_answer_is_to_the_proposal_that_was_read(act: WorkAct) -> None:
    job = working()
    job.proposes(CUSTOMER, split_minor=9_000)
    job.answers(A.DECLINE, CUSTOMER, 1)
    job.proposes(CUSTOMER, split_minor=1)
    with pytest.raises(Stale) as told:
        job.answers(act, PERFORMER, 1)
    assert told.value.facts == {"what": "proposal", "version": 2}


@pytest.mark.parametrize("act", [A.AGREE, A.EXTEND, A.DECLINE])
def test_where_nothing_is_proposed_nothing_is_answered(act: WorkAct) -> None:
    with pytest.raises(WrongState):
        working().answers(act, PERFORMER, 0)


@pytest.mark.parametrize(("act", "other_way"), [(A.AGREE, A.EXTEND), (A.EXTEND, A.AGREE)])
def test_days_are_not_agreed_to_as_a_split_and_a_split_not_as_days(act: WorkAct, other_way: WorkAct) -> None:
    job = working()
    number = job.proposes(CUSTOMER, split_minor=1) if act is A.EXTEND else job.proposes(CUSTOMER, days=1)
    with pytest.raises(WrongState) as told:
        job.answers(act, PERFORMER, number)
    assert other_way in told.value.acts


def test_a_proposal_does_not_outlive_the_state_in_which_it_was_made() -> None:
    job = working()
    job.proposes(CUSTOMER, split_minor=1)
    assert job.delivered().order.body.proposal is None


def test_a_proposal_outlives_that_the_work_is_overdue() -> None:
    job = working().wait(9)
    job.proposes(PERFORMER, days=5)
    assert {A.EXTEND, A.CANCEL} <= job.wait(1).acts(CUSTOMER)


@pytest.mark.parametrize(
    ("state", "proposed", "fault"),
    [
        (working, {"split_minor": PRICE + 1}, FieldError("to_performer.amount_minor", "too_large", PRICE)),
        (working, {"split_minor": -1}, FieldError("to_performer.amount_minor", "too_small", 0)),
        (working, {"days": 31}, FieldError("days", "too_large", 30)),
        (working, {"days": 0}, FieldError("days", "too_small", 1)),
        (delivered, {"days": 1}, FieldError("days", "not_allowed")),
    ],
)
def test_what_cannot_be_given_cannot_be_proposed(
    state: Callable[[], Job], proposed: dict[str, int], fault: FieldError
) -> None:
    with pytest.raises(InvalidInput) as told:
        state().proposes(PERFORMER, **proposed)
    assert told.value.errors == (fault,)


# The penalty of a refusal


@pytest.mark.rule("D23", "D31")
def test_a_refusal_counts_unless_the_customer_agrees_with_its_reason_within_seven_days() -> None:
    job = refused()
    ended_ms = job.order.ended_ms
    assert penalty(job) is Penalty.ASKED
    job.now_ms += 7 * DAY - 1
    job.do(A.WAIVE, CUSTOMER, rules.waived)
    assert (job.state, job.order.ended_ms, penalty(job)) == (S.REFUSED, ended_ms, Penalty.WAIVED)
    with pytest.raises(WrongState):
        job.do(A.WAIVE, CUSTOMER, rules.waived)


@pytest.mark.rule("D23", "D31")
def test_silence_does_not_waive_it() -> None:
    job = refused()
    job.now_ms += 7 * DAY
    assert (penalty(job), job.acts(CUSTOMER)) == (Penalty.COUNTED, set())
    with pytest.raises(WrongState):
        job.do(A.WAIVE, CUSTOMER, rules.waived)


def test_nothing_is_waived_where_nothing_was_refused() -> None:
    with pytest.raises(WrongState):
        working().do(A.WAIVE, CUSTOMER, rules.waived)


# Repeats


@pytest.mark.rule("D12")
def test_the_first_answer_can_be_told_again_whatever_became_of_the_order() -> None:
    first = placed().order
    assert overdue().order.as_placed == replace(first, version=overdue().order.version)
    assert replace(delivered().wait(7).order, version=0).as_placed == first


def penalty(job: Job) -> Penalty:
    assert job.order.body.refused is not None
    return job.order.body.refused.penalty(job.now_ms)


def other(by: Party) -> Party:
    return PERFORMER if by is CUSTOMER else CUSTOMER


def returned() -> Job:
    job = delivered()
    job.do(A.REWORK, CUSTOMER)
    return job
