"""`make test`, level by level: every level runs, whatever became of the others, and at the end stands what each cost and may cost.

The budget is that of two idle cores and three kinds of order. Being over it fails nothing: a busy machine is no fault of the code."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTEST = (sys.executable, "-m", "pytest")
BROWSERS = ("tests/journeys/browser", "tests/web")
APART = ("tests/model", "tests/sim", *BROWSERS)
"""Levels of their own; all other tests are units."""


@dataclass(frozen=True)
class Level:
    """A part of all tests. `budget_s`: the seconds that it may cost."""

    name: str
    command: tuple[str, ...]
    budget_s: int
    folder: Path = ROOT


@dataclass(frozen=True)
class Cost:
    """What a level cost, and how it ended."""

    level: Level
    seconds: float
    status: int


# Two of three workers wait most of the time: for the terms of the fast profile, in the journeys and beside the power cuts.
# They begin first, whatever else has more tests: tests/support/scheduling.py.
UNITS = (
    *("-n", "3", "--dist", "loadgroup", "--no-loadscope-reorder", "--cov", "--cov-report="),
    *(f"--ignore={path}" for path in APART),
)
LEVELS = (
    Level("web unit", ("npm", "run", "--silent", "test"), 20, ROOT / "web"),
    Level("units and fakes", (*PYTEST, *UNITS), 375),
    Level("model", (*PYTEST, "-n", "2", "--dist", "worksteal", "tests/model"), 70),
    # Not beside the browsers: real video must not wait for the processor.
    Level("simulation", (*PYTEST, "-n", "2", "--dist", "worksteal", "tests/sim"), 140),
    Level("browsers", (*PYTEST, "-n", "2", "--dist", "loadgroup", *BROWSERS), 715),
)


def run(level: Level) -> Cost:
    """Runs a level to its end."""
    print(f"\n=== {level.name}", flush=True)
    begun = time.monotonic()
    path = f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(level.command, cwd=level.folder, env={**os.environ, "PATH": path}, check=False)
    return Cost(level, time.monotonic() - begun, done.returncode)


def table(costs: Iterable[Cost]) -> list[str]:
    """What each level cost and may cost, in seconds."""
    rows = list(costs)
    spent, allowed = sum(cost.seconds for cost in rows), sum(cost.level.budget_s for cost in rows)
    return [
        f"{'level':18}{'seconds':>9}{'budget':>9}",
        *(f"{cost.level.name:18}{cost.seconds:9.0f}{cost.level.budget_s:9}{_remarks(cost)}" for cost in rows),
        f"{'together':18}{spent:9.0f}{allowed:9}{'  over budget' if spent > allowed else ''}",
    ]


def _remarks(cost: Cost) -> str:
    over = "  over budget" if cost.seconds > cost.level.budget_s else ""
    return f"{over}  FAILED ({cost.status})" if cost.status else over


def main(levels: Iterable[Level] = LEVELS) -> int:
    """Runs all levels; the exit status is that of the first that failed."""
    costs = [run(level) for level in levels]
    print("", *table(costs), sep="\n")
    return next((cost.status for cost in costs if cost.status), 0)


if __name__ == "__main__":
    sys.exit(main())
