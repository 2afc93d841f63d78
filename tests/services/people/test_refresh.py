"""A device stays signed in by refresh tokens, each good once, whatever answers are lost."""

from typing import Any

import pytest

from chalicelib.domain.access import REFRESH_LIFE_MS
from chalicelib.domain.errors import Unauthenticated
from chalicelib.domain.people import TABS_GRACE_MS
from chalicelib.services.people.identity import SignedIn
from tests.support.house import PASSWORD, House
from tests.support.people import IP, found, settle

VERA = "vera@example.org"


def sign_in(house: House, email: str = VERA, password: str = PASSWORD, ip: str = IP) -> SignedIn:
    return house.identity.sign_in(email, password, ip=ip)


def refresh(house: House, token: str | None) -> SignedIn:
    assert token is not None
    return house.identity.refresh(token)


@pytest.mark.rule("E16")
def test_a_refresh_token_is_replaced_by_each_use(house: House) -> None:
    settle(house, VERA)
    first = sign_in(house).refresh
    house.hands.forward(600_000)
    second = refresh(house, first).refresh
    house.hands.forward(600_000)
    third = refresh(house, second).refresh
    assert len({first, second, third}) == 3


HOUR, DAY = 3_600_000, 86_400_000


@pytest.mark.rule("E16", "D18")
@pytest.mark.parametrize("later_ms", [0, TABS_GRACE_MS + 1, 13_000, HOUR, 29 * DAY])
def test_a_refresh_whose_answer_was_lost_is_repeated_however_late_and_answers_the_same_next_token(
    house: House, later_ms: int
) -> None:
    settle(house, VERA)
    kept = sign_in(house).refresh
    lost = refresh(house, kept).refresh
    for _ in range(3):
        house.hands.forward(later_ms // 3)
        answer = refresh(house, kept)
        assert answer.refresh == lost
        assert house.tokens.read(answer.access, house.hands.at_ms).user_id == found(house, VERA).id
    assert refresh(house, answer.refresh).refresh != lost


def test_a_repeated_refresh_writes_nothing(house: House) -> None:
    settle(house, VERA)
    kept = sign_in(house).refresh
    refresh(house, kept)
    mark = house.dynamo.counts.mark()
    refresh(house, kept)
    assert dict(house.dynamo.counts.since(mark).requests) == {"get_item": 2}


@pytest.mark.rule("E16")
def test_answers_that_are_lost_one_refresh_after_the_other_sign_nobody_out(house: House) -> None:
    settle(house, VERA)
    kept = sign_in(house).refresh
    for _ in range(5):
        for _ in range(3):
            refresh(house, kept)
            house.hands.forward(HOUR)
        kept = refresh(house, kept).refresh


@pytest.mark.rule("E16")
def test_once_its_successor_was_used_a_token_is_dead_and_its_use_signs_the_device_out(house: House) -> None:
    settle(house, VERA)
    stolen = sign_in(house).refresh
    newest = refresh(house, refresh(house, stolen).refresh).refresh
    house.hands.forward(TABS_GRACE_MS + 1)
    for token in (stolen, newest):
        with pytest.raises(Unauthenticated) as refused:
            refresh(house, token)
        assert refused.value.reason in ("invalid", "expired")


@pytest.mark.rule("E16")
def test_a_tabs_request_that_the_other_tab_overtakes_twice_gets_nothing_and_signs_nobody_out(house: House) -> None:
    settle(house, VERA)
    late = sign_in(house).refresh
    newest = refresh(house, refresh(house, late).refresh).refresh
    house.hands.forward(TABS_GRACE_MS)
    with pytest.raises(Unauthenticated) as refused:
        refresh(house, late)
    assert refused.value.reason == "overtaken"
    assert refresh(house, newest)


@pytest.mark.rule("D28", "E16")
def test_a_repeated_refresh_looks_at_the_person_like_any_other(house: House) -> None:
    user = settle(house, VERA)
    kept = sign_in(house).refresh
    refresh(house, kept)
    house.identity.sign_out_everywhere(user.id)
    with pytest.raises(Unauthenticated):
        refresh(house, kept)


def test_a_device_whose_answer_was_lost_signs_out_with_the_token_that_it_has(house: House) -> None:
    settle(house, VERA)
    kept = sign_in(house).refresh
    lost = refresh(house, kept).refresh
    house.hands.forward(HOUR)
    house.identity.sign_out(kept or "")
    for token in (kept, lost):
        with pytest.raises(Unauthenticated):
            refresh(house, token)


def test_the_reuse_on_one_device_leaves_the_others_signed_in(house: House) -> None:
    settle(house, VERA)
    one, other = sign_in(house).refresh, sign_in(house).refresh
    refresh(house, refresh(house, one).refresh)
    house.hands.forward(TABS_GRACE_MS + 1)
    with pytest.raises(Unauthenticated):
        refresh(house, one)
    assert refresh(house, other)


def test_two_tabs_that_refresh_one_after_the_other_get_the_same_next_token(house: House) -> None:
    settle(house, VERA)
    token = sign_in(house).refresh
    one = refresh(house, token).refresh
    house.hands.forward(TABS_GRACE_MS)
    assert refresh(house, token).refresh == one
    house.hands.forward(600_000)
    assert refresh(house, one)


def test_a_repeat_that_meets_the_use_of_the_next_token_harms_nobody(house: House) -> None:
    settle(house, VERA)
    token = sign_in(house).refresh
    following = refresh(house, token).refresh
    newest: list[str | None] = []

    def other_tab(operation: str, request: dict[str, Any]) -> None:
        if operation == "get_item" and "USR#" in str(request) and not newest:
            newest.append(None)
            newest[0] = refresh(house, following).refresh

    house.dynamo.before = other_tab
    assert refresh(house, token).refresh == following
    assert refresh(house, following).refresh == newest[0]


def test_two_tabs_that_refresh_at_the_same_moment_both_stay_signed_in(house: House) -> None:
    settle(house, VERA)
    token = sign_in(house).refresh
    other_tab: list[SignedIn] = []

    def rival(operation: str, request: dict[str, Any]) -> None:
        if operation == "put_item" and not other_tab:
            other_tab.append(SignedIn(found(house, VERA), "", None))
            other_tab[0] = refresh(house, token)

    house.dynamo.before = rival
    assert refresh(house, token).refresh == other_tab[0].refresh


SECOND_KEY = {"current": "k2", "k2": "the second signing key of the test house"}


@pytest.mark.rule("E16")
def test_after_a_change_of_the_signing_key_a_repeat_answers_the_same_next_token(house: House) -> None:
    settle(house, VERA)
    token = sign_in(house).refresh
    following = refresh(house, token).refresh
    house.keys = {**SECOND_KEY, "k1": house.keys["k1"]}
    house.hands.forward(HOUR)
    assert refresh(house, token).refresh == following
    assert refresh(house, following).refresh is not None


@pytest.mark.rule("E16")
def test_a_lost_token_whose_key_is_gone_gives_way_to_another_which_is_then_the_only_one(house: House) -> None:
    settle(house, VERA)
    token = sign_in(house).refresh
    lost = refresh(house, token).refresh
    house.keys = dict(SECOND_KEY)
    house.hands.forward(HOUR)
    sign_in(house)  # reads the keys anew
    another = refresh(house, token).refresh
    assert another not in (None, lost)
    assert refresh(house, token).refresh == another
    with pytest.raises(Unauthenticated):
        refresh(house, lost)


def test_a_tab_just_after_the_key_was_taken_away_keeps_the_other_tabs_cookie(house: House) -> None:
    settle(house, VERA)
    token = sign_in(house).refresh
    house.hands.forward(595_000)
    newest = refresh(house, token).refresh
    house.keys = dict(SECOND_KEY)
    house.hands.forward(6_000)
    sign_in(house)  # reads the keys anew
    assert refresh(house, token).refresh is None
    assert refresh(house, newest).refresh is not None


def test_a_made_up_or_mangled_refresh_token_is_refused(house: House) -> None:
    settle(house, VERA)
    token = sign_in(house).refresh or ""
    for wrong in ("", ".", "nonsense", f"{'0' * 26}.secret", f"{token}x"):
        with pytest.raises(Unauthenticated):
            house.identity.refresh(wrong)


def test_a_device_that_was_away_for_thirty_days_is_signed_out(house: House) -> None:
    settle(house, VERA)
    token = sign_in(house).refresh
    house.hands.forward(REFRESH_LIFE_MS)
    with pytest.raises(Unauthenticated) as refused:
        refresh(house, token)
    assert refused.value.reason == "expired"
