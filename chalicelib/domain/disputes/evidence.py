"""What is known of a paid block of a disputed session (D27, D29, D31)."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.parties import Side


class Why(StrEnum):
    """Why a block was earned by the performer."""

    PREPAID = "prepaid"
    """It was paid with the order, and earned once the session could no longer become void (D14)."""
    STARTED = "started"
    """It was earned as the clock started, for such a session cannot become void (R46, R51): whether it was prepaid or not."""
    BOUNDARY = "boundary"
    """The block before it was over, and both sides had been heard from (R47, D18)."""


class Flow(StrEnum):
    """What a page says of one tick of a block (a minute)."""

    FLOWED = "flowed"
    SILENT = "silent"
    UNKNOWN = "unknown"
    """It has reported nothing of it."""


@dataclass(frozen=True)
class Block:
    """One block of a session."""

    k: int
    from_ms: int
    to_ms: int
    """The session's end, if that came first."""
    why: Why
    behind_ms: dict[Side, int]
    """The last report of each side in the time before the block in which a sign of life counts; a side is missing if none is kept."""
    received: tuple[Flow, ...]
    """At the customer, tick by tick."""
    sent: tuple[Flow, ...]
    """By the performer."""
    messages: dict[Side, int]
    """How many each side wrote in it."""
    had: bool
    """Whether the customer had it: the default verdict asks this alone (D31)."""
