"""What a window shows: nothing that floats leaves it, nothing covers what has the focus, and colours that the system forces leave nothing
out (E20)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from driver.people import Town
from tests.journeys.browser.calls import Scene, deal, meet, see
from tests.journeys.browser.conftest import Profiles
from tests.journeys.browser.gallery import PICTURES, Cast, settle, show
from tests.journeys.browser.visitor import DESK, PHONE, Visit

Arrange = Callable[..., Any]
ZOOMED = (640, 450)
"""A desk at 200 %."""
WINDOWS = ((320, 640), PHONE, ZOOMED)
LANGS = ("ru", "en")


def press(*selectors: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).first.click()

    return act


def leave(page: Page) -> None:
    page.locator("main form input.input").first.fill("Chess")
    page.locator(".top .logo").click()


@dataclass(frozen=True)
class Float:
    """Something that floats over a page, and how it is opened."""

    name: str
    path: str
    who: str | None
    act: Callable[[Page], None]
    box: str


FLOATS = (
    Float("status", "/orders", "performer", press(".top-status"), ".menu-list"),
    Float("status-closed", "/orders", "newcomer", press(".top-status"), ".menu-list"),
    Float("cancel", "/orders/{order}", "customer", press("[aria-describedby=why-not]"), "dialog[open]"),
    Float("sign-out", "/profile", "performer", press("section[aria-labelledby=leaving] .btn-quiet"), "dialog[open]"),
    Float("roles", "/admin/users", "admin", press(".people-acts .btn"), "dialog[open]"),
    Float("block", "/admin/users", "admin", press(".people-acts .btn:last-child"), "dialog[open]"),
    Float("leaving", "/add/new", "customer", leave, "dialog[open]"),
    Float("toasts", "/styleguide", None, press("main .btn", "main .btn-primary", "main .btn-quiet"), ".toast"),
)


@pytest.mark.rule("E20")
@pytest.mark.parametrize("float", FLOATS, ids=lambda it: it.name)
def test_what_floats_stays_in_the_window(profiles: Profiles, here: Cast, float: Float) -> None:
    visitor, page = profiles(float.who)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found = []
    for lang in LANGS:
        speak(page, lang)
        page.goto(visitor.origin + float.path.format(**here.things))
        expect(page.locator("#app main h1").first).to_be_attached()
        float.act(page)
        found += [f"{lang} {fault}" for fault in outside(page, float.box)]
        page.evaluate("sessionStorage.clear()")
    assert not found, "\n".join(found)


MAIN = (
    "find-stranger",
    "find",
    "twip",
    "order-short",
    "orders",
    "order",
    "finances",
    "profile",
    "add",
    "add-new",
    "admin-revision",
)


LONG_NAMES = (
    "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewis",
    "Константинопольскоизмайловодворцовая-Преображенскаянабережна",
)
LONG_TITLE = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.mark.rule("E20", "R8")
def test_a_word_that_is_wider_than_a_phone_is_broken(visit: Visit, town: Town, arrange: Arrange) -> None:
    performer, customer = (arrange(town.join(name)) for name in LONG_NAMES)
    draft = town.consultation(text=45_000)
    for text in draft["texts"].values():
        text["title"] = LONG_TITLE
    made = arrange(performer.api.post("/twips", draft))
    arrange(town.approve(arrange(performer.api.post(f"/twips/{made['id']}/submit"))))
    arrange(town.top_up(customer, 45_000))
    order = arrange(town.order(customer, made["id"], "text", 45_000))
    paths = (
        "/?q=Donaudampfschifffahrt",
        f"/twips/{made['id']}",
        f"/?q={LONG_TITLE}",
        "/orders",
        f"/orders?q={LONG_TITLE}",
        f"/orders?q={2 * LONG_TITLE}",
        f"/orders/{order['id']}",
        "/finances",
        "/profile",
    )
    found = []
    for person, seen in ((customer, paths), (performer, ("/orders?role=performer", "/add", f"/add/{made['id']}"))):
        visitor = visit("ru", PHONE, person)
        page = visitor.tab("/favicon.svg")
        for path in seen:
            page.goto(visitor.origin + path)
            settle(page)
            for width, height in WINDOWS:
                page.set_viewport_size({"width": width, "height": height})
                wide = page.evaluate("document.documentElement.scrollWidth")
                found += [f"{path} at {width} px: {wide}"] if wide > width else []
    assert not found, "\n".join(found)


@pytest.mark.rule("E20")
@pytest.mark.parametrize("name", MAIN)
def test_what_has_the_focus_is_never_covered(profiles: Profiles, here: Cast, name: str) -> None:
    picture = next(it for it in PICTURES if it.name == name)
    visitor, page = profiles(picture.who)
    found = []
    show(page, visitor.origin, picture, here)
    for size in (PHONE, ZOOMED, DESK):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        found += [f"{size[0]} px: {fault}" for fault in walked(page)]
    page.evaluate("sessionStorage.clear()")
    assert not found, "\n".join(found)


@pytest.mark.rule("E20", "R20", "R22")
def test_a_ring_stays_in_the_window_and_hides_no_focus(visit: Visit, town: Town, arrange: Arrange) -> None:
    here = scene(visit, town, arrange, "text")
    page = here.performer
    here.ring()
    found = outside(page, ".call-float")
    for size in (PHONE, DESK):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        found += [f"{size[0]} px: {fault}" for fault in walked(page, 25)]
    page.get_by_role("alertdialog").get_by_role("button", name=here.words["decline"]).click()
    expect(here.performer.get_by_role("alertdialog")).to_have_count(0)
    arrange(here.deal.performer.api.put("/me/status", {"status": "away"}))
    here.customer.locator("main .empty .btn-primary").click()
    page.locator(".top .btn-icon[aria-expanded]").click()
    found += outside(page, ".call-float")
    found += [f"at {size[0]} px the header is {wide} px" for size in WINDOWS if (wide := _wide(page, size)) > size[0]]
    assert not found, "\n".join(found)


@pytest.mark.rule("E20", "D17", "R52")
@pytest.mark.xdist_group("video")
def test_a_call_fits_a_phone_and_its_dialogs_stay_in_the_window(visit: Visit, town: Town, arrange: Arrange) -> None:
    terms = arrange(deal(town, "video", left=0))
    here = meet(terms, visit("ru", PHONE, terms.customer), visit("ru", PHONE, terms.performer), "ru")
    here.ring()
    here.answer()
    here.start()
    see(here.customer)
    page, found = here.customer, []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    end = page.get_by_role("button", name=here.words["end"], exact=True).bounding_box()
    assert end and end["y"] + end["height"] <= PHONE[1], "bar, stage and controls fit without scrolling"
    for opener in (".ctl-small", ".ctl:has([href$='#settings-2'])", ".ctl-end", ".troubles .btn-primary"):
        page.locator(opener).click()
        found += [f"{opener} {fault}" for fault in outside(page, "dialog[open]")]
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert not found, "\n".join(found)


FORCED = (
    "find",
    "twip",
    "order-short",
    "orders",
    "orders-empty",
    "finances",
    "profile",
    "add-errors",
    "admin-revision",
    "order-talked",
    "styleguide",
)


@pytest.mark.rule("E20")
def test_forced_colours_leave_nothing_out(profiles: Profiles, here: Cast) -> None:
    found = []
    for picture in (it for it in PICTURES if it.name in FORCED):
        visitor, page = profiles(picture.who)
        page.emulate_media(color_scheme="light", forced_colors="active")
        show(page, visitor.origin, picture, here)
        for size in (DESK, PHONE):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            found += [f"{picture.name} {size[0]} px: {fault}" for fault in page.evaluate(UNSEEN)]
        page.emulate_media(forced_colors="none")
        found += visitor.complaints
        visitor.complaints.clear()
    assert not found, "\n".join(found)


def scene(visit: Visit, town: Town, arrange: Arrange, mode: str, **terms: Any) -> Scene:
    """In Russian, whose words are the longer ones."""
    found = arrange(deal(town, mode, **terms))
    return meet(found, visit("ru", DESK, found.customer), visit("ru", DESK, found.performer), "ru")


def speak(page: Page, lang: str) -> None:
    page.evaluate("(lang) => localStorage.setItem('twip.lang', lang)", lang)


BOX = """(it) => {
  const { left, top, right, bottom, width } = it.getBoundingClientRect();
  const inside = width > 0 && left >= 0 && top >= 0 && right <= document.documentElement.clientWidth && bottom <= innerHeight;
  const fits = it.scrollHeight <= it.clientHeight + 1 || ["auto", "scroll"].includes(getComputedStyle(it).overflowY);
  return inside && fits && it.scrollWidth <= it.clientWidth + 1 ? null : [left, top, right, bottom].map(Math.round).join(" ");
}"""


def outside(page: Page, selector: str) -> list[str]:
    """Where such a box leaves a window, or cannot be read to its end."""
    found = []
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        boxes = page.locator(selector)
        expect(boxes.first).to_be_visible()
        faults = [boxes.nth(n).evaluate(BOX) for n in range(boxes.count())]
        found += [f"{width} x {height}: {fault}" for fault in faults if fault]
    return found


def _wide(page: Page, size: tuple[int, int]) -> int:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return wide


COVERED = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const { x, y, width, height } = it.getBoundingClientRect();
  const seen = [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]].some(([across, down]) => {
    const top = document.elementFromPoint(x + width * across, y + height * down);
    return top && (it.contains(top) || top.contains(it));
  });
  return seen ? "" : it.outerHTML.slice(0, 120);
}"""


def walked(page: Page, most: int = 150) -> list[str]:
    """What was covered on a walk by the Tab key to the page's end, and back again."""
    found: list[str] = []
    for key in ("Tab", "Shift+Tab"):
        for _ in range(most):
            page.keyboard.press(key)
            fault = page.evaluate(COVERED)
            if fault is None:
                break
            if fault:
                found.append(f"{key}: {fault}")
    return found


UNSEEN = """() => {
  const found = [];
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((it) => it.checkVisibility());
  const told = (it) => it.outerHTML.slice(0, 100);
  const ground = (it) => getComputedStyle(it).backgroundColor;
  const drawn = (colour) => ![ground(document.documentElement), "rgba(0, 0, 0, 0)"].includes(colour);
  const edge = (it) => {
    const { borderTopWidth, borderTopStyle, borderTopColor, appearance } = getComputedStyle(it);
    const border = parseFloat(borderTopWidth) >= 1 && borderTopStyle !== "none" && drawn(borderTopColor);
    return appearance === "auto" || border || drawn(ground(it));
  };
  const edged = "input:not([type=radio]), select, textarea, .btn, .ctl, .pick, .card, .banner, .badge, .avatar, .dot, .strip i, .count";
  for (const it of shown(edged)) {
    if (!edge(it) && !(it.type === "search" && edge(it.closest(".searchbar")))) found.push(`no edge: ${told(it)}`);
  }
  const marked = "[aria-current], [aria-pressed=true], [aria-selected=true], .statuses label:has(:checked), .strip .on, .dot-available";
  for (const it of shown(marked)) {
    if (!drawn(ground(it))) found.push(`not marked: ${told(it)}`);
  }
  for (const [one, other] of [[".strip .on", ".strip i:not(.on)"], [".cell[aria-selected=true]", ".cell[aria-selected=false]"]]) {
    const [a, b] = [shown(one)[0], shown(other)[0]];
    if (a && b && ground(a) === ground(b)) found.push(`alike: ${one}`);
  }
  return found;
}"""
