"""Signing in: by whom, how often, with which password."""

import unicodedata
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.access import Caller
from chalicelib.domain.errors import TooManyAttempts, Unauthenticated, WrongState
from chalicelib.domain.passwords import normal_form
from chalicelib.domain.people import Role
from chalicelib.gateways.passwords import Argon2Passwords
from chalicelib.services.changes import Save
from chalicelib.services.people.attempts import SIGN_IN
from chalicelib.services.people.identity import Identity, SignedIn
from tests.support.house import PASSWORD, House
from tests.support.people import IP, applicant, found, settle

VERA = "vera@example.org"


def sign_in(house: House, email: str = VERA, password: str = PASSWORD, ip: str = IP) -> SignedIn:
    return house.identity.sign_in(email, password, ip=ip)


@pytest.mark.rule("E16")
def test_a_confirmed_person_signs_in_and_the_access_token_says_who_they_are(house: House) -> None:
    user = settle(house, VERA, Role.MODERATOR)
    signed_in = sign_in(house)
    caller = house.tokens.read(signed_in.access, house.hands.at_ms)
    assert caller == Caller(user.id, frozenset({Role.USER, Role.MODERATOR}), user.epoch)


def test_a_wrong_password_and_a_strangers_address_get_the_same_answer(house: House) -> None:
    settle(house, VERA)
    for email in (VERA, "nobody@example.org"):
        with pytest.raises(Unauthenticated) as refused:
            sign_in(house, email, "not the password")
        assert refused.value.reason == "credentials"


@pytest.mark.parametrize("wrong", ["not the password", "не тот пароль", "не\u00a0тот парои\u0306ль"], ids=ascii)
def test_a_strangers_address_costs_the_same_reads_and_the_same_hashes(house: House, wrong: str) -> None:
    settle(house, VERA)
    checked: list[tuple[str, str]] = []
    each, spent = [], []

    class Watched(Argon2Passwords):
        def verify(self, kept: str, password: str) -> bool:
            checked.append((kept.rsplit("$", 2)[0], password))
            return super().verify(kept, password)

    identity = replace(house.identity, passwords=Watched(memory_kib=8, passes=1))
    for email in (VERA, "nobody@example.org"):
        mark = house.dynamo.counts.mark()
        with pytest.raises(Unauthenticated):
            identity.sign_in(email, wrong, ip=IP)
        spent.append(house.dynamo.counts.since(mark).requests)
        each.append(checked.copy())
        checked.clear()
    assert spent[0] == spent[1]
    assert each[0] == each[1] != []


def test_who_has_not_confirmed_the_address_is_told_so_only_with_the_right_password(house: House) -> None:
    house.registrations.register(applicant(VERA), key="key-00001", ip=IP)
    with pytest.raises(WrongState) as pending:
        sign_in(house)
    assert pending.value.state == "pending"
    with pytest.raises(Unauthenticated):
        sign_in(house, password="not the password")


@pytest.mark.rule("E19")
def test_attempts_for_one_address_are_limited_from_wherever_they_come(house: House) -> None:
    settle(house, VERA)
    for n in range(SIGN_IN.per_address):
        with pytest.raises(Unauthenticated):
            sign_in(house, password="not the password", ip=f"203.0.113.{n}")
    with pytest.raises(TooManyAttempts) as refused:
        sign_in(house, ip="198.51.100.1")
    assert 0 < refused.value.retry_after_s <= SIGN_IN.window_ms // 1000
    house.hands.forward(refused.value.retry_after_s * 1000)
    assert sign_in(house)


@pytest.mark.rule("E19")
def test_a_stranger_who_guesses_keeps_nobody_out_of_a_device_that_was_signed_in_before(house: House) -> None:
    settle(house, VERA)
    for n in range(SIGN_IN.per_address + 1):
        with pytest.raises((Unauthenticated, TooManyAttempts)):
            sign_in(house, password="not the password", ip=f"203.0.113.{n}")
    with pytest.raises(TooManyAttempts):
        sign_in(house)
    assert house.identity.sign_in(VERA, PASSWORD, ip=IP, device="laptop")


@pytest.mark.rule("E19")
def test_a_device_that_was_signed_in_before_has_no_more_tries_than_a_stranger_and_spends_only_its_own(
    house: House,
) -> None:
    settle(house, VERA)
    for _ in range(SIGN_IN.per_address):
        with pytest.raises(Unauthenticated):
            house.identity.sign_in(VERA, "not the password", ip=IP, device="laptop")
    with pytest.raises(TooManyAttempts):
        house.identity.sign_in(VERA, PASSWORD, ip=IP, device="laptop")
    assert house.identity.sign_in(VERA, PASSWORD, ip=IP, device="phone")
    assert sign_in(house)


def test_a_known_device_is_limited_by_its_origin_like_anybody_and_costs_the_same_requests(house: House) -> None:
    settle(house, VERA)
    spent = []
    for device in (None, "laptop"):
        mark = house.dynamo.counts.mark()
        assert house.identity.sign_in(VERA, PASSWORD, ip=IP, device=device)
        spent.append(house.dynamo.counts.since(mark).requests)
    assert spent[0] == spent[1]
    strict = replace(house.identity, limits=replace(SIGN_IN, per_origin=2))
    with pytest.raises(TooManyAttempts):
        strict.sign_in(VERA, PASSWORD, ip=IP, device="laptop")


@pytest.mark.rule("E19")
def test_attempts_from_one_origin_are_limited_whomever_they_are_for(house: House) -> None:
    settle(house, VERA)
    identity = replace(house.identity, limits=SIGN_IN)
    for n in range(SIGN_IN.per_origin):
        with pytest.raises(Unauthenticated):
            identity.sign_in(f"nobody{n}@example.org", "not the password", ip=IP)
    with pytest.raises(TooManyAttempts):
        identity.sign_in(VERA, PASSWORD, ip=IP)
    assert identity.sign_in(VERA, PASSWORD, ip="198.51.100.1")


def test_a_hash_of_other_costs_is_made_anew_at_the_next_sign_in(house: House) -> None:
    before = settle(house, VERA)
    stronger = replace(house.identity, passwords=Argon2Passwords(memory_kib=16, passes=1))
    stronger.sign_in(VERA, PASSWORD, ip=IP)
    after = found(house, VERA)
    assert "m=8," in before.password_hash
    assert "m=16," in after.password_hash
    stronger.sign_in(VERA, PASSWORD, ip=IP)
    assert found(house, VERA) == after


COMPOSED = "мой ёжик и йод"
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)
NO_BREAK = COMPOSED.replace(" ", "\u00a0")


@pytest.mark.rule("E16")
@pytest.mark.parametrize("registered", [COMPOSED, DECOMPOSED, NO_BREAK], ids=ascii)
def test_a_password_opens_however_a_keyboard_composes_it(house: House, registered: str) -> None:
    house.registrations.register(applicant(VERA, password=registered), key="key-00001", ip=IP)
    house.registrations.register(applicant(VERA, password=COMPOSED), key="key-00001", ip=IP)
    house.registrations.confirm(house.outbox.token(VERA))
    before = found(house, VERA)
    for typed in (COMPOSED, DECOMPOSED, NO_BREAK, COMPOSED[:8] + unicodedata.normalize("NFD", COMPOSED[8:])):
        assert sign_in(house, password=typed)
    assert found(house, VERA) == before, "nothing is written for it"
    with pytest.raises(Unauthenticated):
        sign_in(house, password=COMPOSED.replace("ё", "е"))


@pytest.mark.rule("E16")
@pytest.mark.parametrize("once", [DECOMPOSED, NO_BREAK, COMPOSED, "1234567890"], ids=ascii)
def test_a_hash_of_a_password_as_it_was_typed_goes_on_opening_and_is_made_anew_of_the_normal_form(
    house: House, once: str
) -> None:
    vera = settle(house, VERA)
    house.store.commit(Save(replace(vera, password_hash=house.passwords.hash(once))))
    assert sign_in(house, password=once)
    after = found(house, VERA)
    assert house.passwords.verify(after.password_hash, normal_form(once))
    assert sign_in(house, password=normal_form(once))
    assert found(house, VERA) == after


@pytest.mark.rule("E16")
def test_a_reset_password_opens_however_it_is_composed(house: House) -> None:
    settle(house, VERA)
    house.registrations.forgot(VERA, ip=IP)
    house.remind()
    house.registrations.reset(house.outbox.token(VERA), DECOMPOSED)
    assert house.passwords.verify(found(house, VERA).password_hash, COMPOSED)
    assert sign_in(house, password=COMPOSED)


def test_a_sign_in_does_not_fail_because_the_new_hash_was_not_saved(house: House) -> None:
    settle(house, VERA)
    stronger: Identity = replace(house.identity, passwords=Argon2Passwords(memory_kib=16, passes=1))
    renamed: list[bool] = []

    def rival(operation: str, request: dict[str, Any]) -> None:
        if operation == "put_item" and not renamed:
            renamed.append(True)
            house.identity.edit(found(house, VERA).id, name="Vera P.", lang=None)

    house.dynamo.before = rival
    assert stronger.sign_in(VERA, PASSWORD, ip=IP)
