"""Twips of files as their authors and moderators find them."""

import hashlib
import json
import tempfile
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from driver.api import Json
from driver.people import Person, Town

MB = 2**20
PART = 16 * MB
BEGUN = 33 * MB
PRICE = 49_000


async def begun(town: Town, author: Person) -> str:
    """A draft with two files, a link, and an upload of which one part has arrived."""
    twip_id = await _drafted(town, author, "Дебюты за белых.pdf", "Партии.zip")
    described = {"name": "Разбор партий, уроки 1–12.mp4", "type": "video/mp4", "size": BEGUN}
    upload = await author.api.post(f"/twips/{twip_id}/uploads", described)
    last = bytes(BEGUN - 2 * PART)
    digest = hashlib.sha256(last).hexdigest()
    link = (await author.api.post(f"/uploads/{upload['id']}/parts", {"parts": {"3": digest}}))["parts"]["3"]
    (await author.api.http.put(link["url"], content=last, headers=link["headers"])).raise_for_status()
    return twip_id


async def revised(town: Town, author: Person) -> str:
    """A twip on sale whose revision, with another file, waits for a moderator."""
    twip_id = await _drafted(town, author, "Дебюты за белых.pdf", "Партии.zip")
    await town.approve(await author.api.post(f"/twips/{twip_id}/submit"))
    found = (await author.api.get(f"/twips/{twip_id}"))["revision"]
    kept, _ = found["published"]["files"]["files"]
    newer = await author.sell(twip_id, "Партии, второе издание.zip", b"moves", "application/zip")
    links = ["https://example.org/lessons", "https://example.org/lessons/endings"]
    files = {"price": found["published"]["files"]["price"], "files": [kept["id"], newer], "links": links}
    await author.api.call("PATCH", f"/twips/{twip_id}", {"version": found["version"], "files": files})
    await author.api.post(f"/twips/{twip_id}/submit")
    return twip_id


async def _drafted(town: Town, author: Person, *names: str) -> str:
    draft = town.files(PRICE, ["https://example.org/lessons"])
    made: Json = await author.api.post("/twips", draft)
    ids = [await author.sell(made["id"], name, name.encode() * 9_000, "application/zip") for name in names]
    change = {"version": made["version"], "files": {**draft["files"], "files": ids}}
    await author.api.call("PATCH", f"/twips/{made['id']}", change)
    return str(made["id"])


def send(page: Page) -> None:
    """A file has lost its connection on its way. What has arrived of it is made up, so that nothing of it stays with the twip."""
    digest = hashlib.sha256(bytes(PART)).hexdigest()

    def answer(route: Route) -> None:
        asked = json.loads(route.request.post_data or "")
        made = {
            "id": "made-up",
            "finished": False,
            "part_bytes": PART,
            "arrived": {"1": digest, "2": digest},
            "link": None,
            "link_expires_at": None,
            "expires_at": "2100-01-01T12:00:00Z",
        }
        route.fulfill(status=201, json={**asked, **made})

    page.route("**/api/uploads/made-up/parts", lambda route: route.abort())
    page.route("**/api/twips/*/uploads", answer, times=1)
    # Whoever leaves is asked.
    page.once("dialog", lambda asked: asked.accept())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "Разбор партий, уроки 13–24.mp4"
        with path.open("wb") as file:
            file.truncate(BEGUN)
        empty = Path(folder) / "Пустой.txt"
        empty.touch()
        page.locator("input[data-goods]").set_input_files([path, empty])
        expect(page.locator(".goods-still")).to_be_visible()


async def reworked(town: Town, performer: Person) -> str:
    """A work on sale whose revision waits for a moderator."""
    twip_id = await town.publish_as(performer, town.work(800_000, 21))
    kept: Json = await performer.api.get(f"/twips/{twip_id}")
    change = {**town.work(800_000, 14), "version": kept["revision"]["version"]}
    change.pop("kind")
    change["texts"]["en"]["bring"] = "Twenty of your games, won and lost."
    await performer.api.call("PATCH", f"/twips/{twip_id}", change)
    await performer.api.post(f"/twips/{twip_id}/submit")
    return twip_id
