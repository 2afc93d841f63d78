"""Orders: what every purchase has, whatever was bought, around a body of its kind (R26 to R33, D9, D10, D12, D27, D31).

A body's file says what its kind adds, and its lifecycle. It never imports this one."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, Generic, Protocol, TypeVar

from chalicelib.domain.errors import NotFound, OwnTwip, WrongState
from chalicelib.domain.lifecycle import Lifecycle, Transition
from chalicelib.domain.orders.consultation import Consultation
from chalicelib.domain.orders.facts import Facts
from chalicelib.domain.orders.files import Files
from chalicelib.domain.orders.work import Work
from chalicelib.domain.parties import Party, Side


class Body(Protocol):
    """What each kind of order answers of itself."""

    kind: ClassVar[str]
    """Its tag where it is stored, and the name of its part in an order's view."""
    lifecycle: ClassVar[Lifecycle[Any, Any]]
    timeline: ClassVar[bool]
    """Whether each act on it is kept as an event (domain.orders.events)."""

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

    @property
    def to_performer_minor(self) -> int | None:
        """What a split gives the performer, before commission, once there is one."""
        ...

    @property
    def reviewable(self) -> bool:
        """Whether something has come of it that its customer may review (D24)."""
        ...

    def fits(self, act: Any, facts: Facts, /) -> bool:
        """Whether the facts beside the table allow an act that the table allows: pages offer no other, and no other is done."""
        ...

    def moved(self, row: Any, facts: Facts, /) -> Any:
        """The body after an act that says no more than its row does. May raise a refusal of its own."""
        ...

    def escrow_minor(self, price_minor: int) -> int:
        """What must lie in escrow, of an order at this price: the audit's truth."""
        ...


BODIES: dict[str, type[Body]] = {Consultation.kind: Consultation, Work.kind: Work, Files.kind: Files}
"""Every kind of order: the one place where a kind is registered."""
REVIEW = "review"
"""The term in which the customer may review an order that has ended (D31)."""
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
    reminds_ms: dict[str, int] = field(default_factory=dict)
    """How long before the end of a term its reminder goes, by name; not at all where the term is no longer than that."""


@dataclass(frozen=True)
class Deadline:
    """The term that runs: what silence until then means, the table of the body's kind says (D31)."""

    name: str
    serial: int
    """The version of the order from which it runs: grows from one to the next, so that a wake-up for an earlier one is told apart."""
    due_ms: int | None
    left_ms: int | None = None
    """What was left of it when a dispute stopped it (D22). One of the two is None."""
    reminded: bool = False
    """No reminder is to go any more."""


@dataclass(frozen=True)
class Rest:
    """A time in which terms stood still, because a dispute was open (D22)."""

    from_ms: int
    to_ms: int


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
    refunded_minor: int = 0
    """What the customer has been given back of the price so far."""
    deadline: Deadline | None = None
    review: Deadline | None = None
    """Of an order that has ended: until when its customer may review it."""
    dispute: str | None = None
    """The dispute that is open about this order: a lease that keeps every other act out (D27)."""
    disputed: tuple[Side, ...] = ()
    """Who opened each dispute about it, or about its sessions, the earliest first."""
    rests: tuple[Rest, ...] = ()
    """When disputes kept it from going on, the earliest first."""
    decided: bool = False
    """Whether one about the whole of it ended in a verdict or an agreement: that is final."""
    ended_ms: int | None = None
    act_key: str | None = None
    """Derived from who acted last, how, and their Idempotency-Key, so that a repeat of it gets the first answer."""
    version: int = 0

    @property
    def disputes(self) -> int:
        """How many have been opened about it, or about its sessions: numbers them."""
        return len(self.disputed)

    @property
    def as_placed(self) -> "Order[B]":
        """The order as it was when it was placed: the first answer, for a repeat of its request (D12)."""
        body = self.body.as_placed
        begun = _placed(
            replace(self, body=body, refunded_minor=0, dispute=None, disputed=(), rests=(), decided=False, act_key=None)
        )
        return replace(begun, escrow_minor=body.escrow_minor(self.terms.price_minor))

    def side_of(self, user_id: str) -> Side | None:
        """The side that a user has in this order, if any."""
        if user_id == self.customer_id:
            return Side.CUSTOMER
        return Side.PERFORMER if user_id == self.performer_id else None

    def party_of(self, user_id: str) -> Party:
        """Whom one of the two sides acts as. Raises NotFound for anybody else (D34)."""
        side = self.side_of(user_id)
        if side is None:
            raise NotFound(what="order")
        return Party(side)

    def runs_until_ms(self, from_ms: int, until_ms: int) -> int:
        """When a term is over that nothing waits for, and that would run between these: disputes have stopped it, too (D22)."""
        for rest in self.rests:
            if rest.from_ms < until_ms:
                until_ms += max(rest.to_ms - max(rest.from_ms, from_ms), 0)
        return until_ms

    def facts(self, by: Party, now_ms: int, *, let_down: bool = False) -> Facts:
        """What an act of this party may rest on now."""
        return Facts(by, now_ms, self.escrow_minor, self.terms.lasts_ms, let_down)

    def acts(self, facts: Facts) -> tuple[str, ...]:
        """What this party may do now, in the table's order; nothing while a dispute is open (D27)."""
        if self.dispute is not None:
            return ()
        body = self.body
        return tuple(act for act in body.lifecycle.acts(body.state, facts.by) if body.fits(act, facts))

    def waits_for(self, facts: Facts) -> bool:
        """Whether it is this party's turn: an act that the order waits for is theirs to do now. Never while a dispute is open (D27)."""
        if self.dispute is not None:
            return False
        body = self.body
        return any(body.fits(act, facts) for act in body.lifecycle.turns(body.state, facts.by))


AnyOrder = Order[Any]
ConsultationOrder = Order[Consultation]
WorkOrder = Order[Work]
FilesOrder = Order[Files]
Change = Callable[[B, Any, Facts], B]
"""Makes the new body from the old, the row of the table, and the facts. It may raise a refusal of its own."""


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
    order = Order(
        id=order_id,
        twip_id=twip_id,
        customer_id=customer_id,
        performer_id=performer_id,
        terms=terms,
        body=body,
        created_ms=now_ms,
        fingerprint=fingerprint,
    )
    return _placed(order)


def moved(body: B, row: Any, facts: Facts) -> B:
    """The change of an act that says no more than its row."""
    changed: B = body.moved(row, facts)
    return changed


def act_on(
    order: Order[B],
    act: str,
    facts: Facts,
    change: Change[B] = moved,
    *,
    key: str,
    lasts_ms: Callable[[Order[B], Facts], int] | None = None,
) -> tuple[Order[B], Transition[Any, Any]]:
    """The order after an act, its money not yet moved, and the row of the table that says what follows. `lasts_ms`: how long the term that
    starts lasts, if not as the order's terms say; it is asked of the order before the act.

    Raises Forbidden before the state is looked at (D34), and WrongState, also while a dispute is open (D27) or when the act does not fit
    the body's facts."""
    body = order.body
    row = body.lifecycle.row(body.state, act, facts.by)
    if order.dispute is not None:
        raise WrongState(what=body.lifecycle.what, state="disputed", asked=act)
    changed = None if row is None else change(body, row, facts)
    if row is None or changed is None or not body.fits(row.act, facts):
        raise WrongState(what=body.lifecycle.what, state=body.seen, asked=act, acts=order.acts(facts))
    runs_on = row.starts is None and row.target == row.source
    lasting_ms = None if lasts_ms is None else lasts_ms(order, facts)
    ends = row.target in body.lifecycle.ends and order.ended_ms is None
    acted = replace(
        order,
        body=changed,
        deadline=order.deadline
        if runs_on
        else _begun(row.starts, order.terms, order.version + 1, facts.now_ms, lasting_ms),
        review=_review(order, changed, facts.now_ms) if ends else order.review,
        ended_ms=facts.now_ms if ends else order.ended_ms,
        act_key=key,
    )
    return acted, row


def of_kind(order: AnyOrder | None, kind: type[K]) -> Order[K]:
    """The order, if it is one of this kind. Raises NotFound."""
    if order is None or not isinstance(order.body, kind):
        raise NotFound(what="order")
    return order


def _placed(order: Order[B]) -> Order[B]:
    """With the terms that begin at the purchase. What is paid out at once is over with it, and may be reviewed (R81, D24)."""
    lifecycle, terms, now_ms = order.body.lifecycle, order.terms, order.created_ms
    return replace(
        order,
        deadline=_begun(lifecycle.starts, terms, 0, now_ms),
        review=_begun(REVIEW, terms, 0, now_ms) if lifecycle.at_once else None,
        ended_ms=now_ms if lifecycle.at_once else None,
    )


def _review(order: Order[B], ended: B, now_ms: int) -> Deadline | None:
    """The term in which an order that ends so may be reviewed."""
    return _begun(REVIEW, order.terms, order.version + 1, now_ms) if ended.reviewable else None


def _begun(name: str | None, terms: Terms, serial: int, now_ms: int, lasts_ms: int | None = None) -> Deadline | None:
    """The term of this name, from now on. A reminder that would go before that is none."""
    if name is None:
        return None
    lasting_ms = terms.lasts_ms[name] if lasts_ms is None else lasts_ms
    early_ms = terms.reminds_ms.get(name)
    return Deadline(name, serial, now_ms + lasting_ms, reminded=early_ms is not None and lasting_ms <= early_ms)


@dataclass(frozen=True)
class LatestOrder:
    """The newest order of a twip by a customer, of a kind that may be ordered again (R33, D9): the twip's page leads to it."""

    customer_id: str
    twip_id: str
    order_id: str
