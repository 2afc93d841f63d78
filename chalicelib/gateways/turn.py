"""STUN and TURN servers with time-limited credentials (the TURN REST scheme that coturn implements as `use-auth-secret`)."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

CREDENTIALS_LIFE_MS = 3 * 3_600_000
"""Longer than a connection may live; a resumed session is handed new ones."""


@dataclass(frozen=True)
class TurnServers:
    """`urls`: e.g. `turn:turn.example.org:3478?transport=udp`, `stun:...`; none means that pages connect directly or not at all.
    `secret` answers the text that the TURN server has as its `static-auth-secret` (asked only when there is a TURN server)."""

    urls: tuple[str, ...]
    secret: Callable[[int], str]

    def servers(self, user_id: str, now_ms: int) -> tuple[dict[str, Any], ...]:
        """RTCIceServer objects: STUN as it is, TURN with a user name that expires and its HMAC."""
        stun = tuple(url for url in self.urls if url.startswith("stun"))
        turn = tuple(url for url in self.urls if url.startswith("turn"))
        servers: list[dict[str, Any]] = [{"urls": list(stun)}] if stun else []
        if turn:
            username = f"{(now_ms + CREDENTIALS_LIFE_MS) // 1000}:{user_id}"
            digest = hmac.new(self.secret(now_ms).encode(), username.encode(), hashlib.sha1).digest()
            servers.append({"urls": list(turn), "username": username, "credential": base64.b64encode(digest).decode()})
        return tuple(servers)
