"""Time zones: their names and their rules, of the packaged tz database alone (R16, R17). What the machine has of it may be years older.
How others differ from it: docs/time-zones.md."""

from datetime import datetime, timedelta, tzinfo
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import FieldError
from chalicelib.domain.text import refuse

_NO_PLACES = frozenset({"CET", "EET", "EST", "HST", "MET", "MST", "WET"})
"""Abbreviations that the database links to some city with the same clocks."""

_OWN_COUNTRY = {
    "Africa/Asmera": "Africa/Asmara",
    "Africa/Timbuktu": "Africa/Bamako",
    "America/Coral_Harbour": "America/Atikokan",
    "America/Virgin": "America/St_Thomas",
    "Antarctica/South_Pole": "Antarctica/McMurdo",
    "Atlantic/Jan_Mayen": "Arctic/Longyearbyen",
    "Iceland": "Atlantic/Reykjavik",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
    "Pacific/Yap": "Pacific/Chuuk",
}
"""Old spellings whose place has the same clocks as one in another country: there the database's link leads, and people are elsewhere.
Some browsers say these names still."""


def _file(name: str) -> Traversable:
    return resources.files("tzdata").joinpath(*name.split("/"))


@cache
def names() -> frozenset[str]:
    """All names that the database has rules for: places, their other spellings, and what is no place."""
    return frozenset(_file("zones").read_text(encoding="utf-8").split())


@cache
def places() -> frozenset[str]:
    """The names under which places are kept and shown, one each: those of the database's own table of places by country.
    Places that share their clocks are not one: whoever is in Oslo is not in Berlin."""
    lines = _file("zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines()
    return frozenset(line.split("\t")[2] for line in lines if not line.startswith("#"))


@cache
def aliases() -> dict[str, str]:
    """The other spellings of places, each with the place."""
    lines = _file("zoneinfo/tzdata.zi").read_text(encoding="utf-8").splitlines()
    links = {other: zone for kind, zone, other in (line.split() for line in lines if line.startswith("L "))}
    found = {other: zone for other, zone in links.items() if zone in places() and other not in places() | _NO_PLACES}
    return found | _OWN_COUNTRY


def place_of(name: str) -> str:
    """The place under its one name, so that other spellings of it are equal; what is no place stays as it is."""
    return name if name in places() else aliases().get(name, name)


def zone_of(name: str) -> str:
    """The time zone that somebody names (R17), as it is kept: a place. UTC is none: browsers say it when they hide where they are,
    and nobody's day is by it. Raises InvalidInput."""
    refuse(None if name in names() else FieldError("zone", "unknown"))
    place = place_of(name)
    refuse(None if place in places() else FieldError("zone", "no_place"))
    return place


@cache
def rules_of(name: str) -> tzinfo:
    """The rules of any name of the database. Raises KeyError when there is none of this name.
    `ZoneInfo(name)` would look at the machine's files first."""
    if name not in names():
        raise KeyError(name)
    with _file(f"zoneinfo/{name}").open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def offset_of(there: datetime) -> int:
    """How many minutes the clock of a time with a zone is east of UTC."""
    return (there.utcoffset() or timedelta()) // timedelta(minutes=1)


def offset_at(zone: str, at_ms: int) -> int:
    """The same of a zone by name, at ms since the epoch."""
    return offset_of(datetime.fromtimestamp(at_ms / 1000, rules_of(zone)))
