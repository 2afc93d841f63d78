"""A session as its two sides see it."""

from pydantic import Field

from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Reason, Session, State
from chalicelib.domain.terms import TermSettings
from chalicelib.handlers.disputable import DisputableView, disputable_view
from chalicelib.handlers.models import Instant, Money, View
from chalicelib.handlers.refundable import RefundableView, refundable_view


class SessionView(View):
    """A session with what it cost its customer. Times that have not come are null; `started_at` is the clock's start. What was returned
    because our own outage ended it is not in `billed`; the performer keeps it."""

    id: str
    order_id: str
    customer_id: str
    performer_id: str
    mode: Mode
    state: State
    called_at: Instant
    answered_at: Instant | None
    started_at: Instant | None
    ended_at: Instant | None
    reason: Reason | None
    ended_by: list[Side]
    duration_seconds: int = Field(description="Of the clock, whole seconds; 0 while it runs or if it never ran.")
    limit_blocks: int | None = Field(
        description="As many blocks as the customer wants at most, the first one counted (E24); null: only money limits it."
    )
    billed_blocks: int
    billed: Money
    returned_blocks: int
    returned: Money
    refunded: Money = Field(description="What the performer has given back of it, by choice, agreement or verdict.")
    unpaid_left: int | None = Field(
        description="Of an answered call that ended unpaid: how many more the two may have had that day (UTC); null: it does not count."
    )
    disputable: DisputableView | None = Field(
        description="What a dispute about it would be about; null: none may be opened."
    )
    refundable: RefundableView | None = Field(
        description="What the performer may give back of it by choice; null: nothing."
    )


def session_view(session: Session, order: AnyOrder, reader: Side, terms: TermSettings, now_ms: int) -> SessionView:
    """The session with its cost, as this side sees it (E13)."""
    currency = order.terms.currency
    ran_ms = (
        session.ended_ms - session.clock_started_ms
        if session.ended_ms is not None and session.clock_started_ms is not None
        else 0
    )
    return SessionView(
        id=session.id,
        order_id=session.order_id,
        customer_id=session.customer_id,
        performer_id=session.performer_id,
        mode=session.mode,
        state=session.state,
        called_at=session.called_ms,
        answered_at=session.answered_ms,
        started_at=session.clock_started_ms,
        ended_at=session.ended_ms,
        reason=session.reason,
        ended_by=list(session.ended_by),
        duration_seconds=ran_ms // 1000,
        limit_blocks=session.limit_blocks,
        billed_blocks=session.billed_blocks,
        billed=Money(amount_minor=session.billed_blocks * session.price_minor, currency=currency),
        returned_blocks=session.returned_blocks,
        returned=Money(amount_minor=session.returned_blocks * session.price_minor, currency=currency),
        refunded=Money(amount_minor=session.refunded_minor, currency=currency),
        unpaid_left=session.unpaid_left,
        disputable=disputable_view(order, session, reader, terms, now_ms),
        refundable=refundable_view(order, session),
    )
