"""The browser that has registered is signed in once its address is confirmed, and no other (E16, E21)."""

from typing import Any

import pytest

from chalicelib.domain.errors import Unauthenticated
from chalicelib.domain.people import Arrival
from chalicelib.services.changes import Ref
from chalicelib.services.keys import digest
from chalicelib.services.people.attempts import HOUR_MS
from chalicelib.services.people.staff import Change
from tests.support.house import PASSWORD, House
from tests.support.people import IP, applicant, found, settle

VERA = "vera@example.org"
ORDER = "/twips/01jd3v8m6q4z7w2x5n9r1t0c8k/order/video"


def register(
    house: House, email: str = VERA, key: str = "key-00001", onward: str | None = None, name: str = "Vera"
) -> str:
    return house.registrations.register(applicant(email, name=name), key=key, ip=IP, onward=onward)


def confirm(house: House, email: str = VERA) -> None:
    house.registrations.confirm(house.outbox.token(email))


@pytest.mark.rule("E16", "E21")
def test_whoever_waits_is_signed_in_once_the_address_is_confirmed_wherever_that_is_done(house: House) -> None:
    secret = register(house)
    assert house.identity.arrive(secret) is None
    confirm(house)
    signed_in = house.identity.arrive(secret)
    assert signed_in
    assert signed_in.refresh
    assert (signed_in.user.email, house.identity.refresh(signed_in.refresh).user.email) == (VERA, VERA)


def test_one_arrives_once(house: House) -> None:
    secret = register(house)
    confirm(house)
    assert house.identity.arrive(secret)
    with pytest.raises(Unauthenticated):
        house.identity.arrive(secret)


def test_of_two_tabs_that_arrive_at_the_same_moment_one_does(house: House) -> None:
    secret = register(house)
    confirm(house)
    faster = iter([True])

    def first_another_tab(operation: str, request: dict[str, Any]) -> None:
        if operation == "transact_write_items" and next(faster, False):
            assert house.identity.arrive(secret)

    house.dynamo.before = first_another_tab
    with pytest.raises(Unauthenticated):
        house.identity.arrive(secret)


@pytest.mark.parametrize("secret", ["", "made-up"])
def test_nobody_arrives_by_a_secret_that_is_none(house: House, secret: str) -> None:
    register(house)
    confirm(house)
    with pytest.raises(Unauthenticated):
        house.identity.arrive(secret)


def test_a_day_later_nobody_is_waited_for(house: House) -> None:
    secret = register(house)
    confirm(house)
    house.hands.forward(24 * HOUR_MS)
    with pytest.raises(Unauthenticated):
        house.identity.arrive(secret)


@pytest.mark.rule("E16")
def test_whoever_waits_for_a_taken_address_waits_as_for_a_free_one_and_is_never_signed_in(house: House) -> None:
    settle(house, VERA)
    taken, free = register(house, key="key-00002"), register(house, "free@example.org")
    assert [house.identity.arrive(secret) for secret in (taken, free)] == [None, None]
    stored = [house.store.get(Ref(Arrival, digest(secret))) for secret in (taken, free)]
    assert [it is not None and it.user_id == found(house, VERA).id for it in stored] == [False, False]


@pytest.mark.rule("E16")
def test_somebody_elses_click_signs_in_nobody_who_gave_way(house: House) -> None:
    """Mallory registers Vera's address and waits; Vera registers it herself and opens her own link."""
    mallorys = register(house, name="Mallory")
    veras = register(house, key="key-00002")
    confirm(house)
    assert house.identity.arrive(mallorys) is None
    assert house.identity.arrive(veras)


@pytest.mark.rule("E16")
def test_a_repeat_of_what_gave_way_is_not_signed_in_by_the_owners_click(house: House) -> None:
    """Mallory registers Vera's address; Vera registers it herself; Mallory repeats his own request, key and all, and waits."""
    register(house, name="Mallory")
    veras = register(house, key="key-00002")
    mallorys = register(house, name="Mallory")
    confirm(house)
    assert house.identity.arrive(mallorys) is None
    assert house.identity.arrive(veras)


@pytest.mark.rule("E16")
def test_another_password_or_a_block_ends_the_waiting(house: House) -> None:
    secret = register(house)
    confirm(house)
    house.registrations.forgot(VERA, ip=IP)
    house.remind()
    house.registrations.reset(house.outbox.token(VERA), "another long password")
    assert house.identity.arrive(secret) is None
    olga = register(house, "olga@example.org", name="Olga")
    confirm(house, "olga@example.org")
    admin = settle(house, "admin@example.org")
    house.staff.change(admin.id, found(house, "olga@example.org").id, Change(blocked=True))
    assert house.identity.arrive(olga) is None


@pytest.mark.rule("D12")
def test_a_repeat_whose_first_answer_was_lost_waits_too(house: House) -> None:
    register(house)
    again = register(house)
    confirm(house)
    assert house.identity.arrive(again)


@pytest.mark.rule("E21")
def test_the_links_of_all_mails_on_the_way_go_on_to_what_was_meant(house: House) -> None:
    query = "?next=%2Ftwips%2F01jd3v8m6q4z7w2x5n9r1t0c8k%2Forder%2Fvideo"
    register(house, onward=ORDER)
    house.registrations.forgot(VERA, ip=IP, onward=ORDER)
    house.remind()
    links = [mail.facts["link"].partition("#")[0] for mail in house.outbox.mails]
    assert links == [f"https://twip.example/confirm{query}"] * 2
    confirm(house)
    house.outbox.mails.clear()
    register(house, key="key-00002", onward=ORDER)
    house.registrations.forgot(VERA, ip=IP, onward=ORDER)
    house.remind()
    links = [mail.facts["link"].partition("#")[0] for mail in house.outbox.mails]
    assert links == [f"https://twip.example/sign-in{query}", f"https://twip.example/reset{query}"]


def test_the_password_opens_the_account_as_well(house: House) -> None:
    register(house)
    confirm(house)
    assert house.identity.sign_in(VERA, PASSWORD, ip=IP).user.email == VERA
