"""Top-ups: what a provider's notifications do to them, in any order."""

from itertools import permutations

import pytest

from chalicelib.domain.errors import InvalidInput, WrongAmount
from chalicelib.domain.topups import LARGEST_MINOR, Notification, Outcome, TopUp, TopUpState, settle, start

NOW_MS = 1_780_000_000_000


def asked(amount_minor: int = 50_000) -> TopUp:
    return start(
        top_up_id="p1",
        user_id="vera",
        provider="sandbox",
        amount_minor=amount_minor,
        currency="RUB",
        fingerprint="f",
        now_ms=NOW_MS,
    )


def told(outcome: Outcome, amount_minor: int = 50_000, currency: str = "RUB") -> Notification:
    return Notification("e1", "p1", outcome, amount_minor, currency)


@pytest.mark.rule("R28")
@pytest.mark.parametrize("amount_minor", [1, LARGEST_MINOR])
def test_an_amount_within_the_bounds_waits_for_its_payment(amount_minor: int) -> None:
    assert asked(amount_minor).state is TopUpState.PENDING


@pytest.mark.parametrize(
    ("amount_minor", "code", "limit"),
    [(0, "too_small", 1), (-1, "too_small", 1), (LARGEST_MINOR + 1, "too_large", LARGEST_MINOR)],
)
def test_an_amount_out_of_bounds_is_refused_with_the_bound(amount_minor: int, code: str, limit: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        asked(amount_minor)
    (fault,) = refused.value.errors
    assert (fault.code, fault.limit) == (code, limit)


@pytest.mark.rule("E8")
def test_money_that_has_come_counts_even_after_a_failure() -> None:
    failed = settle(asked(), told(Outcome.FAILED), NOW_MS + 1)
    assert failed is not None
    assert failed.state is TopUpState.FAILED
    paid = settle(failed, told(Outcome.SUCCEEDED), NOW_MS + 2)
    assert paid is not None
    assert (paid.state, paid.settled_ms) == (TopUpState.PAID, NOW_MS + 2)


@pytest.mark.rule("E8")
def test_in_whatever_order_and_number_notifications_come_a_success_among_them_pays_once() -> None:
    for outcomes in permutations([Outcome.SUCCEEDED, Outcome.SUCCEEDED, Outcome.FAILED, Outcome.FAILED]):
        top_up, paid = asked(), 0
        for outcome in outcomes:
            settled = settle(top_up, told(outcome), NOW_MS)
            paid += settled is not None and settled.state is TopUpState.PAID
            top_up = settled or top_up
        assert (top_up.state, paid) == (TopUpState.PAID, 1)


@pytest.mark.rule("E8")
@pytest.mark.parametrize("notification", [told(Outcome.SUCCEEDED, 49_999), told(Outcome.SUCCEEDED, currency="USD")])
def test_other_money_than_was_asked_for_is_refused(notification: Notification) -> None:
    with pytest.raises(WrongAmount) as refused:
        settle(asked(), notification, NOW_MS)
    assert refused.value.asked_minor == 50_000


@pytest.mark.rule("D12")
def test_the_first_answer_can_be_told_again_whatever_became_of_the_top_up() -> None:
    paid = settle(asked(), told(Outcome.SUCCEEDED), NOW_MS + 1)
    assert paid is not None
    assert paid.as_started == asked()
