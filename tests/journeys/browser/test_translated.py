"""A page that a browser translates in the middle of a session: everything that moves goes on (R52)."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from chalicelib.domain.durations import FAST
from driver.people import Town
from tests.journeys.browser.calls import PRICE, Scene, deal, meet
from tests.journeys.browser.visitor import DESK, Visit

Arrange = Callable[..., Any]
TRANSLATE = """(obeys) => {
  const left = "script, style, textarea, font" + (obeys ? ", [translate=no], .notranslate" : "");
  const take = (root) => {
    const found = root instanceof Text ? [root] : [];
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) found.push(walk.currentNode);
    for (const text of found) {
      if (!text.data.trim() || !text.parentElement || text.parentElement.closest(left)) continue;
      const [outer, inner] = [document.createElement("font"), document.createElement("font")];
      inner.textContent = `«${text.data}»`;
      outer.append(inner);
      text.replaceWith(outer);
    }
  };
  take(document.body);
  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) for (const it of type === "characterData" ? [target] : addedNodes) take(it);
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
}"""
"""As Chromium's translator does: each text is replaced by two nested elements, and so is all that comes later. The translation of a text is
the same in guillemets. `obeys`: it leaves alone what is marked so."""


@pytest.mark.early
@pytest.mark.rule("R47", "R51", "R52", "R58")
def test_a_session_goes_on_while_its_pages_are_translated(visit: Visit, town: Town, arrange: Arrange) -> None:
    """Two sessions at once: one translator leaves alone what is marked so, the other one does not."""
    obeyed, eager = scene(visit, town, arrange), scene(visit, town, arrange)
    for here, obeys in ((obeyed, True), (eager, False)):
        here.ring()
        here.answer()
        for page in (here.customer, here.performer):
            page.evaluate(TRANSLATE, obeys)
            expect(page.locator(".session-clock .small")).to_have_text("«Not charged yet»")
        here.talk()
    for here in (obeyed, eager):
        for page in (here.customer, here.performer):
            expect(page.locator(".session-clock .small")).to_contain_text("left")
            expect(page.locator(".session-clock .small")).not_to_contain_text("Not charged")
        expect(here.customer.locator(".session-clock .small font").first).to_be_attached()
        here.say(here.performer, "«An answer»")
        expect(here.customer.get_by_role("log")).to_contain_text("An answer")
    assert obeyed.customer.locator(".session-clock b font").count() == 0, "figures are marked"
    for here in (obeyed, eager):
        pays(here, 1)
    for here in (obeyed, eager):
        pays(here, 2)
        expect(here.customer.locator(".session-clock b")).to_contain_text("0:3", timeout=FAST.block_ms)
        here.customer.locator(".talk-end").click()
        here.customer.locator("dialog .btn-danger").click()
        for page in (here.customer, here.performer):
            expect(page.get_by_role("heading", level=1)).to_have_text("«The session is over»")
            expect(page.locator(".session-bar")).to_have_count(0)
        expect(here.customer.locator(".summary .total")).to_contain_text("₽2,700.00")
        assert here.customer.evaluate("document.documentElement.lang") == "en"


def scene(visit: Visit, town: Town, arrange: Arrange) -> Scene:
    found = arrange(deal(town, "text", left=3 * PRICE))
    return meet(found, visit("en", DESK, found.customer), visit("en", DESK, found.performer))


def pays(here: Scene, block: int) -> None:
    """The page says what is left when so many blocks were paid beside the prepaid one."""
    left = f"₽{(3 - block) * PRICE // 100:,}.00"
    expect(here.customer.locator(".facts")).to_contain_text(left, timeout=2 * FAST.block_ms)
