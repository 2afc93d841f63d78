"""What of an order may be disputed, until when, and what it comes to (R71, D27, D31)."""

from dataclasses import dataclass

from chalicelib.domain.disputes.dispute import About
from chalicelib.domain.errors import FieldError, InvalidInput, LimitReached, WindowClosed, WrongState
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.orders.consultation import Consultation
from chalicelib.domain.orders.order import AnyOrder, ConsultationOrder, WorkOrder
from chalicelib.domain.orders.work import WorkState
from chalicelib.domain.sessions import Session, State

DISPUTES_AT_MOST = 3
"""About one thing. While a dispute is open money waits, and none waits for ever: what was withdrawn may be opened again, but not always."""
UNDER_WAY = (WorkState.WORKING, WorkState.DELIVERED)
HAD = (WorkState.DELIVERED, WorkState.ACCEPTED)


def of_session(order: ConsultationOrder, session: Session, window_ms: int, now_ms: int) -> About:
    """The paid blocks of one session, which were all paid to the performer.

    Raises WrongState (it goes on, cost nothing, or was decided), WindowClosed, LimitReached."""
    if session.state is not State.ENDED or session.ended_ms is None:
        raise WrongState(what="session", state=session.state, asked="dispute")
    if session.kept_minor == 0:
        raise WrongState(what="session", state="free", asked="dispute")
    check_again("session", session.disputes, decided=session.decided)
    check_window(session.ended_ms + window_ms, now_ms)
    terms = order.terms
    return About(TwipKind(order.body.kind), terms.title, terms.currency, session.kept_minor, 0, session.id)


def of_work(order: WorkOrder, window_ms: int, now_ms: int) -> About:
    """From the start of the work what lies in escrow; for a time after it was accepted, what was paid for it.

    Raises WrongState (it has not begun, was not done, or was decided), WindowClosed, LimitReached."""
    if order.body.state not in (*UNDER_WAY, WorkState.ACCEPTED):
        raise WrongState(what="order", state=order.body.state, asked="dispute")
    amount_minor = order.terms.price_minor - order.refunded_minor
    if amount_minor == 0:
        raise WrongState(what="order", state="free", asked="dispute")
    check_again("order", order.disputes, decided=order.decided)
    if order.ended_ms is not None:
        check_window(order.ended_ms + window_ms, now_ms)
    terms = order.terms
    return About(TwipKind(order.body.kind), terms.title, terms.currency, amount_minor, order.escrow_minor)


def of_order(order: AnyOrder, session: Session | None, window_ms: int, now_ms: int) -> About:
    """What a dispute about this order would be about; of a consultation, about this session of it.

    Raises InvalidInput (a session is named where there is none, or none where one must be), and what its kind's rule does."""
    if (session is not None) != isinstance(order.body, Consultation):
        raise InvalidInput((FieldError("session_id", "required" if session is None else "not_allowed"),))
    return of_work(order, window_ms, now_ms) if session is None else of_session(order, session, window_ms, now_ms)


@dataclass(frozen=True)
class Claim:
    """What a dispute would be about, if one were opened now, and when that is over. None: for as long as the work goes on."""

    about: About
    closes_ms: int | None


def claim(order: AnyOrder, session: Session | None, window_ms: int, now_ms: int) -> Claim | None:
    """What may be disputed now of an order, or of a session of it; None: nothing, or not while a dispute is open or a call is live."""
    live = isinstance(order.body, Consultation) and order.body.live is not None
    if order.dispute is not None or live:
        return None
    try:
        about = of_order(order, session, window_ms, now_ms)
    except (InvalidInput, WrongState, WindowClosed, LimitReached):
        return None
    ended_ms = order.ended_ms if session is None else session.ended_ms
    return Claim(about, None if ended_ms is None else ended_ms + window_ms)


def had(order: AnyOrder, amount_minor: int) -> int:
    """Of what lies in dispute of an order that is no consultation, what was delivered: all, or nothing yet (D31)."""
    return amount_minor if order.body.state in HAD else 0


def check_again(what: str, disputes: int, *, decided: bool) -> None:
    """That it may be disputed once more. Raises WrongState after a verdict or an agreement, LimitReached after too many."""
    if decided:
        raise WrongState(what=what, state="decided", asked="dispute")
    if disputes >= DISPUTES_AT_MOST:
        raise LimitReached(what="disputes", limit=DISPUTES_AT_MOST)


def check_window(closes_ms: int, now_ms: int) -> None:
    """That the window is open. Raises WindowClosed."""
    if now_ms >= closes_ms:
        raise WindowClosed(closed_ms=closes_ms)
