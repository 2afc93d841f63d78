"""Money that comes and goes by REST: whatever is repeated, forged, late or sent twice at once moves it once or not at all."""

import asyncio
import json
from uuid import uuid4

import pytest

from driver.api import Refused
from driver.people import Town, rub
from tests.journeys.acts import cast, orders_for, refused

PRICE = 90_001


@pytest.mark.rule("R25", "R27", "R28", "R29", "R30")
async def test_an_order_that_the_account_is_short_for_names_the_exact_sum_and_moves_nothing(town: Town) -> None:
    performer, customer = await town.join("Pavel"), await town.join("Vera")
    twip_id = await town.publish(performer, video=PRICE)
    await town.top_up(customer, 40_000)
    short = await refused(town.order(customer, twip_id, "video", PRICE))
    assert (short.status, short.code) == (402, "insufficient_funds")
    assert short.body["missing"] == rub(PRICE - 40_000)
    assert await customer.available() == 40_000
    await town.top_up(customer, short.body["missing"]["amount_minor"])
    order = await town.order(customer, twip_id, "video", PRICE)
    assert (order["state"], order["consultation"]["prepaid"], order["price"]) == ("open", "held", rub(PRICE))
    assert await customer.available() == 0
    assert (await refused(town.order(customer, twip_id, "text", PRICE))).code == "invalid_input"


@pytest.mark.rule("D12", "D9")
async def test_an_order_that_is_sent_again_is_the_same_order_and_is_paid_once(town: Town) -> None:
    performer, customer = await town.join("Pavel"), await town.join("Vera")
    twip_id = await town.publish(performer, video=PRICE)
    await town.top_up(customer, 3 * PRICE)
    key = uuid4().hex
    at_once = await asyncio.gather(
        *(town.order(customer, twip_id, "video", PRICE, key=key) for _ in range(5)), return_exceptions=True
    )
    answers = [answer for answer in at_once if not isinstance(answer, BaseException)]
    assert all(isinstance(answer, dict) or _try_again(answer) for answer in at_once)
    assert {answer["id"] for answer in answers} == {
        (await town.order(customer, twip_id, "video", PRICE, key=key))["id"]
    }
    assert await customer.available() == 2 * PRICE
    reused = await refused(town.order(customer, twip_id, "video", PRICE + 1, key=key))
    assert (reused.status, reused.code) == (422, "idempotency_key_reused")
    twice = await refused(town.order(customer, twip_id, "video", PRICE))
    assert (twice.code, twice.body["order_id"]) == ("already_ordered", answers[0]["id"])
    body = {"twip_id": twip_id, "mode": "video", "price": rub(PRICE)}
    for bad, said in (("", "missing"), ("short", "invalid"), ("x" * 129, "invalid"), ("with space inside", "invalid")):
        keyless = await refused(customer.api.call("POST", "/orders", body, key=bad))
        assert (keyless.status, keyless.code) == (400, f"idempotency_key_{said}")
    assert await customer.available() == 2 * PRICE


@pytest.mark.rule("R34", "R35", "D8", "D12")
async def test_an_order_is_cancelled_once_and_its_block_returns_once(town: Town) -> None:
    scene = await cast(town, video=PRICE, left=0)
    key, path = uuid4().hex, f"/orders/{scene.order_id}/cancel"
    ringing = await scene.customer_page.ask("call.start", order_id=scene.order_id)
    live = await refused(scene.customer.api.post(path))
    assert (live.status, live.code) == (409, "call_live")
    await scene.customer_page.ask("call.cancel", session_id=ringing["session_id"])
    assert (await refused(scene.performer.api.post(path))).code == "forbidden"
    first = await scene.customer.api.post(path, key=key)
    assert first["state"] == "cancelled"
    assert await scene.customer.api.post(path, key=key) == first
    assert (await refused(scene.customer.api.post(path))).code == "wrong_state"
    assert await scene.customer.available() == PRICE
    assert await orders_for(town, scene.customer, scene.twip_id, "video", PRICE) != scene.order_id


@pytest.mark.rule("E8", "D12")
async def test_a_top_up_counts_once_whatever_its_provider_sends(town: Town) -> None:
    customer = await town.join("Vera")
    key = uuid4().hex
    started = await customer.api.post("/account/topups", {"amount": rub(50_000)}, key=key)
    assert await customer.api.post("/account/topups", {"amount": rub(50_000)}, key=key) == started
    assert (await refused(customer.api.post("/account/topups", {"amount": rub(1)}, key=key))).status == 422
    assert (started["state"], await customer.available()) == ("pending", 0)
    await town.pay(started, "failed")
    assert (await customer.api.get(f"/account/topups/{started['id']}"))["state"] == "failed"
    assert await town.pay(started, mood="forged") == [401]
    assert await town.pay(started, mood="late") == [401]
    assert set(await town.pay(started, mood="short")) & {200, 201, 204} == set()
    assert await customer.available() == 0
    assert await town.pay(started, mood="twice") == [200, 200]
    await asyncio.gather(*(town.pay(started) for _ in range(3)))
    await town.pay(started, "failed")
    assert (await customer.api.get(f"/account/topups/{started['id']}"))["state"] == "paid"
    assert await customer.available() == 50_000
    assert len(await customer.postings()) == 1
    stranger = await town.join("Stranger")
    assert (await refused(stranger.api.get(f"/account/topups/{started['id']}"))).status == 404


@pytest.mark.rule("E8")
async def test_a_forged_webhook_credits_nobody(town: Town) -> None:
    customer = await town.join("Vera")
    started = await customer.api.post("/account/topups", {"amount": rub(50_000)})
    payment = {"topup_id": started["id"], "outcome": "succeeded", "amount_minor": 50_000, "currency": "RUB"}
    body = json.dumps({"id": "event-1", "payment": payment})
    for signature in (None, "", "t=1,v1=00", f"t=1795464000,v1={'0' * 64}", "nonsense"):
        headers = {} if signature is None else {"Twip-Signature": signature}
        answer = await town.http.post("/api/payments/sandbox/webhook", content=body, headers=headers)
        assert answer.status_code == 401, answer.text
    elsewhere = await town.http.post("/api/payments/nobody/webhook", content=body)
    assert elsewhere.status_code == 404
    assert await customer.available() == 0


@pytest.mark.rule("R25", "D9", "D11")
async def test_absurd_orders_are_refused_field_by_field(town: Town) -> None:
    performer, customer = await town.join("Pavel"), await town.join("Vera")
    twip_id = await town.publish(performer, video=PRICE)
    good = {"twip_id": twip_id, "mode": "video", "price": rub(PRICE)}
    wrong = [
        {**good, "mode": "telepathy"},
        {**good, "price": rub(0)},
        {**good, "price": rub(-PRICE)},
        {**good, "price": rub(10**40)},
        {**good, "price": {"amount_minor": 900.01, "currency": "RUB"}},
        {**good, "price": {"amount_minor": PRICE, "currency": "USD"}},
        {**good, "twip_id": "../" + twip_id},
        {**good, "discount": 1},
        {},
    ]
    for body in wrong:
        refusal = await refused(customer.api.post("/orders", body))
        assert (refusal.status, refusal.code) == (422, "invalid_input"), (body, refusal)
        assert refusal.body["errors"]
    for price in (PRICE - 1, 10**12):
        changed = await refused(customer.api.post("/orders", {**good, "price": rub(price)}))
        assert (changed.status, changed.code, changed.body["price"]) == (409, "price_changed", rub(PRICE))
    assert (await refused(customer.api.post("/orders", {**good, "twip_id": "0" * 26}))).status == 404
    assert (await refused(performer.api.post("/orders", good))).code == "own_twip"


@pytest.mark.rule("D19")
async def test_an_account_that_covers_one_of_three_orders_pays_for_one(town: Town) -> None:
    customer = await town.join("Vera")
    await town.top_up(customer, PRICE)
    performers = await asyncio.gather(*(town.join("Pavel") for _ in range(3)))
    twips = [await town.publish(performer, video=PRICE) for performer in performers]
    placed = await asyncio.gather(
        *(town.order(customer, twip_id, "video", PRICE) for twip_id in twips), return_exceptions=True
    )
    won = [answer for answer in placed if isinstance(answer, dict)]
    lost = [answer.code for answer in placed if isinstance(answer, Refused)]
    assert (len(won), set(lost)) == (1, {"insufficient_funds"})
    assert await customer.available() == 0


def _try_again(answer: object) -> bool:
    return isinstance(answer, Refused) and answer.code == "unavailable"
