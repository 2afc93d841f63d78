"""A stand-in for DynamoDB and SQS in which a hundred thousand sessions run, spread evenly over the minutes of a block."""

import asyncio
import json
import re
import sys
from typing import Any

from bench.scene import hear_both, settled
from bench.stub import Answer, serve

SESSIONS = 100_000
NUMBER = re.compile(r"(?:#|-)0*(\d+)(?:-0001)?$")


class Crowd:
    """Sessions by number: their clocks started in the block after `first_tick`, `block` was their last to be debited, and both sides
    are heard from all the time."""

    def __init__(self, block: int, sessions: int) -> None:
        self.sessions = sessions
        market = settled()
        durations = market.durations
        self.tick_ms, self.block_ticks = durations.tick_ms, durations.block_ms // durations.tick_ms
        self.first_tick = market.at_ms // self.tick_ms
        self.clock_ms = market.clock_started_ms()
        market.at_ms += durations.block_ms * 100
        hear_both(market)
        market.skip_to(block)
        self.order_id = market.order_id
        self.items = {_kind(item): json.dumps(item) for _, item in market.stored()}
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
        bucket = (phase - self.first_tick) % self.block_ticks
        first = bucket if after is None else _number(after["pk"]["S"]) + self.block_ticks
        numbers = range(first, self.sessions, self.block_ticks)
        page = numbers[: asked["Limit"]]
        items = ", ".join(self._waking(number) for number in page)
        last = ', "LastEvaluatedKey": ' + self._key(page[-1]) if len(page) < len(numbers) else ""
        return f'{{"Items": [{items}]{last}}}'

    def _waking(self, number: int) -> str:
        people = f'"customer_id": {{"S": "customer-{number}"}}, "performer_id": {{"S": "performer-{number}"}}'
        return f'{{{self._key(number)[1:-1]}, {people}, "wake_ms": {{"N": "{self._clock_ms(number)}"}}}}'

    def _key(self, number: int) -> str:
        return f'{{"pk": {{"S": "ORD#{number:026d}"}}, "sk": {{"S": "SES#{number:026d}-0001"}}}}'

    def _clock_ms(self, number: int) -> int:
        return (self.first_tick + number % self.block_ticks) * self.tick_ms + number * 7919 % self.tick_ms

    def _batch(self, asked: dict[str, Any]) -> str:
        tables = (
            f'"{table}": [{", ".join(self._item(key) for key in wanted["Keys"])}]' for table, wanted in asked.items()
        )
        return f'{{"Responses": {{{", ".join(tables)}}}, "UnprocessedKeys": {{}}}}'

    def _item(self, key: dict[str, Any]) -> str:
        number = _number(key["pk"]["S"])
        made = self.items[_kind(key)].replace(self.order_id, f"{number:026d}")
        made = made.replace(str(self.clock_ms), str(self._clock_ms(number)))
        return made.replace("customer-0", f"customer-{number}").replace("performer-0", f"performer-{number}")


def _number(pk: str) -> int:
    found = NUMBER.search(pk)
    return int(found[1]) if found else 0


def _kind(key: dict[str, Any]) -> tuple[str, ...]:
    """What kind of item a key names; sides and roles are told apart."""
    pk, sk = key["pk"]["S"], key["sk"]["S"]
    role = re.search("customer|performer", pk)
    return (
        pk.partition("#")[0],
        role[0] if role else "",
        *re.findall(r"^[A-Z]+", sk),
        *re.findall("customer|performer", sk),
    )


def crowd(block: int, sessions: int) -> tuple[Answer, dict[str, Any]]:
    """Answers for all of them; and what the caller must know."""
    made = Crowd(block, sessions)
    facts = {"first_tick": made.first_tick, "tick_ms": made.tick_ms, "block_ticks": made.block_ticks}
    return made.answer, {**facts, "sessions": sessions}


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]), *crowd(int(sys.argv[2]), int(sys.argv[3]))))
