"""What most journeys begin with, and how they ask about the end."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.storage.search.reader import NEWS_MS
from driver.api import Refused
from driver.client import Page
from driver.people import Person, Town


@dataclass(frozen=True)
class Scene:
    """A customer with an order, the performer whom it was ordered from, a tab of each, and the money left after the order."""

    customer: Person
    performer: Person
    customer_page: Page
    performer_page: Page
    twip_id: str
    order_id: str
    price_minor: int
    left_minor: int


async def cast(
    town: Town, *, video: int = 0, text: int = 0, left: int | None = None, performer_manners: bool = True
) -> Scene:
    """One order in the one mode that has a price. `left` is what the customer keeps after it; a block's price unless given."""
    price, mode = (video, "video") if video else (text, "text")
    left_minor = price if left is None else left
    performer, customer = await town.join("Pavel"), await town.join("Vera")
    twip_id = await town.publish(performer, **{mode: price})
    await performer.api.put("/me/status", {"status": "available"})
    await town.top_up(customer, price + left_minor)
    order_id = await orders_for(town, customer, twip_id, mode, price)
    performer_page, customer_page = await performer.page(manners=performer_manners), await customer.page()
    return Scene(customer, performer, customer_page, performer_page, twip_id, order_id, price, left_minor)


async def orders_for(town: Town, customer: Person, twip_id: str, mode: str, price_minor: int) -> str:
    """Places an order; answers its id."""
    return str((await town.order(customer, twip_id, mode, price_minor))["id"])


async def listed(town: Town, twip_id: str, **query: Any) -> None:
    """Waits until a twip is among the first that are found, whichever process is asked: each looks for a newer index now and then."""

    async def there() -> bool:
        found = await town.anonymous().get("/twips", **query)
        return any(twip["id"] == twip_id for twip in found["items"])

    await town.until("the twip in the index", there)
    await asyncio.sleep(NEWS_MS / 1000)


async def call_end(page: Page, session_id: str, within: float = 10) -> str:
    """How the ringing ended, as a page is told."""
    return str((await page.until("call.ended", within, session_id=session_id)).frame["reason"])


async def refused(act: Awaitable[Any]) -> Refused:
    """The refusal that an act meets."""
    with pytest.raises(Refused) as met:
        await act
    return met.value


async def debits(person: Person, session_id: str) -> dict[int, int]:
    """What a session's blocks took from a person's account, by block. A block that is there twice fails."""
    of_it = [posting for posting in await person.postings() if posting.get("session_id") == session_id]
    found = [posting for posting in of_it if posting["kind"] == "block"]
    blocks = [posting["block"] for posting in found]
    assert len(blocks) == len(set(blocks)), found
    return {posting["block"]: posting["amount"]["amount_minor"] for posting in found}
