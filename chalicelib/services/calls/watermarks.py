"""How far the tick has come: a crash or an outage continues from here. When it moved tells of our own outages, and the only way to
tell: what was not there cannot have written that it was not."""

from dataclasses import dataclass, replace

from chalicelib.billing.outages import STILL, Outage
from chalicelib.domain.durations import Durations
from chalicelib.services.changes import Ref

KEPT = 8
"""Outages that are remembered: a session of which nothing is heard ends within a block, and a block has room for five."""


@dataclass(frozen=True)
class Watermark:
    """Ticks are counted since the epoch. All buckets up to `dispatched_to` were handed to the queue, all up to `verified_to` were looked
    at again; of the bucket that follows each, the sessions up to its page."""

    name: str
    dispatched_to: int
    verified_to: int
    dispatched_page: str | None = None
    verified_page: str | None = None
    moved_ms: int | None = None
    """When it last moved; None: before this was noted."""
    stood: tuple[Outage, ...] = ()
    """The last outages that are over."""
    version: int = 0

    def hand(self, tick: int, page: str | None) -> "Watermark":
        """Where the look-ahead goes on."""
        return replace(self, dispatched_to=tick, dispatched_page=page)

    def audit(self, tick: int, page: str | None) -> "Watermark":
        """Where the look back goes on."""
        return replace(self, verified_to=tick, verified_page=page)

    def moved(self, now_ms: int, durations: Durations) -> "Watermark":
        """It moves now: an outage, if there was one, is over."""
        return replace(self, moved_ms=now_ms, stood=self.outages(now_ms, durations)[-KEPT:])

    def outages(self, now_ms: int, durations: Durations) -> tuple[Outage, ...]:
        """Our outages, as they are known at `now_ms`: the last ones, and the one that no tick has ended yet. Whoever asks before the
        first tick after an outage so finds what whoever asks after it does."""
        if self.moved_ms is None or now_ms - self.moved_ms <= STILL * durations.tick_ms:
            return self.stood
        return (*self.stood, Outage(self.moved_ms, now_ms))


MARK = Ref(Watermark, "0")
