"""The two sides of an order of work write to each other, with files, as two browsers would (R59, D26, D32)."""

import pytest

from driver.people import Town
from tests.journeys.acts import refused

PRICE = 250_000
PLAN = "План дома.pdf", b"%PDF-1.7 " + bytes(range(256)) * 64, "application/pdf"


@pytest.mark.rule("R59", "R66", "D26", "D32", "D34", "E17")
async def test_the_sides_correspond_with_files_and_nobody_else_reads_along(town: Town) -> None:
    performer, customer, stranger = await town.join("Timur"), await town.join("Vera"), await town.join("Mallory")
    twip_id = await town.publish_as(performer, town.work(PRICE, 10))
    await town.top_up(customer, PRICE)
    order_id = (await town.order_work(customer, twip_id, PRICE))["id"]
    path = f"/orders/{order_id}"
    page = await performer.page()
    name, body, media_type = PLAN
    sent = await customer.upload(f"../{name}", body, media_type)
    message = await customer.api.post(f"{path}/messages", {"text": "The design is attached.", "attachments": [sent]})
    assert message["attachments"] == [
        {"id": sent, "name": name, "type": media_type, "size": len(body), "scan": "not_scanned"}
    ]
    told = (await page.until("message.new", order_id=order_id)).frame
    assert (told["message_id"], told["by"]) == (message["id"], "customer")

    thread = await performer.api.get(f"{path}/thread")
    assert thread["items"] == [message]
    link = await performer.api.get(f"{path}/attachments/{sent}")
    fetched = await town.http.get(link["url"])
    assert (fetched.status_code, fetched.content) == (200, body)
    assert fetched.headers["content-disposition"].endswith(
        "filename*=UTF-8''%D0%9F%D0%BB%D0%B0%D0%BD%20%D0%B4%D0%BE%D0%BC%D0%B0.pdf"
    )
    await performer.api.post(f"{path}/read", {"up_to": message["at"]})
    assert await performer.api.get("/me/unread") == {"orders": 0, "sales": 0, "disputes": 0}
    assert (await customer.api.get(f"{path}/thread"))["read_up_to"]["performer"] == message["at"]

    await performer.api.post(f"{path}/start")
    result = await performer.upload("Result.txt", b"Done", "text/plain")
    await performer.api.post(f"{path}/deliver", {"text": "It is done.", "attachments": [result]})
    delivered, started, *_ = (await customer.api.get(f"{path}/thread"))["items"]
    assert (delivered["act"]["act"], delivered["text"], started["act"]["act"]) == ("deliver", "It is done.", "start")
    link = await customer.api.get(f"{path}/attachments/{delivered['attachments'][0]['id']}")
    assert (await town.http.get(link["url"])).content == b"Done"
    assert (await customer.api.get("/me/unread"))["orders"] == 1

    for asked in (f"{path}/thread", f"{path}/attachments/{sent}"):
        assert (await refused(stranger.api.get(asked))).status == 404
    assert (await refused(stranger.api.post(f"{path}/messages", {"text": "Hello"}))).status == 404
    theirs = await stranger.upload("a", b"a")
    for taken in (sent, theirs):
        again = await refused(customer.api.post(f"{path}/messages", {"text": "", "attachments": [taken]}))
        assert again.body["errors"] == [{"field": "attachments.0", "code": "unknown_upload"}]


@pytest.mark.rule("E17", "E23")
async def test_who_is_away_is_mailed_of_messages_once_until_they_have_read(town: Town) -> None:
    performer, customer = await town.join("Timur"), await town.join("Vera")
    twip_id = await town.publish_as(performer, town.work(PRICE, 10))
    await town.top_up(customer, PRICE)
    path = f"/orders/{(await town.order_work(customer, twip_id, PRICE))['id']}"
    for text in ("Which grid company is it?", "And which year is the design of?"):
        newest = await performer.api.post(f"{path}/messages", {"text": text})
    assert path in await town.mail(customer.email, path)
    await customer.api.post(f"{path}/read", {"up_to": newest["at"]})
    await performer.api.post(f"{path}/messages", {"text": "Starting now."})

    async def twice() -> bool:
        return len([text for text in await town.mails(customer.email) if path in text]) == 2

    await town.until("the second mail", twice)
