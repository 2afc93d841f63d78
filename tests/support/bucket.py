"""The search index's bucket in memory."""

from pathlib import Path

from chalicelib.storage.search_files import NAME, IndexBucket


class MemoryBucket(IndexBucket):
    """`files` by key; `fetched` are the keys that were asked for, in order."""

    def __init__(self) -> None:
        self.name = "memory"
        self.files: dict[str, bytes] = {}
        self.fetched: list[str] = []

    def fetch(self, key: str, path: Path) -> bool:
        """Writes the file."""
        self.fetched.append(key)
        if key not in self.files:
            return False
        path.write_bytes(self.files[key])
        return True

    def put(self, path: Path, key: str) -> None:
        """Keeps the file."""
        self.files[key] = path.read_bytes()

    def drop_before(self, number: int) -> None:
        """Forgets older files."""
        self.files = {
            key: body
            for key, body in self.files.items()
            if int(key.removeprefix(f"{NAME}/").partition("-")[0]) >= number
        }
