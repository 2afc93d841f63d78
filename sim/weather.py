"""What can go wrong in a run: how often, and in which stretches of time it goes wrong without exception."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from sim.kernel import NEVER_MS

MINUTE_MS = 60_000


class Fault(StrEnum):
    """A kind of fault. Those of calls befall a handler of ours before or after one call to the store, the queue or a page."""

    __hash__ = str.__hash__  # asked for at every call; an enum's own takes longer

    CRASH_BEFORE = "crash before a call"
    CRASH_AFTER = "crash after a call"
    STALL = "stall at a call"
    CONFLICT = "transaction conflict"
    THROTTLE = "throttle"
    REPLY_LOST = "reply of a call lost"
    SENT_TWICE = "write sent twice by the client"
    UNPROCESSED = "unprocessed keys"
    INDEX_LAG = "lagging index"
    PUSH_LOST = "push lost"
    PUSH_FAILED = "push failed"
    CLOSE_FAILED = "closing a line failed"
    PUSH_GONE = "push to an open page answered 410"
    REFUSED = "queue refused a batch"
    PARTLY = "queue refused one of a batch"
    MESSAGE_LOST = "message lost"
    MESSAGE_TWICE = "message twice"
    MESSAGE_LATE = "message late"
    TICK_MISSED = "tick missed"
    TICK_TWICE = "tick twice"
    TICK_LATE = "tick late"


RATES = {
    Fault.CRASH_BEFORE: 0.002,
    Fault.CRASH_AFTER: 0.002,
    Fault.STALL: 0.002,
    Fault.CONFLICT: 0.02,
    Fault.THROTTLE: 0.005,
    Fault.REPLY_LOST: 0.002,
    Fault.SENT_TWICE: 0.005,
    Fault.UNPROCESSED: 0.01,
    Fault.INDEX_LAG: 0.03,
    Fault.PUSH_LOST: 0.02,
    Fault.PUSH_FAILED: 0.01,
    Fault.CLOSE_FAILED: 0.01,
    Fault.PUSH_GONE: 0.002,
    Fault.REFUSED: 0.03,
    Fault.PARTLY: 0.05,
    Fault.MESSAGE_LOST: 0.05,
    Fault.MESSAGE_TWICE: 0.1,
    Fault.MESSAGE_LATE: 0.05,
    Fault.TICK_MISSED: 0.05,
    Fault.TICK_TWICE: 0.1,
    Fault.TICK_LATE: 0.1,
}
"""In ordinary bad weather; storms double them."""


OF_CALLS = frozenset(
    {
        Fault.CRASH_BEFORE,
        Fault.CRASH_AFTER,
        Fault.STALL,
        Fault.CONFLICT,
        Fault.THROTTLE,
        Fault.REPLY_LOST,
        Fault.PUSH_FAILED,
        Fault.CLOSE_FAILED,
        Fault.REFUSED,
    }
)
"""Those of which one call is asked about several at once."""


class Service(StrEnum):
    """What can be down for a while."""

    __hash__ = str.__hash__

    QUEUE = "queue"
    TICKS = "ticks"
    PUSHES = "pushes"
    STORE = "store"
    CLOUD = "cloud"
    """All of it at once: functions die where they are and none begins, and every line is cut."""


NEEDED = (Service.QUEUE, Service.TICKS, Service.STORE, Service.CLOUD)
"""What a debit needs; telling of it needs more."""

QUEUE_RATES = {
    Fault.REFUSED: 0.1,
    Fault.PARTLY: 0.2,
    Fault.MESSAGE_LOST: 0.4,
    Fault.MESSAGE_TWICE: 0.4,
    Fault.MESSAGE_LATE: 0.2,
}
"""When nothing but the queue is bad, it is very bad: the tick alone must then keep the time, to within some ticks."""

OUTAGES_MIN = {
    Service.QUEUE: (1, 20),
    Service.TICKS: (2, 25),
    Service.PUSHES: (1, 10),
    Service.STORE: (0, 2),
    Service.CLOUD: (1, 20),
}
"""The shortest and the longest outage of each, in minutes."""


@dataclass
class Weather:
    """The faults of one run. `clear()` ends them all."""

    rng: Random
    rates: dict[Fault, float] = field(default_factory=dict)
    down: list[tuple[Service, int, int]] = field(default_factory=list)
    _of: dict[Service, list[tuple[int, int]]] = field(default_factory=dict)
    """The same by service: it is asked for at every call."""
    up_until_ms: int = NEVER_MS
    """Nothing is down before then."""
    _odds: float = 0
    """Of all faults of calls together, generously: whatever is above that is none of them. Most calls are asked no more."""
    happened: Counter[str] = field(default_factory=Counter)
    bad: bool = False
    """Whether anything of ours may go wrong now."""
    fair: bool = True
    """Nothing of ours goes wrong in this run; people and their connections still do as they please."""
    queue_only: bool = False
    """Nothing but the queue goes wrong."""

    @classmethod
    def of_seed(cls, rng: Random, fate: Random, start_ms: int, end_ms: int) -> "Weather":
        """One run in five is fair, in one of ten only the queue is bad; in the others each fault has its own odds, and storms have
        outages. In one of five of those it is `fate` that all goes down together."""
        weather = cls(rng)
        kind = rng.random()
        if kind < 0.2:
            return weather
        weather.fair, weather.bad = False, True
        if kind < 0.3:
            weather.queue_only = True
            weather._rates(dict(QUEUE_RATES))
            if rng.random() < 0.4:
                weather._goes_down(Service.QUEUE, rng, start_ms, end_ms)
            return weather
        storm = kind > 0.7
        many = (0, 1, 2, 3) if storm else (0, 0.5, 1, 1, 2)
        weather._rates({fault: rate * rng.choice(many) for fault, rate in RATES.items()})
        for service in (Service.QUEUE, Service.TICKS, Service.PUSHES, Service.STORE):
            if rng.random() < (0.6 if storm else 0.15):
                weather._goes_down(service, rng, start_ms, end_ms)
        if fate.random() < 0.2:
            weather._goes_down(Service.CLOUD, fate, start_ms, end_ms)
        return weather

    def _rates(self, rates: dict[Fault, float]) -> None:
        self.rates = rates
        self._odds = 1.001 * sum(rate for fault, rate in rates.items() if fault in OF_CALLS)

    def _goes_down(self, service: Service, rng: Random, start_ms: int, end_ms: int) -> None:
        shortest, longest = OUTAGES_MIN[service]
        from_ms = rng.randrange(start_ms, end_ms)
        to_ms = from_ms + int(rng.uniform(shortest, longest) * MINUTE_MS)
        self._down_for(service, from_ms, min(to_ms, end_ms))

    def _down_for(self, service: Service, from_ms: int, to_ms: int) -> None:
        self.down.append((service, from_ms, to_ms))
        self._of.setdefault(service, []).append((from_ms, to_ms))
        self.up_until_ms = min(self.up_until_ms, from_ms)

    def outages(self, from_ms: int, to_ms: int) -> list[tuple[Service, int]]:
        """What debits need and was down at some moment of this span; and until when."""
        return [(what, end) for what, begun, end in self.down if what in NEEDED and begun < to_ms and end > from_ms]

    @property
    def calm(self) -> bool:
        """Whether nothing befalls what a page asks for: no more than the queue is bad."""
        return self.fair or self.queue_only

    @property
    def outage_ms(self) -> int:
        """How long something was down, in all."""
        return sum(to_ms - from_ms for _, from_ms, to_ms in self.down)

    def strikes(self, fault: Fault) -> bool:
        """Whether this fault befalls us here and now; counted."""
        rate = self.rates.get(fault, 0)
        if not rate or self.rng.random() >= rate:
            return False
        self.happened[fault] += 1
        return True

    def one_of(self, faults: tuple[Fault, ...]) -> Fault | None:
        """Which of these faults of calls befalls us here and now, if any; counted."""
        if not self.rates:
            return None
        left = self.rng.random()
        if left > self._odds:
            return None
        for fault in faults:
            left -= self.rates.get(fault, 0)
            if left < 0:
                self.happened[fault] += 1
                return fault
        return None

    def is_down(self, service: Service, now_ms: int) -> bool:
        """Whether a service is down now; each call that meets it counts. Nobody asks about what is past."""
        if now_ms < self.up_until_ms:
            return False
        if all(to_ms <= now_ms or now_ms < from_ms for _, from_ms, to_ms in self.down):
            self.up_until_ms = min((from_ms for _, from_ms, _ in self.down if from_ms > now_ms), default=NEVER_MS)
            return False
        for from_ms, to_ms in self._of.get(service, ()):
            if from_ms <= now_ms < to_ms:
                self.happened[f"{service} down"] += 1
                return True
        return False

    def clear(self) -> None:
        """The storm is over; so is every outage."""
        self._rates({})
        self.bad = False
