"""A rating moves with what counts in it, or not at all, and the search index is sent word."""

import pytest

from chalicelib.domain.availability import Profile
from chalicelib.domain.people import User
from chalicelib.domain.ratings import UNRATED, Rating, reviewed
from chalicelib.services.changes import CommitRefused, Insert, Ref, RequireAbsent
from chalicelib.services.people.performers import LATER_S
from tests.support.house import House
from tests.support.people import settle


@pytest.fixture
def pavel(house: House) -> User:
    return settle(house, "pavel@example.org")


def rating(house: House, user: User) -> Rating:
    profile = house.store.get(Ref(Profile, user.id))
    assert profile is not None
    return profile.rating


def five(rating: Rating) -> Rating:
    return reviewed(rating, 5)


@pytest.mark.rule("D24", "E1")
def test_the_index_is_sent_word_before_the_commit_for_later_and_after_it_for_now(house: House, pavel: User) -> None:
    house.ratings.commit(pavel.id, five)
    assert rating(house, pavel) == Rating(fives=1)
    assert house.outbox.performers == [(pavel.id, LATER_S), (pavel.id, 0)]


def test_a_commit_that_is_refused_moves_no_rating_and_the_late_word_writes_what_is_true(
    house: House, pavel: User
) -> None:
    with pytest.raises(CommitRefused):
        house.ratings.commit(pavel.id, five, RequireAbsent(Ref(User, pavel.id)))
    assert rating(house, pavel) == UNRATED
    assert house.outbox.performers == [(pavel.id, LATER_S)]


def test_what_moves_no_tenth_of_a_star_is_nothing_to_the_index(house: House, pavel: User) -> None:
    house.ratings.commit(pavel.id, lambda before: before._replace(fours=1))
    house.ratings.commit(pavel.id, lambda before: before, Insert(Profile("vera", "Vera")))
    assert (rating(house, pavel), house.outbox.performers) == (Rating(fours=1), [])


def test_a_queue_that_takes_nothing_keeps_nobody_from_acting(house: House, pavel: User) -> None:
    house.outbox.breaks()
    house.ratings.commit(pavel.id, five)
    assert rating(house, pavel) == Rating(fives=1)


def test_of_a_performer_who_is_gone_nothing_is_counted_and_the_rest_is_done(house: House) -> None:
    house.ratings.commit("nobody", five, Insert(Profile("vera", "Vera")))
    assert house.store.get(Ref(Profile, "vera")) == Profile("vera", "Vera")
