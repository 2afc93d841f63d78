"""Versions of the index: one row, parts that are moved once, readers that follow."""

from pathlib import Path

import pytest
import tantivy

from chalicelib.domain.search import Query
from chalicelib.storage.search import schema
from chalicelib.storage.search.reader import NEWS_MS
from chalicelib.storage.search.writer import YOUNG_MS
from tests.storage.search.shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.mark.rule("E1")
def test_a_reader_follows_within_two_seconds_and_asks_no_oftener(shop: Shop) -> None:
    shop.publish("1")
    assert shop.found() == ["1"]
    shop.publish("2")
    reads = shop.dynamo.counts.requests["get_item"]
    shop.hands.forward(NEWS_MS - 1)
    assert shop.found() == ["1"]
    assert shop.dynamo.counts.requests["get_item"] == reads
    shop.hands.forward(1)
    assert shop.found() == ["1", "2"]


def test_a_publication_moves_what_has_changed_and_nothing_else(shop: Shop) -> None:
    shop.publish(*(f"{n:03d}" for n in range(300)))
    (whole,) = shop.bucket.files.values()
    shop.later()
    before = set(shop.bucket.files)
    shop.publish("300")
    (part,) = set(shop.bucket.files) - before
    assert len(shop.bucket.files[part]) < len(whole) / 2
    shop.bucket.fetched.clear()
    assert len(shop.later()) == 301
    assert shop.bucket.fetched == [part]


def test_a_writer_that_is_called_again_fetches_nothing_that_it_has(shop: Shop) -> None:
    for n in range(12):
        shop.publish(f"{n:02d}")
    assert shop.bucket.fetched == []
    other = shop.new_writer("other")
    shop.publish("90", writer=other)
    fetched = len(shop.bucket.fetched)
    shop.publish("91")
    assert len(shop.bucket.fetched) == fetched + 1
    assert len(shop.later()) == 14


def test_a_disk_holds_the_parts_of_one_version(shop: Shop) -> None:
    for n in range(10):
        shop.publish(f"{n:02d}")
        shop.later()
    for disk in ("reader", "writer"):
        held = {path.name for path in (shop.folder / disk).rglob("*.zip") if path.is_dir()}
        assert held == {part.key.replace("/", "-") for part in shop.version().parts}
        assert not list((shop.folder / disk).rglob("state-*"))


def test_what_changes_nothing_makes_no_version(shop: Shop) -> None:
    shop.publish("1")
    shop.publish("1")
    shop.writer.write(["2"], shop.market)
    assert (shop.version().number, len(shop.bucket.files)) == (1, 1)


def test_segments_are_merged_as_they_come(shop: Shop) -> None:
    for n in range(20):
        shop.publish(f"{n:02d}")
    assert shop.version().segments < 9
    assert shop.version().changed == 19


def test_parts_that_none_of_the_last_three_versions_names_go_after_an_hour(shop: Shop) -> None:
    named = []
    for n in range(12):
        shop.publish(f"{n:02d}")
        named.append({part.key for part in shop.version().parts})
    assert set.union(*named) == set(shop.bucket.files)
    shop.hands.forward(YOUNG_MS + 1)
    shop.publish("99")
    last = {part.key for part in shop.version().parts}
    assert set(shop.bucket.files) == last | named[-1] | named[-2]
    assert len(shop.later()) == 13


def test_readers_of_one_machine_have_a_folder_each_and_one_takes_over_what_another_left(shop: Shop) -> None:
    shop.publish("1")
    one, other = shop.new_reader("same"), shop.new_reader("same")
    assert shop.found(one) == shop.found(other) == ["1"]
    assert len(shop.bucket.fetched) == 2
    del one
    assert shop.found(shop.new_reader("same")) == ["1"]
    assert len(shop.bucket.fetched) == 2


def test_a_search_that_has_begun_goes_on_in_the_version_it_began_in(shop: Shop) -> None:
    shop.publish(*(f"{n:03d}" for n in range(100)))
    shop.found()
    held = shop.reader._present()
    assert held is not None
    shop.market.on_sale.clear()
    shop.publish("200")
    shop.writer.rebuild(shop.market)
    assert shop.later() == ["200"]
    assert (held.searcher.num_docs, len(shop.bucket.files)) == (100, 3)
    hits = held.searcher.search(tantivy.Query.all_query(), 100).hits
    assert len({bytes(held.searcher.doc(address).get_first("card") or b"") for _, address in hits}) == 100


def test_an_index_is_made_anew_at_night_when_enough_has_changed_and_an_idle_night_reads_one_row(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.writer.tidy(shop.market)
    assert not shop.bucket.files
    shop.publish(*(f"{n}" for n in range(5)))
    shop.publish("6")
    mark = shop.dynamo.counts.mark()
    shop.writer.tidy(shop.market)
    assert shop.dynamo.counts.since(mark).requests == {"get_item": 1}
    monkeypatch.setattr("chalicelib.storage.search.writer.STALE_TWIPS", 1)
    shop.writer.tidy(shop.market)
    version = shop.version()
    assert (version.made, version.changed, version.segments, len(version.parts)) == (3, 0, 1, 1)
    shop.writer.tidy(shop.market)
    assert shop.version() == version
    monkeypatch.setattr("chalicelib.storage.search.writer.STALE_SEGMENTS", 1)
    shop.writer.tidy(shop.market)
    assert shop.version().made == 4


def test_the_name_of_the_index_changes_with_its_layout_its_words_and_its_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [schema.index_name()]
    monkeypatch.setattr(schema, "LAYOUT", schema.LAYOUT + 1)
    names.append(schema.index_name())
    monkeypatch.setattr(schema, "scheme", lambda: "other")
    names.append(schema.index_name())
    for engine in ("tantivy v0.27.1, index_format v7", "tantivy v0.27.1, index_format v8"):
        monkeypatch.setattr("chalicelib.storage.search.schema.tantivy.__version__", engine)
        names.append(schema.index_name())
    assert len(set(names)) == len(names) == 5


def test_an_index_of_another_name_is_made_of_everything_at_the_first_message(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.publish("1", "2")
    assert shop.found() == ["1", "2"]
    monkeypatch.setattr(schema, "LAYOUT", schema.LAYOUT + 1)
    reader = shop.new_reader("new")
    assert shop.found(reader) == []
    shop.publish("3")
    assert shop.later(reader) == ["1", "2", "3"]
    assert reader.find(Query("lease"), cursor=None, limit=9).hits
