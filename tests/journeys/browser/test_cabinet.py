"""The cabinet in a browser: orders and sales that are looked for, and the correspondence of all of them (R32, R62, R79, R82)."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from driver.people import Person, Town
from tests.journeys.browser.visitor import DESK, PHONE, Visit

Arrange = Callable[..., Any]
CALL, WORK = 60_000, 450_000
OPENINGS, REPERTOIRE = "Шахматные дебюты", "Дебютный репертуар"
pytestmark = pytest.mark.xdist_group("market")


@dataclass
class Bought:
    """Oleg has ordered a consultation of Irina, and then a work."""

    customer: Person
    performer: Person
    call_id: str
    work_id: str


async def bought(town: Town) -> Bought:
    performer, customer = await asyncio.gather(town.join("Irina Vetrova"), town.join("Oleg Martynov"))
    call, work = await asyncio.gather(
        town.publish(performer, text=CALL), town.publish_as(performer, town.work(WORK, 60))
    )
    await town.top_up(customer, CALL + WORK)
    first = await town.order(customer, call, "text", CALL)
    second = await town.order_work(customer, work, WORK)
    return Bought(customer, performer, first["id"], second["id"])


def cards(page: Page, *titles: str) -> None:
    """These are shown, in this order, and no others."""
    expect(page.get_by_role("article").get_by_role("heading")).to_have_text(list(titles))


def choose(page: Page, group: str, name: str) -> None:
    chip = page.get_by_role("navigation", name=group, exact=True).get_by_role("link", name=name, exact=True)
    chip.click()
    expect(chip).to_have_attribute("aria-current", "true")


@pytest.mark.rule("R32", "R62", "R82")
def test_orders_and_sales_are_found_by_kind_state_and_words_and_the_address_keeps_it(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    deal = arrange(bought(town))
    page = visit("ru", PHONE, deal.customer).tab("/orders")
    cards(page, REPERTOIRE, OPENINGS)
    choose(page, "Вид", "Консультации")
    cards(page, OPENINGS)
    choose(page, "Состояние", "Завершённые")
    expect(page.get_by_text("Завершённых заказов пока нет.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Завершённых заказов пока нет.")).to_be_visible()
    page.go_back()
    cards(page, OPENINGS)
    choose(page, "Вид", "Все")
    page.get_by_role("searchbox").fill("репертуаров vetrova")
    cards(page, REPERTOIRE)
    page.get_by_role("link", name=REPERTOIRE).click()
    page.wait_for_url(re.compile(f"/orders/{deal.work_id}$"))
    page.go_back()
    cards(page, REPERTOIRE)
    expect(page.get_by_role("searchbox")).to_have_value("репертуаров vetrova")
    page.get_by_role("searchbox").fill("zzzz")
    page.get_by_role("button", name="Очистить поиск").click()
    cards(page, REPERTOIRE, OPENINGS)

    sales = visit("en", DESK, deal.performer).tab("/orders?role=performer&state=waiting")
    cards(sales, "Opening repertoire")
    arrange(deal.performer.api.post(f"/orders/{deal.work_id}/start"))
    arrange(deal.performer.api.post(f"/orders/{deal.work_id}/deliver", {"text": "Here it is"}))
    expect(sales.get_by_text("No sale waits for you.")).to_be_visible()


def letters(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("article")


@pytest.mark.rule("R79", "R59", "E17")
def test_what_was_written_last_stands_first_is_marked_until_it_is_read_and_leads_to_its_thread(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    deal = arrange(bought(town))
    other = arrange(town.join("Pavel Orlov"))
    mine = arrange(town.publish_as(deal.customer, town.work(WORK, 60)))
    arrange(town.top_up(other, WORK))
    sold = arrange(town.order_work(other, mine, WORK))["id"]
    page = visit("en", PHONE, deal.customer).tab("/orders")
    page.get_by_role("navigation", name="Orders and disputes").get_by_role("link", name=re.compile("^Messages")).click()
    expect(letters(page)).to_have_count(1)
    expect(letters(page).first).to_contain_text("A new order")
    arrange(deal.performer.api.post(f"/orders/{deal.work_id}/messages", {"text": "Which openings\ndo you play?"}))
    expect(letters(page)).to_have_count(2)
    expect(letters(page).first).to_contain_text("Which openings do you play?")
    expect(letters(page).first).to_contain_text("1 unread")
    letters(page).first.get_by_role("link").click()
    page.wait_for_url(re.compile(f"/orders/{deal.work_id}#talk$"))
    expect(page.get_by_text("do you play?")).to_be_in_viewport()
    page.get_by_role("textbox", name="Message").fill("The Catalan")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log")).to_contain_text("The Catalan")
    page.go_back()
    expect(letters(page).first).to_contain_text("You: The Catalan")
    expect(letters(page).first).not_to_contain_text("unread")
    arrange(other.api.post(f"/orders/{sold}/messages", {"text": "When will you start?"}))
    expect(letters(page).first).to_contain_text("When will you start?")
    expect(letters(page).first).to_contain_text("Pavel Orlov")
