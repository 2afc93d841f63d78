"""Frames that nobody would think of: no text stops the route, every refusal has a published code, and what is refused has changed nothing.

Frames come from the protocol's own models, from those with a part replaced by noise, and from noise alone; they are sent by both sides,
by a stranger and on a line that was never opened, at every stage of a call."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput, Refusal
from chalicelib.domain.kinds import Mode
from chalicelib.services.frames import Frame
from chalicelib.ws import protocol, routes
from chalicelib.ws.push import encode
from tests.support.media import MINUTE
from tests.support.trade import Trade
from tools.asyncapi import ANSWERS

LIMITS = settings(deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
TYPES: list[str] = sorted(protocol.FRAMES.json_schema()["discriminator"]["mapping"])
OF_ANY = {"invalid_input", "unauthenticated"}
"""What every frame may meet. `unavailable` too is published, but nothing here is: it would hide a fault of ours."""
LINES = ("cora-1", "pavel-1", "pavel-2", "eve-1", "never opened")
SURROGATES = st.text(st.characters(), max_size=60)
"""Lone ones too, which JSON can spell and UTF-8 cannot."""
TEXTS = SURROGATES | st.sampled_from(["\0", "\ud800", "a\udfffb", "\ufffe", "\u202e", "a" * 5000, "1e999", "\x7f"])
NUMBERS = st.integers() | st.floats() | st.sampled_from([2**53, 2**63, -(2**63) - 1, 10**38, 10**400, 5e-324])
NOISE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
BROKEN = st.sampled_from(
    [
        "[" * 30_000, '{"type":' * 4_000, '{"type": "ping", "type": "hello"}', '{"type": "ping", "id": "\\ud800"}', "NaN",
        '{"type": "ping", "id": 1' + "0" * 9_000 + "}", '{"type": "ping", "id": 1e999}', '"\\ud800"', "null", "[]", "0", "",
        '{"\\ud800": "\\udc00\\ud800"}', '\ufeff{"type": "ping"}', '{"type": "\\u0000"}', " " * 40_000,
    ]
)  # fmt: skip
STAGES: dict[str, Callable[[Trade], Any]] = {
    "ordered": lambda trade: None,
    "ringing": Trade.ring,
    "answered": Trade.answered,
    "running": Trade.running,
    "ended": lambda trade: trade.house.calls.hang_up(trade.cora, trade.running()),
}


class Stage:
    """A call at some point of its life, with a second tab of the performer and a stranger looking on."""

    def __init__(self, mode: Mode, stage: str) -> None:
        self.trade = Trade(mode)
        STAGES[stage](self.trade)
        self.trade.page("pavel", "pavel-2")
        self.trade.person("eve")
        self.trade.page("eve", "eve-1")
        self.session_id = f"{self.trade.order_id}-0001"

    def stored(self) -> dict[str, Any]:
        """All that a refusal must leave alone: not the `live` table, which keeps signs of life."""
        dynamo = self.trade.house.dynamo
        return {table: sorted(map(str, dynamo.items(table))) for table in ("market", "journal")}

    def send(self, connection_id: str, text: str) -> None:
        """One frame, and whether what came back for it is what may come back."""
        before, told = self.stored(), self.trade.house.air.told
        told.clear()
        context = {"requestContext": {"requestTimeEpoch": self.trade.now_ms}}
        event: Any = SimpleNamespace(connection_id=connection_id, body=text, to_dict=lambda: context)
        assert routes.message(event) == {"statusCode": 200}
        answer = json.loads(encode([tell for tell in told if tell.connection_id == connection_id][-1].frame))
        assert "re" not in answer or answer["re"] == protocol.id_of(text)
        kinds, refusals = _published(text)
        assert answer["type"] in {"error", *(kind.type for kind in kinds)}, (text, answer)
        if answer["type"] == "error":
            assert answer["code"] in OF_ANY | {refusal.code for refusal in refusals}, (text, answer)
            assert self.stored() == before, (text, answer)


def _published(text: str) -> tuple[tuple[type[Frame], ...], tuple[type[Refusal], ...]]:
    """What AsyncAPI says of the frame in this text: its answers, and its refusals beside those of every frame."""
    try:
        return ANSWERS[type(protocol.parse(text))]
    except InvalidInput:
        return (), ()


def fields(stage: Stage) -> st.SearchStrategy[dict[str, Any]]:
    """Parts of frames: as they should be, as often as not."""
    return st.fixed_dictionaries(
        {
            "type": st.sampled_from(TYPES),
            "session_id": st.just(stage.session_id) | st.just(f"{'0' * 26}-0001") | TEXTS,
        },
        optional={
            "id": st.text(max_size=70) | NOISE,
            "order_id": st.just(stage.trade.order_id) | TEXTS,
            "received": st.just(True) | NOISE,
            "limit_blocks": st.integers(-1, 100) | NOISE,
            "stats": st.fixed_dictionaries(
                {"media_bytes": st.integers(-1, 2**54)},
                optional={
                    "first_media_ms": st.integers(-1, 2**54) | NOISE,
                    "samples": st.lists(st.builds(lambda at: MINUTE._asdict() | {"at_ms": at}, st.integers(-1, 2**54)))
                    | NOISE,
                },
            )
            | NOISE,
            "data": st.dictionaries(TEXTS, NOISE, max_size=3) | NOISE,
            "client_id": st.sampled_from(["message-1", "message-2"]) | st.text(max_size=70),
            "text": TEXTS | NOISE,
            "up_to_ms": st.integers(-1, 2**54) | NOISE,
        },
    )


OF_TYPE = {
    "hello": (), "ping": (), "resume": ("session_id",), "call.start": ("order_id", "limit_blocks"), "call.ringing": ("session_id",),
    "call.answer": ("session_id",), "call.cancel": ("session_id",), "call.decline": ("session_id",),
    "session.start": ("session_id",), "session.media": ("session_id", "received"), "session.end": ("session_id",),
    "session.limit": ("session_id", "limit_blocks"), "session.report": ("session_id", "stats"), "signal": ("session_id", "data"),
    "chat.send": ("session_id", "client_id", "text"), "chat.read": ("session_id", "up_to_ms"),
}  # fmt: skip


def of_type(parts: dict[str, Any]) -> dict[str, Any]:
    """Only what a frame of its type has."""
    return {name: value for name, value in parts.items() if name in ("type", "id", *OF_TYPE[parts["type"]])}


@pytest.fixture(params=[(mode, stage) for mode in Mode for stage in STAGES], ids=lambda at: f"{at[0]}-{at[1]}")
def stage(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Stage:
    made = Stage(*request.param)
    monkeypatch.setattr(routes, "wiring", lambda: made.trade.house)
    return made


def test_there_are_parts_for_every_frame() -> None:
    assert sorted(OF_TYPE) == TYPES


def test_no_frame_in_any_order_from_anybody_does_what_is_not_published(stage: Stage) -> None:
    @settings(LIMITS, max_examples=120)
    @given(
        line=st.sampled_from(LINES),
        text=st.one_of(
            fields(stage).map(lambda parts: json.dumps(of_type(parts))),
            fields(stage).map(json.dumps),
            NOISE.map(json.dumps),
        ),
    )
    def sent(line: str, text: str) -> None:
        stage.send(line, text)

    sent()


def test_no_text_at_all_stops_the_route(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(Mode.VIDEO, "running")
    monkeypatch.setattr(routes, "wiring", lambda: stage.trade.house)

    @settings(LIMITS, max_examples=300)
    @given(
        text=st.text(max_size=400)
        | SURROGATES
        | BROKEN
        | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1"))
    )
    def sent(text: str) -> None:
        stage.send("cora-1", text)

    sent()


def test_no_ticket_that_was_not_issued_opens_a_line_or_breaks_the_route(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(Mode.VIDEO, "ordered")
    monkeypatch.setattr(routes, "wiring", lambda: stage.trade.house)

    @settings(LIMITS, max_examples=60)
    @given(query=st.none() | st.dictionaries(st.just("ticket") | TEXTS, TEXTS, max_size=3))
    def opened(query: dict[str, str] | None) -> None:
        event: Any = SimpleNamespace(connection_id="new", to_dict=lambda: {"queryStringParameters": query})
        assert routes.connect(event) == {"statusCode": 401}

    opened()
