"""Who is signed in: acts that look again, sign-outs, tickets, what is stored of secrets."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.access import TICKET_LIFE_MS, Caller
from chalicelib.domain.connections import Connection, UserConnection
from chalicelib.domain.errors import InvalidInput, NotFound, Unauthenticated, WrongState
from chalicelib.domain.kinds import Lang
from chalicelib.domain.people import Role
from chalicelib.services.changes import Put, Ref
from chalicelib.services.people.identity import SignedIn
from chalicelib.services.people.staff import Change
from tests.support.house import PASSWORD, House
from tests.support.people import IP, caller, found, settle

VERA = "vera@example.org"


def sign_in(house: House, email: str = VERA, password: str = PASSWORD, ip: str = IP) -> SignedIn:
    return house.identity.sign_in(email, password, ip=ip)


def refresh(house: House, token: str | None) -> SignedIn:
    assert token is not None
    return house.identity.refresh(token)


@pytest.mark.rule("E16")
def test_signing_out_ends_one_device_and_needs_its_token(house: House) -> None:
    settle(house, VERA)
    one, other = sign_in(house).refresh or "", sign_in(house).refresh or ""
    house.identity.sign_out(f"{one}x")
    one = refresh(house, one).refresh or ""
    house.identity.sign_out(one)
    house.identity.sign_out(one)
    with pytest.raises(Unauthenticated):
        refresh(house, one)
    assert refresh(house, other)


def test_signing_out_while_another_tab_refreshes_signs_out_all_the_same(house: House) -> None:
    settle(house, VERA)
    token = sign_in(house).refresh or ""
    rotated: list[str | None] = []

    def rival(operation: str, request: dict[str, Any]) -> None:
        if operation == "delete_item" and not rotated:
            rotated.append(None)
            rotated[0] = refresh(house, token).refresh

    house.dynamo.before = rival
    house.identity.sign_out(token)
    with pytest.raises(Unauthenticated):
        refresh(house, rotated[0])


@pytest.mark.rule("E16")
def test_signing_out_everywhere_ends_every_device_and_closes_every_page(house: House) -> None:
    user = settle(house, VERA)
    one, other = sign_in(house), sign_in(house)
    house.store.commit(Put(UserConnection(user.id, "connection-1", house.hands.at_ms + 1)))
    house.identity.sign_out_everywhere(user.id)
    for device in (one, other):
        with pytest.raises(Unauthenticated):
            refresh(house, device.refresh)
    assert house.air.closed == ["connection-1"]


@pytest.mark.rule("E16")
def test_acts_that_look_again_refuse_a_token_from_before_signing_out_everywhere(house: House) -> None:
    user = settle(house, VERA)
    caller = house.tokens.read(sign_in(house).access, house.hands.at_ms)
    assert house.identity.still(caller) == caller
    house.identity.sign_out_everywhere(user.id)
    with pytest.raises(Unauthenticated):
        house.identity.still(caller)


def test_acts_that_look_again_take_the_roles_as_they_are_not_as_the_token_remembers(house: House) -> None:
    settle(house, VERA)
    caller = house.tokens.read(sign_in(house).access, house.hands.at_ms)
    house.staff.grant(VERA, Role.MODERATOR)
    assert Role.MODERATOR in house.identity.still(caller).roles


def test_a_blocked_person_is_refused_at_sign_in_at_refresh_and_at_acts_that_look_again(house: House) -> None:
    user, admin = settle(house, VERA), settle(house, "admin@example.org", Role.ADMIN)
    device = sign_in(house)
    caller = house.tokens.read(device.access, house.hands.at_ms)
    house.staff.change(admin.id, user.id, Change(blocked=True))
    with pytest.raises(WrongState) as refused:
        sign_in(house)
    assert refused.value.state == "blocked"
    with pytest.raises(Unauthenticated):
        refresh(house, device.refresh)
    with pytest.raises(Unauthenticated):
        house.identity.still(caller)


def test_an_access_token_dies_by_itself_after_ten_minutes(house: House) -> None:
    settle(house, VERA)
    access = sign_in(house).access
    house.tokens.read(access, house.hands.at_ms + 599_000)
    with pytest.raises(Unauthenticated) as refused:
        house.tokens.read(access, house.hands.at_ms + 600_000)
    assert refused.value.reason == "expired"


@pytest.mark.rule("D18")
def test_a_ticket_opens_one_connection_within_thirty_seconds(house: House) -> None:
    user = settle(house, VERA)
    ticket = house.identity.ticket(caller(user))
    house.hands.forward(TICKET_LIFE_MS - 1)
    house.connections.open(ticket, "connection-1", house.hands.at_ms)
    connection = house.store.get(Ref(Connection, "connection-1"))
    assert connection is not None
    assert (connection.user_id, connection.epoch) == (user.id, user.epoch)
    with pytest.raises(Unauthenticated):
        house.connections.open(ticket, "connection-2", house.hands.at_ms)
    late = house.identity.ticket(caller(user))
    house.hands.forward(TICKET_LIFE_MS)
    with pytest.raises(Unauthenticated):
        house.connections.open(late, "connection-3", house.hands.at_ms)


@pytest.mark.rule("E16", "D28")
def test_a_ticket_from_before_a_sign_out_a_reset_or_a_block_opens_nothing(house: House) -> None:
    user, admin = settle(house, VERA), settle(house, "ada@example.org", Role.ADMIN)

    def reset() -> None:
        house.registrations.forgot(VERA, ip=IP)
        house.remind()
        house.registrations.reset(house.outbox.token(VERA), "another long password")

    acts: list[Callable[[], object]] = [
        lambda: house.identity.sign_out_everywhere(user.id),
        reset,
        lambda: house.staff.change(admin.id, user.id, Change(blocked=True)),
    ]
    for number, act in enumerate(acts):
        ticket = house.identity.ticket(caller(found(house, VERA)))
        act()
        with pytest.raises(Unauthenticated) as refused:
            house.connections.open(ticket, f"line-{number}", house.hands.at_ms)
        assert refused.value.reason == "expired"


def test_only_digests_of_secrets_are_stored(house: House) -> None:
    user = settle(house, VERA)
    secrets = [house.identity.ticket(caller(user)), (sign_in(house).refresh or "").partition(".")[2]]
    house.registrations.forgot(VERA, ip=IP)
    house.remind()
    secrets.append(house.outbox.token(VERA))
    stored = str(list(house.dynamo.items("live")))
    assert not [secret for secret in secrets if secret in stored]


def test_a_person_changes_name_and_language_and_others_see_the_new_name(house: House) -> None:
    user = settle(house, VERA)
    edited = house.identity.edit(user.id, name="  Вера  ", lang=Lang.RU)
    assert (edited.display_name, edited.lang) == ("Вера", "ru")
    assert house.identity.edit(user.id, name=None, lang=Lang.RU) == found(house, VERA)
    with pytest.raises(InvalidInput):
        house.identity.edit(user.id, name="\u202eareV", lang=None)


def test_nobody_is_nobody(house: House) -> None:
    with pytest.raises(Unauthenticated):
        house.identity.me(Caller("nobody", frozenset({Role.USER}), 0))
    for act in (
        lambda: house.identity.edit("nobody", name="Vera", lang=None),
        lambda: house.identity.sign_out_everywhere("nobody"),
    ):
        with pytest.raises(NotFound):
            act()
