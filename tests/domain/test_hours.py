"""The weekly grid on the clock of the world."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.hours import WEEK_MS, Interval, grid_of, is_open, open_hours, rows_of
from chalicelib.domain.zones import names, offset_at, rules_of

NEVER, ALWAYS = "0" * 168, "1" * 168
HOUR_MS = 3_600_000


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def filled(weekday: int, *hours: int) -> str:
    return "".join("1" if cell in {weekday * 24 + hour for hour in hours} else "0" for cell in range(168))


@pytest.mark.rule("R13", "R14")
def test_a_grid_is_seven_rows_of_twenty_four_cells() -> None:
    rows = ["1" + "0" * 23, *["0" * 24] * 6]
    grid = grid_of(rows)
    assert grid == filled(0, 0)
    assert rows_of(grid) == tuple(rows)


@pytest.mark.rule("R8", "R13", "R14")
@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ([], [("grid", "rows")]),
        (["0" * 24] * 8, [("grid", "rows")]),
        (["0" * 23, *["0" * 24] * 6], [("grid.0", "cells")]),
        (["0" * 24, "2" * 24, *["0" * 24] * 5], [("grid.1", "cells")]),
        (["", *["0" * 24] * 5, "0" * 25], [("grid.0", "cells"), ("grid.6", "cells")]),
    ],
)
def test_any_other_grid_is_refused_row_by_row(rows: list[str], faults: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidInput) as refused:
        grid_of(rows)
    assert [(fault.field, fault.code) for fault in refused.value.errors] == faults


@pytest.mark.rule("R15", "R16", "D5")
def test_a_filled_cell_is_an_hour_on_the_performers_wall_clock() -> None:
    tuesday_nine = filled(1, 9, 10)
    assert open_hours(tuesday_nine, "Europe/Moscow", ms("2026-06-01T00:00Z")) == (
        Interval(ms("2026-06-02T06:00Z"), ms("2026-06-02T08:00Z"), 180),
    )
    assert open_hours(tuesday_nine, "Asia/Kathmandu", ms("2026-06-01T00:00Z")) == (
        Interval(ms("2026-06-02T03:15Z"), ms("2026-06-02T05:15Z"), 345),
    )


@pytest.mark.rule("R15")
def test_an_empty_grid_has_no_hours_and_a_full_one_is_one_stretch() -> None:
    now_ms = ms("2026-06-01T00:07:13Z")
    assert open_hours(NEVER, "Europe/Moscow", now_ms) == ()
    assert open_hours(ALWAYS, "Europe/Moscow", now_ms) == (Interval(now_ms, now_ms + WEEK_MS, 180),)


@pytest.mark.rule("R16", "R17", "D5")
def test_a_change_of_the_performers_clock_moves_the_hour_in_utc_and_not_on_the_wall() -> None:
    nines = "".join(filled(day, 9)[day * 24 : day * 24 + 24] for day in range(7))
    found = open_hours(nines, "Europe/London", ms("2026-03-27T00:00Z"))
    assert [datetime.fromtimestamp(hour.from_ms / 1000, UTC).hour for hour in found] == [9, 9, 8, 8, 8, 8, 8]


@pytest.mark.rule("D5")
def test_an_hour_left_out_in_spring_is_not_there_and_one_repeated_in_autumn_is_there_twice() -> None:
    sunday_one = filled(6, 1)
    assert open_hours(sunday_one, "Europe/London", ms("2026-03-28T00:00Z")) == ()
    assert open_hours(sunday_one, "Europe/London", ms("2026-10-24T00:00Z")) == (
        Interval(ms("2026-10-25T00:00Z"), ms("2026-10-25T01:00Z"), 60),
        Interval(ms("2026-10-25T01:00Z"), ms("2026-10-25T02:00Z"), 0),
    )


@pytest.mark.rule("D5")
def test_a_change_of_half_an_hour_is_followed_too() -> None:
    assert open_hours(filled(6, 1), "Australia/Lord_Howe", ms("2026-04-04T00:00Z")) == (
        Interval(ms("2026-04-04T14:00Z"), ms("2026-04-04T15:00Z"), 660),
        Interval(ms("2026-04-04T15:00Z"), ms("2026-04-04T15:30Z"), 630),
    )


GRIDS = st.text(alphabet="01", min_size=168, max_size=168)


@pytest.mark.rule("R16", "R17", "D5")
@given(
    GRIDS,
    st.sampled_from(sorted(names())),
    st.integers(ms("2024-01-01T00:00Z"), ms("2036-01-01T00:00Z")),
    st.lists(st.integers(0, WEEK_MS - 1), max_size=20),
)
def test_an_instant_is_in_an_interval_exactly_when_its_cell_is_filled(
    grid: str, zone: str, now_ms: int, later: list[int]
) -> None:
    found = open_hours(grid, zone, now_ms)
    for ahead_ms in later:
        at = datetime.fromtimestamp((now_ms + ahead_ms) / 1000, UTC)
        offsets = [hour.offset_minutes for hour in found if hour.from_ms <= now_ms + ahead_ms < hour.to_ms]
        inside = is_open(grid, rules_of(zone), at)
        assert offsets == [offset_at(zone, now_ms + ahead_ms)] * inside


@given(GRIDS, st.sampled_from(sorted(names())), st.integers(ms("2024-01-01T00:00Z"), ms("2036-01-01T00:00Z")))
def test_intervals_are_in_order_apart_or_of_another_offset_and_within_the_coming_week(
    grid: str, zone: str, now_ms: int
) -> None:
    found = open_hours(grid, zone, now_ms)
    assert all(now_ms <= hour.from_ms < hour.to_ms <= now_ms + WEEK_MS for hour in found)
    for one, next_ in pairwise(found):
        assert one.to_ms < next_.from_ms or (one.to_ms == next_.from_ms and one.offset_minutes != next_.offset_minutes)
