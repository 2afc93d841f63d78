"""What of an order may be disputed, until when, and what it comes to (R71, D27, D31)."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.disputes.dispute import About
from chalicelib.domain.errors import FieldError, InvalidInput, LimitReached, WindowClosed, WrongState
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.orders.consultation import Consultation
from chalicelib.domain.orders.files import FilesState
from chalicelib.domain.orders.order import AnyOrder, ConsultationOrder
from chalicelib.domain.orders.work import WorkState
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Session, State

DISPUTES_AT_MOST = 3
"""By one side, about one thing. While a dispute is open money waits, and none waits for ever: what was withdrawn may be opened again, but
not always. Nobody uses up what is the other's."""
IN_ALL_AT_MOST = 40
"""By one side, about all sessions of one order: its end writes something of each dispute, in one commit."""
WINDOW = "window"
"""The term in which what is over may be disputed (D31)."""
DISPUTABLE = (WorkState.WORKING, WorkState.DELIVERED, WorkState.ACCEPTED, FilesState.BOUGHT)
HAD = (WorkState.DELIVERED, WorkState.ACCEPTED, FilesState.BOUGHT)


def of_session(order: ConsultationOrder, session: Session, by: Side, now_ms: int) -> About:
    """The paid blocks of one session, which were all paid to the performer.

    Raises WrongState (it goes on, cost nothing, or was decided), WindowClosed, LimitReached."""
    if session.state is not State.ENDED or session.ended_ms is None:
        raise WrongState(what="session", state=session.state, asked="dispute")
    if session.kept_minor == 0:
        raise WrongState(what="session", state="free", asked="dispute")
    check_again("session", session.disputed, by, decided=session.decided)
    check_number(order.disputed, by, IN_ALL_AT_MOST)
    check_window(closes_ms(order, session.ended_ms), now_ms)
    terms = order.terms
    return About(TwipKind(order.body.kind), terms.title, terms.currency, session.kept_minor, 0, session.id)


def of_whole(order: AnyOrder, by: Side, now_ms: int) -> About:
    """From the start of a work what lies in escrow; for a time after it was accepted, and after files were bought, what was paid (R83).

    Raises WrongState (it has not begun, was not done, or was decided), WindowClosed, LimitReached."""
    if order.body.state not in DISPUTABLE:
        raise WrongState(what="order", state=order.body.state, asked="dispute")
    amount_minor = order.terms.price_minor - order.refunded_minor
    if amount_minor == 0:
        raise WrongState(what="order", state="free", asked="dispute")
    check_again("order", order.disputed, by, decided=order.decided)
    if order.ended_ms is not None:
        check_window(closes_ms(order, order.ended_ms), now_ms)
    terms = order.terms
    return About(TwipKind(order.body.kind), terms.title, terms.currency, amount_minor, order.escrow_minor)


def of_order(order: AnyOrder, session: Session | None, by: Side, now_ms: int) -> About:
    """What a dispute about this order would be about that this side opens; of a consultation, about this session of it.

    Raises InvalidInput (a session is named where there is none, or none where one must be), and what its kind's rule does."""
    if (session is not None) != isinstance(order.body, Consultation):
        raise InvalidInput((FieldError("session_id", "required" if session is None else "not_allowed"),))
    if session is None:
        return of_whole(order, by, now_ms)
    return of_session(order, session, by, now_ms)


@dataclass(frozen=True)
class Claim:
    """What a dispute would be about, if one were opened now, and when that is over. None: for as long as the work goes on."""

    about: About
    closes_ms: int | None


def claim(order: AnyOrder, session: Session | None, by: Side, now_ms: int) -> Claim | None:
    """What this side may dispute now of an order, or of a session of it; None: nothing, or not while a dispute is open or a call is
    live."""
    live = isinstance(order.body, Consultation) and order.body.live is not None
    if order.dispute is not None or live:
        return None
    try:
        about = of_order(order, session, by, now_ms)
    except (InvalidInput, WrongState, WindowClosed, LimitReached):
        return None
    ended_ms = order.ended_ms if session is None else session.ended_ms
    return Claim(about, None if ended_ms is None else closes_ms(order, ended_ms))


def had(order: AnyOrder, amount_minor: int) -> int:
    """Of what lies in dispute of an order that is no consultation, what was delivered or had: all, or nothing yet (D31)."""
    return amount_minor if order.body.state in HAD else 0


def check_again(what: str, disputed: Sequence[Side], by: Side, *, decided: bool) -> None:
    """That this side may dispute it once more. Raises WrongState after a verdict or an agreement, LimitReached after too many."""
    if decided:
        raise WrongState(what=what, state="decided", asked="dispute")
    check_number(disputed, by, DISPUTES_AT_MOST)


def check_number(disputed: Sequence[Side], by: Side, at_most: int) -> None:
    """That this side has opened fewer. Raises LimitReached."""
    if disputed.count(by) >= at_most:
        raise LimitReached(what="disputes", limit=at_most)


def closes_ms(order: AnyOrder, ended_ms: int) -> int:
    """When it is too late to dispute what ended then: for as long as a dispute was open, this term stood still as all do (D22)."""
    return order.runs_until_ms(ended_ms, ended_ms + order.terms.lasts_ms[WINDOW])


def matures_ms(order: AnyOrder) -> int | None:
    """When what an order that has ended has earned can be paid out (D25, D31): when it can be disputed no more. None while a dispute is
    open."""
    if order.dispute is not None or order.ended_ms is None:
        return None
    return order.rests[-1].to_ms if order.decided else closes_ms(order, order.ended_ms)


def check_window(closes_ms: int, now_ms: int) -> None:
    """That the window is open. Raises WindowClosed."""
    if now_ms >= closes_ms:
        raise WindowClosed(closed_ms=closes_ms)
