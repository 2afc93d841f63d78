"""Hours of a performer and the time zones of browsers (R13, R16, R17, D5)."""

import re
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from chalicelib.domain.zones import rules_of
from driver.people import Person, Town
from tests.journeys.browser.visitor import DESK, PHONE, Visit, nowhere

Arrange = Callable[[Coroutine[Any, Any, Any]], Any]
ALWAYS = ["1" * 24] * 7
KNOWS_NO_ZONE = """
const { DateTimeFormat } = Intl;
Intl.DateTimeFormat = function (locales, options) {
  if (options?.timeZone && options.timeZone !== "UTC") throw new RangeError(`Invalid time zone specified: ${options.timeZone}`);
  return new DateTimeFormat(locales, options);
};
"""


@pytest.fixture(scope="module")
def lost(browser: Browser) -> Iterator[Browser]:
    """A browser that does not know where it is."""
    with nowhere(browser) as running:
        yield running


def performer(town: Town, arrange: Arrange, zone: str, grid: list[str]) -> tuple[Person, str]:
    """Somebody who consults at these hours, and their twip."""
    person = arrange(town.join("Pavel Orlov"))
    twip_id = arrange(town.publish(person, text=50_000))
    arrange(person.api.put("/me/availability", {"zone": zone, "grid": grid}))
    return person, twip_id


def days(page: Page) -> list[str]:
    """What the page says of each day."""
    rows = page.locator("ul.hours > li:not(.axis) > span:last-child")
    expect(rows.first).to_be_visible()
    return rows.all_inner_texts()


@pytest.mark.rule("R13", "R16", "R17", "D5")
@pytest.mark.parametrize(
    ("lang", "size", "blind"), [("ru", PHONE, False), ("en", DESK, True)], ids=["unknown", "knows-no-zone"]
)
def test_a_browser_that_does_not_know_where_it_is_shows_the_performers_hours_and_asks_for_ones_own_place(
    visit: Visit, lost: Browser, town: Town, arrange: Arrange, lang: str, size: tuple[int, int], blind: bool
) -> None:
    _, twip_id = performer(town, arrange, "Asia/Kathmandu", ["0" * 9 + "111" + "0" * 12] * 7)
    page = visit(lang, size, zone=None, within=lost).tab()
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Etc/Unknown"
    if blind:
        page.context.add_init_script(KNOWS_NO_ZONE)
    page.goto(f"{page.url}twips/{twip_id}")
    expect(
        page.get_by_text(re.compile("(По времени исполнителя|In the performer’s time): .*GMT[+]5:45"))
    ).to_be_visible()
    assert "9:00–12:00" in "".join(days(page)[1:7])

    newcomer = arrange(town.join("Vera Sokolova"))
    page = visit(lang, size, newcomer, zone=None, within=lost).tab()
    if blind:
        page.context.add_init_script(KNOWS_NO_ZONE)
    page.goto(f"{page.url}profile")
    zone = page.locator("#zone")
    expect(zone.locator("option")).not_to_have_count(1)
    expect(zone).to_have_value("")
    page.get_by_role("gridcell").nth(9).click()
    page.get_by_role("button", name=re.compile("(Сохранить часы|Save hours)")).click()
    expect(zone).to_have_attribute("aria-invalid", "true")
    zone.select_option("Asia/Kathmandu")
    page.get_by_role("button", name=re.compile("(Сохранить часы|Save hours)")).click()
    expect(page.get_by_text(re.compile("(Часы сохранены|The hours are saved)"))).to_be_visible()
    assert arrange(newcomer.api.get(f"/users/{newcomer.user_id}"))["hours"]["zone"] == "Asia/Kathmandu"


@pytest.mark.rule("R16", "D5")
def test_hours_that_come_only_on_the_eighth_date_are_shown_on_it(visit: Visit, town: Town, arrange: Arrange) -> None:
    now = datetime.now(UTC)
    reader = "Africa/Abidjan" if 6 <= now.hour < 18 else "Asia/Tokyo"
    just_over = (now - timedelta(hours=1)).astimezone(rules_of("Asia/Kolkata"))
    grid = [
        "".join("1" if (day, hour) == (just_over.weekday(), just_over.hour) else "0" for hour in range(24))
        for day in range(7)
    ]
    _, twip_id = performer(town, arrange, "Asia/Kolkata", grid)
    found = days(visit("en", zone=reader).tab(f"/twips/{twip_id}"))
    assert found[:7] == ["no hours"] * 7
    assert [re.sub(r"\d\d:30", "hh:30", text) for text in found[7:]] == ["hh:30–hh:30"]


@pytest.mark.rule("R16", "R17", "D5")
def test_a_place_that_the_browser_spells_otherwise_is_read_once_and_offered_once(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    person, twip_id = performer(town, arrange, "Asia/Kolkata", ALWAYS)
    page = visit("en", zone="Asia/Calcutta").tab(f"/twips/{twip_id}")
    expect(page.get_by_text("In your time: ")).to_be_visible()
    expect(page.get_by_text("The performer’s zone")).to_have_count(0)
    elsewhere = visit("en", zone="America/New_York").tab(f"/twips/{twip_id}")
    expect(elsewhere.get_by_text("The performer’s zone: Kolkata, GMT+5:30")).to_be_visible()

    own = visit("en", person=person, zone="Asia/Calcutta").tab("/profile")
    zone = own.locator("#zone")
    expect(zone.locator("option").nth(1)).to_be_attached()
    expect(zone).to_have_value("Asia/Kolkata")
    labels = zone.locator("option").all_inner_texts()
    assert [label for label in labels if re.search("[CK]olkata|Calcutta", label)] == ["Kolkata, GMT+5:30"]
    expect(own.get_by_role("button", name=re.compile("As on this device"))).to_have_count(0)
