"""The engine, on a protocol of three lines: a counter that people raise, and a worker that empties it."""

from dataclasses import dataclass

import pytest

from tests.model.engine.explorer import Outcome, explore
from tests.model.engine.model import Decision, World


@dataclass(frozen=True)
class Act:
    """Somebody raises the counter, or the worker empties it."""

    kind: str
    subject: str = "it"

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


@dataclass(frozen=True)
class Counter:
    """What is stored: the count, its version, and how much was raised."""

    count: int = 0
    version: int = 0
    raised: int = 0


@dataclass(frozen=True)
class Counting:
    """`fenced`: a commit checks the version that was read. `swept`: the tick finds a counter that is not empty."""

    fenced: bool = True
    swept: bool = True
    keeps_receipt: bool = True
    tick: Act = Act("tick")

    def work(self, subject: str) -> Act:
        return Act("empty", subject)

    def identity(self, stored: Counter) -> Counter:
        return stored

    def decide(self, stored: Counter, act: Act, at: int, earlier: Counter | None) -> Decision | None:
        read = earlier or stored
        match act.kind:
            case "raise":
                return Decision((read.version, read.count + 1, stored.raised + 1), "raised")
            case "empty" if stored.count:
                return Decision((stored.version, 0, 0), "emptied")
            case _:
                return None

    def commit(self, stored: Counter, decision: Decision) -> Counter | None:
        version, count, raised = decision.changes
        if self.fenced and version != stored.version:
            return None
        return Counter(count, stored.version + 1, raised and stored.raised + 1)

    def outrun(self, decision: Decision, by: Decision) -> Decision | None:
        return decision

    def broken_state(self, stored: Counter) -> str | None:
        return None if stored.count == stored.raised else f"{stored.raised} were raised, and {stored.count} are counted"

    def broken_commit(self, before: Counter, after: Counter, act: Act, decision: Decision, at: int) -> str | None:
        return None if after.version == before.version + 1 else "a version was passed over"

    def due(self, stored: Counter, subject: str) -> int | None:
        return 0 if stored.count else None

    def found(self, stored: Counter) -> list[tuple[int, Act]]:
        return [(0, self.work("it"))] if stored.count and self.swept else []

    def stuck(self, stored: Counter) -> str | None:
        return "it is never emptied" if stored.count else None

    def over(self, stored: Counter) -> frozenset[str]:
        return frozenset()

    def ends(self, stored: Counter) -> frozenset[str]:
        return frozenset() if stored.count else frozenset({"empty"})


def explored(model: Counting, *, torn: tuple[str, ...] = ()) -> Outcome:
    world = World("counter", Counter(), now=0, until=1, acts=((Act("raise"), 2),), workers=("it",), torn=torn)
    return explore(world, model)


def test_a_protocol_that_holds_is_explored_whole() -> None:
    outcome = explored(Counting())
    assert (outcome.broken, outcome.trace, outcome.ends) == (None, [], {"empty"})
    assert outcome.states > outcome.stores > 3


@pytest.mark.parametrize("torn", [(), ("raise",)], ids=["in one read", "in two"])
def test_a_lost_update_is_told_by_a_shortest_trace(torn: tuple[str, ...]) -> None:
    outcome = explored(Counting(fenced=False), torn=torn)
    assert outcome.broken == "2 were raised, and 1 are counted"
    raised = [said for said in outcome.trace if said.startswith("raise it")]
    assert raised[-1] == "raise it: raised"
    assert len(raised) == (6 if torn else 4)


def test_an_overtaken_act_that_asks_the_clock_anew_is_explored_as_one_that_has_not_begun() -> None:
    known, fewer = explored(Counting()), explored(Counting(keeps_receipt=False))
    assert (fewer.broken, fewer.ends, fewer.stores) == (None, known.ends, known.stores)
    assert fewer.states < known.states


def test_who_would_wait_for_ever_is_told() -> None:
    assert explored(Counting(swept=False)).broken == "it is never emptied"
