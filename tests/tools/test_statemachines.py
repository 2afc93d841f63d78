"""Definitions that are wrong are refused before they are deployed: each mistake is seeded, and somebody must notice."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from infra.statemachines import DEFINITIONS, ROOT
from tools.statemachines import by_asl_validator, by_moto, mistakes, our_own

Machine = dict[str, Any]
WORK_ORDER = DEFINITIONS[0]


def to_nowhere(machine: Machine) -> None:
    machine["States"]["Due"]["Next"] = "Nowhere"


def out_of_reach(machine: Machine) -> None:
    machine["States"]["Left"] = {"Type": "Succeed"}


def without_an_end(machine: Machine) -> None:
    del machine["States"]["Due"]["Next"]


def with_an_unknown_field(machine: Machine) -> None:
    machine["States"]["Due"]["Timeout"] = 60


def with_a_bad_path(machine: Machine) -> None:
    machine["States"]["Due"]["OutputPath"] = "$.[Payload"


def with_both_timeouts(machine: Machine) -> None:
    machine["States"]["Await"]["TimeoutSeconds"] = 60


def with_a_heartbeat_longer_than_its_timeout(machine: Machine) -> None:
    machine["States"]["Due"]["HeartbeatSeconds"] = 61


def catching_an_invented_error(machine: Machine) -> None:
    machine["States"]["Await"]["Catch"][0]["ErrorEquals"] = ["States.TimeOut"]


def going_on_after_the_end(machine: Machine) -> None:
    machine["States"]["Closed"]["Next"] = "Due"


def passing_a_path_on_as_its_text(machine: Machine) -> None:
    payload = machine["States"]["Due"]["Parameters"]["Payload"]
    payload["subject"] = payload.pop("subject.$")


def choosing_among_less_than_all(machine: Machine) -> None:
    del machine["States"]["Open?"]["Default"]
    del machine["States"]["Unknown"]


def leaving_something_open(machine: Machine) -> None:
    machine["States"]["Due"]["Parameters"]["FunctionName"] = "${Lifecyle}"


def with_nothing_to_fill_in(machine: Machine) -> None:
    for name in ("Await", "Due"):
        machine["States"][name]["Parameters"]["FunctionName"] = "twip"


@pytest.mark.parametrize(
    "seed",
    [
        to_nowhere,
        out_of_reach,
        without_an_end,
        with_an_unknown_field,
        with_a_bad_path,
        with_both_timeouts,
        with_a_heartbeat_longer_than_its_timeout,
        catching_an_invented_error,
        going_on_after_the_end,
        passing_a_path_on_as_its_text,
        choosing_among_less_than_all,
        leaving_something_open,
        with_nothing_to_fill_in,
    ],
)
def test_a_seeded_mistake_is_noticed(seed: Callable[[Machine], None]) -> None:
    machine = WORK_ORDER.document
    seed(machine)
    assert mistakes(json.dumps(machine))


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.name)
def test_the_definitions_are_as_they_should_be(definition: Any) -> None:
    assert mistakes(definition.text) == []


def test_each_validator_sees_what_the_others_do_not() -> None:
    """Else one of them could go."""

    def seen(seed: Callable[[Machine], None]) -> list[bool]:
        machine = WORK_ORDER.document
        seed(machine)
        text = json.dumps(machine)
        return [bool(check(text)) for check in (our_own, by_asl_validator, by_moto)]

    assert seen(passing_a_path_on_as_its_text) == [True, False, False]
    assert seen(to_nowhere) == [False, True, False]
    assert seen(catching_an_invented_error) == [False, False, True]


def test_every_file_is_a_definition_that_is_deployed() -> None:
    assert sorted((ROOT / "statemachines").glob("*.json")) == sorted(it.file for it in DEFINITIONS)


def test_both_machines_have_one_shape() -> None:
    order, dispute = (it.text for it in DEFINITIONS)
    said = (
        order.replace("one order", "one dispute")
        .replace("the order", "the dispute")
        .replace('"of": "order"', '"of": "dispute"')
    )
    assert dispute == said
    for definition in DEFINITIONS:
        states = definition.document["States"]
        assert {states[name]["Parameters"]["Payload"]["of"] for name in ("Await", "Due")} == {definition.of}
