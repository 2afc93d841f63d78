"""Buying files: once a customer, paid out at once, and the customer's from then on (R26, R31, R33, R79 to R82, D9, D10, D12, D33)."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.content import Content, FilesOffer, Text
from chalicelib.domain.errors import (
    AlreadyOrdered,
    EditionChanged,
    FieldError,
    InsufficientFunds,
    InvalidInput,
    KeyReused,
    NotFound,
    OwnTwip,
    PriceChanged,
    Unavailable,
)
from chalicelib.domain.goods import Goods
from chalicelib.domain.kinds import Lang, Mode
from chalicelib.domain.orders.files import Files, FilesState
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.threads import Reader
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import Ref, Save
from chalicelib.services.frames import Balance
from chalicelib.services.keys import bought_id
from chalicelib.services.orders.threads import Unread
from chalicelib.services.people.staff import Change
from chalicelib.services.workflows import Machine
from dynamo.requests import Request
from tests.support.house import House
from tests.support.outages import away_after_the_next_commit
from tests.support.people import caller, settle
from tests.support.sales import TEXT_MINOR, account, fund, offer
from tests.support.shop import BOLD, FONTS, LIGHT, LINKS, PRICE, SHARE, Shop, edition_for


@pytest.fixture
def shop(house: House) -> Shop:
    return Shop(house)


def another(shop: Shop, name: str = "other fonts") -> Twip:
    """Pavel sells something else at the same price."""
    return offer(shop.house, shop.pavel, FONTS, name)


# Paying


@pytest.mark.rule("R26", "R31", "R81", "D11")
def test_the_whole_price_goes_to_the_performer_at_once_less_commission_and_can_be_spent(shop: Shop) -> None:
    order = shop.order
    assert (order.body, order.escrow_minor, order.ended_ms) == (Files(), 0, order.created_ms)
    assert shop.balances == (2 * PRICE, SHARE, 1_500)
    shop.spend()
    assert shop.balances == (2 * PRICE, 0, 1_500)
    assert shop.clean()


@pytest.mark.rule("R81")
def test_a_statement_tells_a_sale_by_its_name_to_both_sides(shop: Shop) -> None:
    for user, amount_minor, commission_minor in ((shop.vera, -PRICE, 0), (shop.pavel, SHARE, 1_500)):
        line = shop.house.accounts.statement(user.id, cursor=None, limit=1).items[0]
        assert (line.kind, line.order_id) == ("sale", shop.order_id)
        assert (line.amount_minor, line.commission_minor) == (amount_minor, commission_minor)


@pytest.mark.rule("R27", "R29", "D9")
def test_they_are_bought_at_the_confirmed_price_by_who_has_the_money_and_not_by_their_author(shop: Shop) -> None:
    fonts = another(shop)
    with pytest.raises(PriceChanged) as changed:
        shop.buy("second-key", twip=fonts, price_minor=PRICE - 1)
    assert changed.value.price_minor == PRICE
    poor = settle(shop.house, "poor@example.org")
    fund(shop.house, poor, PRICE - 1)
    with pytest.raises(InsufficientFunds) as short:
        shop.buy(by=poor)
    assert short.value.missing_minor == 1
    with pytest.raises(OwnTwip):
        shop.buy(by=shop.pavel)
    with pytest.raises(NotFound):
        shop.buy("second-key", twip=replace(shop.twip, id="0" * 26))
    assert shop.balances == (2 * PRICE, SHARE, 1_500)


@pytest.mark.rule("R29", "D10")
@pytest.mark.parametrize(
    "revised",
    [
        replace(FONTS, files=FilesOffer(PRICE, Goods((BOLD,), LINKS))),
        replace(FONTS, files=FilesOffer(PRICE, Goods((BOLD, replace(LIGHT, place="newer")), LINKS))),
        replace(FONTS, files=FilesOffer(PRICE, Goods((BOLD, LIGHT)))),
        replace(FONTS, texts={**FONTS.texts, Lang.EN: Text("Fonts", "Only two faces are ready.")}),
    ],
)
def test_whoever_has_not_seen_what_is_sold_by_now_pays_nothing_and_confirms_anew(shop: Shop, revised: Content) -> None:
    seen = another(shop)
    current = replace(seen, published=revised)
    shop.house.store.commit(Save(current))
    with pytest.raises(EditionChanged) as changed:
        shop.buy("second-key", twip=seen)
    assert changed.value.edition == shop.house.twips.read(seen.id, caller(shop.vera)).edition != edition_for(seen)
    assert shop.balances == (2 * PRICE, SHARE, 1_500)
    bought = shop.buy("second-key", twip=current)
    assert bought.terms.edition == changed.value.edition
    assert shop.clean()


@pytest.mark.rule("R29", "D12")
def test_a_repeat_after_a_revision_is_the_first_answer_and_the_key_buys_no_other_edition(shop: Shop) -> None:
    current = replace(shop.twip, published=replace(FONTS, files=FilesOffer(PRICE, Goods((BOLD,)))))
    shop.house.store.commit(Save(current))
    assert shop.buy() == shop.order
    with pytest.raises(KeyReused):
        shop.buy(twip=current)
    with pytest.raises(AlreadyOrdered):
        shop.buy("second-key")


def test_a_consultation_is_not_bought_as_files(shop: Shop) -> None:
    talk = offer(shop.house, shop.pavel)
    with pytest.raises(InvalidInput) as refused:
        shop.buy("second-key", twip=talk, price_minor=TEXT_MINOR)
    assert refused.value.errors == (FieldError("kind", "not_offered"),)


# Once


@pytest.mark.rule("D9")
def test_what_was_bought_is_not_sold_again_to_the_same_customer_and_the_refusal_names_the_order(shop: Shop) -> None:
    with pytest.raises(AlreadyOrdered) as refused:
        shop.buy("second-key")
    assert refused.value.order_id == shop.order_id
    assert shop.balances == (2 * PRICE, SHARE, 1_500)
    dina = settle(shop.house, "dina@example.org")
    fund(shop.house, dina, PRICE)
    assert shop.buy(by=dina).id != shop.order_id, "another customer buys them"


@pytest.mark.rule("D9")
def test_also_when_it_costs_something_else_by_now_or_was_withdrawn(shop: Shop) -> None:
    dearer = replace(FONTS, files=FilesOffer(2 * PRICE))
    shop.house.store.commit(Save(replace(shop.twip, published=dearer)))
    with pytest.raises(AlreadyOrdered):
        shop.buy("second-key")
    shop.house.store.commit(Save(replace(shop.twip, published=dearer, withdrawn=True, version=1)))
    with pytest.raises(AlreadyOrdered):
        shop.buy("third-key")


@pytest.mark.rule("D9")
def test_of_two_purchases_at_once_one_is_made(shop: Shop) -> None:
    fonts = another(shop)
    first: list[Any] = []

    def strike(name: str, request: Request) -> None:
        if name == "transact_write_items":
            shop.house.dynamo.before = None
            first.append(shop.buy("second-key", twip=fonts))

    shop.house.dynamo.before = strike
    with pytest.raises(AlreadyOrdered) as refused:
        shop.buy("third-key", twip=fonts)
    assert refused.value.order_id == first[0].id == bought_id(shop.vera.id, fonts.id, 1)
    assert account(shop.house, shop.vera).available_minor == PRICE
    assert shop.clean()


@pytest.mark.rule("D12")
def test_a_repeat_is_the_first_answer_and_the_key_with_another_body_is_refused(shop: Shop) -> None:
    assert shop.buy() == shop.order
    with pytest.raises(KeyReused):
        shop.buy(price_minor=PRICE + 1)
    with pytest.raises(KeyReused):
        shop.buy("order-key", twip=another(shop))
    assert shop.balances == (2 * PRICE, SHARE, 1_500)


@pytest.mark.rule("D12")
def test_a_key_is_of_one_request_whatever_is_bought_by_it(shop: Shop) -> None:
    talk = offer(shop.house, shop.pavel)
    fund(shop.house, shop.vera, TEXT_MINOR)
    consultations = shop.house.consultations
    with pytest.raises(KeyReused):
        consultations.place(shop.vera.id, twip_id=talk.id, mode=Mode.TEXT, price_minor=TEXT_MINOR, key="order-key")
    consultations.place(shop.vera.id, twip_id=talk.id, mode=Mode.TEXT, price_minor=TEXT_MINOR, key="talk-key")
    with pytest.raises(KeyReused):
        shop.buy("talk-key", twip=another(shop))


@pytest.mark.rule("D12")
def test_of_two_requests_of_one_key_at_once_for_different_twips_one_is_made(shop: Shop) -> None:
    mine, theirs = another(shop, "mine"), another(shop, "theirs")

    def strike(name: str, request: Request) -> None:
        if name == "put_item" and request["Item"]["pk"]["S"].startswith("KEY#"):
            shop.house.dynamo.before = None
            shop.buy("second-key", twip=theirs)

    shop.house.dynamo.before = strike
    with pytest.raises(KeyReused):
        shop.buy("second-key", twip=mine)
    assert account(shop.house, shop.vera).available_minor == PRICE


@pytest.mark.rule("D12")
def test_a_purchase_that_was_refused_may_be_sent_again_when_there_is_money(shop: Shop) -> None:
    poor = settle(shop.house, "poor@example.org")
    with pytest.raises(InsufficientFunds):
        shop.buy(by=poor)
    fund(shop.house, poor, PRICE)
    assert shop.buy(by=poor).customer_id == poor.id


@pytest.mark.rule("D12")
def test_a_purchase_that_ended_between_the_key_and_the_money_may_be_sent_again(shop: Shop) -> None:
    fonts = another(shop)

    def lose(name: str, request: Request) -> None:
        if name == "transact_write_items":
            raise ReadTimeoutError(endpoint_url="https://dynamodb.example")

    shop.house.dynamo.before = lose
    with pytest.raises(Unavailable):
        shop.buy("second-key", twip=fonts)
    shop.house.dynamo.before = None
    assert shop.buy("second-key", twip=fonts).body.access


# What both have of it


@pytest.mark.rule("R80")
def test_the_performer_is_mailed_what_they_have_earned_with_a_link_to_the_order(shop: Shop) -> None:
    mail = shop.house.outbox.last("pavel@example.org")
    assert (mail.template, mail.lang) == ("files_sold", "en")
    link = f"https://twip.example/orders/{shop.order_id}"
    assert mail.facts == {"link": link, "title": "Fonts", "other": "Vera", "earned": "₽85.01"}


@pytest.mark.rule("R80", "R52")
def test_the_performers_pages_are_told_of_the_money(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(
        type(shop.house.connections), "tell_user", lambda _, user_id, *frames: told.extend((user_id, f) for f in frames)
    )
    dina = settle(shop.house, "dina@example.org")
    fund(shop.house, dina, PRICE)
    shop.buy(by=dina)
    assert (shop.pavel.id, Balance(2 * SHARE)) in told


@pytest.mark.rule("R32", "R82")
def test_it_is_listed_among_the_orders_of_one_and_the_sales_of_the_other(shop: Shop) -> None:
    for user, side in ((shop.vera, Side.CUSTOMER), (shop.pavel, Side.PERFORMER)):
        (seen,) = shop.house.order_queries.listed(user.id, side, cursor=None, limit=9).items
        assert (seen.order.id, seen.side, seen.order.body) == (shop.order_id, side, Files())


@pytest.mark.rule("R82")
def test_a_sale_is_news_to_its_performer_until_they_have_read_it(shop: Shop) -> None:
    assert shop.house.threads.unread(shop.pavel.id) == Unread(orders=0, sales=1, disputes=0)
    reader = shop.house.store.get(Ref(Reader, shop.order_id, Party.PERFORMER))
    assert reader is not None
    assert reader.mailed
    shop.house.threads.read(shop.pavel.id, shop.order_id, reader.newest_ms)
    assert shop.house.threads.unread(shop.pavel.id) == Unread(orders=0, sales=0, disputes=0)


def test_what_is_bought_is_bought_also_when_nothing_after_it_can_be_done(shop: Shop) -> None:
    fonts = another(shop)
    away_after_the_next_commit(shop.house)
    placed = shop.buy("second-key", twip=fonts)
    assert placed.body.access


@pytest.mark.rule("R79")
def test_the_two_correspond_in_it_and_nobody_else(shop: Shop) -> None:
    shop.house.hands.forward(1)
    threads = shop.house.threads
    threads.write(shop.vera.id, shop.order_id, "Is there a bold face?", (), key="message-key")
    part = threads.part(shop.pavel.id, shop.order_id, cursor=None, limit=9)
    assert ([entry.text for entry in part.entries.items], part.is_open) == (["Is there a bold face?"], True)
    with pytest.raises(NotFound):
        threads.part(settle(shop.house, "oleg@example.org").id, shop.order_id, cursor=None, limit=9)


@pytest.mark.rule("R33", "D9")
def test_the_twips_page_leads_its_buyer_to_the_order_and_nobody_else(shop: Shop) -> None:
    page = shop.house.twips.read(shop.twip.id, caller(shop.vera))
    assert (page.latest, page.bought) == (shop.order_id, True)
    for reader in (caller(shop.pavel), None):
        page = shop.house.twips.read(shop.twip.id, reader)
        assert (page.latest, page.bought) == (None, False)


@pytest.mark.rule("D10", "D33")
def test_a_buyer_keeps_what_was_bought_whatever_becomes_of_the_twip_and_its_author(shop: Shop) -> None:
    changed = replace(FONTS, texts={Lang.EN: Text("One face", "There is one face only now.")}, languages=(Lang.EN,))
    shop.house.store.commit(Save(replace(shop.twip, published=changed, withdrawn=True)))
    page = shop.house.twips.read(shop.twip.id, caller(shop.vera))
    assert (page.latest, page.twip.on_sale) == (shop.order_id, False)
    shop.house.staff.change("somebody", shop.pavel.id, Change(blocked=True))
    seen = shop.house.order_queries.one(shop.vera.id, shop.order_id)
    assert seen.order.body.access
    assert seen.edition is not None
    assert seen.edition.titles == {"ru": "Шрифты", "en": "Fonts"}


@pytest.mark.rule("R81")
def test_no_state_machine_waits_for_it_and_its_customer_is_asked_for_a_review(shop: Shop) -> None:
    assert shop.house.executions_of[Machine.ORDER].started == {}
    shop.house.hands.forward(3 * 86_400_000)
    shop.house.order_terms.lapse(shop.order_id)
    assert shop.house.outbox.last("vera@example.org").template == "review_asked"


@pytest.mark.rule("D24")
def test_it_may_be_reviewed_from_the_purchase_on(shop: Shop) -> None:
    shop.house.hands.forward(1)
    shop.house.reviews.write(shop.vera.id, shop.order_id, 5, "All three are fine.")
    page = shop.house.reviews.of_twip(shop.twip.id, cursor=None, limit=9)
    assert [(told.review.stars, told.review.kind) for told in page.items] == [(5, "files")]


# Giving back


@pytest.mark.rule("E12", "D10", "D9")
def test_the_performer_may_give_any_part_back_and_takes_no_goods_away_by_it(shop: Shop) -> None:
    shop.give_back(1_000)
    assert shop.balances == (2 * PRICE + 1_000, SHARE - 850, 1_350)
    shop.give_back(PRICE - 1_000, "another-key")
    assert shop.balances == (3 * PRICE, 0, 0)
    assert (shop.state, shop.order.refunded_minor) == (FilesState.BOUGHT, PRICE)
    assert shop.clean()
    with pytest.raises(AlreadyOrdered):
        shop.buy("second-key")
