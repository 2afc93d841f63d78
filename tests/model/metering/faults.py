"""Seeded faults: each takes one fence, lease or rule away, and the exploration must find the trace in which it is missed."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib.billing import boundaries, clock, ends, ledger, losses, metering
from chalicelib.billing.ledger import Kind as Why
from chalicelib.billing.steps import Lease, Step, View
from chalicelib.domain.durations import Durations
from chalicelib.domain.orders.consultation import ConsultationAct
from chalicelib.domain.orders.order import ConsultationOrder
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Cause, Event, FirstBlock, Heartbeat, Reason, Session, State, after
from chalicelib.services.calls import metering as carried_out
from tests.model.metering.rules import Rules, in_index
from tests.model.metering.stored import Fences
from tests.support.orders import changed, end_order


@dataclass(frozen=True)
class Fault:
    """What is missing, the world that misses it, and words of the invariant that it breaks there."""

    name: str
    world: str
    invariant: str
    rules: Rules


def _altered(alter: Callable[[View, Step], Step]) -> Rules:
    """Every step is altered before it is committed."""
    return Rules(changes=lambda view, step: carried_out.changes(view, alter(view, step)))


def _fenced(**fences: bool) -> Rules:
    return Rules(fences=Fences(**fences))


NO_VERSION = _fenced(sessions=False, seen=False)
NO_KEY = _fenced(journal=False, seen=False)
NO_KEY_NO_VERSION = _fenced(journal=False, sessions=False, seen=False)


def _debit_while_paused(view: View, now: int, durations: Durations) -> Step | None:
    blind = replace(view, session=replace(view.session, lost=()))
    step = metering.due(blind, now, durations)
    if step is None or step.event not in (Event.BLOCK, Event.SETTLE):
        return metering.due(view, now, durations)
    return replace(step, session=replace(step.session, lost=view.session.lost))


def _debit_the_silent(view: View, now: int, durations: Durations) -> Step | None:
    heard = tuple(heard and replace(heard, at_ms=now, media_at_ms=now) for heard in view.heard)
    return metering.due(replace(view, heard=(heard[0], heard[1])), now, durations)


def _debit_beyond_the_limit(view: View, now: int, durations: Durations) -> Step | None:
    step = metering.due(replace(view, session=replace(view.session, limit_blocks=None)), now, durations)
    return step and replace(step, session=replace(step.session, limit_blocks=view.session.limit_blocks))


def _any_limit(view: View, blocks: int | None) -> Step | None:
    return Step(Event.LIMIT, replace(view.session, state=after(view.session, Event.LIMIT), limit_blocks=blocks))


def _not_counted_on(view: View, now: int, durations: Durations) -> Step | None:
    step = metering.due(view, now, durations)
    if step is None or step.event is not Event.BLOCK:
        return step
    return replace(step, session=view.session)


def _dated_by_the_clock(view: View, now: int, durations: Durations) -> Step | None:
    step = metering.due(view, now, durations)
    if step is None or step.entry is None:
        return step
    return replace(step, entry=replace(step.entry, at_ms=now))


def _any_line_counts(view: View, side: Side, connection_id: str, now: int, durations: Durations) -> Step | None:
    heard = view.heard_of(side)
    return losses.lose(view, side, heard.connection_id if heard else connection_id, now, durations)


def _gone_for_good(view: View, connection_id: str, now: int, durations: Durations) -> Step | None:
    step = ends.leave(view, connection_id, now, durations)
    return replace(step, unheard=()) if step else None


def _a_page_is_media(view: View, side: Side, now: int) -> Step | None:
    return losses.come_back(replace(view, session=_by_its_line(view.session)), side, now)


def _a_report_is_a_page(view: View, side: Side, now: int) -> Step | None:
    return losses.come_back(view, side, now)


def _by_its_line(session: Session) -> Session:
    return replace(session, lost=tuple(replace(loss, cause=Cause.CONNECTION) for loss in session.lost))


def _a_line_flows(heard: Heartbeat, connection_id: str, now: int) -> Heartbeat:
    return replace(heard.held_by(connection_id, now), media_at_ms=now)


def _void_forgets_the_right(view: View, step: Step) -> Step:
    if step.order is None or step.event is not Event.END or not view.session.lost:
        return step
    return replace(step, order=changed(step.order, leave_right=view.order.body.leave_right))


def _end_forgets_to_settle(view: View, step: Step) -> Step:
    if step.event is not Event.END or step.entry is None or step.entry.kind is not Why.BLOCK:
        return step
    order = changed(view.order, live=None)
    return replace(step, entry=None, order=order, session=replace(step.session, first_block=FirstBlock.HELD))


def _void_at_any_time(view: View, side: Side, now: int, durations: Durations) -> Step:
    if view.session.state is State.RUNNING:
        now = min(now, boundaries.started(view.session) + durations.void_ms - 1)
    return ends.hang_up(view, side, now, durations)


def _end_at_the_claim(view: View, side: Side, now: int, durations: Durations) -> Step:
    step = ends.hang_up(view, side, now, durations)
    if view.session.state is not State.RUNNING or view.session.lost:
        return step
    return replace(step, session=replace(step.session, ended_ms=now))


def _loss_overtakes(view: View, side: Side, now: int, durations: Durations) -> Step:
    return ends.hang_up(view, side, max(now, *(loss.since_ms for loss in view.session.lost), 0), durations)


def _end_beyond_the_paid_time(view: View, step: Step) -> Step:
    lost = view.session.lost
    if step.session.reason is not Reason.CONNECTION_LOST or not lost:
        return step
    ended = max(step.session.ended_ms or 0, min(loss.heard_ms for loss in lost))
    return replace(step, session=replace(step.session, ended_ms=ended))


def _nothing_back(view: View, step: Step) -> Step:
    return replace(step, returned=None)


def _back_from_the_performer(view: View, step: Step) -> Step:
    if step.returned is None:
        return step
    gave = tuple(
        replace(posting, account=ledger.user(view.session.performer_id)) if posting.amount_minor < 0 else posting
        for posting in step.returned.postings
    )
    return replace(step, returned=replace(step.returned, postings=gave))


def _back_for_one_who_was_lost(view: View, now: int, durations: Durations) -> Step | None:
    step = metering.due(view, now, durations)
    if step is None or step.session.reason is not Reason.CONNECTION_LOST or not view.outages:
        return step
    return ends._excuse(step)


def _blind_until_a_tick_comes(view: View, now: int, durations: Durations) -> Step | None:
    over = tuple(outage for outage in view.outages if outage.to_ms < now)
    return metering.due(replace(view, outages=over), now, durations)


def _lease_kept(view: View, step: Step) -> Step:
    if step.event is not Event.END or step.order is None:
        return step
    return replace(step, order=changed(step.order, live=view.order.body.live))


def _still_busy(view: View, step: Step) -> Step:
    return replace(step, lease=Lease.KEEP) if step.lease is Lease.FREE else step


def _cancel_during_a_call(
    order: ConsultationOrder, act: ConsultationAct, *, key: str, now_ms: int
) -> ConsultationOrder:
    return end_order(changed(order, live=None), act, key=key, now_ms=now_ms)


def _torn_order_counts(view: View, now: int, durations: Durations) -> Step | None:
    return clock.receive_media(replace(view, order=changed(view.order, live=view.session.id)), now, durations)


def _unheard_is_here(view: View, client_id: str, now: int, durations: Durations) -> Step | None:
    heard = tuple(heard and replace(heard, at_ms=now) for heard in view.heard)
    return clock.count_text(replace(view, heard=(heard[0], heard[1])), client_id, now, durations)


def _lost_is_gone(view: View, side: Side, now: int, durations: Durations) -> Step:
    alone = view.session.lost_sides == (side,)
    return ends.hang_up(view, side.other if alone else side, now, durations)


def _each_pause_anew(view: View, step: Step) -> Step:
    if step.event is not Event.RESUME:
        return step
    return replace(step, session=replace(step.session, pause_left_ms=None))


def _committed_stands(view: View, side: Side, now: int, durations: Durations) -> Step:
    return ends.hang_up(replace(view, earned_minor=0), side, now, durations)


def _returns_what_is_spent(view: View, side: Side, now: int, durations: Durations) -> Step:
    return ends.hang_up(replace(view, earned_minor=view.session.price_minor), side, now, durations)


def _not(*states: State) -> Callable[[Session], bool]:
    return lambda session: in_index(session) and session.state not in states


def _not_the_paused(session: Session) -> bool:
    return in_index(session) and not session.lost


def faults() -> tuple[Fault, ...]:
    """All of them."""
    return (
        Fault("the session's version is not checked", "boundary", "alive", _fenced(sessions=False)),
        Fault("the order's version is not checked", "one order", "alive", _fenced(orders=False)),
        Fault(
            "void and settlement do not exclude each other",
            "first minute",
            "alive",
            _fenced(sessions=False, orders=False),
        ),
        Fault("a call does not look at the order's lease", "one order", "alive", Rules(leased=lambda order: False)),
        Fault(
            "a cancellation does not look at the lease", "one order", "alive", Rules(end_order=_cancel_during_a_call)
        ),
        Fault("the end keeps the order's lease", "first minute", "[] are alive", _altered(_lease_kept)),
        Fault("the performer's lease is not checked", "one performer", "at work in ['", _fenced(leases=False)),
        Fault("the end keeps the performer's lease", "one performer", "at work in []", _altered(_still_busy)),
        Fault("no guard against an overdraft", "one account", "overdrawn", _fenced(funds=False, seen=False)),
        Fault(
            "read, computed and written back",
            "one account",
            "sum of its postings",
            _fenced(funds=False, seen=False, addition=False),
        ),
        Fault("a journal key may be taken twice", "one account", "sum of its postings", _fenced(journal=False)),
        Fault("neither key, version nor balance of a block", "two ticks", "sum of its postings", NO_KEY_NO_VERSION),
        Fault(
            "a block is dated by the clock", "two ticks", "debited twice", replace(NO_VERSION, due=_dated_by_the_clock)
        ),
        Fault("the block is not counted on", "one account", "the journal 2", Rules(due=_not_counted_on)),
        Fault("debits while paused", "boundary", "debited while it is paused", Rules(due=_debit_while_paused)),
        Fault("debits of a silent side", "boundary", "not heard from", Rules(due=_debit_the_silent)),
        Fault("a cut although a top-up came first", "running dry", "can pay", _fenced(short=False)),
        Fault("the debit ignores the limit", "limit", "beyond its limit", Rules(due=_debit_beyond_the_limit)),
        Fault("a limit is overwritten by who has not read it", "limit", "nobody asked", _fenced(sessions=False)),
        Fault("a limit below the block under way", "limit", "less than the block", Rules(limit=_any_limit)),
        Fault("a pause although the side is there again", "boundary", "who is there", _fenced(lines=False)),
        Fault("the closing of a replaced line pauses", "boundary", "who is there", Rules(lose=_any_line_counts)),
        Fault("who was gone is gone for good", "gone before the clock", "who is back", Rules(leave=_gone_for_good)),
        Fault("resume clears a silence in video", "dead media", "without media", Rules(come_back=_a_page_is_media)),
        Fault("a new line counts as media", "dead media", "believed without a report", Rules(held_by=_a_line_flows)),
        Fault(
            "a report clears the loss of a line",
            "both lost",
            "without a page",
            Rules(hear_again=_a_report_is_a_page, awaits=lambda session, side: side in session.lost_sides),
        ),
        Fault(
            "debits of a side that is silent in text",
            "silent in text",
            "not heard from",
            Rules(due=_debit_the_silent),
        ),
        Fault("a loss is not its side's leaving", "first minute", "keeps the right", _altered(_void_forgets_the_right)),
        Fault("the end does not settle", "both lost early", "ended unpaid", _altered(_end_forgets_to_settle)),
        Fault("void at any time", "first minute", "was hung up at", Rules(hang_up=_void_at_any_time, bill_first=False)),
        Fault("a hang-up does not bill what is due", "boundary", "beyond its", Rules(bill_first=False)),
        Fault("an end before what was committed", "spent share", "was hung up at", Rules(hang_up=_end_at_the_claim)),
        Fault("an earlier hang-up returns nothing", "first minute", "was hung up at", Rules(hang_up=_committed_stands)),
        Fault(
            "what is returned was spent",
            "spent share",
            "overdrawn",
            Rules(hang_up=_returns_what_is_spent, fences=Fences(funds=False, seen=False)),
        ),
        Fault(
            "a loss overtakes a hang-up",
            "both lost early",
            "first, and it was ended by",
            Rules(hang_up=_loss_overtakes),
        ),
        Fault("who is lost cannot hang up", "first minute", "had not been there", Rules(hang_up=_lost_is_gone)),
        Fault("each pause has its whole time", "boundary", "time to return", _altered(_each_pause_anew)),
        Fault(
            "a clock against a side that is unheard",
            "unheard before the clock",
            "starts against",
            Rules(count_text=_unheard_is_here),
        ),
        Fault("losses end beyond the paid time", "both lost", "beyond its", _altered(_end_beyond_the_paid_time)),
        Fault("the order of a torn read counts", "torn read", "is gone under", Rules(receive_media=_torn_order_counts)),
        Fault("an outage gives nothing back", "outage in a block", "0 blocks came back", _altered(_nothing_back)),
        Fault(
            "neither key nor version of what comes back",
            "outage in a block",
            "sum of its postings",
            _fenced(journal=False, sessions=False, orders=False, leases=False, seen=False),
        ),
        Fault("the performer gives it back", "outage in a block", "did not pay", _altered(_back_from_the_performer)),
        Fault(
            "an outage excuses who did not come back",
            "outage",
            "it was not that",
            Rules(due=_back_for_one_who_was_lost),
        ),
        Fault(
            "an outage is known only after the first tick",
            "outage in a block",
            "our own outage ended",
            Rules(due=_blind_until_a_tick_comes),
        ),
        Fault("no sweep of ringing calls", "ringing and clock", "ringing for ever", Rules(found=_not(State.RINGING))),
        Fault(
            "no sweep of answered calls", "ringing and clock", "answered for ever", Rules(found=_not(State.ANSWERED))
        ),
        Fault("no sweep of paused sessions", "boundary", "running for ever", Rules(found=_not_the_paused)),
        Fault("no sweep of sessions being cut", "running dry", "closing for ever", Rules(found=_not(State.CLOSING))),
    )
