"""What a use case may commit, in the words of the trade; storage turns it into one transaction."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chalicelib.billing.ledger import Entry
from chalicelib.domain.values import value

T = TypeVar("T")


@dataclass(frozen=True)
class Ref(Generic[T]):
    """Names one stored entity: its class and the parts of its key."""

    kind: type[T]
    key: tuple[str, ...]

    def __init__(self, kind: type[T], *key: str) -> None:
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "key", key)


@value
class Insert:
    """A new entity; refused when one with its key exists."""

    entity: Any


@value
class Save:
    """A changed entity; refused unless the stored version is the one it was read at."""

    entity: Any


@value
class Put:
    """An entity written over whatever was there: for what has no history."""

    entity: Any


@value
class Remove:
    """An entity deleted; refused when it is gone, or, if it has a version, when it has changed since it was read."""

    entity: Any


@value
class Require:
    """An entity that must be as it was read, and is not written."""

    entity: Any


@value
class RequireAbsent:
    """An entity that must still not exist."""

    ref: Ref[Any]


@value
class AccountChange:
    """A change of one account item by addition. Refused when the account does not exist, when its available money would fall below
    zero by a debit, or when the performer's lease is not as needed: `take` wants it free (or already this session's), `free` wants
    it this session's. `into_debt`: a verdict takes it, which alone may end below zero (D25). With `seen_minor` it is also refused unless
    the available money is still what was read, so that the balance which is told afterwards is true without another read.
    `sessions_held`: so many more."""

    user_id: str
    available_delta_minor: int = 0
    fee_delta_minor: int = 0
    into_debt: bool = False
    take: str | None = None
    free: str | None = None
    seen_minor: int | None = None
    sessions_held: int = 0


@value
class RequireShort:
    """Fence of a cut: the account holds less than a block. Refused when a top-up came first (docs/adr/0004)."""

    user_id: str
    below_minor: int


@value
class Join:
    """A connection is in one more session. Added to what is there, so that of two at the same moment neither is forgotten; refused when
    the connection is closed."""

    connection: Any
    session_id: str


@value
class Record:
    """A journal entry; refused when its key is taken. There is no other way to write the journal."""

    entry: Entry


Change = Insert | Save | Put | Remove | Require | RequireAbsent | AccountChange | RequireShort | Join | Record


class CommitRefused(Exception):
    """Nothing was written: these changes did not meet what is stored. Read again and decide again."""

    def __init__(self, failed: tuple[Change, ...]) -> None:
        super().__init__(", ".join(type(change).__name__ for change in failed))
        self.failed = failed

    def by(self, *kinds: type[Any]) -> bool:
        """Whether a change of one of these kinds is among those that were refused."""
        return any(isinstance(change, kinds) for change in self.failed)


class Contention(Exception):
    """Nothing was written: other transactions held the same items through every retry."""
