"""Refusals that count against a performer: each is as a bad review (R64, D23, D24)."""

from dataclasses import dataclass

from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.orders.work import Work


@dataclass(frozen=True)
class CountedRefusal:
    """That a performer did not do what was ordered, in words or by silence. It is there as long as it counts: once waived, it is gone."""

    performer_id: str
    order_id: str
    at_ms: int
    started: bool
    """The work had begun: it counts as 1 star then, else as 2 (D24)."""


def counted(order: AnyOrder) -> CountedRefusal | None:
    """The refusal of an order, if there is one that counts."""
    body = order.body
    if not isinstance(body, Work) or body.refused is None or body.refused.waived or order.ended_ms is None:
        return None
    return CountedRefusal(order.performer_id, order.id, order.ended_ms, body.refused.started)
