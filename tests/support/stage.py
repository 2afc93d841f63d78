"""The two sides of workflows over one store: those who act on one order, and the machine that keeps its time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.errors import Unavailable
from chalicelib.services.changes import Ref
from chalicelib.services.workflows import (
    Machine,
    Phase,
    Timekeeping,
    Waiting,
    Wake,
    Workflows,
)
from tests.support.executions import MemoryExecutions, MemoryRepairs
from tests.support.house import House

ORDER = "0" * 26


def at(version: int, phase: Phase = Phase.OPEN, due_s: int = 60) -> Wake:
    return Wake(ORDER, version, phase, due_s)


@dataclass
class OneOrder:
    """What the machine keeps the time of: an order at some version, of which a term lapses when a test has said so."""

    now: Wake | None = field(default_factory=lambda: at(1))
    lapses_to: Wake | None = None
    broken: bool = False

    def standing(self, subject: str) -> Wake | None:
        assert subject == ORDER
        return self.now

    def lapse(self, subject: str) -> Wake | None:
        if self.broken:
            raise Unavailable
        if self.lapses_to is not None:
            self.now, self.lapses_to = self.lapses_to, None
        return self.standing(subject)

    def overdue(self, before_ms: int) -> Iterator[Sequence[str]]:
        raise AssertionError("nobody sweeps here")


@dataclass
class Stage:
    """The two sides over one store."""

    house: House
    executions: MemoryExecutions = field(default_factory=MemoryExecutions)
    repairs: MemoryRepairs = field(default_factory=MemoryRepairs)
    order: OneOrder = field(default_factory=OneOrder)

    @property
    def acts(self) -> Workflows:
        return Workflows(self.house.store, Machine.ORDER, self.executions, self.repairs)

    @property
    def machine(self) -> Timekeeping:
        return Timekeeping(self.house.store, self.house.clock, self.executions, self.order)

    def waits(self, token: str = "token-1", version: int = 1, execution: str = ORDER) -> None:
        self.executions.started.setdefault(execution, at(version))
        self.executions.alive.add(execution)
        self.machine.wait(token, execution, ORDER, version)

    @property
    def waiting(self) -> Waiting:
        found = self.house.store.get(Ref(Waiting, ORDER))
        assert found is not None
        return found
