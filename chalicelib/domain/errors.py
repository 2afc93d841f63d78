"""Refusals: what the service answers when it does nothing. They carry facts; the words are chosen by the client in its language."""

import re
from dataclasses import dataclass, fields, replace
from typing import ClassVar


class Refusal(Exception):
    """A request that is refused and has changed nothing, but see Unavailable. `code` is the class's name in snake case, unless another is
    given. It is stable: clients and translations rest on it."""

    code: ClassVar[str]

    def __init_subclass__(cls, *, code: str | None = None) -> None:
        super().__init_subclass__()
        cls.code = code or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    @property
    def facts(self) -> dict[str, object]:
        """The fields of the refusal, as they go into the problem document or the error frame."""
        return {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]

    def __str__(self) -> str:
        return f"{self.code} {self.facts}"


@dataclass(frozen=True)
class FieldError:
    """One wrong field: its path in the request, a stable code, and the bound that was crossed, if there is one."""

    field: str
    code: str
    limit: int | None = None


FAULTS_AT_MOST = 50
FIELD_AT_MOST = 100


@dataclass(eq=False)
class InvalidInput(Refusal):
    """The request is malformed (R8): each wrong field is named, the first fifty of them, and by the start of its name: what it costs
    to refuse, and to be told of it, is not the sender's to choose."""

    errors: tuple[FieldError, ...]

    def __post_init__(self) -> None:
        self.errors = tuple(replace(error, field=error.field[:FIELD_AT_MOST]) for error in self.errors[:FAULTS_AT_MOST])


@dataclass(eq=False)
class NotFound(Refusal):
    """There is no such thing, or it is none of the asker's business: the two are not told apart."""

    what: str


@dataclass(eq=False)
class Gone(Refusal):
    """It was kept for its term, and the term is over (D29)."""

    what: str


@dataclass(eq=False)
class Unauthenticated(Refusal):
    """Nobody is signed in. `reason` is `missing`, `expired`, `invalid`, `credentials` or `overtaken`: another tab has a newer cookie."""

    reason: str


@dataclass(eq=False)
class Forbidden(Refusal):
    """The table of rules does not allow this to this person."""

    action: str


@dataclass(eq=False)
class WrongState(Refusal):
    """The thing exists, and what is asked is not possible in its state. `acts`: what its asker may do instead, where a page offers acts."""

    what: str
    state: str
    asked: str
    acts: tuple[str, ...] = ()


@dataclass(eq=False)
class Stale(Refusal):
    """The thing has changed since the asker read it; `version` is what it is at now."""

    what: str
    version: int


@dataclass(eq=False)
class InsufficientFunds(Refusal):
    """The account is short by exactly `missing_minor` (R27)."""

    missing_minor: int


@dataclass(eq=False)
class PriceChanged(Refusal):
    """The customer confirmed another price than the one in force (R29)."""

    price_minor: int


@dataclass(eq=False)
class DaysChanged(Refusal):
    """The customer confirmed another number of days to the delivery than the twip promises now (R29, D22)."""

    days: int


@dataclass(eq=False)
class EditionChanged(Refusal):
    """The customer confirmed other files or another text than the twip sells now, which is `edition` (R29, D10)."""

    edition: str


@dataclass(eq=False)
class OwnTwip(Refusal):
    """Nobody orders their own twip (D9)."""


@dataclass(eq=False)
class AlreadyOrdered(Refusal):
    """One open consultation order per customer, twip and mode; and nobody buys files twice that they have (D9)."""

    order_id: str


@dataclass(eq=False)
class CallLive(Refusal):
    """A call on this order is live; ringing counts (D8)."""

    session_id: str


@dataclass(eq=False)
class WindowClosed(Refusal):
    """The time in which this could be disputed ended at `closed_ms` (D31)."""

    closed_ms: int


@dataclass(eq=False)
class AlreadyDisputed(Refusal):
    """A dispute about this order is open: no other is opened, and nothing is given back meanwhile (D27)."""

    dispute_id: str


@dataclass(eq=False)
class NotCovered(Refusal):
    """The performer's available money does not cover what they would give back. By how much is told to nobody but them: else None."""

    missing_minor: int | None


@dataclass(eq=False)
class NotCallable(Refusal):
    """The performer cannot be called now: `reason` is `status`, `busy` or `not_on_site` (R23, R24, D4, D7)."""

    reason: str


@dataclass(eq=False)
class FreeLimit(Refusal):
    """Answered calls that nobody paid for are limited per customer, performer and day (D13)."""

    limit: int


@dataclass(eq=False)
class LimitReached(Refusal):
    """There are as many of these as may be: `drafts` (twips never published), `lines` (tabs and devices), `calls` (on one order), `uploads`
    (for one twip), `favourites` (of a kind)."""

    what: str
    limit: int


@dataclass(eq=False)
class LimitTooLow(Refusal):
    """The session has come to a later block than the limit that is asked for: `least_blocks` is the least that it may be (E24)."""

    least_blocks: int


@dataclass(eq=False)
class NotUploaded(Refusal):
    """The file is not there as it was announced; `parts` are the numbers of those that are to be sent, if it is sent in parts."""

    parts: tuple[int, ...]


@dataclass(eq=False)
class TooManyAttempts(Refusal):
    """The act is limited in number per time; it may be tried again after `retry_after_s` seconds (E19)."""

    retry_after_s: int


@dataclass(eq=False)
class WrongAmount(Refusal):
    """A provider reports another amount or currency than the top-up asked for: nothing is credited."""

    asked_minor: int
    told_minor: int


@dataclass(eq=False)
class KeyMissing(Refusal, code="idempotency_key_missing"):
    """A POST that creates something or moves money needs an Idempotency-Key (D12)."""


@dataclass(eq=False)
class KeyInvalid(Refusal, code="idempotency_key_invalid"):
    """An Idempotency-Key is 8 to 128 visible ASCII characters (D12)."""


@dataclass(eq=False)
class KeyReused(Refusal, code="idempotency_key_reused"):
    """The same Idempotency-Key came with another body (D12)."""


@dataclass(eq=False)
class InvalidCursor(Refusal):
    """The cursor was not made by this listing."""


@dataclass(eq=False)
class StatusNeedsConsultation(Refusal):
    """Status can be set only while a consultation twip of one's own is published (R18)."""


@dataclass(eq=False)
class BeingChecked(Refusal):
    """Nobody but its uploader may have a file before it was scanned, or before a moderator has answered for one that is too large."""

    scan: str


@dataclass(eq=False)
class Infected(Refusal):
    """Malware was found in a file."""


@dataclass(eq=False)
class SessionOver(Refusal):
    """The session has ended; the frame came too late."""

    reason: str


@dataclass(eq=False)
class SessionMoved(Refusal):
    """Another tab or device holds this side of the session now (D18)."""


@dataclass(eq=False)
class Unavailable(Refusal):
    """The service could not do it just now. The same request may be sent again: if it was done all the same, that is recognised."""
