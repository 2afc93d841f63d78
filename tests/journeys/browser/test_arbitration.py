"""A dispute from its order through the arbiter's desk to the verdict and what it leaves on both accounts (R73, D25, D27, D28)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from driver.people import Person, Town
from tests.journeys import staff
from tests.journeys.browser.courts import ANSWER, COMPLAINT, LEFT, PRICE, spoken, written
from tests.journeys.browser.visitor import DESK, PHONE, Visit

Arrange = Callable[..., Any]
REASONS = "The chat bears the complaint out: the file could not be opened."


@pytest.mark.rule("R71", "R72", "R73", "R85", "D25", "D27", "D28")
def test_a_session_is_disputed_on_its_order_after_the_money_was_spent_and_a_verdict_splits_it(
    visit: Visit, town: Town, admin: Person, arbiter: Person, arrange: Arrange
) -> None:
    talk = arrange(written(town))
    customer, performer = talk.customer, talk.performer
    # All of them have a page open, and what the others do comes to it.
    page = visit("en", DESK, arbiter).tab("/admin")
    phone = visit("en", PHONE, performer)
    listed, finances = phone.tab("/disputes?role=performer"), phone.tab("/finances")
    expect(listed.get_by_role("heading", name="No disputes")).to_be_visible()
    expect(finances.get_by_role("region", name="Account")).to_contain_text("₽110.00")

    buyer = visit("en", DESK, customer).tab(f"/orders/{talk.order_id}")
    buyer.get_by_role("button", name="Dispute this session").click()
    question = buyer.get_by_role("dialog")
    expect(question).to_contain_text("It is about ₽750.00, which the performer has been paid.")
    question.get_by_label("What went wrong").fill(COMPLAINT)
    _press(question, "Open the dispute")
    buyer.wait_for_url(re.compile(f"/disputes/{talk.order_id}-d1$"))
    _turn(buyer, "^Lada Sokolik is to answer by")
    path = f"/disputes/{talk.order_id}-d1"
    desk = f"/admin{path}"

    listed.get_by_role("article").get_by_role("link").click()
    expect(listed.get_by_text(COMPLAINT)).to_be_visible()
    listed.get_by_label("Your answer").fill(ANSWER)
    listed.get_by_role("button", name="Send the answer").click()
    _turn(buyer, "^An arbiter decides by")

    row = page.locator(f".queue a[href*='{desk}']")
    # Sooner than the desk would look by itself.
    expect(row).to_contain_text("₽750", timeout=10_000)
    expect(row).to_contain_text("Alisa Gromova and Lada Sokolik")
    row.click()
    expect(page.get_by_role("heading", name="Nobody has taken it yet")).to_be_visible()
    page.get_by_role("button", name="Take this dispute").click()
    expect(page.get_by_role("button", name="Hand over")).to_be_visible()
    expect(page.get_by_text("I answered every question.")).to_be_visible()
    expect(page.get_by_text("all to the performer")).to_be_visible()

    page.get_by_label("Question or message").fill("Which file did you send?")
    page.get_by_label("To whom").select_option(label="The customer")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("The customer has not answered yet.")).to_be_visible()
    _turn(listed, "^Alisa Gromova is to answer the arbiter")
    _turn(buyer, "^The arbiter has asked you something")
    expect(buyer.locator(".msg-arb")).to_contain_text("Which file did you send?")
    arrange(town.mail(customer.email, path))
    buyer.get_by_role("button", name="Answer the question").first.click()
    answer = buyer.get_by_label("Your answer to the question")
    expect(answer).to_be_focused()
    answer.fill("My declaration, in a format of my bank.")
    buyer.get_by_role("main").locator("form").get_by_role("button", name="Answer the question").click()
    _turn(buyer, "^Nina Belova decides by")
    expect(page.get_by_text("in a format of my bank")).to_be_visible()
    expect(page.get_by_text("The customer has not answered yet.")).to_have_count(0)

    page.get_by_role("button", name="What was written in the session").click()
    expect(page.get_by_text("I cannot open your file.")).to_be_visible()

    verdict = page.get_by_role("form", name="Verdict")
    decide = verdict.get_by_role("button", name=re.compile("^Decide"))
    expect(decide).to_have_attribute("aria-disabled", "true")
    verdict.get_by_role("button", name="Half and half").click()
    expect(verdict.get_by_label("To the customer")).to_have_value("375")
    verdict.get_by_label("To the customer").fill("500")
    expect(verdict.get_by_label("To the performer")).to_have_value("250")
    # 500 of 750: 425 were the performer's and 75 the commission; 110 are left of what was earned.
    expect(verdict.get_by_text("−₽425.00")).to_be_visible()
    expect(verdict.get_by_text("−₽75.00")).to_be_visible()
    expect(verdict.locator(".debt")).to_contain_text("−₽315.00")
    verdict.get_by_label("Why. Both sides will read it").fill(REASONS)
    # By keyboard alone.
    decide.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The customer gets ₽500.00.")
    expect(dialog).to_contain_text("That leaves the performer with a debt: ₽315.00.")
    assert arrange(customer.available()) == 0
    _press(dialog, "Decide: ₽500.00 to customer, ₽250.00 to performer")
    expect(page.get_by_role("heading", name="Decided")).to_be_visible()
    expect(page.get_by_text(REASONS)).to_be_visible()
    expect(row).to_have_count(0)

    for side, told in ((buyer, "₽500.00 is back in your account"), (listed, "What your account lacked is a debt")):
        ending = side.get_by_role("region", name="Arbitration has decided")
        expect(ending).to_contain_text(told)
        expect(ending).to_contain_text(REASONS)
    expect(buyer.get_by_role("link", name="Account: ₽500.00")).to_be_visible()
    account = finances.get_by_role("region", name="Account")
    expect(account).to_contain_text("−₽315.00")
    expect(account).to_contain_text("Below zero by a verdict: a debt")
    expect(finances.get_by_role("row", name=re.compile("Taken back by a verdict"))).to_contain_text("−₽425.00")
    assert arrange(customer.available()) == 50_000
    assert arrange(performer.available()) == LEFT - 42_500
    listed.get_by_role("link", name="Open the order").first.click()
    session = listed.locator(".session")
    expect(session).to_contain_text("₽500.00 returned to the customer")
    when = session.locator("time").bounding_box()
    assert when and when["width"] > when["height"], "on a phone the words beside it leave the date its line"

    books = visit("en", DESK, admin).tab("/admin/audit")
    log = books.get_by_role("row").filter(has=books.locator(f"a[href='{desk}']"))
    for said_of_it in (
        "₽500.00 to the customer, ₽250.00 to the performer",
        "the session’s chat",
        "the customer",
        "Took a dispute",
    ):
        expect(log.filter(has_text=said_of_it).first).to_be_visible()
    assert arrange(admin.api.post("/admin/ledger/verify"))["differences"] == []


@pytest.mark.rule("D27", "D28")
def test_of_two_arbiters_the_later_is_told_who_was_first_and_what_stands(
    visit: Visit, town: Town, arbiter: Person, cloud: Any, arrange: Arrange
) -> None:
    quarrel, other = arrange(spoken(town)), arrange(staff.arbiter(town, cloud.data, "Oleg Zimin"))
    visitor = visit("ru", DESK, arbiter)
    # At first the desk hears nothing: what another arbiter does would take the button away before it is pressed.
    deaf = ["at first"]
    visitor.context.route_web_socket(re.compile(r"/ws\?"), lambda line: None if deaf else line.connect_to_server())
    page = visitor.tab(quarrel.desk)
    expect(page.get_by_role("button", name="Взять спор")).to_be_visible()
    arrange(other.api.post(f"{quarrel.desk}/assign"))
    page.get_by_role("button", name="Взять спор").click()
    expect(page.get_by_text("Ваше действие не выполнено")).to_be_visible()
    expect(page.get_by_role("heading", name="Этот спор решает Oleg Zimin")).to_be_visible()
    # He hands it over, and it can be taken after all.
    theirs = visit("en", PHONE, other).tab(quarrel.desk)
    theirs.get_by_role("button", name="Hand over").click()
    _press(theirs.get_by_role("dialog"), "Hand over")
    expect(theirs.get_by_role("heading", name="Nobody has taken it yet")).to_be_visible()
    deaf.clear()
    page.reload()
    page.get_by_role("button", name="Взять спор").click()
    expect(page.get_by_role("form", name="Решение")).to_be_visible()
    # While the arbiter writes, the two sides agree; the verdict comes too late.
    offer = {"to_customer": {"amount_minor": PRICE, "currency": "RUB"}, "text": ""}
    made = arrange(quarrel.performer.api.post(f"/disputes/{quarrel.dispute_id}/proposals", offer))
    arrange(town.top_up(quarrel.performer, PRICE))
    verdict = page.get_by_role("form", name="Решение")
    verdict.get_by_role("button", name="Всё исполнителю").click()
    verdict.get_by_label(re.compile("^Почему так")).fill("Доказательств нет.")
    agreed = {"proposal": made["proposal"]["number"]}
    arrange(quarrel.customer.api.post(f"/disputes/{quarrel.dispute_id}/agree", agreed))
    expect(page.get_by_role("heading", name="Стороны договорились о разделе")).to_be_visible()
    assert arrange(quarrel.customer.available()) == PRICE


def _press(dialog: Locator, name: str) -> None:
    dialog.get_by_role("button", name=name).click()


def _turn(page: Page, says: str) -> None:
    expect(page.locator("#turn")).to_have_text(re.compile(says))
