"""A session lasts no longer than its customer wants, to the millisecond and to the kopeck (E24)."""

from dataclasses import replace

import pytest

from chalicelib.billing import boundaries, limits
from chalicelib.billing.outages import Outage
from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import LimitTooLow, SessionOver, WrongState
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.sessions import Event, FirstBlock, Reason, State
from tests.billing.scene import BLOCK, CUSTOMER, MINUTE, PERFORMER, PRICE, SECOND, Scene, T, events

pytestmark = pytest.mark.rule("E24")
MUCH = 100 * PRICE


def talking(limit_blocks: int | None = None, mode: Mode = Mode.VIDEO, available_minor: int = MUCH) -> Scene:
    scene = Scene(mode, available_minor)
    scene.talk(limit_blocks=limit_blocks)
    return scene


def ending(scene: Scene) -> tuple[Reason | None, int, int]:
    return scene.session.reason, (scene.session.ended_ms or 0) - T, scene.session.billed_blocks


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("blocks", [1, 2, 7])
def test_a_limit_ends_the_session_at_the_boundary_of_its_last_block_and_takes_no_other(blocks: int, mode: Mode) -> None:
    scene = talking(blocks, mode)
    scene.until(T + blocks * BLOCK - 1)
    assert not scene.over
    steps = scene.until(T + blocks * BLOCK)
    assert events(steps) == [Event.END]
    assert ending(scene) == (Reason.LIMIT_REACHED, blocks * BLOCK, blocks)
    assert scene.available_minor == MUCH - (blocks - 1) * PRICE
    assert (scene.session.ended_by, scene.order.body.live, scene.busy) == ((), None, None)


def test_a_later_session_pays_its_first_block_and_ends_at_its_limit() -> None:
    scene = Scene()
    scene.with_(prepaid=Prepaid.USED, escrow_minor=0)
    scene.talk(limit_blocks=2)
    scene.until(T + 3 * BLOCK)
    assert ending(scene) == (Reason.LIMIT_REACHED, 2 * BLOCK, 2)
    assert scene.available_minor == MUCH - 2 * PRICE


@pytest.mark.rule("R44", "D14")
def test_a_limit_of_one_block_ends_at_fifteen_minutes_paid_and_is_void_before_one_minute_only() -> None:
    scene = talking(1)
    scene.hang_up(CUSTOMER, T + MINUTE - 1)
    assert (scene.session.reason, scene.order.body.prepaid) == (Reason.VOID, Prepaid.HELD)
    scene.talk(T + MINUTE, limit_blocks=1)
    scene.until(T + MINUTE + BLOCK)
    assert (scene.session.reason, scene.order.body.prepaid) == (Reason.LIMIT_REACHED, Prepaid.USED)


@pytest.mark.rule("R55")
def test_without_a_limit_only_money_ends_it() -> None:
    scene = talking()
    scene.until(T + 5 * BLOCK)
    assert (scene.session.billed_blocks, scene.over) == (6, False)


@pytest.mark.parametrize("mode", list(Mode))
def test_stop_after_these_fifteen_minutes_and_its_undoing_in_the_last_millisecond(mode: Mode) -> None:
    scene = talking(mode=mode)
    scene.until(T + 2 * BLOCK + MINUTE)
    stop = scene.limit(scene.session.block_under_way, T + 2 * BLOCK + 2 * MINUTE)
    assert stop is not None
    assert (stop.event, stop.entry, stop.order) == (Event.LIMIT, None, None)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + 3 * BLOCK - 30 * SECOND)
    assert scene.limit(None, T + 3 * BLOCK - 1) is not None
    assert events(scene.tick(T + 3 * BLOCK)) == [Event.BLOCK]
    assert scene.session.billed_blocks == 4


@pytest.mark.rule("D14")
def test_a_limit_that_is_set_in_the_last_millisecond_counts() -> None:
    scene = talking()
    scene.until(T + 3 * BLOCK - 1)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + 3 * BLOCK - 30 * SECOND)
    scene.limit(3, T + 3 * BLOCK - 1)
    scene.tick(T + 3 * BLOCK)
    assert ending(scene) == (Reason.LIMIT_REACHED, 3 * BLOCK, 3)


def test_a_limit_that_is_lifted_at_the_boundary_comes_too_late() -> None:
    scene = talking(2)
    scene.until(T + 2 * BLOCK - 1)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + 2 * BLOCK - 30 * SECOND)
    with pytest.raises(SessionOver):
        scene.limit(None, T + 2 * BLOCK)
    assert ending(scene) == (Reason.LIMIT_REACHED, 2 * BLOCK, 2)


def test_less_than_the_block_under_way_is_refused_with_the_least_that_it_may_be() -> None:
    scene = talking()
    scene.until(T + 2 * BLOCK)
    with pytest.raises(LimitTooLow) as refused:
        limits.limit(scene.view, 2)
    assert refused.value.facts == {"least_blocks": 3}
    assert limits.limit(scene.view, 3) is not None


def test_a_limit_can_be_raised_and_lowered_and_the_same_one_again_changes_nothing() -> None:
    scene = talking(2)
    assert limits.limit(scene.view, 2) is None
    scene.limit(5, T + MINUTE)
    scene.limit(3, T + 2 * MINUTE)
    assert boundaries.limit_ms(scene.session, REAL) == T + 3 * BLOCK
    scene.until(T + 5 * BLOCK)
    assert ending(scene) == (Reason.LIMIT_REACHED, 3 * BLOCK, 3)


def test_before_the_clock_a_limit_has_no_instant_yet() -> None:
    scene = Scene()
    scene.call(T - 5 * SECOND, limit_blocks=2)
    with pytest.raises(WrongState):
        limits.limit(scene.view, 1)
    scene.answer(T - 3 * SECOND)
    assert boundaries.limit_ms(scene.session, REAL) is None
    scene.limit(1, T - 2 * SECOND)
    scene.press_start(T - SECOND)
    scene.receive_media(T)
    assert boundaries.limit_ms(scene.session, REAL) == T + BLOCK
    scene.limit(None, T + SECOND)
    assert boundaries.limit_ms(scene.session, REAL) is None


def test_nobody_limits_what_is_over() -> None:
    scene = talking()
    scene.hang_up(PERFORMER, T + 2 * MINUTE)
    with pytest.raises(SessionOver):
        limits.limit(scene.view, 1)


@pytest.mark.rule("D16", "D17", "R57")
@pytest.mark.parametrize(
    ("blocks", "money", "expected"),
    [
        (2, 1, (Reason.LIMIT_REACHED, 2 * BLOCK, 2)),
        (3, 1, (Reason.INSUFFICIENT_FUNDS, 2 * BLOCK, 2)),
        (1, 0, (Reason.LIMIT_REACHED, BLOCK, 1)),
    ],
)
def test_of_a_limit_and_an_empty_account_whichever_comes_first_is_the_reason(
    blocks: int, money: int, expected: tuple[Reason, int, int]
) -> None:
    scene = talking(blocks, available_minor=money * PRICE)
    steps = scene.until(T + 4 * BLOCK)
    assert ending(scene) == expected
    assert (Event.RUN_DRY in events(steps)) == (expected[0] is Reason.INSUFFICIENT_FUNDS)


@pytest.mark.parametrize("late_ms", [1, 59 * MINUTE, 5 * 60 * MINUTE])
def test_however_late_the_boundary_is_seen_to_nothing_is_debited_beyond_the_limit(late_ms: int) -> None:
    scene = talking(2, Mode.TEXT)
    scene.until(T + 2 * BLOCK - 1)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + 2 * BLOCK - 30 * SECOND)
    scene.tick(T + 2 * BLOCK + late_ms)
    assert ending(scene) == (Reason.LIMIT_REACHED, 2 * BLOCK, 2)


def test_a_hang_up_before_the_limit_is_a_hang_up_and_one_after_it_finds_the_session_over() -> None:
    scene = talking(1)
    scene.hang_up(CUSTOMER, T + BLOCK - 1)
    assert ending(scene) == (Reason.CUSTOMER_HANGUP, BLOCK - 1, 1)
    late = talking(1)
    late.hear(CUSTOMER, at_ms=T + BLOCK - 30 * SECOND)
    with pytest.raises(SessionOver):
        late.hang_up(CUSTOMER, T + BLOCK)
    assert ending(late) == (Reason.LIMIT_REACHED, BLOCK, 1)


# Pauses (D18)


@pytest.mark.rule("D18")
@pytest.mark.parametrize("silent", [CUSTOMER, PERFORMER])
def test_one_side_that_is_silent_at_the_limit_keeps_nobody_waiting(silent: object) -> None:
    scene = talking(1)
    scene.until(T + BLOCK - 1)
    scene.hear(*(side for side in (CUSTOMER, PERFORMER) if side is not silent), at_ms=T + BLOCK - 30 * SECOND)
    assert events(scene.tick(T + BLOCK)) == [Event.END]
    assert ending(scene) == (Reason.LIMIT_REACHED, BLOCK, 1)


@pytest.mark.rule("D18")
def test_a_pause_that_has_time_beyond_the_limit_ends_at_the_limit() -> None:
    scene = talking(1)
    scene.until(T + BLOCK - 20 * SECOND)
    scene.hear(CUSTOMER, at_ms=T + BLOCK - 20 * SECOND)
    scene.lose(PERFORMER, T + BLOCK - 20 * SECOND)
    assert boundaries.next_due_ms(scene.session, REAL) == T + BLOCK
    assert events(scene.tick(T + BLOCK)) == [Event.END]
    assert ending(scene) == (Reason.LIMIT_REACHED, BLOCK, 1)


@pytest.mark.rule("D18")
def test_a_loss_whose_time_is_over_before_the_limit_is_a_loss() -> None:
    scene = talking(1)
    scene.until(T + 10 * MINUTE)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + 10 * MINUTE)
    scene.lose(PERFORMER, T + 10 * MINUTE)
    scene.tick(T + 2 * BLOCK)
    assert ending(scene) == (Reason.CONNECTION_LOST, 10 * MINUTE, 1)
    assert scene.session.ended_by == (PERFORMER,)


@pytest.mark.rule("D18")
def test_a_pause_before_an_earlier_boundary_knows_nothing_of_the_limit() -> None:
    scene = talking(2)
    scene.until(T + BLOCK - 20 * SECOND)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 20 * SECOND)
    scene.lose(PERFORMER, T + BLOCK - 20 * SECOND)
    assert boundaries.next_due_ms(scene.session, REAL) == T + BLOCK + 25 * SECOND
    scene.back(PERFORMER, T + BLOCK + 10 * SECOND)
    scene.until(T + 3 * BLOCK)
    assert ending(scene) == (Reason.LIMIT_REACHED, 2 * BLOCK, 2)


@pytest.mark.rule("D18")
def test_a_limit_that_is_set_in_a_pause_beyond_the_boundary_ends_the_session_there() -> None:
    scene = talking()
    scene.until(T + BLOCK - 20 * SECOND)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 20 * SECOND)
    scene.lose(PERFORMER, T + BLOCK - 20 * SECOND)
    scene.limit(1, T + BLOCK + 10 * SECOND)
    scene.tick(T + BLOCK + 10 * SECOND)
    assert ending(scene) == (Reason.LIMIT_REACHED, BLOCK, 1)


@pytest.mark.rule("D18")
def test_a_side_that_is_lost_and_one_that_is_silent_at_the_limit_are_both_waited_for_until_one_returns() -> None:
    scene = talking(1)
    scene.until(T + BLOCK - 20 * SECOND)
    scene.lose(PERFORMER, T + BLOCK - 20 * SECOND)
    (pause,) = scene.tick(T + BLOCK)
    assert (pause.event, pause.session.lost_sides) == (Event.PAUSE, (PERFORMER, CUSTOMER))
    assert boundaries.next_due_ms(scene.session, REAL) == T + BLOCK + 25 * SECOND
    scene.report(CUSTOMER, T + BLOCK + 10 * SECOND)
    assert ending(scene) == (Reason.LIMIT_REACHED, BLOCK, 1)


@pytest.mark.rule("D18")
def test_two_sides_that_stay_away_from_the_limit_are_a_loss_of_both() -> None:
    scene = talking(1)
    scene.until(T + BLOCK - 1)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 2 * MINUTE)
    assert events(scene.tick(T + BLOCK)) == [Event.PAUSE]
    scene.tick(T + BLOCK + MINUTE)
    assert ending(scene) == (Reason.CONNECTION_LOST, BLOCK - 2 * MINUTE, 1)
    assert scene.session.ended_by == (CUSTOMER, PERFORMER)


@pytest.mark.rule("E15")
def test_an_outage_that_took_both_before_the_limit_gives_the_last_block_back() -> None:
    scene = talking(2)
    scene.until(T + BLOCK + MINUTE)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK + 5 * MINUTE)
    back_ms = T + 2 * BLOCK + 10 * MINUTE
    scene.outages = (Outage(T + BLOCK + 5 * MINUTE, back_ms),)
    assert events(scene.tick(back_ms)) == [Event.PAUSE]
    assert events(scene.tick(back_ms + MINUTE)) == [Event.END]
    assert (scene.session.reason, scene.session.billed_blocks) == (Reason.SERVICE_OUTAGE, 1)


def test_the_end_of_an_unsettled_session_at_its_limit_settles_it() -> None:
    """No profile has so long a time to return that a pause could keep the prepaid block until the limit."""
    slow = replace(REAL, resume_ms=2 * BLOCK)
    scene = Scene(durations=slow)
    scene.talk(limit_blocks=1)
    scene.hear(CUSTOMER, at_ms=T + 30 * SECOND)
    scene.lose(PERFORMER, T + 30 * SECOND)
    scene.hear(CUSTOMER, at_ms=T + BLOCK - 30 * SECOND)
    scene.tick(T + BLOCK)
    assert (scene.session.state, scene.session.first_block) == (State.ENDED, FirstBlock.SETTLED)
    assert ending(scene) == (Reason.LIMIT_REACHED, BLOCK, 1)
