"""Time and chance: the real ones."""

import random
import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
BACKOFF_S = (0.0, 0.02, 0.05, 0.12, 0.3)


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch, UTC."""
        return time.time_ns() // 1_000_000


class RandomIds:
    """Ids in ULID's layout (48 bits of time, 80 of chance), lower case; secrets of 256 bits."""

    def new(self) -> str:
        """A new id of 26 characters, in order of time."""
        number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
        return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))

    def secret(self) -> str:
        """43 URL-safe characters."""
        return secrets.token_urlsafe(32)


def pause(attempt: int) -> None:
    """Waits before a retry, with full jitter, at most 0.3 s."""
    time.sleep(random.uniform(0, BACKOFF_S[min(attempt, len(BACKOFF_S) - 1)]))  # noqa: S311
