"""The terms of days are those of the contract, and each is a setting (D31)."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.terms import PROFILES, TermSettings

DAY = 86_400_000


@pytest.mark.rule("D31", "D22")
def test_the_real_terms_of_work_are_those_of_the_contract() -> None:
    spans = PROFILES["real"].of_work(30)
    assert {term: span // DAY for term, span in spans.lasts_ms.items()} == {
        "day": 1,
        "start": 7,
        "delivery": 30,
        "rework": 14,
        "overdue": 30,
        "proposal": 3,
        "extension": 30,
        "acceptance": 7,
        "waiver": 7,
        "window": 14,
        "review": 30,
        "correspondence": 90,
    }
    assert {term: span // DAY for term, span in spans.reminds_ms.items()} == {
        "start": 2,
        "delivery": 1,
        "rework": 1,
        "acceptance": 2,
        "review": 27,
    }


@pytest.mark.rule("D31")
def test_the_real_terms_of_files_are_those_of_the_contract() -> None:
    spans = PROFILES["real"].of_files()
    assert {term: span // DAY for term, span in spans.lasts_ms.items()} == {
        "window": 14,
        "review": 30,
        "correspondence": 90,
    }
    assert spans.reminds_ms == {"review": 27 * DAY}


@pytest.mark.rule("D24", "D31")
def test_the_real_terms_of_a_review_are_those_of_the_contract() -> None:
    spans = PROFILES["real"].of_consultation()
    assert (spans.lasts_ms["review"], spans.reminds_ms) == (30 * DAY, {"review": 27 * DAY})  # asked for on day 3
    assert PROFILES["real"].of_review().lasts_ms == {"change": 7 * DAY, "reply": 30 * DAY}


@pytest.mark.rule("D31")
def test_the_real_terms_of_a_dispute_and_its_window_are_those_of_the_contract() -> None:
    spans = PROFILES["real"].of_dispute()
    assert {term: span // DAY for term, span in spans.lasts_ms.items()} == {
        "answer": 3,
        "arbitration": 7,
        "escalation": 3,
        "admin": 7,
        "proposal": 3,
    }
    assert spans.reminds_ms == {"answer": DAY}
    assert PROFILES["real"].of_consultation().lasts_ms["window"] == 14 * DAY


@pytest.mark.rule("D31")
@pytest.mark.parametrize(("days", "after_a_return"), [(1, 1), (14, 14), (15, 14), (90, 14)])
def test_after_a_return_the_same_days_count_again_and_no_more_than_fourteen(days: int, after_a_return: int) -> None:
    assert PROFILES["real"].of_work(days).lasts_ms["rework"] == after_a_return * DAY


@pytest.mark.rule("D31")
def test_every_term_of_a_deployment_can_be_set() -> None:
    spans = replace(TermSettings(), start_days=3, start_reminder_days=1, rework_days_at_most=2).of_work(5)
    assert (spans.lasts_ms["start"], spans.reminds_ms["start"], spans.lasts_ms["rework"]) == (3 * DAY, DAY, 2 * DAY)


def test_in_the_fast_profile_a_day_is_ten_seconds() -> None:
    assert PROFILES["fast"].of_work(2).lasts_ms["delivery"] == 20_000


@pytest.mark.rule("D31")
def test_a_deployment_names_the_terms_that_are_others() -> None:
    assert TermSettings().changed({"start_days": 3}) == TermSettings(start_days=3)
    assert TermSettings().changed({}) == TermSettings()


@pytest.mark.parametrize("wrong", [{"begin_days": 3}, {"start_days": 0}, {"start_days": "3"}, {"start_days": True}])
def test_what_is_no_term_or_no_number_of_days_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        TermSettings().changed(wrong)
