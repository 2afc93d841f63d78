"""What people, workers and ticks do: each reads, decides, and leaves the commit for a later step. The sequences are those of the
services."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from chalicelib.billing import ledger
from chalicelib.billing.ledger import Entry, Posting
from chalicelib.billing.ledger import Kind as Why
from chalicelib.billing.steps import Step, View
from chalicelib.domain.accounts import Account
from chalicelib.domain.errors import Refusal
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import Consultation, ConsultationAct, ConsultationState, OpenOrder, Prepaid
from chalicelib.domain.orders.order import ConsultationOrder, Order, Terms
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Event, Heartbeat, Session, State, order_of, session_id
from chalicelib.domain.terms import PROFILES
from chalicelib.services.calls.watermarks import MARK, Watermark
from chalicelib.services.changes import AccountChange, Change, Insert, Put, Record, Ref, Remove, Require, Save
from tests.model.engine.model import Decision
from tests.model.metering.rules import TINY, Rules
from tests.model.metering.stored import Stored

PRICE, BPS = 10, 1500
SPANS = PROFILES["real"].of_consultation()
SHARE = PRICE - ledger.commission_minor(PRICE, BPS)


class Kind(StrEnum):
    """What is done."""

    WORK = "looks at"
    CALL = "calls on"
    ACK = "acknowledges"
    ANSWER = "answers"
    TURN_AWAY = "turns away"
    START = "presses start in"
    MEDIA = "receives media in"
    SAY = "writes in"
    HANG_UP = "hangs up"
    LOSE = "drops out of"
    LEAVE = "is given up in"
    BACK = "comes back to"
    REPORT = "reports life in"
    ORDER = "orders"
    CANCEL = "cancels"
    CLOSE = "closes"
    TOP_UP = "tops up by"
    SPEND = "spends"
    LIMIT = "limits"
    TICK = "moves the watermark of shard"


@dataclass(frozen=True)
class Act:
    """One thing that may be done, and by whom; `line` is the connection that it comes over, the message, the other person, or
    the limit in blocks: 0 lifts it."""

    kind: Kind
    subject: str
    side: Side = Side.CUSTOMER
    line: str = "1"

    def __str__(self) -> str:
        who = "the service" if self.kind in (Kind.WORK, Kind.TURN_AWAY, Kind.TICK) else f"the {self.side}"
        return f"{who} {self.kind} {self.subject}" + (f" ({self.line})" if self.line != "1" else "")


def decide(rules: Rules, stored: Stored, act: Act, now: int, order: ConsultationOrder | None = None) -> Decision | None:
    """Reads, and decides as the service would; None: nothing to do, or refused. `order` was read earlier than the rest."""
    try:
        return _decide(rules, stored, act, now, order)
    except Refusal:
        return None


def _decide(rules: Rules, stored: Stored, act: Act, now: int, order: ConsultationOrder | None) -> Decision | None:
    match act.kind:
        case Kind.CALL:
            return _call(rules, stored, act, now)
        case Kind.REPORT:
            return _report(rules, stored, act, now)
        case Kind.ORDER:
            return _order(stored, act, now)
        case Kind.CANCEL | Kind.CLOSE:
            return _end_order(rules, stored, act, now)
        case Kind.TOP_UP:
            return _top_up(act)
        case Kind.SPEND:
            return _spend(stored, act, now)
        case Kind.TICK:
            return _tick(stored, now)
        case _:
            return _session_act(rules, stored, act, now, order)


def view_of(stored: Stored, ident: str, now: int, order: ConsultationOrder | None = None) -> View | None:
    """What `services.metering` reads of a session, and of our own outages."""
    found = stored.entities
    session = found.get(Ref(Session, ident))
    if session is None:
        return None
    heard = (found.get(Ref(Heartbeat, ident, Side.CUSTOMER)), found.get(Ref(Heartbeat, ident, Side.PERFORMER)))
    customer, performer = found[Ref(Account, session.customer_id)], found[Ref(Account, session.performer_id)]
    order = order or found[Ref(Order, order_of(ident))]
    mark = stored.entities.get(MARK)
    outages = mark.outages(now, TINY) if mark else ()
    return View(session, order, customer.available_minor, heard, performer.available_minor, outages)


def _tick(stored: Stored, now: int) -> Decision | None:
    """The first tick after an outage, if it has not come. Those that follow come in time, so from then on it stands still no more."""
    mark: Watermark | None = stored.entities.get(MARK)
    if mark is None or mark.moved_ms is None:
        return None
    return Decision((Save(replace(mark.moved(now, TINY), moved_ms=None)),))


def _session_act(rules: Rules, stored: Stored, act: Act, now: int, order: ConsultationOrder | None) -> Decision | None:
    view = view_of(stored, act.subject, now, order)
    if view is None:
        return None
    step = rules.due(view, now, TINY) if rules.bill_first or act.kind is Kind.WORK else None
    if step is not None:
        return Decision(rules.changes(view, step), step.event, again=act.kind is not Kind.WORK)
    if act.kind is Kind.BACK:
        return _back(rules, view, act, now)
    step = _own_step(rules, stored, view, act, now)
    if step is None:
        return None
    then = (Put(_heard(view.session, act, now)),) if act.kind is Kind.ANSWER else ()
    if act.kind is Kind.HANG_UP and step.event is Event.RESUME:
        held = Save(rules.held_by(heard, act.line, now)) if (heard := view.heard_of(act.side)) else None
        return Decision((*rules.changes(view, step), *([held] if held else [])), step.event, again=True)
    return Decision(rules.changes(view, step), step.event, then)


def _own_step(rules: Rules, stored: Stored, view: View, act: Act, now: int) -> Step | None:
    session = view.session
    match act.kind:
        case Kind.WORK:
            return None
        case Kind.HANG_UP:
            return rules.hang_up(view, act.side, now, TINY)
        case Kind.LOSE:
            return rules.lose(view, act.side, act.line, now, TINY)
        case Kind.LEAVE:
            return rules.leave(view, act.line, now, TINY)
        case Kind.ACK:
            return rules.acknowledge(view) if session.state is State.RINGING else None
        case Kind.TURN_AWAY:
            performer = stored.entities[Ref(Account, session.performer_id)]
            return rules.turn_away(view, now) if performer.busy not in (None, session.id) else None
        case Kind.ANSWER:
            performer = stored.entities[Ref(Account, session.performer_id)]
            taken = performer.busy not in (None, session.id) and rules.fences.leases
            return None if taken else rules.answer(view, now, TINY)
        case Kind.START | Kind.MEDIA | Kind.SAY:
            return _mark(rules, view, act, now)
        case Kind.LIMIT:
            return rules.limit(view, int(act.line) or None)
        case (
            Kind.BACK
            | Kind.CALL
            | Kind.REPORT
            | Kind.ORDER
            | Kind.CANCEL
            | Kind.CLOSE
            | Kind.TOP_UP
            | Kind.SPEND
            | Kind.TICK
        ):
            raise AssertionError(act)
        case _:
            assert_never(act.kind)


def _mark(rules: Rules, view: View, act: Act, now: int) -> Step | None:
    heard = view.heard_of(act.side)
    if heard is None or (heard.connection_id != act.line and act.kind is not Kind.SAY):
        return None
    if act.kind is Kind.START:
        return rules.press_start(view, now, TINY)
    if act.kind is Kind.MEDIA:
        return rules.receive_media(view, now, TINY)
    return rules.count_text(view, act.line, now, TINY)


def _back(rules: Rules, view: View, act: Act, now: int) -> Decision | None:
    old = view.heard_of(act.side)
    if view.session.state is State.ENDED or (old is None and view.session.state is State.RINGING):
        return None
    held: Change = Save(rules.held_by(old, act.line, now)) if old else Insert(_heard(view.session, act, now))
    step = rules.come_back(view, act.side, now) or rules.begin(view, act.side, now, TINY)
    return Decision((*rules.changes(view, step), held), step.event) if step else Decision((Require(view.session), held))


def _heard(session: Session, act: Act, now: int) -> Heartbeat:
    return Heartbeat(session.id, act.side, session.mode, act.line, now)


def _report(rules: Rules, stored: Stored, act: Act, now: int) -> Decision | None:
    """One that counts: in a video session, bytes have grown. How many there are makes no difference here, so they stay 0."""
    view = view_of(stored, act.subject, now)
    heard = view.heard_of(act.side) if view else None
    if view is None or heard is None or heard.connection_id != act.line:
        return None
    if view.session.state is State.ANSWERED:
        return _wait(rules, view, act, now)
    fresh = Save(heard.reported(0, now))
    if not rules.awaits(view.session, act.side):
        return Decision((fresh,)) if heard.alive_ms < now else None
    step = rules.due(view, now, TINY)
    if step is not None:
        return Decision(rules.changes(view, step), step.event, again=True)
    step = rules.hear_again(view, act.side, now)
    return Decision((*rules.changes(view, step), fresh), step.event) if step else None


def _wait(rules: Rules, view: View, act: Act, now: int) -> Decision | None:
    """A report while no clock runs."""
    heard = view.heard_of(act.side)
    if heard is None or heard.at_ms == now:
        return None
    fresh = Save(heard.waiting(now))
    step = rules.due(view, now, TINY) or rules.begin(view, act.side, now, TINY)
    if step is None:
        return Decision((fresh,))
    ends = step.event is Event.END
    return Decision((*rules.changes(view, step), *(() if ends else (fresh,))), step.event)


def _call(rules: Rules, stored: Stored, act: Act, now: int) -> Decision | None:
    order: ConsultationOrder = stored.entities[Ref(Order, act.subject)]
    customer, performer = (stored.entities[Ref(Account, who)] for who in (order.customer_id, order.performer_id))
    poor = order.body.prepaid is not Prepaid.HELD and customer.available_minor < order.terms.price_minor
    if rules.leased(order) or order.body.state is not ConsultationState.OPEN or performer.busy or poor:
        return None
    step = rules.ring(order, session_id=session_id(order.id, order.body.calls + 1), now_ms=now, durations=TINY)
    view = View(step.session, order, 0, (None, None))
    return Decision(rules.changes(view, step), step.event, (Put(_heard(step.session, act, now)),))


def _order(stored: Stored, act: Act, now: int) -> Decision | None:
    """`line` names the performer."""
    customer_id = "cora"
    placed = place(act.subject, customer_id, act.line, now)
    account: Account = stored.entities[Ref(Account, customer_id)]
    if Ref(Order, placed.id) in stored.entities or account.available_minor < PRICE:
        return None
    entry = ledger.order(customer_id=customer_id, order_id=placed.id, price_minor=PRICE, at_ms=now)
    return Decision((Insert(placed), Insert(open_place(placed)), AccountChange(customer_id, -PRICE), Record(entry)))


def place(order_id: str, customer_id: str, performer_id: str, now: int, mode: Mode = Mode.VIDEO) -> ConsultationOrder:
    """A consultation order with its prepaid block in escrow."""
    return Order(
        id=order_id,
        twip_id=f"twip of {order_id}",
        customer_id=customer_id,
        performer_id=performer_id,
        terms=Terms(PRICE, BPS, "RUB", Texts(), lasts_ms=Numbers(SPANS.lasts_ms), reminds_ms=Numbers()),
        body=Consultation(mode),
        created_ms=now,
        fingerprint="",
        escrow_minor=PRICE,
    )


class Texts(dict[str, str]):
    """Texts by language that can be looked up in a set, as all that is stored here must be."""

    def __hash__(self) -> int:  # type: ignore[override]
        return 0


class Numbers(dict[str, int]):
    """Numbers by name, likewise."""

    def __hash__(self) -> int:  # type: ignore[override]
        return 0


def open_place(order: ConsultationOrder) -> OpenOrder:
    """The place of the one open order, which goes with it."""
    return OpenOrder(order.customer_id, order.twip_id, order.body.mode, order.id)


def _end_order(rules: Rules, stored: Stored, act: Act, now: int) -> Decision | None:
    order = stored.entities[Ref(Order, act.subject)]
    what = ConsultationAct.CANCEL if act.kind is Kind.CANCEL else ConsultationAct.CLOSE
    ended = rules.end_order(order, what, key="key", now_ms=now)
    over = (Save(ended), Remove(open_place(order)))
    if what is ConsultationAct.CLOSE:
        return Decision(over)
    entry = ledger.refund(
        customer_id=order.customer_id,
        order_id=order.id,
        held_minor=order.escrow_minor,
        kind=Why.CANCEL,
        at_ms=now,
    )
    return Decision((*over, AccountChange(order.customer_id, order.escrow_minor), Record(entry)))


def _spend(stored: Stored, act: Act, now: int) -> Decision | None:
    """The performer spends the share of one block, elsewhere; `subject` is what for."""
    account: Account = stored.entities[Ref(Account, "pavel")]
    if account.available_minor < SHARE:
        return None
    postings = (Posting(ledger.user("pavel"), -SHARE), Posting(ledger.outside("shop", "pavel"), SHARE))
    entry = Entry(ledger.user("pavel"), now, act.subject, 0, Why.ORDER, postings, None)
    return Decision((AccountChange("pavel", -SHARE), Record(entry)))


def _top_up(act: Act) -> Decision | None:
    """Told once or more by the payment provider; `subject` is the top-up, one price worth."""
    entry = ledger.top_up(user_id="cora", provider="bank", amount_minor=PRICE, top_up_id=act.subject, at_ms=0)
    return Decision((AccountChange("cora", PRICE), Record(entry)))
