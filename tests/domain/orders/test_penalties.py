"""What is written down of a refusal (R64, D23, D24)."""

from dataclasses import replace

import pytest

from chalicelib.domain.orders.penalties import RefusalRecord, record_of
from chalicelib.domain.orders.work import Refused, WorkState
from chalicelib.domain.ratings import UNRATED, Rating
from tests.support.orders import consultation, work

NOW = 1_780_000_000_000


@pytest.mark.rule("R64", "D24")
@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("waived", [False, True])
def test_a_refusal_is_recorded_with_what_weighs_in_it(started: bool, waived: bool) -> None:
    refused = Refused("I am ill", started, waived=waived)
    order = work("o1", price_minor=9_000, at_ms=NOW, state=WorkState.REFUSED, refused=refused)
    assert record_of(replace(order, ended_ms=NOW + 1)) == RefusalRecord("pavel", "o1", NOW + 1, started, waived)


def test_of_an_order_that_nobody_refused_there_is_none() -> None:
    assert record_of(work("o1", price_minor=9_000, at_ms=NOW)) is None
    assert record_of(replace(consultation("o1", price_minor=9_000, at_ms=NOW), ended_ms=NOW)) is None


@pytest.mark.rule("R64", "D23", "D24")
def test_it_weighs_by_whether_the_work_had_begun_and_nothing_once_it_is_waived() -> None:
    record = RefusalRecord("pavel", "o1", NOW, started=True)
    assert record.counted(UNRATED) == Rating(refused_started=1)
    assert replace(record, waived=True).counted(Rating(refused_started=1)) == UNRATED
    assert replace(record, started=False).counted(UNRATED) == Rating(refused=1)
