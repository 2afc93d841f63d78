"""From the call to the answer: who rings, for how long, and that it costs nothing."""

import pytest

from chalicelib.billing import ends, ringing
from chalicelib.billing.steps import Lease
from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import WrongState
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Event, Reason, State
from tests.billing.scene import CUSTOMER, MINUTE, PERFORMER, PRICE, SECOND, Scene, T, events


@pytest.mark.rule("R36", "R37")
def test_a_call_takes_the_orders_lease_and_freezes_its_terms_into_the_session() -> None:
    scene = Scene()
    step = scene.call(T)
    session = step.session
    assert (step.event, session.state, session.deadline_ms) == (Event.CALL, State.RINGING, T + MINUTE)
    assert (session.customer_id, session.performer_id, session.mode) == ("cora", "pavel", Mode.VIDEO)
    assert (session.price_minor, session.commission_bps) == (PRICE, 1500)
    assert (scene.order.body.live, scene.order.body.calls) == (session.id, 1)
    assert (step.entry, step.lease, session.clock_started_ms) == (None, Lease.KEEP, None)


@pytest.mark.rule("D7")
def test_a_ringing_that_no_page_acknowledges_within_five_seconds_ends_as_not_on_site() -> None:
    scene = Scene()
    scene.call(T)
    assert scene.tick(T + 5 * SECOND - 1) == []
    scene.tick(T + 30 * SECOND)
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.NOT_ON_SITE, T + 5 * SECOND)
    assert (scene.order.body.live, scene.order.body.prepaid, scene.journal) == (None, Prepaid.HELD, [])


@pytest.mark.rule("D6", "R39")
def test_an_acknowledged_ringing_lasts_sixty_seconds_and_costs_nothing() -> None:
    scene = Scene()
    scene.call(T)
    scene.do(ringing.acknowledge(scene.view))
    assert scene.tick(T + MINUTE - 1) == []
    scene.tick(T + MINUTE)
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.MISSED, T + MINUTE)
    assert (scene.order.body.live, scene.busy, scene.journal) == (None, None, [])


@pytest.mark.rule("D7")
def test_an_acknowledgement_counts_once() -> None:
    scene = Scene()
    scene.call(T)
    assert scene.do(ringing.acknowledge(scene.view)).event is Event.ACK
    assert ringing.acknowledge(scene.view) is None


@pytest.mark.rule("D6")
@pytest.mark.parametrize("side", [CUSTOMER, PERFORMER])
def test_a_call_without_a_clock_ends_for_free_for_a_side_whose_page_is_gone(side: Side) -> None:
    scene = Scene()
    scene.call(T)
    if side is CUSTOMER:
        step = scene.do(ends.leave(scene.view, scene.heard[CUSTOMER].connection_id, T + 15 * SECOND, REAL))
        assert (scene.session.reason, scene.session.ended_by, step.unheard) == (
            Reason.CONNECTION_LOST,
            (side,),
            (side,),
        )
        scene.call(T + MINUTE)
    scene.answer(T + 70 * SECOND)
    step = scene.do(ends.leave(scene.view, scene.heard[side].connection_id, T + 80 * SECOND, REAL))
    assert (scene.session.reason, scene.session.ended_by, step.unheard) == (Reason.CONNECTION_LOST, (side,), (side,))
    assert (scene.order.body.live, scene.order.body.prepaid, scene.busy, scene.journal) == (
        None,
        Prepaid.HELD,
        None,
        [],
    )


@pytest.mark.rule("D6", "D18")
def test_a_page_that_is_gone_when_the_clock_runs_is_a_loss_and_one_that_was_replaced_means_nothing() -> None:
    scene = Scene()
    scene.talk()
    assert ends.leave(scene.view, "another", T + SECOND, REAL) is None
    assert scene.do(ends.leave(scene.view, scene.heard[PERFORMER].connection_id, T + SECOND, REAL)).event is Event.PAUSE
    assert scene.session.lost_sides == (PERFORMER,)


@pytest.mark.rule("D6")
@pytest.mark.parametrize(
    ("side", "reason"), [(CUSTOMER, Reason.CANCELLED), (PERFORMER, Reason.DECLINED)], ids=["cancelled", "declined"]
)
def test_either_side_ends_the_ringing_for_free(side: Side, reason: Reason) -> None:
    scene = Scene()
    scene.call(T)
    scene.hang_up(side, T + SECOND)
    assert (scene.session.reason, scene.session.ended_by, scene.session.ended_ms) == (reason, (side,), T + SECOND)
    assert (scene.order.body.live, scene.journal, scene.order.body.leave_right) == (None, [], True)


@pytest.mark.rule("D6")
def test_the_other_ringing_ends_unpaid_when_the_performer_answers_elsewhere() -> None:
    scene = Scene()
    scene.call(T)
    scene.do(ringing.turn_away(scene.view, T + SECOND))
    assert (scene.session.reason, scene.session.ended_by) == (Reason.ANSWERED_ELSEWHERE, ())
    assert (scene.order.body.live, scene.journal) == (None, [])


@pytest.mark.rule("D6")
def test_a_call_that_was_answered_is_not_turned_away() -> None:
    scene = Scene()
    scene.call(T)
    scene.answer(T + SECOND)
    with pytest.raises(WrongState):
        ringing.turn_away(scene.view, T + 2 * SECOND)


@pytest.mark.rule("R40")
def test_the_answer_makes_the_performer_busy_and_starts_no_clock() -> None:
    scene = Scene()
    scene.call(T)
    step = scene.answer(T + 2 * SECOND)
    assert (scene.session.state, scene.session.answered_ms) == (State.ANSWERED, T + 2 * SECOND)
    assert (scene.busy, step.lease, scene.session.clock_started_ms, scene.journal) == (
        scene.session.id,
        Lease.TAKE,
        None,
        [],
    )


@pytest.mark.rule("R40")
def test_an_answer_is_an_acknowledgement_too() -> None:
    scene = Scene()
    scene.call(T)
    scene.answer(T + 2 * SECOND)
    assert scene.session.acked
    assert scene.tick(T + MINUTE) == []


@pytest.mark.rule("D6")
def test_a_second_answer_is_refused() -> None:
    scene = Scene()
    scene.call(T)
    scene.answer(T)
    with pytest.raises(WrongState):
        ringing.answer(scene.view, T + 1, scene.durations)


def test_a_call_that_nobody_watched_ends_once_however_late_it_is_found() -> None:
    scene = Scene()
    scene.call(T)
    assert events(scene.tick(T + 100 * MINUTE)) == [Event.END]
    assert scene.tick(T + 200 * MINUTE) == []
