"""What a person has marked."""

import pytest

from chalicelib.domain.errors import LimitReached
from chalicelib.domain.favourites import MARKED_AT_MOST, Favourites, Marked, marked, unmarked

NOTHING = Favourites("dina")


@pytest.mark.rule("E3")
@pytest.mark.parametrize("kind", Marked)
def test_the_newest_mark_comes_first_and_what_is_marked_already_changes_nothing(kind: Marked) -> None:
    two = marked(marked(NOTHING, kind, "one"), kind, "two")
    assert two.of(kind) == ("two", "one")
    assert marked(two, kind, "one") is two
    assert {other: two.of(other) for other in Marked if other is not kind} == {
        other: () for other in Marked if other is not kind
    }


@pytest.mark.rule("E3")
@pytest.mark.parametrize("kind", Marked)
def test_a_mark_is_taken_back_and_one_that_is_not_there_changes_nothing(kind: Marked) -> None:
    three = marked(marked(marked(NOTHING, kind, "one"), kind, "two"), kind, "three")
    assert unmarked(three, kind, "two").of(kind) == ("three", "one")
    assert unmarked(three, kind, "four") is three


@pytest.mark.rule("E3")
def test_a_hundred_of_a_kind_may_be_marked_and_no_more() -> None:
    full = Favourites("dina", twips=tuple(f"twip-{number}" for number in range(MARKED_AT_MOST)))
    assert marked(full, Marked.TWIPS, "twip-7") is full
    with pytest.raises(LimitReached) as refused:
        marked(full, Marked.TWIPS, "one more")
    assert (refused.value.what, refused.value.limit) == ("favourites", 100)
    assert marked(full, Marked.PEOPLE, "irina").people == ("irina",)
