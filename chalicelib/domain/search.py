"""What is looked for in the catalogue (R11, R12, E1)."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.kinds import Lang, TwipKind


class Sort(StrEnum):
    """The order of what is found. Without words the most relevant are the newest."""

    RELEVANCE = "relevance"
    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"
    NEWEST = "newest"
    RATING = "rating"
    """The best first: by the Bayesian mean (D24), so that few reviews do not stand above many. Of equals the newest."""


@dataclass(frozen=True)
class Query:
    """What is looked for. A twip fits the prices if any of its own lies between them."""

    words: str = ""
    kind: TwipKind | None = None
    lang: Lang | None = None
    price_min_minor: int | None = None
    price_max_minor: int | None = None
    rating_min_tenths: int | None = None
    """Of the performer."""
    sort: Sort = Sort.RELEVANCE
