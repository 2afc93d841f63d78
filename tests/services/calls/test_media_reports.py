"""Media evidence is kept with its session, by the side that reports it, and is for the two sides only (D13, D29)."""

import pytest

from chalicelib.domain.errors import NotFound, SessionMoved
from chalicelib.domain.media_reports import MediaReport, Sample
from chalicelib.domain.parties import Side
from chalicelib.services.changes import Remove
from chalicelib.services.ports import Listing
from tests.support.media import MINUTE
from tests.support.trade import BLOCK, SECOND, Trade


def minutes(n: int) -> tuple[Sample, ...]:
    return tuple(MINUTE._replace(at_ms=MINUTE.at_ms + k * 60_000) for k in range(n))


@pytest.fixture
def trade() -> Trade:
    """A session that runs."""
    made = Trade()
    made.running()
    return made


@pytest.mark.rule("D29")
def test_both_sides_evidence_is_kept_and_read_newest_first_and_page_by_page(trade: Trade) -> None:
    trade.house.media_reports.keep(trade.cora.id, trade.session_id, 5, minutes(2))
    trade.house.media_reports.keep(trade.pavel.id, trade.session_id, None, minutes(1))
    first_ms = trade.now_ms
    trade.forward(60_000)
    trade.house.media_reports.keep(trade.cora.id, trade.session_id, None, minutes(3))
    first = trade.house.history.media("cora", trade.session_id, limit=1)
    rest = trade.house.history.media("pavel", trade.session_id, cursor=first.next_cursor)
    assert [*first.items, *rest.items] == [
        MediaReport(trade.session_id, Side.CUSTOMER, first_ms + 60_000, None, minutes(3)),
        MediaReport(trade.session_id, Side.PERFORMER, first_ms, None, minutes(1)),
        MediaReport(trade.session_id, Side.CUSTOMER, first_ms, 5, minutes(2)),
    ]


@pytest.mark.rule("D29")
@pytest.mark.parametrize("stranger", ["carl", "", "arbiter"])
def test_to_everybody_else_there_is_no_such_session(trade: Trade, stranger: str) -> None:
    trade.house.media_reports.keep(trade.cora.id, trade.session_id, 5, minutes(1))
    with pytest.raises(NotFound):
        trade.house.history.media(stranger, trade.session_id)


@pytest.mark.rule("D29")
def test_only_the_connection_that_holds_a_side_gives_evidence(trade: Trade) -> None:
    for connection_id in ("carl-1", "nobody="):
        with pytest.raises(SessionMoved):
            trade.house.media_reports.keep(connection_id, trade.session_id, None, minutes(1))
    with pytest.raises(SessionMoved):
        trade.house.media_reports.keep(trade.cora.id, f"{trade.session_id[:-4]}0009", None, minutes(1))
    assert trade.house.history.media("cora", trade.session_id).items == ()


@pytest.mark.rule("D29")
def test_a_report_without_evidence_costs_nothing_more_and_one_with_a_block_of_it_two_plain_units(trade: Trade) -> None:
    before = trade.house.dynamo.counts.mark()
    trade.house.media_reports.keep(trade.cora.id, trade.session_id, None, ())
    assert not trade.house.dynamo.counts.since(before).requests
    trade.house.media_reports.keep(trade.cora.id, trade.session_id, 1_800_000_000_000, minutes(15))
    counted = trade.house.dynamo.counts.since(before)
    assert (counted.plain_units, counted.transactional_units, counted.index_units) == (2, 0, 0)
    assert sum(counted.requests.values()) == 2


@pytest.mark.rule("D29")
def test_what_was_written_by_an_attempt_whose_answer_was_lost_is_not_written_over(trade: Trade) -> None:
    trade.house.media_reports.keep(trade.cora.id, trade.session_id, 5, minutes(2))
    trade.house.media_reports.keep(trade.cora.id, trade.session_id, 6, minutes(3))
    (kept,) = trade.house.history.media("cora", trade.session_id).items
    assert (kept.first_media_ms, kept.samples) == (5, minutes(2))


@pytest.mark.rule("D29")
def test_the_last_minute_is_reported_after_the_end(trade: Trade) -> None:
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    trade.house.media_reports.keep(trade.pavel.id, trade.session_id, None, minutes(1))
    assert len(trade.house.history.media("pavel", trade.session_id).items) == 1


@pytest.mark.rule("D13")
def test_evidence_is_no_sign_of_life_and_starts_no_clock() -> None:
    trade = Trade()
    trade.answered()
    before = trade.session
    trade.house.media_reports.keep(trade.pavel.id, trade.session_id, trade.now_ms, minutes(1))
    trade.house.media_reports.keep(trade.cora.id, trade.session_id, trade.now_ms, minutes(1))
    assert trade.session == before
    trade.house.sessions.press_start(trade.pavel, trade.session_id)
    trade.house.sessions.receive_media(trade.cora, trade.session_id)
    trade.until(BLOCK - 30 * SECOND)
    trade.house.media_reports.keep(trade.cora.id, trade.session_id, None, minutes(1))
    trade.until(BLOCK)
    trade.wake()
    assert len(trade.session.lost) == 2


@pytest.mark.rule("D29")
def test_evidence_is_swept_as_messages_are(trade: Trade) -> None:
    """By listing and removing: nothing else is written for it."""
    trade.house.media_reports.keep(trade.cora.id, trade.session_id, 5, minutes(2))
    for report in trade.store.page(Listing.MEDIA_OF_SESSION, trade.session_id).items:
        trade.store.commit(Remove(report))
    assert trade.store.page(Listing.MEDIA_OF_SESSION, trade.session_id).items == ()
