"""People as everybody sees them (R16, E4)."""

from chalice import Blueprint

from chalicelib.domain.access import Act
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.performers import PersonPage, person_page

bp = Blueprint(__name__)


@route(bp, "GET", "/users/{user_id}", act=Act.PERSON_READ, answer=PersonPage)
def read_person(ctx: Context, user_id: str) -> PersonPage:
    """A person's public page: name, hours, and whether they can be called now."""
    return person_page(ctx.services.availability.person(user_id), ctx.now_ms)
