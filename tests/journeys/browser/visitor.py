"""Somebody at a browser: a context with a language, a window, and an eye on whatever the page complains of."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, BrowserType, ConsoleMessage, Page, Playwright, sync_playwright

from driver.people import PASSWORD, Person
from tools.programs import found

AXE = Path(__file__).parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
LOCALES = {"ru": "ru-RU", "en": "en-GB"}
DESK, PHONE = (1280, 900), (390, 844)
PLAYWRIGHTS = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    # Fewer pictures a second than by default: encoding them is the most that a test with video costs.
    "--use-fake-device-for-media-stream=fps=10",
    # The pop-ups of the address bar are two pages a window, with a process each, that nobody sees. The switch counts once, so that what
    # Playwright would have switched off is named here too.
    f"--disable-features={','.join(('WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', *PLAYWRIGHTS))}",
)
Scheme = Literal["light", "dark"]
SCHEMES: dict[Scheme, dict[str, Any]] = {
    "dark": {"type": "rule", "values": ["color-contrast"]},
    "light": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
}
"""What axe is asked in each."""
RUN = "([within, asked]) => axe.run(within, {runOnly: asked, resultTypes: ['violations']}).then(found => found.violations)"
EXPECTED_NOISE = ("Failed to load resource",)
"""Chromium itself writes this about each refusal of the API, which are a part of journeys."""


@dataclass
class Visitor:
    """One browser profile. `complaints` holds errors of the console and of scripts: a journey ends without any."""

    context: BrowserContext
    origin: str
    lang: str
    complaints: list[str] = field(default_factory=list)

    def tab(self, path: str = "/") -> Page:
        """Another tab."""
        page = self.context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.origin + path)
        return page

    def sign_in(self, person: Person) -> None:
        """Signs this profile in without the page: the cookie is the browser's own."""
        form = {"email": person.email, "password": PASSWORD}
        answer = self.context.request.post(f"{self.origin}/api/auth/login", data=form)
        assert answer.ok, answer.text()
        self.context.add_init_script(
            "localStorage.getItem('twip.signed-in') || localStorage.setItem('twip.signed-in', '1')"
        )

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED_NOISE):
            self.complaints.append(message.text)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser with a camera and a microphone that are made up. Raises LookupError when there is none on this machine."""
    program = found("chromium")
    if program is None:
        raise LookupError("no Chromium: python -m tools.programs")
    with sync_playwright() as playwright:
        yield launched(playwright, program)


@contextmanager
def nowhere(browser: Browser) -> Iterator[Browser]:
    """Another browser, which does not know where it is: its zone is `Etc/Unknown`, a name that it refuses itself."""
    lost = browser.browser_type.launch(
        executable_path=found("chromium"), args=[*FLAGS], env={**os.environ, "TZ": ":nowhere"}
    )
    yield lost
    lost.close()


def launched(playwright: Playwright, program: str) -> Browser:
    """The browser as all journeys use it."""
    return playwright.chromium.launch(executable_path=program, args=[*FLAGS])


@contextmanager
def visiting(
    browser: Browser,
    origin: str,
    lang: str,
    size: tuple[int, int] = DESK,
    scheme: Any = "light",
    still: bool = False,
    zone: str | None = "Europe/Moscow",
) -> Iterator[Visitor]:
    """A fresh profile; it forgets everything at the end. `still`: of somebody who wants no motion. `zone`: None is the browser's own."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=LOCALES[lang],
        color_scheme=scheme,
        reduced_motion="reduce" if still else "no-preference",
        permissions=["camera", "microphone", "notifications"],
        has_touch=size[0] < 600,
        timezone_id=zone,
    )
    context.set_default_timeout(20_000)
    yield Visitor(context, origin, lang)
    context.close()


@dataclass
class Window:
    """A browser whose tab is really hidden while nobody is `shown` it: what drives a tab also keeps it awake, and so lets go of it."""

    kind: BrowserType
    address: str
    origin: str

    @contextmanager
    def shown(self, person: Person | None = None) -> Iterator[Page]:
        """The tab, in front until the end, and then behind another one. `person`: signed in first."""
        browser = self.kind.connect_over_cdp(self.address)
        context = browser.contexts[0]
        context.set_default_timeout(20_000)
        page = next((it for it in context.pages if it.url.startswith(self.origin)), context.pages[0])
        page.bring_to_front()
        if person:
            Visitor(context, self.origin, "en").sign_in(person)
        yield page
        cover = next((it for it in context.pages if it != page), None) or context.new_page()
        cover.bring_to_front()
        browser.close()


@contextmanager
def window(browser: Browser, origin: str, folder: Path) -> Iterator[Window]:
    """A browser of its own, whose hidden tabs are slowed down as those of people are: the other ones keep all tabs awake."""
    program = found("chromium")
    assert program
    own = ("--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder}", f"--lang={LOCALES['en']}")
    process = subprocess.Popen([program, *FLAGS, *own, "about:blank"], stderr=subprocess.DEVNULL)
    try:
        yield Window(browser.browser_type, f"http://127.0.0.1:{_port(folder / 'DevToolsActivePort')}", origin)
    finally:
        process.terminate()
        process.wait(10)


def _port(told: Path) -> int:
    until = time.monotonic() + 30
    while not told.exists() or not told.read_text():
        assert time.monotonic() < until, "the browser did not start"
        time.sleep(0.05)
    return int(told.read_text().split()[0])


def faults(page: Page, within: str = "html") -> list[str]:
    """What axe finds against WCAG 2.2 AA and good practice: scheme, rule, and the places. In the dark it looks at contrasts alone,
    because nothing else depends on the scheme. It looks from the page's top: what a scroll leaves under the header by chance would count
    as too small to be hit. `within`: a selector, of what must be there."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate("window.scrollTo(0, 0)")
    found = []
    for scheme, asked in SCHEMES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        violations: list[dict[str, Any]] = page.evaluate(RUN, [within, asked])
        found += [f"{scheme} {it['id']}: {node['html'][:160]}" for it in violations for node in it["nodes"]]
    return found


Visit = Callable[..., Visitor]
