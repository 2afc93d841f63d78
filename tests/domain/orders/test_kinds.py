"""Every kind of order keeps the promises that the rest rests on: one row an act, and a way out of every state."""

from typing import Any

import pytest

from chalicelib.domain.lifecycle import Lifecycle
from chalicelib.domain.orders.order import BODIES, Body
from chalicelib.domain.parties import Party
from tests.support.toy import Toy

KINDS: dict[str, type[Body]] = {**BODIES, Toy.kind: Toy}


@pytest.fixture(params=KINDS)
def lifecycle(request: pytest.FixtureRequest) -> Lifecycle[Any, Any]:
    return KINDS[request.param].lifecycle


def test_a_kind_is_registered_under_its_own_name() -> None:
    assert {body.kind for body in BODIES.values()} == BODIES.keys()


def test_an_act_in_a_state_is_one_row(lifecycle: Lifecycle[Any, Any]) -> None:
    keys = [(row.source, row.act) for row in lifecycle.rows]
    assert len(keys) == len(set(keys))


def test_every_row_is_somebodys(lifecycle: Lifecycle[Any, Any]) -> None:
    assert all(row.by for row in lifecycle.rows)


def test_every_state_is_reached_and_from_every_state_some_act_leads_to_an_end(lifecycle: Lifecycle[Any, Any]) -> None:
    arrows = {(row.source, row.target) for row in lifecycle.rows}
    states = {state for arrow in arrows for state in arrow}
    assert _spread({lifecycle.first}, arrows) == states
    assert _spread(set(lifecycle.ends), {(target, source) for source, target in arrows}) == states
    assert not lifecycle.ends & {source for source, target in arrows if source != target}


def test_silence_in_every_term_is_an_act_of_the_service_in_each_state_in_which_the_term_may_run(
    lifecycle: Lifecycle[Any, Any],
) -> None:
    begun = {(row.starts, row.target) for row in lifecycle.rows} | {(lifecycle.starts, lifecycle.first)}
    running = {(term, state) for term, state in begun if term is not None}
    assert lifecycle.silence.keys() == {term for term, _ in running}
    service = {(row.source, row.act) for row in lifecycle.rows if Party.SERVICE in row.by}
    assert {(state, lifecycle.silence[term]) for term, state in running} <= service


def test_a_reminder_is_of_a_term(lifecycle: Lifecycle[Any, Any]) -> None:
    assert lifecycle.reminders.keys() <= lifecycle.silence.keys()


def _spread(known: set[Any], arrows: set[tuple[Any, Any]]) -> set[Any]:
    """Wherever the arrows lead from what is known."""
    while found := {target for source, target in arrows if source in known} - known:
        known = known | found
    return known
