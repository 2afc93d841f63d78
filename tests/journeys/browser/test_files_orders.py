"""Files and links in two browsers: found, bought, taken, written about, and disputed (R74 to R85)."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from driver.people import Person, Town
from tests.journeys.browser.goods import BOOK, GOODS, LINKS, PRICE, SHARE, Sale, sold
from tests.journeys.browser.paying import paid_and_ordered, to_the_provider
from tests.journeys.browser.test_find import on_sale
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
    to_the_provider(page, "500,00", "500,00")
    assert arrange(customer.available()) == 0
    paid_and_ordered(page)
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
    expect(sales.get_by_text("downloaded 2 times")).to_be_visible()
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


async def spent(town: Town) -> Sale:
    """Files that are sold, and a performer who has spent on another's links all that they brought."""
    performer, customer = await two(town)
    sale = await sold(town, performer, customer)
    other = await town.join("Pavel Orlov")
    wanted = await town.publish_as(other, town.files(SHARE, LINKS))
    await town.order_files(performer, wanted, SHARE)
    return sale


@pytest.mark.rule("R83", "R84", "R85", "D25", "D27", "D28", "E20")
def test_a_verdict_takes_back_money_that_was_spent_and_ends_the_access_to_the_files(
    visit: Visit, town: Town, arbiter: Person, arrange: Arrange
) -> None:
    sale = arrange(spent(town))
    customer, performer = sale.customer, sale.performer
    assert arrange(performer.available()) == 0
    buyer = visit("en", DESK, customer).tab(f"/orders/{sale.order_id}")
    shelf = buyer.context.new_page()
    shelf.goto(buyer.url)
    expect(shelf.get_by_role("button", name=f"Download {BOOK}")).to_be_visible()
    buyer.get_by_role("button", name="Open a dispute").click()
    question = buyer.get_by_role("dialog", name="Open a dispute over these files")
    expect(question).to_contain_text("It is about ₽500.00, which the performer has been paid.")
    question.get_by_label("What went wrong").fill("Half of the solutions are wrong")
    question.get_by_role("button", name="Open the dispute").click()
    path = f"/disputes/{sale.order_id}-d1"
    buyer.wait_for_url(re.compile(f"{path}$"))
    expect(buyer.get_by_role("region", name="What was sold")).to_contain_text("downloaded 2 times")

    seller = visit("ru", PHONE, performer).tab(path)
    seller.get_by_label("Ваш ответ").fill("Опечатки исправлены")
    seller.get_by_role("button", name="Отправить ответ").click()
    expect(buyer.locator("#turn")).to_have_text(re.compile("^An arbiter decides by"))
    seller.locator("details.own summary").click()
    seller.locator("input[name=to_customer]").fill("500")
    expect(seller.get_by_text("Заказчик теряет доступ к файлам и ссылкам.")).to_be_visible()
    seller.locator("input[name=to_customer]").fill("200")
    expect(seller.get_by_text("Файлы и ссылки остаются у заказчика.")).to_be_visible()

    desk = visit("en", DESK, arbiter).tab(f"/admin{path}")
    desk.get_by_role("button", name="Take this dispute").click()
    record = desk.get_by_role("region", name="What was sold")
    expect(record).to_contain_text("downloaded 2 times")
    expect(record.get_by_role("link", name=LINKS[0])).to_be_visible()
    assert taken(desk, BOOK, "Download") == (BOOK, GOODS[BOOK])
    verdict = desk.locator("form.verdict")
    verdict.locator("input").first.fill("500")
    verdict.get_by_label("Why. Both sides will read it").fill("The solutions do not fit the diagrams.")
    decide = verdict.get_by_role("button", name=re.compile("^Decide: "))
    expect(verdict.get_by_text("First say whether the customer keeps the files.")).to_be_visible()
    expect(decide).to_have_attribute("aria-disabled", "true")
    verdict.get_by_role("button", name="The customer’s access ends").click()
    decide.click()
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text("That leaves the performer with a debt: ₽425.00.")
    expect(dialog).to_contain_text("The customer loses access to the files and links.")
    dialog.get_by_role("button", name=re.compile("^Decide: ")).click()
    expect(desk.get_by_role("heading", name="Decided")).to_be_visible()

    assert (arrange(customer.available()), arrange(performer.available())) == (PRICE, -SHARE)
    expect(buyer.get_by_role("region", name="Arbitration has decided")).to_contain_text(
        "You lose access to the files and links."
    )
    expect(shelf.get_by_role("heading", name="The dispute has ended your access")).to_be_visible()
    expect(shelf.get_by_role("button", name=re.compile("^Download "))).to_have_count(0)
    expect(shelf.get_by_text(LINKS[0])).to_have_count(0)
    shelf.get_by_role("link", name="Order again").click()
    expect(shelf.get_by_role("link", name="Order for ₽500")).to_be_visible()
    expect(shelf.get_by_role("link", name="Open my earlier order")).to_be_visible()
    seller.goto(re.sub("/disputes/.*", "/finances", seller.url))
    expect(seller.get_by_role("region", name="Лицевой счёт")).to_contain_text("−425,00")
