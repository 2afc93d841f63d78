"""Finding twips (R11, R12, E1, E2)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.content import shown_to
from chalicelib.domain.kinds import Lang, TwipKind
from chalicelib.domain.search import PRICE_BANDS, RATING_STEPS, Facets, Fit, Query, Sort
from chalicelib.handlers.catalogue.languages import reader_lang
from chalicelib.handlers.catalogue.views import CategoryView, ContentView, category_view, content_view
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Instant, Money, Page, PageQuery, View
from chalicelib.handlers.performers import PerformerView, performer_view

if TYPE_CHECKING:
    from chalicelib.services.catalogue.search import Found, Results

bp = Blueprint(__name__)


class SearchQuery(PageQuery):
    """All that is given must fit. Without `q` and `sort` the newest come first. Of equals those in the reader's language,
    by Accept-Language, come first."""

    limit: int = Field(default=20, ge=1, le=50)
    q: str = Field(default="", max_length=200, description="Words, in any form; the last letters may be missing.")
    kind: TwipKind | None = None
    lang: Lang | None = Field(default=None, description="One of the twip's languages.")
    price_min: int | None = Field(default=None, ge=0, le=2**53, description="In minor units.")
    price_max: int | None = Field(
        default=None,
        ge=0,
        le=2**53,
        description="In minor units. A twip fits if any of its prices lies between the two.",
    )
    rating_min: float | None = Field(
        default=None, ge=1, le=5, multiple_of=0.1, description="The performer's rating, to a tenth of a star."
    )
    category: str | None = Field(
        default=None,
        min_length=1,
        max_length=30,
        description="The id of one of `GET /categories`. One that is no longer there is `other`.",
    )
    tag: str | None = Field(
        default=None, min_length=1, max_length=200, description="One of the twip's tags, however its letters are typed."
    )
    callable: bool = Field(
        default=False, description="Only performers who can be called now. Pages may then be short and still go on."
    )
    sort: Sort = Field(
        default=Sort.RELEVANCE, description="Prices: by the lowest of a twip's own. `rating`: the best first."
    )
    facets: bool = Field(default=False, description="Whether the first page is to count what other filters would find.")


class TwipCard(View):
    """A twip that was found. Descriptions are cut short, and what one must bring is left out."""

    id: str
    kind: TwipKind
    content: ContentView
    shown_in: Lang = Field(description="The language for this reader, by Accept-Language.")
    foreign: bool = Field(description="That it is not the reader's: mark it.")
    performer: PerformerView
    published_at: Instant


class PriceBandView(View):
    """A choice of prices, by the two filters that make it. Without `price_max` it has no upper end."""

    price_min: Money
    price_max: Money | None
    twips: int


class RatingStepView(View):
    """A choice of ratings, by the filter that makes it."""

    rating_min: int
    twips: int


class CategoryStepView(View):
    """A choice of categories."""

    category: CategoryView
    twips: int


class FacetsView(View):
    """How many twips each choice of a filter would find, all other filters as they are. Who can be called now is not asked."""

    kinds: dict[TwipKind, int]
    languages: dict[Lang, int]
    prices: list[PriceBandView] = Field(
        description="From the lowest. A twip is in each in which one of its prices lies."
    )
    ratings: list[RatingStepView]
    categories: list[CategoryStepView] = Field(description="All of the list, in its order.")


class FoundTwips(Page[TwipCard]):
    """A part of what was found."""

    fit: Fit | None = Field(
        description="How the twips fit `q`: `all` its words; `few`, those are few and behind them stands what lacks one word; `typos`, "
        "some words otherwise by one letter or a blank; `layout`, the same keys on the other keyboard layout; `most` of its words. The "
        "last three where those before find nothing. Null: `q` has no letter and no digit, and nothing is looked for."
    )
    understood: str | None = Field(
        description="What `q` was taken for on the other layout.", examples=["договор аренды"]
    )
    facets: FacetsView | None = Field(description="On the first page, if asked for.")


def has_words(text: str) -> bool:
    """Whether there is anything in it that can be looked for."""
    from chalicelib.domain.words import words_of

    return any(words_of(text))


def on_other_layout(text: str) -> str | None:
    """The same keys on the other keyboard layout."""
    from chalicelib.domain.words import retyped

    return retyped(text)


def category_id(asked: str | None) -> str | None:
    """The category that is asked for, as it is on the list now."""
    from chalicelib.domain.categories import categories

    return None if asked is None else categories().of(asked).id


def tag_key(asked: str | None) -> str | None:
    """A tag that is asked for, as tags are compared."""
    from chalicelib.domain.tags import key_of

    return None if asked is None else key_of(asked)


def twip_card(found: "Found", reader: Lang, currency: str) -> TwipCard:
    """A hit for one reader."""
    face = found.face
    shown = shown_to(face.content, reader)
    return TwipCard(
        id=face.twip_id,
        kind=face.kind,
        content=content_view(face.content, currency),
        shown_in=shown.lang,
        foreign=shown.foreign,
        performer=performer_view(found.performer),
        published_at=face.published_ms,
    )


def facets_view(facets: Facets, currency: str) -> FacetsView:
    """Every choice there is, also those that find nothing."""
    from chalicelib.domain.categories import categories

    return FacetsView(
        kinds={kind: facets.kinds.get(kind, 0) for kind in TwipKind},
        languages={lang: facets.languages.get(lang, 0) for lang in Lang},
        prices=list(_bands(facets, currency)),
        ratings=[RatingStepView(rating_min=stars, twips=facets.ratings.get(stars, 0)) for stars in RATING_STEPS],
        categories=[
            CategoryStepView(category=category_view(category), twips=facets.categories.get(category.id, 0))
            for category in categories()
        ],
    )


def _bands(facets: Facets, currency: str) -> Iterator[PriceBandView]:
    for band, (lowest, highest) in PRICE_BANDS.items():
        yield PriceBandView(
            price_min=Money(amount_minor=lowest, currency=currency),
            price_max=None if highest is None else Money(amount_minor=highest, currency=currency),
            twips=facets.prices.get(band, 0),
        )


def found_twips(found: "Results", words: str, reader: Lang, currency: str) -> FoundTwips:
    """What was found by these words, for one reader."""
    return FoundTwips(
        items=[twip_card(one, reader, currency) for one in found.items],
        next_cursor=found.next_cursor,
        fit=found.fit,
        understood=on_other_layout(words) if found.fit is Fit.LAYOUT else None,
        facets=None if found.facets is None else facets_view(found.facets, currency),
    )


@route(bp, "GET", "/twips", act=Act.TWIP_SEARCH, query=SearchQuery, answer=FoundTwips)
def search_twips(ctx: Context, query: SearchQuery) -> FoundTwips:
    """Finds twips."""
    if query.q.strip() and not has_words(query.q):
        return FoundTwips(items=[], next_cursor=None, fit=None, understood=None, facets=None)
    reader = reader_lang(ctx.header("accept-language"))
    asked = Query(
        words=query.q,
        kind=query.kind,
        lang=query.lang,
        price_min_minor=query.price_min,
        price_max_minor=query.price_max,
        rating_min_tenths=None if query.rating_min is None else round(10 * query.rating_min),
        category=category_id(query.category),
        tag=tag_key(query.tag),
        sort=query.sort,
        reader=reader,
    )
    found = ctx.services.search.find(
        asked,
        callable_only=query.callable,
        cursor=query.cursor,
        limit=query.limit,
        facets=query.facets and query.cursor is None,
    )
    return found_twips(found, query.q, reader, ctx.services.settings.currency)
