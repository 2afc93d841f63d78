"""Sessions: what is legal in them, what they are called, and who is who."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import SessionOver, WrongState
from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import (
    NEXT,
    Cause,
    Event,
    FirstBlock,
    Heartbeat,
    Loss,
    Reason,
    Session,
    State,
    after,
    ended_reason,
    order_of,
    session_id,
)

RINGING = Session(
    id="order-0001",
    order_id="order",
    customer_id="cora",
    performer_id="pavel",
    mode=Mode.VIDEO,
    price_minor=100,
    commission_bps=1500,
    state=State.RINGING,
    called_ms=0,
    deadline_ms=60_000,
)


@pytest.mark.parametrize("state", [state for state in State if state is not State.ENDED])
@pytest.mark.parametrize("event", list(Event))
def test_what_the_table_does_not_name_is_refused(state: State, event: Event) -> None:
    session = replace(RINGING, state=state)
    target = NEXT.get((state, event))
    if target is not None:
        assert after(session, event) is target
        return
    with pytest.raises(WrongState) as refused:
        after(session, event)
    assert refused.value.facts == {"what": "session", "state": state, "asked": event, "acts": ()}


@pytest.mark.parametrize("event", list(Event))
def test_nothing_happens_to_a_session_that_has_ended_and_the_refusal_says_why_it_ended(event: Event) -> None:
    with pytest.raises(SessionOver) as refused:
        after(replace(RINGING, state=State.ENDED, reason=Reason.VOID), event)
    assert refused.value.reason == "void"


def test_every_live_state_can_end_and_the_end_is_final() -> None:
    assert {state for state, event in NEXT if event is Event.END} == set(State) - {State.ENDED}
    assert not [state for state, _ in NEXT if state is State.ENDED]


@pytest.mark.rule("R57")
def test_a_session_that_is_being_cut_can_only_end() -> None:
    assert [event for state, event in NEXT if state is State.CLOSING] == [Event.END]


@pytest.mark.rule("D18")
def test_only_a_running_session_is_debited_settled_paused_or_cut() -> None:
    money = {Event.BLOCK, Event.SETTLE, Event.PAUSE, Event.RESUME, Event.RUN_DRY}
    assert {state for state, event in NEXT if event in money} == {State.RUNNING}


def test_the_reason_of_an_end_is_known_only_after_it() -> None:
    with pytest.raises(WrongState):
        ended_reason(RINGING)
    assert ended_reason(replace(RINGING, state=State.ENDED, reason=Reason.MISSED)) is Reason.MISSED


@pytest.mark.parametrize(
    ("first_block", "billed"),
    [(FirstBlock.UNPAID, 0), (FirstBlock.HELD, 0), (FirstBlock.SETTLED, 3), (FirstBlock.PAID, 3)],
)
def test_a_block_that_is_only_held_is_not_billed(first_block: FirstBlock, billed: int) -> None:
    assert replace(RINGING, first_block=first_block, blocks_paid=2).billed_blocks == billed


@pytest.mark.rule("E15")
@pytest.mark.parametrize(("first_block", "charged"), [(FirstBlock.HELD, 0), (FirstBlock.SETTLED, 3)])
def test_of_a_session_that_our_own_outage_ended_the_last_block_is_not_billed(
    first_block: FirstBlock, charged: int
) -> None:
    ended = replace(
        RINGING,
        state=State.ENDED,
        first_block=first_block,
        blocks_paid=2 if charged else 0,
        reason=Reason.SERVICE_OUTAGE,
    )
    back = 1 if charged else 0
    assert (ended.charged_blocks, ended.returned_blocks, ended.billed_blocks) == (charged, back, charged - back)


def test_a_user_has_one_side_and_a_stranger_none() -> None:
    assert RINGING.side_of("cora") is Side.CUSTOMER
    assert RINGING.side_of("pavel") is Side.PERFORMER
    assert RINGING.side_of("stranger") is None
    for side in Side:
        assert RINGING.side_of(RINGING.user_of(side)) is side
        assert side.other is not side
        assert side.other.other is side


@given(st.text(), st.integers(1, 20_000))
def test_a_session_names_its_order_whatever_the_order_is_called(order_id: str, number: int) -> None:
    assert order_of(session_id(order_id, number)) == order_id


@pytest.mark.rule("R56")
def test_sessions_of_an_order_are_numbered_and_sort_in_their_order() -> None:
    names = [session_id("order", number) for number in range(1, 3000)]
    assert names == sorted(set(names))


def test_a_name_without_a_number_names_no_order() -> None:
    assert order_of("gibberish") == ""


# Signs of life


HEARD = Heartbeat("order-0001", Side.CUSTOMER, Mode.VIDEO, "line-1", at_ms=1_000, media_bytes=500, media_at_ms=900)


@pytest.mark.rule("D18")
@pytest.mark.parametrize(("media_bytes", "grown"), [(None, False), (0, False), (500, False), (501, True)])
def test_in_video_a_report_is_a_sign_of_life_if_its_bytes_have_grown(media_bytes: int | None, grown: bool) -> None:
    assert HEARD.grown(media_bytes) is grown
    assert replace(HEARD, mode=Mode.TEXT).grown(media_bytes)


@pytest.mark.rule("D18")
def test_a_boundary_counts_media_in_video_and_any_frame_in_text() -> None:
    assert (HEARD.alive_ms, replace(HEARD, mode=Mode.TEXT).alive_ms) == (900, 1_000)
    reported = HEARD.reported(501, 2_000)
    assert (reported.at_ms, reported.alive_ms, reported.media_bytes) == (2_000, 2_000, 501)
    assert replace(HEARD, mode=Mode.TEXT).reported(None, 2_000).alive_ms == 2_000


@pytest.mark.rule("D18")
def test_a_connection_that_takes_a_side_is_heard_but_brings_no_media_and_a_new_one_counts_its_bytes_anew() -> None:
    same, other = HEARD.held_by("line-1", 2_000), HEARD.held_by("line-2", 2_000)
    assert (same.at_ms, same.alive_ms, same.media_bytes) == (2_000, 900, 500)
    assert (other.at_ms, other.alive_ms, other.media_bytes) == (2_000, 900, 0)


@pytest.mark.rule("D18")
def test_media_is_awaited_of_a_silent_side_of_a_video_session_only() -> None:
    lost = (Loss(Side.CUSTOMER, 0, 0), Loss(Side.PERFORMER, 0, 0, Cause.SILENCE))
    paused = replace(RINGING, lost=lost)
    assert (paused.lost_sides, paused.media_awaited) == (tuple(Side), (Side.PERFORMER,))
    assert (paused.silent(Side.CUSTOMER), paused.silent(Side.PERFORMER)) == (False, True)
    assert replace(paused, mode=Mode.TEXT).media_awaited == ()
