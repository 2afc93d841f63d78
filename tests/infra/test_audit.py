"""`make audit`: what it says, and its exit code."""

import io
from typing import Any

import pytest
from rich.console import Console

from chalicelib.billing.audit import Difference
from chalicelib.services.money.audit import Report
from infra.local import audit, deployed
from infra.local.cloud import LocalCloud


def told(report: Report) -> tuple[int, str]:
    paper = io.StringIO()
    return audit.told(report, Console(file=paper, width=120)), paper.getvalue()


def test_clean_books_end_in_one_plain_sentence() -> None:
    assert told(Report(12, 345, ())) == (0, "audit clean: 12 accounts, 345 entries\n")


def test_every_difference_is_named_and_the_command_fails() -> None:
    code, said = told(
        Report(12, 345, (Difference("available", "vera", "500", "507"), Difference("fee", "pavel", "1", "0")))
    )
    assert code == 1
    for fact in ("available", "vera", "500", "507", "fee", "pavel"):
        assert fact in said
    assert said.splitlines()[-1] == "audit failed: 2 differences in 12 accounts, 345 entries"


def test_without_a_run_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("TWIP_DATA", str(tmp_path))
    monkeypatch.delenv("STACK", raising=False)
    with pytest.raises(SystemExit) as said:
        audit.main()
    assert "make run" in str(said.value)
    (tmp_path / "port").write_text("9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")
    with pytest.raises(SystemExit) as silent:
        audit.main()
    assert "cannot be read" in str(silent.value)
    assert "127.0.0.1:9" in str(silent.value)


def test_it_reads_the_books_of_the_running_product(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIP_DATA", str(cloud.data))
    report = deployed.wiring().audit.run()
    assert report.differences == ()
