"""One run: a small market with its weather, from the opening of business until the last session has ended."""

import gc
import logging
import os
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from random import Random
from types import SimpleNamespace
from typing import Any, TypeVar, cast
from unittest import mock

from pydantic_core import from_json

from chalicelib.config import Settings, from_environment
from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile, Status
from chalicelib.domain.connections import Ticket
from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import Refusal, Unavailable
from chalicelib.domain.kinds import Mode
from chalicelib.gateways.queues import WorkQueue
from chalicelib.handlers import jobs
from chalicelib.services.calls.ticking import AHEAD, Ticking
from chalicelib.services.changes import CommitRefused, Contention, Insert
from chalicelib.services.connections import ticket_digest
from chalicelib.services.money.topups import TopUps
from chalicelib.services.ports import Undelivered
from chalicelib.storage import store as storage
from chalicelib.storage.store import DynamoStore
from chalicelib.wiring import Wiring
from chalicelib.ws import routes
from sim.books import Books
from sim.cloud import (
    CONNECTION_MS,
    Calls,
    Gateway,
    InjectedError,
    OneAfterAnother,
    Socket,
    StormyDynamo,
    VirtualQueue,
    handler,
    push_through,
)
from sim.customers import Customer
from sim.daylight import punctual, undisturbed
from sim.desk import PROVIDER, Desk, Offer, Provider, person, twip
from sim.kernel import Kernel, Signal
from sim.pages import Frame, Page
from sim.people import Performer
from sim.told import Told
from sim.weather import Fault, Service, Weather

T = TypeVar("T")
START_MS = 1_795_435_200_000
"""A morning in UTC, so that no run crosses midnight."""
TICKS_OPEN = 300
TICKS_AFTER = 50
OVER_MS = 600_000
"""So long nobody has had a session at the end of a run: longer than any message takes, with all its repeats."""
GARBAGE = 50_000
EXPECTED = (Refusal, CommitRefused, Contention, Undelivered, InjectedError)
"""What may go wrong in a handler when the weather is bad; anything else is a bug."""


@dataclass
class Late:
    """How late boundaries were debited, in ms, each under what it met on its way; those that waited for a lost side, as they should,
    are left out."""

    fair: list[int] = field(default_factory=list)
    """In runs without faults."""
    faults: list[int] = field(default_factory=list)
    """Messages lost, doubled and reordered, crashes, conflicts, ticks missed: what the next ticks repair."""
    queue_down: list[int] = field(default_factory=list)
    """While the queue was down: the tick debited by itself."""
    outages: list[int] = field(default_factory=list)
    """After the store, the ticks or the queue had been down: counted from when all was up again, if that was after the boundary. What
    a person's act brought about meanwhile is left out."""


@dataclass
class Result:
    """What came of one run."""

    seed: int
    broken: list[str]
    fair: bool
    billed: int
    faults: Counter[str]
    ends: Counter[str]
    late: "Late" = field(default_factory=lambda: Late())

    @property
    def replay(self) -> str:
        """The command that tells this run's story."""
        return f"python -m sim {self.seed}"


def settings(profile: str) -> Settings:
    """A stage that exists nowhere."""
    with mock.patch.dict(os.environ, {"LOCAL": "1", "PROFILE": profile}, clear=True):
        return from_environment()


class Bugs(logging.Handler):
    """Errors that the services log and survive: those that the weather did not make are bugs."""

    def __init__(self, found: Callable[[str], None]) -> None:
        super().__init__()
        self.found = found

    def emit(self, record: logging.LogRecord) -> None:
        """Looks at the exception of a record."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not isinstance(error, EXPECTED):
            self.found(f"{record.getMessage()}: {error!r}")


class World:
    """The market of one seed."""

    def __init__(self, seed: int, story: bool = False) -> None:
        self.seed = seed
        self.story = story
        self.kernel = Kernel(seed, START_MS)
        rng = self.kernel.rng
        self.settings = settings("fast" if rng.random() < 0.15 else "real")
        self.durations = self.settings.durations
        self.open_until_ms = START_MS + TICKS_OPEN * self.durations.tick_ms
        self.end_ms = self.open_until_ms + TICKS_AFTER * self.durations.tick_ms
        # Of its own: what befalls all at once leaves the dice of everything else alone.
        self.fate = Random(f"{seed} lights")
        self.weather = Weather.of_seed(rng, self.fate, START_MS, self.open_until_ms)
        self.troubled = rng.choice((0, 0.3, 0.6))
        """How likely a line has (one more) trouble in a session."""
        self.pace = self.durations.ring_ms / REAL.ring_ms
        self.still_ms = int(10_000 * self.pace)
        """Bytes that have not grown for so long are not reported (session.report)."""
        self.books = Books(self.durations, lambda: self.kernel.time_ms, self._is_open, self.still_ms + 1_000)
        self.told = Told(self.books, lambda: not self.weather.happened[Fault.PUSH_GONE])
        self.calls = Calls(self.kernel, self.weather)
        self.dynamo = StormyDynamo(self.calls, self._written)
        self.gateway = Gateway(self.calls, self._route, self._told)
        self.wiring = self._wiring()
        self.desk = self._desk()
        self.customers: list[Customer] = []
        self.performers: dict[str, Performer] = {}
        self._tickets = 0

    def _wiring(self) -> Wiring:
        wiring = Wiring(self.settings)
        queue = VirtualQueue(self.calls, self._work)
        tables = self.settings.tables
        store = DynamoStore(self.dynamo.as_client(), tables, self.durations, self._pause)
        clock = SimpleNamespace(now_ms=self._now_ms)
        wakes = WorkQueue(lambda: queue, "work", self._pause)
        wakes._pool = cast(ThreadPoolExecutor, OneAfterAnother())
        vars(wiring).update(
            clock=clock,
            store=store,
            push=push_through(self.gateway),
            wakes=wakes,
            ticking=Ticking(store, wakes, lambda: wiring.metering, self.durations),
        )
        return wiring

    def _desk(self) -> Desk:
        w = self.wiring
        topups = TopUps(w.store, w.clock, w.notices, {PROVIDER: Provider()}, PROVIDER, self.settings.currency)
        return Desk(w.consultations, topups)

    # Time, as the handlers and the people see it

    def _now_ms(self) -> int:
        actor = self.kernel.actor
        return self.kernel.time_ms + (actor.skew_ms if actor else 0)

    def _pause(self, attempt: int) -> None:
        self.kernel.wait(self.kernel.rng.randrange((1, 20, 50, 120, 300)[min(attempt, 4)]))

    def _sleep(self, seconds: float) -> None:
        self.kernel.wait(round(seconds * 1000))

    def human_ms(self, shortest_ms: int, longest_ms: int) -> int:
        """How long a person or a browser takes for something, in this profile's pace."""
        return int(self.kernel.rng.uniform(shortest_ms, longest_ms) * self.pace)

    @property
    def busy_hours(self) -> bool:
        """Whether people still begin new things."""
        return self.kernel.time_ms < self.open_until_ms

    @property
    def closed(self) -> bool:
        """Whether all scripts are to end."""
        return self.kernel.time_ms >= self.open_until_ms + 5 * self.durations.tick_ms

    # Entry points

    def connect(self, page: Page, opened: Callable[[bool], None]) -> Socket:
        """A page opens a line with a fresh ticket."""
        self._tickets += 1
        return self.gateway.connect(page, f"ticket-{self._tickets}", opened)

    def _route(self, route: str, socket: Socket, text: str, received_ms: int) -> int:
        facts: dict[str, Any] = {"requestContext": {"requestTimeEpoch": received_ms}}
        event: Any = SimpleNamespace(connection_id=socket.id, body=text, to_dict=lambda: facts)
        try:
            if route == "message":
                if self.story:
                    self.log(getattr(socket.page, "name", ""), "says", from_json(text))
                return routes.message(event)["statusCode"]
            if route == "disconnect":
                return self._disconnect(event)
            user_id = socket.page.person.user_id  # type: ignore[attr-defined]
            ticket = Ticket(ticket_digest(text), user_id, self.kernel.time_ms + 30_000)
            self.wiring.store.commit(Insert(ticket))
            facts["queryStringParameters"] = {"ticket": text}
            return routes.connect(event)["statusCode"]
        except Exception as error:
            self._unless_expected(route, error)
            return 500

    def _disconnect(self, event: Any) -> int:
        line = event.connection_id
        held = self.books.running_on(line) if self.weather.calm else []
        status = routes.disconnect(event)["statusCode"]
        if self.weather.calm:
            self.books.closed(line, held)
        return status

    def _work(self, body: str) -> None:
        try:
            jobs.wake(self.wiring, from_json(body))
        except Exception as error:
            self._unless_expected("worker", error)
            raise

    def _tick(self) -> None:
        try:
            self.wiring.ticking.tick(self._now_ms)
        except Exception as error:
            self._unless_expected("tick", error)

    def rest(self, act: Callable[[], T]) -> T | Refusal | None:
        """A person's request: its answer or refusal; None when it never got one. Repeated by the browser, as it may be."""
        kernel, answers = self.kernel, list[T | Refusal | None]()

        def request() -> None:
            try:
                answers.append(act())
            except Unavailable:
                return
            except Refusal as refusal:
                answers.append(refusal)
            except Exception as error:
                self._unless_expected("request", error)

        for _ in range(4):
            done = Signal()
            kernel.spawn(handler(kernel, "request", 30_000, partial(_fire, done)), request)
            kernel.wait_for(done, 40_000)
            if answers:
                return answers[0]
            kernel.wait(self.human_ms(300, 2_000))
        return Unavailable()

    def _unless_expected(self, where: str, error: Exception) -> None:
        if not isinstance(error, EXPECTED):
            self._bug(f"{where}: {error!r}")

    def _bug(self, text: str) -> None:
        self.books.breach("a handler failed by itself", text)

    # What is watched

    def _is_open(self, connection_id: str) -> bool:
        """Whether this line is open for all that anybody can know: no push was answered as if it were gone."""
        socket = self.gateway.sockets.get(connection_id)
        return socket is not None and socket.open and not self.weather.happened[Fault.PUSH_GONE]

    def _written(self, operation: str, request: dict[str, Any]) -> None:
        self.books.write(self.dynamo, operation, request)
        if self.books.broken:
            self.kernel.stopped = True

    def _told(self, socket: Socket, frame: Frame) -> None:
        try:
            self.told.frame(socket.page.person.user_id, frame)  # type: ignore[attr-defined]
        except Exception as error:
            # It would be swallowed by the service, to which telling may fail.
            self.books.breach("a frame could not be looked at", repr(error), frame)

    def log(self, who: str, what: str, frame: Frame) -> None:
        """A line of the story."""
        if self.story:
            clock_ms = self.kernel.time_ms - START_MS
            facts = " ".join(f"{name}={value}" for name, value in frame.items() if name not in ("type", "id", "re"))
            print(f"{clock_ms / 1000:10.3f} {who:8} {what} {frame['type']} {facts}"[:240])

    # The run

    def run(self) -> Result:
        """Plays the seed to its end."""
        with (
            mock.patch.object(routes, "wiring", lambda: self.wiring),
            mock.patch.object(jobs, "time", SimpleNamespace(sleep=self._sleep)),
            mock.patch.object(storage, "decode", self.books.readings.decode),
        ):
            bugs = Bugs(self._bug)
            log = logging.getLogger("chalicelib")
            log.addHandler(bugs)
            log.propagate = False
            try:
                self._open()
                self.kernel.run(self.open_until_ms)
                self.weather.clear()
                self._see_out()
            finally:
                self.kernel.close()
                log.removeHandler(bugs)
                log.propagate = True
        if not self.books.broken:
            self.books.close(self.dynamo)
            self.told.close()
            punctual(self.books, self._bound_ms())
            if self.weather.fair and not self.troubled:
                undisturbed(self.books, self.told, min(self.open_until_ms, START_MS + CONNECTION_MS))
        ends = Counter(str(session.reason) for session in self.books.sessions.values())
        billed = len(self.books.paid)
        return Result(
            self.seed, self.books.broken, self.weather.fair, billed, self.weather.happened, ends, self._late()
        )

    def _see_out(self) -> None:
        """Until the end, or until no session has been alive for so long that whatever is late has come."""
        at_ms, over_ms = self.open_until_ms, 0
        while at_ms < self.end_ms and over_ms < OVER_MS:
            at_ms += self.durations.tick_ms
            self.kernel.run(at_ms)
            over_ms = over_ms + self.durations.tick_ms if self.closed and self.books.at_rest else 0

    def _late(self) -> Late:
        late = Late()
        for debit in self.books.debits:
            if debit.waited:
                continue
            met = self.weather.outages(debit.due_ms - AHEAD * self.durations.tick_ms, debit.at_ms)
            still = {what for what, end_ms in met if end_ms > debit.at_ms}
            if not met:
                (late.fair if self.weather.fair else late.faults).append(debit.late_ms)
            elif not still:
                late.outages.append(debit.at_ms - max(debit.due_ms, *(end_ms for _, end_ms in met)))
            elif still == {Service.QUEUE}:
                late.queue_down.append(debit.late_ms)
        return late

    def _open(self) -> None:
        rng, store = self.kernel.rng, self.wiring.store
        # At the pace of a local run a tick has time for few debits, and leaves the others to a queue that may be down.
        fewest = (10, 8) if self.pace == 1 else (6, 5)
        performers, customers = (number + rng.randrange(4) for number in fewest)
        offers: list[Offer] = []
        for n in range(performers):
            user_id = f"performer{n}"
            profile = Profile(user_id, user_id, status=rng.choice((Status.AVAILABLE, Status.AWAY)), consultations=1)
            store.commit(Insert(person(user_id)))
            store.commit(Insert(profile))
            store.commit(Insert(Account(user_id, "RUB")))
            prices = {mode: rng.choice((10_001, 25_000, 99_999)) for mode in Mode}
            store.commit(Insert(twip(f"twip{n}", user_id, prices, START_MS)))
            offers += [Offer(f"twip{n}", user_id, mode, price_minor) for mode, price_minor in prices.items()]
            self.performers[user_id] = Performer(self, user_id, f"P{n}")
        for n in range(customers):
            user_id = f"customer{n}"
            store.commit(Insert(person(user_id)))
            store.commit(Insert(Profile(user_id, user_id)))
            store.commit(Insert(Account(user_id, "RUB")))
            for desk in range(rng.choice((1, 2))):
                self.customers.append(Customer(self, user_id, f"C{n}{'ab'[desk]}", offers))
        self.kernel.after(0, lambda: self._schedule(START_MS))
        for what, from_ms, _ in self.weather.down:
            if what is Service.CLOUD:
                self.kernel.at(from_ms, self._lights_out)
        for ticks in (1, 6):
            self.kernel.at(self.open_until_ms + ticks * self.durations.tick_ms, self._everybody_leaves)

    def _schedule(self, at_ms: int) -> None:
        tick_ms, weather, rng = self.durations.tick_ms, self.weather, self.kernel.rng
        next_ms = at_ms + tick_ms
        if next_ms < self.end_ms:
            self.kernel.at(next_ms, lambda: self._schedule(next_ms))
        down = weather.is_down(Service.CLOUD, at_ms) or weather.is_down(Service.TICKS, at_ms)
        if down or weather.strikes(Fault.TICK_MISSED):
            return
        late_ms = rng.randrange(3 * tick_ms // 2) if weather.strikes(Fault.TICK_LATE) else rng.randrange(tick_ms // 30)
        for _ in range(2 if weather.strikes(Fault.TICK_TWICE) else 1):
            self.kernel.after(late_ms + rng.randrange(50), self._begin_tick)

    def _lights_out(self) -> None:
        """Every line is cut, and nothing of ours sees it. Half of the people try until they are back, the others give up."""
        for socket in list(self.gateway.sockets.values()):
            if not socket.open:
                continue
            if isinstance(socket.page, Page) and socket.page.socket is socket and self.fate.random() < 0.5:
                socket.page.cut(deaf=False, told_after_ms=None, back_after_ms=None)
            else:
                self.gateway.close(socket, None)

    def _begin_tick(self) -> None:
        self.kernel.spawn(handler(self.kernel, "tick", 60_000), self._tick)

    def _bound_ms(self) -> int:
        """How late a boundary may be debited at most: hardly, in fair weather; when only the queue is bad, the audit of the tick
        finds it; else when what was down is up again, and once more round the clock for what was lost twice."""
        if self.weather.fair:
            return 1_500
        tick_ms = self.durations.tick_ms
        if self.weather.queue_only:
            return (self.wiring.ticking.lag + 2) * tick_ms
        return self.weather.outage_ms + 20 * tick_ms

    def _everybody_leaves(self) -> None:
        """Half of them hang up, the others are gone without a word, for good."""
        for socket in list(self.gateway.sockets.values()):
            page = socket.page
            if not socket.open or not isinstance(page, Page):
                continue
            if self.kernel.rng.random() < 0.5:
                page.tell({"type": "session.end"})
            elif page.socket is socket:
                page.cut(deaf=True, told_after_ms=None, back_after_ms=None)
            else:
                socket.deaf = True


def _fire(signal: Signal, whole: bool) -> None:
    signal.fire()


def play(seed: int, story: bool = False) -> Result:
    """Runs one seed. Little of what it makes is garbage before its end, so garbage is looked for rarely meanwhile."""
    often = gc.get_threshold()
    gc.set_threshold(GARBAGE)
    try:
        return World(seed, story).run()
    except Exception:
        print(f"seed {seed} failed in the simulation itself", file=sys.stderr)
        raise
    finally:
        gc.set_threshold(*often)
