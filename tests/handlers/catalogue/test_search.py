"""What an answer to a search says beside the twips: how they fit its words (R11, E1)."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from app import app
from chalicelib.domain.kinds import Lang
from chalicelib.domain.search import Fit, Query
from chalicelib.handlers import http
from chalicelib.services.catalogue.search import Hits, Search, SearchIndex
from tests.support.market import Market
from tests.support.web import Web


@dataclass
class AskedIndex:
    """The index of a market, which remembers what it was asked and finds with the fit that it is told."""

    market: Market
    index: SearchIndex
    fit: Fit = Fit.ALL
    asked: list[Query] = field(default_factory=list)

    def find(self, query: Query, *, cursor: str | None, limit: int, facets: bool = False) -> Hits:
        self.asked.append(query)
        hits = self.index.find(query, cursor=cursor, limit=limit).hits
        return Hits(hits, self.fit)


@pytest.fixture
def index() -> AskedIndex:
    market = Market()
    return AskedIndex(market, market.house.search.index)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, index: AskedIndex) -> Web:
    house = index.market.house
    monkeypatch.setattr(http, "wiring", lambda: house)
    house.__dict__["search"] = Search(index, house.availability)
    return Web(app, house)


def found(web: Web, query: str = "", **headers: str) -> Any:
    answer = web.get(f"/twips?{query}", **headers)
    assert answer.status == 200
    return answer.body


@pytest.mark.rule("E1")
@pytest.mark.parametrize("fit", Fit)
def test_an_answer_says_how_the_twips_fit_the_words(web: Web, index: AskedIndex, fit: Fit) -> None:
    index.fit = fit
    assert found(web, "q=lease")["fit"] == fit.value


@pytest.mark.rule("D3", "E1")
def test_the_index_is_told_whose_language_it_is(web: Web, index: AskedIndex) -> None:
    for header in ("en-GB,en;q=0.9", "ru", "de"):
        found(web, accept_language=header)
    assert [query.reader for query in index.asked] == [Lang.EN, Lang.RU, Lang.RU]


@pytest.mark.rule("E1")
@pytest.mark.parametrize("words", ["!!!", "%22%29%28*", "%00%27%3B--", "%F0%9F%8E%B8", "_"])
def test_words_without_a_letter_or_a_digit_find_nothing_and_the_answer_says_why(
    web: Web, index: AskedIndex, words: str
) -> None:
    answer = found(web, f"q={words}")
    assert (answer["items"], answer["next_cursor"], answer["fit"]) == ([], None, None)
    assert index.asked == []


@pytest.mark.rule("E1")
@pytest.mark.parametrize("words", ["", "%20%20", "c%2B%2B", "7"])
def test_no_words_at_all_and_the_shortest_ones_are_looked_for(web: Web, index: AskedIndex, words: str) -> None:
    assert found(web, f"q={words}")["fit"] == "all"
    assert len(index.asked) == 1
