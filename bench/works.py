"""What an order of work costs from its order to its money, what one of files does, and the sweep over terms that nobody was woken for."""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from typing import Any

from bench.acts import Act
from bench.builds import build
from bench.stub import running, serve
from bench.worker import LATENCY_S

OVERDUE, SWEEP_S = 10_000, 60
ACTS = {"order": (10, 5), "start": (8, 7), "deliver": (8, 7), "accept": (12, 7)}
"""Transactional write units and index units of each, at most."""
FILES = (8, 6)
"""Of an order of files: what they are lies in the edition, however long their names are."""


def acts() -> list[Act]:
    """Each act of an order that goes well, and all of them together."""
    market = build().market()
    market.people()
    found = []
    begun = market.dynamo.counts.mark()
    for name, ceiling in ACTS.items():
        before = market.dynamo.counts.mark()
        getattr(market, f"{name}_work")()
        found.append(Act(f"work: {name}", ceiling, market.dynamo.counts.since(before)))
    units, index_units = (sum(part) for part in zip(*ACTS.values(), strict=True))
    return [*found, Act("work: together", (units, index_units), market.dynamo.counts.since(begun))]


def files() -> list[Act]:
    """The first order of three files with long names and of four links."""
    market = build().market()
    market.people()
    before = market.dynamo.counts.mark()
    market.order_files()
    return [Act("files: order", FILES, market.dynamo.counts.since(before))]


@dataclass(frozen=True)
class Sweep:
    """One sweep: how many were overdue and handed on, and the seconds that it took."""

    found: int
    seconds: float


def sweep() -> Sweep:
    """Runs in this process; call it through `python -m bench.works`, so that nothing else is in it."""
    with running("bench.works", LATENCY_S) as stub:
        worker = build().worker(stub["port"])
        began = time.perf_counter()
        found = worker.sweep(stub["now_ms"])
        return Sweep(found, time.perf_counter() - began)


class Overdue:
    """A stand-in for DynamoDB and SQS that holds orders of work which should have been looked at long ago."""

    def __init__(self) -> None:
        market = build().market()
        market.people()
        market.order_work()
        self.order_id, item = market.order_id, market.stored_order()
        self.key = {name: item[name] for name in ("pk", "sk", "due", "due_at")}
        self.item = json.dumps(item)
        self.now_ms = market.at_ms + 400 * 86_400_000

    def answer(self, name: str, body: bytes) -> bytes:
        """What the operation answers."""
        asked = json.loads(body)
        match name:
            case "Query":
                return json.dumps(self._page(asked)).encode()
            case "BatchGetItem":
                return self._batch(asked["RequestItems"]).encode()
            case "SendMessageBatch":
                sent = [{"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": "0"} for entry in asked["Entries"]]
                return json.dumps({"Successful": sent}).encode()
        return b"{}"

    def _page(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["ExpressionAttributeValues"][":h"] != self.key["due"]:
            return {"Items": []}
        after = asked.get("ExclusiveStartKey")
        first = int(after["pk"]["S"][-26:]) + 1 if after else 0
        last = min(first + asked["Limit"], OVERDUE)
        keys = [self._key(number) for number in range(first, last)]
        return {"Items": keys, **({"LastEvaluatedKey": keys[-1]} if last < OVERDUE else {})}

    def _key(self, number: int) -> dict[str, Any]:
        made: dict[str, Any] = json.loads(json.dumps(self.key).replace(self.order_id, f"{number:026d}"))
        return made

    def _batch(self, asked: dict[str, Any]) -> str:
        ((table, wanted),) = asked.items()
        items = (self.item.replace(self.order_id, key["pk"]["S"][-26:]) for key in wanted["Keys"])
        return f'{{"Responses": {{"{table}": [{", ".join(items)}]}}, "UnprocessedKeys": {{}}}}'


if __name__ == "__main__":
    if len(sys.argv) > 1:
        held = Overdue()
        asyncio.run(serve(float(sys.argv[1]), held.answer, {"now_ms": held.now_ms}))
    else:
        print(json.dumps(sweep().__dict__))
