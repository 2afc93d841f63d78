"""Who calls the REST gateway: the address that the connection comes from, as in AWS. The emulator believes what the caller claims in
X-Forwarded-For, and a caller who can choose their address meets no limit per address."""

from typing import Any

from ministack.core.responses import get_request_client_ip
from ministack.services import apigateway_v1


def patch() -> None:
    """Every event that the gateway makes of a request."""
    make = apigateway_v1._build_lambda_event_v1

    def made(*given: Any, **more: Any) -> Any:
        event = make(*given, **more)
        event["requestContext"]["identity"]["sourceIp"] = get_request_client_ip()
        return event

    apigateway_v1._build_lambda_event_v1 = made
