"""Paid time: the one thing that its passing asks for (R46 to R57, D13 to D20, docs/adr/0004).

Every rule is a function of a `View`, which is what was read, and answers a `Step`, which is what to commit. The commit checks that
the session, and the order if the step changes it, are still as they were read, so no rule needs to think about races. `due` says
what the passing of time asks for; it is called again after each step until nothing is due, by the queue's worker, by the tick and
before every event of a person. A replay therefore finds nothing to do, and a lost message only delays. The rules of events stand in
`ringing`, `clock`, `losses` and `ends`."""

from dataclasses import replace

from chalicelib.billing import boundaries, charges, clock, ends, ledger, losses, ringing
from chalicelib.billing.steps import Step, View
from chalicelib.domain.durations import Durations
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Cause, Event, FirstBlock, Reason, State, after


def due(view: View, now_ms: int, durations: Durations) -> Step | None:
    """The one thing that time asks for at `now_ms`, or None. Things come in the order in which they fell due."""
    session = view.session
    at_ms = boundaries.next_due_ms(session, durations)
    if at_ms is None or now_ms < at_ms:
        return None
    if session.state is State.RINGING:
        return ringing.end(view, Reason.MISSED if session.acked else Reason.NOT_ON_SITE, (), at_ms)
    if session.state is State.ANSWERED:
        return ringing.end(view, Reason.NO_START if session.started_ms is None else Reason.NO_MEDIA, (), at_ms)
    if session.state is State.CLOSING:
        return ends.cut(view, durations)
    if session.lost and at_ms == session.resume_by_ms:
        return ends.end_lost(view, durations)
    if session.first_block is FirstBlock.HELD:
        return clock.settle(view, at_ms)
    return _next_block(view, at_ms, now_ms, durations)


def _next_block(view: View, due_ms: int, now_ms: int, durations: Durations) -> Step:
    session, k = view.session, view.session.blocks_paid + 1
    lost = session.lost_sides
    silent = tuple(side for side in Side if side not in lost and not _alive(view, side, due_ms, durations))
    if session.at_limit and len(lost) + len(silent) < len(Side):
        # No debit asks for signs of life here. Where both are gone, an outage of ours may owe them the block (E15).
        return ends.end_at_limit(view, durations)
    if silent:
        return losses.pause(view, silent, Cause.SILENCE, now_ms, durations)
    if view.available_minor < session.price_minor:
        return Step(Event.RUN_DRY, replace(session, state=after(session, Event.RUN_DRY)), short=True)
    entry = ledger.block(charges.terms(session), k=k, due_ms=due_ms)
    debited = replace(session, state=after(session, Event.BLOCK), blocks_paid=k, pause_left_ms=None)
    return Step(Event.BLOCK, debited, entry=entry)


def _alive(view: View, side: Side, due_ms: int, durations: Durations) -> bool:
    heard = view.heard_of(side)
    return heard is not None and heard.alive_ms >= due_ms - durations.heard_ms
