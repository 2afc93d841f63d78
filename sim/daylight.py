"""What must hold beyond the books: in any weather, that boundaries are debited in time; in fair weather, that all goes as told."""

from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Reason, Session
from sim.books import Books
from sim.told import Told


def punctual(books: Books, bound_ms: int) -> None:
    """No boundary was debited later than this, but for those that waited for a lost side, as they should."""
    for debit in books.debits:
        late = debit.late_ms > bound_ms and not debit.waited
        books.require(not late, "a boundary was debited late", debit)


def undisturbed(books: Books, told: Told, until_ms: int) -> None:
    """Nothing went wrong and every line held: nobody was taken for lost, and both sides were told of everything until then."""
    for session in books.sessions.values():
        noticed_ms = max([loss.since_ms for loss in session.lost], default=session.ended_ms or until_ms)
        if noticed_ms >= until_ms:
            continue
        lost = session.reason in (Reason.CONNECTION_LOST, Reason.SERVICE_OUTAGE) or session.epoch > 0
        books.require(not lost, "a side was taken for lost though its line held", session)
        for side in Side:
            _told_of_everything(books, told, session, session.user_of(side))


def _told_of_everything(books: Books, told: Told, session: Session, user_id: str) -> None:
    if session.answered_ms is None:
        return
    books.require(told.of(user_id, "session.ended", session.id), "an end that was not told", session, user_id)
    if session.clock_started_ms is None:
        return
    books.require(told.of(user_id, "session.started", session.id), "a clock that was not told", session, user_id)
    for k in range(1, session.blocks_paid + 1):
        books.require(told.of(user_id, "session.charged", session.id, k), "a debit that was not told", session, k)
    if session.reason is Reason.LIMIT_REACHED:
        warned = told.of(user_id, "session.limit_near", session.id, session.ended_ms or 0)
        books.require(warned, "an end by a limit without its warning", session, user_id)
    if session.reason is Reason.INSUFFICIENT_FUNDS and _poor_for_long(books, session):
        warned = told.of(user_id, "session.low_balance", session.id, session.ended_ms or 0)
        books.require(warned, "a cut without its warning", session, user_id)


def _poor_for_long(books: Books, session: Session) -> bool:
    """Whether the account did not cover the block at any moment since the warning was due."""
    due_ms = (session.ended_ms or 0) - books.durations.warning_ms
    log = books.balances_of[session.customer_id]
    before = [minor for at_ms, minor in log if at_ms <= due_ms][-1:]
    since = [minor for at_ms, minor in log if due_ms < at_ms <= (session.ended_ms or 0)]
    return all(minor < session.price_minor for minor in (*before, *since))
