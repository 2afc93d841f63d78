"""What customers say of their orders, over HTTP: written, replied to, read by everybody, counted in the rating, and found by it (D24)."""

import pytest

from driver.api import Api
from driver.people import Person, Town
from tests.journeys.acts import refused

PRICE = 70_007


async def done(town: Town, performer: Person, twip_id: str, name: str) -> tuple[Person, str]:
    """Somebody whose order of a work is accepted, and the order's path."""
    customer = await town.join(name)
    await town.top_up(customer, PRICE)
    path = f"/orders/{(await town.order_work(customer, twip_id, PRICE))['id']}"
    await performer.api.post(f"{path}/start")
    await performer.api.post(f"{path}/deliver", {"text": "Here it is"})
    await customer.api.post(f"{path}/accept")
    return customer, path


@pytest.mark.rule("R64", "D23", "D24", "D34", "E1", "E4")
async def test_a_review_is_written_replied_to_read_by_everybody_and_found_by(town: Town) -> None:
    stranger, performer = Api(town.http), await town.join("Pavel")
    twip_id = await town.publish_as(performer, town.work(PRICE, 9))
    customer, path = await done(town, performer, twip_id, "Vera")
    asked = (await customer.api.get(path))["review"]
    assert (asked["written"], asked["may"]) == (None, "write")

    assert (await refused(performer.api.put(f"{path}/review", {"stars": 5, "text": "Myself"}))).status == 403
    said = {"stars": 5, "text": "Quick and exact"}
    assert await customer.api.put(f"{path}/review", said) == await customer.api.put(f"{path}/review", said)
    await town.mail(performer.email, "Quick and exact")
    await performer.api.put(f"{path}/review/reply", {"text": "Thank you"})

    async def read(where: str) -> list[tuple[str, int, str, str]]:
        found = await stranger.pages(where)
        return [(one["author_name"], one["stars"], one["text"], one["reply"]["text"]) for one in found]

    expected = [("Vera", 5, "Quick and exact", "Thank you")]
    assert await read(f"/twips/{twip_id}/reviews") == await read(f"/users/{performer.user_id}/reviews") == expected
    person = await stranger.get(f"/users/{performer.user_id}")
    assert (person["rating"]["stars"], person["rating"]["reviews"]) == (4.2, 1)

    async def best() -> bool:
        found = await stranger.get("/twips", sort="rating", kind="work", rating_min=4.2)
        return twip_id in [card["id"] for card in found["items"]]

    await town.until("it is found by its rating", best)

    another, over = await refusal_of(town, performer, twip_id)
    rated = await stranger.get(f"/users/{performer.user_id}")
    assert (rated["rating"]["stars"], rated["rating"]["refusals"]) == (3.9, 1)
    await another.api.post(f"{over}/waive")
    assert (await stranger.get(f"/users/{performer.user_id}"))["rating"] == person["rating"]


async def refusal_of(town: Town, performer: Person, twip_id: str) -> tuple[Person, str]:
    """Somebody whose order was refused, and the order's path."""
    customer = await town.join("Oleg")
    await town.top_up(customer, PRICE)
    path = f"/orders/{(await town.order_work(customer, twip_id, PRICE))['id']}"
    await performer.api.post(f"{path}/refuse", {"reason": "I have broken my arm"})
    return customer, path
