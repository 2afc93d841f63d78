"""The life of an order of work and of its dispute as a model: the real use cases over what is stored in memory, unless a seeded fault puts
a broken rule in a real one's place."""

from collections.abc import Callable, Hashable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch

from chalicelib.domain.disputes import dispute
from chalicelib.domain.disputes.dispute import Dispute
from chalicelib.domain.orders.deadlines import wakes_ms
from chalicelib.domain.orders.order import AnyOrder, Order
from chalicelib.domain.orders.work import WorkState
from chalicelib.services.disputes.terms import DisputeTerms
from tests.model.engine.explorer import Outcome, explore
from tests.model.engine.model import Decision, World
from tests.model.orders import acts, invariants
from tests.model.orders.acts import Act, Kind
from tests.model.orders.desk import TICK_MS
from tests.model.orders.steps import Batch, Told
from tests.model.orders.stored import Fences, Stage, Stored, rests_on, writes

LAG = 1
"""So many ticks after its time a subject is overdue for the sweep."""


@dataclass(frozen=True)
class Rules:
    """What a seeded fault may break: a fence, what the sweep finds, or a rule of the product, by where it is looked up."""

    fences: Fences = field(default_factory=Fences)
    found: Callable[[Any], bool] = lambda subject: True
    told: Callable[[Stored, Told], Told | None] = lambda stored, told: told
    """How whoever has acted signals: what was stored when they decided is known."""
    instead: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Lives:
    """See `engine.model.Model`; its subjects are orders, disputes, and the names of executions."""

    rules: Rules = field(default_factory=Rules)

    @property
    def keeps_receipt(self) -> bool:
        """Whoever loses a race looks at the clock again."""
        return False

    @property
    def tick(self) -> Act:
        """It does nothing but look."""
        return Act(Kind.TICK, "the sweep")

    def work(self, subject: str) -> Act:
        """What an execution does next."""
        return Act(Kind.RUN, subject)

    def identity(self, stored: Stored) -> Hashable:
        """Equal for equal contents."""
        return stored.identity

    def decide(self, stored: Stored, act: Act, at: int, earlier: Stored | None) -> Decision | None:
        """As the service would decide."""
        decision = acts.decide(stored, act, at)
        if decision is None:
            return None
        follows = [self.rules.told(stored, step) if isinstance(step, Told) else step for step in decision.then]
        kept, first = tuple(step for step in follows if step is not None), decision.changes[0]
        if len(kept) < len(follows) and isinstance(first, Batch):
            first = replace(first, owes=frozenset())
        return replace(decision, changes=(first,), then=kept)

    def commit(self, stored: Stored, decision: Decision) -> Stored | None:
        """One step after the other."""
        after: Stored | None = stored
        for step in decision.changes:
            after = None if after is None else step.done(after, self.rules.fences)
        return after

    def outrun(self, decision: Decision, by: Decision) -> Decision | None:
        """Refused, if it rests on what the other has written."""
        first, other = decision.changes[0], by.changes[0]
        if not (isinstance(first, Batch) and isinstance(other, Batch)) or not self.rules.fences.versions:
            return decision
        return None if rests_on(first.changes) & writes(other.changes) else decision

    def broken_state(self, stored: Stored) -> str | None:
        """Of money, orders and executions."""
        return invariants.broken_state(stored)

    def broken_commit(self, before: Stored, after: Stored, act: Act, decision: Decision, at: int) -> str | None:
        """Of what may happen to an order or a dispute."""
        return invariants.broken_commit(before, after, act, decision, at)

    def due(self, stored: Stored, subject: str) -> int | None:
        """When an execution does something by itself."""
        execution = stored.executions.get(subject)
        if execution is None or execution.stage is Stage.OVER:
            return None
        return execution.until if execution.stage is Stage.ASLEEP else 0

    def found(self, stored: Stored) -> list[tuple[int, Act]]:
        """What the sweep finds in the time index."""
        timed = [(wakes_ms(order), order) for order in stored.of(Order)]
        timed += [(dispute.wakes_ms(one), one) for one in stored.of(Dispute)]
        due = [(-(-wake // TICK_MS) + LAG, one.id) for wake, one in timed if wake is not None and self.rules.found(one)]
        return [(at, Act(Kind.MEND, f"@{ident}")) for at, ident in sorted(due)]

    def stuck(self, stored: Stored) -> str | None:
        """A dispute or an order that has not ended."""
        open_ones: list[Dispute] = [one for one in stored.of(Dispute) if one.ended_ms is None]
        if open_ones:
            return f"{open_ones[0].id} waits for {open_ones[0].phase} for ever"
        alive: list[AnyOrder] = [order for order in stored.of(Order) if order.ended_ms is None]
        return f"{alive[0].id} is {alive[0].body.state} for ever" if alive else None

    def over(self, stored: Stored) -> frozenset[str]:
        """The disputes and orders to which nothing can be done any more."""
        done = (WorkState.CANCELLED, WorkState.AGREED, WorkState.RULED)
        ended = frozenset(one.id for one in stored.of(Dispute) if one.ended_ms is not None)
        return ended | frozenset(order.id for order in stored.of(Order) if order.body.state in done)

    def ends(self, stored: Stored) -> frozenset[str]:
        """Their last states, and those of disputes."""
        disputes = frozenset(str(one.phase) for one in stored.of(Dispute) if one.ended_ms is not None)
        return disputes | frozenset(str(order.body.state) for order in stored.of(Order) if order.ended_ms is not None)


def explored(world: World[Stored, Act], rules: Rules | None = None) -> Outcome:
    """Every reachable moment of a world under these rules, or the shortest trace that breaks an invariant."""
    kept = rules or Rules()
    with ExitStack() as stack:
        stack.enter_context(patch.object(DisputeTerms, "_report"))  # a dispute that nobody has decided is no news here
        for place, broken in kept.instead.items():
            stack.enter_context(patch(place, broken))
        return explore(world, Lives(kept))
