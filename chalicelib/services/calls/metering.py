"""Carries out what the metering rules decide: read, decide, commit, tell; and again, until nothing is due (docs/adr/0004)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from chalicelib.billing import boundaries, ends, ledger, losses, metering
from chalicelib.billing.steps import Lease, Step, View, following
from chalicelib.domain.accounts import Account
from chalicelib.domain.connections import Connection, Ringing
from chalicelib.domain.durations import Durations
from chalicelib.domain.errors import NotFound, Unavailable
from chalicelib.domain.orders.order import ConsultationOrder, Order
from chalicelib.domain.parties import Side
from chalicelib.domain.people import User, still_in
from chalicelib.domain.sessions import NO_CLOCK, Event, FirstBlock, Heartbeat, Session, State, order_of
from chalicelib.services.calls.notifying import Gone, Notifier
from chalicelib.services.calls.unpaid import counted
from chalicelib.services.calls.watermarks import MARK
from chalicelib.services.changes import (
    AccountChange,
    Change,
    CommitRefused,
    Contention,
    Insert,
    Put,
    Record,
    Ref,
    Remove,
    Require,
    RequireAbsent,
    RequireShort,
    Save,
)
from chalicelib.services.ports import Parties, Snapshot, Store, Undelivered, Wake, Wakes
from chalicelib.services.retrying import retry_on_conflict

log = logging.getLogger(__name__)
S = TypeVar("S", bound=Step | None)


@dataclass(frozen=True)
class Metering:
    """The one way in which a session changes."""

    store: Store
    wakes: Wakes
    notifier: Notifier
    durations: Durations

    def view(self, session_id: str, parties: Parties | None = None, by: Connection | None = None) -> View:
        """All that the rules ask about; one request when its people are known, else two. `by`: the connection on which something is begun,
        whose user is read along. Raises NotFound, and Unauthenticated when a sign-out or a block has outdone that connection."""
        refs = _refs(session_id)
        asker = (Ref(User, by.user_id),) if by else ()
        found = self.store.read(*refs, *_accounts(parties), *asker)
        if by is not None:
            still_in(found.get(Ref(User, by.user_id)), by.epoch)
        session, order = found.get(refs[0]), found.get(refs[1])
        if session is None or order is None:
            raise NotFound(what="session")
        accounts = _accounts(Parties(session.customer_id, session.performer_id))
        if parties is None:
            found = Snapshot({**found.found, **self.store.read(*accounts).found})
        customer, performer = (found.get(ref) for ref in accounts)
        if customer is None or performer is None:
            raise NotFound(what="account")
        heard = (found.get(refs[2]), found.get(refs[3]))
        return View(session, order, customer.available_minor, heard, performer.available_minor)

    def advance(
        self, session_id: str, now_ms: int, parties: Parties | None = None, by: Connection | None = None
    ) -> View:
        """Does everything that is due at `now_ms`, in order, and answers the session as it then is.

        Raises as `view`, and Unavailable when every commit lost its race."""
        gone: Gone = []
        try:
            return self._catch_up(session_id, now_ms, gone, parties, by)
        finally:
            # Also of what was done before something could not be: it is told once, so nobody else would find them gone.
            self._lose(session_id, gone, now_ms)

    def _catch_up(
        self, session_id: str, now_ms: int, gone: Gone, parties: Parties | None = None, by: Connection | None = None
    ) -> View:
        """As `advance`, but who is found gone is put into `gone`, not lost yet."""

        def attempt() -> View:
            view = self.view(session_id, parties, by)
            while step := self.judged(view, now_ms, partial(metering.due, now_ms=now_ms, durations=self.durations)):
                done, unreached = self.apply(view, step, now_ms)
                gone.extend(unreached)
                view = following(view, done)
            return view

        return retry_on_conflict(attempt)

    def step(
        self,
        session_id: str,
        now_ms: int,
        rule: Callable[[View], Step | None],
        parties: Parties | None = None,
        by: Connection | None = None,
    ) -> None:
        """An event: does everything that is due, then what `rule` says of the session as it then is.

        Raises as `advance`, and whatever `rule` raises."""

        def attempt() -> None:
            view = self.advance(session_id, now_ms, parties, by)
            step = rule(view)
            if step is not None:
                self.carry_out(view, step, now_ms)

        retry_on_conflict(attempt)

    def judged(self, view: View, now_ms: int, rule: Callable[[View], S]) -> S:
        """What a rule says. Where it is the end of a session that lost both sides, it is asked once more, with what the tick's watermark
        knows of our own outages (E15)."""
        step = rule(view)
        if step is None or not step.loses_both:
            return step
        mark = self.store.get(MARK)
        outages = mark.outages(now_ms, self.durations) if mark else ()
        return rule(replace(view, outages=outages))

    def carry_out(self, view: View, step: Step, now_ms: int, *with_it: Change) -> None:
        """As `apply`; who is gone is lost."""
        _, gone = self.apply(view, step, now_ms, *with_it)
        self._lose(step.session.id, gone, now_ms)

    def apply(self, view: View, step: Step, now_ms: int, *with_it: Change) -> tuple[Step, Gone]:
        """Commits a step, and `with_it` in the same transaction, then tells. Answers it as it stands, counted if it is an unpaid end (D13),
        and who could not be told because their connection is gone.

        Raises CommitRefused or Contention when the race was lost: nothing was written."""
        step = counted(self.store, view, step, now_ms, self.durations)
        if view.session.state is State.CLOSING:
            # The dry side's end is told before it is written: a crash in between is repeated by the tick, never silent.
            self.notifier.cut(view, step.session)
        self.store.commit(*changes(view, step), *with_it)
        self._wake(view, step, now_ms)
        if view.session.state is State.RINGING and step.session.state is not State.RINGING:
            self._stop_ringing(step.session)
        return step, self.notifier.of(view, step)

    def lose(self, session_id: str, side: Side, connection_id: str, now_ms: int) -> None:
        """A side's connection is gone (D18): what is due is billed first, then the session pauses, if that was its current connection."""
        self._lose(session_id, [(side, connection_id)], now_ms)

    def _lose(self, session_id: str, gone: Gone, now_ms: int) -> None:
        """Loses these, and whoever is found gone when that is told; one that cannot be lost keeps no other. Then raises Unavailable."""
        left, failed = list(gone), None
        while left:
            try:
                retry_on_conflict(partial(self._lose_one, session_id, *left.pop(0), now_ms, left))
            except Unavailable as unavailable:
                failed = unavailable
        if failed is not None:
            raise failed

    def _lose_one(self, session_id: str, side: Side, connection_id: str, now_ms: int, left: Gone) -> None:
        view = self._catch_up(session_id, now_ms, left)
        step = losses.lose(view, side, connection_id, now_ms, self.durations)
        if step is not None:
            left.extend(self.apply(view, step, now_ms)[1])

    def connection_closed(self, session_id: str, user: Connection, now_ms: int) -> None:
        """A connection closed that took a side in this session: it pauses if that was the side's current one (D18), or, while no clock
        runs, waits for the side to come back (D6). Raises as `advance`."""
        session = self.store.get(Ref(Session, session_id))
        side = session.side_of(user.user_id) if session else None
        if session is None or side is None:
            return
        if session.state is State.RUNNING:
            self.lose(session.id, side, user.id, now_ms)
        elif session.state in NO_CLOCK:
            self.wait_for(session, user.id, now_ms)

    def wait_for(self, session: Session, connection_id: str, now_ms: int) -> None:
        """A side's page closed while the call had no clock: a moment later the worker looks whether it has come back (D6)."""
        ringing = session.state is State.RINGING
        at_ms = now_ms + (self.durations.gone_ms if ringing else self.durations.resume_ms)
        parties = Parties(session.customer_id, session.performer_id)
        self._send([Wake(session.id, parties, at_ms, gone=connection_id)], now_ms)

    def give_up(self, session_id: str, parties: Parties, connection_id: str, now_ms: int) -> None:
        """Ends a call without a clock, or pauses one whose clock has begun, if the side that this closed connection held is not back (D6,
        D18). Raises as `advance`."""

        def rule(view: View) -> Step | None:
            session, closed_ms = view.session, now_ms - self.durations.gone_ms
            if session.state is State.ANSWERED and (session.answered_ms or 0) > closed_ms:
                # It was answered meanwhile, and an answered call waits longer.
                self.wait_for(session, connection_id, closed_ms)
                return None
            return ends.leave(view, connection_id, now_ms, self.durations)

        self.step(session_id, now_ms, rule, parties)

    def warn(self, session_id: str, parties: Parties, now_ms: int) -> None:
        """Tells both sides when the customer's limit ends the session at the coming boundary (E24), or else the account does not cover
        it (D17)."""
        view = self.view(session_id, parties)
        session = view.session
        covered = not session.at_limit and view.available_minor >= session.price_minor
        if session.state is not State.RUNNING or covered:
            return
        boundary_ms = boundaries.paid_until_ms(session, self.durations)
        if not 0 <= boundary_ms - now_ms <= self.durations.warning_ms + self.durations.tick_ms:
            return
        if session.at_limit:
            self.notifier.limit_near(view, boundary_ms)
        else:
            self.notifier.short(view, boundary_ms)

    def _wake(self, view: View, step: Step, now_ms: int) -> None:
        """A wake for a new deadline. Boundaries of paid blocks are the tick's to hand over, minutes before; but for a session that
        is back, because the tick may have handed over its boundary's bucket while the pause kept it in another."""
        session, at_ms = step.session, boundaries.next_due_ms(step.session, self.durations)
        known = step.event is Event.ACK or at_ms == boundaries.next_due_ms(view.session, self.durations)
        paid = session.state is State.RUNNING and not session.lost and session.first_block is not FirstBlock.HELD
        if at_ms is None or known or (paid and step.event is not Event.RESUME):
            return
        parties = Parties(session.customer_id, session.performer_id)
        wakes = [Wake(session.id, parties, at_ms)]
        if paid:
            wakes.append(Wake(session.id, parties, max(now_ms, at_ms - self.durations.warning_ms), warn=True))
        self._send(wakes, now_ms)

    def _send(self, wakes: list[Wake], now_ms: int) -> None:
        """A wake that is lost only delays."""
        try:
            self.wakes.send(wakes, now_ms)
        except Undelivered:
            log.warning("wake not delivered; the tick will find %s", wakes[0].session_id)

    def _stop_ringing(self, session: Session) -> None:
        try:
            self.store.commit(Remove(Ringing(session.performer_id, session.id, 0, 0)))
        except (CommitRefused, Contention):
            # It is only a hint, and runs out by itself.
            return


def changes(view: View, step: Step) -> tuple[Change, ...]:
    """The transaction of a step: at most one change an item."""
    session = step.session
    made: list[Change] = [Insert(session) if step.event is Event.CALL else Save(session)]
    if step.order is not None:
        made.append(Save(step.order))
    made += [Record(entry) for entry in step.entries]
    if step.short:
        made.append(RequireShort(session.customer_id, session.price_minor))
    accounts = {m.user_id: m for m in ledger.movements(*step.entries)}
    leased = {session.performer_id} if step.lease is not Lease.KEEP else set()
    for user_id in sorted(accounts.keys() | leased):
        movement = accounts.get(user_id, ledger.Movement(user_id))
        lease = step.lease if user_id == session.performer_id else Lease.KEEP
        made.append(
            AccountChange(
                user_id,
                movement.available_delta_minor,
                movement.fee_delta_minor,
                take=session.id if lease is Lease.TAKE else None,
                free=session.id if lease is Lease.FREE else None,
                seen_minor=_seen(view, user_id) if user_id in accounts else None,
                sessions_held=1 if lease is Lease.FREE and session.charged_blocks else 0,
            )
        )
    for side in step.unheard:
        heard = view.heard_of(side)
        made.append(Require(heard) if heard else RequireAbsent(Ref(Heartbeat, session.id, side)))
    return tuple(made)


def _seen(view: View, user_id: str) -> int:
    return view.available_minor if user_id == view.session.customer_id else view.earned_minor


def ring_hint(session: Session) -> Put:
    """Where the performer's other tabs, and the answer of another call, find this ringing."""
    return Put(Ringing(session.performer_id, session.id, session.deadline_ms, session.deadline_ms + 60_000))


def _refs(session_id: str) -> tuple[Ref[Session], Ref[ConsultationOrder], Ref[Heartbeat], Ref[Heartbeat]]:
    return (
        Ref(Session, session_id),
        Ref(Order, order_of(session_id)),
        Ref(Heartbeat, session_id, Side.CUSTOMER),
        Ref(Heartbeat, session_id, Side.PERFORMER),
    )


def _accounts(parties: Parties | None) -> tuple[Ref[Account], ...]:
    return (Ref(Account, parties.customer_id), Ref(Account, parties.performer_id)) if parties else ()
