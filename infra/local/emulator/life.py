"""One emulator a data folder: whoever holds its lock is alive, and an orphan ends by itself."""

import fcntl
import os
import signal
import threading
import time
from pathlib import Path
from typing import IO

_held: dict[Path, IO[str]] = {}
"""A lock is held as long as its file is open: at the latest until the process ends."""


def hold(lock: Path) -> None:
    """Takes the folder's lock and leaves this process's id in it. Raises BlockingIOError when another process holds it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    file = lock.open("a+")
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    _held[lock] = file


def release(lock: Path) -> None:
    """Gives a lock back."""
    if lock in _held:
        _held.pop(lock).close()


def holder(lock: Path) -> int | None:
    """The process that holds a lock, or None."""
    if not lock.exists():
        return None
    with lock.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(file.read() or "0") or None
    return None


def end_holder(lock: Path, patience_s: float = 10.0) -> None:
    """Ends the process that holds a lock, with force after `patience_s`: what it holds, the next one needs."""
    started = time.monotonic()
    while (pid := holder(lock)) is not None:
        forced = time.monotonic() - started > patience_s
        try:
            os.kill(pid, signal.SIGKILL if forced else signal.SIGTERM)
        except ProcessLookupError:
            return
        time.sleep(0.1)


def end_with_parent() -> None:
    """Stops this process in good order when its parent is gone (a runner that was killed cannot stop it)."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="end-with-parent").start()
