"""A long run in parts: each goes on where the last stopped, and only runs of one code are summed."""

from collections import Counter
from pathlib import Path

import pytest

from sim.soak import PLAYED, ROOT, Refused, Sum
from sim.world import Result


def played(first: int, number: int, *broken: str) -> list[Result]:
    """Runs of consecutive seeds that billed one block each."""
    return [
        Result(seed, list(broken), True, 1, Counter(), Counter({"missed": 1})) for seed in range(first, first + number)
    ]


def test_the_next_part_goes_on_where_the_last_stopped_and_its_figures_are_added(tmp_path: Path) -> None:
    file = tmp_path / "soak.json"
    for first, number in ((0, 3), (3, 2)):
        total = Sum.kept(file, "code")
        assert total.next == first
        total.add(played(first, number))
        total.keep(file)
    again = Sum.kept(file, "code")
    assert (again.spans, again.figures.seeds, again.figures.billed, again.figures.ends) == (
        [[0, 5]],
        5,
        5,
        {"missed": 5},
    )


def test_runs_of_other_code_are_not_added(tmp_path: Path) -> None:
    Sum("one").keep(tmp_path / "soak.json")
    with pytest.raises(Refused, match="other code"):
        Sum.kept(tmp_path / "soak.json", "another")


def test_no_seed_counts_twice() -> None:
    total = Sum("code")
    total.add(played(10, 5))
    total.refuse_played(0, 10)
    total.refuse_played(15, 10)
    for first, number in ((14, 1), (0, 11), (12, 1)):
        with pytest.raises(Refused, match="FROM=15"):
            total.refuse_played(first, number)


def test_what_broke_in_an_earlier_part_is_not_forgotten(tmp_path: Path) -> None:
    total = Sum("code")
    total.add(played(7, 1, "money was made or lost"))
    total.keep(tmp_path / "soak.json")
    assert Sum.kept(tmp_path / "soak.json", "code").broken == ["seed 7: money was made or lost\n  python -m sim 7"]


def test_every_package_that_a_run_plays_is_in_the_digest_of_the_code() -> None:
    assert all(list((ROOT / part).rglob("*.py")) for part in PLAYED)
