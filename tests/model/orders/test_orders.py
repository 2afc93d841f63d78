"""The life of an order of work or of files and of its dispute, explored exhaustively: no interleaving of acts, terms, signals, crashes
and repairs breaks an invariant, and each rule and fence is missed when it is taken away.

A test run ends with the table of what was explored; `python -m tests.model` also prints the shortest trace of every seeded fault."""

from typing import Any

import pytest

from tests.model.orders import shop
from tests.model.orders.faults import NO_KEY, Fault, faults
from tests.model.orders.protocol import explored
from tests.model.orders.worlds import worlds
from tests.model.report import figures

pytestmark = pytest.mark.no_cover  # what it explores is covered by plain tests; tracing it would double the time
WORLDS, FAULTS = {**worlds(), **shop.worlds()}, (*faults(), *shop.faults())
ENDS = {
    "placed": "cancelled refused",
    "under way": "accepted cancelled refused",
    "let down": "accepted cancelled refused",
    "delivered": "accepted refused",
    "proposals": "accepted agreed",
    "more days": "accepted cancelled refused",
    "given back": "accepted",
    "refused": "refused",
    "signals": "cancelled refused",
    "slow functions": "refused",
    "never begun": "refused",
    "stopped": "cancelled refused",
    "opening": "accepted decided refused ruled withdrawn",
    "answering": "accepted decided refused ruled withdrawn",
    "settling": "decided refused ruled settled withdrawn",
    "arbitration": "decided ruled",
    "escalation": "decided ruled",
    "window": "accepted decided withdrawn",
    "paid out": "accepted decided settled",
    "two machines": "decided refused ruled withdrawn",
    "sale": "bought",
    "claw-back": "bought decided revoked settled",
    "after the sale": "bought decided withdrawn",
}
"""How orders and disputes of each world end."""


@pytest.mark.rule(
    "D9",
    "D12",
    "D21",
    "D22",
    "D23",
    "D25",
    "D27",
    "D31",
    "D33",
    "E12",
    "R61",
    "R64",
    "R65",
    "R68",
    "R69",
    "R70",
    "R71",
    "R73",
    "R81",
    "R83",
    "R84",
)
@pytest.mark.parametrize("name", WORLDS)
def test_no_interleaving_of_a_world_breaks_an_invariant_or_leaves_anybody_waiting(
    name: str, record_property: Any
) -> None:
    outcome = explored(WORLDS[name])
    record_property("model", figures(outcome))
    assert outcome.broken is None, "\n".join([*outcome.trace, outcome.broken])
    assert outcome.ends == set(ENDS[name].split())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_seeded_fault_is_caught_by_the_invariant_that_it_breaks(fault: Fault, record_property: Any) -> None:
    outcome = explored(WORLDS[fault.world], fault.rules)
    record_property("model", figures(outcome, fault.name))
    print("\n".join([*outcome.trace, str(outcome.broken)]))
    assert outcome.broken is not None, f"survived {outcome.states} states"
    assert fault.invariant in outcome.broken


def test_versions_alone_keep_money_from_moving_twice() -> None:
    assert explored(WORLDS["given back"], NO_KEY).broken is None


def test_an_exploration_is_the_same_every_time() -> None:
    known, again = (explored(WORLDS["signals"]) for _ in range(2))
    assert (again.states, again.edges, again.stores) == (known.states, known.edges, known.stores)
