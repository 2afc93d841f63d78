"""The weekly grid of hours, and what it means on the clock of the world (R13 to R17, D5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from chalicelib.domain.errors import FieldError
from chalicelib.domain.text import refuse
from chalicelib.domain.zones import offset_of, rules_of

DAYS, HOURS = 7, 24
STEP = timedelta(minutes=15)
"""Every offset from UTC in force today is a whole number of these, and so is every change of one."""
WEEK_MS = 7 * 86_400_000


@dataclass(frozen=True)
class Interval:
    """A stretch of time, its end excluded; ms since the epoch. `offset_minutes`: how far the performer's clock is east of UTC in it."""

    from_ms: int
    to_ms: int
    offset_minutes: int


def grid_of(rows: Sequence[str]) -> str:
    """The grid as it is kept, of seven rows, Monday first, of 24 characters `0` or `1` each (R13, R14). Raises InvalidInput."""
    faults = [_row_fault(number, row) for number, row in enumerate(rows)]
    refuse(FieldError("grid", "rows", DAYS) if len(rows) != DAYS else None, *faults)
    return "".join(rows)


def _row_fault(number: int, row: str) -> FieldError | None:
    if len(row) == HOURS and set(row) <= {"0", "1"}:
        return None
    return FieldError(f"grid.{number}", "cells", HOURS)


def rows_of(grid: str) -> tuple[str, ...]:
    """The seven rows of a grid as it is kept."""
    return tuple(grid[day * HOURS : (day + 1) * HOURS] for day in range(DAYS))


def is_open(grid: str, rules: tzinfo, at: datetime) -> bool:
    """Whether the cell of this instant is filled (R15): the performer's own wall clock says which cell it is."""
    return _is_filled(grid, at.astimezone(rules))


def _is_filled(grid: str, there: datetime) -> bool:
    return grid[there.weekday() * HOURS + there.hour] == "1"


def open_hours(grid: str, zone: str, now_ms: int) -> tuple[Interval, ...]:
    """The filled hours of the coming seven days in UTC, in order and as long as they go, so that everybody reads them on their own clock
    (R16, D5). Each has the performer's offset, so that nobody else needs their zone's rules: where their clocks change, one ends and
    another begins. An hour that the spring change leaves out is not there, one that the autumn change repeats is there twice."""
    if "1" not in grid:
        return ()
    return tuple(_joined(_open_steps(grid, rules_of(zone), now_ms)))


def _open_steps(grid: str, rules: tzinfo, now_ms: int) -> Iterator[Interval]:
    step_ms = STEP // timedelta(milliseconds=1)
    first_ms = now_ms - now_ms % step_ms
    for from_ms in range(first_ms, now_ms + WEEK_MS, step_ms):
        there = datetime.fromtimestamp(from_ms / 1000, rules)
        if _is_filled(grid, there):
            yield Interval(max(from_ms, now_ms), min(from_ms + step_ms, now_ms + WEEK_MS), offset_of(there))


def _joined(steps: Iterator[Interval]) -> Iterator[Interval]:
    current: Interval | None = None
    for step in steps:
        if current is None:
            current = step
        elif (current.to_ms, current.offset_minutes) == (step.from_ms, step.offset_minutes):
            current = replace(current, to_ms=step.to_ms)
        else:
            yield current
            current = step
    if current is not None:
        yield current
