"""The figures of many runs: what was played, what was billed, what went wrong in the world, and how late boundaries were debited."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sim.world import Late, Result


@dataclass
class Figures:
    """Sums over runs; `as_dict` and `of` carry them between processes."""

    seeds: int = 0
    billed: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    late: Late = field(default_factory=Late)

    def add(self, result: Result) -> None:
        """Counts one more run."""
        self.seeds += 1
        self.billed += result.billed
        self.faults += Counter({str(fault): number for fault, number in result.faults.items()})
        self.ends += result.ends
        self._add_late(vars(result.late))

    def _add_late(self, late: dict[str, list[int]]) -> None:
        for name, late_ms in late.items():
            vars(self.late)[name].extend(late_ms)

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {**vars(self), "faults": dict(self.faults), "ends": dict(self.ends), "late": vars(self.late)}

    @classmethod
    def of(cls, parts: Iterable[dict[str, Any]]) -> "Figures":
        """The sum of many."""
        total = cls()
        for part in parts:
            total.seeds += part["seeds"]
            total.billed += part["billed"]
            total.faults.update(part["faults"])
            total.ends.update(part["ends"])
            total._add_late(part["late"])
        return total

    def lines(self) -> list[str]:
        """For people."""
        return [
            f"{self.seeds} seeds, {self.billed} blocks billed, {self.faults.total()} faults",
            f"debited late, fair weather:  {spread(self.late.fair)}",
            f"debited late, single faults: {spread(self.late.faults)}",
            f"debited late, queue down:    {spread(self.late.queue_down)}",
            f"debited late after outages:  {spread(self.late.outages)}",
            "ends:   " + ", ".join(f"{reason} {number}" for reason, number in self.ends.most_common()),
            "faults: " + ", ".join(f"{fault} {number}" for fault, number in self.faults.most_common()),
        ]


def spread(late_ms: list[int]) -> str:
    """p50, p99 and the worst."""
    if not late_ms:
        return "no boundary"
    ordered = sorted(late_ms)
    half, nearly = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    return f"p50 {half} ms, p99 {nearly} ms, max {ordered[-1]} ms of {len(ordered)}"
