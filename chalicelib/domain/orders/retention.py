"""How long what was said in an order's sessions is kept: while the order is open, and for a term after its end (D29)."""

from dataclasses import dataclass

from chalicelib.domain.durations import Durations


@dataclass(frozen=True)
class ErasureJob:
    """That an order with sessions has ended and what was said in them has not been erased yet. Listed in order of the ends."""

    ended_ms: int
    order_id: str
    sessions: int
    """How many there were: they are numbered from 1."""


def is_over(ended_ms: int | None, now_ms: int, durations: Durations) -> bool:
    """Whether the term of an order that ended then is over; never while it is open (None)."""
    return ended_ms is not None and now_ms - ended_ms >= durations.retention_ms
