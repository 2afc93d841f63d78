"""Many sessions at once: how late their debits are told, and that nothing is billed twice."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from rich.table import Table

from demo.stage import Stage, percentiles, share
from demo.story import audit
from driver.api import Refused
from driver.call import ended, start_video
from driver.client import Page, Silence
from driver.people import Person, Town

T = TypeVar("T")
PRICE_MINOR = 90_001
CUT = "insufficient_funds"
BLOCKS = 3
"""Each customer can pay for so many, and is cut after them."""
CALLED_WITHIN = 2
"""Blocks within which all are called: so their boundaries are spread over a block, and they all talk at the same time in the third."""
AT_ONCE = 4
"""How many pairs get ready at the same time: joining is work for a hash that is slow by design."""


@dataclass
class Pair:
    """A customer and a performer with an order between them."""

    customer: Person
    performer: Person
    order_id: str
    pages: tuple[Page, Page]
    reason: str = ""
    billed: int = 0
    late_ms: list[int] = field(default_factory=list)
    told_ms: list[int] = field(default_factory=list)
    wrong: str = ""


async def play(town: Town, stage: Stage, block_ms: int, sessions: int) -> None:
    """Gets everybody ready, lets them talk until the money is out, and looks at every statement. Raises Broken."""
    stage.names |= {"service": "Twip"}
    stage.scene(f"{sessions} pairs get ready")
    began = time.monotonic()
    pairs = await in_turns([partial(ready, town, number) for number in range(sessions)])
    stage.tell(
        "service",
        f"{2 * sessions} people joined, {sessions} twips, {sessions} orders: {time.monotonic() - began:.0f} s",
    )
    stage.scene(f"{sessions} video calls, {BLOCKS} blocks each, then the cut")
    starts = [
        asyncio.create_task(talk(pair, number * CALLED_WITHIN * block_ms / 1000 / sessions, block_ms))
        for number, pair in enumerate(pairs)
    ]
    await asyncio.gather(*starts)
    reasons = Counter(pair.reason or "not started" for pair in pairs)
    stage.tell("service", "ended: " + ", ".join(f"{count} {reason}" for reason, count in reasons.most_common()))
    stage.claim(
        "most ran until their accounts were dry: else the figures say nothing", reasons[CUT] * 2 > sessions, reasons
    )
    table = Table(border_style="bright_black")
    for head in ("", "p50", "p99", "max", "of"):
        table.add_column(head, justify="right" if head else "left")
    for title, found in (
        ("a debit is told after its boundary, ms", [late for pair in pairs for late in pair.late_ms]),
        ("a cut is told after its boundary, ms", [late for pair in pairs for late in pair.told_ms]),
    ):
        figures = percentiles(found)
        table.add_row(title, *(f"{figures[name]:.0f}" for name in ("p50", "p99", "max")), str(len(found)))
    stage.show(table)
    paused = sum(len(pair.pages[0].all("session.interrupted")) for pair in pairs)
    stage.tell("service", f"paused {paused} times because a side was not heard from in time")
    stage.scene("The statements of all")
    await in_turns([partial(reckon, pair) for pair in pairs])
    wrong = [pair.wrong for pair in pairs if pair.wrong and pair.reason]
    stage.claim("every customer paid for each block once, and every performer has its share", not wrong, wrong[:3])
    await audit(stage)


async def in_turns(acts: list[Callable[[], Awaitable[T]]]) -> list[T]:
    """All of it, some at the same time."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(act: Callable[[], Awaitable[T]]) -> T:
        async with room:
            return await act()

    return list(await asyncio.gather(*(one(act) for act in acts)))


async def ready(town: Town, number: int) -> Pair:
    """Two people, a twip, money for all blocks, an order, a tab each."""
    performer, customer = await town.join(f"Pavel {number}"), await town.join(f"Vera {number}")
    twip_id = await town.publish(performer, video=PRICE_MINOR)
    await performer.api.put("/me/status", {"status": "available"})
    await town.top_up(customer, BLOCKS * PRICE_MINOR)
    order = await town.order(customer, twip_id, "video", PRICE_MINOR)
    return Pair(customer, performer, order["id"], (await customer.page(), await performer.page()))


async def talk(pair: Pair, delay_s: float, block_ms: int) -> None:
    """One session: called after `delay_s`, so that the boundaries of all are spread over a block."""
    await asyncio.sleep(delay_s)
    try:
        started = await start_video(*pair.pages, pair.order_id)
        patience_s = (BLOCKS + 3) * block_ms / 1000
        ends = await ended(*pair.pages, session_id=started["session_id"], within=patience_s)
    except (Refused, Silence) as failure:
        pair.wrong = f"order {pair.order_id}: {failure}"
        return
    pair.reason, pair.billed = ends[0][0]["reason"], ends[0][0]["billed_blocks"]
    for page in pair.pages:
        for charged in page.all("session.charged", session_id=started["session_id"]):
            if block := charged.frame["block"]:  # block 0 is told when it cannot become void any more: at no boundary
                pair.late_ms.append(charged.at_ms - started["t0_ms"] - block * block_ms)
    if pair.reason == CUT:
        pair.told_ms += [at_ms - told["ended_ms"] for told, at_ms in ends]


async def reckon(pair: Pair) -> None:
    """What the two statements say about the session, beside what its end said."""
    if pair.wrong:
        return
    paid = [posting for posting in await pair.customer.postings() if posting["amount"]["amount_minor"] < 0]
    keys = {posting["id"] for posting in paid}
    earned = sum(posting["amount"]["amount_minor"] for posting in await pair.performer.postings())
    debits = max(1, pair.billed)  # the first block is paid with the order, also when it was not used
    if (len(paid), len(keys), earned) != (debits, debits, pair.billed * share(PRICE_MINOR)):
        pair.wrong = f"order {pair.order_id}: {pair.billed} blocks billed, {len(paid)} debits, {earned} earned"
