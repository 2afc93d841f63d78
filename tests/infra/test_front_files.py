"""Files pass the front door as they come, bounded, and only along a link."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import uvicorn

from infra.local.front import files
from infra.local.front.app import SERVED, make
from infra.local.front.limits import Limits
from infra.local.places import free_port

LINK = "/files/attachments/one?X-Amz-Signature=abc"
LIMITS = Limits(file_bytes=100_000_000, files_at_once=1, downloads_at_once=1, file_idle_s=0.5)
LARGE = 64_000_000
BUFFERED = 24_000_000
"""What systems hold between two ends of two connections, and not the door."""


class Storage(ThreadingHTTPServer):
    """Takes what comes, and answers with it. `asked` are requests: method, target, headers, length of the body."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str, dict[str, str], int]] = []
        self.sent = 0
        self.answers, self.go = threading.Event(), threading.Event()
        self.go.set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        storage = self.server
        assert isinstance(storage, Storage)
        if "large" in self.path:
            self._large(storage)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        storage.asked.append((self.command, self.path, headers, len(body)))
        storage.answers.set()
        storage.go.wait(5)
        said = b"a" * 5_000
        self.send_response(206 if "range" in headers else 200)
        for name, value in (("ETag", '"1"'), ("Content-Length", str(len(said))), ("Server", "x"), ("X-Amz-Id-2", "y")):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)

    def _large(self, storage: Storage) -> None:
        """Sends a large file; one that comes it does not read."""
        storage.answers.set()
        if self.command == "PUT":
            storage.go.wait(5)
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Length", str(LARGE))
        self.end_headers()
        for _ in range(LARGE // 64_000):
            # Counted first: who has read all of it must find it counted.
            storage.sent += 64_000
            self.wfile.write(bytes(64_000))

    do_PUT = do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def storage() -> Iterator[Storage]:
    with Storage() as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield running
        running.go.set()
        running.shutdown()


@pytest.fixture
def door(storage: Storage, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The door's address; a test's parameter is how many seconds it waits for a storage or sender who is silent."""
    port, limits = free_port(), replace(LIMITS, file_idle_s=getattr(request, "param", LIMITS.file_idle_s))
    route = files.route(lambda: f"http://127.0.0.1:{storage.server_port}", "twip.example:1", limits)
    app = make(lambda stage: "", tmp_path / "mails", tmp_path, limits, lambda: "proof", None, [route])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", **SERVED))
    thread = threading.Thread(target=asyncio.run, args=(server.serve(),), daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(5)


def test_a_request_goes_on_with_what_is_signed_and_nothing_of_the_pages(door: str, storage: Storage) -> None:
    headers = {
        "Content-Type": "a/b",
        "If-None-Match": "*",
        "X-Amz-Tagging": "unused=1",
        "Cookie": "refresh=secret",
        "Authorization": "Bearer secret",
        "X-Forwarded-For": "9.9.9.9",
    }
    answer = httpx.put(f"{door}{LINK}&x=%D0%B9%2F", content=b"bytes", headers=headers)
    assert (answer.status_code, len(answer.content)) == (200, 5_000)
    ((method, target, found, length),) = storage.asked
    assert (method, target, length) == ("PUT", f"{LINK}&x=%D0%B9%2F", 5)
    assert (found["host"], found["content-length"]) == ("twip.example:1", "5")
    assert {"content-type", "if-none-match", "x-amz-tagging"} <= found.keys()
    assert not {"cookie", "authorization", "x-forwarded-for"} & found.keys()


def test_an_answer_keeps_its_length_and_is_nothing_to_the_pages(door: str) -> None:
    for method in ("GET", "HEAD"):
        answer = httpx.request(method, f"{door}{LINK}", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-"})
        assert (answer.status_code, answer.headers["content-length"]) == (206, "5000")
        assert "content-encoding" not in answer.headers
        assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not {"server", "x-amz-id-2"} & {name for name in answer.headers if answer.headers[name] in ("x", "y")}


def raw(door: str, *lines: bytes, body: bytes = b"", patience_s: float = 5) -> int:
    """The status that answers what no well-behaved client would send."""
    host, _, port = door.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=patience_s) as line:
        line.sendall(b"\r\n".join((*lines, b"Host: a", b"", b"")) + body)
        answer = line.recv(4096)
        return int(answer.split()[1]) if answer else 0


PUT = b"PUT " + LINK.encode() + b" HTTP/1.1"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((b"GET /files/attachments/one HTTP/1.1",), 403),
        ((b"PUT /files/attachments/one HTTP/1.1", b"Content-Length: 5"), 403),
        ((PUT, b"Transfer-Encoding: chunked"), 411),
        ((PUT, b"Content-Length: 100000001"), 413),
        ((PUT, b"Content-Length: 99999999999999999999"), 413),
        ((b"GET /files/%2e%2e/other?X-Amz-Signature=a HTTP/1.1",), 400),
        ((b"GET /files/../other?X-Amz-Signature=a HTTP/1.1",), 400),
        ((b"GET /files/a%2fb?X-Amz-Signature=a HTTP/1.1",), 400),
        ((b"DELETE " + LINK.encode() + b" HTTP/1.1",), 405),
        ((b"POST " + LINK.encode() + b" HTTP/1.1", b"Content-Length: 0"), 405),
    ],
)
def test_what_is_no_link_or_too_much_goes_no_further(
    door: str, storage: Storage, lines: tuple[bytes, ...], status: int
) -> None:
    assert raw(door, *lines) == status
    assert storage.asked == []


def test_a_sender_who_stops_in_the_middle_gives_the_place_to_others(door: str, storage: Storage) -> None:
    assert raw(door, PUT, b"Content-Length: 100", body=b"half") == 400
    with socket.create_connection(("127.0.0.1", int(door.rpartition(":")[2])), timeout=5) as line:
        line.sendall(PUT + b"\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf")
    assert httpx.get(f"{door}{LINK}").status_code == 200


def test_a_reader_who_leaves_gives_the_place_to_others(door: str, storage: Storage) -> None:
    storage.go.clear()
    with socket.create_connection(("127.0.0.1", int(door.rpartition(":")[2])), timeout=5) as line:
        line.sendall(b"GET " + LINK.encode() + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        assert storage.answers.wait(5)
    storage.go.set()
    assert httpx.get(f"{door}{LINK}", timeout=10).status_code == 200


def test_a_storage_that_is_silent_or_gone_is_told_of(door: str, storage: Storage) -> None:
    storage.go.clear()
    assert httpx.get(f"{door}{LINK}", timeout=10).status_code == 503
    storage.go.set()
    storage.shutdown()
    storage.server_close()
    assert httpx.get(f"{door}{LINK}", timeout=10).status_code == 503


def test_a_reader_who_pauses_keeps_no_more_in_the_door_than_is_under_way_and_keeps_no_sender_waiting(
    door: str, storage: Storage
) -> None:
    with socket.create_connection(("127.0.0.1", int(door.rpartition(":")[2])), timeout=10) as line:
        line.sendall(
            b"GET " + LINK.replace("one", "large").encode() + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        assert storage.answers.wait(5)
        assert httpx.put(f"{door}{LINK}", content=b"bytes").status_code == 200
        time.sleep(0.5)
        assert 0 < storage.sent < BUFFERED
        came = 0
        while part := line.recv(2**20):
            came += len(part)
        assert came > LARGE == storage.sent


# Once it has given the storage up it lets the rest of what comes fall, which is not what is counted here.
@pytest.mark.parametrize("door", [30], indirect=True)
def test_of_what_the_storage_does_not_take_the_door_holds_no_more_than_is_under_way(
    door: str, storage: Storage
) -> None:
    storage.go.clear()
    with socket.create_connection(("127.0.0.1", int(door.rpartition(":")[2])), timeout=0.4) as line:
        line.sendall(
            b"PUT "
            + LINK.replace("one", "large").encode()
            + f" HTTP/1.1\r\nHost: a\r\nContent-Length: {LARGE}\r\n\r\n".encode()
        )
        sent = 0
        with pytest.raises((TimeoutError, ConnectionError)):
            while sent < LARGE:
                sent += line.send(bytes(64_000))
        assert 0 < sent < BUFFERED
    storage.go.set()
