"""Refusals of performers: each that is not waived is as a bad review (R64, D23, D24)."""

from dataclasses import dataclass

from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.orders.work import Work
from chalicelib.domain.ratings import Rating, refused


@dataclass(frozen=True)
class RefusalRecord:
    """That a performer did not do what was ordered, in words or by silence. Kept beside the order, so that a performer's can be counted."""

    performer_id: str
    order_id: str
    at_ms: int
    started: bool
    """The work had begun: it counts as 1 star then, else as 2 (D24)."""
    waived: bool = False
    """The customer has agreed with the reason: it does not count (D23)."""
    version: int = 0

    def counted(self, rating: Rating) -> Rating:
        """The performer's rating with it; when it has just been waived, without."""
        return refused(rating, started=self.started, by=-1 if self.waived else 1)


def record_of(order: AnyOrder) -> RefusalRecord | None:
    """The record of an order's refusal, if there is one."""
    body = order.body
    if not isinstance(body, Work) or body.refused is None or order.ended_ms is None:
        return None
    return RefusalRecord(order.performer_id, order.id, order.ended_ms, body.refused.started, body.refused.waived)
