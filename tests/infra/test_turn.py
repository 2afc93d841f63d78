"""The key that the TURN server shares with the service: what the operator's command prints, and that a real coturn lives by it."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.gateways.secrets import Secrets
from chalicelib.gateways.turn import TurnServers
from infra.local import turn
from infra.local.places import free_port
from tests.support.coturn import Relay, relaying
from tools.programs import found

KEYS = {"current": "k2", "k1": "the-older-key", "k2": "the-newer-key"}


def secrets(keys: dict[str, str]) -> Secrets:
    return Secrets(lambda: json.dumps(keys))


def test_every_key_in_force_is_printed_as_coturn_reads_it_the_current_one_first() -> None:
    assert turn.lines(secrets(KEYS), 0) == "static-auth-secret=the-newer-key\nstatic-auth-secret=the-older-key"


def test_without_a_run_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TWIP_DATA", str(tmp_path))
    monkeypatch.delenv("STACK", raising=False)
    with pytest.raises(SystemExit, match="make run"):
        turn.main()
    (tmp_path / "port").write_text("9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")
    with pytest.raises(SystemExit, match=r"cannot be read.*127\.0\.0\.1:9"):
        turn.main()


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    """With the keys as the command prints them."""
    with relaying(tmp_path, free_port(), turn.lines(secrets(KEYS), 0)) as running:
        yield running


@pytest.mark.parametrize(
    ("keys", "accepted"),
    [(KEYS, True), ({"current": "k1", "k1": "the-older-key"}, True), ({"current": "k1", "k1": "another-key"}, False)],
    ids=["current", "older", "unknown"],
)
def test_coturn_accepts_what_the_service_hands_out_under_any_key_in_force_and_under_no_other(
    relay: Relay, keys: dict[str, str], accepted: bool
) -> None:
    now_ms = time.time_ns() // 1_000_000
    (server,) = TurnServers((relay.url,), lambda at_ms: secrets(keys).plain(at_ms)[0]).servers("vera", now_ms)
    asked = ["-y", "-n", "1", "-m", "1", "-L", "127.0.0.1", "-p", str(relay.port)]
    login = ["-u", server["username"], "-w", server["credential"]]
    program = Path(str(found("coturn"))).with_name("turnutils_uclient")
    done = subprocess.run([program, *asked, *login, "127.0.0.1"], capture_output=True, text=True, timeout=60)
    assert (done.returncode == 0) is accepted, done.stdout[-500:]
    assert ("Total lost packets 0" in done.stdout) is accepted
