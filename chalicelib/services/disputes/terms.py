"""What time does to disputes: the reminder of the answer, and phases that go on when nobody speaks (D31)."""

import logging
from dataclasses import dataclass, replace

from chalicelib.domain.disputes import acts
from chalicelib.domain.disputes.acts import Actor
from chalicelib.domain.disputes.dispute import Dispute, DisputeAct, Phase
from chalicelib.domain.errors import NotFound
from chalicelib.domain.parties import Party
from chalicelib.services.changes import Ref, Save
from chalicelib.services.disputes.cases import Case, case_of, ending
from chalicelib.services.disputes.evidence import Evidence
from chalicelib.services.disputes.following import Following
from chalicelib.services.disputes.thread import keep
from chalicelib.services.keys import derive
from chalicelib.services.orders.timeline import NOTHING_SAID
from chalicelib.services.ports import Clock, Store
from chalicelib.services.retrying import retry_on_conflict

log = logging.getLogger(__name__)
BY_NOBODY = "was decided by nobody"
"""An alarm counts the lines that say so (infra/cdk/alarms.py)."""
UNDECIDED = f"dispute %s about order %s {BY_NOBODY}: the default verdict gives the customer %d of %d"


@dataclass(frozen=True)
class DisputeTerms:
    """A wake-up is no verdict: whoever wakes a dispute has the domain compare the clock with its deadline (docs/adr/0005)."""

    store: Store
    clock: Clock
    evidence: Evidence
    following: Following

    def lapse(self, dispute_id: str) -> Dispute:
        """Does what is due by now: on to the next phase, at last the default verdict, or a reminder, or nothing. Answers the dispute as it
        stands, at its stored version. Safe to repeat and to race. Raises NotFound, Unavailable."""
        while True:
            dispute, again = retry_on_conflict(lambda: self._look(dispute_id))
            if not again:
                return dispute

    def _look(self, dispute_id: str) -> tuple[Dispute, bool]:
        """The dispute, and whether more may be due in it."""
        dispute, now_ms = self.store.get(Ref(Dispute, dispute_id)), self.clock.now_ms()
        if dispute is None:
            raise NotFound(what="dispute")
        if acts.is_over(dispute, now_ms):
            return self._go_on(dispute, now_ms), True
        if not acts.is_to_remind(dispute, now_ms):
            return dispute, False
        # Marked first: of two at once, one reminds.
        marked = acts.reminded(dispute)
        self.store.commit(Save(marked))
        self.following.reminded(marked)
        return replace(marked, version=marked.version + 1), False

    def go_on_if_over(self, dispute: Dispute, now_ms: int) -> bool:
        """What time has ended, nobody acts on as if it had not. Whether something had to be done. Raises CommitRefused, Contention."""
        if not acts.is_over(dispute, now_ms):
            return False
        self._go_on(dispute, now_ms)
        return True

    def _go_on(self, dispute: Dispute, now_ms: int) -> Dispute:
        case = case_of(self.store, dispute)
        had_minor = self.evidence.had_minor(case) if dispute.phase is Phase.ADMIN else 0
        serial = dispute.deadline.serial if dispute.deadline else 0
        by = Actor("", Party.SERVICE, now_ms, derive(DisputeAct.LAPSE, dispute.id, str(serial)))
        lapsed = acts.lapsed(dispute, had_minor, now_ms=now_ms, key=by.key)
        stored = replace(lapsed, version=lapsed.version + 1)
        kept = keep(self.store, stored, DisputeAct.LAPSE, by, NOTHING_SAID)
        closing = ending(self.store, case, lapsed, by) if lapsed.ended_ms is not None else ()
        self.store.commit(Save(lapsed), *kept, *closing)
        self.following.acted(dispute, stored, DisputeAct.LAPSE, Party.SERVICE)
        if lapsed.verdict is not None:
            self._report(case, lapsed.verdict.split.to_customer_minor)
        return stored

    def _report(self, case: Case, to_customer_minor: int) -> None:
        dispute = case.dispute
        log.error(UNDECIDED, dispute.id, dispute.order_id, to_customer_minor, dispute.about.amount_minor)
