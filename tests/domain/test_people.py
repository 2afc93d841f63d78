"""People and the chain of refresh tokens."""

import pytest

from chalicelib.domain.errors import InvalidInput, WrongState
from chalicelib.domain.kinds import Lang
from chalicelib.domain.people import (
    TABS_GRACE_MS,
    RefreshFamily,
    Role,
    Use,
    User,
    UserState,
    blocked,
    confirmed,
    rotated,
    signed_out,
    unblocked,
    use_of,
    with_roles,
)

VERA = User("vera", "vera@example.org", "hash", "Vera", Lang.RU, 1_000)
FAMILY = RefreshFamily(
    "family", "vera", "newest", 0, 9_000_000, replaced="before", overtaken=("overtaken",), rotated_ms=1_000_000
)


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


LONG_MS = 30 * 86_400_000


@pytest.mark.rule("E16")
@pytest.mark.parametrize(
    ("digest", "after_ms", "use"),
    [
        ("newest", LONG_MS, Use.NEWEST),
        ("before", 0, Use.REPLACED),
        ("before", LONG_MS, Use.REPLACED),
        ("overtaken", TABS_GRACE_MS, Use.OVERTAKEN),
        ("overtaken", -1, Use.OVERTAKEN),
        ("overtaken", TABS_GRACE_MS + 1, Use.REUSED),
        ("older", 0, Use.REUSED),
    ],
)
def test_a_token_is_the_newest_or_the_one_before_or_was_just_overtaken_or_is_in_wrong_hands(
    digest: str, after_ms: int, use: Use
) -> None:
    assert use_of(FAMILY, digest, FAMILY.rotated_ms + after_ms) is use


def test_the_first_token_of_a_family_replaces_none() -> None:
    first = RefreshFamily("family", "vera", "first", 0, 9_000_000)
    assert use_of(first, "", 0) is Use.REUSED
    second = rotated(first, "first", "second", "k1", 1_000)
    assert (second.digest, second.replaced, second.kid, second.rotated_ms) == ("second", "first", "k1", 1_000)
    assert second.overtaken == ()


@pytest.mark.rule("E16")
def test_a_token_whose_successor_was_used_is_dead_and_in_the_first_moments_only_late() -> None:
    third = rotated(FAMILY, "newest", "third", "k1", 2_000_000)
    assert (third.replaced, third.overtaken) == ("newest", ("before",))
    assert use_of(third, "before", 2_000_000) is Use.OVERTAKEN
    assert use_of(third, "before", 2_000_000 + TABS_GRACE_MS + 1) is Use.REUSED


def test_pages_that_are_loaded_anew_in_quick_succession_leave_several_late_tokens_but_not_without_end() -> None:
    chain = RefreshFamily("family", "vera", "0", 0, 9_000_000)
    for n in range(20):
        chain = rotated(chain, str(n), str(n + 1), "k1", 1_000 * n)
    assert (chain.digest, chain.replaced, chain.overtaken) == ("20", "19", ("15", "16", "17", "18"))
    later = rotated(chain, "20", "21", "k1", 1_000 * 20 + TABS_GRACE_MS)
    assert later.overtaken == ("19",)


def test_a_successor_that_was_lost_and_cannot_be_made_again_gives_way_to_another() -> None:
    again = rotated(FAMILY, "before", "other", "k2", 2_000_000)
    assert (again.digest, again.replaced, again.kid, again.overtaken) == ("other", "before", "k2", FAMILY.overtaken)
    assert use_of(again, "newest", 2_000_000) is Use.REUSED
