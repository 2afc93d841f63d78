"""Frames out, through the management side of the WebSocket API."""

import json
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from enum import Enum
from typing import Any

from chalicelib.services.ports import Tell

log = logging.getLogger(__name__)
GONE = ("GoneException", "410")


class ManagementPush:
    """`client` makes the low-level `apigatewaymanagementapi` client when the first frame is sent; `threads` frames go out at once."""

    def __init__(self, client: Callable[[], Any], threads: int = 16) -> None:
        self._make = client
        self._made: Any = None
        self._pool = ThreadPoolExecutor(threads)

    def tell(self, tells: Iterable[Tell]) -> frozenset[str]:
        """Sends in parallel and answers the connections that are gone (410). Other failures are logged: telling may fail."""
        wanted = list(tells)
        others = [self._pool.submit(self._gone, tell) for tell in wanted[1:]]
        gone = [self._gone(tell) for tell in wanted[:1]] + [other.result() for other in others]
        return frozenset(tell.connection_id for tell, is_gone in zip(wanted, gone, strict=True) if is_gone)

    def close(self, connection_id: str) -> bool:
        """Closes a connection; one that is gone already is closed. False: it could not be."""
        try:
            self._client().delete_connection(ConnectionId=connection_id)
        except Exception as error:  # telling never raises
            if _code(error) not in GONE:
                log.warning("close failed: %s", type(error).__name__)
                return False
        return True

    def _client(self) -> Any:
        if self._made is None:
            self._made = self._make()
        return self._made

    def _gone(self, tell: Tell) -> bool:
        try:
            self._client().post_to_connection(ConnectionId=tell.connection_id, Data=encode(tell.frame))
        except Exception as error:  # telling never raises
            if _code(error) in GONE:
                return True
            log.warning("push failed: %s", type(error).__name__)
        return False


def _code(error: Exception) -> str | None:
    """The service's error code; None for an answer that never came, whose `response` is None."""
    response = getattr(error, "response", None) or {}
    code: str | None = response.get("Error", {}).get("Code")
    return code


def encode(frame: Any) -> bytes:
    """The frame as JSON."""
    return JSON.encode(frame.as_dict()).encode()


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else asdict(value)


JSON = json.JSONEncoder(default=_plain, ensure_ascii=False, separators=(",", ":"))
"""Made once: `json.dumps` makes one for each frame."""
