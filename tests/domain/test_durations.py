"""Durations: the two profiles keep the promises on which the metering rules rest."""

import pytest

from chalicelib.domain.durations import BLOCK_TICKS, FAST, PROFILES, REAL, Durations

both = pytest.mark.parametrize("durations", [REAL, FAST], ids=["real", "fast"])
MINUTE = 60_000


@pytest.mark.rule("R47")
def test_a_block_is_fifteen_minutes() -> None:
    assert REAL.block_ms == 15 * MINUTE
    assert FAST.block_ms == 15_000


@pytest.mark.rule("R44", "D6", "D7", "D13", "D17", "D18")
def test_the_real_durations_are_those_of_the_contract() -> None:
    assert REAL.void_ms == MINUTE
    assert (REAL.ring_ms, REAL.ack_ms, REAL.gone_ms) == (MINUTE, 5_000, 15_000)
    assert (REAL.answer_ms, REAL.media_ms) == (5 * MINUTE, 30_000)
    assert (REAL.warning_ms, REAL.resume_ms, REAL.heard_ms) == (2 * MINUTE, 45_000, MINUTE)
    assert (REAL.first_report_ms, REAL.second_report_ms) == (50_000, 30_000)
    assert (REAL.presence_ms, REAL.keepalive_ms) == (90_000, 40_000)


@pytest.mark.rule("D29")
def test_what_was_said_is_kept_for_180_days() -> None:
    assert REAL.retention_ms == 180 * 24 * 60 * MINUTE


def test_there_are_two_profiles() -> None:
    assert PROFILES == {"real": REAL, "fast": FAST}


@both
def test_a_block_is_a_whole_number_of_ticks(durations: Durations) -> None:
    assert durations.block_ms == BLOCK_TICKS * durations.tick_ms


@both
def test_a_session_is_void_or_resumed_long_before_its_next_boundary(durations: Durations) -> None:
    assert durations.void_ms < durations.block_ms
    assert durations.resume_ms < durations.block_ms


@both
@pytest.mark.rule("D18")
def test_two_reports_fit_before_each_boundary_into_the_time_that_counts(durations: Durations) -> None:
    assert durations.heard_ms >= durations.first_report_ms > durations.second_report_ms > 0


@both
@pytest.mark.rule("D7")
def test_one_keepalive_may_be_lost_without_losing_the_performer(durations: Durations) -> None:
    assert 2 * durations.keepalive_ms <= durations.presence_ms


@both
@pytest.mark.rule("D13")
def test_waits_that_begin_within_a_wait_are_shorter_than_it(durations: Durations) -> None:
    assert max(durations.ack_ms, durations.gone_ms) < durations.ring_ms
    assert durations.media_ms < durations.answer_ms
