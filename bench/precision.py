"""How late debits are on the simulation's virtual clock: in fair weather, with single faults, and once an outage is over."""

from dataclasses import dataclass

from tests.sim.report import Figures
from tests.sim.world import play

SEEDS = 60


@dataclass(frozen=True)
class Precision:
    """Lateness of the debits of boundaries, in ms; see tests.sim.world.Late."""

    debits: int
    p50: float
    p99: float
    max: float


def precision() -> dict[str, Precision]:
    """Over the first seeds."""
    figures = Figures()
    for seed in range(1, SEEDS + 1):
        figures.add(play(seed))
    return {
        "no faults": _of(figures.late.fair),
        "single faults": _of(figures.late.faults),
        "the queue down": _of(figures.late.queue_down),
        "outages, once they are over": _of(figures.late.outages),
    }


def _of(found: list[int]) -> Precision:
    late = sorted(found) or [0]
    return Precision(len(found), late[len(late) // 2], late[len(late) * 99 // 100], late[-1])
