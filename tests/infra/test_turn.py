"""The key that the TURN server shares with the service: what the operator's command prints, and that a real coturn lives by it."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.gateways.secrets import Secrets
from chalicelib.gateways.turn import TurnServers
from infra.local import turn
from infra.local.cloud import LocalCloud
from infra.local.places import ROOT, free_port

KEYS = {"current": "k2", "k1": "the-older-key", "k2": "the-newer-key"}
TRIAL = ("listening-ip=127.0.0.1", "relay-ip=127.0.0.1", "allow-loopback-peers", "no-tls", "no-dtls", "log-file=stdout")
"""What a trial on one machine needs, and a deployed relay must not have."""


def secrets(keys: dict[str, str]) -> Secrets:
    return Secrets(lambda: json.dumps(keys))


def test_every_key_in_force_is_printed_as_coturn_reads_it_the_current_one_first() -> None:
    assert turn.lines(secrets(KEYS), 0) == "static-auth-secret=the-newer-key\nstatic-auth-secret=the-older-key"


def test_the_key_of_the_running_product_is_its_own_and_outlives_a_restart(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TWIP_DATA", str(cloud.data))
    turn.main()
    printed = capsys.readouterr().out
    assert re.fullmatch(r"static-auth-secret=[A-Za-z0-9]{48}\n", printed), "nothing that a configuration would misread"
    cloud.let_save()
    cloud.restart()
    turn.main()
    assert capsys.readouterr().out == printed


def test_without_a_run_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TWIP_DATA", str(tmp_path))
    monkeypatch.delenv("STACK", raising=False)
    with pytest.raises(SystemExit, match="make run"):
        turn.main()
    (tmp_path / "port").write_text("9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")
    with pytest.raises(SystemExit, match=r"cannot be read.*127\.0\.0\.1:9"):
        turn.main()


def described() -> list[str]:
    """The configuration of docs/turn.md."""
    return (ROOT / "docs" / "turn.md").read_text(encoding="utf-8").split("```")[1].split()


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[int]:
    """coturn as docs/turn.md sets it up, with the keys as the command prints them. Answers its port."""
    if not (shutil.which("turnserver") and shutil.which("turnutils_uclient")):
        pytest.skip("coturn is not installed here")
    port, replaced = free_port(), ("static-auth-secret", "listening-port", "tls-listening-port", "cert", "pkey")
    kept = [line for line in described() if line.partition("=")[0] not in replaced]
    conf = tmp_path / "turnserver.conf"
    ours = (turn.lines(secrets(KEYS), 0), f"listening-port={port}", f"pidfile={tmp_path / 'pid'}", *TRIAL)
    conf.write_text("\n".join([*kept, *ours]) + "\n")
    log = (tmp_path / "log").open("w+")
    running = subprocess.Popen(["turnserver", "-c", str(conf)], stdout=log, stderr=log)
    time.sleep(2)
    assert running.poll() is None, (tmp_path / "log").read_text()
    assert "Bad configuration" not in (tmp_path / "log").read_text()
    yield port
    running.terminate()
    running.wait(10)


@pytest.mark.parametrize(
    ("keys", "accepted"),
    [(KEYS, True), ({"current": "k1", "k1": "the-older-key"}, True), ({"current": "k1", "k1": "another-key"}, False)],
    ids=["current", "older", "unknown"],
)
def test_coturn_accepts_what_the_service_hands_out_under_any_key_in_force_and_under_no_other(
    relay: int, keys: dict[str, str], accepted: bool
) -> None:
    now_ms = time.time_ns() // 1_000_000
    url = f"turn:127.0.0.1:{relay}?transport=udp"
    (server,) = TurnServers((url,), lambda at_ms: secrets(keys).plain(at_ms)[0]).servers("vera", now_ms)
    asked = ["-y", "-n", "1", "-m", "1", "-L", "127.0.0.1", "-p", str(relay)]
    login = ["-u", server["username"], "-w", server["credential"]]
    done = subprocess.run(
        ["turnutils_uclient", *asked, *login, "127.0.0.1"], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode == 0) is accepted, done.stdout[-500:]
    assert ("Total lost packets 0" in done.stdout) is accepted
