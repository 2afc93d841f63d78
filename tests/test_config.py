"""A stage that is set up wrongly does not start."""

import pytest

from chalicelib.config import from_environment


@pytest.mark.parametrize("bps", ["-1", "10001"])
def test_a_commission_beyond_the_price_is_refused(monkeypatch: pytest.MonkeyPatch, bps: str) -> None:
    monkeypatch.setenv("COMMISSION_BPS", bps)
    with pytest.raises(RuntimeError):
        from_environment()


def test_only_a_local_run_may_be_faster_than_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROFILE", "fast")
    monkeypatch.delenv("LOCAL", raising=False)
    with pytest.raises(RuntimeError):
        from_environment()
    monkeypatch.setenv("LOCAL", "1")
    assert from_environment().durations.block_ms == 15_000


@pytest.mark.rule("E16")
def test_our_pages_have_the_sites_origin_and_on_one_machine_either_of_its_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LOCAL", raising=False)
    monkeypatch.setenv("ORIGIN", "https://Twip.example")
    assert from_environment().origins == {"https://twip.example"}
    monkeypatch.setenv("ORIGIN", "http://127.0.0.1:8765")
    assert from_environment().origins == {"http://127.0.0.1:8765"}
    monkeypatch.setenv("LOCAL", "1")
    assert from_environment().origins == {"http://127.0.0.1:8765", "http://localhost:8765"}


@pytest.mark.rule("D31")
def test_a_deployment_sets_its_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMS", "")
    assert from_environment().terms.start_days == 7
    monkeypatch.setenv("TERMS", '{"start_days": 5}')
    assert (from_environment().terms.start_days, from_environment().terms.acceptance_days) == (5, 7)


@pytest.mark.rule("D26")
def test_a_scanner_that_could_not_take_an_attachment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCANNER_LIMIT_BYTES", "")
    assert from_environment().scanner_limit_bytes == 100 * 2**20
    monkeypatch.setenv("SCANNER_LIMIT_BYTES", str(20 * 2**20))
    assert from_environment().scanner_limit_bytes == 20 * 2**20
    monkeypatch.setenv("SCANNER_LIMIT_BYTES", str(20 * 2**20 - 1))
    with pytest.raises(RuntimeError):
        from_environment()
