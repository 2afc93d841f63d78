"""Every page of the client in the states that matter: looked at by axe in `make test`, and by people in `make shots`."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from demo.client import Json
from demo.people import Person, Town


@dataclass
class Cast:
    """People and things that pages are about."""

    customer: Person
    performer: Person
    newcomer: Person
    moderator: Person
    twip_id: str
    things: dict[str, str] = field(default_factory=dict)
    """Ids of what else there is: `order`, `session`, `draft`..."""


Act = Callable[[Page], None]


@dataclass(frozen=True)
class Picture:
    """A page in one state. `who`: a person of the cast, or nobody; `path` may name things of the cast, `{twip}`; `act` is done before one
    looks, and waits for what is to be seen."""

    name: str
    path: str
    who: str | None = None
    act: Act | None = None


def _type(text: str) -> Act:
    def act(page: Page) -> None:
        page.get_by_role("searchbox").fill(text)
        expect(page.get_by_role("article")).to_have_count(0)

    return act


def _press(page: Page) -> None:
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[aria-invalid=true], [role=alert]").first).to_be_visible()


PICTURES = (
    Picture("find", "/", "customer"),
    Picture("find-stranger", "/"),
    Picture("find-empty", "/", None, _type("zzzz qqqq")),
    Picture("find-soon", "/?kind=files"),
    Picture("sign-in", "/sign-in"),
    Picture("sign-in-errors", "/sign-in", None, _press),
    Picture("register", "/register"),
    Picture("register-errors", "/register", None, _press),
    Picture("forgot", "/forgot"),
    Picture("reset", "/reset#token=x"),
    Picture("confirm-dead", "/confirm#token=x"),
    Picture("guarded", "/orders"),
    Picture("missing", "/no/such/page"),
    Picture("styleguide", "/styleguide"),
)


async def cast(town: Town) -> Cast:
    """Everybody arrives."""
    performer, customer = await town.join("Ирина Ветрова"), await town.join("Олег Мартынов")
    newcomer, moderator = await town.join("Maeve Okoro"), await town.moderator()
    twip_id = await town.publish(performer, video=90_000, text=60_000)
    await performer.api.put(
        "/me/availability", {"zone": "Europe/Moscow", "grid": ["0" * 9 + "1" * 9 + "0" * 6] * 5 + ["0" * 24] * 2}
    )
    await performer.api.put("/me/status", {"status": "available"})
    await town.top_up(customer, 200_000)
    order: Json = await town.order(customer, twip_id, "video", 90_000)
    draft: Json = await newcomer.api.post("/twips", town.consultation(video=120_000))
    submitted: Json = await newcomer.api.post(f"/twips/{draft['id']}/submit")
    things = {"order": str(order["id"]), "draft": str(draft["id"]), "submitted": str(submitted["id"])}
    return Cast(customer, performer, newcomer, moderator, twip_id, things)


def settle(page: Page) -> None:
    """Waits until nothing is on its way any more."""
    expect(page.locator("#app > *").first).to_be_attached()
    expect(page.locator("[aria-busy=true], .skeleton")).to_have_count(0)
    page.evaluate("document.fonts.ready")


def show(page: Page, origin: str, picture: Picture, here: Cast) -> None:
    """Brings a page into the picture's state."""
    page.goto(origin + picture.path.format(twip=here.twip_id, **here.things))
    if picture.name != "styleguide":
        settle(page)
    if picture.act:
        picture.act(page)
