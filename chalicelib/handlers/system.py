"""What the service says about itself."""

from chalice import Blueprint

from chalicelib.domain.access import Act
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import View

bp = Blueprint(__name__)


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
