"""Slow hashes of passwords: argon2id."""

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher


class Argon2Passwords:
    """services.ports.Passwords by argon2id: 19 MiB and two passes by default (OWASP's choice for one lane), some 25 ms a check."""

    def __init__(self, *, memory_kib: int = 19_456, passes: int = 2) -> None:
        self._costs = memory_kib, passes

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        from argon2 import PasswordHasher

        memory_kib, passes = self._costs
        return PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)

    @cached_property
    def decoy(self) -> str:
        """A hash that no password has, made by the same costs and verified as slowly as any."""
        memory_kib, passes = self._costs
        salt, digest = "c29tZS1zYWx0LTEyMzQ1Ng", "A" * 43
        return f"$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${digest}"

    def hash(self, password: str) -> str:
        """The hash to keep, with its costs and salt in it."""
        return self._hasher.hash(password)

    def verify(self, kept: str, password: str) -> bool:
        """Whether it is the password of this hash."""
        from argon2.exceptions import VerifyMismatchError

        try:
            return self._hasher.verify(kept, password)
        except VerifyMismatchError:
            return False

    def stale(self, kept: str) -> bool:
        """Whether the hash was made with other costs than those of today."""
        return self._hasher.check_needs_rehash(kept)
