"""Disputes for tests: made without an order's life before them."""

from typing import Any

from chalicelib.domain.disputes.dispute import About, Dispute, open_dispute
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.parties import Side
from chalicelib.domain.terms import TermSettings

DAY = 86_400_000
T = 1_790_000_000_000
TERMS = TermSettings().of_dispute()


def about(amount_minor: int = 10_001, in_escrow_minor: int = 0, session_id: str | None = None) -> About:
    """Work, all of which was paid out unless told otherwise."""
    kind = TwipKind.CONSULTATION if session_id else TwipKind.WORK
    return About(kind, {"en": "Advice"}, "RUB", amount_minor, in_escrow_minor, session_id)


def quarrel(opener: Side = Side.CUSTOMER, **asked: Any) -> Dispute:
    """Cora and Pavel quarrel: a dispute just opened."""
    return open_dispute(
        dispute_id="d1",
        order_id="o1",
        customer_id="cora",
        performer_id="pavel",
        opener=opener,
        about=asked.pop("about", about()),
        terms=TERMS,
        now_ms=T,
        **asked,
    )
