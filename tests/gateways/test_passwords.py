"""Slow hashes of passwords."""

import pytest

from chalicelib.gateways.passwords import Argon2Passwords

QUICK = Argon2Passwords(memory_kib=8, passes=1)


def test_a_password_is_known_by_its_hash_and_no_other_is() -> None:
    kept = QUICK.hash("correct horse battery")
    assert QUICK.verify(kept, "correct horse battery")
    assert not QUICK.verify(kept, "correct horse batterx")
    assert kept != QUICK.hash("correct horse battery")


def test_any_text_can_be_a_password() -> None:
    for password in ("пароль из слов", "\N{GRINNING FACE}" * 128, "nul\x00 inside"):
        assert QUICK.verify(QUICK.hash(password), password)


@pytest.mark.parametrize("passwords", [QUICK, Argon2Passwords()])
def test_the_decoy_costs_what_a_real_hash_costs_and_no_password_opens_it(passwords: Argon2Passwords) -> None:
    costs, version = passwords.hash("x").split("$")[3], passwords.hash("x").split("$")[1:3]
    assert passwords.decoy.split("$")[3] == costs
    assert passwords.decoy.split("$")[1:3] == version
    assert not passwords.verify(passwords.decoy, "")


def test_the_costs_in_the_cloud_are_argon2id_with_19_mib_and_two_passes() -> None:
    assert Argon2Passwords().hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_hash_of_other_costs_is_stale() -> None:
    kept = QUICK.hash("x")
    assert not QUICK.stale(kept)
    assert Argon2Passwords(memory_kib=16, passes=1).stale(kept)
