"""The audit function, asked by the REST API."""

import json
from typing import TYPE_CHECKING

from chalicelib.billing.audit import Difference
from chalicelib.domain.errors import Unavailable
from chalicelib.outages import translate_errors
from chalicelib.services.money.audit import Report

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class AuditFunction:
    """See services.audit.Auditor. Large books take longer than a request may last: then `make audit` is the way."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client, self._function = client, function

    @translate_errors()
    def run(self) -> Report:
        """Invokes it and waits. Raises Unavailable when it fails or is not done in time."""
        answer = self._client.invoke(FunctionName=self._function, InvocationType="RequestResponse", Payload=b"{}")
        if "FunctionError" in answer:
            raise Unavailable
        found = json.loads(answer["Payload"].read())
        differences = tuple(Difference(**difference) for difference in found["differences"])
        return Report(found["accounts"], found["entries"], differences)
