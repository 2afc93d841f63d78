"""Selling files and links, in a browser: sent, put in order, replaced, opened by a moderator, and an upload that loses its connection
(R5, R74 to R76, D1, D26, D32)."""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Response, Route, expect

from driver.people import Person, Town
from tests.journeys.browser.visitor import DESK, Visit

Arrange = Callable[..., Any]
pytestmark = pytest.mark.xdist_group("market")
MB = 2**20
LARGE_MB = int(os.environ.get("LARGE_MB", "48"))
"""Of the file whose upload is broken off: `make soak` takes 200."""
STORAGE = re.compile(r"/files/attachments/")


def _sparse(path: Path, size: int) -> Path:
    """A file that takes no room, of which no two parts are the same."""
    with path.open("wb") as file:
        for at in range(0, size, MB):
            file.seek(at)
            file.write(str(at).encode())
        file.truncate(size)
    return path


def _choose(page: Page, *paths: Path) -> None:
    page.locator("input[data-goods]").set_input_files(list(paths))


def _row(page: Page, name: str) -> Any:
    return page.locator(".goods-own > li").filter(has_text=name)


def _in_order(page: Page, *names: str) -> None:
    expect(page.locator(".goods-own > li .good-text > b")).to_have_text(list(names))


def _sold(arrange: Arrange, author: Person, twip_id: str, face: str) -> Any:
    found = arrange(author.api.get(f"/twips/{twip_id}"))
    return found["revision"][face]["files"]


@pytest.mark.rule("R4", "R5", "R9", "R10", "R74", "R75", "R76", "D1", "D26")
def test_files_and_links_are_sent_put_in_order_replaced_opened_by_a_moderator_and_published(
    visit: Visit, town: Town, arrange: Arrange, tmp_path: Path
) -> None:
    author, moderator = arrange(town.join("Pavel Orlov")), arrange(town.moderator())
    small, large = tmp_path / "Read me.txt", _sparse(tmp_path / "Курс.zip", 20 * MB)
    small.write_text("How to begin.", encoding="utf-8")
    page = visit("en", DESK, author).tab("/add/new?kind=files")
    page.get_by_label("Title").first.fill("Drawing for engineers")
    # The draft is saved first, by itself.
    _choose(page, small)
    expect(page).to_have_url(re.compile(r"/add/(?!new)"))
    expect(_row(page, "Read me.txt")).to_contain_text("not saved yet")
    page.get_by_label("Description").first.fill("From the first line to a section: forty lessons with exercises.")
    page.get_by_label("Price of all files and links").fill("490")
    _choose(page, large)
    expect(_row(page, "Курс.zip").get_by_role("button", name="Replace")).to_be_visible()
    page.get_by_role("button", name="Move Курс.zip up").focus()
    page.keyboard.press("Enter")
    _in_order(page, "Курс.zip", "Read me.txt")
    expect(page.get_by_role("button", name="Move Курс.zip down")).to_be_focused()
    newer = tmp_path / "Read me first.txt"
    newer.write_text("How to begin, and where to end.", encoding="utf-8")
    _row(page, "Read me.txt").locator("input[type=file]").set_input_files(newer)
    expect(page.get_by_role("button", name="Replace Read me first.txt")).to_be_visible()
    page.get_by_role("button", name="Add a link").click()
    page.get_by_role("textbox", name="Link 1").fill("javascript:alert(1)")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Begin with https://")).to_be_visible()
    page.get_by_role("textbox", name="Link 1").fill("example.org/lessons")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("not saved yet")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("textbox", name="Link 1")).to_have_value("https://example.org/lessons")
    _in_order(page, "Курс.zip", "Read me first.txt")
    page.get_by_role("button", name="Submit for moderation").click()
    expect(page.get_by_text("With a moderator").first).to_be_visible()

    twip_id = arrange(author.api.get("/me/twips"))["items"][0]["id"]
    staff = visit("en", DESK, moderator).tab(f"/admin?twip={twip_id}")
    with staff.expect_download() as fetched:
        staff.get_by_role("button", name="Download Курс.zip").click()
    assert fetched.value.suggested_filename == "Курс.zip"
    assert Path(fetched.value.path()).read_bytes() == large.read_bytes()
    link = staff.get_by_role("link", name="https://example.org/lessons")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(link).to_have_attribute("referrerpolicy", "no-referrer")
    staff.get_by_role("button", name="Approve").click()
    expect(staff.get_by_text("is published").first).to_be_visible()
    sold = _sold(arrange, author, twip_id, "published")
    assert [file["name"] for file in sold["files"]] == ["Курс.zip", "Read me first.txt"]


@pytest.mark.rule("R75", "D26", "D32")
def test_an_upload_outlives_a_lost_connection_and_a_reload_and_sends_only_what_is_missing(
    visit: Visit, town: Town, arrange: Arrange, tmp_path: Path
) -> None:
    author = arrange(town.join("Pavel Orlov"))
    draft = {"kind": "files", "languages": ["en"], "texts": {"en": {"title": "All lessons", "description": ""}}}
    twip_id = arrange(author.api.post("/twips", draft))["id"]
    large = _sparse(tmp_path / "lessons.mp4", LARGE_MB * MB)
    page = visit("en", DESK, author).tab(f"/add/{twip_id}")
    passed: list[str] = []

    def first_only(route: Route) -> None:
        if passed:
            route.abort("connectionfailed")
        else:
            passed.append(route.request.url)
            route.continue_()

    page.route(STORAGE, first_only)
    _choose(page, large)
    row = _row(page, "lessons.mp4")
    expect(row).to_contain_text("The file storage cannot be reached.", timeout=60_000)
    with page.expect_response(re.compile(r"/api/twips/[^/]+/uploads$")):
        page.once("dialog", lambda asked: asked.accept())
        page.reload()
    expect(row).to_contain_text(f"16 MB of {LARGE_MB} MB have arrived.")
    other = _sparse(tmp_path / "another.mp4", 3)
    row.locator("input[type=file]").set_input_files(other)
    expect(row).to_contain_text("This is another file.")

    # It goes on by itself once the connection is there again.
    sent: list[str] = []

    def count(answer: Response) -> None:
        if answer.request.method == "PUT" and answer.ok:
            sent.append(answer.url)

    page.on("response", count)
    row.locator("input[type=file]").set_input_files(large)
    expect(row).to_contain_text("The file storage cannot be reached.", timeout=60_000)
    page.unroute(STORAGE)
    expect(row.get_by_role("button", name="Replace")).to_be_visible(timeout=90_000)
    assert len(sent) == -(-LARGE_MB // 16) - 1
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("not saved yet")).to_have_count(0)
    (file,) = _sold(arrange, author, twip_id, "draft")["files"]
    link = arrange(author.api.post(f"/twips/{twip_id}/goods/{file['id']}/link"))["url"]
    fetched = arrange(author.api.http.get(link)).content
    assert hashlib.sha256(fetched).digest() == hashlib.sha256(large.read_bytes()).digest()
