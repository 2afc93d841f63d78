"""AsyncAPI 3 of the WebSocket API, made from the frames that are parsed and sent, so that it cannot say anything else than they do."""

import ast
import inspect
import json
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from pydantic import TypeAdapter

from chalicelib.domain import errors
from chalicelib.domain.connections import CONNECTIONS_AT_MOST
from chalicelib.domain.errors import Refusal
from chalicelib.services import frames
from chalicelib.services.frames import Frame
from chalicelib.ws import protocol
from chalicelib.ws.protocol import ClientFrame
from chalicelib.ws.push import encode
from tools import frame_examples

Schema = dict[str, Any]
_REFS = "#/components/schemas/{model}"
_ABOUT = f"""\
Everything that happens at once: ringing, paid sessions, chat, balances. What is slow or lasting is in the REST API, `/api/openapi.json`.

**Connecting.** `POST /api/me/ws-ticket` gives a ticket that opens one connection and is good for 30 s: \
`wss://<host>/ws?ticket=<ticket>`. One that is unknown, used or expired is refused with HTTP 401 before the connection is made. \
The first frame is `hello`; the service sends nothing before it. A connection lives two hours at most and is closed after ten minutes \
of silence: reconnect with a new ticket, say `hello`, then `resume` a session that is live. Signing out everywhere, another password and a \
block by staff close all connections of a user; what is still begun on one is refused with `unauthenticated`. A user has \
{CONNECTIONS_AT_MOST} connections at most, and one more is refused with `limit_reached` (`lines`). After either of these errors the \
service closes the connection: do not reconnect before the person has signed in, or closed another tab.

**Frames** are JSON objects of at most 32 KB; a larger one closes the connection with 1009. The answer to a frame, or its `error`, \
carries the frame's `id` as `re`. A refused frame has changed nothing; one that got no answer may be sent again. Times are \
milliseconds since the epoch, UTC, by the service's clock; money is in minor units of the deployment's one currency. Absent facts are \
left out. Frames may overtake each other or come twice; clients ignore fields and types that they do not know.

**A call.** The customer sends `call.start`; every page of the performer gets `call.incoming` and acknowledges with `call.ringing`; \
the first `call.answer` wins. Video: the two pages exchange `signal`; the performer sends `session.start`, the customer \
`session.media` when the first picture or sound has come, and the clock starts with the later of the two. Text: it starts with the \
customer's second message. Both pages send `session.report` before every boundary (`paid_until_ms`), in video with the bytes that \
flowed. A report of a video session may carry evidence: what the page measured minute by minute, kept with the session for its two \
sides. `session.end` ends it at any moment.

**A limit.** The customer may say how many blocks they want at most, in `call.start` or with `session.limit`, and change or lift it until \
the boundary where it ends the session as `limit_reached`. The performer's page sees it, too. What is committed before the boundary's \
debit counts: a limit that comes too late is refused with `limit_too_low`, and `least_blocks` is what is left to ask for.

**A pause.** While a side is lost nothing is debited, and after 45 s (`until_ms`) the session ends. A side whose connection closed is \
back with `resume`. So is, in a text session, one that was silent before a boundary. In a video session one that was silent, or whose \
media did not flow, is in `media_awaited`: it is back with a `session.report` whose bytes have grown, and `resume` alone changes only \
the connection that speaks for it.
"""
_EVERY_FRAME: tuple[type[Refusal], ...] = (errors.InvalidInput, errors.Unauthenticated, errors.Unavailable)
_TALK: tuple[type[Refusal], ...] = (errors.SessionMoved, errors.SessionOver, errors.WrongState)
_MARK: tuple[type[Refusal], ...] = (*_TALK, errors.NotFound, errors.Forbidden)
_HANG_UP: tuple[type[Refusal], ...] = (errors.NotFound, errors.WrongState)
_CALL: tuple[type[Refusal], ...] = (
    errors.NotFound,
    errors.Forbidden,
    errors.WrongState,
    errors.CallLive,
    errors.NotCallable,
    errors.InsufficientFunds,
    errors.FreeLimit,
    errors.LimitReached,
    errors.SessionOver,
    errors.SessionMoved,
)
ANSWERS: dict[type[ClientFrame], tuple[tuple[type[Frame], ...], tuple[type[Refusal], ...]]] = {
    protocol.Hello: ((frames.Welcome,), (errors.LimitReached,)),
    protocol.Ping: ((frames.Pong,), ()),
    protocol.Resume: ((frames.SessionResumed, frames.SessionEnded), (errors.NotFound, errors.WrongState)),
    protocol.CallStart: ((frames.CallRinging,), _CALL),
    protocol.CallRingingAck: ((frames.Done,), (errors.NotFound, errors.SessionOver, errors.WrongState)),
    protocol.CallAnswer: (
        (frames.CallAnswered,),
        (errors.NotFound, errors.SessionOver, errors.WrongState, errors.NotCallable),
    ),
    protocol.CallCancel: ((frames.Done,), _HANG_UP),
    protocol.CallDecline: ((frames.Done,), _HANG_UP),
    protocol.SessionStart: ((frames.Done,), _MARK),
    protocol.SessionMedia: ((frames.Done,), _MARK),
    protocol.SessionEnd: ((frames.Done,), _HANG_UP),
    protocol.SessionLimit: ((frames.SessionLimited, frames.SessionEnded), (*_MARK, errors.LimitTooLow)),
    protocol.SessionReport: ((frames.Done, frames.SessionResumed, frames.SessionEnded), (errors.SessionMoved,)),
    protocol.SignalFrame: ((frames.Done,), _TALK),
    protocol.ChatSend: ((frames.ChatMessage,), _TALK),
    protocol.ChatReadFrame: ((frames.Done,), _TALK),
}
"""What answers each frame of a client, and which refusals it may meet beside those of every frame."""


def client_frames() -> list[type[ClientFrame]]:
    """The frames that clients send, in the order of the protocol."""
    return list(ANSWERS)


def server_frames() -> list[type[Frame]]:
    """The frames that the service sends, in the order of their module."""
    return [
        made
        for made in vars(frames).values()
        if isinstance(made, type) and issubclass(made, Frame) and made is not Frame
    ]


def document() -> dict[str, Any]:
    """The whole document. Raises KeyError when a frame has no example, ValueError when two schemas share a name."""
    shared: dict[str, Schema] = {}
    docs = _field_docs(frames)
    messages: dict[str, Any] = {}
    for model in client_frames():
        messages[model.__name__] = _message(model, _client_schema(model, shared), "#/id")
    for sent in server_frames():
        schema = _error_schema(shared) if sent is frames.Error else _server_schema(sent, docs, shared)
        messages[sent.__name__] = _message(sent, schema, "#/re" if "re" in schema["properties"] else None)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Twip: live frames", "version": "1.0.0", "description": _ABOUT},
        "defaultContentType": "application/json",
        "servers": {"origin": _server()},
        "channels": {"socket": _channel(messages)},
        "operations": {**_received(), **_sent()},
        "components": {
            "messages": messages,
            "schemas": dict(sorted(shared.items())),
            "securitySchemes": {
                "ticket": {
                    "type": "httpApiKey",
                    "name": "ticket",
                    "in": "query",
                    "description": "From `POST /api/me/ws-ticket`: opens one connection, good for 30 s.",
                }
            },
        },
    }


def _server() -> Schema:
    return {
        "host": "{host}",
        "protocol": "wss",
        "description": "The one origin of the web client and both APIs; plain `ws` on a local run.",
        "variables": {"host": {"default": "127.0.0.1:8400"}},
        "security": [{"$ref": "#/components/securitySchemes/ticket"}],
    }


def _channel(messages: Iterable[str]) -> Schema:
    query = {
        "type": "object",
        "properties": {"ticket": {"type": "string", "description": "The single-use ticket."}},
        "required": ["ticket"],
    }
    return {
        "address": "/ws",
        "title": "The one connection of a page",
        "servers": [{"$ref": "#/servers/origin"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"ws": {"method": "GET", "query": query, "bindingVersion": "0.1.0"}},
    }


def _of_channel(made: Iterable[type]) -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/socket/messages/{one.__name__}"} for one in made]


def _received() -> Schema:
    channel = {"$ref": "#/channels/socket"}
    operations = {}
    for model in client_frames():
        answers, refusals = ANSWERS[model]
        codes = ", ".join(f"`{refusal.code}`" for refusal in (*refusals, *_EVERY_FRAME))
        operations[f"receive{model.__name__}"] = {
            "action": "receive",
            "channel": channel,
            "summary": _text(model),
            "description": f"May be refused with {codes}.",
            "messages": _of_channel([model]),
            "reply": {"channel": channel, "messages": _of_channel((*answers, frames.Error))},
        }
    return operations


def _sent() -> Schema:
    answers_only = {frames.Pong, frames.Welcome, frames.Done, frames.Error, frames.CallRinging}
    return {
        f"send{sent.__name__}": {
            "action": "send",
            "channel": {"$ref": "#/channels/socket"},
            "summary": _text(sent),
            "messages": _of_channel([sent]),
        }
        for sent in server_frames()
        if sent not in answers_only
    }


def _message(made: type, schema: Schema, correlation: str | None) -> Schema:
    kind = schema["properties"]["type"]["const"]
    message = {
        "name": kind,
        "title": made.__name__,
        "summary": _text(made),
        "payload": schema,
        "examples": [{"payload": _example(made)}],
    }
    if correlation:
        message["correlationId"] = {"location": f"$message.payload{correlation}"}
    return message


def _text(made: type) -> str:
    return " ".join(inspect.cleandoc(made.__doc__ or "").split())


def _example(made: type) -> Any:
    example = frame_examples.BY_FRAME[made]
    if isinstance(example, ClientFrame):
        return example.model_dump(mode="json", exclude_none=True)
    return json.loads(encode(example))


# Schemas


def _client_schema(model: type[ClientFrame], shared: dict[str, Schema]) -> Schema:
    return _taken_apart(model.model_json_schema(ref_template=_REFS), shared)


def _server_schema(sent: type[Frame], docs: dict[str, dict[str, str]], shared: dict[str, Schema]) -> Schema:
    """What `as_dict` leaves out is optional; all else is always there."""
    schema = _taken_apart(TypeAdapter(sent).json_schema(ref_template=_REFS), shared, always=True)
    for name, text in docs.get(sent.__name__, {}).items():
        known = schema["properties"][name]
        schema["properties"][name] = {"allOf": [known], "description": text} if "$ref" in known else known
        schema["properties"][name]["description"] = text
    schema["properties"] = {"type": {"type": "string", "const": sent.type}, **schema["properties"]}
    schema["required"] = ["type", *schema.get("required", [])]
    return schema


def _error_schema(shared: dict[str, Schema]) -> Schema:
    """The facts of a refusal stand beside its code, so each code has its own shape."""
    reached = {refusal for _, refusals in ANSWERS.values() for refusal in (*refusals, *_EVERY_FRAME)}
    kinds = sorted(reached, key=lambda refusal: refusal.code)
    for refusal in kinds:
        schema = _taken_apart(TypeAdapter(refusal).json_schema(ref_template=_REFS), shared, always=True)
        schema["properties"] = {"code": {"type": "string", "const": refusal.code}, **schema["properties"]}
        schema["required"] = ["code", *schema.get("required", [])]
        schema |= {"title": f"Refused: {refusal.code}", "description": _text(refusal)}
        _share(shared, f"refused_{refusal.code}", schema)
    return {
        "type": "object",
        "title": "Error",
        "properties": {
            "type": {"type": "string", "const": frames.Error.type},
            "code": {"type": "string", "enum": [refusal.code for refusal in kinds]},
            "re": {"type": "string"},
        },
        "required": ["type", "code"],
        "oneOf": [{"$ref": _REFS.format(model=f"refused_{refusal.code}")} for refusal in kinds],
    }


def _taken_apart(schema: Schema, shared: dict[str, Schema], *, always: bool = False) -> Schema:
    """The schema without null (absent facts are left out, but for those that a client must give) and without its own definitions, which
    go to `shared`."""
    for name, part in schema.pop("$defs", {}).items():
        _share(shared, name, part)
    given = () if always else schema.get("required", ())
    properties = {
        name: _untitled(part) if name in given else _no_null(part)
        for name, part in schema.get("properties", {}).items()
    }
    optional = {name for name, part in schema.get("properties", {}).items() if _nullable(part)}
    required = set(properties) - optional if always else set(schema.get("required", ()))
    tidy = {key: part for key, part in schema.items() if key not in ("properties", "required", "description")}
    return {**tidy, "properties": properties, "required": [name for name in properties if name in required]}


def _nullable(part: Schema) -> bool:
    return {"type": "null"} in part.get("anyOf", [])


def _untitled(part: Schema) -> Schema:
    return {key: value for key, value in part.items() if key != "title"}


def _no_null(part: Schema) -> Schema:
    kept = _untitled(part)
    if not _nullable(part):
        return kept
    kept.pop("default", None)
    choices = [choice for choice in kept.pop("anyOf") if choice != {"type": "null"}]
    return {**choices[0], **kept} if len(choices) == 1 else {"anyOf": choices, **kept}


def _share(shared: dict[str, Schema], name: str, schema: Schema) -> None:
    if shared.setdefault(name, schema) != schema:
        raise ValueError(f"two schemas are called {name}")


def _field_docs(module: ModuleType) -> dict[str, dict[str, str]]:
    """The docstrings of fields, by class: dataclasses do not keep them."""
    found: dict[str, dict[str, str]] = {}
    for made in ast.parse(inspect.getsource(module)).body:
        if not isinstance(made, ast.ClassDef):
            continue
        docs = found.setdefault(made.name, {})
        for field, text in zip(made.body, made.body[1:], strict=False):
            match (field, text):
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(doc))):
                    docs[name] = " ".join(doc.split())
    return found
