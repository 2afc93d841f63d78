"""The process that functions' processes are forked from (`forks.py` asks it to). It has imported the product once, so that each of them
begins at once instead of importing for a second, and shares the memory of what was imported.

It imports what a deployment holds and does nothing else, which is safe because nothing happens at import: no client, no thread, no look at
the environment. What cannot be imported says so in the function's own process."""

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

PASSED = 4
"""Standard input, output and errors, and what is open for as long as the process lives."""
HEAD = 8
"""Bytes that say how long a request is."""


def main(code: Path, channel: socket.socket) -> None:
    """Forks whenever it is asked, until nobody can ask any more."""
    # Where the functions' own runtime sends it before it imports them: the protocol has the output to itself.
    said, sys.stdout = sys.stdout, sys.stderr
    sys.path.insert(0, str(code))
    os.chdir(code)
    # Nobody waits for the children.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in _imported(code):
        # Who asks early imports the rest by itself: the first request waits no longer than it must.
        while select.select([channel], [], [], 0)[0]:
            if not _fork(channel, said):
                return
    # What is frozen is not copied when the collector looks through it.
    gc.collect()
    gc.freeze()
    while _fork(channel, said):
        pass


def _imported(code: Path) -> Iterator[str]:
    """Imports what functions begin with, then module by module all else."""
    packages = [path.parent.name for path in sorted(code.glob("*/__init__.py"))]
    modules = [path.stem for path in sorted(code.glob("*.py"))]
    for name in modules:
        _import(name)
    for name in (*modules, *packages):
        below = getattr(_import(name), "__path__", ())
        for module in pkgutil.walk_packages(below, f"{name}.", onerror=lambda _: None):
            _import(module.name)
            yield module.name


def _import(name: str) -> Any:
    with contextlib.suppress(Exception):
        return importlib.import_module(name)


def _fork(channel: socket.socket, said: TextIO) -> bool:
    """Waits for a request and answers it with the id of a process; False when there will be none."""
    head, given, _, _ = socket.recv_fds(channel, HEAD, PASSED)
    if not head:
        return False
    asked = json.loads(_exactly(channel, int.from_bytes(head, "big")))
    pid = os.fork()
    if pid == 0:
        channel.close()
        sys.stdout = said
        _become(asked, given)
    for descriptor in given:
        os.close(descriptor)
    channel.sendall(pid.to_bytes(HEAD, "big"))
    return True


def _exactly(channel: socket.socket, length: int) -> bytes:
    got = bytearray()
    while len(got) < length:
        got += channel.recv(length - len(got))
    return bytes(got)


def _become(asked: dict[str, Any], given: list[int]) -> None:
    """Is the program that was asked for from here on."""
    status = 0
    try:
        for number, descriptor in enumerate(given[:3]):
            os.dup2(descriptor, number)
            os.close(descriptor)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        sys.argv = [asked["program"]]
        runpy.run_path(asked["program"], run_name="__main__")
    except BaseException:
        traceback.print_exc()
        status = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2])))
