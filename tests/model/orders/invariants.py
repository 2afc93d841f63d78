"""What must hold of every state and of every commit, written down apart from the rules (D11, D21 to D25, D31)."""

from collections import Counter
from dataclasses import replace

from chalicelib.billing import ledger
from chalicelib.billing.ledger import Kind as Why
from chalicelib.billing.ledger import Leg
from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile
from chalicelib.domain.disputes.dispute import Dispute
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.files import FilesState as F
from chalicelib.domain.orders.order import Order, WorkOrder
from chalicelib.domain.orders.work import Work
from chalicelib.domain.orders.work import WorkState as S
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.ratings import Rating
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import Ref
from tests.model.engine.model import Decision
from tests.model.orders import disputed, sold
from tests.model.orders.acts import GIFT, OURS, PART, PRICE, Act, Kind
from tests.model.orders.desk import BPS, TICK_MS
from tests.model.orders.desk import TERMS as DESK
from tests.model.orders.steps import Mended
from tests.model.orders.stored import Stage, Stored, newest

OPEN = (S.PLACED, S.WORKING, S.DELIVERED)
TERMS = {S.PLACED: ("start",), S.WORKING: ("delivery", "rework", "overdue"), S.DELIVERED: ("acceptance",)}
"""Which term may run in which state."""
SILENCE = {
    "start": S.REFUSED,
    "delivery": S.WORKING,
    "rework": S.WORKING,
    "overdue": S.REFUSED,
    "acceptance": S.ACCEPTED,
}
"""Where it leads when nobody acts until a term is over."""
REMINDS_MS = {
    **dict.fromkeys(("start", "delivery", "rework", "acceptance"), TICK_MS),
    "review": (DESK.review_days - DESK.review_asked_days) * TICK_MS,
}
"""How long before the end of which term somebody is reminded."""
REVIEWABLE = (S.ACCEPTED, S.AGREED, S.RULED, F.BOUGHT, F.REVOKED)
CUSTOMER, PERFORMER = (Side.CUSTOMER,), (Side.PERFORMER,)
BOTH = tuple(Side)
LEGAL = {
    (S.PLACED, Kind.START): (PERFORMER, S.WORKING),
    (S.PLACED, Kind.REFUSE): (PERFORMER, S.REFUSED),
    (S.WORKING, Kind.REFUSE): (PERFORMER, S.REFUSED),
    (S.PLACED, Kind.CANCEL): (CUSTOMER, S.CANCELLED),
    (S.WORKING, Kind.CANCEL): (CUSTOMER, S.CANCELLED),
    (S.WORKING, Kind.DELIVER): (PERFORMER, S.DELIVERED),
    (S.DELIVERED, Kind.REWORK): (CUSTOMER, S.WORKING),
    (S.DELIVERED, Kind.ACCEPT): (CUSTOMER, S.ACCEPTED),
    (S.REFUSED, Kind.WAIVE): (CUSTOMER, S.REFUSED),
    (S.WORKING, Kind.DAYS): (BOTH, S.WORKING),
    (S.WORKING, Kind.EXTEND): (BOTH, S.WORKING),
    **{(state, kind): (BOTH, state) for state in (S.WORKING, S.DELIVERED) for kind in (Kind.SPLIT, Kind.DECLINE)},
    **{(state, Kind.AGREE): (BOTH, S.AGREED) for state in (S.WORKING, S.DELIVERED)},
    **{(state, Kind.REFUND): (PERFORMER, state) for state in (*OPEN, S.ACCEPTED, S.AGREED, S.RULED, *F)},
}
"""Who may do what in which state, and where it leads."""


def broken_state(stored: Stored) -> str | None:
    """The first invariant that a stored state breaks, or None."""
    orders: list[WorkOrder] = stored.of(Order)
    return (
        _money(stored)
        or next((broken for order in orders if (broken := _paid(stored, order) or _order(order))), None)
        or disputed.broken_state(stored)
        or sold.broken_state(stored)
        or next((broken for one in (*orders, *stored.of(Dispute)) if (broken := _in_step(stored, one))), None)
        or _rated(stored, orders)
    )


def _rated(stored: Stored, orders: list[WorkOrder]) -> str | None:
    """Each refusal that is not waived counts once."""
    refused = [
        order.body.refused
        for order in orders
        if isinstance(order.body, Work) and order.body.refused is not None and not order.body.refused.waived
    ]
    begun = sum(refusal.started for refusal in refused)
    truth = Rating(refused=len(refused) - begun, refused_started=begun)
    (performer,) = stored.of(Profile)
    return None if performer.rating == truth else f"the rating is {performer.rating}, and {refused} should count"


def _money(stored: Stored) -> str | None:
    truth = ledger.balances(stored.journal.values())
    if sum(truth.values()):
        return "the journal does not sum to zero"
    judged = {entry.account for entry in stored.journal.values() if entry.kind is Why.CLAWBACK}
    for account in stored.of(Account):
        if account.available_minor < 0 and ledger.user(account.user_id) not in judged:
            return f"{account.user_id} is in debt, and no verdict has said so"
        if account.available_minor != truth.get(ledger.user(account.user_id), 0):
            return f"the balance of {account.user_id} is not the sum of its postings"
        if account.fee_minor != truth.get(ledger.fee(account.user_id), 0):
            return f"the commission of {account.user_id} is not the sum of its postings"
    return None


def _paid(stored: Stored, order: WorkOrder) -> str | None:
    """Where the price of an order lies: in escrow while it is open, and once it has ended with the two and the platform."""
    entries = [entry for entry in stored.journal.values() if entry.order_id == order.id]
    out = Counter(entry.k for entry in entries if entry.subject == order.id and entry.k != Leg.HELD)
    if sum(out.values()) > 1:
        return f"the escrow of {order.id} was paid out twice"
    truth = ledger.balances(entries)
    given_minor = truth[ledger.user(order.customer_id)] + PRICE
    held_minor = PRICE - given_minor if order.body.state in OPEN else 0
    if not truth.get(ledger.escrow(order.id), 0) == order.escrow_minor == held_minor:
        return f"{order.id} is {order.body.state} and holds {order.escrow_minor}, not {held_minor}"
    if order.refunded_minor != given_minor:
        return f"{order.id} says that {order.refunded_minor} was given back, and {given_minor} was"
    earned_minor = PRICE - given_minor - held_minor
    commission_minor = earned_minor * BPS // 10_000
    if truth.get(ledger.fee(order.performer_id), 0) != commission_minor:
        return f"the commission of {order.id} is not that of the {earned_minor} which was earned"
    return None


def _order(order: WorkOrder) -> str | None:
    state, deadline = order.body.state, order.deadline
    if (order.ended_ms is None) != (state in OPEN):
        return f"{order.id} is {state} and ended at {order.ended_ms}"
    if (order.review is None) != (state not in REVIEWABLE):
        return f"{order.id} is {state} and may be reviewed until {order.review and order.review.due_ms}"
    if state not in OPEN:
        return f"{order.id} is {state} and a term runs" if deadline else None
    if deadline is None or deadline.name not in TERMS[state]:
        return f"{order.id} is {state} and its term is {deadline and deadline.name}"
    if (deadline.due_ms is None) == (order.dispute is None) or (deadline.left_ms is None) != (order.dispute is None):
        return f"{order.id} is disputed by {order.dispute} and its term runs until {deadline.due_ms}"
    return None


def _in_step(stored: Stored, order: WorkOrder | Dispute) -> str | None:
    """At most one execution keeps the time of an order or a dispute. If it sleeps, it knows of the term that runs, or somebody is about to
    tell it, or has died before that."""
    named = [one for one in stored.executions.values() if one.name.partition("--")[0] == order.id]
    alive = [one for one in named if one.stage is not Stage.OVER]
    if len(alive) > 1:
        return f"{len(alive)} executions keep the time of {order.id}"
    if not alive or alive[0].stage is not Stage.ASLEEP or any(subject == order.id for subject, _ in stored.owed):
        return None
    sleeper, deadline = alive[0], order.deadline
    if order.ended_ms is not None:
        ours = sleeper.until * TICK_MS <= order.ended_ms
        return None if ours else f"{sleeper.name} sleeps, and nobody tells it that {order.id} is over"
    if deadline is None or deadline.serial <= sleeper.version:
        return None
    # Who opens a dispute ends a term that is over, and tells nobody: that very end wakes the execution.
    ours = sleeper.until * TICK_MS <= (deadline.due_ms or 0) - order.terms.lasts_ms[deadline.name]
    return None if ours else f"{sleeper.name} sleeps, and nobody tells it of the {deadline.name} of {order.id}"


def broken_commit(before: Stored, after: Stored, act: Act, decision: Decision, at: int) -> str | None:
    """The first invariant that one commit breaks, or None. `at` is when the act looked at the clock."""
    broken, judged = disputed.broken_commit(before, after, act, at)
    broken = broken or sold.broken_commit(before, after, act)
    if broken:
        return broken
    for order in before.of(Order):
        if order.id in judged:
            continue
        now = after.get(Ref(Order, order.id))
        broken = (
            None
            if now == order
            else _moved(order, now, act, at * TICK_MS, _is_let_down(before, order))
            or _noted(before, after, order, now, act)
        )
        if broken:
            return broken
    if isinstance(decision.changes[0], Mended):
        return _mended(after, decision.changes[0].subject)
    return None


def _noted(before: Stored, after: Stored, was: WorkOrder, now: WorkOrder, act: Act) -> str | None:
    """Whatever moves an order on is kept under a key of its own: a repeat is known by it."""
    noted = len(after.of(OrderEvent)) > len(before.of(OrderEvent))
    reminded = replace(now, version=was.version, deadline=was.deadline, review=was.review) == was
    needless = act.kind is Kind.REFUND or reminded
    return None if noted or needless else f"{act}, which was done before"


def _mended(after: Stored, subject: str) -> str | None:
    order = after.get(Ref(Order, subject)) or after.get(Ref(Dispute, subject))
    execution = newest(after, subject)
    if order.ended_ms is None and (execution is None or execution.stage is Stage.OVER):
        return f"{subject} was mended, and no execution keeps its time"
    return None


def _is_let_down(before: Stored, order: WorkOrder) -> bool:
    twip = before.get(Ref(Twip, order.twip_id))
    return twip is None or twip.withdrawn


def _moved(was: WorkOrder, now: WorkOrder, act: Act, at_ms: int, let_down: bool) -> str | None:
    """What has become of an order."""
    due_ms = was.deadline.due_ms if was.deadline else None
    over = due_ms is not None and at_ms >= due_ms
    if (
        over and act.kind is not Kind.REFUND
    ):  # whatever a term's end does with the money, what is given back is given back
        return _lapsed(was, now)
    if act.kind in OURS:
        return _reminded(was, now, at_ms)
    return _acted(was, now, act, at_ms, let_down)


def _lapsed(was: WorkOrder, now: WorkOrder) -> str | None:
    name = was.deadline.name if was.deadline else ""
    if now.body.state is not SILENCE[name]:
        return f"the term of {name} was over, and {was.id} is {now.body.state}"
    if name in ("delivery", "rework") and not now.body.overdue:
        return f"the term of {name} was over, and {was.id} is not overdue"
    return _divided(was, now)


def _reminded(was: WorkOrder, now: WorkOrder, at_ms: int) -> str | None:
    running, then = was.review or was.deadline, now.review or now.deadline
    as_before = replace(was, version=now.version, deadline=now.deadline, review=now.review) == now
    if running is None or running.due_ms is None or not as_before:
        return f"no term of {was.id} was over, and it is {now.body.state}"
    if then != replace(running, reminded=True):
        return f"{was.id} was reminded, and nobody knows of it"
    if running.reminded or running.name not in REMINDS_MS:
        return f"there is no reminder of {running.name} any more, and {was.id} was reminded"
    early = at_ms < running.due_ms - REMINDS_MS[running.name]
    return f"{was.id} was reminded too early" if early else None


def _acted(was: WorkOrder, now: WorkOrder, act: Act, at_ms: int, let_down: bool) -> str | None:
    who, state = LEGAL.get((was.body.state, act.kind), ((), None))
    if act.side not in who or now.body.state is not state or was.dispute is not None:
        return f"{act} while it is {was.body.state}, and then it is {now.body.state}"
    if now.ended_ms != was.ended_ms and was.ended_ms is not None:
        return f"{was.id} has ended twice"
    return _answered(was, act, at_ms, let_down) or _termed(was, now, act) or _divided(was, now, act)


def _answered(was: WorkOrder, act: Act, at_ms: int, let_down: bool) -> str | None:
    """What an act needs besides its state."""
    if not isinstance(was.body, Work):
        return None
    body, by = was.body, Party(act.side)
    proposal = body.proposal if body.proposal and at_ms < body.proposal.until_ms else None
    match act.kind:
        case Kind.CANCEL if body.state is S.WORKING and not body.overdue and not let_down:
            return f"{was.id} is cancelled under way, and is not overdue"
        case Kind.SPLIT | Kind.DAYS if proposal is not None:
            return f"two proposals about {was.id} are open"
        case Kind.AGREE | Kind.EXTEND if proposal is None or proposal.by is by:
            return f"{act}, and the other has not proposed it"
        case Kind.WAIVE if body.refused is None or at_ms >= (body.refused.waivable_until_ms or 0):
            return f"{act} after its time"
        case _:
            return None


def _termed(was: WorkOrder, now: WorkOrder, act: Act) -> str | None:
    """A term runs on unless the act starts another."""
    starts = act.kind is Kind.EXTEND or was.body.state is not now.body.state
    if not starts and now.deadline != was.deadline:
        return f"{act}, and its term has changed"
    if act.kind is Kind.EXTEND and now.body.overdue:
        return f"{was.id} has more days and is overdue"
    return None


def _divided(was: WorkOrder, now: WorkOrder, act: Act | None = None) -> str | None:
    """How much the customer has back."""
    match now.body.state:
        case S.REFUSED | S.CANCELLED:
            back_minor = PRICE
        case S.AGREED if was.body.state is not S.AGREED:
            back_minor = PRICE - PART
        case _:
            back_minor = was.refunded_minor + (GIFT if act and act.kind is Kind.REFUND else 0)
    if now.refunded_minor != back_minor:
        return f"{was.id} is {now.body.state} and the customer has {now.refunded_minor} back, not {back_minor}"
    return None
