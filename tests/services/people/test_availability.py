"""Hours and status of performers."""

import pytest

from chalicelib.domain.availability import Status, Uncallable
from chalicelib.domain.errors import InvalidInput, NotFound, StatusNeedsConsultation
from chalicelib.services.people.availability import AT_ONCE
from chalicelib.services.people.staff import Change
from tests.support.market import Market

MORNINGS = tuple("0" * 9 + "111" + "0" * 12 for _ in range(7))


@pytest.fixture
def market() -> Market:
    return Market()


@pytest.mark.rule("R13", "R14", "R15", "R16", "R17")
def test_the_grid_and_its_zone_are_kept_and_everybody_sees_them(market: Market) -> None:
    market.house.availability.set_hours(market.irina.id, MORNINGS, "Asia/Tokyo")
    seen = market.house.availability.person(market.irina.id).profile
    assert (seen.grid, seen.zone) == ("".join(MORNINGS), "Asia/Tokyo")


@pytest.mark.rule("R8", "R17")
def test_a_wrong_grid_or_zone_changes_nothing(market: Market) -> None:
    before = market.profile()
    for rows, zone in ((MORNINGS[1:], "Asia/Tokyo"), (MORNINGS, "Mars/Olympus")):
        with pytest.raises(InvalidInput):
            market.house.availability.set_hours(market.irina.id, rows, zone)
    assert market.profile() == before


def test_the_same_hours_again_are_not_written(market: Market) -> None:
    for _ in range(2):
        market.house.availability.set_hours(market.irina.id, MORNINGS, "Asia/Tokyo")
    assert market.profile().version == 1


@pytest.mark.rule("R18")
@pytest.mark.parametrize("status", Status)
def test_no_status_without_a_consultation_on_sale(market: Market, status: Status) -> None:
    market.pending()
    with pytest.raises(StatusNeedsConsultation):
        market.house.availability.set_status(market.irina.id, status)
    assert market.profile().status is Status.UNDEFINED


@pytest.mark.rule("R18", "R19")
@pytest.mark.parametrize("status", Status)
def test_a_status_is_set_and_the_performers_tabs_are_told(market: Market, status: Status) -> None:
    market.published()
    market.comes(market.irina)
    assert market.house.availability.set_status(market.irina.id, status).status is status
    assert market.profile().status is status
    assert market.statuses_told(market.irina) == [status]


@pytest.mark.rule("R18", "D4")
def test_a_status_set_while_the_last_consultation_leaves_does_not_outlive_it(market: Market) -> None:
    twip = market.published()
    market.meanwhile(lambda: market.house.twips.withdraw(market.irina.id, twip.id))
    with pytest.raises(StatusNeedsConsultation):
        market.house.availability.set_status(market.irina.id, Status.AVAILABLE)
    assert market.profile().status is Status.UNDEFINED


@pytest.mark.rule("R24", "R23", "D4", "D7")
def test_others_see_whether_a_performer_can_be_called_and_why_not(market: Market) -> None:
    market.published()

    def reason() -> Uncallable | None:
        return market.house.availability.person(market.irina.id).uncallable

    assert reason() is Uncallable.STATUS
    market.house.availability.set_status(market.irina.id, Status.AVAILABLE)
    assert reason() is Uncallable.NOT_ON_SITE
    tab = market.comes(market.irina)
    assert reason() is None
    market.in_session(market.irina)
    assert reason() is Uncallable.BUSY
    assert market.house.availability.person(market.irina.id).status is Status.BUSY
    market.in_session(market.irina, None)
    assert reason() is None
    market.house.hands.forward(market.house.settings.durations.presence_ms + 1)
    assert reason() is Uncallable.NOT_ON_SITE
    market.house.connections.keep_alive(market.irina.id, market.house.hands.at_ms)
    assert reason() is None
    market.house.connections.close(tab)
    assert reason() is Uncallable.NOT_ON_SITE


@pytest.mark.rule("R21")
def test_an_away_performer_can_be_called_silently(market: Market) -> None:
    market.published()
    market.ready(market.irina, Status.AWAY)
    standing = market.house.availability.person(market.irina.id)
    assert (standing.uncallable, standing.silent) == (None, True)


def test_nobody_looks_at_somebody_who_is_blocked_or_does_not_exist(market: Market) -> None:
    market.house.staff.change(market.mark.id, market.irina.id, Change(blocked=True))
    for user_id in (market.irina.id, "0" * 26):
        with pytest.raises(NotFound):
            market.house.availability.person(user_id)
    with pytest.raises(NotFound):
        market.house.availability.set_hours("0" * 26, MORNINGS, "Asia/Tokyo")


def test_many_are_looked_at_in_few_requests(market: Market) -> None:
    before = market.house.dynamo.counts.mark()
    unknown = [f"nobody-{number}" for number in range(2 * AT_ONCE)]
    found = market.house.availability.of([market.irina.id, *unknown, market.irina.id, market.dina.id])
    assert set(found) == {market.irina.id, market.dina.id}
    assert market.house.dynamo.counts.since(before).requests == {"batch_get_item": 3}
