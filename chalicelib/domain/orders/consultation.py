"""A consultation as the body of an order: its mode, where its prepaid block is, and the table of its life (R25 to R36, D8, D9)."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from chalicelib.domain.errors import CallLive
from chalicelib.domain.kinds import Mode, TwipKind
from chalicelib.domain.lifecycle import Effect, Lifecycle, Transition
from chalicelib.domain.orders.facts import Facts
from chalicelib.domain.parties import Party

CALLS_AT_MOST = 1_000
"""On one order, answered or not: what is kept of each is walked through when it is erased, and nobody is to be rung for ever."""


class ConsultationState(StrEnum):
    """The life of a consultation's order (D8)."""

    OPEN = "open"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class ConsultationAct(StrEnum):
    """What can be done to it, besides calling."""

    CANCEL = "cancel"
    CLOSE = "close"


class Prepaid(StrEnum):
    """Where the block is that was paid with the order: in escrow, earned by the performer, or back with the customer."""

    HELD = "held"
    USED = "used"
    RETURNED = "returned"


Row = Transition[ConsultationState, ConsultationAct]

LIFECYCLE = Lifecycle(
    "order",
    ConsultationState.OPEN,
    (
        Row(
            ConsultationState.OPEN,
            ConsultationAct.CANCEL,
            ConsultationState.CANCELLED,
            frozenset({Party.CUSTOMER}),
            Effect.REFUND,
            waits=True,
        ),
        Row(
            ConsultationState.OPEN,
            ConsultationAct.CLOSE,
            ConsultationState.CLOSED,
            frozenset({Party.CUSTOMER, Party.PERFORMER}),
        ),
    ),
)
"""Everything legal on one page; docs/lifecycles.md is drawn from it. What an act needs besides: `NEEDS`, and no live call. While the
prepaid block is unused it is the customer's turn: to call, or to cancel."""
NEEDS = {ConsultationAct.CANCEL: Prepaid.HELD, ConsultationAct.CLOSE: Prepaid.USED}
"""Where the prepaid block must be (D8)."""


@dataclass(frozen=True)
class Consultation:
    """Paid calls or chats in one mode, as many as the customer likes."""

    kind: ClassVar[str] = TwipKind.CONSULTATION
    lifecycle: ClassVar[Lifecycle[ConsultationState, ConsultationAct]] = LIFECYCLE
    timeline: ClassVar[bool] = False
    to_performer_minor: ClassVar[None] = None

    mode: Mode
    state: ConsultationState = ConsultationState.OPEN
    prepaid: Prepaid = Prepaid.HELD
    leave_right: bool = True
    """The customer may still leave a first video session for free within its first minute (R44, R45, D15)."""
    live: str | None = None
    """The session that is live on this order: a lease that keeps cancel, close and a second call out."""
    calls: int = 0
    """How many calls there have been: numbers the sessions."""

    @property
    def as_placed(self) -> "Consultation":
        """As it was bought."""
        return Consultation(self.mode)

    @property
    def seen(self) -> str:
        """Where it stands, for a refusal."""
        return f"{self.state}/{self.prepaid}"

    @property
    def reviewable(self) -> bool:
        """From its first paid session on (D24): the prepaid block is the first that a session uses."""
        return self.prepaid is Prepaid.USED

    def fits(self, act: ConsultationAct, _facts: Facts) -> bool:
        """Whether the prepaid block is where the act needs it."""
        return self.prepaid is NEEDS[act]

    def moved(self, row: Row, _facts: Facts) -> "Consultation":
        """Cancelled or closed. Raises CallLive."""
        if self.live is not None:
            raise CallLive(session_id=self.live)
        prepaid = Prepaid.RETURNED if row.effect is Effect.REFUND else self.prepaid
        return replace(self, state=row.target, prepaid=prepaid)

    def escrow_minor(self, price_minor: int) -> int:
        """What must lie in escrow of a block's price."""
        return price_minor if self.prepaid is Prepaid.HELD else 0


@dataclass(frozen=True)
class OpenOrder:
    """Holds the place of the one open order per customer, twip and mode (D9); gone when the order ends."""

    customer_id: str
    twip_id: str
    mode: Mode
    order_id: str
