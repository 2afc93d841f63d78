"""A lifecycle as one table: who may do what in which state, where it leads, and what follows from it (R26 to R35, D8, D21, D31, D34)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from chalicelib.domain.errors import Forbidden, WrongState
from chalicelib.domain.parties import Party

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


class Effect(StrEnum):
    """What a transition does to the money that an order holds in escrow."""

    NONE = "none"
    HOLD = "hold"
    """The price goes from the customer into escrow."""
    RELEASE = "release"
    """The escrow goes to the performer, less commission."""
    REFUND = "refund"
    """The escrow goes back to the customer."""
    SPLIT = "split"
    """A part of the escrow goes to the performer, less commission on that part; the rest goes back."""


@dataclass(frozen=True)
class Notice:
    """Somebody who is told of a transition, by which template of mail."""

    to: Party
    template: str


@dataclass(frozen=True)
class Transition(Generic[S, A]):
    """One row: in `source`, one of `by` may do `act`, and then it is in `target`."""

    source: S
    act: A
    target: S
    by: frozenset[Party]
    effect: Effect = Effect.NONE
    starts: str | None = None
    """The term that starts (D31). Whatever term ran before is over, but when the act leaves the state as it is and starts none."""
    tells: tuple[Notice, ...] = ()
    """Whom the use case mails when it is done."""


@dataclass(frozen=True)
class Lifecycle(Generic[S, A]):
    """Everything legal on one page. `what` is what lives by it, as refusals and access name it: `order`. No two rows have the same
    source and act."""

    what: str
    first: S
    rows: Sequence[Transition[S, A]]
    starts: str | None = None
    """The term that starts with the first state."""

    def permit(self, act: A, actor: Party) -> None:
        """Raises Forbidden when the act is never this party's, whatever the state (D34)."""
        if not any(row.act == act and actor in row.by for row in self.rows):
            raise Forbidden(action=f"{self.what}.{act}")

    def on(self, state: S, act: A, actor: Party, *, seen: str | None = None) -> Transition[S, A]:
        """The transition that this act is. `seen`: how a refusal names the state, if not by the state alone.

        Raises Forbidden as `permit`, else WrongState."""
        self.permit(act, actor)
        for row in self.rows:
            if (row.source, row.act) == (state, act) and actor in row.by:
                return row
        raise WrongState(what=self.what, state=seen or state, asked=act)

    def acts(self, state: S, actor: Party) -> tuple[A, ...]:
        """What this party may do in a state, in the table's order: what a page may offer."""
        return tuple(row.act for row in self.rows if row.source == state and actor in row.by)

    @property
    def ends(self) -> frozenset[S]:
        """The states that nothing leads out of."""
        return frozenset(row.target for row in self.rows) - frozenset(row.source for row in self.rows)
