"""One worker process against stubs of fixed latency: debits a second, CPU of a debit against the floor, memory."""

import json
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench import floor
from bench.builds import build
from bench.scene import at_the_boundary
from bench.stub import running

LATENCY_S = 0.008


@dataclass(frozen=True)
class Figures:
    """What one worker process does."""

    debits_a_second: float
    requests_a_debit: float
    cpu_ms_a_debit: float
    """With all threads at work: what they cost each other is in it."""
    cpu_ratio: float
    """The same in floors that were measured beside it."""
    floor_cpu_ms: float
    memory_mb: float


def measure(debits: int = 150, rounds: int = 10) -> Figures:
    """Medians of so many rounds: short ones, so that the machine's mood touches a round's debits and its floor alike. Runs in this process;
    call it through `python -m bench.worker`, so that nothing else is in it."""
    with running("bench.stub", LATENCY_S) as slow, running("bench.stub", 0) as fast:
        requests = _requests()
        with _debiting(slow) as run:
            found = [(*run(debits), floor.cpu_ms_a_debit(fast["port"], requests, debits)) for _ in range(rounds)]
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate, cpu_ms, least_ms = (statistics.median(column) for column in zip(*found, strict=True))
    ratio = statistics.median(cpu / least for _, cpu, least in found)
    return Figures(rate, float(len(requests)), cpu_ms, ratio, least_ms, memory_mb)


@contextmanager
def _debiting(found: dict[str, Any]) -> Iterator[Callable[[int], tuple[float, float]]]:
    """A function that makes so many debits; it answers debits a second of wall time, and CPU milliseconds a debit."""
    worker = build().worker(found["port"])
    session_id, due_ms = found["session_id"], found["due_ms"]

    def debit(_: int) -> None:
        worker.debit(session_id, due_ms)

    debit(0)
    with ThreadPoolExecutor(worker.threads) as pool:

        def run(debits: int) -> tuple[float, float]:
            began, cpu = time.perf_counter(), time.process_time()
            list(pool.map(debit, range(debits)))
            return debits / (time.perf_counter() - began), (time.process_time() - cpu) * 1000 / debits

        run(worker.threads * 4)
        yield run


def _requests() -> list[tuple[str, str, bytes]]:
    """The requests of one debit as the product sends them: recorded from the real code."""
    market = at_the_boundary()
    sent: list[tuple[str, str, bytes]] = []

    def record(operation: str, request: dict[str, Any]) -> None:
        name = "".join(part.title() for part in operation.split("_"))
        sent.append((f"DynamoDB_20120810.{name}", "/", json.dumps(request).encode()))

    market.dynamo.before = record
    told = len(market.pushed)
    market.advance()
    market.dynamo.before = None
    return sent + [("", f"/@connections/{connection_id}", data) for connection_id, data in market.pushed[told:]]


if __name__ == "__main__":
    print(json.dumps(measure().__dict__))
