"""A client of the WebSocket: it behaves as a page does, and knows the service by its contract only."""

import asyncio
import itertools
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from driver.api import Json, Refused

ANSWER_S = 30.0
"""How long an answer is waited for: as long as a gateway lets a function work."""
NEWS_S = 20.0
"""How long news is waited for, unless said otherwise."""
IDLE_S = 300.0
"""How often a page says something at all: connections are closed after ten silent minutes."""
BYTES_A_REPORT = 250_000


class Silence(Exception):
    """What was waited for did not come."""


def now_ms() -> int:
    """This machine's clock."""
    return time.time_ns() // 1_000_000


def frame_in(text: str | bytes) -> Json | None:
    """The frame in what came down. None for what is none: when a function fails, the gateway speaks for itself, and who asked waits for
    the time-out as ever."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("type"), str) else None


@dataclass(frozen=True)
class Received:
    """A frame, and when this client got it."""

    at_ms: int
    frame: Json


Watcher = Callable[[str, Json], None]
"""Called with `in` or `out` and each frame."""


class Page:
    """One open tab. With `manners` it does what a page of ours does by itself: pings, acknowledges ringing, reports before each boundary,
    comes back when it is told that it is lost, and connects anew when its connection is closed from outside."""

    def __init__(
        self,
        origin: str,
        ticket: Callable[[], Awaitable[str]],
        *,
        manners: bool = True,
        can_be_called: bool = False,
        watch: Watcher | None = None,
    ) -> None:
        self._url = origin.replace("http", "ws", 1) + "/ws"
        self._ticket = ticket
        self._watch = watch
        self._can_be_called = can_be_called
        self._ids = itertools.count(1)
        self._answers: dict[str, asyncio.Future[Json]] = {}
        self._news = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self._reporting: asyncio.Task[None] | None = None
        self._socket: ClientConnection | None = None
        self._closing = False
        self.manners = manners
        self.media_flows, self.comes_back = True, True
        self.media_bytes = 0
        self.on_frame: Callable[[Json], None] | None = None
        self.received: list[Received] = []
        self.unread: list[str] = []
        self.session_id: str | None = None
        self.user_id = ""
        self.report_ms: list[int] = []
        self.waiting_report_ms = 0
        self.closed = asyncio.Event()
        self.closed_with: int | None = None

    async def open(self) -> "Page":
        """Connects with a fresh ticket and says hello. Raises Refused (401) when the ticket is not taken."""
        socket = await self.connect()
        self.media_bytes = 0
        welcome = await self.ask("hello")
        self.user_id, self.report_ms = welcome["user_id"], sorted(welcome["report_ms"], reverse=True)
        self.waiting_report_ms = welcome["waiting_report_ms"]
        if self.manners:
            every_s = welcome["keepalive_ms"] / 1000 if self._can_be_called else IDLE_S
            self._do(self._keep_alive(socket, every_s))
        return self

    async def connect(self) -> ClientConnection:
        """Connects and says nothing yet. Raises Refused (401), Silence."""
        ticket = await self._ticket()
        try:
            socket = await connect(
                f"{self._url}?ticket={quote(ticket)}", max_size=None, ping_interval=None, open_timeout=30
            )
        except InvalidStatus as refused:
            raise Refused(refused.response.status_code, {"code": "unauthenticated"}) from None
        except OSError as error:
            raise Silence(f"no connection: {error}") from None
        self._socket = socket
        self.closed.clear()
        self._do(self._read(socket))
        return socket

    async def close(self) -> None:
        """Closes the tab, as a person does."""
        self._closing = True
        self._stop_reporting()
        if self._socket and self._socket.transport.is_reading():
            await self._socket.close()
        elif self._socket:
            self._socket.transport.abort()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def vanish(self) -> None:
        """The line is cut: nothing is said any more, and nobody is told (a lost network, a closed lid)."""
        self._closing = True
        self._stop_reporting()
        for task in self._tasks:
            task.cancel()
        if isinstance(transport := self._socket and self._socket.transport, asyncio.ReadTransport):
            transport.pause_reading()

    async def ask(self, kind: str, **fields: Any) -> Json:
        """Sends a frame and waits for its answer. Raises Refused, Silence."""
        ident = str(next(self._ids))
        waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._answers[ident] = waiting
        try:
            await self.send({"type": kind, "id": ident, **fields})
            answer = await asyncio.wait_for(waiting, ANSWER_S)
        except (TimeoutError, ConnectionClosed) as error:
            raise Silence(f"{kind} got no answer: {type(error).__name__}") from None
        finally:
            self._answers.pop(ident, None)
        if answer["type"] == "error":
            raise Refused(0, answer)
        return answer

    async def send(self, frame: Json | str) -> None:
        """Sends a frame, or any text, and waits for nothing."""
        if self._socket is None:
            raise Silence("not connected")
        if self._watch and not isinstance(frame, str):
            self._watch("out", frame)
        await self._socket.send(frame if isinstance(frame, str) else json.dumps(frame, ensure_ascii=False))

    def find(self, kind: str, since: int = 0, **facts: Any) -> Received | None:
        """The first frame of a type with these facts among those received from number `since` on."""
        return next((r for r in self.received[since:] if _is(r.frame, kind, facts)), None)

    def all(self, kind: str, **facts: Any) -> list[Received]:
        """Every frame of a type with these facts."""
        return [r for r in self.received if _is(r.frame, kind, facts)]

    async def until(self, kind: str, within: float = NEWS_S, *, since: int = 0, **facts: Any) -> Received:
        """Waits until such a frame has come, or finds it among those that have. Raises Silence."""

        def there() -> bool:
            return self.find(kind, since, **facts) is not None

        try:
            async with asyncio.timeout(within), self._news:
                await self._news.wait_for(there)
        except TimeoutError:
            last = [r.frame["type"] for r in self.received[-6:]]
            raise Silence(f"no {kind} {facts or ''} within {within:g} s; the last were {last}") from None
        found = self.find(kind, since, **facts)
        assert found
        return found

    async def say(self, text: str, client_id: str | None = None) -> Json:
        """A message in the session of this page; answers the receipt."""
        return await self.ask("chat.send", session_id=self.session_id, client_id=client_id or uuid4().hex, text=text)

    async def end(self) -> None:
        """Hangs up."""
        await self.ask("session.end", session_id=self.session_id)

    async def resume(self, session_id: str) -> Json:
        """Comes back to a live session, or takes it over from another tab."""
        answer = await self.ask("resume", session_id=session_id)
        if answer["type"] == "session.resumed":
            self.session_id = session_id
            self._report_before(answer.get("paid_until_ms"))
        return answer

    # What a page does by itself

    def _do(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for text in socket:
                frame = frame_in(text)
                if frame is None:
                    self.unread.append(str(text))
                    continue
                if self._watch:
                    self._watch("in", frame)
                self.received.append(Received(now_ms(), frame))
                if self.on_frame:
                    self.on_frame(frame)
                waiting = self._answers.get(str(frame.get("re")))
                if waiting and not waiting.done():
                    waiting.set_result(frame)
                if self.manners:
                    self._react(frame)
                async with self._news:
                    self._news.notify_all()
        except ConnectionClosed:
            pass
        self.closed_with = socket.close_code
        self.closed.set()
        self._stop_reporting()
        if self.manners and not self._closing:
            self._do(self._reconnect())

    def _react(self, frame: Json) -> None:
        session_id = frame.get("session_id")
        match frame["type"]:
            case "call.incoming":
                self._do(self._quietly(self.ask("call.ringing", session_id=session_id)))
            case "call.ringing":
                self.session_id = session_id
            case "call.answered" if frame["here"]:
                self.session_id, self.media_bytes = session_id, 0
                self._report_while_waiting()
            case "session.resumed" if session_id == self.session_id and frame["state"] == "answered":
                self._report_while_waiting()
            case "session.started" | "session.charged" | "session.resumed" if session_id == self.session_id:
                self._report_before(frame.get("paid_until_ms"))
                if "re" in frame and frame.get("mode") == "video" and self.media_flows:
                    self._do(self._quietly(self._say_alive()))
            case "session.interrupted" if session_id == self.session_id:
                self._do(self._quietly(self._if_lost(frame)))
            case "session.ended" | "session.moved" if session_id == self.session_id:
                self._stop_reporting()

    async def _if_lost(self, frame: Json) -> None:
        """A page that reads of itself that it is lost is not: it says so; by its media, if that is what is awaited."""
        side = "performer" if self._is_performer(frame["session_id"]) else "customer"
        if side not in frame["sides"] or not self.comes_back:
            return
        if side not in frame["media_awaited"]:
            await self.resume(frame["session_id"])
            return
        while not self.media_flows and now_ms() < frame["until_ms"]:
            await asyncio.sleep(0.2)
        await self._say_alive()

    def _is_performer(self, session_id: str) -> bool:
        resumed = self.find("session.resumed", session_id=session_id)
        if resumed and "re" in resumed.frame:
            return bool(resumed.frame["side"] == "performer")
        return self.find("call.incoming", session_id=session_id) is not None

    async def _keep_alive(self, socket: ClientConnection, every_s: float) -> None:
        while socket.close_code is None:
            await asyncio.sleep(every_s)
            await self._quietly(self.ask("ping"))

    async def _reconnect(self) -> None:
        for attempt in itertools.count():
            await asyncio.sleep(min(2.0, 0.2 * 2**attempt))
            try:
                await self.open()
                if self.session_id and not self.find("session.ended", session_id=self.session_id):
                    await self.resume(self.session_id)
            except (Refused, Silence, OSError, httpx.HTTPError, ConnectionClosed):
                continue
            return

    def _report_before(self, boundary_ms: int | None) -> None:
        self._stop_reporting()
        if boundary_ms is not None and self.manners:
            self._reporting = asyncio.create_task(self._report(boundary_ms))

    def _report_while_waiting(self) -> None:
        self._stop_reporting()
        if self.manners:
            self._reporting = asyncio.create_task(self._report_on_and_on())

    async def _report_on_and_on(self) -> None:
        """Until the clock runs, when reports before its boundaries take this one's place."""
        while True:
            await asyncio.sleep(self.waiting_report_ms / 1000)
            await self._quietly(self._say_alive())

    def _stop_reporting(self) -> None:
        if self._reporting:
            self._reporting.cancel()
        self._reporting = None

    async def _report(self, boundary_ms: int) -> None:
        for lead_ms in self.report_ms:
            wait_ms = boundary_ms - lead_ms - now_ms()
            if wait_ms < -lead_ms / 2:
                continue
            await asyncio.sleep(max(0, wait_ms) / 1000)
            await self._quietly(self._say_alive())

    async def _say_alive(self) -> None:
        """A report; what has not grown is left out of it."""
        self.media_bytes += BYTES_A_REPORT if self.media_flows else 0
        stats = {"media_bytes": self.media_bytes} if self.media_flows else {}
        await self.ask("session.report", session_id=self.session_id, stats=stats)

    async def _quietly(self, work: Any) -> None:
        try:
            await work
        except (Refused, Silence, ConnectionClosed):
            return


def _is(frame: Json, kind: str, facts: Json) -> bool:
    return frame["type"] == kind and all(frame.get(name) == value for name, value in facts.items())
