"""Journeys are told one by one and lived side by side: all that were chosen of a module set out together, so that waiting for the
boundary of one is not waiting for those of all."""

import asyncio
import inspect
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from demo.people import Town
from tests.journeys.contract import Contract

AT_ONCE = 12
PATIENCE_S = 240


class Loop:
    """An event loop in a thread, and the journeys under way in it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.under_way: dict[str, Future[None]] = {}
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self._room = asyncio.Semaphore(AT_ONCE)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE_S)

    def set_out(self, item: pytest.Function, town: Town) -> None:
        async def journey() -> None:
            async with self._room:
                await item.obj(town)

        self.under_way[item.nodeid] = asyncio.run_coroutine_threadsafe(journey(), self.loop)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)


@pytest.fixture(scope="session")
def journeys() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def town(cloud: Any, journeys: Loop) -> Iterator[Town]:
    async def arrive() -> Town:
        town = Town(cloud.origin, cloud.staff, Contract().watch)
        await town.open()
        return town

    found: Town = journeys.run(arrive())
    yield found
    journeys.run(found.close())


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    loop: Loop = pyfuncitem.funcargs["journeys"]
    town: Town = pyfuncitem.funcargs["town"]
    if pyfuncitem.nodeid not in loop.under_way:
        for item in pyfuncitem.session.items:
            same = item.parent is pyfuncitem.parent and isinstance(item, pytest.Function)
            if same and inspect.iscoroutinefunction(item.obj):
                loop.set_out(item, town)
    loop.under_way[pyfuncitem.nodeid].result(PATIENCE_S)
    return True
