"""`python -m tests.sim SEED` tells the story of one seed; `python -m tests.sim --seeds 5000` plays many and prints their figures."""

import argparse
import os
import sys
from multiprocessing import Pool

from tests.sim.report import Figures
from tests.sim.world import Result, play


def soak(first: int, number: int, jobs: int) -> int:
    """Plays many seeds; the exit status says whether all rules held in all of them."""
    figures, failed = Figures(), 0
    with Pool(jobs) as pool:
        for played, result in enumerate(pool.imap_unordered(play, range(first, first + number), chunksize=8), 1):
            figures.add(result)
            failed += bool(result.broken)
            if result.broken:
                print(failure(result), flush=True)
            if played % 500 == 0:
                print(f"{played} seeds, {figures.billed} blocks", flush=True)
    print("\n".join(figures.lines()))
    return 1 if failed else 0


def failure(result: Result) -> str:
    """What was broken, and how to see it again."""
    return f"seed {result.seed}: {result.broken[0]}\n  {result.replay}"


def main() -> int:
    """The command line."""
    arguments = argparse.ArgumentParser(prog="python -m tests.sim")
    arguments.add_argument("seed", type=int, nargs="?")
    arguments.add_argument("--seeds", type=int, default=0)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = arguments.parse_args()
    if asked.seeds:
        return soak(asked.first, asked.seeds, asked.jobs)
    if asked.seed is None:
        arguments.error("which seed?")
    result = play(asked.seed, story=True)
    print("\n".join(result.broken) or "all rules held")
    return 1 if result.broken else 0


if __name__ == "__main__":
    sys.exit(main())
