"""A toy kind of order: a present that is wrapped, and then taken or sent back. It shows what a kind must bring, and nothing else."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from chalicelib.domain.lifecycle import Effect, Lifecycle, Transition
from chalicelib.domain.orders.facts import Facts
from chalicelib.domain.parties import Party


class ToyState(StrEnum):
    """The life of a present."""

    ORDERED = "ordered"
    WRAPPED = "wrapped"
    TAKEN = "taken"
    SENT_BACK = "sent_back"


class ToyAct(StrEnum):
    """What can be done to it."""

    WRAP = "wrap"
    TAKE = "take"
    SEND_BACK = "send_back"
    SHARE = "share"
    REMIND = "remind"
    LAPSE = "lapse"


Row = Transition[ToyState, ToyAct]
CUSTOMER, PERFORMER, SERVICE = (frozenset({party}) for party in (Party.CUSTOMER, Party.PERFORMER, Party.SERVICE))

REMINDERS_AT_MOST = 3

LIFECYCLE = Lifecycle(
    "order",
    ToyState.ORDERED,
    (
        Row(ToyState.ORDERED, ToyAct.WRAP, ToyState.WRAPPED, PERFORMER, starts="taking"),
        Row(ToyState.ORDERED, ToyAct.REMIND, ToyState.ORDERED, CUSTOMER),
        Row(ToyState.ORDERED, ToyAct.LAPSE, ToyState.SENT_BACK, SERVICE, Effect.REFUND),
        Row(ToyState.WRAPPED, ToyAct.LAPSE, ToyState.TAKEN, SERVICE, Effect.RELEASE),
        Row(ToyState.WRAPPED, ToyAct.TAKE, ToyState.TAKEN, CUSTOMER, Effect.RELEASE),
        Row(ToyState.WRAPPED, ToyAct.SEND_BACK, ToyState.SENT_BACK, CUSTOMER, Effect.REFUND),
        Row(ToyState.WRAPPED, ToyAct.SHARE, ToyState.TAKEN, CUSTOMER | PERFORMER, Effect.SPLIT),
    ),
    starts="wrapping",
    silence={"wrapping": ToyAct.LAPSE, "taking": ToyAct.LAPSE},
)


@dataclass(frozen=True)
class Toy:
    """What an order of a present adds."""

    kind: ClassVar[str] = "toy"
    lifecycle: ClassVar[Lifecycle[ToyState, ToyAct]] = LIFECYCLE
    timeline: ClassVar[bool] = False

    colour: str
    state: ToyState = ToyState.ORDERED
    ribbons: int = 0
    reminders: int = 0
    """How often the customer has reminded the performer."""
    to_performer_minor: int | None = None

    @property
    def as_placed(self) -> "Toy":
        """As it was bought."""
        return Toy(self.colour)

    @property
    def seen(self) -> str:
        """Where it stands, for a refusal."""
        return self.state

    @property
    def reviewable(self) -> bool:
        """Once it is taken."""
        return self.state is ToyState.TAKEN

    def fits(self, act: ToyAct, facts: Facts) -> bool:
        """A present without a ribbon is not shared, and nobody is reminded for ever."""
        if act is ToyAct.REMIND:
            return self.reminders < REMINDERS_AT_MOST
        return act is not ToyAct.SHARE or self.ribbons > 0

    def moved(self, row: Row, facts: Facts) -> "Toy":
        """After an act that only moves it."""
        return replace(self, state=row.target)

    def escrow_minor(self, price_minor: int) -> int:
        """All of it, until the present is taken or sent back."""
        return 0 if self.state in LIFECYCLE.ends else price_minor


def wrapped(body: Toy, row: Row, facts: Facts) -> Toy:
    """Wrapped, with a ribbon."""
    return replace(body, state=row.target, ribbons=body.ribbons + 1)


def reminded(body: Toy, row: Row, facts: Facts) -> Toy:
    """Where it was, with one reminder more."""
    return replace(body, state=row.target, reminders=body.reminders + 1)


def shared(body: Toy, row: Row, facts: Facts, to_performer_minor: int) -> Toy:
    """Taken by the two of them."""
    return replace(body, state=row.target, to_performer_minor=to_performer_minor)
