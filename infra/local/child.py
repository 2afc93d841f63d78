"""The local AWS as a child process: started, waited for, stopped, killed."""

import os
import shutil
import socket
import subprocess
import sys
import time

from infra.local.emulator import life
from infra.local.places import ROOT, Places

START_S, STOP_S = 30.0, 15.0


class EmulatorFailed(Exception):
    """The local AWS did not start; its log says why."""


class Emulator:
    """One local AWS over one data folder. `auth` makes it enforce IAM."""

    def __init__(self, places: Places, *, auth: bool = False) -> None:
        self._places, self._auth = places, auth
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def endpoint(self) -> str:
        """Where AWS is, for clients."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def launch(self) -> None:
        """Starts the process and does not wait. One that a killed runner left behind ends first."""
        places = self._places
        life.end_holder(places.emulator_lock)
        # Each function's process leaves a folder here.
        shutil.rmtree(places.scratch, ignore_errors=True)
        places.scratch.mkdir(parents=True)
        self.port = places.endpoint_port()
        with places.emulator_log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "infra.local.emulator"],
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A Ctrl-C in the terminal is the runner's to handle: it stops this one last.
                start_new_session=True,
            )

    def wait(self) -> None:
        """Waits until it answers. Raises EmulatorFailed."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self.alive:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
                continue
            return
        said = self._places.emulator_log.read_text(errors="replace").splitlines()[-15:]
        raise EmulatorFailed("\n".join(["the local AWS did not start:", *said]))

    def stop(self) -> None:
        """Stops it in good order, so that it saves all."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends it as a power cut would: what was not in the last snapshot is lost."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()

    def _environment(self) -> dict[str, str]:
        # Handlers run on this interpreter with what it has; a stranger's credentials or endpoint must not reach them.
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHONDONTWRITE"))}
        places = self._places
        return {
            **kept,
            "AUTH": "true" if self._auth else "false",
            "AWS_DEFAULT_REGION": "us-east-1",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "IOT_MTLS_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "PERSIST_STATE": "1",
            "S3_DATA_DIR": str(places.objects),
            "S3_PERSIST": "1",
            "SFTP_ENABLED": "0",
            "STATE_DIR": str(places.state),
            "TMPDIR": str(places.scratch),
            "TWIP_LOCK": str(places.emulator_lock),
            "TWIP_LOG": str(places.handler_log),
            "TWIP_MAILS": str(places.mails),
        }
