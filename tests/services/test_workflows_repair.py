"""What is gone is begun again, and what nobody was woken for is found by the sweep."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.services.ports import Undelivered
from chalicelib.services.workflows import (
    Machine,
    Phase,
    Sweeping,
    Wake,
)
from tests.support.executions import MemoryExecutions
from tests.support.house import House
from tests.support.stage import ORDER, OneOrder, Stage, at


@pytest.fixture
def stage(house: House) -> Stage:
    return Stage(house)


# Repair


def test_what_is_in_step_is_left_alone(stage: Stage) -> None:
    stage.waits("token-1", 1)
    stage.executions.asked.clear()
    stage.machine.mend(ORDER)
    assert stage.executions.asked == ["running"]


def test_a_lost_signal_is_sent_again(stage: Stage) -> None:
    stage.waits("token-1", 1)
    stage.order.now = at(2)
    stage.machine.mend(ORDER)
    assert stage.executions.signals == [("token-1", at(2))]
    assert list(stage.executions.started) == [ORDER]


def test_a_term_that_nobody_was_woken_for_lapses_and_its_execution_hears_of_it(stage: Stage) -> None:
    stage.waits("token-1", 1)
    stage.order.lapses_to = at(2, Phase.CLOSED)
    stage.machine.mend(ORDER)
    assert stage.executions.signals == [("token-1", at(2, Phase.CLOSED))]


def test_a_lost_beginning_is_made_good(stage: Stage) -> None:
    stage.machine.mend(ORDER)
    assert stage.executions.started == {ORDER: at(1)}


def test_an_execution_that_was_stopped_is_begun_again_under_the_next_name(stage: Stage) -> None:
    stage.waits("token-1", 1)
    stage.executions.end(ORDER)
    stage.machine.mend(ORDER)
    assert stage.executions.alive == {f"{ORDER}--2"}
    stage.machine.mend(ORDER)
    assert stage.executions.alive == {f"{ORDER}--2"}


def test_a_name_that_is_taken_counts_only_if_its_execution_runs(stage: Stage) -> None:
    """It was stopped before it ever waited: nobody has left a token."""
    stage.acts.begin(at(1))
    stage.executions.end(ORDER)
    stage.machine.mend(ORDER)
    assert stage.executions.alive == {f"{ORDER}--2"}


def test_what_fails_again_and_again_is_not_walked_through_from_the_first_name_each_time(stage: Stage) -> None:
    stage.waits("token-1", 1)
    for number in range(2, 30):
        stage.executions.end(*stage.executions.alive)
        stage.machine.mend(ORDER)
        assert stage.executions.alive == {f"{ORDER}--{number}"}
    stage.executions.end(*stage.executions.alive)
    stage.executions.asked.clear()
    stage.machine.mend(ORDER)
    assert len(stage.executions.asked) < 10


def test_what_another_repair_begins_at_the_same_moment_is_not_begun_twice(stage: Stage) -> None:
    class AtTheSameMoment(MemoryExecutions):
        def running(self, name: str) -> bool:
            runs = super().running(name)
            self.started.setdefault(name, at(1))
            self.alive.add(name)
            return runs

    stage.executions = AtTheSameMoment()
    stage.machine.mend(ORDER)
    assert stage.executions.alive == {ORDER}


def test_a_next_name_that_is_taken_by_what_has_ended_is_passed_over(stage: Stage) -> None:
    stage.waits("token-1", 1)
    stage.executions.end(ORDER)
    stage.executions.started[f"{ORDER}--2"] = at(1)
    stage.machine.mend(ORDER)
    assert stage.executions.alive == {f"{ORDER}--3"}


def test_an_execution_that_was_announced_and_could_not_be_begun_is_begun_by_the_next_repair(stage: Stage) -> None:
    class Overloaded(MemoryExecutions):
        def start(self, name: str, wake: Wake) -> bool:
            if name.endswith("--2") and "overload" not in self.dead:
                self.dead.add("overload")
                raise Unavailable
            return super().start(name, wake)

    stage.executions = Overloaded()
    stage.waits("token-1", 1)
    stage.executions.end(ORDER)
    with pytest.raises(Unavailable):
        stage.machine.mend(ORDER)
    assert (stage.waiting.execution, stage.executions.alive) == (f"{ORDER}--2", set())
    stage.machine.mend(ORDER)
    assert stage.executions.alive == {f"{ORDER}--2"}


def test_what_is_over_is_only_told(stage: Stage) -> None:
    stage.waits("token-1", 1)
    stage.executions.end(ORDER)
    stage.order.now = at(2, Phase.CLOSED)
    stage.machine.mend(ORDER)
    assert (stage.executions.signals, stage.executions.alive) == ([("token-1", at(2, Phase.CLOSED))], set())


def test_a_domain_out_of_reach_fails_the_repair_which_comes_again(stage: Stage) -> None:
    stage.order.broken = True
    with pytest.raises(Unavailable):
        stage.machine.mend(ORDER)


# The sweep


@dataclass
class Many(OneOrder):
    """Subjects by the time at which they were to be looked at, two a page."""

    due: dict[str, int] = field(default_factory=dict)

    def overdue(self, before_ms: int) -> Iterator[Sequence[str]]:
        found = sorted((at_ms, subject) for subject, at_ms in self.due.items() if at_ms < before_ms)
        for start in range(0, len(found), 2):
            yield [subject for _, subject in found[start : start + 2]]


def test_the_sweep_has_all_repaired_that_is_overdue_the_earliest_first(stage: Stage) -> None:
    orders, disputes = Many(due={"a": 30, "b": 10, "c": 20, "d": 99}), Many(due={"e": 1})
    sweeping = Sweeping({Machine.ORDER: orders, Machine.DISPUTE: disputes}, stage.repairs, lag_ms=50)
    assert sweeping.sweep(100) == 4
    asked = [(Machine.ORDER, subject, 0) for subject in ("b", "c", "a")]
    assert stage.repairs.asked == [*asked, (Machine.DISPUTE, "e", 0)]


def test_what_is_only_just_due_is_left_to_its_execution(stage: Stage) -> None:
    sweeping = Sweeping({Machine.ORDER: Many(due={"a": 100})}, stage.repairs, lag_ms=50)
    assert [sweeping.sweep(now_ms) for now_ms in (100, 150, 151)] == [0, 0, 1]


def test_a_sweep_that_the_queue_refuses_fails_and_the_next_finds_all_again(stage: Stage) -> None:
    sweeping = Sweeping({Machine.ORDER: Many(due={"a": 1, "b": 2, "c": 3})}, stage.repairs, lag_ms=50)
    stage.repairs.broken = True
    with pytest.raises(Undelivered):
        sweeping.sweep(100)
    stage.repairs.broken = False
    assert sweeping.sweep(100) == 3
