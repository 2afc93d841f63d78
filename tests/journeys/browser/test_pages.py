"""Every page of the gallery, in both languages, schemes and widths: nothing for axe to find, nothing that scrolls sideways (E20)."""

from typing import Any

import pytest

from demo.people import Person, Town
from tests.journeys.browser.gallery import PICTURES, Cast, Picture, cast, show
from tests.journeys.browser.visitor import DESK, PHONE, Visit, faults

SMALLEST = (320, 640)


@pytest.fixture(scope="module")
def here(town: Town, journeys: Any) -> Cast:
    found: Cast = journeys.run(cast(town))
    return found


@pytest.mark.rule("E20")
@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_page_is_for_everybody(visit: Visit, here: Cast, picture: Picture) -> None:
    person: Person | None = getattr(here, picture.who) if picture.who else None
    found: dict[str, list[str]] = {}
    for lang, size, scheme in (("ru", DESK, "light"), ("en", PHONE, "dark")):
        visitor = visit(lang, size, person, scheme)
        page = visitor.tab("/")
        show(page, visitor.origin, picture, here)
        found[f"{lang} {size[0]} {scheme}"] = faults(page)
        # The same page in the other scheme and at the smallest width: only colours and lines change.
        page.emulate_media(color_scheme="dark" if scheme == "light" else "light")
        found[f"{lang} {size[0]} other scheme"] = faults(page)
        page.set_viewport_size({"width": SMALLEST[0], "height": SMALLEST[1]})
        found[f"{lang} sideways"] = _sideways(page)
        page.close()
    told = [f"{where}: {fault}" for where, all_of in found.items() for fault in all_of]
    assert not told, "\n".join(told)


def _sideways(page: Any) -> list[str]:
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return [] if wide <= SMALLEST[0] else [f"{wide} px wide"]
