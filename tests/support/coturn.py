"""coturn on loopback, set up as docs/turn.md says; its freezing is the network's dying."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.gateways.turn import TurnServers
from infra.local.places import ROOT
from tools.programs import found

TRIAL = ("listening-ip=127.0.0.1", "relay-ip=127.0.0.1", "allow-loopback-peers", "no-tls", "no-dtls", "log-file=stdout")
"""What a trial on one machine needs, and a deployed relay must not have."""
REPLACED = ("static-auth-secret", "listening-port", "tls-listening-port", "cert", "pkey")
PATIENCE_S = 10.0
KEY = "a-key-of-the-tests"


@dataclass(frozen=True)
class Relay:
    """A running relay."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """As the service hands it out."""
        return f"turn:127.0.0.1:{self.port}?transport=udp"

    def servers(self, user_id: str, key: str = KEY) -> list[dict[str, Any]]:
        """What a service that knows this key would hand to a user's page."""
        return list(TurnServers((self.url,), lambda now_ms: key).servers(user_id, int(time.time() * 1000)))

    def freeze(self) -> None:
        """Nothing passes any more."""
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """It passes again."""
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def relaying(folder: Path, port: int, keys: str = f"static-auth-secret={KEY}") -> Iterator[Relay]:
    """Runs until the end of the block; `keys` are lines of the configuration as `make turn-secret` prints them."""
    program = found("coturn")
    assert program, "no coturn: python -m tools.programs"
    kept = [line for line in described() if line.partition("=")[0] not in REPLACED]
    ours = (keys, f"listening-port={port}", f"pidfile={folder / 'turn.pid'}", f"userdb={folder / 'turn.db'}", *TRIAL)
    conf, log = folder / "turnserver.conf", folder / "turn.log"
    conf.write_text("\n".join([*kept, *ours]) + "\n", encoding="utf-8")
    with log.open("wb") as told:
        process = subprocess.Popen([program, "-c", str(conf)], stdout=told, stderr=told, cwd=folder)
        relay = Relay(port, process)
        try:
            _wait(relay, log)
            yield relay
        finally:
            relay.wake()
            process.terminate()
            process.wait(10)


def described() -> list[str]:
    """The configuration of docs/turn.md."""
    return (ROOT / "docs" / "turn.md").read_text(encoding="utf-8").split("```")[1].split()


def _wait(relay: Relay, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while not _listens(relay.port):
        assert relay.process.poll() is None and time.monotonic() < until, log.read_text(errors="replace")
        time.sleep(0.05)
    said = log.read_text(errors="replace")
    assert "Bad configuration" not in said, said


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
