"""Messages of a session (R51, D20)."""

from dataclasses import dataclass

from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.sessions import Side

MAX_CODE_POINTS = 4000


@dataclass(frozen=True)
class Message:
    """A message accepted by the server. `client_id` is chosen by the author's page: a repeat of it is the same message."""

    session_id: str
    author: Side
    client_id: str
    text: str
    at_ms: int


def clean_message(text: str) -> str:
    """The text as it is kept (D20): trimmed, not empty, line breaks and tabs the only control characters. Raises InvalidInput."""
    kept = text.strip()
    if not kept:
        raise InvalidInput((FieldError("text", "required"),))
    if len(kept) > MAX_CODE_POINTS:
        raise InvalidInput((FieldError("text", "too_long", MAX_CODE_POINTS),))
    if any(ord(c) < 32 and c not in "\n\t" or 0x7F <= ord(c) < 0xA0 for c in kept):
        raise InvalidInput((FieldError("text", "control_characters"),))
    return kept
