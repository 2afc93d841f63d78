"""The customer pays for what they receive: whether they show themselves changes nothing (R48 to R50)."""

import pytest

from chalicelib.billing.ledger import Entry, Kind
from tests.support.trade import MINUTE, PRICE, Trade


def _billed(*, both_ways: bool) -> tuple[Entry, ...]:
    """A first block and a second one; `both_ways`: the customer turns camera and microphone on, which the pages agree on."""
    trade = Trade()
    session_id = trade.running()
    if both_ways:
        trade.house.sessions.signal(trade.cora.id, session_id, {"description": {"type": "offer", "sdp": "sendrecv"}})
        trade.house.sessions.signal(trade.pavel.id, session_id, {"description": {"type": "answer", "sdp": "sendrecv"}})
    trade.until(MINUTE)
    trade.wake()
    trade.boundary(1)
    return tuple(entry for entry in trade.store.entries("cora").items if entry.kind is not Kind.TOP_UP)


@pytest.mark.rule("R49")
def test_a_session_costs_the_same_one_way_and_both_ways() -> None:
    one_way, both_ways = _billed(both_ways=False), _billed(both_ways=True)
    assert one_way == both_ways
    assert sum(entry.of("user:cora") for entry in one_way) == -2 * PRICE
