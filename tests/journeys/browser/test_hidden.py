"""A tab that nobody looks at, whose own timers run once a minute: its performer can be called, and its session is not paused (D7, D18)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, WebSocket, expect

from chalicelib.domain.durations import FAST
from demo.people import Town
from tests.journeys.browser.calls import PRICE, WORDS, Scene, deal
from tests.journeys.browser.visitor import DESK, Visit, window

Arrange = Callable[..., Any]


@pytest.mark.rule("D7", "D18", "R47", "R51")
def test_a_hidden_tab_can_be_called_and_pays_on_without_a_pause(
    visit: Visit, town: Town, arrange: Arrange, browser: Browser, site: str, tmp_path: Path
) -> None:
    found = arrange(deal(town, "text", left=3 * PRICE))
    customers = visit("en", DESK, found.customer)
    heard: list[str] = []
    with window(browser, site, tmp_path) as aside:
        with aside.shown(found.performer) as performer:
            performer.goto(f"{site}/profile")
            expect(performer.locator(".top-status")).to_be_visible()
        customer = customers.tab("/")
        customer.on("websocket", lambda socket: _listen(socket, heard))
        # Longer than a page that does not show any sign is taken to be there.
        customer.wait_for_timeout(FAST.presence_ms + FAST.keepalive_ms)
        customer.goto(f"{site}/orders/{found.order_id}")
        customer.get_by_role("link", name=WORDS["en"]["call"]["text"]).click()
        expect(customer.locator(".calling")).to_contain_text("Waiting up to")
        with aside.shown() as performer:
            here = Scene(found, customer, performer, customers, customers)
            here.answer()
            here.talk()
        for block in (1, 2):
            left = f"₽{(3 - block) * PRICE // 100:,}.00"
            expect(customer.locator(".facts")).to_contain_text(left, timeout=2 * FAST.block_ms)
        with aside.shown() as performer:
            here.performer = performer
            here.hang_up(performer)
    assert heard.count("session.charged") == 2
    assert "session.interrupted" not in heard


def _listen(socket: WebSocket, heard: list[str]) -> None:
    socket.on("framereceived", lambda frame: heard.append(json.loads(frame)["type"]))
