"""The goods of an order: had only after payment, for good, by links that are counted; and by nobody else (R77, R78, D10, D26, D33, D34)."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.content import FilesOffer
from chalicelib.domain.errors import BeingChecked, Forbidden, NotFound, Unavailable, WrongState
from chalicelib.domain.goods import Goods
from chalicelib.services.changes import Save
from chalicelib.services.orders.goods import Bought
from chalicelib.services.people.staff import Change
from dynamo.requests import Request
from tests.support.courts import Court
from tests.support.house import House
from tests.support.people import caller, settle
from tests.support.scanner import scan_all, with_scanner
from tests.support.shop import BOLD, FONTS, LIGHT, LINKS, PRICE, Shop
from tests.support.works import Job


@pytest.fixture
def shop(house: House) -> Shop:
    return Shop(house)


def given(shop: Shop) -> dict[str, int]:
    """As the performer sees it."""
    return shop.house.order_goods.read(shop.pavel.id, shop.order_id).given


@pytest.mark.rule("R77", "R78")
def test_both_sides_have_the_files_and_links_of_the_order_and_nobody_else_does(shop: Shop) -> None:
    goods = shop.house.order_goods
    for user in (shop.vera, shop.pavel):
        assert goods.read(user.id, shop.order_id) == Bought(Goods((BOLD, LIGHT), LINKS), {})
    stranger = settle(shop.house, "oleg@example.org").id
    with pytest.raises(NotFound):
        goods.read(stranger, shop.order_id)
    with pytest.raises(NotFound):
        goods.link(stranger, shop.order_id, "bold")


@pytest.mark.rule("R78", "D26")
def test_a_link_gives_a_file_under_its_real_name_for_minutes(shop: Shop) -> None:
    found = shop.house.order_goods.link(shop.vera.id, shop.order_id, "bold")
    assert found.url == "/files/attachments/place-of-bold?name=Вывеска жирная.otf&life=300"
    assert found.until_ms == shop.house.hands.at_ms + 300_000


@pytest.mark.rule("D26")
@pytest.mark.parametrize("file_id", ["", "place-of-bold", "0", "../bold", "BOLD"])
def test_a_guessed_name_is_no_file(shop: Shop, file_id: str) -> None:
    with pytest.raises(NotFound) as refused:
        shop.house.order_goods.link(shop.vera.id, shop.order_id, file_id)
    assert refused.value.what == "file"
    assert given(shop) == {}


@pytest.mark.rule("R78")
def test_each_link_that_the_customer_is_given_is_counted_by_file_and_no_other(shop: Shop) -> None:
    goods = shop.house.order_goods
    for file_id in ("bold", "light", "bold"):
        goods.link(shop.vera.id, shop.order_id, file_id)
    goods.link(shop.pavel.id, shop.order_id, "light")
    assert given(shop) == {"bold": 2, "light": 1}


@pytest.mark.rule("R78")
def test_of_two_links_at_once_neither_is_forgotten(shop: Shop) -> None:
    goods = shop.house.order_goods
    goods.link(shop.vera.id, shop.order_id, "bold")

    def strike(name: str, request: Request) -> None:
        if name == "put_item":
            shop.house.dynamo.before = None
            goods.link(shop.vera.id, shop.order_id, "light")

    shop.house.dynamo.before = strike
    goods.link(shop.vera.id, shop.order_id, "bold")
    assert given(shop) == {"bold": 2, "light": 1}


@pytest.mark.rule("R77")
def test_the_order_stands_while_the_storage_is_away_and_the_link_comes_later(shop: Shop) -> None:
    goods, storage = shop.house.order_goods, shop.house.file_storage
    storage.broken = True
    with pytest.raises(Unavailable):
        goods.link(shop.vera.id, shop.order_id, "bold")
    assert (shop.order.body.access, given(shop)) == (True, {})
    assert goods.read(shop.vera.id, shop.order_id).goods.links == LINKS
    storage.broken = False
    assert goods.link(shop.vera.id, shop.order_id, "bold").url
    assert given(shop) == {"bold": 1}


def test_a_file_that_the_storage_has_lost_is_said_in_the_log_and_counted_for_nobody(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.house.file_storage.drop(BOLD.place)
    with pytest.raises(Unavailable):
        shop.house.order_goods.link(shop.vera.id, shop.order_id, "bold")
    assert "the storage lacks a file that was sold: bold" in caplog.text
    assert given(shop) == {}


@pytest.mark.rule("D10", "D33")
def test_a_buyer_keeps_the_version_that_was_bought_whatever_becomes_of_the_twip_and_its_author(shop: Shop) -> None:
    poorer = replace(FONTS, files=FilesOffer(PRICE, Goods((LIGHT,), ())))
    shop.house.store.commit(Save(replace(shop.twip, published=poorer, withdrawn=True)))
    shop.house.staff.change("somebody", shop.pavel.id, Change(blocked=True))
    goods = shop.house.order_goods
    assert goods.read(shop.vera.id, shop.order_id).goods == Goods((BOLD, LIGHT), LINKS)
    assert goods.link(shop.vera.id, shop.order_id, "bold").url


@pytest.mark.rule("R77", "R84")
def test_a_customer_whose_access_a_verdict_has_ended_gets_neither_list_nor_link_and_the_performer_does(
    shop: Shop,
) -> None:
    court = Court(shop.house, shop)
    court.open()
    court.answer()
    court.assign(court.nina)
    court.rule(court.nina, PRICE, 0, keeps_goods=False)
    goods: Any = shop.house.order_goods
    asks: tuple[Any, ...] = (goods.read, lambda *of: goods.link(*of, "bold"))
    for ask in asks:
        with pytest.raises(WrongState) as refused:
            ask(shop.vera.id, shop.order_id)
        assert (refused.value.what, refused.value.state) == ("goods", "revoked")
        assert ask(shop.pavel.id, shop.order_id)
    assert given(shop) == {}


def test_an_order_of_anything_else_has_no_goods(house: House) -> None:
    job = Job(house)
    with pytest.raises(NotFound) as refused:
        house.order_goods.read(job.vera.id, job.order_id)
    assert refused.value.what == "goods"


# While a dispute is open


@pytest.mark.rule("R84", "D26", "D27", "D28")
def test_the_arbiter_has_them_while_the_dispute_is_open_and_each_reading_is_in_the_log(shop: Shop) -> None:
    court, desk = Court(shop.house, shop), shop.house.desk
    shop.house.order_goods.link(shop.vera.id, shop.order_id, "bold")
    court.open()
    court.answer()
    nina = caller(court.nina)
    with pytest.raises(Forbidden):
        desk.goods(nina, court.dispute_id)
    court.assign(court.nina)
    assert desk.goods(nina, court.dispute_id) == Bought(Goods((BOLD, LIGHT), LINKS), {"bold": 1})
    assert "place-of-light" in desk.goods_link(nina, court.dispute_id, "light").url
    assert [line.facts["what"] for line in court.log[-2:]] == ["goods", "goods light"]
    assert given(shop) == {"bold": 1}, "what staff looks at counts for nobody"
    for other in (caller(court.oleg), caller(court.vera)):
        with pytest.raises(Forbidden):
            desk.goods_link(other, court.dispute_id, "light")
    court.rule(court.nina, 0, PRICE, keeps_goods=True)
    with pytest.raises(NotFound):
        desk.goods(nina, court.dispute_id)


@pytest.mark.rule("D28")
def test_nothing_is_shown_to_staff_that_the_log_has_not_kept(shop: Shop) -> None:
    court = Court(shop.house, shop)
    court.open()
    court.answer()
    court.assign(court.nina)
    lines = len(court.log)

    def lose(name: str, request: Request) -> None:
        if name == "put_item":
            raise Unavailable

    shop.house.dynamo.before = lose
    with pytest.raises(Unavailable):
        shop.house.desk.goods_link(caller(court.nina), court.dispute_id, "light")
    shop.house.dynamo.before = None
    assert len(court.log) == lines


@pytest.mark.rule("R84")
def test_a_dispute_about_anything_else_has_no_goods(house: House) -> None:
    court = Court(house).taken()
    with pytest.raises(NotFound) as refused:
        house.desk.goods(caller(court.nina), court.dispute_id)
    assert refused.value.what == "goods"


@pytest.mark.rule("D34")
def test_the_two_sides_keep_them_while_the_dispute_is_open(shop: Shop) -> None:
    court = Court(shop.house, shop)
    court.open()
    goods: Any = shop.house.order_goods
    assert all(goods.link(user.id, shop.order_id, "bold") for user in (shop.vera, shop.pavel))


@pytest.mark.rule("D26")
def test_a_file_that_was_not_scanned_is_held_for_its_buyer_uncounted_and_there_for_its_performer(shop: Shop) -> None:
    with_scanner(shop.house)
    goods = shop.house.order_goods
    assert goods.link(shop.pavel.id, shop.order_id, "bold").url
    with pytest.raises(BeingChecked):
        goods.link(shop.vera.id, shop.order_id, "bold")
    assert given(shop) == {}
    scan_all(shop.house)
    assert goods.link(shop.vera.id, shop.order_id, "bold").url
    assert given(shop) == {"bold": 1}
