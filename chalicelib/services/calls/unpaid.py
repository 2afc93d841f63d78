"""Unpaid answered calls of a customer and a performer: counted as they end, and before the next (D13)."""

from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.billing.steps import Step, View
from chalicelib.domain.connections import Connection
from chalicelib.domain.durations import Durations
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.order import ConsultationOrder
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Session
from chalicelib.domain.unpaid import UNPAID_A_DAY, UnpaidCalls, counts, is_unpaid
from chalicelib.services.calls.watermarks import MARK, Watermark
from chalicelib.services.changes import Insert, Ref, Save
from chalicelib.services.ports import Listing, Store
from chalicelib.services.retrying import retry_on_conflict


def unpaid_ref(of: ConsultationOrder | Session, now_ms: int) -> Ref[UnpaidCalls]:
    """Where the pair's unpaid calls of this UTC day are noted."""
    day = datetime.fromtimestamp(now_ms / 1000, UTC).date().isoformat()
    return Ref(UnpaidCalls, of.customer_id, of.performer_id, day)


def unpaid_left(store: Store, noted: UnpaidCalls | None) -> int:
    """How many more calls of the pair may stay unpaid on that day. One that is noted is believed; of more, the sessions are asked."""
    ids = noted.session_ids if noted else ()
    if len(ids) < 2:
        return UNPAID_A_DAY - len(ids)
    found = store.read(*(Ref(Session, ident) for ident in ids)).found.values()
    return max(0, UNPAID_A_DAY - sum(counts(session) for session in found))


def is_over_limit(store: Store, noted: UnpaidCalls | None) -> bool:
    """Whether the day's unpaid calls are used up."""
    return noted is not None and len(noted.session_ids) >= UNPAID_A_DAY and not unpaid_left(store, noted)


def counted(store: Store, view: View, step: Step, now_ms: int, durations: Durations) -> Step:
    """The step; if it ends a call unpaid, with how many more there may be. That is noted before the end is committed, so no crash forgets
    it; a note that loses every race keeps nobody from ending."""
    session, performer = step.session, view.heard_of(Side.PERFORMER)
    if performer is None or not is_unpaid(session, replied=True, performer_there=True):
        return step
    ref, connection = unpaid_ref(session, now_ms), Ref(Connection, performer.connection_id)
    found = store.read(ref, connection, MARK)
    replied = session.mode is Mode.TEXT and bool(store.page(Listing.SAID_BY_PERFORMER, session.id, limit=1).items)
    there, in_outage = found.get(connection) is not None, _in_outage(session, found.get(MARK), now_ms, durations)
    if not is_unpaid(session, replied=replied, performer_there=there, in_outage=in_outage):
        return step
    noted = _note(store, ref, found.get(ref) or _none_yet(ref), session.id)
    if noted is None:
        return step
    return replace(step, session=replace(session, unpaid_left=unpaid_left(store, noted)))


def _in_outage(session: Session, mark: Watermark | None, now_ms: int, durations: Durations) -> bool:
    from_ms, to_ms = session.answered_ms or now_ms, session.ended_ms or now_ms
    return mark is not None and any(outage.touches(from_ms, to_ms) for outage in mark.outages(now_ms, durations))


def _none_yet(ref: Ref[UnpaidCalls]) -> UnpaidCalls:
    customer_id, performer_id, day = ref.key
    return UnpaidCalls(customer_id, performer_id, day)


def _note(store: Store, ref: Ref[UnpaidCalls], known: UnpaidCalls, session_id: str) -> UnpaidCalls | None:
    """The note with this session in it; `known` is the note as it was read. None: it lost every race."""
    unread = [known]

    def attempt() -> UnpaidCalls | None:
        known = unread.pop() if unread else store.get(ref) or _none_yet(ref)
        if session_id in known.session_ids:
            return known
        noted = replace(known, session_ids=(*known.session_ids, session_id))
        store.commit(Save(noted) if known.session_ids else Insert(noted))
        return noted

    return retry_on_conflict(attempt, otherwise=lambda: None)
