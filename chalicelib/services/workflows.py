"""State machines keep the time of what waits for days: one execution for each order of work and each dispute (docs/adr/0005).

A wake-up is no verdict: the domain compares the clock with the deadline. An act commits, then reads the token, then signals; the function
of `Await` leaves its token, then reads what it waits for. So one of the two sees the other, and nothing is lost whoever comes first. What
is lost all the same (a signal, an execution) is found by the status-change rule or by the sweep, and mended here."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from chalicelib.services.changes import Put, Ref
from chalicelib.services.ports import Clock, Store, Undelivered

log = logging.getLogger(__name__)
LONGEST_S = 30 * 86_400
"""The longest sleep: an execution that nobody needs to wake looks at its subject once a month."""
TURNS = 500
"""An execution keeps 25,000 events, and a turn costs 8 of them."""
AGE_MS = 180 * 86_400_000
"""An execution lives one year at most."""
KEPT_MS = 86_400_000
"""How long a token is kept after it should have timed out."""
LONGEST_NAME = 80
NUMBERED = "--"


class Machine(StrEnum):
    """The state machines, each by what it keeps the time of: `of` in its definition."""

    ORDER = "order"
    DISPUTE = "dispute"


class Phase(StrEnum):
    """Whether anything can still happen to a subject."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Wake:
    """Input, signal and answer of a machine have this one shape. `version` is the subject's as it is stored; in `due_s` seconds somebody
    must look at it."""

    subject: str
    version: int
    phase: Phase
    due_s: int


def wake(subject: str, version: int, *, over: bool, wakes_ms: int | None, now_ms: int) -> Wake:
    """How a subject stands. `wakes_ms`: its next reminder or end of a term; None while no term runs."""
    due_s = LONGEST_S if wakes_ms is None else -(-(wakes_ms - now_ms) // 1000)
    return Wake(subject, version, Phase.CLOSED if over else Phase.OPEN, min(LONGEST_S, max(1, due_s)))


@dataclass(frozen=True)
class Waiting:
    """The newest execution of a subject, and the token by which it is woken."""

    subject: str
    execution: str
    token: str
    """Empty until it waits for the first time."""
    known: int
    """The version of the subject that it has been told of."""
    turns: int
    began_ms: int
    """When it was first heard of."""
    expires_ms: int


def next_name(name: str) -> str:
    """The execution that follows one which is gone: `id`, `id--2`, `id--3`. Raises ValueError for what AWS would not take: more than 80
    characters, or others than letters, digits, hyphens and underscores."""
    return checked_name(f"{subject_of(name)}{NUMBERED}{number_of(name) + 1}")


def checked_name(name: str) -> str:
    """The name, if an execution may bear it. Raises ValueError: the emulators take any."""
    if not (name.isascii() and name.replace("-", "").replace("_", "").isalnum() and len(name) <= LONGEST_NAME):
        raise ValueError(f"no execution can be named {name!r}")
    return name


def subject_of(name: str) -> str:
    """Whose time an execution of this name keeps."""
    return name.partition(NUMBERED)[0]


def number_of(name: str) -> int:
    """Which of its subject's executions it is, from 1."""
    return int(name.partition(NUMBERED)[2] or 1)


def is_worn_out(turns: int, began_ms: int, now_ms: int) -> bool:
    """Whether an execution must be followed by a new one before AWS ends it."""
    return turns >= TURNS or now_ms - began_ms >= AGE_MS


class Executions(Protocol):
    """The executions of one machine. Each act raises Unavailable when no answer comes."""

    def start(self, name: str, wake: Wake) -> bool:
        """Begins one. False: an execution of this name is there or was."""
        ...

    def signal(self, token: str, wake: Wake) -> bool:
        """Wakes the one that waits under this token. False: it has moved on, or is gone."""
        ...

    def running(self, name: str) -> bool:
        """Whether an execution of this name is under way."""
        ...


class Repairs(Protocol):
    """The queue of what must be brought into step with its execution."""

    def ask(self, machine: Machine, subjects: Iterable[str], *, after_s: int = 0) -> None:
        """Hands subjects to the queue. Raises Undelivered."""
        ...


class Subjects(Protocol):
    """What a machine keeps the time of."""

    def standing(self, subject: str) -> Wake | None:
        """How it stands, read consistently. None: there is none, or it has no machine."""
        ...

    def lapse(self, subject: str) -> Wake | None:
        """How it stands after everything was done that its clock demands. Safe to repeat and to race."""
        ...

    def overdue(self, before_ms: int) -> Iterator[Sequence[str]]:
        """Those that should have been looked at before an instant, page by page, the earliest first."""
        ...


REPAIR_S = 10
"""After a failed signal the machine is given so long to be there again."""


@dataclass(frozen=True)
class Workflows:
    """The side of those who act. Neither act raises: what was committed stands, and whatever fails here is repaired."""

    store: Store
    machine: Machine
    executions: Executions
    repairs: Repairs

    def begin(self, wake: Wake | None) -> None:
        """After the commit that made a subject. None: its kind has no machine."""
        if wake is not None:
            self._safely(wake, lambda: self.executions.start(checked_name(wake.subject), wake))

    def moved(self, wake: Wake | None) -> None:
        """After the commit of an act. Whoever has not left a token yet will read what was committed; if it was never begun, it is now."""
        if wake is not None:
            self._safely(wake, lambda: self._moved(wake))

    def _moved(self, wake: Wake) -> None:
        waiting = self.store.get(Ref(Waiting, wake.subject))
        if waiting is not None and waiting.token:
            self.executions.signal(waiting.token, wake)
        elif waiting is None and wake.phase is Phase.OPEN:
            self.executions.start(checked_name(wake.subject), wake)

    def _safely(self, wake: Wake, act: Callable[[], object]) -> None:
        try:
            act()
        except Exception:
            # The act is done and answered, whatever the machine's service says. The queue comes back to it, and after that the sweep.
            log.exception("%s %s is not in step with its execution", self.machine, wake.subject)
            try:
                self.repairs.ask(self.machine, [wake.subject], after_s=REPAIR_S)
            except Undelivered:
                log.exception("%s %s is left to the sweep", self.machine, wake.subject)


@dataclass(frozen=True)
class Timekeeping:
    """The side of the machine, and of what repairs it."""

    store: Store
    clock: Clock
    executions: Executions
    subjects: Subjects

    def wait(self, token: str, execution: str, subject: str, version: int) -> None:
        """An execution begins to wait: its token is left for whoever acts next. If the subject is not at the version that it knows, or
        over, it is woken at once. Raises LookupError, Unavailable: the machine tries again."""
        now_ms = self.clock.now_ms()
        before = self.store.get(Ref(Waiting, subject))
        if before is not None and number_of(before.execution) > number_of(execution):
            return self._give_way(token, before.execution, subject)
        if before is None or before.execution != execution:
            before = Waiting(subject, execution, token, version, 0, now_ms, 0)
        if is_worn_out(before.turns, before.began_ms, now_ms):
            return self._give_way(token, self._announced(next_name(execution), subject, version), subject)
        expires_ms = now_ms + LONGEST_S * 1000 + KEPT_MS
        mine = replace(before, token=token, known=version, turns=before.turns + 1, expires_ms=expires_ms)
        self.store.commit(Put(mine))
        # Only now: whoever acts from here on finds the token, and whoever acted before is seen here.
        standing = self._standing(subject)
        if standing.version != version or standing.phase is Phase.CLOSED:
            self.executions.signal(token, standing)
        return None

    def due(self, subject: str) -> Wake:
        """A term may be over: the domain decides by the clock. Answers how the subject stands.

        Raises LookupError, and what `lapse` does."""
        return _found(self.subjects.lapse(subject), subject)

    def mend(self, subject: str) -> None:
        """Everything that is due is done, and the subject has an execution that knows how it stands. Safe to repeat and to race.
        Raises Unavailable, and what `lapse` does."""
        standing = self.subjects.lapse(subject)
        if standing is None:
            return
        waiting = self.store.get(Ref(Waiting, subject))
        if waiting is not None and waiting.token and waiting.known != standing.version:
            self.executions.signal(waiting.token, standing)
        if standing.phase is Phase.OPEN:
            self._keep_running(waiting.execution if waiting else checked_name(subject), standing)

    def _keep_running(self, name: str, standing: Wake) -> None:
        while not self._is_running(name, standing):
            # Announced first, so that the next repair need not walk through all names again.
            name = self._announced(next_name(name), standing.subject, standing.version)

    def _is_running(self, name: str, standing: Wake) -> bool:
        """Whether it runs, perhaps from now on. A name that is taken says nothing: another repair may have taken it just now."""
        runs = self.executions
        return runs.running(name) or runs.start(name, standing) or runs.running(name)

    def _announced(self, name: str, subject: str, version: int) -> str:
        now_ms = self.clock.now_ms()
        self.store.commit(Put(Waiting(subject, name, "", version, 0, now_ms, now_ms + LONGEST_S * 1000 + KEPT_MS)))
        return name

    def _give_way(self, token: str, successor: str, subject: str) -> None:
        """An execution that is worn out, or that another has followed, ends; the other is there before it does."""
        standing = self._standing(subject)
        if standing.phase is Phase.OPEN:
            self.executions.start(successor, standing)
        self.executions.signal(token, replace(standing, phase=Phase.CLOSED))

    def _standing(self, subject: str) -> Wake:
        return _found(self.subjects.standing(subject), subject)


@dataclass(frozen=True)
class Sweeping:
    """The backbone: whatever nobody was woken for is found by the clock. What ended well or was never begun is told by no rule."""

    subjects: Mapping[Machine, Subjects]
    repairs: Repairs
    lag_ms: int
    """So long after its time a subject is overdue: until then it is its execution's."""

    def sweep(self, now_ms: int) -> int:
        """Has all repaired that is overdue; answers how many subjects that are. One that is cut short does no harm.

        Raises Unavailable, Undelivered: the next sweep finds them again."""
        asked = 0
        for machine, subjects in self.subjects.items():
            for page in subjects.overdue(now_ms - self.lag_ms):
                self.repairs.ask(machine, page)
                asked += len(page)
        return asked


def _found(standing: Wake | None, subject: str) -> Wake:
    if standing is None:
        raise LookupError(f"nothing is known of {subject}")
    return standing
