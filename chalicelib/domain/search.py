"""What is looked for in the catalogue (R11, R12, E1, E2)."""

from collections.abc import Mapping
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


class Fit(StrEnum):
    """How hits fit the words of their query. Each is tried only where those before it have found nothing, or few."""

    ALL = "all"
    """All words, as they were asked for."""
    FEW = "few"
    """All words, and behind the few that fit so those that lack one of the words."""
    TYPOS = "typos"
    """All words, some otherwise by one letter."""
    LAYOUT = "layout"
    """The same keys, typed on the other keyboard layout."""
    MOST = "most"
    """Most of the words, but not all."""


class PriceBand(StrEnum):
    """Prices that are counted together, up to so many in major units. A twip is in each band in which one of its own prices lies."""

    TO_500 = "to_500"
    TO_1500 = "to_1500"
    TO_5000 = "to_5000"
    TO_15000 = "to_15000"
    ABOVE = "above"


PRICE_BANDS: Mapping[PriceBand, tuple[int, int | None]] = {
    PriceBand.TO_500: (0, 50_000),
    PriceBand.TO_1500: (50_001, 150_000),
    PriceBand.TO_5000: (150_001, 500_000),
    PriceBand.TO_15000: (500_001, 1_500_000),
    PriceBand.ABOVE: (1_500_001, None),
}
"""The lowest and the highest price of each, in minor units: who chooses a band filters by them."""
RATING_STEPS = (3, 4)
"""Stars from which on performers are counted."""


@dataclass(frozen=True)
class Facets:
    """How many twips each choice of a filter would find, all other filters as they are. What would find none is left out."""

    kinds: Mapping[TwipKind, int]
    languages: Mapping[Lang, int]
    prices: Mapping[PriceBand, int]
    ratings: Mapping[int, int]
    """By stars: those of performers who have at least so many."""
    categories: Mapping[str, int]
    """By ids of the list: what is stored under others counts as the one of everything else."""


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
    category: str | None = None
    """An id of the list."""
    tag: str | None = None
    """Folded (`tags.key_of`)."""
    sort: Sort = Sort.RELEVANCE
    reader: Lang | None = None
    """Whose language it is: of twips that fit equally well, those in it come first."""
