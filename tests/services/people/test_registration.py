"""From an address to a person."""

from typing import Any

import pytest

from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile
from chalicelib.domain.errors import InvalidInput, KeyReused, TooManyAttempts, Unauthenticated
from chalicelib.domain.people import Role, UserState
from chalicelib.services.changes import Ref
from chalicelib.services.people.attempts import HOUR_MS, MAILS
from chalicelib.services.people.staff import Change
from chalicelib.services.ports import Undelivered
from dynamo.errors import conflict
from tests.support.house import PASSWORD, House, token_in
from tests.support.people import IP, applicant, found, settle

VERA = "vera@example.org"
OTHER = "another long password"


def register(house: House, email: str = VERA, key: str = "key-00001", **kwargs: Any) -> None:
    house.registrations.register(applicant(email, **kwargs), key=key, ip=IP)


def forgot(house: House, email: str = VERA) -> None:
    """Somebody asks for a link, and the mail function makes it, if the address is anybody's."""
    house.registrations.forgot(email, ip=IP)
    house.remind()


@pytest.mark.rule("R2", "R3", "E16")
def test_a_person_is_registered_with_an_empty_account_and_a_profile_and_is_pending_until_the_mailed_link_is_used(
    house: House,
) -> None:
    register(house)
    user = found(house, VERA)
    assert (user.state, user.roles) == (UserState.PENDING, (Role.USER,))
    assert house.store.get(Ref(Account, user.id)) == Account(user.id, "RUB")
    assert house.store.get(Ref(Profile, user.id)) == Profile(user.id, "Vera")
    house.registrations.confirm(house.outbox.token(VERA))
    assert found(house, VERA).state is UserState.ACTIVE


def test_a_link_is_good_once(house: House) -> None:
    register(house)
    token = house.outbox.token(VERA)
    house.registrations.confirm(token)
    with pytest.raises(Unauthenticated):
        house.registrations.confirm(token)


def test_a_link_that_is_too_old_or_made_up_confirms_nothing(house: House) -> None:
    register(house)
    house.hands.forward(24 * HOUR_MS)
    for token in (house.outbox.token(VERA), "made-up"):
        with pytest.raises(Unauthenticated):
            house.registrations.confirm(token)
    assert found(house, VERA).state is UserState.PENDING


def test_a_link_to_confirm_is_no_link_to_reset_the_password(house: House) -> None:
    register(house)
    with pytest.raises(Unauthenticated):
        house.registrations.reset(house.outbox.token(VERA), OTHER)


def test_a_taken_address_is_told_by_mail_and_nobody_else_learns_of_it(house: House) -> None:
    before = settle(house, VERA)
    register(house, key="key-00002", password=OTHER, name="Mallory")
    assert house.outbox.mails[-1].template == "taken"
    assert found(house, VERA) == before


def test_an_unconfirmed_registration_gives_way_to_a_newer_one_and_its_link_dies(house: House) -> None:
    register(house, password=OTHER, name="Mallory")
    old = house.outbox.token(VERA)
    register(house, key="key-00002")
    with pytest.raises(Unauthenticated):
        house.registrations.confirm(old)
    house.registrations.confirm(house.outbox.token(VERA))
    assert house.identity.sign_in(VERA, PASSWORD, ip=IP).user.display_name == "Vera"


@pytest.mark.rule("D12")
def test_a_repeated_registration_makes_one_person_and_sends_its_link_again(house: House) -> None:
    register(house)
    register(house)
    assert [mail.template for mail in house.outbox.mails] == ["confirm", "confirm"]
    assert len([item for item in house.dynamo.items("market") if item["sk"] == {"S": "USR"}]) == 1
    house.registrations.confirm(token_in(house.outbox.mails[0]))


@pytest.mark.rule("D12")
@pytest.mark.parametrize("other", [{"password": OTHER}, {"name": "Mallory"}])
@pytest.mark.parametrize("taken", [False, True], ids=["free", "taken"])
def test_the_same_key_with_another_body_is_refused_whether_or_not_the_address_was_taken(
    house: House, taken: bool, other: dict[str, str]
) -> None:
    if taken:
        settle(house, VERA)
    register(house)
    register(house)
    with pytest.raises(KeyReused):
        register(house, **other)


@pytest.mark.rule("D12")
def test_strangers_who_choose_the_same_key_never_meet(house: House) -> None:
    register(house)
    register(house, "other@example.org", password=OTHER, name="Olga")
    register(house)
    vera, olga = found(house, VERA), found(house, "other@example.org")
    assert (vera.display_name, olga.display_name) == ("Vera", "Olga")
    assert vera.id != olga.id
    for person in (vera, olga):
        house.registrations.confirm(house.outbox.token(person.email))


def test_nobody_who_knows_an_address_and_a_key_can_tell_whose_id_is_theirs(house: House) -> None:
    """Ids of performers are public, keys are as good as their makers' imagination, and addresses are nobody's business."""
    register(house)
    one = found(house, VERA)
    other = House()
    other.ids.new()
    register(other)
    assert found(other, VERA).id != one.id


@pytest.mark.rule("D12")
def test_a_key_whose_day_is_over_begins_another_registration_of_its_address(house: House) -> None:
    register(house)
    older = found(house, VERA)
    for item in list(house.dynamo.items("live")):
        house.dynamo.delete_item(TableName="live", Key={"pk": item["pk"], "sk": item["sk"]})
    register(house, password=OTHER)
    newer = found(house, VERA)
    assert (newer.id, newer.epoch) == (older.id, older.epoch + 1)
    house.registrations.confirm(house.outbox.token(VERA))
    assert house.identity.sign_in(VERA, OTHER, ip=IP)


def test_a_registration_whose_mail_was_lost_is_completed_by_its_repeat(house: House) -> None:
    house.outbox.broken = True
    with pytest.raises(Undelivered):
        register(house)
    house.outbox.broken = False
    register(house)
    house.registrations.confirm(house.outbox.token(VERA))


def test_two_registrations_racing_for_one_address_make_one_owner(house: House) -> None:
    raced: list[bool] = []

    def rival(operation: str, request: dict[str, Any]) -> None:
        if operation == "transact_write_items" and not raced:
            raced.append(True)
            register(house, key="key-rival", name="Rival")

    house.dynamo.before = rival
    register(house)
    house.registrations.confirm(house.outbox.token(VERA))
    assert found(house, VERA).display_name == "Vera"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("too short", "too_short"),
        ("x" * 129, "too_long"),
        ("Vera@Example.org", "is_email"),
        ("qwertyuiop", "too_common"),
    ],
)
def test_a_password_has_10_to_128_characters_and_is_neither_the_address_nor_common(
    house: House, password: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        register(house, password=password)
    assert [(error.field, error.code) for error in refused.value.errors] == [("password", code)]


@pytest.mark.rule("E16")
def test_the_own_name_is_no_password_at_registration_nor_after(house: House) -> None:
    with pytest.raises(InvalidInput) as refused:
        register(house, name="Константинопольский", password="константинопольский")
    assert [(error.field, error.code) for error in refused.value.errors] == [("password", "too_common")]
    register(house, name="Константинопольский")
    house.registrations.confirm(house.outbox.token(VERA))
    forgot(house)
    with pytest.raises(InvalidInput) as refused:
        house.registrations.reset(house.outbox.token(VERA), "Константинопольский")
    assert [(error.field, error.code) for error in refused.value.errors] == [("password", "too_common")]


@pytest.mark.parametrize("name", ["", "   ", "a\u202eb", "x" * 61, "nul\x00", "\u115f\u1160", "\u2800", "\u200d\ufe0f"])
def test_a_name_is_one_visible_line_of_at_most_60_characters(house: House, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        register(house, name=name)
    assert refused.value.errors[0].field == "display_name"


@pytest.mark.rule("R8")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("نیلوفر حسینی\u200cنژاد", "نیلوفر حسینی\u200cنژاد"),
        ("Вера 👩\u200d⚖️", "Вера 👩\u200d⚖️"),
        ("Ве\u00adра\u200b", "Вера"),
        ("Ve\u200dra\u2060\t\u00a0S.\u200f", "Vera S."),
    ],
    ids=ascii,
)
def test_a_name_keeps_the_joiners_that_it_needs_and_nothing_else_that_is_not_seen(
    house: House, typed: str, kept: str
) -> None:
    user = settle(house, VERA)
    assert house.identity.edit(user.id, name=typed, lang=None).display_name == kept


@pytest.mark.rule("E16")
def test_a_forgotten_password_is_replaced_by_mail_and_every_device_is_signed_out(house: House) -> None:
    settle(house, VERA)
    device = house.identity.sign_in(VERA, PASSWORD, ip=IP)
    forgot(house)
    house.registrations.reset(house.outbox.token(VERA), OTHER)
    with pytest.raises(Unauthenticated):
        house.identity.refresh(device.refresh or "")
    with pytest.raises(Unauthenticated):
        house.identity.sign_in(VERA, PASSWORD, ip=IP)
    assert house.identity.sign_in(VERA, OTHER, ip=IP)
    assert house.outbox.mails[-1].template == "password_changed"


def test_a_reset_is_done_although_its_notice_cannot_be_sent(house: House) -> None:
    settle(house, VERA)
    forgot(house)
    house.outbox.broken = True
    house.registrations.reset(house.outbox.token(VERA), OTHER)
    assert house.identity.sign_in(VERA, OTHER, ip=IP)


def test_of_two_links_to_reset_the_first_one_used_ends_the_other(house: House) -> None:
    settle(house, VERA)
    forgot(house)
    older = house.outbox.token(VERA)
    forgot(house)
    house.registrations.reset(house.outbox.token(VERA), OTHER)
    with pytest.raises(Unauthenticated):
        house.registrations.reset(older, PASSWORD)


def test_a_refused_new_password_does_not_use_the_link_up(house: House) -> None:
    settle(house, VERA)
    forgot(house)
    with pytest.raises(InvalidInput):
        house.registrations.reset(house.outbox.token(VERA), "short")
    house.registrations.reset(house.outbox.token(VERA), OTHER)


def test_a_link_used_twice_at_the_same_moment_counts_once(house: House) -> None:
    register(house)
    token = house.outbox.token(VERA)
    used: list[bool] = []

    def twin(operation: str, request: dict[str, Any]) -> None:
        if operation == "transact_write_items" and not used:
            used.append(True)
            house.registrations.confirm(token)

    house.dynamo.before = twin
    with pytest.raises(Unauthenticated):
        house.registrations.confirm(token)
    assert found(house, VERA).state is UserState.ACTIVE


def test_forgetting_says_nothing_about_strangers_and_blocked_people(house: House) -> None:
    blocked = settle(house, "blocked@example.org")
    admin = settle(house, "admin@example.org", Role.ADMIN)
    house.staff.change(admin.id, blocked.id, Change(blocked=True))
    sent = len(house.outbox.mails)
    forgot(house, "nobody@example.org")
    forgot(house, "blocked@example.org")
    assert len(house.outbox.mails) == sent


def owners(house: House) -> dict[str, str]:
    """An address of each sort: nobody's, of somebody who has not confirmed it, who has, and who is blocked."""
    settle(house, "active@example.org")
    blocked = settle(house, "blocked@example.org")
    house.staff.change(settle(house, "admin@example.org", Role.ADMIN).id, blocked.id, Change(blocked=True))
    register(house, "pending@example.org", key="key-of-the-pending")
    return {name: f"{name}@example.org" for name in ("nobody", "pending", "active", "blocked")}


class Work:
    """What a request asks of the store and of the queues: calls in order, by kind."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.calls: list[str] = []

    def __enter__(self) -> "Work":
        self.house.dynamo.before = lambda operation, request: self.calls.append(operation)
        self.sent = len(self.house.outbox.mails), len(self.house.outbox.reminders)
        return self

    def __exit__(self, *_: object) -> None:
        self.house.dynamo.before = None
        mails, reminders = self.sent
        self.calls += ["mail"] * (len(self.house.outbox.mails) - mails)
        self.calls += ["reminder"] * (len(self.house.outbox.reminders) - reminders)


@pytest.mark.rule("E16")
def test_whose_address_was_forgotten_changes_nothing_of_what_the_request_does(house: House) -> None:
    for name, email in owners(house).items():
        with Work(house) as done:
            house.registrations.forgot(email, ip=IP)
        assert done.calls == ["update_item", "update_item", "reminder"], name


@pytest.mark.rule("E16")
@pytest.mark.parametrize("repeated", [False, True])
def test_whose_address_is_registered_changes_neither_kind_nor_number_of_what_the_request_does(
    house: House, repeated: bool
) -> None:
    limits, looks = ["update_item"] * 2, ["batch_get_item"] * 2
    for name, email in owners(house).items():
        if repeated:
            register(house, email, key=f"new-{name}")
        with Work(house) as done:
            register(house, email, key=f"new-{name}")
        assert done.calls == [*limits, *looks, "transact_write_items", "mail"], name


def test_a_reminder_that_could_not_be_asked_for_is_told(house: House) -> None:
    house.outbox.broken = True
    with pytest.raises(Undelivered):
        house.registrations.forgot(VERA, ip=IP)


def test_a_reminder_that_is_delivered_twice_makes_two_links_of_which_one_is_enough(house: House) -> None:
    settle(house, VERA)
    house.registrations.forgot(VERA, ip=IP)
    house.outbox.reminders *= 2
    house.remind()
    house.registrations.reset(house.outbox.token(VERA), OTHER)
    assert house.identity.sign_in(VERA, OTHER, ip=IP)


def test_forgetting_before_confirming_sends_the_link_to_confirm_again(house: House) -> None:
    register(house)
    forgot(house)
    assert house.outbox.mails[-1].template == "confirm"
    house.registrations.confirm(house.outbox.token(VERA))


@pytest.mark.rule("E19")
def test_mails_to_one_address_are_limited_whoever_asks(house: House) -> None:
    for n in range(MAILS.per_address):
        house.registrations.forgot(VERA, ip=f"203.0.113.{n}")
    with pytest.raises(TooManyAttempts) as refused:
        house.registrations.forgot(VERA, ip="198.51.100.1")
    assert refused.value.retry_after_s == MAILS.window_ms // 1000
    house.hands.forward(MAILS.window_ms)
    house.registrations.forgot(VERA, ip="198.51.100.1")


def test_the_password_is_kept_nowhere_but_in_slow_hashes(house: House) -> None:
    register(house)
    everything = str([list(house.dynamo.items(table)) for table in ("market", "live")])
    assert PASSWORD not in everything
    assert everything.count("$argon2id$") == 2  # the person's and the claim's of the key


def test_a_registration_survives_conflicts_with_other_transactions(house: House) -> None:
    conflicts = iter([True, True])

    def busy(operation: str, request: dict[str, Any]) -> None:
        if operation == "transact_write_items" and next(conflicts, False):
            raise conflict(len(request["TransactItems"]), at=1)

    house.dynamo.before = busy
    register(house)
    assert found(house, VERA)
