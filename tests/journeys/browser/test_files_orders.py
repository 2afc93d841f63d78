"""Files and links in two browsers: found, bought, taken, written about, and disputed (R74 to R85)."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from driver.people import Person, Town
from tests.journeys.browser.goods import BOOK, GOODS, LINKS, PRICE, SHARE
from tests.journeys.browser.test_find import on_sale
from tests.journeys.browser.test_market import pay
from tests.journeys.browser.visitor import DESK, PHONE, Visit

Arrange = Callable[..., Any]
pytestmark = pytest.mark.xdist_group("market")


async def two(town: Town) -> tuple[Person, Person]:
    """Who sells, and who buys."""
    performer, customer = await asyncio.gather(town.join("Irina Vetrova"), town.join("Oleg Martynov"))
    return performer, customer


def taken(page: Page, name: str, press: str) -> tuple[str, bytes]:
    """Downloads a file; answers the name that it comes under, and its bytes."""
    with page.expect_download() as found:
        page.get_by_role("button", name=f"{press} {name}").click()
    return found.value.suggested_filename, Path(found.value.path()).read_bytes()


@pytest.mark.rule(
    "R12", "R26", "R27", "R29", "R31", "R33", "R74", "R77", "R78", "R79", "R81", "R82", "D9", "D26", "E20"
)
def test_files_are_found_bought_with_the_missing_sum_topped_up_and_taken_under_their_names(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    performer, customer = arrange(two(town))
    offer = arrange(on_sale(town, performer, town.files(PRICE, LINKS), files=True))
    phone = visit("ru", PHONE, customer)
    page = phone.tab(f"/?kind=files&q={offer.word}")
    expect(offer.card(page)).to_contain_text("3 файла: PDF, ZIP, 838 кБ")
    expect(offer.card(page)).to_contain_text("2 ссылки")
    offer.card(page).get_by_role("link").click()
    expect(page.get_by_role("heading", name="Что вы получите")).to_be_visible()
    expect(page.get_by_text(BOOK)).to_be_visible()
    assert not any(link in page.content() for link in LINKS), "links are shown after the payment only"
    page.get_by_role("link", name="Заказать за 500").click()
    order = page.get_by_role("button", name=re.compile("^Заказать за 500,00"))
    expect(order).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name=re.compile("^Пополнить на 500,00")).click()
    pay(page)
    page.get_by_role("main").get_by_role("link", name=re.compile("К заказу|Вернуться к заказу")).click()
    expect(order).not_to_have_attribute("aria-disabled", "true")
    assert arrange(customer.available()) == PRICE, "nothing was charged before the customer confirmed"
    order.dblclick()
    page.wait_for_url(re.compile("/orders/[0-9a-z]{26}$"))
    assert (arrange(customer.available()), arrange(performer.available())) == (0, SHARE)

    expect(page.get_by_role("heading", name="Ваши файлы и ссылки")).to_be_visible()
    for name, body in GOODS.items():
        assert taken(page, name, "Скачать") == (name, body)
    assert taken(page, BOOK, "Скачать") == (BOOK, GOODS[BOOK])
    expect(page.get_by_text("скачивали 2 раза")).to_be_visible()
    for url in LINKS:
        link = page.get_by_role("link", name=url)
        expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
        expect(link).to_have_attribute("referrerpolicy", "no-referrer")

    seller = visit("en", DESK, performer)
    sales = seller.tab("/orders?role=performer")
    expect(sales.get_by_role("article")).to_contain_text("Files")
    sales.get_by_role("article").get_by_role("link").first.click()
    expect(sales.get_by_text("You have earned ₽425.00 after commission.")).to_be_visible()
    expect(sales.get_by_text("taken 2 times")).to_be_visible()
    expect(sales.get_by_text("It can be paid out from")).to_be_visible()
    page.get_by_role("textbox", name="Сообщение").fill("С какой главы начать?")
    page.get_by_role("button", name="Отправить").click()
    expect(sales.get_by_text("С какой главы начать?")).to_be_visible()
    statement = seller.tab("/finances")
    expect(statement.get_by_text("Earned: files sold").first).to_be_visible()

    again = phone.tab(f"/twips/{offer.twip_id}")
    again.get_by_role("link", name="Открыть мой заказ").click()
    again.wait_for_url(page.url)
    again.goto(re.sub("/orders/.*", f"/twips/{offer.twip_id}/order?kind=files", page.url))
    expect(again.get_by_text("Эти файлы вы уже купили")).to_be_visible()


@pytest.mark.rule("R74", "R77", "R78", "D10", "D33")
def test_links_are_bought_and_stay_the_buyers_when_the_twip_is_off_the_market(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    performer, customer = arrange(two(town))
    twip_id = arrange(town.publish_as(performer, town.files(PRICE, LINKS)))
    arrange(town.top_up(customer, PRICE))
    page = visit("en", DESK, customer).tab(f"/twips/{twip_id}/order?kind=files")
    page.get_by_role("button", name="Order for ₽500.00").click()
    page.wait_for_url(re.compile("/orders/[0-9a-z]{26}$"))
    own = visit("en", PHONE, performer).tab(f"/twips/{twip_id}")
    expect(own.get_by_text("This twip is yours.")).to_be_visible()
    expect(own.get_by_role("link", name=re.compile("^Order for"))).to_have_count(0)
    arrange(performer.api.post(f"/twips/{twip_id}/withdraw"))
    page.reload()
    told: list[str | None] = []

    def elsewhere(route: Route) -> None:
        told.append(route.request.headers.get("referer"))
        route.fulfill(content_type="text/html", body="<title>A study</title>")

    page.context.route("https://*.example.org/**", elsewhere)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=LINKS[1]).click()
    expect(opened.value).to_have_title("A study")
    assert (opened.value.evaluate("[window.opener, document.referrer]"), told[0]) == ([None, ""], None)
    page.get_by_role("link", name="Open the twip").click()
    expect(page.get_by_text("Whoever has bought it keeps it.")).to_be_visible()
    expect(page.get_by_role("link", name="Open my order")).to_be_visible()
