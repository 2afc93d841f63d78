"""Money held on an order: into escrow when it is bought, and the ways out of it (R30, R35, R61, R65, R70, D27).

Each verb answers the order with its new escrow, and the journal's entry that belongs in the same commit."""

from dataclasses import replace
from typing import TypeVar, assert_never

from chalicelib.billing import ledger
from chalicelib.billing.ledger import Entry, Kind, Leg
from chalicelib.domain.lifecycle import Effect
from chalicelib.domain.orders.order import Body, Order

B = TypeVar("B", bound=Body)


def hold(order: Order[B], *, at_ms: int) -> tuple[Order[B], Entry]:
    """The price leaves the customer's account (R30, R31)."""
    price_minor = order.terms.price_minor
    entry = ledger.order(customer_id=order.customer_id, order_id=order.id, price_minor=price_minor, at_ms=at_ms)
    return replace(order, escrow_minor=order.escrow_minor + price_minor), entry


def refund(order: Order[B], *, at_ms: int) -> tuple[Order[B], Entry]:
    """All of it goes back to the customer (R35, R65)."""
    held_minor = order.escrow_minor
    entry = ledger.cancel(customer_id=order.customer_id, order_id=order.id, price_minor=held_minor, at_ms=at_ms)
    return replace(order, escrow_minor=0), entry


def release(order: Order[B], *, at_ms: int) -> tuple[Order[B], Entry]:
    """All of it goes to the performer, less commission (R70)."""
    return _divide(order, order.escrow_minor, Kind.RELEASE, Leg.RELEASED, at_ms)


def split(order: Order[B], to_performer_minor: int, *, at_ms: int) -> tuple[Order[B], Entry]:
    """A part goes to the performer, less commission on it; the rest goes back (D27). Raises ValueError for a part that is more than all."""
    if not 0 <= to_performer_minor <= order.escrow_minor:
        raise ValueError(f"no part of {order.escrow_minor}: {to_performer_minor}")
    return _divide(order, to_performer_minor, Kind.SPLIT, Leg.SPLIT, at_ms)


def post(
    effect: Effect, order: Order[B], *, at_ms: int, to_performer_minor: int | None = None
) -> tuple[Order[B], tuple[Entry, ...]]:
    """What a transition's effect does. Raises ValueError for a split of nobody knows how much."""
    match effect:
        case Effect.NONE:
            return order, ()
        case Effect.HOLD:
            posted, entry = hold(order, at_ms=at_ms)
        case Effect.REFUND:
            posted, entry = refund(order, at_ms=at_ms)
        case Effect.RELEASE:
            posted, entry = release(order, at_ms=at_ms)
        case Effect.SPLIT if to_performer_minor is None:
            raise ValueError("a split needs the performer's part")
        case Effect.SPLIT:
            posted, entry = split(order, to_performer_minor, at_ms=at_ms)
        case _:
            assert_never(effect)
    return posted, (entry,)


def _divide(order: Order[B], to_performer_minor: int, kind: Kind, leg: Leg, at_ms: int) -> tuple[Order[B], Entry]:
    entry = ledger.divide(
        customer_id=order.customer_id,
        performer_id=order.performer_id,
        order_id=order.id,
        held_minor=order.escrow_minor,
        to_performer_minor=to_performer_minor,
        commission_bps=order.terms.commission_bps,
        kind=kind,
        leg=leg,
        at_ms=at_ms,
    )
    return replace(order, escrow_minor=0), entry
