"""A dispute about an order: its table, what lies in dispute, and who has a part in it (R71 to R73, D27, D28, D31, D34)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.lifecycle import Effect, Lifecycle, Transition
from chalicelib.domain.orders.order import Deadline
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.people import Role
from chalicelib.domain.terms import Spans

TEXT_AT_LEAST, TEXT_AT_MOST = 3, 4000
"""Of what opens a dispute, answers it, asks, and says why it was decided so."""
FILES_AT_MOST = 10
"""Of each side's (D32)."""
ASKED = "asked_"
KEEPS_GOODS = "keeps_goods"
"""The fact of what ends a dispute over files: 1, if the customer keeps them."""


class Phase(StrEnum):
    """Where a dispute is. Each that is open has a term (D31)."""

    ANSWER = "answer"
    """The other side is to answer."""
    ARBITRATION = "arbitration"
    """An arbiter is to decide: whoever takes it."""
    ESCALATED = "escalated"
    """That arbiter was silent: any arbiter is to."""
    ADMIN = "admin"
    """All arbiters were silent: an admin is to."""
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    SETTLED = "settled"


class DisputeAct(StrEnum):
    """What can be done in a dispute."""

    ANSWER = "answer"
    SAY = "say"
    WITHDRAW = "withdraw"
    PROPOSE = "propose"
    AGREE = "agree"
    DECLINE = "decline"
    """The other side's proposal, or one's own: that takes it back."""
    ASSIGN = "assign"
    """An arbiter takes it."""
    HAND_OVER = "hand_over"
    """Its arbiter gives it back to the queue."""
    QUESTION = "question"
    RULE = "rule"
    LAPSE = "lapse"
    """The phase's term is over."""


Row = Transition[Phase, DisputeAct]
SIDES = frozenset({Party.CUSTOMER, Party.PERFORMER})
ARBITER, ADMIN, SERVICE = frozenset({Party.ARBITER}), frozenset({Party.ADMIN}), frozenset({Party.SERVICE})


def _between_sides(phase: Phase) -> tuple[Row, ...]:
    """What the two sides may do in every open phase."""
    return (
        Row(phase, DisputeAct.SAY, phase, SIDES),
        Row(phase, DisputeAct.PROPOSE, phase, SIDES),
        Row(phase, DisputeAct.AGREE, Phase.SETTLED, SIDES, Effect.SPLIT),
        Row(phase, DisputeAct.DECLINE, phase, SIDES),
        Row(phase, DisputeAct.WITHDRAW, Phase.WITHDRAWN, SIDES),
    )


LIFECYCLE = Lifecycle(
    "dispute",
    Phase.ANSWER,
    (
        *_between_sides(Phase.ANSWER),
        Row(Phase.ANSWER, DisputeAct.ANSWER, Phase.ARBITRATION, SIDES, starts="arbitration"),
        Row(Phase.ANSWER, DisputeAct.LAPSE, Phase.ARBITRATION, SERVICE, starts="arbitration"),
        *_between_sides(Phase.ARBITRATION),
        Row(Phase.ARBITRATION, DisputeAct.ASSIGN, Phase.ARBITRATION, ARBITER),
        Row(Phase.ARBITRATION, DisputeAct.HAND_OVER, Phase.ARBITRATION, ARBITER),
        Row(Phase.ARBITRATION, DisputeAct.QUESTION, Phase.ARBITRATION, ARBITER),
        Row(Phase.ARBITRATION, DisputeAct.RULE, Phase.DECIDED, ARBITER, Effect.SPLIT),
        Row(Phase.ARBITRATION, DisputeAct.LAPSE, Phase.ESCALATED, SERVICE, starts="escalation"),
        *_between_sides(Phase.ESCALATED),
        Row(Phase.ESCALATED, DisputeAct.QUESTION, Phase.ESCALATED, ARBITER),
        Row(Phase.ESCALATED, DisputeAct.RULE, Phase.DECIDED, ARBITER, Effect.SPLIT),
        Row(Phase.ESCALATED, DisputeAct.LAPSE, Phase.ADMIN, SERVICE, starts="admin"),
        *_between_sides(Phase.ADMIN),
        Row(Phase.ADMIN, DisputeAct.QUESTION, Phase.ADMIN, ADMIN),
        Row(Phase.ADMIN, DisputeAct.RULE, Phase.DECIDED, ADMIN, Effect.SPLIT),
        Row(Phase.ADMIN, DisputeAct.LAPSE, Phase.DECIDED, SERVICE, Effect.SPLIT),
    ),
    starts="answer",
)
"""Everything legal on one page; docs/lifecycles.md is drawn from it. Who of the two sides, which arbiter, and what else an act needs: what
the dispute itself answers."""
OPEN_PHASES = (Phase.ANSWER, Phase.ARBITRATION, Phase.ESCALATED, Phase.ADMIN)
JUDGE = {Phase.ARBITRATION: Role.ARBITER, Phase.ESCALATED: Role.ARBITER, Phase.ADMIN: Role.ADMIN}
"""Whose turn it is to decide."""


class DisputeNews(StrEnum):
    """What the timeline of an order says of a dispute about it."""

    OPENED = "dispute_opened"
    WITHDRAWN = "dispute_withdrawn"
    SETTLED = "dispute_settled"
    DECIDED = "dispute_decided"


NEWS = {
    Phase.DECIDED: DisputeNews.DECIDED,
    Phase.WITHDRAWN: DisputeNews.WITHDRAWN,
    Phase.SETTLED: DisputeNews.SETTLED,
}


@dataclass(frozen=True)
class Split:
    """How what lies in dispute is divided. Amounts before commission, which is due on the performer's part only (D27)."""

    to_customer_minor: int
    to_performer_minor: int


def split(amount_minor: int, to_customer_minor: int, to_performer_minor: int) -> Split:
    """The two parts, if they are the whole. Raises InvalidInput."""
    if to_customer_minor < 0 or to_performer_minor < 0:
        field_name = "to_customer" if to_customer_minor < 0 else "to_performer"
        raise InvalidInput((FieldError(f"{field_name}.amount_minor", "too_small", 0),))
    if to_customer_minor + to_performer_minor != amount_minor:
        raise InvalidInput((FieldError("to_performer.amount_minor", "not_the_whole", amount_minor),))
    return Split(to_customer_minor, to_performer_minor)


@dataclass(frozen=True)
class Proposal:
    """A split that one side offers to the other. It lapses by itself: whoever reads looks at the clock (D31)."""

    by: Side
    split: Split
    serial: int
    """The version of the dispute at which it was made: whoever agrees names it, so that nobody agrees to another one."""
    until_ms: int


@dataclass(frozen=True)
class Verdict:
    """How it was decided, and why. `by` is who decided; None: nobody did in time (D31)."""

    split: Split
    reasons: str
    by: str | None
    keeps_goods: bool | None = None
    """Of files, whether the customer keeps them (R84); of nothing else."""


@dataclass(frozen=True)
class About:
    """What the dispute is about, as it stood when it was opened."""

    kind: TwipKind
    title: dict[str, str]
    currency: str
    amount_minor: int
    """What lies in dispute: of work what lies in escrow or was paid, of a consultation the paid blocks of one session."""
    in_escrow_minor: int
    """How much of it lies in escrow. The rest was paid to the performer."""
    session_id: str | None = None


@dataclass(frozen=True)
class Dispute:
    """A quarrel between the two sides of an order. While it is open the order rests."""

    id: str
    order_id: str
    customer_id: str
    performer_id: str
    opener: Side
    about: About
    terms: Spans
    created_ms: int
    phase: Phase = Phase.ANSWER
    deadline: Deadline | None = None
    arbiter_id: str | None = None
    awaited: tuple[Side, ...] = ()
    """Of whom the arbiter has asked something that is not answered yet."""
    files: dict[Side, int] = field(default_factory=dict)
    """How many each side has sent along: their evidence (D32)."""
    proposal: Proposal | None = None
    verdict: Verdict | None = None
    settled: Split | None = None
    """What the two sides have agreed on."""
    ended_ms: int | None = None
    act_key: str | None = None
    version: int = 0

    def side_of(self, user_id: str) -> Side | None:
        """The side that a user has in it, if any."""
        if user_id == self.customer_id:
            return Side.CUSTOMER
        return Side.PERFORMER if user_id == self.performer_id else None

    def user_of(self, side: Side) -> str:
        """The user on a side."""
        return self.customer_id if side is Side.CUSTOMER else self.performer_id

    @property
    def keeps_goods(self) -> bool | None:
        """Of files whose dispute has ended in a verdict or an agreement, whether the customer keeps them. By agreement they do, unless all
        of the money goes back."""
        if self.settled is not None and self.about.kind is TwipKind.FILES:
            return self.settled.to_performer_minor > 0
        return None if self.verdict is None else self.verdict.keeps_goods

    def stands(self, now_ms: int) -> Proposal | None:
        """The proposal that waits for its answer, if one does."""
        proposal = self.proposal
        return proposal if self.ended_ms is None and proposal and now_ms < proposal.until_ms else None

    def acts(self, party: Party, now_ms: int, user_id: str = "") -> tuple[DisputeAct, ...]:
        """What this party may do now, in the table's order."""
        legal = LIFECYCLE.acts(self.phase, party)
        return tuple(act for act in legal if self.is_whose(act, party, user_id) and self.fits(act, party, now_ms))

    def is_whose(self, act: DisputeAct, party: Party, user_id: str) -> bool:
        """Whether the act is this one's of those whom the table names: which side, which arbiter."""
        match act:
            case DisputeAct.WITHDRAW:
                return party is Party(self.opener)
            case DisputeAct.ANSWER:
                return party is Party(self.opener.other)
            case DisputeAct.HAND_OVER:
                return user_id == self.arbiter_id
            case DisputeAct.QUESTION | DisputeAct.RULE:
                of_one = party is Party.ARBITER and self.phase is Phase.ARBITRATION
                return not of_one or user_id == self.arbiter_id
            case _:
                return True

    def fits(self, act: DisputeAct, party: Party, now_ms: int) -> bool:
        """Whether the facts beside the table allow an act that the table allows."""
        proposal = self.stands(now_ms)
        match act:
            case DisputeAct.SAY:
                return self.phase is not Phase.ANSWER or party is Party(self.opener)
            case DisputeAct.AGREE:
                return proposal is not None and party is Party(proposal.by.other)
            case DisputeAct.DECLINE:
                return proposal is not None
            case DisputeAct.ASSIGN:
                return self.arbiter_id is None
            case _:
                return True


def open_dispute(
    *,
    dispute_id: str,
    order_id: str,
    customer_id: str,
    performer_id: str,
    opener: Side,
    about: About,
    terms: Spans,
    now_ms: int,
) -> Dispute:
    """A new dispute, whose other side is to answer (R71)."""
    return Dispute(
        id=dispute_id,
        order_id=order_id,
        customer_id=customer_id,
        performer_id=performer_id,
        opener=opener,
        about=about,
        terms=terms,
        created_ms=now_ms,
        deadline=begun("answer", terms, 0, now_ms),
    )


def dispute_id(order_id: str, number: int) -> str:
    """Disputes are numbered within their order, from 1. No other thread has such a name, so that theirs can be told by it."""
    return f"{order_id}-d{number}"


def party_of(dispute: Dispute, user_id: str, roles: Collection[Role]) -> Party | None:
    """Whom a person acts as. A side is a side, whatever else they are: nobody judges what is their own (D28). Of staff who are both, it is
    the role whose turn it is."""
    side = dispute.side_of(user_id)
    if side is not None:
        return Party(side)
    judges = [role for role in (JUDGE.get(dispute.phase, Role.ARBITER), Role.ARBITER, Role.ADMIN) if role in roles]
    return Party(judges[0].value) if judges else None


def is_open_to(dispute: Dispute, user_id: str, party: Party) -> bool:
    """Whether a member of staff may read it: its arbiter, and whoever it has escalated to, while it is open (D27, D29)."""
    if dispute.ended_ms is not None:
        return False
    if party is Party.ADMIN:
        return dispute.phase is Phase.ADMIN
    return user_id == dispute.arbiter_id or dispute.phase in (Phase.ESCALATED, Phase.ADMIN)


def asking(sides: Collection[Side]) -> dict[str, int]:
    """The facts of a question to these sides, as the thread keeps them."""
    return {f"{ASKED}{side}": 1 for side in sides}


def asked(facts: Mapping[str, int]) -> tuple[Side, ...]:
    """Of whom a question with these facts is."""
    return tuple(side for side in Side if f"{ASKED}{side}" in facts)


def begun(name: str | None, terms: Spans, serial: int, now_ms: int) -> Deadline | None:
    """A term that starts now, if one does. A reminder that would go before that is none."""
    if name is None:
        return None
    lasts_ms, early_ms = terms.lasts_ms[name], terms.reminds_ms.get(name)
    return Deadline(name, serial, now_ms + lasts_ms, reminded=early_ms is None or lasts_ms <= early_ms)


def wakes_ms(dispute: Dispute) -> int | None:
    """When it is to be looked at next: for the reminder of its term, else for its end. None once it is over."""
    deadline = dispute.deadline
    if deadline is None or deadline.due_ms is None:
        return None
    return deadline.due_ms if deadline.reminded else deadline.due_ms - dispute.terms.reminds_ms[deadline.name]
