"""The web client: built into build/web when its sources are newer, and built anew when they are saved."""

import fcntl
import hashlib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import watchfiles

from infra.local.places import ROOT

SOURCES = ROOT / "web"
BUILT = ROOT / "build" / "web"
PARTS = ("index.html", "package-lock.json", "vite.config.ts", "src", "public")
_STAMP = ROOT / "build" / "web.sha256"
_LOCK = ROOT / "build" / "web.lock"


class BuildFailed(Exception):
    """What the builder said."""


def build() -> bool:
    """Builds what is not built yet; False when there was nothing to do. Raises BuildFailed.

    Several processes may ask at once: one builds, the others wait for it."""
    BUILT.parent.mkdir(exist_ok=True)
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        digest = _digest()
        if (BUILT / "index.html").exists() and _STAMP.exists() and _STAMP.read_text() == digest:
            return False
        node = Path(sys.executable).parent / "node"
        done = subprocess.run(
            [node, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"],
            cwd=SOURCES,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BuildFailed((done.stderr or done.stdout).strip())
        _STAMP.write_text(digest)
        return True


class Builder:
    """Builds at once, beside everything else, and again after each save."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._stopped = threading.Event()
        self._first = threading.Thread(target=self._build, daemon=True, name="web")

    def start(self) -> None:
        """Begins to build."""
        self._first.start()

    def wait(self) -> None:
        """Returns when the first build is over; from then on saves are watched."""
        self._first.join()
        threading.Thread(target=self._watch, daemon=True, name="web-watch").start()

    def stop(self) -> None:
        """No more."""
        self._stopped.set()

    def _watch(self) -> None:
        paths = [SOURCES / part for part in PARTS]
        for _ in watchfiles.watch(*paths, debounce=200, step=50, stop_event=self._stopped):
            self._build()

    def _build(self) -> None:
        try:
            if build():
                self._say("the web client is built")
        except BuildFailed as failure:
            self._say(f"the web client is not built, the old one stays: {failure}")


def _digest() -> str:
    seen = hashlib.sha256()
    for path in _files():
        seen.update(str(path.relative_to(SOURCES)).encode() + path.read_bytes())
    return seen.hexdigest()


def _files() -> Iterator[Path]:
    for part in PARTS:
        path = SOURCES / part
        yield from sorted(it for it in path.rglob("*") if it.is_file()) if path.is_dir() else [path]
