"""What one performer has on sale (E4)."""

from typing import TYPE_CHECKING

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.content import shown_to
from chalicelib.domain.kinds import Lang, TwipKind
from chalicelib.handlers.catalogue.languages import reader_lang
from chalicelib.handlers.catalogue.views import ContentView, content_view
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Instant, Page, PageQuery, View

if TYPE_CHECKING:
    from chalicelib.services.catalogue.offers import Offer

bp = Blueprint(__name__)


class OfferCard(View):
    """A twip on its performer's page. Descriptions are cut short, and what one must bring is left out."""

    id: str
    kind: TwipKind
    content: ContentView
    shown_in: Lang = Field(description="The language for this reader, by Accept-Language.")
    foreign: bool = Field(description="That it is not the reader's: mark it.")
    published_at: Instant


def offer_card(offer: "Offer", reader: Lang, currency: str) -> OfferCard:
    """A twip on sale for one reader."""
    shown = shown_to(offer.content, reader)
    return OfferCard(
        id=offer.twip_id,
        kind=offer.kind,
        content=content_view(offer.content, currency),
        shown_in=shown.lang,
        foreign=shown.foreign,
        published_at=offer.published_ms,
    )


@route(bp, "GET", "/users/{user_id}/twips", act=Act.PERSON_TWIPS, query=PageQuery, answer=Page[OfferCard])
def twips_of_person(ctx: Context, user_id: str, query: PageQuery) -> Page[OfferCard]:
    """What a performer has on sale, newest first."""
    reader, currency = reader_lang(ctx.header("accept-language")), ctx.services.settings.currency
    found = ctx.services.offers.of(user_id, cursor=query.cursor, limit=query.limit)
    return Page[OfferCard].of(found, lambda offer: offer_card(offer, reader, currency))
