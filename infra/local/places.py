"""Where a local cloud keeps what it knows: one folder a profile, so that fast data never meets real data."""

import socket
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Places:
    """The files under one data folder."""

    data: Path

    @property
    def runner_lock(self) -> Path:
        """Held by the runner."""
        return self.data / "runner.lock"

    @property
    def emulator_lock(self) -> Path:
        """Held by the local AWS."""
        return self.data / "emulator.lock"

    @property
    def state(self) -> Path:
        """Snapshots of the local AWS; not there before the first start."""
        return self.data / "state"

    @property
    def objects(self) -> Path:
        """What is in the buckets."""
        return self.data / "objects"

    @property
    def scratch(self) -> Path:
        """The functions' own temporary folder, emptied at each start."""
        return self.data / "tmp"

    @property
    def handler_log(self) -> Path:
        """What handlers printed, a JSON line each time."""
        return self.data / "handlers.log"

    @property
    def emulator_log(self) -> Path:
        """What the local AWS itself said."""
        return self.data / "emulator.log"

    @property
    def mails(self) -> Path:
        """Caught mails, a JSON line each."""
        return self.data / "mails.jsonl"

    def endpoint_port(self) -> int:
        """The local AWS's port: the one of last time if it is free, since it is written into the stack, else a free one."""
        kept = self.data / "port"
        last = int(kept.read_text()) if kept.exists() else 0
        port = last if last and is_free(last) else free_port()
        self.data.mkdir(parents=True, exist_ok=True)
        kept.write_text(str(port))
        return port


def code() -> list[Path]:
    """The files that a function is made of: code, templates, descriptions."""
    files = (path for path in (ROOT / "chalicelib").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return [ROOT / "app.py", *sorted(files)]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
