"""Top-ups of an account through a payment provider (R27, R28)."""

from dataclasses import dataclass
from enum import StrEnum


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
