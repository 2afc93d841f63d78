"""Finding a twip in a browser (R11, R12, E1)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib.domain.words import retyped
from driver.api import Json
from driver.people import Person, Town
from tests.journeys.acts import listed
from tests.journeys.browser.goods import published
from tests.journeys.browser.visitor import PHONE, Visit

Arrange = Callable[..., Any]
pytestmark = pytest.mark.xdist_group("market")
LETTERS = str.maketrans("0123456789", "ghijklmnop")


@dataclass(frozen=True)
class Offer:
    """A twip on sale, and a word that no other twip has."""

    author: Person
    twip_id: str
    word: str

    def card(self, page: Page) -> Locator:
        """Its card among what was found."""
        return page.get_by_role("article").filter(has=page.locator(f"a[href='/twips/{self.twip_id}']"))


async def on_sale(town: Town, author: Person, draft: Json, files: bool = False) -> Offer:
    """Published and in the index. `files`: with files to sell."""
    word = uuid4().hex[:12].translate(LETTERS)
    for text in draft["texts"].values():
        text["description"] += f" {word}"
    twip_id = await (published(town, author, draft) if files else town.publish_as(author, draft))
    await listed(town, twip_id, q=word)
    return Offer(author, twip_id, word)


@pytest.fixture
def offer(town: Town, arrange: Arrange) -> Offer:
    author: Person = arrange(town.join("Pavel Orlov"))
    found: Offer = arrange(on_sale(town, author, town.consultation(video=90_000, text=60_000)))
    return found


@pytest.mark.rule("R11", "E1")
def test_a_twip_is_found_by_any_form_of_its_words_while_one_types(visit: Visit, offer: Offer) -> None:
    page = visit("ru").tab()
    expect(page.get_by_role("link", name="Найти твип", exact=True).first).to_be_visible()
    page.get_by_role("searchbox").fill(f"шахматными дебютами {offer.word}")
    # Others with two of the three words may stand behind.
    expect(page.get_by_role("article").first.locator(f'a[href$="{offer.twip_id}"]')).to_be_visible()
    expect(offer.card(page)).to_contain_text("Шахматные дебюты")
    expect(offer.card(page)).to_contain_text("Pavel Orlov")
    page.get_by_role("searchbox").fill(f"zzzzqqqq {offer.word}")
    expect(page.get_by_role("status")).to_contain_text(["где таких слов больше всего"])
    expect(offer.card(page)).to_be_visible()
    page.get_by_role("searchbox").fill(retyped(offer.word) or "")
    page.get_by_role("link", name=f"«{offer.word}»").click()
    expect(page.get_by_role("searchbox")).to_have_value(offer.word)
    expect(offer.card(page)).to_be_visible()
    page.get_by_role("searchbox").fill("zzzzqqqq")
    expect(page.get_by_role("heading", name="Ничего не нашлось")).to_be_visible()


@pytest.mark.rule("R12", "R5")
def test_kinds_have_icons_and_the_address_keeps_what_was_asked(visit: Visit, offer: Offer) -> None:
    page = visit("en", PHONE).tab(f"/?q={offer.word}")
    kinds = page.get_by_role("navigation", name="Kind of twip").get_by_role("link")
    expect(kinds).to_have_count(3)
    expect(offer.card(page)).to_be_visible()
    kinds.nth(1).click()
    expect(page.get_by_label("Can be called now")).to_have_count(0)
    assert "kind=work" in page.url
    kinds.nth(2).click()
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    expect(page.locator(".choices legend").first).to_have_text("Price")
    assert "kind=files" in page.url
    page.go_back()
    page.go_back()
    expect(offer.card(page)).to_be_visible()


@pytest.mark.rule("R12", "E1")
def test_works_are_found_by_their_icon_and_what_is_not_there_is_looked_for_among_the_other_kinds(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    author = arrange(town.join("Pavel Orlov"))
    work: Offer = arrange(on_sale(town, author, town.work(1_250_000, 10)))
    page = visit("en", PHONE).tab(f"/?q=repertoires {work.word}")
    page.get_by_role("link", name="Look among works").click()
    card = work.card(page)
    expect(card).to_contain_text("₽12,500 in total")
    expect(card).to_contain_text("10 days")
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Or up to").fill("1")
    page.get_by_role("button", name="Any price").click()
    expect(card).to_be_visible()


@pytest.mark.rule("E1")
def test_filters_narrow_and_an_empty_list_names_the_filter_to_drop(visit: Visit, offer: Offer) -> None:
    page = visit("en").tab(f"/?q=chess {offer.word}")
    expect(offer.card(page)).to_be_visible()
    page.get_by_label("Or up to").fill("1,50")
    page.get_by_role("button", name="Any price").click()
    expect(offer.card(page)).to_be_visible()
    expect(page.get_by_role("radio", name="Over ₽15,000")).to_be_disabled()
    page.get_by_role("radio", name="₽500 – ₽1,500 1 twip").check()
    page.get_by_role("radio", name="Russian 1 twip").check()
    expect(offer.card(page)).to_be_visible()
    assert "lang=ru" in page.url
    page.get_by_role("button", name="Remove: ₽500 – ₽1,500").click()
    expect(page.get_by_role("button", name="Remove: Russian")).to_be_focused()
    offer.card(page).get_by_role("link").click()
    page.wait_for_url("**/twips/*")
    page.go_back()
    expect(page.get_by_role("radio", name="Russian")).to_be_checked()
    expect(offer.card(page)).to_be_visible()
