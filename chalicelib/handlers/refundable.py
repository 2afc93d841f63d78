"""What a performer may give back now, of an order or of a session of it (E12)."""

from pydantic import Field

from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.orders.refunds import refundable
from chalicelib.domain.sessions import Session
from chalicelib.handlers.models import Money, View


class RefundableView(View):
    """What the performer may give back, if they wish."""

    amount: Money = Field(description="At most; before commission, which is given back of what was paid.")
    in_escrow: Money = Field(
        description="How much of it lies in escrow: all or nothing. The rest was paid to the performer."
    )


def refundable_view(order: AnyOrder, session: Session | None) -> RefundableView | None:
    """Of an order, or of a session of it; None: nothing can be given back now."""
    amount_minor, currency = refundable(order, session), order.terms.currency
    if amount_minor == 0:
        return None
    held_minor = order.escrow_minor if session is None else 0
    return RefundableView(
        amount=Money(amount_minor=amount_minor, currency=currency),
        in_escrow=Money(amount_minor=held_minor, currency=currency),
    )
