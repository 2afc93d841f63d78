"""A page of the media engine alone, built from the client's sources and served on loopback; and coturn, which relays between two of them."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from infra.local.places import ROOT, free_port
from tests.support.coturn import Relay, relaying


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
    """A relay that asks for credentials that expire."""
    with relaying(tmp_path, free_port()) as running:
        yield running
