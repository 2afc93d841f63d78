"""What a performer says of themselves, for the gallery's pictures of their page."""

import re

from playwright.sync_api import Page, expect

from driver.api import Json
from driver.people import Person, Town

SAID = {
    "ru": {
        "profession": "Преподаватель английского, Казань",
        "about": "Двенадцать лет готовлю к IELTS и к переезду. Разбираю эссе построчно: что снижает балл и чем это заменить.\n\n"
        "Говорю сразу, если до нужного балла за ваш срок не дойти.",
    },
    "en": {"profession": "English teacher, Kazan", "about": ""},
}


async def introduce(performer: Person) -> str:
    """Says it on the performer's page; answers whose page it is."""
    await performer.api.put("/me/about", {"texts": SAID})
    return performer.user_id


def reachable(said: Json) -> Json:
    """A performer who is on the site and has held sessions."""
    return {**said, "status": "available", "callable": True, "uncallable_reason": None, "sessions_held": 212}


def refuse(page: Page) -> None:
    """An address in the text is refused beside its field."""
    form = page.locator("form[aria-labelledby=my-page]")
    form.locator("textarea").first.fill("Пишите мне: example.org/irina")
    form.locator("button[type=submit]").click()
    expect(form.locator("[aria-invalid=true]")).to_have_attribute("name", re.compile("about"))


async def mark(town: Town, by: Person, performer: Person, twip_id: str) -> str:
    """Marks a twip, the performer, and a twip that is taken off the market then; answers its id."""
    gone = await town.publish(performer, video=120_000)
    for path in (f"/me/favourites/{twip_id}", f"/me/favourites/{gone}", f"/me/people/{performer.user_id}"):
        await by.api.call("PUT", path)
    await performer.api.post(f"/twips/{gone}/withdraw")
    return gone
