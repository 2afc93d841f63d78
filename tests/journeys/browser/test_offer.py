"""Offering a consultation, the performer's hours and status, and the moderators, in a browser (R4 to R18, D2, D28)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from driver.people import Person, Town
from tests.journeys.browser.visitor import DESK, PHONE, Visit

Arrange = Callable[..., Any]
pytestmark = pytest.mark.xdist_group("market")


def unheard(request: Route) -> None:
    """It is carried out, and nobody hears of it."""
    request.fetch()
    request.abort()


@pytest.mark.rule("R1", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "D2")
def test_a_twip_is_written_refused_field_by_field_returned_with_a_reason_and_published(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    author, moderator = arrange(town.join("Pavel Orlov")), arrange(town.moderator())
    page = visit("en", DESK, author).tab("/")
    page.get_by_role("link", name="Add a twip").first.click()
    page.get_by_role("button", name="Submit for moderation").click()
    expect(page.locator(".field-error").first).to_be_visible()
    page.get_by_label("Title").first.fill("Chess for grown-ups")
    # A first save whose answer is lost makes no second draft, also when the form has changed since.
    page.route(re.compile(r"/twips$"), unheard, times=1)
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("No connection to the service")).to_be_visible()
    page.get_by_label("Description").first.fill("From the first move to a plan: what to think about, and when.")
    page.get_by_label("Text chat").fill("450")
    page.get_by_role("button", name="Submit for moderation").dblclick()
    expect(page.get_by_text("With a moderator").first).to_be_visible()
    assert len(arrange(author.api.get("/me/twips"))["items"]) == 1

    staff = visit("en", DESK, moderator).tab("/admin")
    staff.get_by_role("link", name=re.compile("Chess for grown-ups")).first.click()
    staff.get_by_role("button", name="Reject").click()
    expect(staff.locator("[aria-invalid=true]")).to_be_visible()
    staff.get_by_role("textbox").last.fill("Say who it is for.")
    staff.reload()
    staff.get_by_role("button", name="Reject").click()
    expect(staff.get_by_text("went back to its author").first).to_be_visible()

    page.goto(re.sub(r"(:\d+)/.*", r"\1/add", page.url))
    expect(page.get_by_text("Say who it is for.")).to_be_visible()
    page.get_by_role("link", name="Edit").first.click()
    page.get_by_label("Description").first.fill("For grown-ups who have never played: from the first move to a plan.")
    page.get_by_role("button", name="Submit for moderation").click()
    expect(page.get_by_text("With a moderator").first).to_be_visible()
    staff.goto(re.sub(r"(:\d+)/.*", r"\1/admin", staff.url))
    staff.get_by_role("link", name=re.compile("Chess for grown-ups")).first.click()
    staff.get_by_role("button", name="Approve").click()
    expect(staff.get_by_role("link", name=re.compile("Chess for grown-ups"))).to_have_count(0)
    page.goto(re.sub(r"(:\d+)/.*", r"\1/add", page.url))
    expect(page.get_by_text("Published").first).to_be_visible()


@pytest.mark.rule("R13", "R14", "R15", "R16", "R17", "E20")
def test_the_week_is_painted_by_pointer_and_keyboard_and_customers_see_it(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    performer = arrange(town.join("Pavel Orlov"))
    twip_id = arrange(town.publish(performer, text=50_000))
    visitor = visit("en", PHONE, performer)
    page = visitor.tab("/profile")
    cells = page.get_by_role("gridcell")
    expect(cells).to_have_count(7 * 24)
    cells.nth(9).click()
    cells.nth(9).focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    for chosen in (9, 10, 24 + 10):
        expect(cells.nth(chosen)).to_have_attribute("aria-selected", "true")
    # A reload in between costs nothing of it.
    page.once("dialog", lambda asked: asked.accept())
    page.reload()
    expect(cells.nth(10)).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="Save hours").click()
    expect(page.get_by_text("The hours are saved")).to_be_visible()
    page.reload()
    expect(cells.nth(10)).to_have_attribute("aria-selected", "true")
    hours = arrange(performer.api.get(f"/users/{performer.user_id}"))["hours"]
    assert [row.count("1") for row in hours["grid"]] == [2, 1, 0, 0, 0, 0, 0]
    customer = visit("en").tab(f"/twips/{twip_id}")
    expect(customer.locator(".strip .on").first).to_be_attached()


@pytest.mark.rule("R18", "R19")
def test_the_status_switch_says_why_it_is_closed_until_a_twip_is_published(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    performer = arrange(town.join("Pavel Orlov"))
    page = visit("en", DESK, performer).tab("/")
    page.get_by_role("button", name="Your status: Not taking calls").click()
    expect(page.get_by_text("Status can be set once a consultation of yours is published.").first).to_be_visible()
    arrange(town.publish(performer, text=50_000))
    page.reload()
    page.get_by_role("button", name="Your status: Not taking calls").click()
    page.get_by_role("button", name=re.compile("^Available")).click()
    expect(page.get_by_role("button", name="Your status: Available")).to_be_visible()
    assert arrange(performer.api.get(f"/users/{performer.user_id}"))["status"] == "available"


@pytest.mark.rule("D28")
def test_an_admin_finds_somebody_gives_a_role_blocks_and_lets_in_again(
    visit: Visit, town: Town, admin: Person, arrange: Arrange
) -> None:
    someone = arrange(town.join("Nina Rybakova"))  # nobody else is called so
    theirs = visit("en", DESK, someone).tab("/profile")
    page = visit("en", DESK, admin).tab("/admin/users")
    page.get_by_label("Email, the whole address").fill(someone.email)
    page.get_by_role("button", name="Find", exact=True).click()
    row = page.get_by_role("row").filter(has_text=someone.email)
    expect(page.get_by_role("row")).to_have_count(2)

    row.get_by_role("button", name="Roles of Nina Rybakova").click()
    page.get_by_role("dialog").get_by_label("Moderator").check()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Moderator")

    row.get_by_role("button", name="Block Nina Rybakova?").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Block", exact=True).click()
    expect(dialog.get_by_text("Write the reason.")).to_be_visible()
    dialog.get_by_label(re.compile("^Reason")).fill("Sells what is not theirs.")
    dialog.get_by_role("button", name="Block", exact=True).click()
    expect(row).to_contain_text("Blocked")
    expect(theirs.get_by_text("Sign in to see this page")).to_be_visible()

    row.get_by_role("button", name="Unblock Nina Rybakova?").click()
    dialog.get_by_label(re.compile("^Reason")).fill("Once more.")
    dialog.get_by_role("button", name="Block again").click()
    expect(dialog).to_have_count(0)
    expect(row).to_contain_text("Blocked")
    row.get_by_role("button", name="Unblock Nina Rybakova?").click()
    dialog.get_by_role("button", name="Unblock", exact=True).click()
    expect(row).to_contain_text("Active")

    page.get_by_role("link", name="Activity log").first.click()
    log = page.get_by_role("row").filter(has_text=someone.name)
    for text in ("Changed roles", "Blocked", "Sells what is not theirs.", "Unblocked"):
        expect(log.filter(has_text=text).first).to_be_visible()
