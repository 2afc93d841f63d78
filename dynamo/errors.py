"""What DynamoDB refuses, in the exceptions that boto3 raises for it."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, TypeAlias, cast

import botocore.session
from botocore.errorfactory import BaseClientExceptions, ClientExceptionsFactory
from botocore.exceptions import ClientError

Reason: TypeAlias = dict[str, Any]

NO_REASON: Reason = {"Code": "None"}

OPERATIONS = {
    "get_item": "GetItem",
    "batch_get_item": "BatchGetItem",
    "put_item": "PutItem",
    "update_item": "UpdateItem",
    "delete_item": "DeleteItem",
    "query": "Query",
    "scan": "Scan",
    "transact_write_items": "TransactWriteItems",
}


class Invalid(Exception):
    """A ValidationException that does not know its operation yet."""


class Refused(Exception):
    """Any other refusal that does not know its operation yet; `members` stand beside `Error` in the response."""

    def __init__(self, code: str, message: str, **members: Any) -> None:
        super().__init__(message)
        self.code = code
        self.members = members


def client_error(operation: str, code: str, message: str, **members: Any) -> ClientError:
    """The modelled exception of boto3 (`client.exceptions.<code>`) where there is one, else a plain ClientError."""
    response: dict[str, Any] = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": 400, "RetryAttempts": 0},
        "message": message,
        "Message": message,
        **members,
    }
    kind = cast("type[ClientError]", modelled().from_code(code))
    return kind(cast(Any, response), OPERATIONS[operation])


@lru_cache(1)
def modelled() -> BaseClientExceptions:
    """What boto3 offers as `client.exceptions`; loading the service model takes some 50 ms, once."""
    model = botocore.session.get_session().get_service_model("dynamodb")
    return ClientExceptionsFactory().create_client_exceptions(model)


def cancelled(reasons: list[Reason]) -> Refused:
    codes = ", ".join(reason["Code"] for reason in reasons)
    return Refused(
        "TransactionCanceledException",
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        CancellationReasons=reasons,
    )


def conflict(n_items: int, at: int | Collection[int]) -> ClientError:
    """The cancellation of a transaction of `n_items` whose items `at` another request holds at that moment."""
    held = {at} if isinstance(at, int) else set(at)
    clash = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
    reasons = [dict(clash if position in held else NO_REASON) for position in range(n_items)]
    refusal = cancelled(reasons)
    return client_error("transact_write_items", refusal.code, str(refusal), **refusal.members)


def conflict_of_one(operation: str) -> ClientError:
    """The refusal of a plain write or consistent read of an item that a transaction holds at that moment."""
    return client_error(operation, "TransactionConflictException", "Transaction is ongoing for the item")
