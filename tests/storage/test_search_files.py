"""Versions of the index: one present file, no lost writes, readers that follow."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.search import Query
from chalicelib.services.catalogue.search import Face
from chalicelib.storage import search_files
from chalicelib.storage.search_files import KEPT, NAME, NEWS_MS, PRESENT, IndexBucket, SqliteSearch, SqliteWriter
from chalicelib.storage.store import DynamoStore
from dynamo.memory import MemoryDynamo
from dynamo.tables import twip_tables
from tests.storage.faces import face
from tests.support.house import CountedIds, Hands


@dataclass
class Shop:
    """A bucket of moto's, a market in memory, a writer and a reader."""

    s3: Any
    folder: Path
    hands: Hands = field(default_factory=Hands)

    def __post_init__(self) -> None:
        tables = {name: name for name in ("market", "journal", "live")}
        self.dynamo = MemoryDynamo(twip_tables())
        self.store = DynamoStore(self.dynamo.as_client(), tables, REAL, lambda attempt: None)
        self.bucket = IndexBucket(self.s3, "index")
        self.ids = CountedIds()
        self.writer = SqliteWriter(self.store, self.bucket, self.ids)
        self.reader = self.new_reader()

    def new_reader(self) -> SqliteSearch:
        return SqliteSearch(self.store, self.bucket, self.hands, self.folder)

    def write(self, *faces: Face, gone: tuple[str, ...] = ()) -> None:
        changed: dict[str, Face | None] = {one.twip_id: one for one in faces} | dict.fromkeys(gone)
        self.writer.write(lambda: changed, lambda: faces)

    def found(self, reader: SqliteSearch | None = None) -> list[str]:
        hits = (reader or self.reader).find(Query(), cursor=None, limit=100).hits
        return sorted(hit.face.twip_id for hit in hits)

    def number(self) -> int:
        present = self.store.get(PRESENT)
        return present.number if present else 0

    def named(self) -> list[str]:
        return [found["Key"] for found in self.s3.list_objects_v2(Bucket="index").get("Contents", [])]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    import boto3
    from moto import mock_aws

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="index")
        yield Shop(s3, tmp_path / "scratch")


def test_before_anything_was_written_nothing_is_found(shop: Shop) -> None:
    assert shop.found() == []


def test_the_first_message_makes_the_index_of_everything(shop: Shop) -> None:
    shop.writer.write(lambda: {"1": face("1")}, lambda: [face("1"), face("2")])
    assert shop.found() == ["1", "2"]


@pytest.mark.rule("E1")
def test_a_reader_follows_within_two_seconds_and_asks_no_oftener(shop: Shop) -> None:
    shop.write(face("1"))
    assert shop.found() == ["1"]
    shop.write(face("2"))
    reads = shop.dynamo.counts.requests["get_item"]
    shop.hands.forward(NEWS_MS - 1)
    assert shop.found() == ["1"]
    assert shop.dynamo.counts.requests["get_item"] == reads
    shop.hands.forward(1)
    assert shop.found() == ["1", "2"]


def test_a_reader_keeps_one_file(shop: Shop) -> None:
    for number in range(3):
        shop.write(face(str(number)))
        shop.hands.forward(NEWS_MS)
        assert shop.found()
    assert len(list((shop.folder / "index").iterdir())) == 1


def test_readers_of_one_machine_share_a_file_and_outlive_its_being_taken_away(shop: Shop) -> None:
    other = shop.new_reader()
    shop.write(face("1"))
    assert shop.found() == shop.found(other) == ["1"]
    shop.write(face("2"))
    shop.hands.forward(NEWS_MS)
    assert shop.found() == ["1", "2"]
    shop.hands.at_ms -= 1
    assert shop.found(other) == ["1", "2"]


def test_a_file_that_is_taken_away_while_it_is_opened_is_replaced(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write(face("1"))
    ask, asked = search_files._ask, []

    def slow(path: Path, *rest: Any) -> Any:
        asked.append(path)
        if len(asked) == 1:
            path.unlink()
        return ask(path, *rest)

    monkeypatch.setattr(search_files, "_ask", slow)
    assert shop.found() == ["1"]
    assert len(asked) == 2


def test_a_broken_file_is_an_error_and_not_an_empty_market(shop: Shop) -> None:
    shop.write(face("1"))
    assert shop.found() == ["1"]
    (file,) = (shop.folder / "index").iterdir()
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(Exception, match="database"):
        shop.found()


def test_the_last_files_are_kept_and_older_ones_deleted_even_those_that_no_version_named(shop: Shop) -> None:
    shop.s3.put_object(Bucket="index", Key=f"{NAME}/00000001-orphan.sqlite", Body=b"")
    for number in range(KEPT + 2):
        shop.write(face(str(number)))
    numbers = [int(key.removeprefix(f"{NAME}/").partition("-")[0]) for key in shop.named()]
    assert numbers == [shop.number() - 2, shop.number() - 1, shop.number()]
    assert shop.found() == ["0", "1", "2", "3", "4"]


def test_what_changes_nothing_makes_no_version(shop: Shop) -> None:
    shop.write(face("1"))
    shop.write(face("1"))
    shop.write(gone=("2",))
    assert shop.number() == 1


def racing(shop: Shop, times: int) -> Callable[[], dict[str, Face | None]]:
    """What the first writer reads; while it reads, another writer comes first, so many times."""
    left = iter(range(times))
    other = SqliteWriter(shop.store, shop.bucket, shop.ids)

    def changed() -> dict[str, Face | None]:
        number = next(left, None)
        if number is not None:
            other.write(lambda: {f"{number}": face(f"{number}")}, list)
        return {"99": face("99")}

    return changed


def test_of_two_writers_at_once_neither_loses_its_work(shop: Shop) -> None:
    shop.write(face("50"))
    shop.writer.write(racing(shop, 2), list)
    assert shop.found() == ["0", "1", "50", "99"]


def test_a_writer_that_is_always_late_gives_up_and_is_given_back_to_the_queue(shop: Shop) -> None:
    shop.write(face("50"))
    with pytest.raises(Unavailable):
        shop.writer.write(racing(shop, 99), list)


def test_two_first_writers_make_one_index(shop: Shop) -> None:
    def everything() -> Iterator[Face]:
        if shop.number() == 0:
            shop.write(face("1"))
        yield face("1")
        yield face("2")

    shop.writer.write(dict, everything)
    shop.writer.write(lambda: {"2": face("2")}, everything)
    assert shop.found() == ["1", "2"]


def test_an_index_is_made_anew_and_forgets_what_is_not_on_sale(shop: Shop) -> None:
    shop.write(face("1"), face("2"))
    shop.writer.rebuild(lambda: [face("2"), face("3")])
    assert (shop.found(), shop.number()) == (["2", "3"], 2)


def test_an_index_whose_file_is_lost_is_made_anew(shop: Shop) -> None:
    shop.write(face("1"))
    for key in shop.named():
        shop.s3.delete_object(Bucket="index", Key=key)
    assert shop.found() == []
    shop.writer.write(lambda: {"2": face("2")}, lambda: [face("1"), face("2")])
    assert shop.found() == ["1", "2"]


def test_a_version_whose_file_is_outdated_while_it_is_fetched_is_passed_over(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write(face("1"))
    stale = shop.store.get(PRESENT)
    for number in range(2, 7):
        shop.write(face(str(number)))
    get, answers = shop.store.get, iter([stale])
    monkeypatch.setattr(shop.store, "get", lambda ref: next(answers, None) or get(ref))
    assert len(shop.found()) == 6


def test_the_market_names_the_version(shop: Shop) -> None:
    shop.write(face("1"))
    present = shop.store.get(PRESENT)
    assert present is not None
    assert [present.key] == shop.named()
