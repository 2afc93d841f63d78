"""Frames from clients: what is let in, and with which code everything else is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.ws import protocol
from chalicelib.ws.protocol import MAX_BYTES
from tests.support.media import MINUTE as SAMPLE

ORDER = "0" * 26
SESSION = f"{ORDER}-0001"
ABOUT = {"session_id": SESSION}
MINUTE = SAMPLE._asdict()
FRAMES: dict[str, dict[str, Any]] = {
    "hello": {},
    "ping": {},
    "resume": ABOUT,
    "call.start": {"order_id": ORDER},
    "call.ringing": ABOUT,
    "call.answer": ABOUT,
    "call.cancel": ABOUT,
    "call.decline": ABOUT,
    "session.start": ABOUT,
    "session.media": {**ABOUT, "received": True},
    "session.end": ABOUT,
    "session.limit": {**ABOUT, "limit_blocks": 2},
    "session.report": {**ABOUT, "stats": {"media_bytes": 5}},
    "signal": {**ABOUT, "data": {"sdp": "v=0"}},
    "chat.send": {**ABOUT, "client_id": "message-1", "text": "Привет"},
    "chat.read": {**ABOUT, "up_to_ms": 5},
}


def refused(text: str) -> tuple[tuple[str, str], ...]:
    """The wrong fields of a frame, with their codes."""
    with pytest.raises(InvalidInput) as found:
        protocol.parse(text)
    return tuple((error.field, error.code) for error in found.value.errors)


def text_of(kind: str, **more: Any) -> str:
    return json.dumps({"type": kind, **FRAMES[kind], **more})


@pytest.mark.parametrize("kind", FRAMES)
def test_every_frame_is_read_with_and_without_an_id(kind: str) -> None:
    for more in ({}, {"id": "7"}):
        frame = protocol.parse(text_of(kind, **more))
        assert (frame.type, frame.id) == (kind, more.get("id"))


def test_there_are_no_other_frames() -> None:
    schema = protocol.FRAMES.json_schema()
    assert set(schema["discriminator"]["mapping"]) == set(FRAMES)


@pytest.mark.parametrize("kind", FRAMES)
def test_an_extra_field_is_refused_by_its_name(kind: str) -> None:
    assert refused(text_of(kind, surprise=1)) == (("surprise", "unknown"),)


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind, fields in FRAMES.items() for field in fields])
def test_a_missing_field_is_refused_by_its_name(kind: str, field: str) -> None:
    if (kind, field) == ("session.report", "stats"):
        return
    body = {"type": kind, **FRAMES[kind]}
    del body[field]
    assert refused(json.dumps(body)) == ((field, "required"),)


@pytest.mark.parametrize(
    ("kind", "more", "wrong"),
    [
        ("ping", {"id": ""}, ("id", "too_short")),
        ("ping", {"id": "x" * 65}, ("id", "too_long")),
        ("ping", {"id": 7}, ("id", "invalid")),
        ("call.start", {"order_id": "O" * 26}, ("order_id", "invalid")),
        ("call.start", {"order_id": f"{ORDER}\n"}, ("order_id", "invalid")),
        ("resume", {"session_id": ORDER}, ("session_id", "invalid")),
        ("resume", {"session_id": f"{SESSION}{'0' * 20}"}, ("session_id", "too_long")),
        ("call.start", {"limit_blocks": 0}, ("limit_blocks", "too_small")),
        ("session.limit", {"limit_blocks": 0}, ("limit_blocks", "too_small")),
        ("session.limit", {"limit_blocks": 97}, ("limit_blocks", "too_large")),
        ("session.limit", {"limit_blocks": 1.5}, ("limit_blocks", "invalid")),
        ("session.media", {"received": False}, ("received", "not_allowed")),
        ("session.report", {"stats": {"media_bytes": -1}}, ("stats.media_bytes", "too_small")),
        ("session.report", {"stats": {"media_bytes": "5"}}, ("stats.media_bytes", "invalid")),
        ("session.report", {"stats": {"media_bytes": 2**53 + 1}}, ("stats.media_bytes", "too_large")),
        ("session.report", {"stats": {"jitter": 1}}, ("stats.jitter", "unknown")),
        ("session.report", {"stats": {"first_media_ms": 253_402_300_800_000}}, ("stats.first_media_ms", "too_large")),
        ("session.report", {"stats": {"samples": None}}, ("stats.samples", "invalid")),
        ("session.report", {"stats": {"samples": [MINUTE] * 33}}, ("stats.samples", "too_long")),
        ("signal", {"data": "v=0"}, ("data", "invalid")),
        ("signal", {"data": {"x": [float("nan")]}}, ("data", "invalid")),
        ("signal", {"data": {"x": float("inf")}}, ("data", "invalid")),
        ("chat.send", {"text": ""}, ("text", "too_short")),
        ("chat.send", {"text": "x" * 4001}, ("text", "too_long")),
        ("chat.send", {"client_id": "short"}, ("client_id", "invalid")),
        ("chat.read", {"up_to_ms": 1.5}, ("up_to_ms", "invalid")),
    ],
)
def test_a_wrong_value_is_refused_by_its_field(kind: str, more: dict[str, Any], wrong: tuple[str, str]) -> None:
    assert refused(text_of(kind, **more)) == (wrong,)


@pytest.mark.rule("D29")
def test_a_report_carries_evidence_or_none() -> None:
    bare = protocol.parse(json.dumps({"type": "session.report", **ABOUT}))
    assert isinstance(bare, protocol.SessionReport)
    assert (bare.stats.media_bytes, bare.stats.first_media_ms, bare.stats.samples) == (None, None, ())
    stats = {"media_bytes": 5, "first_media_ms": 1_800_000_000_000, "samples": [MINUTE] * protocol.MAX_SAMPLES}
    full = protocol.parse(text_of("session.report", stats=stats))
    assert isinstance(full, protocol.SessionReport)
    assert set(protocol.samples(full.stats)) == {SAMPLE}


@pytest.mark.rule("D29")
@pytest.mark.parametrize("field", MINUTE)
@pytest.mark.parametrize("wrong", [-1, 2**53 + 1, 1.5, "5", [], 2])
def test_no_field_of_a_sample_takes_what_it_should_not(field: str, wrong: Any) -> None:
    if wrong == 2 and not field.startswith(("muted", "far_muted")):
        return
    ((where, _),) = refused(text_of("session.report", stats={"samples": [{**MINUTE, field: wrong}]}))
    assert where == f"stats.samples.0.{field}"


@pytest.mark.rule("D29")
@pytest.mark.parametrize("field", MINUTE)
def test_a_sample_is_whole_or_refused(field: str) -> None:
    part = {name: value for name, value in MINUTE.items() if name != field}
    assert refused(text_of("session.report", stats={"samples": [part]})) == ((f"stats.samples.0.{field}", "required"),)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", ("", "not_json")),
        ("not json", ("", "not_json")),
        ('{"type":"ping"', ("", "not_json")),
        ('"\ud800"', ("", "not_json")),
        ('{"type":"ping","id":"\\ud800"}', ("", "not_json")),
        ("[" * 20_000, ("", "not_json")),
        ("null", ("", "invalid")),
        ("[]", ("", "invalid")),
        ("{}", ("type", "required")),
        ('{"type":"pong"}', ("type", "not_allowed")),
        ('{"type":["ping"]}', ("type", "not_allowed")),
    ],
)
def test_what_is_no_frame_is_refused(text: str, wrong: tuple[str, str]) -> None:
    assert refused(text) == (wrong,)


def test_a_value_beyond_a_bound_is_refused_with_the_bound() -> None:
    with pytest.raises(InvalidInput) as found:
        protocol.parse(text_of("chat.send", text="x" * 4001))
    assert found.value.errors == (FieldError("text", "too_long", 4000),)


def test_a_frame_of_32_kilobytes_is_let_in_and_a_larger_one_is_not() -> None:
    frame = {"type": "signal", **FRAMES["signal"], "data": {"x": ""}}
    room = MAX_BYTES - len(json.dumps(frame))
    frame["data"] = {"x": "x" * room}
    assert protocol.parse(json.dumps(frame)).type == "signal"
    frame["data"] = {"x": "x" * (room + 1)}
    with pytest.raises(InvalidInput) as found:
        protocol.parse(json.dumps(frame))
    (error,) = found.value.errors
    assert (error.code, error.limit) == ("too_large", MAX_BYTES)


def test_the_limit_is_of_bytes_not_of_letters() -> None:
    text = json.dumps({"type": "signal", **FRAMES["signal"], "data": {"x": "ж" * 17_000}}, ensure_ascii=False)
    assert len(text) < MAX_BYTES
    assert refused(text) == (("", "too_large"),)


@pytest.mark.parametrize(
    ("text", "ident"),
    [
        ('{"id":"7","type":"no such thing"}', "7"),
        ('{"id":"7","surprise":[1,2]}', "7"),
        ('{"id":7}', None),
        ('{"id":""}', None),
        ('{"id":"\\ud800"}', None),
        (json.dumps({"id": "x" * 65}), None),
        ('["7"]', None),
        ("not json", None),
        ("[" * 32_000, None),
    ],
)
def test_the_id_is_found_also_in_what_is_malformed_otherwise(text: str, ident: str | None) -> None:
    assert protocol.id_of(text) == ident


@given(
    st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x)).map(json.dumps)
)
def test_no_text_whatever_does_anything_but_be_refused(text: str) -> None:
    protocol.id_of(text)
    with pytest.raises(InvalidInput):
        protocol.parse(text)
