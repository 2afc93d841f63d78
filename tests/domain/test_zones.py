"""Names and rules of time zones."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.hours import open_hours
from chalicelib.domain.zones import aliases, names, offset_at, place_of, places, rules_of, zone_of
from tests.domain.test_hours import ms

NINE_DAILY = ("0" * 9 + "1" + "0" * 14) * 7
CHANGED_IN_2026 = [
    ("America/Vancouver", "16:00"),
    ("America/Edmonton", "15:00"),
    ("America/Yellowknife", "15:00"),
    ("America/Inuvik", "15:00"),
    ("America/Winnipeg", "14:00"),
    ("America/Rainy_River", "14:00"),
    ("America/Havana", "13:00"),
    ("Africa/Casablanca", "09:00"),
    ("Africa/El_Aaiun", "09:00"),
]


@pytest.mark.rule("R16", "R17", "D5")
@pytest.mark.parametrize(("zone", "nine"), CHANGED_IN_2026)
def test_nine_oclock_where_the_rules_changed_this_year(zone: str, nine: str) -> None:
    first = open_hours(NINE_DAILY, zone, ms("2026-12-14T00:00Z"))[0]
    assert first.from_ms == ms(f"2026-12-14T{nine}Z")


@pytest.mark.rule("R16", "R17", "D5")
def test_the_machines_own_files_do_not_count(tmp_path: Path) -> None:
    for name, data in (("America/Vancouver", "Asia/Tokyo"), ("Europe/Moscow", "Asia/Tokyo")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((resources.files("tzdata") / "zoneinfo" / data).read_bytes())
    ask = "from chalicelib.domain.zones import offset_at as o; print(o('America/Vancouver', 0), o('Europe/Moscow', 0))"
    for path in (str(tmp_path), "/usr/share/zoneinfo", ""):
        told = {**os.environ, "PYTHONTZPATH": path, "TZ": "Asia/Tokyo"}
        said = subprocess.run([sys.executable, "-c", ask], env=told, capture_output=True, text=True, check=True)
        assert said.stdout.split() == ["-480", "180"]


@pytest.mark.rule("R17")
@pytest.mark.parametrize(
    ("spelling", "place"),
    [
        ("Europe/Moscow", "Europe/Moscow"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Asia/Kolkata", "Asia/Kolkata"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Europe/Uzhgorod", "Europe/Kyiv"),
        ("Asia/Saigon", "Asia/Ho_Chi_Minh"),
        ("Asia/Katmandu", "Asia/Kathmandu"),
        ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("America/Indianapolis", "America/Indiana/Indianapolis"),
        ("US/Eastern", "America/New_York"),
        ("GB", "Europe/London"),
        ("W-SU", "Europe/Moscow"),
        ("Pacific/Enderbury", "Pacific/Kanton"),
    ],
)
def test_a_place_is_kept_under_its_one_name_whatever_spelling_a_browser_has(spelling: str, place: str) -> None:
    assert (zone_of(spelling), place_of(spelling)) == (place, place)


@pytest.mark.rule("R17")
@pytest.mark.parametrize(
    "place", ["Europe/Oslo", "Europe/Amsterdam", "Atlantic/Reykjavik", "Africa/Lagos", "Africa/Kinshasa", "Asia/Kuwait"]
)
def test_places_that_share_their_clocks_stay_apart(place: str) -> None:
    assert zone_of(place) == place


@pytest.mark.rule("R17")
@pytest.mark.parametrize(
    ("old", "place", "not_here"),
    [
        ("Africa/Asmera", "Africa/Asmara", "Africa/Nairobi"),
        ("America/Coral_Harbour", "America/Atikokan", "America/Panama"),
        ("Pacific/Truk", "Pacific/Chuuk", "Pacific/Port_Moresby"),
        ("Iceland", "Atlantic/Reykjavik", "Africa/Abidjan"),
    ],
)
def test_an_old_spelling_is_of_its_own_country_and_not_of_the_one_that_lends_the_rules(
    old: str, place: str, not_here: str
) -> None:
    assert zone_of(old) == place != not_here


NO_PLACES = [
    *("Factory", "UTC", "Etc/UTC", "Zulu", "GMT", "GMT+0", "Greenwich", "Etc/GMT+5", "Etc/Unknown"),
    *("EST", "MST", "HST", "EST5EDT", "PST8PDT", "CET", "MET", "EET", "WET"),
]


@pytest.mark.rule("R8", "R17")
@pytest.mark.parametrize("name", NO_PLACES)
def test_a_name_that_is_no_place_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        zone_of(name)
    code = "unknown" if name == "Etc/Unknown" else "no_place"
    assert [(fault.field, fault.code) for fault in refused.value.errors] == [("zone", code)]


@pytest.mark.rule("R8", "R17")
@pytest.mark.parametrize(
    "name",
    [
        *("", "Moscow", "Europe", "../etc/passwd", "/etc/localtime", "europe/moscow", "\x00", "Europe/Moscow "),
        *("posixrules", "localtime", "posix/Europe/Moscow", "right/Europe/Moscow", "zone.tab", "GMT+5", "UTC+3"),
    ],
)
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        zone_of(name)
    assert [(fault.field, fault.code) for fault in refused.value.errors] == [("zone", "unknown")]
    with pytest.raises(KeyError):
        rules_of(name)


@pytest.mark.rule("R17")
def test_every_name_is_a_place_or_a_spelling_of_one_or_belongs_to_nobody() -> None:
    nobodys = names() - places() - aliases().keys()
    assert {name for name in nobodys if not name.startswith("Etc/")} == {
        *("Factory", "UTC", "UCT", "Universal", "Zulu", "GMT", "GMT+0", "GMT-0", "GMT0", "Greenwich"),
        *("CET", "EET", "EST", "HST", "MET", "MST", "WET", "CST6CDT", "EST5EDT", "MST7MDT", "PST8PDT"),
    }
    assert places() | set(aliases()) <= names()
    assert set(aliases().values()) <= places()
    assert not places() & aliases().keys()


@pytest.mark.rule("R16", "R17")
def test_another_spelling_has_the_clocks_of_its_place() -> None:
    for spelling, place in aliases().items():
        for month in range(1, 13):
            at = datetime(2027, month, 1, tzinfo=UTC)
            assert at.astimezone(rules_of(spelling)).utcoffset() == at.astimezone(rules_of(place)).utcoffset(), spelling


@pytest.mark.rule("R16", "R17", "D5")
def test_an_offset_is_in_minutes_east_of_utc() -> None:
    july, january = ms("2027-07-01T00:00Z"), ms("2027-01-01T00:00Z")
    assert (offset_at("America/New_York", july), offset_at("America/New_York", january)) == (-240, -300)
    assert (offset_at("Asia/Kathmandu", july), offset_at("UTC", july)) == (345, 0)
