"""A work in a browser, from its form to its order (R5 to R12, R26 to R31, R61)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from driver.people import Town
from tests.journeys.browser.paying import paid_and_ordered, to_the_provider
from tests.journeys.browser.visitor import DESK, PHONE, Visit

Arrange = Callable[..., Any]
pytestmark = pytest.mark.xdist_group("market")
PRICE = 450_000


@pytest.mark.rule("R4", "R5", "R8", "R9", "R10", "D1", "D31", "E20")
def test_a_work_is_chosen_by_keyboard_refused_field_by_field_kept_and_submitted(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    author = arrange(town.join("Pavel Orlov"))
    page = visit("en", DESK, author).tab("/add")
    page.get_by_label("Title").fill("A repertoire for you")
    # What was written stays when another kind is chosen.
    page.get_by_role("radio", name="Consultations").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Work")).to_be_checked()
    expect(page.get_by_label("Title")).to_have_value("A repertoire for you")
    page.get_by_label("Price of the whole work").fill("4500")
    page.get_by_label("Days to delivery").fill("a week")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("A whole number from 1 to 90.")).to_be_visible()
    page.get_by_label("Days to delivery").fill("91")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("A whole number from 1 to 90.")).to_be_visible()
    assert arrange(author.api.get("/me/twips"))["items"] == []
    page.get_by_label("Days to delivery").fill("")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    page.get_by_role("button", name="Submit for moderation").click()
    expect(page.get_by_text("Name the days.")).to_be_visible()
    expect(page.get_by_role("radio")).to_have_count(0)
    page.get_by_label("Description").fill("White and Black, written for the way you play.")
    page.get_by_label("Days to delivery").fill("10")
    page.get_by_label("What the customer must bring").fill("Ten of your games.")
    page.get_by_role("button", name="Submit for moderation").click()
    row = page.get_by_role("article").filter(has_text="A repertoire for you")
    expect(row).to_contain_text("With a moderator")
    expect(row).to_contain_text("₽4,500 in total")
    expect(row).to_contain_text("10 days")


@pytest.mark.rule("D2", "R10")
def test_a_moderator_sees_what_a_revision_of_a_work_changes(visit: Visit, town: Town, arrange: Arrange) -> None:
    author, moderator = arrange(town.join("Pavel Orlov")), arrange(town.moderator())
    twip_id = arrange(town.publish_as(author, town.work(PRICE, 10)))
    page = visit("ru", PHONE, author).tab(f"/add/{twip_id}")
    page.get_by_label("Дней на работу").fill("7")
    page.get_by_role("button", name="Отправить правку").click()
    expect(page.get_by_text("Правка на модерации").first).to_be_visible()
    staff = visit("en", DESK, moderator).tab(f"/admin?twip={twip_id}")
    expect(staff.locator("del").filter(has_text="10 days")).to_be_visible()
    expect(staff.locator("ins").filter(has_text="7 days")).to_be_visible()
    expect(staff.locator("del, ins")).to_have_count(2)
    waiting = staff.locator(f".queue a[href*='{twip_id}']")
    expect(waiting).to_be_visible()
    staff.get_by_role("button", name="Approve the revision").click()
    expect(waiting).to_have_count(0)
    reader = visit("ru").tab(f"/twips/{twip_id}")
    expect(reader.get_by_text("Срок: 7 дней")).to_be_visible()


@pytest.mark.rule("R12", "R26", "R27", "R29", "R31", "R33", "R61")
def test_a_work_is_found_by_its_icon_and_ordered_with_the_missing_sum_topped_up_on_the_way(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    seller, customer = arrange(town.join("Irina Vetrova")), arrange(town.join("Oleg Martynov"))
    twip_id = arrange(town.publish_as(seller, town.work(PRICE, 10)))
    arrange(town.top_up(customer, 125_050))
    page = visit("ru", PHONE, customer).tab(f"/twips/{twip_id}")
    expect(page.get_by_role("heading", name="Что понадобится от вас")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Заказать"))).to_have_count(1)
    expect(page.get_by_text("если 7 дней после сдачи вы ничего не скажете")).to_be_visible()
    page.get_by_role("link", name="Заказать работу").click()
    to_the_provider(page, "4.500,00", "3.249,50")
    assert arrange(customer.available()) == 125_050, "nothing is charged before the money is there"
    paid_and_ordered(page)
    assert arrange(customer.available()) == 0
    assert arrange(seller.available()) == 0, "the money is held"
    (placed,) = arrange(customer.api.get("/orders", role="customer"))["items"]
    assert (placed["id"], placed["kind"], placed["state"]) == (page.url[-26:], "work", "placed")
    page.goto(re.sub("/orders/.*", f"/twips/{twip_id}", page.url))
    page.get_by_role("link", name="Открыть мой заказ").click()
    page.wait_for_url(re.compile(f"/orders/{placed['id']}"))
