"""How a performer may be called."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.availability import (
    UNPUBLISHED_AT_MOST,
    Profile,
    Status,
    Uncallable,
    callable_now,
    effective_status,
    with_consultations,
    with_status,
    with_unpublished,
)
from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import LimitReached, StatusNeedsConsultation

IDLE = Profile("p", "Irina")
NOW_MS = 1_780_000_000_000
READY = replace(IDLE, consultations=1, status=Status.AVAILABLE)


@pytest.mark.rule("R18")
@pytest.mark.parametrize("status", Status)
def test_status_can_be_set_only_while_a_consultation_of_ones_own_is_on_sale(status: Status) -> None:
    with pytest.raises(StatusNeedsConsultation):
        with_status(IDLE, status)
    assert with_status(replace(IDLE, consultations=1), status).status is status


@pytest.mark.rule("D4")
def test_the_status_falls_when_the_last_consultation_leaves_and_not_before() -> None:
    two = replace(READY, consultations=2)
    one = with_consultations(two, -1)
    assert (one.consultations, one.status) == (1, Status.AVAILABLE)
    none = with_consultations(one, -1)
    assert (none.consultations, none.status) == (0, Status.UNDEFINED)
    assert with_consultations(none, 1).status is Status.UNDEFINED


def test_of_twips_that_were_never_published_there_is_no_more_than_the_bound_and_always_room_for_less() -> None:
    full = with_unpublished(replace(IDLE, unpublished=UNPUBLISHED_AT_MOST - 1), 1)
    assert full.unpublished == UNPUBLISHED_AT_MOST
    with pytest.raises(LimitReached) as refused:
        with_unpublished(full, 1)
    assert refused.value.facts == {"what": "drafts", "limit": UNPUBLISHED_AT_MOST}
    assert with_unpublished(full, -1).unpublished == UNPUBLISHED_AT_MOST - 1
    assert with_unpublished(full, 0) == full


@pytest.mark.rule("R19", "R20", "R21", "R23", "R24", "D4")
@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (Status.AVAILABLE, None),
        (Status.AWAY, None),
        (Status.BUSY, Uncallable.STATUS),
        (Status.UNDEFINED, Uncallable.STATUS),
    ],
)
def test_status_decides_whether_a_performer_on_the_site_can_be_called(
    status: Status, reason: Uncallable | None
) -> None:
    assert callable_now(replace(READY, status=status), None, NOW_MS, NOW_MS, REAL) is reason


@pytest.mark.rule("R24", "D7")
def test_a_performer_who_is_not_on_the_site_cannot_be_called() -> None:
    assert callable_now(READY, None, None, NOW_MS, REAL) is Uncallable.NOT_ON_SITE
    assert callable_now(READY, None, NOW_MS - REAL.presence_ms, NOW_MS, REAL) is None
    assert callable_now(READY, None, NOW_MS - REAL.presence_ms - 1, NOW_MS, REAL) is Uncallable.NOT_ON_SITE


@pytest.mark.rule("R23", "D4")
def test_during_a_session_the_status_is_busy_whatever_was_chosen() -> None:
    assert callable_now(READY, "session", NOW_MS, NOW_MS, REAL) is Uncallable.BUSY
    assert effective_status(READY, "session") is Status.BUSY
    assert effective_status(READY, None) is Status.AVAILABLE


def test_a_blocked_performer_cannot_be_called() -> None:
    assert callable_now(replace(READY, blocked=True), None, NOW_MS, NOW_MS, REAL) is Uncallable.STATUS


@pytest.mark.rule("R18", "D4")
@given(st.lists(st.sampled_from([-1, 1, *Status])))
def test_nobody_without_a_consultation_on_sale_is_ever_callable(acts: list[int | Status]) -> None:
    profile = IDLE
    for act in acts:
        if isinstance(act, Status):
            try:
                profile = with_status(profile, act)
            except StatusNeedsConsultation:
                assert profile.consultations == 0
        elif profile.consultations + act >= 0:
            profile = with_consultations(profile, act)
    if profile.consultations == 0:
        assert profile.status is Status.UNDEFINED
        assert callable_now(profile, None, NOW_MS, NOW_MS, REAL) is Uncallable.STATUS
