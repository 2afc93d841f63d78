"""Double entry: whatever moves, nothing is made and nothing is lost (D11, R53, R54)."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing import ledger
from chalicelib.billing.ledger import BlockTerms, Entry, Kind, Movement, Posting

AT_MS = 1_780_000_000_000
minor = st.integers(min_value=1, max_value=10_000_000)
bps = st.integers(min_value=0, max_value=10_000)


def top_up(amount_minor: int) -> Entry:
    return ledger.top_up(user_id="vera", provider="sandbox", amount_minor=amount_minor, top_up_id="p1", at_ms=AT_MS)


def order(price_minor: int) -> Entry:
    return ledger.order(customer_id="vera", order_id="o1", price_minor=price_minor, at_ms=AT_MS)


def cancel(price_minor: int) -> Entry:
    return ledger.refund(customer_id="vera", order_id="o1", held_minor=price_minor, kind=Kind.CANCEL, at_ms=AT_MS)


def terms(price_minor: int, commission_bps: int = 1500) -> BlockTerms:
    return BlockTerms(
        customer_id="vera",
        performer_id="pavel",
        order_id="o1",
        session_id="o1-0001",
        price_minor=price_minor,
        commission_bps=commission_bps,
    )


def settle(price_minor: int, commission_bps: int = 1500) -> Entry:
    return ledger.settle(terms(price_minor, commission_bps), at_ms=AT_MS)


def block(price_minor: int, commission_bps: int = 1500, k: int = 1) -> Entry:
    return ledger.block(terms(price_minor, commission_bps), k=k, due_ms=AT_MS)


ACTS: tuple[Callable[[int], Entry], ...] = (top_up, order, cancel, settle, block)
entries = st.builds(lambda act, amount_minor: act(amount_minor), st.sampled_from(ACTS), minor)


@pytest.mark.rule("D11")
@given(entries)
def test_every_entry_sums_to_zero_and_moves_something(entry: Entry) -> None:
    assert sum(posting.amount_minor for posting in entry.postings) == 0
    assert all(posting.amount_minor for posting in entry.postings)


@pytest.mark.rule("D11")
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("amount_minor", [0, -1, -90_000])
def test_no_act_moves_nothing_or_turns_around(act: Callable[[int], Entry], amount_minor: int) -> None:
    with pytest.raises(ValueError, match="do not balance"):
        act(amount_minor)


@pytest.mark.rule("D11", "R54")
@given(minor, bps)
def test_commission_is_rounded_down_and_share_and_commission_make_the_price(
    price_minor: int, commission_bps: int
) -> None:
    entry = block(price_minor, commission_bps)
    commission_minor = entry.of(ledger.fee("pavel"))
    assert commission_minor == ledger.commission_minor(price_minor, commission_bps)
    assert 0 <= price_minor * commission_bps - commission_minor * 10_000 < 10_000
    assert entry.of(ledger.user("pavel")) + commission_minor == price_minor == -entry.of(ledger.user("vera"))


@pytest.mark.rule("R54")
@pytest.mark.parametrize(
    ("price_minor", "commission_bps", "commission_minor"),
    [(90_000, 1500, 13_500), (10_001, 1500, 1_500), (6, 1500, 0), (7, 1500, 1), (1, 10_000, 1), (1, 0, 0)],
)
def test_commission_by_example(price_minor: int, commission_bps: int, commission_minor: int) -> None:
    assert ledger.commission_minor(price_minor, commission_bps) == commission_minor


@pytest.mark.parametrize("commission_bps", [-1, 10_001])
def test_a_commission_is_no_less_than_nothing_and_no_more_than_the_whole(commission_bps: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        block(100, commission_bps)


@pytest.mark.rule("R30", "R35")
def test_an_order_and_its_cancelling_leave_no_trace_in_the_balances() -> None:
    assert {account: n for account, n in ledger.balances([order(900), cancel(900)]).items() if n} == {}


@pytest.mark.rule("R53")
def test_a_prepaid_block_goes_through_escrow_to_the_performer_less_commission() -> None:
    assert ledger.balances([top_up(1_000), order(900), settle(900)]) == {
        "outside:sandbox:vera": -1_000,
        "user:vera": 100,
        "escrow:o1": 0,
        "user:pavel": 765,
        "fee:pavel": 135,
    }


@given(st.lists(entries))
def test_the_movements_of_accounts_are_the_postings_of_users(journal: list[Entry]) -> None:
    available: dict[str, int] = {}
    fees: dict[str, int] = {}
    for entry in journal:
        for movement in ledger.movements(entry):
            available[movement.user_id] = available.get(movement.user_id, 0) + movement.available_delta_minor
            fees[movement.user_id] = fees.get(movement.user_id, 0) + movement.fee_delta_minor
    balances = ledger.balances(journal)
    assert sum(balances.values()) == 0
    for user_id, found_minor in available.items():
        assert found_minor == balances.get(ledger.user(user_id), 0)
        assert fees[user_id] == balances.get(ledger.fee(user_id), 0)


@given(st.lists(entries), st.randoms(use_true_random=False))
def test_the_order_in_which_entries_are_read_makes_no_difference(journal: list[Entry], chance: Random) -> None:
    shuffled = list(journal)
    chance.shuffle(shuffled)
    assert ledger.balances(shuffled) == ledger.balances(journal)


def test_a_block_moves_two_account_items_and_no_third() -> None:
    assert ledger.movements(block(900)) == (Movement("pavel", 765, 135), Movement("vera", -900, 0))


def test_two_entries_of_one_act_move_each_account_item_once() -> None:
    assert ledger.movements(settle(900), block(900)) == (Movement("pavel", 2 * 765, 2 * 135), Movement("vera", -900, 0))


@pytest.mark.rule("E15")
def test_the_platform_gives_a_block_back_in_whole_and_the_performer_gives_nothing() -> None:
    back = ledger.give_back(terms(900), k=1, ended_ms=AT_MS)
    assert ledger.movements(back) == (Movement("pavel", 0, -900), Movement("vera", 900, 0))
    assert (back.account, back.payee, back.of("user:pavel")) == ("user:pavel", "user:vera", 0)


def test_one_user_with_two_postings_moves_once() -> None:
    entry = Entry("user:vera", AT_MS, "s", 0, Kind.BLOCK, (Posting("user:vera", -9), Posting("user:vera", 9)), None)
    assert ledger.movements(entry) == (Movement("vera"),)
    assert entry.of("user:vera") == 0


def test_a_repeat_of_metered_time_has_the_same_key() -> None:
    assert block(900, k=2) == block(900, k=2)
    assert (block(900).account, block(900).at_ms, block(900).subject, block(900).k) == (
        "user:vera",
        AT_MS,
        "o1-0001",
        1,
    )


def test_what_a_user_receives_from_another_is_in_their_statement() -> None:
    assert block(900).payee == "user:pavel"
    assert [entry.payee for entry in (top_up(1), order(1), cancel(1), settle(9))] == [None] * 4
    assert settle(900).account == "user:pavel"
