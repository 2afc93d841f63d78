"""Every row of work's table that its state machine can see, through the real definition, and what may go wrong on the way."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.orders.work import LIFECYCLE, WorkAct, WorkState
from chalicelib.handlers.workflows import mend
from chalicelib.services.workflows import next_name
from infra.statemachines import DEFINITIONS
from tests.support.interpreter import FUNCTION, Interpreter, interpreter
from tests.support.sales import fund
from tests.support.walks import Walk
from tests.support.works import PRICE
from tools.statemachines import filled_in

S, A = WorkState, WorkAct
OVERDUE = ("start", "silence", "silence")
"""A reminder, and then the end of the term."""
ROWS: dict[tuple[WorkState, WorkAct], tuple[str, ...]] = {
    (S.PLACED, A.START): ("start",),
    (S.PLACED, A.REFUSE): ("refuse",),
    (S.PLACED, A.CANCEL): ("cancel",),
    (S.PLACED, A.LAPSE_START): ("silence", "silence"),
    (S.WORKING, A.DELIVER): ("start", "deliver"),
    (S.WORKING, A.REFUSE): ("start", "refuse"),
    (S.WORKING, A.CANCEL): (*OVERDUE, "cancel"),
    (S.WORKING, A.PROPOSE): ("start", "propose_split"),
    (S.WORKING, A.AGREE): ("start", "propose_split", "agree"),
    (S.WORKING, A.EXTEND): ("start", "propose_days", "extend"),
    (S.WORKING, A.DECLINE): ("start", "propose_days", "decline"),
    (S.WORKING, A.LAPSE_DELIVERY): OVERDUE,
    (S.WORKING, A.LAPSE_OVERDUE): (*OVERDUE, "silence"),
    (S.DELIVERED, A.REWORK): ("start", "deliver", "rework"),
    (S.DELIVERED, A.ACCEPT): ("start", "deliver", "accept"),
    (S.DELIVERED, A.PROPOSE): ("start", "deliver", "propose_split"),
    (S.DELIVERED, A.AGREE): ("start", "deliver", "propose_split", "agree"),
    (S.DELIVERED, A.DECLINE): ("start", "deliver", "propose_split", "decline"),
    (S.DELIVERED, A.LAPSE_ACCEPTANCE): ("start", "deliver", "silence", "silence"),
}
UNSEEN = {A.RULE: "the verdict of a dispute", A.WAIVE: "done to an order that is over, whose execution has ended"}


@pytest.fixture(scope="module")
def running() -> Iterator[Interpreter]:
    with interpreter() as made:
        yield made


@pytest.fixture(scope="module")
def machine(running: Interpreter) -> str:
    return running.machine("work-order", filled_in(DEFINITIONS[0].text, FUNCTION))


@pytest.fixture
def walk(running: Interpreter, machine: str) -> Iterator[Walk]:
    yield Walk(running, machine)
    running.forget()


def test_every_row_is_walked_but_those_that_no_execution_sees() -> None:
    assert {(row.source, row.act) for row in LIFECYCLE.rows if row.act not in UNSEEN} == set(ROWS)


@pytest.mark.rule("D22", "D31")
@pytest.mark.parametrize(
    ("row", "steps"), ROWS.items(), ids=lambda it: "-".join(it) if isinstance(it[0], str) else None
)
def test_a_row_of_the_table_leads_where_it_says_and_its_execution_knows(
    walk: Walk, row: tuple[WorkState, WorkAct], steps: tuple[str, ...]
) -> None:
    source, act = row
    walk.go(*steps)
    event = walk.job.event(walk.job.order.act_key or "")
    assert event is not None
    assert event.act == act
    target = next(it.target for it in LIFECYCLE.rows if (it.source, it.act) == (source, act))
    assert walk.job.state is target
    assert walk.status() == ("SUCCEEDED" if target in LIFECYCLE.ends else "RUNNING")
    assert walk.house.repairs.asked == []
    assert walk.house.audit.run().clean


@pytest.mark.parametrize(
    ("steps", "states"),
    [
        (("start", "deliver", "accept"), 7),
        (("start", "deliver", "rework", "deliver", "accept"), 11),
        (("refuse",), 3),
        (("start", "deliver", "silence", "silence"), 11),
    ],
)
def test_an_order_that_goes_well_enters_no_more_than_eight_states(
    walk: Walk, steps: tuple[str, ...], states: int
) -> None:
    walk.go(*steps)
    entered = walk.entered
    assert len(entered) == states
    assert (entered[0], entered[-1]) == ("Await", "Closed")


def test_an_act_before_the_machine_has_run_is_seen_by_it(walk: Walk) -> None:
    with walk.interpreter.turn:
        walk.job.order_id = walk.job.buy("another key").id
        walk.job.start()
    walk.settle()
    assert walk.go("deliver", "accept").status() == "SUCCEEDED"


def test_a_lost_signal_does_no_harm(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("chalicelib.services.workflows.Workflows.moved", lambda *_: None)
        walk.act(walk.job.start)
    walk.go("deliver", "accept")
    assert (walk.status(), walk.job.state) == ("SUCCEEDED", WorkState.ACCEPTED)


def test_with_the_machine_out_of_reach_the_act_stands_and_the_signal_follows(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_reach(*_: Any) -> Any:
        raise OSError("no route")

    with monkeypatch.context() as patch:
        patch.setattr("chalicelib.gateways.workflows.StepFunctions.signal", out_of_reach)
        walk.act(walk.job.start)
    assert walk.job.state is WorkState.WORKING
    ((_, subject, _),) = walk.house.repairs.asked
    assert subject == walk.job.order_id
    walk.go("mend")
    assert walk.go("deliver", "accept").status() == "SUCCEEDED"


def test_a_term_that_is_over_while_somebody_acts_ends_right(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The act is committed, its signal is not sent yet, and the token times out: the execution finds another term."""
    with monkeypatch.context() as patch:
        patch.setattr("chalicelib.services.workflows.Workflows.moved", lambda *_: None)
        token = walk.token
        walk.act(walk.job.start)
        walk.interpreter.let_pass(token)
        walk.settle()
    assert walk.calls[-2:] == ["due", "await"]
    assert (walk.job.state, walk.go("deliver", "accept").status()) == (WorkState.WORKING, "SUCCEEDED")


def test_an_early_wake_up_is_no_verdict(walk: Walk) -> None:
    before = walk.job.order
    walk.interpreter.let_pass(walk.token)
    walk.until(lambda: len(walk.calls) == 3)
    walk.settle()
    assert (walk.job.order, walk.calls) == (before, ["await", "due", "await"])


@pytest.mark.parametrize("task", ["await", "due"])
def test_a_function_that_fails_for_a_while_is_tried_again(walk: Walk, task: str) -> None:
    left = 2

    def stumbles(event: dict[str, Any]) -> Any:
        nonlocal left
        if event["do"] == task and left:
            left -= 1
            raise TimeoutError(task)
        return walk.called(event)

    walk.interpreter.function = stumbles
    walk.go("silence", "start", "deliver", "accept")
    assert (left, walk.status(), walk.job.state) == (0, "SUCCEEDED", WorkState.ACCEPTED)


def test_an_answer_of_another_shape_fails_the_execution_and_ends_no_order(walk: Walk) -> None:
    walk.interpreter.function = lambda event: {"phase": "over"}
    walk.interpreter.let_pass(walk.token)
    walk.until(lambda: walk.status() == "FAILED")
    assert walk.job.state is WorkState.PLACED


def test_an_execution_that_was_stopped_by_hand_is_begun_again_and_the_order_goes_on(walk: Walk) -> None:
    walk.go("start", "stop", "mend")
    assert walk.status() in ("ABORTED", "FAILED"), "moto calls it failed"
    second = next_name(walk.job.order_id)
    assert walk.status(second) == "RUNNING"
    walk.go("deliver", "silence", "silence")
    assert (walk.status(second), walk.job.state) == ("SUCCEEDED", WorkState.ACCEPTED)
    assert walk.house.audit.run().clean


def test_the_rule_names_the_execution_that_ended_badly(walk: Walk) -> None:
    walk.go("stop")
    detail = {"stateMachineArn": walk.house.machine_arn, "name": walk.job.order_id, "status": "ABORTED"}
    walk.act(partial(mend, walk.house, {"detail-type": "Step Functions Execution Status Change", "detail": detail}))
    walk.settle()
    assert walk.status(next_name(walk.job.order_id)) == "RUNNING"


def test_ten_orders_that_wait_while_a_new_definition_is_deployed_go_on(
    walk: Walk, running: Interpreter, machine: str
) -> None:
    """As in AWS, what runs goes on by the definition that it began with."""
    fund(walk.house, walk.job.vera, 20 * PRICE)
    orders = [walk.job.order_id]
    for number in range(9):
        with running.turn:
            walk.job.order_id = walk.job.buy(f"order-{number}").id
        walk.settle()
        orders.append(walk.job.order_id)
    definition = filled_in(DEFINITIONS[0].text, FUNCTION)
    running.client.update_state_machine(stateMachineArn=machine, definition=definition.replace('"Closed"', '"Over"'))
    try:
        for order_id in orders:
            walk.job.order_id = order_id
            walk.go("start", "deliver", "accept")
            assert walk.entered[-1] == "Closed"
        with running.turn:
            walk.job.order_id = walk.job.buy("after the change").id
        walk.settle()
        walk.go("refuse")
        assert walk.entered[-1] == "Over"
        assert walk.house.audit.run().clean
    finally:
        running.client.update_state_machine(stateMachineArn=machine, definition=definition)
