"""Who is signed in."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.access import Caller
from chalicelib.domain.connections import Connection, UserConnection
from chalicelib.domain.errors import InvalidInput, NotFound, TooManyAttempts, Unauthenticated, WrongState
from chalicelib.domain.kinds import Lang
from chalicelib.domain.passwords import normal_form
from chalicelib.domain.people import TABS_GRACE_MS, Role
from chalicelib.gateways.passwords import Argon2Passwords
from chalicelib.services.changes import Put, Ref, Save
from chalicelib.services.people.attempts import SIGN_IN
from chalicelib.services.people.identity import REFRESH_LIFE_MS, TICKET_LIFE_MS, Identity, SignedIn
from chalicelib.services.people.staff import Change
from tests.support.house import PASSWORD, House
from tests.support.people import IP, applicant, caller, found, settle

VERA = "vera@example.org"


def sign_in(house: House, email: str = VERA, password: str = PASSWORD, ip: str = IP) -> SignedIn:
    return house.identity.sign_in(email, password, ip=ip)


def refresh(house: House, token: str | None) -> SignedIn:
    assert token is not None
    return house.identity.refresh(token)


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
