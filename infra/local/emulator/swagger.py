"""An imported API keeps its binary media types: without them bodies that Chalice encodes would reach the browser as base64."""

from typing import Any

from ministack.services import apigateway_v1


def patch() -> None:
    """Reads what the import leaves unread."""
    importing = apigateway_v1._import_rest_api

    def with_binary_types(spec: dict[str, Any], base: dict[str, Any] | None = None) -> Any:
        given = dict(base or {})
        binary = spec.get("x-amazon-apigateway-binary-media-types") or []
        given["binaryMediaTypes"] = [*(given.get("binaryMediaTypes") or []), *binary]
        return importing(spec, given)

    apigateway_v1._import_rest_api = with_binary_types
