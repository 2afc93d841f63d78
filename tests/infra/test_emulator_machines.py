"""What is patched in the emulator's interpreter of state machines, without starting the emulator."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ministack import app
from ministack.core import iam_actions
from ministack.services import lambda_svc, stepfunctions

from infra.local.emulator import machines, rights
from infra.statemachines import DEFINITIONS
from tools.statemachines import filled_in

ROLE = "arn:aws:iam::000000000000:role/machine"
PATCHED = ("_execute_task", "new_uuid", "_invoke_with_callback", "_call_lambda", "_start_execution", "_restore_state")
ORDER = {"subject": "order", "version": 0, "phase": "open", "due_s": 60}
Function = Callable[[dict[str, Any]], Any]


class Failed(Exception):
    """What the function raises."""


class Emulator:
    """The interpreter in this process, with one function, which is a test's own."""

    def __init__(self) -> None:
        self.function: Function = lambda event: {}
        self.events: list[dict[str, Any]] = []
        self.come = threading.Condition()

    def execute(self, _record: Any, event: dict[str, Any]) -> dict[str, Any]:
        with self.come:
            self.events.append(event)
            self.come.notify_all()
        try:
            return {"body": self.function(event)}
        except Failed as failed:
            return {"error": True, "body": {"errorType": "Failed", "errorMessage": str(failed)}}

    def ask(self, operation: str, **request: Any) -> Any:
        _, _, body = getattr(stepfunctions, f"_{operation}")(request)
        return json.loads(body)

    def machine(self, text: str | None = None) -> str:
        definition = filled_in(text or DEFINITIONS[0].text)
        arn: str = self.ask("create_state_machine", name="orders", definition=definition, roleArn=ROLE)[
            "stateMachineArn"
        ]
        return arn

    def start(self, arn: str, name: str = "order", **input_: Any) -> Any:
        given = {**ORDER, **input_}
        return self.ask("start_execution", stateMachineArn=arn, name=name, input=json.dumps(given))

    def token(self, number: int = 1) -> str:
        """Of the so many-th time that an execution came to wait."""

        def waits() -> list[str]:
            return [event["token"] for event in self.events if event["do"] == "await"]

        with self.come:
            assert self.come.wait_for(lambda: len(waits()) >= number, 10)
        return waits()[number - 1]

    def end_of(self, arn: str) -> Any:
        deadline = time.monotonic() + 10
        while stepfunctions._executions[arn]["status"] == "RUNNING":
            assert time.monotonic() < deadline, f"{arn} runs on"
            time.sleep(0.01)
        return stepfunctions._executions[arn]

    def signal(self, token: str, **said: Any) -> Any:
        return self.ask("send_task_success", taskToken=token, output=json.dumps({**ORDER, **said}))


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    made = Emulator()
    for name in PATCHED:
        monkeypatch.setattr(stepfunctions, name, getattr(stepfunctions, name))
    monkeypatch.setattr(app, "_run_ready_scripts", app._run_ready_scripts)
    monkeypatch.setattr(
        lambda_svc, "_get_func_record_for_ref", lambda ref: ({"config": {}}, {"FunctionName": "f"}, "f")
    )
    monkeypatch.setattr(lambda_svc, "_execution_record_for_config", lambda function, config: {})
    monkeypatch.setattr(lambda_svc, "_execute_function_with_config_scope", made.execute)
    monkeypatch.setattr(stepfunctions, "_scaled_sleep", lambda seconds: None)
    machines.patch()
    stepfunctions.reset()
    yield made
    stepfunctions.reset()


def test_a_task_times_out_when_its_input_says(emulator: Emulator) -> None:
    emulator.function = lambda event: {**ORDER, "phase": "closed"} if event["do"] == "due" else {}
    began = time.monotonic()
    execution = emulator.start(emulator.machine(), due_s=1)["executionArn"]
    assert emulator.end_of(execution)["status"] == "SUCCEEDED"
    assert 1 <= time.monotonic() - began < 8
    assert [event["do"] for event in emulator.events] == ["await", "due"]


def test_a_function_that_fails_is_called_again_and_at_last_fails_the_execution(emulator: Emulator) -> None:
    """Unpatched it is called once, and the execution sleeps for as long as its timeout says."""

    def fails(event: dict[str, Any]) -> Any:
        raise Failed("no")

    emulator.function = fails
    ended = emulator.end_of(emulator.start(emulator.machine())["executionArn"])
    assert (ended["status"], ended["error"], len(emulator.events)) == ("FAILED", "Failed", 6)


def test_a_function_that_fails_after_it_has_answered_the_token_changes_nothing(emulator: Emulator) -> None:
    def answers_and_fails(event: dict[str, Any]) -> Any:
        emulator.signal(event["token"], phase="closed")
        raise Failed("too late")

    emulator.function = answers_and_fails
    assert emulator.end_of(emulator.start(emulator.machine())["executionArn"])["status"] == "SUCCEEDED"


def test_to_start_what_runs_is_no_error_if_the_input_is_the_same(emulator: Emulator) -> None:
    arn = emulator.machine()
    first = emulator.start(arn)
    assert emulator.start(arn)["executionArn"] == first["executionArn"]
    assert emulator.start(arn, version=1)["__type"] == "ExecutionAlreadyExists"
    emulator.signal(emulator.token(), phase="closed")
    emulator.end_of(first["executionArn"])
    assert emulator.start(arn)["__type"] == "ExecutionAlreadyExists"


def test_what_ran_when_the_process_ended_begins_again_under_its_own_name(emulator: Emulator) -> None:
    arn = emulator.machine()
    execution = emulator.start(arn)["executionArn"]
    ended = emulator.start(arn, "ended")["executionArn"]
    token = emulator.token(1)
    emulator.token(2)
    emulator.ask("stop_execution", executionArn=ended)
    kept = stepfunctions.get_state()
    stepfunctions.reset()

    emulator.events.clear()
    stepfunctions.load_persisted_state(kept)
    asyncio.run(app._run_ready_scripts())
    new = emulator.token(1)
    assert new != token
    assert emulator.signal(token)["__type"] == "TaskDoesNotExist"
    emulator.signal(new, phase="closed")
    assert emulator.end_of(execution)["status"] == "SUCCEEDED"
    assert stepfunctions._executions[ended]["status"] == "ABORTED"


def test_a_token_is_answered_by_whoever_may_answer_for_its_machine(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("extract_iam_action", "extract_resource_arn", "dynamodb_service_context"):
        monkeypatch.setattr(iam_actions, name, getattr(iam_actions, name))
    rights.patch()

    def thing(**request: Any) -> Any:
        body = json.dumps(request).encode()
        return iam_actions.extract_resource_arn("states", "POST", "/", {}, body, {}, "us-east-1", "000000000000")

    arn = emulator.machine()
    emulator.start(arn)
    assert thing(taskToken=emulator.token(), output="{}") == arn
    assert thing(stateMachineArn=arn, name="order") == arn
    for foreign in ("x", "заказ", "b3RoZXI=.1", "b3RoZXI=", "."):
        assert thing(taskToken=foreign, output="{}") == "*"
