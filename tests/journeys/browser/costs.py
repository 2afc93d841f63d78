"""`make bench-web`: what the client costs those who open it, as tables and in build/bench-web.json; exit code 1 when a figure is missed."""

import gzip
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Response
from rich.console import Console
from rich.table import Table

from infra import web
from infra.local.cloud import LocalCloud
from tests.journeys.browser.calls import answered_call, in_town
from tests.journeys.browser.courts import TERMS
from tests.journeys.browser.gallery import Cast, arrive, settle
from tests.journeys.browser.visitor import DESK, chromium, visiting
from tools.programs import found

BUILD = web.ROOT / "build"
KB = 1024
FIRST_JS_KB, FIRST_CSS_KB, CALL_JS_KB = 45, 15, 40
LEAST_SCORE = 95
FIRST_MEDIA_MS = 2000
NEXT_PAINT_MS = 50
CALLS = 3
console = Console()


def main() -> int:
    """Measures, prints, writes; answers the exit code."""
    missed: list[str] = []
    web.build()
    with _product() as (cloud, here), chromium() as browser:
        result = {
            "sizes_kb": _sizes(browser, cloud.origin, here, missed),
            "next_paint_ms": _next_paint(browser, cloud.origin, here, missed),
            "first_media_ms": _first_media(browser, cloud.origin, here, missed),
            "lighthouse": _lighthouse(cloud.origin, missed),
        }
    BUILD.mkdir(exist_ok=True)
    (BUILD / "bench-web.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for what in missed:
        console.print(f"[red]missed:[/red] {what}")
    return 1 if missed else 0


@contextmanager
def _product() -> Iterator[tuple[LocalCloud, Cast]]:
    with (
        tempfile.TemporaryDirectory(prefix="twip-bench-") as folder,
        LocalCloud(Path(folder), profile="fast", terms=TERMS) as cloud,
    ):
        yield cloud, in_town(cloud.origin, lambda town: arrive(town, cloud.data))


def _row(table: Table, missed: list[str], what: str, measured: float, aim: float, unit: str) -> float:
    table.add_row(what, f"{measured:.1f} {unit}", f"<= {aim} {unit}")
    if measured > aim:
        missed.append(f"{what}: {measured:.1f} {unit}")
    return round(measured, 1)


def _table(title: str) -> Table:
    table = Table("figure", "measured", "aim", title=title, title_justify="left", title_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def _sizes(browser: Browser, origin: str, here: Cast, missed: list[str]) -> dict[str, float]:
    """What the browser fetched, compressed as the CDN compresses."""
    first = _fetched(browser, origin, "/")
    call = _fetched(browser, origin, f"/session/{here.things['session']}", here)
    table = _table("First load of the search page, and what a call adds (gzip)")
    js = {name: size for name, size in first.items() if name.endswith(".js")}
    css = {name: size for name, size in first.items() if name.endswith(".css")}
    added = {name: size for name, size in call.items() if name.endswith(".js") and name not in first}
    sizes = {
        "first_js": _row(table, missed, "JavaScript of the search page", sum(js.values()) / KB, FIRST_JS_KB, "KB"),
        "first_css": _row(table, missed, "CSS of the search page", sum(css.values()) / KB, FIRST_CSS_KB, "KB"),
        "call_js": _row(table, missed, "JavaScript that a call adds", sum(added.values()) / KB, CALL_JS_KB, "KB"),
    }
    console.print(table)
    return sizes


def _fetched(browser: Browser, origin: str, path: str, here: Cast | None = None) -> dict[str, int]:
    seen: dict[str, int] = {}

    def hear(response: Response) -> None:
        name = response.url.removeprefix(origin)
        if name.startswith("/assets/"):
            seen[name] = len(gzip.compress((web.BUILT / name[1:]).read_bytes(), 9))

    with visiting(browser, origin, "ru", DESK) as visitor:
        if here:
            visitor.sign_in(here.customer)
        page = visitor.context.new_page()
        page.on("response", hear)
        page.goto(origin + path)
        settle(page)
        page.wait_for_timeout(500)
    return seen


def _next_paint(browser: Browser, origin: str, here: Cast, missed: list[str]) -> float:
    """From the press of a cell of the week's grid to the paint that shows it, the worst of many."""
    with visiting(browser, origin, "ru", DESK) as visitor:
        visitor.sign_in(here.performer)
        page = visitor.tab("/profile")
        cells = page.get_by_role("gridcell")
        cells.first.wait_for()
        page.evaluate(
            "window.took = []; new PerformanceObserver(list => took.push(...list.getEntries().map(it => it.duration)))"
            ".observe({type: 'event', durationThreshold: 16, buffered: false})"
        )
        for n in range(0, 160, 8):
            cells.nth(n).click()
        page.wait_for_timeout(500)
        worst = max(page.evaluate("took") or [0])
    table = _table("The week's grid")
    measured = _row(table, missed, "interaction to next paint, worst of 20", float(worst), NEXT_PAINT_MS, "ms")
    console.print(table)
    return measured


def _first_media(browser: Browser, origin: str, here: Cast, missed: list[str]) -> float:
    """From the performer's press of "start" to the customer's first decoded frame."""
    took = [answered_call(browser, origin, here.moderator) for _ in range(CALLS)]
    table = _table("A video call on loopback")
    measured = _row(table, missed, f"first media, median of {CALLS}", statistics.median(took), FIRST_MEDIA_MS, "ms")
    console.print(table)
    return measured


def _lighthouse(origin: str, missed: list[str]) -> dict[str, Any]:
    node = Path(sys.executable).parent / "node"
    asked = [str(node), "tools/lighthouse.mjs", f"{origin}/", found("chromium") or ""]
    done = subprocess.run(asked, cwd=web.SOURCES, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    table = Table("what", *told, title="Lighthouse", title_justify="left", title_style="bold")
    for name in next(iter(told.values()))["scores"]:
        scores = {look: it["scores"][name] for look, it in told.items()}
        table.add_row(name, *(str(score) for score in scores.values()))
        missed += [f"lighthouse {name} ({look}): {score}" for look, score in scores.items() if score < LEAST_SCORE]
    console.print(table)
    for look, it in told.items():
        for short in it["short"]:
            console.print(f"  {look}: {short}")
    return told


if __name__ == "__main__":
    raise SystemExit(main())
