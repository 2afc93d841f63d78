"""Calls that a performer answered and a customer did not pay for: a few a day are bad luck, more are a free service (D13)."""

from dataclasses import dataclass

from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Reason, Session, State

UNPAID_A_DAY = 3
"""Of one customer with one performer, whatever the order."""


@dataclass(frozen=True)
class UnpaidCalls:
    """Sessions of one customer with one performer that were to end unpaid on one UTC day. Each is noted before its end is written, so
    whoever counts asks the session itself (`counts`)."""

    customer_id: str
    performer_id: str
    day: str
    session_ids: tuple[str, ...] = ()
    version: int = 0


def is_unpaid(session: Session, *, replied: bool, performer_there: bool, in_outage: bool = False) -> bool:
    """Whether this end is one of an unpaid answered call (D13): no block was billed, and it is not the performer who ended it or never
    began. In text they begin by their first message (`replied`), in video by pressing start: before that it counts only if the customer
    left. A performer whose connection was closed (not `performer_there`), or who was not heard from when the customer's second message
    asked for the clock, had left first (D15); and if both were lost, or we had failed, neither is to blame: an outage of ours in which
    the call waited in vain (`in_outage`) may have kept back what would have started its clock."""
    if session.state is not State.ENDED or session.answered_ms is None or session.billed_blocks or not performer_there:
        return False
    if session.ended_by not in ((), (Side.CUSTOMER,)) or session.reason is Reason.SERVICE_OUTAGE:
        return False
    if in_outage and session.reason in (Reason.NO_MEDIA, Reason.NO_START):
        return False
    if session.mode is Mode.TEXT:
        # A clock of an unpaid call is one whose block an earlier hang-up has taken back.
        clock = session.clock_started_ms is not None or session.reason is Reason.INSUFFICIENT_FUNDS
        return replied and (clock or not session.marked)
    return bool(session.ended_by) or session.reason in (Reason.NO_MEDIA, Reason.INSUFFICIENT_FUNDS)


def counts(session: Session) -> bool:
    """Whether a session that was noted counts: it ended so, or is about to."""
    return session.unpaid_left is not None or (session.state is not State.ENDED and not session.billed_blocks)
