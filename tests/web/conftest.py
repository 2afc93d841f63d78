"""A page of the media engine alone, built from the client's sources and served on loopback; and coturn, which relays between two of them."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright

from infra.local.places import ROOT
from tests.journeys.browser.visitor import FLAGS
from tests.web.pair import Pair, pair
from tools.programs import found

Play = Callable[[Pair], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Played:
    """Plays a test's part with two pages of a browser. `run` waits for what is done in the browser's thread."""

    browser: Browser
    address: str
    run: Callable[[Coroutine[Any, Any, Any]], Any]

    def __call__(self, play: Play) -> None:
        """Plays it to its end."""
        self.run(self._whole(play))

    def at_once(self, plays: Iterable[Play]) -> list[BaseException | None]:
        """Plays all of them side by side, and answers how each ended."""

        async def all_of_them() -> list[BaseException | None]:
            return await asyncio.gather(*map(self._whole, plays), return_exceptions=True)

        ended: list[BaseException | None] = self.run(all_of_them())
        return ended

    async def _whole(self, play: Play) -> None:
        async with pair(self.browser, self.address) as two:
            await play(two)


class Quiet(SimpleHTTPRequestHandler):
    """Serves without telling."""

    def log_message(self, format: str, *args: object) -> None:
        return None


@pytest.fixture(scope="session")
def media_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page."""
    built = tmp_path_factory.mktemp("media")
    node = str(Path(sys.executable).parent / "node")
    vite = [node, "node_modules/vite/bin/vite.js", "build", "test/media", "--outDir", str(built), "--emptyOutDir"]
    done = subprocess.run([*vite, "--logLevel", "warn"], cwd=ROOT / "web", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(built)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="session")
def played(media_page: str) -> Iterator[Played]:
    """One browser serves all, in a thread of its own: where journeys have opened theirs before, this one has a loop that runs."""
    runner = asyncio.Runner()
    with ThreadPoolExecutor(1) as apart:

        def run(work: Coroutine[Any, Any, Any]) -> Any:
            return apart.submit(runner.run, work).result()

        playwright = run(async_playwright().start())
        browser = run(playwright.chromium.launch(executable_path=found("chromium"), args=[*FLAGS]))
        yield Played(browser, media_page, run)
        run(browser.close())
        run(playwright.stop())
        apart.submit(runner.close).result()
