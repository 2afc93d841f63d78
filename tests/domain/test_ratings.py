"""A rating is a Bayesian mean, in which refusals weigh as bad reviews (R64, D23, D24)."""

import pytest

from chalicelib.domain.ratings import UNRATED, Rating, refused, reviewed


@pytest.mark.rule("D24")
@pytest.mark.parametrize(
    ("rating", "tenths"),
    [
        (UNRATED, 40),
        (Rating(fives=1), 42),  # 25 / 6 = 4.17
        (Rating(ones=1), 35),
        (Rating(fives=5), 45),
        (Rating(fours=9), 40),
        (Rating(fives=95), 50),  # 495 / 100 = 4.95: halves are rounded up
        (Rating(fives=94), 49),  # 490 / 99 = 4.949
        (Rating(ones=1000), 10),
        (Rating(twos=1, threes=2, fours=6, fives=34), 46),
    ],
)
def test_the_mean_begins_as_if_five_reviews_had_given_four_stars(rating: Rating, tenths: int) -> None:
    assert rating.tenths == tenths


@pytest.mark.rule("R64", "D24")
def test_a_refusal_counts_as_a_review_of_two_stars_and_of_started_work_of_one() -> None:
    before = Rating(fives=3)
    assert refused(before, started=False, by=1).tenths == Rating(twos=1, fives=3).tenths == 41
    assert refused(before, started=True, by=1).tenths == Rating(ones=1, fives=3).tenths == 40
    assert refused(before, started=True, by=1).reviews == 3


@pytest.mark.rule("D23")
@pytest.mark.parametrize("started", [False, True])
def test_a_refusal_that_is_waived_weighs_nothing(started: bool) -> None:
    before = Rating(fives=3, refused=1, refused_started=1)
    assert refused(refused(before, started=started, by=1), started=started, by=-1) == before


@pytest.mark.rule("D24")
def test_few_reviews_do_not_stand_above_many() -> None:
    assert Rating(fives=1).tenths < Rating(fours=10, fives=40).tenths


@pytest.mark.rule("D24")
def test_each_review_counts_under_its_stars_and_a_changed_one_once() -> None:
    rating = UNRATED
    for stars in (5, 5, 1, 3):
        rating = reviewed(rating, stars)
    assert (rating.by_stars, rating.reviews) == ((1, 0, 1, 0, 2), 4)
    assert reviewed(rating, 4, before=1).by_stars == (0, 0, 1, 1, 2)
    assert reviewed(rating, 3, before=3) == rating


@pytest.mark.rule("D24")
def test_nobody_is_shown_a_rating_that_nothing_counts_in() -> None:
    assert UNRATED.shown_tenths is None
    assert (Rating(fours=1).shown_tenths, Rating(refused=1).shown_tenths) == (40, 37)
    assert Rating(refused=2, refused_started=1).refusals == 3
