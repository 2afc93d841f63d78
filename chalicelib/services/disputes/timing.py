"""Disputes, whose time a state machine keeps (docs/adr/0005): how they stand, and what their clock demands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chalicelib.domain.disputes.dispute import OPEN_PHASES, Dispute, wakes_ms
from chalicelib.domain.errors import NotFound
from chalicelib.services.changes import Ref
from chalicelib.services.disputes.following import wake_of
from chalicelib.services.disputes.terms import DisputeTerms
from chalicelib.services.paging import iterate_overdue
from chalicelib.services.ports import Clock, Listing, Store
from chalicelib.services.workflows import Wake


@dataclass(frozen=True)
class TimedDisputes:
    """See services.workflows.Subjects."""

    store: Store
    clock: Clock
    terms: DisputeTerms

    def standing(self, subject: str) -> Wake | None:
        """As it is stored."""
        dispute = self.store.get(Ref(Dispute, subject))
        return None if dispute is None else wake_of(dispute, self.clock.now_ms())

    def lapse(self, subject: str) -> Wake | None:
        """After everything that is due was done."""
        try:
            dispute = self.terms.lapse(subject)
        except NotFound:
            return None
        return wake_of(dispute, self.clock.now_ms())

    def overdue(self, before_ms: int) -> Iterator[Sequence[str]]:
        """By the time index, phase by phase."""
        for phase in OPEN_PHASES:
            yield from iterate_overdue(self.store, Listing.DISPUTES_IN_PHASE, phase, wakes_ms, before_ms)
