"""What the ports of search promise of counts beside the filters, and of categories and tags: a part of their contract."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.content import Content, Text, WorkOffer
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.search import Facets, PriceBand, Query
from chalicelib.domain.tags import key_of
from chalicelib.services.catalogue.search import Face
from tests.storage.faces import face
from tests.support.search_engine import STRANGE, Engine


def labelled(one: Face, category: str, *tags: str) -> Face:
    """A face in a category, with tags."""
    return replace(one, content=replace(one.content, category=category, tags=tags))


class Counting:
    """Counts beside the filters."""

    @pytest.mark.rule("E1")
    def test_each_filter_is_counted_under_all_others_but_itself(self, engine: Engine) -> None:
        work = Content((Lang.EN, Lang.RU), {Lang.EN: Text("Lease")}, work=WorkOffer(600_000, 3))
        engine.put(
            labelled(face("1", prices={Mode.VIDEO: 90_000, Mode.TEXT: 20_000}), "law"),
            labelled(face("2", "Lease", prices={Mode.VIDEO: 10_000, Mode.TEXT: 20_000}, rating_tenths=29), "law"),
            face("3", kind=TwipKind.WORK, content=work, rating_tenths=35),
            face("4", "Guitar"),
        )

        def counted(**filters: Any) -> Facets:
            query = Query("lease", **filters)
            found = engine.index.find(query, cursor=None, limit=1, facets=True).facets
            assert found is not None
            return found

        everything = counted()
        assert everything == Facets(
            kinds={TwipKind.CONSULTATION: 2, TwipKind.WORK: 1},
            languages={Lang.EN: 3, Lang.RU: 1},
            prices={PriceBand.TO_500: 2, PriceBand.TO_1500: 1, PriceBand.TO_15000: 1},
            ratings={3: 2, 4: 1},
            categories={"law": 2, "other": 1},
        )
        assert counted(kind=TwipKind.WORK) == Facets(
            kinds=everything.kinds,
            languages={Lang.EN: 1, Lang.RU: 1},
            prices={PriceBand.TO_15000: 1},
            ratings={3: 1},
            categories={"other": 1},
        )
        assert counted(category="other").categories == everything.categories
        assert counted(category="other").kinds == {TwipKind.WORK: 1}
        one_more = counted(kind=TwipKind.CONSULTATION, price_max_minor=50_000, rating_min_tenths=30, lang=Lang.EN)
        assert one_more == Facets(
            kinds={TwipKind.CONSULTATION: 1},
            languages={Lang.EN: 1},
            prices={PriceBand.TO_500: 1, PriceBand.TO_1500: 1},
            ratings={3: 1, 4: 1},
            categories={"law": 1},
        )

    def test_nothing_is_counted_unless_it_is_asked_for(self, engine: Engine) -> None:
        engine.put(face("1"))
        assert engine.find("lease").facets is None

    def test_what_fits_by_most_words_is_counted_so(self, engine: Engine) -> None:
        engine.put(face("1"), face("2"))
        found = engine.index.find(Query("lease zyzzyva"), cursor=None, limit=1, facets=True)
        assert found.facets is not None
        assert found.facets.kinds == {TwipKind.CONSULTATION: 2}


class Labels:
    """Categories and tags."""

    @pytest.mark.rule("E2")
    def test_a_category_finds_what_is_in_it_and_nothing_else(self, engine: Engine) -> None:
        engine.put(labelled(face("1"), "law"), labelled(face("2"), "music"), face("3"))
        assert engine.ids(category="law") == engine.ids("lease", category="law") == ["1"]
        assert engine.ids(category="home") == []

    @pytest.mark.rule("E2")
    def test_what_says_a_category_that_is_gone_from_the_list_is_among_everything_else(self, engine: Engine) -> None:
        engine.put(
            labelled(face("1"), "law"), labelled(face("2"), "gone"), face("3"), labelled(face("4"), "gone-as-well")
        )
        assert engine.ids(category="other") == ["4", "3", "2"]
        found = engine.index.find(Query(), cursor=None, limit=1, facets=True).facets
        assert found is not None
        assert found.categories == {"law": 1, "other": 3}
        assert engine.index.by_category() == {
            "law": {TwipKind.CONSULTATION: 1},
            "other": {TwipKind.CONSULTATION: 3},
        }

    @pytest.mark.rule("E2")
    def test_a_category_is_counted_by_kind_and_the_counts_follow_the_market(self, engine: Engine) -> None:
        assert engine.index.by_category() == {}
        work = labelled(face("2", kind=TwipKind.WORK), "law")
        engine.put(labelled(face("1"), "law"), work)
        assert engine.index.by_category() == {"law": {TwipKind.CONSULTATION: 1, TwipKind.WORK: 1}}
        engine.withdraw("2")
        assert engine.index.by_category() == {"law": {TwipKind.CONSULTATION: 1}}

    @pytest.mark.rule("E2")
    def test_a_tag_finds_what_has_it_whole_however_it_is_typed(self, engine: Engine) -> None:
        engine.put(
            labelled(face("1"), "law", "Расчёт аренды"), labelled(face("2"), "law", "аренда"), labelled(face("3"), "it")
        )
        assert engine.ids(tag=key_of("расчет  АРЕНДЫ")) == ["1"]
        assert engine.ids(tag=key_of("аренда")) == ["2"]
        assert engine.ids(tag=key_of("расчёт")) == []

    @pytest.mark.rule("E2")
    @pytest.mark.parametrize("tag", STRANGE)
    def test_a_tag_that_nobody_would_write_finds_nothing(self, engine: Engine, tag: str) -> None:
        engine.put(labelled(face("1"), "law", "lease"))
        assert engine.ids(tag=key_of(tag)) == []

    @pytest.mark.rule("E1", "E2")
    def test_a_word_of_a_tag_weighs_less_than_one_in_the_title_and_more_than_one_in_the_description(
        self, engine: Engine
    ) -> None:
        engine.put(
            labelled(face("1", "Guitar"), "music", "leasing", "deposits"),
            labelled(face("2", "Deposits"), "music", "chords", "songs"),
            labelled(face("3", "Piano", "Deposits are given back."), "music", "chords", "songs"),
        )
        assert engine.ids("deposit") == engine.ids("dep") == engine.ids("depos") == ["2", "1", "3"]

    @pytest.mark.rule("E1", "E2")
    @pytest.mark.parametrize("words", ["юрист", "юридическая", "law", "laws"])
    def test_the_name_of_a_category_finds_what_is_in_it_behind_what_says_the_word(
        self, engine: Engine, words: str
    ) -> None:
        said = "Наследство. Юрист, юридическое образование. Law."
        engine.put(
            labelled(face("1", "Наследство", said), "other"),
            labelled(face("2", "Наследство"), "law"),
            labelled(face("3", "Наследство"), "it"),
        )
        assert engine.ids(words) == engine.ids(f"{words} наследство") == ["1", "2"]

    @pytest.mark.rule("E2")
    @pytest.mark.parametrize("words", ["другое", "other", "и", "and"])
    def test_the_name_of_everything_else_and_small_words_of_names_find_nothing(
        self, engine: Engine, words: str
    ) -> None:
        engine.put(labelled(face("1", "Аренда"), "other"), labelled(face("2", "Аренда"), "finance"))
        assert engine.ids(words) == []
