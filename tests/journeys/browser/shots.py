"""`make shots`: a picture of every page of the gallery, in both languages at both widths, and in the dark, in build/shots."""

import asyncio
import os
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

from demo.people import PASSWORD, Town
from infra import web
from infra.local.cloud import LocalCloud
from tests.journeys.browser.gallery import PICTURES, Cast, cast, show
from tests.journeys.browser.visitor import DESK, PHONE, chromium, visiting

OUT = Path(__file__).parents[3] / "build" / "shots"
LOOKS = tuple((lang, size, scheme) for lang in ("ru", "en") for size in (DESK, PHONE) for scheme in ("light", "dark"))


def main() -> None:
    """Starts a product of its own, and takes the pictures whose names hold the first argument, or all."""
    wanted = [it for it in PICTURES if len(sys.argv) < 2 or sys.argv[1] in it.name]
    OUT.mkdir(parents=True, exist_ok=True)
    web.build()
    with tempfile.TemporaryDirectory(prefix="twip-shots-") as folder, LocalCloud(Path(folder), profile="fast") as cloud:
        os.environ["TWIP_DATA"] = folder
        loop = asyncio.new_event_loop()
        here = loop.run_until_complete(_arrive(cloud.origin, folder))
        with chromium() as browser:
            for (lang, size, scheme), who in product(LOOKS, dict.fromkeys(it.who for it in wanted)):
                with visiting(browser, cloud.origin, lang, size, scheme, still=True) as visitor:
                    if who:
                        visitor.sign_in(getattr(here, who))
                    for picture in (it for it in wanted if it.who == who):
                        page = visitor.tab("/")
                        show(page, cloud.origin, picture, here)
                        dark = "-dark" if scheme == "dark" else ""
                        page.screenshot(path=OUT / f"{picture.name}.{lang}-{size[0]}{dark}.png", full_page=True)
                        page.close()
    print(f"{len(wanted) * len(LOOKS)} pictures in {OUT}")


async def _arrive(origin: str, folder: str) -> Cast:
    town = Town(origin)
    moderator = await town.join("Moderator")
    told = {**os.environ, "TWIP_DATA": folder, "PROFILE": "fast", "EMAIL": moderator.email, "ROLE": "moderator"}
    await asyncio.to_thread(
        subprocess.run, [sys.executable, "-m", "infra.local.grant"], check=True, env=told, stdout=subprocess.DEVNULL
    )
    town.staff["moderator"] = moderator.email, PASSWORD
    here = await cast(town)
    await town.close()
    return here


if __name__ == "__main__":
    main()
