"""What a performer gives back by their own choice, of an order or of one session of it (E12)."""

from dataclasses import dataclass

from chalicelib.domain.errors import AlreadyDisputed, FieldError, Forbidden, InvalidInput, WrongState
from chalicelib.domain.orders.consultation import Consultation
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.parties import Party
from chalicelib.domain.sessions import Session, State


@dataclass(frozen=True)
class Refund:
    """A refund that was made. Its id is derived from the performer, what it is of, and their Idempotency-Key."""

    order_id: str
    id: str
    session_id: str | None
    amount_minor: int
    at_ms: int
    fingerprint: str


def check(order: AnyOrder, session: Session | None, by: Party, amount_minor: int) -> None:
    """That this part may be given back: of an order with escrow no more than lies there, else no more than the performer was paid and has
    not given back.

    Raises Forbidden to the customer before anything is looked at (D34), AlreadyDisputed, WrongState (there is nothing to give back of it),
    InvalidInput (more than there is)."""
    if by is not Party.PERFORMER:
        raise Forbidden(action="order.refund")
    if order.dispute is not None:
        raise AlreadyDisputed(dispute_id=order.dispute)
    at_most_minor = refundable(order, session)
    if at_most_minor == 0:
        raise WrongState(what="session" if session else "order", state="free", asked="refund")
    if not 0 < amount_minor <= at_most_minor:
        code, limit = ("too_small", 1) if amount_minor < 1 else ("too_large", at_most_minor)
        raise InvalidInput((FieldError("amount.amount_minor", code, limit),))


def refundable(order: AnyOrder, session: Session | None) -> int:
    """How much may be given back now of an order, or of this session of it; nothing while a dispute is open."""
    if order.dispute is not None:
        return 0
    return of_session(session) if session is not None else of_order(order)


def of_session(session: Session) -> int:
    """How much of an ended session may be given back; nothing while it goes on."""
    return session.kept_minor if session.state is State.ENDED else 0


def of_order(order: AnyOrder) -> int:
    """How much of an order may be given back. Of a consultation nothing: its sessions were paid for one by one, and its prepaid block is
    the customer's to cancel."""
    if isinstance(order.body, Consultation):
        return 0
    return order.escrow_minor or order.terms.price_minor - order.refunded_minor
