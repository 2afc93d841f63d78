"""Every route by every role and by a stranger: the table of rules is what really decides.

Routes come from the app itself: a new one is in the matrix as soon as it is registered."""

import re
from collections import Counter
from typing import Any, cast

import pytest
from chalice.app import RouteEntry

from app import app
from chalicelib.domain.access import Act, rule_of
from chalicelib.domain.people import Role, User
from chalicelib.handlers.routes import Route
from chalicelib.ws import protocol
from tests.support.house import House
from tests.support.people import found, settle
from tests.support.web import Web

STRANGER = "stranger"
NOBODYS_ID = "7" * 26
NOT_LOOKED_AT_AGAIN = {
    Act.LOGOUT_ALL: "only ends what is the caller's own, and a token that was stolen can do no other harm with it",
    Act.THREAD_MARK: "only says what the caller has read, which nobody sees of somebody blocked",
    Act.DISPUTE_MARK: "as a thread's mark",
    Act.PING: "says that the line is open, which nobody sees of somebody blocked",
    Act.CALL_CANCEL: "only ends a call",
    Act.CALL_DECLINE: "only ends a call",
    Act.SESSION_END: "only ends a session",
    Act.SESSION_LIMIT: "only makes a session end sooner, or lets it go on as it would, and is let in as a report",
    Act.SESSION_REPORT: "is let in by the connection that holds a side, from which a block takes it",
    Act.SIGNAL: "as a report",
    Act.CHAT_SEND: "as a report; one that could start the clock does look",
    Act.CHAT_READ: "as a report",
}
"""What users write without being read again, and why: these are said often, or only end something."""
ROLES: dict[str, tuple[Role, ...]] = {
    "user": (),
    "moderator": (Role.MODERATOR,),
    "arbiter": (Role.ARBITER,),
    "admin": (Role.ADMIN,),
}


def entries() -> list[tuple[str, str, RouteEntry]]:
    return [(method, path, entry) for path, by_method in app.routes.items() for method, entry in by_method.items()]


def described() -> list[Route]:
    return [
        cast(Any, entry.view_function).described
        for _, _, entry in entries()
        if hasattr(entry.view_function, "described")
    ]


ROUTES = described()


def ask(web: Web, route: Route) -> Any:
    path = re.sub(r"{\w+}", NOBODYS_ID, route.path)
    body = b"" if route.raw else None
    return web.ask(route.method, path, body, key="matrix-key", x_requested_with="twip")


def allowed(route: Route, roles: tuple[Role, ...] | None) -> bool:
    rule = rule_of(route.act)
    return rule.open or (roles is not None and bool(rule.roles & {Role.USER, *roles}))


def refused_by_the_table(answer: Any, route: Route) -> bool:
    return (answer.code, answer.body and answer.body.get("reason")) == ("unauthenticated", "missing") or (
        answer.code == "forbidden" and answer.body["action"] == route.act
    )


def test_every_route_goes_through_the_one_decorator_and_has_a_rule() -> None:
    assert not [
        f"{method} {path}" for method, path, entry in entries() if not hasattr(entry.view_function, "described")
    ]
    assert not [route.act for route in ROUTES if route.act.rule is None]


def test_no_two_routes_share_an_act_but_for_the_documents() -> None:
    shared = [act for act, n in Counter(route.act for route in ROUTES).items() if n > 1]
    assert set(shared) <= {Act.DOCS_READ}


@pytest.mark.rule("D28")
def test_whatever_users_make_or_change_looks_at_the_person_again_but_for_what_is_listed_with_its_reason() -> None:
    by_route = {route.act for route in ROUTES if route.method not in ("GET", "HEAD")}
    by_frame = {Act(name) for name in protocol.FRAMES.json_schema()["discriminator"]["mapping"]}
    assert {act for act in by_route | by_frame if not rule_of(act).open and not rule_of(act).fresh} == set(
        NOT_LOOKED_AT_AGAIN
    )


@pytest.mark.rule("R2", "R3")
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_stranger_gets_no_further_than_the_open_routes(house: House, web: Web, route: Route) -> None:
    answer = ask(web, route)
    if not allowed(route, None):
        assert (answer.status, answer.code, answer.body["reason"]) == (401, "unauthenticated", "missing")
        return
    if not route.cookie:
        assert not refused_by_the_table(answer, route), answer


@pytest.mark.rule("D28")
@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_where_the_table_lets_it_and_nowhere_else(house: House, web: Web, role: str) -> None:
    roles = ROLES[role]
    person = settle(house, f"{role}@example.org", *roles)
    for route in ROUTES:
        answer = ask(web.by(_again(house, person)), route)
        if allowed(route, roles):
            assert not refused_by_the_table(answer, route) or route.cookie, (route, answer)
            assert answer.status < 500, (route, answer)
        else:
            assert (answer.status, answer.code) == (403, "forbidden"), (route, answer)


def _again(house: House, person: User) -> User:
    """As stored now: a route that signed the person out has raised the epoch."""
    return found(house, person.email)


@pytest.mark.parametrize("route", [r for r in ROUTES if not rule_of(r.act).open], ids=lambda r: f"{r.method} {r.path}")
def test_a_made_up_token_opens_nothing(house: House, web: Web, route: Route) -> None:
    path = re.sub(r"{\w+}", NOBODYS_ID, route.path)
    answer = web.ask(route.method, path, authorization="Bearer made.up.token", idempotency_key="matrix-key")
    assert (answer.status, answer.body["reason"]) == (401, "invalid")


@pytest.mark.parametrize("route", [r for r in ROUTES if rule_of(r.act).fresh], ids=lambda r: f"{r.method} {r.path}")
def test_a_token_from_before_a_block_does_nothing_that_looks_again(house: House, web: Web, route: Route) -> None:
    from chalicelib.services.people.staff import Change

    person = settle(house, "vera@example.org", Role.MODERATOR, Role.ADMIN, Role.ARBITER)
    house.staff.change("somebody else", person.id, Change(blocked=True))
    answer = ask(web.by(person), route)
    assert (answer.status, answer.body["reason"]) == (401, "expired")
