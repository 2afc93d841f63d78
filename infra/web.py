"""The web client, built into build/web when its sources are newer: what the CDN's bucket gets, and the local front door serves."""

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
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


def _digest() -> str:
    seen = hashlib.sha256()
    for path in _files():
        seen.update(str(path.relative_to(SOURCES)).encode() + path.read_bytes())
    return seen.hexdigest()


def _files() -> Iterator[Path]:
    for part in PARTS:
        path = SOURCES / part
        yield from sorted(it for it in path.rglob("*") if it.is_file()) if path.is_dir() else [path]
