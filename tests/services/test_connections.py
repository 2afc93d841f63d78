"""Open tabs and devices: tickets, lines and presence that tells the truth (D6, D7)."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.domain.connections import CONNECTIONS_AT_MOST, Connection, Presence, Ticket, UserConnection
from chalicelib.domain.errors import LimitReached, Unauthenticated, Unavailable
from chalicelib.domain.people import User, blocked, signed_out
from chalicelib.services.changes import Insert, Put, Ref, Save
from chalicelib.services.connections import ticket_digest
from chalicelib.services.frames import Balance, Notice
from tests.support.house import House
from tests.support.people import somebody

SECOND = 1_000


@pytest.fixture
def house() -> House:
    made = House()
    for user_id in ("pavel", "cora"):
        made.store.commit(Insert(somebody(user_id)))
    return made


def ticket(house: House, secret: str = "secret") -> None:
    epoch = pavel(house).epoch
    house.store.commit(Insert(Ticket(ticket_digest(secret), "pavel", house.hands.at_ms + 30 * SECOND, epoch)))


def pavel(house: House) -> User:
    found = house.store.get(Ref(User, "pavel"))
    assert found is not None
    return found


def outdo(house: House, by: Callable[[User], User]) -> None:
    """What signing out everywhere, another password and a block do first."""
    house.store.commit(Save(by(pavel(house))))


def page(house: House, connection_id: str, user_id: str = "pavel") -> Connection:
    connection = Connection(connection_id, user_id, house.hands.at_ms, house.hands.at_ms + 1)
    house.store.commit(Put(connection))
    house.connections.hello(connection, house.hands.at_ms)
    return connection


def many_lines(house: House, count: int) -> list[str]:
    """So many lines of Pavel's are listed. Answers their names, in order."""
    names = [f"line-{n:03d}" for n in range(count)]
    for name in names:
        house.store.commit(Put(UserConnection("pavel", name, house.hands.at_ms + 1)))
    return names


def presence(house: House) -> Presence | None:
    return house.store.get(Ref(Presence, "pavel"))


@pytest.mark.rule("D7")
def test_a_ticket_opens_one_line_and_only_one(house: House) -> None:
    ticket(house)
    opened = house.connections.open("secret", "line-1", house.hands.at_ms)
    assert opened.user_id == "pavel"
    assert house.connections.holder("line-1") == opened
    with pytest.raises(Unauthenticated):
        house.connections.open("secret", "line-2", house.hands.at_ms)


def test_two_lines_that_open_with_one_ticket_at_once_are_one_line(house: House) -> None:
    ticket(house)

    def other(name: str, request: object) -> None:
        if name == "transact_write_items":
            house.dynamo.before = None
            house.connections.open("secret", "line-2", house.hands.at_ms)

    house.dynamo.before = other
    with pytest.raises(Unauthenticated):
        house.connections.open("secret", "line-1", house.hands.at_ms)
    assert house.connections.holder("line-2").user_id == "pavel"


def test_a_ticket_is_good_for_30_seconds_and_expiry_goes_by_the_clock(house: House) -> None:
    ticket(house)
    house.hands.forward(30 * SECOND)
    with pytest.raises(Unauthenticated) as refused:
        house.connections.open("secret", "line-1", house.hands.at_ms)
    assert refused.value.facts == {"reason": "expired"}


def test_a_made_up_ticket_and_a_line_that_is_not_open_are_nobodys(house: House) -> None:
    with pytest.raises(Unauthenticated):
        house.connections.open("guess", "line-1", house.hands.at_ms)
    with pytest.raises(Unauthenticated):
        house.connections.holder("line-1")


def test_a_ticket_is_not_stored_as_it_is(house: House) -> None:
    ticket(house, "very-secret")
    assert "very-secret" not in str(list(house.dynamo.items("live")))


@pytest.mark.rule("D6")
def test_a_hello_that_is_to_be_repeated_takes_nothing_from_the_repeat_that_came_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = Connection("line-1", "pavel", house.hands.at_ms, house.hands.at_ms + 1)
    house.store.commit(Put(connection))
    read = house.store.get

    def late(ref: Ref[Any]) -> Any:
        if ref.kind is not User:
            return read(ref)
        monkeypatch.undo()
        house.connections.hello(connection, house.hands.at_ms)
        raise Unavailable

    monkeypatch.setattr(house.store, "get", late)
    with pytest.raises(Unavailable):
        house.connections.hello(connection, house.hands.at_ms)
    assert house.connections.tell_user("pavel", Balance(1)) == 1


@pytest.mark.rule("D6", "D7")
def test_frames_reach_a_page_from_its_first_frame_on(house: House) -> None:
    ticket(house)
    opened = house.connections.open("secret", "line-1", house.hands.at_ms)
    assert house.connections.tell_user("pavel", Balance(1)) == 0
    assert presence(house) is None
    house.connections.hello(opened, house.hands.at_ms)
    assert house.connections.tell_user("pavel", Balance(1)) == 1
    assert presence(house) is not None


@pytest.mark.rule("D6")
def test_frames_go_in_order_to_every_tab_but_the_one_that_is_left_out(house: House) -> None:
    for name in ("line-1", "line-2", "line-3"):
        page(house, name)
    page(house, "line-9", "cora")
    assert house.connections.tell_user("pavel", Balance(1), Notice("n"), but="line-2") == 2
    told = [(tell.connection_id, type(tell.frame)) for tell in house.air.told]
    assert sorted(told, key=lambda t: t[0]) == [
        ("line-1", Balance),
        ("line-1", Notice),
        ("line-3", Balance),
        ("line-3", Notice),
    ]


@pytest.mark.rule("D6")
def test_a_frame_reaches_every_line_however_many_there_are(house: House) -> None:
    names = many_lines(house, 120)
    assert house.connections.tell_user("pavel", Balance(1)) == 120
    assert sorted(tell.connection_id for tell in house.air.told) == names


@pytest.mark.rule("D7")
def test_a_tab_that_a_push_finds_gone_is_forgotten_and_the_last_one_takes_the_presence_along(house: House) -> None:
    page(house, "line-1")
    page(house, "line-2")
    house.air.gone.add("line-1")
    assert house.connections.tell_user("pavel", Balance(1), Balance(2)) == 1
    assert presence(house) is not None
    house.air.gone.add("line-2")
    assert house.connections.tell_user("pavel", Balance(1)) == 0
    assert presence(house) is None
    assert house.store.get(Ref(UserConnection, "pavel", "line-1")) is None


@pytest.mark.rule("D7")
def test_of_a_line_that_is_found_gone_and_closes_at_that_moment_nothing_is_left(house: House) -> None:
    line = page(house, "line-1")

    def closes(name: str, request: dict[str, Any]) -> None:
        if name == "put_item":
            house.dynamo.before = None
            house.connections.close(line)

    house.air.gone.add("line-1")
    house.dynamo.before = closes
    house.connections.tell_user("pavel", Balance(1))
    assert house.dynamo.before is None, "the line closed between the look at it and the mark"
    assert house.store.get(Ref(Connection, "line-1")) is None


@pytest.mark.rule("D7")
def test_a_page_that_is_loaded_anew_stays_on_the_site_whenever_its_old_line_is_found_gone(house: House) -> None:
    old = page(house, "line-1")

    def again(name: str, request: dict[str, Any]) -> None:
        if name == "delete_item" and request["Key"]["pk"] == presences:
            house.dynamo.before = None
            page(house, "line-2")

    presences = next(i["pk"] for i in house.dynamo.items("live") if "heard_ms" in i)
    house.hands.forward(SECOND)
    house.dynamo.before = again
    house.connections.close(old)
    assert house.dynamo.before is None, "the new line opened between the look at the lines and the removal"
    assert presence(house) is not None


@pytest.mark.rule("D7")
def test_who_closes_the_last_tab_leaves_the_site(house: House) -> None:
    first, second = page(house, "line-1"), page(house, "line-2")
    house.connections.close(first)
    assert presence(house) is not None
    house.connections.close(second)
    assert presence(house) is None
    house.connections.close(second)
    with pytest.raises(Unauthenticated):
        house.connections.holder("line-2")


OUTDONE = pytest.mark.parametrize("by", [signed_out, blocked], ids=["signed out everywhere", "blocked"])


@pytest.mark.rule("E16", "D28")
@OUTDONE
def test_a_ticket_from_before_a_sign_out_or_a_block_opens_nothing(house: House, by: Callable[[User], User]) -> None:
    ticket(house)
    outdo(house, by)
    with pytest.raises(Unauthenticated) as refused:
        house.connections.open("secret", "line-1", house.hands.at_ms)
    assert refused.value.reason == "expired"
    with pytest.raises(Unauthenticated):
        house.connections.holder("line-1")


@pytest.mark.rule("E16", "D28")
@OUTDONE
def test_a_line_that_was_silent_during_a_sign_out_or_a_block_is_not_let_in_by_its_hello(
    house: House, by: Callable[[User], User]
) -> None:
    ticket(house)
    line = house.connections.open("secret", "line-1", house.hands.at_ms)
    outdo(house, by)
    house.connections.close_all("pavel")
    with pytest.raises(Unauthenticated) as refused:
        house.connections.hello(line, house.hands.at_ms)
    assert refused.value.reason == "expired"
    assert (house.connections.tell_user("pavel", Balance(1)), presence(house)) == (0, None)


@pytest.mark.rule("E16")
@pytest.mark.parametrize("at", ["put_item", "get_item"])
def test_of_a_hello_and_a_sign_out_at_once_either_the_line_is_found_and_closed_or_the_hello_is_refused(
    house: House, at: str
) -> None:
    """The sign-out comes right before the line is listed, or right before its user is looked at."""
    ticket(house)
    line = house.connections.open("secret", "line-1", house.hands.at_ms)

    def sign_out(name: str, request: object) -> None:
        if name == at:
            house.dynamo.before = None
            house.identity.sign_out_everywhere("pavel")

    house.dynamo.before = sign_out
    with pytest.raises(Unauthenticated):
        house.connections.hello(line, house.hands.at_ms)
    assert house.air.closed == (["line-1"] if at == "get_item" else [])
    assert house.connections.tell_user("pavel", Balance(1)) == 0


@pytest.mark.rule("E16", "D7")
def test_lines_that_are_closed_for_a_sign_out_hear_nothing_more_even_if_the_gateway_does_not_close_them(
    house: House,
) -> None:
    page(house, "line-1")
    page(house, "line-2")
    house.air.stuck.add("line-1")
    assert not house.connections.close_all("pavel")
    assert house.connections.tell_user("pavel", Balance(1)) == 0
    assert (house.air.told, presence(house)) == ([], None)
    house.air.stuck.clear()
    assert house.connections.close_all("pavel")
    assert house.air.closed == ["line-2", "line-1"]


def test_one_line_too_many_is_refused_the_others_hear_why_and_stay(house: House) -> None:
    names = many_lines(house, CONNECTIONS_AT_MOST)
    extra = Connection("one-more", "pavel", house.hands.at_ms, house.hands.at_ms + 1)
    with pytest.raises(LimitReached) as refused:
        house.connections.hello(extra, house.hands.at_ms)
    assert refused.value.facts == {"what": "lines", "limit": 50}
    assert sorted(tell.connection_id for tell in house.air.told) == names
    assert all(tell.frame == Notice("lines_full") for tell in house.air.told)
    house.air.told.clear()
    house.connections.tell_user("pavel", Balance(1))
    assert sorted(tell.connection_id for tell in house.air.told) == names


def test_a_line_that_is_among_the_last_ones_may_say_hello_again(house: House) -> None:
    many_lines(house, CONNECTIONS_AT_MOST - 1)
    last = page(house, "last")
    house.connections.hello(last, house.hands.at_ms)
    assert house.air.told == []


def test_lines_that_are_gone_make_room_for_a_new_one(house: House) -> None:
    many_lines(house, CONNECTIONS_AT_MOST)
    house.air.gone.add("line-007")
    page(house, "one-more")
    assert house.connections.tell_user("pavel", Balance(1)) == CONNECTIONS_AT_MOST


def test_two_last_lines_at_once_are_never_both_let_in(house: House) -> None:
    many_lines(house, CONNECTIONS_AT_MOST - 1)
    twins = [Connection(name, "pavel", house.hands.at_ms, house.hands.at_ms + 1) for name in ("twin-1", "twin-2")]
    let_in = []

    def hello(twin: Connection) -> None:
        with suppress(LimitReached):
            house.connections.hello(twin, house.hands.at_ms)
            let_in.append(twin)

    def other(name: str, request: object) -> None:
        if name == "query":
            house.dynamo.before = None
            hello(twins[1])

    house.dynamo.before = other
    hello(twins[0])
    assert len(let_in) <= 1
    assert house.connections.tell_user("pavel", Balance(1)) == CONNECTIONS_AT_MOST - 1 + len(let_in)


@pytest.mark.rule("D7")
def test_a_ping_moves_the_presence(house: House) -> None:
    line = page(house, "line-1")
    house.hands.forward(40 * SECOND)
    house.connections.ping(line, house.hands.at_ms)
    known = presence(house)
    assert known is not None
    assert known.heard_ms == house.hands.at_ms


def test_a_frame_to_one_line_says_whether_it_is_gone(house: House) -> None:
    page(house, "line-1")
    assert house.connections.tell("line-1", Balance(1))
    house.air.gone.add("line-1")
    assert not house.connections.tell("line-1", Balance(1))


def test_all_tabs_of_a_user_are_closed_however_many_there_are(house: House) -> None:
    names = many_lines(house, 120)
    house.connections.close_all("pavel")
    assert sorted(house.air.closed) == names
