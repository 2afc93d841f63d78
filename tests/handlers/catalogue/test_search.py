"""What an answer to a search says beside the twips: how they fit, and what other filters would find (R11, R12, E1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from app import app
from chalicelib.domain.categories import categories
from chalicelib.domain.content import PRICE_AT_MOST_MINOR
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.kinds import Lang, TwipKind
from chalicelib.domain.search import Facets, Fit, PriceBand, Query
from chalicelib.handlers import http
from chalicelib.services.catalogue.search import Hits, Search, SearchIndex
from tests.support.market import Market, consultation, work
from tests.support.web import Web

COUNTED = Facets(
    {TwipKind.WORK: 3},
    {Lang.EN: 2, Lang.RU: 1},
    {PriceBand.TO_1500: 2, PriceBand.ABOVE: 1},
    {4: 1, 3: 2},
    {"law": 2, "other": 1},
)


@dataclass
class AskedIndex:
    """The index of a market, which remembers what it was asked and finds with the fit that it is told."""

    market: Market
    index: SearchIndex
    fit: Fit = Fit.ALL
    asked: list[tuple[Query, bool]] = field(default_factory=list)
    out_of_reach: bool = False

    def find(self, query: Query, *, cursor: str | None, limit: int, facets: bool = False) -> Hits:
        self.asked.append((query, facets))
        hits = self.index.find(query, cursor=cursor, limit=limit).hits
        return Hits(hits, self.fit, COUNTED if facets else None)

    def by_category(self) -> Mapping[str, Mapping[TwipKind, int]]:
        if self.out_of_reach:
            raise Unavailable
        return self.index.by_category()


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


@pytest.mark.rule("E1")
def test_what_was_typed_on_the_other_layout_is_named_as_it_was_understood(web: Web, index: AskedIndex) -> None:
    assert found(web, "q=ljujdjh")["understood"] is None
    index.fit = Fit.LAYOUT
    assert found(web, "q=ljujdjh")["understood"] == "договор"


@pytest.mark.rule("D3", "E1")
def test_the_index_is_told_whose_language_it_is(web: Web, index: AskedIndex) -> None:
    for header in ("en-GB,en;q=0.9", "ru", "de"):
        found(web, accept_language=header)
    assert [query.reader for query, _ in index.asked] == [Lang.EN, Lang.RU, Lang.RU]


@pytest.mark.rule("E1")
@pytest.mark.parametrize("words", ["!!!", "%22%29%28*", "%00%27%3B--", "%F0%9F%8E%B8", "_"])
def test_words_without_a_letter_or_a_digit_find_nothing_and_the_answer_says_why(
    web: Web, index: AskedIndex, words: str
) -> None:
    answer = found(web, f"q={words}&facets=true")
    assert (answer["items"], answer["next_cursor"], answer["fit"], answer["facets"]) == ([], None, None, None)
    assert index.asked == []


@pytest.mark.rule("E1")
@pytest.mark.parametrize("words", ["", "%20%20", "c%2B%2B", "7"])
def test_no_words_at_all_and_the_shortest_ones_are_looked_for(web: Web, index: AskedIndex, words: str) -> None:
    assert found(web, f"q={words}")["fit"] == "all"
    assert len(index.asked) == 1


@pytest.mark.rule("R12", "E1")
def test_every_choice_of_a_filter_is_counted_also_those_that_find_nothing(web: Web) -> None:
    facets = found(web, "facets=true")["facets"]
    assert facets["kinds"] == {"consultation": 0, "work": 3, "files": 0}
    assert facets["languages"] == {"ru": 1, "en": 2}
    assert facets["ratings"] == [{"rating_min": 3, "twips": 2}, {"rating_min": 4, "twips": 1}]
    assert [band["twips"] for band in facets["prices"]] == [0, 2, 0, 0, 1]
    counts = {step["category"]["id"]: step["twips"] for step in facets["categories"]}
    assert counts == {category.id: 0 for category in categories()} | {"law": 2, "other": 1}


@pytest.mark.rule("E1")
def test_a_band_of_prices_is_named_by_the_filters_that_find_it(web: Web, index: AskedIndex) -> None:
    bands = found(web, "facets=true")["facets"]["prices"]
    for band in bands:
        end = f"&price_max={band['price_max']['amount_minor']}" if band["price_max"] else ""
        found(web, f"price_min={band['price_min']['amount_minor']}{end}")
    asked = [(query.price_min_minor, query.price_max_minor) for query, _ in index.asked[1:]]
    assert asked[0] == (0, 50_000)
    assert asked[-1] == (1_500_001, None)
    assert [low for low, _ in asked[1:]] == [high + 1 for _, high in asked[:-1] if high is not None]


def test_a_price_above_the_highest_that_a_twip_may_have_is_no_error(web: Web, index: AskedIndex) -> None:
    above = PRICE_AT_MOST_MINOR + 1
    found(web, f"price_min={above}&price_max={above}")
    assert (index.asked[0][0].price_min_minor, index.asked[0][0].price_max_minor) == (above, above)


@pytest.mark.rule("E1")
def test_only_the_first_page_is_counted_and_only_if_asked(web: Web, index: AskedIndex) -> None:
    for _ in range(2):
        index.market.published()
    index.market.index()
    assert found(web, "limit=1")["facets"] is None
    first = found(web, "limit=1&facets=true")
    assert first["facets"] is not None
    assert found(web, f"limit=1&facets=true&cursor={first['next_cursor']}")["facets"] is None
    assert [facets for _, facets in index.asked] == [False, True, False]


@pytest.mark.rule("E2")
@pytest.mark.parametrize(
    ("asked", "category", "tag"),
    [
        ("category=law", "law", None),
        ("category=gone-from-the-list", "other", None),
        ("tag=%D0%81%D0%BB%D0%BA%D0%B0", None, "елка"),
        ("category=it&tag=%23Django", "it", "django"),
    ],
)
def test_twips_are_asked_for_by_category_and_by_tag(
    web: Web, index: AskedIndex, asked: str, category: str | None, tag: str | None
) -> None:
    found(web, asked)
    assert (index.asked[0][0].category, index.asked[0][0].tag) == (category, tag)


@pytest.mark.rule("E2")
def test_a_card_says_the_category_in_both_languages_and_the_tags_as_they_were_written(
    web: Web, index: AskedIndex
) -> None:
    index.market.published(replace(consultation(), category="law", tags=("Аренда", "Lease")))
    index.market.index()
    (card,) = found(web)["items"]
    assert card["content"]["category"] == {"id": "law", "names": {"ru": "Юристы и право", "en": "Law"}}
    assert card["content"]["tags"] == ["Аренда", "Lease"]


@pytest.mark.rule("E2")
def test_the_categories_are_listed_with_how_many_are_on_sale_in_each_and_may_be_kept_for_a_minute(
    web: Web, index: AskedIndex
) -> None:
    index.market.published(replace(consultation(), category="law"))
    index.market.published(replace(work(), category="law"), kind=TwipKind.WORK)
    index.market.index()
    answer = web.get("/categories")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert [item["category"]["id"] for item in answer.body["items"]] == [category.id for category in categories()]
    law = answer.body["items"][0]
    assert (law["twips"], law["kinds"]) == (2, {"consultation": 1, "work": 1, "files": 0})
    assert {item["twips"] for item in answer.body["items"][1:]} == {0}


@pytest.mark.rule("E2")
def test_while_the_index_does_not_answer_the_list_is_there_without_counts(web: Web, index: AskedIndex) -> None:
    index.out_of_reach = True
    items = web.get("/categories").body["items"]
    assert len(items) == len(list(categories()))
    assert {(item["twips"], item["kinds"]) for item in items} == {(None, None)}
