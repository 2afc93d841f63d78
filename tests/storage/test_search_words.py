"""Words of texts and of queries."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.words import LONGEST_WORD, MOST_WORDS, words_of
from chalicelib.storage.search_words import expression, indexed
from chalicelib.storage.sqlite import opened


def test_a_text_is_indexed_by_its_words_and_their_stems() -> None:
    assert indexed("Проверю договоры: C++, 2-й этаж") == "проверю провер договоры договор cplusplus 2 й 2й этаж"


@pytest.mark.parametrize("nothing", ["", "   ", "!!!", '"*()^:', "\x00", "\ud800", "___"])
def test_a_query_without_words_is_none(nothing: str) -> None:
    assert expression(nothing) is None


def test_small_words_narrow_nothing_down_unless_there_are_no_others() -> None:
    assert expression("консультация по договору") == expression("консультация договору")
    assert expression("по") == '("по")'


def test_a_beginning_of_three_letters_is_enough() -> None:
    assert expression("дог") == '("дог"*)'
    assert expression("до") == '("до")'


@given(st.text(max_size=300))
def test_no_query_breaks_out_of_the_engines_syntax(query: str) -> None:
    match = expression(query)
    if match is None:
        return
    assert re.fullmatch(r'(\(("[^\W_]+" OR )?"[^\W_]+"\*?\)( AND )?)+', match)
    assert match.count(" AND ") < MOST_WORDS
    with opened(":memory:") as database:
        list(database.execute("CREATE VIRTUAL TABLE w USING fts5(title, content = '', tokenize = 'ascii')"))
        assert list(database.execute("SELECT rowid FROM w WHERE w MATCH :match", {"match": match})) == []


@given(st.sampled_from(["AND", "OR NOT", "NEAR(a b)", "title:x", "-x", "^x", '"x', "x*", "{x y}:z", "w MATCH 'x'"]))
def test_the_engines_own_words_are_words_here(query: str) -> None:
    with opened(":memory:") as database:
        list(database.execute("CREATE VIRTUAL TABLE w USING fts5(title, content = '', tokenize = 'ascii')"))
        title = {"title": indexed(query)}
        list(database.execute("INSERT INTO w (rowid, title) VALUES (1, :title)", title))
        match = expression(query)
        assert list(database.execute("SELECT rowid FROM w WHERE w MATCH :match", {"match": match})) == [(1,)]


@given(st.text(max_size=200))
def test_every_text_is_found_by_its_own_words(text: str) -> None:
    match = expression(text)
    with opened(":memory:") as database:
        list(database.execute("CREATE VIRTUAL TABLE w USING fts5(title, content = '', tokenize = 'ascii')"))
        list(database.execute("INSERT INTO w (rowid, title) VALUES (1, :title)", {"title": indexed(text)}))
        if match is not None:
            assert list(database.execute("SELECT rowid FROM w WHERE w MATCH :match", {"match": match})) == [(1,)]
    assert all(len(word) <= LONGEST_WORD for word in words_of(text))
