"""What a route promises and what a view answers with."""

import re
from dataclasses import dataclass, field

from pydantic import BaseModel

from chalicelib.domain.access import Act, rule_of
from chalicelib.domain.errors import (
    Forbidden,
    InvalidCursor,
    InvalidInput,
    KeyInvalid,
    KeyMissing,
    KeyReused,
    NotFound,
    Refusal,
    Unauthenticated,
    Unavailable,
)
from chalicelib.handlers.models import PageQuery

_PARAMETER = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Reply:
    """An answer that is more than its model: another status, headers, cookies, or a text of its own media type."""

    body: BaseModel | str | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    media_type: str = "application/json"


@dataclass(frozen=True)
class Route:
    """What a route promises; the OpenAPI document and the authorisation matrix are made from it."""

    name: str
    method: str
    path: str
    act: Act
    summary: str
    answer: type[BaseModel] | None = None
    status: int = 200
    media_types: tuple[str, ...] = ("application/json",)
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    keyed: bool = False
    raw: bool = False
    cookie: bool = False
    errors: tuple[type[Refusal], ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the path."""
        return tuple(_PARAMETER.findall(self.path))

    @property
    def refusals(self) -> frozenset[type[Refusal]]:
        """All that it may refuse with: its own, and those of the edge."""
        rule = rule_of(self.act)
        edge: set[type[Refusal]] = {Unavailable, InvalidInput}
        edge |= set() if rule.open else {Unauthenticated, Forbidden}
        edge |= {Forbidden} if self.cookie else set()
        edge |= {KeyInvalid, KeyMissing, KeyReused} if self.keyed else set()
        edge |= {NotFound} if self.parameters else set()
        edge |= {InvalidCursor} if self.query is not None and issubclass(self.query, PageQuery) else set()
        return frozenset(edge | set(self.errors))
