"""OpenAPI 3.1 of the REST API, made from the routes and models that validate, so that it cannot say anything else than they do."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import fields
from http import HTTPStatus
from types import NoneType
from typing import Any, cast, get_args, get_origin, get_type_hints

from openapi_pydantic import OpenAPI
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from chalicelib.domain.access import ACCESS_LIFE_S, rule_of
from chalicelib.domain.errors import FieldError, Refusal, TooManyAttempts, Unauthenticated
from chalicelib.handlers.models import Money
from chalicelib.handlers.problems import STATUS, failure
from chalicelib.handlers.routes import Route

Schema = dict[str, Any]
REFS = "#/components/schemas/{model}"
ABOUT = f"""\
A marketplace of services with paid time at its heart. What happens at once (calls, paid sessions, chat) is in the WebSocket API, \
`/api/asyncapi.json`.

**Signing in.** `POST /auth/login` gives an access token, which goes into `Authorization: Bearer` and lives {ACCESS_LIFE_S // 60} minutes, \
and a refresh token in a cookie. On a 401 with the reason `expired` call `POST /auth/refresh` and repeat the request.

**Money** is an integer in the currency's smallest unit; **times** are ISO 8601, UTC; **ids** and cursors are opaque.

**Repeats.** A POST that creates something or moves money needs an `Idempotency-Key` of your own making. When you got no answer, send the \
same request with the same key again: you get the first one's. The same key with another request is refused.

**Errors** are problem documents (RFC 9457) with a stable `code` and the facts of that code. A refused request has changed nothing. \
With `unavailable` and `too_many_attempts` wait as `Retry-After` says.
"""
KEY_HEADER: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Your own, new for each thing to be done: a UUID, say.",
    "schema": {"type": "string", "pattern": "^[!-~]{8,128}$"},
}
COOKIE_HEADER: Schema = {
    "name": "X-Requested-With",
    "in": "header",
    "required": True,
    "description": "Any value: no page of another site can send it.",
    "schema": {"type": "string"},
}
SECURITY: Schema = {
    "access_token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "refresh_cookie": {"type": "apiKey", "in": "cookie", "name": "refresh"},
}
TYPES = {bool: "boolean", int: "integer", str: "string"}


def document() -> str:
    """The document's text. Raises SystemExit when two operations have one name."""
    from app import app

    entries = [entry for by_method in app.routes.values() for entry in by_method.values()]
    routes = [cast(Any, entry.view_function).described for entry in entries]
    return text_of(routes)


def text_of(routes: Iterable[Route]) -> str:
    """The document of these routes, in the order of their paths."""
    ordered = sorted(routes, key=lambda route: (route.path, route.method))
    twice = [name for name, n in Counter(map(operation_id, ordered)).items() if n > 1]
    if twice:
        raise SystemExit(f"operations of the same name: {', '.join(twice)}")
    names, schemas = _schemas(ordered)
    paths: dict[str, Schema] = defaultdict(dict)
    for route in ordered:
        paths[route.path][route.method.lower()] = _operation(route, names)
    whole: Schema = {
        "openapi": "3.1.0",
        "info": {"title": "Twip", "version": "1", "description": ABOUT},
        "servers": [{"url": "/api"}],
        "paths": dict(paths),
        "components": {"schemas": {**schemas, **_problems(ordered)}, "securitySchemes": SECURITY},
    }
    _prune(whole)
    OpenAPI.model_validate(whole)
    text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return _readable(text)


def _readable(text: str) -> str:
    """Names that pydantic made: `Page_OrderView_`, and of two classes of one name the whole `chalicelib__billing__ledger__Kind`."""
    text = re.sub(r"\bPage_(\w+?)_(?=\")", r"\1Page", text)
    return re.sub(r"\bchalicelib__(?:[a-z]+__)*([a-z]+)__(\w+)", lambda found: f"{found[1].title()}{found[2]}", text)


class _Untitled(GenerateJsonSchema):
    """`title: Display Name` beside `display_name` tells nobody anything."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        """Never."""
        return False


def _prune(whole: Schema) -> None:
    """Leaves out schemas that nothing refers to: queries are spelled out as parameters."""
    schemas = whole["components"]["schemas"]
    while True:
        said = json.dumps(whole)
        unused = [name for name in schemas if f'"{REFS.format(model=name)}"' not in said]
        if not unused:
            return
        for name in unused:
            del schemas[name]


def operation_id(route: Route) -> str:
    """The name that generated clients call."""
    return f"{tag(route)}_{route.name}"


def tag(route: Route) -> str:
    """The area of a route."""
    first = route.path.split("/")[1]
    return "system" if "." in first or first == "health" else first


def _schemas(routes: list[Route]) -> tuple[dict[tuple[type[BaseModel], JsonSchemaMode], Schema], Schema]:
    wanted: set[tuple[type[BaseModel], JsonSchemaMode]] = {(Money, "serialization")}
    for route in routes:
        wanted |= {(model, "validation") for model in (route.body, route.query) if model}
        wanted |= {(route.answer, "serialization")} if route.answer else set()
    ordered = sorted(wanted, key=lambda pair: (pair[0].__name__, pair[1]))
    refs, definitions = models_json_schema(ordered, ref_template=REFS, schema_generator=_Untitled)
    return cast(dict[tuple[type[BaseModel], JsonSchemaMode], Schema], refs), definitions.get("$defs", {})


def _operation(route: Route, refs: dict[tuple[type[BaseModel], JsonSchemaMode], Schema]) -> Schema:
    operation: Schema = {
        "operationId": operation_id(route),
        "summary": route.summary,
        "tags": [tag(route)],
        "responses": {str(route.status): _answer(route, refs), **_refusals(route)},
    }
    rule = rule_of(route.act)
    if not rule.open:
        operation["security"] = [{"access_token": []}]
        operation["description"] = f"For: {', '.join(sorted(rule.roles))}."
    if route.cookie:
        operation["security"] = [{"refresh_cookie": []}]
    parameters = [*_path(route), *_query(route), *([KEY_HEADER] if route.keyed else [])]
    parameters += [COOKIE_HEADER] if route.cookie else []
    if parameters:
        operation["parameters"] = parameters
    if route.body:
        content = {"application/json": {"schema": refs[(route.body, "validation")]}}
        operation["requestBody"] = {"required": True, "content": content}
    if route.raw:
        operation["requestBody"] = {"required": True, "content": {"*/*": {"schema": {"type": "string"}}}}
    return operation


def _path(route: Route) -> list[Schema]:
    schema = {"type": "string", "pattern": "^[0-9A-Za-z_-]{1,64}$"}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in route.parameters]


def _query(route: Route) -> list[Schema]:
    if route.query is None:
        return []
    schema = route.query.model_json_schema(ref_template=REFS, schema_generator=_Untitled)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _one_type(part)}
        for name, part in schema["properties"].items()
    ]


def _one_type(part: Schema) -> Schema:
    """A parameter is there or not; it is never null."""
    kept = {name: value for name, value in part.items() if not (name == "default" and value is None)}
    options = [option for option in kept.pop("anyOf", []) if option != {"type": "null"}]
    return {**kept, **options[0]} if len(options) == 1 else {**kept, **({"anyOf": options} if options else {})}


def _answer(route: Route, refs: dict[tuple[type[BaseModel], JsonSchemaMode], Schema]) -> Schema:
    answer: Schema = {"description": HTTPStatus(route.status).phrase}
    if route.answer:
        answer["content"] = {kind: {"schema": refs[(route.answer, "serialization")]} for kind in route.media_types[:1]}
        answer["content"] |= {kind: {"schema": {"type": "string"}} for kind in route.media_types[1:]}
    return answer


def _refusals(route: Route) -> Schema:
    by_status: dict[int, list[type[Refusal]]] = defaultdict(list)
    for kind in sorted(route.refusals, key=lambda kind: kind.code):
        by_status[STATUS[kind]].append(kind)
    refusals = {str(status): _refusal(kinds) for status, kinds in sorted(by_status.items())}
    return {**refusals, **({"415": _edge(415)} if route.body else {}), "500": _edge(500)}


def _edge(status: int) -> Schema:
    """What no use case answers."""
    code = failure(status, request_id="")["code"]
    return _problem_answer(f"`{code}`", {"$ref": REFS.format(model="Problem")})


def _problem_answer(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


def _refusal(kinds: list[type[Refusal]]) -> Schema:
    refs = [{"$ref": REFS.format(model=_name(kind))} for kind in kinds]
    codes = ", ".join(f"`{kind.code}`" for kind in kinds)
    schema = refs[0] if len(refs) == 1 else {"oneOf": refs}
    answer = _problem_answer(codes, schema)
    if TooManyAttempts in kinds:
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    if Unauthenticated in kinds:
        answer["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return answer


def _problems(routes: list[Route]) -> Schema:
    kinds = {kind for route in routes for kind in route.refusals}
    field_error = {
        "type": "object",
        "description": _first_line(FieldError),
        "required": ["field", "code"],
        "properties": {"field": {"type": "string"}, "code": {"type": "string"}, "limit": {"type": "integer"}},
    }
    return {"FieldError": field_error, "Problem": _plain(), **{_name(kind): _problem(kind) for kind in kinds}}


def _plain() -> Schema:
    members: Schema = {name: {"type": "string"} for name in ("type", "title", "code", "request_id")}
    members["status"] = {"type": "integer"}
    return {
        "type": "object",
        "description": "What every problem says.",
        "required": sorted(members),
        "properties": members,
    }


def _problem(kind: type[Refusal]) -> Schema:
    status = STATUS[kind]
    members: Schema = {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "const": HTTPStatus(status).phrase},
        "status": {"type": "integer", "const": status},
        "code": {"type": "string", "const": kind.code},
        "request_id": {"type": "string"},
    }
    hints = get_type_hints(kind)
    facts = dict(_fact(f.name, hints[f.name]) for f in fields(cast(Any, kind)))
    return {
        "type": "object",
        "description": _first_line(kind),
        "required": [*members, *facts],
        "properties": {**members, **facts},
    }


def _fact(name: str, hint: Any) -> tuple[str, Schema]:
    if name.endswith("_minor"):
        return name.removesuffix("_minor"), {"$ref": REFS.format(model="Money")}
    if name.endswith("_ms"):
        return f"{name.removesuffix('_ms')}_at", {"type": "string", "format": "date-time"}
    if name == "errors":
        return name, {"type": "array", "items": {"$ref": REFS.format(model="FieldError")}}
    if get_origin(hint) is tuple:
        return name, {"type": "array", "items": {"type": TYPES[get_args(hint)[0]]}}
    kinds = [kind for kind in (get_args(hint) or (hint,)) if kind is not NoneType]
    types = [next(json_type for known, json_type in TYPES.items() if issubclass(kind, known)) for kind in kinds]
    return name, {"type": types[0] if NoneType not in get_args(hint) else [*types, "null"]}


def _name(kind: type[Refusal]) -> str:
    return f"{kind.__name__}Problem"


def _first_line(kind: type[Any]) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]
