"""A stand-in for DynamoDB and SQS in which a hundred thousand sessions run, spread evenly over the minutes of a block."""

import asyncio
import json
import re
import sys
from dataclasses import replace
from typing import Any

from bench.scene import ORDER, Scene
from bench.stub import Answer, serve
from chalicelib.domain.accounts import Account
from chalicelib.domain.durations import BLOCK_TICKS, REAL
from chalicelib.domain.orders import Order
from chalicelib.domain.sessions import Heard, Session, Side
from chalicelib.services.changes import Ref, Save

SESSIONS = 100_000
TICK_MS = REAL.tick_ms
NUMBER = re.compile(r"(?:#|-)0*(\d+)(?:-0001)?$")


class Crowd:
    """Sessions by number: their clocks started in the block after `first_tick`, block `blk` was their last to be debited, and both sides
    are heard from all the time."""

    def __init__(self, blk: int) -> None:
        scene = Scene()
        session_id = scene.running()
        scene.pass_time(REAL.void_ms)
        scene.metering.advance(session_id, scene.ports.at_ms)
        self.first_tick = scene.ports.at_ms // TICK_MS
        self.t0_ms = scene.session(session_id).t0_ms or 0
        scene.pass_time(REAL.block_ms * 100)
        scene.hear_both(session_id)
        scene.store.commit(Save(replace(scene.session(session_id), blk=blk)))
        ops = scene.store._ops
        refs: list[Ref[Any]] = [Ref(Session, session_id), Ref(Order, ORDER)]
        refs += [Ref(Account, f"{role}-0") for role in ("customer", "performer")]
        refs += [Ref(Heard, session_id, side) for side in Side]
        self.items: dict[tuple[str, str], str] = {}
        for ref in refs:
            key = ops.key(ref)
            item = scene.dynamo.get_item(TableName=ops.table(ref.kind), Key=key)["Item"]
            self.items[_kind(key)] = json.dumps(item)
        self.mark = "{}"

    def answer(self, name: str, body: bytes) -> bytes:
        """What the operation answers."""
        match name:
            case "Query":
                return self._bucket(json.loads(body)).encode()
            case "BatchGetItem":
                return self._batch(json.loads(body)["RequestItems"]).encode()
            case "GetItem":
                return self.mark.encode()
            case "PutItem":
                self.mark = json.dumps({"Item": json.loads(body)["Item"]})
        return b"{}"

    def _bucket(self, asked: dict[str, Any]) -> str:
        """A page of the time index. Bucket b holds the sessions b, b + 15, b + 30 and so on; all other indexes are empty."""
        if asked.get("IndexName") != "phase":
            return '{"Items": []}'
        phase = int(asked["ExpressionAttributeValues"][":ph"]["S"][:2])
        after = asked.get("ExclusiveStartKey")
        bucket = (phase - self.first_tick) % BLOCK_TICKS
        first = bucket if after is None else _number(after["pk"]["S"]) + BLOCK_TICKS
        numbers = range(first, SESSIONS, BLOCK_TICKS)
        page = numbers[: asked["Limit"]]
        items = ", ".join(self._waking(number) for number in page)
        last = ', "LastEvaluatedKey": ' + self._key(page[-1]) if len(page) < len(numbers) else ""
        return f'{{"Items": [{items}]{last}}}'

    def _waking(self, number: int) -> str:
        people = f'"customer_id": {{"S": "customer-{number}"}}, "performer_id": {{"S": "performer-{number}"}}'
        return f'{{{self._key(number)[1:-1]}, {people}, "wake_ms": {{"N": "{self._t0_ms(number)}"}}}}'

    def _key(self, number: int) -> str:
        return f'{{"pk": {{"S": "ORD#{number:026d}"}}, "sk": {{"S": "SES#{number:026d}-0001"}}}}'

    def _t0_ms(self, number: int) -> int:
        return (self.first_tick + number % BLOCK_TICKS) * TICK_MS + number * 7919 % TICK_MS

    def _batch(self, asked: dict[str, Any]) -> str:
        tables = (
            f'"{table}": [{", ".join(self._item(key) for key in wanted["Keys"])}]' for table, wanted in asked.items()
        )
        return f'{{"Responses": {{{", ".join(tables)}}}, "UnprocessedKeys": {{}}}}'

    def _item(self, key: dict[str, Any]) -> str:
        number = _number(key["pk"]["S"])
        made = (
            self.items[_kind(key)].replace(ORDER, f"{number:026d}").replace(str(self.t0_ms), str(self._t0_ms(number)))
        )
        return made.replace("customer-0", f"customer-{number}").replace("performer-0", f"performer-{number}")


def _number(pk: str) -> int:
    found = NUMBER.search(pk)
    return int(found[1]) if found else 0


def _kind(key: dict[str, Any]) -> tuple[str, str]:
    """What kind of item a key names; sides and roles are told apart."""
    pk, sk = key["pk"]["S"], key["sk"]["S"]
    return re.sub(r"[0-9-]+$", "", re.sub(r"-\d+$", "", pk)), sk.partition("#")[0]


def crowd(blk: int) -> tuple[Answer, dict[str, Any]]:
    """Answers for all of them; and what the caller must know."""
    made = Crowd(blk)
    return made.answer, {"first_tick": made.first_tick, "sessions": SESSIONS}


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]), *crowd(int(sys.argv[2]))))
