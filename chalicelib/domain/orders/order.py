"""Orders: what every purchase has, whatever was bought, around a body of its kind (R26 to R33, D9, D10, D12, D27, D31).

A body's file says what its kind adds, and its lifecycle. It never imports this one."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, Generic, Protocol, TypeVar

from chalicelib.domain.errors import NotFound, OwnTwip, WrongState
from chalicelib.domain.lifecycle import Lifecycle, Transition
from chalicelib.domain.orders.consultation import Consultation
from chalicelib.domain.parties import Party, Side


class Body(Protocol):
    """What each kind of order answers of itself."""

    kind: ClassVar[str]
    """Its tag where it is stored, and the name of its part in an order's view."""
    lifecycle: ClassVar[Lifecycle[Any, Any]]

    @property
    def state(self) -> Any:
        """Where it is in its lifecycle."""
        ...

    @property
    def as_placed(self) -> Any:
        """The body as it was bought."""
        ...

    @property
    def seen(self) -> str:
        """Where it stands, for a refusal: the state, and more where more decides."""
        ...

    def fits(self, act: Any) -> bool:
        """Whether the facts beside the table allow an act that the table allows: pages offer no other, and no other is done."""
        ...

    def escrow_minor(self, price_minor: int) -> int:
        """What must lie in escrow, of an order at this price: the audit's truth."""
        ...


BODIES: dict[str, type[Body]] = {Consultation.kind: Consultation}
"""Every kind of order: the one place where a kind is registered."""
B = TypeVar("B", bound=Body)
K = TypeVar("K", bound=Body)


@dataclass(frozen=True)
class Terms:
    """What was agreed, frozen at the purchase (D10)."""

    price_minor: int
    """Of the whole, or of one block of a consultation."""
    commission_bps: int
    currency: str
    title: dict[str, str]
    """The twip's title by language, as it was bought."""
    edition: str = ""
    """With the twip it names the text that was bought: an edition never changes."""
    lasts_ms: dict[str, int] = field(default_factory=dict)
    """How long each of the order's terms lasts, by name (D31)."""


@dataclass(frozen=True)
class Deadline:
    """The term that runs: what silence until then means, the table of the body's kind says (D31)."""

    name: str
    serial: int
    """The version of the order from which it runs: grows from one to the next, so that a wake-up for an earlier one is told apart."""
    due_ms: int | None
    left_ms: int | None = None
    """What was left of it when a dispute stopped it (D22). One of the two is None."""


@dataclass(frozen=True)
class Order(Generic[B]):
    """One purchase of one twip."""

    id: str
    twip_id: str
    customer_id: str
    performer_id: str
    terms: Terms
    body: Annotated[B, BODIES]
    created_ms: int
    fingerprint: str
    """Of the request that placed it: a repeat of its Idempotency-Key with another body is told apart (D12)."""
    escrow_minor: int = 0
    deadline: Deadline | None = None
    dispute: str | None = None
    """The dispute that is open about this order: a lease that keeps every other act out (D27)."""
    ended_ms: int | None = None
    act_key: str | None = None
    """Derived from who acted last, how, and their Idempotency-Key, so that a repeat of it gets the first answer."""
    version: int = 0

    @property
    def as_placed(self) -> "Order[B]":
        """The order as it was when it was placed: the first answer, for a repeat of its request (D12)."""
        body = self.body.as_placed
        return replace(
            self,
            body=body,
            escrow_minor=body.escrow_minor(self.terms.price_minor),
            deadline=_deadline(body.lifecycle.starts, self.terms, 0, self.created_ms),
            dispute=None,
            ended_ms=None,
            act_key=None,
        )

    def side_of(self, user_id: str) -> Side | None:
        """The side that a user has in this order, if any."""
        if user_id == self.customer_id:
            return Side.CUSTOMER
        return Side.PERFORMER if user_id == self.performer_id else None

    def acts(self, party: Party) -> tuple[str, ...]:
        """What this party may do now, in the table's order; nothing while a dispute is open (D27)."""
        if self.dispute is not None:
            return ()
        return tuple(act for act in self.body.lifecycle.acts(self.body.state, party) if self.body.fits(act))


AnyOrder = Order[Any]
ConsultationOrder = Order[Consultation]


def place(
    *,
    order_id: str,
    twip_id: str,
    customer_id: str,
    performer_id: str,
    terms: Terms,
    body: B,
    fingerprint: str,
    now_ms: int,
) -> Order[B]:
    """A new order, of which nothing is in escrow yet. Raises OwnTwip (D9)."""
    if customer_id == performer_id:
        raise OwnTwip
    return Order(
        id=order_id,
        twip_id=twip_id,
        customer_id=customer_id,
        performer_id=performer_id,
        terms=terms,
        body=body,
        created_ms=now_ms,
        fingerprint=fingerprint,
        deadline=_deadline(body.lifecycle.starts, terms, 0, now_ms),
    )


def act_on(
    order: Order[B],
    act: str,
    by: Party,
    change: Callable[[B, Any], B],
    *,
    key: str,
    now_ms: int,
) -> tuple[Order[B], Transition[Any, Any]]:
    """The order after an act, its money not yet moved, and the row of the table that says what follows. `change` makes the body of the row;
    it may raise a refusal of its own.

    Raises Forbidden before the state is looked at (D34), and WrongState, also while a dispute is open (D27) or when the act does not fit
    the body's facts."""
    body = order.body
    row = body.lifecycle.on(body.state, act, by, seen=body.seen)
    if order.dispute is not None:
        raise WrongState(what=body.lifecycle.what, state="disputed", asked=act)
    changed = change(body, row)
    if not body.fits(row.act):
        raise WrongState(what=body.lifecycle.what, state=body.seen, asked=act)
    runs_on = row.starts is None and row.target == row.source
    acted = replace(
        order,
        body=changed,
        deadline=order.deadline if runs_on else _deadline(row.starts, order.terms, order.version + 1, now_ms),
        ended_ms=now_ms if row.target in body.lifecycle.ends else order.ended_ms,
        act_key=key,
    )
    return acted, row


def of_kind(order: AnyOrder | None, kind: type[K]) -> Order[K]:
    """The order, if it is one of this kind. Raises NotFound."""
    if order is None or not isinstance(order.body, kind):
        raise NotFound(what="order")
    return order


def _deadline(name: str | None, terms: Terms, serial: int, now_ms: int) -> Deadline | None:
    return None if name is None else Deadline(name, serial, now_ms + terms.lasts_ms[name])


@dataclass(frozen=True)
class Edition:
    """The text of a twip as somebody bought it (D10), under the digest of what it says: kept beside the orders, which stay small. All
    texts are by language."""

    twip_id: str
    digest: str
    titles: dict[str, str]
    descriptions: dict[str, str]
    bring: dict[str, str] = field(default_factory=dict)
    """What the customer must bring to a work."""
    days: int | None = None
    """In which a work is delivered."""
