"""Cursors that nobody was given, and cards of earlier builds."""

import json
from typing import Any

import pytest

from chalicelib.domain.content import Content, FilesOffer, Text
from chalicelib.domain.errors import InvalidCursor
from chalicelib.domain.goods import Goods
from chalicelib.domain.kinds import Lang, TwipKind
from chalicelib.domain.search import Query, Sort
from chalicelib.storage.cursors import to_cursor
from chalicelib.storage.search.cards import DIGEST_BYTES, card_of, digest_in, face_in
from chalicelib.storage.search.find import _scope
from chalicelib.storage.search.listing import SPARE, Listing
from tests.storage.faces import face
from tests.storage.search.shop import Shop
from tests.support.goods import PLAN

PLACE = {"rank": "1", "ms": "1", "id": "1", "number": "0", "fit": "all", "least": "1", "misspelt": "0", "cut": "0"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    made = Shop(tmp_path_factory.mktemp("shop"))
    made.publish("1", "2", "3")
    return made


def made_up(query: Query, **said: str) -> str:
    place = {name: {"S": value} for name, value in (PLACE | said).items()}
    return to_cursor(_scope(query), place) or ""


@pytest.mark.parametrize(
    "said",
    [
        {"rank": "no number"},
        {"rank": "9" * 40},
        {"rank": "nan"},
        {"rank": "inf"},
        {"rank": "-1"},
        {"ms": "-1"},
        {"number": str(2**63)},
        {"id": "X'"},
        {"id": "\ud800"},
        {"fit": "better"},
        {"fit": "layout", "least": "2"},
        {"fit": "most"},
        {"fit": "most", "least": "0"},
        {"least": "2"},
        {"misspelt": "1"},
        {"misspelt": "-1"},
        {"fit": "typos", "misspelt": "2"},
        {"fit": "few"},
        {"fit": "few", "least": "0"},
        {"cut": "3"},
        {"cut": "-1"},
        {"fit": "typos", "least": "2", "cut": "6"},
        {"fit": "most", "least": "1", "cut": "x"},
    ],
)
@pytest.mark.parametrize("sort", [Sort.RELEVANCE, Sort.PRICE_ASC])
def test_a_cursor_that_leads_nowhere_is_refused(shop: Shop, said: dict[str, str], sort: Sort) -> None:
    query = Query("lease", sort=sort)
    with pytest.raises(InvalidCursor):
        shop.reader.find(query, cursor=made_up(query, **said), limit=1)


def test_a_place_beyond_all_hits_is_where_its_twip_stands(shop: Shop) -> None:
    query = Query("lease")
    found = shop.reader.find(query, cursor=made_up(query, number="1000000", rank="0.0", id="3", ms="3"), limit=1)
    assert [hit.face.twip_id for hit in found.hits] == ["2"]


def test_whatever_number_a_made_up_place_has_the_engine_makes_room_for_no_more_hits_than_there_are(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored = Listing._scored

    def bounded(self: Listing, number: int, start: int, asked: Any = None) -> Any:
        # The process would not live to tell.
        assert number + start <= 3 + 1 + SPARE
        return scored(self, number, start, asked)

    monkeypatch.setattr(Listing, "_scored", bounded)
    query = Query("lease")
    found = shop.reader.find(query, cursor=made_up(query, number=str(2**31), rank="0.0", id="3", ms="3"), limit=1)
    assert [hit.face.twip_id for hit in found.hits] == ["2"]


def rewritten(card: bytes, change: Any) -> bytes:
    fields = json.loads(card[DIGEST_BYTES:])
    change(fields["content"])
    return digest_in(card) + json.dumps(fields).encode()


def test_cards_that_an_earlier_build_wrote_are_still_read() -> None:
    def older(content: dict[str, Any]) -> None:
        content["texts"] = {"en": {"title": "Lease check", "description": "I read it."}}
        content |= {"price_minor": None, "days": None}
        del content["work"], content["files"], content["category"], content["tags"]

    assert face_in(rewritten(card_of(face("1", "Lease check", "I read it.")), older)) == face(
        "1", "Lease check", "I read it."
    )


def test_a_card_of_files_from_before_they_could_be_chosen_is_still_read() -> None:
    files = Content((Lang.EN,), {Lang.EN: Text("Fonts")}, files=FilesOffer(100, Goods((PLAN,))))
    card = rewritten(
        card_of(face("1", kind=TwipKind.FILES, content=files)), lambda content: content["files"].pop("goods")
    )
    assert face_in(card).content.files == FilesOffer(100)
