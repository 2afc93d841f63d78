"""What an act commits, step by step. Each is done to what is stored then, or refused."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from chalicelib.domain.errors import Refusal
from chalicelib.services.changes import Change, Put, Ref
from chalicelib.services.workflows import Machine, Waiting, Wake, subject_of
from tests.model.orders.desk import Desk, Live
from tests.model.orders.stored import LATE, Fences, Stage, Stored, commit, executed, number


@dataclass(frozen=True)
class Batch:
    """One transaction. `owes`: of which subjects somebody will tell an execution; `was`: the token that was read with it."""

    mark: int
    changes: tuple[Change, ...] = field(compare=False)
    owes: frozenset[tuple[str, int]] = field(compare=False)
    was: Waiting | None = field(compare=False)

    def done(self, stored: Stored, fences: Fences) -> Stored | None:
        """Committed."""
        after = commit(stored, self.changes, fences)
        if after is None:
            return None
        after = replace(after, owed=after.owed | self.owes)
        for change in self.changes:
            if isinstance(change, Put) and isinstance(change.entity, Waiting):
                after = self._left(stored, change.entity, after)
        return after

    def _left(self, before: Stored, waiting: Waiting, after: Stored) -> Stored:
        """A token that is no more, or is written over a newer one, wakes nobody: it is late. Whoever has left one will look again."""
        execution = before.executions.get(waiting.execution)
        current = not waiting.token or (execution is not None and execution.token == waiting.token)
        late = (waiting.subject, LATE)
        if before.get(Ref(Waiting, waiting.subject)) != self.was or not current:
            return replace(after, owed=after.owed | {late})
        if not waiting.token or execution is None:
            return after
        called = replace(execution, stage=Stage.CALLED if execution.stage is Stage.ASLEEP else execution.stage)
        return executed(replace(after, owed=after.owed - {late}), called)


def batch(changes: tuple[Change, ...], owes: Iterable[tuple[str, int]], was: Waiting | None) -> Batch:
    """With its number."""
    owed = frozenset(owes)
    return Batch(number((changes, sorted(owed), was)), changes, owed, was)


@dataclass(frozen=True)
class Told:
    """After a commit: the token is read, and the execution is woken by it."""

    machine: Machine
    wake: Wake
    at: int
    token: str | None = None
    """A seeded fault's: it was read before the commit."""

    def done(self, stored: Stored, fences: Fences) -> Stored:
        """The signal arrives."""
        live = Live(stored, self.at)
        if self.token is None:
            Desk(live).workflows(self.machine, live).moved(self.wake)
        else:
            live.signal(self.token, self.wake)
        told = (self.wake.subject, self.wake.version)
        return replace(live.stored, owed=live.stored.owed - {told})


@dataclass(frozen=True)
class Looked:
    """The function of `Await` has left its token, and looks at its subject."""

    name: str
    token: str
    version: int
    at: int
    writes: bool

    def done(self, stored: Stored, fences: Fences) -> Stored:
        """It goes to sleep, or is woken at once."""
        live = Live(stored, self.at, self.writes)
        try:
            Desk(live).timekeeping(self.name).wait(self.token, self.name, subject_of(self.name), self.version)
        except Refusal:
            return live.stored
        now = live.stored.executions[self.name]
        if now.token != self.token or now.stage is not Stage.CALLED:
            return live.stored
        return executed(live.stored, replace(now, stage=Stage.ASLEEP))


@dataclass(frozen=True)
class TimedOut:
    """The sleep is over, and so is its token."""

    name: str
    token: str

    def done(self, stored: Stored, fences: Fences) -> Stored | None:
        """In `Due` now."""
        now = stored.executions[self.name]
        if now.token != self.token or now.stage not in (Stage.CALLED, Stage.ASLEEP):
            return None
        return executed(stored, replace(now, stage=Stage.DUE))


@dataclass(frozen=True)
class Answered:
    """The function of `Due` has answered how the subject stands."""

    name: str
    token: str
    wake: Wake
    at: int

    def done(self, stored: Stored, fences: Fences) -> Stored | None:
        """Asleep again, or over."""
        now = stored.executions[self.name]
        if now.token != self.token or now.stage is not Stage.DUE:
            return None
        return executed(stored, Live(stored, self.at).woken(now, self.wake))


@dataclass(frozen=True)
class Mended:
    """The rest of a repair, when what was due is done."""

    subject: str
    at: int

    def done(self, stored: Stored, fences: Fences) -> Stored:
        """The subject has an execution that knows how it stands."""
        live = Live(stored, self.at)
        try:
            Desk(live).timekeeping(self.subject).mend(self.subject)
        except Refusal:
            return live.stored
        late = (self.subject, LATE)
        return replace(live.stored, owed=frozenset(o for o in live.stored.owed if o[0] != self.subject or o == late))


@dataclass(frozen=True)
class Killed:
    """An operator stops an execution, or AWS does."""

    name: str

    def done(self, stored: Stored, fences: Fences) -> Stored:
        """It is over, whatever it waited for."""
        return executed(stored, replace(stored.executions[self.name], stage=Stage.OVER))


Step = Batch | Told | Looked | TimedOut | Answered | Mended | Killed
