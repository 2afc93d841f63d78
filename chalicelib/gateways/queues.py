"""The queues: wakes of sessions with a delay each, mails, touches of the search index, repairs of executions, and scans of files."""

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import cached_property
from typing import Any

from chalicelib.services.ports import Mail, Undelivered, Wake

BATCH = 10
THREADS = 8
"""More add nothing: most of a request's time is this process's own."""
LONGEST_DELAY_S = 900
"""The most that SQS delays a message; nothing of ours is due later."""
ATTEMPTS = 3
"""At one batch, of which the queue takes a part."""


class _Queue:
    """An SQS queue; `client` makes, or finds, the low-level client when the first message is sent; `pause` waits before retry n."""

    def __init__(self, client: Callable[[], Any], url: str, pause: Callable[[int], None]) -> None:
        self._client = client
        self._url = url
        self._pause = pause

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        """Made when there is first more than one batch to send."""
        return ThreadPoolExecutor(THREADS)

    def _send(self, entries: list[dict[str, Any]]) -> None:
        """Entries in batches, several at the same time; those that the answer lists as failed are sent again. Once a batch has failed
        for good no other is begun: a queue that hangs costs its caller little. Raises Undelivered."""
        batches = [entries[start : start + BATCH] for start in range(0, len(entries), BATCH)]
        undelivered: list[int] = []

        def deliver(batch: list[dict[str, Any]]) -> None:
            left = batch if undelivered else self._tried(batch)
            if left:
                undelivered.append(len(left))

        if len(batches) > 1:
            list(self._pool.map(deliver, batches))
        elif batches:
            deliver(batches[0])
        if undelivered:
            raise Undelivered(f"{sum(undelivered)} messages")

    def _tried(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Sends one batch until it is taken; answers what never was."""
        batch = [{**entry, "Id": str(n)} for n, entry in enumerate(entries)]
        for attempt in range(ATTEMPTS):
            if attempt:
                self._pause(attempt)
            batch = self._failed(batch)
            if not batch:
                break
        return batch

    def _failed(self, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._client().send_message_batch(QueueUrl=self._url, Entries=batch)
        except (BotoCoreError, ClientError):
            return batch
        failed = {entry["Id"] for entry in answer.get("Failed", [])}
        return [entry for entry in batch if entry["Id"] in failed]


class WorkQueue(_Queue):
    """Wakes (services.ports.Wakes). The queue delays by whole seconds, a second too short; the worker waits the rest."""

    def send(self, wakes: Sequence[Wake], now_ms: int) -> None:
        """Hands wakes to the queue. Raises Undelivered."""
        self._send([{"MessageBody": _body(wake), "DelaySeconds": _delay_s(wake, now_ms)} for wake in wakes])


def _body(wake: Wake) -> str:
    """By hand: `asdict` would be a fifth of what a tick with thousands of wakes costs."""
    return json.dumps({**vars(wake), "parties": vars(wake.parties)})


def _delay_s(wake: Wake, now_ms: int) -> int:
    return min(LONGEST_DELAY_S, max(0, (wake.at_ms - now_ms) // 1000 - 1))


class MailQueue(_Queue):
    """Mails (services.ports.Mails)."""

    def send(self, mail: Mail) -> None:
        """Hands a mail to the queue. Raises Undelivered."""
        self._send([{"MessageBody": json.dumps(asdict(mail))}])

    def remind(self, email: str, onward: str | None = None) -> None:
        """Hands an address to the queue. Raises Undelivered."""
        self._send([{"MessageBody": json.dumps({"remind": email, **({"onward": onward} if onward else {})})}])


class IndexQueue(_Queue):
    """Touches of the search index (services.ports.Index)."""

    def touch(self, twip_id: str, *, after_s: int = 0) -> None:
        """Hands a twip's id to the index's writer, who gets it `after_s` seconds later. Raises Undelivered."""
        self._send([{"MessageBody": json.dumps({"twip_id": twip_id}), "DelaySeconds": after_s}])

    def touch_performer(self, performer_id: str, *, after_s: int = 0) -> None:
        """Hands a performer's id over, likewise. Raises Undelivered."""
        self._send([{"MessageBody": json.dumps({"performer_id": performer_id}), "DelaySeconds": after_s}])

    def rebuild(self) -> None:
        """Asks for the whole index anew. Raises Undelivered."""
        self._send([{"MessageBody": json.dumps({"rebuild": True})}])

    def tidy(self) -> None:
        """Asks for it if it is worth it. Raises Undelivered."""
        self._send([{"MessageBody": json.dumps({"tidy": True})}])

    def mend(self) -> None:
        """Asks for it if there is none that can be read. Raises Undelivered."""
        self._send([{"MessageBody": json.dumps({"mend": True})}])


class RepairQueue(_Queue):
    """Subjects that must be brought into step with their executions (services.workflows.Repairs)."""

    def ask(self, machine: str, subjects: Iterable[str], *, after_s: int = 0) -> None:
        """Hands subjects to the queue; whoever works it off gets them `after_s` seconds later. Raises Undelivered."""
        self._send(
            [
                {"MessageBody": json.dumps({"of": machine, "subject": subject}), "DelaySeconds": after_s}
                for subject in subjects
            ]
        )


class ScanQueue(_Queue):
    """Files that are to be scanned (services.scans.ScanQueue)."""

    def ask(self, files: Iterable[tuple[str, str]], *, after_s: int = 0) -> None:
        """Hands files to the queue; the scanning job gets them `after_s` seconds later. Raises Undelivered."""
        self._send(
            [
                {"MessageBody": json.dumps({"owner": owner, "id": ident}), "DelaySeconds": after_s}
                for owner, ident in files
            ]
        )
