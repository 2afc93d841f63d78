"""A file is held until it has passed a scan, or a moderator has answered for it (R76, D26)."""

from dataclasses import replace

import pytest

from chalicelib.domain.attachments import Verdict
from chalicelib.domain.errors import BeingChecked, Infected, WrongState
from chalicelib.domain.scans import (
    FIRST_LOOK_MS,
    LONGEST_PAUSE_MS,
    asked_again,
    begun,
    check_passed,
    judged,
    released,
)

SCAN = begun("thread", "file", "place", 5, 1000)


def test_a_scan_that_nobody_has_begun_is_asked_for_again_after_pauses_that_double_up_to_an_hour() -> None:
    assert SCAN.due_ms == 1000 + FIRST_LOOK_MS
    pauses, scan = [], SCAN
    for _ in range(12):
        scan = asked_again(scan, 0)
        pauses.append(scan.due_ms)
    assert pauses[:3] == [2 * FIRST_LOOK_MS, 4 * FIRST_LOOK_MS, 8 * FIRST_LOOK_MS]
    assert set(pauses[5:]) == {LONGEST_PAUSE_MS}
    assert scan.asked == 12


def test_a_verdict_ends_the_waiting_and_keeps_what_was_found() -> None:
    found = judged(SCAN, Verdict.INFECTED, "Twip.Mark")
    assert found == replace(SCAN, verdict=Verdict.INFECTED, signature="Twip.Mark", due_ms=None)


@pytest.mark.parametrize("verdict", [Verdict.CLEAN, Verdict.NOT_SCANNED])
def test_what_was_scanned_or_answered_for_may_be_given_to_others(verdict: Verdict) -> None:
    check_passed(verdict)


@pytest.mark.parametrize("verdict", [Verdict.CHECKING, Verdict.TOO_LARGE])
def test_what_was_not_scanned_yet_is_held(verdict: Verdict) -> None:
    with pytest.raises(BeingChecked) as refused:
        check_passed(verdict)
    assert refused.value.facts == {"scan": verdict}


def test_what_is_infected_is_given_to_nobody_else() -> None:
    with pytest.raises(Infected):
        check_passed(Verdict.INFECTED)


def test_a_moderator_answers_for_a_file_that_is_too_large_and_for_no_other() -> None:
    assert released(judged(SCAN, Verdict.TOO_LARGE)).verdict is Verdict.NOT_SCANNED
    for verdict in (Verdict.CHECKING, Verdict.CLEAN, Verdict.INFECTED, Verdict.NOT_SCANNED):
        with pytest.raises(WrongState):
            released(replace(SCAN, verdict=verdict))
