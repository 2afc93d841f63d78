"""The thread of an order over HTTP (R59, D32, D34)."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.attachments import Attached
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.order import Order
from chalicelib.domain.parties import Party
from chalicelib.domain.people import User
from chalicelib.handlers.models import iso
from chalicelib.services.changes import Insert, Ref, Save
from tests.support.house import House
from tests.support.orders import work
from tests.support.people import settle
from tests.support.web import Answer, Web

ORDER = "01jd3v8m6q4z7w2x5n9r1t0c8k"
NINETY_DAYS_MS = 90 * 86_400_000
PLAN = {"name": "План.pdf", "type": "application/pdf", "size": 4_100_000, "sha256": "0f" * 32}


@pytest.fixture
def vera(house: House) -> User:
    return settle(house, "vera@example.org", name="Vera")


@pytest.fixture
def pavel(house: House) -> User:
    return settle(house, "pavel@example.org", name="Pavel")


@pytest.fixture(autouse=True)
def ordered(house: House, vera: User, pavel: User) -> None:
    made = work(ORDER, price_minor=100_000, at_ms=house.hands.at_ms)
    house.store.commit(Insert(replace(made, customer_id=vera.id, performer_id=pavel.id)))


def write(
    web: Web, by: User, text: str = "Hello", *uploads: str, key: str | None = "message-key", **more: Any
) -> Answer:
    body = {"text": text, "attachments": list(uploads), **more}
    return web.by(by).post(f"/orders/{ORDER}/messages", body, key=key)


def upload(house: House, web: Web, by: User) -> str:
    begun = web.by(by).post("/uploads", PLAN, key="upload-key").body
    house.file_storage.arrive(begun["url"])
    return str(begun["id"])


@pytest.mark.rule("R59", "D32")
def test_a_message_with_a_file_is_written_read_and_its_file_fetched(
    house: House, web: Web, vera: User, pavel: User
) -> None:
    ident = upload(house, web, vera)
    answer = write(web, vera, "The plan is attached.", ident)
    assert answer.status == 201
    assert answer.body == {
        "id": answer.body["id"],
        "by": "customer",
        "at": iso(house.hands.at_ms),
        "text": "The plan is attached.",
        "attachments": [
            {"id": ident, "name": "План.pdf", "type": "application/pdf", "size": 4_100_000, "scan": "not_scanned"}
        ],
        "act": None,
    }
    for side in (vera, pavel):
        assert web.by(side).get(f"/orders/{ORDER}/thread").body == {
            "items": [answer.body],
            "next_cursor": None,
            "read_up_to": {"customer": None, "performer": None},
            "open": True,
            "closes_at": None,
        }
        link = web.by(side).get(f"/orders/{ORDER}/attachments/{ident}")
        assert (link.status, link.body["expires_at"]) == (200, iso(house.hands.at_ms + 300_000))
        assert link.body["url"].startswith("/files/attachments/")


@pytest.mark.rule("R59")
def test_what_was_done_stands_among_what_was_written(house: House, web: Web, vera: User, pavel: User) -> None:
    write(web, vera)
    attached = Attached("a1", "Plan.pdf", "application/pdf", 5)
    done = OrderEvent(
        ORDER, "act-1", "deliver", Party.PERFORMER, house.hands.at_ms + 1, 2, "delivered", "f", "Done", (attached,)
    )
    proposed = OrderEvent(
        ORDER, "act-2", "propose", Party.CUSTOMER, house.hands.at_ms + 2, 3, "delivered",
        facts={"to_performer_minor": 60_000, "proposal": 1},
    )  # fmt: skip
    house.store.commit(Insert(done), Insert(proposed))
    newest, delivered, message = web.by(pavel).get(f"/orders/{ORDER}/thread").body["items"]
    money = {"amount_minor": 60_000, "currency": "RUB"}
    assert newest["act"] == {"act": "propose", "state": "delivered", "to_performer": money, "days": None, "proposal": 1}
    assert (delivered["id"], delivered["by"], delivered["text"]) == ("act-1", "performer", "Done")
    assert delivered["attachments"] == [
        {"id": "a1", "name": "Plan.pdf", "type": "application/pdf", "size": 5, "scan": "not_scanned"}
    ]
    assert delivered["act"]["act"] == "deliver"
    assert message["act"] is None


@pytest.mark.rule("E17")
def test_what_is_new_is_counted_until_it_is_read(house: House, web: Web, vera: User, pavel: User) -> None:
    at = write(web, vera).body["at"]
    assert web.by(pavel).get("/me/unread").body == {"orders": 0, "sales": 1, "disputes": 0}
    assert web.by(vera).get("/me/unread").body == {"orders": 0, "sales": 0, "disputes": 0}
    assert [it["unread"] for it in web.by(pavel).get("/orders?role=performer").body["items"]] == [1]
    assert (
        web.by(pavel).get(f"/orders/{ORDER}").body["unread"],
        web.by(vera).get(f"/orders/{ORDER}").body["unread"],
    ) == (1, 0)
    answer = web.by(pavel).post(f"/orders/{ORDER}/read", {"up_to": at})
    assert (answer.status, answer.body) == (204, None)
    assert web.by(pavel).get("/me/unread").body == {"orders": 0, "sales": 0, "disputes": 0}
    seen = web.by(vera).get(f"/orders/{ORDER}/thread").body["read_up_to"]
    assert seen == {"customer": None, "performer": at}


@pytest.mark.parametrize(
    "up_to", ["now", "2026-01-01", "2026-01-01T00:00:00", 5, "5", "1764500000.5", None, "2026-13-01T00:00:00Z"]
)
def test_a_time_that_is_none_is_refused(web: Web, pavel: User, up_to: Any) -> None:
    answer = web.by(pavel).post(f"/orders/{ORDER}/read", {"up_to": up_to})
    assert (answer.status, [it["field"] for it in answer.body["errors"]]) == (422, ["up_to"])


@pytest.mark.parametrize("up_to", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00", "1969-01-01T00:00:00-05:00"])
def test_a_time_however_far_harms_nothing(web: Web, vera: User, pavel: User, up_to: str) -> None:
    write(web, vera)
    assert web.by(pavel).post(f"/orders/{ORDER}/read", {"up_to": up_to}).status == 204


@pytest.mark.rule("D12")
def test_writing_is_keyed(web: Web, vera: User) -> None:
    first = write(web, vera)
    assert write(web, vera).body == first.body
    assert write(web, vera, "Hello!").code == "idempotency_key_reused"
    assert write(web, vera, key=None).code == "idempotency_key_missing"


@pytest.mark.rule("D34")
def test_to_a_stranger_there_is_no_such_order(house: House, web: Web, vera: User) -> None:
    ident = upload(house, web, vera)
    write(web, vera, "", ident)
    mallory = web.by(settle(house, "mallory@example.org"))
    body = {"text": "Hello"}
    for answer in (
        mallory.get(f"/orders/{ORDER}/thread"),
        mallory.get(f"/orders/{ORDER}/attachments/{ident}"),
        mallory.post(f"/orders/{ORDER}/messages", body, key="message-key"),
        mallory.post(f"/orders/{ORDER}/read", {"up_to": "2026-01-01T00:00:00Z"}),
    ):
        assert (answer.status, answer.code, answer.body["what"]) == (404, "not_found", "order")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"text": " "}, "text", "required"),
        ({"text": "a" * 4_001}, "text", "too_long"),
        ({"text": "a", "attachments": ["0" * 26] * 2}, "attachments.1", "repeated"),
        ({"text": "a", "attachments": [f"{n:026d}" for n in range(6)]}, "attachments", "too_long"),
        ({"text": "a", "attachments": ["0" * 26]}, "attachments.0", "unknown_upload"),
        ({"text": "a", "attachments": ["no id"]}, "attachments.0", "invalid"),
        ({"text": "a", "to": "pavel"}, "to", "unknown"),
    ],
)
def test_a_wrong_message_is_refused_by_its_field(
    web: Web, vera: User, body: dict[str, Any], field: str, code: str
) -> None:
    answer = web.by(vera).post(f"/orders/{ORDER}/messages", body, key="message-key")
    assert (answer.status, answer.code) == (422, "invalid_input")
    assert [(error["field"], error["code"]) for error in answer.body["errors"]] == [(field, code)]


def test_a_file_that_has_not_arrived_yet_is_named(web: Web, vera: User) -> None:
    begun = web.by(vera).post("/uploads", PLAN, key="upload-key").body
    answer = write(web, vera, "", begun["id"])
    assert answer.body["errors"] == [{"field": "attachments.0", "code": "not_uploaded"}]


def test_a_thread_that_is_closed_says_so(house: House, web: Web, vera: User) -> None:
    found = house.store.get(Ref(Order, ORDER))
    assert found is not None
    house.store.commit(Save(replace(found, ended_ms=house.hands.at_ms)))
    house.hands.forward(NINETY_DAYS_MS)
    answer = write(web, vera)
    assert (answer.status, answer.code, answer.body["what"]) == (409, "wrong_state", "thread")
    part = web.by(vera).get(f"/orders/{ORDER}/thread").body
    assert (part["open"], part["closes_at"]) == (False, iso(house.hands.at_ms))
