"""Every duration of the service in one value, so that a local run can be faster than life and still be the same program."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Durations:
    """Durations in milliseconds. A block is `BLOCK_TICKS` ticks, which keeps a session's tick phase constant (docs/adr/0004)."""

    tick_ms: int
    void_ms: int
    """R44: a first session ended before this much clock is void."""
    ring_ms: int
    """D6: ringing lasts at most this long."""
    ack_ms: int
    """D7: the performer's page acknowledges the ringing within this."""
    answer_ms: int
    """D13: a call that was answered and has no clock after this ends as `no_start`."""
    media_ms: int
    """D13: a start without received media after this ends as `no_media`."""
    resume_ms: int
    """D18: a lost side is waited for this long."""
    gone_ms: int
    """D6: a call stops ringing when the customer's page closed and is not back within this: a reload is."""
    first_report_ms: int
    second_report_ms: int
    """Clients report unasked this long before each boundary."""
    waiting_report_ms: int
    """Clients report this often from the answer to the clock."""
    heard_ms: int
    """A side must have been heard from within this before a clock starts, or it waits; before a boundary, or the session pauses."""
    warning_ms: int
    """D17: the low-balance warning comes this long before a boundary."""
    presence_ms: int
    """D7: a page not heard from for this long is not on the site."""
    keepalive_ms: int
    """How often a performer's page proves that it is there."""
    retention_ms: int
    """D29: what was said in an order's sessions is kept this long after the order's end."""

    @property
    def block_ms(self) -> int:
        """The unit of paid time (R47): 15 minutes in the real profile."""
        return BLOCK_TICKS * self.tick_ms


BLOCK_TICKS = 15

REAL = Durations(
    tick_ms=60_000,
    void_ms=60_000,
    ring_ms=60_000,
    ack_ms=5_000,
    answer_ms=300_000,
    media_ms=30_000,
    resume_ms=45_000,
    gone_ms=15_000,
    first_report_ms=50_000,
    second_report_ms=30_000,
    waiting_report_ms=20_000,
    heard_ms=60_000,
    warning_ms=120_000,
    presence_ms=90_000,
    keepalive_ms=40_000,
    retention_ms=180 * 86_400_000,
)

FAST = Durations(
    tick_ms=1_000,
    void_ms=4_000,
    ring_ms=15_000,
    ack_ms=5_000,  # not faster than life: a cold start on a busy machine is not, either
    answer_ms=20_000,
    media_ms=8_000,
    resume_ms=8_000,
    gone_ms=5_000,
    first_report_ms=5_000,
    second_report_ms=3_000,
    waiting_report_ms=2_000,
    heard_ms=6_000,
    warning_ms=4_000,
    presence_ms=20_000,
    keepalive_ms=8_000,
    retention_ms=40_000,  # longer than a frame may be under way
)

PROFILES = {"real": REAL, "fast": FAST}
