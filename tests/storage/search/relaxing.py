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
        assert ([hit.face.twip_id for hit in found.hits], found.fit) == (["1"], Fit.MOST)

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
            *(face(f"{n}", "Guitar lessons", "For beginners") for n in range(1, 9)),
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
        assert engine.ids("guitar fugues lessons")[0] == "8", "of more words that fit, none is as rare"

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
        assert ([hit.face.twip_id for hit in found.hits], found.fit) == (["2"], Fit.MOST)

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
