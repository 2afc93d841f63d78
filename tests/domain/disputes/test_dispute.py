"""Who has a part in a dispute, and who reads it."""

from dataclasses import replace

import pytest

from chalicelib.domain.disputes.dispute import Phase, is_open_to, party_of
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.people import Role
from tests.support.quarrels import quarrel


@pytest.mark.rule("D28", "D34")
def test_a_side_is_a_side_whatever_else_they_are() -> None:
    everything = frozenset(Role)
    assert party_of(quarrel(), "cora", everything) is Party.CUSTOMER
    assert party_of(quarrel(), "pavel", everything) is Party.PERFORMER


@pytest.mark.rule("D27", "D31")
def test_of_staff_who_are_several_things_the_phase_says_which_counts() -> None:
    both = {Role.ARBITER, Role.ADMIN}
    with_admin = replace(quarrel(), phase=Phase.ADMIN)
    assert party_of(quarrel(), "nina", both) is Party.ARBITER
    assert party_of(with_admin, "nina", both) is Party.ADMIN
    assert party_of(quarrel(), "oleg", {Role.ADMIN}) is Party.ADMIN
    assert party_of(with_admin, "oleg", {Role.ARBITER}) is Party.ARBITER
    assert party_of(quarrel(), "lena", {Role.USER, Role.MODERATOR}) is None


@pytest.mark.rule("D27", "D29")
def test_it_is_read_by_its_arbiter_and_by_whom_it_has_escalated_to_while_it_is_open() -> None:
    staff = (("nina", Party.ARBITER), ("oleg", Party.ARBITER), ("anna", Party.ADMIN))
    taken = replace(quarrel(), arbiter_id="nina")
    disputes = (
        quarrel(),
        replace(taken, phase=Phase.ARBITRATION),
        replace(taken, phase=Phase.ESCALATED),
        replace(taken, phase=Phase.ADMIN),
        replace(taken, phase=Phase.DECIDED, ended_ms=1),
    )
    assert [[is_open_to(dispute, *person) for person in staff] for dispute in disputes] == [
        [False, False, False],
        [True, False, False],
        [True, True, False],
        [True, True, True],
        [False, False, False],
    ]


def test_each_side_is_one_of_its_people() -> None:
    dispute = quarrel()
    assert [dispute.side_of(user_id) for user_id in ("cora", "pavel", "nina")] == [Side.CUSTOMER, Side.PERFORMER, None]
    assert [dispute.user_of(side) for side in Side] == ["cora", "pavel"]
