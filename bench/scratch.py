"""How much of a disk is taken, at its most, while something runs."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

OFTEN_S = 0.1


@dataclass
class Peak:
    """Bytes of a folder, at its most so far."""

    folder: Path
    bytes: int = 0

    def look(self) -> None:
        """Looks now."""
        self.bytes = max(self.bytes, taken(self.folder))


def taken(folder: Path) -> int:
    """Bytes of the files in the folder, whatever becomes of them meanwhile. A file under two names is there once."""
    found: dict[int, int] = {}
    # Folders that vanish on the way are passed over by it.
    for at, _, files in os.walk(folder):
        for file in files:
            with suppress(FileNotFoundError):
                stat = Path(at, file).stat()
                found[stat.st_ino] = stat.st_size
    return sum(found.values())


@contextmanager
def watched(*folders: Path) -> Iterator[tuple[Peak, ...]]:
    """Looks at the folders again and again. Until it ends, the first is this process's place for temporary files."""
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    before, tempfile.tempdir = tempfile.tempdir, str(folders[0])
    peaks, over = tuple(map(Peak, folders)), Event()

    def look() -> None:
        while not over.wait(OFTEN_S):
            for peak in peaks:
                peak.look()

    watcher = Thread(target=look)
    watcher.start()
    try:
        yield peaks
    finally:
        over.set()
        watcher.join()
        for peak in peaks:
            peak.look()
        tempfile.tempdir = before
