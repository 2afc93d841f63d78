"""Disputes over files: the money comes back from the performer, as a debt if it must, and access ends where the end says so (R83, R84)."""

import pytest

from chalicelib.domain.disputes.dispute import Phase
from chalicelib.domain.errors import AlreadyDisputed, AlreadyOrdered, FieldError, InvalidInput, NotCovered, WindowClosed
from chalicelib.domain.orders.files import FilesState
from chalicelib.services.keys import bought_id
from tests.support.courts import Court
from tests.support.house import House
from tests.support.people import caller
from tests.support.sales import account, fund
from tests.support.shop import DAY, PRICE, SHARE, Shop


@pytest.fixture
def shop(house: House) -> Shop:
    return Shop(house)


@pytest.fixture
def court(shop: Shop) -> Court:
    """Vera has opened a dispute about the fonts, Pavel has answered, and Nina has it."""
    found = Court(shop.house, shop)
    found.open()
    found.answer()
    found.assign(found.nina)
    return found


@pytest.mark.rule("R83", "D27")
@pytest.mark.parametrize("who", ["vera", "pavel"])
def test_either_side_opens_one_and_all_that_was_paid_lies_in_dispute(shop: Shop, who: str) -> None:
    court = Court(shop.house, shop)
    opened = court.open(getattr(court, who))
    assert (opened.about.kind, opened.about.amount_minor, opened.about.in_escrow_minor) == ("files", PRICE, 0)
    assert shop.order.dispute == opened.id
    with pytest.raises(AlreadyDisputed):
        shop.give_back(1)


@pytest.mark.rule("R83", "D31")
def test_it_is_too_late_fourteen_days_after_the_purchase(shop: Shop) -> None:
    court = Court(shop.house, shop)
    court.wait(14)
    with pytest.raises(WindowClosed) as refused:
        court.open()
    assert refused.value.closed_ms == shop.order.created_ms + 14 * DAY


@pytest.mark.rule("R84", "D25")
def test_a_verdict_for_the_customer_takes_the_money_back_with_the_commission_and_ends_access_if_it_says_so(
    shop: Shop, court: Court
) -> None:
    decided = court.rule(court.nina, PRICE, 0, keeps_goods=False)
    assert (decided.keeps_goods, shop.state) == (False, FilesState.REVOKED)
    assert shop.balances == (3 * PRICE, 0, 0)
    assert (shop.order.dispute, shop.order.decided, shop.order.refunded_minor) == (None, True, PRICE)
    assert court.thread[-1].facts["keeps_goods"] == 0
    assert [mail.template for mail in shop.house.outbox.mails if mail.to == "vera@example.org"][-2:] == [
        "dispute_decided",
        "files_revoked",
    ]
    assert shop.clean()


@pytest.mark.rule("R84", "D27")
def test_a_verdict_may_leave_the_customer_the_goods_and_give_a_part_of_the_money_back(shop: Shop, court: Court) -> None:
    court.rule(court.nina, 4_000, PRICE - 4_000, keeps_goods=True)
    assert shop.state is FilesState.BOUGHT
    assert shop.house.outbox.last("vera@example.org").template == "dispute_decided"
    assert shop.balances == (2 * PRICE + 4_000, SHARE - 3_400, 900)
    assert shop.clean()


@pytest.mark.rule("R84", "D25")
def test_what_the_performer_has_spent_is_a_debt_that_later_sales_settle_and_the_customer_has_the_money_at_once(
    shop: Shop, court: Court
) -> None:
    shop.spend()
    court.rule(court.nina, PRICE, 0, keeps_goods=False)
    assert shop.balances == (3 * PRICE, -SHARE, 0)
    assert shop.clean()
    fund(shop.house, court.oleg, PRICE)
    shop.buy("oleg-key", by=court.oleg)
    assert account(shop.house, shop.pavel).available_minor == 0
    assert shop.clean()


@pytest.mark.rule("R84")
def test_a_verdict_over_files_says_whether_the_customer_keeps_them(court: Court) -> None:
    with pytest.raises(InvalidInput) as refused:
        court.rule(court.nina, PRICE, 0)
    assert refused.value.errors == (FieldError("keeps_goods", "required"),)


@pytest.mark.rule("R84")
def test_no_verdict_takes_the_files_and_gives_nothing_back_for_them(shop: Shop, court: Court) -> None:
    with pytest.raises(InvalidInput) as refused:
        court.rule(court.nina, 0, PRICE, keeps_goods=False)
    assert refused.value.errors == (FieldError("keeps_goods", "nothing_back"),)
    assert shop.order.dispute == court.dispute_id
    assert court.rule(court.nina, 1, PRICE - 1, keeps_goods=False).keeps_goods is False


@pytest.mark.rule("R84")
def test_a_verdict_over_anything_else_does_not(house: House) -> None:
    court = Court(house).taken()
    with pytest.raises(InvalidInput) as refused:
        court.rule(court.nina, PRICE, 0, keeps_goods=True)
    assert refused.value.errors == (FieldError("keeps_goods", "not_allowed"),)
    assert court.rule(court.nina, PRICE, 0).keeps_goods is None


@pytest.mark.rule("D31")
def test_when_nobody_decides_the_performer_keeps_the_money_and_the_customer_the_goods(shop: Shop) -> None:
    court = Court(shop.house, shop)
    court.open()
    while court.dispute.ended_ms is None:
        court.wait(1)
        court.lapse()
    assert (court.dispute.phase, court.dispute.keeps_goods) == (Phase.DECIDED, True)
    assert (shop.state, shop.balances) == (FilesState.BOUGHT, (2 * PRICE, SHARE, 1_500))


@pytest.mark.rule("D27")
@pytest.mark.parametrize(
    ("back_minor", "state"), [(PRICE, FilesState.REVOKED), (PRICE - 1, FilesState.BOUGHT), (0, FilesState.BOUGHT)]
)
def test_by_agreement_access_stays_unless_all_of_the_money_goes_back(
    shop: Shop, court: Court, back_minor: int, state: FilesState
) -> None:
    settled = court.agree(court.pavel, court.propose(court.vera, back_minor))
    assert (shop.state, settled.keeps_goods) == (state, state is FilesState.BOUGHT)
    assert shop.balances[0] == 2 * PRICE + back_minor
    assert shop.clean()


@pytest.mark.rule("D25")
def test_nobody_agrees_to_give_what_they_have_spent(shop: Shop, court: Court) -> None:
    shop.spend()
    number = court.propose(court.vera, PRICE)
    with pytest.raises(NotCovered):
        court.agree(court.pavel, number)
    assert (shop.state, shop.order.dispute) == (FilesState.BOUGHT, court.dispute_id)


@pytest.mark.rule("D27")
def test_a_withdrawn_dispute_leaves_all_as_it_was_but_for_the_time_that_it_took(shop: Shop, court: Court) -> None:
    court.wait(3)
    court.withdraw()
    order = shop.order
    assert (shop.state, order.dispute, order.decided) == (FilesState.BOUGHT, None, False)
    assert order.rests[0].to_ms - order.rests[0].from_ms >= 3 * DAY
    assert order.review is not None
    assert order.review.due_ms == order.created_ms + 30 * DAY + order.rests[0].to_ms - order.rests[0].from_ms


@pytest.mark.rule("D9", "R33")
def test_whoever_has_the_goods_no_more_may_buy_them_again_and_once_again(shop: Shop, court: Court) -> None:
    court.rule(court.nina, PRICE, 0, keeps_goods=False)
    page = shop.house.twips.read(shop.twip.id, caller(shop.vera))
    assert (page.latest, page.bought) == (shop.order_id, False)
    again = shop.buy("second-key")
    assert again.id == bought_id(shop.vera.id, shop.twip.id, 2)
    assert shop.balances == (2 * PRICE, SHARE, 1_500)
    page = shop.house.twips.read(shop.twip.id, caller(shop.vera))
    assert (page.latest, page.bought) == (again.id, True)
    with pytest.raises(AlreadyOrdered) as refused:
        shop.buy("third-key")
    assert refused.value.order_id == again.id
    assert shop.buy() == shop.house.order_queries.one(shop.vera.id, shop.order_id).order.as_placed, "a late repeat"
    assert shop.clean()
