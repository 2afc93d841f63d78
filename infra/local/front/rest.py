"""`/api/*` to the REST stage."""

import asyncio
import re
from collections.abc import Callable, Iterable

import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from chalicelib.domain.errors import Unavailable
from chalicelib.gateways.cdn import HEADER
from chalicelib.handlers import problems
from infra.local.front.asked import Unreadable, path_of, query_of
from infra.local.front.limits import Limits

OWN_OF_A_CONNECTION = frozenset(
    {
        "host", "connection", "keep-alive", "proxy-connection", "upgrade", "te", "trailer", "expect",
        "content-length", "transfer-encoding", "content-encoding", "date",
    }
)  # fmt: skip
FORWARDED_FOR = "x-forwarded-for"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]
InProcess = Callable[[str, str, dict[str, str], bytes], tuple[int, list[tuple[str, str]], bytes]]
Headers = list[tuple[str, str]]
"""As HTTP has them: bytes, each read as the character of its number (latin-1), so that none is lost or refused."""
_SEPARATOR = {"cookie": "; "}
"""Of values that came in several headers of one name; a comma for all others."""
_SENDABLE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class Rest:
    """The proxy. `stage` answers the stage's address, which changes when the API is deployed anew; `proof` what the CDN sends along to be
    believed; `in_process` answers requests in this process instead (DEBUG=1)."""

    def __init__(
        self, stage: Callable[[], str], limits: Limits, proof: Callable[[], str], in_process: InProcess | None = None
    ) -> None:
        self._stage, self._proof, self._in_process = stage, proof, in_process
        self._door = asyncio.Semaphore(limits.requests_at_once)
        self._client = httpx.AsyncClient(timeout=35, limits=httpx.Limits(max_connections=64))

    async def answer(self, request: Request) -> Response:
        """Passes a request on. 400 for a path that can be read in two ways, or for a body whose sender left in the middle of it, 503 while
        there is nobody to answer."""
        try:
            body = await request.body()
            asked = (path_of(request.scope).removeprefix("/api") or "/") + query_of(request.scope)
            headers = self._headers(request)
        except (Unreadable, ClientDisconnect):
            return problem(400)
        except Unavailable as error:
            return _nobody(error)
        if self._in_process:
            answered = await asyncio.to_thread(self._in_process, request.method, asked, _joined(headers), body)
            return _response(*answered)
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        try:
            async with self._door:
                got = await self._client.request(request.method, f"{self._stage()}{asked}", headers=raw, content=body)
        except httpx.InvalidURL:
            return problem(400)
        except httpx.HTTPError as error:
            return _nobody(error)
        return _response(got.status_code, _read(got.headers.raw), got.content)

    def _headers(self, request: Request) -> Headers:
        """What came, and what the CDN and the gateway add. Raises Unavailable."""
        came = [
            (n, v) for n, v in _read(request.headers.raw) if n not in OWN_OF_A_CONNECTION and _SENDABLE.fullmatch(v)
        ]
        hops = [value for name, value in came if name == FORWARDED_FOR]
        # As behind the CDN: it adds the viewer's address to what came, the gateway adds the CDN's.
        viewer = request.client.host if request.client else "127.0.0.1"
        kept = [(name, value) for name, value in came if name not in (FORWARDED_FOR, HEADER)]
        return [*kept, (HEADER, self._proof()), (FORWARDED_FOR, ", ".join([*hops, viewer, "127.0.0.1"]))]


def problem(status: int, **more: str) -> Response:
    """What the door itself says of a request to the API."""
    document = {**problems.failure(status, request_id=""), **more}
    return JSONResponse(document, status, headers=problems.headers(status), media_type="application/problem+json")


def _nobody(error: Exception) -> Response:
    return problem(503, code=Unavailable.code, detail=f"the local cloud is not there ({type(error).__name__})")


def _read(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    return [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw]


def _joined(headers: Headers) -> dict[str, str]:
    names = dict.fromkeys(name for name, _ in headers)
    return {name: _SEPARATOR.get(name, ", ").join(value for one, value in headers if one == name) for name in names}


def _response(status: int, headers: Headers, body: bytes) -> Response:
    response = Response(body, status)
    kept = [(name.lower(), value) for name, value in headers if name.lower() not in OWN_OF_A_CONNECTION]
    sized = [*kept, ("content-length", str(len(body)))]
    response.raw_headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in sized]
    return response
