"""A call between two people at their browsers, up to where a journey begins to differ."""

import asyncio
import re
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as Timeout

from driver.people import PASSWORD, Person, Town
from tests.journeys.browser.visitor import DESK, Visitor, visiting

T = TypeVar("T")
PRICE = 90_000
SHARE = 76_500
WORDS: dict[str, dict[str, Any]] = {
    "ru": {
        "answer": "Ответить",
        "decline": "Отклонить",
        "start": "Начать сеанс",
        "call": {"video": "Начать звонок", "text": "Начать переписку"},
        "message": "Сообщение",
        "end": "Завершить",
        "over": "Сеанс закончен",
        "stop": "Остановить после этих 15 минут",
        "limit": "лимит",
        "limit_reached": "Достигнут лимит",
        "free": "Ещё не оплачивается",
        "camera": "Камера",
        "to_order": "К заказу",
        "said": "Здравствуйте! Видно вас хорошо, начнём с таблицы.",
        "replied": "Да, вижу. Откройте второй лист: там ошибка в сумме.",
    },
    "en": {
        "answer": "Answer",
        "decline": "Decline",
        "start": "Start session",
        "call": {"video": "Start the call", "text": "Start the chat"},
        "message": "message",
        "end": "End",
        "over": "The session is over",
        "stop": "Stop after these 15 minutes",
        "limit": "limit",
        "limit_reached": "limit that you set is reached",
        "free": "Not charged yet",
        "camera": "Camera",
        "to_order": "To the order",
        "said": "Hello! I see you well, let us begin with the table.",
        "replied": "Yes. Please open the second sheet: its sum is wrong.",
    },
}
SEEN = "[...document.querySelectorAll('.stage-video')].some(it => it.videoWidth > 0 && it.currentTime > 0)"


@dataclass
class Deal:
    """An open order, and its two people."""

    customer: Person
    performer: Person
    order_id: str
    twip_id: str
    mode: str


async def deal(town: Town, mode: str, *, left: int = PRICE, status: str = "available") -> Deal:
    """`left`: what the customer's account holds after the order."""
    performer, customer = await asyncio.gather(town.join("Irina Vetrova"), town.join("Oleg Martynov"))
    twip_id, _ = await asyncio.gather(town.publish(performer, **{mode: PRICE}), town.top_up(customer, PRICE + left))
    await performer.api.put("/me/status", {"status": status})
    order = await town.order(customer, twip_id, mode, PRICE)
    return Deal(customer, performer, str(order["id"]), twip_id, mode)


@dataclass
class Scene:
    """Both at their browsers: the performer on some page of the site, the customer on the order's."""

    deal: Deal
    customer: Page
    performer: Page
    customers: Visitor
    performers: Visitor
    lang: str = "en"

    @property
    def words(self) -> dict[str, Any]:
        return WORDS[self.lang]

    @property
    def session_id(self) -> str:
        """By the address of the page."""
        return self.customer.url.rsplit("/", 1)[-1]

    def ring(self) -> None:
        """The customer calls, and it rings."""
        self.customer.get_by_role("link", name=self.words["call"][self.deal.mode]).click()
        expect(self.performer.get_by_role("alertdialog")).to_be_visible()

    def answer(self) -> None:
        """The performer answers; both are on the session's page."""
        self.performer.get_by_role("alertdialog").get_by_role("button", name=self.words["answer"]).click()
        for page in (self.customer, self.performer):
            page.wait_for_url(re.compile("/session/"))
            expect(page.locator(".session-bar")).to_be_visible()

    def start(self) -> None:
        """Video: the performer starts, and the customer's clock runs."""
        self.performer.get_by_role("button", name=self.words["start"]).click()
        self.runs(self.customer)
        self.runs(self.performer)

    def talk(self) -> None:
        """Text: the customer's second message starts the clock."""
        for page, text in ((self.customer, "Hello"), (self.performer, "Yes?"), (self.customer, "A question")):
            self.say(page, text)
        self.runs(self.customer)

    def say(self, page: Page, text: str) -> None:
        page.get_by_placeholder(self.words["message"]).fill(text)
        page.keyboard.press("Enter")
        expect(page.get_by_role("log")).to_contain_text(text)

    def runs(self, page: Page) -> None:
        """The clock runs: it no longer stands at zero, and nobody says that nothing is charged. That is seen at once, where an expectation
        that was wrong looks again only after a while."""
        page.locator(".session-clock b").filter(has_text=re.compile("0:0[1-9]|0:[1-9]")).wait_for()

    def hang_up(self, page: Page) -> None:
        page.get_by_role("button", name=self.words["end"], exact=True).click()
        dialog, over = page.get_by_role("dialog"), page.get_by_text(self.words["over"])
        expect(dialog.or_(over).first).to_be_visible()
        if dialog.is_visible():
            dialog.get_by_role("button", name=self.words["end"], exact=True).click()
        expect(over).to_be_visible()


def meet(deal: Deal, customers: Visitor, performers: Visitor, lang: str = "en") -> Scene:
    """Both open the site; the performer is on it before the customer looks."""
    performer = performers.tab("/profile")
    expect(performer.locator(".top-status")).to_be_visible()
    customer = customers.tab(f"/orders/{deal.order_id}")
    # The page looks again by itself whether the performer has come, but only now and then.
    call = customer.get_by_role("link", name=WORDS[lang]["call"][deal.mode])
    try:
        call.wait_for(timeout=1_500)
    except Timeout:
        customer.reload()
    expect(call).to_be_visible(timeout=40_000)
    return Scene(deal, customer, performer, customers, performers, lang)


def states(here: Scene) -> Iterator[tuple[str, Page]]:
    """A video call from the ring to its end, state by state: what it is called, and a page that shows it now."""
    here.ring()
    yield "ringing", here.performer
    yield "waiting", here.customer
    here.answer()
    yield "to-start", here.performer
    yield "answered", here.customer
    here.start()
    see(here.customer)
    here.say(here.customer, here.words["said"])
    yield "video", here.customer
    here.say(here.performer, here.words["replied"])
    yield "video-live", here.performer
    here.customer.get_by_role("button", name=here.words["camera"]).click()
    see(here.performer)
    yield "video-both", here.performer
    expect(here.customer.locator(".banner-warn")).to_be_visible(timeout=70_000)
    yield "video-low", here.customer
    expect(here.customer.get_by_text(here.words["over"])).to_be_visible(timeout=40_000)
    yield "video-over", here.customer
    yield "video-over-sale", here.performer


def text_states(here: Scene) -> Iterator[tuple[str, Page]]:
    """The same of a consultation in writing, which the customer stops after its first block (E24)."""
    yield "to-call", here.customer
    here.ring()
    here.answer()
    yield "text-empty", here.customer
    here.say(here.customer, here.words["said"])
    here.say(here.performer, here.words["replied"])
    yield "text-free", here.performer
    here.say(here.customer, here.words["said"])
    here.runs(here.customer)
    yield "text", here.customer
    here.customer.get_by_role("button", name=here.words["stop"]).click()
    for page in (here.customer, here.performer):
        expect(page.locator(".session-limit")).to_contain_text(here.words["limit"])
    yield "text-limit", here.customer
    yield "text-limit-sale", here.performer
    expect(here.customer.get_by_text(here.words["over"])).to_be_visible(timeout=40_000)
    expect(here.customer.locator(".summary")).to_contain_text(here.words["limit_reached"])
    yield "text-over", here.customer
    yield "text-over-sale", here.performer


def see(page: Page, within_s: float = 30) -> None:
    """Waits until the other side's picture has come. The content policy forbids pages to be waited for by a script of their own."""
    until = time.monotonic() + within_s
    while not page.evaluate(SEEN):
        assert time.monotonic() < until, "no picture came"
        page.wait_for_timeout(20)


def answered_call(browser: Browser, origin: str, moderator: Person) -> float:
    """A video call on its own: milliseconds from the performer's start to the customer's first decoded frame."""
    found = in_town(origin, lambda town: deal(town, "video"), moderator)
    with visiting(browser, origin, "en", DESK) as customers, visiting(browser, origin, "en", DESK) as performers:
        customers.sign_in(found.customer)
        performers.sign_in(found.performer)
        scene = meet(found, customers, performers)
        scene.ring()
        scene.answer()
        began = time.monotonic()
        scene.performer.get_by_role("button", name=scene.words["start"]).click()
        see(scene.customer)
        took_ms = (time.monotonic() - began) * 1000
        scene.hang_up(scene.performer)
    return took_ms


def in_town(origin: str, act: Callable[[Town], Coroutine[Any, Any, T]], moderator: Person | None = None) -> T:
    """Does over plain HTTP what pages begin with. In a thread: where a browser is open, its own loop runs."""

    async def done() -> T:
        town = Town(origin, {"moderator": (moderator.email, PASSWORD)} if moderator else None)
        try:
            return await act(town)
        finally:
            await town.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(done())).result()
