"""Opaque cursors: where a listing goes on. A cursor of another listing, or a made-up one, is refused."""

import base64
import binascii
import json

from chalicelib.domain.errors import InvalidCursor
from chalicelib.storage.codec import Item

LONGEST_KEY_BYTES = 1024
"""A sort key can have no more, and a hash key of ours has less."""
_ENCODER = json.JSONEncoder(separators=(",", ":"))


def to_cursor(scope: str, key: Item | None) -> str | None:
    """The cursor after an item of the listing `scope` (the listing and its owner); None at the end."""
    if not key:
        return None
    text = _ENCODER.encode([scope, {name: value["S"] for name, value in sorted(key.items())}])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def from_cursor(scope: str, cursor: str | None, names: frozenset[str]) -> Item | None:
    """The key in a cursor. Raises InvalidCursor unless it was made for this scope with exactly these key names."""
    if cursor is None:
        return None
    try:
        made_for, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        sized = all(isinstance(value, str) and 0 < len(value.encode()) <= LONGEST_KEY_BYTES for value in key.values())
        fits = made_for == scope and set(key) == names and sized
    except (binascii.Error, ValueError, TypeError, AttributeError, RecursionError):
        raise InvalidCursor from None
    if not fits:
        raise InvalidCursor
    return {name: {"S": value} for name, value in key.items()}
