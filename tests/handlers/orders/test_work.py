"""Orders of work over HTTP: from the order to the money, what is refused and how, and whom it is told (R26, R31, R59 to R70, D12, D34)."""

from typing import Any

import pytest

from chalicelib.domain.orders.work import LIFECYCLE
from chalicelib.domain.parties import Party
from chalicelib.domain.people import User
from chalicelib.handlers.models import iso
from chalicelib.handlers.orders import views
from tests.support.house import House
from tests.support.people import settle
from tests.support.sales import offer
from tests.support.web import Answer, Web
from tests.support.works import DAY, DAYS, PRICE, Job


@pytest.fixture
def job(house: House) -> Job:
    return Job(house)


def rub(amount_minor: int) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": "RUB"}


class Desk:
    """The two sides at their pages."""

    def __init__(self, web: Web, job: Job) -> None:
        self.web, self.job = web, job
        self.path = f"/orders/{job.order_id}"

    def do(self, user: User, act: str, body: Any = None, key: str | None = None) -> Answer:
        self.job.house.hands.forward(1)
        return self.web.by(user).post(f"{self.path}/{act}", body, key=key or f"{act}-the-key")

    def page(self, user: User) -> Any:
        return self.web.by(user).get(self.path).body


@pytest.fixture
def desk(web: Web, job: Job) -> Desk:
    return Desk(web, job)


@pytest.mark.rule("R26", "R31", "D12")
def test_work_is_ordered_at_its_price_and_answered_as_it_was_placed(web: Web, job: Job) -> None:
    wanted = {"twip_id": job.twip.id, "kind": "work", "days": DAYS, "price": rub(PRICE)}
    answer = web.by(job.vera).post("/orders", wanted, key="another-key")
    assert answer.status == 201
    assert answer.body["kind"] == "work"
    assert (answer.body["state"], answer.body["acts"], answer.body["price"]) == ("placed", ["cancel"], rub(PRICE))
    assert answer.body["consultation"] is None
    assert answer.body["work"] == {
        "days": DAYS,
        "deliveries": 0,
        "delivered_at": None,
        "overdue": False,
        "proposal": None,
        "to_performer": None,
        "refusal": None,
    }
    assert answer.body["deadline"]["name"] == "start"
    assert web.by(job.vera).post("/orders", wanted, key="another-key").body == answer.body
    assert job.balances[0] == PRICE


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"kind": "work", "mode": "video", "days": DAYS}, {"field": "mode", "code": "not_allowed"}),
        ({"kind": "work"}, {"field": "days", "code": "required"}),
        ({"kind": "consultation", "mode": "text", "days": DAYS}, {"field": "days", "code": "not_allowed"}),
        ({"kind": "consultation"}, {"field": "mode", "code": "required"}),
        ({}, {"field": "mode", "code": "required"}),
        ({"kind": "files"}, {"field": "edition", "code": "required"}),
        ({"kind": "files", "edition": "0" * 32}, {"field": "kind", "code": "not_offered"}),
        ({"kind": "consultation", "mode": "text"}, {"field": "mode", "code": "not_offered"}),
    ],
)
def test_what_does_not_fit_the_kind_is_refused_by_its_field(
    web: Web, job: Job, changes: dict[str, Any], fault: dict[str, str]
) -> None:
    wanted = {"twip_id": job.twip.id, "price": rub(PRICE), **changes}
    answer = web.by(job.vera).post("/orders", wanted, key="another-key")
    assert (answer.status, answer.body["errors"]) == (422, [fault])


@pytest.mark.rule("R29")
def test_whoever_confirmed_other_days_is_told_those_of_today_and_nothing_is_paid(web: Web, job: Job) -> None:
    wanted = {"twip_id": job.twip.id, "kind": "work", "days": DAYS + 1, "price": rub(PRICE)}
    answer = web.by(job.vera).post("/orders", wanted, key="another-key")
    assert (answer.status, answer.code, answer.body["days"]) == (409, "days_changed", DAYS)
    assert job.balances[0] == 2 * PRICE


def test_a_consultation_is_not_ordered_as_work(web: Web, job: Job) -> None:
    talk = offer(job.house, job.pavel)
    wanted = {"twip_id": talk.id, "kind": "work", "days": DAYS, "price": rub(PRICE)}
    answer = web.by(job.vera).post("/orders", wanted, key="another-key")
    assert (answer.status, answer.body["errors"]) == (422, [{"field": "kind", "code": "not_offered"}])


@pytest.mark.rule("R63", "R66", "R68", "R69", "R70")
def test_from_the_start_to_the_money(desk: Desk, job: Job) -> None:
    started = desk.do(job.pavel, "start")
    assert (started.status, started.body["state"]) == (200, "working")
    assert started.body["acts"] == ["deliver", "refuse", "propose"]
    file = job.upload(job.pavel)
    desk.do(job.pavel, "deliver", {"text": "Here it is", "attachments": [file]})
    returned = desk.do(job.vera, "rework", {"reasons": "Too blue"})
    assert returned.body["deadline"]["name"] == "rework"
    delivered = desk.do(job.pavel, "deliver", {}, key="second-delivery")
    assert (delivered.body["work"]["deliveries"], delivered.body["acts"]) == (2, ["propose"])
    assert delivered.body["work"]["delivered_at"] == iso(job.house.hands.at_ms)
    accepted = desk.do(job.vera, "accept")
    assert (accepted.body["state"], accepted.body["ended_at"]) == ("accepted", iso(job.house.hands.at_ms))
    assert job.balances == (2 * PRICE, 8_501, 1_500)
    said = [
        (entry["act"]["act"], entry["by"]) for entry in desk.web.by(job.vera).get(f"{desk.path}/thread").body["items"]
    ]
    assert said == [
        ("accept", "customer"),
        ("deliver", "performer"),
        ("rework", "customer"),
        ("deliver", "performer"),
        ("start", "performer"),
    ]


@pytest.mark.rule("R64", "R65", "D23")
def test_a_refusal_shows_until_when_the_customer_may_waive_it(desk: Desk, job: Job) -> None:
    refused = desk.do(job.pavel, "refuse", {"reason": "I am ill"}).body
    until = iso(job.house.hands.at_ms + 7 * DAY)
    assert refused["state"] == "refused"
    assert refused["work"]["refusal"] == {"reason": "I am ill", "penalty": "asked", "waive_until": until}
    assert desk.page(job.vera)["acts"] == ["waive"]
    waived = desk.do(job.vera, "waive").body
    assert waived["work"]["refusal"] == {"reason": "I am ill", "penalty": "waived", "waive_until": None}


@pytest.mark.rule("D31")
def test_a_proposal_is_shown_to_both_and_answered_by_its_number(desk: Desk, job: Job) -> None:
    desk.do(job.pavel, "start")
    proposed = desk.do(job.vera, "proposals", {"to_performer": rub(0), "text": "Not needed any more"}).body
    assert proposed["work"]["proposal"] == {
        "number": 1,
        "by": "customer",
        "until": iso(job.house.hands.at_ms + 3 * DAY),
        "to_performer": rub(0),
        "days": None,
    }
    assert desk.page(job.pavel)["work"]["proposal"] == proposed["work"]["proposal"]
    assert desk.do(job.pavel, "agree", {"proposal": 2}).code == "stale"
    assert desk.do(job.pavel, "decline", {"proposal": 1}).body["work"]["proposal"] is None
    desk.do(job.pavel, "proposals", {"days": 5}, key="second-proposal")
    extended = desk.do(job.vera, "extend", {"proposal": 2}).body
    assert extended["deadline"]["name"] == "delivery"
    desk.do(job.pavel, "proposals", {"to_performer": rub(4_000)}, key="third-proposal")
    agreed = desk.do(job.vera, "agree", {"proposal": 3}, key="agree-at-last").body
    assert (agreed["state"], agreed["work"]["to_performer"], agreed["refunded"]) == ("agreed", rub(4_000), rub(6_001))


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, {"field": "to_performer", "code": "required"}),
        ({"days": 1, "to_performer": rub(1)}, {"field": "days", "code": "not_allowed"}),
        ({"to_performer": rub(PRICE + 1)}, {"field": "to_performer.amount_minor", "code": "too_large", "limit": PRICE}),
        (
            {"to_performer": {"amount_minor": 1, "currency": "USD"}},
            {"field": "to_performer.currency", "code": "not_allowed"},
        ),
        ({"days": 31}, {"field": "days", "code": "too_large", "limit": 30}),
    ],
)
def test_a_proposal_is_of_one_thing_that_can_be_given(desk: Desk, job: Job, body: Any, fault: dict[str, Any]) -> None:
    desk.do(job.pavel, "start")
    answer = desk.do(job.vera, "proposals", body)
    assert (answer.status, answer.body["errors"]) == (422, [fault])


@pytest.mark.rule("D34")
def test_the_wrong_side_is_forbidden_before_the_state_is_looked_at_and_a_stranger_finds_nothing(
    desk: Desk, job: Job
) -> None:
    stranger = settle(job.house, "oleg@example.org")
    bodies = {
        "refuse": {"reason": "I am ill"},
        "deliver": {},
        "rework": {"reasons": "Too blue"},
        "proposals": {"days": 1},
        **{key: {"proposal": 1} for key in ("agree", "extend", "decline")},
    }
    for act in ("start", "refuse", "deliver"):
        assert desk.do(job.vera, act, bodies.get(act)).status == 403
    for act in ("rework", "accept", "cancel", "waive"):
        assert desk.do(job.pavel, act, bodies.get(act)).status == 403
    for act in ("start", "accept", "cancel", "waive", *bodies):
        answer = desk.do(stranger, act, bodies.get(act))
        assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.rule("D21")
def test_an_illegal_act_says_where_the_order_is_and_what_may_be_done(desk: Desk, job: Job) -> None:
    answer = desk.do(job.pavel, "deliver", {})
    assert (answer.status, answer.code) == (409, "wrong_state")
    assert (answer.body["state"], answer.body["asked"], answer.body["acts"]) == (
        "placed",
        "deliver",
        ["start", "refuse"],
    )


@pytest.mark.rule("D12")
def test_a_repeat_is_answered_and_the_same_key_with_another_body_is_refused(desk: Desk, job: Job) -> None:
    desk.do(job.pavel, "start")
    first = desk.do(job.pavel, "deliver", {"text": "Here it is"})
    desk.do(job.vera, "rework", {"reasons": "Too blue"})
    again = desk.do(job.pavel, "deliver", {"text": "Here it is"})
    assert (again.status, again.body["work"]["deliveries"], again.body["state"]) == (200, 1, "working")
    assert first.body["state"] == "delivered"
    other = desk.do(job.pavel, "deliver", {"text": "Here it is not"})
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert desk.web.by(job.pavel).post(f"{desk.path}/start").code == "idempotency_key_missing"


@pytest.mark.rule("D21")
def test_one_route_cancels_work_too(desk: Desk, job: Job) -> None:
    assert desk.do(job.vera, "cancel").body["state"] == "cancelled"
    assert job.balances == (3 * PRICE, 0, 0)


def test_the_view_knows_every_act_that_a_side_may_do() -> None:
    offered = {row.act for row in LIFECYCLE.rows if row.by & {Party.CUSTOMER, Party.PERFORMER}}
    assert set(views.OfferedWorkAct.__args__) == offered  # type: ignore[attr-defined]
