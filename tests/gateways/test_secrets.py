"""The signing keys."""

import json

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.errors import Unavailable
from chalicelib.gateways.secrets import ASKED_AGAIN_MS, KEPT_MS, Secrets, reader

NOW_MS = 1_000_000


class Vault:
    """Where the secret is; reads are counted."""

    def __init__(self) -> None:
        self.kept = {"current": "k1", "k1": "first"}
        self.reads = 0
        self.closed = False

    def read(self) -> str:
        self.reads += 1
        if self.closed:
            raise Unavailable
        return json.dumps(self.kept)

    def rotate(self) -> None:
        self.kept = {"current": "k2", "k1": "first", "k2": "second"}


@pytest.fixture
def vault() -> Vault:
    return Vault()


@pytest.fixture
def secrets(vault: Vault) -> Secrets:
    return Secrets(vault.read)


def test_the_secret_is_read_when_first_needed_and_kept(vault: Vault, secrets: Secrets) -> None:
    assert vault.reads == 0
    for _ in range(3):
        secrets.signing("access", NOW_MS)
    assert vault.reads == 1


def test_each_purpose_has_its_own_bytes(secrets: Secrets) -> None:
    access, webhook = secrets.signing("access", NOW_MS), secrets.signing("webhook", NOW_MS)
    assert access != webhook
    assert len(access) == len(webhook) == 32
    assert secrets.derived("access", NOW_MS) == access


def test_an_unknown_key_forces_a_fresh_read(vault: Vault, secrets: Secrets) -> None:
    secrets.signing("access", NOW_MS)
    vault.rotate()
    assert secrets.derived("access", NOW_MS + ASKED_AGAIN_MS, "k2") is not None
    assert vault.reads == 2


def test_made_up_keys_do_not_cause_a_read_each(vault: Vault, secrets: Secrets) -> None:
    for n in range(50):
        assert secrets.derived("access", NOW_MS, f"made-up-{n}") is None
    assert vault.reads == 1


@pytest.mark.parametrize("kid", ["current", "k9"])
def test_what_is_no_key_derives_nothing(secrets: Secrets, kid: str) -> None:
    assert secrets.derived("access", NOW_MS, kid) is None


def test_a_process_learns_of_a_new_current_key_within_minutes(vault: Vault, secrets: Secrets) -> None:
    old = secrets.signing("access", NOW_MS)
    vault.rotate()
    assert secrets.signing("access", NOW_MS + KEPT_MS - 1) == old
    assert secrets.signing("access", NOW_MS + KEPT_MS) != old


def test_what_was_signed_before_a_rotation_still_passes(vault: Vault, secrets: Secrets) -> None:
    old = secrets.signing("webhook", NOW_MS)
    vault.rotate()
    assert old in secrets.checking("webhook", NOW_MS + KEPT_MS)
    assert len(secrets.checking("webhook", NOW_MS + KEPT_MS)) == 2


def test_keys_that_are_known_serve_on_while_the_vault_is_closed_and_it_is_asked_again_after_a_while(
    vault: Vault, secrets: Secrets
) -> None:
    known = secrets.signing("access", NOW_MS)
    vault.closed = True
    late_ms = NOW_MS + KEPT_MS
    assert secrets.signing("access", late_ms) == secrets.signing("access", late_ms) == known
    assert secrets.derived("access", late_ms, "k2") is secrets.derived("access", late_ms, "made-up") is None
    assert vault.reads == 2
    vault.closed = False
    vault.rotate()
    assert secrets.signing("access", late_ms + ASKED_AGAIN_MS - 1) == known
    assert secrets.signing("access", late_ms + ASKED_AGAIN_MS) != known


def test_without_any_key_a_closed_vault_is_told(vault: Vault, secrets: Secrets) -> None:
    vault.closed = True
    with pytest.raises(Unavailable):
        secrets.signing("access", NOW_MS)


def test_a_vault_that_does_not_answer_is_unavailable() -> None:
    class Manager:
        def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803
            raise ReadTimeoutError(endpoint_url="https://secretsmanager")

    with pytest.raises(Unavailable):
        reader(Manager, "arn:secret")()


def test_a_server_outside_is_told_the_keys_themselves_the_current_one_first(vault: Vault, secrets: Secrets) -> None:
    assert secrets.plain(NOW_MS) == ("first",)
    vault.rotate()
    assert secrets.plain(NOW_MS + KEPT_MS) == ("second", "first")


def test_a_key_is_recognised_also_one_that_is_newer_than_the_last_read(vault: Vault, secrets: Secrets) -> None:
    assert secrets.holds("first", NOW_MS)
    assert not secrets.holds("second", NOW_MS)
    vault.rotate()
    assert not secrets.holds("second", NOW_MS + ASKED_AGAIN_MS - 1)
    assert secrets.holds("second", NOW_MS + ASKED_AGAIN_MS)
    assert secrets.holds("first", NOW_MS + ASKED_AGAIN_MS)
    assert vault.reads == 2


@pytest.mark.parametrize("made_up", ["", "k1", "current", "ключ", "\udc80"])
def test_what_is_no_key_is_not_recognised_and_a_kid_is_none(secrets: Secrets, made_up: str) -> None:
    assert not secrets.holds(made_up, NOW_MS)


def test_the_reader_asks_secrets_manager_for_the_one_secret() -> None:
    class Manager:
        def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803
            return {"SecretString": f"of {SecretId}"}

    assert reader(Manager, "arn:secret")() == "of arn:secret"
