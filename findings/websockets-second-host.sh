#!/usr/bin/env bash
# websockets 17.4: a Host or an Origin given in `additional_headers` does not replace the client's own: the handshake carries both.
# A User-Agent given the same way does replace the client's. Its `Headers` looks like a dict, but assigning adds a second line.
# One would guess that the given value wins, as in other clients of Python (httpx, requests): a server must answer two Hosts with 400 (RFC 9112, 3.2).
set -eu
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install -q --disable-pip-version-check websockets==17.4
seen=$("$place/env/bin/python" - <<'PY'
import asyncio

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake


async def main():
    lines = []

    async def answer(reader, writer):
        lines.extend((await reader.readuntil(b"\r\n\r\n")).decode().splitlines())
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    given = {"Host": "shop.example", "Origin": "https://given.example", "User-Agent": "given"}
    try:
        async with connect(f"ws://127.0.0.1:{port}/", origin="https://own.example", additional_headers=given):
            pass
    except InvalidHandshake:
        pass
    shown = [line.replace(str(port), "PORT") for line in lines if line.split(":")[0] in given]
    print("; ".join(shown))


asyncio.run(main())
PY
)
echo "websockets 17.4 sends: $seen"
[ "$seen" = "Host: 127.0.0.1:PORT; Origin: https://own.example; Host: shop.example; Origin: https://given.example; User-Agent: given" ]
