"""Who is lost and who is back: pauses of a session (D18)."""

from dataclasses import replace

from chalicelib.billing import boundaries
from chalicelib.billing.steps import Step, View
from chalicelib.domain.durations import Durations
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Cause, Event, Loss, State, after


def lose(view: View, side: Side, connection_id: str, now_ms: int, durations: Durations) -> Step | None:
    """A connection closed (D18). Pauses a running session if it was its side's current one; None otherwise."""
    session, heard = view.session, view.heard_of(side)
    if session.state is not State.RUNNING or side in session.lost_sides:
        return None
    if heard is None or heard.connection_id != connection_id:
        return None
    return pause(view, (side,), Cause.CONNECTION, now_ms, durations)


def pause(view: View, sides: tuple[Side, ...], cause: Cause, now_ms: int, durations: Durations) -> Step:
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
    return max(boundaries.started(view.session), heard.at_ms if heard else 0)


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
