"""Orders of work and of files, refunds and disputes, fifty steps at a time, in any order: the product and the plain books never part."""

import os
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from chalicelib.domain.errors import AlreadyOrdered
from tests.model.books.machine import Market
from tests.model.orders.faults import keeps_the_escrow, not_kept_out, whole_again

pytestmark = pytest.mark.no_cover  # what it plays is covered by plain tests; tracing it would double the time
RUNS = int(os.environ.get("BOOKS_RUNS", "100"))
"""`make soak` takes more."""
STEPS = 50
UNTIL_FOUND = 2_000
"""At most, until a broken rule shows. What Hypothesis plays depends on which of our modules are imported, also where it is derandomized."""
FILES = "chalicelib.services.orders.files.FilesOrders"


def has_them_for_ever(_: Any, order_id: str, __: Any) -> None:
    """Whatever a dispute has said."""
    raise AlreadyOrdered(order_id=order_id)


BROKEN = {
    "what is paid out stays in escrow": ("chalicelib.billing.escrow.post", keeps_the_escrow),
    "a dispute keeps nobody out": ("chalicelib.services.orders.acting.act_on", not_kept_out),
    "a term begins anew after a dispute": ("chalicelib.services.disputes.cases.resume", whole_again),
    "what a customer has is sold to them again": (f"{FILES}._check_lost", lambda *_: None),
    "whoever has no goods any more is not sold them again": (f"{FILES}._check_lost", has_them_for_ever),
    "a verdict leaves the goods where they are": (
        "chalicelib.domain.disputes.dispute.Dispute.keeps_goods",
        property(lambda _: None),
    ),
    "an old key does another act": ("chalicelib.services.orders.acting._check_same", lambda *_: None),
}


def played(runs: int, *phases: Phase) -> None:
    """So many runs, the same each time."""
    run_state_machine_as_test(
        Market,
        settings=settings(
            max_examples=runs,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            phases=phases,
            # Else it looks on for ten seconds, and may come back with two: no AssertionError, but a group of them.
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(600 + RUNS)
@pytest.mark.rule(
    "D9",
    "D11",
    "D12",
    "D21",
    "D22",
    "D23",
    "D25",
    "D27",
    "D31",
    "D34",
    "E12",
    "R61",
    "R65",
    "R70",
    "R71",
    "R73",
    "R81",
    "R83",
    "R84",
)
def test_money_is_conserved_and_every_order_and_dispute_stands_as_the_books_say() -> None:
    played(RUNS, Phase.generate, Phase.shrink)


@pytest.mark.parametrize("fault", BROKEN)
def test_the_books_part_from_a_product_whose_rule_is_broken(fault: str) -> None:
    place, broken = BROKEN[fault]
    with patch(place, broken), pytest.raises(AssertionError):
        played(UNTIL_FOUND, Phase.generate)
