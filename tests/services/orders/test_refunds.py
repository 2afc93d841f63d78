"""The performer gives money back by their own choice."""

from dataclasses import replace

import pytest

from chalicelib.billing import ledger
from chalicelib.domain.errors import AlreadyDisputed, Forbidden, KeyReused, NotCovered, NotFound
from chalicelib.domain.orders.order import Order, WorkOrder
from chalicelib.domain.orders.refunds import Refund
from chalicelib.services.changes import AccountChange, Insert, Record, Ref, Save
from chalicelib.services.orders.acting import money
from tests.support.orders import work
from tests.support.trade import COMMISSION, MINUTE, PRICE, SHARE, Trade

pytestmark = pytest.mark.rule("E12")


@pytest.fixture
def trade() -> Trade:
    return Trade()


def talked(trade: Trade) -> str:
    """A session of two blocks is over, and Pavel was paid for both."""
    trade.running()
    trade.boundary(1)
    trade.forward(MINUTE)
    trade.house.calls.hang_up(trade.pavel, trade.session_id)
    assert trade.account("pavel").available_minor == 2 * SHARE
    trade.quiet()
    return trade.session_id


def ordered(trade: Trade) -> WorkOrder:
    """Work is ordered: its price is in escrow."""
    order = work(trade.house.ids.new(), price_minor=PRICE, at_ms=trade.now_ms)
    entry = ledger.order(customer_id="cora", order_id=order.id, price_minor=PRICE, at_ms=trade.now_ms)
    trade.store.commit(Insert(order), *money(entry))
    return order


def give_back(trade: Trade, session_id: str, amount_minor: int, key: str = "refund-key", who: str = "pavel") -> Refund:
    trade.forward(1)
    return trade.house.refunds.of_session(who, session_id, amount_minor, key=key)


def differences(trade: Trade) -> list[str]:
    """What the audit finds, but for the scene's own money, which came without a top-up."""
    found = [difference.what for difference in trade.house.audit.run().differences]
    return [what for what in found if what != "credit of what is not stored"]


def held(trade: Trade, *names: str) -> list[int]:
    return [trade.account(name).available_minor for name in names]


@pytest.mark.rule("D11")
def test_any_part_of_a_session_goes_back_with_the_commission_on_it(trade: Trade) -> None:
    session_id = talked(trade)
    (before,) = held(trade, "cora")
    give_back(trade, session_id, PRICE)
    assert held(trade, "cora", "pavel") == [before + PRICE, SHARE]
    assert trade.account("pavel").fee_minor == COMMISSION
    give_back(trade, session_id, 1, "another-key")
    give_back(trade, session_id, PRICE - 1, "third-key")
    assert held(trade, "cora", "pavel") == [before + 2 * PRICE, 0]
    assert (trade.account("pavel").fee_minor, trade.session.refunded_minor) == (0, 2 * PRICE)
    assert differences(trade) == []


@pytest.mark.rule("D12")
def test_a_repeat_gives_back_once_and_the_same_key_with_another_sum_is_refused(trade: Trade) -> None:
    session_id = talked(trade)
    first = give_back(trade, session_id, 5_000)
    assert give_back(trade, session_id, 5_000) == first
    with pytest.raises(KeyReused):
        give_back(trade, session_id, 5_001)
    assert trade.session.refunded_minor == 5_000


@pytest.mark.rule("D25")
def test_a_performer_gives_nothing_that_they_do_not_have(trade: Trade) -> None:
    session_id = talked(trade)
    spent = ledger.order(customer_id="pavel", order_id="o9", price_minor=2 * SHARE - 100, at_ms=trade.now_ms)
    trade.store.commit(AccountChange("pavel", 100 - 2 * SHARE), Record(spent))
    with pytest.raises(NotCovered) as refused:
        give_back(trade, session_id, PRICE)
    assert refused.value.missing_minor == SHARE - 100
    assert held(trade, "pavel") == [100]


@pytest.mark.rule("D34")
def test_it_is_the_performers_choice_and_nobody_elses_business(trade: Trade) -> None:
    session_id = talked(trade)
    trade.person("eve")
    for who, refusal in (("cora", Forbidden), ("eve", NotFound)):
        with pytest.raises(refusal):
            give_back(trade, session_id, PRICE, who=who)
    for unknown in ("x" * 26, f"{trade.order_id}-0009"):
        with pytest.raises(NotFound):
            give_back(trade, unknown, PRICE)


@pytest.mark.rule("D27")
def test_while_a_dispute_is_open_nothing_is_given_back_also_not_a_moment_later(trade: Trade) -> None:
    session_id = talked(trade)

    def opens() -> None:
        trade.store.commit(Save(replace(trade.order, dispute="d1")))

    with trade.meanwhile("transact_write_items", opens), pytest.raises(AlreadyDisputed):
        give_back(trade, session_id, PRICE)
    assert trade.session.refunded_minor == 0


def test_of_two_at_once_each_counts_and_no_more_goes_back_than_was_paid(trade: Trade) -> None:
    session_id = talked(trade)
    with trade.meanwhile("transact_write_items", lambda: give_back(trade, session_id, PRICE, "other-key")):
        give_back(trade, session_id, PRICE)
    assert trade.session.refunded_minor == 2 * PRICE
    assert differences(trade) == []


@pytest.mark.rule("E17")
def test_both_are_told_and_the_customer_is_mailed_once(trade: Trade) -> None:
    session_id = talked(trade)
    for _ in range(2):
        give_back(trade, session_id, 150_00)
    assert trade.told(trade.cora) == ["order.updated", "balance"]
    assert trade.told(trade.pavel) == ["order.updated", "balance"]
    (mail,) = trade.house.outbox.mails
    assert (mail.to, mail.template) == ("cora@example.org", "refunded")
    assert mail.facts == {
        "title": "Advice",
        "sum": "₽150.00",
        "link": f"https://twip.example/orders/{trade.order_id}",
    }


@pytest.mark.rule("E6")
def test_both_statements_name_the_session(trade: Trade) -> None:
    session_id = talked(trade)
    give_back(trade, session_id, PRICE)
    for user_id, amount_minor in (("cora", PRICE), ("pavel", -SHARE)):
        line = trade.house.accounts.statement(user_id).items[0]
        assert (line.kind, line.amount_minor) == (ledger.Kind.REPAYMENT, amount_minor)
        assert (line.session_id, line.order_id, line.block) == (session_id, trade.order_id, None)


def test_a_part_of_what_lies_in_escrow_goes_back_from_there(trade: Trade) -> None:
    order = ordered(trade)
    (before,) = held(trade, "cora")
    trade.house.refunds.of_order("pavel", order.id, 1_000, key="refund-key")
    trade.house.refunds.of_order("pavel", order.id, 1_000, key="refund-key")
    stored = trade.found(Ref(Order, order.id))
    assert (stored.escrow_minor, stored.refunded_minor) == (PRICE - 1_000, 1_000)
    assert held(trade, "cora", "pavel") == [before + 1_000, 0]
    trade.house.refunds.of_order("pavel", order.id, PRICE - 1_000, key="the-rest-key")
    assert trade.found(Ref(Order, order.id)).escrow_minor == 0
    assert differences(trade) == []
