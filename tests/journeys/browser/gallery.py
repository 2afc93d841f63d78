"""Every page of the client in the states that matter: looked at by axe in `make test`, and by people in `make shots`."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from driver.api import Json
from driver.call import start_text
from driver.people import Person, Town, rub
from tests.journeys import staff
from tests.journeys.browser import sellers
from tests.journeys.browser.courts import Quarrel, filmed, offered, opened, spoken, worked
from tests.journeys.browser.goods import argued, revoked, sold
from tests.journeys.browser.introduced import introduce, mark, reachable, refuse


@dataclass
class Cast:
    """People and things that pages are about."""

    customer: Person
    performer: Person
    newcomer: Person
    rich: Person
    moderator: Person
    admin: Person
    arbiter: Person
    caller: Person
    called: Person
    twip_id: str
    things: dict[str, str] = field(default_factory=dict)
    """Ids of what else there is, by the names that paths use."""
    delivered_s: float = 0.0
    """When the work was delivered anew that waits for its acceptance."""


FRESH_S = 20
Act = Callable[[Page], None]
Answered = tuple[str, Callable[[Json], Json]]
"""What a page is answered instead of what the service says: by a pattern of addresses."""


@dataclass(frozen=True)
class Picture:
    """A page in one state. `who`: a person of the cast, or nobody; `path` may name things of the cast, `{twip}`; `act` is done before one
    looks, and waits for what is to be seen."""

    name: str
    path: str
    who: str | None = None
    act: Act | None = None
    modal: bool = False
    """Whether the act opens a question over the page, which Escape closes."""
    answered: Answered | None = None


def _type(text: str) -> Act:
    def act(page: Page) -> None:
        page.get_by_role("searchbox").fill(text)
        expect(page.get_by_role("article")).to_have_count(0)

    return act


def _filter(page: Page) -> None:
    """What narrows a search is in sight, also on a phone, and one has chosen some of it."""
    for button in page.locator(".sortbar .filter-btn:visible").all():
        button.click()
    page.locator("input[name=language]").nth(1).check()
    expect(page.locator(".chosen button")).to_have_count(2)
    expect(page.locator(".filters .shows .sr").first).to_be_attached()


def _press(page: Page) -> None:
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[aria-invalid=true], [role=alert]").first).to_be_visible()


def _divide(page: Page) -> None:
    """A verdict is ready to be given, and makes a debt."""
    verdict = page.locator("form.verdict")
    verdict.locator("input").first.fill("1000")
    verdict.locator("textarea").fill("The reports of the customer’s page bear the complaint out: a third had no sound.")
    expect(verdict.locator(".debt")).to_be_visible()


def _complain(page: Page) -> None:
    """A dispute is about to be opened."""
    page.get_by_role("button", name=re.compile("^(Открыть спор|Open a dispute)$")).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _withdraw(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^(Отозвать спор|Withdraw the dispute)$")).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _give_back(page: Page) -> None:
    """The performer has typed how much."""
    page.get_by_role("button", name=re.compile("^(Вернуть деньги|Give money back)$")).first.click()
    page.locator("input[name=give_back]").fill("300")
    expect(page.locator("dialog .sum dd").first).to_be_visible()


def _propose(page: Page) -> None:
    """A split of an order of work is being typed."""
    page.get_by_role("button", name=re.compile("^(Сделать предложение|Make an offer)$")).click()
    page.locator("input[name=to_customer]").fill("1500,50")
    expect(page.locator("input[name=to_performer]")).not_to_have_value("")


def _offer(page: Page) -> None:
    """A split is being typed."""
    page.locator("details.own summary").click()
    page.locator("input[name=to_customer]").fill("3500,50")
    expect(page.locator("input[name=to_performer]")).not_to_have_value("")


def _unfold(page: Page) -> None:
    """All that is known of a session."""
    for head in page.locator(".fold-head").all():
        head.click()
    expect(page.locator(".media-table tbody tr").first).to_be_visible()
    expect(page.locator(".fold .chat")).to_be_visible()


HELD = ("checking", "infected", "too_large")


def _held(goods: Json) -> Json:
    """The files of an order as a scanner holds them; the gallery's product has none."""
    files = [{**file, "scan": scan} for file, scan in zip(goods["files"], HELD, strict=True)]
    return {**goods, "files": files}


def _held_own(twip: Json) -> Json:
    """A twip of files, for its author, likewise."""
    revision = twip["revision"]
    scans = dict(zip(revision["scans"], HELD, strict=True))
    return {**twip, "revision": {**revision, "scans": scans}}


def _see_held(page: Page) -> None:
    expect(page.get_by_text(re.compile("(malware|вредоносный код)")).first).to_be_visible()


def _preview(page: Page) -> None:
    """How a buyer sees what is sold."""
    page.locator("summary").click()
    expect(page.locator(".previews .goods").last).to_be_visible()


PICTURES = (
    Picture("find", "/", "customer"),
    Picture("find-stranger", "/"),
    Picture("find-empty", "/", None, _type("zzzz qqqq")),
    Picture("find-filters", "/?price_from=50001&price_to=150000", None, _filter),
    Picture("find-layout", "/?q=if[vfnyst"),
    Picture("find-files", "/?kind=files"),
    Picture("find-work", "/?kind=work", "customer"),
    Picture("twip", "/twips/{twip}", "newcomer"),
    Picture("twip-ordered", "/twips/{twip}", "customer"),
    Picture("twip-own", "/twips/{twip}", "performer"),
    Picture("twip-work", "/twips/{work}", "newcomer"),
    Picture("twip-files", "/twips/{files}", "newcomer"),
    Picture("twip-files-bought", "/twips/{files}", "rich"),
    Picture("twip-gone", "/twips/nothing-here", "customer"),
    Picture("order-confirm", "/twips/{twip}/order/video", "rich"),
    Picture("order-short", "/twips/{twip}/order/video", "newcomer"),
    Picture("order-work", "/twips/{work}/order?kind=work", "rich"),
    Picture("order-work-short", "/twips/{work}/order?kind=work", "newcomer"),
    Picture("order-files", "/twips/{files}/order?kind=files", "customer"),
    Picture("order-files-short", "/twips/{files}/order?kind=files", "newcomer"),
    Picture("orders", "/orders", "customer"),
    Picture("orders-empty", "/orders", "newcomer"),
    Picture("orders-narrow", "/orders?state=open&kind=work", "rich"),
    Picture("orders-none", "/orders?q=zzzz+qqqq", "rich"),
    Picture("sales", "/orders?role=performer", "performer"),
    Picture("messages", "/messages", "rich"),
    Picture("messages-empty", "/messages", "newcomer"),
    Picture("order", "/orders/{order}", "customer"),
    Picture("order-talked", "/orders/{talked}", "customer"),
    Picture("order-sale", "/orders/{talked}", "performer"),
    Picture("order-give-back", "/orders/{talked}", "performer", _give_back, modal=True),
    Picture("work-delivered", "/orders/{delivered}", "rich"),
    Picture("work-delivered-sale", "/orders/{delivered}", "performer"),
    Picture("work-dispute", "/orders/{delivered}", "rich", _complain, modal=True),
    Picture("work-offer", "/orders/{working}", "rich", _propose, modal=True),
    Picture("work-offer-sale", "/orders/{working}", "performer", _propose, modal=True),
    Picture("work-give-back", "/orders/{working}", "performer", _give_back, modal=True),
    Picture("work-disputed", "/orders/{quarrel}", "rich"),
    Picture("work-agreed", "/orders/{settled_order}", "performer"),
    Picture("files-bought", "/orders/{bought}", "rich"),
    Picture("files-held", "/orders/{bought}", "rich", _see_held, answered=("**/api/orders/*/goods", _held)),
    Picture("files-bought-sale", "/orders/{bought}", "performer"),
    Picture("files-dispute", "/orders/{bought}", "rich", _complain, modal=True),
    Picture("files-give-back", "/orders/{bought}", "performer", _give_back, modal=True),
    Picture("files-disputed", "/orders/{claimed}", "rich"),
    Picture("files-revoked", "/orders/{revoked}", "rich"),
    Picture("files-revoked-sale", "/orders/{revoked}", "performer"),
    Picture("order-disputed", "/orders/{filmed_order}", "caller"),
    Picture("disputes", "/disputes", "rich"),
    Picture("disputes-sales", "/disputes?role=performer", "performer"),
    Picture("disputes-empty", "/disputes", "newcomer"),
    Picture("dispute-opened", "/disputes/{opened}", "rich"),
    Picture("dispute-withdraw", "/disputes/{opened}", "rich", _withdraw, modal=True),
    Picture("dispute-answer", "/disputes/{opened}", "performer"),
    Picture("dispute-offered", "/disputes/{offered}", "rich", _offer),
    Picture("dispute-offering", "/disputes/{offered}", "performer"),
    Picture("dispute-settled", "/disputes/{settled}", "rich"),
    Picture("dispute-settled-sale", "/disputes/{settled}", "performer"),
    Picture("dispute-session", "/disputes/{talk}", "caller", _unfold),
    Picture("dispute-session-sale", "/disputes/{talk}", "called"),
    Picture("dispute-files", "/disputes/{claim}", "performer"),
    Picture("dispute-files-over", "/disputes/{revocation}", "rich"),
    Picture("dispute-gone", "/disputes/none", "customer"),
    Picture("order-reviewed", "/orders/{reviewed}", "rich"),
    Picture("order-reviewed-sale", "/orders/{reviewed}", "performer"),
    Picture("performer", "/performers/{performer}"),
    Picture("performer-callable", "/performers/{performer}", answered=("**/api/users/*", reachable)),
    Picture("performer-own", "/performers/{performer}", "performer"),
    Picture("performer-new", "/performers/{author}", "customer"),
    Picture("performer-gone", "/performers/nothing-here"),
    Picture("call-refused", "/call/{order}", "customer"),
    Picture("session-over", "/session/{session}", "customer"),
    Picture("session-over-sale", "/session/{session}", "performer"),
    Picture("finances", "/finances", "customer"),
    Picture("finances-empty", "/finances", "newcomer"),
    Picture("top-up-paid", "/finances/topups/{topup}", "customer"),
    Picture("add", "/add", "performer"),
    Picture("add-new", "/add/new", "customer"),
    Picture("add-errors", "/add/new", "customer", _press),
    Picture("add-work", "/add/{work}", "performer"),
    Picture("add-work-errors", "/add/new?kind=work", "customer", _press),
    Picture("add-files-errors", "/add/new?kind=files", "customer", _press),
    Picture("add-files", "/add/{pack}", "performer", _preview),
    Picture("add-files-held", "/add/{files}", "performer", _see_held, answered=("**/api/twips/*", _held_own)),
    Picture("add-files-sending", "/add/{pack_empty}", "performer", sellers.send),
    Picture("add-waiting", "/add/{submitted}", "newcomer"),
    Picture("favourites", "/favourites", "customer"),
    Picture("favourites-empty", "/favourites", "newcomer"),
    Picture("favourites-stranger", "/favourites"),
    Picture("profile", "/profile", "performer"),
    Picture("profile-about-refused", "/profile", "performer", refuse),
    Picture("profile-closed", "/profile", "newcomer"),
    Picture("admin", "/admin", "moderator"),
    Picture("admin-revision", "/admin?twip={revised}", "moderator"),
    Picture("admin-work", "/admin?twip={reworked}", "moderator"),
    Picture("admin-files", "/admin?twip={pack_revised}", "moderator"),
    Picture("desk-queue", "/admin/disputes", "arbiter"),
    Picture("desk-empty", "/admin/disputes?phase=escalated", "arbiter"),
    Picture("desk-free", "{free}", "arbiter"),
    Picture("desk-closed", "{filmed}", "admin"),
    Picture("desk-session", "{filmed}", "arbiter"),
    Picture("desk-verdict", "{filmed}", "arbiter", _divide),
    Picture("desk-work", "{worked}", "arbiter"),
    Picture("desk-files", "/admin/disputes/{claim}", "arbiter"),
    Picture("desk-over", "{over}", "arbiter"),
    Picture("desk-gone", "/admin/disputes/none", "arbiter"),
    Picture("admin-people", "/admin/users", "admin"),
    Picture("admin-log", "/admin/audit", "admin"),
    Picture("admin-ledger", "/admin/ledger", "admin"),
    Picture("sign-in", "/sign-in"),
    Picture("sign-in-errors", "/sign-in", None, _press),
    Picture("register", "/register"),
    Picture("register-errors", "/register", None, _press),
    Picture("forgot", "/forgot"),
    Picture("reset", "/reset#token=x"),
    Picture("confirm", "/confirm#token=x"),
    Picture("confirm-dead", "/confirm"),
    Picture("confirm-order", "/confirm?next=%2Ftwips%2F{twip}%2Forder%2Fvideo#token=x"),
    Picture("order-stranger", "/twips/{work}/order?kind=work"),
    Picture("guarded", "/orders"),
    Picture("missing", "/no/such/page"),
    Picture("styleguide", "/styleguide"),
)


async def cast(town: Town, admin: Person, arbiter: Person) -> Cast:
    """Everybody arrives, and what pages tell of happens."""
    quarrels = asyncio.create_task(_quarrels(town, arbiter))
    performer, customer = await town.join("Ирина Ветрова"), await town.join("Олег Мартынов")
    newcomer, rich, moderator = await town.join("Maeve Okoro"), await town.join("Pia Rich"), await town.moderator()
    twip_id = await town.publish(performer, video=90_000, text=60_000)
    working = "0" * 9 + "1" * 9 + "0" * 6
    hours = {"zone": "Europe/Moscow", "grid": [working] * 5 + ["0" * 24] * 2}
    await performer.api.put("/me/availability", hours)
    await performer.api.put("/me/status", {"status": "available"})
    topup = await town.top_up(customer, 250_000)
    await town.top_up(rich, 500_000)
    order: Json = await town.order(customer, twip_id, "video", 90_000)
    talked: Json = await town.order(customer, twip_id, "text", 60_000)
    pages = await customer.page(), await performer.page()
    texts = ("Добрый вечер! Можно начать с эссе?", "Отправляю. Тема про общественный транспорт, 268 слов.")
    started = await start_text(*pages, str(talked["id"]), *texts)
    await pages[1].say("Добрый вечер. Сильное вступление, а пример во втором абзаце тезиса не доказывает.")
    await pages[0].end()
    await asyncio.gather(customer.leave(), performer.leave())
    draft: Json = await newcomer.api.post("/twips", town.consultation(video=120_000))
    submitted: Json = await newcomer.api.post(f"/twips/{draft['id']}/submit")
    revised = await town.publish(performer, video=150_000)
    kept: Json = await performer.api.get(f"/twips/{revised}")
    another = town.consultation(video=180_000, text=90_000)
    another["texts"]["en"]["description"] = "Sharp lines for the club player, with traps and their refutations."
    change = {**another, "version": kept["revision"]["version"]}
    change.pop("kind")
    await performer.api.call("PATCH", f"/twips/{revised}", change)
    await performer.api.post(f"/twips/{revised}/submit")
    work = await town.publish_as(performer, town.work(450_000, 10))
    things = {
        "revised": revised,
        "work": work,
        "delivered": await _delivered(town, rich, performer, work),
        "working": await _working(town, rich, performer),
        "reviewed": await _reviewed(town, rich, performer, work),
        "performer": await introduce(performer),
        "marked": await mark(town, customer, performer, twip_id),
        "author": newcomer.user_id,
        "reworked": await sellers.reworked(town, performer),
        "order": str(order["id"]),
        "talked": str(talked["id"]),
        "session": str(started["session_id"]),
        "topup": str(topup["id"]),
        "submitted": str(submitted["id"]),
        "pack": await sellers.begun(town, performer),
        "pack_empty": str((await performer.api.post("/twips", town.files(49_000)))["id"]),
        "pack_revised": await sellers.revised(town, performer),
        **await _between(town, rich, performer, work, arbiter),
        **await _goods(town, rich, performer, arbiter),
    }
    talk, desks = await quarrels
    things |= {"talk": talk.dispute_id, "filmed_order": talk.order_id, **desks}
    return Cast(
        customer,
        performer,
        newcomer,
        rich,
        moderator,
        admin,
        arbiter,
        talk.customer,
        talk.performer,
        twip_id,
        things,
    )


async def _between(town: Town, customer: Person, performer: Person, twip_id: str, arbiter: Person) -> dict[str, str]:
    """Where the two sides of a work see its disputes: one that waits for the answer, one with an offer and a question, one that is
    settled."""
    first, second, third = [await opened(town, customer, performer, twip_id, 450_000) for _ in range(3)]
    await offered(second, 225_000)
    desk = second.desk
    await arbiter.api.post(f"{desk}/assign")
    await arbiter.api.post(f"{desk}/question", {"to": ["customer"], "text": "Где было сказано об обоих цветах?"})
    number = await offered(third, 150_000)
    await customer.api.post(f"/disputes/{third.dispute_id}/agree", {"proposal": number})
    return {
        "opened": first.dispute_id,
        "quarrel": first.order_id,
        "offered": second.dispute_id,
        "settled": third.dispute_id,
        "settled_order": third.order_id,
    }


async def _goods(town: Town, customer: Person, performer: Person, arbiter: Person) -> dict[str, str]:
    """Files that were bought: one order is as it was, one is disputed, of one the access has ended."""
    bought, claimed, lost = [await sold(town, performer, customer) for _ in range(3)]
    return {
        "files": bought.twip_id,
        "bought": bought.order_id,
        "claimed": claimed.order_id,
        "claim": await argued(claimed, arbiter),
        "revoked": lost.order_id,
        "revocation": await revoked(lost, arbiter),
    }


async def _quarrels(town: Town, arbiter: Person) -> tuple[Quarrel, dict[str, str]]:
    """Where staff see disputes: one that nobody has, two that the arbiter has, and one that is decided."""
    talk, job, free, over = await asyncio.gather(
        filmed(town),
        worked(town),
        spoken(town, "Irina Vetrova", "Oleg Martynov"),
        worked(town, "Daniel Reed", "Maeve Okoro"),
    )
    for quarrel in (talk, job, over):
        await arbiter.api.post(f"{quarrel.desk}/assign")
    await arbiter.api.post(f"{talk.desk}/question", {"to": ["customer"], "text": "Did you write to Lada meanwhile?"})
    await talk.customer.api.post(
        f"/disputes/{talk.dispute_id}/messages", {"text": "Yes, in the chat.", "attachments": []}
    )
    offer = {"to_customer": rub(50_000), "text": "Half and half?"}
    await talk.performer.api.post(f"/disputes/{talk.dispute_id}/proposals", offer)
    await arbiter.api.post(
        f"{job.desk}/question", {"to": ["customer", "performer"], "text": "What was agreed on Black?"}
    )
    verdict = {"to_customer": rub(500_000), "to_performer": rub(750_000), "reasons": "Half of it was not delivered."}
    await arbiter.api.post(f"{over.desk}/verdict", verdict)
    return talk, {"free": free.desk, "filmed": talk.desk, "worked": job.desk, "over": over.desk}


async def _delivered(town: Town, customer: Person, performer: Person, twip_id: str) -> str:
    """An order of work that waits for its acceptance, with a few words said in it."""
    await town.top_up(customer, 450_000)
    ordered = await town.order_work(customer, twip_id, 450_000)
    order = f"/orders/{ordered['id']}"
    await customer.api.post(
        f"{order}/messages", {"text": "Партии приложу завтра. Играю с обеих сторон.", "attachments": []}
    )
    await performer.api.post(f"{order}/start")
    await performer.api.post(
        f"{order}/deliver", {"text": "Репертуар готов: двадцать вариантов за белых, столько же за чёрных."}
    )
    return str(ordered["id"])


async def _working(town: Town, customer: Person, performer: Person) -> str:
    """An order of work that is under way, longer than pages are looked at."""
    twip_id = await town.publish_as(performer, town.work(450_000, 90))
    await town.top_up(customer, 450_000)
    ordered = await town.order_work(customer, twip_id, 450_000)
    await performer.api.post(f"/orders/{ordered['id']}/start")
    return str(ordered["id"])


async def still_there(town: Town, here: Cast, picture: Picture) -> None:
    """What waits for its acceptance is accepted by silence after 70 seconds: another one is made in time."""
    if "{delivered}" in picture.path and time.monotonic() - here.delivered_s > FRESH_S:
        delivered = await _delivered(town, here.rich, here.performer, here.things["work"])
        here.things["delivered"], here.delivered_s = delivered, time.monotonic()


async def _reviewed(town: Town, customer: Person, performer: Person, twip_id: str) -> str:
    """An order of work that is over, with what its customer says of it and the reply."""
    await town.top_up(customer, 450_000)
    order = f"/orders/{(ordered := await town.order_work(customer, twip_id, 450_000))['id']}"
    await performer.api.post(f"{order}/start")
    await performer.api.post(f"{order}/deliver", {"text": "Готово."})
    await customer.api.post(f"{order}/accept")
    said = "Репертуар по делу: каждый вариант с планом и типичными ошибками. Ждать пришлось на день дольше обещанного."
    await customer.api.put(f"{order}/review", {"stars": 4, "text": said})
    await performer.api.put(f"{order}/review/reply", {"text": "Спасибо! Теперь я закладываю на партии лишний день."})
    return str(ordered["id"])


async def arrive(town: Town, data: Path) -> Cast:
    """The cast of a product that has nobody in it yet."""
    await staff.moderator(town, data)
    return await cast(town, await staff.admin(town, data), await staff.arbiter(town, data))


CALM = """() => document.querySelector("#app main h1") !== null
  && document.querySelector("#served, [aria-busy=true], .skeleton") === null"""


def settle(page: Page, within_s: float = 5) -> None:
    """Waits until nothing is on its way any more, which it looks for at short intervals, and finds twice: an expectation that is not met at
    once looks again later and later. What takes longer is left to expectations, which say what it is."""
    calm, until = 0, time.monotonic() + within_s
    while calm < 2 and time.monotonic() < until:
        page.wait_for_timeout(20)
        calm = calm + 1 if page.evaluate(CALM) else 0
    expect(page.locator("#app main h1").first).to_be_attached()
    expect(page.locator("#served, [aria-busy=true], .skeleton")).to_have_count(0)
    page.evaluate("document.fonts.ready")


def arrived(page: Page, picture: Picture) -> None:
    """Waits until the page has all that it asked for; the style guide shows loading states on purpose."""
    if picture.name == "styleguide":
        expect(page.locator("main h1")).to_be_attached()
    else:
        settle(page)


def _answer(route: Route, change: Callable[[Json], Json]) -> None:
    if route.request.method != "GET":
        return route.fallback()
    said = route.fetch()
    return route.fulfill(response=said, json=change(said.json()))


def show(page: Page, origin: str, picture: Picture, here: Cast) -> None:
    """Brings a page into the picture's state."""
    page.unroute_all()
    if picture.answered:
        pattern, change = picture.answered
        page.route(pattern, lambda route: _answer(route, change))
    page.goto(origin + picture.path.format(twip=here.twip_id, **here.things))
    arrived(page, picture)
    if picture.act:
        picture.act(page)
