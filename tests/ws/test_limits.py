"""A limit over the wire (E24)."""

import pytest

from chalicelib.ws import routes
from tests.support.lines import Lines
from tests.support.trade import Trade


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    trade = Trade()
    monkeypatch.setattr(routes, "wiring", lambda: trade.house)
    return Lines(trade)


@pytest.mark.rule("E24")
def test_a_limit_is_set_with_the_call_changed_and_lifted(lines: Lines) -> None:
    trade = lines.trade
    trade.on_site()
    ringing = lines.cora.says("call.start", order_id=trade.order_id, limit_blocks=2)
    assert ringing["limit_blocks"] == 2
    about = {"session_id": ringing["session_id"]}
    lines.pavel.says("call.answer", **about)
    limited = {"type": "session.limited", "session_id": ringing["session_id"], "re": "7"}
    assert lines.cora.says("session.limit", limit_blocks=3, **about) == {**limited, "limit_blocks": 3}
    assert lines.cora.says("session.limit", limit_blocks=None, **about) == limited
    assert lines.pavel.says("session.limit", limit_blocks=1, **about)["code"] == "forbidden"


@pytest.mark.rule("E24")
def test_a_limit_below_the_block_under_way_is_refused_with_the_least_that_is_left(lines: Lines) -> None:
    lines.trade.running()
    lines.trade.boundary(1)
    answer = lines.cora.says("session.limit", limit_blocks=1, **lines.about)
    assert answer == {"type": "error", "code": "limit_too_low", "least_blocks": 2, "re": "7"}
