"""What the state machines, the queue of repairs and the schedule of the sweep ask for."""

import json
from typing import Any

import pytest

from chalicelib.handlers import jobs
from chalicelib.services.changes import Ref
from chalicelib.services.workflows import Machine, Waiting
from infra.local.ticking import scheduled
from infra.statemachines import DEFINITIONS
from tests.support.executions import MemoryExecutions
from tests.support.house import House
from tests.support.works import Job

MACHINE = "arn:aws:states:eu-central-1:1:stateMachine:twip-work-order"


@pytest.fixture
def job(house: House, monkeypatch: pytest.MonkeyPatch) -> Job:
    monkeypatch.setattr(jobs, "wiring", lambda: house)
    house.settings.machines["order"] = MACHINE
    return Job(house)


def executions(job: Job) -> MemoryExecutions:
    return job.house.executions_of[Machine.ORDER]


def given(state: str, job: Job) -> dict[str, Any]:
    """What a state of the definition sends, when its execution knows the order as it was placed."""
    known = {"$.subject": job.order_id, "$.version": 0, "$$.Task.Token": "token", "$$.Execution.Name": job.order_id}
    payload = DEFINITIONS[0].document["States"][state]["Parameters"]["Payload"]
    return {name.removesuffix(".$"): known.get(value, value) for name, value in payload.items()}


def batch(*bodies: Any) -> dict[str, Any]:
    return {"Records": [{"messageId": str(n), "body": json.dumps(body)} for n, body in enumerate(bodies)]}


def ended_badly(name: str, machine: str = MACHINE) -> dict[str, Any]:
    """As EventBridge tells it."""
    detail = {"stateMachineArn": machine, "name": name, "status": "ABORTED", "executionArn": "arn"}
    return {
        "version": "0",
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "detail": detail,
    }


def test_the_first_state_leaves_its_token(job: Job) -> None:
    assert jobs.lifecycle(given("Await", job), None) == {}
    waiting = job.house.store.get(Ref(Waiting, job.order_id))
    assert waiting is not None
    assert (waiting.token, waiting.execution, waiting.known) == ("token", job.order_id, 0)


@pytest.mark.rule("D31")
def test_the_state_of_a_term_that_is_over_answers_how_the_order_stands(job: Job) -> None:
    job.wait(7)
    answered = jobs.lifecycle(given("Due", job), None)
    assert json.loads(json.dumps(answered)) == {
        "subject": job.order_id,
        "version": 1,
        "phase": "closed",
        "due_s": 30 * 86_400,
    }


def test_what_no_definition_asks_for_is_refused(job: Job) -> None:
    with pytest.raises(ValueError, match="dance"):
        jobs.lifecycle({**given("Due", job), "do": "dance"}, None)
    with pytest.raises(ValueError, match="party"):
        jobs.lifecycle({**given("Due", job), "of": "party"}, None)


def test_an_execution_that_ended_badly_is_begun_again(job: Job) -> None:
    executions(job).end(job.order_id)
    assert jobs.repair(batch(ended_badly(job.order_id)), None) == {"batchItemFailures": []}
    assert executions(job).alive == {f"{job.order_id}--2"}
    executions(job).end(f"{job.order_id}--2")
    jobs.repair(batch(ended_badly(f"{job.order_id}--2")), None)
    assert executions(job).alive == {f"{job.order_id}--3"}


def test_of_a_batch_of_repairs_only_those_come_again_that_failed(job: Job) -> None:
    bodies = [
        {"of": "order", "subject": job.order_id},
        ended_badly("x", "of nobody's"),
        {"of": "order", "subject": "x"},
    ]
    assert jobs.repair(batch(*bodies), None) == {"batchItemFailures": [{"itemIdentifier": "1"}]}


@pytest.mark.rule("D22", "D31")
def test_with_all_executions_gone_the_sweep_and_the_queue_alone_end_what_is_over(job: Job) -> None:
    executions(job).broken = True
    executions(job).end(job.order_id)
    job.wait(7).house.hands.forward(2 * 60_000 + 1)
    assert jobs.sweep(scheduled(), None) == {"asked": 1}
    ((of, subject, _),) = job.house.repairs.asked
    asked = batch({"of": of, "subject": subject})
    assert jobs.repair(asked, None) == {"batchItemFailures": []}
    assert job.order.ended_ms is not None
    assert job.house.audit.run().clean
    assert jobs.sweep(scheduled(), None) == {"asked": 0}
