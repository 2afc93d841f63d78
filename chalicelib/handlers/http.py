"""The HTTP edge: one decorator that knows the caller, asks the table of rules, parses, calls, renders, and maps refusals to problems.

    @route(bp, "POST", "/orders", act=Act.ORDER_PLACE, body=PlaceOrder, answer=OrderView, status=201, keyed=True,
           errors=(InsufficientFunds, PriceChanged, OwnTwip, AlreadyOrdered))
    def place(ctx: Context, body: PlaceOrder) -> OrderView:
        return order_view(ctx.services.orders.place(ctx.caller.user_id, body.twip_id, key=ctx.key))

A view takes `ctx`, then what it asked for by name: `body`, `query`, and the path's parameters.
"""

import json
import logging
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from chalice import Blueprint, Response
from chalice.app import Request as HttpRequest
from pydantic import BaseModel

from chalicelib.domain.access import Act, Caller, from_our_pages, permit, rule_of
from chalicelib.domain.errors import Forbidden, KeyInvalid, KeyMissing, Refusal, Unauthenticated, Unavailable
from chalicelib.handlers import parsing, problems
from chalicelib.handlers.models import Page, PageQuery
from chalicelib.handlers.routes import Reply, Route
from chalicelib.services.changes import CommitRefused, Contention
from chalicelib.services.ports import Undelivered
from chalicelib.wiring import Wiring, wiring

__all__ = ["Context", "Reply", "edge", "route"]
log = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., Any])
_KEY = re.compile(r"[\x21-\x7e]{8,128}")


def check_key(key: str) -> None:
    """Raises KeyMissing where there is none, and KeyInvalid unless it is 8 to 128 visible ASCII characters (D12)."""
    if not key:
        raise KeyMissing
    if not _KEY.fullmatch(key):
        raise KeyInvalid


@dataclass(frozen=True)
class Context:
    """A request that was let in."""

    route: Route
    request: HttpRequest
    services: Wiring
    now_ms: int
    visitor: Caller | None
    """Who asks, if anybody is signed in; on open routes a token that is no longer good counts as none."""

    @property
    def caller(self) -> Caller:
        """Who asks, on a route for which one must be signed in."""
        if self.visitor is None:
            raise Unauthenticated(reason="missing")
        return self.visitor

    @property
    def ip(self) -> str:
        """The address that the request came from, for limits only. Raises Unavailable."""
        peer = str(self.request.context.get("identity", {}).get("sourceIp", ""))
        return self.services.cdn.viewer(self.request.headers, peer, self.now_ms)

    def header(self, name: str) -> str:
        """A header's value, or an empty text."""
        return str(self.request.headers.get(name, ""))

    @cached_property
    def raw(self) -> bytes:
        """The body as it came: signatures are made over bytes."""
        body = self.request.raw_body
        return body.encode(errors="surrogatepass") if isinstance(body, str) else body

    @property
    def key(self) -> str:
        """The Idempotency-Key (D12) of a keyed route."""
        return self.header("idempotency-key")

    def sealed(self, cursor: str | None) -> str | None:
        """A cursor as it is handed out: it comes back unchanged, from the same person, to the same route, or it is none. On an open
        route, where everybody reads the same, people may come and go between two parts. Raises Unavailable."""
        return None if cursor is None else self.services.seals.seal(self._purpose, cursor, self.now_ms)

    def unsealed(self, cursor: str) -> str:
        """The cursor within what was handed out. Raises InvalidCursor, Unavailable."""
        return self.services.seals.open(self._purpose, cursor, self.now_ms)

    @property
    def _purpose(self) -> str:
        reader = "" if rule_of(self.route.act).open else self.caller.user_id
        return f"{self.route.act} {reader}"


def route(
    bp: Blueprint,
    method: str,
    path: str,
    *,
    act: Act,
    answer: type[BaseModel] | None = None,
    status: int | None = None,
    media_types: tuple[str, ...] = ("application/json",),
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    keyed: bool = False,
    raw: bool = False,
    cookie: bool = False,
    errors: tuple[type[Refusal], ...] = (),
) -> Callable[[View], View]:
    """Registers a view. The first line of its docstring is its summary in the API's description.

    `keyed` demands an Idempotency-Key; `raw` leaves the body and its media type to the view; `cookie` is for what the browser's cookie
    alone authorises: such a request must carry a header that no other site's page can send (`X-Requested-With`), and not name another
    site as its origin; `errors` are
    the refusals of the use case, beside those of the edge; without `answer` the status is 204."""

    def register(view: View) -> View:
        promised = status or (200 if answer or media_types != ("application/json",) else 204)
        summary = (view.__doc__ or view.__name__).strip().splitlines()[0]
        described = Route(
            name=view.__name__,
            method=method,
            path=path,
            act=act,
            summary=summary,
            answer=answer,
            status=promised,
            media_types=media_types,
            body=body,
            query=query,
            keyed=keyed,
            raw=raw,
            cookie=cookie,
            errors=errors,
        )

        def entry(**parameters: str) -> Response:
            return handle(described, view, bp.current_request, parameters)

        entry.__name__, entry.__module__ = view.__name__, view.__module__
        entry.described = described  # type: ignore[attr-defined]
        bp.route(path, methods=[method], content_types=[] if raw else ["application/json"])(entry)
        return view

    return register


def handle(described: Route, view: Callable[..., Any], request: HttpRequest, parameters: dict[str, str]) -> Response:
    """One request from its arrival to its answer and its line in the log. Never raises."""
    started = time.perf_counter()
    services = wiring()
    ident, currency = request_id(request), services.settings.currency
    visitor: Caller | None = None
    code = None
    try:
        now_ms = services.clock.now_ms()
        visitor = _let_in(described, request, services, now_ms)
        ctx = Context(described, request, services, now_ms, visitor)
        response = render(described, _handed_out(ctx, view(ctx, **_arguments(described, ctx, parameters))))
    except Refusal as refusal:
        code = refusal.code
        if type(refusal) not in described.refusals:
            log.warning("%s %s does not declare %s", ident, described.act, code)
        response = _refused(refusal, currency, ident)
    except (CommitRefused, Contention, Undelivered) as lost:
        log.warning("%s %s: %s", ident, described.act, type(lost).__name__)
        code = Unavailable.code
        response = _refused(Unavailable(), currency, ident)
    except Exception:
        log.exception("%s %s failed", ident, described.act)
        code = "internal"
        response = _failed(500, ident)
    response.headers.setdefault("X-Request-Id", ident)
    _log_line(described, response.status_code, code, ident, visitor, time.perf_counter() - started)
    return response


def _let_in(described: Route, request: HttpRequest, services: Wiring, now_ms: int) -> Caller | None:
    rule = rule_of(described.act)
    if described.cookie and not _from_our_own(request, services):
        raise Forbidden(action=described.act)
    scheme, _, token = str(request.headers.get("authorization", "")).partition(" ")
    try:
        caller = services.tokens.read(token.strip(), now_ms) if scheme.lower() == "bearer" else None
    except Unauthenticated:
        if not rule.open:
            raise
        caller = None
    if rule.fresh and caller is not None:
        caller = services.identity.still(caller)
    permit(described.act, caller)
    return caller


def _from_our_own(request: HttpRequest, services: Wiring) -> bool:
    origins = [value for name, value in request.headers.items() if name.lower() == "origin"]
    return "x-requested-with" in request.headers and from_our_pages(origins, services.settings.origins)


def _arguments(described: Route, ctx: Context, parameters: dict[str, str]) -> dict[str, Any]:
    parsing.check_path(parameters)
    if described.keyed:
        check_key(ctx.key)
    query = _given_back(ctx, parsing.query_of(described.query, ctx.request.query_params))
    body = None if described.raw else parsing.body_of(described.body, ctx.raw)
    asked_for = {"query": query, "body": body}
    return {**parameters, **{name: value for name, value in asked_for.items() if value is not None}}


def _given_back(ctx: Context, query: BaseModel | None) -> BaseModel | None:
    if not isinstance(query, PageQuery) or query.cursor is None:
        return query
    return query.model_copy(update={"cursor": ctx.unsealed(query.cursor)})


def _handed_out(ctx: Context, answer: Any) -> Any:
    if not isinstance(answer, Page):
        return answer
    return answer.model_copy(update={"next_cursor": ctx.sealed(answer.next_cursor)})


def render(described: Route, answer: Any) -> Response:
    """The view's answer as HTTP: a model, a Reply, or nothing."""
    reply = answer if isinstance(answer, Reply) else Reply(answer)
    text = reply.body.model_dump_json() if isinstance(reply.body, BaseModel) else reply.body or ""
    headers: dict[str, Any] = {
        **({"Content-Type": reply.media_type} if text else {}),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        **reply.headers,
    }
    if reply.cookies:
        headers["Set-Cookie"] = list(reply.cookies)
    return Response(text, headers=headers, status_code=reply.status or described.status)


def _refused(refusal: Refusal, currency: str, ident: str) -> Response:
    document = problems.problem(refusal, currency=currency, request_id=ident)
    return _problem(document, problems.headers(document["status"], refusal))


def _failed(status: int, ident: str) -> Response:
    return _problem(problems.failure(status, request_id=ident), problems.headers(status))


def _problem(document: problems.Problem, headers: dict[str, str]) -> Response:
    kept: dict[str, Any] = {"Content-Type": "application/problem+json", "Cache-Control": "no-store", **headers}
    return Response(problems.to_json(document), headers=kept, status_code=document["status"])


def edge(request: HttpRequest, get_response: Callable[[HttpRequest], Response]) -> Response:
    """Middleware of the app (`app.register_middleware(edge, "http")`): what Chalice refuses by itself is a problem document too."""
    response = get_response(request)
    ours = str(response.headers.get("Content-Type", "")).startswith("application/problem+json")
    if response.status_code < 400 or ours:
        return response
    failed = _failed(response.status_code, request_id(request))
    failed.headers.update({name: value for name, value in response.headers.items() if name == "Allow"})
    return failed


def request_id(request: HttpRequest) -> str:
    """The gateway's id of a request; where there is no gateway, the function's own."""
    return str(request.context.get("requestId") or getattr(request.lambda_context, "aws_request_id", ""))


def _log_line(
    described: Route, status: int, code: str | None, ident: str, visitor: Caller | None, took_s: float
) -> None:
    """One JSON line a request: no bodies, no queries, no headers, so no secrets."""
    line = {
        "log": "http",
        "method": described.method,
        "path": described.path,
        "status": status,
        "code": code,
        "user_id": visitor.user_id if visitor else None,
        "ms": round(took_s * 1000, 1),
        "request_id": ident,
    }
    sys.stdout.write(json.dumps({name: value for name, value in line.items() if value is not None}) + "\n")
    sys.stdout.flush()
