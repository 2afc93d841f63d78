"""A real browser against the running product. Whatever a page complains of fails its journey."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, Page, expect

from driver.people import Person, Town
from infra import web
from tests.journeys.books import audited
from tests.journeys.browser.ahead import BusyTown
from tests.journeys.browser.courts import TERMS
from tests.journeys.browser.gallery import Cast, cast
from tests.journeys.browser.hidden import Hidden, under_way
from tests.journeys.browser.visitor import DESK, Visit, Visitor, chromium, visiting

T = TypeVar("T")
Profiles = Callable[[str | None], tuple[Visitor, Page]]
# Beside other tests a page takes its time.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def terms() -> str:
    """Disputes wait for their arbiter as long as pages of them are looked at."""
    return TERMS


@pytest.fixture(scope="session")
def founded() -> type[Town]:
    """The next customer and the next performer join while a page is looked at."""
    return BusyTown


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all; profiles are cheap."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def site(cloud: Any) -> str:
    """The origin, with the client built."""
    web.build()
    origin: str = cloud.origin
    return origin


@pytest.fixture(scope="session", autouse=True)
def clean_books(cloud: Any) -> Iterator[None]:
    """Whatever the journeys have done, the books are clean after them."""
    yield
    audited(cloud)


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Opens profiles: `visit("ru", PHONE, person)`. None of their pages may have complained."""
    with ExitStack() as stack:
        visitors: list[Visitor] = []

        def come(
            lang: str = "en",
            size: tuple[int, int] = DESK,
            person: Person | None = None,
            scheme: str = "light",
            zone: str | None = "Europe/Moscow",
            within: Browser = browser,
        ) -> Visitor:
            visitor = stack.enter_context(visiting(within, site, lang, size, scheme, zone=zone))
            if person:
                visitor.sign_in(person)
            visitors.append(visitor)
            return visitor

        yield come
        assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture
def arrange(journeys: Any) -> Callable[[Coroutine[Any, Any, T]], T]:
    """Does over plain HTTP what a journey begins with: `arrange(town.join("Vera"))`."""
    run: Callable[[Coroutine[Any, Any, T]], T] = journeys.run
    return run


@pytest.fixture
def someone(town: Town, arrange: Callable[[Coroutine[Any, Any, Person]], Person]) -> Person:
    """A person who is registered, and no more."""
    return arrange(town.join("Vera Sokolova"))


@pytest.fixture(scope="session")
def hidden(
    browser: Browser, site: str, town: Town, journeys: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hidden]:
    """A session in a hidden tab, for minutes."""
    with under_way(browser, site, town, journeys.run, tmp_path_factory.mktemp("window")) as session:
        yield session


@pytest.fixture(scope="session")
def here(town: Town, journeys: Any, request: pytest.FixtureRequest) -> Cast:
    """The people and things that the gallery's pages are about. A session in a hidden tab, asked about later, sets out beside them."""
    admin, arbiter = (journeys.run(town.member(role)) for role in ("admin", "arbiter"))
    arriving = journeys.begin(cast(town, admin, arbiter))
    if any("hidden" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("hidden")
    found: Cast = arriving()
    return found


@pytest.fixture(scope="session")
def profiles(browser: Browser, site: str, here: Cast) -> Iterator[Profiles]:
    """One profile and one tab a person, signed in once: nobody signs in so often that it would be limited."""
    with ExitStack() as stack:

        @cache
        def profile(who: str | None) -> tuple[Visitor, Page]:
            visitor = stack.enter_context(visiting(browser, site, "ru", still=True))
            if who:
                visitor.sign_in(getattr(here, who))
            # Of the site, where a language may be chosen, and nothing that takes long.
            return visitor, visitor.tab("/favicon.svg")

        yield profile
