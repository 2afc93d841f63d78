"""How long after an act in an order the other side's page shows it, on a product that runs on this machine (R67, R68).

The two pages are clients of the APIs: a page is told by a frame, and reads the order again."""

import asyncio
import json
import statistics
import time
from dataclasses import dataclass

from demo.cloud import own_cloud
from driver.client import Page
from driver.people import Person, Town

PRICE_MINOR, DAYS = 100_000, 90
WARM, ACTS = 6, 60
CEILING_MS = 67
"""Of the median: a fifth above what was measured when this row was written (47 and 56 ms)."""


@dataclass(frozen=True)
class Shown:
    """Milliseconds from the request until the other side has read the order as it is after it."""

    acts: int
    p50_ms: float
    p95_ms: float


def shown() -> Shown:
    """Starts a product of its own. Raises NotStarted."""
    with own_cloud() as origin:
        return asyncio.run(_play(origin))


async def _play(origin: str) -> Shown:
    town = Town(origin)
    performer, customer = await town.join("Pavel"), await town.join("Vera")
    twip_id = await town.publish_as(performer, town.work(PRICE_MINOR, DAYS))
    await town.top_up(customer, PRICE_MINOR)
    path = f"/orders/{(await town.order_work(customer, twip_id, PRICE_MINOR))['id']}"
    await performer.api.post(f"{path}/start")
    pages = {customer.user_id: await customer.page(), performer.user_id: await performer.page()}
    took = []
    for turn in range((WARM + ACTS) // 2):
        took.append(await _act(performer, customer, pages[customer.user_id], path, "deliver", {"text": f"Turn {turn}"}))
        took.append(
            await _act(customer, performer, pages[performer.user_id], path, "rework", {"reasons": f"Again {turn}"})
        )
    await town.close()
    found = sorted(took[WARM:])
    return Shown(len(found), statistics.median(found), found[len(found) * 95 // 100])


async def _act(who: Person, other: Person, page: Page, path: str, act: str, said: dict[str, str]) -> float:
    since, began = len(page.received), time.perf_counter()
    request = asyncio.create_task(who.api.post(f"{path}/{act}", said))
    await page.until("order.updated", since=since)
    await other.api.get(path)
    seconds = time.perf_counter() - began
    await request
    return seconds * 1000


if __name__ == "__main__":
    print(json.dumps(shown().__dict__))
