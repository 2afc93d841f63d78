"""Frames that clients send: pure models; AsyncAPI is generated from them. A frame is one JSON object of at most 32 KB."""

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from chalicelib import validation_codes
from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.media_reports import Sample
from chalicelib.domain.sessions import LIMIT_AT_MOST

MAX_BYTES = 32 * 1024
Ident = Annotated[str, Field(pattern=r"^[0-9a-z]{26}$")]
SessionIdent = Annotated[str, Field(pattern=r"^[0-9a-z]{26}-[0-9]{4,}$", max_length=40)]
ClientIdent = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{8,64}$")]


class ClientFrame(BaseModel):
    """`id` is the client's own; the answer or the error carries it as `re`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)
    id: str | None = Field(default=None, min_length=1, max_length=64)


class OfSession(ClientFrame):
    """A frame about one session."""

    session_id: SessionIdent


class Hello(ClientFrame):
    """The first frame of a page: from now on frames reach it, and ringing calls are told."""

    type: Literal["hello"]


class Ping(ClientFrame):
    """Keeps the connection and the presence alive (D7). `unauthenticated`: the service took this connection for gone, and closes it; open
    another."""

    type: Literal["ping"]


class Resume(OfSession):
    """Come back to a live session, or take it over in this tab (D18). It brings a lost side back unless its media is awaited."""

    type: Literal["resume"]


Blocks = Annotated[int, Field(ge=1, le=LIMIT_AT_MOST)]


class CallStart(ClientFrame):
    """The customer calls on an order (R37). `limit_blocks`: as many blocks of 15 minutes as they want at most (E24)."""

    type: Literal["call.start"]
    order_id: Ident
    limit_blocks: Blocks | None = None


class CallRingingAck(OfSession):
    """The performer's page rings or shows its badge (D7)."""

    type: Literal["call.ringing"]


class CallAnswer(OfSession):
    """The performer answers (R40)."""

    type: Literal["call.answer"]


class CallCancel(OfSession):
    """The customer gives up ringing; a call that was answered meanwhile goes on."""

    type: Literal["call.cancel"]


class CallDecline(OfSession):
    """The performer declines; a call that another tab answered meanwhile goes on."""

    type: Literal["call.decline"]


class SessionStart(OfSession):
    """The performer starts the session (R41)."""

    type: Literal["session.start"]


class SessionMedia(OfSession):
    """The customer receives video or audio (R42)."""

    type: Literal["session.media"]
    received: Literal[True]


class SessionEnd(OfSession):
    """Either side ends the session (R58)."""

    type: Literal["session.end"]


class SessionLimit(OfSession):
    """The customer wants at most so many blocks of 15 minutes, the first one counted: the session ends when they are over. Null lifts the
    limit. It is no less than the block under way, which is "stop after these 15 minutes" (E24)."""

    type: Literal["session.limit"]
    limit_blocks: Blocks | None


Count = Annotated[int, Field(ge=0, le=2**53)]
Pixels = Annotated[int, Field(ge=0, le=16_384)]
Moment = Annotated[int, Field(ge=0, le=253_402_300_799_999)]
"""Until the end of the year 9999: what is kept is shown as a date."""
Gauge = Annotated[int | None, Field(ge=0, le=600_000)]
MAX_SAMPLES = 32


BOUNDS: dict[Any, Any] = {int: Count, int | None: Gauge, bool: bool}
"""What a field of a sample may be, by its type, unless it has bounds of its own."""
OWN_BOUNDS: dict[str, Any] = {
    "at_ms": Annotated[Moment, Field(description="The stretch's end, by the page's idea of the server's time.")],
    "span_ms": Annotated[int, Field(ge=0, le=3_600_000)],
    "frame_width": Pixels,
    "frame_height": Pixels,
}
if TYPE_CHECKING:
    MediaSample = Sample
else:
    MediaSample = create_model(
        "MediaSample",
        __config__=ConfigDict(extra="forbid", frozen=True, strict=True),
        __doc__="""Media evidence: a stretch of the call, a minute as a rule, as the sender's page measured it. Counts are those of the
        stretch, all else is as at its end, `far_...` as the other side says of itself; null where the browser does not know.""",
        **{name: (OWN_BOUNDS.get(name, BOUNDS[kind]), ...) for name, kind in get_type_hints(Sample).items()},
    )
    """A sample as a page sends it: the fields of the domain's, within bounds."""


class Stats(BaseModel):
    """Media flow of the sender's side: bytes received (customer) or sent (performer) since this connection took its side, by
    `call.answered` or `resume`; left out when they have not grown for ten seconds. A page of a video session may add evidence, which is
    kept with the session for its two sides (D29): samples of minutes not reported yet, and once when the first media came."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)
    media_bytes: int | None = Field(default=None, ge=0, le=2**53)
    first_media_ms: Moment | None = None
    samples: tuple[MediaSample, ...] = Field(default=(), max_length=MAX_SAMPLES)


def samples(stats: Stats) -> tuple[Sample, ...]:
    """As they are kept."""
    return tuple(Sample(*(getattr(one, name) for name in Sample._fields)) for one in stats.samples)


class SessionReport(OfSession):
    """A sign of life, unasked, before each boundary; and in a video session as soon as bytes grow after `session.interrupted` or
    `session.resumed` (D18)."""

    type: Literal["session.report"]
    stats: Stats = Stats()


def _finite(data: dict[str, Any]) -> dict[str, Any]:
    """NaN and the infinities pass for numbers here, and would break the other side's parser: they are no JSON. Raises ValueError."""
    json.dumps(data, allow_nan=False)
    return data


class SignalFrame(OfSession):
    """SDP and ICE for the other side; not looked at."""

    type: Literal["signal"]
    data: Annotated[dict[str, Any], AfterValidator(_finite)]


class ChatSend(OfSession):
    """A message. `client_id` makes a repeat of it the same message (D20)."""

    type: Literal["chat.send"]
    client_id: ClientIdent
    text: str = Field(min_length=1, max_length=4000)


class ChatReadFrame(OfSession):
    """The reader has read everything up to this instant."""

    type: Literal["chat.read"]
    up_to_ms: int = Field(ge=0, le=2**53)


AnyFrame = Annotated[
    Hello
    | Ping
    | Resume
    | CallStart
    | CallRingingAck
    | CallAnswer
    | CallCancel
    | CallDecline
    | SessionStart
    | SessionMedia
    | SessionEnd
    | SessionLimit
    | SessionReport
    | SignalFrame
    | ChatSend
    | ChatReadFrame,
    Field(discriminator="type"),
]
FRAMES: TypeAdapter[AnyFrame] = TypeAdapter(AnyFrame, config=ConfigDict(defer_build=True))


def parse(text: str) -> AnyFrame:
    """The frame in a text. Raises InvalidInput: too large, not JSON, unknown type, wrong fields."""
    raw = text.encode(errors="surrogatepass")
    if len(raw) > MAX_BYTES:
        raise InvalidInput((FieldError("", "too_large", MAX_BYTES),))
    try:
        return FRAMES.validate_json(raw)
    except ValidationError as error:
        raise validation_codes.invalid(error, skip=1) from None


def id_of(text: str) -> str | None:
    """The `id` of a frame that may be malformed otherwise, so that its error can name it."""
    try:
        found = json.loads(text[: MAX_BYTES + 1])
        ident = found.get("id") if isinstance(found, dict) else None
        if isinstance(ident, str):
            ident.encode()
    except (ValueError, RecursionError):
        return None
    return ident if isinstance(ident, str) and 0 < len(ident) <= 64 else None
