"""Paid time: what is due in a session, and what every event does to it (R36 to R58, D13 to D20, metering.md).

Every rule is a function of a `View`, which is what was read, and answers a `Step`, which is what to commit. The commit checks that
the session, and the order if the step changes it, are still as they were read, so no rule needs to think about races. `due` says
what the passing of time asks for; it is called again after each step until nothing is due, by the queue's worker, by the tick and
before every event of a person. A replay therefore finds nothing to do, and a lost message only delays.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from chalicelib.billing import ledger
from chalicelib.billing.ledger import Entry
from chalicelib.billing.outages import Outage
from chalicelib.domain.durations import Durations
from chalicelib.domain.errors import SessionOver, WrongState
from chalicelib.domain.orders.order import Mode, Order, Prepaid
from chalicelib.domain.sessions import (
    NO_CLOCK,
    Cause,
    Event,
    FirstBlock,
    Heartbeat,
    Loss,
    Reason,
    Session,
    Side,
    State,
    after,
)


@dataclass(frozen=True)
class View:
    """A session as it was read, with all that its rules ask about."""

    session: Session
    order: Order
    available_minor: int
    """The customer's spendable money."""
    heard: tuple[Heartbeat | None, Heartbeat | None]
    """Signs of life: of the customer, of the performer."""
    earned_minor: int = 0
    """The performer's spendable money."""
    outages: tuple[Outage, ...] = ()
    """Our own. Only the end of a session that lost both sides asks about them, so only for that they are read."""

    def heard_of(self, side: Side) -> Heartbeat | None:
        """The side's connection and its last sign of life."""
        return self.heard[0] if side is Side.CUSTOMER else self.heard[1]

    def without(self, side: Side) -> "View":
        """The same, had this side never been heard from."""
        customer, performer = self.heard
        return replace(self, heard=(None, performer) if side is Side.CUSTOMER else (customer, None))


class Lease(StrEnum):
    """What a step does to the performer's `busy`."""

    KEEP = "keep"
    TAKE = "take"
    FREE = "free"


@dataclass(frozen=True)
class Step:
    """One atomic change. What is None is not touched. Besides the versions of session and order, the commit checks: `entry` is
    new and nobody is overdrawn by it; with `short`, that the customer still cannot pay a block; `unheard`, that these sides' signs
    of life are still the ones that were read; `lease`, that the performer is free, or busy with this session."""

    event: Event
    session: Session
    order: Order | None = None
    entry: Entry | None = None
    returned: Entry | None = None
    """What the customer gets back at the end (E15), perhaps of what `entry` settles."""
    short: bool = False
    unheard: tuple[Side, ...] = ()
    lease: Lease = Lease.KEEP

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All that moves money."""
        return tuple(entry for entry in (self.entry, self.returned) if entry is not None)

    @property
    def loses_both(self) -> bool:
        """Whether it ends a session because both sides were lost: then our own outage may have been what ended it (E15)."""
        return self.event is Event.END and len(self.session.ended_by) == len(Side)


def following(view: View, step: Step) -> View:
    """What a read would find right after this step was committed and nothing else had happened: saves that read."""
    session = replace(step.session, version=step.session.version + 1)
    order = replace(step.order, version=step.order.version + 1) if step.order else view.order
    paid_minor = sum(entry.of(ledger.user(session.customer_id)) for entry in step.entries)
    earned_minor = sum(entry.of(ledger.user(session.performer_id)) for entry in step.entries)
    return View(session, order, view.available_minor + paid_minor, view.heard, view.earned_minor + earned_minor)


def boundary_ms(session: Session, k: int, durations: Durations) -> int:
    """When block `k` begins, counted from the clock's start, so it cannot drift. Needs a clock."""
    return started(session) + k * durations.block_ms


def paid_until_ms(session: Session, durations: Durations) -> int:
    """The end of the last block that was debited (or is prepaid)."""
    return boundary_ms(session, session.blocks_paid + 1, durations)


def started(session: Session) -> int:
    """The clock's start. Raises WrongState when no clock has run."""
    if session.clock_started_ms is None:
        raise WrongState(what="session", state=session.state, asked="clock")
    return session.clock_started_ms


def wake_ms(session: Session) -> int | None:
    """Constant while nothing but time passes: the instant by whose phase the time index holds the session; None once it has ended."""
    if session.state is State.ENDED:
        return None
    if session.state in NO_CLOCK:
        return session.deadline_ms
    if session.lost:
        return session.resume_by_ms
    return started(session)


def due_minute(at_ms: int, durations: Durations) -> str:
    """The bucket of the time index: which tick of the block's fifteen an instant falls in. A block never changes it."""
    return f"{at_ms // durations.tick_ms % (durations.block_ms // durations.tick_ms):02d}#0"


def next_due_ms(session: Session, durations: Durations) -> int | None:
    """The earliest instant at which `due` may have something to do, from the session alone: how the audit finds what is behind."""
    match session.state:
        case State.RINGING:
            return (
                session.deadline_ms if session.acked else min(session.called_ms + durations.ack_ms, session.deadline_ms)
            )
        case State.ANSWERED:
            return session.deadline_ms
        case State.RUNNING if session.lost:
            return session.resume_by_ms
        case State.RUNNING if session.first_block is FirstBlock.HELD:
            return started(session) + durations.void_ms
        case State.RUNNING:
            return paid_until_ms(session, durations)
        case State.CLOSING:
            return paid_until_ms(session, durations)
        case State.ENDED:
            return None
        case _:
            assert_never(session.state)


def due(view: View, now_ms: int, durations: Durations) -> Step | None:
    """The one thing that time asks for at `now_ms`, or None. Things come in the order in which they fell due."""
    session = view.session
    at_ms = next_due_ms(session, durations)
    if at_ms is None or now_ms < at_ms:
        return None
    if session.state is State.RINGING:
        return _end_call(view, Reason.MISSED if session.acked else Reason.NOT_ON_SITE, (), at_ms)
    if session.state is State.ANSWERED:
        return _end_call(view, Reason.NO_START if session.started_ms is None else Reason.NO_MEDIA, (), at_ms)
    if session.state is State.CLOSING:
        return _cut(view, durations)
    if session.lost:
        return _end_lost(view, durations)
    if session.first_block is FirstBlock.HELD:
        return _settle(view, at_ms)
    return _next_block(view, at_ms, now_ms, durations)


def _next_block(view: View, due_ms: int, now_ms: int, durations: Durations) -> Step:
    session, k = view.session, view.session.blocks_paid + 1
    silent = tuple(side for side in Side if not _alive(view, side, due_ms, durations))
    if silent:
        return _pause(view, silent, Cause.SILENCE, now_ms, durations)
    if view.available_minor < session.price_minor:
        return Step(Event.RUN_DRY, replace(session, state=after(session, Event.RUN_DRY)), short=True)
    entry = ledger.block(
        customer_id=session.customer_id,
        performer_id=session.performer_id,
        order_id=session.order_id,
        session_id=session.id,
        k=k,
        price_minor=session.price_minor,
        commission_bps=session.commission_bps,
        due_ms=due_ms,
    )
    debited = replace(session, state=after(session, Event.BLOCK), blocks_paid=k, pause_left_ms=None)
    return Step(Event.BLOCK, debited, entry=entry)


def _alive(view: View, side: Side, due_ms: int, durations: Durations) -> bool:
    heard = view.heard_of(side)
    return heard is not None and heard.alive_ms >= due_ms - durations.heard_ms


# Ringing and the answer


def ring(order: Order, *, session_id: str, now_ms: int, durations: Durations) -> Step:
    """A call (R37): the order's lease is taken. The caller has checked that a block is at hand and the performer can be called."""
    session = Session(
        id=session_id,
        order_id=order.id,
        customer_id=order.customer_id,
        performer_id=order.performer_id,
        mode=order.mode,
        price_minor=order.price_minor,
        commission_bps=order.commission_bps,
        state=State.RINGING,
        called_ms=now_ms,
        deadline_ms=now_ms + durations.ring_ms,
    )
    return Step(Event.CALL, session, order=replace(order, live=session.id, calls=order.calls + 1))


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


# Marks and the clock


def press_start(view: View, now_ms: int, durations: Durations) -> Step | None:
    """The performer presses start in a video call (R41). Media must now be received within `media_ms` (D13). None: pressed before."""
    session = view.session
    if session.mode is not Mode.VIDEO:
        raise WrongState(what="session", state=session.mode, asked="start")
    if session.started_ms is not None and session.state is not State.ENDED:
        return None
    state = after(session, Event.MARK)
    marked = replace(session, state=state, started_ms=now_ms, deadline_ms=now_ms + durations.media_ms)
    return _mark(view, marked, now_ms, durations)


def receive_media(view: View, now_ms: int, durations: Durations) -> Step | None:
    """The customer's page reports its first received video or audio (R42). None: reported before."""
    session = view.session
    if session.mode is not Mode.VIDEO:
        raise WrongState(what="session", state=session.mode, asked="media")
    if session.media_ms is not None and session.state is not State.ENDED:
        return None
    marked = replace(session, state=after(session, Event.MARK), media_ms=now_ms)
    return _mark(view, marked, now_ms, durations)


def count_text(view: View, client_id: str, now_ms: int, durations: Durations) -> Step | None:
    """A message of the customer in a text session (R51, D20): the second distinct one starts the clock. None: it counts for nothing."""
    session = view.session
    if session.mode is not Mode.TEXT or session.state is not State.ANSWERED or session.first_text == client_id:
        return None
    if session.first_text is None:
        return Step(Event.MARK, replace(session, state=after(session, Event.MARK), first_text=client_id))
    if session.marked:
        return begin(view, Side.CUSTOMER, now_ms, durations)
    return _mark(view, replace(session, state=after(session, Event.MARK), second_text_ms=now_ms), now_ms, durations)


def begin(view: View, side: Side, now_ms: int, durations: Durations) -> Step | None:
    """A side is heard from while the clock waits for that alone: it starts now (D13, D18). None: it waits for something else."""
    session = view.session
    if (
        session.state is not State.ANSWERED
        or not session.marked
        or not _here(view, session, side.other, now_ms, durations)
    ):
        return None
    return _clock(view, session, now_ms)


def _mark(view: View, marked: Session, now_ms: int, durations: Durations) -> Step:
    """The last mark starts the clock, if both sides are there: no clock runs against one that was not heard from lately (D18)."""
    if marked.marked and all(_here(view, marked, side, now_ms, durations) for side in Side):
        return _clock(view, marked, now_ms)
    return Step(Event.MARK, marked)


def _here(view: View, session: Session, side: Side, now_ms: int, durations: Durations) -> bool:
    """Whether a side was heard from in the last minute: by any frame, or by a mark of its own."""
    heard = view.heard_of(side)
    marks = (session.media_ms, session.second_text_ms) if side is Side.CUSTOMER else (session.started_ms,)
    since_ms = now_ms - durations.heard_ms
    return heard is not None and any(ms is not None and ms >= since_ms for ms in (heard.at_ms, *marks))


def _clock(view: View, session: Session, now_ms: int) -> Step:
    """The clock starts, and block 0 is paid for: by the prepaid block, at once or once the session can no longer become void, or by
    the account."""
    order = view.order
    running = replace(session, state=after(session, Event.CLOCK), clock_started_ms=now_ms)
    # The reads of a batch are not one moment. This branch alone does not save the order, so no version tells that the order was read
    # before this call took its lease; the lease does. The branches below then save a stale order, and are refused.
    leased = order.live == session.id
    if leased and order.prepaid is Prepaid.HELD and session.mode is Mode.VIDEO and order.leave_right:
        return Step(Event.CLOCK, replace(running, first_block=FirstBlock.HELD))
    paid = replace(running, first_block=FirstBlock.PAID)
    if order.prepaid is Prepaid.HELD:
        return Step(Event.CLOCK, paid, order=_used(order), entry=_settlement(session, now_ms))
    if view.available_minor < session.price_minor:
        return replace(_end_call(view, Reason.INSUFFICIENT_FUNDS, (), now_ms), short=True)
    entry = ledger.block(
        customer_id=session.customer_id,
        performer_id=session.performer_id,
        order_id=session.order_id,
        session_id=session.id,
        k=0,
        price_minor=session.price_minor,
        commission_bps=session.commission_bps,
        due_ms=now_ms,
    )
    return Step(Event.CLOCK, paid, entry=entry)


def _settle(view: View, at_ms: int) -> Step:
    session = replace(view.session, state=after(view.session, Event.SETTLE), first_block=FirstBlock.SETTLED)
    return Step(Event.SETTLE, session, order=_used(view.order), entry=_settlement(view.session, at_ms))


def _used(order: Order) -> Order:
    return replace(order, prepaid=Prepaid.USED, escrow_minor=0)


def _settlement(session: Session, at_ms: int) -> Entry:
    return ledger.settle(
        performer_id=session.performer_id,
        order_id=session.order_id,
        session_id=session.id,
        price_minor=session.price_minor,
        commission_bps=session.commission_bps,
        at_ms=at_ms,
    )


# Loss and return


def lose(view: View, side: Side, connection_id: str, now_ms: int, durations: Durations) -> Step | None:
    """A connection closed (D18). Pauses a running session if it was its side's current one; None otherwise."""
    session, heard = view.session, view.heard_of(side)
    if session.state is not State.RUNNING or side in session.lost_sides:
        return None
    if heard is None or heard.connection_id != connection_id:
        return None
    return _pause(view, (side,), Cause.CONNECTION, now_ms, durations)


def _pause(view: View, sides: tuple[Side, ...], cause: Cause, now_ms: int, durations: Durations) -> Step:
    """All pauses between two boundaries share one time to return (D18); one that crosses a boundary counts where it began, because its
    boundary is not billed before its end."""
    session = view.session
    left_ms = durations.resume_ms if session.pause_left_ms is None else session.pause_left_ms
    paused = replace(
        session,
        state=after(session, Event.PAUSE),
        lost=session.lost + tuple(Loss(side, _last_heard_ms(view, side), now_ms, cause) for side in sides),
        resume_by_ms=session.resume_by_ms if session.lost else now_ms + left_ms,
        epoch=session.epoch + 1,
    )
    return Step(Event.PAUSE, paused, unheard=sides)


def _last_heard_ms(view: View, side: Side) -> int:
    heard = view.heard_of(side)
    return max(started(view.session), heard.at_ms if heard else 0)


def come_back(view: View, side: Side, now_ms: int) -> Step | None:
    """A side's page is there again, on whichever connection (D18). None: it was not lost, or it is media that is awaited, not a page.
    `due` has ended the session if it came too late."""
    return None if side in view.session.media_awaited else _back(view, side, now_ms)


def hear_again(view: View, side: Side, now_ms: int) -> Step | None:
    """A side that was silent gives the sign of life that was missing (D18). None: it was not lost; or its connection was, and a report that
    was still under way when it closed proves nothing."""
    return _back(view, side, now_ms) if view.session.silent(side) else None


def _back(view: View, side: Side, now_ms: int) -> Step | None:
    session = view.session
    if side not in session.lost_sides or session.state is State.ENDED:
        return None
    still = tuple(loss for loss in session.lost if loss.side is not side)
    back = replace(session, state=after(session, Event.RESUME), lost=still, epoch=session.epoch + 1)
    if not still:
        left_ms = max(0, (session.resume_by_ms or now_ms) - now_ms)
        back = replace(back, resume_by_ms=None, pause_left_ms=left_ms)
    return Step(Event.RESUME, back)


# The end


def hang_up(view: View, side: Side, now_ms: int, durations: Durations) -> Step:
    """A side ends the call (R58), or the ringing (D6). `now_ms` is the server's receipt, and decides (D15): `due` must be None then, so
    that every boundary before it is billed first, and what was committed since for later than it is returned. A lost side that hangs up
    was present until then: it comes back first (RESUME), and the hang-up is asked for again. Raises SessionOver when it has ended."""
    session = view.session
    match session.state:
        case State.RINGING:
            reason = Reason.CANCELLED if side is Side.CUSTOMER else Reason.DECLINED
            return _end_call(view, reason, (side,), now_ms)
        case State.ANSWERED:
            return _end_call(view, _hangup_reason(side), (side,), now_ms)
        case State.RUNNING if _is_before_losses(session, now_ms, durations):
            return _end_by_receipt(view, side, now_ms, durations)
        case State.RUNNING if back := come_back(view, side, now_ms):
            return back
        case State.RUNNING if session.lost_sides == (side,):
            # Its page is there and its media is not: the boundary for which that is missing is not paid, and nothing after it.
            claimed_ms = min(now_ms, paid_until_ms(session, durations))
            return _end_clock(view, _hangup_reason(side), (side,), claimed_ms, durations)
        case State.RUNNING:
            return _end_lost(view, durations)
        case State.CLOSING:
            return _cut(view, durations)
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
        return lose(view, side, connection_id, now_ms, durations)
    return replace(_end_call(view, Reason.CONNECTION_LOST, (side,), now_ms), unheard=(side,))


def turn_away(view: View, now_ms: int) -> Step:
    """The performer answered another call (D6): this ringing ends, unpaid. Raises WrongState when it does not ring."""
    if view.session.state is not State.RINGING:
        raise WrongState(what="session", state=view.session.state, asked="turn_away")
    return _end_call(view, Reason.ANSWERED_ELSEWHERE, (), now_ms)


def _hangup_reason(side: Side) -> Reason:
    return Reason.CUSTOMER_HANGUP if side is Side.CUSTOMER else Reason.PERFORMER_HANGUP


def _end_call(view: View, reason: Reason, by: tuple[Side, ...], at_ms: int) -> Step:
    """The end of a call whose clock never ran: it costs nothing (D6, D13)."""
    session = view.session
    ended = replace(session, state=after(session, Event.END), ended_ms=at_ms, reason=reason, ended_by=by)
    lease = Lease.FREE if session.state is State.ANSWERED else Lease.KEEP
    return Step(Event.END, ended, order=replace(view.order, live=None), lease=lease)


def _cut(view: View, durations: Durations) -> Step:
    """The end of a session whose customer ran dry: it ended at the boundary that could not be paid (R57, D16)."""
    return _end_clock(view, Reason.INSUFFICIENT_FUNDS, (), paid_until_ms(view.session, durations), durations)


def _end_lost(view: View, durations: Durations) -> Step:
    """A loss counts as the lost side's leaving, dated to the last frame heard from it (D15, D18). A pause may cross a boundary
    that is then never billed: it ended there at the latest."""
    lost = view.session.lost
    by = tuple(loss.side for loss in lost)
    claimed_ms = min(*(loss.heard_ms for loss in lost), paid_until_ms(view.session, durations))
    end = _end_clock(view, Reason.CONNECTION_LOST, by, claimed_ms, durations)
    return _excuse(end) if any(outage.ended(lost, durations) for outage in view.outages) else end


def _excuse(end: Step) -> Step:
    """The same end, but nobody left: our own outage took both sides. What was billed stays billed, the performer keeps it, and the last
    block is given back; of a session that would be void nothing was (E15)."""
    session = replace(end.session, reason=Reason.SERVICE_OUTAGE, ended_by=())
    if not session.returned_blocks or session.ended_ms is None:
        return replace(end, session=session)
    returned = ledger.give_back(
        customer_id=session.customer_id,
        performer_id=session.performer_id,
        order_id=session.order_id,
        session_id=session.id,
        k=session.blocks_paid,
        price_minor=session.price_minor,
        ended_ms=session.ended_ms,
    )
    return replace(end, session=session, returned=returned)


def _is_before_losses(session: Session, received_ms: int, durations: Durations) -> bool:
    """Whether a hang-up was under way before any side was lost. After a boundary that waits for a sign of life it is not, whenever that was
    noticed."""
    lost_ms = (loss.since_ms for loss in session.lost)
    return not session.lost or received_ms < min(paid_until_ms(session, durations), *lost_ms)


def _end_by_receipt(view: View, side: Side, received_ms: int, durations: Durations) -> Step:
    """A hang-up that was under way while a settlement or a block was committed for a later instant takes that back in the same act; but not
    what the performer has spent meanwhile, for nobody is overdrawn. A first block that was paid as the clock started goes back to the
    customer, also if it was the prepaid one: of which of the two it was, the session keeps nothing."""
    session, reason = view.session, _hangup_reason(side)
    share_minor = session.price_minor - ledger.commission_minor(session.price_minor, session.commission_bps)
    settled = session.first_block is FirstBlock.SETTLED and session.blocks_paid == 0
    begun_ms = started(session) + durations.void_ms if settled else boundary_ms(session, session.blocks_paid, durations)
    returnable = session.charged_blocks > 0 and view.earned_minor >= share_minor
    if begun_ms <= received_ms or not returnable:
        return _end_clock(view, reason, (side,), received_ms, durations)
    entry = ledger.block_return(
        customer_id=session.customer_id,
        performer_id=session.performer_id,
        order_id=session.order_id,
        session_id=session.id,
        k=session.blocks_paid,
        price_minor=session.price_minor,
        commission_bps=session.commission_bps,
        due_ms=begun_ms,
        into_escrow=settled,
    )
    if settled:
        order = replace(view.order, prepaid=Prepaid.HELD, escrow_minor=session.price_minor)
        before = replace(view, session=replace(session, first_block=FirstBlock.HELD), order=order)
    elif session.blocks_paid == 0:
        before = replace(view, session=replace(session, first_block=FirstBlock.UNPAID))
    else:
        before = replace(view, session=replace(session, blocks_paid=session.blocks_paid - 1))
    return replace(_end_clock(before, reason, (side,), received_ms, durations), entry=entry)


def _end_clock(view: View, reason: Reason, by: tuple[Side, ...], claimed_ms: int, durations: Durations) -> Step:
    """The end of a session whose clock has run. What was committed first stands, so the end is never before a paid start."""
    session, order = view.session, replace(view.order, live=None)
    state = after(session, Event.END)
    at_ms = started(session) + durations.void_ms
    earliest_ms = boundary_ms(session, session.blocks_paid, durations)
    if session.first_block is not FirstBlock.HELD:
        if session.first_block is FirstBlock.SETTLED:
            earliest_ms = max(earliest_ms, at_ms)
        ended = replace(session, state=state, ended_ms=max(claimed_ms, earliest_ms), reason=reason, ended_by=by)
        return Step(Event.END, ended, order=order, lease=Lease.FREE)
    if claimed_ms - started(session) < durations.void_ms:
        ended = replace(session, state=state, ended_ms=max(claimed_ms, earliest_ms), reason=Reason.VOID, ended_by=by)
        right = order.leave_right and (by != (Side.CUSTOMER,) or claimed_ms < started(session))
        return Step(Event.END, ended, order=replace(order, leave_right=right), lease=Lease.FREE)
    ended = replace(
        session, state=state, first_block=FirstBlock.SETTLED, ended_ms=claimed_ms, reason=reason, ended_by=by
    )
    return Step(Event.END, ended, order=_used(order), entry=_settlement(session, at_ms), lease=Lease.FREE)
