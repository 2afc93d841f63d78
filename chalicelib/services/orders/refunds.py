"""The performer gives money back by their own choice (E12)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from chalicelib.billing import escrow, verdicts
from chalicelib.billing.ledger import Entry, Kind, user
from chalicelib.domain.accounts import Account
from chalicelib.domain.errors import KeyReused, NotCovered, NotFound
from chalicelib.domain.orders.order import AnyOrder, Order
from chalicelib.domain.orders.refunds import Refund, check
from chalicelib.domain.sessions import Session, order_of
from chalicelib.services.changes import Change, Insert, Ref, Require, Save
from chalicelib.services.keys import derive, fingerprint
from chalicelib.services.notices.notices import Notices
from chalicelib.services.orders.acting import money
from chalicelib.services.ports import Clock, Store
from chalicelib.services.retrying import retry_on_conflict, try_each


@dataclass(frozen=True)
class Refunds:
    """Of a session, or of an order as a whole; any part. From escrow where the money lies there still, else from what the performer has."""

    store: Store
    clock: Clock
    notices: Notices

    def of_order(self, user_id: str, order_id: str, amount_minor: int, *, key: str) -> Refund:
        """The refund; of a repeat, the first (D12).

        Raises NotFound, Forbidden, AlreadyDisputed, WrongState, InvalidInput, NotCovered, KeyReused, Unavailable."""
        return self._refund(user_id, order_id, None, amount_minor, key)

    def of_session(self, user_id: str, session_id: str, amount_minor: int, *, key: str) -> Refund:
        """The same of a session. Raises as `of_order`."""
        return self._refund(user_id, order_of(session_id), session_id, amount_minor, key)

    def _refund(self, user_id: str, order_id: str, session_id: str | None, amount_minor: int, key: str) -> Refund:
        ident = derive("refund", user_id, order_id, session_id or "", key)
        asked = fingerprint({"amount_minor": amount_minor})

        def attempt() -> tuple[Refund, AnyOrder | None]:
            order, session, account, known = self._read(user_id, order_id, session_id, ident)
            if known is not None:
                return known, None
            check(order, session, order.party_of(user_id), amount_minor)
            now_ms = self.clock.now_ms()
            refund = Refund(order_id, ident, session_id, amount_minor, now_ms, asked)
            self.store.commit(Insert(refund), *self._changes(order, session, account, refund))
            return refund, order

        refund, order = retry_on_conflict(attempt)
        if refund.fingerprint != asked:
            raise KeyReused
        if order is not None:
            try_each(partial(self.notices.refunded, order, refund))
        return refund

    def _read(
        self, user_id: str, order_id: str, session_id: str | None, ident: str
    ) -> tuple[AnyOrder, Session | None, Account, Refund | None]:
        order_ref, account_ref, refund_ref = Ref(Order, order_id), Ref(Account, user_id), Ref(Refund, order_id, ident)
        session_ref = None if session_id is None else Ref(Session, session_id)
        found = self.store.read(order_ref, account_ref, refund_ref, *([session_ref] if session_ref else []))
        order, account = found.get(order_ref), found.get(account_ref)
        session = found.get(session_ref) if session_ref else None
        if order is None or order.side_of(user_id) is None or account is None or (session_ref and session is None):
            raise NotFound(what="session" if session_id else "order")
        return order, session, account, found.get(refund_ref)

    def _changes(self, order: AnyOrder, session: Session | None, account: Account, refund: Refund) -> Iterable[Change]:
        if session is None and order.escrow_minor:
            refunded, entry = escrow.refund_part(order, refund.id, refund.amount_minor, at_ms=refund.at_ms)
            yield Save(refunded)
            yield from money(entry)
            return
        kept_minor = session.kept_minor if session else order.terms.price_minor - order.refunded_minor
        entry = verdicts.pay_back(
            order,
            refund.id,
            refund.amount_minor,
            Kind.REPAYMENT,
            kept_minor=kept_minor,
            session_id=refund.session_id,
            at_ms=refund.at_ms,
        )
        _check_covered(account, entry)
        if session is None:
            yield Save(replace(order, refunded_minor=order.refunded_minor + refund.amount_minor))
        else:
            yield Save(replace(session, refunded_minor=session.refunded_minor + refund.amount_minor))
            yield Require(order)
        yield from money(entry)


def _check_covered(account: Account, entry: Entry) -> None:
    missing_minor = -entry.of(user(account.user_id)) - account.available_minor
    if missing_minor > 0:
        raise NotCovered(missing_minor=missing_minor)
