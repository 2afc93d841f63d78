"""Parts of the index on a function's own disk: each is fetched once, checked, and lent to as many states of the index as want it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from itertools import count
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from chalicelib.storage.search.bucket import IndexBucket
from chalicelib.storage.search.versions import META, Named, Part, SearchVersion, Torn, unpack

TRIES = 3


class Missing(Exception):
    """A part is no longer in the bucket."""


class Scratch:
    """A folder of one process. One that is left by a process that is gone is taken over with its parts."""

    def __init__(self, base: Path, bucket: IndexBucket) -> None:
        self._base, self._bucket = base, bucket
        self._folder: Path | None = None
        self._lock: Any = None

    @property
    def _own(self) -> Path:
        if self._folder is None:
            self._folder = next(folder for number in count() if self._take(folder := self._base / f"{number}"))
            for left in self._folder.glob("state-*"):
                rmtree(left)
        return self._folder

    def _take(self, folder: Path) -> bool:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except OSError:
            lock.close()
            return False
        self._lock = lock
        return True

    @contextmanager
    def state(self, version: SearchVersion | None = None) -> Iterator[Path]:
        """A folder with a version of the index, or without any. It is taken away afterwards: who has opened it may go on reading it.

        Raises Missing, Torn."""
        folder = Path(mkdtemp(prefix="state-", dir=self._own))
        try:
            if version is not None:
                self._lay_out(version, folder)
            yield folder
        finally:
            _take_away(folder)

    def _lay_out(self, version: SearchVersion, folder: Path) -> None:
        named = Named(version.meta)
        for part in version.parts:
            for file in self._part(part).iterdir():
                if file.name in named:
                    (folder / file.name).hardlink_to(file)
        (folder / META).write_text(version.meta)

    def _part(self, part: Part) -> Path:
        held = self._held(part)
        if not held.exists():
            try:
                self._fetch(part, held)
            except Torn:
                self._fetch(part, held)
        return held

    def _fetch(self, part: Part, held: Path) -> None:
        with TemporaryDirectory(prefix="state-", dir=self._own) as made:
            packed, whole = Path(made) / "packed", Path(made) / "whole"
            if not self._bucket.fetch(part.key, packed):
                raise Missing(part.key)
            unpack(part, packed, whole)
            held.parent.mkdir(exist_ok=True)
            whole.rename(held)

    def keep(self, version: SearchVersion | None) -> None:
        """Lets go of all parts but those of this version."""
        wanted = {self._held(part) for part in version.parts} if version else set[Path]()
        for held in self._parts.glob("*"):
            if held not in wanted:
                rmtree(held)

    def adopt(self, part: Part, files: list[Path]) -> None:
        """Keeps the files of a part that was made here, so that it need not be fetched."""
        held = self._held(part)
        held.mkdir(parents=True)
        for file in files:
            (held / file.name).hardlink_to(file)

    @property
    def _parts(self) -> Path:
        return self._own / "parts"

    def _held(self, part: Part) -> Path:
        return self._parts / part.key.replace("/", "-")

    def files_of(self, parts: Iterable[Part]) -> frozenset[str]:
        """The names of the files in parts, which are all here."""
        return frozenset(file.name for part in parts for file in self._held(part).iterdir())

    def named_by(self, named: Named, parts: Iterable[Part]) -> tuple[Part, ...]:
        """Those of parts, which are all here, of which the engine's list names a file."""
        return tuple(part for part in parts if any(file.name in named for file in self._held(part).iterdir()))


def _take_away(folder: Path) -> None:
    # The engine watches a folder from a thread of its own until it is told not to, and may put its lock there once more.
    for _ in range(TRIES):
        with suppress(OSError):
            return rmtree(folder)
    return rmtree(folder, ignore_errors=True)
