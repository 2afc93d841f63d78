"""Ordering with too little money, in Russian: what is missing is paid on the way, and the order is placed with it (R27, R28, R29)."""

import re

from playwright.sync_api import Page, expect


def pay(page: Page) -> None:
    """On the provider's page: the money comes, and the provider sends back."""
    page.wait_for_url(re.compile("/local/pay/"))
    page.locator("button[value=succeeded]").first.click()


def to_the_provider(page: Page, price: str, missing: str) -> None:
    """From the page of an order that the account does not cover, by one press that names both sums. The amounts are expressions."""
    press = page.get_by_role("button", name=re.compile(f"^Оплатить {missing}.* и заказать"))
    expect(page.get_by_text(re.compile(f"спишем со счёта {price}"))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Заказать за"))).to_have_count(0)
    press.dblclick()
    page.wait_for_url(re.compile("/local/pay/"))


def paid_and_ordered(page: Page) -> str:
    """From the provider's page to the order, without another press; answers its id."""
    pay(page)
    page.wait_for_url(re.compile("/orders/[0-9a-z]{26}$"))
    return page.url[-26:]
