"""Who reads a dispute, and that every reading by staff is in the log."""

from typing import Any

import pytest

from chalicelib.domain.disputes.dispute import DisputeAct, Phase, Split
from chalicelib.domain.errors import Forbidden, NotFound
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.parties import Party, Side
from chalicelib.services.connections import Connections
from chalicelib.services.frames import DisputeUpdated
from tests.support.courts import Court
from tests.support.people import settle
from tests.support.works import PRICE


@pytest.mark.rule("R85", "D27")
def test_both_sides_find_it_in_their_cabinet_and_read_all_of_it_and_nobody_else_does(court: Court) -> None:
    court.taken()
    court.say(court.pavel, "Look at the file")
    queries = court.house.dispute_queries
    for user, side in ((court.vera, Side.CUSTOMER), (court.pavel, Side.PERFORMER)):
        (seen,) = queries.listed(user.id, side, cursor=None, limit=9).items
        assert (seen.dispute.id, seen.party) == (court.dispute_id, Party(side))
        assert seen.names == {Party.CUSTOMER: "Vera", Party.PERFORMER: "Pavel", Party.ARBITER: "Nina"}
        assert queries.listed(user.id, side.other, cursor=None, limit=9).items == ()
        thread = queries.thread(user.id, court.dispute_id, cursor=None, limit=9).items
        assert [event.act for event in thread] == ["say", "assign", "answer", "open"]
    for stranger in (settle(court.house, "eve@example.org"), court.nina, court.oleg):
        for read in (queries.one, queries.found):
            with pytest.raises(NotFound):
                read(stranger.id, court.dispute_id)
        with pytest.raises(NotFound):
            queries.thread(stranger.id, court.dispute_id, cursor=None, limit=9)
    assert not [act for act in court.log if act.act == "dispute.read"]


@pytest.mark.rule("R85", "E17")
def test_each_side_sees_how_much_of_it_is_new_to_them(court: Court) -> None:
    court.job.start()
    court.open()
    court.answer()
    court.say(court.pavel, "Look at the file")
    queries = court.house.dispute_queries
    unread = {side: queries.one(user.id, court.dispute_id).unread for user, side in ((court.vera, 1), (court.pavel, 2))}
    assert unread == {1: 2, 2: 1}
    (listed,) = queries.listed(court.vera.id, Side.CUSTOMER, cursor=None, limit=9).items
    assert listed.unread == 2
    queries.mark(court.vera.id, court.dispute_id, court.house.hands.at_ms + 1_000)
    assert queries.one(court.vera.id, court.dispute_id).unread == 0


@pytest.mark.rule("E17")
def test_whoever_has_read_it_is_told_so_on_their_other_pages_and_nobody_else(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    court.answered()
    told: list[tuple[str, DisputeUpdated]] = []
    monkeypatch.setattr(Connections, "tell_user", lambda _, user_id, frame: told.append((user_id, frame)))
    for _ in range(2):
        court.house.dispute_queries.mark(court.vera.id, court.dispute_id, court.house.hands.at_ms + 1_000)
    assert told == [(court.vera.id, DisputeUpdated(court.dispute_id, court.job.order_id))]


def readings(court: Court) -> list[tuple[str, str]]:
    return [(act.actor_id, act.facts["what"]) for act in court.log if act.act == "dispute.read"]


@pytest.mark.rule("D27", "D28")
def test_the_arbiter_reads_it_the_order_and_the_evidence_and_each_reading_is_logged(court: Court) -> None:
    court.taken()
    desk, nina = court.house.desk, court.caller(court.nina)
    seen = desk.one(nina, court.dispute_id)
    assert (seen.mine, seen.money and seen.money.kept_minor) == (True, 0)
    assert DisputeAct.RULE in seen.acts
    assert len(desk.thread(nina, court.dispute_id, cursor=None, limit=9).items) == 3
    order = desk.order_thread(nina, court.dispute_id, cursor=None, limit=9)
    assert [entry.act for entry in order.items if isinstance(entry, OrderEvent)] == ["dispute_opened", "start"]
    assert desk.found(nina, court.dispute_id).blocks == ()
    assert readings(court) == [(court.nina.id, what) for what in ("dispute", "thread", "order", "evidence")]
    for read in (desk.transcript, desk.media):
        with pytest.raises(NotFound):
            read(nina, court.dispute_id, cursor=None, limit=9)


@pytest.mark.rule("D26", "D28")
def test_files_of_the_dispute_and_of_the_order_are_fetched_by_who_decides(court: Court) -> None:
    court.job.start()
    upload = court.job.upload(court.pavel, "upload-one")
    court.job.deliver("Here", upload)
    court.open()
    evidence = court.job.upload(court.pavel, "upload-two")
    court.answer("It was there", evidence)
    court.assign(court.nina)
    nina = court.caller(court.nina)
    for ident in (upload, evidence):
        assert court.house.desk.download(nina, court.dispute_id, ident).url
    with pytest.raises(NotFound):
        court.house.desk.download(nina, court.dispute_id, "x" * 26)
    with pytest.raises(NotFound):
        court.house.dispute_queries.download(court.vera.id, court.dispute_id, upload)


@pytest.mark.rule("D27", "D29")
@pytest.mark.parametrize(
    ("days", "readers"),
    [((), {"nina"}), ((7,), {"nina", "oleg"}), ((7, 3), {"nina", "oleg", "anna"}), ((7, 3, 7), set())],
)
def test_others_read_it_once_it_has_escalated_to_them_and_nobody_when_it_is_over(
    court: Court, days: tuple[int, ...], readers: set[str]
) -> None:
    court.taken()
    for more in days:
        court.wait(more)
        court.lapse()
    able = set()
    for name in ("nina", "oleg", "anna"):
        try:
            court.house.desk.thread(court.caller(getattr(court, name)), court.dispute_id, cursor=None, limit=9)
            able.add(name)
        except (Forbidden, NotFound) as refused:
            assert isinstance(refused, NotFound) is (len(days) == 3)
    assert able == readers
    assert len(readings(court)) == len(readers)


@pytest.mark.rule("D27", "D28")
def test_other_staff_see_of_one_what_the_queue_shows_and_later_how_it_ended(court: Court) -> None:
    court.opened()
    desk, (oleg, anna) = court.house.desk, (court.caller(court.oleg), court.caller(court.anna))
    with pytest.raises(Forbidden):
        desk.one(oleg, court.dispute_id)
    court.answer()
    seen = desk.one(oleg, court.dispute_id)
    assert (seen.acts, seen.money, seen.names.get(Party.ARBITER)) == ((DisputeAct.ASSIGN,), None, None)
    court.assign(court.nina)
    for other in (oleg, anna):
        seen = desk.one(other, court.dispute_id)
        assert (seen.acts, seen.money, seen.names[Party.ARBITER]) == ((), None, "Nina")
    assert readings(court) == [], "no more than the queue says"
    court.rule(court.nina, PRICE, 0)
    seen = desk.one(oleg, court.dispute_id)
    assert (seen.dispute.phase, seen.acts, seen.money) == (Phase.DECIDED, (), None)
    assert readings(court) == [(court.oleg.id, "outcome")]


@pytest.mark.rule("D27", "D31")
def test_the_evidence_says_how_it_is_divided_if_nobody_decides(court: Court) -> None:
    court.taken()
    desk, nina = court.house.desk, court.caller(court.nina)
    assert desk.found(nina, court.dispute_id).by_default == Split(PRICE, 0), "nothing is delivered yet"
    court.rule(court.nina, 0, PRICE)
    assert court.house.dispute_queries.found(court.vera.id, court.dispute_id).by_default is None


@pytest.mark.rule("D28", "D31")
def test_the_queue_of_a_phase_shows_what_waits_the_shortest_term_first_and_none_of_what_was_said(court: Court) -> None:
    court.answered()
    first = court.dispute_id
    court.job.order_id = court.job.buy("second-key").id
    court.job.start("start-2")
    court.open()
    court.answer()
    court.assign(court.nina)
    queue = court.house.desk.queue(court.caller(court.nina), Phase.ARBITRATION, cursor=None, limit=9)
    assert [(seen.dispute.id, seen.mine) for seen in queue.items] == [(first, False), (court.dispute_id, True)]
    assert queue.items[0].acts == (DisputeAct.ASSIGN,)
    assert court.house.desk.queue(court.caller(court.nina), Phase.ADMIN, cursor=None, limit=9).items == ()
    assert court.house.desk.queue(court.caller(court.anna), Phase.ARBITRATION, cursor=None, limit=9).items[0].acts == ()
    assert readings(court) == [], "a queue says nothing of what was said"


@pytest.mark.rule("D27")
def test_after_their_act_staff_see_what_came_of_it_also_when_that_has_ended_it(court: Court) -> None:
    court.taken()
    over = court.rule(court.nina, PRICE, 0)
    seen = court.house.desk.seen(over, court.caller(court.nina))
    assert (seen.dispute.phase, seen.acts, seen.party) == (Phase.DECIDED, (), Party.ARBITER)


@pytest.mark.parametrize("read", ["one", "found"])
def test_what_is_not_there_nobody_reads(court: Court, read: str) -> None:
    desk: Any = court.house.desk
    with pytest.raises(NotFound):
        getattr(desk, read)(court.caller(court.nina), "x" * 26)
    assert court.log == []
