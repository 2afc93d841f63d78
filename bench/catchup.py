"""The tick at the size that is designed for: an ordinary minute, and the first minutes after an outage (D30)."""

import json
import time
from dataclasses import dataclass

from bench.builds import build
from bench.crowd import SESSIONS
from bench.stub import running
from bench.worker import LATENCY_S

BLOCKS = 5
"""So many blocks after the clocks started, the ticks begin."""
SITUATIONS = {"an ordinary minute": 0, "after an outage of 60 minutes": 4}
"""And so many blocks, of those that fell due, were not debited."""


@dataclass(frozen=True)
class CatchUp:
    """What the ticks did until nothing was left behind."""

    sessions: int
    expected: int
    """How many of them had to be seen to."""
    seen_to: int
    """Different sessions that were debited by the tick itself or handed to the queue."""
    seconds: list[float]
    """Of each tick."""
    cpu_s: float
    """Of all of them."""


class _Clock:
    """Real seconds from a moment of the stub's; between two ticks it is put forward to the next."""

    def __init__(self, at_ms: int, tick_ms: int) -> None:
        self._at_ms, self._since, self._tick_ms = at_ms, time.perf_counter(), tick_ms

    def now_ms(self) -> int:
        return self._at_ms + round((time.perf_counter() - self._since) * 1000)

    def tick(self) -> int:
        """Counted since the epoch."""
        return self.now_ms() // self._tick_ms

    def next_tick(self) -> None:
        self._at_ms, self._since = (self.tick() + 1) * self._tick_ms, time.perf_counter()


def catch_up(missed: int, sessions: int = SESSIONS) -> CatchUp:
    """Ticks, after so many blocks without one, until nothing is left behind."""
    with running("bench.crowd", LATENCY_S, str(BLOCKS - 1 - missed), str(sessions)) as stub:
        worker = build().worker(stub["port"])
        block_ticks, tick_ms = stub["block_ticks"], stub["tick_ms"]
        begins = stub["first_tick"] + BLOCKS * block_ticks
        worker.fall_behind(begins - max(1, missed * block_ticks))
        seen_to, clock, seconds, cpu = set[str](), _Clock(begins * tick_ms, tick_ms), list[float](), time.process_time()
        while True:
            current, began = clock.tick(), time.perf_counter()
            seen_to |= worker.tick(clock.now_ms)
            seconds.append(time.perf_counter() - began)
            if worker.caught_up(current):
                expected = sessions if missed else sessions // block_ticks
                return CatchUp(sessions, expected, len(seen_to), seconds, time.process_time() - cpu)
            clock.next_tick()


if __name__ == "__main__":
    print(json.dumps({name: catch_up(missed).__dict__ for name, missed in SITUATIONS.items()}))
