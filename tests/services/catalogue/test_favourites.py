"""What people have marked, and how it stands now."""

import pytest

from chalicelib.domain.errors import LimitReached, NotFound
from chalicelib.domain.favourites import MARKED_AT_MOST, Favourites, Marked
from chalicelib.services.changes import Insert, Ref
from chalicelib.services.people.staff import Change
from tests.support.market import Market, consultation


@pytest.fixture
def market() -> Market:
    return Market()


def block(market: Market) -> None:
    market.house.staff.change(market.mark.id, market.irina.id, Change(blocked=True))


@pytest.mark.rule("E3")
def test_a_mark_twice_is_one_and_one_taken_back_twice_is_none(market: Market) -> None:
    twip, marking = market.published(), market.house.marking
    for _ in range(2):
        assert marking.mark(market.dina.id, Marked.TWIPS, twip.id).twips == (twip.id,)
    kept = market.house.store.get(Ref(Favourites, market.dina.id))
    assert kept is not None
    assert kept.version == 0
    for _ in range(2):
        assert marking.unmark(market.dina.id, Marked.TWIPS, twip.id).twips == ()
    assert marking.of(market.irina.id) == Favourites(market.irina.id)
    assert marking.twips(market.dina.id) == ()


@pytest.mark.rule("E3")
def test_of_two_marks_at_once_none_is_lost(market: Market) -> None:
    first, second, marking = market.published(), market.published(consultation("Another")), market.house.marking
    market.meanwhile(lambda: marking.mark(market.dina.id, Marked.TWIPS, first.id))
    assert marking.mark(market.dina.id, Marked.TWIPS, second.id).twips == (second.id, first.id)


@pytest.mark.rule("E3")
def test_a_twip_that_was_taken_off_the_market_stays_listed_as_such(market: Market) -> None:
    gone, sold, marking = market.published(consultation("Gone")), market.published(), market.house.marking
    for twip in (gone, sold):
        marking.mark(market.dina.id, Marked.TWIPS, twip.id)
    market.house.twips.withdraw(market.irina.id, gone.id)
    listed = {found.twip_id: found.on_sale for found in marking.twips(market.dina.id)}
    assert listed == {sold.id: True, gone.id: False}
    block(market)
    assert [found.on_sale for found in marking.twips(market.dina.id)] == [False, False]


@pytest.mark.rule("E3")
def test_people_are_marked_too_and_stay_listed_when_they_are_blocked(market: Market) -> None:
    marking = market.house.marking
    marking.mark(market.dina.id, Marked.PEOPLE, market.irina.id)
    marking.mark(market.dina.id, Marked.PEOPLE, market.mark.id)
    block(market)
    found = marking.people(market.dina.id)
    assert [(one.profile.user_id, one.profile.blocked) for one in found] == [
        (market.mark.id, False),
        (market.irina.id, True),
    ]


@pytest.mark.rule("E3")
def test_only_what_everybody_can_see_is_marked_and_what_is_marked_already_needs_no_looking(market: Market) -> None:
    marking, twip, draft = market.house.marking, market.published(), market.draft()
    marking.mark(market.dina.id, Marked.TWIPS, twip.id)
    other = market.published(consultation("Another"))
    block(market)
    assert marking.mark(market.dina.id, Marked.TWIPS, twip.id).twips == (twip.id,)
    for kind, ident in (
        (Marked.TWIPS, draft.id),
        (Marked.TWIPS, other.id),
        (Marked.TWIPS, "nothing"),
        (Marked.PEOPLE, market.irina.id),
        (Marked.PEOPLE, "nobody"),
    ):
        with pytest.raises(NotFound):
            marking.mark(market.dina.id, kind, ident)
    assert marking.of(market.dina.id).twips == (twip.id,)


@pytest.mark.rule("E3")
def test_a_hundred_are_listed_in_few_requests_and_one_more_is_refused(market: Market) -> None:
    twip = market.published()
    full = (twip.id, *(f"nothing-{number}" for number in range(MARKED_AT_MOST - 1)))
    market.house.store.commit(Insert(Favourites(market.dina.id, twips=full)))
    before = market.house.dynamo.counts.mark()
    assert [found.twip_id for found in market.house.marking.twips(market.dina.id)] == [twip.id]
    assert market.house.dynamo.counts.since(before).requests == {"get_item": 1, "batch_get_item": 2}
    with pytest.raises(LimitReached):
        market.house.marking.mark(market.dina.id, Marked.TWIPS, market.published(consultation("More")).id)
