"""What the tests of the in-memory store write and ask."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dynamo.memory import MemoryDynamo

Request = dict[str, Any]


def text(value: str) -> Request:
    return {"S": value}


def number(value: int | str) -> Request:
    return {"N": str(value)}


def key(pk: str, sk: str = "-") -> Request:
    return {"pk": text(pk), "sk": text(sk)}


def at(pk: str, sk: str = "-", table: str = "market") -> Request:
    return {"TableName": table, "Key": key(pk, sk)}


def account(user: str, available: int, **more: Request) -> Request:
    return {**key(f"ACC#{user}"), "available": number(available), "version": number(1), **more}


def debit(user: str, minor: int) -> Request:
    return {
        "Update": {
            **at(f"ACC#{user}"),
            "UpdateExpression": "SET available = available - :p, version = version + :one",
            "ConditionExpression": "available >= :p",
            "ExpressionAttributeValues": {":p": number(minor), ":one": number(1)},
        }
    }


def posting(payer: str, subject: str, payee: str = "ACC#payee") -> Request:
    item = {**key(payer, subject), "payee": text(payee)}
    return {"Put": {"TableName": "journal", "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}


def refusal(call: Callable[[], object], code: str) -> Any:
    with pytest.raises(ClientError) as caught:
        call()
    assert caught.value.response["Error"]["Code"] == code
    return caught.value.response


def available(dynamo: MemoryDynamo, user: str) -> int:
    item = dynamo.item("market", f"ACC#{user}", "-")
    assert item is not None
    return int(item["available"]["N"])


def waking(dynamo: MemoryDynamo, phase: str = "03#0") -> list[Request]:
    found: list[Request] = dynamo.query(
        TableName="market",
        IndexName="phase",
        KeyConditionExpression="ph = :ph",
        ExpressionAttributeValues={":ph": text(phase)},
    )["Items"]
    return found
