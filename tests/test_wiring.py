"""How the parts are put together: patience with the cloud, and whose secret is whose."""

from dataclasses import replace

from chalicelib.config import from_environment
from chalicelib.gateways.secrets import KEPT_MS
from chalicelib.wiring import Wiring
from tests.support.house import House

GATEWAY_S = 29
"""The REST gateway waits no longer."""
BACKOFF_S = 1 + 2
"""botocore's standard mode, at most, before the second and third attempt."""


def test_an_outage_is_noticed_while_the_asker_is_still_told_of_it() -> None:
    config = Wiring(from_environment()).client("dynamodb", region_name="eu-central-1").meta.config
    attempts = config.retries["total_max_attempts"]
    assert attempts * config.read_timeout + BACKOFF_S < GATEWAY_S


def test_a_rotated_signing_key_leaves_the_turn_server_alone() -> None:
    house = House()
    house.settings = replace(house.settings, turn_urls=("turn:turn.example.org",))
    now_ms = house.hands.at_ms
    (before,) = house.ice.servers("vera", now_ms)
    house.secrets.current(now_ms)
    house.keys = {"current": "k2", "k2": "the second signing key of the test house"}
    assert house.secrets.current(now_ms + KEPT_MS) == "k2"
    (after,) = house.ice.servers("vera", now_ms)
    assert after == before
