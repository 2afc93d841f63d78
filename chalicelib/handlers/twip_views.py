"""Twips and performers as clients see them. No view of these knows an e-mail address."""

from pydantic import Field

from chalicelib.domain.availability import Status, Uncallable
from chalicelib.domain.content import Content, Lang, TwipKind, shown_to
from chalicelib.domain.hours import open_hours, rows_of
from chalicelib.domain.orders import Mode
from chalicelib.domain.twips import Review, Sale, Twip
from chalicelib.domain.zones import offset_at, place_of
from chalicelib.handlers.models import Instant, Money, View
from chalicelib.services.availability import Standing
from chalicelib.services.twips import TwipPage


class StretchView(View):
    """A stretch of time, its end excluded. It ends too where the performer's clocks change."""

    starts_at: Instant
    ends_at: Instant
    offset_minutes: int = Field(description="The performer's clock then, minutes east of UTC.", examples=[180])


class HoursView(View):
    """When a performer consults. The hours inform; calls are possible outside them too (D5)."""

    zone: str = Field(
        description="The performer's time zone (IANA): a name to show. Its rules are nobody else's to know, the offsets are here.",
        examples=["Europe/Moscow"],
    )
    offset_minutes: int = Field(description="Its clocks now, minutes east of UTC.", examples=[180])
    grid: list[str] = Field(
        description="Seven rows, Monday first; 24 characters each, `1` where a consultation is possible, in `zone`."
    )
    coming: list[StretchView] = Field(
        description="The same for the seven days from `as_of` on as instants: show them in the reader's zone."
    )
    as_of: Instant = Field(description="The moment of this answer.")


class PerformerView(View):
    """A performer on a card."""

    id: str
    display_name: str
    status: Status = Field(description="`busy` during a session, whatever was chosen.")
    callable: bool
    silent: bool = Field(description="A call would not ring, only show a badge.")
    uncallable_reason: Uncallable | None


class PersonPage(PerformerView):
    """A performer on their own page and on their twips'."""

    hours: HoursView


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


def hours_view(standing: Standing, now_ms: int) -> HoursView:
    """The grid, and what it means in the coming seven days."""
    profile = standing.profile
    coming = open_hours(profile.grid, profile.zone, now_ms)
    return HoursView(
        zone=place_of(profile.zone),
        offset_minutes=offset_at(profile.zone, now_ms),
        grid=list(rows_of(profile.grid)),
        coming=[
            StretchView(starts_at=stretch.from_ms, ends_at=stretch.to_ms, offset_minutes=stretch.offset_minutes)
            for stretch in coming
        ],
        as_of=now_ms,
    )


def performer_view(standing: Standing) -> PerformerView:
    """A performer on a card."""
    return PerformerView(
        id=standing.profile.user_id,
        display_name=standing.profile.display_name,
        status=standing.status,
        callable=standing.uncallable is None,
        silent=standing.silent,
        uncallable_reason=standing.uncallable,
    )


def person_page(standing: Standing, now_ms: int) -> PersonPage:
    """A performer with their hours."""
    return PersonPage(**performer_view(standing).model_dump(), hours=hours_view(standing, now_ms))


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
