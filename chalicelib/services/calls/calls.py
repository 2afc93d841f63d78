"""Calls: who may ring whom, and the way from ringing to the answer (R36 to R40, D4, D6, D7, D13)."""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from chalicelib.billing import ends, ringing
from chalicelib.billing.steps import Step, View
from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile, Status, callable_now
from chalicelib.domain.connections import Connection, Presence
from chalicelib.domain.durations import Durations
from chalicelib.domain.errors import (
    CallLive,
    Forbidden,
    FreeLimit,
    InsufficientFunds,
    LimitReached,
    NotCallable,
    NotFound,
    SessionMoved,
    SessionOver,
    Unavailable,
    WrongState,
)
from chalicelib.domain.orders.consultation import CALLS_AT_MOST, Consultation, ConsultationState, Prepaid
from chalicelib.domain.orders.order import ConsultationOrder, Order, of_kind
from chalicelib.domain.parties import Side
from chalicelib.domain.people import User, still_in
from chalicelib.domain.sessions import Event, Session, State, ended_reason, session_id
from chalicelib.domain.unpaid import UNPAID_A_DAY, UnpaidCalls
from chalicelib.services.calls.holders import holding, take, take_first
from chalicelib.services.calls.metering import Metering, changes, ring_hint
from chalicelib.services.calls.unpaid import is_over_limit, unpaid_ref
from chalicelib.services.changes import CommitRefused, Ref
from chalicelib.services.connections import Connections
from chalicelib.services.frames import CallAnswered, CallCount, CallIncoming, CallRinging
from chalicelib.services.frames import SessionMoved as Moved
from chalicelib.services.paging import iterate_pages
from chalicelib.services.ports import Clock, Ice, Listing, Parties, Snapshot, Store, Undelivered, Wake, Wakes
from chalicelib.services.retrying import ReadAgain, retry_on_conflict

UNDER_WAY_MS = 29_000
"""The longest that API Gateway waits for a function."""
AT_ONCE = 49
"""Calls that a page is told of by one read: a caller and an order each, and the performer, a hundred items at most."""


@dataclass(frozen=True)
class Calls:
    """Ringing. Every act is safe to repeat: a page that got no answer sends the same frame again."""

    store: Store
    clock: Clock
    wakes: Wakes
    connections: Connections
    metering: Metering
    ice: Ice
    durations: Durations

    def start(self, caller: Connection, order_id: str, limit_blocks: int | None = None) -> CallRinging:
        """The customer calls (R37), for so many blocks at most (E24). A repeat while it rings takes the ringing over to this connection,
        and leaves the limit as it is.

        Raises Unauthenticated (the connection is outdone), NotFound, Forbidden, WrongState, CallLive, NotCallable, InsufficientFunds,
        FreeLimit, LimitReached (of one order), SessionOver, SessionMoved, Unavailable."""
        now_ms = self.clock.now_ms()
        order = self._own_order(caller, order_id)
        if order.body.live is not None:
            return self._join(caller, order, now_ms)
        found = self.store.read(*_callers_questions(order, now_ms))
        silent = self._check(order, found, now_ms)
        step = ringing.ring(
            order,
            session_id=session_id(order.id, order.body.calls + 1),
            now_ms=now_ms,
            durations=self.durations,
            limit_blocks=limit_blocks,
        )
        self.store.commit(ring_hint(step.session))
        view = View(step.session, order, 0, (None, None))
        try:
            self.store.commit(*changes(view, step))
        except CommitRefused:
            return self._join(caller, self._own_order(caller, order_id), now_ms)
        held = take_first(self.metering, step.session, Side.CUSTOMER, caller, now_ms)
        self._announce(step.session, order, silent, found, now_ms)
        if not held:
            raise SessionMoved
        return CallRinging(step.session.id, step.session.deadline_ms, limit_blocks)

    def _own_order(self, caller: Connection, order_id: str) -> ConsultationOrder:
        found = self.store.read(Ref(Order, order_id), Ref(User, caller.user_id))
        user = still_in(found.get(Ref(User, caller.user_id)), caller.epoch)
        order = of_kind(found.get(Ref(Order, order_id)), Consultation)
        if order.side_of(user.id) is None:
            raise NotFound(what="order")
        if user.id != order.customer_id:
            raise Forbidden(action="call.start")
        return order

    def _join(self, caller: Connection, order: ConsultationOrder, now_ms: int) -> CallRinging:
        if order.body.live is None:
            raise Unavailable
        return retry_on_conflict(partial(self._take_over, caller, order.body.live, now_ms))

    def _take_over(self, caller: Connection, session_id: str, now_ms: int) -> CallRinging:
        view = self.metering.advance(session_id, now_ms)
        session, old = view.session, view.heard_of(Side.CUSTOMER)
        if session.state is State.ENDED:
            raise SessionOver(reason=ended_reason(session))
        if session.state is not State.RINGING:
            raise CallLive(session_id=session_id)
        take(self.metering, session, Side.CUSTOMER, caller, old, now_ms)
        if old is not None and old.connection_id != caller.id:
            self.connections.tell(old.connection_id, Moved(session.id))
        return CallRinging(session.id, session.deadline_ms, session.limit_blocks)

    def _check(self, order: ConsultationOrder, found: Snapshot, now_ms: int) -> bool:
        """Whether the call may be made at all; answers whether it is silent (R20 to R24, D4)."""
        if order.body.state is not ConsultationState.OPEN:
            raise WrongState(what="order", state=order.body.state, asked="call")
        if order.dispute is not None:
            raise WrongState(what="order", state="disputed", asked="call")
        if order.body.calls >= CALLS_AT_MOST:
            raise LimitReached(what="calls", limit=CALLS_AT_MOST)
        profile = found.get(Ref(Profile, order.performer_id))
        performer, customer = found.get(Ref(Account, order.performer_id)), found.get(Ref(Account, order.customer_id))
        seen = found.get(Ref(Presence, order.performer_id))
        if profile is None or performer is None or customer is None:
            raise NotFound(what="performer")
        reason = callable_now(profile, performer.busy, seen.heard_ms if seen else None, now_ms, self.durations)
        if reason is not None:
            raise NotCallable(reason=reason)
        if order.body.prepaid is not Prepaid.HELD and customer.available_minor < order.terms.price_minor:
            raise InsufficientFunds(missing_minor=order.terms.price_minor - customer.available_minor)
        if is_over_limit(self.store, found.get(unpaid_ref(order, now_ms))):
            raise FreeLimit(limit=UNPAID_A_DAY)
        return profile.status is Status.AWAY

    def _announce(self, session: Session, order: ConsultationOrder, silent: bool, found: Snapshot, now_ms: int) -> None:
        """From here on nothing is decided: a lost wake is found by the tick, an unheard ring ends as not acknowledged (D7)."""
        caller = found.get(Ref(Profile, order.customer_id))
        at = (session.called_ms + self.durations.ack_ms, session.deadline_ms)
        parties = Parties(session.customer_id, session.performer_id)
        with suppress(Undelivered):
            self.wakes.send([Wake(session.id, parties, at_ms) for at_ms in at], now_ms)
        self.connections.tell_user(
            session.performer_id,
            CallIncoming(
                session_id=session.id,
                order_id=order.id,
                title=order.terms.title,
                mode=order.body.mode,
                caller=caller.display_name if caller else "",
                silent=silent,
                until_ms=session.deadline_ms,
                limit_blocks=session.limit_blocks,
            ),
            CallCount(len(self.ringing(session.performer_id, now_ms))),
        )

    def count(self, performer_id: str, now_ms: int) -> None:
        """The red badge: how many calls ring at this moment (R22)."""
        self.connections.tell_user(performer_id, CallCount(len(self.ringing(performer_id, now_ms))))

    def ringing(self, performer_id: str, now_ms: int) -> list[Session]:
        """The calls that ring at a performer now, by the sessions themselves."""
        ringing: list[Session] = []
        for hints in iterate_pages(self.store, Listing.RINGING_OF_PERFORMER, performer_id):
            refs = [Ref(Session, hint.session_id) for hint in hints if now_ms < hint.until_ms]
            found = self.store.read(*refs) if refs else Snapshot()
            sessions = [session for ref in refs if (session := found.get(ref))]
            ringing += [s for s in sessions if s.state is State.RINGING and now_ms < s.deadline_ms]
        return ringing

    def ring_again(self, callee: Connection, now_ms: int) -> None:
        """A page that opens while calls ring learns of them (D6: every open tab and device)."""
        sessions = self.ringing(callee.user_id, now_ms)
        for start in range(0, len(sessions), AT_ONCE):
            self._ring_here(callee, sessions[start : start + AT_ONCE])
        if sessions:
            self.connections.tell(callee.id, CallCount(len(sessions)))

    def _ring_here(self, callee: Connection, sessions: list[Session]) -> None:
        own = Ref(Profile, callee.user_id)
        callers = {s.id: Ref(Profile, s.customer_id) for s in sessions}
        orders = {s.id: Ref(Order, s.order_id) for s in sessions}
        found = self.store.read(own, *set(callers.values()), *set(orders.values()))
        profile = found.get(own)
        for s in sessions:
            order, caller = found.get(orders[s.id]), found.get(callers[s.id])
            if order is not None:
                silent = profile is not None and profile.status is Status.AWAY
                name = caller.display_name if caller else ""
                self.connections.tell(
                    callee.id,
                    CallIncoming(
                        s.id,
                        order.id,
                        order.terms.title,
                        order.body.mode,
                        name,
                        silent,
                        s.deadline_ms,
                        s.limit_blocks,
                    ),
                )

    def acknowledge(self, callee: Connection, session_id: str) -> None:
        """The performer's page rings, or shows its badge (D7). Raises as `answer`."""
        now_ms = self.clock.now_ms()

        def rule(view: View) -> Step | None:
            _require_side(view, callee, Side.PERFORMER)
            answered = view.session.state not in (State.RINGING, State.ENDED)
            return None if answered else ringing.acknowledge(view)

        self.metering.step(session_id, now_ms, rule, by=callee)

    def answer(self, callee: Connection, session_id: str) -> CallAnswered:
        """The first answer wins (D6); other ringing of this performer ends. So a pair's calls are answered one after the other, and none
        after the day's unpaid ones are used up (D13), unless an answer lies between its look at them and its commit for the whole length
        of another call.

        Raises Unauthenticated (the connection is outdone), NotFound, SessionOver, WrongState (another tab's answer came first), NotCallable
        (busy), Unavailable."""
        now_ms = self.clock.now_ms()
        view, session = retry_on_conflict(partial(self._answer, callee, session_id, now_ms))
        return self._answered_by(view, session, callee, now_ms)

    def _answer(self, callee: Connection, session_id: str, now_ms: int) -> tuple[View, Session]:
        """What was read, and the session as it is after the answer, which may have been given before."""
        view = self.metering.advance(session_id, now_ms, by=callee)
        _require_side(view, callee, Side.PERFORMER)
        if view.session.state is State.ANSWERED:
            return view, view.session
        step = ringing.answer(view, now_ms, self.durations)
        account, unpaid = Ref(Account, view.session.performer_id), unpaid_ref(view.session, now_ms)
        found = self.store.read(account, unpaid)
        performer = found.get(account)
        if performer and performer.busy not in (None, session_id):
            raise NotCallable(reason="busy")
        if is_over_limit(self.store, found.get(unpaid)):
            # It has rung since before the last of them ended, which was answered: turning it away then was missed.
            self.turn_away(session_id, now_ms)
            raise ReadAgain
        self.metering.carry_out(view, step, now_ms)
        return view, step.session

    def _answered_by(self, view: View, session: Session, callee: Connection, now_ms: int) -> CallAnswered:
        """The answering page takes its side, and everybody is told. A repeat, also of an answer that broke off, does all of it again."""
        heard = view.heard_of(Side.PERFORMER)
        mine = heard is not None and heard.connection_id == callee.id
        if not mine and (heard or not take_first(self.metering, session, Side.PERFORMER, callee, now_ms)):
            raise WrongState(what="session", state=State.ANSWERED, asked=Event.ANSWER)
        self._tell_answered(view, session, callee, now_ms)
        return self._answered(session, session.performer_id, now_ms, here=True)

    def _tell_answered(self, view: View, session: Session, callee: Connection, now_ms: int) -> None:
        customer = view.heard_of(Side.CUSTOMER)
        if customer is not None:
            self.connections.tell(
                customer.connection_id, self._answered(session, session.customer_id, now_ms, here=True)
            )
        elsewhere = self._answered(session, session.performer_id, now_ms, here=False)
        self.connections.tell_user(session.performer_id, elsewhere, but=callee.id)
        for other in self.ringing(session.performer_id, now_ms):
            self.turn_away(other.id, now_ms)
        self.count(session.performer_id, now_ms)

    def turn_away(self, session_id: str, now_ms: int) -> None:
        """Ends the ringing of a call because another was answered (D6); nothing if it rings no more. A ringing that cannot be
        ended, because every race for it is lost, ends at its deadline."""

        def attempt() -> None:
            view = self.metering.advance(session_id, now_ms)
            if view.session.state is State.RINGING:
                self.metering.carry_out(view, ringing.turn_away(view, now_ms), now_ms)

        retry_on_conflict(attempt, otherwise=lambda: None)

    def give_up(self, user: Connection, session_id: str) -> None:
        """The customer cancels, or the performer declines, while it rings (D6). A call that was answered goes on, for a tab that declines
        too late ends no other tab's conversation. A repeat finds it ended and is no error. Raises NotFound, WrongState, Unavailable."""
        self._end(user, session_id, frozenset({State.RINGING}), self.clock.now_ms())

    def hang_up(self, user: Connection, session_id: str, received_ms: int | None = None) -> None:
        """Either side ends it at any moment (R58): at the gateway's receipt, in ms, or now. A receipt is believed for as long as the
        gateway waits for an answer. Every boundary before it is billed first. A repeat finds it ended and is no error.

        Raises NotFound, Unavailable."""
        now_ms = self.clock.now_ms()
        at_ms = now_ms if received_ms is None else min(max(received_ms, now_ms - UNDER_WAY_MS), now_ms)
        self._end(user, session_id, frozenset(State), at_ms)

    def _end(self, user: Connection, session_id: str, states: frozenset[State], now_ms: int) -> None:
        ended = retry_on_conflict(partial(self._hang_up, user, session_id, states, now_ms))
        if ended is not None and ended.session.state is State.RINGING:
            self.count(ended.session.performer_id, now_ms)

    def _hang_up(self, user: Connection, session_id: str, states: frozenset[State], now_ms: int) -> View | None:
        """What it has ended; None when it had ended before."""
        view = self.metering.advance(session_id, now_ms)
        side = view.session.side_of(user.user_id)
        if side is None:
            raise NotFound(what="session")
        if view.session.state is State.ENDED:
            return None
        if view.session.state not in states:
            raise WrongState(what="session", state=view.session.state, asked="give_up")
        hang_up = partial(ends.hang_up, side=side, now_ms=now_ms, durations=self.durations)
        step = self.metering.judged(view, now_ms, hang_up)
        if step.event is Event.RESUME:
            # It is back, and the hang-up is asked for again.
            self.metering.carry_out(view, step, now_ms, holding(view.session, side, user, view.heard_of(side), now_ms))
            raise ReadAgain
        self.metering.carry_out(view, step, now_ms)
        return view

    def _answered(self, session: Session, user_id: str, now_ms: int, *, here: bool) -> CallAnswered:
        servers = self.ice.servers(user_id, now_ms) if here else ()
        return CallAnswered(session.id, session.mode, session.deadline_ms, here, servers, session.limit_blocks)


def _require_side(view: View, user: Connection, side: Side) -> None:
    if view.session.side_of(user.user_id) is not side:
        raise NotFound(what="session")


def _callers_questions(
    order: ConsultationOrder, now_ms: int
) -> tuple[Ref[Profile] | Ref[Account] | Ref[Presence] | Ref[UnpaidCalls], ...]:
    return (
        Ref(Profile, order.performer_id),
        Ref(Profile, order.customer_id),
        Ref(Account, order.performer_id),
        Ref(Account, order.customer_id),
        Ref(Presence, order.performer_id),
        unpaid_ref(order, now_ms),
    )
