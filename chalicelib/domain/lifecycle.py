"""A lifecycle as one table: who may do what in which state, where it leads, and what follows from it (R26 to R35, D8, D21, D31, D34)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    """Who is mailed, by which template."""

    template: str
    to: Party | None = None
    """None: the side that did not act."""


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
    waits: bool = False
    """While one of `by` may do it, it is their turn: what has this lifecycle waits for them."""


@dataclass(frozen=True)
class Lifecycle(Generic[S, A]):
    """Everything legal on one page. `what` is what lives by it, as refusals and access name it: `order`. No two rows have the same
    source and act."""

    what: str
    first: S
    rows: Sequence[Transition[S, A]]
    starts: str | None = None
    """The term that starts with the first state."""
    buys: Effect = Effect.HOLD
    """What a purchase does to the price. RELEASE: it goes to the performer at once, less commission, and the order is over as it is
    placed."""
    tells: tuple[Notice, ...] = ()
    """Who is mailed when it begins."""
    silence: Mapping[str, A] = field(default_factory=dict)
    """What the service does when a term is over and nobody has acted, by the term's name (D31)."""
    reminders: Mapping[str, Notice] = field(default_factory=dict)
    """Who is mailed before a term is over, by the term's name (D31)."""

    def permit(self, act: A, actor: Party) -> None:
        """Raises Forbidden when the act is never this party's, whatever the state (D34)."""
        if not any(row.act == act and actor in row.by for row in self.rows):
            raise Forbidden(action=f"{self.what}.{act}")

    def on(self, state: S, act: A, actor: Party) -> Transition[S, A]:
        """The transition that this act is. Raises Forbidden as `permit`, else WrongState."""
        row = self.row(state, act, actor)
        if row is None:
            raise WrongState(what=self.what, state=state, asked=act, acts=self.acts(state, actor))
        return row

    def row(self, state: S, act: A, actor: Party) -> Transition[S, A] | None:
        """The transition that this act is; None in a state in which it is not possible. Raises Forbidden as `permit`."""
        self.permit(act, actor)
        found = (row for row in self.rows if (row.source, row.act) == (state, act) and actor in row.by)
        return next(found, None)

    def acts(self, state: S, actor: Party) -> tuple[A, ...]:
        """What this party may do in a state, in the table's order: what a page may offer."""
        return tuple(row.act for row in self.rows if row.source == state and actor in row.by)

    def turns(self, state: S, actor: Party) -> tuple[A, ...]:
        """Those of a party's acts in a state by which it is their turn."""
        return tuple(row.act for row in self.rows if row.source == state and actor in row.by and row.waits)

    @property
    def at_once(self) -> bool:
        """Whether an order is paid out, and over, as it is placed."""
        return self.buys is Effect.RELEASE

    @property
    def ends(self) -> frozenset[S]:
        """The states that nothing leads out of. Something may still be done in them."""
        left = frozenset(row.source for row in self.rows if row.target != row.source)
        return frozenset(row.target for row in self.rows) - left
