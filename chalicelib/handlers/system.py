"""What the service says about itself."""

from pathlib import Path

from chalice import Blueprint

from chalicelib.domain.access import Act
from chalicelib.handlers.http import Context, Reply, route
from chalicelib.handlers.models import View

bp = Blueprint(__name__)
OPENAPI = Path(__file__).with_name("openapi.json")
ASYNCAPI = Path(__file__).with_name("asyncapi.json")
"""Generated (`make generate`) and packaged."""


class Health(View):
    """The stage that answered, and how long a block is in it: 900 s, but in the local profile for demonstrations."""

    status: str
    stage: str
    block_seconds: int


@route(bp, "GET", "/health", act=Act.HEALTH_READ, answer=Health)
def health(ctx: Context) -> Health:
    """Says that requests are answered."""
    settings = ctx.services.settings
    return Health(status="ok", stage=settings.stage, block_seconds=settings.durations.block_ms // 1000)


@route(bp, "GET", "/openapi.json", act=Act.DOCS_READ, status=200)
def description_of_this_api(_: Context) -> Reply:
    """This description, as OpenAPI 3.1."""
    return Reply(OPENAPI.read_text(encoding="utf-8"))


@route(bp, "GET", "/asyncapi.json", act=Act.DOCS_READ, status=200)
def frames_of_the_websocket_api(_: Context) -> Reply:
    """The frames of the WebSocket API, as AsyncAPI 3."""
    return Reply(ASYNCAPI.read_text(encoding="utf-8"))
