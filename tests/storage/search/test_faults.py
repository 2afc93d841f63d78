"""What goes wrong with parts, rows, writers and readers, and that nothing is lost by it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.services.catalogue.search import Face
from chalicelib.services.changes import Save
from chalicelib.services.ports import Undelivered
from chalicelib.storage.search.reader import MEND_MS, NEWS_MS, SegmentSearch
from chalicelib.storage.search.schema import LAYOUT
from chalicelib.storage.search.versions import SearchVersion
from chalicelib.storage.search.writer import YOUNG_MS, SegmentWriter
from tests.storage.search.shop import Shop


class Died(BaseException):
    """A function that was stopped."""


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = Shop(tmp_path)
    made.publish("1", "2")
    made.found()
    return made


def newest(shop: Shop) -> str:
    return shop.version().parts[-1].key


def lose(shop: Shop) -> None:
    del shop.bucket.files[newest(shop)]


def cut(shop: Shop) -> None:
    shop.bucket.files[newest(shop)] = shop.bucket.files[newest(shop)][:-40]


def turn_a_bit(shop: Shop) -> None:
    whole = bytearray(shop.bucket.files[newest(shop)])
    whole[len(whole) // 2] ^= 1
    shop.bucket.files[newest(shop)] = bytes(whole)


def rewrite(change: Callable[[SearchVersion], SearchVersion]) -> Callable[[Shop], None]:
    return lambda shop: shop.store.commit(Save(change(shop.version())))


FAULTS: dict[str, Callable[[Shop], None]] = {
    "missing": lose,
    "cut": cut,
    "a bit": turn_a_bit,
    "no list": rewrite(lambda row: replace(row, number=row.number + 1, meta="{}")),
    "another format": rewrite(
        lambda row: replace(row, number=row.number + 1, meta=row.meta.replace('"freq"', '"unheard of"'))
    ),
    "a list of another version": rewrite(
        lambda row: replace(row, number=row.number + 1, parts=row.parts[:1], meta=row.meta)
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_reader_answers_from_what_it_has_or_nothing_and_the_writer_makes_the_index_anew(
    shop: Shop, fault: str
) -> None:
    shop.publish("3")
    FAULTS[fault](shop)
    assert shop.later() == ["1", "2"]
    assert shop.found(shop.new_reader("other")) == []
    shop.publish("4", writer=shop.new_writer("other"))
    assert shop.later() == ["1", "2", "3", "4"]
    assert shop.version().made == shop.version().number


@pytest.mark.parametrize("fault", FAULTS)
def test_a_reader_has_an_index_that_it_cannot_read_made_anew_though_nobody_publishes(shop: Shop, fault: str) -> None:
    shop.publish("3")
    FAULTS[fault](shop)
    assert (shop.later(), shop.later(), shop.mends) == (["1", "2"], ["1", "2"], 1)
    shop.new_writer("other").mend(shop.market)
    assert shop.later() == ["1", "2", "3"]
    shop.hands.forward(MEND_MS)
    assert (shop.later(), shop.mends) == (["1", "2", "3"], 1)


def test_a_reader_that_finds_no_index_asks_for_one_each_minute_and_it_is_made_once(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.sell("1")
    assert (shop.later(), shop.later(), shop.mends) == ([], [], 1)
    shop.hands.forward(MEND_MS)
    assert (shop.later(), shop.mends) == ([], 2)
    for writer in (shop.writer, shop.new_writer("other")):
        writer.mend(shop.market)
    assert (shop.later(), shop.version().number) == (["1"], 1)


def test_a_reader_whose_word_is_not_delivered_answers_all_the_same(tmp_path: Path) -> None:
    def lost() -> None:
        raise Undelivered("1 messages")

    shop = Shop(tmp_path)
    reader = SegmentSearch(shop.store, shop.bucket, shop.hands, tmp_path, lost)
    assert shop.found(reader) == []


@pytest.mark.parametrize("error", [Unavailable(), OSError(28, "No space left on device")])
def test_a_reader_that_cannot_fetch_what_is_new_answers_from_what_it_has_and_tries_no_sooner_than_it_would(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    shop.publish("3")
    tried = 0

    def fails(key: str, path: Path) -> bool:
        nonlocal tried
        tried += 1
        shop.hands.forward(NEWS_MS)
        raise error

    with monkeypatch.context() as away:
        away.setattr(shop.bucket, "fetch", fails)
        assert (shop.later(), shop.found(), tried) == (["1", "2"], ["1", "2"], 1)
        with pytest.raises(type(error)):
            shop.found(shop.new_reader("other"))
    assert shop.later() == ["1", "2", "3"]


def test_of_two_who_mend_at_once_the_later_sees_that_it_is_done(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.sell("1", "2")
    shop.market.whole = lambda: shop.new_writer("other").mend(shop.market)
    shop.writer.mend(shop.market)
    assert (shop.version().number, shop.later()) == (1, ["1", "2"])


def test_what_a_refused_whole_leaves_on_the_disk_goes_with_the_next_try(shop: Shop, tmp_path: Path) -> None:
    shop.market.whole = lambda: shop.new_writer("other").rebuild(shop.market)
    shop.writer.rebuild(shop.market)
    assert len([*tmp_path.glob("writer/**/parts/*")]) == len(shop.version().parts) == 1


@contextmanager
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another build runs, that lays its index down otherwise."""
    with monkeypatch.context() as other:
        other.setattr("chalicelib.storage.search.schema.LAYOUT", LAYOUT + 1)
        yield


COMES_BACK: dict[str, Callable[[Shop, SegmentWriter], None]] = {
    "a reader asks": lambda shop, writer: writer.mend(shop.market),
    "a message comes": lambda shop, writer: writer.write(["2"], shop.market),
    "night falls": lambda shop, writer: writer.tidy(shop.market),
}


@pytest.mark.parametrize("after_ms", [0, YOUNG_MS + 1], ids=["at once", "after an hour"])
@pytest.mark.parametrize("how", COMES_BACK)
def test_an_index_whose_name_comes_back_knows_what_came_and_went_meanwhile(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, how: str, after_ms: int
) -> None:
    with deployed(monkeypatch):
        shop.publish("3", writer=shop.new_writer("new"))
        del shop.market.on_sale["1"]
        shop.hands.forward(after_ms)
        shop.publish("4", writer=shop.new_writer("new"))
    warm, cold = shop.reader, shop.new_reader("later")
    assert (shop.later(warm), shop.mends) == (["1", "2"], 1)
    assert (shop.found(cold), shop.mends) == ([], 2)
    COMES_BACK[how](shop, shop.new_writer("later"))
    assert shop.later(warm) == shop.found(cold) == ["2", "3", "4"]


def test_what_the_build_before_publishes_while_a_new_one_makes_its_index_is_in_that_index(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, layouts = shop.new_writer("before"), iter([LAYOUT, LAYOUT + 1])

    def still_at_work() -> None:
        monkeypatch.setattr("chalicelib.storage.search.schema.LAYOUT", next(layouts))
        shop.publish("3", writer=before)
        shop.market.on_sale.pop("1")
        before.write(["1"], shop.market)
        monkeypatch.setattr("chalicelib.storage.search.schema.LAYOUT", next(layouts))

    monkeypatch.setattr("chalicelib.storage.search.schema.LAYOUT", LAYOUT + 1)
    shop.market.whole = still_at_work
    shop.new_writer("new").rebuild(shop.market)
    assert shop.found(shop.new_reader("new")) == ["2", "3"]


def test_a_part_that_arrives_torn_is_fetched_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.publish("3")
    fetch, torn = shop.bucket.fetch, iter([True])

    def tears(key: str, path: Path) -> bool:
        found = fetch(key, path)
        if next(torn, False):
            path.write_bytes(path.read_bytes()[:-1])
        return found

    monkeypatch.setattr(shop.bucket, "fetch", tears)
    assert shop.later() == ["1", "2", "3"]


def test_a_version_whose_part_is_deleted_while_it_is_fetched_is_passed_over(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.publish("3")
    fetch = shop.bucket.fetch

    def outdated(key: str, path: Path) -> bool:
        monkeypatch.undo()
        shop.writer.rebuild(shop.market)
        shop.bucket.files = {part.key: shop.bucket.files[part.key] for part in shop.version().parts}
        return fetch(key, path)

    monkeypatch.setattr(shop.bucket, "fetch", outdated)
    assert shop.later() == ["1", "2", "3"]


def test_a_reader_in_the_middle_of_a_publication_sees_what_was_before(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, seen = shop.store.commit, list[list[str]]()

    def looks(*changes: Any) -> None:
        seen.append(shop.later())
        commit(*changes)
        seen.append(shop.later())

    monkeypatch.setattr(shop.store, "commit", looks)
    shop.publish("3")
    assert seen == [["1", "2"], ["1", "2", "3"]]


STEPS: dict[str, Callable[[Shop], tuple[Any, str]]] = {
    "reading the market": lambda shop: (shop.market, "faces"),
    "putting its part": lambda shop: (shop.bucket, "put"),
    "saving the row": lambda shop: (shop.store, "commit"),
    "looking for what is old": lambda shop: (shop.bucket, "listed"),
    "deleting it": lambda shop: (shop.bucket, "drop"),
}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("anew", [False, True], ids=["a batch", "anew"])
def test_a_writer_may_die_at_any_step(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, step: str, after: bool, anew: bool
) -> None:
    owner, name = STEPS[step](shop)
    name = "everything" if anew and name == "faces" else name
    act = getattr(owner, name)

    def dies(*given: Any) -> None:
        if after:
            act(*given)
        raise Died

    shop.sell("3")
    with monkeypatch.context() as broken, pytest.raises(Died):
        broken.setattr(owner, name, dies)
        act_on = shop.writer.rebuild if anew else lambda market: shop.writer.write(["3"], market)
        act_on(shop.market)
    assert shop.later() in (["1", "2"], ["1", "2", "3"])
    # The queue gives the message to whoever comes next.
    shop.publish("4", writer=shop.new_writer("next"))
    shop.writer.write(["3"], shop.market)
    assert shop.later() == ["1", "2", "3", "4"]
    shop.hands.forward(YOUNG_MS + 1)
    for n in range(5, 9):
        shop.publish(f"{n}")
    assert set(shop.bucket.files) == shop.version().kept
    assert len(shop.later()) == 8


def test_what_a_writer_has_put_and_not_yet_named_is_not_deleted_by_another(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, other = shop.bucket.put, shop.new_writer("other")

    def slow(path: Path, key: str) -> None:
        put(path, key)
        monkeypatch.undo()
        shop.hands.forward(YOUNG_MS // 2)
        shop.publish("4", writer=other)
        assert key in shop.bucket.files

    monkeypatch.setattr(shop.bucket, "put", slow)
    shop.publish("3")
    assert shop.later() == ["1", "2", "3", "4"]


def meets(shop: Shop, times: int) -> None:
    """Another writer comes first, so many times."""
    other, idents = shop.new_writer("other"), iter(range(50, 99))

    def comes_first() -> None:
        left, shop.market.times = shop.market.times, 0
        shop.publish(f"{next(idents)}", writer=other)
        shop.market.times = left

    shop.market.once, shop.market.times = comes_first, times


def test_of_two_writers_at_once_neither_loses_its_work(shop: Shop) -> None:
    meets(shop, 2)
    shop.publish("3")
    assert shop.later() == ["1", "2", "3", "50", "51"]


def test_a_writer_that_is_always_late_gives_up_and_is_given_back_to_the_queue(shop: Shop) -> None:
    meets(shop, 40)
    with pytest.raises(Unavailable):
        shop.publish("3")


def test_two_first_writers_make_one_index(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.sell("1", "2")
    shop.market.whole = lambda: shop.publish("3", writer=shop.new_writer("other"))
    shop.writer.write(["1"], shop.market)
    assert shop.later() == ["1", "2", "3"]
    assert shop.version().number == 1


def test_an_index_that_is_made_anew_keeps_what_is_published_meanwhile(shop: Shop) -> None:
    other = shop.new_writer("other")

    def meanwhile() -> None:
        shop.publish("3", writer=other)
        shop.market.on_sale.pop("1")
        other.write(["1"], shop.market)

    shop.market.whole = meanwhile
    shop.writer.rebuild(shop.market)
    assert shop.later() == ["2", "3"]
    assert shop.version().made == shop.version().number == 4


@pytest.mark.parametrize("beside", [(), ("3",)], ids=["alone", "beside one that differs"])
def test_an_index_that_is_made_anew_learns_of_a_change_that_was_taken_back_before_anybody_was_told(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, beside: tuple[str, ...]
) -> None:
    everything = shop.market.everything

    def between_the_two() -> Iterator[Face]:
        taken = shop.market.on_sale.pop("1")
        yield from everything()
        shop.market.on_sale["1"] = taken
        shop.new_writer("other").write(["1", *shop.sell(*beside)], shop.market)

    monkeypatch.setattr(shop.market, "everything", between_the_two)
    shop.writer.rebuild(shop.market)
    assert shop.later() == sorted(["1", "2", *beside])


def test_a_writer_that_finds_nothing_to_do_looks_whether_the_index_is_still_the_one_that_it_has_looked_at(
    shop: Shop,
) -> None:
    def is_made_anew_in_between() -> None:
        taken = shop.market.on_sale.pop("1")
        shop.new_writer("other").rebuild(shop.market)
        shop.market.on_sale["1"] = taken

    shop.market.once, shop.market.times = is_made_anew_in_between, 1
    shop.writer.write(["1"], shop.market)
    assert shop.later() == ["1", "2"]


def test_one_who_died_while_it_made_the_index_anew_is_waited_for_no_longer_than_an_hour(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies() -> None:
        raise Died

    shop.market.whole = dies
    with pytest.raises(Died):
        shop.writer.rebuild(shop.market)
    number = shop.version().number
    shop.publish("1", writer=shop.new_writer("other"))
    assert (shop.version().number, shop.version().changed) == (number + 1, 0), "it may still be at work"
    shop.hands.forward(YOUNG_MS)
    shop.publish("1", writer=shop.new_writer("other"))
    assert shop.version().number == number + 1
    assert shop.later() == ["1", "2"]


def test_publications_all_the_time_do_not_starve_one_who_makes_it_anew(shop: Shop) -> None:
    shop.market.whole = lambda: shop.publish("3", writer=shop.new_writer("third"))
    meets(shop, 5)
    read = 0
    everything = shop.market.everything

    def counted() -> Any:
        nonlocal read
        read += 1
        return everything()

    shop.market.everything = counted  # type: ignore[method-assign]
    shop.writer.rebuild(shop.market)
    assert read == 1
    assert shop.later() == ["1", "2", "3", "50", "51", "52", "53", "54"]


def test_of_two_who_make_it_anew_the_later_begins_again_and_is_done(shop: Shop) -> None:
    shop.market.whole = lambda: shop.new_writer("other").rebuild(shop.market)
    shop.writer.rebuild(shop.market)
    assert (shop.version().made, shop.later()) == (3, ["1", "2"])
