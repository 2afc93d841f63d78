"""The rows by which two builds are compared, at sizes that let seven pairs end within twenty minutes on two idle cores.

`python -m bench.rows ROW PAIR` measures one row once, of the build whose packages the process imports, and prints its figures; null when
the build lacks the ability."""

import json
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from bench import acts, idle, package, searching, works
from bench.builds import build
from bench.searching import MB
from bench.verdicts import Better, Figure

SEEDS = 40
STARTS = 3


@dataclass(frozen=True)
class Row:
    """`measure` takes the number of the pair, from 0. A counted row is measured once: it is the same every time, or dear."""

    measure: Callable[[int], list[Figure]]
    counted: bool = False
    made: bool = False
    """It reads an index that `bench.searching` has made."""


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
    from bench.imports import BARE, import_ms

    programs = build().COLD_STARTS
    found = [
        Figure(f"{name}, ms", statistics.median(import_ms(program) for _ in range(STARTS)))
        for name, program in programs.items()
    ]
    for name in ("rest", "rest, its orders"):
        if name in programs:
            bare, most = BARE[name]
            ratio = statistics.median(import_ms(programs[name]) / import_ms(bare) for _ in range(STARTS))
            found.append(Figure(f"{name}, in bare parts", ratio, most=most))
    return found


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


def _search_made(_: int) -> list[Figure]:
    made = searching.made()
    return [
        Figure("size, MB", made.bytes / MB, most=120),
        Figure("CPU of making it anew, s", made.cpu_s, least=30),
        Figure("scratch disk of that, MB", made.scratch_bytes / MB, most=512),
        Figure("resident memory of that, MB", made.memory_bytes / MB, most=512, least=50),
    ]


def _search_published(_: int) -> list[Figure]:
    found = searching.published()
    put, read, fetched, cpu_ms = (
        [getattr(one, name) for one in found.each] for name in ("put", "read", "fetched", "cpu_ms")
    )
    return [
        Figure("to the bucket: mean, MB", statistics.mean(put) / MB, most=0.5),
        Figure("to the bucket: max, MB", max(put) / MB, most=3),
        Figure("to a reader: mean, MB", statistics.mean(read) / MB, most=0.5),
        Figure("to a reader: max, MB", max(read) / MB, most=3),
        Figure("to a writer that has none, MB", fetched[0] / MB),
        Figure("to the writer after that: mean, MB", statistics.mean(fetched[1:]) / MB),
        Figure("CPU of the writer: median, ms", statistics.median(cpu_ms), least=20),
        Figure("scratch disk of the writer, MB", found.writer_scratch_bytes / MB, most=512),
        Figure("scratch disk of the reader, MB", found.reader_scratch_bytes / MB, most=512),
    ]


SEARCH_MS = dict(zip(searching.WISHES, (20, 10, 10), strict=False))
"""Of the first queries, at most. The others are quick enough, and only may not become slower than the older build's."""


def _search_asked(_: int) -> list[Figure]:
    return [Figure(f"{name}, ms", ms, most=SEARCH_MS.get(name)) for name, ms in searching.asked().items()]


def _search_found(_: int) -> list[Figure]:
    missed = searching.missed()
    return [Figure("queries of the list that miss what is wanted", len(missed), most=5)]


def _package(_: int) -> list[Figure]:
    return [Figure("unzipped, MB", package.unzipped(build().ROOT) / MB, most=200)]


ROWS = {
    "acts": Row(_acts, counted=True),
    "works": Row(_works, counted=True),
    "files": Row(_files, counted=True),
    "idle": Row(_idle, counted=True),
    "debits": Row(_debits),
    "catchup": Row(_catching_up),
    "coldstarts": Row(_cold_starts),
    "simulation": Row(_simulation),
    "package": Row(_package, counted=True),
    "search-made": Row(_search_made, counted=True, made=True),
    "search-published": Row(_search_published, counted=True, made=True),
    "search-asked": Row(_search_asked, made=True),
    "search-found": Row(_search_found, counted=True),
}


def chosen(names: Iterable[str]) -> list[str]:
    """The rows of these names, and those whose names begin so. Raises ValueError with a name that is none's."""
    found = {name: [row for row in ROWS if row == name or row.startswith(f"{name}-")] for name in names}
    for name, rows in found.items():
        if not rows:
            raise ValueError(name)
    return [row for rows in found.values() for row in rows]


def main(name: str, pair: int) -> None:
    """Prints the figures of a row."""
    found = None if name in build().LACKS else [asdict(figure) for figure in ROWS[name].measure(pair)]
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
