"""`make audit`: every balance recomputed from the journal alone, every lease and block looked at, while the service goes on.

The journal is read before the rest, so what is stored later than an entry cannot be missing. What differs may have moved in between:
it is a suspect, and only looking at it alone, with nothing moving meanwhile, makes it a difference."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, assert_never

from chalicelib.billing import audit
from chalicelib.billing.audit import Difference, Tally
from chalicelib.billing.ledger import Entry, escrow, fee, user
from chalicelib.domain.accounts import Account
from chalicelib.domain.durations import Durations
from chalicelib.domain.orders.order import OpenOrder, Order, OrderState
from chalicelib.domain.people import StaffAct
from chalicelib.domain.sessions import Session
from chalicelib.domain.topups import TopUp
from chalicelib.services.changes import Insert, Ref
from chalicelib.services.ports import Clock, Ids, Store

LOOKS = 8
"""How often a suspect must look wrong before it is named: the index of what users receive may lag."""
MOVES = 60
"""How often a suspect is looked at in all: a look during which it moved says nothing."""
Stored = Account | Order | Session | TopUp | OpenOrder
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
        journal = survey.journal
        match stored:
            case Account():
                survey.accounts += 1
                survey.seen |= {user(stored.user_id), fee(stored.user_id)}
                _suspect(survey, audit.of_account(stored, journal), Ref(Account, stored.user_id))
                if stored.busy is not None:
                    survey.leases[Ref(Account, stored.user_id)] = stored.busy
            case Order():
                survey.seen.add(escrow(stored.id))
                _suspect(survey, audit.of_order(stored, journal), Ref(Order, stored.id))
                if stored.state is OrderState.OPEN:
                    survey.open.add(stored.id)
                if stored.live is not None:
                    survey.holding.add(stored.live)
                    survey.leases[Ref(Order, stored.id)] = stored.live
            case Session():
                survey.seen.add(stored.id)
                _suspect(survey, audit.of_session(stored, journal, self.durations), Ref(Session, stored.id))
                if audit.alive(stored):
                    survey.living[stored.id] = stored
            case TopUp():
                survey.seen.add(stored.id)
                _suspect(survey, audit.of_top_up(stored, journal), Ref(TopUp, stored.id))
            case OpenOrder():
                survey.places.append(stored)
            case _:
                assert_never(stored)

    def _suspects(self, survey: _Survey) -> Iterator[Difference]:
        for ref in survey.suspects:
            yield from self._look(partial(self._alone, ref))

    def _alone(self, ref: Ref[Any]) -> Verdict | None:
        """One suspect and the entries that concern it; None when it moved meanwhile."""
        before = self.store.get(ref)
        if before is None:
            return ()
        journal = audit.tally(self._concerning(before))
        if self.store.get(ref) != before:
            return None
        match before:
            case Account():
                return audit.of_account(before, journal)
            case Order():
                return audit.of_order(before, journal)
            case Session():
                return audit.of_session(before, journal, self.durations)
            case _:
                return audit.of_top_up(before, journal)

    def _concerning(self, stored: Account | Order | Session | TopUp) -> Iterator[Entry]:
        match stored:
            case Account():
                yield from self.books.paid(user(stored.user_id))
                yield from self.books.received(user(stored.user_id))
            case Order():
                for side in (stored.customer_id, stored.performer_id):
                    yield from (e for e in self.books.paid(user(side), stored.created_ms) if e.order_id == stored.id)
            case Session():
                for side in (stored.customer_id, stored.performer_id):
                    yield from (e for e in self.books.paid(user(side), stored.called_ms) if e.subject == stored.id)
            case TopUp():
                entries = self.books.paid(user(stored.user_id), stored.created_ms)
                yield from (e for e in entries if e.subject == stored.id)
            case _:
                assert_never(stored)

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
        held = stored.live if isinstance(stored, Order) else stored.busy if stored else None
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
        held = self.store.get(Ref(OpenOrder, place.customer_id, place.twip_id, place.mode))
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


def _suspect(survey: _Survey, found: Verdict, ref: Ref[Any]) -> None:
    if found:
        survey.suspects.append(ref)
