"""The levels of `make test`: none is left out, no failure is lost, and being over budget is said and fails nothing."""

import sys

import pytest

from tools.levels import LEVELS, Cost, Level, main, table


def ending(name: str, status: int) -> Level:
    return Level(name, (sys.executable, "-c", f"raise SystemExit({status})"), 60)


def test_a_level_that_fails_stops_no_other_and_its_status_is_kept(capfd: pytest.CaptureFixture[str]) -> None:
    assert main([ending("first", 0), ending("second", 3), ending("third", 0)]) == 3
    printed = capfd.readouterr().out
    assert "FAILED (3)" in printed
    assert "=== third" in printed


def test_levels_that_are_over_budget_say_so_and_fail_nothing() -> None:
    slow, quick = Level("slow", (), 10), Level("quick", (), 10)
    _, first, second, together = table([Cost(slow, 19, 0), Cost(quick, 2, 0)])
    assert first.endswith("over budget")
    assert not second.endswith("over budget")
    assert together.endswith("over budget")


def test_the_budget_of_three_kinds_of_order_is_twenty_two_minutes() -> None:
    assert sum(level.budget_s for level in LEVELS) == 22 * 60
