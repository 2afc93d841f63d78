"""Our own outages, and the sessions that they ended (E15, docs/adr/0004)."""

from dataclasses import dataclass

from chalicelib.domain.durations import Durations
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Cause, Loss

STILL = 2
"""The tick's watermark may stand still for so many ticks; longer is an outage of ours."""


@dataclass(frozen=True)
class Outage:
    """The watermark stood still from `from_ms` to `to_ms`; until now, if it has not moved since."""

    from_ms: int
    to_ms: int

    def touches(self, from_ms: int, to_ms: int) -> bool:
        """Whether some of it lies between these instants."""
        return self.from_ms < to_ms and from_ms < self.to_ms

    def ended(self, lost: tuple[Loss, ...], durations: Durations) -> bool:
        """Whether it is what ended a session for which these sides were lost: it took both."""
        return len(lost) == len(Side) and all(self._took(loss, durations) for loss in lost)

    def _took(self, loss: Loss, durations: Durations) -> bool:
        """Whether a side was lost in it: it was not lost before, and gave no sign of life when it was over. The service may have been
        back for as long as the watermark may stand still, and it may have gone only when the next tick was due. A silence is noticed
        at a boundary, perhaps minutes later; a connection that closed is noticed at once, or when something is told to it, by those who see
        to what fell due meanwhile."""
        back_ms = self.to_ms - STILL * durations.tick_ms
        there = loss.heard_ms >= back_ms and loss.heard_ms > self.from_ms + durations.tick_ms
        if there or loss.since_ms < self.from_ms:
            return False
        return loss.cause is Cause.SILENCE or loss.since_ms <= self.to_ms + durations.tick_ms
