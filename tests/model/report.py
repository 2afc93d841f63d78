"""What was explored, as a table: at the end of a test run, and by `python -m tests.model`."""

from collections.abc import Iterable
from typing import Any

from tests.model.engine.explorer import Outcome


def figures(outcome: Outcome, fault: str | None = None) -> dict[str, Any]:
    """Of one exploration, as plain values, which go from process to process."""
    return {
        "world": outcome.world,
        "fault": fault,
        "states": outcome.states,
        "edges": outcome.edges,
        "stores": outcome.stores,
        "seconds": outcome.seconds,
        "broken": outcome.broken,
    }


def table(found: Iterable[dict[str, Any]]) -> list[str]:
    """The worlds under the real rules, then the seeded faults together."""
    parts = list(found)
    worlds = [part for part in parts if part["fault"] is None]
    seeded = [part for part in parts if part["fault"] is not None]
    lines = [f"{'world':24}{'states':>10}{'edges':>10}{'stores':>8}{'seconds':>9}"]
    lines += [f"{w['world']:24}{_counted(w)}  {w['broken'] or 'all invariants hold'}" for w in worlds]
    lines.append(f"{'together':24}{_counted(_sum(worlds))}")
    if seeded:
        caught = [part for part in seeded if part["broken"]]
        summed = _counted(_sum(seeded))
        lines.append(f"{'seeded faults':24}{summed}  {len(caught)} of {len(seeded)} caught")
        lines += [f"NOT CAUGHT: {part['fault']} in {part['world']!r}" for part in seeded if not part["broken"]]
    return lines


def _sum(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: sum(part[name] for part in parts) for name in ("states", "edges", "stores", "seconds")}


def _counted(part: dict[str, Any]) -> str:
    return f"{part['states']:10}{part['edges']:10}{part['stores']:8}{part['seconds']:9.1f}"
