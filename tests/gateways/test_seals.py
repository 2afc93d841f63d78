"""What is handed out and given back."""

import json

import pytest

from chalicelib.domain.errors import InvalidCursor
from chalicelib.gateways.seals import Seals
from chalicelib.gateways.secrets import ASKED_AGAIN_MS, KEPT_MS, Secrets

NOW_MS = 1_000_000


class Vault:
    """Where the signing keys are; reads are counted."""

    def __init__(self) -> None:
        self.kept = {"current": "k1", "k1": "first"}
        self.reads = 0

    def read(self) -> str:
        self.reads += 1
        return json.dumps(self.kept)


@pytest.fixture
def vault() -> Vault:
    return Vault()


@pytest.fixture
def seals(vault: Vault) -> Seals:
    return Seals(Secrets(vault.read))


def test_what_was_sealed_for_a_purpose_is_opened_for_it_alone(seals: Seals) -> None:
    for text in ("WyJ4Il0", "a.b.c", "", "ключ", "a\nb"):
        sealed = seals.seal("orders vera", text, NOW_MS)
        assert seals.open("orders vera", sealed, NOW_MS) == text
        for other in ("orders pavel", "sales vera", "orders ver", ""):
            with pytest.raises(InvalidCursor):
                seals.open(other, sealed, NOW_MS)


def test_no_letter_of_it_can_be_changed_left_out_or_added(seals: Seals) -> None:
    sealed = seals.seal("orders vera", "WyJ4Il0", NOW_MS)
    for at in range(len(sealed)):
        changed = "A" if sealed[at] != "A" else "B"
        for forged in (
            sealed[:at] + changed + sealed[at + 1 :],
            sealed[:at] + sealed[at + 1 :],
            sealed[:at] + "." + sealed[at:],
        ):
            with pytest.raises(InvalidCursor):
                seals.open("orders vera", forged, NOW_MS)


@pytest.mark.parametrize(
    "made_up", ["", ".", "..", "...", "a", "a.k1", "a.k1.", "a..b", "a.current.b", "a.k1.\ud800", "a.k1.й"]
)
def test_what_nobody_sealed_is_refused(seals: Seals, made_up: str) -> None:
    with pytest.raises(InvalidCursor):
        seals.open("orders vera", made_up, NOW_MS)


def test_a_rotation_leaves_what_is_on_its_way_good_and_the_end_of_a_key_does_not(vault: Vault, seals: Seals) -> None:
    before = seals.seal("orders vera", "x", NOW_MS)
    vault.kept = {"current": "k2", "k1": "first", "k2": "second"}
    later_ms = NOW_MS + KEPT_MS
    after = seals.seal("orders vera", "x", later_ms)
    assert before != after
    assert seals.open("orders vera", before, later_ms) == seals.open("orders vera", after, later_ms) == "x"
    vault.kept = {"current": "k2", "k2": "second"}
    much_later_ms = later_ms + KEPT_MS
    assert seals.open("orders vera", seals.seal("orders vera", "x", much_later_ms), much_later_ms) == "x"
    with pytest.raises(InvalidCursor):
        seals.open("orders vera", before, much_later_ms)


def test_a_key_that_another_process_has_heard_of_first_is_looked_up_once(vault: Vault, seals: Seals) -> None:
    seals.seal("orders vera", "x", NOW_MS)
    vault.kept = {"current": "k2", "k1": "first", "k2": "second"}
    theirs = Seals(Secrets(vault.read)).seal("orders vera", "x", NOW_MS)
    reads, later_ms = vault.reads, NOW_MS + ASKED_AGAIN_MS
    assert seals.open("orders vera", theirs, later_ms) == "x"
    assert vault.reads == reads + 1
    for kid in ("k3", "k4", "k5"):
        with pytest.raises(InvalidCursor):
            seals.open("orders vera", f"x.{kid}.AAAA", later_ms)
    assert vault.reads == reads + 1
