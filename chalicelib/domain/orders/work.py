"""Work as the body of an order: a job done against money in escrow, and the table of its life (R59 to R73, D21 to D23, D31, D33)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.lifecycle import Effect, Lifecycle, Notice, Transition
from chalicelib.domain.orders.facts import Facts
from chalicelib.domain.orders.proposals import Proposal, more_days, split_of
from chalicelib.domain.parties import Party


class WorkState(StrEnum):
    """The life of an order of work."""

    PLACED = "placed"
    WORKING = "working"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    """The performer did not do it, in words or by silence."""
    AGREED = "agreed"
    """The two have agreed how to split the price."""
    RULED = "ruled"
    """A verdict has split it (D27)."""


class WorkAct(StrEnum):
    """What can be done to it. What lapses is done by the service, when a term is over."""

    START = "start"
    REFUSE = "refuse"
    DELIVER = "deliver"
    REWORK = "rework"
    ACCEPT = "accept"
    CANCEL = "cancel"
    PROPOSE = "propose"
    AGREE = "agree"
    """To a split of the price, which ends the order."""
    EXTEND = "extend"
    """To more days."""
    DECLINE = "decline"
    """The other side's proposal, or take back one's own."""
    WAIVE = "waive"
    """The customer agrees with the reason of a refusal: it costs the performer nothing (D23)."""
    LAPSE_START = "lapse_start"
    LAPSE_DELIVERY = "lapse_delivery"
    LAPSE_OVERDUE = "lapse_overdue"
    LAPSE_ACCEPTANCE = "lapse_acceptance"
    RULE = "rule"


Row = Transition[WorkState, WorkAct]
S, A = WorkState, WorkAct
CUSTOMER, PERFORMER = frozenset({Party.CUSTOMER}), frozenset({Party.PERFORMER})
SIDES = CUSTOMER | PERFORMER
SERVICE, JUDGES = frozenset({Party.SERVICE}), frozenset({Party.ARBITER, Party.ADMIN, Party.SERVICE})
SILENT = (Notice("work_refunded", Party.CUSTOMER), Notice("work_lapsed", Party.PERFORMER))
LATE = (Notice("work_late", Party.CUSTOMER), Notice("work_overdue", Party.PERFORMER))
SETTLED = (Notice("work_accepted_by_silence", Party.CUSTOMER), Notice("work_accepted", Party.PERFORMER))

LIFECYCLE = Lifecycle(
    "order",
    S.PLACED,
    (
        Row(S.PLACED, A.START, S.WORKING, PERFORMER, starts="delivery", tells=(Notice("work_started"),), waits=True),
        Row(S.PLACED, A.REFUSE, S.REFUSED, PERFORMER, Effect.REFUND, tells=(Notice("work_refused"),)),
        Row(S.PLACED, A.CANCEL, S.CANCELLED, CUSTOMER, Effect.REFUND, tells=(Notice("work_cancelled"),)),
        Row(S.PLACED, A.LAPSE_START, S.REFUSED, SERVICE, Effect.REFUND, tells=SILENT),
        Row(
            S.WORKING,
            A.DELIVER,
            S.DELIVERED,
            PERFORMER,
            starts="acceptance",
            tells=(Notice("work_delivered"),),
            waits=True,
        ),
        Row(S.WORKING, A.REFUSE, S.REFUSED, PERFORMER, Effect.REFUND, tells=(Notice("work_refused"),)),
        Row(S.WORKING, A.CANCEL, S.CANCELLED, CUSTOMER, Effect.REFUND, tells=(Notice("work_cancelled"),), waits=True),
        Row(S.WORKING, A.PROPOSE, S.WORKING, SIDES, tells=(Notice("work_proposal"),)),
        Row(S.WORKING, A.AGREE, S.AGREED, SIDES, Effect.SPLIT, tells=(Notice("work_agreed"),), waits=True),
        Row(S.WORKING, A.EXTEND, S.WORKING, SIDES, starts="delivery", tells=(Notice("work_extended"),), waits=True),
        Row(S.WORKING, A.DECLINE, S.WORKING, SIDES),
        Row(S.WORKING, A.LAPSE_DELIVERY, S.WORKING, SERVICE, starts="overdue", tells=LATE),
        Row(S.WORKING, A.LAPSE_OVERDUE, S.REFUSED, SERVICE, Effect.REFUND, tells=SILENT),
        Row(S.WORKING, A.RULE, S.RULED, JUDGES, Effect.SPLIT),
        Row(S.DELIVERED, A.REWORK, S.WORKING, CUSTOMER, starts="rework", tells=(Notice("work_returned"),)),
        Row(S.DELIVERED, A.ACCEPT, S.ACCEPTED, CUSTOMER, Effect.RELEASE, tells=(Notice("work_accepted"),), waits=True),
        Row(S.DELIVERED, A.PROPOSE, S.DELIVERED, SIDES, tells=(Notice("work_proposal"),)),
        Row(S.DELIVERED, A.AGREE, S.AGREED, SIDES, Effect.SPLIT, tells=(Notice("work_agreed"),), waits=True),
        Row(S.DELIVERED, A.DECLINE, S.DELIVERED, SIDES),
        Row(
            S.DELIVERED,
            A.LAPSE_ACCEPTANCE,
            S.ACCEPTED,
            SERVICE,
            Effect.RELEASE,
            tells=SETTLED,
        ),
        Row(S.DELIVERED, A.RULE, S.RULED, JUDGES, Effect.SPLIT),
        Row(S.REFUSED, A.WAIVE, S.REFUSED, CUSTOMER, waits=True),
    ),
    starts="start",
    tells=(Notice("work_ordered", Party.PERFORMER),),
    silence={
        "start": A.LAPSE_START,
        "delivery": A.LAPSE_DELIVERY,
        "rework": A.LAPSE_DELIVERY,
        "overdue": A.LAPSE_OVERDUE,
        "acceptance": A.LAPSE_ACCEPTANCE,
    },
    reminders={
        "start": Notice("work_start_reminder", Party.PERFORMER),
        "delivery": Notice("work_delivery_reminder", Party.PERFORMER),
        "rework": Notice("work_delivery_reminder", Party.PERFORMER),
        "acceptance": Notice("work_acceptance_reminder", Party.CUSTOMER),
    },
)
"""Everything legal on one page; docs/lifecycles.md is drawn from it. What an act needs besides: `Work.fits`. When cancelling is possible
after the start, the performer is late or has let the customer down: so it is the customer's turn."""


REVIEWABLE = frozenset({S.ACCEPTED, S.AGREED, S.RULED})


class Penalty(StrEnum):
    """Whether a refusal counts against its performer (R64, D23)."""

    ASKED = "asked"
    """It counts, and the customer may still waive it."""
    COUNTED = "counted"
    WAIVED = "waived"


@dataclass(frozen=True)
class Refused:
    """That the performer did not do it."""

    reason: str
    """In the performer's words; empty when it was silence."""
    started: bool
    """Whether the work had begun: it weighs more then (D24)."""
    waivable_until_ms: int | None = None
    """Until when the customer may agree with the reason. None: none was given."""
    waived: bool = False

    def penalty(self, now_ms: int) -> Penalty:
        """Whether it counts now."""
        if self.waived:
            return Penalty.WAIVED
        waivable = self.waivable_until_ms is not None and now_ms < self.waivable_until_ms
        return Penalty.ASKED if waivable else Penalty.COUNTED


@dataclass(frozen=True)
class Work:
    """One job, once."""

    kind: ClassVar[str] = TwipKind.WORK
    lifecycle: ClassVar[Lifecycle[WorkState, WorkAct]] = LIFECYCLE
    timeline: ClassVar[bool] = True

    days: int
    """To delivery, as the twip promised when it was bought (D22)."""
    state: WorkState = WorkState.PLACED
    deliveries: int = 0
    delivered_ms: int | None = None
    """When it was delivered last."""
    overdue: bool = False
    """The term of delivery was over, and nothing has been delivered or agreed since."""
    proposal: Proposal | None = None
    """The last that was neither answered nor outlived by a change of state; it may have lapsed."""
    proposals: int = 0
    """How many there have been: numbers them."""
    to_performer_minor: int | None = None
    """What a split has given the performer, before commission."""
    refused: Refused | None = None

    @property
    def as_placed(self) -> "Work":
        """As it was bought."""
        return Work(self.days)

    @property
    def seen(self) -> str:
        """Where it stands, for a refusal."""
        return self.state

    @property
    def reviewable(self) -> bool:
        """Accepted, agreed or ruled about; a refusal counts by itself (D24)."""
        return self.state in REVIEWABLE

    def open_proposal(self, facts: Facts) -> Proposal | None:
        """The one that can be answered now."""
        return self.proposal if self.proposal is not None and self.proposal.stands(facts) else None

    def fits(self, act: WorkAct, facts: Facts) -> bool:
        """Whether the facts beside the table allow an act that the table allows."""
        return act not in NEEDS or NEEDS[act](self, facts)

    def moved(self, row: Row, _facts: Facts) -> "Work":
        """After an act that says no more than the table does, by a side or by the service. A proposal is one about the state in which it
        was made: another state ends it."""
        stays = row.target is row.source
        body = replace(self, state=row.target, proposal=self.proposal if stays else None)
        match row.act:
            case WorkAct.LAPSE_DELIVERY:
                return replace(body, overdue=True)
            case WorkAct.LAPSE_START | WorkAct.LAPSE_OVERDUE:
                return replace(body, refused=Refused("", started=row.source is WorkState.WORKING))
            case _:
                return body

    def escrow_minor(self, price_minor: int) -> int:
        """The whole price, until it has ended."""
        return 0 if self.state in LIFECYCLE.ends else price_minor


def _may_cancel(body: Work, facts: Facts) -> bool:
    """At will until the start (D21); afterwards when the performer is overdue (D22), or has let the customer down (D33)."""
    return body.state is WorkState.PLACED or body.overdue or facts.let_down


def _offered(body: Work, facts: Facts) -> Proposal:
    """What the other side has proposed, if it still stands."""
    proposal = body.open_proposal(facts) or NOTHING
    return NOTHING if proposal.by is facts.by else proposal


def _can_split(proposal: Proposal, facts: Facts) -> bool:
    """Whether as much lies in escrow as is proposed: the performer may have given some of it back since (E12)."""
    part_minor = proposal.to_performer_minor
    return part_minor is not None and part_minor <= facts.held_minor


def _can_waive(body: Work, facts: Facts) -> bool:
    return body.refused is not None and body.refused.penalty(facts.now_ms) is Penalty.ASKED


NOTHING = Proposal(0, Party.SERVICE, 0)
"""The proposal where there is none: nobody can agree to it."""
NEEDS: dict[WorkAct, Callable[[Work, Facts], bool]] = {
    WorkAct.CANCEL: _may_cancel,
    WorkAct.PROPOSE: lambda body, facts: body.open_proposal(facts) is None,
    WorkAct.AGREE: lambda body, facts: _can_split(_offered(body, facts), facts),
    WorkAct.EXTEND: lambda body, facts: _offered(body, facts).days is not None,
    WorkAct.DECLINE: lambda body, facts: body.open_proposal(facts) is not None,
    WorkAct.WAIVE: _can_waive,
}
"""What an act needs beside its state."""


def refused(body: Work, row: Row, facts: Facts, reason: str) -> Work:
    """The performer will not do it, and says why (R64): the customer may agree with the reason for a time (D23)."""
    started = row.source is WorkState.WORKING
    return replace(body.moved(row, facts), refused=Refused(reason, started, facts.until_ms("waiver")))


def delivered(body: Work, row: Row, facts: Facts) -> Work:
    """Work done (R66)."""
    moved = body.moved(row, facts)
    return replace(moved, deliveries=body.deliveries + 1, delivered_ms=facts.now_ms, overdue=False)


def split_proposed(body: Work, _row: Row, facts: Facts, to_performer_minor: int) -> Work:
    """A side proposes what the performer gets of the price. Raises InvalidInput."""
    number = body.proposals + 1
    return replace(body, proposal=split_of(number, to_performer_minor, facts), proposals=number)


def days_proposed(body: Work, row: Row, facts: Facts, days: int) -> Work:
    """A side proposes more days until a delivery that is still awaited. Raises InvalidInput."""
    if row.source is not WorkState.WORKING:
        raise InvalidInput((FieldError("days", "not_allowed"),))
    number = body.proposals + 1
    return replace(body, proposal=more_days(number, days, facts), proposals=number)


def agreed(body: Work, row: Row, facts: Facts, number: int) -> Work:
    """The price is split as the other side has proposed. Raises Stale when the last proposal is not the named one."""
    return replace(body.moved(row, facts), to_performer_minor=_named(body, number).to_performer_minor)


def extended(body: Work, _row: Row, _facts: Facts, number: int) -> Work:
    """There are more days, as the other side has proposed, and nothing is overdue. Raises Stale, likewise."""
    _named(body, number)
    return replace(body, proposal=None, overdue=False)


def declined(body: Work, _row: Row, _facts: Facts, number: int) -> Work:
    """The proposal is refused, or taken back. Raises Stale, likewise."""
    _named(body, number)
    return replace(body, proposal=None)


def waived(body: Work, _row: Row, _facts: Facts) -> Work:
    """The customer agrees with the reason of the refusal (D23)."""
    return replace(body, refused=body.refused and replace(body.refused, waived=True))


def extended_ms(body: Work, left_ms: int, day_ms: int) -> int:
    """How long a delivery is awaited with the days that are proposed: they begin where its term ends; now, if that is over."""
    days = (body.proposal or NOTHING).days or 0
    return days * day_ms + (0 if body.overdue else left_ms)


def _named(body: Work, number: int) -> Proposal:
    return NOTHING if body.proposal is None else body.proposal.named(number)
