"""The thread of an order: what its sides write to each other, how far each has read, and until when they may write (R59, R79, D32)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.attachments import Attached
from chalicelib.domain.errors import WrongState
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.parties import Party
from chalicelib.domain.text import prose

MAX_CODE_POINTS = 4000
MESSAGES_AN_HOUR = 300
"""By one person (E19)."""
GLIMPSE = 160
"""So many code points of what was said last are shown in a list."""


@dataclass(frozen=True)
class ThreadMessage:
    """Something that was written. It stays as long as its order does."""

    thread_id: str
    id: str
    """Derived from the author and their Idempotency-Key: a repeat of it is the same message."""
    author_id: str
    party: Party
    at_ms: int
    text: str
    attachments: tuple[Attached, ...]
    fingerprint: str
    """Of the request: the same key with another body is told apart (D12)."""


@dataclass(frozen=True)
class Newest:
    """The last thing in a thread, whoever did it."""

    at_ms: int
    entry_id: str = ""
    """Of a message, or the key of an act; empty: the order itself is what is new."""
    is_act: bool = False


class About(StrEnum):
    """What a thread is about."""

    ORDER = "order"
    DISPUTE = "dispute"


@dataclass(frozen=True)
class Reader:
    """One party of a thread as its reader: how far they have read, and what has come since."""

    thread_id: str
    party: Party
    user_id: str
    about: About = About.ORDER
    newest_ms: int = 0
    """When the last thing came that they did not do themselves: what they may have read."""
    read_ms: int = 0
    """Up to when they have read."""
    unread: int = 0
    since_ms: int | None = None
    """When the first came that they have not read."""
    mailed: bool = False
    """They have been mailed about the thread since they read it last: once is enough (E17, E23)."""
    newest: Newest | None = None
    """By which it stands in their correspondence (R79); None: it does not stand there."""
    version: int = 0

    def later_ms(self, now_ms: int) -> int:
        """A time for what comes next: after all that they may have read."""
        return max(now_ms, self.newest_ms + 1)

    def received(self, at_ms: int, *, mailed: bool = False) -> "Reader":
        """Something has come. `mailed`: they are mailed of it anyway."""
        since_ms = at_ms if self.since_ms is None else self.since_ms
        return replace(self, newest_ms=at_ms, unread=self.unread + 1, since_ms=since_ms, mailed=self.mailed or mailed)

    def listed(self, newest: Newest) -> "Reader":
        """It stands in their correspondence by this."""
        return replace(self, newest=newest)

    def has_read(self, up_to_ms: int) -> "Reader":
        """They have seen everything up to then; what has not come yet nobody has seen. What came after it stays unread."""
        read_ms = max(self.read_ms, min(up_to_ms, self.newest_ms))
        if read_ms < self.newest_ms:
            return replace(self, read_ms=read_ms)
        return replace(self, read_ms=read_ms, unread=0, since_ms=None, mailed=False)


def wording(text: str, attachments: Sequence[object]) -> str:
    """The text of a message as it is kept: tidied, and empty only beside an attachment. Raises InvalidInput."""
    return prose("text", text, at_most=MAX_CODE_POINTS, at_least=0 if attachments else 1)


def glimpse(text: str) -> str:
    """The beginning of a text on one line, for a list."""
    line = " ".join(text.split())
    return line if len(line) <= GLIMPSE else f"{line[: GLIMPSE - 1].rstrip()}…"


def closes_ms(order: AnyOrder) -> int | None:
    """When nobody may write any more: a time after the order's end, as its terms say. None while it is open, or in dispute."""
    if order.ended_ms is None or order.dispute is not None:
        return None
    return order.ended_ms + order.terms.lasts_ms["correspondence"]


def is_open(order: AnyOrder, now_ms: int) -> bool:
    """Whether its sides may write now."""
    closing_ms = closes_ms(order)
    return closing_ms is None or now_ms < closing_ms


def check_open(order: AnyOrder, now_ms: int) -> None:
    """Raises WrongState when nobody may write any more."""
    if not is_open(order, now_ms):
        raise WrongState(what="thread", state="closed", asked="write")
