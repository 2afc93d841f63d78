"""Devices that somebody has signed in on before."""

import pytest

from chalicelib.gateways.secrets import KEPT_MS
from chalicelib.services.people.devices import PEOPLE_AT_MOST
from tests.support.house import House

VERA, OLEG = "vera@example.org", "oleg@example.org"
SECOND_KEY = {"current": "k2", "k2": "the second signing key of the test house"}


@pytest.mark.rule("E19")
def test_a_device_knows_whom_it_was_signed_in_for_and_nobody_else(house: House) -> None:
    cookie = house.devices.remember("", VERA)
    assert house.devices.known(cookie, VERA)
    assert house.devices.known(cookie, OLEG) is None
    assert house.devices.known("", VERA) is None
    assert "vera" not in cookie


def test_each_device_has_a_name_of_its_own_and_keeps_it(house: House) -> None:
    one, other = house.devices.remember("", VERA), house.devices.remember("", VERA)
    assert house.devices.known(one, VERA) != house.devices.known(other, VERA)
    assert house.devices.remember(one, VERA) == one


def test_a_device_of_several_people_knows_each_and_forgets_who_was_here_longest_ago(house: House) -> None:
    cookie, people = "", [f"{n}@example.org" for n in range(PEOPLE_AT_MOST + 1)]
    for email in people:
        cookie = house.devices.remember(cookie, email)
    assert [house.devices.known(cookie, email) is not None for email in people] == [False, *[True] * PEOPLE_AT_MOST]
    names = [house.devices.known(cookie, email) for email in people[1:]]
    assert len(set(names)) == PEOPLE_AT_MOST
    back = house.devices.remember(cookie, people[1])
    assert [house.devices.known(back, email) for email in people[1:]] == names


def test_a_mark_that_is_made_up_or_altered_is_none(house: House) -> None:
    cookie = house.devices.remember("", VERA)
    name, _, signature = cookie.partition(".")
    swapped = f"{name}.{house.devices.remember('', VERA).partition('.')[2]}"
    for wrong in (
        name,
        f"{name}.",
        f"{name}.{'A' * 43}",
        f"{cookie}x",
        f"{'0' * 26}.{signature}",
        swapped,
        "\u00e9~~.",
    ):
        assert house.devices.known(wrong, VERA) is None
        assert house.devices.known(house.devices.remember(wrong, OLEG), VERA) is None
    assert len(house.devices.remember("~".join([cookie] * 50), OLEG)) < 6 * len(cookie)


def test_a_device_is_known_through_a_rotation_of_the_key_and_signed_anew_at_the_next_sign_in(house: House) -> None:
    cookie = house.devices.remember("", VERA)
    name = house.devices.known(cookie, VERA)
    house.keys = {**SECOND_KEY, "k1": house.keys["k1"]}
    house.hands.forward(KEPT_MS)
    assert house.devices.known(cookie, VERA) == name
    renewed = house.devices.remember(cookie, VERA)
    house.keys = dict(SECOND_KEY)
    house.hands.forward(KEPT_MS)
    assert house.devices.known(renewed, VERA) == name
    assert house.devices.known(cookie, VERA) is None
