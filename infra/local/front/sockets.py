"""`/ws` to the WebSocket stage, with the limits that the cloud's gateway has."""

import asyncio
import contextlib
from collections.abc import Callable

from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from infra.local.front.asked import query_of
from infra.local.front.limits import Limits

TOO_LARGE, GOING_AWAY = 1009, 1001


class Sockets:
    """The proxy of all connections."""

    def __init__(self, stage: Callable[[], str], limits: Limits) -> None:
        self._stage, self._limits = stage, limits
        self._lost: list[tuple[ClientConnection, asyncio.Task[None]]] = []

    async def serve(self, socket: WebSocket) -> None:
        """One connection, from its handshake to its end."""
        url = f"{self._stage().replace('http', 'ws', 1)}{query_of(socket.scope)}"
        try:
            upstream = await connect(
                url, additional_headers=_said(socket), max_size=None, ping_interval=None, open_timeout=30
            )
        except InvalidHandshake:
            # The local gateway hides the status that $connect answered; it has only one for a refusal.
            return await socket.send_denial_response(Response(status_code=401))
        except OSError:
            return await socket.send_denial_response(Response(status_code=503))
        await socket.accept()
        await self._join(socket, upstream)
        return None

    async def _join(self, socket: WebSocket, upstream: ClientConnection) -> None:
        down = asyncio.create_task(_down(upstream, socket))
        up = asyncio.create_task(self._up(socket, upstream))
        await asyncio.wait({up, down}, timeout=self._limits.life_s, return_when=asyncio.FIRST_COMPLETED)
        code = up.result() if up.done() else _ended(upstream)
        up.cancel()
        # A client that left by itself cannot be closed once more.
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(code)
        if self._limits.lose_disconnects and not down.done():
            self._lost.append((upstream, down))
            return
        await upstream.close()
        await asyncio.gather(up, down, return_exceptions=True)

    async def _up(self, socket: WebSocket, upstream: ClientConnection) -> int:
        """Passes frames up until something ends it, and answers the close code."""
        while True:
            try:
                frame = await asyncio.wait_for(socket.receive_text(), self._limits.idle_s)
                if len(frame.encode()) > self._limits.frame_bytes:
                    return TOO_LARGE
                await upstream.send(frame)
            except TimeoutError:
                return GOING_AWAY
            except (WebSocketDisconnect, ConnectionClosed, KeyError):
                return 1000


def _said(socket: WebSocket) -> list[tuple[str, str]]:
    """Of the handshake's headers what the service asks about; the others are of this connection alone, or nobody's business."""
    return [("Origin", value) for value in socket.headers.getlist("origin")]


def _ended(upstream: ClientConnection) -> int:
    """The gateway's close code; its end without one, or our own time limit, is a going away."""
    return GOING_AWAY if upstream.close_code in (None, 1005, 1006) else upstream.close_code


async def _down(upstream: ClientConnection, socket: WebSocket) -> None:
    async for frame in upstream:
        # One whose client is gone is drained all the same, so that what is sent to it looks delivered.
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.send_text(frame if isinstance(frame, str) else frame.decode())
