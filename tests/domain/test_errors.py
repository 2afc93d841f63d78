"""Refusals: their codes are a contract."""

import pytest

from chalicelib.domain.errors import Refusal, WrongState

CODES = {
    "already_disputed",
    "already_ordered",
    "being_checked",
    "call_live",
    "days_changed",
    "edition_changed",
    "forbidden",
    "free_limit",
    "gone",
    "idempotency_key_invalid",
    "idempotency_key_missing",
    "idempotency_key_reused",
    "infected",
    "insufficient_funds",
    "invalid_cursor",
    "invalid_input",
    "limit_reached",
    "limit_too_low",
    "not_callable",
    "not_covered",
    "not_found",
    "not_uploaded",
    "own_twip",
    "price_changed",
    "session_moved",
    "session_over",
    "stale",
    "status_needs_consultation",
    "too_many_attempts",
    "unauthenticated",
    "unavailable",
    "window_closed",
    "wrong_amount",
    "wrong_state",
}
"""Clients and translations rest on them: one that is renamed breaks both."""


def test_the_codes_of_refusals_are_these_and_no_others() -> None:
    assert sorted(kind.code for kind in Refusal.__subclasses__()) == sorted(CODES)


@pytest.mark.rule("R8")
def test_a_refusal_says_its_code_and_its_facts() -> None:
    refusal = WrongState(what="order", state="closed", asked="cancel")
    assert str(refusal) == "wrong_state {'what': 'order', 'state': 'closed', 'asked': 'cancel', 'acts': ()}"
