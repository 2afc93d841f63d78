"""What must hold of every state and of every commit, written down apart from the rules (docs/adr/0004)."""

from collections import Counter

from chalicelib.billing import ledger
from chalicelib.billing.ledger import Entry
from chalicelib.billing.ledger import Kind as Why
from chalicelib.domain.accounts import Account
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import ConsultationState, Prepaid
from chalicelib.domain.orders.order import ConsultationOrder, Order
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import NO_CLOCK, Cause, Event, FirstBlock, Heartbeat, Reason, Session, State
from chalicelib.services.calls.watermarks import MARK
from chalicelib.services.changes import Ref
from tests.model.engine.model import Decision
from tests.model.metering.acts import SHARE, Act, Kind
from tests.model.metering.rules import TINY
from tests.model.metering.stored import Stored

LIVE = (State.ANSWERED, State.RUNNING, State.CLOSING)


def broken_state(stored: Stored) -> str | None:
    """The first invariant that a stored state breaks, or None."""
    debits: Counter[tuple[str, int]] = Counter()
    for entry in stored.journal.values():
        if entry.kind in (Why.BLOCK, Why.BLOCK_RETURN):
            debits[entry.subject, entry.k] += 1 if entry.kind is Why.BLOCK else -1
    sessions: dict[str, Session] = {session.id: session for session in stored.of(Session)}
    return (
        _money(stored)
        or next((f"{who} is debited twice for block {k}" for (who, k), times in debits.items() if times > 1), None)
        or next((invariant for order in stored.of(Order) if (invariant := _order(order, sessions))), None)
        or next((invariant for account in stored.of(Account) if (invariant := _lease(account, sessions))), None)
        or next((invariant for session in sessions.values() if (invariant := _session(stored, session, debits))), None)
    )


def _money(stored: Stored) -> str | None:
    truth = ledger.balances(stored.journal.values())
    if sum(truth.values()):
        return "the journal does not sum to zero"
    for account in stored.of(Account):
        if account.available_minor < 0:
            return f"{account.user_id} is overdrawn"
        if account.available_minor != truth.get(ledger.user(account.user_id), 0):
            return f"the balance of {account.user_id} is not the sum of its postings"
        if account.fee_minor != truth.get(ledger.fee(account.user_id), 0):
            return f"the commission of {account.user_id} is not the sum of its postings"
    for order in stored.of(Order):
        if order.escrow_minor != truth.get(ledger.escrow(order.id), 0):
            return f"the escrow of {order.id} is not the sum of its postings"
    return None


def _order(order: ConsultationOrder, sessions: dict[str, Session]) -> str | None:
    if (order.escrow_minor == order.terms.price_minor) != (
        order.body.prepaid is Prepaid.HELD
    ) or order.escrow_minor < 0:
        return f"{order.id} holds {order.escrow_minor} and its prepaid block is {order.body.prepaid}"
    alive = [s.id for s in sessions.values() if s.order_id == order.id and s.state is not State.ENDED]
    if alive != ([order.body.live] if order.body.live else []):
        return f"the lease of {order.id} is {order.body.live}, and {alive} are alive"
    if alive and order.body.state is not ConsultationState.OPEN:
        return f"{order.id} is {order.body.state} under a live session"
    return None


def _lease(account: Account, sessions: dict[str, Session]) -> str | None:
    at_work = [s.id for s in sessions.values() if s.performer_id == account.user_id and s.state in LIVE]
    if at_work != ([account.busy] if account.busy else []):
        return f"{account.user_id} is busy with {account.busy}, and at work in {at_work}"
    return None


def _session(stored: Stored, session: Session, debits: Counter[tuple[str, int]]) -> str | None:
    billed = sum(times for (who, _), times in debits.items() if who == session.id)
    if billed != session.charged_blocks:
        return f"{session.id} counts {session.charged_blocks} billed blocks, the journal {billed}"
    order = stored.entities[Ref(Order, session.order_id)]
    held = session.first_block is FirstBlock.HELD and session.state is not State.ENDED
    if held and order.body.prepaid is not Prepaid.HELD:
        return f"the prepaid block of {order.id} is gone under {session.id}, which rests on it"
    if session.state is not State.ENDED or session.clock_started_ms is None or session.ended_ms is None:
        return None
    lasted = session.ended_ms - session.clock_started_ms
    if not session.blocks_paid * TINY.block_ms <= lasted:
        return f"{session.id} ended at {lasted} after it was debited block {session.blocks_paid}"
    if lasted > (session.blocks_paid + 1) * TINY.block_ms:
        return f"{session.id} ended at {lasted}, beyond its {session.blocks_paid + 1} blocks"
    if session.reason is Reason.VOID or (session.reason is Reason.SERVICE_OUTAGE and not billed):
        return _void(session, order, lasted, billed) or _given_back(stored, session, 0)
    if not billed and (lasted or session.first_block is not FirstBlock.UNPAID):
        return f"{session.id} ended unpaid at {lasted} and is not void"
    return _given_back(stored, session, 1 if session.reason is Reason.SERVICE_OUTAGE else 0)


def _given_back(stored: Stored, session: Session, blocks: int) -> str | None:
    """So many blocks came back to the customer, the last ones: the platform paid, and the performer kept what they had."""
    back = [
        entry for entry in stored.journal.values() if entry.subject == session.id and entry.kind is Why.SERVICE_OUTAGE
    ]
    if [entry.k for entry in back] != [session.blocks_paid] * blocks:
        return f"{session.id} ended as {session.reason}, and {len(back)} blocks came back"
    for entry in back:
        if entry.of(ledger.user(session.customer_id)) != session.price_minor:
            return f"of block {entry.k} of {session.id} not the whole price came back"
        if entry.of(ledger.fee(session.performer_id)) != -session.price_minor:
            return f"block {entry.k} of {session.id} came back, and the platform did not pay for it"
    return None


def _void(session: Session, order: ConsultationOrder, lasted: int, billed: int) -> str | None:
    if billed or lasted >= TINY.void_ms:
        return f"{session.id} is void, lasted {lasted} and is billed {billed} blocks"
    first = session.ended_by == (Side.PERFORMER,)
    if {loss.side for loss in session.lost} == {Side.CUSTOMER} and not first and order.body.leave_right:
        return f"the customer dropped out of {session.id} for free and keeps the right"
    return None


def broken_commit(before: Stored, after: Stored, act: Act, decision: Decision, at: int) -> str | None:
    """The first invariant that a commit breaks, or None. `at` is when the act was received."""
    if not before.journal.items() <= after.journal.items():
        return "the journal is not append-only"
    for ref, now in after.entities.items():
        if ref.kind is not Session:
            continue
        was = before.entities.get(ref)
        if was is None or was == now:
            continue
        invariant = (
            _debit(before, after, was)
            or _returned(before, after, act, now, at)
            or _begun(before, act, was, now, at)
            or _cut(before, was, now)
            or _limit(act, was, now)
            or _pause(before, act, was, now)
            or _allowance(was, now, at)
            or _return(act, was, now)
            or _present(act, was, now, at)
            or _gone(before, act, was, now)
            or _claim(before, act, decision, was, now, at)
            or _outage(before, act, was, now, at)
        )
        if invariant:
            return invariant
    return _media(before, after, act)


def _debit(before: Stored, after: Stored, was: Session) -> str | None:
    """No debit outside of RUNNING, while paused, or of a side that was not heard from; but the end and the clock take block 0."""
    for entry in _new(before, after, was):
        if entry.kind is Why.BLOCK_RETURN:
            continue
        if was.state is State.ANSWERED and entry.k == 0:
            continue
        if was.state is not State.RUNNING:
            return f"{was.id} is debited while {was.state}"
        if was.lost and after.entities[Ref(Session, was.id)].state is not State.ENDED:
            return f"{was.id} is debited while it is paused"
        if entry.k and any(not _heard_before(before, was, side, entry.at_ms) for side in Side):
            return f"block {entry.k} of {was.id} is debited, and a side was not heard from"
    return None


def _new(before: Stored, after: Stored, session: Session) -> list[Entry]:
    return [entry for key, entry in after.journal.items() if key not in before.journal and entry.subject == session.id]


def _returned(before: Stored, after: Stored, act: Act, now: Session, at: int) -> str | None:
    """A block is returned by the end alone that a hang-up made, which was received before the block began."""
    for entry in _new(before, after, now):
        if entry.kind is not Why.BLOCK_RETURN:
            continue
        if act.kind is not Kind.HANG_UP or now.state is not State.ENDED or at >= entry.at_ms - 1:
            return f"block {entry.k} of {now.id} is returned at {at}"
    return None


def _begun(before: Stored, act: Act, was: Session, now: Session, at: int) -> str | None:
    """No clock starts against a side that was not heard from lately; whoever acts is."""
    if was.state is not State.ANSWERED or now.state is not State.RUNNING:
        return None
    marks = {Side.CUSTOMER: (now.media_ms, now.second_text_ms), Side.PERFORMER: (now.started_ms,)}
    for side in set(Side) - {act.side}:
        heard: Heartbeat | None = before.entities.get(Ref(Heartbeat, was.id, side))
        last = max([heard.at_ms if heard else -99, *(mark for mark in marks[side] if mark is not None)])
        if last < at - TINY.heard_ms:
            return f"the clock of {was.id} starts against the {side}, who was not heard from"
    return None


def _allowance(was: Session, now: Session, at: int) -> str | None:
    """All pauses between two boundaries share one time to return."""
    if was.state is not State.RUNNING or now.state is not State.RUNNING:
        return None
    if (
        now.lost
        and not was.lost
        and (now.resume_by_ms or 0) - at > (TINY.resume_ms if was.pause_left_ms is None else was.pause_left_ms)
    ):
        return f"{was.id} is paused beyond its time to return"
    if now.lost and was.lost and now.resume_by_ms != was.resume_by_ms:
        return f"{was.id} is given another time to return"
    if was.lost and not now.lost and (now.pause_left_ms is None or now.pause_left_ms > (was.resume_by_ms or 0) - at):
        return f"{was.id} forgets how much of its time to return is left"
    return None


def _heard_before(stored: Stored, session: Session, side: Side, due: int) -> bool:
    heard: Heartbeat | None = stored.entities.get(Ref(Heartbeat, session.id, side))
    if heard is None:
        return False
    return (heard.media_at_ms if session.mode is Mode.VIDEO else heard.at_ms) >= due - TINY.heard_ms


def _cut(before: Stored, was: Session, now: Session) -> str | None:
    account = before.entities[Ref(Account, was.customer_id)]
    dry = now.state is State.CLOSING or (now.reason is Reason.INSUFFICIENT_FUNDS and was.state is not State.CLOSING)
    if dry and account.available_minor >= was.price_minor:
        return f"{was.id} is cut although the customer can pay"
    return None


def _limit(act: Act, was: Session, now: Session) -> str | None:
    """The limit that stands at a boundary is the end: no block goes beyond it, nothing else ends there by it, and the customer alone
    changes it, never to less than was begun."""
    if was.limit_blocks != now.limit_blocks and act.kind is not Kind.LIMIT:
        return f"the limit of {was.id} is changed, and nobody asked for that"
    if now.blocks_paid > was.blocks_paid and was.limit_blocks is not None and now.blocks_paid >= was.limit_blocks:
        return f"block {now.blocks_paid} of {was.id} goes beyond its limit of {was.limit_blocks}"
    if now.limit_blocks is not None and now.blocks_paid >= now.limit_blocks:
        return f"the limit of {was.id} is less than the block under way"
    if now.reason is not Reason.LIMIT_REACHED:
        return None
    at = (now.ended_ms or 0) - (now.clock_started_ms or 0)
    if was.limit_blocks is None or at != was.limit_blocks * TINY.block_ms:
        return f"{was.id} ended at {at} by its limit of {was.limit_blocks} blocks"
    return None


def _pause(before: Stored, act: Act, was: Session, now: Session) -> str | None:
    for loss in now.lost:
        if loss.side in {known.side for known in was.lost}:
            continue
        heard: Heartbeat | None = before.entities.get(Ref(Heartbeat, was.id, loss.side))
        if (
            act.kind in (Kind.LOSE, Kind.LEAVE)
            and act.side is loss.side
            and heard is not None
            and heard.connection_id == act.line
        ):
            continue
        if _heard_before(before, was, loss.side, (was.clock_started_ms or 0) + (was.blocks_paid + 1) * TINY.block_ms):
            return f"{was.id} pauses for {loss.side}, who is there"
    return None


def _return(act: Act, was: Session, now: Session) -> str | None:
    """A side is back by what was missing: its page; or, if it was silent, a sign of life, which in a video session no page is."""
    if now.state is State.ENDED:
        return None
    for loss in was.lost:
        if loss in now.lost:
            continue
        if act.side is not loss.side or act.kind not in (Kind.BACK, Kind.REPORT, Kind.HANG_UP):
            return f"{loss.side} is back in {was.id} and has done nothing"
        if act.kind in (Kind.BACK, Kind.HANG_UP) and loss.cause is Cause.SILENCE and was.mode is Mode.VIDEO:
            return f"{loss.side} is back in {was.id} without media"
        if act.kind is Kind.REPORT and loss.cause is Cause.CONNECTION:
            return f"{loss.side} is back in {was.id} without a page"
    return None


def _present(act: Act, was: Session, now: Session, at: int) -> str | None:
    """Who returns in time, if only to hang up, was present until then: it does not end as their loss. A hang-up that was received before
    anybody was lost is the end, whoever is lost meanwhile; one that was received after the other side was is not."""
    if act.kind is not Kind.HANG_UP or now.state is not State.ENDED or at >= (was.resume_by_ms or 0):
        return None
    if _hung_up_first(act, was, at):
        left = now.ended_by == (act.side,)
        return None if left else f"the {act.side} hung up {was.id} first, and it was ended by {now.ended_by}"
    if now.ended_by == (act.side,) and any(loss.side is not act.side and loss.since_ms <= at for loss in was.lost):
        return f"the {act.side} hung up {was.id}, which had lost the other side before"
    mine = [
        loss for loss in was.lost if loss.side is act.side and (loss.cause is Cause.CONNECTION or was.mode is Mode.TEXT)
    ]
    return f"the {act.side} hung up {was.id}, and it ended as if they had not been there" if mine else None


def _hung_up_first(act: Act, was: Session, at: int) -> bool:
    """Whether a hang-up was received before anybody was lost."""
    if act.kind is not Kind.HANG_UP or not was.lost:
        return False
    boundary = (was.clock_started_ms or 0) + (was.blocks_paid + 1) * TINY.block_ms
    return at < min(boundary, *(loss.since_ms for loss in was.lost))


def _gone(before: Stored, act: Act, was: Session, now: Session) -> str | None:
    """Nobody is given up who is on another line by now."""
    if act.kind is not Kind.LEAVE or was.state not in NO_CLOCK or now.reason is not Reason.CONNECTION_LOST:
        return None
    heard: Heartbeat | None = before.entities.get(Ref(Heartbeat, was.id, act.side))
    if heard is not None and heard.connection_id == act.line:
        return None
    return f"{was.id} is given up for the {act.side}, who is back"


def _outage(before: Stored, act: Act, was: Session, now: Session, at: int) -> str | None:
    """Our own outage ends a session if both sides were lost and nobody is there again, which after an outage takes a new line; or hung up
    before that was noticed."""
    if now.state is not State.ENDED or _hung_up_first(act, was, at):
        return None
    ours = now.reason is Reason.SERVICE_OUTAGE
    lost = MARK in before.entities and len(was.lost) == len(Side)
    if lost and all(before.entities[Ref(Heartbeat, was.id, side)].connection_id == "1" for side in Side):
        return None if ours else f"our own outage ended {was.id}, which ends as {now.reason}"
    return f"{was.id} ends by our own outage, and it was not that" if ours else None


def _media(before: Stored, after: Stored, act: Act) -> str | None:
    for ref, now in after.entities.items():
        was = before.entities.get(ref)
        if (
            ref.kind is Heartbeat
            and was is not None
            and now.media_at_ms > was.media_at_ms
            and act.kind is not Kind.REPORT
        ):
            return f"media of the {now.side} is believed without a report"
    return None


def _claim(before: Stored, act: Act, decision: Decision, was: Session, now: Session, at: int) -> str | None:
    """The receipt of a hang-up is the end: what was committed for later is returned, unless the performer has spent it."""
    if act.kind is not Kind.HANG_UP or decision.event is not Event.END or was.state is not State.RUNNING or was.lost:
        return None
    if was.clock_started_ms is None or decision.again:
        return None
    floor = was.clock_started_ms + was.blocks_paid * TINY.block_ms
    if was.first_block is FirstBlock.SETTLED:
        floor = max(floor, was.clock_started_ms + TINY.void_ms)
    performer: Account = before.entities[Ref(Account, was.performer_id)]
    if at < floor and performer.available_minor >= SHARE:
        floor = was.clock_started_ms + max(0, was.blocks_paid - 1) * TINY.block_ms
    if now.ended_ms != max(at, floor):
        return f"{was.id} was hung up at {at} and ended at {now.ended_ms}"
    return None
