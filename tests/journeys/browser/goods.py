"""Files and links that are sold, bought and disputed, made over plain HTTP for pages to show."""

from dataclasses import dataclass
from mimetypes import guess_type

from driver.api import Json
from driver.people import Person, Town, rub

PRICE = 50_000
SHARE = PRICE - PRICE * 1500 // 10_000
BOOK, BOARD = "Задачи на эндшпиль, 200 позиций с решениями.pdf", "دفتر التمارين.zip"
GOODS = {BOOK: b"%PDF-1.4\n" * 90_000, BOARD: b"PK" + bytes(48_000), "README": b"Start with the book.\n"}
LINKS = ("https://disk.example.org/d/endgame-videos", "https://lichess.example.org/study/4f8s0aXq?chapter=1")


@dataclass(frozen=True)
class Sale:
    """Who has bought what of whom."""

    customer: Person
    performer: Person
    twip_id: str
    order_id: str


async def published(town: Town, author: Person, draft: Json) -> str:
    """A twip of files, which sells the three besides its links, submitted and approved."""
    made: Json = await author.api.post("/twips", draft)
    types = {name: guess_type(name)[0] or "application/octet-stream" for name in GOODS}
    ids = [await author.sell(made["id"], name, body, types[name]) for name, body in GOODS.items()]
    chosen = {"version": made["version"], "files": {**draft["files"], "files": ids}}
    await author.api.call("PATCH", f"/twips/{made['id']}", chosen)
    await town.approve(await author.api.post(f"/twips/{made['id']}/submit"))
    return str(made["id"])


async def sold(town: Town, performer: Person, customer: Person) -> Sale:
    """Three files and two links, of which the first file was taken twice."""
    twip_id = await published(town, performer, town.files(PRICE, LINKS))
    await town.top_up(customer, PRICE)
    order_id = str((await town.order_files(customer, twip_id, PRICE))["id"])
    goods = await customer.api.get(f"/orders/{order_id}/goods")
    for _ in range(2):
        await customer.api.post(f"/orders/{order_id}/goods/{goods['files'][0]['id']}/link")
    return Sale(customer, performer, twip_id, order_id)


async def disputed(sale: Sale) -> str:
    """Its customer has opened a dispute; answers the id."""
    said = {"text": "Половина решений не сходится с диаграммами."}
    return str((await sale.customer.api.post(f"/orders/{sale.order_id}/disputes", said))["id"])


async def argued(sale: Sale, arbiter: Person) -> str:
    """It is answered, the customer offers to give all of it back for all of the money, and an arbiter has it; answers its id."""
    dispute_id = await disputed(sale)
    path = f"/disputes/{dispute_id}"
    await sale.performer.api.post(f"{path}/answer", {"text": "Опечатки исправлены в новой версии."})
    await sale.customer.api.post(f"{path}/proposals", {"to_customer": rub(PRICE), "text": "Верните деньги."})
    await arbiter.api.post(f"/admin{path}/assign")
    return dispute_id


async def revoked(sale: Sale, arbiter: Person) -> str:
    """The arbiter has given all of the money back, and ended the access; answers the dispute's id."""
    dispute_id = await argued(sale, arbiter)
    desk = f"/admin/disputes/{dispute_id}"
    verdict = {"to_customer": rub(PRICE), "to_performer": rub(0), "keeps_goods": False}
    await arbiter.api.post(f"{desk}/verdict", {**verdict, "reasons": "Решения не сходятся с диаграммами."})
    return dispute_id
