"""What staff do to people."""

import pytest

from chalicelib.domain.availability import Profile
from chalicelib.domain.connections import UserConnection
from chalicelib.domain.errors import Forbidden, InvalidInput, NotFound, Unauthenticated, Unavailable
from chalicelib.domain.people import Duty, Role, StaffAct, User, UserState
from chalicelib.services.changes import Put, Ref, Remove
from chalicelib.services.notices.duty import on_duty
from chalicelib.services.people.staff import OPERATOR, Change
from tests.support.house import PASSWORD, House
from tests.support.people import IP, applicant, found, settle

VERA = "vera@example.org"


@pytest.fixture
def admin(house: House) -> User:
    return settle(house, "admin@example.org", Role.ADMIN, name="Anna")


def log(house: House) -> list[StaffAct]:
    return list(house.staff.log(cursor=None, limit=50).items)


@pytest.mark.rule("D28")
def test_roles_are_granted_and_revoked_and_each_time_is_in_the_log(house: House, admin: User) -> None:
    vera = settle(house, VERA)
    for roles in ({Role.USER, Role.MODERATOR}, {Role.USER}):
        house.hands.forward(1)
        house.staff.change(admin.id, vera.id, Change(roles=frozenset(roles)))
        assert set(found(house, VERA).roles) == roles
    newest, older = log(house)[:2]
    assert (newest.actor_id, newest.subject, newest.act) == (admin.id, vera.id, "user.roles")
    assert newest.facts == {"before": "user,moderator", "after": "user"}
    assert older.facts == {"before": "user", "after": "user,moderator"}


@pytest.mark.rule("D28")
def test_a_block_signs_out_closes_every_page_hides_from_callers_and_is_in_the_log_with_its_reason(
    house: House, admin: User
) -> None:
    vera = settle(house, VERA)
    house.store.commit(Put(UserConnection(vera.id, "connection-1", house.hands.at_ms + 1)))
    house.staff.change(admin.id, vera.id, Change(blocked=True, reason="spam"))
    profile = house.store.get(Ref(Profile, vera.id))
    assert profile is not None
    assert profile.blocked
    assert (found(house, VERA).state, found(house, VERA).epoch) == (UserState.BLOCKED, vera.epoch + 1)
    assert house.air.closed == ["connection-1"]
    assert (log(house)[0].act, log(house)[0].facts) == ("user.block", {"reason": "spam"})


@pytest.mark.rule("D28")
def test_a_block_that_leaves_a_page_open_says_so_and_is_done_again(house: House, admin: User) -> None:
    vera = settle(house, VERA)
    for name in ("connection-1", "connection-2"):
        house.store.commit(Put(UserConnection(vera.id, name, house.hands.at_ms + 1)))
    house.air.stuck.add("connection-1")
    with pytest.raises(Unavailable):
        house.staff.change(admin.id, vera.id, Change(blocked=True, reason="spam"))
    assert found(house, VERA).state is UserState.BLOCKED
    house.air.stuck.clear()
    house.staff.change(admin.id, vera.id, Change(blocked=True, reason="spam"))
    assert house.air.closed == ["connection-2", "connection-1"]
    assert [act.act for act in log(house)].count("user.block") == 1


def test_an_unblocked_person_comes_back_and_old_tokens_do_not(house: House, admin: User) -> None:
    vera = settle(house, VERA)
    device = house.identity.sign_in(VERA, PASSWORD, ip=IP)
    house.staff.change(admin.id, vera.id, Change(blocked=True))
    house.staff.change(admin.id, vera.id, Change(blocked=False))
    profile = house.store.get(Ref(Profile, vera.id))
    assert profile is not None
    assert not profile.blocked
    with pytest.raises(Unauthenticated):
        house.identity.refresh(device.refresh or "")
    assert house.identity.sign_in(VERA, PASSWORD, ip=IP)
    assert [act.act for act in log(house)[:2]] == ["user.unblock", "user.block"]


def test_a_block_does_not_confirm_an_address(house: House, admin: User) -> None:
    house.registrations.register(applicant(VERA), key="key-00001", ip=IP)
    vera = found(house, VERA)
    house.staff.change(admin.id, vera.id, Change(blocked=True))
    assert house.staff.change(admin.id, vera.id, Change(blocked=False)).state is UserState.PENDING


@pytest.mark.rule("D28")
def test_nobody_changes_their_own_roles_or_blocks_themselves(house: House, admin: User) -> None:
    for change in (Change(roles=frozenset({Role.USER})), Change(blocked=True)):
        with pytest.raises(Forbidden):
            house.staff.change(admin.id, admin.id, change)
    assert found(house, admin.email) == admin


def test_what_is_so_already_is_no_act(house: House, admin: User) -> None:
    vera = settle(house, VERA)
    lines = len(log(house))
    house.staff.change(admin.id, vera.id, Change(roles=frozenset(vera.roles), blocked=False))
    assert len(log(house)) == lines
    assert found(house, VERA) == vera


def test_everybody_stays_a_user(house: House, admin: User) -> None:
    vera = settle(house, VERA)
    with pytest.raises(InvalidInput):
        house.staff.change(admin.id, vera.id, Change(roles=frozenset({Role.MODERATOR})))


def test_there_is_nothing_to_do_to_nobody(house: House, admin: User) -> None:
    with pytest.raises(NotFound):
        house.staff.change(admin.id, "nobody", Change(blocked=True))
    with pytest.raises(NotFound):
        house.staff.grant("nobody@example.org", Role.ADMIN)


@pytest.mark.rule("D28")
def test_the_operators_grant_is_in_the_log_too(house: House) -> None:
    settle(house, VERA, Role.ARBITER)
    act = log(house)[0]
    assert (act.actor_id, act.facts["after"]) == (OPERATOR, "user,arbiter")


def test_whoever_has_a_role_and_may_act_is_found_by_it(house: House, admin: User) -> None:
    nina, oleg = settle(house, "nina@example.org", Role.ARBITER), settle(house, "oleg@example.org", Role.ARBITER)
    assert {user.id for user in on_duty(house.store, Role.ARBITER)} == {nina.id, oleg.id}
    assert [user.id for user in on_duty(house.store, Role.ADMIN)] == [admin.id]
    assert list(on_duty(house.store, Role.MODERATOR)) == []
    house.staff.change(admin.id, nina.id, Change(roles=frozenset({Role.USER})))
    house.staff.change(admin.id, oleg.id, Change(blocked=True))
    assert list(on_duty(house.store, Role.ARBITER)) == []
    assert house.store.get(Ref(Duty, Role.ARBITER, nina.id)) is None


def test_a_role_from_before_duties_were_kept_is_found_after_it_was_granted_once_more(house: House) -> None:
    nina = settle(house, "nina@example.org", Role.ARBITER)
    house.store.commit(Remove(Duty(Role.ARBITER, nina.id)))
    lines = len(log(house))
    house.staff.grant(nina.email, Role.ARBITER)
    assert [user.id for user in on_duty(house.store, Role.ARBITER)] == [nina.id]
    assert len(log(house)) == lines


@pytest.mark.rule("D28")
def test_no_line_of_the_log_can_be_written_over(house: House, admin: User) -> None:
    vera = settle(house, VERA)
    house.staff.change(admin.id, vera.id, Change(blocked=True))
    with pytest.raises(ValueError, match="append-only"):
        house.store.commit(Put(log(house)[0]))


def test_people_are_found_by_the_whole_address_or_listed_newest_first_in_pages(house: House) -> None:
    emails = [f"p{n}@example.org" for n in range(5)]
    for email in emails:
        house.hands.forward(1)
        settle(house, email)
    first = house.staff.people(email=None, cursor=None, limit=3)
    second = house.staff.people(email=None, cursor=first.next_cursor, limit=3)
    assert [user.email for user in first.items + second.items] == emails[::-1]
    assert [user.email for user in house.staff.people(email="p1@example.org", cursor=None, limit=3).items] == [
        emails[1]
    ]
    assert house.staff.people(email="p1@example", cursor=None, limit=3).items == ()
