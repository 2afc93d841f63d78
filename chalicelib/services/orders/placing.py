"""A purchase, of any kind: at the confirmed price, into escrow or to the performer, with the text that was bought (R26 to R31, D9, D10,
D12)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chalicelib.billing import escrow
from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile
from chalicelib.domain.content import Content
from chalicelib.domain.errors import (
    AlreadyOrdered,
    EditionChanged,
    InsufficientFunds,
    KeyReused,
    NotFound,
    PriceChanged,
)
from chalicelib.domain.orders.editions import Edition, edition_of
from chalicelib.domain.orders.files import KeyUse
from chalicelib.domain.orders.order import Body, LatestOrder, Order, Terms, of_kind, place
from chalicelib.domain.parties import Party
from chalicelib.domain.terms import NO_TERMS, Spans
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import Change, CommitRefused, Contention, Insert, Put, Ref
from chalicelib.services.keys import derive
from chalicelib.services.notices.notices import Notices
from chalicelib.services.orders import timeline
from chalicelib.services.orders.acting import money
from chalicelib.services.orders.timing import wake_of
from chalicelib.services.ports import Clock, Store
from chalicelib.services.retrying import retry_on_conflict, try_each
from chalicelib.services.workflows import Workflows

B = TypeVar("B", bound=Body)


@dataclass(frozen=True)
class Offer(Generic[B]):
    """What is bought, at which price, and how long its terms last (D31)."""

    body: B
    price_minor: int
    spans: Spans = NO_TERMS


@dataclass(frozen=True)
class Purchase(Generic[B]):
    """What a customer asked for. `offer` is what the twip offers of it, and raises what its content forbids."""

    order_id: str
    customer_id: str
    twip_id: str
    kind: type[B]
    price_minor: int
    """The one that the customer has confirmed (R29)."""
    fingerprint: str
    offer: Callable[[Content], Offer[B]]
    place: Any = None
    """Holds the place of the one order that there may be (D9), if there may be one only; `taken` is where it lies."""
    taken: Ref[Any] | None = None
    edition: str | None = None
    """The digest that the customer has confirmed (R29), of what changes hands at once."""
    use: KeyUse | None = None
    """Of an order whose id is its place: what tells another request of its key apart."""


def order_id_of(customer_id: str, key: str) -> str:
    """The id of the order that this Idempotency-Key places."""
    return derive("order", customer_id, key)


@dataclass(frozen=True)
class Placing:
    """The counter of the market."""

    store: Store
    clock: Clock
    notices: Notices
    workflows: Workflows
    currency: str
    commission_bps: int

    def place(self, asked: Purchase[B]) -> Order[B]:
        """A new order; of a repeat, the first answer (D12).

        Raises NotFound, OwnTwip, EditionChanged, PriceChanged, AlreadyOrdered, InsufficientFunds, KeyReused, and what `offer` raises."""
        placed = retry_on_conflict(lambda: self._place(asked))
        if placed is None:
            return self._first_answer(asked)
        tells, now_ms, at_once = placed.body.lifecycle.tells, placed.created_ms, placed.body.lifecycle.at_once
        try_each(
            *([lambda: self._show_unread(placed)] if at_once else []),
            lambda: self.notices.order_changed(placed),
            *([lambda: self.notices.account_changed(placed.performer_id)] if at_once else []),
            lambda: self.notices.order_acted(placed, tells, Party.CUSTOMER, reason="", now_ms=now_ms),
        )
        self.workflows.begin(wake_of(placed, self.clock.now_ms()))
        return placed

    def _place(self, asked: Purchase[B]) -> Order[B] | None:
        twip_ref, account_ref = Ref(Twip, asked.twip_id), Ref(Account, asked.customer_id)
        order_ref, use_ref = Ref(Order, asked.order_id), Ref(KeyUse, asked.order_id)
        found = self.store.read(order_ref, use_ref, *([asked.taken] if asked.taken else []), twip_ref, account_ref)
        if found.get(order_ref) is not None:
            return None
        if found.get(use_ref) is not None:
            raise KeyReused
        twip, account = found.get(twip_ref), found.get(account_ref)
        taken = found.get(asked.taken) if asked.taken else None
        content = twip.published if twip is not None and twip.on_sale else None
        if twip is None or content is None or account is None:
            raise NotFound(what="twip")
        edition = edition_of(twip.id, content)
        order = self._order(asked, twip.author_id, edition, _confirmed(asked, content, edition))
        if taken is not None:
            raise AlreadyOrdered(order_id=taken.order_id)
        if account.available_minor < asked.price_minor:
            raise InsufficientFunds(missing_minor=asked.price_minor - account.available_minor)
        self._keep(edition, order.performer_id)
        if asked.use is not None:
            self._claim(asked.use)
        order, entry = escrow.buy(order, at_ms=order.created_ms)
        self.store.commit(Insert(order), *_beside(asked, order), *money(entry))
        return order

    def _claim(self, use: KeyUse) -> None:
        """The key is this request's. Kept before the order, for the same reasons as the text. Raises KeyReused, CommitRefused."""
        use_ref, order_ref = Ref(KeyUse, use.id), Ref(Order, use.id)
        found = self.store.read(use_ref, order_ref)
        known = found.get(use_ref)
        if found.get(order_ref) is not None or (known is not None and known != use):
            raise KeyReused
        if known is None:
            self.store.commit(Insert(use))

    def _show_unread(self, order: Order[B]) -> None:
        """A sale is news to its performer. It is also in the mail and in their list, and so no part of what is bought."""
        try:
            self.store.commit(*timeline.begin(order))
        except (CommitRefused, Contention):
            return  # somebody has written in the order already

    def _order(self, asked: Purchase[B], performer_id: str, edition: Edition, offer: Offer[B]) -> Order[B]:
        terms = Terms(
            price_minor=offer.price_minor,
            commission_bps=self.commission_bps,
            currency=self.currency,
            title=edition.titles,
            edition=edition.digest,
            lasts_ms=offer.spans.lasts_ms,
            reminds_ms=offer.spans.reminds_ms,
        )
        return place(
            order_id=asked.order_id,
            twip_id=asked.twip_id,
            customer_id=asked.customer_id,
            performer_id=performer_id,
            terms=terms,
            body=offer.body,
            fingerprint=asked.fingerprint,
            now_ms=self.clock.now_ms(),
        )

    def _keep(self, edition: Edition, performer_id: str) -> None:
        """The first order of an edition keeps its text: before the order, so that no order is ever without, and outside of its
        transaction, because it is the same whoever writes it. Raises NotFound when staff has blocked the performer."""
        profile_ref, edition_ref = Ref(Profile, performer_id), Ref(Edition, edition.twip_id, edition.digest)
        found = self.store.read(profile_ref, edition_ref)
        profile = found.get(profile_ref)
        if profile is None or profile.blocked:
            raise NotFound(what="twip")
        if found.get(edition_ref) is not None:
            return
        try:
            self.store.commit(Insert(edition))
        except CommitRefused:
            return

    def _first_answer(self, asked: Purchase[B]) -> Order[B]:
        found = self.store.get(Ref(Order, asked.order_id))
        if found is not None and found.fingerprint != asked.fingerprint:
            raise KeyReused
        return of_kind(found, asked.kind).as_placed


def _beside(asked: Purchase[B], order: Order[B]) -> tuple[Change, ...]:
    """What else a purchase writes: its place or its rank, and who has not read of it. Files have their place by their id."""
    if order.body.lifecycle.at_once:
        return ()
    latest = LatestOrder(order.customer_id, order.twip_id, order.id)
    return (Insert(asked.place) if asked.place else Put(latest), *timeline.begin(order))


def _confirmed(asked: Purchase[B], content: Content, edition: Edition) -> Offer[B]:
    """The offer in force, if it is the confirmed one (R29). Raises EditionChanged, PriceChanged."""
    offer = asked.offer(content)
    if asked.edition not in (None, edition.digest):
        raise EditionChanged(edition=edition.digest)
    if offer.price_minor != asked.price_minor:
        raise PriceChanged(price_minor=offer.price_minor)
    return offer
