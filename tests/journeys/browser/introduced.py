"""What a performer says of themselves, for the gallery's pictures of their page."""

import re

from playwright.sync_api import Page, expect

from driver.api import Json
from driver.people import Person

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
