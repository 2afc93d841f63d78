"""The front door keeps the limits of the cloud's gateway, so that nobody meets them there for the first time."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.http11 import Request, Response
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import ServerConnection, serve

from infra.local.front.app import make
from infra.local.front.limits import Limits
from infra.local.places import free_port

Door = Callable[[Limits], str]


class Gateway:
    """Stands in for the WebSocket stage: answers each frame with itself and knows who is connected."""

    def __init__(self) -> None:
        self.connected: list[ServerConnection] = []
        self._server = serve(self._echo, "127.0.0.1", 0, process_request=self._admit, close_timeout=0.5)
        self.address = f"http://127.0.0.1:{self._server.socket.getsockname()[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
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


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    running = Gateway()
    yield running
    running.stop()


@pytest.fixture
def door(gateway: Gateway, tmp_path: Path) -> Iterator[Door]:
    servers: list[tuple[uvicorn.Server, threading.Thread]] = []

    def opened(limits: Limits) -> str:
        folder, mails = tmp_path / "web", tmp_path / "mails.jsonl"
        app, port = make(lambda _: gateway.address, mails, folder, limits, lambda: "proof"), free_port()
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, ws="wsproto", log_level="error"))
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
        pass
    assert not eventually(lambda: not gateway.connected, patience_s=0.5)


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
