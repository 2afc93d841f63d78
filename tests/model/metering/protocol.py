"""The metering protocol as a model: the real rules over three tables in memory, unless a seeded fault puts a broken one in a real one's
place."""

from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from chalicelib.billing import boundaries
from chalicelib.domain.orders.order import ConsultationOrder, Order
from chalicelib.domain.sessions import Session, State
from chalicelib.services.changes import Ref
from tests.model.engine.explorer import Outcome, explore
from tests.model.engine.model import Decision, World
from tests.model.metering import acts, invariants
from tests.model.metering.acts import Act, Kind
from tests.model.metering.rules import TINY, Rules
from tests.model.metering.stored import Stored, commit, doomed, overtaken, written


@dataclass(frozen=True)
class Metering:
    """See `engine.model.Model`; its subjects are sessions."""

    rules: Rules = field(default_factory=Rules)

    @property
    def tick(self) -> Act:
        """It moves the watermark."""
        return Act(Kind.TICK, "0")

    @property
    def keeps_receipt(self) -> bool:
        """The gateway's receipt of a frame decides."""
        return True

    def work(self, subject: str) -> Act:
        """A worker's look at this session."""
        return Act(Kind.WORK, subject)

    def identity(self, stored: Stored) -> Hashable:
        """Equal for equal contents."""
        return stored.identity

    def decide(self, stored: Stored, act: Act, at: int, earlier: Stored | None) -> Decision | None:
        """As the service would decide, its order perhaps read earlier than the rest."""
        order = None if earlier is None else _order(stored, act, earlier)
        return acts.decide(self.rules, stored, act, at, order)

    def commit(self, stored: Stored, decision: Decision) -> Stored | None:
        """One transaction."""
        return commit(stored, decision.changes, self.rules.fences)

    def outrun(self, decision: Decision, by: Decision) -> Decision | None:
        """The versions that it read are no longer the stored ones."""
        changes = overtaken(decision.changes, written(by.changes))
        return None if doomed(changes, self.rules.fences) else replace(decision, changes=changes)

    def broken_state(self, stored: Stored) -> str | None:
        """Of money, leases and sessions."""
        return invariants.broken_state(stored)

    def broken_commit(self, before: Stored, after: Stored, act: Act, decision: Decision, at: int) -> str | None:
        """Of what may happen to a session."""
        return invariants.broken_commit(before, after, act, decision, at)

    def due(self, stored: Stored, subject: str) -> int | None:
        """When the session is looked at next."""
        session = stored.entities.get(Ref(Session, subject))
        return boundaries.next_due_ms(session, TINY) if session else None

    def found(self, stored: Stored) -> list[tuple[int, Act]]:
        """The sessions in the time index."""
        known = [session for session in stored.of(Session) if self.rules.found(session)]
        due = [(at, session.id) for session in known if (at := boundaries.next_due_ms(session, TINY)) is not None]
        return [(at, self.work(ident)) for at, ident in sorted(due)]

    def stuck(self, stored: Stored) -> str | None:
        """A session that has not ended."""
        alive = [session for session in stored.of(Session) if session.state is not State.ENDED]
        return f"{alive[0].id} is {alive[0].state} for ever" if alive else None

    def over(self, stored: Stored) -> frozenset[str]:
        """The sessions that have ended."""
        return frozenset(session.id for session in stored.of(Session) if session.state is State.ENDED)

    def ends(self, stored: Stored) -> frozenset[str]:
        """Their reasons."""
        return frozenset(session.reason for session in stored.of(Session) if session.reason)


def _order(stored: Stored, act: Act, earlier: Stored) -> ConsultationOrder | None:
    session = stored.entities.get(Ref(Session, act.subject))
    if session is None:
        return None
    ref = Ref(Order, session.order_id)
    order: ConsultationOrder = earlier.entities[ref]
    return order if order == stored.entities[ref] else replace(order, version=-1)


def explored(world: World[Stored, Act], rules: Rules | None = None) -> Outcome:
    """Every reachable moment of a world under these rules, or the shortest trace that breaks an invariant."""
    return explore(world, Metering(rules or Rules()))
