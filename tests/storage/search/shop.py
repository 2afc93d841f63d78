"""A market in memory with writers and readers of the search index, for tests of its versions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chalicelib.domain.durations import REAL
from chalicelib.domain.search import Query
from chalicelib.services.catalogue.search import Face
from chalicelib.storage.search.bucket import IndexBucket
from chalicelib.storage.search.reader import NEWS_MS, SegmentSearch
from chalicelib.storage.search.versions import SearchVersion, present
from chalicelib.storage.search.writer import SegmentWriter
from chalicelib.storage.store import DynamoStore
from dynamo.memory import MemoryDynamo
from dynamo.tables import twip_tables
from tests.storage.faces import face
from tests.support.bucket import MemoryBucket
from tests.support.house import CountedIds, Hands
from tests.support.search_engine import Faces


@dataclass
class Meeting(Faces):
    """A market in which something happens at each look: `once` so many times at faces, `whole` once at everything."""

    once: Callable[[], None] = lambda: None
    times: int = 0
    whole: Callable[[], None] | None = None

    def faces(self, twip_ids: Iterable[str]) -> Mapping[str, Face | None]:
        """It happens before they are read."""
        if self.times:
            self.times -= 1
            self.once()
        return super().faces(twip_ids)

    def everything(self) -> Iterable[Face]:
        """It happens when half of them are read."""
        for number, one in enumerate(list(self.on_sale.values())):
            if number == len(self.on_sale) // 2 and self.whole is not None:
                happens, self.whole = self.whole, None
                happens()
            yield one


@dataclass
class Shop:
    """`reader` and `writer` are those of two functions, each with a disk of its own."""

    folder: Path
    hands: Hands = field(default_factory=Hands)
    market: Meeting = field(default_factory=Meeting)
    bucket: MemoryBucket = field(init=False)
    mends: int = 0
    """How often a reader has asked for an index that it can read."""

    def __post_init__(self) -> None:
        tables = {name: name for name in ("market", "journal", "live")}
        self.dynamo = MemoryDynamo(twip_tables())
        self.store = DynamoStore(self.dynamo.as_client(), tables, REAL, lambda attempt: None)
        self.bucket = MemoryBucket(self.hands)
        self.ids = CountedIds()
        self.writer = self.new_writer("writer")
        self.reader = self.new_reader("reader")

    def new_writer(self, disk: str, bucket: IndexBucket | None = None) -> SegmentWriter:
        """Of a function with this disk."""
        return SegmentWriter(self.store, bucket or self.bucket, self.ids, self.hands, self.folder / disk)

    def new_reader(self, disk: str) -> SegmentSearch:
        """Likewise."""
        return SegmentSearch(self.store, self.bucket, self.hands, self.folder / disk, self._mend)

    def _mend(self) -> None:
        self.mends += 1

    def sell(self, *idents: str) -> list[str]:
        """These come on sale, and nobody is told yet."""
        self.market.on_sale |= {ident: face(ident) for ident in idents}
        return list(idents)

    def publish(self, *idents: str, writer: SegmentWriter | None = None) -> None:
        """These come on sale, and the writer is told."""
        (writer or self.writer).write(self.sell(*idents), self.market)

    def found(self, reader: SegmentSearch | None = None) -> list[str]:
        """What is found by now, in order of ids."""
        hits = (reader or self.reader).find(Query(), cursor=None, limit=500).hits
        return sorted(hit.face.twip_id for hit in hits)

    def later(self, reader: SegmentSearch | None = None) -> list[str]:
        """What is found when there is news to look for."""
        self.hands.forward(NEWS_MS)
        return self.found(reader)

    def version(self) -> SearchVersion:
        """The present row."""
        row = self.store.get(present())
        assert row is not None
        return row
