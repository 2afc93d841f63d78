"""`/api/*` to the REST stage."""

import asyncio
from collections.abc import Callable

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chalicelib.domain.errors import Unavailable
from chalicelib.gateways.cdn import HEADER
from infra.local.front.limits import Limits

OWN_OF_A_CONNECTION = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "content-encoding", "date"}
)
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]
InProcess = Callable[[str, str, dict[str, str], bytes], tuple[int, list[tuple[str, str]], bytes]]


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
        """Passes a request on; 503 while there is nobody to answer it."""
        body = await request.body()
        path = request.url.path.removeprefix("/api") or "/"
        query = f"?{request.url.query}" if request.url.query else ""
        headers = {name: value for name, value in request.headers.items() if name not in OWN_OF_A_CONNECTION}
        try:
            headers[HEADER] = self._proof()
        except Unavailable as error:
            return _nobody(error)
        # As behind the CDN: it adds the viewer's address to what came, the gateway adds the CDN's.
        viewer = request.client.host if request.client else "127.0.0.1"
        headers["x-forwarded-for"] = ", ".join(filter(None, [headers.get("x-forwarded-for"), viewer, "127.0.0.1"]))
        if self._in_process:
            answered = await asyncio.to_thread(self._in_process, request.method, path + query, headers, body)
            return _response(*answered)
        try:
            async with self._door:
                got = await self._client.request(
                    request.method, f"{self._stage()}{path}{query}", headers=headers, content=body
                )
        except httpx.HTTPError as error:
            return _nobody(error)
        return _response(got.status_code, got.headers.multi_items(), got.content)


def _nobody(error: Exception) -> Response:
    return JSONResponse({"message": f"the local cloud is not there ({type(error).__name__})"}, 503)


def _response(status: int, headers: list[tuple[str, str]], body: bytes) -> Response:
    response = Response(body, status)
    kept = [(name.lower(), value) for name, value in headers if name.lower() not in OWN_OF_A_CONNECTION]
    sized = [*kept, ("content-length", str(len(body)))]
    response.raw_headers = [(name.encode(), value.encode("latin-1")) for name, value in sized]
    return response
