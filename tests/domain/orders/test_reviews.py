"""Who may say what of an order, and until when (D24, D31, D34)."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.errors import Forbidden, InvalidInput, WrongState
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.orders.consultation import ConsultationAct, Prepaid
from chalicelib.domain.orders.deadlines import resume, stop
from chalicelib.domain.orders.order import AnyOrder, Deadline, Rest, act_on
from chalicelib.domain.orders.reviews import Offered, OrderReview, Reply, ReviewAct, offered, replied, written
from chalicelib.domain.orders.work import WorkAct, WorkState
from chalicelib.domain.parties import Party
from chalicelib.domain.terms import PROFILES
from tests.support.orders import consultation, end_order, work

NOW, DAY = 1_780_000_000_000, 86_400_000
END = NOW + 30 * DAY
SPANS = PROFILES["real"].of_review()
CUSTOMER, PERFORMER = Party.CUSTOMER, Party.PERFORMER


def accepted() -> AnyOrder:
    order = work("o1", price_minor=9_000, at_ms=NOW - 9 * DAY, state=WorkState.DELIVERED)
    return act_on(order, WorkAct.ACCEPT, order.facts(CUSTOMER, NOW), key="k")[0]


def talked(**changes: Any) -> AnyOrder:
    spans = PROFILES["real"].of_consultation()
    return consultation(
        "o1", price_minor=9_000, at_ms=NOW, prepaid=Prepaid.USED, escrow_minor=0, lasts_ms=spans.lasts_ms, **changes
    )


def write(
    order: AnyOrder,
    before: OrderReview | None = None,
    by: Party = CUSTOMER,
    *,
    stars: int = 5,
    text: str = "Quick and exact",
    at_ms: int = NOW,
) -> OrderReview:
    return written(order, before, by, stars, text, ident="r1", spans=SPANS, now_ms=at_ms)


def reply(order: AnyOrder, before: OrderReview | None, text: str = "Thank you", at_ms: int = NOW) -> OrderReview:
    return replied(order, before, PERFORMER, text, now_ms=at_ms)


@pytest.mark.rule("D24")
def test_the_customer_of_a_completed_order_says_what_everybody_may_read() -> None:
    order = accepted()
    assert write(order, text="  Quick and exact ") == OrderReview(
        order_id="o1",
        id="r1",
        twip_id=order.twip_id,
        performer_id="pavel",
        author_id="cora",
        kind=TwipKind.WORK,
        stars=5,
        text="Quick and exact",
        at_ms=NOW,
        change_until_ms=NOW + 7 * DAY,
        reply_until_ms=NOW + 30 * DAY,
    )


@pytest.mark.rule("D24")
@pytest.mark.parametrize(
    ("state", "reviewable"),
    [(state, state in (WorkState.ACCEPTED, WorkState.AGREED, WorkState.RULED)) for state in WorkState],
)
def test_work_of_which_something_has_come_is_reviewed_and_a_refusal_counts_by_itself(
    state: WorkState, reviewable: bool
) -> None:
    assert work("o1", price_minor=9_000, at_ms=NOW, state=state).body.reviewable is reviewable


@pytest.mark.rule("D24")
def test_a_consultation_is_reviewed_from_its_first_paid_session_on_and_after_its_end() -> None:
    unused = consultation("o1", price_minor=9_000, at_ms=NOW)
    assert offered(unused, None, CUSTOMER, NOW) is None
    open_order = talked()
    assert offered(open_order, None, CUSTOMER, NOW + 99 * DAY) == Offered(ReviewAct.WRITE, None)
    assert write(open_order).kind is TwipKind.CONSULTATION
    closed = end_order(open_order, ConsultationAct.CLOSE, key="k", now_ms=NOW)
    assert offered(closed, None, CUSTOMER, NOW) == Offered(ReviewAct.WRITE, END)


@pytest.mark.rule("D24")
def test_a_consultation_that_was_cancelled_is_not_reviewed() -> None:
    spans = PROFILES["real"].of_consultation()
    order = consultation("o1", price_minor=9_000, at_ms=NOW, lasts_ms=spans.lasts_ms)
    cancelled = end_order(order, ConsultationAct.CANCEL, key="k", now_ms=NOW)
    assert (cancelled.review, offered(cancelled, None, CUSTOMER, NOW)) == (None, None)
    with pytest.raises(WrongState) as refused:
        write(cancelled)
    assert refused.value.state == "none"


@pytest.mark.rule("D31")
def test_an_order_that_has_ended_is_reviewed_for_thirty_days() -> None:
    order = accepted()
    assert order.review == Deadline("review", 1, END)
    assert offered(order, None, CUSTOMER, END - 1) == Offered(ReviewAct.WRITE, END)
    with pytest.raises(WrongState) as refused:
        write(order, at_ms=END)
    assert (refused.value.what, refused.value.state, refused.value.asked) == ("review", "over", "write")


def test_an_order_of_an_earlier_build_that_has_ended_has_no_term_for_it() -> None:
    closed = replace(end_order(talked(), ConsultationAct.CLOSE, key="k", now_ms=NOW), review=None)
    assert offered(closed, None, CUSTOMER, NOW) is None
    with pytest.raises(WrongState) as refused:
        write(closed)
    assert refused.value.state == "none"


@pytest.mark.rule("D22", "D27")
def test_while_a_dispute_is_open_nobody_reviews_and_what_was_left_of_the_term_runs_on_after_it() -> None:
    disputed = stop(accepted(), "d1", NOW + 10 * DAY)
    review = write(accepted())
    assert offered(disputed, None, CUSTOMER, NOW) is None
    with pytest.raises(WrongState) as refused:
        write(disputed, review, stars=1)
    assert refused.value.state == "disputed"
    over = resume(disputed, Rest(NOW + 10 * DAY, NOW + 40 * DAY))
    assert offered(over, None, CUSTOMER, NOW + 40 * DAY) == Offered(ReviewAct.WRITE, NOW + 60 * DAY)


@pytest.mark.rule("D22", "D31")
def test_a_dispute_stops_the_time_in_which_a_review_may_be_changed_or_replied_to() -> None:
    review = write(accepted())
    over = resume(stop(accepted(), "d1", NOW + 2 * DAY), Rest(NOW + 2 * DAY, NOW + 22 * DAY))
    assert offered(over, review, CUSTOMER, NOW + 22 * DAY) == Offered(ReviewAct.CHANGE, NOW + 27 * DAY)
    assert offered(over, review, PERFORMER, NOW + 22 * DAY) == Offered(ReviewAct.REPLY, NOW + 50 * DAY)
    assert write(over, review, stars=1, at_ms=NOW + 27 * DAY - 1).stars == 1


@pytest.mark.rule("D24", "D31")
def test_a_review_may_be_changed_for_seven_days_and_says_that_it_was() -> None:
    order, first = accepted(), write(accepted())
    assert offered(order, first, CUSTOMER, NOW) == Offered(ReviewAct.CHANGE, NOW + 7 * DAY)
    changed = write(order, first, stars=2, text="It broke", at_ms=NOW + 7 * DAY - 1)
    assert changed == replace(first, stars=2, text="It broke", changed_ms=NOW + 7 * DAY - 1)
    with pytest.raises(WrongState) as refused:
        write(order, first, stars=2, at_ms=NOW + 7 * DAY)
    assert (refused.value.state, refused.value.asked) == ("over", "change")


@pytest.mark.rule("D24", "D31")
def test_the_performer_replies_within_thirty_days_and_may_say_it_better() -> None:
    order, review = accepted(), write(accepted())
    assert offered(order, review, PERFORMER, NOW) == Offered(ReviewAct.REPLY, NOW + 30 * DAY)
    answered = reply(order, review)
    assert answered == replace(review, reply=Reply("Thank you", NOW))
    better = reply(order, answered, "Thank you, Vera", NOW + 30 * DAY - 1)
    assert better.reply == Reply("Thank you, Vera", NOW + 30 * DAY - 1)
    with pytest.raises(WrongState) as refused:
        reply(order, review, at_ms=NOW + 30 * DAY)
    assert (refused.value.state, refused.value.asked) == ("over", "reply")


def test_nobody_replies_to_a_review_that_there_is_not() -> None:
    assert offered(accepted(), None, PERFORMER, NOW) is None
    for order in (talked(), accepted()):
        with pytest.raises(WrongState) as refused:
            reply(order, None)
        assert refused.value.state == "none"


@pytest.mark.rule("D12")
def test_the_same_once_more_changes_nothing_though_its_time_is_over() -> None:
    order, review = accepted(), write(accepted())
    answered = reply(order, review)
    assert write(order, review, at_ms=NOW + 99 * DAY) is review
    assert reply(order, answered, at_ms=NOW + 99 * DAY) is answered


@pytest.mark.rule("D34")
def test_the_wrong_side_is_refused_before_the_state_is_looked_at() -> None:
    review = write(accepted())
    for order in (accepted(), stop(accepted(), "d1", NOW)):
        with pytest.raises(Forbidden) as refused:
            write(order, review, PERFORMER)
        assert refused.value.action == "review.write"
        with pytest.raises(Forbidden) as refused:
            replied(order, None, CUSTOMER, "Thank you", now_ms=NOW)
        assert refused.value.action == "review.reply"


@pytest.mark.rule("D24", "R8")
@pytest.mark.parametrize(
    ("stars", "text", "fault"),
    [
        (0, "Quick", ("stars", "too_small", 1)),
        (6, "Quick", ("stars", "too_large", 5)),
        (5, "", ("text", "required", None)),
        (5, "ok", ("text", "too_short", 3)),
        (5, "a" * 2001, ("text", "too_long", 2000)),
    ],
)
def test_it_has_one_to_five_stars_and_some_words(stars: int, text: str, fault: tuple[str, str, int | None]) -> None:
    with pytest.raises(InvalidInput) as refused:
        write(accepted(), stars=stars, text=text)
    (found,) = refused.value.errors
    assert (found.field, found.code, found.limit) == fault
