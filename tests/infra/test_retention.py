"""What was said is erased by the deployed function, with the rights that it has there (D29)."""

import json
import time

import pytest

from chalicelib.domain.chat import Message
from chalicelib.domain.durations import FAST
from chalicelib.domain.orders.retention import ErasureJob
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import session_id
from chalicelib.services.changes import Insert, Ref
from chalicelib.storage.store import DynamoStore
from infra.local.cloud import LocalCloud
from infra.local.ticking import scheduled

OVER, KEPT = "retention-over", "retention-kept"


@pytest.mark.rule("D29")
def test_the_sweep_erases_what_is_over_and_keeps_what_is_not(cloud: LocalCloud) -> None:
    tables = {name: cloud.outputs[f"{name.title()}Table"] for name in ("market", "journal", "live")}
    store = DynamoStore(cloud.client("dynamodb"), tables, FAST, lambda attempt: None)
    now_ms = time.time_ns() // 1_000_000
    for order_id, ended_ms in ((OVER, now_ms - FAST.retention_ms), (KEPT, now_ms)):
        for n in range(102):
            store.commit(Insert(Message(session_id(order_id, 1), Side.CUSTOMER, f"message-{n:03d}", "Hello", now_ms)))
        store.commit(Insert(ErasureJob(ended_ms, order_id, 1)))
    (function,) = [name for name in cloud.functions() if "-Retention-" in name]
    answer = cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps(scheduled()))
    assert "FunctionError" not in answer
    assert json.loads(answer["Payload"].read())["erased"] >= 1
    assert left(store, OVER) == 0
    assert left(store, KEPT) == 102


def left(store: DynamoStore, order_id: str) -> int:
    """How many of the messages there are."""
    refs = [Ref(Message, session_id(order_id, 1), Side.CUSTOMER, f"message-{n:03d}") for n in range(102)]
    return len([ref for start in (0, 51) for ref in store.read(*refs[start : start + 51]).found])
