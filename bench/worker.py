"""One worker process against stubs of fixed latency: debits a second, CPU of a debit against the floor, memory."""

import json
import os
import resource
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench import floor
from bench.scene import PARTIES
from bench.stub import running
from chalicelib.handlers.jobs import THREADS

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring

LATENCY_S = 0.008
ROUNDS = 5


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


def measure(debits: int = 300) -> Figures:
    """Medians of several rounds. Runs in this process; call it through `python -m bench.worker`, so that nothing else is in it."""
    with running("bench.stub", LATENCY_S) as slow, running("bench.stub", 0) as fast:
        requests = _requests(fast["session_id"])
        rounds = [
            (*_run(slow, debits), floor.cpu_ms_a_debit(fast["port"], requests, debits // 2)) for _ in range(ROUNDS)
        ]
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate, cpu_ms, least_ms = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(cpu / least for _, cpu, least in rounds)
    return Figures(rate, float(len(requests)), cpu_ms, ratio, least_ms, memory_mb)


def _run(found: dict[str, Any], debits: int, threads: int = THREADS) -> tuple[float, float]:
    """Debits a second of wall time, and CPU milliseconds a debit."""
    w = local_wiring(found["port"])
    session_id, due_ms = found["session_id"], found["due_ms"]

    def debit(_: int) -> None:
        w.metering.advance(session_id, due_ms, PARTIES)

    debit(0)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(debit, range(threads * 4)))
        began, cpu = time.perf_counter(), time.process_time()
        list(pool.map(debit, range(debits)))
        return debits / (time.perf_counter() - began), (time.process_time() - cpu) * 1000 / debits


def local_wiring(port: int) -> "Wiring":
    """The real adapters, and the stub behind them."""
    url = f"http://127.0.0.1:{port}"
    os.environ.update(
        AWS_ENDPOINT_URL=url,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_DEFAULT_REGION="us-east-1",
        WORK_QUEUE_URL=f"{url}/queue",
        WS_MANAGEMENT_URL=url,
        LOCAL="1",
    )
    from chalicelib.config import from_environment
    from chalicelib.wiring import Wiring

    return Wiring(from_environment())


def _requests(session_id: str) -> list[tuple[str, str, bytes]]:
    """The requests of one debit as the product sends them: recorded from the real code."""
    from bench.acts import to_the_boundary
    from bench.scene import Scene

    scene = Scene()
    to_the_boundary(scene, scene.running())
    sent: list[tuple[str, str, bytes]] = []

    def record(operation: str, request: dict[str, Any]) -> None:
        name = "".join(part.title() for part in operation.split("_"))
        sent.append((f"DynamoDB_20120810.{name}", "/", json.dumps(request).encode()))

    scene.dynamo.before = record
    told = len(scene.ports.told)
    scene.metering.advance(session_id, scene.ports.at_ms, PARTIES)
    scene.dynamo.before = None
    from chalicelib.ws.push import encode

    return sent + [("", f"/@connections/{t.connection_id}", encode(t.frame)) for t in scene.ports.told[told:]]


if __name__ == "__main__":
    print(json.dumps(measure().__dict__))
