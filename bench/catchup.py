"""The tick at the size that is designed for: an ordinary minute, and the first minutes after an outage (D30)."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.crowd import TICK_MS
from bench.stub import running
from bench.worker import LATENCY_S, local_wiring
from chalicelib.domain.durations import BLOCK_TICKS
from chalicelib.services.changes import Insert
from chalicelib.services.ports import Parties, Wake
from chalicelib.services.ticking import AHEAD, Ticking
from chalicelib.services.watermarks import MARK, Watermark

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
    """Real seconds from a moment of the stub's; between two ticks it is put forward to the next minute."""

    def __init__(self, at_ms: int) -> None:
        self._at_ms, self._since = at_ms, time.perf_counter()

    def now_ms(self) -> int:
        return self._at_ms + round((time.perf_counter() - self._since) * 1000)

    def next_minute(self) -> None:
        self._at_ms, self._since = (self.now_ms() // TICK_MS + 1) * TICK_MS, time.perf_counter()


class _Seen:
    """Notes whom the tick has seen to, on the way to the real queue and the real metering."""

    def __init__(self, wakes: Any, metering: Any) -> None:
        self._wakes, self._metering = wakes, metering
        self.sessions: set[str] = set()

    def send(self, wakes: Sequence[Wake], now_ms: int) -> None:
        self._wakes.send(wakes, now_ms)
        self.sessions.update(wake.session_id for wake in wakes if not wake.warn)

    def advance(self, session_id: str, now_ms: int, parties: Parties) -> None:
        self._metering.advance(session_id, now_ms, parties)
        self.sessions.add(session_id)


def catch_up(missed: int) -> CatchUp:
    """Ticks, after so many blocks without one, until the watermark is where it should be."""
    with running("bench.crowd", LATENCY_S, str(BLOCKS - 1 - missed)) as stub:
        w = local_wiring(stub["port"])
        begins = stub["first_tick"] + BLOCKS * BLOCK_TICKS
        last = begins - max(1, missed * BLOCK_TICKS)
        w.store.commit(Insert(Watermark(MARK.key[0], last + AHEAD, last - w.ticking.lag)))
        seen: Any = _Seen(w.wakes, w.metering)
        ticking = Ticking(w.store, seen, lambda: seen, w.settings.durations, w.ticking.together)
        clock, seconds, cpu = _Clock(begins * TICK_MS), [], time.process_time()
        while True:
            current, began = clock.now_ms() // TICK_MS, time.perf_counter()
            ticking.tick(clock.now_ms)
            seconds.append(time.perf_counter() - began)
            mark = w.store.get(MARK)
            if mark is not None and (mark.handed, mark.audited) >= (current + AHEAD, current - w.ticking.lag):
                cpu_s = time.process_time() - cpu
                expected = stub["sessions"] if missed else stub["sessions"] // BLOCK_TICKS
                return CatchUp(stub["sessions"], expected, len(seen.sessions), seconds, cpu_s)
            clock.next_minute()


if __name__ == "__main__":
    print(json.dumps({name: catch_up(missed).__dict__ for name, missed in SITUATIONS.items()}))
