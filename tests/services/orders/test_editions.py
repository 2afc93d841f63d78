"""What was bought is kept under the digest of what it says (D10)."""

from dataclasses import asdict, replace

import pytest

from chalicelib.domain.content import Content, FilesOffer, Text, WorkOffer
from chalicelib.domain.goods import Goods
from chalicelib.domain.kinds import Lang, Mode
from chalicelib.domain.orders.editions import Edition, edition_of
from chalicelib.services.changes import Insert, Ref
from chalicelib.services.keys import fingerprint
from chalicelib.storage.codec import decode, encode
from tests.support.goods import LETTER, LINK, PHOTO, PLAN
from tests.support.house import House

SAID = Content((Lang.EN,), {Lang.EN: Text("Forms of leases", "All that I use.")})
SOLD = Goods((PLAN, LETTER), (LINK,))


def of(goods: Goods) -> Content:
    return replace(SAID, files=FilesOffer(50_000, goods))


@pytest.mark.rule("D10")
def test_a_buyer_of_files_keeps_the_version_that_was_bought(house: House) -> None:
    bought = edition_of("twip", of(SOLD))
    house.store.commit(Insert(bought))
    assert house.store.get(Ref(Edition, "twip", bought.digest)) == bought
    assert bought.goods == SOLD


@pytest.mark.rule("D10")
@pytest.mark.parametrize(
    "other",
    [
        Goods((LETTER, PLAN), (LINK,)),
        Goods((PLAN, LETTER)),
        Goods((PLAN, PHOTO), (LINK,)),
        Goods((replace(PLAN, place="elsewhere"), LETTER), (LINK,)),
        Goods((PLAN, LETTER), (f"{LINK}/2",)),
    ],
)
def test_other_goods_are_another_edition_and_the_same_ones_the_same(other: Goods) -> None:
    assert edition_of("twip", of(SOLD)) == edition_of("twip", replace(of(SOLD), files=FilesOffer(1, SOLD)))
    assert edition_of("twip", of(other)).digest != edition_of("twip", of(SOLD)).digest


@pytest.mark.rule("D10")
@pytest.mark.parametrize("content", [replace(SAID, prices={Mode.VIDEO: 1}), replace(SAID, work=WorkOffer(1, 7))])
def test_an_edition_without_goods_has_the_digest_that_it_had_before_there_were_any(content: Content) -> None:
    edition = edition_of("twip", content)
    before = {name: value for name, value in asdict(edition).items() if name != "goods"}
    assert edition.digest == fingerprint({**before, "digest": ""})


def test_an_edition_of_an_earlier_build_is_still_read() -> None:
    edition = edition_of("twip", replace(SAID, work=WorkOffer(1, 7)))
    stored = encode(edition)
    assert "goods" not in stored
    assert decode(Edition, stored) == edition
