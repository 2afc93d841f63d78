"""When all journeys are over: what they saw was as described, and the books are clean."""

import pytest

from driver.people import Person, Town
from infra.local.cloud import LocalCloud
from tests.journeys.books import audited
from tests.journeys.contract import Contract

pytestmark = [pytest.mark.alone, pytest.mark.afterwards]


async def test_every_frame_of_every_journey_was_as_the_service_describes_it(town: Town, contract: Contract) -> None:
    assert contract.seen, "journeys came before"
    assert contract.broken == []
    if "session.moved" not in contract.unmet():  # all journeys were lived, not a chosen few
        assert contract.unmet() <= {"notice"}


@pytest.mark.rule("D28")
async def test_an_admin_has_the_books_verified_by_the_function_that_alone_may_read_them_all(
    town: Town, admin: Person
) -> None:
    report = await admin.api.post("/admin/ledger/verify")
    assert report["differences"] == []
    assert (await admin.api.get("/admin/audit", limit=1))["items"][0]["act"] == "ledger.verify"


async def test_every_balance_is_the_sum_of_its_postings(town: Town, cloud: LocalCloud) -> None:
    """`make audit`, beside whatever the journeys left running."""
    audited(cloud)
