"""A dispute with what it is about, and what its end does to that in the dispute's own commit (D25, D27)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.billing import verdicts
from chalicelib.billing.ledger import Entry, user
from chalicelib.billing.verdicts import AGREEMENT, VERDICT, Cause
from chalicelib.domain.accounts import Account
from chalicelib.domain.disputes.acts import Actor
from chalicelib.domain.disputes.dispute import NEWS, Dispute, DisputeNews, Phase, Split
from chalicelib.domain.errors import NotCovered, NotFound
from chalicelib.domain.orders.deadlines import resume
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.facts import Facts
from chalicelib.domain.orders.files import FilesAct
from chalicelib.domain.orders.order import AnyOrder, Order, Rest, act_on
from chalicelib.domain.orders.retention import of_disputes
from chalicelib.domain.parties import Party
from chalicelib.domain.sessions import Session
from chalicelib.services.changes import Change, Insert, Ref, Save
from chalicelib.services.keys import derive
from chalicelib.services.orders.acting import money
from chalicelib.services.orders.timeline import SIDES, news
from chalicelib.services.ports import Store

RULE = "rule"
"""The act of every kind by which a dispute ends an order whose money lies in escrow."""


@dataclass(frozen=True)
class Case:
    """As it was read, together."""

    dispute: Dispute
    order: AnyOrder
    session: Session | None
    performer: Account

    @property
    def kept_minor(self) -> int:
        """What the performer was paid of what is disputed and has not given back, before commission."""
        if self.session is not None:
            return self.session.kept_minor
        order = self.order
        return order.terms.price_minor - order.refunded_minor - order.escrow_minor


def case_of(store: Store, dispute: Dispute) -> Case:
    """What a dispute is about, in one request. Raises NotFound."""
    order_ref, account_ref = Ref(Order, dispute.order_id), Ref(Account, dispute.performer_id)
    session_id = dispute.about.session_id
    session_ref = None if session_id is None else Ref(Session, session_id)
    found = store.read(order_ref, account_ref, *([session_ref] if session_ref else []))
    order, performer = found.get(order_ref), found.get(account_ref)
    if order is None or performer is None:
        raise NotFound(what="order")
    return Case(dispute, order, found.get(session_ref) if session_ref else None, performer)


def ending(store: Store, case: Case, ended: Dispute, by: Actor) -> Iterable[Change]:
    """What belongs into the commit with which a dispute ends: its order goes on or is over, and money moves.

    Raises NotCovered: what the two have agreed on is more than the performer has."""
    divided, cause = _outcome(ended)
    if divided is None:
        yield from _saved(store, case, _going_on(case, by), by, ended)
        return
    settled = _settled(case, ended, divided, by)
    kept_minor = case.kept_minor
    posted, entries = verdicts.divide(settled, ended, divided, cause, kept_minor=kept_minor, at_ms=by.now_ms)
    if cause is AGREEMENT:
        _check_covered(case.performer, by.party, entries)
    if case.session is not None:
        refunded_minor = case.session.refunded_minor + divided.to_customer_minor
        yield Save(replace(case.session, refunded_minor=refunded_minor, decided=True))
    else:
        posted = replace(posted, decided=True)
    yield from _saved(store, case, posted, by, ended)
    yield from money(*entries)


def _outcome(ended: Dispute) -> tuple[Split | None, Cause]:
    if ended.verdict is not None:
        return ended.verdict.split, VERDICT
    return (ended.settled if ended.phase is Phase.SETTLED else None), AGREEMENT


def _going_on(case: Case, by: Actor) -> AnyOrder:
    return resume(case.order, Rest(case.dispute.created_ms, by.now_ms))


def _settled(case: Case, ended: Dispute, divided: Split, by: Actor) -> AnyOrder:
    """The order after the end of its dispute: over, if its money lay in escrow; else it goes on, perhaps without its goods."""
    judge = Party.ARBITER if by.party in (Party.ARBITER, Party.ADMIN) else Party.SERVICE
    if not ended.about.in_escrow_minor:
        going_on = _going_on(case, by)
        if ended.keeps_goods is not False:
            return going_on
        return act_on(going_on, FilesAct.REVOKE, going_on.facts(judge, by.now_ms), key=by.key)[0]

    def change(body: Any, row: Any, facts: Facts) -> Any:
        return replace(body.moved(row, facts), to_performer_minor=divided.to_performer_minor)

    facts = case.order.facts(judge, by.now_ms)
    ruled, _ = act_on(replace(case.order, dispute=None), RULE, facts, change, key=by.key)
    return ruled


def _saved(store: Store, case: Case, order: AnyOrder, by: Actor, ended: Dispute) -> Iterable[Change]:
    """The order after it, and, where the order is over, that what was said in it is kept for a term only (D29)."""
    yield Save(order)
    yield from on_timeline(store, order, ended, by)
    over_before = case.order.ended_ms is not None
    yield from (Insert(job) for job in of_disputes(order) if not over_before or job.order_id == ended.id)


def on_timeline(store: Store, order: AnyOrder, dispute: Dispute, by: Actor) -> Iterable[Change]:
    """That a dispute was opened or has ended, in the timeline of an order whose kind keeps one. `order`: after that."""
    if not order.body.timeline:
        return
    happened = NEWS.get(dispute.phase, DisputeNews.OPENED)
    event = OrderEvent(
        thread_id=order.id,
        act_key=derive(happened, dispute.id),
        act=str(happened),
        party=by.party,
        at_ms=by.now_ms,
        version=order.version + 1,
        state=str(order.body.state),
    )
    # Of disputes people are mailed by themselves.
    yield from news(store, order, event, mailed=SIDES)


def _check_covered(performer: Account, by: Party, entries: Iterable[Entry]) -> None:
    needed_minor = -sum(min(entry.of(user(performer.user_id)), 0) for entry in entries)
    missing_minor = needed_minor - performer.available_minor
    if needed_minor and missing_minor > 0:
        raise NotCovered(missing_minor=missing_minor if by is Party.PERFORMER else None)
