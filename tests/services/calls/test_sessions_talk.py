"""What the two pages of a session say to each other, and their signs of life (R48 to R51, D18, D20)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.connections import Connection
from chalicelib.domain.errors import (
    SessionMoved,
    Unavailable,
)
from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Side
from chalicelib.domain.people import Role
from chalicelib.domain.sessions import Heartbeat, State
from chalicelib.services.changes import Ref, Save
from chalicelib.services.frames import (
    ChatRead,
    SessionEnded,
    Signal,
)
from chalicelib.services.people.staff import Change
from tests.support.people import settle
from tests.support.trade import BLOCK, MINUTE, SECOND, Trade


@pytest.fixture
def trade() -> Trade:
    return Trade()


@pytest.fixture
def text() -> Trade:
    return Trade(Mode.TEXT)


def heard(trade: Trade, side: Side) -> Heartbeat:
    found: Heartbeat = trade.found(Ref(Heartbeat, trade.session_id, side))
    return found


def line(trade: Trade) -> Connection:
    """Cora's first line, as stored: it knows its session."""
    found: Connection = trade.found(Ref(Connection, trade.cora.id))
    return found


# Talk between the two pages


def test_signals_and_marks_of_reading_go_to_the_other_side_only(trade: Trade) -> None:
    second = trade.page("pavel", "pavel-2")
    trade.answered()
    trade.quiet()
    trade.house.sessions.signal(trade.cora.id, trade.session_id, {"sdp": "offer"})
    trade.house.sessions.read_up_to(trade.cora.id, trade.session_id, 5)
    assert trade.frames(trade.pavel) == [Signal(trade.session_id, {"sdp": "offer"}), ChatRead(trade.session_id, 5)]
    assert trade.told(trade.cora) == trade.told(second) == []


@pytest.mark.rule("D20")
def test_nobody_has_read_what_is_not_written_yet(trade: Trade) -> None:
    trade.answered()
    trade.house.air.told.clear()
    trade.house.sessions.read_up_to(trade.cora.id, trade.session_id, 2**53)
    assert trade.frames(trade.pavel) == [ChatRead(trade.session_id, trade.now_ms)]


def test_who_does_not_hold_a_side_says_nothing_to_the_other(trade: Trade) -> None:
    trade.answered()
    trade.person("eve")
    for page in (trade.page("eve", "eve-1"), trade.page("cora", "cora-2")):
        with pytest.raises(SessionMoved):
            trade.house.sessions.signal(page.id, trade.session_id, {})
        with pytest.raises(SessionMoved):
            trade.house.sessions.report(page.id, trade.session_id, 1)
    with pytest.raises(SessionMoved):
        trade.house.sessions.signal(trade.cora.id, f"{trade.order_id}-0009", {})


@pytest.mark.rule("D28", "D18")
def test_a_blocked_person_whose_line_cannot_be_closed_says_nothing_more_and_is_missed_like_anybody_who_is_gone(
    text: Trade,
) -> None:
    admin = settle(text.house, "ada@example.org", Role.ADMIN)
    text.running()
    text.house.air.stuck.add(text.pavel.id)
    with pytest.raises(Unavailable):
        text.house.staff.change(admin.id, "pavel", Change(blocked=True))
    text.quiet()
    talk: list[Callable[[str, str], object]] = [
        lambda line, session: text.house.sessions.say(line, session, "message-9", "Pay me elsewhere"),
        lambda line, session: text.house.sessions.signal(line, session, {"sdp": "offer"}),
        lambda line, session: text.house.sessions.read_up_to(line, session, 5),
        lambda line, session: text.house.sessions.report(line, session, None),
    ]
    for act in talk:
        with pytest.raises(SessionMoved):
            act(text.pavel.id, text.session_id)
    assert text.told(text.cora) == []
    text.until(BLOCK - 40 * SECOND)
    text.report(text.cora)
    text.until(BLOCK)
    assert [lost.side for lost in text.wake().session.lost] == [Side.PERFORMER]
    assert text.paid_blocks() == [0]


def test_a_line_that_cannot_be_closed_is_taken_from_its_side_also_while_it_reports(text: Trade) -> None:
    text.running()
    text.house.air.stuck.add(text.pavel.id)
    text.until(BLOCK - 40 * SECOND)
    with text.meanwhile("put_item", lambda: text.report(text.pavel), skip=2):
        text.house.identity.sign_out_everywhere("pavel")
    assert heard(text, Side.PERFORMER).connection_id != text.pavel.id
    assert heard(text, Side.PERFORMER).at_ms == text.now_ms


def test_what_is_said_to_a_side_that_nobody_holds_yet_is_lost_without_harm(trade: Trade) -> None:
    trade.ring()
    with trade.crashing(after=True):
        trade.house.calls.answer(trade.pavel, trade.session_id)
    trade.house.sessions.signal(trade.cora.id, trade.session_id, {})


# Signs of life


@pytest.mark.rule("D18")
def test_a_report_counts_when_media_has_flowed_since_the_last_one(trade: Trade) -> None:
    trade.running()
    at_ms = heard(trade, Side.CUSTOMER).at_ms
    trade.until(BLOCK - 50 * SECOND)
    for media_bytes in (None, 0):
        trade.house.sessions.report(trade.cora.id, trade.session_id, media_bytes)
        assert heard(trade, Side.CUSTOMER).at_ms == at_ms
    trade.house.sessions.report(trade.cora.id, trade.session_id, 1)
    assert heard(trade, Side.CUSTOMER).at_ms == trade.now_ms
    trade.forward(14 * MINUTE)
    trade.house.sessions.report(trade.cora.id, trade.session_id, 1)
    assert heard(trade, Side.CUSTOMER).at_ms == trade.now_ms - 14 * MINUTE


@pytest.mark.rule("D18")
def test_in_text_a_report_counts_without_media(text: Trade) -> None:
    text.running()
    text.until(BLOCK - 50 * SECOND)
    text.house.sessions.report(text.pavel.id, text.session_id, None)
    assert heard(text, Side.PERFORMER).at_ms == text.now_ms


@pytest.mark.rule("D18")
def test_the_second_report_before_a_boundary_is_not_written_when_the_first_was(trade: Trade) -> None:
    trade.running()
    for wrong_ms in (-4 * SECOND, 4 * SECOND):
        trade.until(BLOCK - 50 * SECOND)
        trade.report()
        written = trade.house.dynamo.counts.write_units
        trade.until(BLOCK - 30 * SECOND + wrong_ms)
        trade.report()
        assert trade.house.dynamo.counts.write_units == written


@pytest.mark.rule("D18")
@pytest.mark.parametrize("wrong_ms", [-4 * SECOND, 0, 4 * SECOND])
def test_whenever_a_side_came_back_one_of_its_two_reports_keeps_it_alive(trade: Trade, wrong_ms: int) -> None:
    """Also by a clock that is some seconds wrong: no instant of a return leaves a hole between the two reports."""
    trade.running()
    for back_s in range(40, 100):
        came = BLOCK - back_s * SECOND
        trade.store.commit(
            Save(
                replace(heard(trade, Side.CUSTOMER), at_ms=trade.clock_started_ms + came, media_bytes=0, media_at_ms=0)
            ),
        )
        for before in (50 * SECOND, 30 * SECOND):
            at = BLOCK - before + wrong_ms
            if at > came:
                trade.until(at)
                trade.report(trade.cora)
        assert heard(trade, Side.CUSTOMER).alive_ms >= trade.clock_started_ms + BLOCK - MINUTE, back_s


@pytest.mark.rule("D18")
def test_a_report_that_meets_another_write_is_tried_again_and_at_last_refused(trade: Trade) -> None:
    trade.running()
    trade.until(BLOCK - 50 * SECOND)

    def touched() -> None:
        trade.store.commit(Save(heard(trade, Side.CUSTOMER)))

    with trade.meanwhile("put_item", touched):
        trade.report(trade.cora)
    assert heard(trade, Side.CUSTOMER).at_ms == trade.now_ms
    trade.forward(5 * MINUTE)
    with trade.meanwhile("put_item", touched, times=8), pytest.raises(Unavailable):
        trade.report(trade.cora)


@pytest.mark.rule("R41", "R42", "D13")
def test_a_page_that_reports_while_it_waits_is_there_when_the_clock_starts(trade: Trade) -> None:
    trade.answered()
    trade.house.sessions.receive_media(trade.cora, trade.session_id)
    for _ in range(8):
        trade.forward(20 * SECOND)
        for page in (trade.cora, trade.pavel):
            assert trade.house.sessions.report(page.id, trade.session_id, None) is None
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    assert (trade.session.state, trade.clock_started_ms) == (State.RUNNING, trade.now_ms)


@pytest.mark.rule("D13", "D18")
def test_a_report_that_lost_its_race_while_the_clock_waited_is_given_again(text: Trade) -> None:
    text.answered()
    text.house.sessions.say(text.cora.id, text.session_id, "message-1", "Are you there?")
    text.forward(61 * SECOND)
    text.house.sessions.say(text.cora.id, text.session_id, "message-2", "Hello?")
    with text.meanwhile(
        "transact_write_items", lambda: text.house.sessions.report(text.pavel.id, text.session_id, None)
    ):
        text.house.sessions.report(text.pavel.id, text.session_id, None)
    assert (text.session.state, text.paid_blocks()) == (State.RUNNING, [0])


@pytest.mark.rule("D18", "R57")
def test_a_report_that_comes_after_the_end_is_told_of_it(trade: Trade) -> None:
    trade.running()
    trade.house.calls.hang_up(trade.pavel, trade.session_id)
    told = trade.house.sessions.report(trade.cora.id, trade.session_id, 1)
    assert isinstance(told, SessionEnded)
    assert told.session_id == trade.session_id
