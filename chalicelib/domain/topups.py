"""Top-ups of an account through a payment provider (R27, R28)."""

from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.errors import FieldError, InvalidInput, WrongAmount


class TopUpState(StrEnum):
    """PENDING until the provider says; a late success after FAILED counts, for the money has come."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True)
class TopUp:
    """Money on its way from a provider. `amount_minor` is fixed when it is asked for."""

    id: str
    user_id: str
    provider: str
    amount_minor: int
    currency: str
    created_ms: int
    fingerprint: str
    state: TopUpState = TopUpState.PENDING
    settled_ms: int | None = None
    version: int = 0

    @property
    def as_started(self) -> "TopUp":
        """The top-up as it was asked for: the first answer, for a repeat of its request (D12)."""
        return replace(self, state=TopUpState.PENDING, settled_ms=None)


class Outcome(StrEnum):
    """What a provider says about a payment."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"


NEXT = {
    (TopUpState.PENDING, Outcome.SUCCEEDED): TopUpState.PAID,
    (TopUpState.PENDING, Outcome.FAILED): TopUpState.FAILED,
    (TopUpState.FAILED, Outcome.SUCCEEDED): TopUpState.PAID,
}
"""Everything that changes a top-up. What is not here is a repeat, or a failure told after the money had come: it changes nothing."""

SMALLEST_MINOR = 1
LARGEST_MINOR = 10_000_000
"""Of one top-up."""


@dataclass(frozen=True)
class Notification:
    """What a provider's webhook says, once its signature holds. `event_id` is the provider's, for the log."""

    event_id: str
    top_up_id: str
    outcome: Outcome
    amount_minor: int
    currency: str


def start(
    *, top_up_id: str, user_id: str, provider: str, amount_minor: int, currency: str, fingerprint: str, now_ms: int
) -> TopUp:
    """A top-up that waits for its payment. Raises InvalidInput when the amount is out of bounds."""
    if amount_minor < SMALLEST_MINOR:
        raise InvalidInput((FieldError("amount.amount_minor", "too_small", SMALLEST_MINOR),))
    if amount_minor > LARGEST_MINOR:
        raise InvalidInput((FieldError("amount.amount_minor", "too_large", LARGEST_MINOR),))
    return TopUp(top_up_id, user_id, provider, amount_minor, currency, now_ms, fingerprint)


def settle(top_up: TopUp, told: Notification, now_ms: int) -> TopUp | None:
    """The top-up after a notification; None when it changes nothing. Raises WrongAmount when other money came than was asked for:
    then nobody is credited, and a person has to look."""
    if (told.amount_minor, told.currency) != (top_up.amount_minor, top_up.currency):
        raise WrongAmount(asked_minor=top_up.amount_minor, told_minor=told.amount_minor)
    target = NEXT.get((top_up.state, told.outcome))
    return None if target is None else replace(top_up, state=target, settled_ms=now_ms)
