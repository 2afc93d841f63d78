"""A function's process is forked from one that has imported the product (`zygote.py`). Started by itself, each would import for a second of
processor time, and a few functions have several: a start of the product took half a minute of it, and every burst of requests some more."""

import hashlib
import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from infra.local.emulator.zygote import HEAD

ZYGOTE = Path(__file__).with_name("zygote.py")
KEPT = 2
"""Of how many deployments: while a new one comes in, some functions still have the code before it."""
_zygotes: dict[str, "Zygote"] = {}
_lock = threading.Lock()


def patch() -> None:
    """The emulator starts processes by `subprocess.Popen`, and takes the code from a bucket when a function is made or changed: then
    importing begins. Only Linux lets a program fork that has imported this much."""
    if sys.platform != "linux":
        return
    lambda_runtime.subprocess = SimpleNamespace(**{**vars(subprocess), "Popen": started})
    fetch = lambda_svc._fetch_code_from_s3

    def fetched(*given: Any, **more: Any) -> Any:
        packed = fetch(*given, **more)
        if packed:
            threading.Thread(target=_zygote, args=(packed,), daemon=True, name="zygote").start()
        return packed

    lambda_svc._fetch_code_from_s3 = fetched


def started(command: list[str], *, cwd: str, env: dict[str, str], **more: Any) -> Any:
    """A process of a function, whose code lies in `cwd`, and packed beside it."""
    if command[0] != sys.executable:
        return subprocess.Popen(command, cwd=cwd, env=env, **more)
    packed = Path(cwd).with_name("code.zip").read_bytes()
    return _zygote(packed).fork({"program": command[1], "cwd": cwd, "env": env})


def _zygote(packed: bytes) -> "Zygote":
    digest = hashlib.sha256(packed).hexdigest()
    with _lock:
        found = _zygotes.pop(digest, None)
        if found is None or not found.alive:
            found = Zygote(packed)
        _zygotes[digest] = found
        while len(_zygotes) > KEPT:
            _zygotes.pop(next(iter(_zygotes))).end()
        return found


class Zygote:
    """The parent of the processes of one deployment, with its own copy of the code: that of a function goes with its process."""

    def __init__(self, packed: bytes) -> None:
        self._folder = tempfile.mkdtemp(prefix="zygote-")
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            archive.extractall(self._folder)
        self._ours, theirs = socket.socketpair()
        self._one_at_a_time = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                # Its own neighbours are not on its path: one has the name of a module of the standard library.
                [sys.executable, "-P", str(ZYGOTE), self._folder, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def end(self) -> None:
        """Lets it go; what was forked lives on, with its copy of the code."""
        self._ours.close()
        self._process.wait()

    def fork(self, asked: dict[str, Any]) -> "Forked":
        """A process that is the program `asked` for. Raises OSError."""
        (reads, stdin), (stdout, writes), (stderr, complains), (alive, lives) = (os.pipe() for _ in range(4))
        given = [reads, writes, complains, lives]
        body = json.dumps(asked).encode()
        try:
            with self._one_at_a_time:
                socket.send_fds(self._ours, [len(body).to_bytes(HEAD, "big")], given)
                self._ours.sendall(body)
                answer = self._ours.recv(HEAD, socket.MSG_WAITALL)
        finally:
            for descriptor in given:
                os.close(descriptor)
        if len(answer) < HEAD:
            raise ChildProcessError("the process that functions are forked from has ended")
        opened = os.fdopen(stdin, "w", buffering=1), os.fdopen(stdout), os.fdopen(stderr)
        return Forked(int.from_bytes(answer, "big"), *opened, os.fdopen(alive, "rb", buffering=0))


class Forked:
    """As much of a `subprocess.Popen` as the emulator asks of its own. How it ended is not known: the parent is another process."""

    def __init__(self, pid: int, stdin: IO[str], stdout: IO[str], stderr: IO[str], alive: IO[bytes]) -> None:
        self.pid, self.stdin, self.stdout, self.stderr = pid, stdin, stdout, stderr
        self._alive = alive

    def poll(self) -> int | None:
        """0 when it has ended, else None."""
        return 0 if self._ended(0) else None

    def wait(self, timeout: float | None = None) -> int:
        """Waits for its end. Raises subprocess.TimeoutExpired."""
        if not self._ended(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return 0

    def terminate(self) -> None:
        """Asks it to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it."""
        self._signal(signal.SIGKILL)

    def _ended(self, within_s: float | None) -> bool:
        # Its end of this pipe is closed when it ends, and nothing is ever written.
        watched = select.poll()
        watched.register(self._alive, select.POLLIN)
        return bool(watched.poll(None if within_s is None else within_s * 1000))

    def _signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)
