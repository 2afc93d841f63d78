"""The operator's commands."""

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Role
from infra.local import deployed, grant, reindex
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

    settings = deployed.deployed_wiring("twip-prod", lambda service: Cloud()).settings
    assert (settings.stage, settings.tables["market"], settings.trace) == ("prod", "market-of-prod", False)
    assert settings.region == "eu-central-1"


def test_a_profile_that_was_never_started_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TWIP_DATA", str(tmp_path / "never"))
    with pytest.raises(deployed.NotRunning, match=r"never.*make run PROFILE=never"):
        deployed.local_wiring("never")


def test_whoever_runs_the_other_profile_is_told_to_say_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TWIP_DATA", str(tmp_path / "real"))
    (tmp_path / "fast").mkdir()
    (tmp_path / "fast" / "port").write_text("9")
    with pytest.raises(deployed.NotRunning, match="the real profile was never started here: say PROFILE=fast"):
        deployed.local_wiring("real")


@pytest.mark.parametrize("command", [grant.main, reindex.main])
def test_a_command_beside_a_product_that_is_down_ends_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: Callable[[], None]
) -> None:
    monkeypatch.delenv("STACK", raising=False)
    for name, value in {"EMAIL": VERA, "ROLE": "moderator", "TWIP_DATA": str(tmp_path), "AWS_ENDPOINT_URL": ""}.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "port").write_text("9")
    with pytest.raises(SystemExit, match=r"nothing was .*127\.0\.0\.1:9.*is `make run` up\?"):
        command()


@pytest.mark.parametrize("given", [{}, {"EMAIL": VERA}, {"EMAIL": VERA, "ROLE": "king"}])
def test_the_command_says_how_it_is_used(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    for name in ("EMAIL", "ROLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match="make grant EMAIL="):
        grant.main()
