"""AsyncAPI 3 of the WebSocket API, for docs/api/asyncapi.json."""

from chalicelib.ws.asyncapi import document

__all__ = ["document"]
