"""The search at a hundred thousand twips: what making the index anew and publishing cost, what a query does, and what is found.

`python -m bench.searching` makes the market, and the index of the build whose packages the process imports. Both are kept under
build/bench, the index by what it was made of."""

import hashlib
import json
import os
import resource
import shutil
import statistics
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from bench import offers
from bench.bucket import FolderBucket
from bench.builds import Folders, Searched, Wish, build
from bench.offers import Offer
from bench.scratch import watched

MB = 1_000_000
PAGE, RUNS = 33, 15
NEW, CHANGED, GONE = 4, 4, 2
PUBLICATIONS, MOVED_AT_MOST = 100, 3_000 * MB
"""Publications from a fresh index; fewer where each moves so much that a few tell."""
NEWS_MS = 10_000
"""After so long a reader has asked for news."""
WISHES = {
    "three letters that begin a word of every twip": Wish(offers.BEGINNING),
    "two words that 40 % have": Wish("вопросы помощь"),
    "a word of every twip": Wish(offers.EVERY),
    "newest": Wish(),
    "by price": Wish(cheapest=True),
    "three rare words": Wish("наследства ипотека апелляции"),
}
LISTED = Path(__file__).resolve().parents[1] / "tests" / "search"
"""Where the list of queries stands, and the catalogue that they are asked of."""
FIRST = 10


@dataclass(frozen=True)
class Made:
    """What making the index anew took."""

    bytes: int
    cpu_s: float
    scratch_bytes: int
    memory_bytes: int


@dataclass(frozen=True)
class Published:
    """What one publication of ten twips moved, and its writer's time."""

    put: int
    read: int
    """By a reader."""
    fetched: int
    """By the writer."""
    cpu_ms: float


@dataclass(frozen=True)
class Publications:
    """Some of them, one after the other, and the disks of both sides at their fullest."""

    each: list[Published]
    writer_scratch_bytes: int
    reader_scratch_bytes: int


class _Clock:
    def __init__(self) -> None:
        self.at_ms = time.time_ns() // 1_000_000

    def now_ms(self) -> int:
        return self.at_ms


def home() -> Path:
    """The folder of the build's index. Another market, or another way to make it, is another folder."""
    told = hashlib.sha256(offers.key().encode())
    for path in sorted(path for pattern in build().INDEX_SOURCES for path in build().ROOT.glob(pattern)):
        told.update(path.read_bytes())
    return offers.FOLDER / f"index-{offers.size()}-{told.hexdigest()[:12]}"


def make() -> None:
    """Makes the build's index, unless it is there."""
    done = home()
    if (done / "made.json").exists():
        return
    part = done.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    began, clock = time.process_time(), _Clock()
    with watched(part / "scratch") as (scratch,):
        searched = build().searched(
            FolderBucket(part / "bucket"), clock.now_ms, Folders(scratch.folder, part / "reader")
        )
        searched.rebuild(lambda: _telling(islice(offers.market(), offers.size())))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    made = Made(_bytes(part / "bucket"), time.process_time() - began, scratch.bytes, memory)
    (part / "row.json").write_text(json.dumps(list(searched.dynamo.items("market"))), encoding="utf-8")
    (part / "made.json").write_text(json.dumps(made.__dict__), encoding="utf-8")
    shutil.rmtree(part / "scratch")
    part.rename(done)


def _telling(twips: Iterator[Offer]) -> Iterator[Offer]:
    for number, offer in enumerate(twips):
        if number % 10_000 == 0:
            print(f"  {number:,} of {offers.size():,} twips", file=sys.stderr, flush=True)
        yield offer


def made() -> Made:
    """What it took."""
    return Made(**json.loads((home() / "made.json").read_text(encoding="utf-8")))


def asked() -> dict[str, float]:
    """Processor milliseconds of each query's first page, in a process that has asked it before."""
    searched = _opened(FolderBucket(home() / "bucket"), _Clock(), Folders(home() / "writer", home() / "reader"))
    began = time.process_time()
    searched.find(WISHES["three rare words"], PAGE)
    found = {"the first query of a process": [_ms(began)]}
    for name, wish in WISHES.items():
        assert searched.find(wish, PAGE), name
        found[name] = []
    for _ in range(RUNS):
        for name, wish in WISHES.items():
            began = time.process_time()
            searched.find(wish, PAGE)
            found[name].append(_ms(began))
    return {name: statistics.median(ms) for name, ms in found.items()}


def _ms(began: float) -> float:
    return (time.process_time() - began) * 1000


def published() -> Publications:
    """Publishes ten twips at a time to an index made anew, and has a reader follow."""
    with _copied() as folder, watched(folder / "writer", folder / "reader") as (writer, reader):
        bucket, clock = FolderBucket(folder / "bucket"), _Clock()
        searched = _opened(bucket, clock, Folders(writer.folder, reader.folder))
        searched.find(Wish(), PAGE)
        each: list[Published] = []
        for changes in islice(_changes(), PUBLICATIONS):
            each.append(_publish(searched, bucket, changes, clock))
            if bucket.moved.put + bucket.moved.fetched > MOVED_AT_MOST:
                break
    return Publications(each, writer.bytes, reader.bytes)


def _publish(searched: Searched, bucket: FolderBucket, changes: dict[str, Offer | None], clock: _Clock) -> Published:
    before, began = replace(bucket.moved), time.process_time()
    searched.publish(changes)
    took, written = _ms(began), replace(bucket.moved)
    clock.at_ms += NEWS_MS
    newest = [twip_id for twip_id, offer in changes.items() if offer][-1 : -NEW - 1 : -1]
    assert searched.find(Wish(), NEW) == newest, "the reader has not followed"
    read = bucket.moved.fetched - written.fetched
    return Published(written.put - before.put, read, written.fetched - before.fetched, took)


def _changes() -> Iterator[dict[str, Offer | None]]:
    """Batch after batch: some go, some are written anew, some come; the newest last."""
    twips = offers.market()
    on_sale = {offer.twip_id: offer for offer in islice(twips, offers.size())}
    order, draw = list(on_sale), Random(3)
    draw.shuffle(order)
    while True:
        gone = [order.pop() for _ in range(GONE)]
        changed = [on_sale[order.pop()] for _ in range(CHANGED)]
        anew = [replace(offer, texts=other.texts) for offer, other in zip(changed, twips, strict=False)]
        new = list(islice(twips, NEW))
        yield dict.fromkeys(gone) | {offer.twip_id: offer for offer in (*anew, *new)}


@contextmanager
def _copied() -> Iterator[Path]:
    """A copy of the index, by links: what is put is another file."""
    with TemporaryDirectory(dir=home()) as folder:
        shutil.copytree(home() / "bucket", Path(folder) / "bucket", copy_function=os.link)
        yield Path(folder)


def _opened(bucket: FolderBucket, clock: _Clock, folders: Folders) -> Searched:
    searched = build().searched(bucket, clock.now_ms, folders)
    for item in json.loads((home() / "row.json").read_text(encoding="utf-8")):
        searched.dynamo.put_item(TableName="market", Item=item)
    return searched


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def missed() -> list[str]:
    """The queries of the list that do not find what is wanted among the first ten, or find something unwanted before it."""
    twips = tomllib.loads((LISTED / "catalogue.toml").read_text(encoding="utf-8"))
    names = {f"{number:026d}": name for number, name in enumerate(twips)}
    ids = {name: twip_id for twip_id, name in names.items()}
    with TemporaryDirectory() as folder:
        folders = Folders(Path(folder, "writer"), Path(folder, "reader"))
        searched = build().searched(FolderBucket(Path(folder, "bucket")), _Clock().now_ms, folders)
        searched.rebuild(lambda: (_listed(ids[name], twip) for name, twip in twips.items()))
        tables = tomllib.loads((LISTED / "queries.toml").read_text(encoding="utf-8"))
        return [
            row["q"]
            for table in tables.values()
            for row in table["rows"]
            if not _right(row, [names[twip_id] for twip_id in searched.find(Wish(row["q"]), FIRST)])
        ]


def _listed(twip_id: str, twip: dict[str, Any]) -> Offer:
    kind = twip.get("kind", "consultation")
    texts: dict[str, list[str]] = {lang: twip[lang] for lang in ("ru", "en") if lang in twip}
    prices = {"video_minor": 90_000} if kind == "consultation" else {"whole_minor": 500_000}
    return Offer(twip_id, f"of {twip['by']}", twip["by"], kind, texts, published_ms=int(twip_id), **prices)


def _right(row: dict[str, Any], found: list[str]) -> bool:
    last = max((found.index(name) for name in row["wanted"] if name in found), default=len(found))
    return set(row["wanted"]) <= set(found) and not set(row.get("unwanted", ())) & set(found[:last])


if __name__ == "__main__":
    if sys.argv[1:] == ["market"]:
        offers.make()
    else:
        make()
