"""moto's interpreter of state machines, with our function in this process and time that the test moves."""

import json
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

ACCOUNT, REGION = "123456789012", "us-east-1"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:lifecycle"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/machine"
LOOK_S = 0.005
Function = Callable[[dict[str, Any]], Any]


def _nothing(_event: dict[str, Any]) -> Any:
    return {}


@dataclass
class Interpreter:
    """`function` is what a machine's tasks call. Whoever holds `turn` has the service for itself: the executions run in threads."""

    client: Any
    function: Function = _nothing
    turn: Any = field(default_factory=threading.RLock)
    timeouts: dict[str, float] = field(default_factory=dict)
    """Of the tokens that are waited for, in seconds."""
    passed: set[str] = field(default_factory=set)

    def machine(self, name: str, definition: str) -> str:
        """The ARN of a new machine."""
        made = self.client.create_state_machine(name=name, definition=definition, roleArn=ROLE)
        return str(made["stateMachineArn"])

    def let_pass(self, token: str) -> None:
        """The time that the token may wait is over."""
        self.passed.add(token)

    def status(self, execution_arn: str) -> str:
        """RUNNING, or how it has ended."""
        return str(self.client.describe_execution(executionArn=execution_arn)["status"])

    def entered(self, execution_arn: str) -> list[str]:
        """The states that an execution has entered, in order: what AWS charges for, but for the start."""
        events = self.client.get_execution_history(executionArn=execution_arn)["events"]
        return [it["stateEnteredEventDetails"]["name"] for it in events if "stateEnteredEventDetails" in it]

    def forget(self) -> None:
        """All executions, so that the next test may use their names: those that run get an answer that fails them."""
        self.function = _nothing
        machines = stepfunctions_parser_backends[ACCOUNT][REGION].state_machines
        while any(execution.status == "RUNNING" for machine in machines for execution in machine.executions):
            self.passed.update(list(self.timeouts))
            time.sleep(LOOK_S)
        for machine in machines:
            machine.executions.clear()

    def _invoke(
        self, _backend: Any, _name: str, _qualifier: Any, body: Any, _headers: Any, response_headers: Any
    ) -> bytes:
        try:
            with self.turn:
                answered = self.function(json.loads(body))
        except Exception as failed:
            response_headers["x-amz-function-error"] = "Unhandled"
            error = {"errorMessage": str(failed), "errorType": type(failed).__name__}
            return json.dumps({**error, "stackTrace": traceback.format_exc().splitlines()}).encode()
        return json.dumps(answered).encode()

    def _wait(self, _task: Any, timeout_seconds: float, endpoint: Any) -> Any:
        token = endpoint.callback_id
        self.timeouts[token] = timeout_seconds
        try:
            while token not in self.passed:
                outcome = endpoint.wait(timeout=LOOK_S)
                if outcome is not None:
                    return outcome
            return None
        finally:
            self.timeouts.pop(token, None)


@contextmanager
def interpreter() -> Iterator[Interpreter]:
    """moto, patched for as long as it is used. Intervals of Retry stay real."""
    with (
        pytest.MonkeyPatch.context() as patch,
        mock_aws(config={"lambda": {"use_docker": False}, "stepfunctions": {"execute_state_machine": True}}),
    ):
        given = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION}
        made = Interpreter(boto3.client("stepfunctions", **given))  # type: ignore[call-overload]
        patch.setattr(LambdaSimpleBackend, "invoke", lambda *request: made._invoke(*request))
        patch.setattr(
            StateTaskServiceCallback,
            "_wait_for_task_token_timeout",
            lambda task, timeout_seconds, endpoint: made._wait(task, timeout_seconds, endpoint),
        )
        yield made
