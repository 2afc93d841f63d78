"""Orders of files over HTTP."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.content import FilesOffer
from chalicelib.domain.goods import Goods
from chalicelib.domain.people import Role, User
from chalicelib.domain.twips import Twip
from chalicelib.handlers.models import iso
from chalicelib.services.changes import Save
from tests.support.house import House
from tests.support.people import found, settle
from tests.support.sales import account, fund, offer
from tests.support.shop import BOLD, DAY, FONTS, LIGHT, LINKS, PRICE, SHARE, edition_for, stock
from tests.support.web import Answer, Web


@pytest.fixture
def vera(house: House) -> User:
    person = settle(house, "vera@example.org")
    fund(house, person, 3 * PRICE)
    return person


@pytest.fixture
def twip(house: House) -> Twip:
    stock(house, BOLD, LIGHT)
    return offer(house, settle(house, "pavel@example.org", name="Pavel"), FONTS)


def rub(amount_minor: int) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": "RUB"}


def buy(web: Web, customer: User, twip: Twip, key: str | None = "order-key", **changes: Any) -> Answer:
    asked = {"twip_id": twip.id, "kind": "files", "edition": edition_for(twip), "price": rub(PRICE), **changes}
    return web.by(customer).post("/orders", asked, key=key)


@pytest.mark.rule("R26", "R31", "R81")
def test_they_are_bought_by_one_request_and_both_sides_see_what_came_of_it(
    house: House, web: Web, vera: User, twip: Twip
) -> None:
    answer = buy(web, vera, twip)
    body, at_ms = answer.body, house.hands.at_ms
    assert (answer.status, body["kind"], body["state"], body["acts"]) == (201, "files", "bought", [])
    assert body["files"] == {"access": True, "matures_at": iso(at_ms + 14 * DAY)}
    assert (body["consultation"], body["work"], body["ended_at"]) == (None, None, iso(at_ms))
    pavel = found(house, "pavel@example.org")
    assert web.by(pavel).get("/account").body["available"] == rub(SHARE)
    for user, role in ((vera, "customer"), (pavel, "performer")):
        (listed,) = web.by(user).get(f"/orders?role={role}").body["items"]
        assert (listed["id"], listed["files"]) == (body["id"], body["files"])
        page = web.by(user).get(f"/orders/{body['id']}").body
        assert (page["disputable"]["amount"], page["disputable"]["in_escrow"]) == (rub(PRICE), rub(0))
        assert page["refundable"] == {"amount": rub(PRICE), "in_escrow": rub(0)}
    assert web.by(settle(house, "oleg@example.org")).get(f"/orders/{body['id']}").code == "not_found"


@pytest.mark.rule("R33", "D9")
def test_the_twips_page_says_that_the_reader_has_them(web: Web, vera: User, twip: Twip) -> None:
    assert web.by(vera).get(f"/twips/{twip.id}").body["bought"] is False
    order_id = buy(web, vera, twip).body["id"]
    page = web.by(vera).get(f"/twips/{twip.id}").body
    assert (page["latest_order"], page["bought"]) == (order_id, True)


@pytest.mark.rule("D9", "D12", "R27", "R29")
def test_a_refused_purchase_says_why_and_moves_nothing(house: House, web: Web, vera: User, twip: Twip) -> None:
    assert buy(web, vera, twip, None).code == "idempotency_key_missing"
    dear = buy(web, vera, twip, price=rub(PRICE - 1))
    assert (dear.status, dear.code, dear.body["price"]) == (409, "price_changed", rub(PRICE))
    poor = buy(web, settle(house, "oleg@example.org"), twip)
    assert (poor.status, poor.code, poor.body["missing"]) == (402, "insufficient_funds", rub(PRICE))
    first, again = buy(web, vera, twip), buy(web, vera, twip)
    assert (again.status, again.body) == (201, first.body)
    other = buy(web, vera, twip, price=rub(PRICE - 1))
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    second = buy(web, vera, twip, "second-key")
    assert (second.status, second.code, second.body["order_id"]) == (409, "already_ordered", first.body["id"])
    assert account(house, vera).available_minor == 2 * PRICE


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"mode": "video"}, "mode"), ({"days": 3}, "days"), ({"price": rub(0)}, "price.amount_minor")],
)
def test_what_is_of_another_kind_is_refused(
    web: Web, vera: User, twip: Twip, changes: dict[str, Any], field: str
) -> None:
    answer = buy(web, vera, twip, **changes)
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, field)


@pytest.mark.rule("R29")
def test_whoever_confirms_no_edition_or_an_older_one_pays_nothing(
    house: House, web: Web, vera: User, twip: Twip
) -> None:
    unsaid = buy(web, vera, twip, edition=None)
    assert (unsaid.status, unsaid.body["errors"]) == (422, [{"field": "edition", "code": "required"}])
    seen = web.by(vera).get(f"/twips/{twip.id}").body["edition"]
    house.store.commit(Save(replace(twip, published=replace(FONTS, files=FilesOffer(PRICE, Goods((BOLD,)))))))
    shown = web.by(vera).get(f"/twips/{twip.id}").body["edition"]
    changed = buy(web, vera, twip, edition=seen)
    assert (changed.status, changed.code, changed.body["edition"]) == (409, "edition_changed", shown)
    assert account(house, vera).available_minor == 3 * PRICE
    assert buy(web, vera, twip, edition=shown).status == 201


def test_what_is_not_of_files_has_no_edition_and_is_ordered_with_none(house: House, web: Web, vera: User) -> None:
    talk = offer(house, settle(house, "pavel@example.org"))
    assert web.by(vera).get(f"/twips/{talk.id}").body["edition"] is None
    for of_kind in ({"kind": "consultation", "mode": "text"}, {"kind": "work", "days": 3}):
        asked = {"twip_id": talk.id, **of_kind, "edition": "0" * 32, "price": rub(PRICE)}
        answer = web.by(vera).post("/orders", asked, key="order-key")
        assert (answer.status, answer.body["errors"]) == (422, [{"field": "edition", "code": "not_allowed"}])


@pytest.mark.rule("R79", "D34")
def test_the_thread_of_the_order_is_theirs_alone(house: House, web: Web, vera: User, twip: Twip) -> None:
    path = f"/orders/{buy(web, vera, twip).body['id']}"
    assert web.by(vera).post(f"{path}/messages", {"text": "Is there a bold face?"}, key="message-key").status == 201
    (entry,) = web.by(found(house, "pavel@example.org")).get(f"{path}/thread").body["items"]
    assert (entry["text"], entry["act"]) == ("Is there a bold face?", None)
    assert web.by(settle(house, "oleg@example.org")).get(f"{path}/thread").code == "not_found"


@pytest.mark.rule("R83", "R84")
def test_a_verdict_says_over_http_whether_the_customer_keeps_them(
    house: House, web: Web, vera: User, twip: Twip
) -> None:
    order_id = buy(web, vera, twip).body["id"]
    pavel, nina = found(house, "pavel@example.org"), settle(house, "nina@example.org", Role.ARBITER)
    opened = web.by(vera).post(f"/orders/{order_id}/disputes", {"text": "They are not whole"}, key="open-key").body
    path = f"/disputes/{opened['id']}"
    assert web.by(vera).get(f"/orders/{order_id}").body["files"]["matures_at"] is None
    web.by(pavel).post(f"{path}/answer", {"text": "They are"}, key="answer-key")
    web.by(nina).post(f"/admin{path}/assign", key="assign-key")
    verdict = {"to_customer": rub(PRICE), "to_performer": rub(0), "reasons": "One face was missing."}
    short = web.by(nina).post(f"/admin{path}/verdict", verdict, key="verdict-key")
    assert (short.status, short.body["errors"][0]["field"]) == (422, "keeps_goods")
    decided = web.by(nina).post(f"/admin{path}/verdict", {**verdict, "keeps_goods": False}, key="verdict-key")
    assert (decided.status, decided.body["outcome"]["keeps_goods"]) == (200, False)
    order = web.by(vera).get(f"/orders/{order_id}").body
    assert (order["state"], order["files"]["access"], order["refunded"]) == ("revoked", False, rub(PRICE))
    entries = web.by(pavel).get(f"{path}/messages").body["items"]
    assert [entry["keeps_goods"] for entry in entries if entry["act"] == "rule"] == [False]
    acts = [entry["act"] for entry in web.by(vera).get(f"/orders/{order_id}/thread").body["items"]]
    assert {(act["act"], act["state"]) for act in acts} == {
        ("dispute_opened", "bought"),
        ("dispute_decided", "revoked"),
    }


@pytest.mark.rule("R77", "R78", "D26", "D34")
def test_the_goods_are_read_and_linked_to_by_the_two_sides_and_no_place_is_told(
    house: House, web: Web, vera: User, twip: Twip
) -> None:
    path = f"/orders/{buy(web, vera, twip).body['id']}/goods"
    linked = web.by(vera).post(f"{path}/bold/link")
    assert (linked.status, set(linked.body)) == (200, {"url", "expires_at"})
    assert linked.body["expires_at"] == iso(house.hands.at_ms + 300_000)
    light = {
        "id": "light",
        "name": "Вывеска светлая.otf",
        "type": "font/otf",
        "size": 41_000,
        "given": 0,
        "scan": "not_scanned",
    }
    bold = {
        "id": "bold",
        "name": "Вывеска жирная.otf",
        "type": "font/otf",
        "size": 48_000,
        "given": 1,
        "scan": "not_scanned",
    }
    for user in (vera, found(house, "pavel@example.org")):
        assert web.by(user).get(path).body == {"files": [bold, light], "links": list(LINKS)}
    stranger = web.by(settle(house, "oleg@example.org"))
    assert (stranger.get(path).code, stranger.post(f"{path}/bold/link").code) == ("not_found", "not_found")
    assert web.by(vera).post(f"{path}/italic/link").code == "not_found"


@pytest.mark.rule("R77", "D33")
def test_a_link_while_the_storage_is_away_may_be_asked_for_again(
    house: House, web: Web, vera: User, twip: Twip
) -> None:
    path = f"/orders/{buy(web, vera, twip).body['id']}/goods/bold/link"
    house.file_storage.broken = True
    away = web.by(vera).post(path)
    assert (away.status, away.code, away.headers["Retry-After"]) == (503, "unavailable", "1")
    house.file_storage.broken = False
    assert web.by(vera).post(path).status == 200


@pytest.mark.rule("R77", "R84", "D27")
def test_after_a_verdict_the_customer_is_refused_and_meanwhile_the_arbiter_looks(
    house: House, web: Web, vera: User, twip: Twip
) -> None:
    order_id = buy(web, vera, twip).body["id"]
    nina = web.by(settle(house, "nina@example.org", Role.ARBITER))
    opened = web.by(vera).post(f"/orders/{order_id}/disputes", {"text": "They are not whole"}, key="open-key").body
    at_desk = f"/admin/disputes/{opened['id']}"
    assert nina.get(f"{at_desk}/goods").code == "forbidden"
    web.by(found(house, "pavel@example.org")).post(
        f"/disputes/{opened['id']}/answer", {"text": "So?"}, key="answer-key"
    )
    nina.post(f"{at_desk}/assign", key="assign-key")
    assert [file["name"] for file in nina.get(f"{at_desk}/goods").body["files"]] == [BOLD.file.name, LIGHT.file.name]
    assert nina.post(f"{at_desk}/goods/bold/link").status == 200
    assert web.by(vera).get(f"{at_desk}/goods").code == "forbidden"
    verdict = {"to_customer": rub(PRICE), "to_performer": rub(0), "reasons": "They were not.", "keeps_goods": False}
    nina.post(f"{at_desk}/verdict", verdict, key="verdict-key")
    for answer in (
        web.by(vera).get(f"/orders/{order_id}/goods"),
        web.by(vera).post(f"/orders/{order_id}/goods/bold/link"),
    ):
        assert (answer.status, answer.code, answer.body["state"]) == (409, "wrong_state", "revoked")
    assert nina.get(f"{at_desk}/goods").code == "not_found"
