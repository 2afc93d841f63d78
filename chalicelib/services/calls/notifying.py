"""Who is told what about a session. Telling comes after the commit and may fail without harm."""

from dataclasses import dataclass
from typing import assert_never

from chalicelib.billing import boundaries
from chalicelib.billing.ledger import user
from chalicelib.billing.steps import Step, View, following
from chalicelib.domain.durations import Durations
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Event, FirstBlock, Session, State, ended_reason
from chalicelib.services.connections import Connections
from chalicelib.services.frames import (
    Balance,
    CallEnded,
    Frame,
    OrderUpdated,
    SessionCharged,
    SessionEnded,
    SessionInterrupted,
    SessionLimited,
    SessionLimitNear,
    SessionLowBalance,
    SessionPending,
    SessionResumed,
    SessionStarted,
)
from chalicelib.services.ports import Tell

Gone = list[tuple[Side, str]]
"""Sides whose current connection turned out to be closed."""


@dataclass(frozen=True)
class Notifier:
    """Frames about sessions."""

    connections: Connections
    durations: Durations

    def of(self, view: View, step: Step) -> Gone:
        """Tells the two sides what a step has changed. Answers the sides that could not be reached any more."""
        before, session = view.session, step.session
        match step.event:
            case Event.CALL | Event.ACK | Event.ANSWER | Event.RUN_DRY:
                return []
            case Event.MARK:
                if session.started_ms is None or before.started_ms is not None:
                    return []
                return self.both(view, SessionPending(session.id, session.deadline_ms))
            case Event.CLOCK:
                balances = _balances(view, step)
                return self._each(view, {side: self._started(session, step, side, balances[side]) for side in Side})
            case Event.SETTLE | Event.BLOCK:
                balances = _balances(view, step)
                return self._each(view, {side: self._charged(session, step, side, balances[side]) for side in Side})
            case Event.LIMIT:
                # The customer's page has it as the answer.
                return self.side(view, Side.PERFORMER, session_limited(session, self.durations))
            case Event.PAUSE:
                return self.both(view, self._interrupted(session))
            case Event.RESUME:
                back = next(loss.side for loss in before.lost if loss not in session.lost)
                return self.side(view, back.other, session_resumed(session, back, self.durations))
            case Event.END:
                return self._ended(view, step)
            case _:
                assert_never(step.event)

    def cut(self, view: View, session: Session) -> None:
        """Tells both sides of an end for lack of money: before it is written (docs/adr/0004)."""
        self.both(view, session_ended(session))

    def both(self, view: View, frame: Frame) -> Gone:
        """The same frame to both sides."""
        return self._each(view, dict.fromkeys(Side, frame))

    def side(self, view: View, side: Side, frame: Frame) -> Gone:
        """A frame to one side."""
        return self._each(view, {side: frame})

    def _each(self, view: View, frames: dict[Side, Frame]) -> Gone:
        connections = {side: heard.connection_id for side in frames if (heard := view.heard_of(side))}
        gone = self.connections.push.tell(Tell(connection, frames[side]) for side, connection in connections.items())
        lost = view.session.lost_sides
        return [
            (side, connection) for side, connection in connections.items() if connection in gone and side not in lost
        ]

    def short(self, view: View, boundary_ms: int) -> None:
        """The account does not cover this boundary (D17). What it lacks says what it holds, so the customer alone is told how much."""
        session = view.session
        missing_minor = session.price_minor - view.available_minor
        self._each(
            view,
            {
                Side.CUSTOMER: SessionLowBalance(session.id, boundary_ms, missing_minor),
                Side.PERFORMER: SessionLowBalance(session.id, boundary_ms),
            },
        )

    def limit_near(self, view: View, boundary_ms: int) -> None:
        """The customer's limit ends it at this boundary (E24)."""
        self.both(view, SessionLimitNear(view.session.id, boundary_ms))

    def _ended(self, view: View, step: Step) -> Gone:
        session, reason = step.session, ended_reason(step.session)
        if view.session.state is State.RINGING:
            self.connections.tell_user(session.performer_id, CallEnded(session.id, reason))
            self.side(view, Side.CUSTOMER, CallEnded(session.id, reason))
        elif view.session.state is not State.CLOSING:
            self.both(view, session_ended(session))
        balances = _balances(view, step)
        for side in Side:
            account = user(session.user_of(side))
            moved = any(entry.of(account) for entry in step.entries)
            news: list[Frame] = [Balance(balances[side])] if moved else []
            self.connections.tell_user(session.user_of(side), OrderUpdated(session.order_id), *news)
        return []

    def _started(self, session: Session, step: Step, side: Side, balance_minor: int) -> SessionStarted:
        return SessionStarted(
            session_id=session.id,
            t0_ms=boundaries.started(session),
            paid_until_ms=boundaries.paid_until_ms(session, self.durations),
            voidable_until_ms=_voidable_until(session, self.durations),
            amount_minor=_moved(step, side),
            balance_minor=balance_minor,
            limit_blocks=session.limit_blocks,
            limit_ms=boundaries.limit_ms(session, self.durations),
        )

    def _charged(self, session: Session, step: Step, side: Side, balance_minor: int) -> SessionCharged:
        return SessionCharged(
            session_id=session.id,
            block=session.blocks_paid,
            amount_minor=_moved(step, side),
            paid_until_ms=boundaries.paid_until_ms(session, self.durations),
            balance_minor=balance_minor,
        )

    def _interrupted(self, session: Session) -> SessionInterrupted:
        return SessionInterrupted(
            session_id=session.id,
            sides=session.lost_sides,
            media_awaited=session.media_awaited,
            until_ms=session.resume_by_ms or 0,
            epoch=session.epoch,
        )


def session_resumed(session: Session, side: Side, durations: Durations) -> SessionResumed:
    """Where the session stands, for a page that came back or whose other side did."""
    clock, waiting = session.clock_started_ms is not None, session.state is State.ANSWERED
    return SessionResumed(
        session_id=session.id,
        side=side,
        state=session.state,
        mode=session.mode,
        pending=waiting and session.started_ms is not None,
        until_ms=session.deadline_ms if waiting else None,
        t0_ms=session.clock_started_ms,
        paid_until_ms=boundaries.paid_until_ms(session, durations) if clock else None,
        voidable_until_ms=_voidable_until(session, durations),
        lost=session.lost_sides,
        media_awaited=session.media_awaited,
        epoch=session.epoch,
        limit_blocks=session.limit_blocks,
        limit_ms=boundaries.limit_ms(session, durations),
    )


def session_limited(session: Session, durations: Durations) -> SessionLimited:
    """The limit as it is, and when it ends the session (E24)."""
    return SessionLimited(session.id, session.limit_blocks, boundaries.limit_ms(session, durations))


def session_ended(session: Session) -> SessionEnded:
    """The summary of a session that has ended."""
    ended_ms = session.ended_ms or 0
    duration_ms = ended_ms - session.clock_started_ms if session.clock_started_ms is not None else 0
    return SessionEnded(
        session_id=session.id,
        reason=ended_reason(session),
        by=session.ended_by,
        billed_blocks=session.billed_blocks,
        billed_minor=session.billed_blocks * session.price_minor,
        returned_blocks=session.returned_blocks,
        returned_minor=session.returned_blocks * session.price_minor,
        duration_ms=duration_ms,
        ended_ms=ended_ms,
        unpaid_left=session.unpaid_left,
    )


def _voidable_until(session: Session, durations: Durations) -> int | None:
    if session.clock_started_ms is None or session.first_block is not FirstBlock.HELD:
        return None
    return session.clock_started_ms + durations.void_ms


def _balances(view: View, step: Step) -> dict[Side, int]:
    """The accounts after the step: exact, because its commit demanded that they were as they had been read (R52)."""
    now = following(view, step)
    return {Side.CUSTOMER: now.available_minor, Side.PERFORMER: now.earned_minor}


def _moved(step: Step, side: Side) -> int:
    """What the step did to this side's available money: negative for a customer who paid."""
    return step.entry.of(user(step.session.user_of(side))) if step.entry else 0
