"""A performer's rating: what counts in it, and what follows from that (R64, D23, D24)."""

from typing import NamedTuple

STARS_AT_MOST = 5
PRIOR_STARS, PRIOR_WEIGHT = 4, 5
"""Before anybody has said anything, a rating is as if five reviews had given four stars: few reviews move it little."""
REFUSED_STARS, REFUSED_STARTED_STARS = 2, 1
"""A refusal that is not waived counts as a review of so many stars; of started work as the second."""


class Rating(NamedTuple):
    """What counts: how many reviews there are of each number of stars, and how many refusals that are not waived."""

    ones: int = 0
    twos: int = 0
    threes: int = 0
    fours: int = 0
    fives: int = 0
    refused: int = 0
    """Before the work was started."""
    refused_started: int = 0

    @property
    def by_stars(self) -> tuple[int, ...]:
        """How many reviews have one star, two, and so on."""
        return tuple(self[:STARS_AT_MOST])

    @property
    def reviews(self) -> int:
        """How many there are."""
        return sum(self.by_stars)

    @property
    def refusals(self) -> int:
        """How many count."""
        return self.refused + self.refused_started

    @property
    def tenths(self) -> int:
        """The Bayesian mean in tenths of a star, halves rounded up: from 10 to 50. Of nothing at all, it is the prior."""
        weight = PRIOR_WEIGHT + self.reviews + self.refusals
        given = sum(stars * number for stars, number in enumerate(self.by_stars, start=1))
        refused = REFUSED_STARS * self.refused + REFUSED_STARTED_STARS * self.refused_started
        total = PRIOR_STARS * PRIOR_WEIGHT + given + refused
        return (20 * total + weight) // (2 * weight)

    @property
    def shown_tenths(self) -> int | None:
        """The same, for people; None while nothing counts: a prior is nobody's opinion."""
        return self.tenths if self.reviews or self.refusals else None


UNRATED = Rating()


def reviewed(rating: Rating, stars: int, before: int | None = None) -> Rating:
    """With one review more; or, where it had `before` stars, with that one changed."""
    added = _counted(rating, stars, 1)
    return added if before is None else _counted(added, before, -1)


def refused(rating: Rating, *, started: bool, by: int) -> Rating:
    """With so many refusals more: one, or one less when it is waived."""
    if started:
        return rating._replace(refused_started=rating.refused_started + by)
    return rating._replace(refused=rating.refused + by)


def _counted(rating: Rating, stars: int, by: int) -> Rating:
    counts = list(rating)
    counts[stars - 1] += by
    return Rating(*counts)
