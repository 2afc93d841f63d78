"""`make bench`: every figure, as tables and in build/bench.json. Exit code 1 when a counted ceiling or a ratio is crossed.

`make bench BESIDE=<commit>`: an older build beside today's (`bench.beside`); `ROWS=acts,idle` chooses rows."""

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import acts, beside, door, idle, imports, shown, works
from bench.precision import precision
from bench.rows import ROWS, chosen

BUILD = Path(__file__).parent.parent / "build"
DEBITS_A_SECOND = 200
CPU_RATIO = 4
"""Asked for are 15; it is a quarter of that since docs/adr/0008, and a debit does not become dearer unnoticed."""
SEARCH = {
    "search-made": "The search index of 100,000 twips, made anew",
    "search-published": "Publishing ten twips of 100,000: 100 times, one after the other",
    "search-asked": "A page of 33 out of 100,000 twips: processor time",
    "search-found": "What people type (tests/search)",
}
"""The rows of the search, and what they are called here."""
console = Console()


def main() -> int:
    """The command line."""
    arguments = argparse.ArgumentParser(prog="make bench")
    arguments.add_argument("--beside", metavar="COMMIT")
    arguments.add_argument("--rows", type=lambda names: names.split(","))
    asked = arguments.parse_args()
    if asked.rows and not asked.beside:
        arguments.error("ROWS are those of a comparison: say BESIDE=<commit> too")
    try:
        rows = chosen(asked.rows or ROWS)
    except ValueError as unknown:
        arguments.error(f"no such row: {unknown}; there are {', '.join(ROWS)}")
    return beside.main(asked.beside, rows) if asked.beside else alone()


def alone() -> int:
    """Measures, prints, writes; answers the exit code."""
    crossed: list[str] = []
    found: dict[str, Any] = {
        "acts": _acts("Write units and requests per act", acts.acts(), crossed),
        "works": _acts("An order of work, from its order to its money", works.acts(), crossed),
        "files": _acts("An order of files, whose money moves at once", works.files(), crossed),
        "sweep": _sweep(crossed),
        "shown": _shown(crossed),
        "front_door": _door(crossed),
        "idle_session": _idle(crossed),
        "worker": _worker(crossed),
        "catching_up": _catching_up(crossed),
        "boundary_precision_ms": _precision(),
        "cold_starts": _imports(crossed),
        "package": _figures("What a function's package holds, unzipped", "package", crossed),
    }
    subprocess.run([sys.executable, "-m", "bench.searching", "market"], check=True)
    subprocess.run([sys.executable, "-m", "bench.searching"], check=True)
    for row, title in SEARCH.items():
        found[row] = _figures(title, row, crossed)
    BUILD.mkdir(exist_ok=True)
    (BUILD / "bench.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for what in crossed:
        console.print(f"[red]over its ceiling:[/red] {what}")
    return 1 if crossed else 0


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for n, column in enumerate(columns):
        table.add_column(column, justify="left" if n == 0 else "right")
    return table


def _acts(title: str, counts: Iterable[acts.Act], crossed: list[str]) -> list[dict[str, Any]]:
    table = _table(title, "act", "write units", "ceiling", "plain units", "requests")
    rows = []
    for act in counts:
        counted = act.counted
        requests = sum(counted.requests.values())
        units = f"{counted.transactional_units} + {counted.index_units}"
        table.add_row(act.name, units, f"{act.ceiling[0]} + {act.ceiling[1]}", str(counted.plain_units), str(requests))
        if not act.holds:
            crossed.append(f"{act.name}: {units}")
        rows.append(
            {
                "act": act.name,
                "transactional_units": counted.transactional_units,
                "index_units": counted.index_units,
                "plain_units": counted.plain_units,
                "requests": requests,
                "ceiling": act.ceiling,
            }
        )
    console.print(table)
    return rows


def _idle(crossed: list[str]) -> dict[str, Any]:
    touched = idle.ticks_that_touch()
    free = len(touched) - sum(1 for n in touched if n)
    table = _table("An idle session in one block of ticks", "what", "counted")
    table.add_row("ticks", str(len(touched)))
    table.add_row("ticks without any request for it", str(free))
    table.add_row("requests for it, by tick", " ".join(map(str, touched)))
    console.print(table)
    if free < len(touched) - 2:
        crossed.append(f"idle session: free on {free} of {len(touched)} ticks")
    return {"ticks": len(touched), "free_ticks": free, "requests_by_tick": touched}


def _worker(crossed: list[str]) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "bench.worker"], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    table = _table("One worker process, stubs of 8 ms", "figure", "measured", "aim")
    table.add_row("debits a second", f"{found['debits_a_second']:.0f}", f">= {DEBITS_A_SECOND}")
    table.add_row("requests a debit", f"{found['requests_a_debit']:.0f}", "")
    table.add_row("CPU a debit, ms", f"{found['cpu_ms_a_debit']:.2f}", "")
    table.add_row("CPU of the hand-signed floor, ms", f"{found['floor_cpu_ms']:.2f}", "")
    table.add_row("CPU in floors", f"{found['cpu_ratio']:.1f}", f"<= {CPU_RATIO}")
    table.add_row("resident memory, MB", f"{found['memory_mb']:.0f}", "")
    console.print(table)
    if found["debits_a_second"] < DEBITS_A_SECOND:
        crossed.append(f"debits a second: {found['debits_a_second']:.0f}, below its floor")
    if found["cpu_ratio"] > CPU_RATIO:
        crossed.append(f"CPU a debit: {found['cpu_ratio']:.1f} floors")
    return found


def _catching_up(crossed: list[str]) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "bench.catchup"], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    columns = ("situation", "sessions", "seen to", "ticks", "seconds a tick", "CPU, s")
    table = _table("Catching up after an outage: one tick at a time, stubs of 8 ms", *columns)
    for name, row in found.items():
        seconds = " ".join(f"{s:.0f}" for s in row["seconds"])
        table.add_row(
            name, str(row["sessions"]), str(row["seen_to"]), str(len(row["seconds"])), seconds, f"{row['cpu_s']:.0f}"
        )
        if row["seen_to"] < row["expected"]:
            crossed.append(f"{name}: {row['seen_to']} sessions seen to")
    console.print(table)
    return found


def _sweep(crossed: list[str]) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "bench.works"], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    table = _table("A sweep over terms that nobody was woken for, stubs of 8 ms", "figure", "measured", "aim")
    table.add_row("overdue and handed on", str(found["found"]), str(works.OVERDUE))
    table.add_row("seconds", f"{found['seconds']:.1f}", f"<= {works.SWEEP_S}")
    console.print(table)
    if found["found"] != works.OVERDUE or found["seconds"] > works.SWEEP_S:
        crossed.append(f"sweep: {found['found']} orders in {found['seconds']:.1f} s")
    return found


def _shown(crossed: list[str]) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "bench.shown"], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    table = _table(
        "From an act in an order until the other side's page shows it, on this machine", "figure", "ms", "aim"
    )
    table.add_row("p50", f"{found['p50_ms']:.0f}", f"<= {shown.CEILING_MS}")
    table.add_row("p95", f"{found['p95_ms']:.0f}", "")
    console.print(table)
    if found["p50_ms"] > shown.CEILING_MS:
        crossed.append(f"an act is shown after {found['p50_ms']:.0f} ms")
    return found


def _door(crossed: list[str]) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "bench.door"], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    columns = ("way", "door, s", "straight, s", "ratio", "ceiling", "slowest answer to others, s")
    table = _table("100 MB through the front door, and straight to the object store behind it", *columns)
    for way, row in found.items():
        seconds = (f"{statistics.median(row[name]):.2f}" for name in ("door_s", "straight_s"))
        table.add_row(way, *seconds, f"{row['ratio']:.2f}", f"{door.RATIO}", f"{row['slowest_s']:.2f}")
        if row["ratio"] > door.RATIO:
            crossed.append(f"100 MB {way}: {row['ratio']:.2f} times as long through the door")
        if row["slowest_s"] > door.ANSWERED_S:
            crossed.append(f"100 MB {way}: others are answered after {row['slowest_s']:.1f} s")
    console.print(table)
    return found


def _precision() -> dict[str, Any]:
    table = _table("Boundary precision on the virtual clock, ms late", "weather", "debits", "p50", "p99", "max")
    rows = precision()
    for name, row in rows.items():
        table.add_row(name, str(row.debits), f"{row.p50:.0f}", f"{row.p99:.0f}", f"{row.max:.0f}")
    console.print(table)
    return {name: row.__dict__ for name, row in rows.items()}


def _figures(title: str, row: str, crossed: list[str]) -> dict[str, float]:
    """A row of a comparison, of today's build alone."""
    done = subprocess.run([sys.executable, "-m", "bench.rows", row, "0"], stdout=subprocess.PIPE, text=True, check=True)
    figures, table = json.loads(done.stdout), _table(title, "figure", "measured", "ceiling")
    for figure in figures:
        value, most = figure["value"], figure["most"]
        table.add_row(figure["name"], f"{value:.4g}", "" if most is None else f"{most:.4g}")
        if most is not None and value > most:
            crossed.append(f"{row}: {figure['name']}: {value:.4g}")
    console.print(table)
    return {figure["name"]: figure["value"] for figure in figures}


def _imports(crossed: list[str]) -> list[dict[str, Any]]:
    table = _table("Cold starts: imports, in bare parts", "function", "bare, ms", "ours, ms", "ratio", "ceiling")
    rows = []
    for start in imports.cold_starts():
        table.add_row(
            start.function, f"{start.bare_ms:.0f}", f"{start.ours_ms:.0f}", f"{start.ratio:.2f}", f"{start.ceiling}"
        )
        if start.ratio > start.ceiling:
            crossed.append(f"cold start of {start.function}: {start.ratio:.2f}")
        rows.append(start.__dict__)
    console.print(table)
    return rows


if __name__ == "__main__":
    raise SystemExit(main())
