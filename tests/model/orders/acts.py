"""What people, executions and repairs do: each is the real use case, of which every commit is a step of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from chalicelib.billing import ledger
from chalicelib.billing.ledger import Entry, Posting
from chalicelib.domain.access import Caller
from chalicelib.domain.disputes.dispute import Dispute, Split
from chalicelib.domain.errors import NotFound, Refusal
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.orders.editions import edition_of
from chalicelib.domain.orders.order import Order
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.people import Role
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import AccountChange, Record, Ref
from chalicelib.services.workflows import Waiting, subject_of
from tests.model.engine.model import Decision
from tests.model.orders.desk import Desk, Draft, Interrupted
from tests.model.orders.steps import Answered, Killed, Looked, Mended, TimedOut, Told, batch
from tests.model.orders.stored import Execution, Stage, Stored

PRICE, PART, GIFT = 100, 40, 30
"""A split gives the performer PART, a refund gives back GIFT."""
CORA, PAVEL, NINA, ANNA = "cora", "pavel", "nina", "anna"
USERS: dict[Side | Party, str] = {Side.CUSTOMER: CORA, Side.PERFORMER: PAVEL, Party.ARBITER: NINA, Party.ADMIN: ANNA}
ROLES = {Party.ARBITER: frozenset({Role.ARBITER}), Party.ADMIN: frozenset({Role.ADMIN})}


class Kind(StrEnum):
    """What is done."""

    START = "starts"
    REFUSE = "refuses"
    DELIVER = "delivers"
    REWORK = "returns"
    ACCEPT = "accepts"
    CANCEL = "cancels"
    SPLIT = "proposes a split of"
    DAYS = "proposes more days for"
    AGREE = "agrees to the split of"
    EXTEND = "agrees to more days for"
    DECLINE = "declines what is proposed for"
    WAIVE = "waives the refusal of"
    REFUND = "gives back a part of"
    OPEN = "opens a dispute about"
    ANSWER = "answers in"
    WITHDRAW = "withdraws"
    OFFER = "offers a split in"
    SETTLE = "settles"
    TURN_DOWN = "turns down the offer in"
    TAKE = "takes"
    HAND_OVER = "hands over"
    ASK = "asks in"
    RULE = "decides"
    BUY = "buys"
    SPEND = "spends"
    RUN = "takes a step"
    MEND = "is mended"
    KILL = "is stopped by hand"
    TICK = "comes again"


BOTH = tuple(Side)
OURS = (Kind.RUN, Kind.MEND, Kind.KILL, Kind.TICK)


@dataclass(frozen=True)
class Act:
    """One thing that may be done, and by whom. `key`: the Idempotency-Key; done twice, it is a repeat."""

    kind: Kind
    subject: str
    side: Side | Party = Side.CUSTOMER
    key: str = "key"

    def __str__(self) -> str:
        if self.kind in OURS:
            return f"{self.subject} {self.kind}"
        return f"the {self.side} {self.kind} {self.subject}" + (f" ({self.key})" if self.key != "key" else "")


Use = Callable[[Desk, Stored, Act], object]
"""The use case that an act is."""


def decide(stored: Stored, act: Act, at: int) -> Decision | None:
    """Reads, and decides as the service does; None: nothing to do, or refused."""
    match act.kind:
        case Kind.RUN:
            execution = stored.executions.get(act.subject)
            return None if execution is None else _run(stored, execution, at)
        case Kind.MEND:
            return _mend(stored, act.subject[1:], at)
        case Kind.KILL:
            execution = stored.executions.get(act.subject[1:])
            alive = execution is not None and execution.stage is not Stage.OVER
            return Decision((Killed(act.subject[1:]),), "stopped") if alive else None
        case Kind.SPEND:
            return _spend(stored, act, at)
        case Kind.TICK:
            return None
        case _:
            return _by_a_side(stored, act, at)


def _by_a_side(stored: Stored, act: Act, at: int) -> Decision | None:
    draft = _drafted(stored, at, lambda desk: PEOPLE[act.kind](desk, stored, act))
    if draft.changes is None:
        return None
    then = tuple(Told(machine, wake, at) for machine, wake in draft.wakes)
    owes = ((wake.subject, wake.version) for _, wake in draft.wakes)
    return Decision((batch(draft.changes, owes, None),), act.kind, then, again=draft.more)


def _drafted(stored: Stored, at: int, use: Callable[[Desk], object]) -> Draft:
    draft = Draft(stored, at)
    try:
        draft.answer = use(Desk(draft))
    except (Refusal, Interrupted):
        draft.answer = None
    return draft


def _number(stored: Stored, act: Act) -> int:
    """Of the proposal that the person has read."""
    return int(stored.get(Ref(Order, act.subject)).body.proposals)


def _does(name: str, *said: Any) -> Use:
    return lambda desk, stored, act: getattr(desk.works, name)(USERS[act.side], act.subject, *said, key=act.key)


def _answers(name: str) -> Use:
    def answer(desk: Desk, stored: Stored, act: Act) -> object:
        return getattr(desk.works, name)(USERS[act.side], act.subject, _number(stored, act), key=act.key)

    return answer


def _in_dispute(name: str, *said: Any) -> Use:
    return lambda desk, _, act: getattr(desk.disputes, name)(USERS[act.side], act.subject, *said, key=act.key)


def _to_offer(name: str) -> Use:
    """To the one that the person has read."""

    def answer(desk: Desk, stored: Stored, act: Act) -> object:
        proposal = _dispute(stored, act.subject).proposal
        serial = 0 if proposal is None else proposal.serial
        return getattr(desk.disputes, name)(USERS[act.side], act.subject, serial, key=act.key)

    return answer


def _by_staff(name: str, *said: Any) -> Use:
    return lambda desk, _, act: getattr(desk.arbitration, name)(caller(act.side), act.subject, *said, key=act.key)


def caller(party: Side | Party) -> Caller:
    """A member of staff."""
    return Caller(USERS[party], ROLES.get(Party(party), frozenset()), 0)


def half(stored: Stored, dispute_id: str) -> int:
    """What an offer gives the customer."""
    return _dispute(stored, dispute_id).about.amount_minor // 2


def verdict(stored: Stored, dispute_id: str) -> Split:
    """An arbiter gives the customer four fifths, and the performer the rest."""
    amount_minor = _dispute(stored, dispute_id).about.amount_minor
    to_performer_minor = amount_minor // 5
    return Split(amount_minor - to_performer_minor, to_performer_minor)


def edition(stored: Stored, twip_id: str) -> str:
    """What somebody confirms who sees the twip now."""
    twip = stored.get(Ref(Twip, twip_id))
    assert twip is not None
    assert twip.published is not None
    return edition_of(twip_id, twip.published).digest


def keeps_goods(stored: Stored, dispute_id: str) -> bool | None:
    """Of files, an arbiter ends the access."""
    return False if _dispute(stored, dispute_id).about.kind is TwipKind.FILES else None


def _dispute(stored: Stored, dispute_id: str) -> Dispute:
    found = stored.get(Ref(Dispute, dispute_id))
    if found is None:
        raise NotFound(what="dispute")
    return found  # type: ignore[no-any-return]


PEOPLE: dict[Kind, Use] = {
    Kind.START: _does("start"),
    Kind.REFUSE: _does("refuse", "I am ill"),
    Kind.DELIVER: _does("deliver", "Here it is", ()),
    Kind.REWORK: _does("rework", "Too blue", ()),
    Kind.ACCEPT: _does("accept"),
    Kind.CANCEL: _does("cancel"),
    Kind.SPLIT: _does("propose_split", PART, ""),
    Kind.DAYS: _does("propose_days", 1, ""),
    Kind.AGREE: _answers("agree"),
    Kind.EXTEND: _answers("extend"),
    Kind.DECLINE: _answers("decline"),
    Kind.WAIVE: _does("waive"),
    Kind.OPEN: lambda desk, _, act: desk.opening.open(
        USERS[act.side], act.subject, None, "It is not what I ordered", (), key=act.key
    ),
    Kind.ANSWER: _in_dispute("answer", "It is", ()),
    Kind.WITHDRAW: _in_dispute("withdraw"),
    Kind.OFFER: lambda desk, stored, act: desk.disputes.propose(
        USERS[act.side], act.subject, half(stored, act.subject), "", key=act.key
    ),
    Kind.SETTLE: _to_offer("agree"),
    Kind.TURN_DOWN: _to_offer("decline"),
    Kind.TAKE: _by_staff("assign"),
    Kind.HAND_OVER: _by_staff("hand_over"),
    Kind.ASK: _by_staff("question", BOTH, "When was that?"),
    Kind.RULE: lambda desk, stored, act: desk.arbitration.rule(
        caller(act.side),
        act.subject,
        verdict(stored, act.subject),
        "Half was done.",
        key=act.key,
        keeps_goods=keeps_goods(stored, act.subject),
    ),
    Kind.BUY: lambda desk, stored, act: desk.files.place(
        USERS[act.side], twip_id=act.subject, price_minor=PRICE, edition=edition(stored, act.subject), key=act.key
    ),
    Kind.REFUND: lambda desk, _, act: desk.refunds.of_order(USERS[act.side], act.subject, GIFT, key=act.key),
}


def _run(stored: Stored, execution: Execution, at: int) -> Decision | None:
    name, token = execution.name, execution.token
    if execution.stage in (Stage.CALLED, Stage.ASLEEP) and at >= execution.until:
        return Decision((TimedOut(name, token),), "times out")
    if execution.stage is Stage.CALLED:
        return _await(stored, execution, at)
    if execution.stage is not Stage.DUE:
        return None
    draft = _drafted(stored, at, lambda desk: desk.timekeeping(name).due(subject_of(name)))
    told = tuple(Told(machine, wake, at) for machine, wake in draft.wakes)
    answered = () if draft.more else (Answered(name, token, draft.answer, at),)
    if draft.changes is None:
        return Decision(answered, "finds nothing due") if answered else None
    owes = ((wake.subject, wake.version) for _, wake in draft.wakes)
    return Decision((batch(draft.changes, owes, None),), "does what is due", (*told, *answered))


def _await(stored: Stored, execution: Execution, at: int) -> Decision | None:
    name, subject = execution.name, subject_of(execution.name)
    wait = partial(_wait, execution=execution)
    draft = _drafted(stored, at, wait)
    looked = Looked(name, execution.token, execution.version, at, writes=draft.changes is None)
    if draft.changes is None:
        return Decision((looked,), "gives way")
    left = batch(draft.changes, (), stored.get(Ref(Waiting, subject)))
    return Decision((left,), "leaves its token", (looked,))


def _wait(desk: Desk, execution: Execution) -> None:
    name = execution.name
    desk.timekeeping(name).wait(execution.token, name, subject_of(name), execution.version)


def _mend(stored: Stored, subject: str, at: int) -> Decision | None:
    draft = _drafted(stored, at, lambda desk: desk.timekeeping(subject).mend(subject))
    if draft.changes is None:
        return Decision((Mended(subject, at),), "mended") if draft.more else None
    told = tuple(Told(machine, wake, at) for machine, wake in draft.wakes)
    owes = [(wake.subject, wake.version) for _, wake in draft.wakes]
    owes += [(entity.id, entity.version + 1) for change in draft.changes if (entity := _timed(change)) is not None]
    first = batch(draft.changes, owes, stored.get(Ref(Waiting, subject)))
    return Decision((first,), "does what is due", (*told, Mended(subject, at)))


def _timed(change: Any) -> Any:
    entity = getattr(change, "entity", None)
    return entity if isinstance(entity, Order | Dispute) else None


def _spend(stored: Stored, act: Act, at: int) -> Decision | None:
    """The performer spends all that they have, elsewhere; `subject` is what for."""
    have_minor = stored.available_minor(PAVEL)
    if have_minor <= 0:
        return None
    postings = (Posting(ledger.user(PAVEL), -have_minor), Posting(ledger.outside("shop", PAVEL), have_minor))
    entry = Entry(ledger.user(PAVEL), at, act.subject, 0, ledger.Kind.ORDER, postings, None)
    return Decision((batch((AccountChange(PAVEL, -have_minor), Record(entry)), (), None),), "spent")
