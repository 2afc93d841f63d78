"""The in-memory store answers random transactions of a ledger's shapes as a DynamoDB behind a socket does.

ministack always; DynamoDB Local (or a real table) too when DYNAMODB_LOCAL_URL is set. Neither ever raises
TransactionConflict: that follows AWS's documentation alone, see test_dynamo.py.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from dynamo.memory import MemoryDynamo
from dynamo.tables import Table, twip_tables
from infra.local import aws
from infra.local.child import Emulator
from infra.local.places import Places
from tests.dynamo.ledger_writes import Scribe

STEPS = int(os.environ.get("AGREEMENT_STEPS", "1000"))
"""`make soak` takes more."""
TABLES = twip_tables()
BACKENDS = ["ministack", *(["dynamodb_local"] if os.environ.get("DYNAMODB_LOCAL_URL") else [])]


@pytest.fixture
def reference(backend: str, tmp_path: Path) -> Iterator[Any]:
    """A client of another DynamoDB with the product's tables, empty."""
    if backend == "dynamodb_local":
        yield prepared(os.environ["DYNAMODB_LOCAL_URL"])
        return
    emulator = Emulator(Places(tmp_path))
    emulator.launch()
    try:
        emulator.wait()
        yield prepared(emulator.endpoint)
    finally:
        emulator.stop()


def prepared(endpoint: str) -> Any:
    client = aws.client("dynamodb", endpoint)
    present = set(client.list_tables()["TableNames"])
    for name, table in TABLES.items():
        if name in present:
            client.delete_table(TableName=name)
        client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **description(table))
    return client


def description(table: Table) -> dict[str, Any]:
    keys = dict.fromkeys((*table.keys, *(key for index in table.indexes.values() for key in index.keys)))
    return {
        "AttributeDefinitions": [
            {"AttributeName": key, "AttributeType": "N" if key in table.numbers else "S"} for key in keys
        ],
        "KeySchema": key_schema(table.keys),
        **(
            {"GlobalSecondaryIndexes": [index_description(name, table) for name in table.indexes]}
            if table.indexes
            else {}
        ),
    }


def index_description(name: str, table: Table) -> dict[str, Any]:
    index = table.indexes[name]
    projection: dict[str, Any] = {"ProjectionType": index.projection}
    if isinstance(index.projection, tuple):
        projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.projection)}
    return {"IndexName": name, "KeySchema": key_schema(index.keys), "Projection": projection}


def key_schema(keys: tuple[str, str]) -> list[dict[str, str]]:
    return [{"AttributeName": keys[0], "KeyType": "HASH"}, {"AttributeName": keys[1], "KeyType": "RANGE"}]


def outcome(client: Any, operation: str, request: dict[str, Any]) -> Any:
    """What a caller can see: the attributes returned, or the code with the reasons in order and the items they show."""
    try:
        response = getattr(client, operation)(**request)
    except ClientError as error:
        response = error.response
        reasons = response.get("CancellationReasons", [])
        return (
            response["Error"]["Code"],
            [(reason["Code"], plain(reason.get("Item"))) for reason in reasons],
            plain(response.get("Item")),
        )
    return "done", plain(response.get("Attributes"))


def plain(value: Any) -> Any:
    """Sets have no order."""
    if isinstance(value, dict):
        return {name: sorted(inner) if name in ("SS", "NS") else plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def pages(client: Any, operation: str, **request: Any) -> list[Any]:
    found: list[Any] = []
    start: dict[str, Any] = {}
    while True:
        page = getattr(client, operation)(**request, **start)
        found += [plain(item) for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def whole(client: Any, table: str) -> list[Any]:
    return sorted(pages(client, "scan", TableName=table), key=base_key)


def base_key(item: dict[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def listing(client: Any, table: str, index: str | None, value: str, forward: bool) -> tuple[list[Any], list[Any]]:
    """All pages of three of one partition: the order of its sort keys, and the items; ties have no order."""
    hash_name, sort_name = TABLES[table].indexes[index].keys if index else TABLES[table].keys
    found = pages(
        client,
        "query",
        TableName=table,
        **({"IndexName": index} if index else {}),
        KeyConditionExpression="#hash = :hash",
        ExpressionAttributeNames={"#hash": hash_name},
        ExpressionAttributeValues={":hash": {"S": value}},
        ScanIndexForward=forward,
        Limit=3,
    )
    return [item[sort_name] for item in found], sorted(found, key=base_key)


@pytest.mark.parametrize("backend", BACKENDS)
def test_random_writes_of_a_ledger_end_alike(backend: str, reference: Any) -> None:
    memory = MemoryDynamo(TABLES)
    scribe = Scribe(Random(20_240_229), uuid4().hex[:12], for_dynamodb_local=backend == "dynamodb_local")
    seen: dict[str, int] = {}
    for step in range(STEPS):
        operation, write = scribe.write()
        mine = outcome(memory, operation, write)
        assert mine == outcome(reference, operation, write), (step, operation, write)
        seen[mine[0]] = seen.get(mine[0], 0) + 1
        if step % 100 == 0:
            table, index, value, forward = scribe.listing(TABLES)
            mine_listed = listing(memory, table, index, value, forward)
            assert mine_listed == listing(reference, table, index, value, forward), (step, table, index, value)
    for table in TABLES:
        assert whole(memory, table) == whole(reference, table)
    assert seen.keys() >= {
        "done",
        "ConditionalCheckFailedException",
        "IdempotentParameterMismatchException",
        "TransactionCanceledException",
    }
    assert min(seen.values()) > STEPS // 200, f"the mix of outcomes is lopsided: {seen}"


@pytest.mark.parametrize("backend", ["ministack"])
def test_units_are_counted_as_ministack_bills_them(backend: str, reference: Any) -> None:
    """DynamoDB Local is not asked: it reports transactional capacity wrongly."""
    memory = MemoryDynamo(TABLES)
    scribe = Scribe(Random(1), "units")
    for _ in range(500):
        operation, request = scribe.write()
        before = memory.counts.mark()
        if outcome(memory, operation, request)[0] != "done" or "ClientRequestToken" in request:
            outcome(reference, operation, request)
            continue
        spent = memory.counts.since(before)
        billed = getattr(reference, operation)(**request, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
        tables = billed if isinstance(billed, list) else [billed]
        indexes = sum(
            units["CapacityUnits"] for table in tables for units in table.get("GlobalSecondaryIndexes", {}).values()
        )
        total = sum(table["CapacityUnits"] for table in tables)
        assert (spent.write_units, spent.index_units) == (total - indexes, indexes), request
