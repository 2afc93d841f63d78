"""A tab that nobody looks at, whose own timers run once a minute: its session is not paused (D18)."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from chalicelib.domain.durations import FAST
from driver.api import Json
from driver.people import Town
from tests.journeys.browser.calls import SHARE
from tests.journeys.browser.hidden import Hidden

Arrange = Callable[..., Any]
GRACE_MS = 60_000
"""Chromium leaves a loaded page alone for so long."""
BOUNDARIES = GRACE_MS // FAST.block_ms + 2


@pytest.mark.rule("D18", "R47", "R51")
@pytest.mark.xdist_group("gallery")
def test_a_session_in_a_hidden_tab_is_paid_on_without_a_pause(hidden: Hidden, town: Town, arrange: Arrange) -> None:
    """It has begun with the gallery, whose tests do not wait for it."""
    here = hidden.scene

    async def enough() -> bool:
        return await here.deal.performer.available() > BOUNDARIES * SHARE

    arrange(town.until("the last boundary", enough, within_s=(BOUNDARIES + 2) * FAST.block_ms / 1000))
    with hidden.window.shown() as customer:
        said = customer.evaluate("window.said")
        here.customer = customer
        here.hang_up(customer)
    session: Json = arrange(here.deal.performer.api.get(f"/sessions/{hidden.session_id}"))
    blocks = session["billed_blocks"]
    assert blocks > BOUNDARIES
    assert blocks == session["duration_seconds"] * 1000 // FAST.block_ms + 1, "no time was left out"
    expect(here.performer.locator(".summary .total")).to_contain_text(f"₽{blocks * SHARE // 100:,}.00")
    # A frame may come twice.
    charged = {frame["block"] for frame in hidden.heard if frame["type"] == "session.charged"}
    assert charged == set(range(1, blocks)), "the page was told of each"
    assert "session.interrupted" not in {frame["type"] for frame in hidden.heard}
    assert said.count("session.report") >= 2 * (blocks - 1), "two signs of life before each boundary"
    assert here.performers.complaints == []
