"""What people type finds what they mean, in both languages."""

import pytest

from tests.search.catalogue import Catalogue
from tests.search.judging import Asked, asked, failures, relaxed

RIGHT_AT_LEAST = 204
"""Queries that are answered as is wanted."""
RELAXED_AT_MOST = 7
"""Queries of 139 that fit only when most of their words are asked for, or a letter is otherwise."""


@pytest.mark.rule("E1", "E2")
def test_what_people_type_finds_what_they_mean_and_nothing_else_before_it() -> None:
    wrong = [f"{one.reason}: {one.q!r} {'; '.join(faults)}" for one, faults in failures(Catalogue())]
    print("\n".join(wrong))
    assert len(asked()) - len(wrong) >= RIGHT_AT_LEAST


@pytest.mark.rule("E1")
def test_words_meet_what_they_mean_so_that_few_queries_are_taken_otherwise() -> None:
    otherwise = [f"{one.q!r}: {fit.value}" for one, fit in relaxed(Catalogue())]
    print("\n".join(otherwise))
    assert len(otherwise) <= RELAXED_AT_MOST


def test_the_list_has_its_209_queries_each_once_over_twips_that_are_there() -> None:
    queries = asked()
    assert len({one.q for one in queries}) == len(queries) == 209
    names = set(Catalogue().twips)
    for one in queries:
        assert {*one.wanted, *one.unwanted} <= names, one.q
        assert not set(one.wanted) & set(one.unwanted), one.q


@pytest.mark.parametrize(
    ("found", "faults"),
    [
        (["a", "b"], []),
        (["a", "b", "x"], []),
        (["other", "b", "a", "x"], []),
        (["a"], ["lacks b"]),
        (["a", "x", "b"], ["x stands before"]),
        (["x"], ["lacks a", "lacks b", "x stands before"]),
    ],
)
def test_all_that_is_wanted_is_found_and_what_is_unwanted_stands_behind_it(found: list[str], faults: list[str]) -> None:
    assert Asked("", "q", ("a", "b"), ("x",)).faults(found) == faults


def test_where_nothing_is_wanted_what_is_unwanted_is_not_found() -> None:
    assert Asked("", "q", (), ("x",)).faults(["y", "x"]) == ["x stands before"]
    assert Asked("", "q", (), ("x",)).faults(["y"]) == []
