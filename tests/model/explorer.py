"""Explores every interleaving of a small world, breadth first, so that what breaks a law is told by a shortest story.

An act reads and decides in one step and commits in another; many commit twice: what was due, and their own; the call, and its line.
Anything may happen between two steps. A crash between two commits may come any number of times. A crash before the first one is as if
the act had never begun, which is explored anyway; so is one after the last. Queue messages need no model of their own: a worker may look
at any session at any time, in any number, or never."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from chalicelib.billing import metering
from chalicelib.domain.orders import Order
from chalicelib.domain.sessions import Reason, Session, State
from chalicelib.services.changes import Ref
from tests.model.acts import Act, Decision, Kind, decide
from tests.model.laws import broken_commit, broken_state
from tests.model.rules import TINY, Rules
from tests.model.stored import Stored, commit, doomed, overtaken, written

UNREAD = -1


class Flight(NamedTuple):
    """An act under way: which, when it was received, what it has decided, and whether that still has to be read."""

    act: int
    at: int
    decision: int = UNREAD
    seen: int = UNREAD
    """A part of a torn read: the store that the order was read from."""
    begun: bool = False
    """It has committed something."""


class Moment(NamedTuple):
    """A state of the world."""

    now: int
    stored: int
    flights: tuple[Flight, ...]
    left: tuple[int, ...]
    """How often each act may still be done."""


@dataclass(frozen=True)
class World:
    """A beginning, and what may be done from it."""

    name: str
    stored: Stored
    now: int
    until: int
    acts: tuple[tuple[Act, int], ...]
    """What people may do, and how often."""
    workers: tuple[str, ...] = ()
    """The sessions that workers look at, whenever something is due."""
    at_once: int = 3
    """How many acts may be under way together."""
    ticks: int = 2
    """How many of them may be workers."""
    torn: tuple[Kind, ...] = ()
    """Acts whose read of the order and of the rest are two moments."""


@dataclass
class Outcome:
    """What was found."""

    world: str
    states: int = 0
    edges: int = 0
    stores: int = 0
    seconds: float = 0.0
    reasons: set[Reason] = field(default_factory=set)
    """Every way in which a session ended."""
    broken: str | None = None
    story: list[str] = field(default_factory=list)


def explore(world: World, rules: Rules | None = None) -> Outcome:
    """Every reachable moment, or the shortest story that breaks a law."""
    return _Exploration(world, rules or Rules()).run()


class _Exploration:
    def __init__(self, world: World, rules: Rules) -> None:
        self.world, self.rules = world, rules
        self.acts = [act for act, _ in world.acts] + [Act(Kind.WORK, ident) for ident in world.workers]
        self.names = [str(act) for act in self.acts]
        self.people = len(world.acts)
        self.stores: list[Stored] = []
        self.numbers: dict[object, int] = {}
        self.decisions: list[Decision] = []
        self.decided: dict[tuple[int, Flight], int | None] = {}
        self.outrun: dict[tuple[int, int], int | None] = {}
        self.committed: dict[tuple[int, int], int | None] = {}
        self.judged: dict[int, str | None] = {}
        self.judged_commits: dict[tuple[int, int, Flight], str | None] = {}
        self.ends_well: dict[tuple[int, int], str | None] = {}
        self.over: dict[int, list[bool]] = {}
        self.outcome = Outcome(world.name)

    def run(self) -> Outcome:
        """Breadth first."""
        began = time.perf_counter()
        first = Moment(self.world.now, self._store(self.world.stored), (), self._lots())
        came: dict[Moment, tuple[Moment, str] | None] = {first: None}
        rank, broken = [first], self._broken(first)
        self.outcome.story = self._alone(first) if broken else []
        while rank and broken is None:
            following: list[Moment] = []
            for moment in rank:
                for said, then, law in self._steps(moment):
                    self.outcome.edges += 1
                    if then in came:
                        continue
                    came[then] = (moment, said)
                    broken = law or self._broken(then)
                    if broken:
                        self.outcome.story = [*_story(came, then), *self._alone(then)]
                        break
                    following.append(then)
                if broken:
                    break
            rank = following
        self.outcome.broken = broken
        self.outcome.states, self.outcome.stores = len(came), len(self.stores)
        self.outcome.reasons = {s.reason for stored in self.stores for s in stored.of(Session) if s.reason}
        self.outcome.seconds = time.perf_counter() - began
        return self.outcome

    def _lots(self) -> tuple[int, ...]:
        return tuple(times for _, times in self.world.acts)

    def _broken(self, moment: Moment) -> str | None:
        """A law that the moment breaks, or that it cannot end well when every message is lost and nobody acts any more."""
        return self._judged(moment.stored) or self._stuck(moment.stored, moment.now)

    def _judged(self, number: int) -> str | None:
        if number not in self.judged:
            self.judged[number] = broken_state(self.stores[number])
        return self.judged[number]

    # Steps

    def _steps(self, moment: Moment) -> Iterator[tuple[str, Moment, str | None]]:
        if moment.now < self.world.until:
            yield "time passes", Moment(moment.now + 1, *moment[1:]), None
        if len(moment.flights) < self.world.at_once:
            yield from self._begin(moment)
        for place, flight in enumerate(moment.flights):
            if place and moment.flights[place - 1] == flight:
                continue
            rest = moment.flights[:place] + moment.flights[place + 1 :]
            if flight.decision == UNREAD:
                yield from self._read(moment, flight, rest)
            else:
                yield from self._commit(moment, flight, rest)
            if flight.begun:
                yield f"{self.names[flight.act]}: crashes", Moment(moment.now, moment.stored, rest, moment.left), None

    def _begin(self, moment: Moment) -> Iterator[tuple[str, Moment, str | None]]:
        for index, act in enumerate(self.acts):
            left = moment.left
            if index < self.people:
                if not left[index]:
                    continue
                left = (*left[:index], left[index] - 1, *left[index + 1 :])
            elif not self._busy_tick(moment, act):
                continue
            flight = Flight(index, moment.now)
            if act.kind in self.world.torn:
                torn = _sorted((*moment.flights, flight._replace(seen=moment.stored)))
                yield f"{act}: reads the order", Moment(moment.now, moment.stored, torn, left), None
                continue
            decision = self._decide(moment.stored, flight)
            if decision is not None:
                flights = _sorted((*moment.flights, Flight(index, moment.now, decision)))
                yield f"{self.names[index]}: reads", Moment(moment.now, moment.stored, flights, left), None

    def _busy_tick(self, moment: Moment, act: Act) -> bool:
        if sum(flight.act >= self.people for flight in moment.flights) >= self.world.ticks:
            return False
        session = self.stores[moment.stored].entities.get(Ref(Session, act.subject))
        due = metering.next_due_ms(session, TINY) if session else None
        return due is not None and due <= moment.now

    def _read(
        self, moment: Moment, flight: Flight, rest: tuple[Flight, ...]
    ) -> Iterator[tuple[str, Moment, str | None]]:
        decision = self._decide(moment.stored, flight)
        flights = rest if decision is None else _sorted((*rest, flight._replace(decision=decision, seen=UNREAD)))
        yield f"{self.names[flight.act]}: reads", Moment(moment.now, moment.stored, flights, moment.left), None

    def _commit(
        self, moment: Moment, flight: Flight, rest: tuple[Flight, ...]
    ) -> Iterator[tuple[str, Moment, str | None]]:
        name, decision = self.names[flight.act], self.decisions[flight.decision]
        stored = self._committed(moment.stored, flight.decision)
        if stored is None:
            flights = _sorted((*rest, *self._again(flight, moment.stored)))
            yield f"{name}: refused", Moment(moment.now, moment.stored, flights, moment.left), None
            return
        law = self._judged_commit(moment.stored, stored, flight)
        rest = tuple(kept for other in rest for kept in self._overtaken(other, flight.decision, stored))
        if decision.then:
            rest = (*rest, flight._replace(decision=self._number(Decision(decision.then)), begun=True))
        elif decision.again:
            rest = (*rest, *self._again(flight._replace(begun=True), stored))
        yield (
            f"{name}: {decision.event or 'done'}",
            self._without_the_ended(Moment(moment.now, stored, rest, moment.left)),
            law,
        )

    def _without_the_ended(self, moment: Moment) -> Moment:
        """Nothing can be done to a session that has ended: whether it is still tried makes no difference."""
        if moment.stored not in self.over:
            ended = {s.id for s in self.stores[moment.stored].of(Session) if s.state is State.ENDED}
            self.over[moment.stored] = [act.subject in ended for act in self.acts]
        over = self.over[moment.stored]
        left = tuple([0 if gone else times for times, gone in zip(moment.left, over, strict=False)])
        return Moment(moment.now, moment.stored, _sorted(moment.flights), left)

    def _again(self, flight: Flight, number: int) -> tuple[Flight, ...]:
        """A person's act reads again, as of its receipt; a worker's session is found again by the tick. To read at once is to read at
        any time: what changes later overtakes the decision, and it is read again."""
        if flight.act >= self.people:
            return ()
        decision = self._decide(number, Flight(flight.act, flight.at))
        return () if decision is None else (Flight(flight.act, flight.at, decision, begun=flight.begun),)

    def _overtaken(self, flight: Flight, by: int, number: int) -> tuple[Flight, ...]:
        """What is left of a decision when another was committed: none of it, if that can only be refused now."""
        if flight.decision == UNREAD:
            return (flight,)
        key = (flight.decision, by)
        if key not in self.outrun:
            old = self.decisions[flight.decision]
            changes = overtaken(old.changes, written(self.decisions[by].changes))
            hopeless = doomed(changes, self.rules.fences)
            self.outrun[key] = None if hopeless else self._number(replace(old, changes=changes))
        now = self.outrun[key]
        if now == flight.decision:
            return (flight,)
        return self._again(flight, number) if now is None else (flight._replace(decision=now),)

    # What is decided and committed depends on little, and is remembered

    def _decide(self, number: int, flight: Flight) -> int | None:
        key = (number, flight)
        if key not in self.decided:
            stored, act = self.stores[number], self.acts[flight.act]
            decision = decide(self.rules, stored, act, flight.at, self._order_seen(stored, act, flight))
            self.decided[key] = None if decision is None else self._number(decision)
        return self.decided[key]

    def _order_seen(self, stored: Stored, act: Act, flight: Flight) -> Order | None:
        if flight.seen == UNREAD:
            return None
        session = stored.entities.get(Ref(Session, act.subject))
        if session is None:
            return None
        ref = Ref(Order, session.order_id)
        order: Order = self.stores[flight.seen].entities[ref]
        return order if order == stored.entities[ref] else replace(order, version=-1)

    def _number(self, decision: Decision) -> int:
        if decision not in self.numbers:
            self.numbers[decision] = len(self.decisions)
            self.decisions.append(decision)
        return self.numbers[decision]

    def _store(self, stored: Stored) -> int:
        identity = stored.identity
        if identity not in self.numbers:
            self.numbers[identity] = len(self.stores)
            self.stores.append(stored)
        return self.numbers[identity]

    def _committed(self, number: int, decision: int) -> int | None:
        key = (number, decision)
        if key not in self.committed:
            stored = commit(self.stores[number], self.decisions[decision].changes, self.rules.fences)
            self.committed[key] = None if stored is None else self._store(stored)
        return self.committed[key]

    def _judged_commit(self, before: int, after: int, flight: Flight) -> str | None:
        key = (before, after, flight)
        if key not in self.judged_commits:
            decision, act = self.decisions[flight.decision], self.acts[flight.act]
            self.judged_commits[key] = broken_commit(self.stores[before], self.stores[after], act, decision, flight.at)
        return self.judged_commits[key]

    # Every session ends by the service's own acts

    def _stuck(self, number: int, now: int) -> str | None:
        """Follows the tick alone, all messages lost and nobody there, until every session has ended; all laws hold on the way."""
        path: list[tuple[int, int]] = []
        law: str | None = None
        while law is None and (number, now) not in self.ends_well:
            path.append((number, now))
            ticked = self._tick(number, now)
            if ticked is None:
                law = self._for_ever(number)
                break
            number, now, _ = ticked
            law = self._judged(number)
        law = law or self.ends_well.get((number, now))
        self.ends_well.update(dict.fromkeys(path, law))
        return law

    def _tick(self, number: int, now: int) -> tuple[int, int, str] | None:
        """The first thing that the tick finds to do, when it is due; None: nothing, ever."""
        stored = self.stores[number]
        due = {
            s.id: at
            for s in stored.of(Session)
            if self.rules.found(s) and (at := metering.next_due_ms(s, TINY)) is not None
        }
        for ident, at in sorted(due.items(), key=lambda item: item[1]):
            decision = decide(self.rules, stored, Act(Kind.WORK, ident), max(now, at))
            after = None if decision is None else self._committed(number, self._number(decision))
            if decision is not None and after is not None and after != number:
                return after, max(now, at), f"at {max(now, at)} the tick: {decision.event} of {ident}"
        return None

    def _for_ever(self, number: int) -> str | None:
        alive = [s for s in self.stores[number].of(Session) if s.state is not State.ENDED]
        return f"{alive[0].id} is {alive[0].state} for ever" if alive else None

    def _alone(self, moment: Moment) -> list[str]:
        """The end of a story that the tick alone plays."""
        number, now = moment.stored, moment.now
        told: list[str] = []
        while self._judged(number) is None and (ticked := self._tick(number, now)) is not None:
            number, now, said = ticked
            told.append(said)
        return told


def _sorted(flights: tuple[Flight, ...]) -> tuple[Flight, ...]:
    """Two workers at the same point are the same whoever is first."""
    return tuple(sorted(flights))


def _story(came: dict[Moment, tuple[Moment, str] | None], moment: Moment) -> list[str]:
    told: list[str] = []
    while (step := came[moment]) is not None:
        moment, said = step
        told.append(said)
    return told[::-1]
