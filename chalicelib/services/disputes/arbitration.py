"""What arbiters and admins do about disputes that nobody may judge as their own (R73, D27, D28, D31)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from chalicelib.domain.access import Caller
from chalicelib.domain.disputes import acts
from chalicelib.domain.disputes.dispute import (
    KEEPS_GOODS,
    TEXT_AT_LEAST,
    TEXT_AT_MOST,
    Dispute,
    DisputeAct,
    Split,
    asking,
)
from chalicelib.domain.parties import Side
from chalicelib.domain.text import prose
from chalicelib.services.disputes.acting import DisputeActing
from chalicelib.services.disputes.disputes import said
from chalicelib.services.orders.timeline import Said


@dataclass(frozen=True)
class Arbitration:
    """Every act is keyed, and in the log of staff. Each raises NotFound, Forbidden, WrongState, KeyReused, Unavailable."""

    acting: DisputeActing

    def assign(self, arbiter: Caller, dispute_id: str, *, key: str) -> Dispute:
        """An arbiter takes a dispute that nobody has."""
        return self.acting.act(arbiter, dispute_id, DisputeAct.ASSIGN, acts.assigned, key=key)

    def hand_over(self, arbiter: Caller, dispute_id: str, *, key: str) -> Dispute:
        """Its arbiter gives it back to the queue."""
        return self.acting.act(arbiter, dispute_id, DisputeAct.HAND_OVER, acts.handed_over, key=key)

    def question(self, judge: Caller, dispute_id: str, to: Sequence[Side], text: str, *, key: str) -> Dispute:
        """A question or a message to one side or to both; all of them read it. Raises InvalidInput too."""
        sides = tuple(side for side in Side if side in to)
        asked = said(text, ())
        change = partial(acts.questioned, to=sides)
        question = Said(asked.text, facts=asking(sides))
        return self.acting.act(judge, dispute_id, DisputeAct.QUESTION, change, question, key=key)

    def rule(
        self,
        judge: Caller,
        dispute_id: str,
        split: Split,
        reasons: str,
        *,
        key: str,
        keeps_goods: bool | None = None,
    ) -> Dispute:
        """The verdict: the money moves at once, and the order goes on or is over; of files, whether the customer keeps them. Raises
        InvalidInput too: it does not sum, or does not say why."""
        why = prose("reasons", reasons, at_least=TEXT_AT_LEAST, at_most=TEXT_AT_MOST)
        change = partial(acts.ruled, divided=split, reasons=why, keeps_goods=keeps_goods)
        facts = {"to_customer_minor": split.to_customer_minor, "to_performer_minor": split.to_performer_minor}
        facts |= {} if keeps_goods is None else {KEEPS_GOODS: int(keeps_goods)}
        return self.acting.act(judge, dispute_id, DisputeAct.RULE, change, Said(why, facts=facts), key=key)
