"""A call until its clock starts: it costs nothing (R37 to R40, D4, D6, D7, D13)."""

from dataclasses import replace

from chalicelib.billing.steps import Lease, Step, View
from chalicelib.domain.durations import Durations
from chalicelib.domain.errors import WrongState
from chalicelib.domain.orders.order import ConsultationOrder
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Event, Reason, Session, State, after


def ring(
    order: ConsultationOrder, *, session_id: str, now_ms: int, durations: Durations, limit_blocks: int | None = None
) -> Step:
    """A call (R37), perhaps with a limit (E24): the order's lease is taken. The caller has checked that a block is at hand and the
    performer can be called."""
    session = Session(
        id=session_id,
        order_id=order.id,
        customer_id=order.customer_id,
        performer_id=order.performer_id,
        mode=order.body.mode,
        price_minor=order.terms.price_minor,
        commission_bps=order.terms.commission_bps,
        state=State.RINGING,
        called_ms=now_ms,
        deadline_ms=now_ms + durations.ring_ms,
        limit_blocks=limit_blocks,
    )
    body = replace(order.body, live=session.id, calls=order.body.calls + 1)
    return Step(Event.CALL, session, order=replace(order, body=body))


def acknowledge(view: View) -> Step | None:
    """The performer's page rings (D7). None when it is known already."""
    state = after(view.session, Event.ACK)
    return None if view.session.acked else Step(Event.ACK, replace(view.session, state=state, acked=True))


def answer(view: View, now_ms: int, durations: Durations) -> Step:
    """The performer answers (R40): they are busy from now on, and a clock must start within `answer_ms` (D13)."""
    state = after(view.session, Event.ANSWER)
    session = replace(
        view.session, state=state, acked=True, answered_ms=now_ms, deadline_ms=now_ms + durations.answer_ms
    )
    return Step(Event.ANSWER, session, lease=Lease.TAKE)


def turn_away(view: View, now_ms: int) -> Step:
    """The performer answered another call (D6): this ringing ends, unpaid. Raises WrongState when it does not ring."""
    if view.session.state is not State.RINGING:
        raise WrongState(what="session", state=view.session.state, asked="turn_away")
    return end(view, Reason.ANSWERED_ELSEWHERE, (), now_ms)


def end(view: View, reason: Reason, by: tuple[Side, ...], at_ms: int) -> Step:
    """The end of a call whose clock never ran: it costs nothing (D6, D13)."""
    session = view.session
    ended = replace(session, state=after(session, Event.END), ended_ms=at_ms, reason=reason, ended_by=by)
    lease = Lease.FREE if session.state is State.ANSWERED else Lease.KEEP
    return Step(Event.END, ended, order=let_go(view.order), lease=lease)


def let_go(order: ConsultationOrder) -> ConsultationOrder:
    """The order whose call has ended: others may call, cancel and close again."""
    return replace(order, body=replace(order.body, live=None))
