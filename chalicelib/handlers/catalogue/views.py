"""Twips as clients see them."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from pydantic import Field

from chalicelib.domain.attachments import Verdict
from chalicelib.domain.content import Content, FilesOffer, shown_to
from chalicelib.domain.goods import Good
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.terms import TermSettings
from chalicelib.domain.twips import Review, Sale, Twip
from chalicelib.handlers.http import Context
from chalicelib.handlers.models import Instant, Money, View
from chalicelib.handlers.performers import PersonPage, person_page
from chalicelib.handlers.uploads import AttachedView

if TYPE_CHECKING:
    from chalicelib.domain.categories import Category
    from chalicelib.services.catalogue.twips import TwipPage


class TextView(View):
    """What is said in one language. `bring`: what the customer must bring to a work; empty when nothing is said of it."""

    title: str
    description: str
    bring: str


class WorkOfferView(View):
    """A work's price of the whole, and the days from its start to its delivery. Only a draft may lack either."""

    price: Money | None
    days: int | None


class FilesOfferView(View):
    """What is sold of files and links, and the price of it all. Only a draft may lack either."""

    price: Money | None
    files: list[AttachedView] = Field(description="In the author's order.")
    link_count: int
    links: list[str] | None = Field(description="The links themselves; null for all but the author and moderators.")


class CategoryView(View):
    """A category of the deployment's list. Its names may change, its id does not."""

    id: str = Field(examples=["law"])
    names: dict[Lang, str]


class ContentView(View):
    """What a twip says and costs. Of prices, work and files it has the one of its kind."""

    languages: list[Lang]
    texts: dict[Lang, TextView]
    category: CategoryView
    tags: list[str] = Field(description="As the author wrote them.")
    prices: dict[Mode, Money] = Field(description="A consultation's, of a block of 15 minutes, by mode.")
    work: WorkOfferView | None
    files: FilesOfferView | None


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
    scans: dict[str, Verdict] | None = Field(
        description="How the scan of each of its files stands, by their ids. Others than its author have those that are `clean` or "
        "`not_scanned`; one that is `infected` cannot be submitted. Null: not told in this list."
    )


class WorkTermsView(View):
    """What an order of a work that is placed now would freeze, in days: within how many the performer starts, or all of the money returns;
    after how many of the customer's silence a delivery counts as accepted."""

    start_days: int
    acceptance_days: int


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
    latest_order: str | None = Field(description="The reader's newest order of it, if it is no consultation.")
    bought: bool = Field(description="Whether the reader has its files: they are not sold to them again.")
    work_terms: WorkTermsView | None = Field(description="Of a work only.")
    edition: str | None = Field(description="Of files only: names what is sold now. Whoever orders it confirms it.")
    published_at: Instant | None
    revision: TwipView | None


def content_view(content: Content, currency: str) -> ContentView:
    """What a twip says and costs, as everybody may know it."""
    return _content_view(content, currency, None)


def _inner_view(content: Content, currency: str) -> ContentView:
    """As its author and moderators see it."""
    return _content_view(content, currency, list(content.goods.links))


def _content_view(content: Content, currency: str, links: list[str] | None) -> ContentView:
    work, files = content.work, content.files
    return ContentView(
        languages=list(content.languages),
        texts={lang: TextView(**asdict(text)) for lang, text in content.texts.items()},
        category=_category_of(content),
        tags=list(content.tags),
        prices={mode: Money(amount_minor=minor, currency=currency) for mode, minor in content.prices.items()},
        work=None if work is None else WorkOfferView(price=_money(work.price_minor, currency), days=work.days),
        files=None if files is None else _files_view(files, currency, links),
    )


def _category_of(content: Content) -> CategoryView:
    from chalicelib.domain.categories import categories

    return category_view(categories().of(content.category))


def category_view(category: "Category") -> CategoryView:
    """A category in both languages."""
    return CategoryView(id=category.id, names=category.names)


def _files_view(files: FilesOffer, currency: str, links: list[str] | None) -> FilesOfferView:
    return FilesOfferView(
        price=_money(files.price_minor, currency),
        files=[good_view(good) for good in files.goods.files],
        link_count=len(files.goods.links),
        links=links,
    )


def good_view(good: Good) -> AttachedView:
    """A file that is sold, as everybody may know it."""
    return AttachedView(id=good.id, name=good.file.name, type=good.file.media_type, size=good.file.size_bytes)


def _money(amount_minor: int | None, currency: str) -> Money | None:
    return None if amount_minor is None else Money(amount_minor=amount_minor, currency=currency)


def twip_view(twip: Twip, currency: str, scans: dict[str, Verdict] | None) -> TwipView:
    """All of a twip, with what is known of its files, by their ids."""
    return TwipView(
        id=twip.id,
        author_id=twip.author_id,
        kind=twip.kind,
        version=twip.version,
        sale=twip.sale,
        review=twip.review,
        reason=twip.reason,
        published=None if twip.published is None else _inner_view(twip.published, currency),
        draft=None if twip.draft is None else _inner_view(twip.draft, currency),
        created_at=twip.created_ms,
        submitted_at=twip.submitted_ms,
        published_at=twip.published_ms,
        scans=scans,
    )


def whole_view(ctx: Context, twip: Twip) -> TwipView:
    """All of one twip, its scans too."""
    return twip_view(twip, ctx.services.settings.currency, ctx.services.scans.of_twips([twip])[twip.id])


def twip_page_view(ctx: Context, page: "TwipPage", reader: Lang) -> TwipPageView:
    """A twip's page for one reader."""
    currency, terms = ctx.services.settings.currency, ctx.services.settings.terms
    content = page.twip.published
    shown = None if content is None else shown_to(content, reader)
    return TwipPageView(
        id=page.twip.id,
        kind=page.twip.kind,
        sale=page.twip.sale,
        content=None if content is None else content_view(content, currency),
        shown_in=None if shown is None else shown.lang,
        foreign=shown is not None and shown.foreign,
        performer=person_page(page.performer, ctx.now_ms),
        orders=page.orders,
        latest_order=page.latest,
        bought=page.bought,
        work_terms=_work_terms(terms) if page.twip.kind is TwipKind.WORK else None,
        edition=page.edition,
        published_at=page.twip.published_ms,
        revision=whole_view(ctx, page.twip) if page.inside else None,
    )


def _work_terms(terms: TermSettings) -> WorkTermsView:
    return WorkTermsView(start_days=terms.start_days, acceptance_days=terms.acceptance_days)
