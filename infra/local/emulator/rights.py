"""Which right and which thing a request asks for, where the emulator sees it otherwise than AWS does."""

import json
from typing import Any

from ministack.core import iam_actions

COVERED_BY = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
"""AWS has no right of its own for a batch of queue messages."""
OUTBOUND = "/v2/email/outbound-emails"


def patch() -> None:
    """The emulator looks both functions up anew at each request."""
    named, found = iam_actions.extract_iam_action, iam_actions.extract_resource_arn

    def right(*given: Any, **more: Any) -> Any:
        action = named(*given, **more)
        return COVERED_BY.get(action, action)

    def thing(
        service: str, method: str, path: str, headers: Any, body: bytes, query: Any, region: str, account: str
    ) -> Any:
        if path == OUTBOUND and method == "POST":
            domain = json.loads(body)["FromEmailAddress"].rpartition("@")[2].rstrip(">")
            return f"arn:aws:ses:{region}:{account}:identity/{domain}"
        return found(service, method, path, headers, body, query, region, account)

    iam_actions.extract_iam_action, iam_actions.extract_resource_arn = right, thing
