"""The WebSocket routes: a line is opened by a ticket, each frame reaches its use case, and each refusal comes back with its code."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain.access import Act, rule_of
from chalicelib.domain.accounts import Account
from chalicelib.domain.connections import CONNECTIONS_AT_MOST, Connection, Presence, Ticket, UserConnection
from chalicelib.domain.errors import Forbidden
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import CALLS_AT_MOST, Prepaid
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import FirstBlock, Heartbeat, Reason, State
from chalicelib.services.changes import Insert, Put, Ref, Save
from chalicelib.services.connections import ticket_digest
from chalicelib.services.frames import Balance
from chalicelib.ws import protocol, routes
from tests.support.lines import Lines, Socket
from tests.support.media import MINUTE as SAMPLE
from tests.support.orders import changed
from tests.support.trade import BLOCK, MINUTE, PRICE, SECOND, Trade
from tools.frame_examples import BY_FRAME

FRAMES = [frame for frame in BY_FRAME.values() if isinstance(frame, protocol.ClientFrame)]
"""One of each that a page may send."""


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    trade = Trade()
    monkeypatch.setattr(routes, "wiring", lambda: trade.house)
    return Lines(trade)


def opening(lines: Lines, connection_id: str, handshake: dict[str, Any] | None = None, **query: str) -> int:
    """`handshake`: what the gateway says of its headers."""
    data = {"queryStringParameters": query or None, **(handshake or {})}
    event: Any = SimpleNamespace(connection_id=connection_id, to_dict=lambda: data)
    return routes.connect(event)["statusCode"]


def closing(connection_id: str) -> int:
    event: Any = SimpleNamespace(connection_id=connection_id, to_dict=dict)
    return routes.disconnect(event)["statusCode"]


# Opening and closing


def test_a_line_is_opened_by_a_ticket_once(lines: Lines) -> None:
    ticket = Ticket(ticket_digest("secret"), "cora", lines.trade.now_ms + 30 * SECOND)
    lines.trade.store.commit(Insert(ticket))
    assert opening(lines, "new=", ticket="secret") == 200
    assert opening(lines, "other=", ticket="secret") == 401
    assert Socket(lines.trade, "new=").says("hello")["user_id"] == "cora"


OURS, ANOTHER = "https://twip.example", "https://mallory.example"


@pytest.mark.rule("E16")
@pytest.mark.parametrize(
    ("handshake", "status"),
    [
        ({"headers": {"Host": "twip.example"}}, 200),
        ({"headers": {"Origin": OURS}}, 200),
        ({"headers": {"origin": OURS}, "multiValueHeaders": {"origin": [OURS]}}, 200),
        ({"headers": None, "multiValueHeaders": None}, 200),
        ({"headers": {"Origin": ANOTHER}}, 403),
        ({"headers": {"origin": ANOTHER}}, 403),
        ({"headers": {"ORIGIN": "null"}}, 403),
        ({"headers": {"Origin": ""}}, 403),
        ({"headers": {"Origin": "http://twip.example"}}, 403),
        ({"headers": {"Origin": f"{OURS}:8443"}}, 403),
        ({"headers": {"Origin": f"{OURS}.mallory.example"}}, 403),
        ({"multiValueHeaders": {"Origin": [ANOTHER]}}, 403),
        ({"headers": {"Origin": OURS}, "multiValueHeaders": {"Origin": [ANOTHER, OURS]}}, 403),
    ],
    ids=str,
)
def test_a_page_of_another_site_opens_no_line_with_a_good_ticket(
    lines: Lines, handshake: dict[str, Any], status: int
) -> None:
    ticket = Ticket(ticket_digest("secret"), "cora", lines.trade.now_ms + 30 * SECOND)
    lines.trade.store.commit(Insert(ticket))
    assert opening(lines, "new=", handshake, ticket="secret") == status
    opened = lines.trade.store.get(Ref(Connection, "new="))
    assert (opened is not None) is (status == 200)
    assert lines.trade.store.get(Ref(Ticket, ticket.digest)) == (None if opened else ticket)


@pytest.mark.rule("E16")
def test_a_ticket_that_a_sign_out_has_outdone_opens_no_line(lines: Lines) -> None:
    ticket = Ticket(ticket_digest("secret"), "cora", lines.trade.now_ms + 30 * SECOND)
    lines.trade.store.commit(Insert(ticket))
    lines.trade.outdo("cora")
    assert opening(lines, "new=", ticket="secret") == 401


def test_without_a_good_ticket_no_line_is_opened(lines: Lines) -> None:
    assert opening(lines, "new=") == 401
    assert opening(lines, "new=", ticket="guess") == 401
    old = Ticket(ticket_digest("old"), "cora", lines.trade.now_ms)
    lines.trade.store.commit(Insert(old))
    assert opening(lines, "new=", ticket="old") == 401


@pytest.mark.rule("D18")
def test_a_closed_line_pauses_its_session_and_one_that_nobody_knows_changes_nothing(lines: Lines) -> None:
    lines.trade.running()
    assert closing(lines.cora.connection_id) == 200
    assert len(lines.trade.session.lost) == 1
    assert closing(lines.cora.connection_id) == 200
    assert closing("nobody=") == 200


def test_a_frame_on_a_line_that_was_never_opened_is_nobodys(lines: Lines) -> None:
    answer = Socket(lines.trade, "nobody=").says("ping")
    assert answer == {"type": "error", "code": "unauthenticated", "reason": "missing", "re": "7"}


# Frames and their answers


@pytest.mark.rule("D7", "D18")
def test_hello_welcomes_with_all_that_a_page_needs_to_keep_its_line(lines: Lines) -> None:
    assert lines.pavel.says("hello") == {
        "type": "welcome",
        "re": "7",
        "user_id": "pavel",
        "now_ms": lines.trade.now_ms,
        "keepalive_ms": 40_000,
        "report_ms": [50_000, 30_000],
        "waiting_report_ms": 20_000,
    }


@pytest.mark.rule("D6", "R22")
def test_hello_tells_of_calls_that_ring(lines: Lines) -> None:
    lines.trade.ring()
    lines.trade.quiet()
    lines.pavel.says("hello")
    assert lines.trade.told(lines.trade.pavel) == ["call.incoming", "call.count", "welcome"]


def test_ping_tells_the_time(lines: Lines) -> None:
    assert lines.cora.says("ping") == {"type": "pong", "now_ms": lines.trade.now_ms, "re": "7"}


@pytest.mark.rule("D7")
def test_a_page_whose_line_was_taken_for_gone_is_told_and_closed_at_its_next_ping_and_does_not_look_present(
    lines: Lines,
) -> None:
    """It cannot be rung on this line, whatever it says on it, until it comes back on another."""
    house = lines.trade.house
    house.air.gone.add(lines.pavel.connection_id)
    house.connections.tell_user("pavel", Balance(1))
    house.air.gone.clear()
    for said in ("ping", "hello"):
        answer = lines.pavel.says(said)
        assert answer == {"type": "error", "code": "unauthenticated", "reason": "missing", "re": "7"}
    assert house.air.closed == [lines.pavel.connection_id] * 2
    assert house.store.get(Ref(Presence, "pavel")) is None
    assert house.connections.tell_user("pavel", Balance(1)) == 0


@pytest.mark.rule("D18")
def test_a_line_that_was_taken_for_gone_still_hangs_up_and_its_end_is_seen(lines: Lines) -> None:
    lines.trade.running()
    house = lines.trade.house
    house.air.gone.add(lines.cora.connection_id)
    house.connections.tell_user("cora", Balance(1))
    house.air.gone.clear()
    assert closing(lines.cora.connection_id) == 200
    assert len(lines.trade.session.lost) == 1


@pytest.mark.rule("D7")
def test_a_ping_reads_its_line_and_writes_its_presence_and_no_more(lines: Lines) -> None:
    mark = lines.trade.house.dynamo.counts.mark()
    lines.pavel.says("ping")
    assert lines.trade.house.dynamo.counts.since(mark).requests == {"get_item": 1, "put_item": 1}


@pytest.mark.rule("R37", "R40", "R41", "R42", "R58")
def test_a_video_call_from_the_first_ring_to_the_hang_up(lines: Lines) -> None:
    trade = lines.trade
    ringing = lines.cora.says("call.start", order_id=trade.order_id)
    assert ringing["type"] == "call.ringing"
    assert ringing["re"] == "7"
    trade.session_id = ringing["session_id"]
    assert lines.pavel.says("call.ringing", **lines.about) == {"type": "done", "re": "7"}
    answered = lines.pavel.says("call.answer", **lines.about)
    assert (answered["type"], answered["here"], answered["mode"], answered["re"]) == (
        "call.answered",
        True,
        "video",
        "7",
    )
    assert lines.pavel.says("session.start", **lines.about)["type"] == "done"
    assert lines.cora.says("session.media", received=True, **lines.about)["type"] == "done"
    assert trade.session.state is State.RUNNING
    assert lines.cora.says("signal", data={"sdp": "v=0"}, **lines.about)["type"] == "done"
    assert lines.pavel.says("chat.read", up_to_ms=1, **lines.about)["type"] == "done"
    said = lines.pavel.says("chat.send", client_id="message-1", text="  Привет\n", **lines.about)
    assert (said["type"], said["text"], said["author"], said["re"]) == ("chat.message", "Привет", "performer", "7")
    trade.until(BLOCK - 40 * SECOND)
    assert lines.cora.says("session.report", stats={"media_bytes": 9}, **lines.about)["type"] == "done"
    trade.until(BLOCK)
    trade.wake()
    back = lines.pavel.says("resume", **lines.about)
    assert (back["type"], back["state"], back["re"]) == ("session.resumed", "running", "7")
    assert (back["lost"], back["media_awaited"]) == (["performer"], ["performer"])
    back = lines.pavel.says("session.report", stats={"media_bytes": 9}, **lines.about)
    assert (back["type"], back["lost"], back["media_awaited"], back["re"]) == ("session.resumed", [], [], "7")
    assert lines.cora.says("session.end", **lines.about)["type"] == "done"
    assert trade.session.reason is Reason.CUSTOMER_HANGUP
    over = lines.pavel.says("resume", **lines.about)
    assert (over["type"], over["reason"], over["re"]) == ("session.ended", "customer_hangup", "7")


@pytest.mark.rule("D6")
@pytest.mark.parametrize(
    ("who", "kind", "reason"),
    [("cora", "call.cancel", Reason.CANCELLED), ("pavel", "call.decline", Reason.DECLINED)],
)
def test_a_ringing_is_cancelled_and_declined(lines: Lines, who: str, kind: str, reason: Reason) -> None:
    lines.trade.ring()
    assert getattr(lines, who).says(kind, **lines.about)["type"] == "done"
    assert lines.trade.session.reason is reason


@pytest.mark.rule("D18", "D29")
def test_a_report_is_a_sign_of_life_and_its_evidence_is_kept(lines: Lines) -> None:
    lines.trade.running()
    lines.trade.until(BLOCK - 40 * SECOND)
    stats = {"media_bytes": 9, "first_media_ms": 1_800_000_000_000, "samples": [SAMPLE._asdict()]}
    assert lines.cora.says("session.report", stats=stats, **lines.about) == {"type": "done", "re": "7"}
    heard: Heartbeat = lines.trade.found(Ref(Heartbeat, lines.trade.session_id, Side.CUSTOMER))
    assert heard.at_ms == lines.trade.now_ms
    (kept,) = lines.trade.house.history.media("pavel", lines.trade.session_id).items
    assert (kept.side, kept.first_media_ms, kept.samples) == (Side.CUSTOMER, 1_800_000_000_000, (SAMPLE,))


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.type)
def test_every_frame_is_authorised_by_its_user_but_a_sessions_talk_by_the_connection_that_holds_a_side(
    lines: Lines, frame: protocol.AnyFrame
) -> None:
    """What is said often pays for no look at who holds the connection."""
    talk = frame.type in ("session.report", "signal", "chat.send", "chat.read")
    answer = Socket(lines.trade, "nobody=").sends(frame.model_dump_json(exclude_none=True))
    assert (answer["type"], answer["code"]) == ("error", "session_moved" if talk else "unauthenticated")


# Refusals


@pytest.mark.rule("D17", "R27")
def test_a_refusal_comes_back_with_its_code_its_facts_and_the_frames_id(lines: Lines) -> None:
    trade = lines.trade
    trade.running()
    trade.until(2 * MINUTE)
    trade.house.calls.hang_up(trade.cora, trade.session_id)
    cora: Account = trade.account("cora")
    trade.store.commit(Save(Account("cora", "RUB", available_minor=1, version=cora.version)))
    trade.on_site()
    answer = lines.cora.says("call.start", order_id=trade.order_id)
    assert answer == {"type": "error", "code": "insufficient_funds", "missing_minor": PRICE - 1, "re": "7"}


@pytest.mark.rule("R37")
def test_frames_about_a_session_of_others_are_refused_and_change_nothing(lines: Lines) -> None:
    trade = lines.trade
    trade.answered()
    before = trade.session
    trade.person("eve")
    trade.page("eve", "eve-1")
    eve = Socket(trade, "eve-1")
    for kind in (
        "resume",
        "call.ringing",
        "call.answer",
        "call.cancel",
        "call.decline",
        "session.start",
        "session.end",
    ):
        assert eve.says(kind, **lines.about)["code"] == "not_found"
    assert eve.says("session.media", received=True, **lines.about)["code"] == "not_found"
    assert eve.says("session.limit", limit_blocks=1, **lines.about)["code"] == "not_found"
    for kind, more in (
        ("session.report", {}),
        ("signal", {"data": {}}),
        ("chat.read", {"up_to_ms": 1}),
        ("chat.send", {"client_id": "message-1", "text": "Hi"}),
    ):
        assert eve.says(kind, **lines.about, **more)["code"] == "session_moved"
    assert eve.says("call.start", order_id=trade.order_id)["code"] == "not_found"
    assert trade.session == before


@pytest.mark.rule("D20")
@pytest.mark.parametrize(("text", "code"), [("   ", "required"), ("a\x07b", "control_characters")])
def test_a_message_of_nothing_or_with_control_characters_is_refused_by_its_field(
    lines: Lines, text: str, code: str
) -> None:
    lines.trade.answered()
    answer = lines.cora.says("chat.send", client_id="message-1", text=text, **lines.about)
    assert answer["code"] == "invalid_input"
    assert [(error["field"], error["code"]) for error in answer["errors"]] == [("text", code)]


@pytest.mark.rule("E16", "D28")
@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.type)
def test_where_the_rules_say_so_the_person_is_looked_at_again_and_a_line_that_is_outdone_is_told_and_closed(
    lines: Lines, frame: protocol.AnyFrame
) -> None:
    """And nowhere else: what is said often pays for no such look."""
    trade = lines.trade
    trade.answered()
    for user_id in ("cora", "pavel"):
        trade.outdo(user_id)
    line = lines.pavel if frame.type in ("call.answer", "call.ringing", "session.start") else lines.cora
    about = {"session_id": trade.session_id, "order_id": trade.order_id}
    said = frame.model_dump(mode="json", exclude_none=True)
    answer = line.sends(json.dumps({**said, **{name: value for name, value in about.items() if name in said}}))
    refused = (answer["type"], answer.get("code"), answer.get("reason")) == ("error", "unauthenticated", "expired")
    assert refused is rule_of(Act(frame.type)).fresh, answer
    assert trade.house.air.closed == ([line.connection_id] if refused else [])


def test_a_line_that_nobody_holds_is_told_and_closed(lines: Lines) -> None:
    Socket(lines.trade, "nobody=").says("ping")
    assert lines.trade.house.air.closed == ["nobody="]


def test_one_line_too_many_is_told_how_many_there_may_be_and_closed(lines: Lines) -> None:
    for number in range(CONNECTIONS_AT_MOST):
        lines.trade.store.commit(Put(UserConnection("cora", f"tab-{number}", lines.trade.now_ms + MINUTE)))
    extra = Connection("extra=", "cora", lines.trade.now_ms, lines.trade.now_ms + MINUTE)
    lines.trade.store.commit(Put(extra))
    answer = Socket(lines.trade, "extra=").says("hello")
    assert answer == {"type": "error", "code": "limit_reached", "what": "lines", "limit": 50, "re": "7"}
    assert lines.trade.house.air.closed == ["extra="]


def test_a_refusal_of_any_other_kind_leaves_the_line_open(lines: Lines) -> None:
    assert lines.cora.sends("not json")["type"] == "error"
    assert lines.cora.says("call.start", order_id="x" * 26)["code"] == "not_found"
    trade = lines.trade
    trade.store.commit(Save(changed(trade.order, calls=CALLS_AT_MOST)))
    assert lines.cora.says("call.start", order_id=trade.order_id)["code"] == "limit_reached"
    assert lines.trade.house.air.closed == []


@pytest.mark.parametrize(
    ("text", "field", "code", "re"),
    [
        ("not json", "", "not_json", None),
        (None, "", "not_json", None),
        ('{"type":"no.such","id":"7"}', "type", "not_allowed", "7"),
        ('{"type":"ping","id":"7","surprise":1}', "surprise", "unknown", "7"),
        ('{"type":"call.start","id":"7"}', "order_id", "required", "7"),
        ("[" * 32_000, "", "not_json", None),
        ("x" * (32 * 1024 + 1), "", "too_large", None),
    ],
)
def test_what_is_malformed_is_answered_and_named(
    lines: Lines, text: str | None, field: str, code: str, re: str | None
) -> None:
    answer = lines.cora.sends(text)
    assert (answer["type"], answer["code"], answer.get("re")) == ("error", "invalid_input", re)
    assert [(error["field"], error["code"]) for error in answer["errors"]] == [(field, code)]


def test_a_fault_of_a_field_has_the_code_and_the_bound_that_a_problem_document_gives_it(lines: Lines) -> None:
    about = {"session_id": f"{lines.trade.order_id}-0001", "client_id": "message-1"}
    long = lines.cora.says("chat.send", text="x" * 4_001, **about)
    assert long["errors"] == [{"field": "text", "code": "too_long", "limit": 4_000}]
    absent = lines.cora.says("chat.send", **about)
    assert absent["errors"] == [{"field": "text", "code": "required"}]


def test_anything_unforeseen_is_answered_as_unavailable(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("surprise")

    monkeypatch.setattr(lines.trade.house.connections.__class__, "keep_alive", broken)
    assert lines.cora.says("ping") == {"type": "error", "code": "unavailable", "re": "7"}


def test_a_frame_that_the_table_of_rules_does_not_allow_is_refused(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(act: str, caller: object) -> None:
        raise Forbidden(action=act)

    monkeypatch.setattr(routes, "permit", nobody)
    assert lines.cora.says("ping") == {"type": "error", "code": "forbidden", "action": "ping", "re": "7"}


@pytest.mark.rule("R51")
def test_a_text_session_starts_by_its_second_message(monkeypatch: pytest.MonkeyPatch) -> None:
    trade = Trade(Mode.TEXT)
    monkeypatch.setattr(routes, "wiring", lambda: trade.house)
    lines = Lines(trade)
    trade.answered()
    for number in (1, 2):
        assert trade.session.clock_started_ms is None
        lines.cora.says("chat.send", client_id=f"message-{number}", text="Hello", **lines.about)
    assert trade.session.clock_started_ms == trade.now_ms


@pytest.mark.rule("R51", "D20")
@pytest.mark.parametrize("nothing", ["\u200b", "\u3164", "\u2800", "\u202e", "\u0301"], ids=ascii)
def test_no_clock_starts_by_what_nobody_can_see(monkeypatch: pytest.MonkeyPatch, nothing: str) -> None:
    trade = Trade(Mode.TEXT)
    monkeypatch.setattr(routes, "wiring", lambda: trade.house)
    lines = Lines(trade)
    trade.answered()
    for number, text in enumerate((nothing, "Hello", nothing, nothing * 9)):
        answer = lines.cora.says("chat.send", client_id=f"message-{number}", text=text, **lines.about)
        assert answer.get("code") == (None if text == "Hello" else "invalid_input")
    assert trade.session.clock_started_ms is None
    lines.cora.says("chat.send", client_id="message-4", text="Are you there?", **lines.about)
    assert trade.session.clock_started_ms == trade.now_ms


def test_a_line_remembers_its_session(lines: Lines) -> None:
    lines.trade.answered()
    for line in (lines.cora, lines.pavel):
        connection: Connection = lines.trade.found(Ref(Connection, line.connection_id))
        assert connection.session_ids == {lines.trade.session_id}


def test_a_frame_that_is_wrong_a_thousand_times_is_refused_by_a_frame_that_can_be_sent(lines: Lines) -> None:
    surprises = {f"{n}": 1 for n in range(3_000)}
    answer = lines.cora.sends(json.dumps({"type": "ping", "id": "7", **surprises}))
    assert (answer["code"], answer["re"]) == ("invalid_input", "7")
    assert len(json.dumps(answer)) < protocol.MAX_BYTES


@pytest.mark.rule("R44", "R58", "D15")
@pytest.mark.parametrize("under_way_ms", [32, 300, 20_000])
def test_the_gateways_receipt_of_a_hang_up_decides_though_the_release_was_committed_meanwhile(
    lines: Lines, under_way_ms: int
) -> None:
    trade = lines.trade
    trade.running()
    received_ms = trade.clock_started_ms + 60_000 - 16
    trade.until(60_000)
    trade.wake()
    assert trade.session.first_block is FirstBlock.SETTLED
    trade.until(60_000 - 16 + under_way_ms)
    lines.cora.received_ms = received_ms
    assert lines.cora.says("session.end", **lines.about)["type"] == "done"
    assert (trade.session.reason, trade.session.ended_ms) == (Reason.VOID, received_ms)
    assert (trade.order.body.prepaid, trade.account("pavel").available_minor) == (Prepaid.HELD, 0)
    # The house's top-ups are entries alone.
    assert {found.what for found in trade.house.audit.run().differences} == {"credit of what is not stored"}


@pytest.mark.rule("R58", "D15")
@pytest.mark.parametrize("wrong_ms", [-3_600_000, 3_600_000])
def test_a_receipt_that_cannot_be_is_not_believed(lines: Lines, wrong_ms: int) -> None:
    trade = lines.trade
    trade.running()
    trade.until(120_000)
    trade.wake()
    lines.cora.received_ms = trade.now_ms + wrong_ms
    lines.cora.says("session.end", **lines.about)
    assert trade.session.billed_blocks == 1
    assert (trade.session.ended_ms or 0) - trade.now_ms == (-29_000 if wrong_ms < 0 else 0)


@pytest.mark.rule("D18")
@pytest.mark.parametrize("route", [routes.connect, routes.disconnect])
def test_a_frame_that_names_a_route_of_the_gateway_is_a_frame_like_any_other(lines: Lines, route: Any) -> None:
    """The gateway chooses a frame's route by its `action`."""
    lines.trade.running()
    context = {"requestContext": {"eventType": "MESSAGE", "requestTimeEpoch": lines.trade.now_ms}}
    body = json.dumps({"action": "$disconnect", "type": "ping", "id": "3"})
    event: Any = SimpleNamespace(connection_id=lines.trade.cora.id, body=body, to_dict=lambda: context)
    assert route(event) == {"statusCode": 200}
    assert (lines.trade.session.lost, lines.cora.says("ping")["type"]) == ((), "pong")
