"""Twips as clients see them."""

from pydantic import Field

from chalicelib.domain.content import Content, shown_to
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.twips import Review, Sale, Twip
from chalicelib.handlers.models import Instant, Money, View
from chalicelib.handlers.performers import PersonPage, person_page
from chalicelib.services.catalogue.twips import TwipPage


class TextView(View):
    """Title and description in one language."""

    title: str
    description: str


class ContentView(View):
    """What a twip says and costs. `prices`: of a block of 15 minutes, by mode; `price`: of the whole, for work and files."""

    languages: list[Lang]
    texts: dict[Lang, TextView]
    prices: dict[Mode, Money]
    price: Money | None
    days: int | None


class TwipView(View):
    """A twip as its author and moderators see it. `version` goes into edits and decisions."""

    id: str
    author_id: str
    kind: TwipKind
    version: int
    sale: Sale
    review: Review
    reason: str | None = Field(description="Why moderation gave the draft back; until it is submitted again.")
    published: ContentView | None
    draft: ContentView | None = Field(description="What is not published yet; the published one stays as it is.")
    created_at: Instant
    submitted_at: Instant | None
    published_at: Instant | None


class TwipPageView(View):
    """A twip's page. `revision` is there for its author and for moderators only."""

    id: str
    kind: TwipKind
    sale: Sale
    content: ContentView | None = Field(description="What is published; null only for those who see `revision`.")
    shown_in: Lang | None = Field(description="The language for this reader, by Accept-Language.")
    foreign: bool = Field(description="That it is not the reader's: mark it.")
    performer: PersonPage
    orders: dict[Mode, str] = Field(description="The reader's own open orders of it, by mode.")
    published_at: Instant | None
    revision: TwipView | None


def content_view(content: Content, currency: str) -> ContentView:
    """What a twip says and costs."""
    texts = {lang: TextView(title=text.title, description=text.description) for lang, text in content.texts.items()}
    price = content.price_minor
    return ContentView(
        languages=list(content.languages),
        texts=texts,
        prices={mode: Money(amount_minor=minor, currency=currency) for mode, minor in content.prices.items()},
        price=None if price is None else Money(amount_minor=price, currency=currency),
        days=content.days,
    )


def twip_view(twip: Twip, currency: str) -> TwipView:
    """All of a twip."""
    return TwipView(
        id=twip.id,
        author_id=twip.author_id,
        kind=twip.kind,
        version=twip.version,
        sale=twip.sale,
        review=twip.review,
        reason=twip.reason,
        published=None if twip.published is None else content_view(twip.published, currency),
        draft=None if twip.draft is None else content_view(twip.draft, currency),
        created_at=twip.created_ms,
        submitted_at=twip.submitted_ms,
        published_at=twip.published_ms,
    )


def twip_page_view(page: TwipPage, reader: Lang, currency: str, now_ms: int) -> TwipPageView:
    """A twip's page for one reader."""
    content = page.twip.published
    shown = None if content is None else shown_to(content, reader)
    return TwipPageView(
        id=page.twip.id,
        kind=page.twip.kind,
        sale=page.twip.sale,
        content=None if content is None else content_view(content, currency),
        shown_in=None if shown is None else shown.lang,
        foreign=shown is not None and shown.foreign,
        performer=person_page(page.performer, now_ms),
        orders=page.orders,
        published_at=page.twip.published_ms,
        revision=twip_view(page.twip, currency) if page.inside else None,
    )
