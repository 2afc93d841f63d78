"""The metering protocol, explored exhaustively: no interleaving breaks an invariant, and each fence is missed when it is taken away.

A test run ends with the table of what was explored; `python -m tests.model` also prints the shortest trace of every seeded fault."""

from typing import Any

import pytest

from chalicelib.domain.sessions import Reason
from tests.model.metering.faults import NO_KEY, NO_VERSION, Fault, faults
from tests.model.metering.protocol import explored
from tests.model.metering.rules import Rules
from tests.model.metering.worlds import worlds
from tests.model.report import figures

pytestmark = pytest.mark.no_cover  # what it explores is covered by plain tests; tracing it would double the time
WORLDS, FAULTS = worlds(), faults()
ENDS = {
    "ringing and clock": "cancelled connection_lost customer_hangup declined missed no_media no_start not_on_site performer_hangup void",
    "gone before the clock": "cancelled connection_lost customer_hangup missed no_media no_start void",
    "unheard before the clock": "connection_lost customer_hangup no_start performer_hangup",
    "spent share": "connection_lost customer_hangup performer_hangup void",
    "first minute": "connection_lost customer_hangup performer_hangup void",
    "both lost early": "connection_lost customer_hangup void",
    "boundary": "connection_lost customer_hangup",
    "dead media": "connection_lost",
    "silent in text": "connection_lost customer_hangup",
    "both lost": "connection_lost",
    "two ticks": "connection_lost",
    "running dry": "connection_lost customer_hangup insufficient_funds performer_hangup",
    "limit": "connection_lost customer_hangup insufficient_funds limit_reached",
    "limit while lost": "connection_lost limit_reached",
    "one account": "connection_lost customer_hangup insufficient_funds",
    "one order": "connection_lost customer_hangup declined no_media no_start not_on_site performer_hangup void",
    "one performer": "answered_elsewhere cancelled customer_hangup no_start not_on_site",
    "later session": "connection_lost customer_hangup insufficient_funds no_start performer_hangup",
    "torn read": "connection_lost customer_hangup no_media no_start not_on_site void",
    "outage": "connection_lost customer_hangup service_outage",
    "outage in a block": "service_outage",
    "outage in the first minute": "service_outage",
}
"""How sessions of each world end."""


@pytest.mark.rule("D6", "D8", "D14", "D15", "D16", "D18", "D19", "E24", "R46", "R47", "R53", "R57", "R58")
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
    assert outcome.trace


@pytest.mark.parametrize("rules", [NO_KEY, NO_VERSION], ids=["the version", "the journal key"])
def test_either_fence_alone_keeps_two_ticks_from_debiting_twice(rules: Rules) -> None:
    assert explored(WORLDS["two ticks"], rules).broken is None


def test_the_worlds_together_reach_every_way_in_which_a_session_ends() -> None:
    assert {reason for ends in ENDS.values() for reason in ends.split()} == set(Reason)


def test_an_exploration_is_the_same_every_time() -> None:
    known, again = (explored(WORLDS["one order"]) for _ in range(2))
    assert (again.states, again.edges, again.stores) == (known.states, known.edges, known.stores)
