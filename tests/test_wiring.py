"""How patient the service is with the cloud."""

from chalicelib.config import from_environment
from chalicelib.wiring import Wiring

GATEWAY_S = 29
"""The REST gateway waits no longer."""
BACKOFF_S = 1 + 2
"""botocore's standard mode, at most, before the second and third attempt."""


def test_an_outage_is_noticed_while_the_asker_is_still_told_of_it() -> None:
    config = Wiring(from_environment()).client("dynamodb", region_name="eu-central-1").meta.config
    attempts = config.retries["total_max_attempts"]
    assert attempts * config.read_timeout + BACKOFF_S < GATEWAY_S
