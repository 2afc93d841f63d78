"""The segments of the search index, held against the contract of its ports."""

from pathlib import Path

import pytest

from chalicelib.domain.durations import REAL
from chalicelib.storage.search.reader import SegmentSearch
from chalicelib.storage.search.writer import SegmentWriter
from chalicelib.storage.store import DynamoStore
from dynamo.memory import MemoryDynamo
from dynamo.tables import twip_tables
from tests.storage.search.contract import SearchContract
from tests.support.bucket import MemoryBucket
from tests.support.house import CountedIds, Hands
from tests.support.search_engine import Engine


class TestSegments(SearchContract):
    """A bucket and a market in memory, and a reader that looks at the row each time."""

    @pytest.fixture
    def engine(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
        monkeypatch.setattr("chalicelib.storage.search.reader.NEWS_MS", 0)
        tables = {name: name for name in ("market", "journal", "live")}
        store = DynamoStore(MemoryDynamo(twip_tables()).as_client(), tables, REAL, lambda attempt: None)
        hands = Hands()
        bucket = MemoryBucket(hands)
        writer = SegmentWriter(store, bucket, CountedIds(), hands, tmp_path)
        return Engine(SegmentSearch(store, bucket, hands, tmp_path, lambda: None), writer)
