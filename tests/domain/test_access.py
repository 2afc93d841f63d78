"""Who may do what."""

from typing import get_args

import pytest

from chalicelib.domain import access
from chalicelib.domain.access import ADMIN, ANYONE, MODERATOR, TRUSTED, USER, Act, Caller, permit, rule_of
from chalicelib.domain.errors import Forbidden, Unauthenticated
from chalicelib.domain.people import Role
from chalicelib.ws import protocol

BEGINNINGS = {
    Act.HELLO,
    Act.RESUME,
    Act.CALL_START,
    Act.CALL_RINGING,
    Act.CALL_ANSWER,
    Act.SESSION_START,
    Act.SESSION_MEDIA,
}
MONEY_MOVES = {Act.ORDER_PLACE, Act.ORDER_CANCEL, Act.ORDER_CLOSE, Act.TOP_UP_START}


def caller(*roles: Role) -> Caller:
    return Caller("somebody", frozenset(roles), 0)


def test_every_act_has_a_rule() -> None:
    assert not [act for act in Act if act.rule is None]


def test_an_act_without_a_rule_is_denied_to_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Act.HEALTH_READ, "rule", None)
    for who in (None, caller(*Role)):
        with pytest.raises(Forbidden):
            permit(Act.HEALTH_READ, who)


def test_every_frame_that_clients_send_has_its_act_under_its_own_name() -> None:
    union, _ = get_args(protocol.AnyFrame)
    names = {name for frame in get_args(union) for name in get_args(frame.model_fields["type"].annotation)}
    assert names <= {str(act) for act in Act}
    assert all(rule_of(Act(name)) in (USER, TRUSTED) for name in names)


@pytest.mark.rule("E16", "D28")
def test_the_person_is_looked_at_again_where_a_line_is_let_in_or_a_call_or_a_clock_begins_and_not_where_much_is_said() -> (
    None
):
    frames = {Act(frame) for frame in protocol.FRAMES.json_schema()["discriminator"]["mapping"]}
    assert {act for act in frames if rule_of(act).fresh} == BEGINNINGS


@pytest.mark.rule("R2", "R3")
@pytest.mark.parametrize("act", [Act.TWIP_CREATE, Act.TWIP_SUBMIT, Act.ORDER_PLACE])
def test_only_registered_people_offer_and_order(act: Act) -> None:
    with pytest.raises(Unauthenticated):
        permit(act, None)
    permit(act, caller(Role.USER))


@pytest.mark.parametrize("act", [act for act in Act if rule_of(act) == ANYONE])
def test_open_acts_are_for_anyone(act: Act) -> None:
    permit(act, None)
    permit(act, caller(Role.USER))


@pytest.mark.rule("D28")
@pytest.mark.parametrize(("rule", "role"), [(MODERATOR, Role.MODERATOR), (ADMIN, Role.ADMIN)])
def test_acts_of_staff_are_for_exactly_one_role_and_no_role_includes_another(rule: access.Rule, role: Role) -> None:
    acts = [act for act in Act if rule_of(act) == rule]
    assert acts
    others = caller(*(other for other in Role if other is not role))
    for act in acts:
        permit(act, caller(role))
        with pytest.raises(Forbidden):
            permit(act, others)
        with pytest.raises(Unauthenticated):
            permit(act, None)


def test_acts_of_staff_and_acts_of_money_read_the_person_again() -> None:
    staff = {act for act in Act if rule_of(act).roles - {Role.USER}}
    assert all(rule_of(act).fresh for act in staff)
    assert all(rule_of(act) == TRUSTED for act in MONEY_MOVES)


@pytest.mark.rule("E16")
def test_a_browser_says_where_a_request_comes_from_and_only_our_own_pages_are_let_in() -> None:
    ours = {"https://twip.example"}
    assert access.from_our_pages([], ours), "whoever says nothing is no browser"
    assert access.from_our_pages(["https://twip.example"], ours)
    for foreign in ("https://mallory.example", "null", "http://twip.example"):
        assert not access.from_our_pages([foreign], ours)
        assert not access.from_our_pages(["https://twip.example", foreign], ours)
