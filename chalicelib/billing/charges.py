"""What a session's blocks do to money: their terms, and the prepaid one among them (R44, R46, R53, D14)."""

from dataclasses import replace

from chalicelib.billing.ledger import BlockTerms
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.orders.order import ConsultationOrder
from chalicelib.domain.sessions import Session


def terms(session: Session) -> BlockTerms:
    """Who pays whom for a block of this session, and how much."""
    return BlockTerms(
        customer_id=session.customer_id,
        performer_id=session.performer_id,
        order_id=session.order_id,
        session_id=session.id,
        price_minor=session.price_minor,
        commission_bps=session.commission_bps,
    )


def used(order: ConsultationOrder) -> ConsultationOrder:
    """The order whose prepaid block was settled: its escrow is empty."""
    return replace(order, body=replace(order.body, prepaid=Prepaid.USED), escrow_minor=0)


def held_again(order: ConsultationOrder) -> ConsultationOrder:
    """The order whose settlement was undone: its escrow holds the prepaid block."""
    return replace(order, body=replace(order.body, prepaid=Prepaid.HELD), escrow_minor=order.terms.price_minor)
