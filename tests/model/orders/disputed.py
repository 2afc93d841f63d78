"""What must hold of disputes, of the orders that rest under them, and of every commit that opens, moves or ends one (D22, D27, D31)."""

from dataclasses import replace

from chalicelib.billing.ledger import Kind as Why
from chalicelib.domain.disputes.dispute import Dispute, Phase
from chalicelib.domain.orders.files import Files
from chalicelib.domain.orders.files import FilesState as F
from chalicelib.domain.orders.order import Deadline, Order, Rest, WorkOrder
from chalicelib.domain.orders.work import WorkState as S
from chalicelib.domain.parties import Party, Side
from chalicelib.services.changes import Ref
from tests.model.orders.acts import OURS, PRICE, Act, Kind
from tests.model.orders.desk import TERMS, TICK_MS
from tests.model.orders.stored import Stored

OPEN = (Phase.ANSWER, Phase.ARBITRATION, Phase.ESCALATED, Phase.ADMIN)
SILENCE = dict(zip(OPEN, (*OPEN[1:], Phase.DECIDED), strict=True))
"""Where it goes when nobody speaks until its term is over."""
SIDES, ARBITER, ADMIN = tuple(Side), (Party.ARBITER,), (Party.ADMIN,)
LEGAL: dict[tuple[Phase, Kind], tuple[tuple[Side | Party, ...], Phase]] = {
    (Phase.ANSWER, Kind.ANSWER): (SIDES, Phase.ARBITRATION),
    (Phase.ARBITRATION, Kind.TAKE): (ARBITER, Phase.ARBITRATION),
    (Phase.ARBITRATION, Kind.HAND_OVER): (ARBITER, Phase.ARBITRATION),
    **{(phase, Kind.ASK): (ARBITER, phase) for phase in (Phase.ARBITRATION, Phase.ESCALATED)},
    **{(phase, Kind.RULE): (ARBITER, Phase.DECIDED) for phase in (Phase.ARBITRATION, Phase.ESCALATED)},
    (Phase.ADMIN, Kind.ASK): (ADMIN, Phase.ADMIN),
    (Phase.ADMIN, Kind.RULE): (ADMIN, Phase.DECIDED),
    **{(phase, kind): (SIDES, phase) for phase in OPEN for kind in (Kind.OFFER, Kind.TURN_DOWN)},
    **{(phase, Kind.SETTLE): (SIDES, Phase.SETTLED) for phase in OPEN},
    **{(phase, Kind.WITHDRAW): (SIDES, Phase.WITHDRAWN) for phase in OPEN},
}
"""Who may do what in which phase, and where it leads."""


def broken_state(stored: Stored) -> str | None:
    """The first invariant that a stored state breaks, or None."""
    disputes: list[Dispute] = stored.of(Dispute)
    for order in stored.of(Order):
        waiting = [one.id for one in disputes if one.order_id == order.id and one.phase in OPEN]
        if waiting != ([order.dispute] if order.dispute else []):
            return f"{order.id} rests for {order.dispute}, and {waiting} are open"
    for one in disputes:
        broken = _dispute(stored, one)
        if broken:
            return broken
    for entry in stored.journal.values():
        judged = stored.get(Ref(Dispute, entry.subject))
        if entry.kind is Why.CLAWBACK and (judged is None or judged.verdict is None):
            return f"money is taken back, and {entry.subject} is not decided"
    return None


def _dispute(stored: Stored, dispute: Dispute) -> str | None:
    waits = dispute.phase in OPEN
    if waits != (dispute.ended_ms is None) or waits != (dispute.deadline is not None):
        return f"{dispute.id} is {dispute.phase}, ended at {dispute.ended_ms}, and its term is {dispute.deadline}"
    if (dispute.verdict is not None, dispute.settled is not None) != (
        dispute.phase is Phase.DECIDED,
        dispute.phase is Phase.SETTLED,
    ):
        return f"{dispute.id} is {dispute.phase}: {dispute.verdict}, {dispute.settled}"
    order = stored.get(Ref(Order, dispute.order_id))
    about, left_minor = dispute.about, PRICE - order.refunded_minor
    if waits and (about.amount_minor, about.in_escrow_minor) != (left_minor, order.escrow_minor):
        return f"{dispute.id} is about {about.amount_minor}, {about.in_escrow_minor} of it held, and {left_minor} lies there"
    return None


def broken_commit(before: Stored, after: Stored, act: Act, at: int) -> tuple[str | None, frozenset[str]]:
    """The first invariant that one commit breaks, and the orders whose change has been judged with that of their dispute."""
    judged: set[str] = set()
    for now in after.of(Dispute):
        was = before.get(Ref(Dispute, now.id))
        if now == was:
            continue
        order, then = before.get(Ref(Order, now.order_id)), after.get(Ref(Order, now.order_id))
        broken = _opened(order, then, now, act, at * TICK_MS) if was is None else None
        if was is not None:
            broken = _moved(was, now, act, at * TICK_MS) or _rested(order, then, now, at * TICK_MS)
        if broken:
            return broken, frozenset()
        judged.add(now.order_id)
    return None, frozenset(judged)


def _opened(was: WorkOrder, now: WorkOrder, dispute: Dispute, act: Act, at_ms: int) -> str | None:
    rested_ms = sum(rest.to_ms - rest.from_ms for rest in was.rests if rest.from_ms >= (was.ended_ms or 0))
    window_ms = None if was.ended_ms is None else was.ended_ms + TERMS.window_days * TICK_MS + rested_ms
    if (
        was.body.state not in (S.WORKING, S.DELIVERED, S.ACCEPTED, F.BOUGHT)
        or was.decided
        or was.dispute
        or act.kind is not Kind.OPEN
    ):
        return f"{act} while {was.id} is {was.body.state}"
    if window_ms is not None and at_ms >= window_ms:
        return f"{act} after its window"
    if dispute.opener is not act.side:
        return f"{act}, and {dispute.opener} has opened it"
    due_ms = was.deadline.due_ms if was.deadline else None
    if due_ms is not None and at_ms >= due_ms:
        return f"{act}, and a term of {was.id} was over"
    numbered = replace(was, dispute=dispute.id, disputed=(*was.disputed, act.side))
    deadline, review = _stopped(was.deadline, at_ms), _stopped(was.review, at_ms)
    if now != replace(numbered, version=now.version, deadline=deadline, review=review):
        return f"{was.id} does not rest with what was left of {due_ms}"
    return None


def _moved(was: Dispute, now: Dispute, act: Act, at_ms: int) -> str | None:
    due_ms = was.deadline.due_ms if was.deadline else None
    if due_ms is not None and at_ms >= due_ms:
        went_on = now.phase is SILENCE[was.phase]
        return None if went_on else f"the term of {was.phase} was over, and {was.id} is {now.phase}"
    if act.kind in OURS:
        return _reminded(was, now, at_ms)
    who, phase = LEGAL.get((was.phase, act.kind), ((), None))
    if act.side not in who or now.phase is not phase:
        return f"{act} while it waits for {was.phase}, and then it is {now.phase}"
    return _answered(was, act, at_ms) or _termed(was, now, act)


def _reminded(was: Dispute, now: Dispute, at_ms: int) -> str | None:
    deadline = was.deadline
    if deadline is None or now != replace(was, version=now.version, deadline=replace(deadline, reminded=True)):
        return f"the term of {was.phase} was not over, and {was.id} is {now.phase}"
    early = at_ms < (deadline.due_ms or 0) - TERMS.answer_reminder_days * TICK_MS
    return f"{was.id} was reminded out of turn" if deadline.reminded or early or was.phase is not Phase.ANSWER else None


def _answered(was: Dispute, act: Act, at_ms: int) -> str | None:
    """What an act needs besides its phase."""
    offer = was.proposal if was.proposal and at_ms < was.proposal.until_ms else None
    match act.kind:
        case Kind.WITHDRAW if act.side is not was.opener:
            return f"{act}, and has not opened it"
        case Kind.ANSWER if act.side is was.opener:
            return f"{act}, and has opened it"
        case Kind.SETTLE if offer is None or offer.by is act.side:
            return f"{act}, and the other has offered nothing"
        case Kind.RULE | Kind.HAND_OVER if was.phase is Phase.ARBITRATION and was.arbiter_id is None:
            return f"{act}, and has not taken it"
        case _:
            return None


def _termed(was: Dispute, now: Dispute, act: Act) -> str | None:
    runs_on = now.phase is not was.phase or now.deadline == was.deadline
    return None if runs_on else f"{act}, and its term has changed"


def _rested(was: WorkOrder, now: WorkOrder, dispute: Dispute, at_ms: int) -> str | None:
    """What became of the order by that: nothing while the dispute goes on; by its end it goes on with what was left, or is divided."""
    if dispute.phase in OPEN:
        return None if now == was else f"{was.id} has changed under {dispute.id}"
    split = dispute.verdict.split if dispute.verdict else dispute.settled
    if split is None:
        return (
            None
            if now == _resumed(was, now, Rest(dispute.created_ms, at_ms))
            else f"{was.id} does not go on where {dispute.id} stopped it"
        )
    if split.to_customer_minor + split.to_performer_minor != dispute.about.amount_minor:
        return f"{dispute.id} divides not what it is about"
    back_minor = now.refunded_minor - was.refunded_minor
    if back_minor != split.to_customer_minor or now.escrow_minor:
        return f"{dispute.id} gives the customer {split.to_customer_minor}, who has {back_minor} back, and {now.escrow_minor} is held"
    over = S.RULED if dispute.about.in_escrow_minor else _left(was, dispute)
    if now.body.state is not over or not now.decided:
        return f"{dispute.id} is {dispute.phase}, and {was.id} is {now.body.state}"
    return _by_default(was, dispute)


def _left(was: WorkOrder, dispute: Dispute) -> S | F:
    """What has been paid out stays as it was, but files whose access a verdict ends, or an agreement that gives all back."""
    ended_by_verdict = dispute.verdict is not None and dispute.verdict.keeps_goods is False
    all_back = dispute.settled is not None and dispute.settled.to_performer_minor == 0
    of_files = isinstance(was.body, Files)
    return F.REVOKED if of_files and (ended_by_verdict or all_back) else was.body.state


def _by_default(was: WorkOrder, dispute: Dispute) -> str | None:
    """What nobody has decided goes to the performer if it was delivered, else to the customer."""
    if dispute.verdict is None or dispute.verdict.by is not None:
        return None
    had = was.body.state in (S.DELIVERED, S.ACCEPTED, F.BOUGHT)
    expected_minor = dispute.about.amount_minor if had else 0
    given_minor = dispute.verdict.split.to_performer_minor
    return (
        None
        if given_minor == expected_minor
        else f"{was.id} is {was.body.state}, and its performer has {given_minor} of it"
    )


def _stopped(term: Deadline | None, at_ms: int) -> Deadline | None:
    if term is None or term.due_ms is None:
        return term
    return replace(term, due_ms=None, left_ms=max(term.due_ms - at_ms, 0))


def _resumed(was: WorkOrder, now: WorkOrder, rest: Rest) -> WorkOrder:
    deadline, review = _runs_on(was.deadline, now.deadline, rest), _runs_on(was.review, now.review, rest)
    rests = (*was.rests, rest)
    return replace(was, version=now.version, dispute=None, deadline=deadline, review=review, rests=rests)


def _runs_on(term: Deadline | None, then: Deadline | None, rest: Rest) -> Deadline | None:
    if term is None or term.left_ms is None:
        return term
    return replace(term, serial=then.serial if then else 0, due_ms=rest.to_ms + term.left_ms, left_ms=None)
