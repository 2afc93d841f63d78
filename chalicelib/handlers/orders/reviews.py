"""Reviews of orders, and the replies to them (D24)."""

from typing import TYPE_CHECKING

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.errors import WrongState
from chalicelib.domain.kinds import TwipKind
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Page, PageQuery, Request
from chalicelib.handlers.orders.views import SaidView, said, said_view

if TYPE_CHECKING:
    from chalicelib.services.orders.reviews import Told

bp = Blueprint(__name__)
TEXT_AT_MOST = 8_000
"""In a request, before it is tidied: what is kept is shorter."""


class WriteReview(Request):
    """What the customer says of the order, whole."""

    stars: int = Field(ge=1, le=5)
    text: str = Field(max_length=TEXT_AT_MOST, description="3 to 2000 characters are kept.")


class ReplyToReview(Request):
    """What the performer says to that, whole."""

    text: str = Field(max_length=TEXT_AT_MOST, description="3 to 2000 characters are kept.")


class ReviewView(SaidView):
    """A review as everybody reads it."""

    id: str
    twip_id: str
    kind: TwipKind
    author_name: str | None = Field(description="As they are called now; null when they are gone.")


def review_view(told: "Told") -> ReviewView:
    """What was said, of what and by whom."""
    review = told.review
    return ReviewView(
        **said(review),
        id=review.id,
        twip_id=review.twip_id,
        kind=review.kind,
        author_name=told.author_name or None,
    )


@route(
    bp,
    "PUT",
    "/orders/{order_id}/review",
    act=Act.REVIEW_WRITE,
    body=WriteReview,
    answer=SaidView,
    errors=(WrongState,),
)
def write_review(ctx: Context, order_id: str, body: WriteReview) -> SaidView:
    """The customer reviews an order: within 30 days of its end by default, a consultation from its first paid session on.

    It may be changed for seven days by default. The same once more changes nothing."""
    return said_view(ctx.services.reviews.write(ctx.caller.user_id, order_id, body.stars, body.text))


@route(
    bp,
    "PUT",
    "/orders/{order_id}/review/reply",
    act=Act.REVIEW_REPLY,
    body=ReplyToReview,
    answer=SaidView,
    errors=(WrongState,),
)
def reply_to_review(ctx: Context, order_id: str, body: ReplyToReview) -> SaidView:
    """The performer replies to the review of an order, or changes the reply: within 30 days of the review by default."""
    return said_view(ctx.services.reviews.reply(ctx.caller.user_id, order_id, body.text))


@route(bp, "GET", "/users/{user_id}/reviews", act=Act.PERSON_REVIEWS, query=PageQuery, answer=Page[ReviewView])
def reviews_of_person(ctx: Context, user_id: str, query: PageQuery) -> Page[ReviewView]:
    """What customers say of a performer, newest first."""
    found = ctx.services.reviews.of_performer(user_id, cursor=query.cursor, limit=query.limit)
    return Page[ReviewView].of(found, review_view)


@route(bp, "GET", "/twips/{twip_id}/reviews", act=Act.TWIP_REVIEWS, query=PageQuery, answer=Page[ReviewView])
def reviews_of_twip(ctx: Context, twip_id: str, query: PageQuery) -> Page[ReviewView]:
    """What customers say of their orders of a twip, newest first."""
    found = ctx.services.reviews.of_twip(twip_id, cursor=query.cursor, limit=query.limit)
    return Page[ReviewView].of(found, review_view)
