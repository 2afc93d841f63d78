"""What is known of each paid block: when, why, and what flowed."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.billing import evidence
from chalicelib.domain.chat import Message
from chalicelib.domain.disputes.evidence import Flow, Why
from chalicelib.domain.durations import REAL
from chalicelib.domain.kinds import Mode
from chalicelib.domain.media_reports import MediaReport
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import FirstBlock, Reason, Session, State
from tests.support.media import MINUTE

T, PRICE = 1_790_000_000_000, 10_001
TICK, BLOCK = REAL.tick_ms, REAL.block_ms
CUSTOMER, PERFORMER = Side.CUSTOMER, Side.PERFORMER


def session(mode: Mode = Mode.VIDEO, *, blocks: int = 2, lasted_ms: int = BLOCK + 5 * TICK) -> Session:
    return Session(
        id="o1-0001",
        order_id="o1",
        customer_id="cora",
        performer_id="pavel",
        mode=mode,
        price_minor=PRICE,
        commission_bps=1500,
        state=State.ENDED,
        called_ms=T - 9_000,
        deadline_ms=0,
        clock_started_ms=T,
        first_block=FirstBlock.SETTLED,
        blocks_paid=blocks - 1,
        ended_ms=T + lasted_ms,
        reason=Reason.CUSTOMER_HANGUP,
    )


def report(side: Side, tick: int, *, flowed: bool = True, ticks: int = 1) -> MediaReport:
    """Of the ticks up to the end of this one."""
    sent: dict[str, Any] = {"received_bytes": 9 * flowed, "sent_bytes": 9 * flowed}
    sample = MINUTE._replace(at_ms=T + (tick + 1) * TICK, span_ms=ticks * TICK, **sent)
    return MediaReport("o1-0001", side, T + (tick + 1) * TICK, None, (sample,))


def said(author: Side, at_ms: int) -> Message:
    return Message("o1-0001", author, f"m{at_ms}", "Hello", at_ms)


def test_each_block_says_when_it_was_and_why_it_was_debited() -> None:
    first, second = evidence.blocks(session(), (), (), REAL)
    assert (first.k, first.from_ms, first.to_ms, first.why) == (0, T, T + BLOCK, Why.PREPAID)
    assert (second.k, second.from_ms, second.to_ms, second.why) == (1, T + BLOCK, T + BLOCK + 5 * TICK, Why.BOUNDARY)
    assert (len(first.received), len(second.received)) == (15, 5)
    (later, _) = evidence.blocks(replace(session(), first_block=FirstBlock.PAID), (), (), REAL)
    assert later.why is Why.STARTED


def test_the_reports_behind_a_debit_are_the_last_of_the_minute_before_it() -> None:
    found = [report(CUSTOMER, 13), report(CUSTOMER, 14), report(PERFORMER, 12), report(CUSTOMER, 15)]
    for order in (found, found[::-1]):
        _, second = evidence.blocks(session(), order, (), REAL)
        assert second.behind_ms == {CUSTOMER: T + BLOCK}


@pytest.mark.rule("D29")
def test_each_side_s_page_says_of_each_minute_whether_something_flowed() -> None:
    reports = [report(CUSTOMER, 0), report(CUSTOMER, 1, flowed=False), report(PERFORMER, 2, ticks=3)]
    first, _ = evidence.blocks(session(), reports, (), REAL)
    assert first.received[:3] == (Flow.FLOWED, Flow.SILENT, Flow.UNKNOWN)
    assert first.sent[:4] == (Flow.FLOWED, Flow.FLOWED, Flow.FLOWED, Flow.UNKNOWN)


@pytest.mark.rule("D31")
@pytest.mark.parametrize(
    ("reports", "had"),
    [
        ((), False),
        ((report(CUSTOMER, 3),), True),
        ((report(CUSTOMER, 3, flowed=False),), False),
        ((report(CUSTOMER, 3, flowed=False), report(PERFORMER, 3)), False),
        ((report(PERFORMER, 3),), True),
        ((report(PERFORMER, 3, flowed=False),), False),
        ((report(CUSTOMER, 17),), False),
    ],
)
def test_a_block_was_had_if_media_reached_the_customer_and_silence_about_it_wins_nothing(
    reports: tuple[MediaReport, ...], had: bool
) -> None:
    assert evidence.blocks(session(), reports, (), REAL)[0].had is had


@pytest.mark.rule("D31")
def test_a_block_of_text_was_had_if_the_performer_wrote_in_it() -> None:
    messages = [said(CUSTOMER, T), said(PERFORMER, T + BLOCK - 1), said(CUSTOMER, T + BLOCK)]
    found = evidence.blocks(session(Mode.TEXT), (), messages, REAL)
    assert [block.had for block in found] == [True, False]
    assert [block.messages for block in found] == [{CUSTOMER: 1, PERFORMER: 1}, {CUSTOMER: 1, PERFORMER: 0}]
    assert evidence.had_minor(session(Mode.TEXT), found) == PRICE


def test_a_block_that_our_own_outage_gave_back_is_none_of_them() -> None:
    assert len(evidence.blocks(replace(session(), reason=Reason.SERVICE_OUTAGE), (), (), REAL)) == 1


def test_a_session_whose_end_is_not_known_has_its_blocks_whole() -> None:
    assert evidence.blocks(replace(session(), ended_ms=None), (), (), REAL)[1].to_ms == T + 2 * BLOCK
