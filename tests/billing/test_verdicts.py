"""Money that goes back: nothing is made, nothing is lost, and the performer's part alone bears commission."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing import audit, escrow, ledger, verdicts
from chalicelib.billing.ledger import BlockTerms, Entry, Kind, Movement
from chalicelib.billing.verdicts import AGREEMENT, VERDICT, Cause
from chalicelib.domain.accounts import Account
from chalicelib.domain.disputes.dispute import Split
from chalicelib.domain.orders.order import ConsultationOrder
from tests.support.orders import changed, consultation
from tests.support.quarrels import about, quarrel

PRICE, NOW = 10_001, 1_790_000_000_000
"""At 1500 basis points the commission of the whole is 1,500."""
prices = st.integers(1, 10**9)
rates = st.one_of(st.integers(0, 10_000), st.sampled_from([0, 1500, 10_000]))


def held(price_minor: int = PRICE, bps: int = 1500) -> ConsultationOrder:
    return consultation("o1", price_minor=price_minor, at_ms=NOW, customer_id="cora", commission_bps=bps)


def paid_out(price_minor: int = PRICE, bps: int = 1500) -> ConsultationOrder:
    return changed(held(price_minor, bps), escrow_minor=0)


def postings(entry: Entry) -> dict[str, int]:
    assert sum(posting.amount_minor for posting in entry.postings) == 0
    return {posting.account: posting.amount_minor for posting in entry.postings}


def decide(
    order: ConsultationOrder, to_customer_minor: int, cause: Cause = VERDICT, kept_minor: int | None = None
) -> tuple[Entry, ...]:
    amount_minor = order.escrow_minor or (order.terms.price_minor if kept_minor is None else kept_minor)
    dispute = quarrel(about=about(amount_minor, order.escrow_minor))
    split = Split(to_customer_minor, amount_minor - to_customer_minor)
    after, entries = verdicts.divide(order, dispute, split, cause, kept_minor=amount_minor, at_ms=NOW)
    assert after.escrow_minor == 0
    return entries


@pytest.mark.rule("R73", "D27")
def test_a_verdict_divides_what_lies_in_escrow() -> None:
    (entry,) = decide(held(), 5_001)
    assert (entry.kind, entry.subject, entry.payee) == (Kind.VERDICT, "o1", "user:cora")
    assert postings(entry) == {"escrow:o1": -PRICE, "user:pavel": 4_250, "fee:pavel": 750, "user:cora": 5_001}


@pytest.mark.rule("R73", "D25", "D27")
def test_a_verdict_takes_back_what_was_paid_and_commission_is_left_on_the_performers_part_only() -> None:
    (entry,) = decide(paid_out(), 5_001)
    assert (entry.kind, entry.subject, entry.account, entry.payee) == (Kind.CLAWBACK, "d1", "user:pavel", "user:cora")
    assert postings(entry) == {"user:pavel": -4_251, "fee:pavel": -750, "user:cora": 5_001}


@pytest.mark.rule("D27")
def test_a_verdict_for_the_performer_moves_nothing_that_was_paid_and_all_that_was_held() -> None:
    assert decide(paid_out(), 0) == ()
    (entry,) = decide(held(), 0)
    assert postings(entry) == {"escrow:o1": -PRICE, "user:pavel": 8_501, "fee:pavel": 1_500}


@pytest.mark.rule("D27")
def test_what_two_sides_agree_on_is_no_verdict() -> None:
    assert [entry.kind for entry in decide(held(), 5, AGREEMENT)] == [Kind.SPLIT]
    assert [entry.kind for entry in decide(paid_out(), 5, AGREEMENT)] == [Kind.REPAYMENT]


@pytest.mark.rule("D27")
def test_the_customers_part_comes_from_escrow_first_and_then_from_the_performer() -> None:
    order = replace(held(), escrow_minor=4_000)
    dispute = quarrel(about=about(PRICE, 4_000))
    after, entries = verdicts.divide(order, dispute, Split(6_000, 4_001), VERDICT, kept_minor=6_001, at_ms=NOW)
    assert after.escrow_minor == 0
    assert [entry.kind for entry in entries] == [Kind.VERDICT, Kind.CLAWBACK]
    assert [entry.of("user:cora") for entry in entries] == [4_000, 2_000]


@pytest.mark.rule("D25")
def test_a_verdict_alone_may_take_an_account_into_debt() -> None:
    assert [m.into_debt for m in ledger.movements(*decide(paid_out(), 5_001))] == [False, True]
    assert ledger.movements(*decide(paid_out(), 5_001))[1] == Movement("pavel", -4_251, -750, into_debt=True)
    for entries in (decide(paid_out(), 5_001, AGREEMENT), decide(held(), 5_001)):
        assert not any(movement.into_debt for movement in ledger.movements(*entries))


@pytest.mark.parametrize("part_minor", [0, -1, 5_001])
def test_no_more_goes_back_than_was_kept_and_no_less_than_something(part_minor: int) -> None:
    with pytest.raises(ValueError, match="no part"):
        verdicts.pay_back(paid_out(), "r1", part_minor, Kind.REPAYMENT, kept_minor=5_000, session_id=None, at_ms=NOW)


@pytest.mark.rule("D11", "D25", "D27")
@given(prices, rates, st.data())
def test_however_it_is_divided_money_is_conserved_and_both_ways_end_alike(
    price: int, bps: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(0, price))
    from_escrow = ledger.balances([_order(held(price, bps)), *decide(held(price, bps), part)])
    _, released = escrow.release(held(price, bps), at_ms=NOW)
    taken_back = ledger.balances([_order(held(price, bps)), released, *decide(paid_out(price, bps), part)])
    assert {k: n for k, n in from_escrow.items() if n} == {k: n for k, n in taken_back.items() if n}
    assert sum(taken_back.values()) == 0
    assert taken_back["user:cora"] == part - price
    assert taken_back.get("fee:pavel", 0) == ledger.commission_minor(price - part, bps)


@pytest.mark.rule("D11", "E12")
@given(st.integers(1, 10**6), rates, st.integers(1, 6), st.data())
def test_in_however_many_parts_blocks_are_given_back_the_end_is_the_same(
    price: int, bps: int, blocks: int, data: st.DataObject
) -> None:
    order = paid_out(price, bps)
    terms = BlockTerms(
        customer_id="cora",
        performer_id="pavel",
        order_id="o1",
        session_id="o1-0001",
        price_minor=price,
        commission_bps=bps,
    )
    journal = [ledger.block(terms, k=k, due_ms=NOW + k) for k in range(blocks)]
    kept = blocks * price
    for number in range(data.draw(st.integers(1, 5))):
        if not kept:
            break
        part = data.draw(st.integers(1, kept))
        back = verdicts.pay_back(
            order, f"r{number}", part, Kind.REPAYMENT, kept_minor=kept, session_id="o1-0001", at_ms=NOW
        )
        journal.append(back)
        kept -= part
        totals = ledger.balances(journal)
        assert sum(totals.values()) == 0
        assert totals["user:cora"] == -kept
        assert totals.get("fee:pavel", 0) == ledger.kept_commission_minor(kept, price, bps)
        assert totals.get("user:pavel", 0) >= 0
    assert audit.tally(journal).refunded_minor == {"o1-0001": blocks * price - kept}


@pytest.mark.rule("D25")
@given(st.lists(st.integers(1, 5_000), max_size=5), st.integers(0, 30_000))
def test_the_audit_allows_a_debt_of_what_verdicts_took_and_no_more(parts: list[int], spent: int) -> None:
    journal, kept = [_order(held()), escrow.release(held(), at_ms=NOW)[1]], PRICE
    for number, part in enumerate(parts):
        if part > kept:
            continue
        back = verdicts.pay_back(
            paid_out(), f"d{number}", part, Kind.CLAWBACK, kept_minor=kept, session_id=None, at_ms=NOW + number
        )
        journal.append(back)
        kept -= part
    if spent:
        journal.append(ledger.order(customer_id="pavel", order_id="o9", price_minor=spent, at_ms=NOW))
    tallied = audit.tally(journal)
    available = tallied.balance("user:pavel")
    account = Account("pavel", "RUB", available_minor=available, fee_minor=tallied.balance("fee:pavel"))
    clawed = -sum(entry.of("user:pavel") for entry in journal if entry.kind is Kind.CLAWBACK)
    assert bool(audit.of_account(account, tallied)) == (available < -clawed)


def _order(order: ConsultationOrder) -> Entry:
    return ledger.order(customer_id="cora", order_id="o1", price_minor=order.terms.price_minor, at_ms=NOW)
