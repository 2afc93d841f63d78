"""The places that a performer's hours can be of, for the page where one chooses: names, spellings that browsers have, offsets.

A page reckons with none of it: the offsets only help to recognise a place."""

import json
from datetime import UTC, datetime
from importlib import resources

from chalicelib.domain.zones import aliases, offset_of, places, rules_of

RELEASE = resources.files("tzdata").joinpath("zoneinfo/tzdata.zi")


def document() -> str:
    """JSON: `places`, each with the offsets of its clocks, minutes east of UTC, January's first; `aliases`, each with its place.
    The offsets are of the year after the release of the rules: all that is decided so far is in force in it."""
    year = int(RELEASE.read_text(encoding="utf-8").split()[2][:4]) + 1
    offsets = [f"    {json.dumps(place)}: {json.dumps(_offsets(place, year))}" for place in sorted(places())]
    spellings = [f"    {json.dumps(name)}: {json.dumps(place)}" for name, place in sorted(aliases().items())]
    return "\n".join(
        ["{", '  "places": {', ",\n".join(offsets), "  },", '  "aliases": {', ",\n".join(spellings), "  }", "}", ""]
    )


def _offsets(place: str, year: int) -> list[int]:
    rules = rules_of(place)
    moments = (datetime(year, month, 1, tzinfo=UTC).astimezone(rules) for month in range(1, 13))
    return list(dict.fromkeys(offset_of(moment) for moment in moments))
