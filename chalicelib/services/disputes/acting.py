"""An act in a dispute: one way, from the read to the commit and to telling all who have a part in it (D12, D27, D28, D34)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from chalicelib.domain.access import Caller
from chalicelib.domain.disputes import acts
from chalicelib.domain.disputes.acts import Actor
from chalicelib.domain.disputes.dispute import LIFECYCLE, Dispute, DisputeAct, asked, party_of
from chalicelib.domain.errors import Forbidden, KeyReused, NotFound
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.people import StaffAct
from chalicelib.services.attachments import Attachments
from chalicelib.services.changes import Change, Insert, Ref, Save
from chalicelib.services.disputes.cases import case_of, ending
from chalicelib.services.disputes.following import Following
from chalicelib.services.disputes.terms import DisputeTerms
from chalicelib.services.disputes.thread import keep
from chalicelib.services.keys import derive
from chalicelib.services.orders.timeline import NOTHING_SAID, Said
from chalicelib.services.ports import Clock, Ids, Store
from chalicelib.services.retrying import ReadAgain, retry_on_conflict


@dataclass(frozen=True)
class DisputeActing:
    """What all acts share. Each is kept in the dispute's thread, by which its repeat is recognised, however much has happened since."""

    store: Store
    clock: Clock
    ids: Ids
    attachments: Attachments
    terms: DisputeTerms
    following: Following

    def act(
        self,
        who: str | Caller,
        dispute_id: str,
        act: DisputeAct,
        change: Callable[[Dispute, Actor], Dispute],
        said: Said = NOTHING_SAID,
        *,
        key: str,
    ) -> Dispute:
        """The dispute after an act of one of its sides (their id), or of staff; after a repeat, as it stands (D12).

        Raises NotFound, Forbidden before the phase is looked at (D34), also to staff who are a side (D28), WrongState, InvalidInput,
        KeyReused, Unavailable, and what `change` raises."""
        user_id = who.user_id if isinstance(who, Caller) else who
        act_key = derive(act, user_id, dispute_id, key)

        def attempt() -> tuple[Dispute, Dispute, Actor | None]:
            dispute, event = self._read(dispute_id, act_key)
            by = self._actor(dispute, who, act, act_key)
            if event is not None:
                _check_same(event, said)
                return dispute, dispute, None
            LIFECYCLE.permit(act, by.party)
            if self.terms.go_on_if_over(dispute, by.now_ms):
                raise ReadAgain
            changed = change(dispute, by)
            if said.upload_ids:
                changed = acts.attached(changed, by, len(said.upload_ids))
            self.store.commit(*self._changes(dispute, changed, act, by, said))
            return dispute, replace(changed, version=changed.version + 1), by

        before, dispute, by = retry_on_conflict(attempt)
        if by is not None:
            self.following.acted(before, dispute, act, by.party, asked(said.facts))
        return dispute

    def _read(self, dispute_id: str, act_key: str) -> tuple[Dispute, OrderEvent | None]:
        dispute_ref, event_ref = Ref(Dispute, dispute_id), Ref(OrderEvent, dispute_id, act_key)
        found = self.store.read(dispute_ref, event_ref)
        dispute = found.get(dispute_ref)
        if dispute is None:
            raise NotFound(what="dispute")
        return dispute, found.get(event_ref)

    def _actor(self, dispute: Dispute, who: str | Caller, act: DisputeAct, key: str) -> Actor:
        user_id, roles = (who.user_id, who.roles) if isinstance(who, Caller) else (who, frozenset())
        party = party_of(dispute, user_id, roles)
        if party is None:
            raise NotFound(what="dispute")
        if isinstance(who, Caller) and dispute.side_of(user_id) is not None:
            raise Forbidden(action=f"{LIFECYCLE.what}.{act}")
        return Actor(user_id, party, self.clock.now_ms(), key)

    def _changes(self, before: Dispute, changed: Dispute, act: DisputeAct, by: Actor, said: Said) -> Iterable[Change]:
        """All that one act writes, in one commit."""
        yield Save(changed)
        claimed = self.attachments.claim(by.user_id, said.upload_ids, before.id)
        stored = replace(changed, version=changed.version + 1)
        yield from keep(self.store, stored, act, by, said, [one.said for one in claimed.attachments])
        yield from claimed.changes
        if changed.ended_ms is not None:
            yield from ending(self.store, case_of(self.store, before), changed, by)
        if before.side_of(by.user_id) is None:
            facts = {name: str(number) for name, number in said.facts.items()}
            yield Insert(staff_act(self.ids, before, by.user_id, f"{LIFECYCLE.what}.{act}", by.now_ms, facts))


def staff_act(ids: Ids, dispute: Dispute, user_id: str, act: str, now_ms: int, facts: dict[str, str]) -> StaffAct:
    """A line of the audit log of staff (D28): what was done, not what was said."""
    return StaffAct(ids.new(), now_ms, user_id, act, dispute.id, {"phase": str(dispute.phase), **facts})


def _check_same(event: OrderEvent, said: Said) -> None:
    if event.fingerprint != said.fingerprint:
        raise KeyReused
