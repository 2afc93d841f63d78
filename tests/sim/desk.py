"""Orders and top-ups as the account's use cases commit them: one transaction each, keyed, so that a repeat finds the first."""

from dataclasses import dataclass

from chalicelib.billing import ledger
from chalicelib.domain.accounts import Account
from chalicelib.domain.errors import InsufficientFunds, NotFound
from chalicelib.domain.orders import Mode, Order, OrderAct, end_order
from chalicelib.services.changes import AccountChange, CommitRefused, Insert, Record, Ref, Save
from chalicelib.services.keys import derive
from chalicelib.services.ports import Clock, Store
from chalicelib.services.races import again


@dataclass(frozen=True)
class Offer:
    """What is for sale: one performer's consultation in one mode."""

    twip_id: str
    performer_id: str
    mode: Mode
    price_minor: int


@dataclass(frozen=True)
class Desk:
    """The REST side of the market."""

    store: Store
    clock: Clock
    commission_bps: int

    def top_up(self, user_id: str, key: str, amount_minor: int) -> None:
        """Money comes; a repeat of the key brings none."""
        ident = derive("topup", user_id, key)
        entry = ledger.top_up(
            user_id=user_id, provider="sandbox", amount_minor=amount_minor, top_up_id=ident, at_ms=int(key[:13])
        )
        try:
            self.store.commit(AccountChange(user_id, amount_minor), Record(entry))
        except CommitRefused as refused:
            if not refused.by(Record):
                raise

    def place(self, user_id: str, key: str, offer: Offer) -> Order:
        """An order; a repeat of the key answers the first. Raises InsufficientFunds."""
        ident = derive("order", user_id, key)
        known = self.store.get(Ref(Order, ident))
        if known is not None:
            return known
        account = self.store.get(Ref(Account, user_id))
        available_minor = account.available_minor if account else 0
        if available_minor < offer.price_minor:
            raise InsufficientFunds(missing_minor=offer.price_minor - available_minor)
        now_ms = self.clock.now_ms()
        order = Order(
            id=ident,
            twip_id=offer.twip_id,
            customer_id=user_id,
            performer_id=offer.performer_id,
            mode=offer.mode,
            price_minor=offer.price_minor,
            commission_bps=self.commission_bps,
            currency="RUB",
            title={"ru": "Твип"},
            created_ms=now_ms,
            fingerprint="",
            escrow_minor=offer.price_minor,
        )
        entry = ledger.order(customer_id=user_id, order_id=ident, price_minor=offer.price_minor, at_ms=now_ms)
        self.store.commit(Insert(order), Record(entry), AccountChange(user_id, -offer.price_minor))
        return order

    def end(self, user_id: str, key: str, order_id: str, act: OrderAct) -> None:
        """Cancels or closes. Raises NotFound, CallLive, WrongState."""
        again(lambda: self._end(user_id, key, order_id, act))

    def _end(self, user_id: str, key: str, order_id: str, act: OrderAct) -> None:
        order = self.store.get(Ref(Order, order_id))
        if order is None or user_id not in (order.customer_id, order.performer_id):
            raise NotFound(what="order")
        if order.act_key == key:
            return
        now_ms = self.clock.now_ms()
        ended = end_order(order, act, key=key, now_ms=now_ms)
        if act is OrderAct.CLOSE:
            self.store.commit(Save(ended))
            return
        entry = ledger.cancel(
            customer_id=order.customer_id, order_id=order.id, price_minor=order.price_minor, at_ms=now_ms
        )
        self.store.commit(Save(ended), Record(entry), AccountChange(order.customer_id, order.price_minor))
