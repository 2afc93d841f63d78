"""The pinned time zones against those of a JavaScript engine, which browsers have too."""

import json
import subprocess
from typing import Any

import pytest

from chalicelib.domain.zones import aliases, place_of, places, zone_of
from tools.engines import PINNED_NODE, differences, node

KNOWN = {
    "Africa/Casablanca": ("2026-09-20T01:00Z", 0, 60),
    "Africa/El_Aaiun": ("2026-09-20T01:00Z", 0, 60),
    "America/Edmonton": ("2026-11-05T00:00Z", -360, -420),
    "America/Havana": ("2026-11-05T00:00Z", -240, -300),
    "America/Inuvik": ("2026-11-05T00:00Z", -360, -420),
    "America/Rainy_River": ("2026-11-05T00:00Z", -300, -360),
    "America/Winnipeg": ("2026-11-05T00:00Z", -300, -360),
    "America/Yellowknife": ("2026-11-05T00:00Z", -360, -420),
    "Canada/Central": ("2026-11-05T00:00Z", -300, -360),
    "Canada/Mountain": ("2026-11-05T00:00Z", -360, -420),
    "Cuba": ("2026-11-05T00:00Z", -240, -300),
    "Factory": None,
}
"""Where the pinned Node (rules 2026b) has other clocks than the pinned rules (2026f): docs/time-zones.md."""


def said_by_node(script: str, asked: Any = None) -> Any:
    found = subprocess.run(
        [PINNED_NODE, "-e", f"const asked = {json.dumps(asked)}; process.stdout.write(JSON.stringify({script}))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(found.stdout)


@pytest.mark.rule("R16", "R17", "D5")
def test_the_pinned_node_has_the_same_clocks_for_three_years_but_for_what_is_known() -> None:
    assert differences(node(PINNED_NODE)) == KNOWN


@pytest.mark.rule("R17")
def test_whatever_place_an_engine_offers_is_taken() -> None:
    offered = said_by_node("Intl.supportedValuesOf('timeZone')")
    assert {zone_of(name) for name in offered if name != "UTC"} == places()


@pytest.mark.rule("R17")
def test_a_spelling_is_of_the_same_place_for_an_engine_that_keeps_names_of_its_own() -> None:
    own = said_by_node(
        "asked.map(name => new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone)",
        sorted(aliases()),
    )
    assert {name: place_of(theirs) for name, theirs in zip(sorted(aliases()), own, strict=True)} == aliases()
