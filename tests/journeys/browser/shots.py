"""`make shots`: a picture of every page of the gallery and of every state of a call, in both languages at both widths, and in the dark,
in build/shots. `make shots ONLY=call`: those whose names hold the word."""

import json
import sys
import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from infra import web
from infra.local.cloud import LocalCloud
from tests.journeys.browser.calls import PRICE, deal, in_town, meet, states, text_states
from tests.journeys.browser.courts import LASTING
from tests.journeys.browser.gallery import PICTURES, Cast, arrive, show
from tests.journeys.browser.visitor import DESK, PHONE, SCHEMES, Scheme, chromium, visiting

OUT = Path(__file__).parents[3] / "build" / "shots"
LANGS = ("ru", "en")
LOOKS = tuple(product(LANGS, (DESK, PHONE), SCHEMES))
TERMS = json.dumps(dict.fromkeys((*LASTING, "acceptance_days"), 90))
CALLS = {"video": states, "text": text_states}


def main() -> None:
    """Starts a product of its own, and takes the pictures whose names hold the first argument, or all."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    OUT.mkdir(parents=True, exist_ok=True)
    # A first picture meets functions that have never run, on a machine that may be busy.
    expect.set_options(timeout=20_000)
    web.build()
    with (
        tempfile.TemporaryDirectory(prefix="twip-shots-") as folder,
        LocalCloud(Path(folder), profile="fast", terms=TERMS) as cloud,
        chromium() as browser,
    ):
        here = in_town(cloud.origin, lambda town: arrive(town, cloud.data))
        taken = _gallery(browser, cloud.origin, here, wanted)
        for mode, lang in product(CALLS, LANGS):
            taken += _call(browser, cloud.origin, here, wanted, mode, lang)
    print(f"{taken} pictures in {OUT}")


def _gallery(browser: Browser, origin: str, here: Cast, word: str) -> int:
    wanted = [it for it in PICTURES if word in it.name]
    for (lang, size, scheme), who in product(LOOKS, dict.fromkeys(it.who for it in wanted)):
        with visiting(browser, origin, lang, size, scheme, still=True) as visitor:
            if who:
                visitor.sign_in(getattr(here, who))
            for picture in (it for it in wanted if it.who == who):
                page = visitor.tab("/")
                show(page, origin, picture, here)
                _take(page, picture.name, lang, size, scheme)
                page.close()
    return len(wanted) * len(LOOKS)


def _call(browser: Browser, origin: str, here: Cast, word: str, mode: str, lang: str) -> int:
    """One call in a language; each of its states is looked at in every size and scheme before it goes on."""
    if word not in f"call-{mode}":
        return 0
    taken = 0
    found = in_town(origin, lambda town: deal(town, mode, left=2 * PRICE + 4_000), here.moderator)
    with visiting(browser, origin, lang) as customers, visiting(browser, origin, lang) as performers:
        customers.sign_in(found.customer)
        performers.sign_in(found.performer)
        for name, page in CALLS[mode](meet(found, customers, performers, lang)):
            for size, scheme in product((PHONE, DESK), SCHEMES):
                page.set_viewport_size({"width": size[0], "height": size[1]})
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                _take(page, f"call-{name}", lang, size, scheme)
                taken += 1
    return taken


def _take(page: Page, name: str, lang: str, size: tuple[int, int], scheme: Scheme) -> None:
    dark = "-dark" if scheme == "dark" else ""
    page.screenshot(path=OUT / f"{name}.{lang}-{size[0]}{dark}.png", full_page=not name.startswith("call-"))


if __name__ == "__main__":
    main()
