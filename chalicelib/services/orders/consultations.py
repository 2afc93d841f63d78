"""Orders of consultations: placing, cancelling, closing (R25 to R36, D8 to D12)."""

from dataclasses import dataclass

from chalicelib.billing import ledger
from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile
from chalicelib.domain.content import Content
from chalicelib.domain.errors import (
    AlreadyOrdered,
    FieldError,
    Forbidden,
    InsufficientFunds,
    InvalidInput,
    KeyReused,
    NotFound,
    PriceChanged,
)
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.order import Edition, OpenOrder, Order, OrderAct, OrderState, end_order, place
from chalicelib.domain.orders.retention import ErasureJob
from chalicelib.domain.twips import Twip
from chalicelib.services.calls.metering import Metering
from chalicelib.services.changes import AccountChange, Change, CommitRefused, Insert, Record, Ref, Remove, Save
from chalicelib.services.keys import derive, fingerprint
from chalicelib.services.notices.notices import Notices
from chalicelib.services.orders.reading import own_order
from chalicelib.services.ports import Clock, Store
from chalicelib.services.retrying import retry_on_conflict


@dataclass(frozen=True)
class Orders:
    """The counter of the market. Every act is keyed: its repeat answers what was answered first (D12)."""

    store: Store
    clock: Clock
    notices: Notices
    metering: Metering
    currency: str
    commission_bps: int

    def place(self, customer_id: str, *, twip_id: str, mode: Mode, price_minor: int, key: str) -> Order:
        """An order at the price that the customer has confirmed (R29): its first block leaves their account (R30).

        Raises NotFound, InvalidInput, OwnTwip, PriceChanged, AlreadyOrdered, InsufficientFunds, KeyReused."""
        order_id = derive("order", customer_id, key)
        asked = fingerprint({"twip_id": twip_id, "mode": mode, "price_minor": price_minor})
        placed = retry_on_conflict(lambda: self._place(order_id, asked, customer_id, twip_id, mode, price_minor))
        if placed is None:
            return self._first_answer(order_id, asked)
        self.notices.order_changed(placed)
        return placed

    def _place(
        self, order_id: str, asked: str, customer_id: str, twip_id: str, mode: Mode, price_minor: int
    ) -> Order | None:
        twip_ref, account_ref = Ref(Twip, twip_id), Ref(Account, customer_id)
        order_ref, open_ref = Ref(Order, order_id), Ref(OpenOrder, customer_id, twip_id, mode)
        found = self.store.read(order_ref, open_ref, twip_ref, account_ref)
        if found.get(order_ref) is not None:
            return None
        twip, account, taken = found.get(twip_ref), found.get(account_ref), found.get(open_ref)
        content = twip.published if twip is not None and twip.on_sale else None
        if twip is None or content is None or account is None:
            raise NotFound(what="twip")
        titles, descriptions = _texts(content)
        edition = Edition(twip.id, fingerprint({"titles": titles, "descriptions": descriptions}), titles, descriptions)
        order = place(
            order_id=order_id,
            twip_id=twip.id,
            customer_id=customer_id,
            performer_id=twip.author_id,
            mode=mode,
            price_minor=_confirmed(content, mode, price_minor),
            commission_bps=self.commission_bps,
            currency=self.currency,
            title=titles,
            edition=edition.digest,
            fingerprint=asked,
            now_ms=self.clock.now_ms(),
        )
        if taken is not None:
            raise AlreadyOrdered(order_id=taken.order_id)
        if account.available_minor < price_minor:
            raise InsufficientFunds(missing_minor=price_minor - account.available_minor)
        self._keep(edition, order.performer_id)
        entry = ledger.order(
            customer_id=customer_id, order_id=order.id, price_minor=price_minor, at_ms=order.created_ms
        )
        self.store.commit(
            Insert(order),
            Insert(OpenOrder(customer_id, twip.id, mode, order.id)),
            AccountChange(customer_id, -price_minor),
            Record(entry),
        )
        return order

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

    def _first_answer(self, order_id: str, asked: str) -> Order:
        order = self.store.get(Ref(Order, order_id))
        if order is None:
            raise NotFound(what="order")
        if order.fingerprint != asked:
            raise KeyReused
        return order.as_placed

    def cancel(self, user_id: str, order_id: str, *, key: str) -> Order:
        """The customer cancels, and the block returns to their account (R34, R35).

        Raises NotFound, Forbidden, CallLive, WrongState, Unavailable."""
        return self._end(user_id, order_id, OrderAct.CANCEL, key)

    def close(self, user_id: str, order_id: str, *, key: str) -> Order:
        """Either side closes an order whose block is used, without a refund (D8). Raises NotFound, CallLive, WrongState, Unavailable."""
        return self._end(user_id, order_id, OrderAct.CLOSE, key)

    def _end(self, user_id: str, order_id: str, act: OrderAct, key: str) -> Order:
        act_key = derive(act, user_id, order_id, key)

        def attempt() -> tuple[Order, bool]:
            order = own_order(self.store, user_id, order_id)
            if act is OrderAct.CANCEL and user_id != order.customer_id:
                raise Forbidden(action="order.cancel")
            if order.act_key == act_key:
                return order, False
            now_ms = self.clock.now_ms()
            if order.live is not None:
                # Time may have ended that call already (nobody answered, nobody came back) without anything having noticed yet.
                order = self.metering.advance(order.live, now_ms).order
            ended = end_order(order, act, key=act_key, now_ms=now_ms)
            self.store.commit(*_ending(order, ended, now_ms))
            return ended, True

        ended, now = retry_on_conflict(attempt)
        if now:
            self.notices.order_changed(ended)
        return ended


def _texts(content: Content) -> tuple[dict[str, str], dict[str, str]]:
    titles = {str(lang): text.title for lang, text in content.texts.items()}
    return titles, {str(lang): text.description for lang, text in content.texts.items()}


def _confirmed(content: Content, mode: Mode, price_minor: int) -> int:
    """The price in force, if it is the confirmed one (R29). Raises InvalidInput when the mode is not offered (R25), PriceChanged."""
    in_force = content.prices.get(mode)
    if in_force is None:
        raise InvalidInput((FieldError("mode", "not_offered"),))
    if in_force != price_minor:
        raise PriceChanged(price_minor=in_force)
    return in_force


def _ending(order: Order, ended: Order, now_ms: int) -> tuple[Change, ...]:
    """One transaction: a cancelled order's escrow goes back with it; either way the place of the open order is free again, and what was
    said in its sessions, if there were any, is kept for its term (D29)."""
    place = Remove(OpenOrder(order.customer_id, order.twip_id, order.mode, order.id))
    made: list[Change] = [Save(ended), place]
    if ended.calls:
        made.append(Insert(ErasureJob(now_ms, ended.id, ended.calls)))
    if ended.state is not OrderState.CANCELLED:
        return tuple(made)
    entry = ledger.cancel(
        customer_id=order.customer_id, order_id=order.id, price_minor=order.escrow_minor, at_ms=now_ms
    )
    return *made, AccountChange(order.customer_id, order.escrow_minor), Record(entry)
