"""How late debits are on the simulation's virtual clock, in fair weather and in foul."""

from dataclasses import dataclass

from tests.sim.books import Debit
from tests.sim.world import play

SEEDS = 60


@dataclass(frozen=True)
class Precision:
    """Lateness of the debits of boundaries, in ms after their due times; paused sessions, which wait as they should, are left out."""

    runs: int
    debits: int
    p50: float
    p99: float
    max: float


def precision() -> dict[str, Precision]:
    """Over the first seeds, by whether faults were injected."""
    runs = [play(seed) for seed in range(1, SEEDS + 1)]
    return {
        "no faults": _of([run.debits for run in runs if run.fair]),
        "with faults": _of([run.debits for run in runs if not run.fair]),
    }


def _of(runs: list[list[Debit]]) -> Precision:
    late = sorted(debit.late_ms for run in runs for debit in run if debit.k and not debit.waited)
    return Precision(len(runs), len(late), late[len(late) // 2], late[len(late) * 99 // 100], late[-1])
