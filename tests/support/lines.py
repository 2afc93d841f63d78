"""Pages' lines into the WebSocket routes: what is said is sent as a gateway would, and what comes back is read as a page would."""

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from chalicelib.ws import routes
from chalicelib.ws.push import encode
from tests.support.trade import Trade


@dataclass
class Socket:
    """A page's line into the routes."""

    trade: Trade
    connection_id: str
    received_ms: int | None = None
    """When the gateway had what is sent; None: when it is sent."""

    def says(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Sends a frame and answers what came back for it, as a page reads it."""
        return self.sends(json.dumps({"type": kind, "id": "7", **fields}))

    def sends(self, text: str | None) -> dict[str, Any]:
        """Sends any text, and answers the last frame that came back."""
        context = {"requestContext": {"requestTimeEpoch": self.received_ms or self.trade.now_ms}}
        event: Any = SimpleNamespace(connection_id=self.connection_id, body=text, to_dict=lambda: context)
        assert routes.message(event) == {"statusCode": 200}
        told = [tell for tell in self.trade.house.air.told if tell.connection_id == self.connection_id]
        answer: dict[str, Any] = json.loads(encode(told[-1].frame))
        return answer


@dataclass
class Lines:
    """Everybody's lines. `about`: the session that frames are about."""

    trade: Trade
    cora: Socket = field(init=False)
    pavel: Socket = field(init=False)

    def __post_init__(self) -> None:
        self.cora, self.pavel = (
            Socket(self.trade, self.trade.cora.id),
            Socket(self.trade, self.trade.pavel.id),
        )

    @property
    def about(self) -> dict[str, str]:
        """Which session."""
        return {"session_id": self.trade.session_id}
