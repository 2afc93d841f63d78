"""The cloud in virtual time: store, queue, WebSocket gateway and schedule, each call a scheduling point where faults strike."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from math import log
from typing import Any, Protocol, cast

from botocore.exceptions import ClientError, ReadTimeoutError
from pydantic_core import from_json

from chalicelib.ws.push import ManagementPush
from dynamo.errors import client_error, conflict, conflict_of_one
from dynamo.memory import MemoryDynamo
from dynamo.tables import twip_tables
from sim.kernel import Actor, Crash, Kernel
from sim.weather import Fault, Service, Weather

WRITES = frozenset({"put_item", "update_item", "delete_item", "transact_write_items"})
REDELIVERY_MS = 60_000
RECEIVES = 4
"""After so many failures a message goes to the dead letters."""
CONNECTION_MS = 2 * 3_600_000
IDLE_MS = 600_000
LATENCIES = 4_096
LATENCIES_MS = tuple(min(int(-log(1 - (n + 0.5) / LATENCIES) / 0.1), 800) for n in range(LATENCIES))
"""Of a call and its reply: mostly a few, seldom dozens."""
NOTICED_MS = 60_000
"""Within so long a page notices that its line is gone."""


class InjectedError(Exception):
    """Marks the errors that the weather makes: any other that a handler meets is a bug."""


class InjectedTimeout(InjectedError, ReadTimeoutError):
    """The reply of a call was lost; whether it was carried out, the caller cannot know."""


def injected(error: ClientError) -> ClientError:
    """The same error, marked as the weather's."""
    error.__class__ = _injected_kind(cast(Any, type(error)))
    return error


@cache
def _injected_kind(kind: Any) -> type[ClientError]:
    return type(kind.__name__, (InjectedError, kind), {})


class Calls:
    """The scheduling points and the faults around one call of a handler."""

    def __init__(self, kernel: Kernel, weather: Weather) -> None:
        self.kernel = kernel
        self.weather = weather

    @property
    def ours(self) -> bool:
        """Whether a handler of ours is at work."""
        actor = self.kernel.actor
        return actor is not None and actor.handles

    def begin(self, service: Service, refusal: Fault, *others: Fault) -> Fault | None:
        """Time passes on the way out, and the process may die. Answers which of these faults befalls the call, if any: the refusal always
        while the service is down."""
        kernel, weather = self.kernel, self.weather
        actor = kernel.wait(LATENCIES_MS[int(kernel.rng.random() * LATENCIES)])
        if actor is None or not actor.handles or not weather.bad:
            return None
        if kernel.time_ms >= weather.up_until_ms and weather.is_down(Service.CLOUD, kernel.time_ms):
            raise Crash
        fault = weather.one_of((Fault.CRASH_BEFORE, Fault.STALL, refusal, *others))
        if fault is Fault.CRASH_BEFORE:
            raise Crash
        if fault is Fault.STALL:
            kernel.wait(kernel.rng.randrange(1_000, 25_000))
            fault = None
        down = kernel.time_ms >= weather.up_until_ms and weather.is_down(service, kernel.time_ms)
        return refusal if down else fault

    def end(self) -> None:
        """The process may die, or never get the reply. Its way back is a part of the next call's way out: between the two, nobody can see
        what a process does."""
        weather, now_ms = self.weather, self.kernel.time_ms
        if not weather.bad or not self.ours:
            return
        if now_ms >= weather.up_until_ms and weather.is_down(Service.CLOUD, now_ms):
            raise Crash
        fault = weather.one_of((Fault.CRASH_AFTER, Fault.REPLY_LOST))
        if fault is Fault.CRASH_AFTER:
            raise Crash
        if fault is Fault.REPLY_LOST:
            self.kernel.wait(self.kernel.rng.randrange(1_000, 10_000))
            raise InjectedTimeout(endpoint_url="virtual")


class StormyDynamo(MemoryDynamo):
    """The in-memory store with weather. `watch` sees each write at the instant it is carried out."""

    def __init__(self, calls: Calls, watch: Callable[[str, dict[str, Any]], None]) -> None:
        super().__init__(twip_tables(), lambda: calls.kernel.time_ms, shares=True)
        self.calls = calls
        self.watch = watch
        self.before, self.after = self._before, self._after
        self.served = self._served
        self.gsi_lag = lambda: calls.weather.strikes(Fault.INDEX_LAG)

    def _before(self, operation: str, request: dict[str, Any]) -> None:
        writes = (Fault.CONFLICT,) if operation in WRITES else ()
        fault = self.calls.begin(Service.STORE, Fault.THROTTLE, *writes)
        if fault is Fault.THROTTLE:
            raise injected(client_error(operation, "ProvisionedThroughputExceededException", "weather"))
        if fault is Fault.CONFLICT:
            if operation == "transact_write_items":
                number = len(request["TransactItems"])
                raise injected(conflict(number, self.calls.kernel.rng.randrange(number)))
            raise injected(conflict_of_one(operation))

    def _after(self, operation: str, request: dict[str, Any]) -> None:
        if operation in WRITES:
            self.watch(operation, request)
            alone = operation in ("put_item", "delete_item") and self.calls.ours
            if alone and self.calls.weather.strikes(Fault.SENT_TWICE):
                self._once_more(operation, request)
        self.calls.end()

    def _once_more(self, operation: str, request: dict[str, Any]) -> None:
        """The client lost the first reply and repeats the write by itself: the answer is that of the repeat."""
        after, self.after = self.after, None
        before, self.before = self.before, None
        try:
            getattr(self, operation)(**request)
            self.watch(operation, request)
        finally:
            self.before, self.after = before, after

    def _served(self, keys: int) -> int:
        return self.calls.kernel.rng.randrange(keys) if self.calls.weather.strikes(Fault.UNPROCESSED) else keys

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        """Each item is read consistently, but not all at one instant: sometimes others write in between."""
        asked: dict[str, Any] = request["RequestItems"]
        if len(asked) < 2 or self.calls.kernel.rng.random() < 0.8:
            return super().batch_get_item(**request)
        first = self.calls.kernel.rng.choice(list(asked))
        one = super().batch_get_item(RequestItems={first: asked[first]})
        other = super().batch_get_item(RequestItems={name: keys for name, keys in asked.items() if name != first})
        return {name: {**one[name], **other[name]} for name in ("Responses", "UnprocessedKeys")}


@dataclass(frozen=True)
class Message:
    """A message of the work queue."""

    body: str
    receives: int = 0


class VirtualQueue:
    """SQS as `gateways.queues` sees it; `work` is the worker, called in an actor of its own for each message."""

    def __init__(self, calls: Calls, work: Callable[[str], None]) -> None:
        self.calls = calls
        self.work = work
        self.dead = 0

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """Takes messages: all, some or none."""
        weather = self.calls.weather
        if self.calls.begin(Service.QUEUE, Fault.REFUSED):
            raise injected(client_error("query", "ServiceUnavailable", "weather"))
        failed = [entry for entry in Entries if self.calls.ours and weather.strikes(Fault.PARTLY)]
        for entry in Entries:
            if entry not in failed:
                self._take(Message(entry["MessageBody"]), 1000 * entry["DelaySeconds"])
        self.calls.end()
        return {"Failed": [{"Id": entry["Id"]} for entry in failed]}

    def _take(self, message: Message, delay_ms: int) -> None:
        weather, rng = self.calls.weather, self.calls.kernel.rng
        if weather.strikes(Fault.MESSAGE_LOST):
            return
        if weather.strikes(Fault.MESSAGE_TWICE):
            self._deliver(message, delay_ms + rng.choice((0, 0, rng.randrange(30_000))))
        late_ms = rng.randrange(40_000) if weather.strikes(Fault.MESSAGE_LATE) else rng.randrange(300)
        self._deliver(message, delay_ms + late_ms)

    def _deliver(self, message: Message, delay_ms: int) -> None:
        self.calls.kernel.after(delay_ms, lambda: self._receive(message))

    def _receive(self, message: Message) -> None:
        kernel = self.calls.kernel
        weather = self.calls.weather
        if weather.is_down(Service.QUEUE, kernel.time_ms) or weather.is_down(Service.CLOUD, kernel.time_ms):
            return self._deliver(message, 20_000)
        well: list[bool] = []

        def work() -> None:
            try:
                self.work(message.body)
                well.append(True)
            except Exception:
                well.clear()

        kernel.spawn(handler(kernel, "worker", 60_000, lambda whole: self._done(message, bool(well))), work)
        return None

    def _done(self, message: Message, well: bool) -> None:
        if well:
            return
        if message.receives + 1 == RECEIVES:
            self.dead += 1
            return
        self._deliver(Message(message.body, message.receives + 1), REDELIVERY_MS)


def handler(kernel: Kernel, name: str, limit_ms: int, done: Callable[[bool], None] | None = None) -> Actor:
    """An actor that is one invocation of a function of ours."""
    skew_ms = kernel.rng.randrange(-20, 21)
    return Actor(name, done, dies_ms=kernel.time_ms + limit_ms, skew_ms=skew_ms)


class Receiver(Protocol):
    """The page's end of a socket."""

    name: str

    def receive(self, socket: "Socket", frame: dict[str, Any]) -> None:
        """A frame has come."""

    def closed(self, socket: "Socket") -> None:
        """The socket is closed, and the page knows."""


@dataclass(eq=False)
class Socket:
    """A WebSocket connection. `deaf`: the line is dead, and neither end has noticed."""

    id: str
    page: Receiver
    open: bool = False
    deaf: bool = False
    last_ms: int = 0


class Gateway:
    """The WebSocket API: sockets, its three routes, and its management side."""

    def __init__(
        self,
        calls: Calls,
        routes: Callable[[str, Socket, str, int], int],
        told: Callable[[Socket, dict[str, Any]], None],
    ) -> None:
        self.calls = calls
        self.kernel = calls.kernel
        self.routes = routes
        self.told = told
        self.sockets: dict[str, Socket] = {}

    # The pages' end

    def connect(self, page: Receiver, ticket: str, opened: Callable[[bool], None]) -> Socket:
        """Opens a socket with a ticket."""
        socket = Socket(f"line{len(self.sockets):05d}=", page)
        self.sockets[socket.id] = socket
        status: list[int] = []

        def done(whole: bool) -> None:
            socket.open = status == [200]
            socket.last_ms = self.kernel.time_ms
            if socket.open:
                self.kernel.after(CONNECTION_MS, lambda: self.close(socket, 0))
                self.kernel.after(IDLE_MS, lambda: self._idle(socket))
            opened(socket.open)

        actor = handler(self.kernel, "$connect", 30_000, done)
        now_ms = self.kernel.time_ms
        self.kernel.spawn(actor, lambda: status.append(self.routes("connect", socket, ticket, now_ms)))
        return socket

    def send(self, socket: Socket, text: str) -> None:
        """A frame from a page."""
        self.kernel.after(self._way_ms(), lambda: self._message(socket, text))

    def _message(self, socket: Socket, text: str) -> None:
        if not socket.open or socket.deaf:
            return
        now_ms = socket.last_ms = self.kernel.time_ms
        actor = handler(self.kernel, "frame", 30_000)
        self.kernel.spawn(actor, lambda: self.routes("message", socket, text, now_ms))

    def close(self, socket: Socket, told_after_ms: int | None) -> None:
        """A socket is closed; `$disconnect` comes some time later, or never (None)."""
        if not socket.open:
            return
        socket.open = False
        if not socket.deaf:
            self.kernel.after(self._way_ms(), lambda: socket.page.closed(socket))
        if told_after_ms is None:
            return

        def disconnect() -> None:
            actor = handler(self.kernel, "$disconnect", 30_000)
            self.kernel.spawn(actor, lambda: self.routes("disconnect", socket, "", self.kernel.time_ms))

        self.kernel.after(told_after_ms, disconnect)

    def _idle(self, socket: Socket) -> None:
        if not socket.open:
            return
        silent_ms = self.kernel.time_ms - socket.last_ms
        if silent_ms >= IDLE_MS:
            self.close(socket, 0)
            return
        self.kernel.after(IDLE_MS - silent_ms, lambda: self._idle(socket))

    def _way_ms(self) -> int:
        return 1 + min(int(self.kernel.rng.expovariate(0.04)), 500)

    # The management side, as boto3's client

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> None:  # noqa: N803
        """A frame to a page."""
        weather, socket = self.calls.weather, self.sockets.get(ConnectionId)
        if self.calls.begin(Service.PUSHES, Fault.PUSH_FAILED):
            raise injected(client_error("query", "ServiceUnavailable", "weather"))
        if socket is None or not socket.open:
            raise injected(client_error("query", "GoneException", "gone"))
        if weather.strikes(Fault.PUSH_GONE):
            self._notices_late(socket)
            raise injected(client_error("query", "GoneException", "gone"))
        socket.last_ms = self.kernel.time_ms
        frame: dict[str, Any] = from_json(Data)
        self.told(socket, frame)
        if not socket.deaf and not weather.strikes(Fault.PUSH_LOST):
            self.kernel.after(self._way_ms(), lambda: socket.page.receive(socket, frame) if socket.open else None)
        self.calls.end()

    def _notices_late(self, socket: Socket) -> None:
        """What is answered as gone is mostly going: its page notices a while later. Else it was a mistake, and the line holds."""
        rng = self.kernel.rng
        if rng.random() < 0.8:
            self.kernel.after(rng.randrange(NOTICED_MS), lambda: self.close(socket, 0))

    def delete_connection(self, *, ConnectionId: str) -> None:  # noqa: N803
        """Closes a page's connection from our side."""
        if self.calls.begin(Service.PUSHES, Fault.CLOSE_FAILED):
            raise injected(client_error("query", "ServiceUnavailable", "weather"))
        if socket := self.sockets.get(ConnectionId):
            self.close(socket, 0)
        self.calls.end()


@dataclass(frozen=True)
class Done:
    """A future of what is done already."""

    came: Any

    def result(self) -> Any:
        """What came of it."""
        return self.came


class OneAfterAnother:
    """An executor without threads: what is submitted is done at once, and other actors go on at its calls."""

    def submit(self, do: Callable[[Any], Any], thing: Any) -> "Done":
        """Does it now."""
        return Done(do(thing))

    def map(self, do: Callable[[Any], Any], things: Iterable[Any]) -> list[Any]:
        """Does them now."""
        return [do(thing) for thing in things]


def push_through(gateway: Gateway) -> ManagementPush:
    """The real adapter over the virtual gateway."""
    push = ManagementPush(lambda: gateway)
    push._pool = cast(ThreadPoolExecutor, OneAfterAnother())
    return push
