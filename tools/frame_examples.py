"""One example of every frame, for the description of the API. Made of the frames themselves, each is valid."""

from typing import Any

from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.sessions import Reason, State
from chalicelib.services import frames
from chalicelib.ws import protocol

ORDER = "01k2m3n4p5q6r7s8t9v0w1x2y3"
DISPUTE = "01jd3v8m6q4z7w2x5n9r1t0d5p"
SESSION = f"{ORDER}-0001"
MESSAGE = "01k2m3n4p5q6r7s8t9v0w1x2y5"
USER = "01k2m3n4p5q6r7s8t9v0w1x2y4"
T0 = 1_767_168_000_000
MINUTE = 60_000
TITLE = {"en": "Chess openings", "ru": "Шахматные дебюты"}
ICE: tuple[dict[str, Any], ...] = (
    {"urls": ["turn:turn.example.org:3478"], "username": f"1767178800:{USER}", "credential": "c2VjcmV0"},
)
OFFER = {"description": {"type": "offer", "sdp": "v=0\r\n"}}

SAMPLE = protocol.MediaSample(
    at_ms=T0 + MINUTE,
    span_ms=MINUTE,
    received_bytes=9_421_377,
    sent_bytes=0,
    received_packets=9_012,
    lost_packets=3,
    far_lost_packets=0,
    decoded_frames=1_796,
    frame_width=1280,
    frame_height=720,
    jitter_ms=7,
    far_jitter_ms=0,
    round_trip_ms=42,
    muted_audio=True,
    muted_video=True,
    far_muted_audio=False,
    far_muted_video=False,
)

_CLIENT: tuple[protocol.ClientFrame, ...] = (
    protocol.Hello(type="hello", id="1"),
    protocol.Ping(type="ping", id="2"),
    protocol.Resume(type="resume", id="3", session_id=SESSION),
    protocol.CallStart(type="call.start", id="4", order_id=ORDER, limit_blocks=2),
    protocol.CallRingingAck(type="call.ringing", id="5", session_id=SESSION),
    protocol.CallAnswer(type="call.answer", id="6", session_id=SESSION),
    protocol.CallCancel(type="call.cancel", id="7", session_id=SESSION),
    protocol.CallDecline(type="call.decline", id="8", session_id=SESSION),
    protocol.SessionStart(type="session.start", id="9", session_id=SESSION),
    protocol.SessionMedia(type="session.media", id="10", session_id=SESSION, received=True),
    protocol.SessionEnd(type="session.end", id="11", session_id=SESSION),
    protocol.SessionLimit(type="session.limit", id="12", session_id=SESSION, limit_blocks=2),
    protocol.SessionReport(
        type="session.report",
        id="13",
        session_id=SESSION,
        stats=protocol.Stats(media_bytes=48_211_904, first_media_ms=T0, samples=(SAMPLE,)),
    ),
    protocol.SignalFrame(type="signal", id="14", session_id=SESSION, data=OFFER),
    protocol.ChatSend(type="chat.send", id="15", session_id=SESSION, client_id="m-000001", text="Good afternoon!"),
    protocol.ChatReadFrame(type="chat.read", id="16", session_id=SESSION, up_to_ms=T0 + MINUTE),
)
_SERVER: tuple[frames.Frame, ...] = (
    frames.Welcome(USER, T0, 40_000, (50_000, 30_000), 20_000, re="1"),
    frames.Pong(T0, re="2"),
    frames.Done(re="9"),
    frames.Error("not_callable", {"reason": "status"}, re="4"),
    frames.CallIncoming(SESSION, ORDER, TITLE, Mode.VIDEO, "Anna", silent=False, until_ms=T0 + MINUTE, limit_blocks=2),
    frames.CallCount(2),
    frames.CallRinging(SESSION, T0 + MINUTE, limit_blocks=2, re="4"),
    frames.CallAnswered(SESSION, Mode.VIDEO, T0 + 5 * MINUTE, here=True, ice_servers=ICE, re="6"),
    frames.CallEnded(SESSION, Reason.MISSED),
    frames.SessionPending(SESSION, T0 + MINUTE // 2),
    frames.SessionStarted(
        SESSION, T0, T0 + 15 * MINUTE, voidable_until_ms=T0 + MINUTE, amount_minor=0, balance_minor=150_000
    ),
    frames.SessionCharged(
        SESSION, block=1, amount_minor=-50_000, paid_until_ms=T0 + 30 * MINUTE, balance_minor=100_000
    ),
    frames.SessionLowBalance(SESSION, boundary_ms=T0 + 30 * MINUTE, missing_minor=12_500),
    frames.SessionLimited(SESSION, limit_blocks=2, limit_ms=T0 + 30 * MINUTE, re="12"),
    frames.SessionLimitNear(SESSION, boundary_ms=T0 + 30 * MINUTE),
    frames.SessionInterrupted(
        SESSION, (Side.PERFORMER,), media_awaited=(Side.PERFORMER,), until_ms=T0 + 16 * MINUTE, epoch=1
    ),
    frames.SessionResumed(
        session_id=SESSION,
        side=Side.PERFORMER,
        state=State.RUNNING,
        mode=Mode.VIDEO,
        pending=False,
        until_ms=None,
        t0_ms=T0,
        paid_until_ms=T0 + 30 * MINUTE,
        voidable_until_ms=None,
        lost=(),
        media_awaited=(),
        epoch=2,
        ice_servers=ICE,
        re="3",
    ),
    frames.SessionMoved(SESSION),
    frames.SessionEnded(
        session_id=SESSION,
        reason=Reason.INSUFFICIENT_FUNDS,
        by=(),
        billed_blocks=2,
        billed_minor=100_000,
        returned_blocks=0,
        returned_minor=0,
        duration_ms=30 * MINUTE,
        ended_ms=T0 + 30 * MINUTE,
    ),
    frames.Signal(SESSION, OFFER),
    frames.ChatMessage(SESSION, Side.CUSTOMER, "m-000001", "Good afternoon!", T0, re="15"),
    frames.ChatRead(SESSION, T0 + MINUTE),
    frames.Balance(100_000),
    frames.Status("available"),
    frames.OrderUpdated(ORDER),
    frames.MessageNew(ORDER, MESSAGE, Party.CUSTOMER, T0),
    frames.MessageRead(ORDER, Party.PERFORMER, T0),
    frames.DisputeUpdated(DISPUTE, ORDER),
    frames.Notice("twip_approved", {"twip_id": ORDER}),
)
BY_FRAME: dict[type, protocol.ClientFrame | frames.Frame] = {
    **{type(one): one for one in _CLIENT},
    **{type(one): one for one in _SERVER},
}
