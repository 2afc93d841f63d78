"""Top-ups: money comes from a payment provider, once, whatever its notifications do (R27, R28, E8)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from chalicelib.billing import ledger
from chalicelib.domain import topups
from chalicelib.domain.accounts import Account
from chalicelib.domain.errors import KeyReused, NotFound, Unavailable, WrongAmount
from chalicelib.domain.topups import Notification, TopUp, TopUpState
from chalicelib.services.changes import AccountChange, Change, Insert, Record, Ref, Save
from chalicelib.services.keys import derive, fingerprint
from chalicelib.services.notices.notices import Notices
from chalicelib.services.ports import Clock, Listing, Page, Store
from chalicelib.services.retrying import retry_on_conflict

log = logging.getLogger(__name__)


class Payments(Protocol):
    """A payment provider."""

    @property
    def name(self) -> str:
        """As in the webhook's path and in the ledger's `outside` account."""
        ...

    def start(self, top_up: TopUp) -> str:
        """Where the customer pays. Asked again for the same top-up, it names the same payment."""
        ...

    def verify(self, headers: Mapping[str, str], body: bytes, now_ms: int) -> Notification:
        """What a webhook says.

        Raises Unauthenticated (the signature is missing, wrong or too old), InvalidInput (nothing that we understand)."""
        ...


@dataclass(frozen=True)
class Started:
    """A top-up, and where to pay for it."""

    top_up: TopUp
    pay_url: str


@dataclass(frozen=True)
class TopUps:
    """`provider` names the one that new top-ups use; the others are still listened to."""

    store: Store
    clock: Clock
    notices: Notices
    payments: Mapping[str, Payments]
    provider: str
    currency: str

    def start(self, user_id: str, amount_minor: int, *, key: str) -> Started:
        """A pending top-up; a repeat of the key answers the first (D12).

        Raises InvalidInput (the amount), KeyReused, NotFound (no account), Unavailable (no provider)."""
        provider = self.payments.get(self.provider)
        if provider is None:
            raise Unavailable
        wanted = topups.start(
            top_up_id=derive("top_up", user_id, key),
            user_id=user_id,
            provider=provider.name,
            amount_minor=amount_minor,
            currency=self.currency,
            fingerprint=fingerprint({"amount_minor": amount_minor}),
            now_ms=self.clock.now_ms(),
        )
        kept = retry_on_conflict(lambda: self._kept(wanted))
        if kept.fingerprint != wanted.fingerprint:
            raise KeyReused
        return Started(kept.as_started, provider.start(kept))

    def _kept(self, wanted: TopUp) -> TopUp:
        account_ref, ref = Ref(Account, wanted.user_id), Ref(TopUp, wanted.id)
        found = self.store.read(account_ref, ref)
        first = found.get(ref)
        if first is not None:
            return first
        if found.get(account_ref) is None:
            raise NotFound(what="account")
        self.store.commit(Insert(wanted))
        return wanted

    def one(self, user_id: str, top_up_id: str) -> TopUp:
        """The user's own top-up. Raises NotFound."""
        top_up = self.store.get(Ref(TopUp, top_up_id))
        if top_up is None or top_up.user_id != user_id:
            raise NotFound(what="topup")
        return top_up

    def listed(self, user_id: str, *, cursor: str | None, limit: int) -> Page[TopUp]:
        """The user's top-ups, newest first. Raises InvalidCursor."""
        return self.store.page(Listing.TOP_UPS_OF_USER, user_id, cursor=cursor, limit=limit)

    def notified(self, provider: str, headers: Mapping[str, str], body: bytes) -> TopUp:
        """A provider's webhook. Money is credited once, however often, late or out of order it is told of; what is refused changes nothing.

        Raises NotFound (provider, top-up), Unauthenticated, InvalidInput, WrongAmount."""
        payments = self.payments.get(provider)
        if payments is None:
            raise NotFound(what="provider")
        told = payments.verify(headers, body, self.clock.now_ms())
        settled, now = retry_on_conflict(lambda: self._settle(provider, told))
        log.info("payment %s of %s: top-up %s is %s", told.event_id, provider, settled.id, settled.state)
        if now and settled.state is TopUpState.PAID:
            self.notices.account_changed(settled.user_id)
        return settled

    def _settle(self, provider: str, told: Notification) -> tuple[TopUp, bool]:
        top_up = self.store.get(Ref(TopUp, told.top_up_id))
        if top_up is None or top_up.provider != provider:
            raise NotFound(what="topup")
        now_ms = self.clock.now_ms()
        try:
            settled = topups.settle(top_up, told, now_ms)
        except WrongAmount as wrong:
            log.error("payment %s of %s for top-up %s refused: %s", told.event_id, provider, top_up.id, wrong)
            raise
        if settled is None:
            return top_up, False
        self.store.commit(*_settling(settled, now_ms))
        return settled, True


def _settling(settled: TopUp, now_ms: int) -> tuple[Change, ...]:
    """One transaction; the top-up's version lets one notification through."""
    if settled.state is not TopUpState.PAID:
        return (Save(settled),)
    entry = ledger.top_up(
        user_id=settled.user_id,
        provider=settled.provider,
        amount_minor=settled.amount_minor,
        top_up_id=settled.id,
        at_ms=now_ms,
    )
    return Save(settled), AccountChange(settled.user_id, settled.amount_minor), Record(entry)
