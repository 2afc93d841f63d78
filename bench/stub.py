"""A stand-in for DynamoDB and the WebSocket management API that answers after a fixed latency: a process of its own."""

import asyncio
import json
import sys
from typing import Any

from bench.scene import Scene
from chalicelib.domain.accounts import Account
from chalicelib.domain.orders import Order
from chalicelib.domain.sessions import Heard, Session, Side, order_of
from chalicelib.services.changes import Ref


def canned() -> tuple[bytes, str, int]:
    """What BatchGetItem answers to a debit's read; the session's id, and when its block is due."""
    from bench.acts import to_the_boundary

    scene = Scene()
    session_id = scene.running()
    to_the_boundary(scene, session_id)
    ops = scene.store._ops
    refs: list[Ref[Any]] = [Ref(Session, session_id), Ref(Order, order_of(session_id)), Ref(Account, "customer-0")]
    refs += [Ref(Heard, session_id, side) for side in Side]
    refs.append(Ref(Account, "performer-0"))
    found: dict[str, list[Any]] = {"market": [], "live": []}
    for ref in refs:
        table = ops.table(ref.kind)
        found[table].append(scene.dynamo.get_item(TableName=table, Key=ops.key(ref))["Item"])
    return json.dumps({"Responses": found, "UnprocessedKeys": {}}).encode(), session_id, scene.ports.at_ms


async def serve(latency_s: float) -> None:
    """Serves on a free loopback port, which it prints; never ends by itself."""
    found, session_id, due_ms = canned()

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            length = int(head.get(b"content-length", b"0"))
            await reader.readexactly(length)
            target = head.get(b"x-amz-target", b"")
            await asyncio.sleep(latency_s)
            answer = found if target.endswith(b"BatchGetItem") else b"{}"
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(answer), answer))
        writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"port": port, "session_id": session_id, "due_ms": due_ms}), flush=True)
    await server.serve_forever()


async def _head(reader: asyncio.StreamReader) -> dict[bytes, bytes]:
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return {}
    lines = raw.split(b"\r\n")[1:-2]
    return {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
