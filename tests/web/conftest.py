"""A page of the media engine alone, built from the client's sources and served on loopback; and coturn, which relays between two of them."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from infra.local.places import ROOT, free_port
from tests.web.relay import Relay
from tools.programs import found


class Quiet(SimpleHTTPRequestHandler):
    """Serves without telling."""

    def log_message(self, format: str, *args: object) -> None:
        return None


@pytest.fixture(scope="session")
def media_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page."""
    built = tmp_path_factory.mktemp("media")
    node = str(Path(sys.executable).parent / "node")
    vite = [node, "node_modules/vite/bin/vite.js", "build", "test/media", "--outDir", str(built), "--emptyOutDir"]
    done = subprocess.run([*vite, "--logLevel", "warn"], cwd=ROOT / "web", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(built)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    """coturn, which asks for credentials that expire."""
    program = found("coturn")
    assert program, "no coturn: python -m tools.programs"
    port, secret = free_port(), "a secret of this test"
    told = (tmp_path / "turn.log").open("w")
    process = subprocess.Popen(
        [
            program,
            "-n",
            "--no-cli",
            "--no-tls",
            "--no-dtls",
            "--listening-ip=127.0.0.1",
            "--relay-ip=127.0.0.1",
            f"--listening-port={port}",
            "--fingerprint",
            "--use-auth-secret",
            f"--static-auth-secret={secret}",
            "--realm=twip.example",
            "--allow-loopback-peers",
            "--no-multicast-peers",
            "--log-file=stdout",
            "--simple-log",
            f"--pidfile={tmp_path / 'turn.pid'}",
            f"--userdb={tmp_path / 'turndb'}",
        ],
        stdout=told,
        stderr=told,
        cwd=tmp_path,
    )
    time.sleep(0.5)
    assert process.poll() is None, (tmp_path / "turn.log").read_text()
    running = Relay(port, secret, process)
    yield running
    running.wake()
    process.terminate()
    process.wait(10)
    told.close()
