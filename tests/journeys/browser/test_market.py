"""Ordering, paying and cancelling in a browser (R25 to R35)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from driver.people import Person, Town
from tests.journeys.browser.paying import paid_and_ordered, pay, to_the_provider
from tests.journeys.browser.visitor import DESK, PHONE, Visit

Arrange = Callable[..., Any]
pytestmark = pytest.mark.xdist_group("market")
PRICE = 60_000


@pytest.fixture
def seller(town: Town, arrange: Arrange) -> Person:
    person: Person = arrange(town.join("Irina Vetrova"))
    person.tabs = []
    return person


@pytest.mark.rule("R25", "R27", "R28", "R29", "R30", "R32", "R33", "R34", "R35")
def test_an_order_with_the_missing_sum_topped_up_on_the_way_and_its_cancelling(
    visit: Visit, town: Town, arrange: Arrange, seller: Person
) -> None:
    twip_id = arrange(town.publish(seller, text=PRICE, video=90_000))
    customer = arrange(town.join("Oleg Martynov"))
    arrange(town.top_up(customer, 25_000))
    page = visit("ru", PHONE, customer).tab(f"/twips/{twip_id}")
    expect(page.get_by_role("link", name=re.compile("^Заказать "))).to_have_count(2)
    page.get_by_role("link", name="Заказать переписку").click()
    to_the_provider(page, "600", "350")
    assert arrange(customer.available()) == 25_000, "nothing is charged before the money is there"
    back = page.url.partition("?")[0].replace("/local/pay/", "/finances/topups/")
    paid_and_ordered(page)
    assert arrange(customer.available()) == 0
    page.goto(back)
    expect(page.get_by_role("heading", name="Деньги поступили")).to_be_visible()
    assert len(arrange(customer.api.get("/orders", role="customer"))["items"]) == 1, (
        "whoever comes back orders nothing again"
    )
    page.goto(re.sub("/finances/.*", f"/twips/{twip_id}", page.url))
    page.get_by_role("link", name="Открыть мой заказ").click()
    page.wait_for_url(re.compile("/orders/"))
    page.get_by_role("button", name="Отменить заказ").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("600")).click()
    expect(page.get_by_role("main")).to_contain_text("Отменён")
    assert arrange(customer.available()) == PRICE
    page.goto(re.sub("/orders/.*", "/orders", page.url))
    expect(page.get_by_role("main")).to_contain_text("Отменён")


@pytest.mark.rule("R28", "E6")
def test_finances_top_up_and_tell_every_posting_with_its_balance(visit: Visit, town: Town, arrange: Arrange) -> None:
    customer = arrange(town.join("Oleg Martynov"))
    page = visit("en", DESK, customer).tab("/finances")
    expect(page.get_by_text("No transactions yet")).to_be_visible()
    page.get_by_role("button", name="Other").click()
    page.get_by_role("textbox", name="Amount").fill("1 234.56")
    page.get_by_role("button", name="Top up ₽1,234.56").click()
    pay(page)
    expect(page.get_by_role("heading", name="Payment received")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="To Finances").click()
    line = page.get_by_role("row").filter(has_text="Top-up")
    expect(line).to_contain_text("+₽1,234.56")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert ",top_up,123456,123456," in download.value.path().read_text(encoding="utf-8")


@pytest.mark.rule("R29")
def test_terms_that_changed_meanwhile_are_shown_before_anything_is_charged(
    visit: Visit, town: Town, arrange: Arrange, seller: Person
) -> None:
    twip_id = arrange(town.publish(seller, text=PRICE))
    customer = arrange(town.join("Oleg Martynov"))
    arrange(town.top_up(customer, 200_000))
    page = visit("en", DESK, customer).tab(f"/twips/{twip_id}/order/text")
    go = page.get_by_role("button", name="Order for ₽600.00")
    expect(go).to_be_visible()

    async def revise(**prices: int) -> None:
        revision = await seller.api.get(f"/twips/{twip_id}")
        body = {"version": revision["revision"]["version"], "prices": town.consultation(**prices)["prices"]}
        await seller.api.call("PATCH", f"/twips/{twip_id}", body)
        await town.approve(await seller.api.post(f"/twips/{twip_id}/submit"))

    arrange(revise(text=70_000))
    go.click()
    expect(page.get_by_text("it was ₽600.00, now it is ₽700.00")).to_be_visible()
    assert arrange(customer.available()) == 200_000
    arrange(revise(video=70_000))
    page.get_by_role("button", name="Order for ₽700.00").click()
    expect(page.get_by_text("Not sold this way")).to_be_visible()
    assert arrange(customer.available()) == 200_000
    arrange(revise(text=70_000))
    page.reload()
    page.get_by_role("button", name="Order for ₽700.00").click()
    page.wait_for_url(re.compile("/orders/"))
    assert arrange(customer.available()) == 130_000
