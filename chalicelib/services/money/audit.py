"""`make audit`: every balance recomputed from the journal alone, every lease and block looked at, while the service goes on.

The journal is read before the rest, so what is stored later than an entry cannot be missing. What differs may have moved in between:
it is a suspect, and only looking at it alone, with nothing moving meanwhile, makes it a difference."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from chalicelib.billing import audit
from chalicelib.billing.audit import Difference, Tally
from chalicelib.billing.ledger import Entry, escrow, fee, user
from chalicelib.domain.accounts import Account
from chalicelib.domain.durations import Durations
from chalicelib.domain.orders.consultation import Consultation, OpenOrder
from chalicelib.domain.orders.order import AnyOrder, Order
from chalicelib.domain.people import StaffAct
from chalicelib.domain.sessions import Session
from chalicelib.domain.topups import TopUp
from chalicelib.services.changes import Insert, Ref
from chalicelib.services.ports import Clock, Ids, Store

LOOKS = 8
"""How often a suspect must look wrong before it is named: the index of what users receive may lag."""
MOVES = 60
"""How often a suspect is looked at in all: a look during which it moved says nothing."""
T = TypeVar("T")
Stored = Account | AnyOrder | Session | TopUp | OpenOrder
Verdict = tuple[Difference, ...]


class Books(Protocol):
    """All that is stored."""

    def market(self) -> Iterator[Stored]:
        """Every account, order, session, top-up and place that was there when the reading began."""
        ...

    def journal(self) -> Iterator[Entry]:
        """Every entry that was there when the reading began."""
        ...

    def paid(self, account: str, since_ms: int = 0) -> Iterator[Entry]:
        """The entries in an account's own partition."""
        ...

    def received(self, account: str) -> Iterator[Entry]:
        """The entries in which somebody else paid this account, perhaps a moment late."""
        ...


@dataclass(frozen=True)
class Report:
    """What the audit has found."""

    accounts: int
    entries: int
    differences: Verdict

    @property
    def clean(self) -> bool:
        """Whether everything adds up."""
        return not self.differences


class Auditor(Protocol):
    """Whoever may read whole tables."""

    def run(self) -> Report:
        """An audit of everything. Raises Unavailable when it takes longer than the asker can wait."""
        ...


@dataclass(frozen=True)
class Verification:
    """An admin's audit: an act of staff, so it is in their log, with what it found (D28)."""

    store: Store
    clock: Clock
    ids: Ids
    auditor: Auditor

    def run(self, admin_id: str) -> Report:
        """An audit of everything. Raises Unavailable."""
        report = self.auditor.run()
        facts = {"entries": str(report.entries), "differences": str(len(report.differences))}
        act = StaffAct(self.ids.new(), self.clock.now_ms(), admin_id, "ledger.verify", "ledger", facts)
        self.store.commit(Insert(act))
        return report


@dataclass
class _Survey:
    """What one reading of everything found."""

    journal: Tally
    accounts: int = 0
    seen: set[str] = field(default_factory=set)
    """Accounts of the ledger, top-ups and sessions that are stored."""
    suspects: list[Ref[Any]] = field(default_factory=list)
    leases: dict[Ref[Any], str] = field(default_factory=dict)
    living: dict[str, Session] = field(default_factory=dict)
    holding: set[str] = field(default_factory=set)
    """Sessions that hold their order."""
    places: list[OpenOrder] = field(default_factory=list)
    open: set[str] = field(default_factory=set)
    """Open orders."""


@dataclass(frozen=True)
class _Row(Generic[T]):
    """How one kind of what is stored is audited."""

    ref: Callable[[T], Ref[T]]
    note: Callable[[_Survey, T], None]
    """Writes down what the rest of the audit asks about it."""
    compare: Callable[[T, Tally, Durations], Verdict] = lambda _stored, _journal, _durations: ()
    entries: Callable[[Books, T], Iterator[Entry]] = lambda _books, _stored: iter(())
    """Those of the journal that concern it."""
    lease: Callable[[T], str | None] = lambda _stored: None
    """The session that it is held by."""


def _note_account(survey: _Survey, account: Account) -> None:
    survey.accounts += 1
    survey.seen |= {user(account.user_id), fee(account.user_id)}


def _note_order(survey: _Survey, order: AnyOrder) -> None:
    survey.seen.add(escrow(order.id))
    if order.ended_ms is None:
        survey.open.add(order.id)
    live = _live(order)
    if live is not None:
        survey.holding.add(live)


def _note_session(survey: _Survey, session: Session) -> None:
    survey.seen.add(session.id)
    if audit.alive(session):
        survey.living[session.id] = session


def _live(order: AnyOrder) -> str | None:
    return order.body.live if isinstance(order.body, Consultation) else None


def _of_account(books: Books, account: Account) -> Iterator[Entry]:
    yield from books.paid(user(account.user_id))
    yield from books.received(user(account.user_id))


def _of_order(books: Books, order: AnyOrder) -> Iterator[Entry]:
    for side in (order.customer_id, order.performer_id):
        yield from (e for e in books.paid(user(side), order.created_ms) if e.order_id == order.id)


def _of_session(books: Books, session: Session) -> Iterator[Entry]:
    for side in (session.customer_id, session.performer_id):
        yield from (e for e in books.paid(user(side), session.called_ms) if session.id in (e.subject, e.session_id))


def _of_top_up(books: Books, top_up: TopUp) -> Iterator[Entry]:
    return (e for e in books.paid(user(top_up.user_id), top_up.created_ms) if e.subject == top_up.id)


_ROWS: dict[type[Any], _Row[Any]] = {
    Account: _Row[Account](
        ref=lambda account: Ref(Account, account.user_id),
        note=_note_account,
        compare=lambda account, journal, _: audit.of_account(account, journal),
        entries=_of_account,
        lease=lambda account: account.busy,
    ),
    Order: _Row[AnyOrder](
        ref=lambda order: Ref(Order, order.id),
        note=_note_order,
        compare=lambda order, journal, _: audit.of_order(order, journal),
        entries=_of_order,
        lease=_live,
    ),
    Session: _Row[Session](
        ref=lambda session: Ref(Session, session.id),
        note=_note_session,
        compare=audit.of_session,
        entries=_of_session,
    ),
    TopUp: _Row[TopUp](
        ref=lambda top_up: Ref(TopUp, top_up.id),
        note=lambda survey, top_up: survey.seen.add(top_up.id),
        compare=lambda top_up, journal, _: audit.of_top_up(top_up, journal),
        entries=_of_top_up,
    ),
    OpenOrder: _Row[OpenOrder](
        ref=lambda place: Ref(OpenOrder, place.customer_id, place.twip_id, place.mode),
        note=lambda survey, place: survey.places.append(place),
    ),
}
"""Whatever an order is of, its row is one: its body says what must lie in escrow."""


@dataclass(frozen=True)
class Audit:
    """An operator's act. `pause` waits before look n."""

    store: Store
    books: Books
    durations: Durations
    pause: Callable[[int], None]

    def run(self) -> Report:
        """Reads everything once, and every suspect again."""
        survey = _Survey(audit.tally(self.books.journal()))
        for stored in self.books.market():
            self._meet(survey, stored)
        found = [*survey.journal.faults, *self._suspects(survey), *self._leases(survey)]
        found += audit.of_missing(survey.journal, survey.seen)
        return Report(survey.accounts, survey.journal.entries, tuple(dict.fromkeys(found)))

    def _meet(self, survey: _Survey, stored: Stored) -> None:
        row = _ROWS[type(stored)]
        row.note(survey, stored)
        ref = row.ref(stored)
        if row.compare(stored, survey.journal, self.durations):
            survey.suspects.append(ref)
        lease = row.lease(stored)
        if lease is not None:
            survey.leases[ref] = lease

    def _suspects(self, survey: _Survey) -> Iterator[Difference]:
        for ref in survey.suspects:
            yield from self._look(partial(self._alone, ref))

    def _alone(self, ref: Ref[Any]) -> Verdict | None:
        """One suspect and the entries that concern it; None when it moved meanwhile."""
        before = self.store.get(ref)
        if before is None:
            return ()
        row = _ROWS[ref.kind]
        journal = audit.tally(row.entries(self.books, before))
        if self.store.get(ref) != before:
            return None
        return row.compare(before, journal, self.durations)

    def _leases(self, survey: _Survey) -> Iterator[Difference]:
        for holder, lease in survey.leases.items():
            if lease not in survey.living:
                yield from self._look(partial(self._lease, holder, lease))
        for session in survey.living.values():
            if session.id not in survey.holding:
                yield from self._look(partial(self._living, session))
        for place in survey.places:
            if place.order_id not in survey.open:
                yield from self._look(partial(self._place, place))

    def _lease(self, holder: Ref[Any], lease: str) -> Verdict:
        """The session is read first: its end frees the lease in the same commit, so a lease read later than the end is one too many."""
        session = self.store.get(Ref(Session, lease))
        stored = self.store.get(holder)
        held = _ROWS[holder.kind].lease(stored) if stored else None
        name = f"{holder.kind.__name__.lower()} {holder.key[0]}"
        return audit.of_lease(name, lease, session) if held == lease else ()

    def _living(self, session: Session) -> Verdict:
        """The order between two looks at the session: alive at both, it was alive when the order was read."""
        order = self.store.get(Ref(Order, session.order_id))
        now = self.store.get(Ref(Session, session.id))
        return audit.of_living(session, order) if audit.alive(now) else ()

    def _place(self, place: OpenOrder) -> Verdict:
        """The order is read first: its end gives the place up in the same commit."""
        order = self.store.get(Ref(Order, place.order_id))
        held = self.store.get(_ROWS[OpenOrder].ref(place))
        return audit.of_place(place, order) if held == place else ()

    def _look(self, check: Callable[[], Verdict | None]) -> Verdict:
        """Looks until the suspect is cleared; names what every look has found, and also what never stands still."""
        unlike = 0
        for look in range(MOVES):
            self.pause(look)
            found = check()
            if found == ():
                return ()
            unlike += found is not None
            if found is not None and unlike == LOOKS:
                return found
        return (Difference("a quiet moment", "a suspect", "one", "none: it moves all the time"),)
