"""Every page of the gallery, in both languages, schemes and widths: nothing for axe to find, nothing that scrolls sideways (E20)."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser

from demo.people import Town
from tests.journeys.browser.gallery import PICTURES, Cast, Picture, cast, show
from tests.journeys.browser.visitor import DESK, PHONE, Visitor, faults, visiting

Scheme = Literal["light", "dark"]
SMALLEST = (320, 640)
LOOKS: dict[str, tuple[tuple[int, int], Scheme]] = {"ru": (DESK, "light"), "en": (PHONE, "dark")}
OTHER: dict[Scheme, Scheme] = {"light": "dark", "dark": "light"}


@pytest.fixture(scope="module")
def here(town: Town, journeys: Any) -> Cast:
    found: Cast = journeys.run(cast(town))
    return found


Profiles = Callable[[str, str | None], Visitor]


@pytest.fixture(scope="module")
def profiles(browser: Browser, site: str, here: Cast) -> Iterator[Profiles]:
    """One profile a person and look, signed in once: nobody signs in so often that it would be limited."""
    with ExitStack() as stack:

        @cache
        def profile(lang: str, who: str | None) -> Visitor:
            size, scheme = LOOKS[lang]
            visitor = stack.enter_context(visiting(browser, site, lang, size, scheme, still=True))
            if who:
                visitor.sign_in(getattr(here, who))
            return visitor

        yield profile


@pytest.mark.rule("E20")
@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_page_is_for_everybody(profiles: Profiles, here: Cast, picture: Picture) -> None:
    found: list[str] = []
    for lang, (size, scheme) in LOOKS.items():
        visitor = profiles(lang, picture.who)
        page = visitor.tab("/")
        page.set_viewport_size({"width": size[0], "height": size[1]})
        show(page, visitor.origin, picture, here)
        found += [f"{lang} {scheme}: {fault}" for fault in faults(page)]
        # The same page in the other scheme and at the smallest width: only colours and lines change.
        page.emulate_media(color_scheme=OTHER[scheme])
        found += [f"{lang} {OTHER[scheme]}: {fault}" for fault in faults(page)]
        page.set_viewport_size({"width": SMALLEST[0], "height": SMALLEST[1]})
        found += [f"{lang} sideways: {fault}" for fault in _sideways(page)]
        page.close()
        found += visitor.complaints
        visitor.complaints.clear()
    assert not found, "\n".join(found)


def _sideways(page: Any) -> list[str]:
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return [] if wide <= SMALLEST[0] else [f"{wide} px wide"]
