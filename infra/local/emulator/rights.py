"""AWS asks for no right of its own for a batch of queue messages: `sqs:SendMessage` covers `SendMessageBatch`, and so on."""

from typing import Any

from ministack.core import iam_actions

COVERED_BY = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}


def patch() -> None:
    """The emulator names the right after the operation. It looks this function up anew at each request."""
    named = iam_actions.extract_iam_action

    def right(*given: Any, **more: Any) -> Any:
        action = named(*given, **more)
        return COVERED_BY.get(action, action)

    iam_actions.extract_iam_action = right
