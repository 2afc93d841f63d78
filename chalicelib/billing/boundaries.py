"""When something falls due in a session, from the session alone: its boundaries and deadlines (R46, R47, D13, D18)."""

from typing import assert_never

from chalicelib.domain.durations import Durations
from chalicelib.domain.errors import WrongState
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import NO_CLOCK, FirstBlock, Session, State


def boundary_ms(session: Session, k: int, durations: Durations) -> int:
    """When block `k` begins, counted from the clock's start, so it cannot drift. Needs a clock."""
    return started(session) + k * durations.block_ms


def paid_until_ms(session: Session, durations: Durations) -> int:
    """The end of the last block that was debited (or is prepaid)."""
    return boundary_ms(session, session.blocks_paid + 1, durations)


def limit_ms(session: Session, durations: Durations) -> int | None:
    """When the customer's limit ends it (E24). None: there is no limit, or no clock yet."""
    if session.limit_blocks is None or session.clock_started_ms is None:
        return None
    return boundary_ms(session, session.limit_blocks, durations)


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
            return _lost_until_ms(session, durations)
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


def _lost_until_ms(session: Session, durations: Durations) -> int | None:
    """A paused session waits for who is lost; but a limit comes first for the one who is there and sees it come (E24). Where nobody is,
    it may be our own outage, which gives the block back (E15): that is asked when both have been waited for."""
    if session.resume_by_ms is None or not session.at_limit or len(session.lost) == len(Side):
        return session.resume_by_ms
    return min(session.resume_by_ms, paid_until_ms(session, durations))
