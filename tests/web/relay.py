"""A TURN server of the test's own, whose freezing is the network's dying."""

import signal
import subprocess
import time
from dataclasses import dataclass
from typing import Any

from chalicelib.gateways.turn import TurnServers


@dataclass(frozen=True)
class Relay:
    """coturn on loopback."""

    port: int
    secret: str
    process: subprocess.Popen[bytes]

    def servers(self, user_id: str, *, secret: str | None = None) -> list[dict[str, Any]]:
        """What the service would hand to this user's page."""
        urls = (f"turn:127.0.0.1:{self.port}?transport=udp",)
        return list(TurnServers(urls, lambda now_ms: secret or self.secret).servers(user_id, int(time.time() * 1000)))

    def freeze(self) -> None:
        """Nothing passes any more."""
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """It passes again."""
        self.process.send_signal(signal.SIGCONT)
