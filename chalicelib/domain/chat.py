"""Messages of a session (R51, D20)."""

from dataclasses import dataclass

from chalicelib.domain.parties import Side
from chalicelib.domain.text import prose

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
    """The text as it is kept (D20): tidied and not empty. Raises InvalidInput."""
    return prose("text", text, at_most=MAX_CODE_POINTS)
