"""Step Functions by its wire: executions of one machine are begun, woken by their tokens, and looked at."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.outages import translate_errors
from chalicelib.services.workflows import Wake

MOVED_ON = frozenset({"TaskDoesNotExist", "TaskTimedOut", "InvalidToken"})
"""What a token is answered that was used, whose time is over, or whose execution is gone."""


class StepFunctions:
    """Executions of the machine with this ARN (services.workflows.Executions); `client` makes, or finds, the client."""

    def __init__(self, client: Callable[[], Any], machine_arn: str) -> None:
        self._client, self._arn = client, machine_arn

    @translate_errors()
    def start(self, name: str, wake: Wake) -> bool:
        """Begins one, or answers True for the one of this name that runs on the same input. Raises Unavailable."""
        given = {"stateMachineArn": self._arn, "name": name, "input": json.dumps(asdict(wake))}
        return _is_taken(lambda: self._client().start_execution(**given), frozenset({"ExecutionAlreadyExists"}))

    @translate_errors()
    def signal(self, token: str, wake: Wake) -> bool:
        """Wakes the one that waits under this token. Raises Unavailable."""
        given = {"taskToken": token, "output": json.dumps(asdict(wake))}
        return _is_taken(lambda: self._client().send_task_success(**given), MOVED_ON)

    @translate_errors()
    def running(self, name: str) -> bool:
        """Whether an execution of this name is under way. Raises Unavailable."""
        arn = f"{self._arn.replace(':stateMachine:', ':execution:')}:{name}"
        try:
            found = self._client().describe_execution(executionArn=arn)
        except ClientError as refused:
            if _code(refused) != "ExecutionDoesNotExist":
                raise
            return False
        return bool(found["status"] == "RUNNING")


def _is_taken(ask: Callable[[], Any], otherwise: frozenset[str]) -> bool:
    """False if the request is refused for one of these reasons."""
    try:
        ask()
    except ClientError as refused:
        if _code(refused) not in otherwise:
            raise
        return False
    return True


def _code(refused: ClientError) -> str:
    return str(refused.response["Error"]["Code"])
