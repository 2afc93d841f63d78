"""The story: from sign-up to the cut, a verdict, and a download, told by two clients, every claim of it checked."""

import asyncio
from dataclasses import dataclass
from itertools import accumulate

from rich.text import Text

from demo import cloud, files, work
from demo.stage import Clockwork, Row, Stage, money, share, statement
from driver.api import Json, Refused
from driver.call import ended, start_text, start_video
from driver.client import Page
from driver.people import Person, Town

VIDEO_MINOR, TEXT_MINOR = 90_001, 45_000
"""Per block. The odd kopeck shows that the commission is rounded down."""
TOLD_MS = 3_000
REPLY = "It is. Begin with the main line."


@dataclass
class Cast:
    """Who plays."""

    customer: Person
    performer: Person
    customer_page: Page
    performer_page: Page
    twip_id: str

    @property
    def names(self) -> tuple[str, str]:
        """The customer's and the performer's."""
        return self.customer.name, self.performer.name

    @property
    def pages(self) -> tuple[Page, Page]:
        """The customer's tab and the performer's."""
        return self.customer_page, self.performer_page


async def play(town: Town, stage: Stage, block_ms: int) -> None:
    """The whole of it. Raises Broken on the first claim that does not hold."""
    stage.names |= {"customer": "Vera", "performer": "Pavel", "moderator": "Moderator", "service": "Twip"}
    cast = await sign_up(town, stage)
    follow(stage, cast)
    order_id = await order_video(town, stage, cast)
    await leave_at_once(stage, cast, order_id, block_ms)
    await talk_until_the_money_is_out(stage, cast, order_id, block_ms)
    await text_and_hang_up(town, stage, cast, block_ms)
    await work.play(town, stage, cast.customer, cast.performer)
    await files.play(town, stage, cast.customer, cast.performer)
    await reckon(stage, cast)


async def sign_up(town: Town, stage: Stage) -> Cast:
    """Two people join, one of them offers a consultation, the moderator lets it through."""
    stage.scene("Two people join")
    customer, performer = await asyncio.gather(town.join("Vera"), town.join("Pavel"))
    for who in ("customer", "performer"):
        stage.tell(who, "registers, opens the link in the mail, signs in")
    stage.accounts = {"customer": await customer.available(), "performer": await performer.available()}
    twip = await performer.api.post("/twips", town.consultation(video=VIDEO_MINOR, text=TEXT_MINOR))
    submitted = await performer.api.post(f"/twips/{twip['id']}/submit")
    prices = f"video {money(VIDEO_MINOR)}, text {money(TEXT_MINOR)}"
    stage.tell("performer", f"writes a twip, “Chess openings”: {prices}")
    stage.equal("nobody else can read it before a moderator has", await status_of(customer, twip["id"]), 404)
    await town.approve(submitted)
    performer.offers = True
    stage.tell("moderator", "reads and approves it")
    stage.equal("now everybody can", await status_of(customer, twip["id"]), 200)
    await town.until("the search index", lambda: found(customer, twip["id"], "дебюта"))
    stage.claim("a search for «дебюта» finds «Шахматные дебюты»", True)
    await performer.api.put("/me/status", {"status": "available"})
    performer_page, customer_page = await performer.page(), await customer.page()
    stage.tell("performer", "opens the site and can be called")
    return Cast(customer, performer, customer_page, performer_page, str(twip["id"]))


async def status_of(reader: Person, twip_id: str) -> int:
    """What a reader of a twip's page gets."""
    try:
        await reader.api.get(f"/twips/{twip_id}")
    except Refused as refusal:
        return refusal.status
    return 200


async def found(reader: Person, twip_id: str, words: str) -> bool:
    """Whether the search finds it."""
    page = await reader.api.get("/twips", q=words, sort="newest")
    return any(item["id"] == twip_id for item in page["items"])


def follow(stage: Stage, cast: Cast) -> None:
    """From now on the balances at the margin are those that the frames tell."""
    for role, page in (("customer", cast.customer_page), ("performer", cast.performer_page)):
        page.on_frame = lambda frame, role=role: hear(stage, role, frame)


def hear(stage: Stage, role: str, frame: Json) -> None:
    """What the pages' status bars would show (R52)."""
    balance = frame.get("balance_minor", frame.get("available_minor"))
    if isinstance(balance, int):
        stage.accounts[role] = balance
    if stage.clockwork and "paid_until_ms" in frame:
        stage.clockwork.paid_until_ms = frame["paid_until_ms"]
    if stage.clockwork and frame["type"] == "session.low_balance" and role == "customer":
        stage.clockwork.note = f"{money(frame['missing_minor'])} short"


async def order_video(town: Town, stage: Stage, cast: Cast) -> str:
    """The account is empty, the exact missing sum is named, topped up, and the order placed."""
    stage.scene("An order")
    missing = None
    try:
        await town.order(cast.customer, cast.twip_id, "video", VIDEO_MINOR)
    except Refused as refusal:
        missing = refusal.status, refusal.body["missing"]["amount_minor"]
    stage.equal(
        "on an empty account the order is refused, and the missing sum named",
        missing,
        (402, VIDEO_MINOR),
    )
    await top_up(town, stage, cast, 3 * VIDEO_MINOR)
    order = await town.order(cast.customer, cast.twip_id, "video", VIDEO_MINOR)
    stage.accounts["customer"] = await cast.customer.available()
    stage.tell("customer", "orders a video consultation")
    stage.equal("the first block is paid with the order", stage.accounts["customer"], 2 * VIDEO_MINOR)
    return str(order["id"])


async def top_up(town: Town, stage: Stage, cast: Cast, minor: int) -> None:
    """Through the sandbox provider's page and its signed webhook."""
    before = await cast.customer.available()
    await town.top_up(cast.customer, minor)
    stage.accounts["customer"] = await cast.customer.available()
    stage.tell("customer", f"tops up {money(minor)} through the payment provider")
    stage.equal("the account has grown by exactly that", stage.accounts["customer"] - before, minor)


async def leave_at_once(stage: Stage, cast: Cast, order_id: str, block_ms: int) -> None:
    """The void: the customer leaves a first session within its first minute."""
    stage.scene("A video call, left within its first minute")
    before = stage.accounts["customer"]
    started = await start_video(*cast.pages, order_id)
    run(stage, "video", started, block_ms)
    stage.tell("customer", "calls")
    stage.tell("performer", "answers and starts; Vera sees the first picture: the clock runs")
    stage.claim("the session can still become void", started["voidable_until_ms"] > started["t0_ms"])
    await asyncio.sleep(1.5)
    await cast.customer_page.end()
    stage.tell("customer", "hangs up")
    ends = await ended(*cast.pages, session_id=started["session_id"], within=10)
    halt(stage)
    for name, (told, _) in zip(cast.names, ends, strict=True):
        stage.equal(f"{name} is told: void, nothing charged", (told["reason"], told["billed_minor"]), ("void", 0))
    stage.accounts["customer"] = await cast.customer.available()
    stage.equal("not a kopeck has moved", stage.accounts["customer"], before)


async def talk_until_the_money_is_out(stage: Stage, cast: Cast, order_id: str, block_ms: int) -> None:
    """Three blocks, and the cut at the boundary that the account does not cover."""
    stage.scene("The retry: three blocks, and no money for a fourth")
    started = await start_video(*cast.pages, order_id)
    run(stage, "video", started, block_ms)
    session_id, cut_ms, earned = started["session_id"], started["t0_ms"] + 3 * block_ms, share(VIDEO_MINOR)
    stage.tell("customer", "calls again, and they talk")
    stage.claim("the right to leave for free is spent", "voidable_until_ms" not in started)
    stage.equal("the prepaid block is the performer's, less 15 %", await cast.performer.available(), earned)
    for block in (1, 2):
        await hear_of_block(stage, cast, started, block, block_ms)
    warned = await cast.performer_page.until("session.low_balance", block_ms / 1000 + 10, session_id=session_id)
    stage.tell("service", f"warns both, {(cut_ms - warned.at_ms) / 1000:.1f} s before a boundary that is not covered")
    stage.claim("the performer is not told what the customer lacks", "missing_minor" not in warned.frame)
    ends = await ended(*cast.pages, session_id=session_id, within=block_ms / 1000 + 10)
    halt(stage)
    stage.tell("service", "cuts the session")
    for name, (told, at_ms) in zip(cast.names, ends, strict=True):
        facts = told["reason"], told["billed_blocks"]
        stage.equal(f"{name} is told: no money, three blocks charged", facts, ("insufficient_funds", 3))
        stage.equal("the recorded end is the boundary, to the millisecond", told["ended_ms"], cut_ms)
        stage.claim(f"it was told {at_ms - cut_ms} ms later, within 3 s", at_ms - cut_ms <= TOLD_MS, at_ms - cut_ms)
    stage.equal("the customer's account is empty, not overdrawn", await cast.customer.available(), 0)
    stage.equal("the performer has three shares", await cast.performer.available(), 3 * earned)


async def hear_of_block(stage: Stage, cast: Cast, started: Json, block: int, block_ms: int) -> None:
    """Both sides are told of a block, and it moved what it should."""
    boundary_ms, patience_s = started["t0_ms"] + block * block_ms, block_ms / 1000 + 10
    told = await asyncio.gather(
        *(
            page.until("session.charged", patience_s, session_id=started["session_id"], block=block)
            for page in cast.pages
        )
    )
    stage.tell("service", f"debits block {block}; told {told[0].at_ms - boundary_ms} ms after the boundary")
    paid, earned = (one.frame["amount_minor"] for one in told)
    who, whom = cast.names
    moved = (
        f"{who} {money(paid, sign=True)}, {whom} {money(earned, sign=True)}, the service keeps {money(-paid - earned)}"
    )
    stage.equal(moved, (paid, earned), (-VIDEO_MINOR, share(VIDEO_MINOR)))


async def text_and_hang_up(town: Town, stage: Stage, cast: Cast, block_ms: int) -> None:
    """A text consultation: the second message starts the clock, a hang-up ends it."""
    stage.scene("A text consultation")
    await top_up(town, stage, cast, 2 * TEXT_MINOR)
    before = await cast.performer.available()
    order = await town.order(cast.customer, cast.twip_id, "text", TEXT_MINOR)
    stage.accounts["customer"] = await cast.customer.available()
    stage.tell("customer", "orders it, calls, and writes")
    lines = "Good afternoon!", "Is the Sicilian a good choice for a beginner?"
    started = await start_text(*cast.pages, str(order["id"]), *lines)
    run(stage, "text", started, block_ms)
    for line in lines:
        stage.tell("customer", f"“{line}”")
    second = await cast.performer_page.until("chat.message", text=lines[1])
    stage.equal("her second message started the clock", second.frame["at_ms"], started["t0_ms"])
    await cast.performer_page.say(REPLY)
    stage.tell("performer", f"“{REPLY}”")
    await asyncio.sleep(2)
    await cast.customer_page.end()
    stage.tell("customer", "hangs up")
    ends = await ended(*cast.pages, session_id=started["session_id"], within=10)
    halt(stage)
    for name, (told, _) in zip(cast.names, ends, strict=True):
        facts = told["reason"], told["billed_blocks"]
        stage.equal(f"{name} is told: one block is charged", facts, ("customer_hangup", 1))
    stage.accounts |= {"customer": await cast.customer.available(), "performer": await cast.performer.available()}
    stage.equal("it was the prepaid one", stage.accounts["customer"], TEXT_MINOR)
    stage.equal("the performer has one share more", stage.accounts["performer"] - before, share(TEXT_MINOR))
    said = [message["text"] for message in await town.transcript(cast.performer, started["session_id"])]
    stage.equal("the transcript keeps what was said", sorted(said), sorted([*lines, REPLY]))


async def reckon(stage: Stage, cast: Cast) -> None:
    """Both statements, and the books."""
    stage.scene("The statements")
    for role, person in (("customer", cast.customer), ("performer", cast.performer)):
        rows = await rows_of(person)
        stage.show(statement(stage.names[role], rows))
        running = list(accumulate(row.amount for row in rows))
        stage.equal("each balance is the sum of what stands above it", running, [row.balance for row in rows])
        stage.equal("and the last one is the account", running[-1], await person.available())
    stage.scene("The books")
    await audit(stage)


async def audit(stage: Stage) -> None:
    """`make audit`: the books of the whole service."""
    code, said = await asyncio.to_thread(cloud.audit)
    stage.show(Text(said.strip(), "default" if code == 0 else "red"))
    stage.equal("every balance of the service is the sum of its postings", code, 0)


async def rows_of(person: Person) -> list[Row]:
    """A statement, oldest first."""
    return [row_of(posting) for posting in reversed(await person.postings())]


def row_of(posting: Json) -> Row:
    """A line of it."""
    what = posting["kind"].replace("_", "-")
    if posting["session_id"]:
        what = f"block {posting['block']} (call {int(posting['session_id'].rpartition('-')[2])})"
    amounts = (posting[name]["amount_minor"] for name in ("commission", "amount", "balance_after"))
    return Row(posting["at"][11:19], what, *amounts)


def run(stage: Stage, title: str, started: Json, block_ms: int) -> None:
    """The clock at the foot starts."""
    stage.clockwork = Clockwork(title, started["t0_ms"], started["paid_until_ms"], block_ms)


def halt(stage: Stage) -> None:
    """The clock at the foot stops."""
    stage.clockwork = None
