"""A scanner in memory, its queue, and clamd on loopback with a database of our own: two signatures, of files that do no harm."""

import hashlib
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.domain.attachments import Verdict
from chalicelib.domain.errors import Unavailable
from chalicelib.services.ports import Undelivered
from chalicelib.services.scans import Finding
from tools.programs import found

if TYPE_CHECKING:
    from tests.support.house import House

MARK = b"TWIP-HARMLESS-FILE-THAT-STANDS-FOR-MALWARE"
LISTED = b"a harmless file that is known by its digest alone\n"
LIMIT_BYTES = 1_000_000
PATIENCE_S = 20.0


@dataclass
class MemoryScanQueue:
    """What was asked for, with the delay."""

    asked: list[tuple[str, str, int]] = field(default_factory=list)
    broken: bool = False

    def ask(self, files: Iterable[tuple[str, str]], *, after_s: int = 0) -> None:
        """Kept."""
        if self.broken:
            raise Undelivered("1 messages")
        self.asked += [(owner, ident, after_s) for owner, ident in files]


@dataclass
class MarkedScanner:
    """Finds the mark. `down`: it does not answer."""

    down: bool = False
    sizes: list[int] = field(default_factory=list)
    """Of the chunks that came."""

    def scan(self, chunks: Iterable[bytes]) -> Finding:
        """Of a whole file."""
        whole = b""
        for chunk in chunks:
            self.sizes.append(len(chunk))
            whole += chunk
        if self.down:
            raise Unavailable
        return Finding(Verdict.INFECTED, "Twip.Mark") if MARK in whole else Finding(Verdict.CLEAN)


def with_scanner(house: "House") -> "House":
    """A house whose files are scanned, by what `scan_all` does. To be asked for before its use cases are."""
    house.settings = replace(house.settings, scanner="scanner.example:3310")
    return house


def scan_all(house: "House") -> None:
    """The job works its queue off."""
    asked, house.scan_queue.asked = house.scan_queue.asked, []
    for owner, ident, _ in asked:
        house.scanning.scan(owner, ident)


@contextmanager
def clamd(folder: Path, port: int) -> Iterator[str]:
    """Runs until the end of the block; answers its address."""
    program = found("clamav-daemon")
    assert program, "no clamd: python -m tools.programs"
    database, conf, log = folder / "database", folder / "clamd.conf", folder / "clamd.log"
    database.mkdir()
    (database / "twip.ndb").write_text(f"Twip.Mark:0:*:{MARK.hex()}\n", encoding="ascii")
    # The format knows no other digest.
    digest = hashlib.md5(LISTED, usedforsecurity=False).hexdigest()
    (database / "twip.hdb").write_text(f"{digest}:{len(LISTED)}:Twip.Listed\n", encoding="ascii")
    conf.write_text(
        f"DatabaseDirectory {database}\nTCPAddr 127.0.0.1\nTCPSocket {port}\nForeground yes\nFixStaleSocket yes\n"
        f"StreamMaxLength {LIMIT_BYTES}\nMaxFileSize {LIMIT_BYTES}\nAlertExceedsMax yes\nMaxRecursion 2\n",
        encoding="ascii",
    )
    with log.open("wb") as told:
        process = subprocess.Popen([program, "-F", "-c", str(conf)], stdout=told, stderr=told, cwd=folder)
        try:
            _wait(port, process, log)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert process.poll() is None and time.monotonic() < until, log.read_text(errors="replace")
            time.sleep(0.05)
