"""Executions of a state machine in memory: begun, woken, stopped, and forgotten as a test wants it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from chalicelib.domain.errors import Unavailable
from chalicelib.services.ports import Undelivered
from chalicelib.services.workflows import Machine, Wake


@dataclass
class MemoryExecutions:
    """`started` by name, in order; `signals` that a token took. What a test puts into `dead` takes none, what it takes out of `alive` has
    ended. `broken`: no answer comes; `refused`: an answer that is neither yes nor no."""

    started: dict[str, Wake] = field(default_factory=dict)
    alive: set[str] = field(default_factory=set)
    signals: list[tuple[str, Wake]] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)
    broken: bool = False
    refused: Exception | None = None
    asked: list[str] = field(default_factory=list)
    """The acts that were asked for."""

    def start(self, name: str, wake: Wake) -> bool:
        """Begins one, if none of this name is known."""
        self._ask("start")
        if name in self.started:
            return False
        self.started[name] = wake
        self.alive.add(name)
        return True

    def signal(self, token: str, wake: Wake) -> bool:
        """Keeps a signal."""
        self._ask("signal")
        if token in self.dead:
            return False
        self.signals.append((token, wake))
        return True

    def running(self, name: str) -> bool:
        """Whether it is alive."""
        self._ask("running")
        return name in self.alive

    def end(self, *names: str) -> None:
        """They fail, are stopped, or are done."""
        self.alive -= set(names)

    def _ask(self, act: str) -> None:
        self.asked.append(act)
        if self.broken:
            raise Unavailable
        if self.refused is not None:
            raise self.refused


@dataclass
class MemoryRepairs:
    """What was asked for. `broken`: nothing is taken."""

    asked: list[tuple[Machine, str, int]] = field(default_factory=list)
    broken: bool = False

    def ask(self, machine: Machine, subjects: Iterable[str], *, after_s: int = 0) -> None:
        """Keeps subjects."""
        wanted = list(subjects)
        if self.broken:
            raise Undelivered(f"{len(wanted)} messages")
        self.asked += [(machine, subject, after_s) for subject in wanted]
