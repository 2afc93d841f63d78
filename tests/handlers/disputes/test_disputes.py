"""Disputes over HTTP: the way of one from its opening to the verdict, as both sides and the arbiter see it."""

from typing import Any

import pytest

from chalicelib.domain.people import User
from chalicelib.services.changes import Insert
from tests.domain.disputes.test_claims import session
from tests.support.courts import Court
from tests.support.house import House
from tests.support.orders import consultation
from tests.support.people import found
from tests.support.web import Web
from tests.support.works import PRICE


@pytest.fixture
def court(house: House) -> Court:
    made = Court(house)
    made.job.start()
    return made


def rub(amount_minor: int) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": "RUB"}


class Desk:
    """Who asks, in short."""

    def __init__(self, web: Web, court: Court) -> None:
        self.web, self.court = web, court
        self.n = 0

    def post(self, user: User, path: str, body: Any = None) -> Any:
        self.n += 1
        self.court.house.hands.forward(1)
        return self.web.by(found(self.court.house, user.email)).post(path, body, key=f"key-{self.n:05d}")

    def get(self, user: User, path: str) -> Any:
        return self.web.by(found(self.court.house, user.email)).get(path)


@pytest.mark.rule("R71", "R72", "R73", "R85", "D27")
def test_a_dispute_from_its_opening_to_the_verdict(web: Web, court: Court) -> None:
    desk, (vera, pavel, nina) = Desk(web, court), (court.vera, court.pavel, court.nina)
    before = desk.get(pavel, f"/orders/{court.job.order_id}").body
    assert (before["disputes"], before["disputable"]) == (
        [],
        {"amount": rub(PRICE), "in_escrow": rub(PRICE), "until": None, "answer_seconds": 3 * 86_400},
    )
    opened = desk.post(vera, f"/orders/{court.job.order_id}/disputes", {"text": "It is not what I ordered"})
    assert (opened.status, opened.body["phase"], opened.body["opened_by"]) == (201, "answer", "customer")
    assert (opened.body["amount"], opened.body["in_escrow"]) == (rub(PRICE), rub(PRICE))
    assert opened.body["acts"] == ["say", "propose", "withdraw"]
    path = f"/disputes/{opened.body['id']}"
    order = desk.get(pavel, f"/orders/{court.job.order_id}").body
    assert (order["dispute_id"], order["acts"], order["deadline"]["due_at"]) == (opened.body["id"], [], None)
    assert (order["disputes"], order["disputable"]) == ([opened.body["id"]], None)

    theirs = desk.get(pavel, path).body
    assert (theirs["role"], theirs["acts"], theirs["files_left"]) == ("performer", ["propose", "answer"], 10)
    assert desk.post(pavel, f"{path}/answer", {"text": "It is"}).body["phase"] == "arbitration"
    queue = desk.get(nina, "/admin/disputes?phase=arbitration").body["items"]
    assert [(one["id"], one["acts"], one["customer_name"]) for one in queue] == [
        (opened.body["id"], ["assign"], "Vera")
    ]
    untaken = desk.get(nina, f"/admin{path}").body
    assert (untaken["acts"], untaken["money"]) == (["assign"], None)
    assert desk.get(nina, f"/admin{path}/messages").code == "forbidden"
    assert desk.post(nina, f"/admin{path}/assign").body["mine"] is True
    asked = desk.post(nina, f"/admin{path}/question", {"to": ["customer"], "text": "Since when?"})
    assert (asked.status, asked.body["awaited"]) == (201, ["customer"])
    assert desk.post(vera, f"{path}/messages", {"text": "Since Monday"}).body["awaited"] == []

    offer = desk.post(pavel, f"{path}/proposals", {"to_customer": rub(1_000)}).body["proposal"]
    assert (offer["by"], offer["split"]["to_performer"]) == ("performer", rub(PRICE - 1_000))
    assert "agree" in desk.get(vera, path).body["acts"]
    assert desk.post(vera, f"{path}/decline", {"proposal": offer["number"]}).body["proposal"] is None

    page = desk.get(nina, f"/admin{path}").body
    assert page["money"] == {
        "kept": rub(0),
        "unit": rub(PRICE),
        "commission_bps": 1500,
        "performer_available": rub(0),
    }
    entries = desk.get(nina, f"/admin{path}/messages").body["items"]
    assert [entry["act"] for entry in entries] == ["decline", "propose", "say", "question", "assign", "answer", "open"]
    assert (entries[3]["by"], entries[3]["asked"], entries[1]["split"]["to_customer"]) == (
        "arbiter",
        ["customer"],
        rub(1_000),
    )
    assert desk.get(nina, f"/admin{path}/evidence").body["by_default"] == {
        "to_customer": rub(PRICE),
        "to_performer": rub(0),
    }
    assert [entry["act"]["act"] for entry in desk.get(nina, f"/admin{path}/order").body["items"]] == [
        "dispute_opened",
        "start",
    ]
    verdict = {"to_customer": rub(4_000), "to_performer": rub(PRICE - 4_000), "reasons": "Half was done."}
    short = desk.post(nina, f"/admin{path}/verdict", {**verdict, "to_performer": rub(1)})
    assert (short.status, short.body["errors"][0]["code"]) == (422, "not_the_whole")
    assert desk.post(nina, f"/admin{path}/verdict", verdict).body["phase"] == "decided"
    for side in (vera, pavel):
        outcome = desk.get(side, path).body["outcome"]
        assert (outcome["how"], outcome["reasons"]) == ("verdict", "Half was done.")
        assert outcome["split"] == {"to_customer": rub(4_000), "to_performer": rub(PRICE - 4_000)}
    over = desk.get(nina, f"/admin{path}").body
    assert (over["phase"], over["acts"], over["money"]) == ("decided", [], None)
    assert over["outcome"]["reasons"] == "Half was done."
    assert desk.get(nina, f"/admin{path}/messages").status == 404
    assert desk.get(vera, "/disputes?role=customer").body["items"][0]["id"] == opened.body["id"]
    assert desk.get(vera, f"/orders/{court.job.order_id}").body["state"] == "ruled"
    assert court.clean()


@pytest.mark.rule("D27", "D34")
def test_to_others_there_is_no_dispute_and_a_wrong_act_names_the_possible_ones(web: Web, court: Court) -> None:
    desk = Desk(web, court)
    path = f"/disputes/{court.open().id}"
    for part in ("", "/messages", "/evidence"):
        assert desk.get(court.nina, f"{path}{part}").status == 404
    assert desk.post(court.vera, f"{path}/answer", {"text": "Mine"}).code == "forbidden"
    late = desk.post(court.pavel, f"{path}/agree", {"proposal": 7})
    assert (late.status, late.code, late.body["acts"]) == (409, "wrong_state", ["propose", "answer"])
    again = desk.post(court.pavel, f"/orders/{court.job.order_id}/disputes", {"text": "Me too"})
    assert (again.status, again.code, again.body["dispute_id"]) == (409, "already_disputed", court.dispute_id)


@pytest.mark.rule("R85", "E17")
def test_what_is_new_is_counted_and_files_are_fetched(web: Web, court: Court) -> None:
    desk = Desk(web, court)
    upload = court.job.upload(court.vera)
    path = f"/disputes/{court.open(court.vera, 'Look', upload).id}"
    assert [desk.get(side, path).body["unread"] for side in (court.pavel, court.vera)] == [1, 0]
    assert desk.get(court.pavel, "/me/unread").body["disputes"] == 1
    entry = desk.get(court.pavel, f"{path}/messages").body["items"][0]
    assert (entry["text"], entry["attachments"][0]["id"]) == ("Look", upload)
    assert desk.get(court.pavel, f"{path}/attachments/{upload}").body["url"]
    assert desk.post(court.pavel, f"{path}/read", {"up_to": entry["at"]}).status == 204
    assert desk.get(court.pavel, "/me/unread").body["disputes"] == 0
    assert desk.post(court.pavel, f"{path}/withdraw").code == "forbidden"
    assert desk.post(court.vera, f"{path}/withdraw").body["phase"] == "withdrawn"


@pytest.mark.rule("D27", "D29")
def test_of_a_session_each_paid_block_is_shown_and_its_talk_to_the_arbiter_with_a_line_in_the_log(
    web: Web, court: Court
) -> None:
    desk, sides = Desk(web, court), {"customer_id": court.vera.id, "performer_id": court.pavel.id}
    talk: Any = consultation("7" * 26, price_minor=PRICE, at_ms=court.house.hands.at_ms, escrow_minor=0, **sides)  # type: ignore[arg-type]
    at_ms = court.house.hands.at_ms
    said = session(id=f"{talk.id}-0001", order_id=talk.id, clock_started_ms=at_ms - 2_000_000, ended_ms=at_ms, **sides)
    court.house.store.commit(Insert(talk), Insert(said))
    (listed,) = desk.get(court.vera, f"/orders/{talk.id}/sessions").body["items"]
    assert listed["disputable"]["amount"] == rub(3 * PRICE)
    assert (listed["disputable"]["in_escrow"], desk.get(court.vera, f"/orders/{talk.id}").body["disputable"]) == (
        rub(0),
        None,
    )
    court.open(order_id=talk.id, session_id=said.id)
    court.answer()
    court.assign(court.nina)
    path = f"/disputes/{court.dispute_id}"
    evidence = desk.get(court.vera, f"{path}/evidence").body
    assert (evidence["session"]["id"], [block["why"] for block in evidence["blocks"]]) == (
        said.id,
        ["prepaid", "boundary", "boundary"],
    )
    assert evidence["blocks"][0]["received"] == ["unknown"] * 15
    for part in ("evidence", "transcript", "media"):
        assert desk.get(court.nina, f"/admin{path}/{part}").status == 200
    assert [act.facts["what"] for act in court.log if act.act == "dispute.read"] == ["evidence", "transcript", "media"]
    assert desk.get(court.vera, f"/orders/{talk.id}").body["consultation"]["callable"] is False
    assert desk.get(court.vera, f"/sessions/{said.id}").body["disputable"] is None
