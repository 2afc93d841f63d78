"""The search index's bucket in memory."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from chalicelib.services.ports import Clock
from chalicelib.storage.search.bucket import IndexBucket


class MemoryBucket(IndexBucket):
    """`files` by key; `fetched` and `put_bytes` say what was moved, in order."""

    def __init__(self, clock: Clock) -> None:
        self.name = "memory"
        self.files: dict[str, bytes] = {}
        self.fetched: list[str] = []
        self.written: dict[str, int] = {}
        self._clock = clock

    def fetch(self, key: str, path: Path) -> bool:
        """Writes the object."""
        self.fetched.append(key)
        if key not in self.files:
            return False
        path.write_bytes(self.files[key])
        return True

    def put(self, path: Path, key: str) -> None:
        """Keeps the object."""
        self.files[key], self.written[key] = path.read_bytes(), self._clock.now_ms()

    def listed(self, prefix: str) -> Sequence[tuple[str, int]]:
        """By key."""
        return [(key, self.written[key]) for key in sorted(self.files) if key.startswith(prefix)]

    def drop(self, keys: Iterable[str]) -> None:
        """Forgets objects."""
        for key in list(keys):
            self.files.pop(key, None)
