"""Refunds over HTTP."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.sessions import Session
from chalicelib.services.changes import Insert
from tests.domain.disputes.test_claims import session
from tests.support.house import House
from tests.support.orders import consultation, work
from tests.support.people import settle
from tests.support.sales import fund
from tests.support.web import Web

PRICE = 10_001


@pytest.mark.rule("E12")
def test_a_performer_gives_back_of_a_session_and_of_an_order(house: House, web: Web) -> None:
    vera, pavel = settle(house, "vera@example.org"), settle(house, "pavel@example.org")
    fund(house, pavel, 50_000)
    sides: dict[str, Any] = {"customer_id": vera.id, "performer_id": pavel.id}
    talk = consultation("7" * 26, price_minor=PRICE, at_ms=house.hands.at_ms, escrow_minor=0, **sides)
    said: Session = session(id=f"{talk.id}-0001", order_id=talk.id, **sides)
    job = work("8" * 26, price_minor=PRICE, at_ms=house.hands.at_ms)
    house.store.commit(Insert(talk), Insert(said), Insert(replace(job, customer_id=vera.id, performer_id=pavel.id)))
    amount = {"amount": {"amount_minor": 1_000, "currency": "RUB"}}
    for path, of in ((f"/sessions/{said.id}/refund", said.id), (f"/orders/{job.id}/refund", None)):
        answer = web.by(pavel).post(path, amount, key="refund-key")
        assert (answer.status, answer.body["session_id"]) == (201, of)
        assert answer.body["amount"] == amount["amount"]
        assert web.by(vera).post(path, amount, key="refund-key").code == "forbidden"
    for path, left_minor, held_minor in (
        (f"/sessions/{said.id}", 3 * PRICE - 1_000, 0),
        (f"/orders/{job.id}", PRICE - 1_000, PRICE - 1_000),
    ):
        seen = web.by(vera).get(path).body
        assert seen["refunded"] == amount["amount"]
        assert seen["refundable"] == {
            "amount": {"amount_minor": left_minor, "currency": "RUB"},
            "in_escrow": {"amount_minor": held_minor, "currency": "RUB"},
        }
    assert web.by(vera).get(f"/orders/{talk.id}").body["refundable"] is None
    too_much = {"amount": {"amount_minor": 10**9, "currency": "RUB"}}
    refused = web.by(pavel).post(f"/sessions/{said.id}/refund", too_much, key="another-key")
    assert (refused.status, refused.body["errors"][0]["limit"]) == (422, 3 * PRICE - 1_000)


@pytest.mark.rule("E12")
def test_what_the_account_does_not_cover_is_named(house: House, web: Web) -> None:
    vera, pavel = settle(house, "vera@example.org"), settle(house, "pavel@example.org")
    sides: dict[str, Any] = {"customer_id": vera.id, "performer_id": pavel.id}
    talk = consultation("7" * 26, price_minor=PRICE, at_ms=house.hands.at_ms, escrow_minor=0, **sides)
    said = session(id=f"{talk.id}-0001", order_id=talk.id, **sides)
    house.store.commit(Insert(talk), Insert(said))
    answer = web.by(pavel).post(
        f"/sessions/{said.id}/refund", {"amount": {"amount_minor": PRICE, "currency": "RUB"}}, key="refund-key"
    )
    assert (answer.status, answer.code) == (409, "not_covered")
    assert answer.body["missing"] == {"amount_minor": 8_501, "currency": "RUB"}
