"""Performers as clients see them. No view of these knows an e-mail address."""

from typing import TYPE_CHECKING, Any

from pydantic import Field

from chalicelib.domain.availability import Status, Uncallable
from chalicelib.domain.hours import open_hours, rows_of
from chalicelib.domain.kinds import Lang
from chalicelib.domain.zones import offset_at, place_of
from chalicelib.handlers.models import Instant, View

if TYPE_CHECKING:
    from chalicelib.domain.ratings import Rating
    from chalicelib.services.people.availability import Standing
    from chalicelib.services.people.introductions import Introduction


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


class RatingView(View):
    """What customers think of a performer."""

    stars: float | None = Field(
        description="A Bayesian mean, to a tenth of a star: as if five reviews had given four stars before the first. A refusal counts as "
        "a review of two stars, of started work of one, unless its customer waives it. Null while nothing counts.",
        examples=[4.7],
    )
    reviews: int


class RatingPage(RatingView):
    """And what it is made of."""

    by_stars: list[int] = Field(description="How many reviews have one star, two, and so on to five.")
    refusals: int = Field(description="How many refusals count.")


class PerformerView(View):
    """A performer on a card."""

    id: str
    display_name: str
    status: Status = Field(description="`busy` during a session, whatever was chosen.")
    callable: bool
    silent: bool = Field(description="A call would not ring, only show a badge.")
    uncallable_reason: Uncallable | None
    rating: RatingView


class PersonPage(PerformerView):
    """A performer on their own page and on their twips'."""

    hours: HoursView
    rating: RatingPage


class SaidOfSelf(View):
    """What people say of themselves in one language: plain text, perhaps empty. It was not moderated."""

    profession: str = Field(examples=["Electrical engineer, Perm"])
    about: str


class IntroductionView(PersonPage):
    """A person on their own page."""

    texts: dict[Lang, SaidOfSelf] = Field(description="In the languages in which something is said.")
    sessions_held: int = Field(description="Sessions in which they were paid for at least one block.")
    since: Instant = Field(description="When they came.")


def hours_view(standing: "Standing", now_ms: int) -> HoursView:
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


def rating_view(rating: "Rating") -> RatingView:
    """On a card."""
    return RatingView(**_rated(rating))


def rating_page(rating: "Rating") -> RatingPage:
    """With what it is made of."""
    return RatingPage(**_rated(rating), by_stars=list(rating.by_stars), refusals=rating.refusals)


def performer_view(standing: "Standing") -> PerformerView:
    """A performer on a card."""
    return PerformerView(**_stood(standing), rating=rating_view(standing.profile.rating))


def person_page(standing: "Standing", now_ms: int) -> PersonPage:
    """A performer with their hours."""
    rating = rating_page(standing.profile.rating)
    return PersonPage(**_stood(standing), rating=rating, hours=hours_view(standing, now_ms))


def introduction_view(introduction: "Introduction", now_ms: int) -> IntroductionView:
    """A person on their own page."""
    standing = introduction.standing
    return IntroductionView(
        **_stood(standing),
        rating=rating_page(standing.profile.rating),
        hours=hours_view(standing, now_ms),
        texts={
            lang: SaidOfSelf(profession=said.profession, about=said.about) for lang, said in introduction.texts.items()
        },
        sessions_held=standing.sessions_held,
        since=introduction.since_ms,
    )


def _stood(standing: "Standing") -> dict[str, Any]:
    return {
        "id": standing.profile.user_id,
        "display_name": standing.profile.display_name,
        "status": standing.status,
        "callable": standing.uncallable is None,
        "silent": standing.silent,
        "uncallable_reason": standing.uncallable,
    }


def _rated(rating: "Rating") -> dict[str, Any]:
    tenths = rating.shown_tenths
    return {"stars": None if tenths is None else tenths / 10, "reviews": rating.reviews}
