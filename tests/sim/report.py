"""The figures of many runs: what was played, what was billed, what went wrong in the world, and how late boundaries were debited."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.sim.world import Result


@dataclass
class Figures:
    """Sums over runs; `as_dict` and `of` carry them between processes."""

    seeds: int = 0
    billed: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    fair_ms: list[int] = field(default_factory=list)
    """How late each boundary was debited in runs without faults, in ms."""
    foul_ms: list[int] = field(default_factory=list)
    """The same in runs with faults."""

    def add(self, result: Result) -> None:
        """Counts one more run. A boundary that waited for a lost side to come back says nothing about us."""
        self.seeds += 1
        self.billed += result.billed
        self.faults += Counter({str(fault): number for fault, number in result.faults.items()})
        self.ends += result.ends
        late_ms = [debit.late_ms for debit in result.debits if not debit.waited]
        (self.fair_ms if result.fair else self.foul_ms).extend(late_ms)

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {**vars(self), "faults": dict(self.faults), "ends": dict(self.ends)}

    @classmethod
    def of(cls, parts: Iterable[dict[str, Any]]) -> "Figures":
        """The sum of many."""
        total = cls()
        for part in parts:
            total.seeds += part["seeds"]
            total.billed += part["billed"]
            total.faults.update(part["faults"])
            total.ends.update(part["ends"])
            total.fair_ms += part["fair_ms"]
            total.foul_ms += part["foul_ms"]
        return total

    def lines(self) -> list[str]:
        """For people."""
        return [
            f"{self.seeds} seeds, {self.billed} blocks billed, {self.faults.total()} faults",
            f"debited late, fair weather: {spread(self.fair_ms)}",
            f"debited late, with faults:  {spread(self.foul_ms)}",
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
