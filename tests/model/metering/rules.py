"""The protocol that is explored: the real rules as a value, so that a seeded fault can put a broken one in a real one's place."""

from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.billing import boundaries, clock, ends, limits, losses, metering, ringing
from chalicelib.billing.steps import Step, View
from chalicelib.domain.durations import Durations
from chalicelib.domain.orders.order import ConsultationOrder
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Heartbeat, Session
from chalicelib.services.calls import metering as carried_out
from chalicelib.services.changes import Change
from tests.model.metering.stored import Fences
from tests.support.orders import end_order


@dataclass(frozen=True)
class Tiny(Durations):
    """Durations of a few steps, whose block is as long as it pleases."""

    block: int = 4

    @property
    def block_ms(self) -> int:
        """The unit of paid time."""
        return self.block


TINY = Tiny(
    tick_ms=1,
    void_ms=2,
    ring_ms=2,
    ack_ms=1,
    answer_ms=3,
    media_ms=2,
    resume_ms=2,
    gone_ms=1,
    first_report_ms=2,
    second_report_ms=1,
    waiting_report_ms=1,
    heard_ms=2,
    warning_ms=1,
    presence_ms=3,
    keepalive_ms=1,
    retention_ms=1,
)


def in_index(session: Session) -> bool:
    """Whether the tick finds the session at all."""
    return boundaries.wake_ms(session) is not None


@dataclass(frozen=True)
class Rules:
    """Everything that decides. What is not given is the real thing."""

    due: Callable[[View, int, Durations], Step | None] = metering.due
    ring: Callable[..., Step] = ringing.ring
    acknowledge: Callable[[View], Step | None] = ringing.acknowledge
    answer: Callable[[View, int, Durations], Step] = ringing.answer
    press_start: Callable[[View, int, Durations], Step | None] = clock.press_start
    receive_media: Callable[[View, int, Durations], Step | None] = clock.receive_media
    count_text: Callable[[View, str, int, Durations], Step | None] = clock.count_text
    begin: Callable[[View, Side, int, Durations], Step | None] = clock.begin
    lose: Callable[[View, Side, str, int, Durations], Step | None] = losses.lose
    leave: Callable[[View, str, int, Durations], Step | None] = ends.leave
    come_back: Callable[[View, Side, int], Step | None] = losses.come_back
    hear_again: Callable[[View, Side, int], Step | None] = losses.hear_again
    held_by: Callable[[Heartbeat, str, int], Heartbeat] = Heartbeat.held_by
    awaits: Callable[[Session, Side], bool] = Session.silent
    hang_up: Callable[[View, Side, int, Durations], Step] = ends.hang_up
    limit: Callable[[View, int | None], Step | None] = limits.limit
    turn_away: Callable[[View, int], Step] = ringing.turn_away
    end_order: Callable[..., ConsultationOrder] = end_order
    changes: Callable[[View, Step], tuple[Change, ...]] = carried_out.changes
    found: Callable[[Session], bool] = in_index
    """Which sessions the tick and its audit find when every message is lost."""
    leased: Callable[[ConsultationOrder], bool] = lambda order: order.body.live is not None
    """Whether a second call finds the order's lease taken."""
    bill_first: bool = True
    """Everything due is done before a person's act."""
    fences: Fences = field(default_factory=Fences)
