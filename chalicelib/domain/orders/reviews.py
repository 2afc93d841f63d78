"""Reviews of orders: who may say what about whom, and until when (D24, D31, D34)."""

from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.errors import FieldError, Forbidden, InvalidInput, WrongState
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.parties import Party
from chalicelib.domain.ratings import STARS_AT_MOST
from chalicelib.domain.terms import Spans
from chalicelib.domain.text import prose

TEXT_AT_LEAST, TEXT_AT_MOST = 3, 2000
"""Of a review, and of the reply."""


class ReviewAct(StrEnum):
    """What a side may do with the review of its order."""

    WRITE = "write"
    CHANGE = "change"
    REPLY = "reply"
    """Or change the reply."""


@dataclass(frozen=True)
class Reply:
    """What the performer says to a review."""

    text: str
    at_ms: int
    """When it was last written."""


@dataclass(frozen=True)
class OrderReview:
    """What the customer says of an order: one an order. Its names are read from the people as they are now."""

    order_id: str
    id: str
    """By which everybody may know it; the order's id is for its two sides."""
    twip_id: str
    performer_id: str
    author_id: str
    kind: TwipKind
    """Of what was bought."""
    stars: int
    text: str
    at_ms: int
    """When it was written first: where it stands in a list."""
    change_until_ms: int
    """This and the next: if no dispute comes between."""
    reply_until_ms: int
    changed_ms: int | None = None
    reply: Reply | None = None
    version: int = 0


@dataclass(frozen=True)
class Offered:
    """What a side may do now. `until_ms`: None while nothing ends it, as long as an order is open."""

    act: ReviewAct
    until_ms: int | None


def offered(order: AnyOrder, review: OrderReview | None, by: Party, now_ms: int) -> Offered | None:
    """What this side may do with the review of its order now, if anything; nothing while a dispute is open (D27)."""
    if order.dispute is not None:
        return None
    if by is Party.PERFORMER:
        return None if review is None else _until(ReviewAct.REPLY, _ends(order, review, review.reply_until_ms), now_ms)
    if review is not None:
        return _until(ReviewAct.CHANGE, _ends(order, review, review.change_until_ms), now_ms)
    if order.ended_ms is None:
        return Offered(ReviewAct.WRITE, None) if order.body.reviewable else None
    due_ms = None if order.review is None else order.review.due_ms
    return None if due_ms is None else _until(ReviewAct.WRITE, due_ms, now_ms)


def written(
    order: AnyOrder,
    before: OrderReview | None,
    by: Party,
    stars: int,
    text: str,
    *,
    ident: str,
    spans: Spans,
    now_ms: int,
) -> OrderReview:
    """The review as its author wants it now; the very one that is there, if it says so already, whatever the time. A new one gets this
    id, and these spans: how long it may be changed and replied to.

    Raises InvalidInput, Forbidden before the state is looked at (D34), WrongState."""
    stars, text = _stars(stars), _text(text)
    if by is not Party.CUSTOMER:
        raise Forbidden(action="review.write")
    if before is not None and (before.stars, before.text) == (stars, text):
        return before
    if before is not None:
        _check(order, before, by, ReviewAct.CHANGE, now_ms)
        return replace(before, stars=stars, text=text, changed_ms=now_ms)
    _check(order, before, by, ReviewAct.WRITE, now_ms)
    return OrderReview(
        order_id=order.id,
        id=ident,
        twip_id=order.twip_id,
        performer_id=order.performer_id,
        author_id=order.customer_id,
        kind=TwipKind(order.body.kind),
        stars=stars,
        text=text,
        at_ms=now_ms,
        change_until_ms=now_ms + spans.lasts_ms["change"],
        reply_until_ms=now_ms + spans.lasts_ms["reply"],
    )


def replied(order: AnyOrder, before: OrderReview | None, by: Party, text: str, *, now_ms: int) -> OrderReview:
    """The review with the performer's reply; the very one that is there, likewise. Raises as `written`."""
    text = _text(text)
    if by is not Party.PERFORMER:
        raise Forbidden(action="review.reply")
    if before is None:
        raise WrongState(what="review", state="disputed" if order.dispute else "none", asked=ReviewAct.REPLY)
    if before.reply is not None and before.reply.text == text:
        return before
    _check(order, before, by, ReviewAct.REPLY, now_ms)
    return replace(before, reply=Reply(text, now_ms))


def _check(order: AnyOrder, review: OrderReview | None, by: Party, act: ReviewAct, now_ms: int) -> None:
    if offered(order, review, by, now_ms) is None:
        raise WrongState(what="review", state=_state(order, review), asked=act)


def _text(text: str) -> str:
    return prose("text", text, at_least=TEXT_AT_LEAST, at_most=TEXT_AT_MOST)


def _stars(stars: int) -> int:
    if stars < 1:
        raise InvalidInput((FieldError("stars", "too_small", 1),))
    if stars > STARS_AT_MOST:
        raise InvalidInput((FieldError("stars", "too_large", STARS_AT_MOST),))
    return stars


def _ends(order: AnyOrder, review: OrderReview, until_ms: int) -> int:
    return order.runs_until_ms(review.at_ms, until_ms)


def _until(act: ReviewAct, until_ms: int, now_ms: int) -> Offered | None:
    return Offered(act, until_ms) if now_ms < until_ms else None


def _state(order: AnyOrder, review: OrderReview | None) -> str:
    """Why it is not possible: the time for it is over, has not come, or stands still. `none`: nobody has reviewed it."""
    if order.dispute is not None:
        return "disputed"
    if review is not None or order.review is not None:
        return "over"
    return "early" if order.ended_ms is None else "none"
