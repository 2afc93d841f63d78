"""From a twip to a paid call as a stranger: few screens, and the order is not lost on the way (E21)."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from driver.people import PASSWORD, Person, Town
from tests.journeys.browser.paying import paid_and_ordered, to_the_provider
from tests.journeys.browser.visitor import DESK, PHONE, Visit, Visitor

Arrange = Callable[..., Any]
pytestmark = pytest.mark.xdist_group("market")
PRICE = 60_000
SCREENS_AT_MOST = 7
WATCH = """addEventListener("DOMContentLoaded", () => {
  let last = "", before
  const look = () => {
    const heading = document.querySelector("h1")
    const screen = `${location.pathname.replace(/[0-9a-z]{26}/g, "x")}: ${heading?.textContent}`
    // While the next page is loaded its address stands over the heading of the one before.
    const moved = heading !== before || !screen.endsWith(last.replace(/.*: /, ""))
    if (heading && moved && screen !== last) sawScreen(last = screen)
    before = heading
  }
  new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true})
  look()
})"""


@pytest.fixture
def seller(town: Town, arrange: Arrange) -> Person:
    person: Person = arrange(town.join("Irina Vetrova"))
    return person


def watched(visitor: Visitor) -> list[str]:
    """Every screen that the profile shows, in whichever tab: another address, or another heading."""
    seen: list[str] = []
    visitor.context.expose_function("sawScreen", lambda screen: seen.append(screen))
    visitor.context.add_init_script(WATCH)
    return seen


def registered(page: Page) -> str:
    """Fills in the form beside the order; answers the address."""
    email = f"{uuid4().hex[:12]}@example.org"
    page.get_by_label("Ваше имя").fill("Инна Петрова")
    page.get_by_label("Эл. почта").fill(email)
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Зарегистрироваться").click()
    expect(page.get_by_role("heading", name="Проверьте почту")).to_be_visible()
    return email


@pytest.mark.rule("E21", "R3", "R27", "R29", "R37")
def test_a_stranger_gets_from_a_twip_to_a_paid_call_in_seven_screens(
    visit: Visit, town: Town, arrange: Arrange, seller: Person
) -> None:
    twip_id = arrange(town.publish(seller, video=PRICE))
    arrange(seller.api.put("/me/status", {"status": "available"}))
    there = arrange(seller.page())
    visitor = visit("ru", PHONE)
    seen = watched(visitor)
    page = visitor.tab(f"/twips/{twip_id}")
    page.get_by_role("link", name="Заказать видео").click()
    expect(page.get_by_role("region", name="Заказать", exact=True)).to_contain_text("600")
    email = registered(page)
    link = re.search(r"/confirm\S+#token=[\w-]+", arrange(town.mail(email, "token=")))
    assert link

    opened = visitor.tab(link[0])
    expect(opened.get_by_role("heading", name="Шахматные дебюты")).to_be_visible()
    opened.get_by_role("button", name="Подтвердить и продолжить").click()
    expect(page.get_by_role("button", name=re.compile("^Оплатить 600"))).to_be_visible()
    to_the_provider(opened, "600", "600")
    order_id = paid_and_ordered(opened)
    opened.get_by_role("link", name="Начать звонок").click()
    incoming = arrange(there.until("call.incoming"))
    assert incoming.frame["order_id"] == order_id
    opened.wait_for_url(re.compile("/call/"))
    assert len(seen) <= SCREENS_AT_MOST, seen


@pytest.mark.rule("E21", "E16")
def test_the_tab_that_waits_goes_on_with_the_order_when_the_link_is_opened_on_another_device(
    visit: Visit, town: Town, arrange: Arrange, seller: Person
) -> None:
    twip_id = arrange(town.publish(seller, text=PRICE))
    page = visit("ru", DESK).tab(f"/twips/{twip_id}/order/text")
    email = registered(page)
    link = re.search(r"/confirm\S+#token=[\w-]+", arrange(town.mail(email, "token=")))
    assert link
    phone = visit("en", PHONE).tab(link[0])
    phone.get_by_role("button", name="Confirm and go on").click()
    expect(phone.get_by_text("The page on which you registered goes on by itself")).to_be_visible()
    expect(phone.get_by_role("link", name=re.compile("Account"))).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Оплатить 600"))).to_be_visible()
    phone.get_by_label("Email").fill(email)
    phone.get_by_label("Password", exact=True).fill(PASSWORD)
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("button", name=re.compile("^Pay ₽600"))).to_be_visible()
