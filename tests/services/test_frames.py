"""Frames that the server sends: their types are a contract."""

from chalicelib.services.frames import Frame

TYPES = {
    "balance",
    "call.answered",
    "call.count",
    "call.ended",
    "call.incoming",
    "call.ringing",
    "chat.message",
    "chat.read",
    "dispute.updated",
    "done",
    "error",
    "message.new",
    "message.read",
    "notice",
    "order.updated",
    "pong",
    "session.charged",
    "session.ended",
    "session.interrupted",
    "session.limit_near",
    "session.limited",
    "session.low_balance",
    "session.moved",
    "session.pending",
    "session.resumed",
    "session.started",
    "signal",
    "status",
    "welcome",
}
"""Clients rest on them: a page that does not know a type passes the frame over."""


def test_the_types_of_frames_are_these_and_no_others() -> None:
    assert sorted(kind.type for kind in Frame.__subclasses__()) == sorted(TYPES)
