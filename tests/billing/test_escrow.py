"""Escrow: every verb empties or fills it by one entry that sums to zero."""

from dataclasses import replace

import pytest

from chalicelib.billing import escrow, ledger
from chalicelib.billing.ledger import Kind, Leg
from chalicelib.domain.lifecycle import Effect
from chalicelib.domain.orders.order import ConsultationOrder, WorkOrder
from chalicelib.domain.orders.work import Row, WorkAct, WorkState
from chalicelib.domain.parties import Party
from tests.support.orders import consultation, files, work

PRICE, NOW = 10_001, 1_790_000_000_000
"""At 1500 basis points the commission of the whole is 1,500."""


def held() -> ConsultationOrder:
    return consultation("o1", price_minor=PRICE, at_ms=NOW, customer_id="vera", performer_id="pavel")


def split(to_performer_minor: int | None) -> WorkOrder:
    return work("o1", price_minor=PRICE, at_ms=NOW, to_performer_minor=to_performer_minor)


def row(effect: Effect, act: WorkAct = WorkAct.REFUSE) -> Row:
    return Row(WorkState.WORKING, act, WorkState.REFUSED, frozenset({Party.PERFORMER}), effect)


def postings(entry: ledger.Entry) -> dict[str, int]:
    assert sum(posting.amount_minor for posting in entry.postings) == 0
    return {posting.account: posting.amount_minor for posting in entry.postings}


@pytest.mark.rule("R30")
def test_the_price_is_held() -> None:
    order, entry = escrow.hold(replace(held(), escrow_minor=0), at_ms=NOW)
    assert (order.escrow_minor, postings(entry)) == (PRICE, {"user:vera": -PRICE, "escrow:o1": PRICE})


@pytest.mark.rule("R31", "R81", "D11")
def test_files_are_paid_to_the_performer_at_once_less_commission_by_one_entry() -> None:
    order, entry = escrow.buy(files("o1", price_minor=PRICE, at_ms=NOW), at_ms=NOW)
    assert postings(entry) == {"user:cora": -PRICE, "user:pavel": 8_501, "fee:pavel": 1_500}
    assert (entry.kind, entry.account, entry.payee) == (Kind.SALE, "user:cora", "user:pavel")
    assert (entry.subject, entry.k, entry.order_id) == ("o1", Leg.SOLD, "o1")
    assert (order.escrow_minor, order.refunded_minor) == (0, 0)


def test_what_is_not_paid_at_once_is_held() -> None:
    order, entry = escrow.buy(replace(held(), escrow_minor=0), at_ms=NOW)
    assert (order.escrow_minor, entry.kind) == (PRICE, Kind.ORDER)


@pytest.mark.rule("R35")
def test_all_of_it_is_refunded() -> None:
    order, entry = escrow.refund(held(), at_ms=NOW)
    assert (order.escrow_minor, order.refunded_minor) == (0, PRICE)
    assert postings(entry) == {"escrow:o1": -PRICE, "user:vera": PRICE}


def test_all_of_it_is_released_less_commission() -> None:
    order, entry = escrow.release(held(), at_ms=NOW)
    assert (order.escrow_minor, entry.payee) == (0, None)
    assert postings(entry) == {"escrow:o1": -PRICE, "user:pavel": 8_501, "fee:pavel": 1_500}


def test_a_split_takes_commission_on_the_performers_part_only() -> None:
    order, entry = escrow.split(split(5_000), at_ms=NOW)
    assert (order.escrow_minor, order.refunded_minor) == (0, 5_001)
    assert (entry.account, entry.payee) == ("user:pavel", "user:cora")
    assert postings(entry) == {"escrow:o1": -PRICE, "user:pavel": 4_250, "fee:pavel": 750, "user:cora": 5_001}


@pytest.mark.parametrize("part_minor", [-1, PRICE + 1, None])
def test_a_part_that_is_more_than_all_or_that_nobody_knows_is_no_part(part_minor: int | None) -> None:
    with pytest.raises(ValueError, match="no part"):
        escrow.split(split(part_minor), at_ms=NOW)


@pytest.mark.parametrize(
    ("effect", "kind", "leg", "refunded_minor"),
    [
        (Effect.HOLD, Kind.ORDER, Leg.HELD, 0),
        (Effect.REFUND, Kind.REFUND, Leg.REFUNDED, PRICE),
        (Effect.RELEASE, Kind.RELEASE, Leg.RELEASED, 0),
        (Effect.SPLIT, Kind.SPLIT, Leg.SPLIT, PRICE - 1),
    ],
)
def test_a_transitions_effect_is_posted_under_a_key_of_its_own(
    effect: Effect, kind: Kind, leg: Leg, refunded_minor: int
) -> None:
    order, (entry,) = escrow.post(row(effect), split(1), at_ms=NOW)
    assert (entry.kind, entry.subject, entry.k, entry.order_id) == (kind, "o1", leg, "o1")
    assert order.escrow_minor == (2 * PRICE if effect is Effect.HOLD else 0)
    assert order.refunded_minor == refunded_minor


def test_a_statement_tells_what_the_customer_cancelled_from_what_came_back_by_others() -> None:
    _, (entry,) = escrow.post(row(Effect.REFUND, WorkAct.CANCEL), split(None), at_ms=NOW)
    assert (entry.kind, entry.k) == (Kind.CANCEL, Leg.REFUNDED)


@pytest.mark.rule("E12")
def test_the_performer_gives_a_part_of_it_back_under_the_refunds_own_name() -> None:
    order, entry = escrow.refund_part(held(), "r1", 1_000, at_ms=NOW)
    assert (order.escrow_minor, order.refunded_minor) == (PRICE - 1_000, 1_000)
    assert (entry.kind, entry.subject, entry.k, entry.order_id) == (Kind.REFUND, "r1", 0, "o1")
    assert postings(entry) == {"escrow:o1": -1_000, "user:vera": 1_000}


@pytest.mark.rule("E12")
@pytest.mark.parametrize("effect", [Effect.REFUND, Effect.RELEASE, Effect.SPLIT])
def test_where_all_of_it_was_given_back_an_end_moves_nothing(effect: Effect) -> None:
    empty = replace(split(0), escrow_minor=0, refunded_minor=PRICE)
    assert escrow.post(row(effect), empty, at_ms=NOW) == (empty, ())


def test_a_transition_without_an_effect_moves_nothing() -> None:
    assert escrow.post(row(Effect.NONE), held(), at_ms=NOW) == (held(), ())


@pytest.mark.parametrize("effect", [Effect.REFUND, Effect.RELEASE])
def test_of_an_order_that_holds_nothing_any_more_an_act_moves_nothing_and_leaves_no_entry(effect: Effect) -> None:
    used = replace(held(), escrow_minor=0)
    assert escrow.post(row(effect), used, at_ms=NOW) == (used, ())


def test_the_numbers_of_an_orders_entries_never_change() -> None:
    numbers = {"HELD": 0, "REFUNDED": 1, "RELEASED": 2, "SPLIT": 3, "VERDICT": 4, "SOLD": 5}
    assert {leg.name: int(leg) for leg in Leg} == numbers
