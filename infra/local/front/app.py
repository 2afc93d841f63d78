"""The front door's routes."""

from collections.abc import Callable, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Route, WebSocketRoute

from infra.local.front import docs
from infra.local.front.limits import Limits
from infra.local.front.mails import Mails
from infra.local.front.rest import METHODS, InProcess, Rest
from infra.local.front.sockets import Sockets
from infra.local.front.web import Web


def make(
    stages: Callable[[str], str],
    mails: Path,
    web: Path,
    limits: Limits,
    proof: Callable[[], str],
    in_process: InProcess | None = None,
    others: Sequence[BaseRoute] = (),
) -> Starlette:
    """`stages("api")` and `stages("ws")` answer the present addresses of the two stages, `web` holds the built client, `proof` answers what
    the CDN proves itself by. `others`: pages of outside services that are played here."""
    rest = Rest(lambda: stages("api"), limits, proof, in_process)
    sockets = Sockets(lambda: stages("ws"), limits)
    caught = Mails(mails)

    client = Web(web)
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
        middleware=[Middleware(GZipMiddleware, minimum_size=1000)],
    )
