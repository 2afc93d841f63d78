"""What the emulator leaves unread when it imports an API's description.

Binary media types: without them bodies that Chalice encodes would reach the browser as base64. The gateway's own refusals: without them
an unknown route would not answer as it does in the cloud."""

from typing import Any

from ministack.services import apigateway_v1

RESPONSES = "x-amazon-apigateway-gateway-responses"
BINARY = "x-amazon-apigateway-binary-media-types"


def patch() -> None:
    """Reads both."""
    importing = apigateway_v1._import_rest_api

    def imported(spec: dict[str, Any], base: dict[str, Any] | None = None) -> Any:
        given = dict(base or {})
        given["binaryMediaTypes"] = [*(given.get("binaryMediaTypes") or []), *(spec.get(BINARY) or [])]
        api_id = importing(spec, given)
        for kind, response in (spec.get(RESPONSES) or {}).items():
            status, _, said = apigateway_v1._put_gateway_response(api_id, kind, response)
            if status >= 400:
                raise ValueError(f"gateway response {kind}: {said}")
        return api_id

    apigateway_v1._import_rest_api = imported
