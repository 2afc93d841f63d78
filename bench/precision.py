"""How late debits are on the simulation's virtual clock, by what befell them, and what a block costs the simulation's processor."""

import time
from collections import defaultdict
from dataclasses import dataclass

from bench.builds import build

SEEDS = 60


@dataclass(frozen=True)
class Precision:
    """Lateness of the debits of boundaries, in ms."""

    debits: int
    p50: float
    p99: float
    max: float
    over_a_second: float
    """Percent of them."""


def precision() -> dict[str, Precision]:
    """Over the first seeds."""
    return simulation(range(1, SEEDS + 1))[1]


def simulation(seeds: range) -> tuple[float, dict[str, Precision]]:
    """CPU milliseconds a billed block, and how late the debits were, over these seeds."""
    blocks, late, began = 0, defaultdict[str, list[int]](list), time.process_time()
    for seed in seeds:
        played = build().simulate(seed)
        blocks += played.blocks
        for weather, late_ms in played.late.items():
            late[weather] += late_ms
    cpu_ms = (time.process_time() - began) * 1000
    return cpu_ms / blocks, {weather: _of(late_ms) for weather, late_ms in late.items()}


def _of(found: list[int]) -> Precision:
    late = sorted(found) or [0]
    over_a_second = sum(ms > 1_000 for ms in late) * 100 / len(late)
    return Precision(len(found), late[len(late) // 2], late[len(late) * 99 // 100], late[-1], over_a_second)
