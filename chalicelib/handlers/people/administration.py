"""What an admin does about people, and the log of what staff did (D28)."""

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.kinds import Lang
from chalicelib.domain.people import Role, StaffAct, User, UserState
from chalicelib.domain.text import prose
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Address, Instant, Page, PageQuery, Request, View

bp = Blueprint(__name__)


class PeopleQuery(PageQuery):
    """`email` finds one person by the whole address; without it all are listed, newest first."""

    email: Address | None = None


class PersonView(View):
    """A person as an admin sees them."""

    id: str
    email: str
    display_name: str
    lang: Lang
    roles: list[Role]
    state: UserState
    created_at: Instant
    confirmed_at: Instant | None


class PersonChange(Request):
    """What is to be; what is left out stays. `roles` are all the roles, `user` among them. `reason` is kept in the audit log."""

    roles: list[Role] | None = Field(default=None, max_length=len(Role))
    blocked: bool | None = None
    reason: str | None = None


class StaffActView(View):
    """A line of the audit log; `facts` depend on the act."""

    id: str
    at: Instant
    actor_id: str
    act: str
    subject: str
    facts: dict[str, str]


def person_view(user: User) -> PersonView:
    """A person as an admin sees them."""
    return PersonView(
        id=user.id,
        email=user.email,
        display_name=user.display_name,
        lang=user.lang,
        roles=list(user.roles),
        state=user.state,
        created_at=user.created_ms,
        confirmed_at=user.confirmed_ms,
    )


def staff_act_view(act: StaffAct) -> StaffActView:
    """A line of the audit log as an admin sees it."""
    return StaffActView(
        id=act.id, at=act.at_ms, actor_id=act.actor_id, act=act.act, subject=act.subject, facts=act.facts
    )


@route(
    bp,
    "GET",
    "/admin/users",
    act=Act.PEOPLE_LIST,
    query=PeopleQuery,
    answer=Page[PersonView],
)
def people(ctx: Context, query: PeopleQuery) -> Page[PersonView]:
    """People, newest first, or the one with an address."""
    found = ctx.services.staff.people(email=query.email, cursor=query.cursor, limit=query.limit)
    return Page[PersonView].of(found, person_view)


@route(bp, "PATCH", "/admin/users/{user_id}", act=Act.PERSON_CHANGE, body=PersonChange, answer=PersonView)
def change_person(ctx: Context, user_id: str, body: PersonChange) -> PersonView:
    """Sets a person's roles, blocks or unblocks them; never oneself."""
    from chalicelib.services.people.staff import Change

    if body.roles is None and body.blocked is None:
        raise InvalidInput((FieldError("", "required"),))
    reason = prose("reason", body.reason or "", at_least=0, at_most=500)
    roles = None if body.roles is None else frozenset(body.roles)
    change = Change(roles, body.blocked, reason)
    return person_view(ctx.services.staff.change(ctx.caller.user_id, user_id, change))


@route(
    bp,
    "GET",
    "/admin/audit",
    act=Act.AUDIT_READ,
    query=PageQuery,
    answer=Page[StaffActView],
)
def audit(ctx: Context, query: PageQuery) -> Page[StaffActView]:
    """What staff did, newest first."""
    found = ctx.services.staff.log(cursor=query.cursor, limit=query.limit)
    return Page[StaffActView].of(found, staff_act_view)
