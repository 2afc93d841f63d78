"""People on their own page."""

import pytest

from chalicelib.domain.about import About, Said
from chalicelib.domain.errors import InvalidInput, NotFound
from chalicelib.domain.kinds import Lang
from chalicelib.services.changes import Ref
from chalicelib.services.people.staff import Change
from tests.support.market import Market

LAWYER = {Lang.EN: Said("Lawyer", "Twelve years of leases.")}


@pytest.fixture
def market() -> Market:
    return Market()


@pytest.mark.rule("E4")
def test_a_page_says_what_the_person_says_and_since_when_they_are_here_by_one_request(market: Market) -> None:
    market.house.hands.forward(1_000)
    market.house.introductions.write(market.irina.id, LAWYER)
    before = market.house.dynamo.counts.mark()
    page = market.house.introductions.read(market.irina.id)
    assert (page.texts, page.since_ms, page.standing.sessions_held) == (LAWYER, market.irina.confirmed_ms, 0)
    assert market.house.dynamo.counts.since(before).requests == {"batch_get_item": 1}


@pytest.mark.rule("E4", "R8")
def test_what_is_refused_changes_nothing_and_the_same_again_is_not_written(market: Market) -> None:
    write = market.house.introductions.write
    write(market.irina.id, LAWYER)
    with pytest.raises(InvalidInput):
        write(market.irina.id, {Lang.EN: Said("Lawyer", "See https://example.org")})
    write(market.irina.id, LAWYER)
    assert market.house.store.get(Ref(About, market.irina.id)) == About(market.irina.id, LAWYER)
    assert write(market.irina.id, {}).texts == {}


def test_of_two_tabs_that_write_at_once_the_second_writes_over_the_first(market: Market) -> None:
    write = market.house.introductions.write
    market.meanwhile(lambda: write(market.irina.id, {Lang.RU: Said("Юрист")}))
    assert write(market.irina.id, LAWYER).texts == LAWYER


@pytest.mark.rule("E4")
def test_nobody_is_shown_who_is_blocked_or_not_there(market: Market) -> None:
    market.house.staff.change(market.mark.id, market.irina.id, Change(blocked=True))
    for user_id in (market.irina.id, "0" * 26):
        with pytest.raises(NotFound):
            market.house.introductions.read(user_id)
