"""The audit's comparison: every kind of difference is named, and nothing else is."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.billing import audit, ledger, verdicts
from chalicelib.billing.audit import Difference, Tally
from chalicelib.billing.ledger import BlockTerms, Entry, Kind, Posting
from chalicelib.domain.accounts import Account
from chalicelib.domain.durations import REAL
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import ConsultationState, OpenOrder, Prepaid
from chalicelib.domain.orders.order import ConsultationOrder
from chalicelib.domain.sessions import FirstBlock, Reason, Session, State
from chalicelib.domain.topups import TopUp, TopUpState
from tests.support.orders import consultation, files

T = 1_780_000_000_000
PRICE = 10_001
BLOCK_MS = REAL.block_ms
TERMS = BlockTerms(
    customer_id="vera",
    performer_id="pavel",
    order_id="o1",
    session_id="o1-0001",
    price_minor=PRICE,
    commission_bps=1500,
)


def journal(*entries: Entry) -> Tally:
    return audit.tally(entries)


def top_up_entry(amount_minor: int = 50_000) -> Entry:
    return ledger.top_up(user_id="vera", provider="sandbox", amount_minor=amount_minor, top_up_id="p1", at_ms=T)


def order_entry() -> Entry:
    return ledger.order(customer_id="vera", order_id="o1", price_minor=PRICE, at_ms=T)


def settle_entry() -> Entry:
    return ledger.settle(TERMS, at_ms=T)


def block_entry(k: int) -> Entry:
    return ledger.block(TERMS, k=k, due_ms=T + k * BLOCK_MS)


def order(**changes: Any) -> ConsultationOrder:
    return consultation("o1", price_minor=PRICE, at_ms=T, twip_id="t1", customer_id="vera", **changes)


def session(**changes: Any) -> Session:
    made = Session(
        id="o1-0001",
        order_id="o1",
        customer_id="vera",
        performer_id="pavel",
        mode=Mode.VIDEO,
        price_minor=PRICE,
        commission_bps=1500,
        state=State.RUNNING,
        called_ms=T,
        deadline_ms=T,
        clock_started_ms=T,
        first_block=FirstBlock.SETTLED,
        blocks_paid=2,
    )
    return replace(made, **changes)


BILLED = journal(settle_entry(), block_entry(1), block_entry(2))


def named(found: tuple[Difference, ...]) -> list[tuple[str, str, str]]:
    return [(difference.what, difference.expected, difference.found) for difference in found]


def test_balances_that_the_journal_confirms_are_clean() -> None:
    books = journal(top_up_entry(), order_entry(), settle_entry())
    assert audit.of_account(Account("vera", "RUB", available_minor=50_000 - PRICE), books) == ()
    assert audit.of_account(Account("pavel", "RUB", available_minor=8_501, fee_minor=1_500), books) == ()
    assert audit.of_order(order(prepaid=Prepaid.USED, escrow_minor=0), books) == ()
    assert audit.of_account(Account("stranger", "RUB"), books) == ()
    assert (books.entries, books.faults) == (3, [])


@pytest.mark.parametrize(
    ("account", "what"),
    [
        (Account("vera", "RUB", available_minor=49_999), "available"),
        (Account("vera", "RUB", available_minor=50_000, fee_minor=1), "fee"),
        (Account("vera", "RUB", available_minor=50_000, held_minor=1), "held"),
    ],
)
def test_a_kopeck_too_much_or_too_little_is_named(account: Account, what: str) -> None:
    (difference,) = audit.of_account(account, journal(top_up_entry()))
    assert (difference.what, difference.subject) == (what, "vera")


def test_an_overdrawn_account_is_named_even_if_the_journal_agrees() -> None:
    assert named(audit.of_account(Account("vera", "RUB", available_minor=-PRICE), journal(order_entry()))) == [
        ("available", "0 or more", str(-PRICE))
    ]


def test_escrow_is_the_price_while_the_block_is_held() -> None:
    books = journal(order_entry())
    assert audit.of_order(order(), books) == ()
    assert named(audit.of_order(order(escrow_minor=0), books)) == [
        ("escrow", str(PRICE), "0"),
        ("escrow while open/held", str(PRICE), "0"),
    ]
    assert named(audit.of_order(order(prepaid=Prepaid.USED), books)) == [("escrow while open/used", "0", str(PRICE))]


@pytest.mark.rule("E8")
@pytest.mark.parametrize(
    ("state", "credits", "clean"),
    [
        (TopUpState.PAID, 1, True),
        (TopUpState.PENDING, 0, True),
        (TopUpState.FAILED, 0, True),
        (TopUpState.PAID, 0, False),
        (TopUpState.PAID, 2, False),
        (TopUpState.PENDING, 1, False),
        (TopUpState.FAILED, 1, False),
    ],
)
def test_a_top_up_is_credited_once_if_it_was_paid_else_never(state: TopUpState, credits: int, clean: bool) -> None:
    top_up = TopUp("p1", "vera", "sandbox", 50_000, "RUB", T, "", state=state)
    assert (audit.of_top_up(top_up, journal(*[top_up_entry()] * credits)) == ()) is clean


def test_an_entry_that_does_not_balance_is_a_fault_by_itself() -> None:
    crooked = Entry("user:vera", T, "s", 3, Kind.BLOCK, (Posting("user:vera", -9), Posting("user:pavel", 8)), None)
    assert journal(crooked).faults == [Difference("sum of postings", "s#3", "0", "-1")]


@pytest.mark.parametrize("ended_ms", [None, T + 2 * BLOCK_MS, T + 2 * BLOCK_MS + 1])
def test_a_session_billed_block_by_block_is_clean(ended_ms: int | None) -> None:
    assert audit.of_session(session(ended_ms=ended_ms), BILLED, REAL) == ()


def test_a_session_that_cost_nothing_is_clean() -> None:
    ringing = session(state=State.RINGING, clock_started_ms=None, first_block=FirstBlock.UNPAID, blocks_paid=0)
    void = session(state=State.ENDED, first_block=FirstBlock.HELD, blocks_paid=0, ended_ms=T + 1)
    assert audit.of_session(ringing, journal(), REAL) == audit.of_session(void, journal(), REAL) == ()


@pytest.mark.parametrize(
    ("entries", "paid"),
    [
        ((settle_entry(), block_entry(1)), "[0, 1]"),
        ((settle_entry(), block_entry(1), block_entry(1), block_entry(2)), "[0, 1, 1, 2]"),
        ((settle_entry(), block_entry(1), block_entry(2), block_entry(3)), "[0, 1, 2, 3]"),
        ((settle_entry(), block_entry(2), block_entry(3)), "[0, 2, 3]"),
    ],
)
def test_a_block_too_few_twice_or_too_many_is_named(entries: tuple[Entry, ...], paid: str) -> None:
    assert named(audit.of_session(session(), journal(*entries), REAL)) == [("blocks", "[0, 1, 2]", paid)]


def return_entry(k: int, *, into_escrow: bool = False) -> Entry:
    return ledger.block_return(TERMS, k=k, due_ms=T + k * BLOCK_MS, into_escrow=into_escrow)


def test_a_block_that_was_returned_was_not_billed() -> None:
    entries = (settle_entry(), *(block_entry(k) for k in (1, 2, 3)), return_entry(3))
    assert audit.of_session(session(), journal(*entries), REAL) == ()
    void = session(state=State.ENDED, first_block=FirstBlock.HELD, blocks_paid=0, ended_ms=T + 1)
    assert audit.of_session(void, journal(settle_entry(), return_entry(0, into_escrow=True)), REAL) == ()


def test_a_return_of_what_was_never_paid_is_named() -> None:
    books = journal(settle_entry(), block_entry(1), block_entry(2), return_entry(3))
    assert [what for what, _, _ in named(audit.of_session(session(), books, REAL))] == ["returned blocks"]


def test_a_void_session_that_was_billed_is_named() -> None:
    void = session(state=State.ENDED, first_block=FirstBlock.HELD, blocks_paid=0, ended_ms=T + 1)
    assert named(audit.of_session(void, journal(settle_entry()), REAL)) == [("blocks", "[]", "[0]")]


@pytest.mark.rule("E24")
@pytest.mark.parametrize(
    ("limit", "reason", "clean"),
    [
        (3, Reason.LIMIT_REACHED, True),
        (4, Reason.CUSTOMER_HANGUP, True),
        (2, Reason.CUSTOMER_HANGUP, False),
        (4, Reason.LIMIT_REACHED, False),
        (None, Reason.LIMIT_REACHED, False),
    ],
)
def test_a_block_beyond_the_limit_and_an_end_before_it_are_named(
    limit: int | None, reason: Reason, clean: bool
) -> None:
    ended = session(state=State.ENDED, ended_ms=T + 3 * BLOCK_MS, reason=reason, limit_blocks=limit)
    found = named(audit.of_session(ended, BILLED, REAL))
    assert found == ([] if clean else [("blocks within the limit", str(limit), "3")])


def back_entry(k: int) -> Entry:
    return ledger.give_back(TERMS, k=k, ended_ms=T + k * BLOCK_MS)


TAKEN = session(state=State.ENDED, ended_ms=T + 2 * BLOCK_MS, reason=Reason.SERVICE_OUTAGE)


@pytest.mark.rule("E15")
def test_a_session_that_our_own_outage_ended_has_its_last_block_back_and_all_of_them_charged() -> None:
    books = journal(settle_entry(), block_entry(1), block_entry(2), back_entry(2))
    assert audit.of_session(TAKEN, books, REAL) == ()
    fee_minor = 3 * 1_500 - PRICE
    assert audit.of_account(Account("pavel", "RUB", available_minor=3 * 8_501, fee_minor=fee_minor), books) == ()
    void = replace(TAKEN, first_block=FirstBlock.HELD, blocks_paid=0, ended_ms=T + 1)
    assert audit.of_session(void, journal(), REAL) == ()


@pytest.mark.rule("E15")
@pytest.mark.parametrize(
    ("entries", "found"),
    [((), "[]"), ((back_entry(1),), "[1]"), ((back_entry(2), back_entry(2)), "[2, 2]")],
)
def test_a_block_that_was_not_returned_or_twice_or_another_one_is_named(entries: tuple[Entry, ...], found: str) -> None:
    books = journal(settle_entry(), block_entry(1), block_entry(2), *entries)
    assert named(audit.of_session(TAKEN, books, REAL)) == [("blocks given back", "[2]", found)]


@pytest.mark.rule("E15")
def test_a_block_that_was_returned_though_no_outage_of_ours_ended_the_session_is_named() -> None:
    books = journal(settle_entry(), block_entry(1), block_entry(2), back_entry(2))
    ended = replace(TAKEN, reason=Reason.CONNECTION_LOST)
    assert named(audit.of_session(ended, books, REAL)) == [("blocks given back", "[]", "[2]")]


@pytest.mark.rule("E15")
def test_a_commission_below_zero_by_anything_but_returned_blocks_is_named_even_if_the_journal_agrees() -> None:
    crooked = Entry("user:pavel", T, "o1", 0, Kind.CANCEL, (Posting("fee:pavel", -1), Posting("escrow:o1", 1)), None)
    books = journal(crooked, back_entry(2))
    assert named(audit.of_account(Account("pavel", "RUB", fee_minor=-PRICE - 1), books)) == [
        ("fee", f"{-PRICE} or more", str(-PRICE - 1))
    ]


@pytest.mark.rule("D25", "E12")
def test_what_a_session_gave_back_stands_in_it_and_in_the_journal() -> None:
    back = verdicts.pay_back(
        order(escrow_minor=0), "r1", 5_000, Kind.REPAYMENT, kept_minor=3 * PRICE, session_id="o1-0001", at_ms=T
    )
    books = journal(settle_entry(), block_entry(1), block_entry(2), back)
    assert audit.of_session(session(refunded_minor=5_000), books, REAL) == ()
    assert named(audit.of_session(session(), books, REAL)) == [("refunded", "5000", "0")]
    assert named(audit.of_session(session(refunded_minor=1), BILLED, REAL)) == [("refunded", "0", "1")]


def test_a_block_that_began_after_the_end_is_named() -> None:
    ended = session(state=State.ENDED, ended_ms=T + 2 * BLOCK_MS - 1)
    assert named(audit.of_session(ended, BILLED, REAL)) == [
        ("start of the last block", str(T + 2 * BLOCK_MS - 1), str(T + 2 * BLOCK_MS))
    ]


def test_no_lease_outlives_its_session() -> None:
    assert audit.of_lease("account pavel", "o1-0001", session()) == ()
    for over in (None, session(state=State.ENDED)):
        (difference,) = audit.of_lease("account pavel", "o1-0001", over)
        assert (difference.what, difference.subject, difference.found) == ("lease", "account pavel", "o1-0001")


def test_a_session_that_lives_holds_its_order() -> None:
    assert audit.of_living(session(), order(live="o1-0001")) == ()
    for other in (None, order(), order(live="o1-0002")):
        assert [difference.what for difference in audit.of_living(session(), other)] == ["lease"]


@pytest.mark.rule("D9")
def test_the_place_of_the_open_order_is_held_by_an_open_order() -> None:
    place = OpenOrder("vera", "t1", Mode.VIDEO, "o1")
    assert audit.of_place(place, order()) == ()
    for other in (None, order(state=ConsultationState.CANCELLED)):
        assert [difference.subject for difference in audit.of_place(place, other)] == ["o1"]


def test_what_the_journal_knows_and_nobody_has_stored_is_named() -> None:
    books = journal(top_up_entry(), order_entry(), settle_entry())
    assert set(named(tuple(audit.of_missing(books, {"user:pavel", "fee:pavel"})))) == {
        ("balance of what is not stored", str(50_000 - PRICE), "0"),
        ("credit of what is not stored", "0", "50000"),
        ("blocks of what is not stored", "[]", "[0]"),
    }
    assert list(audit.of_missing(books, {"user:pavel", "fee:pavel", "user:vera", "p1", "o1-0001"})) == []
    stored = {"user:vera", "fee:pavel"}
    assert ("blocks given back of what is not stored", "[]", "[2]") in named(
        tuple(audit.of_missing(journal(back_entry(2)), stored))
    )


@pytest.mark.rule("R81")
def test_files_were_sold_once_and_nothing_else_was() -> None:
    bought = files("o1", price_minor=PRICE, at_ms=T)
    sale = ledger.sale(
        customer_id="cora", performer_id="pavel", order_id="o1", price_minor=PRICE, commission_bps=1500, at_ms=T
    )
    assert audit.of_order(bought, journal(sale)) == ()
    commission = PRICE * 1500 // 10_000
    parts = {"sale": PRICE, "share of a sale": PRICE - commission, "commission of a sale": commission}
    assert named(audit.of_order(bought, journal())) == [(what, str(due), "0") for what, due in parts.items()]
    assert named(audit.of_order(bought, journal(sale, replace(sale, at_ms=T + 1)))) == [
        (what, str(due), str(2 * due)) for what, due in parts.items()
    ]
    of_no_files = consultation("o1", price_minor=PRICE, at_ms=T, customer_id="cora")
    held = ledger.order(customer_id="cora", order_id="o1", price_minor=PRICE, at_ms=T)
    assert named(audit.of_order(of_no_files, journal(held, sale))) == [
        (what, "0", str(due)) for what, due in parts.items()
    ]


@pytest.mark.rule("R81")
def test_a_sale_brings_the_performer_their_share_and_the_service_its_commission_and_nobody_else_anything() -> None:
    bought = files("o1", price_minor=PRICE, at_ms=T)
    due = {
        "customer_id": "cora",
        "performer_id": "pavel",
        "order_id": "o1",
        "price_minor": PRICE,
        "commission_bps": 1500,
        "at_ms": T,
    }

    def wrong(**changes: Any) -> list[str]:
        return [one.what for one in audit.of_order(bought, journal(ledger.sale(**{**due, **changes})))]

    assert wrong() == []
    assert wrong(commission_bps=1400) == ["share of a sale", "commission of a sale"]
    assert wrong(performer_id="peter") == ["share of a sale", "commission of a sale"]
    assert wrong(customer_id="vera") == ["sale"]


@pytest.mark.rule("R81")
def test_a_sale_of_an_order_that_nobody_has_stored_is_named() -> None:
    sale = ledger.sale(
        customer_id="cora", performer_id="pavel", order_id="o1", price_minor=PRICE, commission_bps=1500, at_ms=T
    )
    stored = {"user:cora", "user:pavel", "fee:pavel"}
    assert named(tuple(audit.of_missing(journal(sale), stored))) == [("sale of what is not stored", "0", str(PRICE))]
    assert list(audit.of_missing(journal(sale), {*stored, ledger.escrow("o1")})) == []


@pytest.mark.rule("D25")
def test_what_a_verdict_takes_back_of_files_is_what_their_order_says_was_refunded() -> None:
    bought = files("o1", price_minor=PRICE, at_ms=T)
    sale = ledger.sale(
        customer_id="cora", performer_id="pavel", order_id="o1", price_minor=PRICE, commission_bps=1500, at_ms=T
    )
    back = verdicts.pay_back(bought, "o1-d1", 4_000, Kind.CLAWBACK, kept_minor=PRICE, session_id=None, at_ms=T + 1)
    assert audit.of_order(replace(bought, refunded_minor=4_000), journal(sale, back)) == ()
    assert named(audit.of_order(bought, journal(sale, back))) == [("refunded", "4000", "0")]
