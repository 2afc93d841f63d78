"""Faults put into the real code, one fence or promise at a time: what the simulation must notice."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.billing import boundaries, clock, ends, ledger, losses
from chalicelib.billing import metering as rules
from chalicelib.billing.ledger import BlockTerms, Entry
from chalicelib.billing.steps import Lease, Step, View
from chalicelib.domain.accounts import Account
from chalicelib.domain.durations import Durations
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.order import Order
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Event, Heartbeat, Reason, Session, State
from chalicelib.domain.unpaid import is_unpaid
from chalicelib.services.calls import calls, holders, metering, sessions, ticking, unpaid
from chalicelib.services.calls.notifying import Gone
from chalicelib.services.calls.watermarks import Watermark
from chalicelib.services.changes import AccountChange, Change, Put, Ref, Require, RequireAbsent, RequireShort
from chalicelib.services.ports import Snapshot
from chalicelib.storage import operations
from chalicelib.storage.operations import Operations
from chalicelib.storage.store import DynamoStore

Patch = pytest.MonkeyPatch


def no_version_guard(patch: Patch) -> None:
    """A save overwrites whatever was written meanwhile."""
    patch.setattr(operations, "_version_guard", lambda entity: {"ConditionExpression": "attribute_exists(pk)"})


def limits_are_forgotten(patch: Patch) -> None:
    """A boundary does not ask for the customer's limit (E24)."""
    patch.setattr(Session, "at_limit", False)


def no_money_guard(patch: Patch) -> None:
    """A debit looks at the account before, and not when it is written."""
    honest = operations._account_update

    def careless(change: AccountChange) -> dict[str, Any]:
        update = honest(replace(change, seen_minor=None))
        update["ConditionExpression"] = update["ConditionExpression"].replace(" AND available_minor >= :price", "")
        update["ExpressionAttributeValues"].pop(":price", None)
        return update

    patch.setattr(operations, "_account_update", careless)


def read_modify_write(patch: Patch) -> None:
    """The new balance is reckoned from what was read, and set."""
    honest = operations._account_update

    def careless(change: AccountChange) -> dict[str, Any]:
        update = honest(replace(change, seen_minor=None))
        if change.seen_minor is not None and change.available_delta_minor:
            total = change.seen_minor + change.available_delta_minor
            update["UpdateExpression"] = update["UpdateExpression"].replace("available_minor + :delta", ":delta")
            update["ExpressionAttributeValues"][":delta"] = {"N": str(total)}
        return update

    patch.setattr(operations, "_account_update", careless)


def no_journal_condition(patch: Patch) -> None:
    """The journal is put over."""
    honest = Operations._record

    def careless(self: Operations, entry: Any) -> dict[str, Any]:
        put = honest(self, entry)
        del put["Put"]["ConditionExpression"]
        return put

    patch.setattr(Operations, "_record", careless)


def no_audit(patch: Patch) -> None:
    """The tick hands over what lies ahead and never looks back."""
    patch.setattr(ticking.Ticking, "_look_back", lambda self, run: None)


def no_look_ahead(patch: Patch) -> None:
    """The tick only repairs: nothing is handed to the queue beforehand."""
    patch.setattr(ticking.Ticking, "_look_ahead", lambda self, run: None)


def deaf_rules(patch: Patch) -> None:
    """A pause stops nothing: what falls due is debited."""
    honest = rules.due

    def careless(view: View, now_ms: int, durations: Durations) -> Step | None:
        if view.session.state is State.RUNNING and view.session.lost:
            awake = replace(view, session=replace(view.session, lost=()))
            step = honest(awake, now_ms, durations)
            if step is not None and step.event is Event.BLOCK:
                return replace(step, session=replace(step.session, lost=view.session.lost))
        return honest(view, now_ms, durations)

    patch.setattr(rules, "due", careless)


def dead_lines_pay(patch: Patch) -> None:
    """Nobody asks whether the two sides are still there."""
    patch.setattr(rules, "_alive", lambda view, side, due_ms, durations: True)


def answering_is_media(patch: Patch) -> None:
    """A page that answers brings its silent side back, whether its media flows or not."""
    patch.setattr(losses, "come_back", losses._back)


def a_line_is_media(patch: Patch) -> None:
    """Whoever takes a side is believed to have media, too."""
    honest = Heartbeat.held_by

    def careless(self: Heartbeat, connection_id: str, now_ms: int) -> Heartbeat:
        return replace(honest(self, connection_id, now_ms), media_at_ms=now_ms)

    patch.setattr(Heartbeat, "held_by", careless)


def bytes_count_anew(patch: Patch) -> None:
    """A page that answers over its old line counts from nothing."""
    honest = Heartbeat.held_by

    def careless(self: Heartbeat, connection_id: str, now_ms: int) -> Heartbeat:
        return replace(honest(self, connection_id, now_ms), media_bytes=0)

    patch.setattr(Heartbeat, "held_by", careless)


def _changes_without(patch: Patch, unwanted: Callable[[Change], bool]) -> None:
    honest = metering.changes

    def careless(view: View, step: Step) -> tuple[Change, ...]:
        return tuple(change for change in honest(view, step) if not unwanted(change))

    patch.setattr(metering, "changes", careless)


def no_pause_fence(patch: Patch) -> None:
    """A side is paused by what was read of it, though it has reported since."""
    _changes_without(patch, lambda change: isinstance(change, Require | RequireAbsent))


def no_cut_fence(patch: Patch) -> None:
    """A top-up of the last second does not stop the cut."""
    _changes_without(patch, lambda change: isinstance(change, RequireShort))


def no_lease(patch: Patch) -> None:
    """An answer does not make the performer busy."""
    honest = metering.changes

    def careless(view: View, step: Step) -> tuple[Change, ...]:
        return honest(view, replace(step, lease=Lease.KEEP))

    patch.setattr(metering, "changes", careless)


def lease_for_ever(patch: Patch) -> None:
    """An end forgets that the performer is free again."""
    honest = metering.changes

    def careless(view: View, step: Step) -> tuple[Change, ...]:
        return honest(view, replace(step, lease=Lease.KEEP) if step.lease is Lease.FREE else step)

    patch.setattr(metering, "changes", careless)


def told_before_written(patch: Patch) -> None:
    """Both sides are told, and only then is it written."""
    honest = metering.Metering.apply

    def careless(self: metering.Metering, view: View, step: Step, now_ms: int, *with_it: Change) -> tuple[Step, Gone]:
        if step.event is Event.BLOCK:
            self.notifier.of(view, step)
        return honest(self, view, step, now_ms, *with_it)

    patch.setattr(metering.Metering, "apply", careless)


def any_line_is_the_line(patch: Patch) -> None:
    """The closing of a line that was replaced pauses the session all the same."""
    honest = losses.lose

    def careless(view: View, side: Side, connection_id: str, now_ms: int, durations: Durations) -> Step | None:
        heard: Heartbeat | None = view.heard_of(side)
        return honest(view, side, heard.connection_id if heard else connection_id, now_ms, durations)

    patch.setattr(losses, "lose", careless)


def each_pause_anew(patch: Patch) -> None:
    """Every pause has the whole time to return, however many there were since the last boundary."""
    honest = losses._back

    def careless(view: View, side: Side, now_ms: int) -> Step | None:
        step = honest(view, side, now_ms)
        return step and replace(step, session=replace(step.session, pause_left_ms=None))

    patch.setattr(losses, "_back", careless)


def clocks_against_the_unheard(patch: Patch) -> None:
    """The last mark starts the clock, whoever is there."""
    patch.setattr(clock, "_here", lambda view, session, side, now_ms, durations: True)


def drifting_boundaries(patch: Patch) -> None:
    """A boundary is counted a little long."""
    honest = boundaries.boundary_ms

    def careless(session: Session, k: int, durations: Durations) -> int:
        return honest(session, k, durations) + 10 * k

    patch.setattr(boundaries, "boundary_ms", careless)


def hang_ups_lose_their_boundary(patch: Patch) -> None:
    """A hang-up ends the session without billing what fell due before it."""
    honest = metering.Metering.advance

    def careless(self: metering.Metering, session_id: str, now_ms: int, parties: Any = None, by: Any = None) -> View:
        return self.view(session_id, parties, by) if parties is None else honest(self, session_id, now_ms, parties, by)

    patch.setattr(metering.Metering, "advance", careless)


def no_wake_for_the_returned(patch: Patch) -> None:
    """A session that is back is left to whatever the tick has handed over."""
    honest = metering.Metering._wake

    def careless(self: metering.Metering, view: View, step: Step, now_ms: int) -> None:
        if step.event is not Event.RESUME:
            honest(self, view, step, now_ms)

    patch.setattr(metering.Metering, "_wake", careless)


def nothing_comes_back(patch: Patch) -> None:
    """Our own outage is told as the reason, and the block is kept."""
    honest = ends._excuse
    patch.setattr(ends, "_excuse", lambda end: replace(honest(end), returned=None))


def the_performer_pays(patch: Patch) -> None:
    """What goes back to the customer is taken from the performer."""
    honest = ledger.give_back

    def careless(of: BlockTerms, **which: int) -> Entry:
        entry = honest(of, **which)
        payer = replace(entry.postings[0], account=ledger.user(of.performer_id))
        return replace(entry, postings=(payer, *entry.postings[1:]))

    patch.setattr(ledger, "give_back", careless)


def outages_are_nobodys(patch: Patch) -> None:
    """The watermark moves, and nobody remembers for how long it had not."""
    patch.setattr(Watermark, "outages", lambda self, now_ms, durations: ())


def any_loss_is_ours(patch: Patch) -> None:
    """Who lost both sides has its block back, whenever it lost them."""
    patch.setattr(ends, "end_lost", _always_excused(ends.end_lost))


def _always_excused(honest: Callable[[View, Durations], Step]) -> Callable[[View, Durations], Step]:
    def careless(view: View, durations: Durations) -> Step:
        end = honest(view, durations)
        return ends._excuse(end) if end.loses_both else end

    return careless


def questions_are_free(patch: Patch) -> None:
    """A text call never counts as unpaid."""
    honest = is_unpaid

    def careless(session: Session, *, replied: bool, **known: bool) -> bool:
        return session.mode is not Mode.TEXT and honest(session, replied=replied, **known)

    patch.setattr(unpaid, "is_unpaid", careless)


def hang_ups_are_free(patch: Patch) -> None:
    """Only what the service itself ends counts as unpaid, and a void."""
    honest = is_unpaid

    def careless(session: Session, **known: bool) -> bool:
        return session.reason is not Reason.CUSTOMER_HANGUP and honest(session, **known)

    patch.setattr(unpaid, "is_unpaid", careless)


def unpaid_calls_go_on(patch: Patch) -> None:
    """They are counted, and nobody is refused."""
    patch.setattr(calls, "is_over_limit", lambda store, noted: False)


def one_session_a_line(patch: Patch) -> None:
    """A line remembers the last session that it entered."""
    patch.setattr(holders, "Join", lambda user, ident: Put(replace(user, session_ids=frozenset({ident}))))


def returns_miss_pauses(patch: Patch) -> None:
    """A side is taken without asking whether it was paused since the session was read."""
    patch.setattr(sessions, "Require", lambda session: RequireAbsent(Ref(Order, f"not {session.id}")))


def entities_are_changed(patch: Patch) -> None:
    """Whoever reads an account changes what they have read, which others read too."""
    honest = DynamoStore.read

    def careless(self: DynamoStore, *refs: Ref[Any]) -> Snapshot:
        found = honest(self, *refs)
        for ref in refs:
            if ref.kind is Account and (account := found.get(ref)) is not None:
                vars(account)["currency"] = "EUR"
        return found

    patch.setattr(DynamoStore, "read", careless)
