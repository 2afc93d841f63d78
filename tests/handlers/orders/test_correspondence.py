"""Correspondence over HTTP (R79)."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.people import User
from chalicelib.domain.threads import GLIMPSE
from chalicelib.services.changes import Insert
from tests.support.house import House
from tests.support.orders import work
from tests.support.people import settle
from tests.support.web import Web
from tests.support.works import Job

ORDERS = ("01jd3v8m6q4z7w2x5n9r1t0c8k", "01jd3v8m6q4z7w2x5n9r1t0c8m")


@pytest.fixture
def vera(house: House) -> User:
    return settle(house, "vera@example.org", name="Vera")


@pytest.fixture
def pavel(house: House) -> User:
    return settle(house, "pavel@example.org", name="Pavel")


@pytest.fixture
def ordered(house: House, vera: User, pavel: User) -> None:
    for ident in ORDERS:
        made = work(ident, price_minor=100_000, at_ms=house.hands.at_ms)
        house.store.commit(Insert(replace(made, customer_id=vera.id, performer_id=pavel.id)))


def write(house: House, web: Web, by: User, order_id: str, text: str = "Hello") -> dict[str, Any]:
    house.hands.forward(1)
    said: dict[str, Any] = (
        web.by(by).post(f"/orders/{order_id}/messages", {"text": text}, key=f"message-{order_id}").body
    )
    return said


@pytest.mark.rule("R79")
@pytest.mark.usefixtures("ordered")
def test_the_list_tells_who_wrote_what_about_which_order_and_leads_on(
    house: House, web: Web, vera: User, pavel: User
) -> None:
    write(house, web, vera, ORDERS[0])
    said = write(house, web, pavel, ORDERS[1], "Which colours?\nBlue?")
    page = web.by(vera).get("/threads?limit=1").body
    assert page["items"] == [
        {
            "order_id": ORDERS[1],
            "kind": "work",
            "title": {"en": "A logo"},
            "role": "customer",
            "other_id": pavel.id,
            "other_name": "Pavel",
            "unread": 1,
            "at": said["at"],
            "newest": {**said, "text": "Which colours? Blue?"},
        }
    ]
    rest = web.by(vera).get(f"/threads?limit=1&cursor={page['next_cursor']}").body
    assert [(thread["order_id"], thread["unread"]) for thread in rest["items"]] == [(ORDERS[0], 0)]
    assert web.by(settle(house, "oleg@example.org")).get("/threads").body == {"items": [], "next_cursor": None}


@pytest.mark.usefixtures("ordered")
def test_a_long_message_is_cut_short(house: House, web: Web, vera: User, pavel: User) -> None:
    write(house, web, vera, ORDERS[0], "word " * 500)
    (thread,) = web.by(pavel).get("/threads").body["items"]
    text = thread["newest"]["text"]
    assert text.startswith("word word ")
    assert text.endswith("word…")
    assert len(text) <= GLIMPSE


@pytest.mark.rule("R79")
def test_a_new_order_and_an_act_are_told_as_what_they_are(house: House, web: Web) -> None:
    job = Job(house)
    (new,) = web.by(job.pavel).get("/threads").body["items"]
    assert (new["newest"], new["unread"], new["role"]) == (None, 1, "performer")
    job.start()
    (started,) = web.by(job.vera).get("/threads").body["items"]
    assert (started["newest"]["act"]["act"], started["newest"]["by"], started["newest"]["text"]) == (
        "start",
        "performer",
        "",
    )


@pytest.mark.rule("R3")
def test_a_stranger_has_no_correspondence(web: Web) -> None:
    assert web.get("/threads").status == 401


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "invalid_input"),
        ("limit=51", "invalid_input"),
        ("role=customer", "invalid_input"),
        ("cursor=made-up", "invalid_cursor"),
    ],
)
def test_a_question_that_is_none_is_refused(web: Web, vera: User, query: str, code: str) -> None:
    assert web.by(vera).get(f"/threads?{query}").code == code
