"""The service's secret: signing keys by their id, in one flat JSON `{"current": "<kid>", "<kid>": "<key>", ...}`.

Nothing is signed with a key itself but with what is derived from it for one purpose, so that no signature of one kind passes for another.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

KEPT_MS = 600_000
"""A process learns of a new current key at the latest after this."""
ASKED_AGAIN_MS = 10_000
"""Unknown key ids, which anybody can make up, cause no more than one read in this time."""


class Secrets:
    """Keys are read when first needed, and kept; an unknown id forces a fresh read."""

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read
        self._keys: dict[str, str] = {}
        self._read_ms = -KEPT_MS

    def current(self, now_ms: int) -> str:
        """The id of the key to sign with now."""
        if now_ms - self._read_ms >= KEPT_MS:
            self._refresh(now_ms)
        return self._keys["current"]

    def derived(self, label: str, now_ms: int, kid: str | None = None) -> bytes | None:
        """The 32 bytes for one purpose under a key, the current one unless named; None when there is no such key."""
        wanted = kid or self.current(now_ms)
        if wanted not in self._keys and now_ms - self._read_ms >= ASKED_AGAIN_MS:
            self._refresh(now_ms)
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

    def _refresh(self, now_ms: int) -> None:
        self._keys = json.loads(self._read())
        self._read_ms = now_ms


def _derive(key: str, label: str) -> bytes:
    return hmac.digest(key.encode(), label.encode(), hashlib.sha256)


def reader(client: Any, secret_arn: str) -> Callable[[], str]:
    """Reads the secret from Secrets Manager."""
    return lambda: str(client().get_secret_value(SecretId=secret_arn)["SecretString"])
