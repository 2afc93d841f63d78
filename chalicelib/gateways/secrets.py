"""The service's secrets, each a flat JSON of keys by their id, `{"current": "<kid>", "<kid>": "<key>", ...}`, so that any of them can be
replaced with an overlap: add a key, make it current, take the old one away when nobody uses it any more.

Nothing is signed with a key itself but with what is derived from it for one purpose, so that no signature of one kind passes for another.
A key that a machine outside of ours must know too (the TURN server, the CDN) has a secret of its own, and signs nothing else.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from typing import Any

from chalicelib.domain.errors import Unavailable
from chalicelib.outages import translate_errors

log = logging.getLogger(__name__)

KEPT_MS = 600_000
"""A process learns of a new current key at the latest after this."""
ASKED_AGAIN_MS = 10_000
"""Unknown key ids, which anybody can make up, cause no more than one read in this time."""


class Secrets:
    """Keys are read when first needed, and kept; an unknown id forces a fresh read. While they cannot be read, those that are known serve
    on; each act raises Unavailable when there are none."""

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read
        self._keys: dict[str, str] = {}
        self._read_ms = self._asked_ms = -KEPT_MS

    def current(self, now_ms: int) -> str:
        """The id of the key to sign with now."""
        if now_ms - self._read_ms >= KEPT_MS:
            self._ask(now_ms)
        return self._keys["current"]

    def derived(self, label: str, now_ms: int, kid: str | None = None) -> bytes | None:
        """The 32 bytes for one purpose under a key, the current one unless named; None when there is no such key."""
        wanted = kid or self.current(now_ms)
        if wanted not in self._keys:
            self._ask(now_ms)
        key = self._keys.get(wanted) if wanted != "current" else None
        return None if key is None else _derive(key, label)

    def signing(self, label: str, now_ms: int) -> bytes:
        """The 32 bytes to sign with for one purpose."""
        kid = self.current(now_ms)
        return _derive(self._keys[kid], label)

    def checking(self, label: str, now_ms: int) -> tuple[bytes, ...]:
        """The 32 bytes of every key in force for one purpose: what was signed before a rotation still passes."""
        self.current(now_ms)
        return tuple(_derive(key, label) for kid, key in self._keys.items() if kid != "current")

    def plain(self, now_ms: int) -> tuple[str, ...]:
        """The keys themselves, the current one first."""
        current = self.current(now_ms)
        return (self._keys[current], *(key for kid, key in self._keys.items() if kid not in ("current", current)))

    def holds(self, key: str, now_ms: int) -> bool:
        """Whether this is one of the keys; one that is not known forces a fresh read."""
        if _among(key, self.plain(now_ms)):
            return True
        self._ask(now_ms)
        return _among(key, self.plain(now_ms))

    def _ask(self, now_ms: int) -> None:
        """A fresh read, unless there was one, or an attempt at one, a moment ago."""
        if self._keys and now_ms - self._asked_ms < ASKED_AGAIN_MS:
            return
        self._asked_ms = now_ms
        try:
            self._keys = json.loads(self._read())
        except Unavailable:
            if not self._keys:
                raise
            log.warning("the keys of before serve on")
            return
        self._read_ms = now_ms


def _derive(key: str, label: str) -> bytes:
    return hmac.digest(key.encode(), label.encode(), hashlib.sha256)


def _among(key: str, known: tuple[str, ...]) -> bool:
    given = key.encode(errors="replace")
    return any(hmac.compare_digest(given, one.encode()) for one in known)


def reader(client: Any, secret_arn: str) -> Callable[[], str]:
    """Reads the secret from Secrets Manager. What it answers raises Unavailable."""

    @translate_errors()
    def read() -> str:
        return str(client().get_secret_value(SecretId=secret_arn)["SecretString"])

    return read
