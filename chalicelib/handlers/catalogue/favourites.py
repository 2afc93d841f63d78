"""Twips and people that one has marked (E3)."""

from typing import TYPE_CHECKING

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.content import shown_to
from chalicelib.domain.errors import LimitReached
from chalicelib.domain.favourites import Favourites, Marked
from chalicelib.domain.kinds import Lang, TwipKind
from chalicelib.handlers.catalogue.languages import reader_lang
from chalicelib.handlers.catalogue.views import ContentView, content_view
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import View
from chalicelib.handlers.performers import PerformerView, performer_view

if TYPE_CHECKING:
    from chalicelib.services.catalogue.favourites import MarkedTwip
    from chalicelib.services.people.availability import Standing

bp = Blueprint(__name__)


class MarksView(View):
    """What I have marked, by ids, the newest first."""

    twips: list[str]
    people: list[str]


class MarkedTwipCard(View):
    """A twip that I have marked. Descriptions are cut short, and what one must bring is left out."""

    id: str
    kind: TwipKind
    content: ContentView
    shown_in: Lang = Field(description="The language for this reader, by Accept-Language.")
    foreign: bool = Field(description="That it is not the reader's: mark it.")
    on_sale: bool = Field(description="Whether it can be ordered. What was taken off the market stays listed.")
    performer: PerformerView


class MarkedPerson(PerformerView):
    """A person whom I have marked."""

    here: bool = Field(description="Whether they have a page: not while they are blocked by staff.")


class FavouritesView(View):
    """What I have marked as it stands now, the newest mark first."""

    twips: list[MarkedTwipCard]
    people: list[MarkedPerson]


def marks_view(favourites: Favourites) -> MarksView:
    """By ids."""
    return MarksView(twips=list(favourites.twips), people=list(favourites.people))


def marked_twip(found: "MarkedTwip", reader: Lang, currency: str) -> MarkedTwipCard:
    """A twip for one reader."""
    shown = shown_to(found.content, reader)
    return MarkedTwipCard(
        id=found.twip_id,
        kind=found.kind,
        content=content_view(found.content, currency),
        shown_in=shown.lang,
        foreign=shown.foreign,
        on_sale=found.on_sale,
        performer=performer_view(found.performer),
    )


def marked_person(standing: "Standing") -> MarkedPerson:
    """A person."""
    return MarkedPerson(**dict(performer_view(standing)), here=not standing.profile.blocked)


@route(bp, "GET", "/me/marks", act=Act.MARKS_READ, answer=MarksView)
def read_marks(ctx: Context) -> MarksView:
    """Which twips and people I have marked: whose hearts are filled."""
    return marks_view(ctx.services.marking.of(ctx.caller.user_id))


@route(bp, "GET", "/me/favourites", act=Act.FAVOURITES_READ, answer=FavouritesView)
def read_favourites(ctx: Context) -> FavouritesView:
    """What I have marked: at most a hundred twips and a hundred people."""
    reader, currency = reader_lang(ctx.header("accept-language")), ctx.services.settings.currency
    marking, user_id = ctx.services.marking, ctx.caller.user_id
    return FavouritesView(
        twips=[marked_twip(found, reader, currency) for found in marking.twips(user_id)],
        people=[marked_person(standing) for standing in marking.people(user_id)],
    )


@route(bp, "PUT", "/me/favourites/{twip_id}", act=Act.TWIP_MARK, answer=MarksView, errors=(LimitReached,))
def mark_twip(ctx: Context, twip_id: str) -> MarksView:
    """Marks a twip on sale. Marked twice it is marked once."""
    return marks_view(ctx.services.marking.mark(ctx.caller.user_id, Marked.TWIPS, twip_id))


@route(bp, "DELETE", "/me/favourites/{twip_id}", act=Act.TWIP_UNMARK, answer=MarksView)
def unmark_twip(ctx: Context, twip_id: str) -> MarksView:
    """A twip is marked no more."""
    return marks_view(ctx.services.marking.unmark(ctx.caller.user_id, Marked.TWIPS, twip_id))


@route(bp, "PUT", "/me/people/{user_id}", act=Act.PERSON_MARK, answer=MarksView, errors=(LimitReached,))
def mark_person(ctx: Context, user_id: str) -> MarksView:
    """Marks a person, as `mark_twip` does a twip."""
    return marks_view(ctx.services.marking.mark(ctx.caller.user_id, Marked.PEOPLE, user_id))


@route(bp, "DELETE", "/me/people/{user_id}", act=Act.PERSON_UNMARK, answer=MarksView)
def unmark_person(ctx: Context, user_id: str) -> MarksView:
    """A person is marked no more."""
    return marks_view(ctx.services.marking.unmark(ctx.caller.user_id, Marked.PEOPLE, user_id))
