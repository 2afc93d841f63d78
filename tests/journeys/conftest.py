"""Journeys are told one by one and lived side by side: all that were chosen set out together, so that waiting for the boundary of
one is not waiting for those of all. One that is marked `alone` waits until it is asked for."""

import asyncio
import inspect
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from driver.api import Api
from driver.people import Person, Town
from tests.journeys import staff
from tests.journeys.contract import Contract

AT_ONCE, WARM = 12, 8
PATIENCE_S = 240


class Loop:
    """An event loop in a thread, and the journeys under way in it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.under_way: dict[str, Future[None]] = {}
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self._room = asyncio.Semaphore(AT_ONCE)

    def begin(self, work: Coroutine[Any, Any, Any]) -> Callable[[], Any]:
        """Does it beside what comes next; what is answered waits for its end."""
        under_way = asyncio.run_coroutine_threadsafe(work, self.loop)
        return lambda: under_way.result(PATIENCE_S)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.begin(work)()

    def set_out(self, item: pytest.Function, town: Town, **given: Any) -> None:
        async def journey() -> None:
            async with town.visit() as here, self._room:
                await item.obj(town=here, **given)

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
def contract() -> Contract:
    return Contract()


@pytest.fixture(scope="session")
def founded() -> type[Town]:
    """What kind of town it is."""
    return Town


@pytest.fixture(scope="session")
def town(cloud: Any, contract: Contract, journeys: Loop, founded: type[Town]) -> Iterator[Town]:
    async def arrive() -> Town:
        town = founded(cloud.origin, watch=contract.watch)
        contract.read(await Api(town.http).get("/asyncapi.json"))
        await _warm_up(await staff.all_of_them(town, cloud.data))
        return town

    found: Town = journeys.run(arrive())
    yield found
    journeys.run(found.close())


@pytest.fixture
def admin(town: Town, journeys: Loop) -> Person:
    """Somebody who was granted the role, as `make grant` does, with a token that is good for a while."""
    found: Person = journeys.run(town.member("admin"))
    return found


@pytest.fixture
def arbiter(town: Town, journeys: Loop) -> Person:
    """Somebody who decides disputes, with a token that is good for a while."""
    found: Person = journeys.run(town.member("arbiter"))
    return found


async def _warm_up(person: Person) -> None:
    """A function's process takes seconds to start on a busy machine, and a call that rings waits no longer: let them start before."""
    pages = await asyncio.gather(*(person.page(manners=False) for _ in range(WARM)))
    for _ in range(2):
        await asyncio.gather(*(page.ask("ping") for page in pages))
    await person.leave()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is alone comes after what is not, browsers come after both, and what looks back comes last. Journeys by API set out from the
    last file on: sessions, which last longest, stand there. Of the browsers' what waits for long is begun early, and what has waited beside
    others, as the hidden tab does, is looked at late."""
    ours = [item for item in items if _ours(item)]
    order = {
        id(item): (
            item.get_closest_marker("afterwards") is not None,
            "browser" in item.fixturenames,
            "hidden" in item.fixturenames,
            item.get_closest_marker("late") is not None,
            item.get_closest_marker("early") is None,
            _alone(item),
            place if _alone(item) or "browser" in item.fixturenames else -place,
        )
        for place, item in enumerate(ours)
        if isinstance(item, pytest.Function)
    }
    places = iter(sorted(ours, key=lambda item: order[id(item)]))
    items[:] = [next(places) if id(item) in order else item for item in items]


def _ours(item: pytest.Item) -> bool:
    return Path(__file__).parent in item.path.parents


def _alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    given: dict[str, Any] = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    town: Any = pyfuncitem.funcargs["town"]
    loop: Any = pyfuncitem.funcargs["journeys"]
    if _alone(pyfuncitem):
        loop.set_out(pyfuncitem, **given)
    elif pyfuncitem.nodeid not in loop.under_way:
        for item in pyfuncitem.session.items:
            if isinstance(item, pytest.Function) and _ours(item) and not _alone(item):
                loop.set_out(item, town)
    loop.under_way[pyfuncitem.nodeid].result(PATIENCE_S)
    return True
