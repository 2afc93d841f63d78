"""An order of work in two browsers, each side's page open all the while: every end that the two can come to (R59 to R70, D21 to D23)."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.terms import PROFILES
from driver.people import Person, Town
from tests.journeys.acts import listed
from tests.journeys.browser.visitor import DESK, PHONE, Visit

Arrange = Callable[..., Any]
PRICE = 450_000
SHARE = PRICE * 85 // 100
GAMES = "игры №1.txt"
OPENING = "каталонское"
"""No other twip speaks of it."""
REASON = "I have broken my arm"
PRAISE = "Точно в срок, и варианты за чёрных тоже."
THANKS = "Спасибо, приходите ещё."
TERMS = PROFILES["fast"]
SILENCE_S = TERMS.acceptance_days * TERMS.day_ms / 1000

# In one process with others of the market: the first begins to wait for the terms that the last looks at.
pytestmark = pytest.mark.xdist_group("market")


@dataclass
class Job:
    """An order of work and its two sides."""

    customer: Person
    performer: Person
    order_id: str
    twip_id: str

    async def money(self) -> tuple[int, int]:
        """Of the two sides."""
        return await self.customer.available(), await self.performer.available()

    def pages(self, visit: Visit, lang: str) -> tuple[Page, Page]:
        """The order as customer and performer see it, at a desk and on a phone."""
        path = f"/orders/{self.order_id}"
        return visit(lang, DESK, self.customer).tab(path), visit(lang, PHONE, self.performer).tab(path)


async def ordered(town: Town, days: int = 60, more: str = "") -> Job:
    """`more`: what the twip's Russian text says besides."""
    performer, customer = await asyncio.gather(town.join("Irina Vetrova"), town.join("Oleg Martynov"))
    draft = town.work(PRICE, days)
    draft["texts"]["ru"]["description"] += more
    twip_id = await town.publish_as(performer, draft)
    await town.top_up(customer, PRICE)
    order = await town.order_work(customer, twip_id, PRICE)
    return Job(customer, performer, order["id"], twip_id)


async def unlooked_at(town: Town) -> Job:
    """Delivered, and its customer says nothing."""
    job = await ordered(town)
    for act, said in (("start", None), ("deliver", {"text": "The repertoire is ready"})):
        await job.performer.api.post(f"/orders/{job.order_id}/{act}", said)
    return job


async def unforgiven(town: Town) -> Job:
    """Begun and refused, and its customer does not say that they agree with the reason."""
    job = await ordered(town)
    for act, said in (("start", None), ("refuse", {"reason": REASON})):
        await job.performer.api.post(f"/orders/{job.order_id}/{act}", said)
    return job


@pytest.fixture(scope="session")
def refused(town: Town, journeys: Any) -> Job:
    found: Job = journeys.run(unforgiven(town))
    return found


@pytest.fixture(scope="session")
def silent(town: Town, journeys: Any) -> Job:
    found: Job = journeys.run(unlooked_at(town))
    return found


def do(page: Page, label: str, **said: str) -> None:
    """Chooses an act, says what is asked for, and confirms it. `said`: what is typed by the name of its field's label."""
    page.get_by_role("button", name=label).first.click()
    question = page.get_by_role("dialog")
    for field, text in said.items():
        question.get_by_label(field.replace("_", " ")).fill(text)
    question.get_by_role("button", name=label).click()
    expect(question).to_have_count(0)


def heading(page: Page, says: str) -> None:
    expect(page.locator("#turn")).to_have_text(re.compile(says))


@pytest.mark.early
@pytest.mark.rule("R31", "R59", "R63", "R66", "R67", "R68", "R69", "R70", "D24", "D32", "E4")
def test_a_work_is_started_returned_twice_with_its_reasons_accepted_and_praised_before_everybody(
    visit: Visit, town: Town, arrange: Arrange, silent: Job, refused: Job
) -> None:
    assert arrange(silent.money()) == (0, 0)
    assert arrange(refused.money()) == (PRICE, 0)
    job = arrange(ordered(town, more=f" Отдельно: {OPENING} начало."))
    customer, performer = job.pages(visit, "ru")
    heading(customer, "^Исполнитель должен начать до")
    heading(performer, "^Начните работу")
    do(performer, "Начать работу")
    heading(customer, "^Исполнитель работает")
    customer.get_by_label("Сообщение").fill("Вот мои партии")
    customer.locator("input[type=file]").set_input_files(
        [{"name": GAMES, "mimeType": "text/plain", "buffer": b"1. e4"}]
    )
    customer.get_by_role("button", name="Отправить").click()
    message = performer.locator(".msg").filter(has_text="Вот мои партии")
    with performer.expect_download() as download:
        message.get_by_role("button", name=f"Скачать {GAMES}").click()
    assert download.value.suggested_filename == GAMES
    assert download.value.path().read_bytes() == b"1. e4"
    for turn, reasons in enumerate(("Добавьте варианты за чёрных", "И ещё три партии"), 1):
        do(performer, "Работа готова", Что_сделано=f"Вариант {turn}")
        heading(customer, "^Работа сдана")
        do(customer, "Вернуть на доработку", Что_исправить=reasons)
        heading(performer, "^Сдайте доработку до")
        expect(performer.locator(".msg").filter(has_text=reasons)).to_be_visible()
    do(performer, "Работа готова", Что_сделано="Вариант 3")
    expect(customer.get_by_role("article", name="Сдача 3")).to_contain_text("Вариант 3")
    assert arrange(job.money()) == (0, 0), "all of it is held until it is accepted"
    do(customer, "Принять и выплатить")
    heading(customer, "^Работа принята")
    heading(performer, "^Работа принята")
    expect(performer.locator("#turn ~ p").first).to_contain_text(re.compile("3.825,00"))
    assert arrange(job.money()) == (0, SHARE)

    asked = customer.get_by_role("region", name="Как всё прошло?")
    asked.get_by_label("Что было хорошо, а что нет").fill(PRAISE)
    asked.get_by_role("button", name="Опубликовать отзыв").click()
    expect(asked.get_by_text("Выберите от одной до пяти звёзд")).to_be_visible()
    asked.get_by_role("radio", name="5 звёзд").check(force=True)
    asked.get_by_role("button", name="Опубликовать отзыв").click()
    own = customer.get_by_role("region", name="Ваш отзыв")
    expect(own).to_contain_text(PRAISE)
    theirs = performer.get_by_role("region", name="Отзыв заказчика")
    expect(theirs).to_contain_text("5 из 5 звёзд")
    expect(theirs).to_contain_text(PRAISE)
    theirs.get_by_role("button", name="Ответить").click()
    theirs.get_by_label("Ваш ответ").fill(THANKS)
    theirs.get_by_role("button", name="Опубликовать ответ").click()
    expect(own).to_contain_text(THANKS)

    async def known() -> bool:
        found = await town.anonymous().get("/twips", q=OPENING, kind="work", lang="ru")
        return any(card["performer"]["rating"]["reviews"] for card in found["items"])

    arrange(town.until("the rating in the index", known))
    arrange(listed(town, job.twip_id, q=OPENING, kind="work"))
    stranger = visit("ru").tab(f"/?kind=work&q={OPENING}")
    card = stranger.get_by_role("article").filter(has=stranger.locator(f"a[href='/twips/{job.twip_id}']"))
    expect(card).to_contain_text("Оценка 4,2 из 5")
    expect(card).to_contain_text("1 отзыв")
    card.get_by_role("link").click()
    expect(stranger.get_by_role("main").get_by_text("1 отзыв", exact=True)).to_be_visible()
    for name in ("Отзывы", "1 отзыв"):
        said = stranger.get_by_role("region", name=name).get_by_role("article")
        expect(said).to_contain_text("Oleg Martynov")
        expect(said).to_contain_text("5 из 5 звёзд")
        expect(said).to_contain_text(PRAISE)
        expect(said).to_contain_text(f"Ответ исполнителя. {THANKS}")
        if name == "Отзывы":
            stranger.get_by_role("link", name="Irina Vetrova").click()
            stranger.wait_for_url(re.compile("/performers/"))


@pytest.mark.rule("R64", "R65", "D23")
def test_a_refusal_costs_the_performer_reputation_unless_the_customer_agrees_with_its_reason(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    job = arrange(ordered(town))
    customer, performer = job.pages(visit, "en")
    do(performer, "Start the work")
    heading(customer, "is working")
    do(performer, "Refuse", Why=REASON)
    heading(performer, "^The work was not done")
    expect(performer.get_by_text("unless the customer agrees with your reason")).to_be_visible()
    heading(customer, "Do you agree with the reason")
    expect(customer.locator(".turn-reason")).to_contain_text(REASON)
    assert arrange(job.money()) == (PRICE, 0)
    do(customer, "Agree with the reason")
    expect(performer.get_by_text("your rating is not lowered")).to_be_visible()
    heading(customer, "^The work was not done")
    expect(customer.get_by_text("the performer’s rating is not lowered")).to_be_visible()
    assert arrange(job.money()) == (PRICE, 0), "the waiver moves no money"


@pytest.mark.rule("R62", "E17")
def test_an_order_is_news_to_its_performer_until_they_have_opened_it(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    job = arrange(ordered(town))
    page = visit("en", DESK, job.performer).tab("/orders?role=performer")
    sales = page.get_by_role("navigation", name="Orders and disputes").get_by_role(
        "link", name=re.compile("sales", re.I)
    )
    expect(sales).to_have_accessible_name(re.compile("1 unread"))
    page.get_by_role("main").get_by_role("link", name=re.compile("repertoire", re.I)).first.click()
    page.wait_for_url(re.compile(f"/orders/{job.order_id}"))
    menu = page.get_by_role("navigation", name="Menu")
    expect(menu.get_by_role("link", name=re.compile("^My orders"))).to_have_accessible_name("My orders")


@pytest.mark.rule("D21", "D22", "D31")
def test_more_days_and_then_a_split_are_offered_by_one_side_and_accepted_by_the_other(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    job = arrange(ordered(town))
    customer, performer = job.pages(visit, "en")
    do(performer, "Start the work")
    performer.get_by_role("button", name="Make an offer").click()
    question = performer.get_by_role("dialog")
    question.get_by_label("More days").check()
    question.get_by_label("How many days more").fill("31")
    question.get_by_role("button", name="Make an offer").click()
    expect(question.get_by_text("A whole number from 1 to 30")).to_be_visible()
    question.get_by_label("How many days more").fill("5")
    question.get_by_role("button", name="Ask for 5 days more").click()
    expect(question).to_have_count(0)
    heading(customer, r"asks for 5\sdays more")
    do(customer, "Agree to 5 days more")
    heading(performer, "^Deliver by")
    customer.get_by_role("button", name="Make an offer").click()
    question = customer.get_by_role("dialog")
    question.get_by_label("Back to you").fill("1500")
    expect(question.get_by_label("To the performer")).to_have_value("3000")
    question.get_by_role("button", name="Offer: ₽1,500.00 back to you").click()
    expect(question).to_have_count(0)
    expect(customer.get_by_text("Your offer stands")).to_be_visible()
    heading(performer, "offers a split: ₽3,000.00 to you, ₽1,500.00 back")
    do(performer, "Accept the split")
    heading(customer, "^You have agreed on a split")
    heading(performer, "^You have agreed on a split")
    assert arrange(job.money()) == (150_000, 300_000 * 85 // 100)


@pytest.mark.late
@pytest.mark.rule("R64", "R65", "R69", "D23", "D24", "D31")
def test_a_customer_who_says_nothing_has_accepted_what_was_delivered_and_no_reason_of_a_refusal(
    visit: Visit, town: Town, arrange: Arrange, silent: Job, refused: Job
) -> None:
    customer, performer = silent.pages(visit, "ru")
    left, refuser = refused.pages(visit, "ru")

    async def paid() -> bool:
        return await silent.money() == (0, SHARE)

    arrange(town.until("the end of the term", paid, within_s=SILENCE_S + 20))
    for page in (customer, performer):
        heading(page, "^Работа принята")
        expect(page.locator(".chat-note").filter(has_text="Принято молчанием")).to_be_visible()
    # Nobody presses anything, and the pages were open before: the time to agree with the reason is over at about the same time.
    for page, told in ((left, "Отказ снижает оценку исполнителя."), (refuser, "Это снижает вашу оценку.")):
        heading(page, "^Работа не сделана")
        expect(page.locator("#turn ~ p").first).to_contain_text(told)
        expect(page.locator(".turn-reason")).to_contain_text(REASON)
        expect(page.get_by_role("button", name="Согласиться с причиной")).to_have_count(0)
    assert arrange(refused.money()) == (PRICE, 0)
    public = visit("ru").tab(f"/performers/{refused.performer.user_id}")
    expect(public.get_by_text("Оценка 3,5 из 5")).to_have_count(2)
    expect(public.get_by_text("1 отказ от работы учтён в оценке")).to_be_visible()
