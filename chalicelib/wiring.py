"""The only constructors of adapters. Everything is made when first used: a cold start pays for what its request needs."""

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.config import Settings, from_environment

if TYPE_CHECKING:
    from chalicelib.gateways.world import RandomIds, SystemClock
    from chalicelib.services.calls import Calls
    from chalicelib.services.metering import Metering
    from chalicelib.services.ports import Ice, Push, Store, Wakes
    from chalicelib.services.sessions import Sessions
    from chalicelib.services.tabs import Tabs
    from chalicelib.services.ticking import Ticking


class Wiring:
    """One a process; use cases by name, each with its ports filled in."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def client(self, service: str, **options: Any) -> Any:
        """A low-level AWS client. Parameters are not validated on our side: 340 against 439 us a transaction (metering.md)."""
        import boto3
        from botocore.config import Config

        if self.settings.trace:
            from aws_xray_sdk.core import patch

            patch(["botocore"])
        config = Config(
            parameter_validation=False,
            max_pool_connections=16,
            connect_timeout=2,
            read_timeout=10,
            retries={"mode": "standard", "total_max_attempts": 3},
        )
        return boto3.client(service, config=config, **options)  # type: ignore[call-overload]

    @cached_property
    def clock(self) -> "SystemClock":
        """The server's time."""
        from chalicelib.gateways.world import SystemClock

        return SystemClock()

    @cached_property
    def ids(self) -> "RandomIds":
        """New ids and secrets."""
        from chalicelib.gateways.world import RandomIds

        return RandomIds()

    @cached_property
    def store(self) -> "Store":
        """The three tables."""
        from chalicelib.gateways.world import pause
        from chalicelib.storage.store import DynamoStore

        return DynamoStore(self.client("dynamodb"), self.settings.tables, self.settings.durations, pause)

    @cached_property
    def push(self) -> "Push":
        """Frames out."""
        from chalicelib.ws.push import ManagementPush

        url = self.settings.ws_management_url
        return ManagementPush(lambda: self.client("apigatewaymanagementapi", endpoint_url=url))

    @cached_property
    def wakes(self) -> "Wakes":
        """The work queue."""
        from chalicelib.gateways.queues import WorkQueue
        from chalicelib.gateways.world import pause

        return WorkQueue(self.client("sqs"), self.settings.work_queue_url, pause)

    @cached_property
    def ice(self) -> "Ice":
        """STUN and TURN servers."""
        from chalicelib.gateways.turn import TurnServers

        return TurnServers(self.settings.turn_urls, self.settings.turn_secret)

    @cached_property
    def tabs(self) -> "Tabs":
        """Open tabs and devices."""
        from chalicelib.services.tabs import Tabs

        return Tabs(self.store, self.push, self.settings.durations)

    @cached_property
    def metering(self) -> "Metering":
        """The one way in which a session changes."""
        from chalicelib.services.metering import Metering
        from chalicelib.services.telling import Telling

        telling = Telling(self.store, self.tabs, self.settings.durations)
        return Metering(self.store, self.wakes, telling, self.settings.durations)

    @cached_property
    def calls(self) -> "Calls":
        """Ringing and answers."""
        from chalicelib.services.calls import Calls

        return Calls(self.store, self.clock, self.wakes, self.tabs, self.metering, self.ice, self.settings.durations)

    @cached_property
    def sessions(self) -> "Sessions":
        """Live sessions."""
        from chalicelib.services.sessions import Sessions

        return Sessions(self.store, self.clock, self.tabs, self.metering, self.ice, self.settings.durations)

    @cached_property
    def ticking(self) -> "Ticking":
        """The scheduled tick."""
        from chalicelib.services.ticking import Ticking

        return Ticking(self.store, self.wakes, self.metering, self.settings.durations)


@cache
def wiring() -> Wiring:
    """The process's own."""
    return Wiring(from_environment())
