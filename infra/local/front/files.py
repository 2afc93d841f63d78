"""`/files/*` to the bucket of that name: what the links that the service signs lead to, as long as files and pages share one origin.

Nothing is looked at: the storage checks the signature. Bodies are passed on as they come, for they may be large; the emulator holds them
whole in its memory, so they are bounded in size and in number. Larger files than that come in parts."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import httpcore
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from infra.local.front.asked import Unreadable, path_of, query_of
from infra.local.front.limits import Limits

PREFIX = "/files/"
METHODS = ["GET", "HEAD", "PUT"]
ASKED = frozenset({"content-type", "content-length", "if-none-match", "range", "if-range"})
"""What goes on, beside all that begins with `x-amz-`."""
ANSWERED = frozenset(
    {"content-type", "content-length", "content-disposition", "content-range", "accept-ranges", "etag", "last-modified"}
)
GUARDS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
"""Locally files share the pages' origin. Whatever they are, they are nothing to it."""
READ_BYTES = 2**20
"""At once from the storage: a large file is so many rounds of the loop that all other requests go through."""
NO_ANSWER = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)


def route(endpoint: Callable[[], str], host: str, limits: Limits) -> Route:
    """The front door's."""
    return Route(PREFIX + "{path:path}", Files(endpoint, host, limits), methods=METHODS)


class Files:
    """The proxy, as an ASGI app. `endpoint` answers where the local AWS is; `host` is what links are signed for, by whatever name a
    browser came."""

    def __init__(self, endpoint: Callable[[], str], host: str, limits: Limits) -> None:
        self._endpoint, self._host, self._limits = endpoint, host, limits
        self._up, self._down = (asyncio.Semaphore(n) for n in (limits.files_at_once, limits.downloads_at_once))
        self._storage = httpcore.AsyncConnectionPool(network_backend=_Network())
        self._patience = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), limits.file_idle_s)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on. 400 for one that breaks off or can be read in two ways, 403 for one that no link leads to, 411 and 413
        for a body of unknown or too great a size, 503 while there is nobody to answer."""
        request = Request(scope, receive, send)
        try:
            target = path_of(scope) + query_of(scope)
        except Unreadable:
            return await _said(400)(scope, receive, send)
        refused = self._refused(request)
        if refused:
            return await _said(refused)(scope, receive, send)
        try:
            async with (
                self._up if request.method == "PUT" else self._down,
                self._storage.stream(
                    request.method,
                    f"{self._endpoint()}{target}",
                    headers=self._headers(request),
                    content=self._body(request),
                    extensions=self._patience,
                ) as got,
            ):
                answer = StreamingResponse(got.aiter_stream(), got.status, {**_answered(got.headers), **GUARDS})
                return await answer(scope, receive, send)
        except NO_ANSWER:
            return await _said(503)(scope, receive, send)
        except (ClientDisconnect, TimeoutError):
            return await _said(400)(scope, receive, send)

    def _refused(self, request: Request) -> int | None:
        """The status of what is not passed on."""
        if "x-amz-signature" not in {name.lower() for name in request.query_params}:
            return 403
        if request.method != "PUT":
            return None
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            return 411
        return 413 if int(length) > self._limits.file_bytes else None

    def _headers(self, request: Request) -> list[tuple[str, str]]:
        came = request.headers.items()
        return [("host", self._host), *(it for it in came if it[0] in ASKED or it[0].startswith("x-amz-"))]

    def _body(self, request: Request) -> AsyncIterator[bytes] | None:
        return self._parts(request) if request.method == "PUT" else None

    async def _parts(self, request: Request) -> AsyncIterator[bytes]:
        """Each within the time in which something must come. Raises ClientDisconnect, TimeoutError."""
        parts = request.stream()
        while True:
            try:
                yield await asyncio.wait_for(anext(parts), self._limits.file_idle_s)
            except StopAsyncIteration:
                return


class _Network(httpcore.AnyIOBackend):
    """Connections that read as much as has come."""

    async def connect_tcp(self, *where: Any, **how: Any) -> httpcore.AsyncNetworkStream:
        """One more."""
        return _Stream(await super().connect_tcp(*where, **how))


class _Stream(httpcore.AsyncNetworkStream):
    """What httpcore asks for is 64 KB at once, each of them an event, a chunk and a write of the door's own."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """More than was asked for."""
        return await self._stream.read(max(max_bytes, READ_BYTES), timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """As it is."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """As it is."""
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        """As it is."""
        return self._stream.get_extra_info(info)


def _answered(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    named = ((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers)
    return {name: value for name, value in named if name in ANSWERED}


class Compressed(GZipMiddleware):
    """All but files: those have a length, and parts that are asked for by it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes files by."""
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            return await self.app(scope, receive, send)
        return await super().__call__(scope, receive, send)


def _said(status: int) -> Response:
    return Response(status_code=status, headers=GUARDS)
