"""The money of an order: into escrow when it is bought, and the ways out of it; or past it (R30, R35, R61, R65, R70, R81, D27).

Each verb answers the order with its new escrow, and the journal's entry that belongs in the same commit. There is no entry of nothing:
the ways out raise ValueError of an order that holds nothing, and `post` asks first."""

from dataclasses import replace
from typing import Any, TypeVar, assert_never

from chalicelib.billing import ledger
from chalicelib.billing.ledger import Entry, Kind, Leg
from chalicelib.domain.lifecycle import Effect, Transition
from chalicelib.domain.orders.order import Body, Order

B = TypeVar("B", bound=Body)
CANCEL = "cancel"
"""The act of every kind by which its customer gives an order up: their statement tells it from what others brought back."""


def buy(order: Order[B], *, at_ms: int) -> tuple[Order[B], Entry]:
    """The price leaves the customer's account: into escrow, or to the performer at once, as the order's kind says."""
    return sell(order, at_ms=at_ms) if order.body.lifecycle.at_once else hold(order, at_ms=at_ms)


def sell(order: Order[B], *, at_ms: int) -> tuple[Order[B], Entry]:
    """The price goes to the performer at once, less commission (R81)."""
    entry = ledger.sale(
        customer_id=order.customer_id,
        performer_id=order.performer_id,
        order_id=order.id,
        price_minor=order.terms.price_minor,
        commission_bps=order.terms.commission_bps,
        at_ms=at_ms,
    )
    return order, entry


def hold(order: Order[B], *, at_ms: int) -> tuple[Order[B], Entry]:
    """The price leaves the customer's account (R30, R31)."""
    price_minor = order.terms.price_minor
    entry = ledger.order(customer_id=order.customer_id, order_id=order.id, price_minor=price_minor, at_ms=at_ms)
    return replace(order, escrow_minor=order.escrow_minor + price_minor), entry


def refund(order: Order[B], *, at_ms: int, kind: Kind = Kind.REFUND) -> tuple[Order[B], Entry]:
    """All of it goes back to the customer (R35, R65). `kind`: why."""
    held_minor = order.escrow_minor
    entry = ledger.refund(
        customer_id=order.customer_id, order_id=order.id, held_minor=held_minor, kind=kind, at_ms=at_ms
    )
    return _out(order, back_minor=held_minor), entry


def release(order: Order[B], *, at_ms: int) -> tuple[Order[B], Entry]:
    """All of it goes to the performer, less commission (R70)."""
    return _divide(order, order.escrow_minor, Kind.RELEASE, Leg.RELEASED, at_ms)


def split(order: Order[B], *, at_ms: int) -> tuple[Order[B], Entry]:
    """The part that the order's body names goes to the performer, less commission on it; the rest goes back (D27). Raises ValueError for
    a part that is more than all, and when none is named."""
    to_performer_minor = order.body.to_performer_minor
    if to_performer_minor is None or not 0 <= to_performer_minor <= order.escrow_minor:
        raise ValueError(f"no part of {order.escrow_minor}: {to_performer_minor}")
    return _divide(order, to_performer_minor, Kind.SPLIT, Leg.SPLIT, at_ms)


def refund_part(order: Order[B], refund_id: str, amount_minor: int, *, at_ms: int) -> tuple[Order[B], Entry]:
    """A part of it goes back to the customer, as the performer wants it (E12)."""
    entry = ledger.refund_part(
        customer_id=order.customer_id,
        order_id=order.id,
        refund_id=refund_id,
        amount_minor=amount_minor,
        at_ms=at_ms,
    )
    left_minor = order.escrow_minor - amount_minor
    return replace(order, escrow_minor=left_minor, refunded_minor=order.refunded_minor + amount_minor), entry


def post(row: Transition[Any, Any], order: Order[B], *, at_ms: int) -> tuple[Order[B], tuple[Entry, ...]]:
    """What a transition does to the money of the order after it: nothing, if nothing is held any more, as of a consultation whose block is
    used, or of an order all of whose price the performer has given back (E12). Raises ValueError for a split of nobody knows how much."""
    match row.effect:
        case Effect.NONE:
            return order, ()
        case Effect.HOLD:
            posted, entry = hold(order, at_ms=at_ms)
        case Effect.REFUND | Effect.RELEASE | Effect.SPLIT if not order.escrow_minor:
            return order, ()
        case Effect.REFUND:
            posted, entry = refund(order, at_ms=at_ms, kind=Kind.CANCEL if row.act == CANCEL else Kind.REFUND)
        case Effect.RELEASE:
            posted, entry = release(order, at_ms=at_ms)
        case Effect.SPLIT:
            posted, entry = split(order, at_ms=at_ms)
        case _:
            assert_never(row.effect)
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
    return _out(order, back_minor=order.escrow_minor - to_performer_minor), entry


def _out(order: Order[B], *, back_minor: int) -> Order[B]:
    """Nothing is in escrow any more; so much of it the customer has back."""
    return replace(order, escrow_minor=0, refunded_minor=order.refunded_minor + back_minor)
