"""What was said is kept while its order is open, and for a term after the order's end (D29)."""

import pytest

from chalicelib.domain.durations import REAL
from chalicelib.domain.orders.retention import is_over

ENDED_MS = 1_800_000_000_000


@pytest.mark.rule("D29")
def test_an_open_order_keeps_what_was_said_for_ever() -> None:
    assert not is_over(None, ENDED_MS + 100 * REAL.retention_ms, REAL)


@pytest.mark.rule("D29")
@pytest.mark.parametrize(("late_ms", "over"), [(-REAL.retention_ms, False), (-1, False), (0, True), (1, True)])
def test_the_term_begins_with_the_orders_end_and_is_over_to_the_millisecond(late_ms: int, over: bool) -> None:
    assert is_over(ENDED_MS, ENDED_MS + REAL.retention_ms + late_ms, REAL) is over
