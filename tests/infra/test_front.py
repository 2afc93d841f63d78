"""The front door keeps the limits of the cloud's gateway, so that nobody meets them there for the first time."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.requests import Request as HttpRequest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.http11 import Request, Response
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Origin

from infra.local.front.app import SERVED, make
from infra.local.front.limits import Limits
from infra.local.front.rest import Rest
from infra.local.places import free_port

Door = Callable[[Limits], str]


class Gateway:
    """Stands in for the WebSocket stage: answers each frame with itself and knows who is connected."""

    def __init__(self) -> None:
        self.connected: list[ServerConnection] = []
        self.origins: list[list[str]] = []
        """What each handshake said of where it came from."""
        self._server = serve(self._echo, "127.0.0.1", 0, process_request=self._admit, close_timeout=0.5)
        self.address = f"http://127.0.0.1:{self._server.socket.getsockname()[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        self.origins.append(request.headers.get_all("Origin"))
        return None if "ticket=good" in request.path else connection.respond(403, "")

    def _echo(self, connection: ServerConnection) -> None:
        self.connected.append(connection)
        try:
            for frame in connection:
                connection.send(frame)
        except ConnectionClosed:
            return
        finally:
            self.connected.remove(connection)


class RestStage:
    """Stands in for the REST stage: keeps what it was asked, and answers with a header outside ASCII."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[tuple[str, str]]]] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((self.path, self.headers.items()))
                self.send_response(200)
                self.send_header("X-Name", "caf\u00e9")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    running = Gateway()
    yield running
    running.stop()


@pytest.fixture
def stage() -> Iterator[RestStage]:
    running = RestStage()
    yield running
    running.stop()


@pytest.fixture
def door(gateway: Gateway, stage: RestStage, tmp_path: Path) -> Iterator[Door]:
    servers: list[tuple[uvicorn.Server, threading.Thread]] = []

    def opened(limits: Limits) -> str:
        folder, mails = tmp_path / "web", tmp_path / "mails.jsonl"
        stages = {"ws": gateway.address, "api": stage.address}
        app, port = make(stages.__getitem__, mails, folder, limits, lambda: "proof"), free_port()
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", **SERVED))
        thread = threading.Thread(target=asyncio.run, args=(server.serve(),), daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.01)
        servers.append((server, thread))
        return f"127.0.0.1:{port}"

    yield opened
    for server, thread in servers:
        server.should_exit = True
        thread.join(5)


@pytest.mark.rule("E16")
def test_the_service_is_told_from_which_page_a_line_is_opened(gateway: Gateway, door: Door) -> None:
    at = door(Limits())
    for origin in (Origin("https://mallory.example"), Origin("null"), None):
        with connect(f"ws://{at}/ws?ticket=good", origin=origin):
            pass
    assert gateway.origins == [["https://mallory.example"], ["null"], []]


def open_tab(door: str) -> ClientConnection:
    return connect(f"ws://{door}/ws?ticket=good")


def close_code(tab: ClientConnection) -> int | None:
    with pytest.raises(ConnectionClosed) as closed:
        tab.recv(timeout=5)
    return closed.value.rcvd.code if closed.value.rcvd else None


def test_frames_pass_both_ways_up_to_the_largest(door: Door) -> None:
    with open_tab(door(Limits())) as tab:
        largest = "й" * (16 * 1024)
        tab.send(largest)
        assert tab.recv(timeout=5) == largest


def test_a_larger_frame_ends_the_connection(door: Door) -> None:
    with open_tab(door(Limits())) as tab:
        tab.send("й" * (16 * 1024) + "!")
        assert close_code(tab) == 1009


def test_a_silent_connection_ends(door: Door) -> None:
    with open_tab(door(Limits(idle_s=0.2))) as tab:
        assert close_code(tab) == 1001


def test_a_connection_ends_at_its_age_however_lively(door: Door) -> None:
    with open_tab(door(Limits(life_s=0.3))) as tab:
        tab.send("still here")
        assert tab.recv(timeout=5) == "still here"
        assert close_code(tab) == 1001


def test_a_bad_ticket_is_refused_at_the_handshake(door: Door) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://{door(Limits())}/ws?ticket=bad")
    assert refused.value.response.status_code == 401


def test_a_closed_tab_is_reported_to_the_gateway_and_a_lost_one_is_not(door: Door, gateway: Gateway) -> None:
    limits = Limits()
    address = door(limits)
    with open_tab(address):
        assert eventually(lambda: bool(gateway.connected))
    assert eventually(lambda: not gateway.connected)
    limits.lose_disconnects = True
    with open_tab(address):
        assert eventually(lambda: bool(gateway.connected))
    assert not eventually(lambda: not gateway.connected, patience_s=0.5)


def raw(door: str, target: bytes, *headers: bytes, method: bytes = b"GET") -> tuple[int, str, bytes]:
    """An answer to a request that no well-behaved client would send: its status, media type and body."""
    host, _, port = door.partition(":")
    lines = [method + b" " + target + b" HTTP/1.1", b"Host: localhost", b"Connection: close", *headers]
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").lower().split("\r\n")
    media_type = next((line.partition(": ")[2] for line in rest if line.startswith("content-type")), "")
    return int(first.split()[1]), media_type, body


ESCAPES = ("%00", "%0a", "%7f", "%c2%85", "%ff", "%c3%28", "%ed%a0%80", "a%2fb", "a%5Cb")
UPWARDS = ("twips/%2e%2e%2fhealth", "twips/../health", "twips/%2e%2E/health", "./health", "..")


def test_a_path_that_can_be_read_in_two_ways_is_refused_before_anybody_reads_it(door: Door, stage: RestStage) -> None:
    address = door(Limits())
    paths = [path.format(escape) for path in ("users/{}", "{}", "orders/{}/cancel") for escape in ESCAPES]
    for path in (*paths, *UPWARDS):
        status, media_type, body = raw(address, f"/api/{path}".encode())
        assert media_type == "application/problem+json", path
        assert (status, json.loads(body)["code"]) in ((400, "bad_request"), (404, "not_found")), path
    assert stage.asked == []


def test_what_is_asked_goes_on_as_it_was_sent_so_that_it_is_decoded_once(door: Door, stage: RestStage) -> None:
    address = door(Limits())
    targets = [
        "/users/%2500", "/twips/%252e%252e%252fhealth", "/users/%D0%B9", "/users/a%20b", "/users/a+b", "/twips?q=%ff%00",
        "/twips?q=%D0%B9&q=a+b&cursor=%2F%2f&x=../..", "/users/a;b=1,2", "/users//x", "/users/",
    ]  # fmt: skip
    for target in targets:
        assert raw(address, b"/api" + target.encode())[0] == 200, target
    assert [path for path, _ in stage.asked] == targets


def test_a_header_outside_ascii_is_passed_on_and_one_that_cannot_be_is_left_out(door: Door, stage: RestStage) -> None:
    cookies = "Cookie: other=\u043a\u043b\u044e\u0447; more=".encode() + b"\xff\xfe"
    answer = raw(door(Limits()), b"/api/health", cookies, b"X-Odd: caf\xe9", b"Cookie: refresh=x.y", b"Upgrade: h2c")
    assert answer == (200, "", b"{}")
    ((_, headers),) = stage.asked
    found = [(name.lower(), value.encode("latin-1")) for name, value in headers]
    assert [value for name, value in found if name == "cookie"] == [cookies.partition(b": ")[2], b"refresh=x.y"]
    assert ("x-odd", b"caf\xe9") in found
    assert not {"upgrade", "expect"} & {name for name, _ in found}
    assert [value for name, value in found if name == "x-forwarded-for"] == [b"127.0.0.1, 127.0.0.1"]


def test_what_a_viewer_claims_of_the_cdn_is_not_passed_on(door: Door, stage: RestStage) -> None:
    raw(
        door(Limits()),
        b"/api/health",
        b"X-Twip-Edge: guessed",
        b"X-Forwarded-For: 9.9.9.9",
        b"X-Forwarded-For: 8.8.8.8",
    )
    ((_, headers),) = stage.asked
    found = [(name.lower(), value) for name, value in headers]
    assert [value for name, value in found if name == "x-twip-edge"] == ["proof"]
    assert [value for name, value in found if name == "x-forwarded-for"] == ["9.9.9.9, 8.8.8.8, 127.0.0.1, 127.0.0.1"]


def test_what_is_answered_in_this_process_is_asked_and_answered_alike(tmp_path: Path) -> None:
    asked: list[tuple[str, str, dict[str, str], bytes]] = []

    def in_process(*request: Any) -> tuple[int, list[tuple[str, str]], bytes]:
        asked.append(request)
        return 200, [("X-Name", "\u043a caf\u00e9"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")], b"{}"

    async def ask() -> httpx.Response:
        app = make(lambda _: "", tmp_path / "mails", tmp_path, Limits(), lambda: "proof", in_process)
        headers = [(b"cookie", b"other=\xff"), (b"cookie", b"refresh=x.y"), (b"expect", b"100-continue")]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://door") as client:
            return await client.get("/api/users/a%20b?q=%ff", headers=headers)

    answer = asyncio.run(ask())
    assert (answer.status_code, answer.headers.get_list("set-cookie")) == (200, ["a=1", "b=2"])
    ((method, path, headers, _),) = asked
    assert (method, path, headers["cookie"]) == ("GET", "/users/a%20b?q=%ff", "other=\xff; refresh=x.y")
    assert "expect" not in headers


def test_odd_bytes_break_nothing_else_either(door: Door, tmp_path: Path) -> None:
    (tmp_path / "web" / "assets").mkdir(parents=True)
    (tmp_path / "web" / "index.html").write_text("the page")
    (tmp_path / "web" / "sw.js").write_text("the worker")
    address, odd = door(Limits()), b"Cookie: other=\xff\xd0\xb9"
    for path in (b"/", b"/orders", b"/twips/%D0%B9?q=%ff", b"/%00", b"/%ff", b"/" + b"a" * 300):
        status, _, body = raw(address, path, odd)
        assert (status, body) == (200, b"the page"), path
    assert raw(address, b"/sw.js", odd)[::2] == (200, b"the worker")
    for path in (b"/assets/%00", b"/assets/..%2fsw.js", b"/assets/" + b"a" * 300, b"/a%00.js"):
        assert raw(address, path, odd)[0] == 404, path
    for path in (b"/docs", b"/docs/%00", b"/local/mail", b"/local/mail.json?to=%ff%00"):
        assert raw(address, path, odd)[0] in (200, 404), path


def test_the_api_answers_with_a_problem_whatever_breaks(door: Door, stage: RestStage) -> None:
    address = door(Limits())
    assert raw(address, b"/api/health", method=b"PROPFIND")[:2] == (405, "application/problem+json")
    assert raw(address, b"/api/health?" + b"q" * 65_530)[0] in (200, 400)
    stage.stop()
    status, media_type, body = raw(address, b"/api/health")
    assert (status, media_type, json.loads(body)["code"]) == (503, "application/problem+json", "unavailable")


def test_a_line_opens_beside_odd_headers_and_bytes_in_its_query(door: Door) -> None:
    address, key = door(Limits()), b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    asks = (b"Upgrade: websocket", b"Connection: Upgrade", key, b"Sec-WebSocket-Version: 13")
    host, _, port = address.partition(":")
    for query, status in ((b"?ticket=good&x=%ff%00", b"101"), (b"?ticket=%ff", b"401"), (b"?%00", b"401")):
        head = [b"GET /ws" + query + b" HTTP/1.1", b"Host: localhost", *asks, b"Cookie: other=\xff\xd0\xb9"]
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.sendall(b"\r\n".join(head) + b"\r\n\r\n")
            assert line.recv(4096).split()[1] == status, query


def test_mails_are_shown_newest_first_with_links_and_without_anything_that_could_run(
    door: Door, tmp_path: Path
) -> None:
    address = door(Limits())
    mails = [
        {"To": ["a@example.org"], "Subject": "First", "BodyText": "see https://example.org/x?a=1&b=2", "Timestamp": 1},
        {"To": ["b@example.org"], "Subject": "<script>", "BodyText": "hello", "Timestamp": 2},
    ]
    (tmp_path / "mails.jsonl").write_text("".join(json.dumps(mail) + "\n" for mail in mails))
    page = httpx.get(f"http://{address}/local/mail").text
    assert page.index("&lt;script&gt;") < page.index("First")
    assert '<a href="https://example.org/x?a=1&amp;b=2">' in page
    mine = httpx.get(f"http://{address}/local/mail.json", params={"to": "a@example.org"}).json()
    assert [mail["subject"] for mail in mine] == ["First"]


def test_the_api_description_is_shown_without_anything_from_elsewhere(door: Door) -> None:
    address = door(Limits())
    page = httpx.get(f"http://{address}/docs").text
    assert "https://" not in page
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "swagger.svg"):
        assert name in page
        assert httpx.get(f"http://{address}/docs/{name}").status_code == 200


def eventually(holds: Callable[[], bool], patience_s: float = 5.0) -> bool:
    waited = threading.Event()
    for _ in range(int(patience_s / 0.05)):
        if holds():
            return True
        waited.wait(0.05)
    return holds()


def test_whoever_leaves_in_the_middle_of_a_request_breaks_nothing() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/twips",
        "raw_path": b"/api/twips",
        "query_string": b"",
        "headers": [],
    }
    rest = Rest(lambda: "http://127.0.0.1:9", Limits(), lambda: "proof")
    assert asyncio.run(rest.answer(HttpRequest(scope, receive))).status_code == 400
