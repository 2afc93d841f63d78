"""A tab that nobody looks at, whose own timers run once a minute: its session is not paused (D18)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, WebSocket, expect

from chalicelib.domain.durations import FAST
from driver.people import Town
from tests.journeys.browser.calls import PRICE, SHARE, Scene, deal
from tests.journeys.browser.visitor import DESK, Visit, window

Arrange = Callable[..., Any]
GRACE_MS = 60_000
"""Chromium leaves a loaded page alone for so long."""
BOUNDARIES = range(1, GRACE_MS // FAST.block_ms + 3)
LISTEN = """() => {
  window.said = [];
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    window.said.push(JSON.parse(text).type);
    send.call(this, text);
  };
}"""


@pytest.mark.rule("D18", "R47", "R51")
def test_a_session_in_a_hidden_tab_is_paid_on_without_a_pause(
    visit: Visit, town: Town, arrange: Arrange, browser: Browser, site: str, tmp_path: Path
) -> None:
    found = arrange(deal(town, "text", left=len(BOUNDARIES) * PRICE))
    performers = visit("en", DESK, found.performer)
    performer = performers.tab("/")
    heard: list[str] = []
    performer.on("websocket", lambda socket: _listen(socket, heard))
    performer.goto(f"{site}/profile")
    expect(performer.locator(".top-status")).to_be_visible()
    with window(browser, site, tmp_path) as aside:
        with aside.shown(found.customer) as customer:
            customer.goto(f"{site}/orders/{found.order_id}")
            here = Scene(found, customer, performer, performers, performers)
            here.ring()
            here.answer()
            here.talk()
            customer.evaluate(LISTEN)
        for block in BOUNDARIES:
            earned = f"₽{(block + 1) * SHARE // 100:,}.00"
            expect(performer.locator(".facts")).to_contain_text(earned, timeout=2 * FAST.block_ms)
        with aside.shown() as customer:
            said = customer.evaluate("window.said")
            here.customer = customer
            here.hang_up(customer)
    assert said.count("session.report") >= 2 * len(BOUNDARIES), "two signs of life before each boundary"
    assert "session.interrupted" not in heard


def _listen(socket: WebSocket, heard: list[str]) -> None:
    socket.on("framereceived", lambda frame: heard.append(json.loads(frame)["type"]))
