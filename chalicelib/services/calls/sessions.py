"""The paid session as its two pages drive it: marks that start the clock, signs of life, loss and return, chat (R41 to R52, D13 to D20)."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from chalicelib.billing import boundaries, clock, limits, losses
from chalicelib.billing.steps import Step, View
from chalicelib.domain.chat import Message
from chalicelib.domain.connections import Connection
from chalicelib.domain.durations import Durations
from chalicelib.domain.errors import Forbidden, NotFound, SessionMoved, SessionOver, WrongState
from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Event, Heartbeat, Session, State, ended_reason
from chalicelib.services.calls.holders import holding, remember
from chalicelib.services.calls.metering import Metering
from chalicelib.services.calls.notifying import session_ended, session_limited, session_resumed
from chalicelib.services.changes import Change, CommitRefused, Insert, Ref, Require, Save
from chalicelib.services.connections import Connections
from chalicelib.services.frames import ChatMessage, ChatRead, Frame, SessionResumed, Signal
from chalicelib.services.frames import SessionMoved as Moved
from chalicelib.services.ports import Clock, Ice, Parties, Store
from chalicelib.services.retrying import ReadAgain, retry_on_conflict

OPEN_TALK = (State.ANSWERED, State.RUNNING)
Rule = Callable[[View, int, Durations], Step | None]


@dataclass(frozen=True)
class Talk:
    """What one consistent read found about a frame of a session: the session, the sender's side, and the signs of life."""

    session: Session
    side: Side
    heard: dict[Side, Heartbeat | None]


@dataclass(frozen=True)
class Sessions:
    """Frames of a live session. Only the connection that holds a side speaks for it."""

    store: Store
    clock: Clock
    connections: Connections
    metering: Metering
    ice: Ice
    durations: Durations

    def press_start(self, user: Connection, session_id: str) -> None:
        """The performer starts a video session (R41).

        Raises Unauthenticated (the connection is outdone), NotFound, Forbidden, SessionOver, SessionMoved, WrongState, Unavailable."""
        self._act(user, session_id, Side.PERFORMER, clock.press_start)

    def receive_media(self, user: Connection, session_id: str) -> None:
        """The customer's page reports its first received media (R42, R43). Raises as `press_start`."""
        self._act(user, session_id, Side.CUSTOMER, clock.receive_media)

    def _act(self, user: Connection, session_id: str, side: Side, rule: Rule) -> None:
        now_ms = self.clock.now_ms()

        def marked(view: View) -> Step | None:
            self._speaker(view, user, only=side)
            return self._if_there(rule, view, side.other, now_ms)

        self.metering.step(session_id, now_ms, marked, by=user)

    def _if_there(self, rule: Rule, view: View, other: Side, now_ms: int) -> Step | None:
        """What a mark of a side does. A clock that it would start also asks whether the connection of the other side is open, as far as
        is known: who was heard a moment ago may be gone (D18)."""
        step = rule(view, now_ms, self.durations)
        if step is None or step.event is not Event.CLOCK or self._open(view, other):
            return step
        return rule(view.without(other), now_ms, self.durations)

    def _open(self, view: View, side: Side) -> bool:
        heard = view.heard_of(side)
        return heard is not None and self.store.get(Ref(Connection, heard.connection_id)) is not None

    def _speaker(self, view: View, user: Connection, only: Side | None = None) -> Side:
        side = view.session.side_of(user.user_id)
        if side is None:
            raise NotFound(what="session")
        if only is not None and side is not only:
            raise Forbidden(action="session")
        if view.session.state is State.ENDED:
            raise SessionOver(reason=ended_reason(view.session))
        if view.session.state is State.RINGING:
            raise WrongState(what="session", state=view.session.state, asked="talk")
        heard = view.heard_of(side)
        if heard is None or heard.connection_id != user.id:
            raise SessionMoved
        return side

    def limit(self, user: Connection, session_id: str, blocks: int | None) -> Frame:
        """The customer wants at most so many blocks; None lifts the limit (E24). Answers the limit as it then is; or the summary, if the
        boundary was waiting for a lost side and the limit has ended it there.

        Raises LimitTooLow, NotFound, Forbidden, SessionOver, SessionMoved, WrongState, Unavailable."""
        now_ms = self.clock.now_ms()

        def limited(view: View) -> Step | None:
            self._speaker(view, user, only=Side.CUSTOMER)
            return limits.limit(view, blocks)

        self.metering.step(session_id, now_ms, limited)
        session = self.metering.advance(session_id, now_ms).session
        if session.state is State.ENDED:
            return session_ended(session)
        if session.state is State.RUNNING:
            self._warn_anew(session)
        return session_limited(session, self.durations)

    def _warn_anew(self, session: Session) -> None:
        """What the worker warned of, if it has (D17), is true no more. The time is that after the change: a worker that comes later reads
        it."""
        now_ms = self.clock.now_ms()
        if boundaries.paid_until_ms(session, self.durations) - now_ms <= self.durations.warning_ms:
            self.metering.warn(session.id, Parties(session.customer_id, session.performer_id), now_ms)

    def report(self, connection_id: str, session_id: str, media_bytes: int | None) -> Frame | None:
        """A sign of life (D18). In a video call it counts only if media has flowed since the last one: `media_bytes` received
        (customer) or sent (performer) over this connection's time must have grown.

        If it was the one for which the session paused, or the session has ended, answers as `resume`, else None. From the answer to the
        clock any report counts, and one for which alone the clock waited starts it.

        Raises SessionMoved, Unavailable."""
        now_ms = self.clock.now_ms()
        return retry_on_conflict(partial(self._report, connection_id, session_id, media_bytes, now_ms))

    def _report(self, connection_id: str, session_id: str, media_bytes: int | None, now_ms: int) -> Frame | None:
        rest_ms = (self.durations.first_report_ms - self.durations.second_report_ms) * 5 // 4
        session, heard = self._reporter(connection_id, session_id)
        if session.state is State.ENDED:
            return session_ended(session)
        if session.state is State.ANSWERED:
            self._heard_waiting(session, heard, now_ms)
            return None
        if not heard.grown(media_bytes):
            return None
        fresh = Save(heard.reported(media_bytes, now_ms))
        if session.silent(heard.side):
            return self._heard_again(session_id, heard.side, fresh, now_ms)
        if now_ms - heard.alive_ms >= rest_ms:
            self.store.commit(fresh)
        return None

    def _heard_waiting(self, session: Session, heard: Heartbeat, now_ms: int) -> None:
        fresh = Save(heard.waiting(now_ms))
        view = self.metering.advance(session.id, now_ms) if session.marked else None
        step = self._begin(view, heard.side, now_ms) if view else None
        if view and step:
            self.metering.carry_out(view, step, now_ms, fresh)
        else:
            self.store.commit(fresh)

    def _begin(self, view: View, side: Side, now_ms: int) -> Step | None:
        def rule(view: View, now_ms: int, durations: Durations) -> Step | None:
            return clock.begin(view, side, now_ms, durations)

        return self._if_there(rule, view, side.other, now_ms)

    def _reporter(self, connection_id: str, session_id: str) -> tuple[Session, Heartbeat]:
        session_ref = Ref(Session, session_id)
        refs = [Ref(Heartbeat, session_id, side) for side in Side]
        found = self.store.read(session_ref, *refs)
        session = found.get(session_ref)
        held = next((h for ref in refs if (h := found.get(ref)) and h.connection_id == connection_id), None)
        if session is None or held is None:
            raise SessionMoved
        return session, held

    def _heard_again(self, session_id: str, side: Side, fresh: Change, now_ms: int) -> Frame:
        view = self.metering.advance(session_id, now_ms)
        if view.session.state is State.ENDED:
            return session_ended(view.session)
        step = losses.hear_again(view, side, now_ms)
        if step is None:
            raise ReadAgain
        self.metering.carry_out(view, step, now_ms, fresh)
        return self._standing(session_id, side, now_ms)

    def resume(self, user: Connection, session_id: str) -> Frame:
        """A page comes back to a live session, or takes it over from another (D18), without a second debit. A side whose media is
        awaited is still lost then: only the connection that speaks for it has changed.

        Answers where the session stands, or its summary if it has ended.

        Raises Unauthenticated (the connection is outdone), NotFound, WrongState (it has not been answered), Unavailable."""
        now_ms = self.clock.now_ms()
        side, view = retry_on_conflict(partial(self._return, user, session_id, now_ms))
        if view.session.state is State.ENDED:
            return session_ended(view.session)
        return self._resumed(user, side, view, now_ms)

    def _return(self, user: Connection, session_id: str, now_ms: int) -> tuple[Side, View]:
        """Which side is back, and what was read before its return."""
        view = self.metering.advance(session_id, now_ms, by=user)
        side = view.session.side_of(user.user_id)
        if side is None:
            raise NotFound(what="session")
        if view.session.state is State.ENDED:
            return side, view
        old = view.heard_of(side)
        if old is None and view.session.state is State.RINGING:
            raise WrongState(what="session", state=view.session.state, asked="resume")
        fresh = holding(view.session, side, user, old, now_ms)
        step = losses.come_back(view, side, now_ms) or self._begin(view, side, now_ms)
        if step is not None:
            self.metering.carry_out(view, step, now_ms, fresh)
        else:
            # The session must be as it was read: a pause in between would go unnoticed, and this side be lost while it is here.
            self.store.commit(fresh, Require(view.session))
        return side, view

    def _resumed(self, user: Connection, side: Side, view: View, now_ms: int) -> Frame:
        """`view` is what was read before the return."""
        session, old = view.session, view.heard_of(side)
        if old is not None and old.connection_id != user.id:
            self.connections.tell(old.connection_id, Moved(session.id))
        remember(self.metering, session, user, now_ms)
        frame = self._standing(session.id, side, now_ms)
        if not isinstance(frame, SessionResumed):
            return frame
        return replace(frame, ice_servers=self.ice.servers(user.user_id, now_ms))

    def _standing(self, session_id: str, side: Side, now_ms: int) -> Frame:
        """Where a session stands for a side that is back: what fell due meanwhile is billed."""
        session = self.metering.advance(session_id, now_ms).session
        if session.state is State.ENDED:
            return session_ended(session)
        return session_resumed(session, side, self.durations)

    def disconnected(self, user: Connection) -> None:
        """A connection closed: it leaves the site's presence, and each of its sessions pauses if this was its side's current one (D18). A
        call without a clock is given up if the side is not back in a moment (D6).

        Raises what failed at last; whatever fails, the other sessions are seen to."""
        now_ms = self.clock.now_ms()
        with ExitStack() as closing:
            # Called last: presence heals by itself, a session that is not paused would be paid on.
            closing.callback(self._close, user)
            for session_id in sorted(user.session_ids):
                closing.callback(self.metering.connection_closed, session_id, user, now_ms)

    def _close(self, user: Connection) -> None:
        joined = self.connections.close(user)
        if joined is not None:
            self.disconnected(joined)

    def signal(self, connection_id: str, session_id: str, data: Any) -> None:
        """SDP and ICE, to the other side only. Raises SessionMoved, SessionOver, WrongState."""
        talk = self._talk(connection_id, session_id)
        self._pass_on(talk, Signal(session_id, data))

    def read_up_to(self, connection_id: str, session_id: str, up_to_ms: int) -> None:
        """A delivery mark, to the other side only; nobody has read what is not written yet. Raises as `signal`."""
        talk = self._talk(connection_id, session_id)
        self._pass_on(talk, ChatRead(session_id, min(up_to_ms, self.clock.now_ms())))

    def say(self, connection_id: str, session_id: str, client_id: str, text: str) -> ChatMessage:
        """A message (D20). A repeat of its `client_id` is the same message. In a text session the customer's second one starts the clock
        (R51), then or when the performer is heard from. Answers the receipt.

        Raises as `signal`, Unauthenticated (it could start the clock, and the connection is outdone), Unavailable."""
        now_ms = self.clock.now_ms()
        talk = self._talk(connection_id, session_id)
        starts = talk.side is Side.CUSTOMER and talk.session.state is State.ANSWERED and talk.session.mode is Mode.TEXT
        if starts:
            self.metering.view(session_id, by=self.connections.holder(connection_id))
        message = Message(session_id, talk.side, client_id, text, now_ms)
        try:
            self.store.commit(Insert(message))
        except CommitRefused:
            known = self.store.get(Ref(Message, session_id, talk.side, client_id))
            message = known or message
        frame = ChatMessage(session_id, message.author, message.client_id, message.text, message.at_ms)
        self._pass_on(talk, frame)
        if starts:
            self._count(session_id, client_id, now_ms)
        return frame

    def _count(self, session_id: str, client_id: str, now_ms: int) -> None:
        def rule(view: View, now_ms: int, durations: Durations) -> Step | None:
            return clock.count_text(view, client_id, now_ms, durations)

        self.metering.step(session_id, now_ms, lambda view: self._if_there(rule, view, Side.PERFORMER, now_ms))

    def _talk(self, connection_id: str, session_id: str) -> Talk:
        """Who speaks, by the connection that holds the side: one read, and no look at who the user is."""
        session_ref = Ref(Session, session_id)
        refs = {side: Ref(Heartbeat, session_id, side) for side in Side}
        found = self.store.read(session_ref, *refs.values())
        heard = {side: found.get(ref) for side, ref in refs.items()}
        side = next((s for s, h in heard.items() if h is not None and h.connection_id == connection_id), None)
        session = found.get(session_ref)
        if session is None or side is None:
            raise SessionMoved
        if session.state is State.ENDED:
            raise SessionOver(reason=ended_reason(session))
        if session.state not in OPEN_TALK:
            raise WrongState(what="session", state=session.state, asked="talk")
        return Talk(session, side, heard)

    def _pass_on(self, talk: Talk, frame: Frame) -> None:
        other = talk.heard[talk.side.other]
        if other is not None:
            self.connections.tell(other.connection_id, frame)
