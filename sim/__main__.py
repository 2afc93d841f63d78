"""`python -m sim SEED` tells the story of one seed; `python -m sim --seeds 5000` plays many, and adds them to those before."""

import argparse
import os
import sys
from itertools import islice
from multiprocessing import Pool
from pathlib import Path

from sim.soak import Refused, Sum, code
from sim.world import play

PART = 50
"""So many seeds are played between two looks at the file."""


def soak(first: int | None, number: int, jobs: int, file: Path) -> int:
    """Plays many seeds; the exit status says whether all rules held in all that were ever played by this code."""
    try:
        total = Sum.kept(file, code())
        first = total.next if first is None else first
        total.refuse_played(first, number)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    with Pool(jobs) as pool:
        results = pool.imap(play, range(first, first + number), chunksize=8)
        while part := list(islice(results, PART)):
            known = len(total.broken)
            total.add(part)
            total.keep(file)
            print(
                "\n".join([f"{total.figures.seeds} seeds, {total.figures.billed} blocks", *total.broken[known:]]),
                flush=True,
            )
    print("\n".join(total.lines()))
    return 1 if total.broken else 0


def main() -> int:
    """The command line."""
    arguments = argparse.ArgumentParser(prog="python -m sim")
    arguments.add_argument("seed", type=int, nargs="?")
    arguments.add_argument("--seeds", type=int, default=0)
    arguments.add_argument("--first", type=int, help="where to begin; else where the last run stopped")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments.add_argument("--file", type=Path, default=Path("build/soak.json"))
    asked = arguments.parse_args()
    if asked.seeds:
        return soak(asked.first, asked.seeds, asked.jobs, asked.file)
    if asked.seed is None:
        arguments.error("which seed?")
    result = play(asked.seed, story=True)
    print("\n".join(result.broken) or "all rules held")
    return 1 if result.broken else 0


if __name__ == "__main__":
    sys.exit(main())
