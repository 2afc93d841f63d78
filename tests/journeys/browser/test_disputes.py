"""A dispute in two browsers, each side's page open all the while, from the order that went wrong to a split or a withdrawal (R71, R72)."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from driver.people import Person, Town
from tests.journeys.browser.visitor import DESK, PHONE, Visit

Arrange = Callable[..., Any]
PRICE, BACK = 450_000, 150_050
KEPT = PRICE - BACK
SHARE = KEPT - KEPT * 1500 // 10_000
SKETCH = "набросок №1.txt"


async def started(town: Town) -> tuple[Person, Person, str]:
    """Work under way: who ordered it, who does it, and the order."""
    performer, customer = await asyncio.gather(town.join("Irina Vetrova"), town.join("Oleg Martynov"))
    twip_id = await town.publish_as(performer, town.work(PRICE, 60))
    await town.top_up(customer, PRICE)
    order = await town.order_work(customer, twip_id, PRICE)
    await performer.api.post(f"/orders/{order['id']}/start")
    return customer, performer, str(order["id"])


def heading(page: Page, says: str) -> None:
    expect(page.locator("#turn")).to_have_text(re.compile(says))


@pytest.mark.rule("R71", "R72", "R85", "D27", "D31", "D32", "E17", "E20")
def test_work_is_disputed_answered_with_a_file_and_ended_by_a_split_that_both_agree_on(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    customer, performer, order_id = arrange(started(town))
    buyer = visit("en", DESK, customer).tab(f"/orders/{order_id}")
    phone = visit("en", PHONE, performer)
    seller, cabinet = phone.tab(f"/orders/{order_id}"), phone.tab("/orders?role=performer")
    expect(cabinet.get_by_role("article")).to_contain_text("Your turn")

    buyer.get_by_role("button", name="Open a dispute").click()
    question = buyer.get_by_role("dialog")
    expect(question).to_contain_text("₽4,500.00 stays held by Twip")
    question.get_by_role("button", name="Open the dispute").click()
    expect(question.get_by_text("Fill this in.")).to_be_visible()
    question.get_by_label("What went wrong").fill("Half a repertoire is no repertoire")
    question.get_by_role("button", name="Open the dispute").click()
    buyer.wait_for_url(re.compile(f"/disputes/{order_id}-d1$"))
    heading(buyer, "^Irina Vetrova is to answer by")

    # What is new is counted where the other side looks, without a press.
    expect(cabinet.get_by_role("article")).to_contain_text("In dispute")
    expect(cabinet.get_by_role("main").get_by_role("link", name=re.compile("^Disputes 1"))).to_be_visible()
    expect(cabinet.get_by_role("navigation", name="Sections").get_by_role("link", name="Orders")).to_contain_text(
        "unread"
    )
    heading(seller, "^A dispute is open")
    seller.get_by_role("link", name="Go to the dispute").click()
    heading(seller, "^Answer by")
    expect(seller.get_by_text("Half a repertoire is no repertoire")).to_be_visible()
    # What is read in one tab is no news in the other.
    expect(cabinet.get_by_role("main").get_by_role("link", name=re.compile("^Disputes$"))).to_be_visible()

    seller.get_by_role("button", name="Answer", exact=True).click()
    answer = seller.get_by_label("Your answer")
    expect(answer).to_be_focused()
    answer.fill("The other half comes on Friday")
    seller.locator("input[type=file]").set_input_files(
        [FilePayload(name=SKETCH, mimeType="text/plain", buffer=b"1. d4")]
    )
    send = seller.get_by_role("button", name="Send the answer")
    expect(send).not_to_have_attribute("aria-disabled", "true")
    send.click()
    heading(buyer, "^An arbiter decides by")
    said = buyer.locator(".msg").filter(has_text="The other half comes on Friday")
    with buyer.expect_download() as download:
        said.get_by_role("button", name=f"Download {SKETCH}").click()
    assert download.value.path().read_bytes() == b"1. d4"

    # By the keyboard alone: the offer is unfolded, its second field fills itself, Enter sends it.
    buyer.locator("details.own summary").focus()
    buyer.keyboard.press("Enter")
    buyer.keyboard.press("Tab")
    expect(buyer.get_by_label("Back to you")).to_be_focused()
    buyer.keyboard.type("1500.50")
    expect(buyer.get_by_label("To the performer")).to_have_value("2999.50")
    expect(buyer.get_by_role("button", name="Offer: ₽1,500.50 back to you")).to_be_visible()
    buyer.keyboard.press("Enter")
    expect(buyer.get_by_role("heading", name="Your offer stands")).to_be_visible()

    heading(seller, "^Oleg Martynov offers a split")
    accept = re.compile("^Accept: ₽2,549.58 to you")
    seller.get_by_role("button", name=accept).click()
    question = seller.get_by_role("dialog")
    expect(question).to_contain_text("this cannot be disputed again")
    assert arrange(customer.available()) == 0, "a press that only asks moves nothing"
    question.get_by_role("button", name=accept).click()

    for page, told in ((buyer, "₽1,500.50 is back in your account"), (seller, "₽2,549.58 came to your account")):
        ending = page.get_by_role("region", name="The two sides have agreed on a split")
        expect(ending).to_contain_text(told)
        expect(page.get_by_text("nothing more can be written here")).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("Withdraw|Accept|Offer|Send"))).to_have_count(0)
    assert (arrange(customer.available()), arrange(performer.available())) == (BACK, SHARE)
    buyer.get_by_role("link", name="Open the order").first.click()
    heading(buyer, "^The dispute has split the money")
    expect(buyer.get_by_role("region", name="Disputes about this order")).to_contain_text("Settled")


@pytest.mark.rule("R72", "D27")
def test_who_opened_a_dispute_withdraws_it_once_they_know_what_that_does_and_the_order_goes_on(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    customer, performer, order_id = arrange(started(town))
    opened = arrange(customer.api.post(f"/orders/{order_id}/disputes", {"text": "Nothing has come"}))
    page = visit("ru", PHONE, customer).tab("/disputes")
    other = visit("ru", DESK, performer).tab(f"/disputes/{opened['id']}")
    page.get_by_role("article").get_by_role("link").click()
    page.get_by_role("button", name="Отозвать спор").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text(re.compile("по-прежнему хранит 4.500,00"))
    question.get_by_role("button", name="Отозвать", exact=True).click()
    for side in (page, other):
        expect(side.get_by_role("region", name="Спор отозван")).to_contain_text("заказ пошёл дальше")
    other.get_by_role("link", name="Открыть заказ").first.click()
    heading(other, "^Сдайте работу до")
