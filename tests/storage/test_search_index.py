"""The index as one file: what is found, in which order, page by page."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.content import Content, FilesOffer, Text, WorkOffer
from chalicelib.domain.errors import InvalidCursor
from chalicelib.domain.goods import Goods
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.search import Query, Sort
from chalicelib.services.catalogue.search import Face
from chalicelib.storage.search_index import EXCERPT, excerpt, find, lay_out, settle
from chalicelib.storage.sqlite import Database, opened
from tests.storage.faces import face
from tests.support.goods import LETTER, LINK, PLAN


@pytest.fixture(params=["own", "apsw"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty index, by each of the two engines."""
    with opened(":memory:", own=request.param == "own") as made:
        lay_out(made)
        yield made


def put(database: Database, *faces: Face) -> bool:
    return settle(database, [(one.twip_id, one) for one in faces])


def ids(database: Database, query: Query | str = "", **more: Any) -> list[str]:
    asked = query if isinstance(query, Query) else Query(query, **more)
    return [hit.face.twip_id for hit in find(database, asked, cursor=None, limit=100)]


@pytest.mark.rule("R11", "E1")
def test_a_twip_is_found_by_any_form_of_its_words_in_both_languages(database: Database) -> None:
    put(database, face("1", "Консультация юриста"), face("2", "Translation of contracts"), face("3", "Уроки гитары"))
    assert ids(database, "консультации") == ["1"]
    assert ids(database, "юристы") == ["1"]
    assert ids(database, "contract") == ["2"]
    assert ids(database, "CONTRACTS translations") == ["2"]
    assert ids(database, "гитара контракт") == []


@pytest.mark.rule("E1")
def test_the_beginning_of_a_word_is_enough(database: Database) -> None:
    put(database, face("1", "Консультация юриста"), face("2", "Translation of contracts"))
    assert ids(database, "консу") == ["1"]
    assert ids(database, "transl") == ["2"]


@pytest.mark.rule("E1", "R7")
def test_both_texts_of_a_twip_in_two_languages_are_searched(database: Database) -> None:
    texts = {Lang.RU: Text("Проверка аренды", "Договор"), Lang.EN: Text("Lease check", "Contract")}
    put(database, replace(face("1"), content=Content((Lang.RU, Lang.EN), texts, {Mode.TEXT: 1})))
    assert ids(database, "аренда") == ids(database, "leases") == ids(database, "договоры") == ["1"]


@pytest.mark.rule("E1")
def test_a_word_in_the_title_weighs_more_than_one_in_the_description(database: Database) -> None:
    put(
        database,
        face("1", "Guitar lessons", "I also read a lease now and then, and leases, and a lease."),
        face("2", "Lease check", "I read your contract before you sign."),
        *(face(str(number), "Something else", "Nothing of the kind.") for number in range(3, 12)),
    )
    assert ids(database, "lease") == ["2", "1"]


@pytest.mark.rule("E1", "R12")
def test_filters_by_kind_language_and_price_all_apply(database: Database) -> None:
    put(
        database,
        face("1", prices={Mode.VIDEO: 90_000, Mode.TEXT: 60_000}),
        face("2", "Проверка", prices={Mode.VIDEO: 75_000}),
        face(
            "3",
            kind=TwipKind.WORK,
            content=Content((Lang.EN,), {Lang.EN: Text("Logo")}, work=WorkOffer(500_000, 3)),
        ),
        face(
            "4",
            kind=TwipKind.FILES,
            content=Content((Lang.EN, Lang.RU), {Lang.EN: Text("Fonts")}, files=FilesOffer(100)),
        ),
    )
    assert ids(database, kind=TwipKind.CONSULTATION) == ["2", "1"]
    assert ids(database, kind=TwipKind.WORK) == ["3"]
    assert ids(database, kind=TwipKind.FILES) == ["4"]
    assert ids(database, lang=Lang.RU) == ["4", "2"]
    assert ids(database, price_max_minor=60_000) == ["4", "1"]
    assert ids(database, price_min_minor=60_001, price_max_minor=89_999) == ["2"]
    assert ids(database, price_min_minor=90_001) == ["3"]
    assert ids(database, "check", kind=TwipKind.CONSULTATION, lang=Lang.EN, price_min_minor=90_000) == ["1"]


@pytest.mark.rule("E1")
def test_what_is_found_is_sorted_as_asked(database: Database) -> None:
    put(
        database,
        face("1", prices={Mode.VIDEO: 300}),
        face("2", prices={Mode.VIDEO: 900, Mode.TEXT: 100}),
        face("3", prices={Mode.TEXT: 200}),
    )
    for words in ("", "lease"):
        assert ids(database, words, sort=Sort.PRICE_ASC) == ["2", "3", "1"]
        assert ids(database, words, sort=Sort.PRICE_DESC) == ["1", "3", "2"]
        assert ids(database, words, sort=Sort.NEWEST) == ["3", "2", "1"]


@pytest.mark.rule("R11", "E1")
def test_without_words_the_newest_come_first(database: Database) -> None:
    put(database, face("1"), face("3"), face("2"))
    assert ids(database) == ids(database, "?!") == ["3", "2", "1"]


@pytest.mark.rule("D2")
def test_a_new_face_replaces_the_old_one_and_one_that_left_is_found_no_more(database: Database) -> None:
    put(database, face("1", "Lease check"), face("2", "Lease advice"))
    put(database, face("1", "Guitar lessons"))
    assert (ids(database, "lease"), ids(database, "guitar")) == (["2"], ["1"])
    assert settle(database, [("2", None), ("9", None)])
    assert (ids(database, "lease"), ids(database)) == ([], ["1"])


def test_what_has_not_changed_is_not_written(database: Database) -> None:
    assert put(database, face("1"), face("2"))
    assert not put(database, face("1"), face("2"))
    assert not settle(database, [("9", None)])
    assert put(database, face("1"), face("2", "Another title"))


@pytest.mark.rule("E1", "D3")
def test_a_hit_carries_what_a_card_shows(database: Database) -> None:
    whole = face("1", "Lease check", "word " * 100, prices={Mode.VIDEO: 3, Mode.TEXT: 2})
    put(database, whole)
    (hit,) = find(database, Query(), cursor=None, limit=9)
    short = {Lang.EN: Text("Lease check", excerpt("word " * 100))}
    assert hit.face == replace(whole, content=replace(whole.content, texts=short))


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    "offer",
    [
        {"work": WorkOffer(500_000, 3)},
        {"files": FilesOffer(100)},
        {"files": FilesOffer(100, Goods((PLAN, LETTER), (LINK,)).shown)},
    ],
)
def test_a_hit_of_each_kind_carries_its_offer_and_not_what_one_must_bring(
    database: Database, offer: dict[str, Any]
) -> None:
    told = Content((Lang.EN,), {Lang.EN: Text("Logo", "A mark.", "Your name.")}, **offer)
    put(database, face("1", kind=TwipKind.WORK, content=told))
    (hit,) = find(database, Query(), cursor=None, limit=9)
    assert hit.face.content == replace(told, texts={Lang.EN: Text("Logo", "A mark.")})


def test_cards_that_an_earlier_build_wrote_are_still_read(database: Database) -> None:
    put(database, face("1", "Lease check", "I read it."))
    (card,) = next(iter(database.execute("SELECT card FROM cards", {})))
    old = json.loads(card)
    content = {name: old["content"][name] for name in ("languages", "texts", "prices")}
    content["texts"] = {"en": {"title": "Lease check", "description": "I read it."}}
    old["content"] = {**content, "price_minor": None, "days": None}
    list(database.execute("UPDATE cards SET card = :card", {"card": json.dumps(old)}))
    (hit,) = find(database, Query(), cursor=None, limit=9)
    assert hit.face == face("1", "Lease check", "I read it.")


def test_a_card_of_files_from_before_they_could_be_chosen_is_still_read(database: Database) -> None:
    files = Content((Lang.EN,), {Lang.EN: Text("Fonts")}, files=FilesOffer(100, Goods((PLAN,))))
    put(database, face("1", kind=TwipKind.FILES, content=files))
    (card,) = next(iter(database.execute("SELECT card FROM cards", {})))
    old = json.loads(card)
    del old["content"]["files"]["goods"]
    list(database.execute("UPDATE cards SET card = :card", {"card": json.dumps(old)}))
    (hit,) = find(database, Query(), cursor=None, limit=9)
    assert hit.face.content.files == FilesOffer(100)


@pytest.mark.rule("E1", "R12")
def test_a_work_is_sorted_by_the_price_of_the_whole_among_all_others(database: Database) -> None:
    put(
        database,
        face("1", prices={Mode.VIDEO: 300}),
        face("2", kind=TwipKind.WORK, content=Content((Lang.EN,), {Lang.EN: Text("Logo")}, work=WorkOffer(200, 3))),
    )
    assert ids(database, sort=Sort.PRICE_ASC) == ["2", "1"]
    assert ids(database, sort=Sort.PRICE_DESC) == ["1", "2"]


def test_an_excerpt_is_one_line_cut_between_words() -> None:
    assert excerpt("a\n\nb  c") == "a b c"
    cut = excerpt("слово " * 100)
    assert len(cut) <= EXCERPT
    assert cut.endswith("слово…")
    assert excerpt("x" * 999) == "x" * (EXCERPT - 1) + "…"


QUERIES = [Query(words, sort=sort) for words in ("", "lease") for sort in Sort]


@pytest.mark.rule("E1")
@pytest.mark.parametrize("query", QUERIES)
def test_pages_follow_each_other_without_gap_or_repeat(database: Database, query: Query) -> None:
    put(database, *(face(f"{n:02d}", "Lease " * (1 + n % 3), prices={Mode.TEXT: 100 + n % 4}) for n in range(20)))
    paged, cursor = [], None
    while hits := find(database, query, cursor=cursor, limit=3):
        paged += [hit.face.twip_id for hit in hits]
        cursor = hits[-1].cursor
    assert paged == ids(database, query)
    assert sorted(paged) == [f"{n:02d}" for n in range(20)]


@pytest.mark.parametrize("query", QUERIES)
def test_a_page_goes_on_where_it_was_though_the_market_has_changed(database: Database, query: Query) -> None:
    put(database, *(face(f"{n:02d}", "Lease " * (1 + n % 3), prices={Mode.TEXT: 100 + n % 4}) for n in range(20)))
    first = find(database, query, cursor=None, limit=5)
    whole = ids(database, query)
    put(database, *(face(f"{n}", "Chess lessons", prices={Mode.TEXT: 1}) for n in range(50, 90)))
    settle(database, [(whole[2], None), (whole[7], None)])
    rest = [hit.face.twip_id for hit in find(database, query, cursor=first[-1].cursor, limit=100)]
    assert [one for one in rest if int(one) < 50] == [one for one in whole[5:] if one != whole[7]]


@pytest.mark.parametrize("query", QUERIES)
def test_a_page_goes_on_behind_a_twip_that_is_gone(database: Database, query: Query) -> None:
    put(database, *(face(f"{n:02d}", prices={Mode.TEXT: 100 + n}) for n in range(9)))
    first = find(database, query, cursor=None, limit=4)
    whole = ids(database, query)
    settle(database, [(whole[3], None)])
    rest = [hit.face.twip_id for hit in find(database, query, cursor=first[-1].cursor, limit=100)]
    if query.sort is not Sort.RELEVANCE or not query.words:
        assert rest == whole[4:]
    assert whole[3] not in rest


@pytest.mark.rule("E1")
def test_a_cursor_of_another_search_or_a_made_up_one_is_refused(database: Database) -> None:
    put(database, *(face(str(n)) for n in range(5)))
    (hit,) = find(database, Query("lease"), cursor=None, limit=1)
    for other in (Query("leases"), Query("lease", sort=Sort.NEWEST), Query("lease", kind=TwipKind.WORK), Query()):
        with pytest.raises(InvalidCursor):
            find(database, other, cursor=hit.cursor, limit=1)
    for made_up in ("", "x", "%%%", hit.cursor[:-3]):
        with pytest.raises(InvalidCursor):
            find(database, Query("lease"), cursor=made_up, limit=1)


@pytest.mark.parametrize(("after", "value"), [("x", "no number"), ("x", "9" * 40), ("X'", "1"), ("\ud800", "1")])
def test_a_cursor_that_leads_nowhere_is_refused(database: Database, after: str, value: str) -> None:
    from chalicelib.storage.cursors import to_cursor
    from chalicelib.storage.search_index import _scope

    cursor = to_cursor(_scope(Query()), {"after": {"S": after}, "value": {"S": value}})
    with pytest.raises(InvalidCursor):
        find(database, Query(), cursor=cursor, limit=1)


@pytest.mark.rule("E1")
@given(st.text(max_size=80), st.sampled_from(Sort), st.sampled_from([None, *TwipKind]), st.sampled_from([None, *Lang]))
def test_no_query_is_an_error(words: str, sort: Sort, kind: TwipKind | None, lang: Lang | None) -> None:
    with opened(":memory:") as database:
        lay_out(database)
        put(database, face("1"), face("2", "Проверка договора"))
        for hit in find(database, Query(words, kind, lang, sort=sort), cursor=None, limit=1):
            find(database, Query(words, kind, lang, sort=sort), cursor=hit.cursor, limit=1)


TITLES = st.sampled_from(["Lease check", "Guitar", "Договор аренды", "Leases and договоры", "Сон ребёнка"])
CHANGES = st.lists(st.tuples(st.sampled_from("123456"), st.none() | TITLES), max_size=25)


@pytest.mark.rule("D2")
@given(st.lists(CHANGES, max_size=4))
def test_an_index_that_was_changed_finds_what_one_made_anew_finds(batches: list[list[tuple[str, str | None]]]) -> None:
    market: dict[str, Face] = {}
    with opened(":memory:") as changed, opened(":memory:") as anew:
        lay_out(changed)
        lay_out(anew)
        for batch in batches:
            faces = [(ident, None if title is None else face(ident, title)) for ident, title in batch]
            settle(changed, faces)
            for ident, one in faces:
                market.pop(ident, None)
                market.update({ident: one} if one else {})
        settle(anew, market.items())
        list(changed.execute("INSERT INTO words (words) VALUES ('integrity-check')"))
        for words in ("lease", "договоры", "ребенок", "gui", ""):
            for sort in (Sort.NEWEST, Sort.PRICE_ASC):
                assert ids(changed, words, sort=sort) == ids(anew, words, sort=sort)
            assert set(ids(changed, words)) == set(ids(anew, words))


def test_a_hundred_thousand_twips_are_not_scanned_for_the_newest(database: Database) -> None:
    plan = " ".join(
        str(row[-1])
        for row in database.execute(
            "EXPLAIN QUERY PLAN SELECT n, id FROM twips t ORDER BY t.published_ms DESC, t.id DESC LIMIT 3"
        )
    )
    assert "by_novelty" in plan
    assert "TEMP B-TREE" not in plan


def test_pythons_own_engine_is_taken_only_if_it_can_search(monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.storage import sqlite

    sqlite.has_full_text.cache_clear()
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 7, 17))
    assert not sqlite.has_full_text()
    with opened(":memory:") as database:
        lay_out(database)
        put(database, face("1"))
        assert ids(database, "lease") == ["1"]
    sqlite.has_full_text.cache_clear()
