"""The search index's one writer, as its queue drives it."""

import json
from typing import Any

import pytest

from chalicelib.domain.ratings import Rating
from chalicelib.domain.search import Query
from chalicelib.handlers.catalogue.job import update
from tests.support.market import Market


@pytest.fixture
def market() -> Market:
    return Market()


def batch(*bodies: Any) -> dict[str, Any]:
    texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    return {"Records": [{"messageId": f"m{number}", "body": text} for number, text in enumerate(texts)]}


def failed(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def found(market: Market) -> set[str]:
    page = market.house.search.find(Query(), callable_only=False, cursor=None, limit=50)
    return {one.face.twip_id for one in page.items}


def test_a_batch_is_one_new_version(market: Market) -> None:
    twips = [market.published() for _ in range(3)]
    assert failed(update(market.house, batch(*({"twip_id": twip.id} for twip in twips)))) == []
    assert found(market) == {twip.id for twip in twips}
    assert len(market.house.index_bucket.files) == 1


def test_an_operator_has_the_index_made_anew(market: Market) -> None:
    twip = market.published()
    assert failed(update(market.house, batch({"twip_id": "0" * 26}, {"rebuild": True}))) == []
    assert found(market) == {twip.id}


def test_of_a_night_it_is_made_anew_only_if_it_is_worth_it(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        update(market.house, batch({"twip_id": market.published().id}))
    bucket = market.house.index_bucket
    before = dict(bucket.files)
    assert failed(update(market.house, batch({"tidy": True}))) == []
    assert bucket.files == before
    monkeypatch.setattr("chalicelib.storage.search.writer.STALE_TWIPS", 1)
    twip = market.published()
    assert failed(update(market.house, batch({"tidy": True}, {"twip_id": twip.id}))) == []
    assert [key for key in bucket.files if key.endswith("anew.zip")] != [*before][:1]
    assert twip.id in found(market)


def test_a_reader_that_finds_no_index_has_it_made_though_nobody_publishes(market: Market) -> None:
    twip = market.published()
    assert (found(market), market.house.outbox.mends) == (set(), 1)
    for _ in range(2):
        assert failed(update(market.house, batch({"mend": True}))) == []
    assert (found(market), len(market.house.index_bucket.files)) == ({twip.id}, 1)


@pytest.mark.rule("E1")
def test_a_performer_who_is_rated_otherwise_is_found_at_once_with_all_that_they_have_on_sale(market: Market) -> None:
    twips = {market.published().id for _ in range(2)}
    update(market.house, batch(*({"twip_id": twip_id} for twip_id in twips)))
    market.house.ratings.commit(market.irina.id, lambda _: Rating(fives=1))
    market.house.hands.forward(2_000)
    assert failed(update(market.house, batch({"performer_id": market.irina.id}))) == []
    query = Query(rating_min_tenths=42)
    page = market.house.search.find(query, callable_only=False, cursor=None, limit=50)
    assert {one.face.twip_id for one in page.items} == twips
    assert len(market.house.index_bucket.files) == 2


def test_a_message_that_says_nothing_is_given_back_alone(market: Market) -> None:
    twip = market.published()
    bad: list[Any] = ["no json", [], {}, {"twip_id": 7}, {"rebuild": "yes"}, 1, {"performer_id": 7}, {"tidy": 1}]
    answer = update(market.house, batch(*bad, {"twip_id": twip.id}))
    assert failed(answer) == [f"m{number}" for number in range(len(bad))]
    assert found(market) == {twip.id}
    assert failed(update(market.house, batch("no json"))) == ["m0"]


def test_a_batch_that_fails_comes_again_whole(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    twip = market.published()
    with monkeypatch.context() as broken:
        broken.setattr(market.house.index_bucket, "put", lambda path, key: 1 / 0)
        assert failed(update(market.house, batch({"twip_id": twip.id}, {"twip_id": "0"}))) == ["m0", "m1"]
    assert failed(update(market.house, batch({"twip_id": twip.id}))) == []
    assert found(market) == {twip.id}
