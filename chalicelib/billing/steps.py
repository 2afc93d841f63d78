"""What a rule of metering reads and what it answers: a `View` of a session, and a `Step` to commit (D13 to D20, docs/adr/0004)."""

from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.billing import ledger
from chalicelib.billing.ledger import Entry
from chalicelib.billing.outages import Outage
from chalicelib.domain.orders.order import ConsultationOrder
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Event, Heartbeat, Session


@dataclass(frozen=True)
class View:
    """A session as it was read, with all that its rules ask about."""

    session: Session
    order: ConsultationOrder
    available_minor: int
    """The customer's spendable money."""
    heard: tuple[Heartbeat | None, Heartbeat | None]
    """Signs of life: of the customer, of the performer."""
    earned_minor: int = 0
    """The performer's spendable money."""
    outages: tuple[Outage, ...] = ()
    """Our own. Only the end of a session that lost both sides asks about them, so only for that they are read."""

    def heard_of(self, side: Side) -> Heartbeat | None:
        """The side's connection and its last sign of life."""
        return self.heard[0] if side is Side.CUSTOMER else self.heard[1]

    def without(self, side: Side) -> "View":
        """The same, had this side never been heard from."""
        customer, performer = self.heard
        return replace(self, heard=(None, performer) if side is Side.CUSTOMER else (customer, None))


class Lease(StrEnum):
    """What a step does to the performer's `busy`."""

    KEEP = "keep"
    TAKE = "take"
    FREE = "free"


@dataclass(frozen=True)
class Step:
    """One atomic change. What is None is not touched. Besides the versions of session and order, the commit checks: `entry` is
    new and nobody is overdrawn by it; with `short`, that the customer still cannot pay a block; `unheard`, that these sides' signs
    of life are still the ones that were read; `lease`, that the performer is free, or busy with this session."""

    event: Event
    session: Session
    order: ConsultationOrder | None = None
    entry: Entry | None = None
    returned: Entry | None = None
    """What the customer gets back at the end (E15), perhaps of what `entry` settles."""
    short: bool = False
    unheard: tuple[Side, ...] = ()
    lease: Lease = Lease.KEEP

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All that moves money."""
        return tuple(entry for entry in (self.entry, self.returned) if entry is not None)

    @property
    def loses_both(self) -> bool:
        """Whether it ends a session because both sides were lost: then our own outage may have been what ended it (E15)."""
        return self.event is Event.END and len(self.session.ended_by) == len(Side)


def following(view: View, step: Step) -> View:
    """What a read would find right after this step was committed and nothing else had happened: saves that read."""
    session = replace(step.session, version=step.session.version + 1)
    order = replace(step.order, version=step.order.version + 1) if step.order else view.order
    paid_minor = sum(entry.of(ledger.user(session.customer_id)) for entry in step.entries)
    earned_minor = sum(entry.of(ledger.user(session.performer_id)) for entry in step.entries)
    return View(session, order, view.available_minor + paid_minor, view.heard, view.earned_minor + earned_minor)
