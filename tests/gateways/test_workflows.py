"""Step Functions by its wire: what is sent, and what its refusals mean."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, HTTPClientError

from chalicelib.domain.errors import Unavailable
from chalicelib.gateways.aws import AwsClient, JsonClient
from chalicelib.gateways.queues import RepairQueue
from chalicelib.gateways.workflows import StepFunctions
from chalicelib.services.ports import Undelivered
from chalicelib.services.workflows import Machine, Phase, Wake
from tests.gateways.test_queues import Sqs, never

MACHINE = "arn:aws:states:eu-central-1:1:stateMachine:twip-work-order"
WAKE = Wake("order", 3, Phase.OPEN, 60)
SAID = {"subject": "order", "version": 3, "phase": "open", "due_s": 60}
LOST = HTTPClientError(error=OSError("gone"))


class Client:
    """Remembers what was asked, and answers or refuses as told."""

    def __init__(
        self, answer: Any = None, *, code: str = "", status: int = 400, error: Exception | None = None
    ) -> None:
        self.answer, self.asked = answer or {}, dict[str, Any]()
        said: Any = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
        self.error = error or (ClientError(said, "Operation") if code else None)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            self.asked[operation] = request
            if self.error:
                raise self.error
            return self.answer

        return call


def machine(client: Any) -> StepFunctions:
    return StepFunctions(lambda: client, MACHINE)


def test_an_execution_is_begun_with_how_its_subject_stands() -> None:
    client = Client()
    assert machine(client).start("order--2", WAKE)
    (asked,) = client.asked.values()
    assert (asked["stateMachineArn"], asked["name"], json.loads(asked["input"])) == (MACHINE, "order--2", SAID)


def test_a_name_that_is_taken_is_said() -> None:
    assert not machine(Client(code="ExecutionAlreadyExists")).start("order", WAKE)


def test_a_signal_says_how_the_subject_stands() -> None:
    client = Client()
    assert machine(client).signal("token", WAKE)
    assert client.asked["send_task_success"]["taskToken"] == "token"
    assert json.loads(client.asked["send_task_success"]["output"]) == SAID


@pytest.mark.parametrize("code", ["TaskDoesNotExist", "TaskTimedOut", "InvalidToken"])
def test_a_token_that_was_used_or_is_none_has_moved_on(code: str) -> None:
    assert not machine(Client(code=code)).signal("token", WAKE)


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "InvalidOutput", "ExecutionAlreadyExists", "ValidationException"]
)
def test_any_other_refusal_of_a_signal_is_a_fault(code: str) -> None:
    with pytest.raises(ClientError):
        machine(Client(code=code)).signal("token", WAKE)


@pytest.mark.parametrize("code", ["StateMachineDoesNotExist", "InvalidName", "TaskTimedOut", "ExecutionLimitExceeded"])
def test_any_other_refusal_of_a_start_is_a_fault(code: str) -> None:
    with pytest.raises(ClientError):
        machine(Client(code=code)).start("order", WAKE)


@pytest.mark.parametrize(
    "client",
    [
        Client(code="ThrottlingException"),
        Client(code="InternalFailure", status=500),
        Client(error=LOST),
    ],
    ids=["throttled", "failing", "silent"],
)
def test_what_passes_is_told_as_unavailable(client: Client) -> None:
    found = machine(client)
    acts: list[Callable[[], object]] = [
        lambda: found.start("order", WAKE),
        lambda: found.signal("token", WAKE),
        lambda: found.running("order"),
    ]
    for act in acts:
        with pytest.raises(Unavailable):
            act()


@pytest.mark.parametrize(
    ("status", "runs"),
    [("RUNNING", True), ("SUCCEEDED", False), ("FAILED", False), ("TIMED_OUT", False), ("ABORTED", False)],
)
def test_only_what_runs_is_running(status: str, runs: bool) -> None:
    client = Client({"status": status})
    assert machine(client).running("order--2") is runs
    asked = client.asked["describe_execution"]
    assert asked == {"executionArn": "arn:aws:states:eu-central-1:1:execution:twip-work-order:order--2"}


def test_what_nobody_knows_does_not_run() -> None:
    assert not machine(Client(code="ExecutionDoesNotExist")).running("order")
    with pytest.raises(ClientError):
        machine(Client(code="InvalidArn")).running("order")


def test_the_light_client_speaks_the_protocol_of_step_functions() -> None:
    class Wire(AwsClient):
        def __init__(self) -> None:
            self.sent: tuple[Any, ...] = ()

        def send(self, operation: str, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Any:
            self.sent = operation, method, path, headers
            return {"executionArn": "arn", "startDate": 1.5}

    wire = Wire()
    assert machine(JsonClient(wire, "AWSStepFunctions")).start("order", WAKE)
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AWSStepFunctions.StartExecution"}
    assert wire.sent == ("StartExecution", "POST", "/", headers)


def test_repairs_are_asked_for_in_batches_and_may_come_later() -> None:
    sqs = Sqs()
    queue = RepairQueue(lambda: sqs, "url", never)
    queue.ask(Machine.ORDER, [f"order-{n}" for n in range(25)], after_s=10)
    queue.ask(Machine.DISPUTE, ["dispute"])
    assert sqs.calls == 4
    said = [(json.loads(sent["MessageBody"]), sent["DelaySeconds"]) for sent in sqs.sent]
    assert sorted(it["subject"] for it, delay_s in said if delay_s == 10) == sorted(f"order-{n}" for n in range(25))
    assert said[-1] == ({"of": "dispute", "subject": "dispute"}, 0)


def test_what_the_queue_does_not_take_is_told() -> None:
    with pytest.raises(Undelivered):
        RepairQueue(lambda: Sqs(failing=1, tries=9), "url", never).ask(Machine.ORDER, ["order"])
