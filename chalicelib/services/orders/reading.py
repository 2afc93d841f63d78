"""What the two sides of an order see of it: lists, one order, its sessions (R32, R38, E13)."""

from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile, callable_now
from chalicelib.domain.connections import Presence
from chalicelib.domain.durations import Durations
from chalicelib.domain.errors import NotFound
from chalicelib.domain.orders.consultation import Consultation
from chalicelib.domain.orders.editions import Edition
from chalicelib.domain.orders.facts import Facts
from chalicelib.domain.orders.order import AnyOrder, Order
from chalicelib.domain.orders.reviews import Offered, OrderReview, offered
from chalicelib.domain.orders.sought import ALL, Sought
from chalicelib.domain.orders.work import Work, WorkState
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Session
from chalicelib.domain.threads import Reader
from chalicelib.domain.twips import Twip
from chalicelib.domain.unpaid import UNPAID_A_DAY
from chalicelib.services.calls.unpaid import unpaid_left, unpaid_ref
from chalicelib.services.changes import Ref
from chalicelib.services.ports import ORDERS_AT_MOST, Clock, Listing, Page, Snapshot, Store

PARTS = 4
"""Of a list, that one request looks at: what is sought may be rare."""
_LISTINGS = {Side.CUSTOMER: Listing.ORDERS_OF_CUSTOMER, Side.PERFORMER: Listing.SALES_OF_PERFORMER}


@dataclass(frozen=True)
class Seen:
    """An order as one of its two sides sees it."""

    order: AnyOrder
    facts: Facts
    """What its reader's acts may rest on."""
    other_name: str
    """The display name of the other side; empty when they are gone."""
    uncallable: str | None
    """For the customer of a consultation while it is open: why the performer cannot be called now, None when they can (R38). Else
    `order`."""
    edition: Edition | None = None
    """The text that was bought, where one order is looked at."""
    unread: int = 0
    """How many things in its thread its reader has not read."""
    unpaid_left: int = UNPAID_A_DAY
    """How many more calls the two may leave unpaid today (D13), where one order is looked at."""
    review: OrderReview | None = None
    """What the customer says of it, where one order is looked at."""
    offered: Offered | None = None
    """What its reader may do with that now, likewise."""

    @property
    def side(self) -> Side:
        """The reader's."""
        return Side(self.facts.by)


@dataclass(frozen=True)
class OrderQueries:
    """Reads only; an order is nobody's business but its two sides'."""

    store: Store
    clock: Clock
    durations: Durations

    def listed(self, user_id: str, side: Side, sought: Sought = ALL, *, cursor: str | None, limit: int) -> Page[Seen]:
        """The user's orders (R32) or sales (R62, R82) that are sought, newest first, at most 30 a page. Raises InvalidCursor.

        A request looks at four parts of `limit` orders at most. So a page may hold fewer than that, even none, and still go on: a rare
        match at the far end is reached by asking again. A part costs three reads: its keys, its orders, and what stands around those
        that may be sought (30 orders: 30 to 150 items). A cursor is a place among all orders, and good whatever is sought."""
        found: list[Seen] = []
        missing = min(limit, ORDERS_AT_MOST)
        for _ in range(PARTS):
            page = self.store.page(_LISTINGS[side], user_id, cursor=cursor, limit=missing)
            more = self._found(user_id, page.items, sought)
            found, missing, cursor = found + more, missing - len(more), page.next_cursor
            if cursor is None or not missing:
                break
        return Page(tuple(found), cursor)

    def _found(self, user_id: str, orders: tuple[AnyOrder, ...], sought: Sought) -> list[Seen]:
        likely = tuple(order for order in orders if sought.may_be(order))
        around = self._around(user_id, likely)
        seen = (self._seen(user_id, order, around) for order in likely)
        return [one for one in seen if sought.is_found(one.order, one.facts, one.other_name)]

    def one(self, user_id: str, order_id: str) -> Seen:
        """One order with the text that was bought, for its two sides. Raises NotFound."""
        order = own_order(self.store, user_id, order_id)
        edition, unpaid = Ref(Edition, order.twip_id, order.terms.edition), unpaid_ref(order, self.clock.now_ms())
        reviewed = Ref(OrderReview, order.id)
        around = self._around(user_id, (order,), edition, unpaid, reviewed)
        seen, review = self._seen(user_id, order, around), around.get(reviewed)
        return replace(seen, review=review, offered=offered(order, review, seen.facts.by, seen.facts.now_ms))

    def sessions(
        self, user_id: str, order_id: str, *, cursor: str | None, limit: int
    ) -> tuple[AnyOrder, Page[Session]]:
        """The order and its sessions, newest first, for its two sides (E13). Raises NotFound, InvalidCursor."""
        order = own_order(self.store, user_id, order_id)
        return order, self.store.page(Listing.SESSIONS_OF_ORDER, order_id, cursor=cursor, limit=limit)

    def _around(self, user_id: str, found: tuple[AnyOrder, ...], *also: Ref[Any]) -> Snapshot:
        if not found:
            return Snapshot()
        others = {_other(order, user_id) for order in found}
        called = {order.performer_id for order in found if _can_call(order, user_id)}
        return self.store.read(
            *(Ref(Profile, other) for other in others),
            *(Ref(kind, performer) for kind in (Account, Presence) for performer in called),
            *(_reader_ref(order, user_id) for order in found if order.body.timeline),
            *(Ref(Twip, order.twip_id) for order in found if _is_asked_about(order, user_id)),
            *also,
        )

    def _seen(self, user_id: str, order: AnyOrder, around: Snapshot) -> Seen:
        reader = around.get(_reader_ref(order, user_id))
        profile = around.get(Ref(Profile, _other(order, user_id)))
        return Seen(
            order=order,
            facts=self._facts(user_id, order, around),
            other_name=profile.display_name if profile else "",
            uncallable=self._uncallable(order, profile, around) if _can_call(order, user_id) else "order",
            edition=around.get(Ref(Edition, order.twip_id, order.terms.edition)),
            unread=reader.unread if reader else 0,
            unpaid_left=unpaid_left(self.store, around.get(unpaid_ref(order, self.clock.now_ms()))),
        )

    def _facts(self, user_id: str, order: AnyOrder, around: Snapshot) -> Facts:
        performer, twip = Ref(Profile, order.performer_id), Ref(Twip, order.twip_id)
        gone = _is_asked_about(order, user_id) and let_down(around.get(performer), around.get(twip))
        return order.facts(order.party_of(user_id), self.clock.now_ms(), let_down=gone)

    def _uncallable(self, order: AnyOrder, performer: Profile | None, around: Snapshot) -> str | None:
        account, presence = around.get(Ref(Account, order.performer_id)), around.get(Ref(Presence, order.performer_id))
        if performer is None or account is None:
            return "status"
        heard_ms = presence.heard_ms if presence else None
        return callable_now(performer, account.busy, heard_ms, self.clock.now_ms(), self.durations)


def _other(order: AnyOrder, user_id: str) -> str:
    return order.performer_id if user_id == order.customer_id else order.customer_id


def _reader_ref(order: AnyOrder, user_id: str) -> Ref[Reader]:
    return Ref(Reader, order.id, order.party_of(user_id))


def _can_call(order: AnyOrder, user_id: str) -> bool:
    """Only the customer calls (R37), and only on an open order of a consultation that is not disputed (D27)."""
    consulted = isinstance(order.body, Consultation) and order.ended_ms is None and order.dispute is None
    return consulted and user_id == order.customer_id


def _is_asked_about(order: AnyOrder, user_id: str) -> bool:
    return user_id == order.customer_id and may_be_let_down(order)


def may_be_let_down(order: AnyOrder) -> bool:
    """Whether it matters to the customer that the performer is blocked or has withdrawn the twip (D33)."""
    return isinstance(order.body, Work) and order.body.state is WorkState.WORKING and not order.body.overdue


def let_down(performer: Profile | None, twip: Twip | None) -> bool:
    """Whether the performer is blocked, or has withdrawn the twip (D33)."""
    return performer is None or performer.blocked or twip is None or not twip.on_sale


def own_order(store: Store, user_id: str, order_id: str) -> AnyOrder:
    """An order of which this user is a side. Raises NotFound."""
    return of_side(store.get(Ref(Order, order_id)), user_id)


def of_side(order: AnyOrder | None, user_id: str) -> AnyOrder:
    """The order, if this user is a side of it. Raises NotFound."""
    if order is None or order.side_of(user_id) is None:
        raise NotFound(what="order")
    return order
