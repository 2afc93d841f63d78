"""Words that find nothing as they were asked for, and how they are taken then: a part of the contract."""

import pytest

from chalicelib.domain.kinds import Mode
from chalicelib.domain.search import Fit
from tests.storage.faces import face
from tests.support.search_engine import Engine


class Relaxing:
    """What is tried where the words as they were asked for find nothing."""

    def test_words_that_fit_are_found_as_they_were_asked_for(self, engine: Engine) -> None:
        engine.put(face("1", "Lease check"), face("2", "Leaps"))
        assert (engine.ids("lease"), engine.find("lease").fit) == (["1"], Fit.ALL)

    @pytest.mark.rule("E1")
    @pytest.mark.parametrize("typed", ["guitra", "guiter", "gitar", "guittar"])
    def test_one_letter_may_be_wrong_where_nothing_was_found(self, engine: Engine, typed: str) -> None:
        engine.put(face("1", "Guitar lessons"), face("2", "Lease check"))
        found = engine.find(f"{typed} lessons")
        assert ([hit.face.twip_id for hit in found.hits], found.fit) == (["1"], Fit.TYPOS)

    @pytest.mark.rule("E1")
    def test_a_word_that_somebody_says_is_not_taken_for_a_misspelt_one(self, engine: Engine) -> None:
        engine.put(face("1", "Leash check"), face("2", "Lease of cars"), face("3", "Check of cars"))
        found = engine.find("lease check")
        assert ({hit.face.twip_id for hit in found.hits}, found.fit) == ({"1", "2", "3"}, Fit.MOST)

    @pytest.mark.rule("E1")
    def test_a_misspelt_word_is_found_in_another_form_and_where_another_word_is_in_no_text(
        self, engine: Engine
    ) -> None:
        engine.put(face("1", "Презентацию оформлю"), face("2", "Лекцию оформлю"))
        assert engine.ids("призентация") == ["1"]
        found = engine.find("призентация оформлю недорого")
        assert ([hit.face.twip_id for hit in found.hits], found.fit) == (["1"], Fit.TYPOS)
        found = engine.find("призентация оформлю зюзюка")
        assert ([hit.face.twip_id for hit in found.hits], found.fit) == (["1", "2"], Fit.MOST)

    @pytest.mark.rule("E1")
    def test_a_misspelt_word_is_looked_for_by_all_that_it_would_have_met(self, engine: Engine) -> None:
        engine.put(
            face("1", "Адвокат"), face("2", "Юридическая помощь"), face("3", "Адвокаты и суды"), face("4", "Гитара")
        )
        found = engine.find("адвакат")
        assert ([hit.face.twip_id for hit in found.hits], found.fit) == (["1", "3", "2"], Fit.TYPOS)

    @pytest.mark.rule("E1")
    def test_where_as_many_words_fit_those_come_first_that_have_the_rarer_ones(self, engine: Engine) -> None:
        engine.put(
            *(face(f"{n}", "Guitar chords", "For beginners") for n in range(1, 9)),
            face(
                "9",
                "Piano",
                "A long talk of fugues, of preludes and of what else there is to play on black and white keys",
            ),
        )
        found = engine.find("guitar fugues", limit=9)
        assert ([hit.face.twip_id for hit in found.hits], found.fit) == (["9", *"87654321"], Fit.MOST)
        rest = engine.find("guitar fugues", cursor=found.hits[2].cursor)
        assert [hit.face.twip_id for hit in rest.hits] == [*"654321"]
        assert engine.ids("guitar fugues chords")[0] == "8", "of more words that fit, none is as rare"

    def test_a_page_of_misspelt_words_is_followed_by_the_next_one(self, engine: Engine) -> None:
        engine.put(*(face(f"{n}", "Guitar lessons") for n in range(1, 6)))
        first = engine.find("guitra lessons", limit=3)
        rest = engine.find("guitra lessons", cursor=first.hits[-1].cursor, limit=3)
        assert [hit.face.twip_id for hit in (*first.hits, *rest.hits)] == ["5", "4", "3", "2", "1"]
        assert first.fit == rest.fit == Fit.TYPOS

    def test_short_words_and_numbers_are_not_misspelt(self, engine: Engine) -> None:
        engine.put(face("1", "Cat 2024"))
        assert engine.ids("car") == engine.ids("2025") == []

    @pytest.mark.rule("E1")
    def test_what_was_typed_on_the_other_layout_is_found(self, engine: Engine) -> None:
        engine.put(face("1", "Юрист"), face("2", "Guitar"))
        for typed, ident in (("ghbdtn .hbcn", "1"), (".hbcn", "1"), ("пгшефк", "2")):
            found = engine.find(typed.split()[-1])
            assert ([hit.face.twip_id for hit in found.hits], found.fit) == ([ident], Fit.LAYOUT)

    @pytest.mark.rule("E1")
    def test_where_not_all_words_fit_most_of_them_do(self, engine: Engine) -> None:
        engine.put(
            face("1", "Lease check"),
            face("2", "Lease check of contracts in Spain"),
            face("3", "Contracts"),
            *(face(f"{n}", "Lease of cars") for n in range(10, 20)),
        )
        found = engine.find("lease contracts zyzzyva")
        assert (found.hits[0].face.twip_id, found.fit) == ("2", Fit.MOST)
        assert {hit.face.twip_id for hit in found.hits[1:]} >= {"1", "3"}, "where few have most, others follow"
        engine.put(*(face(f"{n}", "Lease contracts") for n in range(30, 34)))
        found = engine.find("lease contracts zyzzyva")
        assert {hit.face.twip_id for hit in found.hits} == {"2", "30", "31", "32", "33"}

    @pytest.mark.rule("E1")
    def test_of_those_that_lack_as_many_words_the_one_with_the_rarer_stands_first(self, engine: Engine) -> None:
        engine.put(face("1", "Chess"), *(face(f"{n}", "Cars") for n in range(10, 20)))
        assert engine.ids("cars chess zyzzyva")[0] == "1"

    def test_where_filters_leave_nothing_the_words_are_left_as_they_are(self, engine: Engine) -> None:
        engine.put(face("1", "Lease check"), face("2", "Leash", prices={Mode.VIDEO: 1}))
        found = engine.find("lease", price_max_minor=2)
        assert (found.hits, found.fit) == ([], Fit.ALL)

    def test_what_is_in_no_text_at_all_is_not_found(self, engine: Engine) -> None:
        engine.put(face("1"))
        found = engine.find("zyzzyva")
        assert (list(found.hits), found.fit) == ([], Fit.ALL)

    @pytest.mark.rule("E1")
    @pytest.mark.parametrize("words", ["leese", "дуфыу", "lease zyzzyva"])
    def test_pages_behind_the_first_keep_its_fit(self, engine: Engine, words: str) -> None:
        engine.put(*(face(f"{n:02d}") for n in range(7)))
        whole, paged, cursor = engine.find(words), [], None
        while (part := engine.find(words, cursor=cursor, limit=3)).hits:
            assert part.fit is whole.fit is not Fit.ALL
            paged += [hit.face.twip_id for hit in part.hits]
            cursor = part.hits[-1].cursor
            # What fits better comes too late for who has begun to read.
            engine.put(face("99", "Zyzzyva"))
        assert len(paged) == len(set(paged)) >= 7

    @pytest.mark.rule("E1")
    def test_a_misspelt_word_that_no_twip_says_tells_more_than_one_that_many_say(self, engine: Engine) -> None:
        engine.put(face("1", "Банкротство физлица"), *(face(f"{n}", "Массаж лиц") for n in range(10, 20)))
        assert engine.ids("банкротсво физических лиц")[0] == "1"

    @pytest.mark.rule("E1")
    def test_a_performer_s_name_is_not_taken_for_a_thing_of_the_same_root(self, engine: Engine) -> None:
        engine.put(face("1", "Посадка лука", name="Светлана Чеснокова"), face("2", "Посадка чеснока"))
        assert engine.ids("чеснока") == ["2"]
        assert engine.ids("лук чесноковой") == ["1"]

    @pytest.mark.rule("E1")
    def test_two_words_that_one_title_says_are_found_when_they_are_written_as_one(self, engine: Engine) -> None:
        engine.put(*(face(f"{n}", "Дизайн интерьера") for n in range(1, 6)), face("6", "Дизайн"), face("7", "Интерьер"))
        first = engine.find("дизайнинтерьера недорого", limit=3)
        rest = engine.find("дизайнинтерьера недорого", cursor=first.hits[-1].cursor, limit=3)
        assert [hit.face.twip_id for hit in (*first.hits, *rest.hits)] == ["5", "4", "3", "2", "1"]
        assert first.fit == rest.fit == Fit.TYPOS

    def test_two_words_of_two_titles_are_found_so_only_if_nothing_else_is_asked(self, engine: Engine) -> None:
        engine.put(face("1", "Logo"), face("2", "Design of gardens"), face("3", "Cards"))
        found = engine.find("logodesign")
        assert ({hit.face.twip_id for hit in found.hits}, found.fit) == ({"1", "2"}, Fit.MOST)
        assert engine.ids("logodesign cards") == ["3"]
        assert engine.ids("forgardens") == [], "a small word is no part"

    @pytest.mark.rule("E1")
    def test_how_somebody_wants_it_hides_nobody_but_tells_who_comes_first(self, engine: Engine) -> None:
        engine.put(face("1", "Guitar lessons, cheap"), face("2", "Guitar"), face("3", "Cheap lessons of piano"))
        found = engine.find("cheap guitar lessons please")
        assert ([hit.face.twip_id for hit in found.hits], found.fit) == (["1", "2"], Fit.ALL)
        found = engine.find("cheap guitar zyzzyva")
        assert ([hit.face.twip_id for hit in found.hits], found.fit) == (["1", "2"], Fit.MOST)

    @pytest.mark.rule("E1")
    def test_behind_few_that_say_all_of_three_words_stand_those_that_lack_one(self, engine: Engine) -> None:
        engine.put(
            face("1", "Lease check in Spain"), face("2", "Lease check"), face("3", "Spain"), face("4", "Check in Spain")
        )
        first = engine.find("lease check spain", limit=2)
        rest = engine.find("lease check spain", cursor=first.hits[-1].cursor, limit=2)
        assert (first.hits[0].face.twip_id, first.fit, rest.fit) == ("1", Fit.FEW, Fit.FEW)
        assert {hit.face.twip_id for hit in (*first.hits[1:], *rest.hits)} == {"2", "4"}
        assert engine.find("lease check").fit is Fit.ALL, "of two words both are meant"
        engine.put(*(face(f"{n}", "Lease check in Spain") for n in range(10, 14)))
        found = engine.find("lease check spain")
        assert (len(found.hits), found.fit) == (5, Fit.ALL)
        assert engine.find("lease check spain", price_max_minor=1).fit is Fit.ALL, (
            "the filters leave few, not the words"
        )
