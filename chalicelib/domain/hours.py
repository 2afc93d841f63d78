"""The weekly grid of hours, and what it means on the clock of the world (R13 to R17, D5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import FieldError
from chalicelib.domain.text import refuse

DAYS, HOURS = 7, 24
STEP = timedelta(minutes=15)
"""Every offset from UTC in force today is a whole number of these, and so is every change of one."""
WEEK_MS = 7 * 86_400_000


@dataclass(frozen=True)
class Interval:
    """A stretch of time, its end excluded; ms since the epoch."""

    from_ms: int
    to_ms: int


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


@cache
def zones() -> frozenset[str]:
    """The names of all time zones (IANA), as the packaged data lists them: the machine's own data may hold other files."""
    return frozenset((resources.files("tzdata") / "zones").read_text(encoding="utf-8").split())


def zone_of(name: str) -> str:
    """The name of a time zone (R17). Raises InvalidInput."""
    refuse(None if name in zones() else FieldError("zone", "unknown"))
    return name


def is_open(grid: str, zone: ZoneInfo, at: datetime) -> bool:
    """Whether the cell of this instant is filled (R15): the performer's own wall clock says which cell it is."""
    there = at.astimezone(zone)
    return grid[there.weekday() * HOURS + there.hour] == "1"


def open_hours(grid: str, zone: str, now_ms: int) -> tuple[Interval, ...]:
    """The filled hours of the coming seven days in UTC, in order and as long as they go, so that everybody reads them on their own clock
    (R16, D5). An hour that the spring change leaves out is not there, one that the autumn change repeats is there twice."""
    if "1" not in grid:
        return ()
    return tuple(_joined(_open_steps(grid, ZoneInfo(zone), now_ms)))


def _open_steps(grid: str, zone: ZoneInfo, now_ms: int) -> Iterator[Interval]:
    step_ms = STEP // timedelta(milliseconds=1)
    first_ms = now_ms - now_ms % step_ms
    for from_ms in range(first_ms, now_ms + WEEK_MS, step_ms):
        if is_open(grid, zone, datetime.fromtimestamp(from_ms / 1000, UTC)):
            yield Interval(max(from_ms, now_ms), min(from_ms + step_ms, now_ms + WEEK_MS))


def _joined(steps: Iterator[Interval]) -> Iterator[Interval]:
    current: Interval | None = None
    for step in steps:
        if current is None:
            current = step
        elif current.to_ms == step.from_ms:
            current = Interval(current.from_ms, step.to_ms)
        else:
            yield current
            current = step
    if current is not None:
        yield current
