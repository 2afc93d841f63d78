"""Explores every interleaving of a small world, breadth first, so that what breaks a law is told by a shortest story.

An act reads and decides in one step and commits in another; many commit twice: what was due, and their own; the call, and its line.
Anything may happen between two steps. A crash between two commits may come any number of times. A crash before the first one is as if
the act had never begun, which is explored anyway; so is one after the last. Queue messages need no model of their own: a worker may look
at any session at any time, in any number, or never."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.billing import boundaries
from chalicelib.domain.sessions import Reason, Session
from chalicelib.services.changes import Ref
from tests.model.acts import Act, Decision, Kind
from tests.model.alone import Alone
from tests.model.remembered import Remembered
from tests.model.rules import TINY, Rules
from tests.model.world import World

UNREAD = -1


class Flight(NamedTuple):
    """An act under way, by its number: when it was received, and the number of what it has decided."""

    act: int
    at: int
    decision: int = UNREAD
    order_from: int = UNREAD
    """A read that is torn: the order was read from this store, the rest is still to be read."""
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
"""What is done, the moment that follows, and the law that it breaks."""


@dataclass
class Outcome:
    """What was found."""

    world: str
    states: int = 0
    edges: int = 0
    stores: int = 0
    seconds: float = 0.0
    """Of one core."""
    reasons: set[Reason] = field(default_factory=set)
    """Every way in which a session ended."""
    broken: str | None = None
    story: list[str] = field(default_factory=list)


def explore(world: World, rules: Rules | None = None) -> Outcome:
    """Every reachable moment, or the shortest story that breaks a law."""
    return _Exploration(world, rules or Rules()).run()


class _Exploration:
    def __init__(self, world: World, rules: Rules) -> None:
        self.world = world
        self.acts = [act for act, _ in world.acts] + [Act(Kind.WORK, ident) for ident in world.workers]
        self.names = [str(act) for act in self.acts]
        self.people = len(world.acts)
        self.known = Remembered(rules)
        self.alone = Alone(self.known)
        self.came: dict[Moment, tuple[Moment, str] | None] = {}
        self.outcome = Outcome(world.name)

    def run(self) -> Outcome:
        """Breadth first."""
        began, outcome = time.process_time(), self.outcome
        times = tuple(times for _, times in self.world.acts)
        first = Moment(self.world.now, self.known.store(self.world.stored), (), times)
        self.came[first] = None
        rank = [] if self._breaks(first, self._broken(first), []) else [first]
        while rank:
            rank = self._following(rank)
        outcome.states, outcome.stores = len(self.came), len(self.known.stores)
        outcome.reasons = {s.reason for stored in self.known.stores for s in stored.of(Session) if s.reason}
        outcome.seconds = time.process_time() - began
        return outcome

    def _following(self, rank: list[Moment]) -> list[Moment]:
        """The moments one step on that are new; none when a law is broken."""
        following: list[Moment] = []
        for moment in rank:
            for said, then, law in self._steps(moment):
                self.outcome.edges += 1
                new = then not in self.came
                if new:
                    self.came[then] = (moment, said)
                    following.append(then)
                    law = law or self._broken(then)
                if law and self._breaks(then, law, [*self._story(moment), said]):
                    return []
        return following

    def _broken(self, moment: Moment) -> str | None:
        return self.known.judge(moment.store) or self.alone.broken(moment.store, moment.now)

    def _breaks(self, moment: Moment, law: str | None, story: list[str]) -> bool:
        if law is None:
            return False
        self.outcome.broken = law
        self.outcome.story = [*story, *self.alone.story(moment.store, moment.now)]
        return True

    def _story(self, moment: Moment) -> list[str]:
        told: list[str] = []
        while (step := self.came[moment]) is not None:
            moment, said = step
            told.append(said)
        return told[::-1]

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
                torn = _sorted((*flights, Flight(index, now, order_from=store)))
                yield f"{self.names[index]}: reads the order", Moment(now, store, torn, fewer), None
                continue
            decision = self.known.decide(store, act, now)
            if decision is not None:
                begun = _sorted((*flights, Flight(index, now, decision)))
                yield f"{self.names[index]}: reads", Moment(now, store, begun, fewer), None

    def _falls_due(self, moment: Moment, act: Act) -> bool:
        if sum(flight.act >= self.people for flight in moment.flights) >= self.world.ticks:
            return False
        session = self.known.stores[moment.store].entities.get(Ref(Session, act.subject))
        due = boundaries.next_due_ms(session, TINY) if session else None
        return due is not None and due <= moment.now

    def _read(self, moment: Moment, flight: Flight, rest: tuple[Flight, ...]) -> Step:
        decision = self.known.decide(moment.store, self.acts[flight.act], flight.at, flight.order_from)
        flights = rest if decision is None else _sorted((*rest, Flight(flight.act, flight.at, decision)))
        return f"{self.names[flight.act]}: reads", Moment(moment.now, moment.store, flights, moment.left), None

    def _commit(self, moment: Moment, flight: Flight, rest: tuple[Flight, ...]) -> Step:
        now, before, _, left = moment
        act, name, decision = self.acts[flight.act], self.names[flight.act], self.known.decisions[flight.decision]
        after = self.known.commit(before, flight.decision)
        if after is None:
            flights = _sorted((*rest, *self._again(flight, before)))
            return f"{name}: refused", Moment(now, before, flights, left), None
        law = self.known.judge_commit(before, after, flight.decision, act, flight.at)
        rest = tuple([kept for other in rest for kept in self._outrun(other, flight.decision, after)])
        if decision.then:
            rest = (*rest, flight._replace(decision=self.known.decision(Decision(decision.then)), begun=True))
        elif decision.again:
            rest = (*rest, *self._again(flight._replace(begun=True), after))
        then = Moment(now, after, _sorted(rest), self._of_use(left, after))
        return f"{name}: {decision.event or 'done'}", then, law

    def _of_use(self, left: tuple[int, ...], store: int) -> tuple[int, ...]:
        """Nothing can be done to a session that has ended: whether it may still be tried makes no difference."""
        ended = self.known.ended(store)
        if not ended:
            return left
        return tuple([0 if act.subject in ended else times for act, times in zip(self.acts, left, strict=False)])

    def _again(self, flight: Flight, store: int) -> tuple[Flight, ...]:
        """A person's act reads again, as of its receipt; a worker's session is found again by the tick. To read at once is to read at
        any time: what changes later overtakes the decision, and it is read again."""
        if flight.act >= self.people:
            return ()
        decision = self.known.decide(store, self.acts[flight.act], flight.at)
        return () if decision is None else (Flight(flight.act, flight.at, decision, begun=flight.begun),)

    def _outrun(self, flight: Flight, by: int, store: int) -> tuple[Flight, ...]:
        """What is left of an act when another commits before it."""
        if flight.decision == UNREAD:
            return (flight,)
        now = self.known.outrun(flight.decision, by)
        if now == flight.decision:
            return (flight,)
        return self._again(flight, store) if now is None else (flight._replace(decision=now),)


def _sorted(flights: tuple[Flight, ...]) -> tuple[Flight, ...]:
    """Two workers at the same point are the same whoever is first."""
    return flights if len(flights) < 2 else tuple(sorted(flights))
