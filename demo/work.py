"""The second story: a work whose money is held, delivered, returned, disputed, and divided by an arbiter."""

from dataclasses import dataclass
from typing import Any

from demo.stage import Stage, money, share
from driver.api import Json, Refused
from driver.people import Person, Town, rub

PRICE_MINOR, DAYS = 450_001, 9
TO_PERFORMER = 300_000
SKETCH = "Репертуар.txt", b"1. e4 c5 2. Nf3", "text/plain"


@dataclass
class Job:
    """An order of work, its two sides, and whoever decides between them."""

    stage: Stage
    customer: Person
    performer: Person
    arbiter: Person
    path: str

    async def does(self, who: Person, act: str, body: Any = None, path: str = "") -> Json:
        """An act; the accounts at the margin follow."""
        done: Json = await who.api.post(f"{path or self.path}/{act}", body)
        self.stage.accounts |= {
            "customer": await self.customer.available(),
            "performer": await self.performer.available(),
        }
        return done


async def play(town: Town, stage: Stage, customer: Person, performer: Person) -> None:
    """From the order to the verdict. Raises Broken on the first claim that does not hold."""
    stage.names["arbiter"] = "Arbiter"
    job = await order(town, stage, customer, performer)
    await deliver(stage, job)
    await dispute(stage, job)


async def order(town: Town, stage: Stage, customer: Person, performer: Person) -> Job:
    """The whole price is debited, and nobody has it."""
    stage.scene("A work, whose money is held")
    twip_id = await town.publish_as(performer, town.work(PRICE_MINOR, DAYS))
    stage.tell("performer", f"offers a work for {money(PRICE_MINOR)}, in {DAYS} days; the moderator approves it")
    await town.top_up(customer, PRICE_MINOR)
    before, earned = await customer.available(), await performer.available()
    placed = await town.order_work(customer, twip_id, PRICE_MINOR)
    job = Job(stage, customer, performer, await town.member("arbiter"), f"/orders/{placed['id']}")
    stage.accounts |= {"customer": await customer.available(), "performer": await performer.available()}
    stage.tell("customer", "orders it")
    stage.equal("the whole price has left her account", stage.accounts["customer"], before - PRICE_MINOR)
    stage.equal("and is held: the performer has none of it", stage.accounts["performer"], earned)
    return job


async def deliver(stage: Stage, job: Job) -> None:
    """Started, delivered with a file, returned with reasons."""
    started = await job.does(job.performer, "start")
    stage.tell("performer", "starts the work")
    stage.equal("the term of delivery runs", started["deadline"]["name"], "delivery")
    name, body, media_type = SKETCH
    file_id = await job.performer.upload(name, body, media_type)
    await job.does(job.performer, "deliver", {"text": "Here it is.", "attachments": [file_id]})
    stage.tell("performer", f"delivers it, with a file, “{name}”")
    returned = await job.does(job.customer, "rework", {"reasons": "Black is missing."})
    stage.tell("customer", "returns it: “Black is missing.”")
    stage.equal("it is worked on again, and the money is held", returned["state"], "working")


async def dispute(stage: Stage, job: Job) -> None:
    """Opened, answered, and decided with a split."""
    stage.scene("A dispute about it")
    earned, left = await job.performer.available(), await job.customer.available()
    opened = await job.does(job.customer, "disputes", {"text": "He says that Black was never asked for."})
    path, desk = f"/disputes/{opened['id']}", f"/admin/disputes/{opened['id']}"
    stage.tell("customer", "opens a dispute")
    stage.equal("all of the price is in dispute", opened["amount"], rub(PRICE_MINOR))
    stage.equal("meanwhile nobody can do anything in the order", await acts(job), [])
    await job.does(job.performer, "answer", {"text": "It was not.", "attachments": []}, path)
    stage.tell("performer", "answers")
    await job.does(job.arbiter, "assign", path=desk)
    stage.tell("arbiter", "takes the case, and reads both")
    verdict = {
        "to_customer": rub(PRICE_MINOR - TO_PERFORMER),
        "to_performer": rub(TO_PERFORMER),
        "reasons": "White is worth two thirds.",
    }
    short = {**verdict, "to_performer": rub(TO_PERFORMER - 1)}
    stage.equal("a verdict that leaves a kopeck out is refused", await refusal(job, desk, short), "invalid_input")
    ruled = await job.does(job.arbiter, "verdict", verdict, desk)
    stage.tell("arbiter", f"decides: {money(TO_PERFORMER)} to the performer, the rest to the customer")
    stage.equal("both sides can read why", ruled["outcome"]["reasons"], verdict["reasons"])
    stage.equal("the performer has his part, less 15 %", stage.accounts["performer"], earned + share(TO_PERFORMER))
    stage.equal("the customer has hers, whole", stage.accounts["customer"], left + PRICE_MINOR - TO_PERFORMER)


async def acts(job: Job) -> list[str]:
    """What its customer may do in the order."""
    page: Json = await job.customer.api.get(job.path)
    found: list[str] = page["acts"]
    return found


async def refusal(job: Job, desk: str, verdict: Json) -> str:
    """The code under which a verdict is refused."""
    try:
        await job.does(job.arbiter, "verdict", verdict, desk)
    except Refused as refused:
        return str(refused.body["code"])
    return ""
