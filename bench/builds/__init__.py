"""What a row of the bench may ask of a build. Each build answers through one adapter file beside this one, and only that file knows the
names of the build's modules: `today` for the code as it stands, `at_<commit>` for an older commit.

A commit that has a `bench/builds/today.py` of its own needs no other adapter, unless what is asked of a build has changed since."""

import importlib.util
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, cast

from bench.bucket import FolderBucket
from bench.offers import Offer
from dynamo.memory import MemoryDynamo

ADAPTER = "TWIP_BENCH_ADAPTER"
"""The environment variable that names the adapter file; without it, today's answers."""


class Durations(Protocol):
    """The durations that rows wait for, in milliseconds."""

    @property
    def tick_ms(self) -> int:
        """Between two ticks."""

    @property
    def block_ms(self) -> int:
        """A block of paid time (R47)."""

    @property
    def void_ms(self) -> int:
        """A first session is void before this much clock (R44)."""

    @property
    def resume_ms(self) -> int:
        """A lost side is waited for (D18)."""

    @property
    def first_report_ms(self) -> int:
        """Clients report this long before a boundary."""


class Market(Protocol):
    """One customer (`customer-0`), one performer (`performer-0`) and their order, on the in-memory DynamoDB. Acts speak of the newest
    order and the newest session."""

    dynamo: MemoryDynamo
    at_ms: int
    """What the clock shows; a row turns it."""

    @property
    def durations(self) -> Durations:
        """Those of the real profile."""

    @property
    def order_id(self) -> str:
        """Of the newest order."""

    @property
    def session_id(self) -> str:
        """Of the newest session."""

    @property
    def sends(self) -> int:
        """How often something was handed to the queue."""

    @property
    def pushed(self) -> list[tuple[str, bytes]]:
        """Connections and the frames that were pushed to them."""

    def people(self) -> None:
        """Both are on the site: the customer with money, the performer with a twip on sale and ready to be called."""

    def order(self) -> None:
        """The customer orders the twip by video; its text is kept already, as for every order but a text's first."""

    def cancel(self) -> None:
        """The customer cancels the order."""

    def order_work(self) -> None:
        """The customer orders a work of the performer's."""

    def start_work(self) -> None:
        """The performer starts it."""

    def deliver_work(self) -> None:
        """The performer delivers it, without files."""

    def accept_work(self) -> None:
        """The customer accepts it."""

    def order_files(self) -> None:
        """The customer orders three files of the performer's, with names of 120 letters, and four links."""

    def call(self) -> None:
        """The customer calls."""

    def answer(self) -> None:
        """The performer answers."""

    def press_start(self) -> None:
        """The performer starts the session."""

    def receive_media(self) -> None:
        """The customer receives media, so that the clock starts."""

    def hang_up(self) -> None:
        """The customer hangs up."""

    def report(self, role: str) -> None:
        """`customer` or `performer` gives a sign of life, with media that has flowed."""

    def keep_media_report(self, sample: Mapping[str, Any], samples: int) -> None:
        """The customer's page gives so many samples of its media to keep."""

    def lose_performer(self, late_ms: int) -> None:
        """The performer's line is lost, and was last heard so much later than it was."""

    def advance(self) -> None:
        """Metering does what is due in the session."""

    def tick(self) -> None:
        """One tick."""

    def skip_to(self, block: int) -> None:
        """The session is stored as if this block had been the last to be paid."""

    def clock_started_ms(self) -> int:
        """When the session's clock started."""

    def stored_order(self) -> dict[str, Any]:
        """The item of the newest order."""

    def stored(self) -> list[tuple[str, dict[str, Any]]]:
        """The items that a debit of the session reads, each with its table."""


class Worker(Protocol):
    """The functions' real adapters, with a stand-in for the cloud behind them."""

    threads: int
    """How many debits a worker has under way at the same time."""

    def debit(self, session_id: str, due_ms: int) -> None:
        """Metering does what is due in a session of customer-0 and performer-0."""

    def fall_behind(self, tick: int) -> None:
        """The watermark stands at this tick, counted since the epoch."""

    def tick(self, now: Callable[[], int]) -> set[str]:
        """One tick; answers the sessions that it debited or handed to the queue."""

    def sweep(self, now_ms: int) -> int:
        """One sweep over the terms of orders and disputes; answers how many were overdue."""

    def caught_up(self, tick: int) -> bool:
        """Whether nothing is left behind at this tick."""


@dataclass(frozen=True)
class Simulated:
    """One seed of the build's own simulation: blocks billed, and how late its boundaries were debited, in ms, by what befell them."""

    blocks: int
    late: Mapping[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Wish:
    """What is looked for: words, or nothing; the most relevant first, or the cheapest."""

    words: str = ""
    cheapest: bool = False


@dataclass(frozen=True)
class Folders:
    """The scratch disks of a writer and of a reader. What a build writes elsewhere goes to the process's place for temporary files."""

    writer: Path
    reader: Path


class Searched(Protocol):
    """The search index of the build over a bucket and a store in memory, by its two ports: one writer, one reader."""

    dynamo: MemoryDynamo

    def rebuild(self, offers: Callable[[], Iterable[Offer]]) -> None:
        """Makes the index anew."""

    def publish(self, changes: Mapping[str, Offer | None]) -> None:
        """One message's changes; None takes a twip out."""

    def find(self, wish: Wish, limit: int) -> list[str]:
        """The ids of the first hits, each read with its card."""


class Build(Protocol):
    """What an adapter file offers."""

    @property
    def ROOT(self) -> Path:  # noqa: N802
        """The folder that is deployed."""

    @property
    def INDEX_SOURCES(self) -> tuple[str, ...]:  # noqa: N802
        """What says how an index is made, as patterns of paths below it."""

    @property
    def LACKS(self) -> frozenset[str]:  # noqa: N802
        """Rows of which the build has nothing that could be measured."""

    @property
    def COLD_STARTS(self) -> Mapping[str, str]:  # noqa: N802
        """Programs that import what a function imports, up to its first use case: `rest`, `worker`, `tick`."""

    def market(self) -> Market:
        """A fresh one."""

    def worker(self, port: int) -> Worker:
        """Whose cloud answers on this port of loopback."""

    def searched(self, bucket: FolderBucket, clock: Callable[[], int], folders: Folders) -> Searched:
        """One writer and one reader."""

    def simulate(self, seed: int) -> Simulated:
        """Plays a seed. Raises AssertionError when a rule was broken in it."""


def build() -> Build:
    """The build under test: the one whose packages this process imports."""
    path = os.environ.get(ADAPTER)
    if path is None:
        from bench.builds import today

        return today
    return cast(Build, load(Path(path)))


def load(path: Path) -> ModuleType:
    """The adapter file, or one beside it that it is a part of."""
    name = f"{__name__}.{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]
