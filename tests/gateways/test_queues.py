"""Messages into the queues: what the queue did not take is sent again, and nothing is lost in silence."""

import json
import threading
from typing import Any

import pytest

from chalicelib.gateways.queues import (
    ATTEMPTS,
    BATCH,
    LONGEST_DELAY_S,
    THREADS,
    IndexQueue,
    MailQueue,
    ScanQueue,
    WorkQueue,
)
from chalicelib.services.ports import Mail, Parties, Undelivered, Wake


class Sqs:
    """A client that remembers, and fails as told: `failing` is how many of each batch, for how many tries."""

    def __init__(self, failing: int = 0, tries: int = 0) -> None:
        self.failing, self.tries = failing, tries
        self.sent: list[dict[str, Any]] = []
        self.calls = 0

    def send_message_batch(self, **request: Any) -> dict[str, Any]:
        entries: list[dict[str, Any]] = request["Entries"]
        self.calls += 1
        failing, self.tries = (self.failing if self.tries > 0 else 0), self.tries - 1
        self.sent += entries[failing:]
        return {"Failed": [{"Id": entry["Id"]} for entry in entries[:failing]]}


def never(attempt: int) -> None:
    """Waits for nothing."""


def test_a_touch_names_its_twip_and_may_come_later() -> None:
    sqs = Sqs()
    queue = IndexQueue(lambda: sqs, "url", never)
    queue.touch("t1")
    queue.touch("t2", after_s=60)
    queue.touch_performer("p1", after_s=60)
    queue.rebuild()
    queue.tidy()
    queue.mend()
    assert [(json.loads(sent["MessageBody"]), sent.get("DelaySeconds", 0)) for sent in sqs.sent] == [
        ({"twip_id": "t1"}, 0),
        ({"twip_id": "t2"}, 60),
        ({"performer_id": "p1"}, 60),
        ({"rebuild": True}, 0),
        ({"tidy": True}, 0),
        ({"mend": True}, 0),
    ]


def test_a_mail_is_handed_over_whole() -> None:
    sqs = Sqs()
    MailQueue(lambda: sqs, "url", never).send(Mail("vera@example.org", "confirm", "ru", {"link": "x"}))
    (sent,) = sqs.sent
    assert Mail(**json.loads(sent["MessageBody"])) == Mail("vera@example.org", "confirm", "ru", {"link": "x"})


def test_a_reminder_carries_an_address_and_nothing_that_tells_whose_it_is() -> None:
    sqs = Sqs()
    MailQueue(lambda: sqs, "url", never).remind("vera@example.org")
    (sent,) = sqs.sent
    assert json.loads(sent["MessageBody"]) == {"remind": "vera@example.org"}


def wakes(number: int, at_ms: int = 0) -> list[Wake]:
    return [Wake(f"s{n}", Parties("c", "p"), at_ms) for n in range(number)]


def test_what_the_queue_did_not_take_is_sent_again() -> None:
    sqs = Sqs(failing=3, tries=2)
    WorkQueue(lambda: sqs, "url", never).send(wakes(2 * BATCH + 1), 0)
    assert len(sqs.sent) >= 2 * BATCH + 1
    assert {json.loads(sent["MessageBody"])["session_id"] for sent in sqs.sent} == {f"s{n}" for n in range(21)}


def test_what_the_queue_never_takes_is_no_silence() -> None:
    with pytest.raises(Undelivered):
        WorkQueue(lambda: Sqs(failing=1, tries=99), "url", never).send(wakes(1), 0)


def test_batches_are_sent_several_at_the_same_time_and_each_message_once() -> None:
    together = threading.Barrier(THREADS, timeout=10)

    class Busy(Sqs):
        def send_message_batch(self, **request: Any) -> dict[str, Any]:
            together.wait()
            return super().send_message_batch(**request)

    sqs = Busy()
    WorkQueue(lambda: sqs, "url", never).send(wakes(THREADS * BATCH), 0)
    sent = [json.loads(entry["MessageBody"])["session_id"] for entry in sqs.sent]
    assert sorted(sent) == sorted(f"s{n}" for n in range(THREADS * BATCH))


def test_of_many_batches_no_more_are_begun_once_one_has_failed_for_good() -> None:
    sqs = Sqs(failing=1, tries=10**6)
    with pytest.raises(Undelivered):
        WorkQueue(lambda: sqs, "url", never).send(wakes(100 * THREADS * BATCH), 0)
    assert sqs.calls <= 2 * THREADS * ATTEMPTS


def test_nothing_to_send_asks_nothing_of_the_queue() -> None:
    WorkQueue(lambda: pytest.fail("asked"), "url", never).send([], 0)


def test_a_queue_that_cannot_be_reached_is_no_silence() -> None:
    from botocore.exceptions import EndpointConnectionError

    class Gone:
        def send_message_batch(self, **request: Any) -> Any:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    with pytest.raises(Undelivered):
        IndexQueue(lambda: Gone(), "url", never).touch("t1")


@pytest.mark.parametrize(
    ("in_ms", "delay_s"), [(-5, 0), (1_999, 0), (2_000, 1), (10_500, 9), (99_000_000, LONGEST_DELAY_S)]
)
def test_a_wake_is_delayed_by_whole_seconds_a_second_too_short(in_ms: int, delay_s: int) -> None:
    sqs = Sqs()
    WorkQueue(lambda: sqs, "url", never).send(wakes(1, 1_000 + in_ms), 1_000)
    assert [sent["DelaySeconds"] for sent in sqs.sent] == [delay_s]


def test_files_that_are_to_be_scanned_are_handed_over_by_owner_and_id() -> None:
    sqs = Sqs()
    ScanQueue(lambda: sqs, "url", never).ask([("thread", "one"), ("thread", "two")], after_s=2)
    assert [(json.loads(sent["MessageBody"]), sent["DelaySeconds"]) for sent in sqs.sent] == [
        ({"owner": "thread", "id": "one"}, 2),
        ({"owner": "thread", "id": "two"}, 2),
    ]
