"""Seeded faults: each takes one fence, rule or step away, and the exploration must find the trace in which it is missed."""

from dataclasses import dataclass, replace
from typing import Any

from chalicelib.billing import escrow, verdicts
from chalicelib.billing.verdicts import VERDICT
from chalicelib.domain.disputes.dispute import Dispute, Phase, Split
from chalicelib.domain.lifecycle import Lifecycle
from chalicelib.domain.orders import deadlines, order
from chalicelib.domain.orders.order import AnyOrder, Rest
from chalicelib.domain.orders.work import NEEDS, NOTHING, Penalty, Work, WorkAct, WorkState
from chalicelib.services.changes import Put, Ref
from chalicelib.services.orders.acting import Acting
from chalicelib.services.workflows import Timekeeping, Waiting
from tests.model.orders.protocol import Rules
from tests.model.orders.steps import Told
from tests.model.orders.stored import Fences, Stored

ACTING = "chalicelib.services.orders.acting"
KEEPING = "chalicelib.services.workflows.Timekeeping"
ORDERS, LIFECYCLE = "chalicelib.domain.orders", "chalicelib.domain.lifecycle.Lifecycle"


@dataclass(frozen=True)
class Fault:
    """What is missing, the world that misses it, and words of the invariant that it breaks there."""

    name: str
    world: str
    invariant: str
    rules: Rules


def fenced(**fences: bool) -> Rules:
    """Without some fences."""
    return Rules(fences=Fences(**fences))


def instead(place: str, broken: Any, **fences: bool) -> Rules:
    """With a broken rule in the place of a real one."""
    return Rules(Fences(**fences), instead={place: broken})


NO_KEY = fenced(journal=False, inserts=False)


def _not(*states: WorkState) -> Rules:
    return Rules(found=lambda order: order.body.state not in states)


def _at_any_time(order: AnyOrder, now_ms: int) -> str | None:
    return str(order.body.lifecycle.silence[order.deadline.name]) if order.deadline else None


def keeps_the_escrow(row: Any, order: AnyOrder, *, at_ms: int) -> Any:
    """What is paid out stays in escrow too."""
    posted, entries = _post(row, order, at_ms=at_ms)
    return replace(posted, escrow_minor=order.escrow_minor), entries


def _rounded_up(price_minor: int, commission_bps: int) -> int:
    return -(-price_minor * commission_bps // 10_000) + 1


def _forgets_what_was_given(order: AnyOrder, *given: Any, at_ms: int) -> Any:
    refunded, entry = _refund_part(order, *given, at_ms=at_ms)
    return replace(refunded, refunded_minor=order.refunded_minor), entry


def _row_of_anybody(self: Lifecycle[Any, Any], state: Any, act: Any, actor: Any) -> Any:
    return next((row for row in self.rows if (row.source, row.act) == (state, act)), None)


def _offered_by_anybody(body: Work, facts: Any) -> Any:
    return body.open_proposal(facts) or NOTHING


def _still_overdue(body: Work, row: Any, facts: Any, number: int) -> Work:
    return replace(body, proposal=None, overdue=True)


def _knows_no_repeat(self: Any, user_id: str, order_id: str, act_key: str, ways: Any) -> Any:
    return _read(self, user_id, order_id, act_key, ways)[0], None


def _reads_first(self: Timekeeping, token: str, execution: str, subject: str, version: int) -> None:
    """Looks at the subject, and leaves its token afterwards."""
    left = self.store.get(Ref(Waiting, subject))
    if left is not None and left.token == token:
        return
    standing = self._standing(subject)
    if standing.version != version:
        self.executions.signal(token, standing)
    self.store.commit(Put(Waiting(subject, execution, token, version, 0, 0, 0)))


def _a_name_is_enough(self: Timekeeping, name: str, standing: Any) -> bool:
    """That an execution of this name exists counts as success."""
    self.executions.start(name, standing)
    return True


def _asks_nobody(self: Timekeeping, name: str, standing: Any) -> None:
    """Begins the next execution, whether or not one runs."""
    following = self._announced(name + "--2", standing.subject, standing.version)
    self.executions.start(following, standing)


def _token_read_before(stored: Stored, told: Told) -> Told | None:
    waiting = stored.get(Ref(Waiting, told.wake.subject))
    return replace(told, token=waiting.token) if waiting else told


_post, _refund_part, _read = escrow.post, escrow.refund_part, Acting._read
_resume, _reminded, _act_on, _divide = deadlines.resume, deadlines.reminded, order.act_on, verdicts.divide


def _not_in(*phases: Phase) -> Rules:
    return Rules(found=lambda subject: not isinstance(subject, Dispute) or subject.phase not in phases)


def _runs_on(order: AnyOrder, dispute_id: str, now_ms: int) -> AnyOrder:
    return replace(order, dispute=dispute_id)


def whole_again(order: AnyOrder, rest: Rest) -> AnyOrder:
    """The term begins anew after the dispute."""
    resumed = _resume(order, rest)
    if resumed.deadline is None:
        return resumed
    due_ms = rest.to_ms + order.terms.lasts_ms[resumed.deadline.name] + 1
    return replace(resumed, deadline=replace(resumed.deadline, due_ms=due_ms))


def not_kept_out(order: AnyOrder, *asked: Any, **more: Any) -> Any:
    """A dispute keeps nobody out."""
    acted, row = _act_on(replace(order, dispute=None), *asked, **more)
    return replace(acted, dispute=order.dispute), row


def _rules_and_keeps_the_lease(order: AnyOrder, *asked: Any, **more: Any) -> Any:
    acted, row = _act_on(order, *asked, **more)
    return replace(acted, dispute="o1-d1"), row


def _all_to_the_customer(amount_minor: int, had_minor: int) -> Split:
    return Split(amount_minor, 0)


def _as_an_agreement(ended: Dispute) -> Any:
    """What the two have agreed on is taken as a verdict is."""
    split = ended.settled or (ended.verdict.split if ended.verdict else None)
    return split, VERDICT


def _from_escrow_alone(
    order: AnyOrder, dispute: Dispute, split: Split, cause: Any, *, kept_minor: int, at_ms: int
) -> Any:
    if dispute.about.in_escrow_minor:
        return _divide(order, dispute, split, cause, kept_minor=kept_minor, at_ms=at_ms)
    return order, ()


def of_disputes() -> tuple[Fault, ...]:
    """Those of disputes, and of the orders under them."""
    disputes, domain = "chalicelib.services.disputes", "chalicelib.domain.disputes"
    return (
        Fault(
            "a disputed order's term runs on",
            "opening",
            "does not rest",
            instead(f"{disputes}.disputes.stop", _runs_on),
        ),
        Fault(
            "a term begins anew after a dispute",
            "opening",
            "does not go on where",
            instead(f"{disputes}.cases.resume", whole_again),
        ),
        Fault(
            "a dispute keeps nobody out",
            "answering",
            "the performer delivers",
            instead(f"{ACTING}.act_on", not_kept_out),
        ),
        Fault(
            "the end keeps the order's lease",
            "settling",
            "rests for o1-d1",
            instead(f"{disputes}.cases.act_on", _rules_and_keeps_the_lease),
        ),
        Fault(
            "who disputes looks at no clock",
            "opening",
            "a term of o1 was over",
            instead(f"{disputes}.disputes.lapsing", lambda *_: None),
        ),
        Fault(
            "a window never closes",
            "window",
            "after its window",
            instead(f"{domain}.claims.check_window", lambda *_: None),
        ),
        Fault(
            "what is disputed is given back",
            "answering",
            "it is working",
            instead("chalicelib.services.orders.refunds.check", lambda *_: None),
        ),
        Fault(
            "who opened it answers it",
            "answering",
            "has opened it",
            instead(f"{domain}.dispute.Dispute.is_whose", lambda *_: True),
        ),
        Fault(
            "an arbiter decides what they have not taken",
            "arbitration",
            "has not taken it",
            instead(f"{domain}.dispute.Dispute.is_whose", lambda *_: True),
        ),
        Fault(
            "an offer never lapses",
            "settling",
            "has offered nothing",
            instead(f"{domain}.dispute.Dispute.stands", lambda self, now_ms: self.proposal),
        ),
        Fault(
            "an answer after its time",
            "answering",
            "the term of answer was over",
            instead(f"{disputes}.terms.DisputeTerms.go_on_if_over", lambda *_: False),
        ),
        Fault(
            "a phase is not waited for",
            "answering",
            "was not over",
            instead(f"{domain}.acts.is_over", lambda *_: True),
        ),
        Fault(
            "the default is all to the customer",
            "escalation",
            "its performer has 0",
            instead(f"{domain}.acts.default_split", _all_to_the_customer),
        ),
        Fault(
            "an agreement makes a debt",
            "paid out",
            "is not decided",
            instead(f"{disputes}.cases._outcome", _as_an_agreement),
        ),
        Fault(
            "a verdict takes nothing back",
            "paid out",
            "has 0 back",
            instead("chalicelib.billing.verdicts.divide", _from_escrow_alone),
        ),
        Fault("two verdicts", "arbitration", "then it is", fenced(versions=False, inserts=False, journal=False)),
        Fault(
            "nobody tells of a dispute's end", "two machines", "nobody tells it", Rules(told=lambda stored, told: None)
        ),
        Fault("no sweep of disputes for all arbiters", "escalation", "for ever", _not_in(Phase.ESCALATED)),
        Fault("no sweep of unanswered disputes", "answering", "for ever", _not_in(Phase.ANSWER)),
    )


def faults() -> tuple[Fault, ...]:
    """All of them."""
    return (
        Fault("neither version nor key is checked", "placed", "while it is", fenced(versions=False, journal=False)),
        Fault("the order's version is not checked", "given back", "and holds", fenced(versions=False, journal=False)),
        Fault(
            "a term is not waited for", "placed", "and then it is refused", instead(f"{ACTING}.lapsing", _at_any_time)
        ),
        Fault(
            "what time has ended is acted on",
            "under way",
            "was over, and o1 is",
            instead(f"{ACTING}.Acting._lapse_first", lambda *_: None),
        ),
        Fault(
            "a reminder leaves no mark",
            "placed",
            "nobody knows",
            instead("chalicelib.services.orders.terms.reminded", lambda order: order),
        ),
        Fault(
            "a customer is asked for a review again and again",
            "delivered",
            "nobody knows of it",
            instead(
                "chalicelib.services.orders.terms.reminded",
                lambda order: replace(_reminded(order), review=order.review),
            ),
        ),
        Fault(
            "what is paid out stays in escrow",
            "delivered",
            "and holds",
            instead("chalicelib.billing.escrow.post", keeps_the_escrow),
        ),
        Fault(
            "the commission is rounded up",
            "proposals",
            "commission",
            instead("chalicelib.billing.ledger.commission_minor", _rounded_up),
        ),
        Fault(
            "what was given back is forgotten",
            "given back",
            "has 0 back",
            instead("chalicelib.billing.escrow.refund_part", _forgets_what_was_given),
        ),
        Fault(
            "who gives back need not have it",
            "given back",
            "in debt",
            instead("chalicelib.services.orders.refunds._check_covered", lambda *_: None, funds=False),
        ),
        Fault(
            "a side does what is the other's",
            "delivered",
            "the performer accepts",
            Rules(instead={f"{LIFECYCLE}.row": _row_of_anybody, f"{LIFECYCLE}.permit": lambda *_: None}),
        ),
        Fault(
            "a side agrees to its own proposal",
            "proposals",
            "has not proposed",
            instead(f"{ORDERS}.work._offered", _offered_by_anybody),
        ),
        Fault(
            "a proposal never lapses",
            "proposals",
            "has not proposed",
            instead(f"{ORDERS}.proposals.Proposal.stands", lambda *_: True),
        ),
        Fault(
            "work is cancelled under way",
            "under way",
            "is not overdue",
            instead(f"{ORDERS}.work.NEEDS", {**NEEDS, WorkAct.CANCEL: lambda *_: True}),
        ),
        Fault(
            "more days, and overdue as before",
            "more days",
            "is overdue",
            instead(f"{ORDERS}.work.extended", _still_overdue),
        ),
        Fault(
            "a refusal is waived at any time",
            "refused",
            "after its time",
            instead(f"{ORDERS}.work.Refused.penalty", lambda *_: Penalty.ASKED),
        ),
        Fault(
            "a repeat is an act",
            "delivered",
            "done before",
            instead(f"{ACTING}.Acting._read", _knows_no_repeat, inserts=False),
        ),
        Fault("nobody tells the execution", "signals", "nobody tells it", Rules(told=lambda stored, told: None)),
        Fault("the token is read before the commit", "signals", "nobody tells it", Rules(told=_token_read_before)),
        Fault(
            "an execution looks before it leaves its token",
            "signals",
            "nobody tells it",
            instead(f"{KEEPING}.wait", _reads_first),
        ),
        Fault(
            "a name that is taken is a success",
            "stopped",
            "no execution keeps its time",
            instead(f"{KEEPING}._is_running", _a_name_is_enough),
        ),
        Fault(
            "a repair asks not what runs", "stopped", "2 executions", instead(f"{KEEPING}._keep_running", _asks_nobody)
        ),
        *of_disputes(),
        Fault("no sweep of orders that nobody starts", "placed", "placed for ever", _not(WorkState.PLACED)),
        Fault("no sweep of work under way", "more days", "working for ever", _not(WorkState.WORKING)),
        Fault("no sweep of deliveries", "delivered", "delivered for ever", _not(WorkState.DELIVERED)),
    )
