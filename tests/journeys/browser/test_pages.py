"""Every page of the gallery, in both languages, schemes and widths: nothing for axe to find, nothing that scrolls sideways (E20)."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from driver.people import Town
from tests.journeys.browser.conftest import Profiles
from tests.journeys.browser.gallery import PICTURES, Cast, Picture, arrived, show, still_there
from tests.journeys.browser.visitor import DESK, PHONE, faults

Arrange = Callable[..., Any]
SMALLEST = (320, 640)


@pytest.mark.rule("E20")
@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_page_is_for_everybody(
    profiles: Profiles, here: Cast, town: Town, arrange: Arrange, picture: Picture
) -> None:
    arrange(still_there(town, here, picture))
    visitor, page = profiles(picture.who)
    show(page, visitor.origin, picture, here)
    looked: dict[str, list[str]] = {}
    # The page is opened once, in the language that the one before was left in, and looked at in the other one after the switch.
    for width, height in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        lang = page.evaluate("document.documentElement.lang")
        looked[lang] = [f"{lang} {width} px: {fault}" for fault in faults(page)]
        page.set_viewport_size({"width": SMALLEST[0], "height": SMALLEST[1]})
        looked[lang] += [f"{lang} sideways: {fault}" for fault in _sideways(page)]
        if len(looked) == 1:
            if picture.modal:
                page.keyboard.press("Escape")
            page.locator(".top .lang").click()
            expect(page.locator(f"html:not([lang={lang}])")).to_be_attached()
            # What the switch has made the page ask for anew is there.
            arrived(page, picture)
            if picture.modal and picture.act:
                picture.act(page)
    assert looked.keys() == {"ru", "en"}
    found = [*looked["ru"], *looked["en"], *visitor.complaints]
    visitor.complaints.clear()
    assert not found, "\n".join(found)


def _sideways(page: Page) -> list[str]:
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return [] if wide <= SMALLEST[0] else [f"{wide} px wide"]
