"""Every row of a dispute's table through its real definition, beside the machine of the order that rests meanwhile."""

from collections.abc import Iterator

import pytest

from chalicelib.domain.disputes.dispute import LIFECYCLE, DisputeAct, Phase
from chalicelib.domain.orders.work import WorkState
from chalicelib.services.workflows import LONGEST_S, Machine, next_name
from infra.statemachines import DEFINITIONS
from tests.support.hearings import Hearing
from tests.support.interpreter import FUNCTION, Interpreter, interpreter
from tools.statemachines import filled_in

P, A = Phase, DisputeAct
TO = {
    P.ANSWER: (),
    P.ARBITRATION: ("answer",),
    P.ESCALATED: ("answer", "silence"),
    P.ADMIN: ("answer",) + ("silence",) * 2,
}
"""How each open phase is reached. The answer alone has a reminder."""
BEFORE = {A.AGREE: ("propose",), A.DECLINE: ("propose",), A.HAND_OVER: ("assign",)}
OF_ITS_ARBITER = (A.QUESTION, A.RULE)


def steps(phase: Phase, act: DisputeAct) -> tuple[str, ...]:
    """The way to a row, and over it."""
    before = ("assign",) if phase is P.ARBITRATION and act in OF_ITS_ARBITER else BEFORE.get(act, ())
    if act is not A.LAPSE:
        return (*TO[phase], *before, str(act))
    return (*TO[phase], *["silence"] * (2 if phase is P.ANSWER else 1))


@pytest.fixture(scope="module")
def running() -> Iterator[Interpreter]:
    with interpreter() as made:
        yield made


@pytest.fixture(scope="module")
def machines(running: Interpreter) -> dict[Machine, str]:
    return {Machine(it.of): running.machine(it.of, filled_in(it.text, FUNCTION)) for it in DEFINITIONS}


@pytest.fixture
def hearing(running: Interpreter, machines: dict[Machine, str]) -> Iterator[Hearing]:
    yield Hearing(running, machines)
    running.forget()


@pytest.mark.rule("D27", "D31")
@pytest.mark.parametrize(("phase", "act"), [(row.source, row.act) for row in LIFECYCLE.rows])
def test_a_row_of_the_table_leads_where_it_says_and_both_executions_know(
    hearing: Hearing, phase: Phase, act: DisputeAct
) -> None:
    hearing.go(*steps(phase, act))
    assert hearing.court.thread[-1].act == act
    target = next(row.target for row in LIFECYCLE.rows if (row.source, row.act) == (phase, act))
    over = target in LIFECYCLE.ends
    assert hearing.court.dispute.phase is target
    assert hearing.status() == ("SUCCEEDED" if over else "RUNNING")
    goes_on = not over or act is A.WITHDRAW
    assert hearing.status(Machine.ORDER) == ("RUNNING" if goes_on else "SUCCEEDED")
    assert hearing.court.job.state is (WorkState.WORKING if goes_on else WorkState.RULED)
    assert hearing.house.repairs.asked == []
    assert hearing.court.clean()


@pytest.mark.rule("D22")
def test_the_orders_execution_looks_once_a_month_while_it_rests_and_then_sleeps_for_what_was_left(
    hearing: Hearing,
) -> None:
    order_id = hearing.court.job.order_id
    assert hearing.sleeps_s(order_id) == LONGEST_S
    hearing.go("withdraw")
    assert hearing.sleeps_s(order_id) < LONGEST_S
    with hearing.interpreter.turn:
        hearing.court.job.deliver()
        hearing.court.job.accept()
    hearing.settle_order()
    assert hearing.status(Machine.ORDER) == "SUCCEEDED"


@pytest.mark.rule("D31")
def test_one_that_was_stopped_by_hand_is_begun_again_and_still_ends(hearing: Hearing) -> None:
    hearing.go("stop", "mend")
    second = next_name(hearing.court.dispute_id)
    assert hearing.status(name=second) == "RUNNING"
    hearing.go("silence", "silence", "silence", "silence", "silence")
    assert (hearing.court.dispute.phase, hearing.status(name=second)) == (P.DECIDED, "SUCCEEDED")
    assert hearing.court.clean()


@pytest.mark.rule("D31")
def test_a_lost_signal_does_no_harm(hearing: Hearing, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("chalicelib.services.workflows.Workflows.moved", lambda *_: None)
        hearing.answer()
    waiting = hearing.waiting(hearing.court.dispute_id)
    assert waiting is not None
    hearing.interpreter.let_pass(waiting.token)
    hearing.settle()
    assert (hearing.calls[-2:], hearing.court.dispute.phase) == (["due", "await"], P.ARBITRATION)
    assert hearing.go("assign", "rule").status() == "SUCCEEDED"
