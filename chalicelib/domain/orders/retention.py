"""How long what was said in an order's sessions and disputes is kept: while the order is open, and for a term after its end (D29)."""

from dataclasses import dataclass

from chalicelib.domain.disputes.dispute import dispute_id
from chalicelib.domain.durations import Durations
from chalicelib.domain.orders.order import AnyOrder


@dataclass(frozen=True)
class ErasureJob:
    """That an order has ended, and what was said in its sessions, or in a dispute about it, has not been erased yet. Listed in order of
    the orders' ends."""

    ended_ms: int
    order_id: str
    """Or the dispute's."""
    sessions: int
    """How many there were: they are numbered from 1."""
    dispute: bool = False
    """Whether it is about a dispute: its thread and its files."""


def of_disputes(order: AnyOrder) -> tuple[ErasureJob, ...]:
    """Those of an order that ends, one for each dispute about it."""
    if order.ended_ms is None:
        return ()
    numbers = range(1, order.disputes + 1)
    return tuple(ErasureJob(order.ended_ms, dispute_id(order.id, number), 0, dispute=True) for number in numbers)


def is_over(ended_ms: int | None, now_ms: int, durations: Durations) -> bool:
    """Whether the term of an order that ended then is over; never while it is open (None)."""
    return ended_ms is not None and now_ms - ended_ms >= durations.retention_ms
