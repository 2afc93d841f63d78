"""What was said is erased by the deployed function, with the rights that it has there (D29)."""

import json
import time

import pytest

from chalicelib.domain.attachments import Attachment, File
from chalicelib.domain.chat import Message
from chalicelib.domain.disputes.dispute import dispute_id
from chalicelib.domain.durations import FAST
from chalicelib.domain.goods_uploads import Leftover
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.retention import ErasureJob
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.sessions import session_id
from chalicelib.services.changes import Insert, Ref
from chalicelib.services.ports import Listing
from chalicelib.storage.store import DynamoStore
from infra.local.cloud import LocalCloud
from infra.local.ticking import scheduled

OVER, KEPT = "retention-over", "retention-kept"
FILE = File("Акт.pdf", "application/pdf", 9, "0f" * 32)


@pytest.fixture
def store(cloud: LocalCloud) -> DynamoStore:
    tables = {name: cloud.outputs[f"{name.title()}Table"] for name in ("market", "journal", "live")}
    return DynamoStore(cloud.client("dynamodb"), tables, FAST, lambda attempt: None)


@pytest.mark.rule("D29")
def test_the_sweep_erases_what_is_over_and_keeps_what_is_not(cloud: LocalCloud, store: DynamoStore) -> None:
    now_ms = time.time_ns() // 1_000_000
    for order_id, ended_ms in ((OVER, now_ms - FAST.retention_ms), (KEPT, now_ms)):
        for n in range(102):
            store.commit(Insert(Message(session_id(order_id, 1), Side.CUSTOMER, f"message-{n:03d}", "Hello", now_ms)))
        store.commit(Insert(ErasureJob(ended_ms, order_id, 1)))
    assert swept(cloud) >= 1
    assert left(store, OVER) == 0
    assert left(store, KEPT) == 102


@pytest.mark.rule("D29")
def test_of_a_dispute_that_is_over_the_files_themselves_are_gone_too(cloud: LocalCloud, store: DynamoStore) -> None:
    now_ms, storage = time.time_ns() // 1_000_000, cloud.client("s3")
    for order_id, ended_ms in ((OVER, now_ms - FAST.retention_ms), (KEPT, now_ms)):
        thread = dispute_id(order_id, 1)
        storage.put_object(Bucket="files", Key=f"attachments/{order_id}", Body=b"%PDF-1.7 ")
        store.commit(
            Insert(Attachment(thread, "file", "somebody", FILE, order_id)),
            Insert(OrderEvent(thread, "opened", "open", Party.CUSTOMER, now_ms, 0, "answer")),
            Insert(ErasureJob(ended_ms, thread, 0, dispute=True)),
        )
    assert swept(cloud) >= 1
    stored = {it["Key"] for it in storage.list_objects_v2(Bucket="files", Prefix="attachments/retention-")["Contents"]}
    assert stored == {f"attachments/{KEPT}"}
    for order_id, there in ((OVER, False), (KEPT, True)):
        thread = dispute_id(order_id, 1)
        assert (store.get(Ref(OrderEvent, thread, "opened")) is not None) is there
        assert (store.get(Ref(Attachment, thread, "file")) is not None) is there


def test_files_that_nothing_refers_to_are_deleted_whole_or_in_parts(cloud: LocalCloud, store: DynamoStore) -> None:
    storage, key = cloud.client("s3"), "attachments/retention-left"
    storage.put_object(Bucket="files", Key=key, Body=b"%PDF-1.7 ")
    storage.put_object(Bucket="files", Key=f"{key}-not", Body=b"%PDF-1.7 ")
    multipart = storage.create_multipart_upload(Bucket="files", Key=f"{key}-half")["UploadId"]
    store.commit(Insert(Leftover("retention-left")), Insert(Leftover("retention-left-half", multipart)))
    swept(cloud)
    assert [it["Key"] for it in storage.list_objects_v2(Bucket="files", Prefix=key)["Contents"]] == [f"{key}-not"]
    half = storage.list_multipart_uploads(Bucket="files", Prefix=key)
    assert half.get("Uploads", []) == []
    assert store.page(Listing.LEFTOVERS).items == ()


def swept(cloud: LocalCloud) -> int:
    """By the function, as its schedule calls it: of how many orders and disputes it has erased what was said."""
    (function,) = [name for name in cloud.functions() if "-Retention-" in name]
    answer = cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps(scheduled()))
    assert "FunctionError" not in answer
    erased: int = json.loads(answer["Payload"].read())["erased"]
    return erased


def left(store: DynamoStore, order_id: str) -> int:
    """How many of the messages there are."""
    refs = [Ref(Message, session_id(order_id, 1), Side.CUSTOMER, f"message-{n:03d}") for n in range(102)]
    return len([ref for start in (0, 51) for ref in store.read(*refs[start : start + 51]).found])
