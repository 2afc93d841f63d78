"""Eighty days of a small market, each with its own weather: every rule holds after every step, and every session ends."""

from typing import Any

import pytest

from sim.report import Figures
from sim.world import play

SEEDS, CHUNK = 80, 20
"""`make soak` plays the rest."""
BLOCKS_A_CHUNK = 150 * CHUNK


@pytest.mark.no_cover
@pytest.mark.timeout(900)
@pytest.mark.rule(
    "R36", "R44", "R46", "R47", "R51", "R53", "R54", "R55", "R56", "R57", "R58", "D6", "D7", "D13", "D14", "D15", "D16", "D18", "D19"
)  # fmt: skip
@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK), ids=lambda first: f"{first}-{first + CHUNK - 1}")
def test_whatever_happens_no_money_is_lost_or_made_and_nobody_is_stuck(first: int, record_property: Any) -> None:
    figures = Figures()
    for seed in range(first, first + CHUNK):
        result = play(seed)
        assert not result.broken, f"{result.broken[0]}\nreplay with: {result.replay}"
        figures.add(result)
    record_property("simulation", figures.as_dict())
    assert figures.billed >= BLOCKS_A_CHUNK


@pytest.mark.no_cover
def test_one_seed_is_one_run() -> None:
    def story(seed: int) -> tuple[int, object, object, object]:
        result = play(seed)
        return result.billed, result.faults, result.ends, result.late

    once = story(7)
    assert story(7) == once
    assert story(8) != once
