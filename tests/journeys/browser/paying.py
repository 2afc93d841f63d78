"""Ordering with too little money, in Russian: what is missing is topped up on the way (R27, R28)."""

import re

from playwright.sync_api import Locator, Page, expect


def pay(page: Page) -> None:
    """On the provider's page: the money comes."""
    page.wait_for_url(re.compile("/local/pay/"))
    page.locator("button[value=succeeded]").first.click()
    page.get_by_role("link", name="Back to Twip").click()


def topped_up(page: Page, price: str, missing: str) -> Locator:
    """From the page of an order that the account does not cover, to the provider and back; answers the button that places it. The amounts
    are expressions, as buttons begin to write them."""
    order = page.get_by_role("button", name=re.compile(f"^Заказать за {price}"))
    expect(order).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name=re.compile(f"^Пополнить на {missing}")).click()
    pay(page)
    page.get_by_role("main").get_by_role("link", name=re.compile("К заказу|Вернуться к заказу")).click()
    expect(order).not_to_have_attribute("aria-disabled", "true")
    return order
