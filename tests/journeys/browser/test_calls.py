"""Calling, talking and paying in two real browsers (R37 to R58)."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, WebSocketRoute, expect

from chalicelib.domain.durations import FAST
from driver.people import Town, rub
from infra.local import turn
from infra.local.cloud import LocalCloud
from tests.journeys.browser.calls import PRICE, SEEN, SHARE, Scene, deal, meet, see, states, text_states
from tests.journeys.browser.visitor import DESK, Visit, faults
from tests.support.coturn import relaying

Arrange = Callable[..., Any]
NOTICES = """navigator.serviceWorker.getRegistration()
    .then((worker) => worker?.getNotifications()).then((shown) => (shown ?? []).map((it) => it.tag))"""


def scene(visit: Visit, town: Town, arrange: Arrange, mode: str, lang: str = "en", **terms: Any) -> Scene:
    found = arrange(deal(town, mode, **terms))
    customers, performers = visit(lang, DESK, found.customer), visit(lang, DESK, found.performer)
    return meet(found, customers, performers, lang)


class News:
    """What the service sends to the pages of a profile, which can be held back for a while."""

    def __init__(self, context: BrowserContext) -> None:
        self._waiting: list[tuple[WebSocketRoute, str | bytes]] | None = None
        context.route_web_socket(re.compile(r"/ws\?"), self._between)

    def _between(self, page: WebSocketRoute) -> None:
        def down(frame: str | bytes) -> None:
            if self._waiting is None:
                page.send(frame)
            else:
                self._waiting.append((page, frame))

        page.connect_to_server().on_message(down)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing comes within; afterwards everything does, in its order."""
        waiting: list[tuple[WebSocketRoute, str | bytes]] = []
        self._waiting = waiting
        yield
        self._waiting = None
        for page, frame in waiting:
            page.send(frame)


def billed(here: Scene, arrange: Arrange) -> list[int]:
    """What the session's blocks took from the customer, oldest first."""
    postings = arrange(here.deal.customer.postings())
    return [it["amount"]["amount_minor"] for it in reversed(postings) if it["session_id"] and it["kind"] == "block"]


def as_long(here: Scene, arrange: Arrange, session_id: str) -> list[int]:
    """What a session of its length takes beside the prepaid block: none if it was short, but a busy machine makes it long."""
    session = arrange(here.deal.customer.api.get(f"/sessions/{session_id}"))
    return [-PRICE] * (session["duration_seconds"] * 1000 // FAST.block_ms)


@pytest.mark.rule(
    *("R38", "R39", "R40", "R41", "R42", "R43", "R46", "R47", "R48", "R50", "R52", "R53", "R54", "R55", "R57"),
    *("D17", "E20"),
)
@pytest.mark.xdist_group("video")
def test_a_video_call_from_the_ring_to_the_cut_every_page_of_which_is_for_everybody(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    terms = arrange(deal(town, "video", left=2 * PRICE + 4_000))
    customers, performers = visit("en", DESK, terms.customer), visit("en", DESK, terms.performer)
    news = News(customers.context)
    here = meet(terms, customers, performers)
    found = []
    for name, page in states(here):
        # The warning is there for four seconds, and a look takes longer on a busy machine: what ends it comes afterwards.
        with news.held() if name == "video-low" else nullcontext():
            goes_as_it_must(here, name)
            found += [f"{name}: {fault}" for fault in faults(page, ".banner-warn" if name == "video-low" else "html")]
    assert not found, "\n".join(found)
    expect(here.customer.locator(".summary .total")).to_contain_text("₽2,700.00")
    assert billed(here, arrange) == [-PRICE, -PRICE]
    assert arrange(here.deal.performer.available()) == 3 * SHARE


def goes_as_it_must(here: Scene, state: str) -> None:
    """What is true of a video call in one of its states, beside what the next one rests on."""
    match state:
        case "waiting":
            expect(here.customer.locator(".calling")).to_be_visible()
        case "answered":
            expect(here.customer.locator(".session-bar")).to_contain_text(here.words["free"])
            assert not here.customer.evaluate(SEEN), "nothing of the performer's is sent before the start"
        case "video":
            assert not here.performer.evaluate(SEEN), "the customer sends nothing until they turn something on"
        case "video-low":
            expect(here.customer.locator(".banner-warn").get_by_role("button")).to_contain_text("860")
        case "video-over-sale":
            expect(here.performer.get_by_text(here.words["over"])).to_be_visible(timeout=40_000)


@pytest.mark.rule("R36", "R44", "R45", "R49")
@pytest.mark.xdist_group("video")
def test_the_first_minute_is_free_once_and_the_next_session_is_paid_from_its_first_second(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    here = scene(visit, town, arrange, "video")
    stranger = visit("en").tab(f"/twips/{here.deal.twip_id}")
    expect(stranger.get_by_role("link", name="Order").first).to_be_visible()
    expect(stranger.get_by_role("link", name=here.words["call"]["video"])).to_have_count(0)
    here.ring()
    here.answer()
    here.performer.get_by_role("button", name=here.words["start"]).click()
    here.runs(here.customer)
    here.hang_up(here.customer)
    total = here.customer.locator(".summary .total")
    expect(total).to_contain_text("Free")
    expect(here.performer.locator(".summary .total")).to_contain_text("You earned")
    expect(here.performer.locator(".summary .total")).to_contain_text("0.00")
    expect(here.customer.get_by_text("The free minute of this order is used up")).to_be_visible()
    assert arrange(here.deal.performer.available()) == 0
    here.customer.get_by_role("link", name="Call again").click()
    expect(here.performer.get_by_role("alertdialog")).to_be_visible()
    here.answer()
    here.start()
    here.hang_up(here.customer)
    expect(total).to_contain_text("900")
    assert arrange(here.deal.performer.available()) == SHARE, "one way, and paid for as both ways are"


@pytest.mark.rule("R51", "R52", "R56", "R58")
def test_a_text_consultation_with_marks_and_a_hang_up(visit: Visit, town: Town, arrange: Arrange) -> None:
    here = scene(visit, town, arrange, "text")
    here.ring()
    here.answer()
    here.talk()
    expect(here.customer.get_by_role("log").locator(".msg-me use[href$='#check-check']").first).to_be_attached()
    expect(here.customer.get_by_role("log").locator(".chat-note use[href$='#clock']")).to_be_attached()
    here.hang_up(here.customer)
    session_id = here.session_id
    expect(here.performer.get_by_text(here.words["over"])).to_be_visible()
    here.customer.get_by_role("link", name=here.words["to_order"]).click()
    here.ring()
    here.performer.get_by_role("alertdialog").get_by_role("button", name=here.words["decline"]).click()
    expect(here.customer.get_by_role("alertdialog")).to_have_count(0)
    expect(here.customer.get_by_role("progressbar")).to_have_count(0)
    assert billed(here, arrange) == as_long(here, arrange, session_id)


@pytest.mark.rule("R20", "D6")
def test_every_tab_rings_and_the_first_to_answer_stops_the_others(visit: Visit, town: Town, arrange: Arrange) -> None:
    here = scene(visit, town, arrange, "text")
    other = here.performers.tab("/")
    expect(other.locator(".top-status")).to_be_visible()
    here.ring()
    expect(other.get_by_role("alertdialog")).to_be_visible()
    expect(other).to_have_title(re.compile(r"^\(1\) "))
    expect(other.get_by_role("alertdialog").get_by_role("button", name="Answer")).to_be_focused()
    here.answer()
    expect(other.get_by_role("alertdialog")).to_have_count(0)
    expect(other).to_have_title(re.compile(r"^(?!\(1\))"))


@pytest.mark.rule("R20", "D6")
def test_a_hidden_tab_notifies_of_a_call_which_stops_when_the_customer_closes_the_page(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    here = scene(visit, town, arrange, "text")
    here.performer.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    here.ring()
    session_id = arrange(here.deal.customer.api.get(f"/orders/{here.deal.order_id}"))["consultation"]["live_session_id"]
    here.performer.wait_for_function(f"async () => (await {NOTICES}).includes('{session_id}')")
    here.customer.close()
    expect(here.performer.get_by_role("alertdialog")).to_have_count(0, timeout=FAST.ring_ms)
    session = arrange(here.deal.performer.api.get(f"/sessions/{session_id}"))
    here.performer.wait_for_function(f"async () => (await {NOTICES}).length === 0")
    assert (session["state"], session["reason"]) == ("ended", "connection_lost")


@pytest.mark.rule("R37", "R39")
def test_a_call_whose_answer_was_lost_is_found_again_when_the_line_is_back(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    found = arrange(deal(town, "text"))
    customers, performers = visit("en", DESK, found.customer), visit("en", DESK, found.performer)
    lost: list[str] = []

    def between(page: WebSocketRoute) -> None:
        def down(frame: str | bytes) -> None:
            if '"call.ringing"' in str(frame) and not lost:
                lost.append(str(frame))
                page.close()
                service.close()
            else:
                page.send(frame)

        service = page.connect_to_server()
        service.on_message(down)

    customers.context.route_web_socket(re.compile(r"/ws\?"), between)
    here = meet(found, customers, performers)
    here.ring()
    expect(here.customer.locator(".calling")).to_contain_text("Waiting up to")
    assert len(lost) == 1
    here.answer()
    here.hang_up(here.customer)
    sessions = arrange(found.customer.api.get(f"/orders/{found.order_id}/sessions"))
    assert len(sessions["items"]) == 1, "it was one call"


@pytest.mark.rule("R20", "R6")
def test_a_call_neither_takes_the_pen_away_nor_what_was_written(visit: Visit, town: Town, arrange: Arrange) -> None:
    here = scene(visit, town, arrange, "text")
    page = here.performer = here.performers.tab("/add/new")
    title = page.get_by_label("Title")
    title.press_sequentially("Chess ")
    here.ring()
    page.keyboard.type("for grown-ups ")
    expect(title).to_have_value("Chess for grown-ups ")
    here.answer()
    here.hang_up(page)
    page.goto(re.sub(r"(:\d+)/.*", r"\1/add/new", page.url))
    again = page.get_by_text("What you had not saved is here again")
    expect(again).to_be_visible()
    expect(title).to_have_value("Chess for grown-ups ")
    page.get_by_role("button", name="Undo my changes").click()
    expect(title).to_have_value("")
    expect(again).to_have_count(0)


@pytest.mark.rule("R51", "D20")
def test_a_message_that_is_refused_says_why_and_is_not_lost(visit: Visit, town: Town, arrange: Arrange) -> None:
    here = scene(visit, town, arrange, "text")
    here.ring()
    here.answer()
    page, field = here.customer, here.customer.get_by_placeholder("Write a message")
    field.fill("\u3164\u200b \u2800")
    page.keyboard.press("Enter")
    expect(field).to_have_value("\u3164\u200b \u2800")
    expect(page.get_by_role("log").locator(".msg")).to_have_count(0)
    field.fill("a" * 4_001)
    page.keyboard.press("Enter")
    expect(page.get_by_text("At most 4000 characters.")).to_be_visible()
    field.fill("Hello \u202eolleH")
    page.keyboard.press("Enter")
    log = page.get_by_role("log")
    expect(log).to_contain_text("Not sent. Hidden characters came along with what was copied. Type it by hand.")
    log.get_by_role("button", name="Edit").click()
    expect(field).to_have_value("Hello \u202eolleH")
    expect(log).not_to_contain_text("Not sent")
    field.fill("Hello to")
    page.reload()
    expect(field).to_have_value("Hello to")
    here.hang_up(page)


@pytest.mark.rule("R21", "R22", "R19")
def test_a_performer_who_is_away_sees_a_silent_badge_with_the_number(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    here = scene(visit, town, arrange, "text", status="away")
    here.customer.get_by_role("link", name="Start the chat").click()
    badge = here.performer.get_by_role("button", name="Incoming calls: 1")
    expect(badge).to_be_visible()
    expect(here.performer.get_by_role("alertdialog")).to_have_count(0)
    badge.click()
    panel = here.performer.get_by_role("region", name="Ringing now")
    expect(panel).to_contain_text("Oleg Martynov")
    panel.get_by_role("button", name="Answer").click()
    here.performer.wait_for_url(re.compile("/session/"))
    here.customer.wait_for_url(re.compile("/session/"))


@pytest.mark.rule("R23", "R24")
def test_a_performer_who_became_busy_cannot_be_called_and_the_page_says_why(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    here = scene(visit, town, arrange, "text")
    arrange(here.deal.performer.api.put("/me/status", {"status": "busy"}))
    here.customer.get_by_role("link", name="Start the chat").click()
    expect(here.customer.get_by_text("The performer is not taking calls now")).to_be_visible()


@pytest.mark.rule("D18", "R46")
@pytest.mark.xdist_group("video")
def test_a_reload_in_the_middle_of_a_call_comes_back_without_a_second_debit(
    visit: Visit, town: Town, arrange: Arrange
) -> None:
    here = scene(visit, town, arrange, "video")
    here.ring()
    here.answer()
    here.start()
    camera = here.customer.get_by_role("button", name=here.words["camera"])
    camera.click()
    see(here.performer)
    here.customer.reload()
    here.runs(here.customer)
    see(here.customer)
    # What was on is on again, and what was off stays off.
    expect(camera).to_have_attribute("aria-pressed", "true")
    own = here.performer.get_by_role("button", name=here.words["camera"])
    own.click()
    expect(own).to_have_attribute("aria-pressed", "false")
    here.performer.reload()
    here.runs(here.performer)
    see(here.performer)
    expect(own).to_have_attribute("aria-pressed", "false")
    here.hang_up(here.customer)
    assert billed(here, arrange) == as_long(here, arrange, here.session_id)


@pytest.mark.rule("D17", "R27", "R47")
def test_a_top_up_in_the_session_carries_it_over_the_boundary(visit: Visit, town: Town, arrange: Arrange) -> None:
    here = scene(visit, town, arrange, "text", left=0)
    here.ring()
    here.answer()
    here.talk()
    # The warning is there for four seconds: it is waited for sharply, and all but the payment itself is done before.
    started = arrange(here.deal.customer.api.post("/account/topups", {"amount": rub(PRICE)}))
    warning = here.customer.locator(".banner-warn")
    warning.filter(has_text="₽900.00").wait_for(timeout=30_000)
    expect(here.performer.locator(".banner-warn")).to_be_visible()
    expect(here.performer.locator(".banner-warn")).not_to_contain_text("₽")
    arrange(town.pay(started))
    expect(warning).to_have_count(0)
    expect(here.customer.locator(".facts")).to_contain_text("₽0.00", timeout=30_000)
    assert billed(here, arrange) == [-PRICE]
    here.hang_up(here.performer)


@pytest.mark.rule("E20", "R37", "R58")
def test_order_and_call_by_keyboard_alone(visit: Visit, town: Town, arrange: Arrange) -> None:
    found = arrange(deal(town, "text"))
    customers, performers = visit("en", DESK, found.customer), visit("en", DESK, found.performer)
    here = meet(found, customers, performers)
    page = here.customer
    page.get_by_role("link", name="Start the chat").focus()
    page.keyboard.press("Enter")
    ring = here.performer.get_by_role("alertdialog")
    expect(ring.get_by_role("button", name="Answer")).to_be_focused()
    here.performer.keyboard.press("Enter")
    page.wait_for_url(re.compile("/session/"))
    expect(page.locator(".session-bar")).to_be_visible()
    page.get_by_placeholder("Write a message").focus()
    page.keyboard.type("Hello")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Hello")
    page.get_by_role("button", name="End", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The session is over")).to_be_visible()


@pytest.mark.rule("E20")
def test_every_page_of_a_consultation_in_writing_is_for_everybody(visit: Visit, town: Town, arrange: Arrange) -> None:
    here = scene(visit, town, arrange, "text", "ru", left=2 * PRICE + 4_000)
    found = [f"{name}: {fault}" for name, page in text_states(here) for fault in faults(page)]
    assert not found, "\n".join(found)


RELAYED_ONLY = """
const Real = RTCPeerConnection;
window.made = [];
window.RTCPeerConnection = class extends Real {
  constructor(given) { super({...given, iceTransportPolicy: "relay"}); window.made.push(this); }
  setConfiguration(given) { super.setConfiguration({...given, iceTransportPolicy: "relay"}); }
};
"""
ROUTES = """async () => {
  const rows = [...(await window.made.at(-1).getStats()).values()];
  const pair = rows.find((it) => it.type === "candidate-pair" && it.nominated && it.state === "succeeded");
  return rows.filter((it) => [pair.localCandidateId, pair.remoteCandidateId].includes(it.id)).map((it) => it.candidateType);
}"""


@pytest.mark.rule("E11", "R42")
@pytest.mark.xdist_group("video")
def test_a_call_that_only_a_relay_lets_through_lives_by_the_services_credentials(
    visit: Visit, town: Town, arrange: Arrange, cloud: LocalCloud, turn_port: int, tmp_path: Path
) -> None:
    found = arrange(deal(town, "video"))
    customers, performers = visit("en", DESK, found.customer), visit("en", DESK, found.performer)
    for visitor in (customers, performers):
        visitor.context.add_init_script(RELAYED_ONLY)
    keys = turn.lines(cloud.keys("TURN_SECRET_ARN"), int(time.time() * 1000))
    with relaying(tmp_path, turn_port, keys):
        here = meet(found, customers, performers)
        here.ring()
        here.answer()
        here.start()
        see(here.customer)
        assert here.customer.evaluate(ROUTES) == ["relay", "relay"]
        here.hang_up(here.customer)
