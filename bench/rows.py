"""The rows by which two builds are compared, at sizes that let seven pairs end within twenty minutes on two idle cores.

`python -m bench.rows ROW PAIR` measures one row once, of the build whose packages the process imports, and prints its figures; null when
the build lacks the ability."""

import json
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from bench import acts, idle, works
from bench.builds import build
from bench.verdicts import Better, Figure

SEEDS = 40
STARTS = 3


@dataclass(frozen=True)
class Row:
    """`measure` takes the number of the pair, from 0. A counted row is the same every time, and is measured once."""

    measure: Callable[[int], list[Figure]]
    counted: bool = False


def _acts(_: int) -> list[Figure]:
    return _figures(acts.acts())


def _works(_: int) -> list[Figure]:
    return _figures(works.acts())


def _files(_: int) -> list[Figure]:
    return _figures(works.files())


def _figures(counts: Iterable[acts.Act]) -> list[Figure]:
    found = []
    for act in counts:
        counted = act.counted
        parts = {
            "write units": counted.transactional_units,
            "index units": counted.index_units,
            "plain units": counted.plain_units,
            "requests": sum(counted.requests.values()),
        }
        found += [Figure(f"{act.name}: {what}", value, Better.SAME) for what, value in parts.items()]
    return found


def _idle(_: int) -> list[Figure]:
    touched = idle.ticks_that_touch()
    return [Figure(f"requests in tick {n}", requests, Better.SAME) for n, requests in enumerate(touched, 1)]


def _debits(_: int) -> list[Figure]:
    from bench.worker import measure

    found = measure()
    return [
        Figure("requests a debit", found.requests_a_debit, Better.SAME),
        Figure("debits a second", found.debits_a_second, Better.MORE),
        Figure("CPU a debit, in floors", found.cpu_ratio),
        Figure("resident memory, MB", found.memory_mb),
    ]


def _catching_up(_: int) -> list[Figure]:
    """After the outage so few sessions that the tick debits them all by itself: what it hands to the queue depends on the time it took."""
    from bench.catchup import SITUATIONS, catch_up

    found = []
    for name, missed, sessions in zip(("ordinary", "outage"), SITUATIONS.values(), (20_000, 300), strict=True):
        did = catch_up(missed, sessions)
        found += [
            Figure(f"{name}: sessions seen to", did.seen_to, Better.SAME),
            Figure(f"{name}: seconds", sum(did.seconds)),
            Figure(f"{name}: CPU, s", did.cpu_s),
        ]
    return found


def _cold_starts(_: int) -> list[Figure]:
    from bench.imports import import_ms

    programs = build().COLD_STARTS
    return [
        Figure(f"{name}, ms", statistics.median(import_ms(program) for _ in range(STARTS)))
        for name, program in programs.items()
    ]


def _simulation(pair: int) -> list[Figure]:
    """Each pair has seeds of its own. A seed is not the same day in two builds, so equal numbers of seeds are compared, by figures that
    a few unlucky boundaries do not move. Their `least` is what other seeds would move them by."""
    from bench.precision import simulation

    cpu_ms, late = simulation(range(pair * SEEDS + 1, (pair + 1) * SEEDS + 1))
    fair, faults = late["no faults"], late["single faults"]
    return [
        Figure("CPU of a block, ms", cpu_ms),
        Figure("late, no faults: p50, ms", fair.p50, least=5),
        Figure("late, single faults: p50, ms", faults.p50, least=5),
        Figure("late, single faults: over 1 s, %", faults.over_a_second, least=3),
    ]


ROWS = {
    "acts": Row(_acts, counted=True),
    "works": Row(_works, counted=True),
    "files": Row(_files, counted=True),
    "idle": Row(_idle, counted=True),
    "debits": Row(_debits),
    "catchup": Row(_catching_up),
    "coldstarts": Row(_cold_starts),
    "simulation": Row(_simulation),
}


def main(name: str, pair: int) -> None:
    """Prints the figures of a row."""
    found = None if name in build().LACKS else [asdict(figure) for figure in ROWS[name].measure(pair)]
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
