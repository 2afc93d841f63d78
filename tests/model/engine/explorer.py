"""Explores every interleaving of a small world, breadth first, so that what breaks an invariant is told by a shortest trace.

An act reads and decides in one step and commits in another; many commit twice: what was due, and their own.
Anything may happen between two steps. A crash between two commits may come any number of times. A crash before the first one is as if
the act had never begun, which is explored anyway; so is one after the last. Queue messages need no model of their own: a worker may look
at any subject at any time, in any number, or never."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple

from tests.model.engine.liveness import Liveness
from tests.model.engine.memo import Memo
from tests.model.engine.model import A, Decision, Model, S, World

UNREAD = -1


class Flight(NamedTuple):
    """An act under way, by its number: when it was received, and the number of what it has decided."""

    act: int
    at: int
    decision: int = UNREAD
    earlier: int = UNREAD
    """A read that is torn: a part was read from this store, the rest is still to be read."""
    begun: bool = False
    """It has committed something."""


class Moment(NamedTuple):
    """A state of the world."""

    now: int
    store: int
    flights: tuple[Flight, ...]
    left: tuple[int, ...]
    """How often each act may still be done."""


Step = tuple[str, Moment, str | None]
"""What is done, the moment that follows, and the invariant that it breaks."""
Under = tuple[tuple[Flight, ...], tuple[int, ...]]
"""What is under way, and how often each act may still be done."""


@dataclass
class Outcome:
    """What was found."""

    world: str
    states: int = 0
    edges: int = 0
    stores: int = 0
    seconds: float = 0.0
    """Of one core."""
    ends: set[str] = field(default_factory=set)
    """Every way in which a subject ended."""
    broken: str | None = None
    trace: list[str] = field(default_factory=list)


def explore(world: World[Any, Any], model: Model[Any, Any]) -> Outcome:
    """Every reachable moment, or the shortest trace that breaks an invariant."""
    return _Exploration(world, model).run()


class _Exploration(Generic[S, A]):
    def __init__(self, world: World[S, A], model: Model[S, A]) -> None:
        self.world = world
        self.acts = [act for act, _ in world.acts] + [model.work(subject) for subject in world.workers]
        self.names = [str(act) for act in self.acts]
        self.people = len(world.acts)
        self.memo = Memo(model)
        self.liveness = Liveness(self.memo)
        self.came: dict[Moment, tuple[Moment, str] | None] = {}
        self.outcome = Outcome(world.name)

    def run(self) -> Outcome:
        """Breadth first."""
        began, outcome = time.process_time(), self.outcome
        times = tuple(times for _, times in self.world.acts)
        first = Moment(self.world.now, self.memo.store(self.world.stored), (), times)
        self.came[first] = None
        frontier = [] if self._breaks(first, self._broken(first), []) else [first]
        while frontier:
            frontier = self._following(frontier)
        outcome.states, outcome.stores = len(self.came), len(self.memo.stores)
        outcome.ends = {end for stored in self.memo.stores for end in self.memo.model.ends(stored)}
        outcome.seconds = time.process_time() - began
        return outcome

    def _following(self, frontier: list[Moment]) -> list[Moment]:
        """The moments one step on that are new; none when an invariant is broken."""
        following: list[Moment] = []
        for moment in frontier:
            for said, then, invariant in self._steps(moment):
                self.outcome.edges += 1
                new = then not in self.came
                if new:
                    self.came[then] = (moment, said)
                    following.append(then)
                    invariant = invariant or self._broken(then)
                if invariant and self._breaks(then, invariant, [*self._trace(moment), said]):
                    return []
        return following

    def _broken(self, moment: Moment) -> str | None:
        return self.memo.judge(moment.store) or self.liveness.broken(moment.store, moment.now)

    def _breaks(self, moment: Moment, invariant: str | None, trace: list[str]) -> bool:
        if invariant is None:
            return False
        self.outcome.broken = invariant
        self.outcome.trace = [*trace, *self.liveness.trace(moment.store, moment.now)]
        return True

    def _trace(self, moment: Moment) -> list[str]:
        trace: list[str] = []
        while (step := self.came[moment]) is not None:
            moment, said = step
            trace.append(said)
        return trace[::-1]

    def _steps(self, moment: Moment) -> Iterator[Step]:
        if moment.now < self.world.until:
            yield "time passes", Moment(moment.now + 1, *moment[1:]), None
        if len(moment.flights) < self.world.at_once:
            yield from self._begin(moment)
        for place, flight in enumerate(moment.flights):
            if place and moment.flights[place - 1] == flight:
                continue
            rest = moment.flights[:place] + moment.flights[place + 1 :]
            yield self._read(moment, flight, rest) if flight.decision == UNREAD else self._commit(moment, flight, rest)
            if flight.begun:
                yield f"{self.names[flight.act]}: crashes", Moment(moment.now, moment.store, rest, moment.left), None

    def _begin(self, moment: Moment) -> Iterator[Step]:
        now, store, flights, left = moment
        for index, act in enumerate(self.acts):
            if index < self.people and not left[index]:
                continue
            if index >= self.people and not self._falls_due(moment, act):
                continue
            fewer = (*left[:index], left[index] - 1, *left[index + 1 :]) if index < self.people else left
            if act.kind in self.world.torn:
                torn = _sorted((*flights, Flight(index, now, earlier=store)))
                yield f"{self.names[index]}: reads a part", Moment(now, store, torn, fewer), None
                continue
            decision = self.memo.decide(store, act, now)
            if decision is not None:
                begun = _sorted((*flights, Flight(index, now, decision)))
                yield f"{self.names[index]}: reads", Moment(now, store, begun, fewer), None

    def _falls_due(self, moment: Moment, act: A) -> bool:
        if sum(flight.act >= self.people for flight in moment.flights) >= self.world.ticks:
            return False
        due = self.memo.due(moment.store, act.subject)
        return due is not None and due <= moment.now

    def _read(self, moment: Moment, flight: Flight, rest: tuple[Flight, ...]) -> Step:
        decision = self.memo.decide(moment.store, self.acts[flight.act], flight.at, flight.earlier)
        flights = rest if decision is None else _sorted((*rest, Flight(flight.act, flight.at, decision)))
        return f"{self.names[flight.act]}: reads", Moment(moment.now, moment.store, flights, moment.left), None

    def _commit(self, moment: Moment, flight: Flight, rest: tuple[Flight, ...]) -> Step:
        now, before, _, left = moment
        act, name, decision = self.acts[flight.act], self.names[flight.act], self.memo.decisions[flight.decision]
        after = self.memo.commit(before, flight.decision)
        if after is None:
            flights, left = self._again(flight, before, rest, left)
            return f"{name}: refused", Moment(now, before, _sorted(flights), left), None
        invariant = self.memo.judge_commit(before, after, flight.decision, act, flight.at)
        flights = ()
        for other in rest:
            flights, left = self._outrun(other, flight.decision, after, flights, left)
        if decision.then:
            follows = self.memo.decision(Decision(decision.then, again=decision.again))
            flights = (*flights, flight._replace(decision=follows, begun=True))
        elif decision.again:
            flights, left = self._again(flight._replace(begun=True), after, flights, left)
        then = Moment(now, after, _sorted(flights), self._of_use(left, after))
        return f"{name}: {decision.event or 'done'}", then, invariant

    def _of_use(self, left: tuple[int, ...], store: int) -> tuple[int, ...]:
        """Nothing can be done to a subject that is over: whether it may still be tried makes no difference."""
        over = self.memo.over(store)
        if not over:
            return left
        return tuple([0 if act.subject in over else times for act, times in zip(self.acts, left, strict=False)])

    def _again(self, flight: Flight, store: int, rest: tuple[Flight, ...], left: tuple[int, ...]) -> Under:
        """A person's act reads again, as of its receipt; a worker's subject is found again by the tick. To read at once is to read at
        any time: what changes later overtakes the decision, and it is read again."""
        if flight.act >= self.people:
            return rest, left
        if not self.memo.model.keeps_receipt:
            return rest, (*left[: flight.act], left[flight.act] + 1, *left[flight.act + 1 :])
        decision = self.memo.decide(store, self.acts[flight.act], flight.at)
        anew = () if decision is None else (Flight(flight.act, flight.at, decision, begun=flight.begun),)
        return (*rest, *anew), left

    def _outrun(self, flight: Flight, by: int, store: int, rest: tuple[Flight, ...], left: tuple[int, ...]) -> Under:
        """What is left of an act when another commits before it."""
        if flight.decision == UNREAD:
            return (*rest, flight), left
        now = self.memo.outrun(flight.decision, by)
        if now is None:
            return self._again(flight, store, rest, left)
        return (*rest, flight if now == flight.decision else flight._replace(decision=now)), left


def _sorted(flights: tuple[Flight, ...]) -> tuple[Flight, ...]:
    """Two workers at the same point are the same whoever is first."""
    return flights if len(flights) < 2 else tuple(sorted(flights))
