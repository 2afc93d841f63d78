"""The third story: a file and a link, which are the customer's as soon as they are paid for."""

from demo.stage import Stage, money, share
from driver.api import Refused
from driver.people import Person, Town

PRICE_MINOR = 120_001
CARDS = "Дебюты, 100 карточек.txt", b"1. e4 e5 2. Nf3 Nc6 3. Bb5", "text/plain"
VIDEOS = "https://example.com/openings"


async def play(town: Town, stage: Stage, customer: Person, performer: Person) -> None:
    """From the offer to the download. Raises Broken on the first claim that does not hold."""
    stage.scene("Files, which are the customer's at once")
    twip_id = await publish(town, stage, performer)
    page = await customer.api.get(f"/twips/{twip_id}")
    stage.claim("whoever has not paid is not told where the link leads", VIDEOS not in str(page))
    await town.top_up(customer, PRICE_MINOR)
    before, earned = await customer.available(), await performer.available()
    order = await town.order_files(customer, twip_id, PRICE_MINOR)
    stage.accounts |= {"customer": await customer.available(), "performer": await performer.available()}
    stage.tell("customer", "buys them")
    stage.equal("the price has left her account", stage.accounts["customer"], before - PRICE_MINOR)
    stage.equal("the performer has it, less 15 %", stage.accounts["performer"], earned + share(PRICE_MINOR))
    await download(stage, customer, performer, f"/orders/{order['id']}/goods")
    stage.equal("the same files are not sold to her again", await refusal(town, customer, twip_id), "already_ordered")


async def publish(town: Town, stage: Stage, performer: Person) -> str:
    """The draft comes first, then its file; the moderator looks at both."""
    draft = town.files(PRICE_MINOR, [VIDEOS])
    made = await performer.api.post("/twips", draft)
    name, body, media_type = CARDS
    file_id = await performer.sell(made["id"], name, body, media_type)
    chosen = {"version": made["version"], "files": {**draft["files"], "files": [file_id]}}
    await performer.api.call("PATCH", f"/twips/{made['id']}", chosen)
    await town.approve(await performer.api.post(f"/twips/{made['id']}/submit"))
    stage.tell("performer", f"offers a file and a link for {money(PRICE_MINOR)}; the moderator approves them")
    return str(made["id"])


async def download(stage: Stage, customer: Person, performer: Person, path: str) -> None:
    """The goods, as they were sold."""
    name, body, _ = CARDS
    goods = await customer.api.get(path)
    stage.equal("she reads where the link leads", goods["links"], [VIDEOS])
    link = await customer.api.post(f"{path}/{goods['files'][0]['id']}/link")
    got = (await customer.api.http.get(link["url"])).raise_for_status()
    stage.tell("customer", f"fetches “{name}”")
    stage.equal("it is what the performer has sent, byte for byte", got.content, body)
    stage.claim("it comes as an attachment", got.headers["content-disposition"].startswith("attachment"))
    given = [file["given"] for file in (await performer.api.get(path))["files"]]
    stage.equal("both sides see that it was fetched once", given, [1])


async def refusal(town: Town, customer: Person, twip_id: str) -> str:
    """The code under which an order is refused."""
    try:
        await town.order_files(customer, twip_id, PRICE_MINOR)
    except Refused as refused:
        return str(refused.body["code"])
    return ""
