"""Two pages in two browser contexts, and the line between them: all that one says is told to the other, unless the line is cut."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from playwright.async_api import Browser, Page

from chalicelib.ws.protocol import MAX_BYTES, SignalFrame

SESSION = f"{'0' * 26}-0001"
PATIENCE_MS = 20_000


@dataclass
class Side:
    """One page of a call."""

    role: str
    page: Page
    other: "Side | None" = None
    cut: bool = False
    said: list[dict[str, Any]] = field(default_factory=list)

    async def tell(self, data: dict[str, Any]) -> None:
        """What the page says goes to the other one, in a frame that the service would take."""
        frame = SignalFrame(type="signal", session_id=SESSION, data=data)
        assert len(frame.model_dump_json().encode()) <= MAX_BYTES
        self.said.append(data)
        if self.cut or self.other is None or self.other.page.is_closed():
            return
        await self.other.run(f"window.call && call.peer.signal({json.dumps(data)})")

    @property
    def offers(self) -> list[dict[str, Any]]:
        """The offers that it has made."""
        return [said for said in self.said if said.get("type") == "offer"]

    async def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        return await self.page.evaluate(script)

    async def until(self, condition: str, ms: int = PATIENCE_MS) -> None:
        """Waits for an expression to come true."""
        await self.page.wait_for_function(condition, timeout=ms, polling=50)

    async def connected(self, ms: int = PATIENCE_MS) -> None:
        """Waits for the connection."""
        await self.until("call.peer.connection.value === 'connected'", ms)

    async def stats(self) -> dict[str, Any]:
        """The report of the call so far."""
        found: dict[str, Any] = await self.run("call.peer.stats()")
        return found

    async def turn_on(self, *sources: str) -> None:
        """Turns devices on."""
        for source in sources:
            assert await self.run(f"call.devices.turnOn('{source}')")


@dataclass
class Pair:
    """A customer's page and a performer's."""

    address: str
    browser: Browser
    sides: dict[str, Side] = field(default_factory=dict)

    async def open(self, role: str, **query: str) -> Side:
        """A page opens; the one that had its role is closed."""
        context = await self.browser.new_context()
        side = Side(role, await context.new_page())
        side.page.on("pageerror", lambda error: print("page error", role, error))
        old = self.sides.get(role)
        if old is not None:
            await old.page.context.close()
        self.sides[role] = side
        await side.page.expose_function("relay", side.tell)
        there = self.sides.get("performer" if role == "customer" else "customer")
        if there is not None:
            side.other, there.other = there, side
        await side.page.goto(f"{self.address}?{urlencode({'role': role, **query})}")
        await side.until("window.ready")
        return side


@asynccontextmanager
async def pair(browser: Browser, address: str) -> AsyncIterator[Pair]:
    """A browser for two."""
    two = Pair(address, browser)
    try:
        yield two
    finally:
        for side in two.sides.values():
            await side.page.context.close()
