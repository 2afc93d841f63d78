"""A stand-in for DynamoDB, SQS and the WebSocket management API that answers after a fixed latency: a process of its own."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.scene import Scene
from chalicelib.domain.accounts import Account
from chalicelib.domain.orders import Order
from chalicelib.domain.sessions import Heard, Session, Side, order_of
from chalicelib.services.changes import Ref

Answer = Callable[[str, bytes], bytes]
"""The body that answers an operation (`BatchGetItem`, say; empty for a frame) and its body."""


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


def debit() -> tuple[Answer, dict[str, Any]]:
    """Answers the requests of a debit; and what its caller must know."""
    found, session_id, due_ms = canned()
    return lambda name, body: found if name == "BatchGetItem" else b"{}", {"session_id": session_id, "due_ms": due_ms}


async def serve(latency_s: float, answer: Answer, facts: dict[str, Any]) -> None:
    """Serves on a free loopback port, which it prints with the facts; never ends by itself."""

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            length = int(head.get(b"content-length", b"0"))
            asked = await reader.readexactly(length)
            name = head.get(b"x-amz-target", b"").rpartition(b".")[2].decode()
            _, said = await asyncio.gather(asyncio.sleep(latency_s), _said(answer, name, asked))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(said), said))
        writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", 0)
    print(json.dumps({"port": server.sockets[0].getsockname()[1], **facts}), flush=True)
    await server.serve_forever()


async def _said(answer: Answer, name: str, asked: bytes) -> bytes:
    return answer(name, asked)


@contextmanager
def running(module: str, latency_s: float, *arguments: str) -> Iterator[dict[str, Any]]:
    """A stub as a process of its own, so that its CPU is not ours; answers its port and facts."""
    command = [sys.executable, "-m", module, str(latency_s), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


async def _head(reader: asyncio.StreamReader) -> dict[bytes, bytes]:
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return {}
    lines = raw.split(b"\r\n")[1:-2]
    return {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]), *debit()))
