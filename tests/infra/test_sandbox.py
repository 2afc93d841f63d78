"""The sandbox payment provider's page: what it plays is what the service's own check of signatures sees."""

import time

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from chalicelib.domain.errors import Unauthenticated
from chalicelib.domain.topups import Notification, Outcome
from chalicelib.gateways.payments import SandboxPayments
from infra.local.sandbox import Sandbox

KEY = b"k" * 32
TOP_UP = "0" * 25 + "1"
PAGE = f"/local/pay/{TOP_UP}?amount_minor=123450&currency=RUB"


class Service:
    """Stands in for the product: checks what it is told as the product does, and keeps it."""

    def __init__(self) -> None:
        self.told: list[Notification] = []
        self.app = Starlette(routes=[Route("/api/payments/sandbox/webhook", self.hear, methods=["POST"])])
        self._payments = SandboxPayments("", lambda now_ms: (KEY,))

    async def hear(self, request: Request) -> Response:
        try:
            told = self._payments.verify(request.headers, await request.body(), int(time.time() * 1000))
        except Unauthenticated as refused:
            return PlainTextResponse(refused.reason, 401)
        self.told.append(told)
        return PlainTextResponse("ok")


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def door(service: Service) -> TestClient:
    sandbox = Sandbox(lambda: "http://twip.example", lambda: KEY, httpx.ASGITransport(service.app))
    return TestClient(Starlette(routes=sandbox.routes()))


@pytest.mark.rule("E8")
def test_the_page_shows_what_is_to_be_paid(door: TestClient) -> None:
    page = door.get(PAGE)
    assert page.status_code == 200
    assert "1 234.50 RUB" in page.text
    assert TOP_UP in page.text


@pytest.mark.rule("E8")
@pytest.mark.parametrize("outcome", Outcome)
def test_a_choice_is_told_to_the_service_signed(door: TestClient, service: Service, outcome: Outcome) -> None:
    answer = door.post(PAGE, data={"outcome": outcome}, headers={"accept": "application/json"})
    assert answer.json() == {"answers": [200]}
    (told,) = service.told
    assert (told.top_up_id, told.outcome, told.amount_minor, told.currency) == (TOP_UP, outcome, 123_450, "RUB")


@pytest.mark.rule("E8")
@pytest.mark.parametrize(
    ("mood", "answers", "amounts"),
    [
        ("plain", [200], [123_450]),
        ("twice", [200, 200], [123_450, 123_450]),
        ("short", [200], [123_449]),
        ("late", [401], []),
        ("forged", [401], []),
    ],
)
def test_it_has_the_moods_of_real_providers(
    door: TestClient, service: Service, mood: str, answers: list[int], amounts: list[int]
) -> None:
    told = door.post(PAGE, data={"outcome": "succeeded", "mood": mood}, headers={"accept": "application/json"})
    assert told.json()["answers"] == answers
    assert [notification.amount_minor for notification in service.told] == amounts
    assert len({notification.event_id for notification in service.told}) <= 1


@pytest.mark.rule("R28")
@pytest.mark.parametrize("outcome", Outcome)
def test_people_are_sent_back_to_their_top_up(door: TestClient, outcome: Outcome) -> None:
    assert f'href="/finances/topups/{TOP_UP}"' in door.get(PAGE).text
    answer = door.post(PAGE, data={"outcome": outcome}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/finances/topups/{TOP_UP}")


def test_on_a_bad_day_people_are_told_what_the_service_answered(door: TestClient) -> None:
    assert "answered: [401]" in door.post(PAGE, data={"outcome": "succeeded", "mood": "late"}).text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (PAGE, {}),
        (PAGE, {"outcome": "maybe"}),
        (PAGE, {"outcome": "succeeded", "mood": "sulky"}),
        ("/local/pay/<script>?amount_minor=1&currency=RUB", {"outcome": "succeeded"}),
        (PAGE.replace("123450", "-1"), {"outcome": "succeeded"}),
        (PAGE.replace("123450", "0"), {"outcome": "succeeded"}),
        (PAGE.replace("RUB", "<b>"), {"outcome": "succeeded"}),
        (f"/local/pay/{TOP_UP}", {"outcome": "succeeded"}),
    ],
)
def test_there_is_no_other_payment(door: TestClient, service: Service, path: str, form: dict[str, str]) -> None:
    assert door.post(path, data=form).status_code == 404
    assert service.told == []
    assert door.get(path).status_code == (200 if path == PAGE else 404)
