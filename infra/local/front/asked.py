"""What a request asks for, as it was sent. Nothing is decoded on its way through the door: whoever answers does that, and only once."""

import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

_VISIBLE = "".join(chr(byte) for byte in range(0x21, 0x7F) if chr(byte) != "#")


class Unreadable(Exception):
    """A path that two who decode it might read differently."""


def path_of(scope: Mapping[str, Any]) -> str:
    """The path. Raises Unreadable: escapes that are no UTF-8, or hide a slash, a step upwards or a control character."""
    raw: bytes = scope["raw_path"]
    if not all(_is_plain(segment) for segment in raw.split(b"/")):
        raise Unreadable
    return _in_ascii(raw)


def query_of(scope: Mapping[str, Any]) -> str:
    """The query with its question mark; empty when there is none. Bytes that no address may hold are escaped."""
    raw: bytes = scope["query_string"]
    return f"?{_in_ascii(raw)}" if raw else ""


def _is_plain(segment: bytes) -> bool:
    try:
        text = unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        return False
    return text not in (".", "..") and not any(c in "/\\" or unicodedata.category(c) == "Cc" for c in text)


def _in_ascii(raw: bytes) -> str:
    return quote_from_bytes(raw, safe=_VISIBLE)
