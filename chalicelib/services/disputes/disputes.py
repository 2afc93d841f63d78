"""What the two sides of an order do about a dispute: open it, answer, speak, settle or withdraw it (R71, R72, R85, D27)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from chalicelib.domain.attachments import check_ids
from chalicelib.domain.disputes import acts, claims
from chalicelib.domain.disputes.acts import Actor
from chalicelib.domain.disputes.dispute import (
    TEXT_AT_LEAST,
    TEXT_AT_MOST,
    Dispute,
    DisputeAct,
    dispute_id,
    open_dispute,
)
from chalicelib.domain.errors import AlreadyDisputed, CallLive, KeyReused, NotFound
from chalicelib.domain.orders.consultation import Consultation
from chalicelib.domain.orders.deadlines import lapsing, stop
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.sessions import Session, order_of
from chalicelib.domain.terms import TermSettings
from chalicelib.domain.text import prose
from chalicelib.services.attachments import Attachments
from chalicelib.services.calls.metering import Metering
from chalicelib.services.changes import Change, Insert, Ref, Save
from chalicelib.services.disputes.acting import DisputeActing
from chalicelib.services.disputes.cases import on_timeline
from chalicelib.services.disputes.following import Following
from chalicelib.services.disputes.thread import keep
from chalicelib.services.keys import derive
from chalicelib.services.orders.reading import own_order
from chalicelib.services.orders.terms import OrderTerms
from chalicelib.services.orders.timeline import Said
from chalicelib.services.ports import Clock, Store
from chalicelib.services.retrying import ReadAgain, retry_on_conflict

OPEN = "open"


@dataclass(frozen=True)
class Disputes:
    """Every act is keyed: its repeat answers the dispute as it stands (D12). Each raises NotFound, Forbidden, WrongState, KeyReused,
    Unavailable, InvalidInput for what is said, and LimitReached for the eleventh file of a side."""

    acting: DisputeActing

    def answer(self, user_id: str, dispute_id: str, text: str, files: Sequence[str], *, key: str) -> Dispute:
        """The other side answers, and it goes to arbitration (D27)."""
        return self.acting.act(user_id, dispute_id, DisputeAct.ANSWER, acts.answered, said(text, files), key=key)

    def say(self, user_id: str, dispute_id: str, text: str, files: Sequence[str], *, key: str) -> Dispute:
        """A side writes in the thread (R85)."""
        return self.acting.act(
            user_id, dispute_id, DisputeAct.SAY, acts.said, said(text, files, at_least=0 if files else 1), key=key
        )

    def withdraw(self, user_id: str, dispute_id: str, *, key: str) -> Dispute:
        """Its opener withdraws it, and the order goes on."""
        return self.acting.act(user_id, dispute_id, DisputeAct.WITHDRAW, acts.withdrawn, key=key)

    def propose(self, user_id: str, dispute_id: str, to_customer_minor: int, text: str, *, key: str) -> Dispute:
        """A side proposes a split of what lies in dispute."""
        change = partial(acts.proposed, to_customer_minor=to_customer_minor)
        offer = Said(remark(text), facts={"to_customer_minor": to_customer_minor})
        return self.acting.act(user_id, dispute_id, DisputeAct.PROPOSE, change, offer, key=key)

    def agree(self, user_id: str, dispute_id: str, proposal: int, *, key: str) -> Dispute:
        """To the split that the other side has proposed under this number: the money moves. Raises Stale, NotCovered too."""
        change, named = partial(acts.agreed, serial=proposal), Said(facts={"proposal": proposal})
        return self.acting.act(user_id, dispute_id, DisputeAct.AGREE, change, named, key=key)

    def decline(self, user_id: str, dispute_id: str, proposal: int, *, key: str) -> Dispute:
        """The proposal of this number is declined, or taken back. Raises Stale too."""
        change, named = partial(acts.declined, serial=proposal), Said(facts={"proposal": proposal})
        return self.acting.act(user_id, dispute_id, DisputeAct.DECLINE, change, named, key=key)


@dataclass(frozen=True)
class Opening:
    """How a dispute begins: its order rests from the same commit on."""

    store: Store
    clock: Clock
    attachments: Attachments
    order_terms: OrderTerms
    metering: Metering
    following: Following
    terms: TermSettings

    def open(
        self, user_id: str, order_id: str, session_id: str | None, reason: str, files: Sequence[str], *, key: str
    ) -> Dispute:
        """A side of the order opens a dispute about it; of a consultation, about one of its sessions (R71, D27).

        Raises NotFound, InvalidInput, WrongState, WindowClosed, AlreadyDisputed, LimitReached, CallLive, KeyReused, Unavailable."""
        opening = said(reason, files)
        asked = replace(opening, facts={"session": _number(session_id)} if session_id else {})
        act_key = derive(OPEN, user_id, order_id, key)

        def attempt() -> tuple[Dispute, bool]:
            order = own_order(self.store, user_id, order_id)
            known = self._known(order, act_key, asked)
            if known is not None:
                return known, False
            by = Actor(user_id, order.party_of(user_id), self.clock.now_ms(), act_key)
            return self._open(order, session_id, asked, by), True

        dispute, fresh = retry_on_conflict(attempt)
        if fresh:
            self.following.opened(dispute)
        return dispute

    def _known(self, order: AnyOrder, act_key: str, asked: Said) -> Dispute | None:
        """The dispute that an earlier request of this key has opened."""
        ids = [dispute_id(order.id, number) for number in range(1, order.disputes + 1)]
        if not ids:
            return None
        events = [Ref(OrderEvent, ident, act_key) for ident in ids]
        found = self.store.read(*events)
        event = next((event for ref in events if (event := found.get(ref))), None)
        if event is None:
            return None
        if event.fingerprint != asked.fingerprint:
            raise KeyReused
        return self.store.get(Ref(Dispute, event.thread_id))

    def _open(self, order: AnyOrder, session_id: str | None, asked: Said, by: Actor) -> Dispute:
        if order.dispute is not None:
            raise AlreadyDisputed(dispute_id=order.dispute)
        order = self._caught_up(order, by.now_ms)
        session = None if session_id is None else self._session(order, session_id)
        about = claims.of_order(order, session, by.side, by.now_ms)
        opened = open_dispute(
            dispute_id=dispute_id(order.id, order.disputes + 1),
            order_id=order.id,
            customer_id=order.customer_id,
            performer_id=order.performer_id,
            opener=by.side,
            about=about,
            terms=self.terms.of_dispute(),
            now_ms=by.now_ms,
        )
        if asked.upload_ids:
            opened = acts.attached(opened, by, len(asked.upload_ids))
        self.store.commit(*self._changes(order, session, opened, asked, by))
        return opened

    def _changes(
        self, order: AnyOrder, session: Session | None, opened: Dispute, asked: Said, by: Actor
    ) -> Iterable[Change]:
        resting = replace(stop(order, opened.id, by.now_ms), disputed=(*order.disputed, by.side))
        yield Save(resting)
        yield from on_timeline(self.store, resting, opened, by)
        if session is not None:
            yield Save(replace(session, disputed=(*session.disputed, by.side)))
        claimed = self.attachments.claim(by.user_id, asked.upload_ids, opened.id)
        yield Insert(opened)
        yield from keep(self.store, opened, OPEN, by, asked, [one.said for one in claimed.attachments])
        yield from claimed.changes

    def _caught_up(self, order: AnyOrder, now_ms: int) -> AnyOrder:
        """What time has ended is over first. Raises ReadAgain when something was, and CallLive."""
        if lapsing(order, now_ms) is not None:
            self.order_terms.lapse(order.id)
            raise ReadAgain
        live = order.body.live if isinstance(order.body, Consultation) else None
        if live is None:
            return order
        caught_up = self.metering.advance(live, now_ms).order
        if caught_up.body.live is not None:
            raise CallLive(session_id=live)
        return caught_up

    def _session(self, order: AnyOrder, session_id: str) -> Session:
        session = self.store.get(Ref(Session, session_id)) if order_of(session_id) == order.id else None
        if session is None:
            raise NotFound(what="session")
        return session


def said(text: str, files: Sequence[str], *, at_least: int = TEXT_AT_LEAST) -> Said:
    """What somebody writes, with files. Raises InvalidInput."""
    check_ids(files)
    return Said(prose("text", text, at_least=at_least, at_most=TEXT_AT_MOST), tuple(files))


def remark(text: str) -> str:
    """What may be said with an act, and need not. Raises InvalidInput."""
    return prose("text", text, at_least=0, at_most=TEXT_AT_MOST)


def _number(session_id: str) -> int:
    """Of a session within its order; what is none is no session."""
    number = session_id.rpartition("-")[2]
    return int(number) if number.isdecimal() and number.isascii() else 0
