"""Browsers that refuse a page what others give it: to keep anything. All but staying signed in works, and that is said."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from driver.people import PASSWORD, Person, Town
from tests.journeys.acts import listed
from tests.journeys.browser.visitor import DESK, FLAGS, LOCALES, Visit, Visitor, faults
from tools.programs import found

Arrange = Callable[..., Any]
PRICE = 60_000
BLOCKED = {"profile": {"default_content_setting_values": {"cookies": 2}}}
"""What Chromium writes into a profile whose owner lets no site keep data."""
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"


@contextmanager
def keeping_nothing(browser: Browser, site: str, folder: Path) -> Iterator[Visitor]:
    """A profile whose owner has set it so. None of its pages may have complained."""
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Preferences").write_text(json.dumps(BLOCKED))
    context = browser.browser_type.launch_persistent_context(
        str(folder),
        executable_path=found("chromium"),
        args=[*FLAGS],
        locale=LOCALES["en"],
        viewport={"width": DESK[0], "height": DESK[1]},
    )
    context.set_default_timeout(20_000)
    visitor = Visitor(context, site, "en")
    yield visitor
    context.close()
    assert visitor.complaints == []


def find(page: Page, twip_id: str) -> None:
    """Among what is newest."""
    expect(page.get_by_role("searchbox")).to_be_visible()
    page.locator(f"main a[href='/twips/{twip_id}']").first.click()


@pytest.mark.rule("R11", "R25", "R32", "E20")
def test_where_site_data_are_blocked_one_finds_signs_in_and_orders(
    browser: Browser, site: str, tmp_path: Path, town: Town, arrange: Arrange
) -> None:
    seller: Person = arrange(town.join("Irina Vetrova"))
    twip_id = arrange(town.publish(seller, text=PRICE))
    arrange(listed(town, twip_id))
    customer: Person = arrange(town.join("Oleg Martynov"))
    arrange(town.top_up(customer, PRICE))
    with keeping_nothing(browser, site, tmp_path) as visitor:
        page = visitor.tab("/")
        assert (
            page.evaluate("(() => { try { return !localStorage } catch (e) { return e.name } })()") == "SecurityError"
        )
        notice = page.get_by_role("status").filter(has_text="Your browser keeps no data of this site")
        expect(notice).to_be_visible()
        assert faults(page) == []
        notice.get_by_role("button", name="Close").click()
        expect(notice).to_have_count(0)
        page.reload()
        find(page, twip_id)
        page.get_by_role("link", name="Order text chat").click()
        page.get_by_role("button", name="Have an account").click()
        page.get_by_label("Email").fill(customer.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("button", name=re.compile("^Order for ₽600")).click()
        page.wait_for_url(re.compile("/orders/"))
        expect(page.get_by_role("main")).to_contain_text("Irina Vetrova")
        expect(notice).to_have_count(0)
        page.reload()
        expect(page.get_by_role("main").get_by_role("link", name="Sign in")).to_be_visible()
    assert arrange(customer.available()) == 0


@pytest.mark.rule("R11")
def test_where_there_is_no_room_left_the_page_works_all_the_same(visit: Visit, someone: Person) -> None:
    visitor = visit("en")
    visitor.context.add_init_script(FULL)
    page = visitor.tab("/")
    notice = page.get_by_role("status").filter(has_text="Your browser keeps no data of this site")
    expect(notice).to_be_visible()
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_label("Email").fill(someone.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=re.compile("Account"))).to_be_visible()
    page.get_by_role("link", name="Profile").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.rule("D18")
def test_what_is_no_frame_and_no_answer_of_ours_is_said_and_the_page_lives(visit: Visit, someone: Person) -> None:
    visitor = visit("en", DESK, someone)

    def line(ours: Any) -> None:
        server = ours.connect_to_server()
        server.on_message(
            lambda frame: [ours.send(text) for text in ("Task timed out after 29.00 seconds", "null", frame)]
        )

    visitor.context.route_web_socket(re.compile("/ws"), line)
    page = visitor.tab("/finances")
    expect(page.get_by_role("link", name=re.compile("Account"))).to_be_visible()
    expect(page.get_by_text("No transactions yet")).to_be_visible()
    expect(page.get_by_text("The connection was lost")).to_have_count(0)
    hotel = {"status": 200, "content_type": "text/html", "body": "<!doctype html><title>Welcome to our hotel</title>"}
    visitor.context.route("**/api/orders*", lambda route: route.fulfill(**hotel))
    page.get_by_role("link", name="My orders").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Something between you and the service answered in its place")
    visitor.context.unroute("**/api/orders*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_have_count(0)
