"""A payment provider's webhook over HTTP."""

import pytest

from chalicelib.domain.people import User
from chalicelib.domain.topups import Outcome
from chalicelib.services.money.topups import Started
from tests.support.house import House
from tests.support.people import settle
from tests.support.sales import account, webhook
from tests.support.web import Answer, Web

PATH = "/payments/sandbox/webhook"


@pytest.fixture
def vera(house: House) -> User:
    return settle(house, "vera@example.org")


@pytest.fixture
def started(house: House, vera: User) -> Started:
    return house.topups.start(vera.id, 50_000, key="top-up-key")


def tell(web: Web, headers: dict[str, str], body: bytes, path: str = PATH) -> Answer:
    return web.ask("POST", path, body, **headers)


@pytest.mark.rule("E8")
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/octet-stream"])
def test_a_signed_webhook_credits_once_and_its_replay_gets_the_same_answer(
    house: House, web: Web, vera: User, started: Started, content_type: str
) -> None:
    headers, body = webhook(house, started)
    for _ in range(2):
        answer = tell(web, {**headers, "content-type": content_type}, body)
        assert (answer.status, answer.body) == (200, {"topup_id": started.top_up.id, "state": "paid"})
    assert account(house, vera).available_minor == 50_000


@pytest.mark.rule("E8")
def test_a_failure_is_taken_note_of(house: House, web: Web, vera: User, started: Started) -> None:
    assert tell(web, *webhook(house, started, Outcome.FAILED)).body["state"] == "failed"
    assert account(house, vera).available_minor == 0


@pytest.mark.rule("E8")
def test_forged_unsigned_late_and_foreign_webhooks_are_refused(
    house: House, web: Web, vera: User, started: Started
) -> None:
    headers, body = webhook(house, started)
    assert tell(web, {}, body).status == 401
    assert tell(web, headers, body + b" ").status == 401
    assert tell(web, headers, body, "/payments/stripe/webhook").status == 404
    assert tell(web, *webhook(house, started, amount_minor=1)).code == "wrong_amount"
    house.hands.forward(600_000)
    assert tell(web, headers, body).status == 401
    assert account(house, vera).available_minor == 0
    assert web.by(vera).get(f"/account/topups/{started.top_up.id}").body["state"] == "pending"


def test_a_signed_nothing_is_refused(house: House, web: Web) -> None:
    from chalicelib.gateways.payments import LABEL, signature

    key = house.secrets.signing(LABEL, house.hands.at_ms)
    headers = {"twip-signature": signature(key, b"{}", house.hands.at_ms // 1000)}
    assert (tell(web, headers, b"{}").status, tell(web, headers, b"{}").code) == (422, "invalid_input")
