"""Files as the body of an order: goods that are paid for at once, and are the customer's for good unless a dispute ends that (R74 to R85,
D9, D10, D31)."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.lifecycle import Effect, Lifecycle, Notice, Transition
from chalicelib.domain.orders.facts import Facts
from chalicelib.domain.parties import Party


class FilesState(StrEnum):
    """The life of an order of files, which is over as it is placed."""

    BOUGHT = "bought"
    REVOKED = "revoked"
    """The customer has the goods no more: a dispute has ended that."""


class FilesAct(StrEnum):
    """What can be done to it. What the performer gives back by choice takes no goods away (docs/adr/0014)."""

    REVOKE = "revoke"


Row = Transition[FilesState, FilesAct]

LIFECYCLE = Lifecycle(
    "order",
    FilesState.BOUGHT,
    (
        Row(
            FilesState.BOUGHT,
            FilesAct.REVOKE,
            FilesState.REVOKED,
            frozenset({Party.ARBITER, Party.ADMIN, Party.SERVICE}),
        ),
    ),
    buys=Effect.RELEASE,
    tells=(Notice("files_sold", Party.PERFORMER),),
)
"""Everything legal on one page; docs/lifecycles.md is drawn from it."""


@dataclass(frozen=True)
class Files:
    """Goods of one edition of a twip. What they are the edition says (D10)."""

    kind: ClassVar[str] = TwipKind.FILES
    lifecycle: ClassVar[Lifecycle[FilesState, FilesAct]] = LIFECYCLE
    timeline: ClassVar[bool] = True
    to_performer_minor: ClassVar[None] = None
    reviewable: ClassVar[bool] = True
    """From the purchase on, whatever comes of it (D24)."""

    state: FilesState = FilesState.BOUGHT

    @property
    def as_placed(self) -> "Files":
        """As they were bought."""
        return Files()

    @property
    def seen(self) -> str:
        """Where it stands, for a refusal."""
        return self.state

    @property
    def access(self) -> bool:
        """Whether the customer has the goods."""
        return self.state is FilesState.BOUGHT

    def fits(self, _act: FilesAct, _facts: Facts) -> bool:
        """The table decides alone."""
        return True

    def moved(self, row: Row, _facts: Facts) -> "Files":
        """After an act."""
        return replace(self, state=row.target)

    def escrow_minor(self, _price_minor: int) -> int:
        """Nothing ever lies there: the price went to the performer (R81)."""
        return 0


@dataclass(frozen=True)
class KeyUse:
    """That a customer has bought files under an Idempotency-Key (D12). Their order has no id of that key: its id says who bought which
    twip, so that nobody buys the same twice (D9)."""

    id: str
    """That which an order of another kind would have by this key."""
    fingerprint: str


@dataclass(frozen=True)
class LinksGiven:
    """How often the customer of an order was given a link to each of its files, by id: for both sides, and for whoever decides (R84)."""

    order_id: str
    times: dict[str, int]
    version: int = 0
