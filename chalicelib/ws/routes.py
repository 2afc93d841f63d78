"""The three routes of the WebSocket API. A frame comes in, a use case is called, its answer or its coded refusal goes back."""

import logging
from dataclasses import asdict, is_dataclass
from typing import Any, assert_never

from chalicelib.domain.access import Act, Caller, from_our_pages, permit
from chalicelib.domain.chat import clean_message
from chalicelib.domain.connections import Connection
from chalicelib.domain.errors import LimitReached, Refusal, Unauthenticated
from chalicelib.domain.people import Role
from chalicelib.services.frames import Done, Error, Frame, Pong, Welcome
from chalicelib.wiring import Wiring, wiring
from chalicelib.ws import protocol

log = logging.getLogger(__name__)
Answer = dict[str, int]
HOLDER = Caller(user_id="", roles=frozenset({Role.USER}), epoch=0)
"""What is known of whoever holds a connection: tickets are for people who are signed in."""


def connect(event: Any) -> Answer:
    """Opens a connection for a single-use ticket; 401 without one, 403 for a page of another site."""
    data = event.to_dict()
    if _is_frame(data):
        return message(event)
    ticket = (data.get("queryStringParameters") or {}).get("ticket", "")
    w = wiring()
    if not from_our_pages(_origins(data), w.settings.origins):
        return {"statusCode": 403}
    try:
        w.connections.open(ticket, event.connection_id, w.clock.now_ms())
    except Unauthenticated:
        return {"statusCode": 401}
    return {"statusCode": 200}


def _origins(handshake: dict[str, Any]) -> list[str]:
    """All that the handshake says under this name, however it is written: gateways differ in capitals."""
    single = {name: [value] for name, value in (handshake.get("headers") or {}).items()}
    headers = [*single.items(), *(handshake.get("multiValueHeaders") or {}).items()]
    return [value for name, values in headers if name.lower() == "origin" for value in values]


def disconnect(event: Any) -> Answer:
    """Best effort only: what it misses, liveness at the boundary finds (D18)."""
    if _is_frame(event.to_dict()):
        return message(event)
    w = wiring()
    try:
        w.sessions.disconnected(w.connections.holder(event.connection_id))
    except Refusal as refusal:
        log.info("disconnect: %s", refusal.code)
    return {"statusCode": 200}


def message(event: Any) -> Answer:
    """One frame. Every refusal is answered with its code; anything unforeseen as `unavailable`, so that the page can try again. A line
    that is not let in, or not any more, is told so and closed."""
    w, connection_id, text = wiring(), event.connection_id, event.body or ""
    frame: protocol.AnyFrame | None = None
    try:
        frame = protocol.parse(text)
        permit(Act(frame.type), HOLDER)
        answer = dispatch(w, connection_id, frame, _received_ms(event))
    except Refusal as refusal:
        answer = Error(refusal.code, _facts(refusal))
    except Exception:
        log.exception("frame failed")
        answer = Error("unavailable")
    ident = frame.id if frame else protocol.id_of(text)
    w.connections.tell(connection_id, answer.answering(ident))
    if isinstance(answer, Error) and _refuses_line(answer):
        w.connections.push.close(connection_id)
    return {"statusCode": 200}


def _refuses_line(answer: Error) -> bool:
    """A refusal of the line itself, and not only of what it says."""
    return answer.code == Unauthenticated.code or (answer.code == LimitReached.code and answer.facts["what"] == "lines")


def _is_frame(data: dict[str, Any]) -> bool:
    """Whether a page has sent this, and not the gateway: a frame chooses its route, also this one, by its `action`."""
    return bool(data.get("requestContext", {}).get("eventType") == "MESSAGE")


def _received_ms(event: Any) -> int:
    """When the gateway had the frame, which may be long before a busy function has it."""
    received: int = event.to_dict()["requestContext"]["requestTimeEpoch"]
    return received


def dispatch(w: Wiring, connection_id: str, frame: protocol.AnyFrame, received_ms: int) -> Frame:
    """Calls the use case of a frame and answers with its frame, or `done`. Frames of a session's talk are authorised by the
    connection that holds a side; all others by the user who holds the connection, who is read for these alone."""

    def user() -> Connection:
        return w.connections.holder(connection_id)

    match frame:
        case protocol.Hello():
            return _hello(w, user())
        case protocol.Ping():
            return _ping(w, user())
        case protocol.Resume():
            return w.sessions.resume(user(), frame.session_id)
        case protocol.CallStart():
            return w.calls.start(user(), frame.order_id, frame.limit_blocks)
        case protocol.CallRingingAck():
            w.calls.acknowledge(user(), frame.session_id)
        case protocol.CallAnswer():
            return w.calls.answer(user(), frame.session_id)
        case protocol.CallCancel() | protocol.CallDecline():
            w.calls.give_up(user(), frame.session_id)
        case protocol.SessionEnd():
            w.calls.hang_up(user(), frame.session_id, received_ms)
        case protocol.SessionLimit():
            return w.sessions.limit(user(), frame.session_id, frame.limit_blocks)
        case protocol.SessionStart():
            w.sessions.press_start(user(), frame.session_id)
        case protocol.SessionMedia():
            w.sessions.receive_media(user(), frame.session_id)
        case protocol.SessionReport():
            return _report(w, connection_id, frame)
        case protocol.SignalFrame():
            w.sessions.signal(connection_id, frame.session_id, frame.data)
        case protocol.ChatSend():
            text = clean_message(frame.text)
            return w.sessions.say(connection_id, frame.session_id, frame.client_id, text)
        case protocol.ChatReadFrame():
            w.sessions.read_up_to(connection_id, frame.session_id, frame.up_to_ms)
        case _:
            assert_never(frame)
    return Done()


def _report(w: Wiring, connection_id: str, frame: protocol.SessionReport) -> Frame:
    stats = frame.stats
    resumed = w.sessions.report(connection_id, frame.session_id, stats.media_bytes)
    w.media_reports.keep(connection_id, frame.session_id, stats.first_media_ms, protocol.samples(stats))
    return resumed or Done()


def _ping(w: Wiring, user: Connection) -> Frame:
    now_ms = w.clock.now_ms()
    w.connections.ping(user, now_ms)
    return Pong(now_ms)


def _hello(w: Wiring, user: Connection) -> Frame:
    now_ms = w.clock.now_ms()
    w.connections.hello(user, now_ms)
    w.calls.ring_again(user, now_ms)
    durations = w.settings.durations
    reports = (durations.first_report_ms, durations.second_report_ms)
    return Welcome(user.user_id, now_ms, durations.keepalive_ms, reports, durations.waiting_report_ms)


def _facts(refusal: Refusal) -> dict[str, Any]:
    return {name: _plain(value) for name, value in refusal.facts.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: part for name, part in asdict(value).items() if part is not None}
    return value
