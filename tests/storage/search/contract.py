"""What the two ports of search promise, whoever stands behind them. An adapter is held to it by a class with its own fixture `engine`."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from chalicelib.domain.content import Content, FilesOffer, Text, WorkOffer, excerpt
from chalicelib.domain.errors import InvalidCursor
from chalicelib.domain.goods import Goods
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.search import Query, Sort
from tests.storage.faces import face
from tests.storage.search.counting import Counting, Labels
from tests.storage.search.relaxing import Relaxing
from tests.support.goods import LETTER, LINK, PLAN
from tests.support.search_engine import STRANGE, Engine

QUERIES = [Query(words, sort=sort, reader=Lang.RU) for words in ("", "lease") for sort in Sort]
BY_NUMBER = [query for query in QUERIES if query.sort is not Sort.RELEVANCE or not query.words]
DAY_MS, HOUR_MS = 86_400_000, 3_600_000


class Finding:
    """Words, filters and orders."""

    @pytest.mark.rule("R11", "E1")
    def test_a_twip_is_found_by_any_form_of_its_words_in_both_languages(self, engine: Engine) -> None:
        engine.put(face("1", "Консультация юриста"), face("2", "Translation of contracts"), face("3", "Уроки гитары"))
        assert engine.ids("консультации") == ["1"]
        assert engine.ids("юристы") == ["1"]
        assert engine.ids("contract") == ["2"]
        assert engine.ids("CONTRACTS translations") == ["2"]

    @pytest.mark.rule("E1")
    def test_the_beginning_of_a_word_is_enough(self, engine: Engine) -> None:
        engine.put(face("1", "Консультация юриста"), face("2", "Translation of contracts"))
        for beginning in ("кон", "конс", "консу", "юри"):
            assert engine.ids(beginning) == ["1"]
        for beginning in ("tra", "transl", "con"):
            assert engine.ids(beginning) == ["2"]
        assert engine.ids("onsu") == engine.ids("нсу") == engine.ids("co") == []

    @pytest.mark.rule("E1")
    def test_of_words_that_are_begun_one_in_the_title_weighs_more_too(self, engine: Engine) -> None:
        engine.put(
            face("1", "Contracts"), face("2", "Guitar", "Contracts, contracts"), face("3", "Lease", name="Connie")
        )
        assert engine.ids("con") == ["3", "1", "2"]
        assert engine.ids("cont") == ["1", "2"]

    @pytest.mark.rule("E1", "R7")
    def test_both_texts_of_a_twip_in_two_languages_are_searched(self, engine: Engine) -> None:
        texts = {Lang.RU: Text("Проверка аренды", "Договор"), Lang.EN: Text("Lease check", "Contract")}
        engine.put(replace(face("1"), content=Content((Lang.RU, Lang.EN), texts, {Mode.TEXT: 1})))
        assert engine.ids("аренда") == engine.ids("leases") == engine.ids("договоры") == ["1"]

    @pytest.mark.rule("E1")
    def test_a_word_in_the_title_weighs_more_than_one_in_the_description(self, engine: Engine) -> None:
        engine.put(
            face("1", "Guitar lessons", "I also read a lease now and then, and leases, and a lease."),
            face("2", "Lease check", "I read your contract before you sign."),
            *(face(str(number), "Something else", "Nothing of the kind.") for number in range(3, 12)),
        )
        assert engine.ids("lease") == ["2", "1"]

    @pytest.mark.rule("E1")
    def test_who_says_the_same_in_two_languages_stands_no_lower_for_that(self, engine: Engine) -> None:
        texts = {
            Lang.RU: Text("Проверка длинного договора долгой аренды большой квартиры"),
            Lang.EN: Text("Lease check in a day"),
        }
        both = Content((Lang.RU, Lang.EN), texts, {Mode.TEXT: 1})
        engine.put(face("2", "Lease check in a day or two days"), replace(face("1"), content=both))
        assert engine.ids("lease check") == ["1", "2"]

    @pytest.mark.rule("E1")
    def test_a_performer_is_found_by_their_name(self, engine: Engine) -> None:
        engine.put(face("1", name="Irina Vetrova"), face("2", name="Ирина Ветрова"), face("3", name="Oleg"))
        assert engine.ids("vetrova") == ["1"]
        assert engine.ids("ветрова ирина") == ["2"]
        assert engine.ids("lease vetr") == ["1"]

    @pytest.mark.rule("E1", "R12")
    def test_filters_by_kind_language_price_and_rating_all_apply(self, engine: Engine) -> None:
        work = Content((Lang.EN,), {Lang.EN: Text("Logo")}, work=WorkOffer(500_000, 3))
        files = Content((Lang.EN, Lang.RU), {Lang.EN: Text("Fonts")}, files=FilesOffer(100))
        engine.put(
            face("1", prices={Mode.VIDEO: 90_000, Mode.TEXT: 60_000}),
            face("2", "Проверка", prices={Mode.VIDEO: 75_000}),
            face("3", kind=TwipKind.WORK, content=work, rating_tenths=45),
            face("4", kind=TwipKind.FILES, content=files, rating_tenths=31),
        )
        assert engine.ids(kind=TwipKind.CONSULTATION) == ["2", "1"]
        assert engine.ids(kind=TwipKind.WORK) == ["3"]
        assert engine.ids(kind=TwipKind.FILES) == ["4"]
        assert engine.ids(lang=Lang.RU) == ["4", "2"]
        assert engine.ids(price_max_minor=60_000) == ["4", "1"]
        assert engine.ids(price_min_minor=60_001, price_max_minor=89_999) == ["2"]
        assert engine.ids(price_min_minor=90_001) == ["3"]
        assert engine.ids(rating_min_tenths=40) == ["3", "2", "1"]
        assert engine.ids(rating_min_tenths=41) == ["3"]
        assert engine.ids("check", kind=TwipKind.CONSULTATION, lang=Lang.EN, price_min_minor=90_000) == ["1"]

    @pytest.mark.rule("E1")
    def test_what_is_found_is_sorted_as_asked(self, engine: Engine) -> None:
        engine.put(
            face("1", prices={Mode.VIDEO: 300}, rating_tenths=41),
            face("2", prices={Mode.VIDEO: 900, Mode.TEXT: 100}, rating_tenths=39),
            face("3", prices={Mode.TEXT: 200}, rating_tenths=41),
        )
        for words in ("", "lease"):
            assert engine.ids(words, sort=Sort.PRICE_ASC) == ["2", "3", "1"]
            assert engine.ids(words, sort=Sort.PRICE_DESC) == ["1", "3", "2"]
            assert engine.ids(words, sort=Sort.NEWEST) == ["3", "2", "1"]
            assert engine.ids(words, sort=Sort.RATING) == ["3", "1", "2"]

    @pytest.mark.rule("E1", "R12")
    def test_a_work_is_sorted_by_the_price_of_the_whole_among_all_others(self, engine: Engine) -> None:
        work = Content((Lang.EN,), {Lang.EN: Text("Logo")}, work=WorkOffer(200, 3))
        engine.put(face("1", prices={Mode.VIDEO: 300}), face("2", kind=TwipKind.WORK, content=work))
        assert engine.ids(sort=Sort.PRICE_ASC) == ["2", "1"]
        assert engine.ids(sort=Sort.PRICE_DESC) == ["1", "2"]

    @pytest.mark.rule("R11", "E1")
    def test_without_words_the_newest_come_first(self, engine: Engine) -> None:
        engine.put(face("1"), face("3"), face("2"))
        assert engine.ids() == engine.ids("?!") == ["3", "2", "1"]

    @pytest.mark.rule("E1")
    @pytest.mark.parametrize("sort", [Sort.RELEVANCE, Sort.PRICE_ASC, Sort.PRICE_DESC, Sort.RATING])
    def test_of_equals_those_in_the_readers_language_come_first_and_then_the_newest(
        self, engine: Engine, sort: Sort
    ) -> None:
        faces = [face(f"{n}", "Договор" if n % 2 else "Договор!", published_ms=n * 3 * DAY_MS) for n in range(1, 7)]
        english = [one for one in faces if int(one.twip_id) % 2]
        engine.put(*(replace(one, content=replace(one.content, languages=(Lang.EN,))) for one in english))
        engine.put(*(one for one in faces if one not in english))
        query = Query("договоры", sort=sort)
        assert engine.ids(replace(query, reader=Lang.RU)) == ["6", "4", "2", "5", "3", "1"]
        assert engine.ids(replace(query, reader=Lang.EN)) == ["5", "3", "1", "6", "4", "2"]
        assert engine.ids(query) == ["6", "5", "4", "3", "2", "1"]

    @pytest.mark.rule("E1")
    def test_hits_say_which_of_them_are_equally_good(self, engine: Engine) -> None:
        engine.put(
            face("1", prices={Mode.TEXT: 100}),
            face("2", prices={Mode.TEXT: 100}),
            face("3", "Lease and lease", prices={Mode.TEXT: 200}),
        )
        for sort in (Sort.PRICE_ASC, Sort.RELEVANCE):
            equals = {hit.face.twip_id: hit.equals for hit in engine.find("lease", sort=sort).hits}
            assert equals["1"] == equals["2"] != equals["3"]


class Cards:
    """What a hit shows."""

    @pytest.mark.rule("E1", "D3")
    def test_a_hit_carries_what_a_card_shows(self, engine: Engine) -> None:
        whole = face("1", "Lease check", "word " * 100, prices={Mode.VIDEO: 3, Mode.TEXT: 2}, name="Irina")
        engine.put(whole)
        (hit,) = engine.find().hits
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
        self, engine: Engine, offer: dict[str, Any]
    ) -> None:
        told = Content((Lang.EN,), {Lang.EN: Text("Logo", "A mark.", "Your name.")}, **offer)
        engine.put(face("1", kind=TwipKind.WORK, content=told))
        (hit,) = engine.find().hits
        assert hit.face.content == replace(told, texts={Lang.EN: Text("Logo", "A mark.")})


class Following:
    """The index follows the market."""

    @pytest.mark.rule("D2")
    def test_a_new_face_replaces_the_old_one_and_one_that_left_is_found_no_more(self, engine: Engine) -> None:
        engine.put(face("1", "Lease check"), face("2", "Lease advice"))
        engine.put(face("1", "Guitar lessons"))
        assert (engine.ids("lease"), engine.ids("guitar")) == (["2"], ["1"])
        engine.withdraw("2", "9")
        assert (engine.ids("lease"), engine.ids()) == ([], ["1"])

    @pytest.mark.rule("D2")
    @pytest.mark.parametrize("seed", range(2))
    def test_an_index_that_was_changed_finds_what_one_made_anew_finds(self, engine: Engine, seed: int) -> None:
        chance = Random(seed)
        titles = ["Lease check", "Guitar", "Договор аренды", "Leases and договоры", "Сон ребёнка"]
        for _ in range(8):
            idents = [f"{chance.randrange(30):02d}" for _ in range(6)]
            engine.put(*(face(one, chance.choice(titles), prices={Mode.TEXT: chance.randrange(4)}) for one in idents))
            engine.withdraw(*(f"{chance.randrange(30):02d}" for _ in range(3)))
        asked = [Query(words, sort=sort) for words in ("lease", "договоры", "ребенок", "gui", "") for sort in Sort]
        changed = [engine.ids(query) for query in asked]
        engine.writer.rebuild(engine.market)
        for query, ids in zip(asked, changed, strict=True):
            anew = engine.ids(query)
            assert sorted(ids) == sorted(anew)
            if query.sort is not Sort.RELEVANCE:
                assert ids == anew

    def test_before_anything_was_written_nothing_is_found(self, engine: Engine) -> None:
        assert engine.ids() == []

    def test_the_first_message_makes_the_index_of_everything(self, engine: Engine) -> None:
        engine.market.on_sale |= {"1": face("1"), "2": face("2")}
        engine.writer.write(["1"], engine.market)
        assert engine.ids() == ["2", "1"]

    def test_an_index_is_made_anew_and_forgets_what_is_not_on_sale(self, engine: Engine) -> None:
        engine.put(face("1"), face("2"))
        engine.market.on_sale = {"2": face("2", "Guitar"), "3": face("3")}
        engine.writer.rebuild(engine.market)
        assert (engine.ids(), engine.ids("guitar")) == (["3", "2"], ["2"])


class Paging:
    """Pages by cursor while the market changes."""

    @pytest.mark.rule("E1")
    @pytest.mark.parametrize("query", QUERIES)
    def test_pages_follow_each_other_without_gap_or_repeat(self, engine: Engine, query: Query) -> None:
        engine.put(*(face(f"{n:02d}", "Lease " * (1 + n % 3), prices={Mode.TEXT: 100 + n % 4}) for n in range(20)))
        paged, cursor = [], None
        while hits := engine.find(query, cursor=cursor, limit=3).hits:
            paged += [hit.face.twip_id for hit in hits]
            cursor = hits[-1].cursor
        assert paged == engine.ids(query)
        assert sorted(paged) == [f"{n:02d}" for n in range(20)]

    @pytest.mark.rule("E1")
    @pytest.mark.parametrize("query", BY_NUMBER)
    def test_what_is_published_changed_and_withdrawn_between_pages_makes_no_gap_and_no_repeat(
        self, engine: Engine, query: Query
    ) -> None:
        def priced(n: int, **more: Any) -> Any:
            # Of one second and of three prices: by nothing but their times and ids these are told apart.
            return face(f"{n:02d}", prices={Mode.TEXT: 100 + n % 3}, published_ms=1_700_000_000_000 + n % 2, **more)

        stay = range(0, 32, 2)
        engine.put(*(priced(n) for n in range(32)))
        paged, cursor, step = list[str](), None, 0
        while hits := engine.find(query, cursor=cursor, limit=5).hits:
            paged += [hit.face.twip_id for hit in hits]
            cursor = hits[-1].cursor
            # The odd ones change and go, also the one that the page ended at; new ones come everywhere.
            last = int(hits[-1].face.twip_id)
            engine.withdraw(*(f"{n:02d}" for n in (last, step * 4 + 1) if n % 2))
            engine.put(priced(50 + step), priced(step * 4 + 3, name=f"Renamed {step}"))
            step += 1
        kept = [one for one in paged if int(one) in stay]
        assert sorted(kept) == [f"{n:02d}" for n in stay]
        assert kept == [one for one in engine.ids(query) if int(one) in stay]

    @pytest.mark.rule("E1")
    @pytest.mark.parametrize("query", [query for query in BY_NUMBER if not query.words])
    def test_the_first_page_of_a_great_market_begins_with_the_first(self, engine: Engine, query: Query) -> None:
        engine.put(*(face(f"{n:03d}", prices={Mode.TEXT: 1_000 + n * 7 % 300 // 2}) for n in range(300)))
        whole = engine.ids(query, limit=300)
        for limit in (1, 33, 250):
            assert engine.ids(query, limit=limit) == whole[:limit]

    @pytest.mark.parametrize("query", QUERIES)
    def test_a_page_goes_on_where_it_was_though_the_market_has_changed(self, engine: Engine, query: Query) -> None:
        engine.put(*(face(f"{n:02d}", "Lease " * (1 + n % 3), prices={Mode.TEXT: 100 + n % 4}) for n in range(20)))
        first = engine.find(query, limit=5).hits
        whole = engine.ids(query)
        engine.put(*(face(f"{n}", "Chess lessons", prices={Mode.TEXT: 1}) for n in range(50, 90)))
        engine.withdraw(whole[2], whole[7])
        rest = engine.ids(query, cursor=first[-1].cursor)
        assert [one for one in rest if int(one) < 50] == [one for one in whole[5:] if one != whole[7]]

    @pytest.mark.parametrize("query", QUERIES)
    def test_a_page_goes_on_behind_a_twip_that_is_gone(self, engine: Engine, query: Query) -> None:
        engine.put(*(face(f"{n:02d}", prices={Mode.TEXT: 100 + n}) for n in range(9)))
        first = engine.find(query, limit=4).hits
        whole = engine.ids(query)
        engine.withdraw(whole[3])
        assert engine.ids(query, cursor=first[-1].cursor) == whole[4:]

    @pytest.mark.parametrize("new", [10, 60])
    def test_by_relevance_no_page_comes_again_when_many_that_are_as_good_come_before_it(
        self, engine: Engine, new: int
    ) -> None:
        begun_ms = 1_790_000_000_000
        engine.put(*(face(f"{n:03d}", published_ms=begun_ms + n * HOUR_MS) for n in range(40)))
        query = Query("lease")
        whole, first = engine.ids(query), engine.find(query, limit=5).hits
        engine.put(*(face(f"{n}", published_ms=begun_ms + n * HOUR_MS) for n in range(100, 100 + new)))
        assert engine.ids(query, cursor=first[-1].cursor, limit=5) == whole[5:10]

    @pytest.mark.rule("E1")
    def test_by_relevance_a_page_goes_on_behind_where_its_last_twip_now_stands(self, engine: Engine) -> None:
        engine.put(*(face(f"{n:02d}", "Guitar", "lease " + "word " * n) for n in range(30)))
        query = Query("lease")
        whole, first = engine.ids(query), engine.find(query, limit=10).hits
        # Others come before it, and the words are common now: all scores are others.
        engine.put(*(face(f"{n}", "Lease lease lease", "lease") for n in range(40, 90)))
        rest = [one for one in engine.ids(query, cursor=first[-1].cursor) if int(one) < 40]
        assert rest == whole[10:]

    @pytest.mark.rule("E1")
    def test_a_cursor_of_another_search_or_a_made_up_one_is_refused(self, engine: Engine) -> None:
        engine.put(*(face(str(n)) for n in range(5)))
        (hit,) = engine.find("lease", limit=1).hits
        others = (
            Query("leases"),
            Query("lease", sort=Sort.NEWEST),
            Query("lease", kind=TwipKind.WORK),
            Query("lease", reader=Lang.RU),
            Query(),
        )
        for other in others:
            with pytest.raises(InvalidCursor):
                engine.find(other, cursor=hit.cursor, limit=1)
        for made_up in ("", "x", "%%%", hit.cursor[:-3]):
            with pytest.raises(InvalidCursor):
                engine.find("lease", cursor=made_up, limit=1)


class Enduring:
    """Whatever is typed, an answer comes."""

    @pytest.mark.rule("E1")
    @pytest.mark.parametrize("sort", [Sort.RELEVANCE, Sort.PRICE_ASC])
    def test_no_query_is_an_error(self, engine: Engine, sort: Sort) -> None:
        engine.put(face("1"), face("2", "Проверка договора"), face("3"))
        for words in STRANGE:
            query = Query(words, sort=sort, reader=Lang.RU)
            for hit in engine.index.find(query, cursor=None, limit=1, facets=True).hits:
                engine.index.find(query, cursor=hit.cursor, limit=1)

    @pytest.mark.parametrize(
        "filters",
        [
            {"price_min_minor": 2, "price_max_minor": 1},
            {"price_min_minor": 0, "price_max_minor": 0},
            {"price_max_minor": 2**62},
            {"rating_min_tenths": 51},
        ],
    )
    def test_filters_that_leave_nothing_are_none_either(self, engine: Engine, filters: dict[str, Any]) -> None:
        engine.put(face("1", prices={Mode.TEXT: 3}))
        found = engine.index.find(Query("lease", **filters), cursor=None, limit=1, facets=True)
        assert [hit.face.twip_id for hit in found.hits] == (["1"] if filters == {"price_max_minor": 2**62} else [])


class SearchContract(Finding, Relaxing, Counting, Labels, Cards, Following, Paging, Enduring):
    """All of it."""
