"""Executions of state machines: whoever comes first, an act and its execution see each other; what is gone is begun again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import Unavailable
from chalicelib.services.workflows import (
    AGE_MS,
    LONGEST_S,
    REPAIR_S,
    TURNS,
    Machine,
    Phase,
    Waiting,
    Wake,
    checked_name,
    is_worn_out,
    next_name,
    number_of,
    subject_of,
    wake,
)
from tests.support.house import House
from tests.support.stage import ORDER, OneOrder, Stage, at

DAY = 86_400_000


@pytest.fixture
def stage(house: House) -> Stage:
    return Stage(house)


# How a subject stands


@pytest.mark.parametrize(
    ("left_ms", "due_s"),
    [
        (1, 1),
        (1_000, 1),
        (1_001, 2),
        (0, 1),
        (-5_000, 1),
        (5 * DAY, 5 * 86_400),
        (90 * DAY, LONGEST_S),
        (None, LONGEST_S),
    ],
)
def test_a_machine_sleeps_whole_seconds_at_least_one_and_at_most_thirty_days(left_ms: int | None, due_s: int) -> None:
    wakes_ms = None if left_ms is None else 1_000_000 + left_ms
    assert wake(ORDER, 7, over=False, wakes_ms=wakes_ms, now_ms=1_000_000) == at(7, due_s=due_s)


def test_what_is_over_is_closed() -> None:
    assert wake(ORDER, 7, over=True, wakes_ms=None, now_ms=0).phase == "closed"


# Names


def test_executions_of_one_subject_are_numbered() -> None:
    names = [ORDER]
    for _ in range(3):
        names.append(next_name(names[-1]))
    assert names == [ORDER, f"{ORDER}--2", f"{ORDER}--3", f"{ORDER}--4"]
    assert [number_of(name) for name in names] == [1, 2, 3, 4]
    assert {subject_of(name) for name in names} == {ORDER}


@given(st.text(max_size=90))
def test_no_execution_is_named_what_aws_would_not_take(name: str) -> None:
    allowed = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    fits = 0 < len(name) <= 80 and set(name) <= allowed and not set(name) <= {"-", "_"}
    try:
        assert checked_name(name) == name
    except ValueError:
        assert not fits
    else:
        assert fits


@pytest.mark.parametrize("name", ["a:b", "a b", "заказ", "x" * 81, "", "a/b", "a\n"])
def test_a_name_that_the_emulators_take_and_aws_does_not_is_refused_by_us(name: str) -> None:
    with pytest.raises(ValueError, match="no execution"):
        checked_name(name)


def test_a_name_is_full_at_eighty_characters() -> None:
    assert len(next_name("x" * 77)) == 80
    with pytest.raises(ValueError, match="no execution"):
        next_name("x" * 78)


# The acts' side


def test_what_was_placed_is_begun_under_its_own_id_and_a_repeat_begins_nothing_more(stage: Stage) -> None:
    stage.acts.begin(at(0))
    stage.acts.begin(at(0))
    assert stage.executions.started == {ORDER: at(0)}
    assert stage.repairs.asked == []


def test_a_kind_without_a_machine_costs_nothing(stage: Stage) -> None:
    before = stage.house.dynamo.counts.mark()
    stage.acts.begin(None)
    stage.acts.moved(None)
    assert stage.executions.asked == []
    assert not stage.house.dynamo.counts.since(before).requests


def test_an_act_wakes_the_execution_that_waits(stage: Stage) -> None:
    stage.waits("token-1", 1)
    stage.acts.moved(at(2))
    assert stage.executions.signals == [("token-1", at(2))]


def test_an_early_act_is_read_by_the_execution_when_it_comes_to_wait(stage: Stage) -> None:
    """The signal finds nobody: the machine has not run yet."""
    stage.acts.begin(at(1))
    stage.order.now = at(2)
    stage.acts.moved(at(2))
    assert stage.executions.signals == []
    stage.waits("token-1", 1)
    assert stage.executions.signals == [("token-1", at(2))]


def test_an_act_on_what_was_never_begun_begins_it(stage: Stage) -> None:
    stage.acts.moved(at(3))
    assert stage.executions.started == {ORDER: at(3)}


def test_nothing_is_begun_for_what_is_over(stage: Stage) -> None:
    stage.acts.moved(at(3, Phase.CLOSED))
    assert stage.executions.started == {}


def test_an_act_on_what_is_being_begun_again_leaves_it_to_the_execution(stage: Stage) -> None:
    stage.waits("token-1", 1)
    stage.executions.end(ORDER)
    stage.machine.mend(ORDER)
    assert (stage.waiting.execution, stage.waiting.token) == (f"{ORDER}--2", "")
    stage.executions.asked.clear()
    stage.acts.moved(at(2))
    assert stage.executions.asked == []


def test_a_token_that_has_moved_on_is_no_fault(stage: Stage) -> None:
    stage.waits("token-1", 1)
    stage.executions.dead.add("token-1")
    stage.acts.moved(at(2))
    assert stage.repairs.asked == []


@pytest.mark.parametrize("fault", [Unavailable(), RuntimeError("AccessDeniedException")])
@pytest.mark.parametrize("act", ["begin", "moved"])
def test_a_machine_that_cannot_be_reached_fails_no_act_and_is_told_later(
    stage: Stage, act: str, fault: Exception
) -> None:
    stage.executions.refused = fault
    getattr(stage.acts, act)(at(1))
    assert stage.repairs.asked == [(Machine.ORDER, ORDER, REPAIR_S)]


def test_with_the_queue_down_too_the_act_stands_and_is_left_to_the_sweep(stage: Stage) -> None:
    stage.executions.broken = stage.repairs.broken = True
    stage.acts.begin(at(1))
    stage.acts.moved(at(1))
    assert stage.repairs.asked == []


# The machine's side


def test_who_waits_leaves_the_token_and_what_it_knows(stage: Stage) -> None:
    stage.waits("token-1", 1)
    now_ms = stage.house.hands.at_ms
    assert stage.waiting == Waiting(ORDER, ORDER, "token-1", 1, 1, now_ms, now_ms + (LONGEST_S + 86_400) * 1000)
    assert stage.executions.signals == []


def test_whoever_acts_between_the_token_and_the_look_is_seen_by_both(stage: Stage) -> None:
    """The act finds the token, and the execution sees the act: the second signal finds that it has moved on."""
    acts, order = stage.acts, stage.order

    class ActsMeanwhile(OneOrder):
        def standing(self, subject: str) -> Wake | None:
            order.now = at(2)
            acts.moved(at(2))
            return order.now

    machine = replace(stage.machine, subjects=ActsMeanwhile())
    machine.wait("token-1", ORDER, ORDER, 1)
    assert stage.executions.signals == [("token-1", at(2)), ("token-1", at(2))]


@pytest.mark.parametrize("now", [at(2), at(1, Phase.CLOSED), at(0)])
def test_an_execution_that_knows_another_version_or_waits_for_what_is_over_is_woken_at_once(
    stage: Stage, now: Wake
) -> None:
    stage.order.now = now
    stage.waits("token-1", 1)
    assert stage.executions.signals == [("token-1", now)]


def test_a_wait_that_cannot_answer_itself_fails_so_that_the_machine_tries_again(stage: Stage) -> None:
    stage.order.now, stage.executions.broken = at(2), True
    with pytest.raises(Unavailable):
        stage.machine.wait("token-1", ORDER, ORDER, 1)
    stage.executions.broken = False
    stage.machine.wait("token-1", ORDER, ORDER, 1)
    assert stage.executions.signals == [("token-1", at(2))]


def test_nothing_waits_for_what_does_not_exist(stage: Stage) -> None:
    stage.order.now = None
    for act in (lambda: stage.machine.wait("token-1", ORDER, ORDER, 1), lambda: stage.machine.due(ORDER)):
        with pytest.raises(LookupError):
            act()
    stage.machine.mend(ORDER)
    assert stage.executions.asked == []


def test_at_a_terms_end_the_domain_decides_and_the_machine_is_told_how_it_stands(stage: Stage) -> None:
    stage.order.lapses_to = at(2, Phase.CLOSED)
    assert stage.machine.due(ORDER) == at(2, Phase.CLOSED)
    assert stage.machine.due(ORDER) == at(2, Phase.CLOSED)


# What AWS does not keep for ever


@pytest.mark.parametrize(
    ("turns", "age_ms", "over"),
    [(TURNS - 1, 0, False), (TURNS, 0, True), (1, AGE_MS - 1, False), (1, AGE_MS, True)],
)
def test_an_execution_is_worn_out_after_500_turns_or_180_days(turns: int, age_ms: int, over: bool) -> None:
    assert is_worn_out(turns, 5, 5 + age_ms) is over
    assert (TURNS, AGE_MS) == (500, 180 * DAY)


def test_after_500_turns_the_next_execution_is_there_before_the_old_one_ends(stage: Stage) -> None:
    for turn in range(TURNS):
        stage.order.now = at(turn)
        stage.waits(f"token-{turn}", turn)
    assert stage.executions.signals == []
    stage.order.now = at(TURNS)
    stage.waits("the last", TURNS)
    successor = f"{ORDER}--2"
    assert stage.executions.started[successor] == at(TURNS)
    assert stage.executions.signals == [("the last", at(TURNS, Phase.CLOSED))]
    stage.waits("new", TURNS, successor)
    assert (stage.waiting.execution, stage.waiting.token, stage.waiting.turns) == (successor, "new", 1)


def test_after_180_days_likewise(stage: Stage) -> None:
    stage.waits("token-1", 1)
    stage.house.hands.forward(AGE_MS)
    stage.waits("token-2", 1)
    assert stage.executions.signals == [("token-2", at(1, Phase.CLOSED))]
    assert f"{ORDER}--2" in stage.executions.started


def test_a_handing_over_that_is_cut_short_is_done_by_the_next_try(stage: Stage) -> None:
    stage.waits("token-1", 1)
    stage.house.hands.forward(AGE_MS)
    stage.executions.broken = True
    with pytest.raises(Unavailable):
        stage.machine.wait("token-2", ORDER, ORDER, 1)
    stage.executions.broken = False
    stage.machine.wait("token-2", ORDER, ORDER, 1)
    assert f"{ORDER}--2" in stage.executions.started
    assert stage.executions.signals == [("token-2", at(1, Phase.CLOSED))]


def test_an_execution_that_another_has_followed_gives_way_and_takes_no_signals(stage: Stage) -> None:
    stage.waits("token-1", 1)
    stage.waits("token-2", 1, f"{ORDER}--2")
    stage.machine.wait("late", ORDER, ORDER, 1)
    assert stage.executions.signals == [("late", at(1, Phase.CLOSED))]
    assert stage.waiting.token == "token-2"


def test_of_what_is_over_no_next_execution_is_begun(stage: Stage) -> None:
    stage.waits("token-1", 1)
    stage.house.hands.forward(AGE_MS)
    stage.order.now = at(2, Phase.CLOSED)
    stage.waits("token-2", 1)
    assert list(stage.executions.started) == [ORDER]
