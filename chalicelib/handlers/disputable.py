"""What of an order may be disputed now, for its page and for its sessions (R71, R72)."""

from pydantic import Field

from chalicelib.domain.disputes.claims import claim
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Session
from chalicelib.domain.terms import TermSettings
from chalicelib.handlers.models import Instant, Money, View


class DisputableView(View):
    """What a dispute would be about, if one were opened now."""

    amount: Money
    in_escrow: Money = Field(description="How much of it lies in escrow. The rest was paid to the performer.")
    until: Instant | None = Field(description="When it is too late; null: not as long as the work goes on.")
    answer_seconds: int = Field(description="How long the other side would have to answer.")


def disputable_view(
    order: AnyOrder, session: Session | None, by: Side, terms: TermSettings, now_ms: int
) -> DisputableView | None:
    """Of an order, or of a session of it, to this side; None: nothing can be disputed now."""
    found = claim(order, session, by, now_ms)
    if found is None:
        return None
    about = found.about
    return DisputableView(
        amount=Money(amount_minor=about.amount_minor, currency=about.currency),
        in_escrow=Money(amount_minor=about.in_escrow_minor, currency=about.currency),
        until=found.closes_ms,
        answer_seconds=terms.of_dispute().lasts_ms["answer"] // 1000,
    )
