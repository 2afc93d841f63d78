"""The marks that start the clock, and how its first block is paid for (R41 to R46, R51, D13, D14, D18, D20)."""

from dataclasses import replace

from chalicelib.billing import charges, ledger, ringing
from chalicelib.billing.steps import Step, View
from chalicelib.domain.durations import Durations
from chalicelib.domain.errors import WrongState
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Event, FirstBlock, Reason, Session, State, after


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
    order, terms = view.order, charges.terms(session)
    running = replace(session, state=after(session, Event.CLOCK), clock_started_ms=now_ms)
    # The reads of a batch are not one moment. This branch alone does not save the order, so no version tells that the order was read
    # before this call took its lease; the lease does. The branches below then save a stale order, and are refused.
    leased = order.body.live == session.id
    if leased and order.body.prepaid is Prepaid.HELD and session.mode is Mode.VIDEO and order.body.leave_right:
        return Step(Event.CLOCK, replace(running, first_block=FirstBlock.HELD))
    paid = replace(running, first_block=FirstBlock.PAID)
    if order.body.prepaid is Prepaid.HELD:
        settled = ledger.settle(terms, at_ms=now_ms)
        return Step(Event.CLOCK, paid, order=charges.used(order), entry=settled)
    if view.available_minor < session.price_minor:
        return replace(ringing.end(view, Reason.INSUFFICIENT_FUNDS, (), now_ms), short=True)
    return Step(Event.CLOCK, paid, entry=ledger.block(terms, k=0, due_ms=now_ms))


def settle(view: View, at_ms: int) -> Step:
    """The session can no longer become void: its prepaid block is earned (D14)."""
    session = replace(view.session, state=after(view.session, Event.SETTLE), first_block=FirstBlock.SETTLED)
    entry = ledger.settle(charges.terms(session), at_ms=at_ms)
    return Step(Event.SETTLE, session, order=charges.used(view.order), entry=entry)
