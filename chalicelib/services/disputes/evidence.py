"""What speaks for either side without anybody's word: of a session its blocks, of work whether it was delivered (D27, D29, D31)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chalicelib.billing import evidence
from chalicelib.domain.disputes import claims
from chalicelib.domain.disputes.acts import default_split
from chalicelib.domain.disputes.dispute import Split
from chalicelib.domain.disputes.evidence import Block
from chalicelib.domain.durations import Durations
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.sessions import Session
from chalicelib.services.disputes.cases import Case
from chalicelib.services.paging import iterate_pages
from chalicelib.services.ports import Listing, Store


@dataclass(frozen=True)
class Found:
    """What was found about a dispute."""

    order: AnyOrder
    session: Session | None
    blocks: tuple[Block, ...]
    by_default: Split | None
    """How it is divided if nobody decides in time; None once it is over."""


@dataclass(frozen=True)
class Evidence:
    """Reads only."""

    store: Store
    durations: Durations

    def blocks(self, session: Session) -> tuple[Block, ...]:
        """The paid blocks of a session: when, why, and what flowed in each."""
        reports = self._all(Listing.MEDIA_OF_SESSION, session.id) if session.mode is Mode.VIDEO else ()
        messages = self._all(Listing.SAID_IN_SESSION, session.id)
        return evidence.blocks(session, reports, messages, self.durations)

    def found(self, case: Case) -> Found:
        """What the service itself has: the session with its paid blocks, or the order alone."""
        dispute, session = case.dispute, case.session
        blocks = self.blocks(session) if session is not None else ()
        if dispute.ended_ms is not None:
            return Found(case.order, session, blocks, None)
        return Found(case.order, session, blocks, default_split(dispute.about.amount_minor, _had_minor(case, blocks)))

    def had_minor(self, case: Case) -> int:
        """Of what lies in dispute, what was delivered or had: the performer's by default (D31)."""
        return _had_minor(case, self.blocks(case.session) if case.session is not None else ())

    def _all(self, listing: Listing, session_id: str) -> list[Any]:
        return [one for page in iterate_pages(self.store, listing, session_id, limit=100) for one in page]


def _had_minor(case: Case, blocks: Iterable[Block]) -> int:
    if case.session is not None:
        return evidence.had_minor(case.session, blocks)
    return claims.had(case.order, case.dispute.about.amount_minor)
