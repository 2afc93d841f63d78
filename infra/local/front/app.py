"""The front door's routes."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from infra.local.front import docs
from infra.local.front.files import Compressed
from infra.local.front.limits import Limits
from infra.local.front.mails import Mails
from infra.local.front.rest import METHODS, InProcess, Rest, problem
from infra.local.front.sockets import Sockets
from infra.local.front.web import Pages, Web

SERVED: dict[str, Any] = {"ws": "wsproto", "proxy_headers": False}
"""How a server must serve it: with nobody in front of it whose word on a caller's address would count (E19)."""


def make(
    stages: Callable[[str], str],
    mails: Path,
    web: Path,
    limits: Limits,
    proof: Callable[[], str],
    in_process: InProcess | None = None,
    others: Sequence[BaseRoute] = (),
    pages: Pages | None = None,
) -> Starlette:
    """`stages("api")` and `stages("ws")` answer the present addresses of the two stages, `web` holds the built client, `proof` answers what
    the CDN proves itself by. `others`: the storage of files, and pages of outside services that are played here. `pages` asks the
    function of public pages."""
    rest = Rest(lambda: stages("api"), limits, proof, in_process)
    sockets = Sockets(lambda: stages("ws"), limits)
    caught = Mails(mails)

    client = Web(web, pages)
    return Starlette(
        routes=[
            Route("/api/{path:path}", rest.answer, methods=METHODS),
            WebSocketRoute("/ws", sockets.serve),
            Route("/docs", docs.page),
            Route("/docs/{name}", docs.asset),
            Route("/local/mail", caught.page),
            Route("/local/mail.json", caught.data),
            *others,
            Route("/", client.answer),
            Route("/{path:path}", client.answer),
        ],
        middleware=[Middleware(Compressed, minimum_size=1000)],
        exception_handlers={HTTPException: _refused, Exception: _refused},
    )


async def _refused(request: Request, error: Exception) -> Response:
    """What no route answers, or one broke over: whoever asks the API reads a problem document, whatever happens."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if request.scope["path"].startswith("/api/"):
        return problem(status)
    return PlainTextResponse(HTTPStatus(status).phrase, status)
