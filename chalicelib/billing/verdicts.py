"""Money that goes back: by a verdict, by what two sides agree on in a dispute, by the performer's own choice (R73, D25, D27, E12).

However it is divided, the performer's part bears the commission that it would bear if the rest had never been paid."""

from dataclasses import dataclass, replace
from typing import TypeVar

from chalicelib.billing import ledger
from chalicelib.billing.ledger import Entry, Kind, Leg
from chalicelib.domain.disputes.dispute import Dispute, Split
from chalicelib.domain.orders.order import AnyOrder, Body, Order

B = TypeVar("B", bound=Body)


@dataclass(frozen=True)
class Cause:
    """By which kinds of entries it goes back, from escrow and from what was paid."""

    divided: Kind
    leg: Leg
    back: Kind


VERDICT = Cause(Kind.VERDICT, Leg.VERDICT, Kind.CLAWBACK)
"""Taken back whether or not the performer has it: what is missing is a debt (D25)."""
AGREEMENT = Cause(Kind.SPLIT, Leg.SPLIT, Kind.REPAYMENT)
"""Nobody gives by agreement what they do not have."""


def divide(
    order: Order[B], dispute: Dispute, split: Split, cause: Cause, *, kept_minor: int, at_ms: int
) -> tuple[Order[B], tuple[Entry, ...]]:
    """The order with what is left in its escrow and what was refunded of its own, and the entries of a verdict or an agreement: the
    customer's part comes from escrow first, then from the performer. `kept_minor`: what the performer was paid of the same and has not
    given back, before commission."""
    about = dispute.about
    from_escrow_minor = min(split.to_customer_minor, about.in_escrow_minor)
    back_minor = split.to_customer_minor - from_escrow_minor
    entries: list[Entry] = []
    if about.in_escrow_minor:
        entries.append(
            ledger.divide(
                customer_id=order.customer_id,
                performer_id=order.performer_id,
                order_id=order.id,
                held_minor=about.in_escrow_minor,
                to_performer_minor=about.in_escrow_minor - from_escrow_minor,
                commission_bps=order.terms.commission_bps,
                kind=cause.divided,
                leg=cause.leg,
                at_ms=at_ms,
            )
        )
    if back_minor:
        entries.append(
            pay_back(
                order,
                dispute.id,
                back_minor,
                cause.back,
                kept_minor=kept_minor,
                session_id=about.session_id,
                at_ms=at_ms,
            )
        )
    refunded_minor = from_escrow_minor + (back_minor if about.session_id is None else 0)
    divided = replace(
        order,
        escrow_minor=order.escrow_minor - about.in_escrow_minor,
        refunded_minor=order.refunded_minor + refunded_minor,
    )
    return divided, tuple(entries)


def pay_back(
    order: AnyOrder,
    subject: str,
    amount_minor: int,
    kind: Kind,
    *,
    kept_minor: int,
    session_id: str | None,
    at_ms: int,
) -> Entry:
    """A part of what the performer was paid goes back to the customer, and the commission on it with it. Raises ValueError for more than
    was kept, or nothing."""
    if not 0 < amount_minor <= kept_minor:
        raise ValueError(f"no part of {kept_minor}: {amount_minor}")
    unit_minor, bps = order.terms.price_minor, order.terms.commission_bps
    before_minor = ledger.kept_commission_minor(kept_minor, unit_minor, bps)
    after_minor = ledger.kept_commission_minor(kept_minor - amount_minor, unit_minor, bps)
    return ledger.pay_back(
        customer_id=order.customer_id,
        performer_id=order.performer_id,
        order_id=order.id,
        session_id=session_id,
        subject=subject,
        amount_minor=amount_minor,
        commission_minor=before_minor - after_minor,
        kind=kind,
        at_ms=at_ms,
    )
