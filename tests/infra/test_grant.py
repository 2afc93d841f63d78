"""The operator's command."""

import os
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Role
from infra.local import grant
from tests.support.house import House
from tests.support.people import found, settle

VERA = "vera@example.org"


@pytest.mark.rule("D28")
def test_a_role_is_granted_by_address_and_the_log_names_the_operator() -> None:
    house = House()
    settle(house, VERA)
    assert grant.grant(house, " Vera@Example.org ", Role.MODERATOR) == f"{VERA} is now: user, moderator"
    assert found(house, VERA).roles == (Role.USER, Role.MODERATOR)
    assert house.staff.log(cursor=None, limit=1).items[0].actor_id == "operator"


def test_there_is_nothing_to_grant_to_nobody() -> None:
    with pytest.raises(NotFound):
        grant.grant(House(), VERA, Role.ADMIN)


def test_the_command_acts_in_the_environment_of_the_deployed_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {})

    class Cloud:
        meta = SimpleNamespace(region_name="eu-central-1")

        def describe_stack_resource(self, **named: str) -> dict[str, Any]:
            assert named == {"StackName": "twip-prod", "LogicalResourceId": "APIHandler"}
            return {"StackResourceDetail": {"PhysicalResourceId": "the-api"}}

        def get_function_configuration(self, **named: str) -> dict[str, Any]:
            assert named == {"FunctionName": "the-api"}
            return {"Environment": {"Variables": {"MARKET_TABLE": "market-of-prod", "STAGE": "prod", "TRACE": "1"}}}

    settings = grant.deployed_wiring("twip-prod", lambda service: Cloud()).settings
    assert (settings.stage, settings.tables["market"], settings.trace) == ("prod", "market-of-prod", False)
    assert settings.region == "eu-central-1"


def test_a_profile_that_was_never_started_is_named() -> None:
    with pytest.raises(grant.NotRunning, match="never"):
        grant.local_wiring("never")


@pytest.mark.parametrize("given", [{}, {"EMAIL": VERA}, {"EMAIL": VERA, "ROLE": "king"}])
def test_the_command_says_how_it_is_used(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    for name in ("EMAIL", "ROLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match="make grant EMAIL="):
        grant.main()
