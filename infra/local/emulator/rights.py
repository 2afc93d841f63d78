"""Which right and which thing a request asks for, where the emulator sees it otherwise than AWS does."""

import json
import re
from collections.abc import Iterator
from typing import Any

from ministack.core import iam_actions

from infra.local.emulator.machines import machine_of

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
        if service == "states" and (token := json.loads(body or b"{}").get("taskToken")):
            return machine_of(token) or "*"
        return found(service, method, path, headers, body, query, region, account)

    carried = iam_actions.dynamodb_service_context

    def context(body: bytes) -> dict[str, Any]:
        keys = list(_leading_keys(json.loads(body or b"{}")))
        return {**carried(body), **({"dynamodb:LeadingKeys": keys} if keys else {})}

    iam_actions.extract_iam_action, iam_actions.extract_resource_arn = right, thing
    iam_actions.dynamodb_service_context = context


def _leading_keys(request: dict[str, Any]) -> Iterator[str]:
    """The partition keys that a request names, of which the emulator knows nothing. Those of a transaction are taken together: if AWS
    takes them one by one, it allows more."""
    for item in request.get("TransactItems", []):
        for act in item.values():
            yield from _leading_keys(act)
    for asked in request.get("RequestItems", {}).values():
        for read in asked["Keys"] if isinstance(asked, dict) else ():
            yield from _leading_keys({"Key": read})
    named = request.get("Key") or request.get("Item") or {}
    if "pk" in named:
        yield named["pk"]["S"]
    if name := re.search(r"=\s*(:\w+)", request.get("KeyConditionExpression", "")):
        yield request["ExpressionAttributeValues"][name[1]]["S"]
