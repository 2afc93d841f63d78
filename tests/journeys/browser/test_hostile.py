"""Text that would be code: through every field that keeps text, and wherever that is shown, it is text and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from driver.people import Person, Town
from tests.journeys.browser.calls import PRICE, Deal, meet
from tests.journeys.browser.gallery import settle
from tests.journeys.browser.visitor import DESK, Visit

Arrange = Callable[..., Any]
HOSTILE = (
    "<script>window.pwned = 1</script>",
    '<img src=x onerror="window.pwned=1">',
    '"><svg onload=window.pwned=1>',
    "<a href='javascript:window.pwned=1'>here</a>",
    "javascript:window.pwned=1",
    "{{constructor.constructor('window.pwned=1')()}}",
    "${window.pwned=1}",
    "&lt;img src=x onerror=window.pwned=1&gt;",
    "'-(window.pwned=1)-'",
    "</title></textarea><script>window.pwned=1</script>",
)
RUNNING = "[onerror], [onload], [src=x], a[href^='javascript:'], script:not([src], [type='application/ld+json'])"


@dataclass
class Trap:
    """People whose names are code, and what they have written."""

    deal: Deal
    moderator: Person
    rejected: str
    waiting: str


async def trap(town: Town, admin: Person) -> Trap:
    """A consultation that was ordered, another that was given back, one that waits, a person who was blocked: every text is hostile."""
    author, customer, blocked = await town.join(HOSTILE[1]), await town.join(HOSTILE[2]), await town.join(HOSTILE[0])
    moderator = await town.moderator()
    twips = [await _submit(town, author, n) for n in range(2)]
    await town.approve(twips[0])
    reason = {"version": twips[1]["version"], "reason": " ".join(HOSTILE)}
    await moderator.api.post(f"/admin/twips/{twips[1]['id']}/reject", reason)
    waiting = await _submit(town, author, 2)
    await author.api.put("/me/status", {"status": "available"})
    await town.top_up(customer, 3 * PRICE)
    order = await town.order(customer, str(twips[0]["id"]), "text", PRICE)
    change = {"blocked": True, "reason": " ".join(HOSTILE)[:500]}
    await admin.api.call("PATCH", f"/admin/users/{blocked.user_id}", change)
    author.offers = True
    deal = Deal(customer, author, str(order["id"]), str(twips[0]["id"]), "text")
    return Trap(deal, moderator, str(twips[1]["id"]), str(waiting["id"]))


async def _submit(town: Town, author: Person, n: int) -> dict[str, Any]:
    body = town.consultation(text=PRICE)
    body["texts"] = {
        lang: {"title": HOSTILE[(n + k) % len(HOSTILE)], "description": "\n".join(HOSTILE)}
        for k, lang in enumerate(("en", "ru"))
    }
    draft = await author.api.post("/twips", body)
    submitted: dict[str, Any] = await author.api.post(f"/twips/{draft['id']}/submit")
    return submitted


def harmless(page: Page) -> None:
    """Nothing of it ran, and nothing of it became a part of the page that could."""
    assert page.evaluate("window.pwned") is None, page.url
    assert page.evaluate(f"document.querySelectorAll({RUNNING!r}).length") == 0, page.url


@pytest.mark.rule("E20")
def test_hostile_text_is_shown_as_it_was_written_and_never_runs(
    visit: Visit, town: Town, admin: Person, arrange: Arrange
) -> None:
    here: Trap = arrange(trap(town, admin))
    order, twip = here.deal.order_id, here.deal.twip_id
    author, customer = visit("en", DESK, here.deal.performer), visit("en", DESK, here.deal.customer)
    moderator, administrator = visit("en", DESK, here.moderator), visit("en", DESK, admin)
    shown = [
        (visit("ru"), f"/?q={quote(HOSTILE[1])}", None),
        (customer, f"/twips/{twip}", HOSTILE[0]),
        (moderator, f"/twips/{twip}/order/text", HOSTILE[0]),
        (customer, "/orders", HOSTILE[0]),
        (author, "/orders?role=performer", HOSTILE[2]),
        (author, "/add", HOSTILE[1]),
        (author, f"/add/{here.rejected}", HOSTILE[9]),
        (author, "/profile", None),
        (moderator, f"/admin?twip={here.waiting}", HOSTILE[1]),
        (administrator, "/admin/audit", HOSTILE[5]),
        (administrator, "/admin/users", HOSTILE[2]),
        (customer, "/", HOSTILE[1]),  # last: the index has it by then, whichever process is asked
    ]
    for visitor, path, text in shown:
        page = visitor.tab(path)
        settle(page)
        if text:
            expect(page.get_by_text(text).first).to_be_attached()
        harmless(page)
        page.close()
    talk = meet(here.deal, customer, author)
    talk.ring()
    expect(talk.performer.get_by_role("alertdialog")).to_contain_text(HOSTILE[2])
    harmless(talk.performer)
    talk.answer()
    for text in HOSTILE:
        talk.say(talk.customer, text)
        talk.say(talk.performer, text)
    for page in (talk.customer, talk.performer):
        expect(page.get_by_role("log")).to_contain_text(HOSTILE[-1])
        harmless(page)
    talk.hang_up(talk.performer)
    for visitor in (customer, author):
        page = visitor.tab(f"/orders/{order}")
        page.get_by_text("Transcript").first.click()
        expect(page.get_by_text(HOSTILE[-1]).first).to_be_visible()
        harmless(page)
