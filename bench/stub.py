"""A stand-in for DynamoDB, SQS and the WebSocket management API that answers after a fixed latency: a process of its own."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.scene import at_the_boundary

Answer = Callable[[str, bytes], bytes]
"""The body that answers an operation (`BatchGetItem`, say; empty for a frame) and its body."""


def debit() -> tuple[Answer, dict[str, Any]]:
    """Answers the requests of a debit; and what its caller must know."""
    market = at_the_boundary()
    found: dict[str, list[Any]] = {"market": [], "live": []}
    for table, item in market.stored():
        found[table].append(item)
    read = json.dumps({"Responses": found, "UnprocessedKeys": {}}).encode()
    facts = {"session_id": market.session_id, "due_ms": market.at_ms}
    return lambda name, body: read if name == "BatchGetItem" else b"{}", facts


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
