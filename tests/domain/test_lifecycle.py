"""A lifecycle's table answers who may do what, and refuses the rest."""

from enum import StrEnum

import pytest

from chalicelib.domain.errors import Forbidden, WrongState
from chalicelib.domain.lifecycle import Effect, Lifecycle, Transition
from chalicelib.domain.parties import Party

CUSTOMER, PERFORMER = Party.CUSTOMER, Party.PERFORMER


class Door(StrEnum):
    SHUT = "shut"
    OPEN = "open"
    WALLED = "walled"


class Move(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    WALL = "wall"
    PAINT = "paint"


DOOR = Lifecycle(
    "door",
    Door.SHUT,
    (
        Transition(
            Door.SHUT, Move.OPEN, Door.OPEN, frozenset({CUSTOMER}), Effect.RELEASE, starts="draught", waits=True
        ),
        Transition(Door.OPEN, Move.SHUT, Door.SHUT, frozenset({CUSTOMER, PERFORMER})),
        Transition(Door.SHUT, Move.WALL, Door.WALLED, frozenset({PERFORMER})),
        Transition(Door.WALLED, Move.PAINT, Door.WALLED, frozenset({CUSTOMER})),
    ),
)


def test_a_legal_act_is_answered_by_its_row() -> None:
    row = DOOR.on(Door.SHUT, Move.OPEN, CUSTOMER)
    assert (row.target, row.effect, row.starts) == (Door.OPEN, Effect.RELEASE, "draught")


@pytest.mark.rule("D34")
@pytest.mark.parametrize("state", Door)
def test_the_wrong_side_of_an_act_is_refused_before_the_state_is_looked_at(state: Door) -> None:
    with pytest.raises(Forbidden) as refused:
        DOOR.on(state, Move.OPEN, PERFORMER)
    assert refused.value.facts == {"action": "door.open"}


@pytest.mark.parametrize("state", [Door.OPEN, Door.WALLED])
def test_an_act_out_of_its_state_is_told_where_it_stands_and_what_may_be_done_there(state: Door) -> None:
    assert DOOR.row(state, Move.OPEN, CUSTOMER) is None
    with pytest.raises(WrongState) as refused:
        DOOR.on(state, Move.OPEN, CUSTOMER)
    acts = DOOR.acts(state, CUSTOMER)
    assert refused.value.facts == {"what": "door", "state": state, "asked": "open", "acts": acts}


def test_a_page_offers_what_is_legal_for_its_reader_now() -> None:
    assert DOOR.acts(Door.SHUT, CUSTOMER) == (Move.OPEN,)
    assert DOOR.acts(Door.SHUT, PERFORMER) == (Move.WALL,)
    assert DOOR.acts(Door.OPEN, PERFORMER) == (Move.SHUT,)
    assert DOOR.acts(Door.WALLED, PERFORMER) == ()


def test_a_turn_is_an_act_that_is_waited_for_in_this_state_and_of_this_party() -> None:
    assert DOOR.turns(Door.SHUT, CUSTOMER) == (Move.OPEN,)
    assert DOOR.turns(Door.SHUT, PERFORMER) == () == DOOR.turns(Door.OPEN, CUSTOMER)


def test_the_ends_are_the_states_that_nothing_leads_out_of_whatever_may_be_done_in_them() -> None:
    assert DOOR.acts(Door.WALLED, CUSTOMER) == (Move.PAINT,)
    assert DOOR.ends == {Door.WALLED}
