"""Money in requests: whole numbers of the smallest unit, in the currency of the deployment (D11)."""

from pydantic import Field

from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.handlers.models import Request


class Amount(Request):
    """An amount that a client names, in the smallest unit of the service's one currency."""

    amount_minor: int = Field(ge=1, le=10**12, examples=[15000])
    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["RUB"])


class Part(Request):
    """A part of an amount: nothing, or all of it, too."""

    amount_minor: int = Field(ge=0, le=10**12, examples=[5000])
    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["RUB"])


def minor_of(amount: Amount | Part, field: str, currency: str) -> int:
    """The amount in minor units. Raises InvalidInput when it is in another currency than this service's."""
    if amount.currency != currency:
        raise InvalidInput((FieldError(f"{field}.currency", "not_allowed"),))
    return amount.amount_minor
