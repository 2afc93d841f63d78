"""A text session whose customer's tab is hidden from its first minute on."""

import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, WebSocket, expect

from driver.api import Json
from driver.people import Town
from tests.journeys.browser.calls import PRICE, Scene, deal
from tests.journeys.browser.visitor import Window, visiting, window

BLOCKS = 80
"""What the customer has money for: the session lasts for as long as other tests do."""
LISTEN = """() => {
  window.said = [];
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    window.said.push(JSON.parse(text).type);
    send.call(this, text);
  };
}"""


@dataclass(frozen=True)
class Hidden:
    """Both sides, the window with the customer's tab in it, and the frames that the performer's page has received."""

    scene: Scene
    window: Window
    session_id: str
    heard: list[Json]


@contextmanager
def under_way(
    browser: Browser, site: str, town: Town, arrange: Callable[[Coroutine[Any, Any, Any]], Any], folder: Path
) -> Iterator[Hidden]:
    """The clock runs, and nobody looks at the customer's tab any more."""
    found = arrange(deal(town, "text", left=BLOCKS * PRICE))
    heard: list[Json] = []
    with visiting(browser, site, "en") as performers, window(browser, site, folder) as aside:
        performers.sign_in(found.performer)
        performer = performers.tab("/favicon.svg")
        performer.on("websocket", lambda socket: _listen(socket, heard))
        performer.goto(f"{site}/profile")
        expect(performer.locator(".top-status")).to_be_visible()
        with aside.shown(found.customer) as customer:
            customer.goto(f"{site}/orders/{found.order_id}")
            here = Scene(found, customer, performer, performers, performers)
            here.ring()
            here.answer()
            here.talk()
            customer.evaluate(LISTEN)
            session_id = here.session_id
        yield Hidden(here, aside, session_id, heard)


def _listen(socket: WebSocket, heard: list[Json]) -> None:
    socket.on("framereceived", lambda frame: heard.append(json.loads(frame)))
