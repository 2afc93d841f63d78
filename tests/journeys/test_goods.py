"""Files come into a twip and to the market as a page brings them, and nobody has them before they pay (R74 to R77, D1, D2, D26, D32)."""

import asyncio

import pytest

from driver.people import Town
from tests.journeys.acts import refused

PRICE = 40_000
CARDS = "Карточки.pdf", b"%PDF-1.7 " + bytes(range(256)) * 64, "application/pdf"
FILM = "Film.mp4", bytes(range(256)) * 80_000, "video/mp4"
"""Larger than one part."""
LINK = "https://disk.example/d/openings?key=secret"


@pytest.mark.rule("R74", "R75", "R76", "R77", "R9", "R10", "D1", "D26", "D32", "D34")
async def test_files_are_sent_over_a_break_chosen_looked_at_and_published_and_nobody_else_has_them(town: Town) -> None:
    author, stranger, moderator = await town.join("Timur"), await town.join("Mallory"), await town.moderator()
    draft = await author.api.post("/twips", town.files(PRICE, [LINK]))
    path = f"/twips/{draft['id']}"
    cards = await author.sell(draft["id"], f"../{CARDS[0]}", *CARDS[1:])
    described = {"name": FILM[0], "type": FILM[2], "size": len(FILM[1])}
    begun = await author.api.post(f"{path}/uploads", described, key="the-film")
    await author.send_parts(begun, FILM[1], only=[2])
    half = await refused(author.api.post(f"/uploads/{begun['id']}/complete"))
    assert (half.status, half.code, half.body["parts"]) == (409, "not_uploaded", [1])

    waiting = {it["id"]: it for it in (await author.api.get(f"{path}/uploads"))["items"]}
    assert (waiting[cards]["finished"], [*waiting[begun["id"]]["arrived"]]) == (True, ["2"])
    await author.send_parts(waiting[begun["id"]], FILM[1])
    for _ in range(2):
        assert (await author.api.post(f"/uploads/{begun['id']}/complete"))["finished"] is True
    files = {"price": {"amount_minor": PRICE, "currency": "RUB"}, "files": [begun["id"], cards]}
    edited = await author.api.call("PATCH", path, {"version": draft["version"], "files": files})
    assert [it["name"] for it in edited["draft"]["files"]["files"]] == [FILM[0], CARDS[0]]
    assert (await author.api.get(f"{path}/uploads"))["items"] == []

    submitted = await author.api.post(f"{path}/submit")
    for reader in (author, moderator):
        link = await reader.api.post(f"{path}/goods/{cards}/link")
        fetched = await town.http.get(link["url"])
        assert (fetched.status_code, fetched.content) == (200, CARDS[1])
        assert fetched.headers["content-disposition"].startswith("attachment;")
        link = await reader.api.post(f"{path}/goods/{begun['id']}/link")
        fetched = await town.http.get(link["url"], headers={"Range": "bytes=16777000-"})
        assert (fetched.status_code, fetched.content) == (206, FILM[1][16_777_000:])
    await town.approve(submitted)

    page = await stranger.api.get(path)
    assert [(it["name"], it["size"]) for it in page["content"]["files"]["files"]] == [
        (FILM[0], len(FILM[1])),
        (CARDS[0], len(CARDS[1])),
    ]
    assert (page["content"]["files"]["link_count"], page["content"]["files"]["links"]) == (1, None)
    assert "secret" not in str(page)
    assert (await refused(stranger.api.post(f"{path}/goods/{cards}/link"))).status == 404
    assert (await refused(moderator.api.post(f"{path}/goods/{cards}/link"))).status == 403


@pytest.mark.rule("D26", "D32")
async def test_while_large_files_go_up_others_are_answered(town: Town) -> None:
    author, reader = await town.join("Timur"), await town.join("Vera")
    draft = await author.api.post("/twips", town.files(PRICE))
    await reader.api.get("/me")
    sending = asyncio.gather(
        *(author.sell(draft["id"], f"{n}.bin", FILM[1] + bytes(n), "application/octet-stream") for n in range(3))
    )
    answered = 0
    while not sending.done():
        await reader.api.get("/me")
        answered += not sending.done()
    assert len(await sending) == 3
    assert answered
