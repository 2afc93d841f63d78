"""My hours and my status (R13 to R21, D4)."""

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.availability import Status
from chalicelib.domain.errors import StatusNeedsConsultation
from chalicelib.domain.hours import DAYS
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Request
from chalicelib.handlers.performers import PersonPage, person_page

bp = Blueprint(__name__)


class Availability(Request):
    """The whole grid: seven rows, Monday first, of 24 characters `0` or `1`, on the wall clock of `zone`: a place of
    the tz database (IANA), kept under its present name whatever spelling of it is sent. `UTC`, `EST` or `Etc/GMT+5` are no places."""

    grid: list[str] = Field(min_length=DAYS, max_length=DAYS, examples=[["0" * 9 + "1" * 9 + "0" * 6] * DAYS])
    zone: str = Field(examples=["Europe/Moscow"])


class StatusBody(Request):
    """`available`: calls ring; `away`: they only show a badge; `busy`, `undefined`: nobody can call."""

    status: Status


@route(bp, "PUT", "/me/availability", act=Act.AVAILABILITY_SET, body=Availability, answer=PersonPage)
def set_availability(ctx: Context, body: Availability) -> PersonPage:
    """Sets the hours in which I consult. Answers my page as others see it."""
    standing = ctx.services.availability.set_hours(ctx.caller.user_id, tuple(body.grid), body.zone)
    return person_page(standing, ctx.now_ms)


@route(
    bp,
    "PUT",
    "/me/status",
    act=Act.STATUS_SET,
    body=StatusBody,
    answer=PersonPage,
    errors=(StatusNeedsConsultation,),
)
def set_status(ctx: Context, body: StatusBody) -> PersonPage:
    """Sets how I can be called, while a consultation of mine is published. Answers my page as others see it."""
    return person_page(ctx.services.availability.set_status(ctx.caller.user_id, body.status), ctx.now_ms)
