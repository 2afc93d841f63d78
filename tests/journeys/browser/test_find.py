"""Finding a twip in a browser (R11, R12, E1)."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from driver.people import Person, Town
from tests.journeys.browser.visitor import PHONE, Visit


@pytest.fixture
def performer(town: Town, arrange: Callable[..., Any]) -> Person:
    person: Person = arrange(town.join("Pavel Orlov"))
    twip_id = arrange(town.publish(person, video=90_000, text=60_000))

    async def listed() -> bool:
        found = await town.anonymous().get("/twips", limit=50)
        return any(twip["id"] == twip_id for twip in found["items"])

    arrange(town.until("the twip in the index", listed))
    return person


@pytest.mark.rule("R11", "E1")
def test_a_twip_is_found_by_any_form_of_its_words_while_one_types(visit: Visit, performer: Person) -> None:
    page = visit("ru").tab()
    expect(page.get_by_role("link", name="Найти твип", exact=True).first).to_be_visible()
    page.get_by_role("searchbox").fill("шахматными дебютами")
    card = page.get_by_role("article").filter(has_text="Pavel Orlov").first
    expect(card).to_contain_text("Шахматные дебюты")
    page.get_by_role("searchbox").fill("zzzz qqqq")
    expect(page.get_by_role("heading", name="Ничего не нашлось")).to_be_visible()


@pytest.mark.rule("R12", "R5")
def test_kinds_have_icons_and_the_address_keeps_what_was_asked(visit: Visit, performer: Person) -> None:
    page = visit("en", PHONE).tab("/?q=chess")
    kinds = page.get_by_role("navigation", name="Kind of twip").get_by_role("link")
    expect(kinds).to_have_count(3)
    expect(page.get_by_role("article").first).to_be_visible()
    kinds.nth(1).click()
    expect(page.get_by_label("Can be called now")).to_have_count(0)
    assert "kind=work" in page.url
    kinds.nth(2).click()
    expect(page.get_by_role("heading", name="Coming soon")).to_be_visible()
    assert "kind=files" in page.url
    page.go_back()
    page.go_back()
    expect(page.get_by_role("article").first).to_be_visible()


@pytest.mark.rule("R12", "E1")
def test_works_are_found_by_their_icon_and_what_is_not_there_is_looked_for_among_the_other_kinds(
    visit: Visit, town: Town, arrange: Callable[..., Any], performer: Person
) -> None:
    twip_id = arrange(town.publish_as(performer, town.work(1_250_000, 10)))

    async def listed() -> bool:
        found = await town.anonymous().get("/twips", kind="work", limit=50)
        return any(twip["id"] == twip_id for twip in found["items"])

    arrange(town.until("the work in the index", listed))
    page = visit("en", PHONE).tab("/?q=repertoires")
    page.get_by_role("link", name="Look among works").click()
    card = page.get_by_role("article").filter(has=page.locator(f"a[href='/twips/{twip_id}']"))
    expect(card).to_contain_text("₽12,500 in total")
    expect(card).to_contain_text("10 days")
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Price in total, up to").fill("1")
    page.get_by_role("button", name="Any price").click()
    expect(card).to_be_visible()


@pytest.mark.rule("E1")
def test_filters_narrow_and_an_empty_list_names_the_filter_to_drop(visit: Visit, performer: Person) -> None:
    page = visit("en").tab("/?q=chess")
    expect(page.get_by_role("article").first).to_be_visible()
    page.get_by_label("Price per 15 minutes, up to").fill("1,50")
    page.get_by_role("button", name="Any price").click()
    expect(page.get_by_role("article").first).to_be_visible()
    page.get_by_label("Language").select_option("ru")
    expect(page.get_by_role("article").first).to_be_visible()
    assert "lang=ru" in page.url
