"""Files and links from the shelf to the buyer, over HTTP: paid at once, had for good, by links that are counted; and a dispute about them
after the performer has spent the money (R77 to R84, D9, D10, D25)."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from driver.people import Person, Town, rub
from tests.journeys.acts import refused

PRICE = 100_001
SHARE = PRICE - PRICE * 1500 // 10_000
CARDS = "Карточки дебютов.pdf", b"%PDF-1.7 " + bytes(range(256)) * 64, "application/pdf"
CARDS_LATER = "Карточки, издание второе.pdf", b"%PDF-1.7 second " + bytes(range(256)) * 64, "application/pdf"
LINK = "https://disk.example/d/openings?key=secret"


@dataclass
class Sale:
    """Timur sells cards and a link; Vera has the money for them, and so much more."""

    town: Town
    customer: Person
    performer: Person
    twip_id: str
    draft: dict[str, Any]
    path: str = ""

    async def buys(self, who: Person | None = None, key: str | None = None) -> dict[str, Any]:
        """Vera, unless told otherwise."""
        bought = await self.town.order_files(who or self.customer, self.twip_id, PRICE, key)
        self.path = f"/orders/{bought['id']}"
        return bought

    async def link(self, reader: Person) -> Any:
        """To the first file of the order."""
        (file,) = (await reader.api.get(f"{self.path}/goods"))["files"]
        return await reader.api.post(f"{self.path}/goods/{file['id']}/link")


async def on_sale(town: Town, *, more: int = 0) -> Sale:
    performer, customer = await town.join("Timur"), await town.join("Vera")
    draft = await performer.api.post("/twips", town.files(PRICE, [LINK]))
    edited = await named(performer, draft, await performer.sell(draft["id"], *CARDS))
    await town.approve(await performer.api.post(f"/twips/{draft['id']}/submit"))
    await town.top_up(customer, PRICE + more)
    return Sale(town, customer, performer, draft["id"], edited)


async def named(author: Person, draft: dict[str, Any], file_id: str) -> dict[str, Any]:
    """The draft with this file, and this alone."""
    files = {"price": rub(PRICE), "files": [file_id], "links": [LINK]}
    edit = {"version": draft["version"], "files": files}
    edited: dict[str, Any] = await author.api.call("PATCH", f"/twips/{draft['id']}", edit)
    return edited


@pytest.mark.rule("R26", "R31", "R33", "R77", "R78", "R79", "R80", "R81", "R82", "D9", "D26", "D34")
async def test_files_are_bought_with_one_request_paid_at_once_and_fetched_by_their_buyer_alone(town: Town) -> None:
    sale, stranger = await on_sale(town, more=PRICE), await town.join("Mallory")
    bought = await sale.buys(key="one-purchase")
    assert (bought["state"], bought["acts"], bought["files"]["access"]) == ("bought", [], True)
    assert (await sale.customer.available(), await sale.performer.available()) == (PRICE, SHARE)
    assert sale.path in await town.mail(sale.performer.email, sale.path)
    (sold,) = (await sale.performer.api.get("/orders", role="performer"))["items"]
    assert (sold["id"], sold["files"]["matures_at"]) == (bought["id"], bought["files"]["matures_at"])

    goods = await sale.customer.api.get(f"{sale.path}/goods")
    assert (goods["links"], [(it["name"], it["size"]) for it in goods["files"]]) == (
        [LINK],
        [(CARDS[0], len(CARDS[1]))],
    )
    whole = await town.http.get((await sale.link(sale.customer))["url"])
    assert (whole.status_code, whole.content) == (200, CARDS[1])
    assert whole.headers["content-disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%D0%9A%D0%B0%D1%80%D1%82%D0%BE%D1%87%D0%BA%D0%B8" in whole.headers["content-disposition"]
    rest = await town.http.get((await sale.link(sale.customer))["url"], headers={"Range": "bytes=9000-"})
    assert (rest.status_code, rest.content) == (206, CARDS[1][9_000:])
    (seen,) = (await sale.performer.api.get(f"{sale.path}/goods"))["files"]
    assert seen["given"] == 2

    for path in (sale.path, f"{sale.path}/goods", f"{sale.path}/thread"):
        assert (await refused(stranger.api.get(path))).status == 404
    assert (await refused(stranger.api.post(f"{sale.path}/goods/{seen['id']}/link"))).status == 404
    assert (await sale.buys(key="one-purchase"))["id"] == bought["id"]
    again = await refused(sale.buys(key="another-purchase"))
    assert (again.status, again.code, again.body["order_id"]) == (409, "already_ordered", bought["id"])
    page = await sale.customer.api.get(f"/twips/{sale.twip_id}")
    assert (page["latest_order"], page["bought"]) == (bought["id"], True)
    assert [posting["kind"] for posting in await sale.customer.postings()] == ["sale", "top_up"]
    await sale.customer.api.post(f"{sale.path}/messages", {"text": "Thank you"})
    (entry,) = await sale.performer.api.pages(f"{sale.path}/thread")
    assert entry["text"] == "Thank you"


@pytest.mark.rule("D9", "D12")
async def test_of_purchases_at_the_same_moment_one_is_made(town: Town) -> None:
    sale = await on_sale(town, more=4 * PRICE)
    found = await asyncio.gather(*(sale.buys(key=f"purchase-{n}") for n in range(4)), return_exceptions=True)
    (bought,) = [one for one in found if isinstance(one, dict)]
    assert {getattr(one, "code", "") for one in found if not isinstance(one, dict)} == {"already_ordered"}
    assert await sale.customer.available() == 4 * PRICE
    assert [it["id"] for it in await sale.customer.api.pages("/orders", role="customer")] == [bought["id"]]


@pytest.mark.rule("D10", "D33")
async def test_a_buyer_keeps_the_version_that_was_bought_and_the_next_gets_the_next(town: Town) -> None:
    sale, later = await on_sale(town), await town.join("Dina")
    await sale.buys()
    newer = await sale.performer.sell(sale.twip_id, *CARDS_LATER)
    mine = await sale.performer.api.get(f"/twips/{sale.twip_id}")
    await named(sale.performer, {**sale.draft, "version": mine["revision"]["version"]}, newer)
    await town.approve(await sale.performer.api.post(f"/twips/{sale.twip_id}/submit"))
    assert (await town.http.get((await sale.link(sale.customer))["url"])).content == CARDS[1]
    await town.top_up(later, PRICE)
    await sale.buys(later)
    assert (await town.http.get((await sale.link(later))["url"])).content == CARDS_LATER[1]
    await sale.performer.api.post(f"/twips/{sale.twip_id}/withdraw")
    assert (await town.http.get((await sale.link(later))["url"])).content == CARDS_LATER[1]


@pytest.mark.rule("R83", "R84", "D25", "D27", "D28")
async def test_a_verdict_takes_back_what_the_performer_has_spent_and_ends_the_access(town: Town) -> None:
    sale, nina, baker = await on_sale(town), await town.member("arbiter"), await town.join("Baker")
    bought = await sale.buys()
    advice = await town.publish(baker, text=SHARE)
    await town.order(sale.performer, advice, "text", SHARE)
    assert await sale.performer.available() == 0

    opened = await sale.customer.api.post(f"{sale.path}/disputes", {"text": "Half of the pages are empty"})
    path = f"/disputes/{opened['id']}"
    assert (opened["amount"], opened["in_escrow"]) == (rub(PRICE), rub(0))
    assert (await sale.performer.api.get(sale.path))["files"]["matures_at"] is None
    await sale.performer.api.post(f"{path}/answer", {"text": "They are not"})
    await nina.api.post(f"/admin{path}/assign")
    (file,) = (await nina.api.get(f"/admin{path}/goods"))["files"]
    looked = await nina.api.post(f"/admin{path}/goods/{file['id']}/link")
    assert (await town.http.get(looked["url"])).content == CARDS[1]
    verdict = {"to_customer": rub(PRICE), "to_performer": rub(0), "reasons": "They are empty", "keeps_goods": False}
    over = await nina.api.post(f"/admin{path}/verdict", verdict)
    assert (over["phase"], over["outcome"]["keeps_goods"]) == ("decided", False)
    assert (await sale.customer.available(), await sale.performer.available()) == (PRICE, -SHARE)
    gone = await refused(sale.customer.api.get(f"{sale.path}/goods"))
    assert (gone.status, gone.code, gone.body["state"]) == (409, "wrong_state", "revoked")
    assert (await sale.customer.api.get(f"/twips/{sale.twip_id}"))["bought"] is False

    assert (await sale.buys())["id"] != bought["id"]
    assert await sale.performer.available() == 0, "a later sale settles the debt"
    assert (await sale.customer.api.get(f"{sale.path}/goods"))["links"] == [LINK]
