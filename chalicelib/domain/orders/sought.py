"""Which of their orders somebody looks for: by kind, by how they stand, by words (R32, R62, R82)."""

from dataclasses import dataclass
from typing import assert_never

from chalicelib.domain.kinds import Standing, TwipKind
from chalicelib.domain.orders.facts import Facts
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.words import are_said


@dataclass(frozen=True)
class Sought:
    """All that is given must fit."""

    kind: TwipKind | None = None
    standing: Standing | None = None
    words: tuple[str, ...] = ()
    """As `domain.words.asked_for` answers them: each is said in a title, in some language, or in the other side's name."""

    def may_be(self, order: AnyOrder) -> bool:
        """Whether it may be one of these, as far as the order itself says: no other needs a further look."""
        return (self.kind is None or order.body.kind == self.kind) and self._may_stand(order)

    def is_found(self, order: AnyOrder, facts: Facts, other_name: str) -> bool:
        """Whether one that may be one of these is one."""
        if self.standing is Standing.WAITING and not order.waits_for(facts):
            return False
        return are_said(self.words, *order.terms.title.values(), other_name)

    def _may_stand(self, order: AnyOrder) -> bool:
        match self.standing:
            case None:
                return True
            case Standing.WAITING:
                return order.dispute is None
            case Standing.OPEN:
                return order.ended_ms is None
            case Standing.OVER:
                return order.ended_ms is not None
            case Standing.DISPUTED:
                return order.dispute is not None
            case _:
                assert_never(self.standing)


ALL = Sought()
