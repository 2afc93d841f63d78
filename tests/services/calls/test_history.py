"""What was said and charged in a session is for its two sides, and for nobody else (E13, D29)."""

import pytest

from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import Gone, NotFound
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import ConsultationAct
from chalicelib.services.changes import Save
from tests.support.orders import end_order
from tests.support.trade import SECOND, Trade


@pytest.fixture
def trade() -> Trade:
    """A text call in which three messages were sent."""
    made = Trade(Mode.TEXT)
    made.answered()
    for page, text in ((made.cora, "hello"), (made.pavel, "good day"), (made.cora, "here is my question")):
        made.forward(SECOND)
        made.house.sessions.say(page.id, made.session_id, f"message-{len(text)}", text)
    return made


def end(trade: Trade) -> None:
    """The customer hangs up, and the order is closed."""
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    trade.store.commit(Save(end_order(trade.order, ConsultationAct.CLOSE, key="key", now_ms=trade.now_ms)))


@pytest.mark.rule("E13", "D29")
def test_both_sides_read_the_transcript_newest_first_and_page_by_page(trade: Trade) -> None:
    first = trade.house.history.transcript("cora", trade.session_id, limit=2)
    rest = trade.house.history.transcript("pavel", trade.session_id, limit=2, cursor=first.next_cursor)
    assert [m.text for m in (*first.items, *rest.items)] == ["here is my question", "good day", "hello"]


@pytest.mark.rule("D29")
def test_an_open_orders_transcript_is_kept_however_old_it_is(trade: Trade) -> None:
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    trade.forward(10 * REAL.retention_ms)
    assert len(trade.house.history.transcript("cora", trade.session_id).items) == 3


@pytest.mark.rule("D29")
@pytest.mark.parametrize("side", ["cora", "pavel"])
def test_the_transcript_is_hidden_from_both_180_days_after_the_orders_end_by_the_clock_alone(
    trade: Trade, side: str
) -> None:
    end(trade)
    trade.forward(REAL.retention_ms - 1)
    assert len(trade.house.history.transcript(side, trade.session_id).items) == 3
    trade.forward(1)
    with pytest.raises(Gone) as refused:
        trade.house.history.transcript(side, trade.session_id)
    assert refused.value.what == "transcript"
    assert trade.house.history.session(side, trade.session_id)[0].id == trade.session_id, (
        "what it cost is not what was said"
    )


@pytest.mark.rule("D29")
def test_a_stranger_is_not_even_told_that_there_was_a_transcript(trade: Trade) -> None:
    end(trade)
    trade.forward(REAL.retention_ms)
    with pytest.raises(NotFound):
        trade.house.history.transcript("carl", trade.session_id)


@pytest.mark.rule("D29")
@pytest.mark.parametrize("stranger", ["carl", "", "arbiter"])
def test_to_everybody_else_there_is_no_such_session(trade: Trade, stranger: str) -> None:
    with pytest.raises(NotFound):
        trade.house.history.session(stranger, trade.session_id)
    with pytest.raises(NotFound):
        trade.house.history.transcript(stranger, trade.session_id)


@pytest.mark.parametrize("ident", ["", "-", "0" * 26, "0" * 26 + "-0009", "no such thing"])
def test_a_made_up_id_names_nothing(trade: Trade, ident: str) -> None:
    with pytest.raises(NotFound):
        trade.house.history.session("cora", ident)
