"""Orders over HTTP."""

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Side
from chalicelib.domain.people import User
from chalicelib.domain.sessions import FirstBlock, Reason, Session, State
from chalicelib.domain.twips import Twip
from chalicelib.handlers.models import iso
from chalicelib.services.changes import Insert
from dynamo.errors import client_error
from dynamo.requests import Request
from tests.support.house import House
from tests.support.people import found, settle
from tests.support.sales import VIDEO_MINOR, account, fund, offer
from tests.support.web import Answer, Web


@pytest.fixture
def vera(house: House) -> User:
    person = settle(house, "vera@example.org")
    fund(house, person, 100_000)
    return person


@pytest.fixture
def twip(house: House) -> Twip:
    return offer(house, settle(house, "pavel@example.org", name="Pavel"))


def rub(amount_minor: Any) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": "RUB"}


def wanted(twip: Twip, **changes: Any) -> dict[str, Any]:
    return {"twip_id": twip.id, "mode": "video", "price": rub(VIDEO_MINOR), **changes}


def place(web: Web, vera: User, twip: Twip, key: str | None = "order-key", **changes: Any) -> Answer:
    return web.by(vera).post("/orders", wanted(twip, **changes), key=key)


@pytest.mark.rule("R25", "R30")
def test_an_order_is_answered_as_it_was_placed(house: House, web: Web, vera: User, twip: Twip) -> None:
    answer = place(web, vera, twip)
    assert answer.status == 201
    assert answer.body == {
        "id": answer.body["id"],
        "twip_id": twip.id,
        "customer_id": vera.id,
        "performer_id": twip.author_id,
        "kind": "consultation",
        "title": {"ru": "Дебюты", "en": "Openings"},
        "price": rub(VIDEO_MINOR),
        "refunded": {"amount_minor": 0, "currency": "RUB"},
        "commission_bps": 1500,
        "state": "open",
        "acts": ["cancel"],
        "deadline": None,
        "dispute_id": None,
        "consultation": {"mode": "video", "prepaid": "held", "live_session_id": None},
        "work": None,
        "files": None,
        "created_at": iso(house.hands.at_ms),
        "ended_at": None,
    }
    assert web.by(vera).get("/account").body == {"available": rub(10_000), "held": rub(0)}


@pytest.mark.rule("R3")
def test_a_stranger_orders_nothing(web: Web, twip: Twip) -> None:
    assert web.post("/orders", wanted(twip), key="order-key").status == 401


@pytest.mark.rule("R27")
def test_the_exact_missing_amount_is_in_the_refusal(house: House, web: Web, twip: Twip) -> None:
    poor = settle(house, "oleg@example.org")
    fund(house, poor, 89_999)
    answer = place(web, poor, twip)
    assert (answer.status, answer.code, answer.body["missing"]) == (402, "insufficient_funds", rub(1))


@pytest.mark.rule("R29")
def test_a_price_that_was_not_confirmed_is_refused_with_the_one_in_force(web: Web, vera: User, twip: Twip) -> None:
    answer = place(web, vera, twip, price=rub(VIDEO_MINOR - 1))
    assert (answer.status, answer.code, answer.body["price"]) == (409, "price_changed", rub(VIDEO_MINOR))


@pytest.mark.rule("D12")
def test_without_a_key_nothing_is_ordered(house: House, web: Web, vera: User, twip: Twip) -> None:
    for key in (None, "short", "x" * 129, "ключ-ключ"):
        answer = place(web, vera, twip, key=key)
        expected = "idempotency_key_missing" if key is None else "idempotency_key_invalid"
        assert (answer.status, answer.code) == (400, expected)
    assert account(house, vera).available_minor == 100_000


@pytest.mark.rule("D12")
def test_double_submit_with_one_key_is_one_order_with_one_answer(
    house: House, web: Web, vera: User, twip: Twip
) -> None:
    first, second = place(web, vera, twip), place(web, vera, twip)
    assert (first.status, first.body) == (second.status, second.body)
    assert account(house, vera).available_minor == 10_000
    other = place(web, vera, twip, mode="text", price=rub(40_000))
    assert (other.status, other.code) == (422, "idempotency_key_reused")


@pytest.mark.rule("D12")
@pytest.mark.parametrize("after", [False, True])
def test_an_order_whose_answer_the_store_loses_may_be_sent_again_and_is_paid_once(
    house: House, web: Web, vera: User, twip: Twip, after: bool
) -> None:
    def lose(operation: str, request: Request) -> None:
        if operation == "transact_write_items":
            raise ReadTimeoutError(endpoint_url="https://dynamodb.example")

    setattr(house.dynamo, "after" if after else "before", lose)
    lost = place(web, vera, twip)
    house.dynamo.before = house.dynamo.after = None
    assert (lost.status, lost.code, lost.headers["Retry-After"]) == (503, "unavailable", "1")
    assert account(house, vera).available_minor == (10_000 if after else 100_000)
    assert place(web, vera, twip).status == 201
    assert account(house, vera).available_minor == 10_000


@pytest.mark.parametrize("code", ["ThrottlingException", "ProvisionedThroughputExceededException"])
def test_a_store_out_of_breath_is_no_fault_of_the_asker(
    house: House, web: Web, vera: User, twip: Twip, code: str
) -> None:
    def refuse(operation: str, request: Request) -> None:
        raise client_error(operation, code, "busy")

    house.dynamo.before = refuse
    for answer in (web.by(vera).get("/account"), web.by(vera).get("/orders?role=customer"), place(web, vera, twip)):
        assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "unavailable", "1")


@pytest.mark.rule("D9")
def test_double_submit_with_two_keys_is_one_order_and_names_it(web: Web, vera: User, twip: Twip) -> None:
    first, second = place(web, vera, twip), place(web, vera, twip, key="second-key")
    assert (second.status, second.code, second.body["order_id"]) == (409, "already_ordered", first.body["id"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mode": "smoke"}, "mode"),
        ({"twip_id": "../../etc"}, "twip_id"),
        ({"price": rub(-1)}, "price.amount_minor"),
        ({"price": rub(0)}, "price.amount_minor"),
        ({"price": rub("90000")}, "price.amount_minor"),
        ({"price": rub(90_000.5)}, "price.amount_minor"),
        ({"price": {"amount_minor": 90_000, "currency": "USD"}}, "price.currency"),
        ({"price": 90_000}, "price"),
        ({"commission_bps": 0}, "commission_bps"),
    ],
)
def test_a_malformed_order_names_its_field_and_moves_nothing(
    house: House, web: Web, vera: User, twip: Twip, changes: dict[str, Any], field: str
) -> None:
    answer = place(web, vera, twip, **changes)
    assert (answer.status, answer.code) == (422, "invalid_input")
    assert field in {error["field"] for error in answer.body["errors"]}
    assert account(house, vera).available_minor == 100_000


@pytest.mark.rule("R34", "R35", "D12")
def test_cancelling_is_keyed_and_returns_the_money_once(house: House, web: Web, vera: User, twip: Twip) -> None:
    order_id = place(web, vera, twip).body["id"]
    path = f"/orders/{order_id}/cancel"
    assert web.by(vera).post(path).code == "idempotency_key_missing"
    first, second = (web.by(vera).post(path, key="cancel-key") for _ in range(2))
    assert (first.status, first.body["state"], first.body["consultation"]["prepaid"]) == (200, "cancelled", "returned")
    assert second.body == first.body
    third = web.by(vera).post(path, key="third-key")
    assert (third.status, third.code) == (409, "wrong_state")
    assert account(house, vera).available_minor == 100_000


@pytest.mark.rule("D8")
def test_an_order_whose_block_is_unused_is_cancelled_not_closed(web: Web, vera: User, twip: Twip) -> None:
    order_id = place(web, vera, twip).body["id"]
    answer = web.by(vera).post(f"/orders/{order_id}/close", key="close-key")
    assert (answer.status, answer.code, answer.body["state"]) == (409, "wrong_state", "open/held")


@pytest.mark.rule("R32", "R38")
def test_the_cabinet_lists_orders_and_sales_with_whether_a_call_is_possible(
    house: House, web: Web, vera: User, twip: Twip
) -> None:
    order_id = place(web, vera, twip).body["id"]
    (mine,) = web.by(vera).get("/orders?role=customer").body["items"]
    assert (mine["id"], mine["role"], mine["other_name"]) == (order_id, "customer", "Pavel")
    assert (mine["consultation"]["callable"], mine["consultation"]["uncallable_reason"]) == (False, "status")
    pavel = found(house, "pavel@example.org")
    (sale,) = web.by(pavel).get("/orders?role=performer").body["items"]
    assert (sale["id"], sale["role"], sale["other_name"]) == (order_id, "performer", "Vera")
    assert web.by(vera).get("/orders?role=performer").body == {"items": [], "next_cursor": None}


def test_a_list_needs_a_role_and_a_cursor_of_its_own(web: Web, vera: User) -> None:
    assert web.by(vera).get("/orders").body["errors"][0]["field"] == "role"
    assert web.by(vera).get("/orders?role=arbiter").status == 422
    assert web.by(vera).get("/orders?role=customer&cursor=made-up").code == "invalid_cursor"


@pytest.mark.rule("R32", "R62", "R82")
def test_a_list_is_narrowed_by_kind_state_and_words_and_its_cursor_leads_on(web: Web, vera: User, twip: Twip) -> None:
    first, vera_asks = place(web, vera, twip).body["id"], web.by(vera)

    def found(query: str) -> list[str]:
        return [order["id"] for order in vera_asks.get(f"/orders?role=customer&{query}").body["items"]]

    for query in (
        "kind=consultation",
        "state=open",
        "state=waiting",
        "q=opening",
        "q=%D0%B4%D0%B5%D0%B1%D1%8E%D1%82",
        "q=PAV",
    ):
        assert found(query) == [first], query
    for query in (
        "kind=work",
        "kind=files",
        "state=over",
        "state=disputed",
        "q=closings",
        "kind=consultation&state=over",
    ):
        assert found(query) == [], query
    assert vera_asks.post(f"/orders/{first}/cancel", key="cancel-key").status == 200
    assert found("state=over&kind=consultation&q=pavel") == [first]
    second = place(web, vera, twip, "again-key").body["id"]
    page = vera_asks.get("/orders?role=customer&kind=consultation&limit=1").body
    rest = vera_asks.get(f"/orders?role=customer&kind=consultation&limit=1&cursor={page['next_cursor']}").body
    # Of the same millisecond: which of the two comes first is nobody's promise.
    assert {order["id"] for part in (page, rest) for order in part["items"]} == {first, second}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("kind=shoes", "kind"),
        ("kind=", "kind"),
        ("state=asleep", "state"),
        ("state=Open", "state"),
        (f"q={'a' * 201}", "q"),
        ("limit=31", "limit"),
        ("sort=price", "sort"),
        ("state=open&state=over", "state"),
    ],
)
def test_a_filter_that_is_none_is_refused_by_its_name(web: Web, vera: User, query: str, field: str) -> None:
    answer = web.by(vera).get(f"/orders?role=customer&{query}")
    assert (answer.status, answer.code) == (422, "invalid_input")
    assert [error["field"] for error in answer.body["errors"]] == [field]


@pytest.mark.rule("D10")
def test_one_order_shows_what_was_bought_to_its_two_sides_only(house: House, web: Web, vera: User, twip: Twip) -> None:
    path = f"/orders/{place(web, vera, twip).body['id']}"
    assert web.by(vera).get(path).body["description"]["en"] == "We go through your games."
    assert web.by(found(house, "pavel@example.org")).get(path).status == 200
    assert web.by(settle(house, "oleg@example.org")).get(path).code == "not_found"


@pytest.mark.rule("R33")
def test_the_page_of_the_twip_links_to_my_order_of_it(web: Web, vera: User, twip: Twip) -> None:
    order_id = place(web, vera, twip).body["id"]
    assert order_id in str(web.by(vera).get(f"/twips/{twip.id}").body)


@pytest.mark.rule("E13")
def test_the_history_tells_what_each_session_cost(house: House, web: Web, vera: User, twip: Twip) -> None:
    order = place(web, vera, twip).body
    t0 = house.hands.at_ms
    session = Session(
        id=f"{order['id']}-0001",
        order_id=order["id"],
        customer_id=vera.id,
        performer_id=twip.author_id,
        mode=Mode.VIDEO,
        price_minor=VIDEO_MINOR,
        commission_bps=1500,
        state=State.ENDED,
        called_ms=t0,
        deadline_ms=t0,
        clock_started_ms=t0,
        ended_ms=t0 + 901_500,
        blocks_paid=1,
        first_block=FirstBlock.SETTLED,
        reason=Reason.CUSTOMER_HANGUP,
        ended_by=(Side.CUSTOMER,),
    )
    house.store.commit(Insert(session))
    (told,) = web.by(vera).get(f"/orders/{order['id']}/sessions").body["items"]
    assert (told["billed_blocks"], told["billed"], told["duration_seconds"]) == (2, rub(2 * VIDEO_MINOR), 901)
    assert (told["reason"], told["ended_by"]) == ("customer_hangup", ["customer"])
    stranger = settle(house, "oleg@example.org")
    assert web.by(stranger).get(f"/orders/{order['id']}/sessions").status == 404
