"""The audit's comparison: what the journal says about every balance, lease and block, against what is stored beside it (docs/adr/0003)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from chalicelib.billing import boundaries, ledger
from chalicelib.billing.ledger import Entry, Kind
from chalicelib.domain.accounts import Account
from chalicelib.domain.durations import Durations
from chalicelib.domain.orders.consultation import ConsultationState, OpenOrder
from chalicelib.domain.orders.order import AnyOrder, ConsultationOrder
from chalicelib.domain.sessions import Reason, Session, State
from chalicelib.domain.topups import TopUp, TopUpState


@dataclass(frozen=True)
class Difference:
    """Something that cannot be: `what` of `subject` is `found` and should be `expected`."""

    what: str
    subject: str
    expected: str
    found: str


@dataclass
class Tally:
    """What the journal alone says, entry by entry: balances in minor units, top-ups by id, and for each session how often
    which block was paid and not returned, and which blocks the platform gave back."""

    entries: int = 0
    balances: dict[str, int] = field(default_factory=dict)
    top_ups: dict[str, int] = field(default_factory=dict)
    blocks: dict[str, Counter[int]] = field(default_factory=dict)
    given_back: dict[str, list[int]] = field(default_factory=dict)
    given_minor: dict[str, int] = field(default_factory=dict)
    """What the platform gave back out of each account of commission."""
    clawed_minor: dict[str, int] = field(default_factory=dict)
    """What verdicts took back out of each account (D25)."""
    refunded_minor: dict[str, int] = field(default_factory=dict)
    """What customers got back, out of escrow or of what performers were paid: by session, and by order where it was of none."""
    sold: dict[str, Counter[str]] = field(default_factory=dict)
    """What sales of what is paid out at once brought each account, by order (R81)."""
    faults: list[Difference] = field(default_factory=list)
    """Entries that are wrong by themselves: the journal is never changed, so no second look is needed."""

    def add(self, entry: Entry) -> None:
        """Counts one entry."""
        self.entries += 1
        for posting in entry.postings:
            self.balances[posting.account] = self.balances.get(posting.account, 0) + posting.amount_minor
        total_minor = sum(posting.amount_minor for posting in entry.postings)
        if total_minor:
            self.faults.append(Difference("sum of postings", f"{entry.subject}#{entry.k}", "0", str(total_minor)))
        if entry.kind is Kind.TOP_UP:
            came_minor = sum(p.amount_minor for p in entry.postings if p.amount_minor > 0)
            self.top_ups[entry.subject] = self.top_ups.get(entry.subject, 0) + came_minor
        if entry.kind is Kind.SALE:
            of = entry.order_id or entry.subject
            self.sold.setdefault(of, Counter()).update({p.account: p.amount_minor for p in entry.postings})
        if entry.kind in (Kind.CANCEL, Kind.REFUND, Kind.SPLIT, Kind.VERDICT):
            customer = entry.account if entry.kind in (Kind.CANCEL, Kind.REFUND) else entry.payee
            back_minor = entry.of(customer) if customer else 0
            of = entry.order_id or entry.subject
            self.refunded_minor[of] = self.refunded_minor.get(of, 0) + back_minor
        if entry.kind in (Kind.BLOCK, Kind.BLOCK_RETURN):
            times = 1 if entry.kind is Kind.BLOCK else -1
            self.blocks.setdefault(entry.subject, Counter())[entry.k] += times
        if entry.kind is Kind.SERVICE_OUTAGE:
            self.given_back.setdefault(entry.subject, []).append(entry.k)
            for posting in entry.postings:
                given_minor = self.given_minor.get(posting.account, 0) - min(posting.amount_minor, 0)
                self.given_minor[posting.account] = given_minor
        if entry.kind in (Kind.CLAWBACK, Kind.REPAYMENT):
            self._count_back(entry)

    def _count_back(self, entry: Entry) -> None:
        of = entry.session_id or entry.order_id or entry.subject
        back_minor = sum(posting.amount_minor for posting in entry.postings if posting.amount_minor > 0)
        self.refunded_minor[of] = self.refunded_minor.get(of, 0) + back_minor
        if entry.kind is Kind.CLAWBACK:
            clawed_minor = self.clawed_minor.get(entry.account, 0) - entry.of(entry.account)
            self.clawed_minor[entry.account] = clawed_minor

    def balance(self, account: str) -> int:
        """An account's balance, 0 if the journal does not know it."""
        return self.balances.get(account, 0)


def tally(entries: Iterable[Entry]) -> Tally:
    """What these entries say."""
    counted = Tally()
    for entry in entries:
        counted.add(entry)
    return counted


def of_account(account: Account, journal: Tally) -> tuple[Difference, ...]:
    """Balances of a user. Nothing available may be below zero but by what verdicts took back (D25), and no commission but by what was given
    back (E15)."""
    user_id = account.user_id
    debt_minor = journal.clawed_minor.get(ledger.user(user_id), 0)
    least_minor = -journal.given_minor.get(ledger.fee(user_id), 0)
    return (
        *_unequal("available", user_id, journal.balance(ledger.user(user_id)), account.available_minor),
        *_unequal("fee", user_id, journal.balance(ledger.fee(user_id)), account.fee_minor),
        *_unequal("held", user_id, 0, account.held_minor),
        *_unless(
            account.available_minor >= -debt_minor,
            "available",
            user_id,
            f"{-debt_minor} or more",
            account.available_minor,
        ),
        *_unless(account.fee_minor >= least_minor, "fee", user_id, f"{least_minor} or more", account.fee_minor),
    )


def of_order(order: AnyOrder, journal: Tally) -> tuple[Difference, ...]:
    """An order's escrow is what its body says, less what was refunded of that; and the order knows what was. What is paid out at once was
    sold once, to its customer, and brought its performer and the service their shares; nothing else was sold."""
    held_minor = max(order.body.escrow_minor(order.terms.price_minor) - order.refunded_minor, 0)
    return (
        *_unequal("escrow", order.id, journal.balance(ledger.escrow(order.id)), order.escrow_minor),
        *_unequal(f"escrow while {order.body.seen}", order.id, held_minor, order.escrow_minor),
        *_unequal("refunded", order.id, journal.refunded_minor.get(order.id, 0), order.refunded_minor),
        *_of_sale(order, journal.sold.get(order.id, Counter())),
    )


def _of_sale(order: AnyOrder, sold: Counter[str]) -> Iterator[Difference]:
    """`sold`: what sales of it brought each account."""
    terms, at_once = order.terms, order.body.lifecycle.at_once
    price_minor = terms.price_minor if at_once else 0
    commission_minor = ledger.commission_minor(terms.price_minor, terms.commission_bps) if at_once else 0
    performer = order.performer_id
    yield from _unequal("sale", order.id, price_minor, -sold[ledger.user(order.customer_id)])
    yield from _unequal("share of a sale", order.id, price_minor - commission_minor, sold[ledger.user(performer)])
    yield from _unequal("commission of a sale", order.id, commission_minor, sold[ledger.fee(performer)])


def of_top_up(top_up: TopUp, journal: Tally) -> tuple[Difference, ...]:
    """A paid top-up was credited once, every other not at all."""
    due_minor = top_up.amount_minor if top_up.state is TopUpState.PAID else 0
    return _unequal("credit of a top-up", top_up.id, due_minor, journal.top_ups.get(top_up.id, 0))


def of_session(session: Session, journal: Tally, durations: Durations) -> tuple[Difference, ...]:
    """Each block debited at most once, all that were charged, none that began after the session's end; the last one given back once if
    our own outage ended it, else none."""
    counted = journal.blocks.get(session.id, Counter())
    paid, given = sorted(counted.elements()), sorted(journal.given_back.get(session.id, []))
    charged = list(range(session.charged_blocks))
    last = charged[len(charged) - session.returned_blocks :]
    found = (
        *_unless(paid == charged, "blocks", session.id, charged, paid),
        *_unless(min(counted.values(), default=0) >= 0, "returned blocks", session.id, "paid before", dict(counted)),
        *_unless(given == last, "blocks given back", session.id, last, given),
        *_unequal("refunded", session.id, journal.refunded_minor.get(session.id, 0), session.refunded_minor),
        *_beyond_limit(session),
    )
    if not paid or session.clock_started_ms is None or session.ended_ms is None:
        return found
    begun_ms = boundaries.boundary_ms(session, paid[-1], durations)
    return (
        *found,
        *_unless(begun_ms <= session.ended_ms, "start of the last block", session.id, session.ended_ms, begun_ms),
    )


def _beyond_limit(session: Session) -> tuple[Difference, ...]:
    """No block is charged beyond the customer's limit, and none is left out before it ends the session (E24): a limit is never less than
    the block under way, so the one that stands is true of the whole session."""
    limit, charged = session.limit_blocks, session.charged_blocks
    reached = session.reason is Reason.LIMIT_REACHED
    holds = charged == limit if reached else limit is None or charged <= limit
    return _unless(holds, "blocks within the limit", session.id, limit, charged)


def of_lease(holder: str, lease: str, session: Session | None) -> tuple[Difference, ...]:
    """A lease is held for a session that lives."""
    state = "no session" if session is None else session.state
    return _unless(alive(session), "lease", holder, f"free, {lease} is {state}", lease)


def of_living(session: Session, order: ConsultationOrder | None) -> tuple[Difference, ...]:
    """A session that lives holds its order, so that nobody can cancel it meanwhile."""
    live = order.body.live if order else None
    return _unless(live == session.id, "lease", f"order {session.order_id}", session.id, live)


def of_place(place: OpenOrder, order: AnyOrder | None) -> tuple[Difference, ...]:
    """The place of an open order is held by one that is open."""
    state = "no order" if order is None else order.body.state
    return _unless(
        state == ConsultationState.OPEN, "place of the open order", place.order_id, ConsultationState.OPEN, state
    )


def of_missing(journal: Tally, stored: Set[str]) -> Iterator[Difference]:
    """What the journal knows and nobody has stored. `stored`: accounts of the ledger, those of orders' escrow too, and ids of top-ups and
    sessions."""
    for account in journal.balances.keys() - stored:
        if not account.startswith("outside:"):
            yield from _unequal("balance of what is not stored", account, journal.balance(account), 0)
    for top_up_id in journal.top_ups.keys() - stored:
        yield Difference("credit of what is not stored", top_up_id, "0", str(journal.top_ups[top_up_id]))
    for order_id, sold in journal.sold.items():
        if ledger.escrow(order_id) not in stored:
            paid_minor = sum(max(amount_minor, 0) for amount_minor in sold.values())
            yield Difference("sale of what is not stored", order_id, "0", str(paid_minor))
    for session_id in journal.blocks.keys() - stored:
        paid = sorted(journal.blocks[session_id].elements())
        yield from _unless(not paid, "blocks of what is not stored", session_id, [], paid)
    for session_id in journal.given_back.keys() - stored:
        given = journal.given_back[session_id]
        yield Difference("blocks given back of what is not stored", session_id, "[]", str(given))


def alive(session: Session | None) -> bool:
    """Whether there is such a session and it has not ended."""
    return session is not None and session.state is not State.ENDED


def _unequal(what: str, subject: str, expected: int, found: int) -> tuple[Difference, ...]:
    return _unless(expected == found, what, subject, expected, found)


def _unless(holds: bool, what: str, subject: str, expected: object, found: object) -> tuple[Difference, ...]:
    return () if holds else (Difference(what, subject, str(expected), str(found)),)
