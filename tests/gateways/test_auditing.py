"""Asking the audit function."""

import io
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from chalicelib.billing.audit import Difference
from chalicelib.domain.errors import Unavailable
from chalicelib.gateways.auditing import AuditFunction
from chalicelib.services.money.audit import Report


class Lambda:
    """A client that answers one thing."""

    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        self.answer = answer
        self.asked: dict[str, Any] = {}

    def invoke(self, **request: Any) -> dict[str, Any]:
        self.asked = request
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def run(answer: dict[str, Any] | Exception) -> Report:
    client = Lambda(answer)
    report = AuditFunction(cast(Any, client), "twip-audit").run()
    assert (client.asked["FunctionName"], client.asked["InvocationType"]) == ("twip-audit", "RequestResponse")
    return report


def test_the_report_comes_back_as_it_was_made() -> None:
    payload = b'{"accounts": 2, "entries": 5, "differences": [{"what": "fee", "subject": "u", "expected": "1", "found": "2"}]}'
    assert run({"Payload": io.BytesIO(payload)}) == Report(2, 5, (Difference("fee", "u", "1", "2"),))


@pytest.mark.parametrize(
    "answer",
    [
        ReadTimeoutError(endpoint_url="https://lambda"),
        EndpointConnectionError(endpoint_url="https://lambda"),
        ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke"),
        {"FunctionError": "Unhandled", "Payload": io.BytesIO(b'{"errorMessage": "Task timed out"}')},
    ],
)
def test_an_audit_that_is_not_done_in_time_or_fails_is_no_clean_one(answer: dict[str, Any] | Exception) -> None:
    with pytest.raises(Unavailable):
        run(answer)
