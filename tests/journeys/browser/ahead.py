"""People who have joined before they are asked for. Joining waits for a mail; journeys in browsers come one after another, and each would
wait for two."""

import asyncio
import time

from driver.client import Watcher
from driver.people import PASSWORD, Person, Town

NAMES = ("Irina Vetrova", "Oleg Martynov", "Pavel Orlov", "Vera Sokolova")
"""Whom most journeys are about."""
FRESH_S = 120
"""A fifth of an access token's life."""


class BusyTown(Town):
    """A town where the next one of a usual name is on the way as soon as the last was taken. Nobody is handed out twice."""

    def __init__(
        self, origin: str, staff: dict[str, tuple[str, str]] | None = None, watch: Watcher | None = None
    ) -> None:
        super().__init__(origin, staff, watch)
        self._coming: dict[str, asyncio.Task[tuple[Person, float]]] = {}

    async def close(self) -> None:
        """Everybody leaves, and who is still on the way turns back."""
        for coming in self._coming.values():
            coming.cancel()
        await asyncio.gather(*self._coming.values(), return_exceptions=True)
        await super().close()

    async def join(self, name: str) -> Person:
        """Somebody new, as in any town, who may have registered a while ago."""
        if name not in NAMES:
            return await super().join(name)
        coming = self._coming.pop(name, None) or self._set_out(name)
        self._coming[name] = self._set_out(name)
        person, since = await coming
        if time.monotonic() - since < FRESH_S:
            return person
        return await self.sign_in(name, person.email, PASSWORD)

    def _set_out(self, name: str) -> asyncio.Task[tuple[Person, float]]:
        return asyncio.create_task(self._arrive(name))

    async def _arrive(self, name: str) -> tuple[Person, float]:
        return await super().join(name), time.monotonic()
