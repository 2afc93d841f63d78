"""People and the chain of refresh tokens."""

import pytest

from chalicelib.domain.content import Lang
from chalicelib.domain.errors import InvalidInput, WrongState
from chalicelib.domain.people import (
    TABS_GRACE_MS,
    RefreshFamily,
    Role,
    Use,
    User,
    UserState,
    blocked,
    confirmed,
    signed_out,
    unblocked,
    use_of,
    with_roles,
)

VERA = User("vera", "vera@example.org", "hash", "Vera", Lang.RU, 1_000)
FAMILY = RefreshFamily("family", "vera", "newest", 0, 9_000_000, replaced="before", rotated_ms=1_000_000)


def test_an_address_is_confirmed_once() -> None:
    sure = confirmed(VERA, 2_000)
    assert (sure.state, sure.confirmed_ms) == (UserState.ACTIVE, 2_000)
    with pytest.raises(WrongState):
        confirmed(sure, 3_000)
    with pytest.raises(WrongState):
        confirmed(blocked(VERA), 3_000)


def test_a_block_ends_every_token_and_its_end_brings_none_back() -> None:
    sure = confirmed(VERA, 2_000)
    assert (blocked(sure).state, blocked(sure).epoch) == (UserState.BLOCKED, sure.epoch + 1)
    assert (unblocked(blocked(sure)).state, unblocked(blocked(sure)).epoch) == (UserState.ACTIVE, sure.epoch + 1)
    assert unblocked(blocked(VERA)).state is UserState.PENDING
    assert signed_out(sure).state is UserState.ACTIVE


def test_roles_are_kept_in_one_order_and_user_is_always_among_them() -> None:
    assert with_roles(VERA, [Role.ADMIN, Role.USER, Role.MODERATOR]).roles == (Role.USER, Role.MODERATOR, Role.ADMIN)
    with pytest.raises(InvalidInput):
        with_roles(VERA, [])


@pytest.mark.parametrize(
    ("digest", "after_ms", "use"),
    [
        ("newest", 10**9, Use.NEWEST),
        ("before", TABS_GRACE_MS, Use.JUST_REPLACED),
        ("before", TABS_GRACE_MS + 1, Use.REUSED),
        ("older", 0, Use.REUSED),
    ],
)
def test_a_token_is_the_newest_or_just_replaced_or_in_wrong_hands(digest: str, after_ms: int, use: Use) -> None:
    assert use_of(FAMILY, digest, FAMILY.rotated_ms + after_ms) is use


def test_the_first_token_of_a_family_replaces_none() -> None:
    assert use_of(RefreshFamily("family", "vera", "newest", 0, 9_000_000), "", 0) is Use.REUSED
