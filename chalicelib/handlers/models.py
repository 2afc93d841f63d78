"""What all requests and answers are made of: money, times, pages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from chalicelib.services import ports

V = TypeVar("V")
T = TypeVar("T")


def iso(at_ms: int) -> str:
    """An instant as clients see it: ISO 8601, UTC, milliseconds, `Z`."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[
    int,
    PlainSerializer(iso, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-01-31T09:30:00.000Z"]}),
]
"""A time of the answer: milliseconds in here, ISO 8601 outside."""

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}\D")


def _dated(given: object) -> object:
    # Pydantic takes a number, also inside a text, for seconds since 1970.
    if not isinstance(given, str) or not _DATED.match(given):
        raise ValueError("no date")
    return given


# What a validator passes on is no JSON any more, and a strict field would take no text.
Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_dated)]
"""A time of a request: ISO 8601 with a date, a time and a zone."""

Ident = Annotated[str, Field(pattern=r"^[0-9a-z]{26}$", examples=["01jd3v8m6q4z7w2x5n9r1t0c8k"])]
"""An id in a body or a query; in a path, a text that is none simply names nothing."""


def _address(text: str) -> str:
    from email_validator import validate_email

    found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    return str(found.ascii_email).lower()


Address = Annotated[str, Field(max_length=254, json_schema_extra={"format": "email"}), AfterValidator(_address)]
"""An e-mail address: well-formed, lower-cased, deliverable without SMTPUTF8 (SES has none), never looked up in the network."""


class Request(BaseModel):
    """A body or a query: unknown fields are refused, and nothing is turned from one type into another."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class View(BaseModel):
    """An answer."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Money(View):
    """An amount in the smallest unit of its currency (D11)."""

    amount_minor: int = Field(examples=[15000])
    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["RUB"])


class PageQuery(Request):
    """Which part of a listing: `cursor` is the `next_cursor` of the part before."""

    cursor: str | None = Field(default=None, min_length=1, max_length=2048)
    limit: int = Field(default=50, ge=1, le=100)


class Page(View, Generic[V]):
    """A part of a listing; `next_cursor` is null at its end."""

    items: list[V]
    next_cursor: str | None

    @classmethod
    def model_rebuild(cls, **options: Any) -> bool | None:
        """Pydantic would build the page of nothing in particular in order to make the first `Page[...]`; nobody answers with it."""
        return None if cls is Page else super().model_rebuild(**options)

    @classmethod
    def of(cls, found: "ports.Page[T]", view: Callable[[T], V]) -> "Page[V]":
        """A page of the store, each item as clients see it: `Page[OrderView].of(page, order_view)`."""
        return cls(items=[view(item) for item in found.items], next_cursor=found.next_cursor)
