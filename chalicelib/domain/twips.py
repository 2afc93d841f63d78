"""Twips: what performers offer, in one or two languages, and their way through moderation (R1 to R10, D1 to D3)."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.orders import Mode


class Kind(StrEnum):
    """What is sold (R5)."""

    CONSULTATION = "consultation"
    WORK = "work"
    FILES = "files"


class Lang(StrEnum):
    """The languages of the interface and of twips (R6)."""

    RU = "ru"
    EN = "en"


@dataclass(frozen=True)
class Text:
    """Title and description in one language."""

    title: str
    description: str


@dataclass(frozen=True)
class Content:
    """What a twip says and costs. With two languages, a text in at least one of them (R7, D3)."""

    languages: tuple[Lang, ...]
    texts: dict[Lang, Text]
    prices: dict[Mode, int]
    """Consultations: minor units per block and mode; either mode may be absent, not both (R25)."""
    price_minor: int | None = None
    """Work and files: the full price (R31)."""
    days: int | None = None
    """Work: days to delivery (D22)."""


class Review(StrEnum):
    """Where the pending content of a twip is."""

    NONE = "none"
    DRAFT = "draft"
    PENDING = "pending"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Twip:
    """A listing. `published` is what people see; `draft` is a new version on its way through moderation, which leaves the published one
    alone until it is approved (D2)."""

    id: str
    author_id: str
    kind: Kind
    created_ms: int
    fingerprint: str
    published: Content | None = None
    published_ms: int | None = None
    withdrawn: bool = False
    draft: Content | None = None
    review: Review = Review.DRAFT
    reason: str | None = None
    """Why moderation rejected the draft (D2)."""
    submitted_ms: int | None = None
    version: int = 0

    @property
    def on_sale(self) -> bool:
        """Whether it can be found and ordered."""
        return self.published is not None and not self.withdrawn
