"""Top-ups: money that has come is credited once, and only money that has come."""

import logging
from dataclasses import replace

import pytest

from chalicelib.domain.accounts import Account
from chalicelib.domain.connections import UserConnection
from chalicelib.domain.errors import InvalidInput, KeyReused, NotFound, Unauthenticated, Unavailable, WrongAmount
from chalicelib.domain.people import User
from chalicelib.domain.topups import Outcome, TopUpState
from chalicelib.services.changes import Put, Ref, Remove
from chalicelib.services.frames import Balance
from chalicelib.services.money.topups import Started
from dynamo.requests import Request
from tests.support.house import House
from tests.support.people import settle
from tests.support.sales import account, webhook

MINUTE_MS = 60_000


@pytest.fixture
def vera(house: House) -> User:
    return settle(house, "vera@example.org")


@pytest.fixture
def started(house: House, vera: User) -> Started:
    return house.topups.start(vera.id, 50_000, key="top-up-key")


def tell(house: House, started: Started, outcome: Outcome = Outcome.SUCCEEDED) -> TopUpState:
    return house.topups.notified("sandbox", *webhook(house, started, outcome)).state


def journal(house: House, user: User) -> list[tuple[str, str, int]]:
    return [(e.kind, e.subject, e.of(f"user:{user.id}")) for e in house.store.entries(user.id).items]


@pytest.mark.rule("R28", "E8")
def test_a_top_up_waits_for_the_provider_and_then_counts(house: House, vera: User, started: Started) -> None:
    assert started.top_up.state is TopUpState.PENDING
    assert started.pay_url == f"https://twip.example/local/pay/{started.top_up.id}?amount_minor=50000&currency=RUB"
    assert account(house, vera).available_minor == 0
    assert tell(house, started) is TopUpState.PAID
    assert account(house, vera).available_minor == 50_000
    assert journal(house, vera) == [("top_up", started.top_up.id, 50_000)]
    assert house.topups.one(vera.id, started.top_up.id).settled_ms == house.hands.at_ms


@pytest.mark.rule("E8")
def test_a_repeated_notification_credits_nothing_more(house: House, vera: User, started: Started) -> None:
    headers, body = webhook(house, started)
    for _ in range(3):
        assert house.topups.notified("sandbox", headers, body).state is TopUpState.PAID
    assert account(house, vera).available_minor == 50_000
    assert len(journal(house, vera)) == 1


@pytest.mark.rule("E8")
def test_a_failure_credits_nothing_and_a_late_success_after_it_counts(
    house: House, vera: User, started: Started
) -> None:
    assert tell(house, started, Outcome.FAILED) is TopUpState.FAILED
    assert account(house, vera).available_minor == 0
    house.hands.forward(60 * MINUTE_MS)
    assert tell(house, started) is TopUpState.PAID
    assert account(house, vera).available_minor == 50_000


@pytest.mark.rule("E8")
def test_a_failure_that_comes_after_the_money_changes_nothing(house: House, vera: User, started: Started) -> None:
    tell(house, started)
    assert tell(house, started, Outcome.FAILED) is TopUpState.PAID
    assert account(house, vera).available_minor == 50_000


@pytest.mark.rule("E8")
def test_another_amount_than_was_asked_for_is_refused_and_logged(
    house: House, vera: User, started: Started, caplog: pytest.LogCaptureFixture
) -> None:
    for amount_minor in (49_999, 5_000_000):
        with caplog.at_level(logging.ERROR), pytest.raises(WrongAmount):
            house.topups.notified("sandbox", *webhook(house, started, amount_minor=amount_minor))
    assert account(house, vera).available_minor == 0
    assert journal(house, vera) == []
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert started.top_up.id in caplog.text
    assert tell(house, started) is TopUpState.PAID


@pytest.mark.rule("E8")
def test_forged_unsigned_and_old_notifications_do_nothing(house: House, vera: User, started: Started) -> None:
    headers, body = webhook(house, started)
    forged = body.replace(b"50000", b"50001")
    for sent, said, reason in (
        ({}, body, "invalid"),
        ({"twip-signature": "t=1,v1=00"}, body, "invalid"),
        (headers, forged, "invalid"),
    ):
        with pytest.raises(Unauthenticated) as refused:
            house.topups.notified("sandbox", sent, said)
        assert refused.value.reason == reason
    house.hands.forward(5 * MINUTE_MS + 1_000)
    with pytest.raises(Unauthenticated) as late:
        house.topups.notified("sandbox", headers, body)
    assert late.value.reason == "expired"
    assert account(house, vera).available_minor == 0


def test_what_nobody_asked_for_is_not_credited(house: House, vera: User, started: Started) -> None:
    unknown = replace(started, top_up=replace(started.top_up, id="1" * 26))
    with pytest.raises(NotFound):
        house.topups.notified("sandbox", *webhook(house, unknown))
    with pytest.raises(NotFound):
        house.topups.notified("stripe", *webhook(house, started))


@pytest.mark.rule("D12")
def test_a_repeat_of_the_request_is_the_same_top_up_and_another_body_is_refused(
    house: House, vera: User, started: Started
) -> None:
    tell(house, started)
    again = house.topups.start(vera.id, 50_000, key="top-up-key")
    assert replace(again.top_up, version=0) == started.top_up
    assert again.pay_url == started.pay_url
    with pytest.raises(KeyReused):
        house.topups.start(vera.id, 50_001, key="top-up-key")
    assert house.topups.start(vera.id, 50_001, key="another-key").top_up.id != started.top_up.id


@pytest.mark.parametrize("amount_minor", [0, -1, 10_000_001])
def test_absurd_amounts_are_refused(house: House, vera: User, amount_minor: int) -> None:
    with pytest.raises(InvalidInput):
        house.topups.start(vera.id, amount_minor, key="top-up-key")
    assert house.topups.listed(vera.id, cursor=None, limit=20).items == ()


def test_two_notifications_at_once_credit_once(house: House, vera: User, started: Started) -> None:
    came = iter([True])

    def double(operation: str, request: Request) -> None:
        if operation == "transact_write_items" and next(came, False):
            tell(house, started)

    house.dynamo.before = double
    assert tell(house, started) is TopUpState.PAID
    assert account(house, vera).available_minor == 50_000
    assert len(journal(house, vera)) == 1


def test_two_submits_at_once_are_one_top_up(house: House, vera: User) -> None:
    came = iter([True])

    def double(operation: str, request: Request) -> None:
        if operation == "put_item" and next(came, False):
            house.topups.start(vera.id, 50_000, key="top-up-key")

    house.dynamo.before = double
    house.topups.start(vera.id, 50_000, key="top-up-key")
    assert len(house.topups.listed(vera.id, cursor=None, limit=20).items) == 1


@pytest.mark.rule("R52")
def test_a_credit_is_told_to_every_tab_once(house: House, vera: User, started: Started) -> None:
    for tab in ("tab-1", "tab-2"):
        house.store.commit(Put(UserConnection(vera.id, tab, house.hands.at_ms + 10**6)))
    tell(house, started)
    tell(house, started)
    told = [(told.connection_id, told.frame) for told in house.air.told]
    assert sorted(told, key=str) == [("tab-1", Balance(50_000)), ("tab-2", Balance(50_000))]


def test_top_ups_are_their_owners_business(house: House, vera: User, started: Started) -> None:
    oleg = settle(house, "oleg@example.org")
    assert house.topups.one(vera.id, started.top_up.id) == started.top_up
    for user_id, top_up_id in ((oleg.id, started.top_up.id), (vera.id, "1" * 26)):
        with pytest.raises(NotFound):
            house.topups.one(user_id, top_up_id)
    assert house.topups.listed(oleg.id, cursor=None, limit=20).items == ()
    assert house.topups.listed(vera.id, cursor=None, limit=20).items == (started.top_up,)


def test_nobody_without_an_account_tops_up(house: House, vera: User) -> None:
    house.store.commit(Remove(house.store.get(Ref(Account, vera.id))))
    with pytest.raises(NotFound):
        house.topups.start(vera.id, 50_000, key="top-up-key")


def test_money_for_an_account_that_is_gone_brings_nothing_back_and_is_told_again(
    house: House, vera: User, started: Started
) -> None:
    house.store.commit(Remove(house.store.get(Ref(Account, vera.id))))
    with pytest.raises(Unavailable):
        tell(house, started)
    assert house.store.get(Ref(Account, vera.id)) is None
    assert house.topups.one(vera.id, started.top_up.id).state is TopUpState.PENDING


def test_a_deployed_stage_has_no_sandbox(house: House, vera: User) -> None:
    house.settings = replace(house.settings, local=False)
    with pytest.raises(Unavailable):
        house.topups.start(vera.id, 50_000, key="top-up-key")
    with pytest.raises(NotFound):
        house.topups.notified("sandbox", {}, b"")
