"""When all journeys are over: what they saw was as described, and the books are clean."""

import pytest

from demo.people import Town
from tests.journeys.contract import Contract

pytestmark = [pytest.mark.alone, pytest.mark.afterwards]


async def test_every_frame_of_every_journey_was_as_the_service_describes_it(town: Town, contract: Contract) -> None:
    assert contract.seen, "journeys came before"
    assert contract.broken == []


async def test_every_balance_is_the_sum_of_its_postings(town: Town) -> None:
    assert await town.audit() == []
