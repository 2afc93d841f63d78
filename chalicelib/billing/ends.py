"""How a call or a session ends, when, and what is paid for then (R44, R57, R58, D6, D14 to D18, E15)."""

from dataclasses import replace
from typing import assert_never

from chalicelib.billing import boundaries, charges, ledger, losses, ringing
from chalicelib.billing.steps import Lease, Step, View
from chalicelib.domain.durations import Durations
from chalicelib.domain.errors import SessionOver
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import NO_CLOCK, Event, FirstBlock, Reason, Session, State, after


def hang_up(view: View, side: Side, now_ms: int, durations: Durations) -> Step:
    """A side ends the call (R58), or the ringing (D6). `now_ms` is the server's receipt, and decides (D15): `due` must be None then, so
    that every boundary before it is billed first, and what was committed since for later than it is returned. A lost side that hangs up
    was present until then: it comes back first (RESUME), and the hang-up is asked for again. Raises SessionOver when it has ended."""
    session = view.session
    match session.state:
        case State.RINGING:
            reason = Reason.CANCELLED if side is Side.CUSTOMER else Reason.DECLINED
            return ringing.end(view, reason, (side,), now_ms)
        case State.ANSWERED:
            return ringing.end(view, _hangup_reason(side), (side,), now_ms)
        case State.RUNNING if _is_before_losses(session, now_ms, durations):
            return _end_by_receipt(view, side, now_ms, durations)
        case State.RUNNING if back := losses.come_back(view, side, now_ms):
            return back
        case State.RUNNING if session.lost_sides == (side,):
            # Its page is there and its media is not: the boundary for which that is missing is not paid, and nothing after it.
            claimed_ms = min(now_ms, boundaries.paid_until_ms(session, durations))
            return _end_clock(view, _hangup_reason(side), (side,), claimed_ms, durations)
        case State.RUNNING:
            return end_lost(view, durations)
        case State.CLOSING:
            return cut(view, durations)
        case State.ENDED:
            raise SessionOver(reason=session.reason or "")
        case _:
            assert_never(session.state)


def leave(view: View, connection_id: str, now_ms: int, durations: Durations) -> Step | None:
    """The page that held a side on this connection closed when no clock ran, and was given its moment. While none runs the call ends for
    it (D6); if the clock was being started as it closed, it is a loss. None: the side is back."""
    side = next((s for s in Side if (heard := view.heard_of(s)) and heard.connection_id == connection_id), None)
    if side is None:
        return None
    if view.session.state not in NO_CLOCK:
        return losses.lose(view, side, connection_id, now_ms, durations)
    return replace(ringing.end(view, Reason.CONNECTION_LOST, (side,), now_ms), unheard=(side,))


def _hangup_reason(side: Side) -> Reason:
    return Reason.CUSTOMER_HANGUP if side is Side.CUSTOMER else Reason.PERFORMER_HANGUP


def cut(view: View, durations: Durations) -> Step:
    """The end of a session whose customer ran dry: it ended at the boundary that could not be paid (R57, D16)."""
    return _end_clock(view, Reason.INSUFFICIENT_FUNDS, (), boundaries.paid_until_ms(view.session, durations), durations)


def end_at_limit(view: View, durations: Durations) -> Step:
    """The end of a session whose customer wanted no further block: it ended at the boundary of the last one (E24)."""
    return _end_clock(view, Reason.LIMIT_REACHED, (), boundaries.paid_until_ms(view.session, durations), durations)


def end_lost(view: View, durations: Durations) -> Step:
    """A loss counts as the lost side's leaving, dated to the last frame heard from it (D15, D18). A pause may cross a boundary
    that is then never billed: it ended there at the latest."""
    lost = view.session.lost
    by = tuple(loss.side for loss in lost)
    claimed_ms = min(*(loss.heard_ms for loss in lost), boundaries.paid_until_ms(view.session, durations))
    end = _end_clock(view, Reason.CONNECTION_LOST, by, claimed_ms, durations)
    return _excuse(end) if any(outage.ended(lost, durations) for outage in view.outages) else end


def _excuse(end: Step) -> Step:
    """The same end, but nobody left: our own outage took both sides. What was billed stays billed, the performer keeps it, and the last
    block is given back; of a session that would be void nothing was (E15)."""
    session = replace(end.session, reason=Reason.SERVICE_OUTAGE, ended_by=())
    if not session.returned_blocks or session.ended_ms is None:
        return replace(end, session=session)
    returned = ledger.give_back(charges.terms(session), k=session.blocks_paid, ended_ms=session.ended_ms)
    return replace(end, session=session, returned=returned)


def _is_before_losses(session: Session, received_ms: int, durations: Durations) -> bool:
    """Whether a hang-up was under way before any side was lost. After a boundary that waits for a sign of life it is not, whenever that was
    noticed."""
    lost_ms = (loss.since_ms for loss in session.lost)
    return not session.lost or received_ms < min(boundaries.paid_until_ms(session, durations), *lost_ms)


def _end_by_receipt(view: View, side: Side, received_ms: int, durations: Durations) -> Step:
    """A hang-up that was under way while a settlement or a block was committed for a later instant takes that back in the same act; but not
    what the performer has spent meanwhile, for nobody is overdrawn. A first block that was paid as the clock started goes back to the
    customer, also if it was the prepaid one: of which of the two it was, the session keeps nothing."""
    session, terms, reason = view.session, charges.terms(view.session), _hangup_reason(side)
    settled = session.first_block is FirstBlock.SETTLED and session.blocks_paid == 0
    begun_ms = (
        boundaries.started(session) + durations.void_ms
        if settled
        else boundaries.boundary_ms(session, session.blocks_paid, durations)
    )
    returnable = session.charged_blocks > 0 and view.earned_minor >= terms.share_minor
    if begun_ms <= received_ms or not returnable:
        return _end_clock(view, reason, (side,), received_ms, durations)
    entry = ledger.block_return(terms, k=session.blocks_paid, due_ms=begun_ms, into_escrow=settled)
    if settled:
        held = replace(session, first_block=FirstBlock.HELD)
        before = replace(view, session=held, order=charges.held_again(view.order))
    elif session.blocks_paid == 0:
        before = replace(view, session=replace(session, first_block=FirstBlock.UNPAID))
    else:
        before = replace(view, session=replace(session, blocks_paid=session.blocks_paid - 1))
    return replace(_end_clock(before, reason, (side,), received_ms, durations), entry=entry)


def _end_clock(view: View, reason: Reason, by: tuple[Side, ...], claimed_ms: int, durations: Durations) -> Step:
    """The end of a session whose clock has run. What was committed first stands, so the end is never before a paid start."""
    session, order = view.session, ringing.let_go(view.order)
    state = after(session, Event.END)
    at_ms = boundaries.started(session) + durations.void_ms
    earliest_ms = boundaries.boundary_ms(session, session.blocks_paid, durations)
    if session.first_block is not FirstBlock.HELD:
        if session.first_block is FirstBlock.SETTLED:
            earliest_ms = max(earliest_ms, at_ms)
        ended = replace(session, state=state, ended_ms=max(claimed_ms, earliest_ms), reason=reason, ended_by=by)
        return Step(Event.END, ended, order=order, lease=Lease.FREE)
    if claimed_ms - boundaries.started(session) < durations.void_ms:
        ended = replace(session, state=state, ended_ms=max(claimed_ms, earliest_ms), reason=Reason.VOID, ended_by=by)
        right = order.body.leave_right and (by != (Side.CUSTOMER,) or claimed_ms < boundaries.started(session))
        return Step(
            Event.END, ended, order=replace(order, body=replace(order.body, leave_right=right)), lease=Lease.FREE
        )
    ended = replace(
        session, state=state, first_block=FirstBlock.SETTLED, ended_ms=claimed_ms, reason=reason, ended_by=by
    )
    entry = ledger.settle(charges.terms(session), at_ms=at_ms)
    return Step(Event.END, ended, order=charges.used(order), entry=entry, lease=Lease.FREE)
