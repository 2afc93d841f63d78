"""The customer pays for what they receive: whether they show themselves changes nothing (R48 to R50)."""

import pytest

from chalicelib.billing.ledger import Entry
from tests.services.scene import PARTIES, PRICE_MINOR, Scene


def _billed(*, both_ways: bool) -> tuple[Entry, ...]:
    """A first block and a second one; `both_ways`: the customer turns camera and microphone on, which the pages agree on."""
    scene = Scene()
    session_id = scene.running()
    if both_ways:
        scene.sessions.signal("line-customer-0", session_id, {"description": {"type": "offer", "sdp": "sendrecv"}})
        scene.sessions.signal("line-performer-0", session_id, {"description": {"type": "answer", "sdp": "sendrecv"}})
    scene.to_the_boundary(session_id)
    scene.metering.advance(session_id, scene.ports.at_ms, PARTIES)
    return scene.store.entries("customer-0").items


@pytest.mark.rule("R49")
def test_a_session_costs_the_same_one_way_and_both_ways() -> None:
    one_way, both_ways = _billed(both_ways=False), _billed(both_ways=True)
    assert one_way == both_ways
    assert sum(entry.of("user:customer-0") for entry in one_way) == -2 * PRICE_MINOR
