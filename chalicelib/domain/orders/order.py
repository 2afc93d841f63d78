"""Orders of consultations: what was bought, at which frozen price, and where its prepaid block is (R25 to R36, D8 to D10)."""

from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.errors import CallLive, OwnTwip, WrongState
from chalicelib.domain.kinds import Mode


class OrderState(StrEnum):
    """The life of a consultation order (D8)."""

    OPEN = "open"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class Prepaid(StrEnum):
    """Where the block is that was paid with the order: in escrow, earned by the performer, or back with the customer."""

    HELD = "held"
    USED = "used"
    RETURNED = "returned"


class OrderAct(StrEnum):
    """What can be done to an order."""

    CANCEL = "cancel"
    CLOSE = "close"


NEXT = {
    (OrderState.OPEN, OrderAct.CANCEL): OrderState.CANCELLED,
    (OrderState.OPEN, OrderAct.CLOSE): OrderState.CLOSED,
}
"""Everything legal on one page. Cancel needs the prepaid block held, close needs it used, both need no live call."""


CALLS_AT_MOST = 1_000
"""On one order, answered or not: what is kept of each is walked through when it is erased, and nobody is to be rung for ever."""


@dataclass(frozen=True)
class Order:
    """One purchase of one twip in one mode. Price, commission and text are frozen when it is placed (D10)."""

    id: str
    twip_id: str
    customer_id: str
    performer_id: str
    mode: Mode
    price_minor: int
    commission_bps: int
    currency: str
    title: dict[str, str]
    """The twip's title by language, as it was bought."""
    created_ms: int
    fingerprint: str
    """Of the request that placed it: a repeat of its Idempotency-Key with another body is told apart (D12)."""
    state: OrderState = OrderState.OPEN
    prepaid: Prepaid = Prepaid.HELD
    escrow_minor: int = 0
    leave_right: bool = True
    """The customer may still leave a first video session for free within its first minute (R44, R45, D15)."""
    live: str | None = None
    """The session that is live on this order: a lease that keeps cancel, close and a second call out."""
    calls: int = 0
    """How many calls there have been: numbers the sessions."""
    ended_ms: int | None = None
    act_key: str | None = None
    """Derived from who ended the order, how, and their Idempotency-Key, so that a repeat of it gets the first answer."""
    edition: str = ""
    """With the twip it names the text that was bought: an edition never changes (D10)."""
    version: int = 0

    @property
    def as_placed(self) -> "Order":
        """The order as it was when it was placed: the first answer, for a repeat of its request (D12)."""
        return replace(
            self,
            state=OrderState.OPEN,
            prepaid=Prepaid.HELD,
            escrow_minor=self.price_minor,
            leave_right=True,
            live=None,
            calls=0,
            ended_ms=None,
            act_key=None,
        )


def place(
    *,
    order_id: str,
    twip_id: str,
    customer_id: str,
    performer_id: str,
    mode: Mode,
    price_minor: int,
    commission_bps: int,
    currency: str,
    title: dict[str, str],
    edition: str,
    fingerprint: str,
    now_ms: int,
) -> Order:
    """A new order with its first block in escrow (R30). Raises OwnTwip (D9)."""
    if customer_id == performer_id:
        raise OwnTwip
    return Order(
        id=order_id,
        twip_id=twip_id,
        customer_id=customer_id,
        performer_id=performer_id,
        mode=mode,
        price_minor=price_minor,
        commission_bps=commission_bps,
        currency=currency,
        title=title,
        created_ms=now_ms,
        fingerprint=fingerprint,
        escrow_minor=price_minor,
        edition=edition,
    )


def end_order(order: Order, act: OrderAct, *, key: str, now_ms: int) -> Order:
    """The order cancelled or closed (D8). Raises CallLive, or WrongState when the act does not fit state or prepaid block."""
    if order.live is not None:
        raise CallLive(session_id=order.live)
    target = NEXT.get((order.state, act))
    needed = Prepaid.HELD if act is OrderAct.CANCEL else Prepaid.USED
    if target is None or order.prepaid is not needed:
        raise WrongState(what="order", state=f"{order.state}/{order.prepaid}", asked=act)
    if act is OrderAct.CLOSE:
        return replace(order, state=target, ended_ms=now_ms, act_key=key)
    return replace(order, state=target, prepaid=Prepaid.RETURNED, escrow_minor=0, ended_ms=now_ms, act_key=key)


@dataclass(frozen=True)
class OpenOrder:
    """Holds the place of the one open order per customer, twip and mode (D9); gone when the order ends."""

    customer_id: str
    twip_id: str
    mode: Mode
    order_id: str


@dataclass(frozen=True)
class Edition:
    """The text of a twip as somebody bought it (D10), under the digest of what it says: kept beside the orders, which stay small."""

    twip_id: str
    digest: str
    titles: dict[str, str]
    """By language."""
    descriptions: dict[str, str]
