"""What the engine needs of a protocol, and of a small world in which it is explored."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar


class Doable(Protocol):
    """Something that may be done; equal ones are the same, and its text says who does what."""

    @property
    def kind(self) -> Hashable:
        """What is done."""
        ...

    @property
    def subject(self) -> str:
        """To what."""
        ...


S = TypeVar("S")
A = TypeVar("A", bound=Doable)


@dataclass(frozen=True)
class Decision:
    """What an act wants to commit, having read. `then` follows on its own, unconditionally; `again`: the act is not done with it."""

    changes: tuple[Any, ...]
    event: str | None = None
    then: tuple[Any, ...] = ()
    again: bool = False


class Model(Protocol[S, A]):
    """A protocol: what is read, decided and committed, as pure functions of what is stored; and what must hold."""

    @property
    def tick(self) -> A:
        """What the schedule does first of all when it comes again."""
        ...

    @property
    def keeps_receipt(self) -> bool:
        """Whether an act that was overtaken decides again as of its receipt. Else it asks the clock anew: it is as if it had not begun."""
        ...

    def work(self, subject: str) -> A:
        """A worker's look at this subject."""
        ...

    def identity(self, stored: S) -> Hashable:
        """Equal for equal contents."""
        ...

    def decide(self, stored: S, act: A, at: int, earlier: S | None) -> Decision | None:
        """What an act received at `at` decides; a part of it was perhaps read from an earlier store. None: nothing to do, or refused."""
        ...

    def commit(self, stored: S, decision: Decision) -> S | None:
        """What is stored afterwards; None: refused."""
        ...

    def outrun(self, decision: Decision, by: Decision) -> Decision | None:
        """What a decision has become when another was committed before it; None: it can only be refused now."""
        ...

    def broken_state(self, stored: S) -> str | None:
        """The first invariant that a state breaks."""
        ...

    def broken_commit(self, before: S, after: S, act: A, decision: Decision, at: int) -> str | None:
        """The first invariant that a commit breaks. `at` is when the act was received."""
        ...

    def due(self, stored: S, subject: str) -> int | None:
        """When a worker has something to do for this subject; None: never."""
        ...

    def found(self, stored: S) -> Sequence[tuple[int, A]]:
        """What the tick finds when every message is lost, and when it is due: the earliest first."""
        ...

    def stuck(self, stored: S) -> str | None:
        """Who waits for ever, if nothing more is done."""
        ...

    def over(self, stored: S) -> frozenset[str]:
        """The subjects to which nothing can be done any more."""
        ...

    def ends(self, stored: S) -> frozenset[str]:
        """The ways in which subjects have ended."""
        ...


@dataclass(frozen=True)
class World(Generic[S, A]):
    """A beginning, and what may be done from it."""

    name: str
    stored: S
    now: int
    until: int
    acts: tuple[tuple[A, int], ...]
    """What people may do, and how often."""
    workers: tuple[str, ...] = ()
    """The subjects that workers look at, whenever something is due."""
    at_once: int = 3
    """How many acts may be under way together."""
    ticks: int = 2
    """How many of them may be workers."""
    torn: tuple[Hashable, ...] = ()
    """Kinds of acts whose read has two parts, at two moments."""
