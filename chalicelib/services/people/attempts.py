"""Limited acts: so many in a window of time, for one address or from a device that knows it, and from one origin (E19)."""

import hashlib
from dataclasses import dataclass, replace

from chalicelib.domain.errors import TooManyAttempts
from chalicelib.services.ports import Store

HOUR_MS = 3_600_000
EVERYBODY = 1_000_000


@dataclass(frozen=True)
class Limits:
    """How often an act may be tried in each window: `per_address` by all strangers together, and by each device that knows the address.
    Windows begin at multiples of their length, so that a count is one write."""

    act: str
    window_ms: int
    per_address: int
    per_origin: int

    def for_one_machine(self) -> "Limits":
        """Locally everybody comes from the same origin."""
        return replace(self, per_origin=EVERYBODY)


SIGN_IN = Limits("login", HOUR_MS // 4, per_address=20, per_origin=100)
MAILS = Limits("mail", HOUR_MS, per_address=5, per_origin=60)


@dataclass(frozen=True)
class Attempts:
    """Counts before the act is tried, so that refused attempts count too."""

    store: Store

    def spend(self, limits: Limits, *, address: str, device: str | None, ip: str, now_ms: int) -> None:
        """One more try, by a stranger or by the device of this name, which the address was signed in on before.

        Raises TooManyAttempts with the seconds until the next window."""
        whose = ("device", device) if device else ("address", address)
        for kind, who, at_most in (("ip", ip, limits.per_origin), (*whose, limits.per_address)):
            # Names of counters go into logs and backups: they carry nobody's address as it is.
            name = f"{limits.act}#{kind}#{hashlib.sha256(who.encode()).hexdigest()[:32]}"
            self.count(name, at_most, limits.window_ms, now_ms)

    def count(self, name: str, at_most: int, window_ms: int, now_ms: int) -> None:
        """One more under this name. Raises TooManyAttempts with the seconds until the next window."""
        start_ms = now_ms - now_ms % window_ms
        end_ms = start_ms + window_ms
        if self.store.bump(f"{name}#{start_ms}", expires_ms=end_ms) > at_most:
            raise TooManyAttempts(retry_after_s=max(1, -(-(end_ms - now_ms) // 1000)))
