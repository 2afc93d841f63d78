"""The queues: wakes of sessions with a delay each, mails, and touches of the search index."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from chalicelib.services.ports import Mail, Undelivered, Wake

BATCH = 10
LONGEST_DELAY_S = 900
"""The most that SQS delays a message; nothing of ours is due later."""
TRIES = 3


class _Queue:
    """An SQS queue; `client` makes, or finds, the low-level client when the first message is sent; `pause` waits before retry n."""

    def __init__(self, client: Callable[[], Any], url: str, pause: Callable[[int], None]) -> None:
        self._client = client
        self._url = url
        self._pause = pause

    def _send(self, entries: list[dict[str, Any]]) -> None:
        """Entries in batches; those that the answer lists as failed are sent again. Raises Undelivered."""
        for start in range(0, len(entries), BATCH):
            batch = [{**entry, "Id": str(n)} for n, entry in enumerate(entries[start : start + BATCH])]
            for attempt in range(TRIES):
                if attempt:
                    self._pause(attempt)
                batch = self._failed(batch)
                if not batch:
                    break
            if batch:
                raise Undelivered(f"{len(batch)} messages")

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
        self._send(
            [{"MessageBody": json.dumps(asdict(wake)), "DelaySeconds": _delay_s(wake, now_ms)} for wake in wakes]
        )


def _delay_s(wake: Wake, now_ms: int) -> int:
    return min(LONGEST_DELAY_S, max(0, (wake.at_ms - now_ms) // 1000 - 1))


class MailQueue(_Queue):
    """Mails (services.ports.Mails)."""

    def send(self, mail: Mail) -> None:
        """Hands a mail to the queue. Raises Undelivered."""
        self._send([{"MessageBody": json.dumps(asdict(mail))}])

    def remind(self, email: str) -> None:
        """Hands an address to the queue. Raises Undelivered."""
        self._send([{"MessageBody": json.dumps({"remind": email})}])


class IndexQueue(_Queue):
    """Touches of the search index (services.ports.Index)."""

    def touch(self, twip_id: str, *, after_s: int = 0) -> None:
        """Hands a twip's id to the index's one writer, who gets it `after_s` seconds later. Raises Undelivered."""
        self._send([{"MessageBody": json.dumps({"twip_id": twip_id}), "DelaySeconds": after_s}])

    def rebuild(self) -> None:
        """Asks for the whole index anew. Raises Undelivered."""
        self._send([{"MessageBody": json.dumps({"rebuild": True})}])
