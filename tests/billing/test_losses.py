"""Lost lines: nobody pays for a dead line, and nobody loses a session to a reload (D18)."""

import pytest

from chalicelib.billing import boundaries, losses, ringing
from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import SessionOver
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Cause, Event, FirstBlock, Loss, Reason, State
from tests.billing.scene import BLOCK, CUSTOMER, MINUTE, PERFORMER, PRICE, SECOND, Scene, T, events

pytestmark = pytest.mark.rule("D18")


def settled(available_minor: int = 100 * PRICE, mode: Mode = Mode.VIDEO) -> Scene:
    """A first session past its first minute."""
    scene = Scene(mode, available_minor)
    scene.talk()
    scene.until(T + MINUTE)
    return scene


def silent(side: Side, mode: Mode = Mode.VIDEO) -> Scene:
    """A first session whose first boundary has come, and one side gave no sign of life in the minute before it."""
    scene = settled(mode=mode)
    scene.hear(side, at_ms=T + BLOCK - 61 * SECOND)
    scene.hear(side.other, at_ms=T + BLOCK - 30 * SECOND)
    assert events(scene.tick(T + BLOCK)) == [Event.PAUSE]
    return scene


@pytest.mark.parametrize("side", list(Side))
def test_a_session_pauses_when_a_sides_line_closes_and_the_clock_does_not(side: Side) -> None:
    scene = settled()
    scene.hear(side, at_ms=T + 3 * MINUTE)
    step = scene.lose(side, T + 4 * MINUTE)
    assert step is not None
    assert (step.event, step.unheard, scene.session.state) == (Event.PAUSE, (side,), State.RUNNING)
    (loss,) = scene.session.lost
    assert loss == Loss(side, T + 3 * MINUTE, T + 4 * MINUTE, Cause.CONNECTION)
    assert scene.session.media_awaited == ()
    assert (scene.session.clock_started_ms, scene.session.epoch) == (T, 1)


def test_the_closing_of_a_line_that_was_already_replaced_means_nothing() -> None:
    scene = settled()
    old = scene.heard[CUSTOMER].connection_id
    scene.hold(CUSTOMER, T + 2 * MINUTE, "the reloaded page")
    assert losses.lose(scene.view, CUSTOMER, old, T + 3 * MINUTE, REAL) is None


def test_the_closing_of_a_line_that_never_held_the_side_means_nothing() -> None:
    scene = settled()
    del scene.heard[CUSTOMER]
    assert losses.lose(scene.view, CUSTOMER, "who", T + 3 * MINUTE, REAL) is None


def test_a_side_is_lost_once() -> None:
    scene = settled()
    scene.lose(CUSTOMER, T + 4 * MINUTE)
    assert scene.lose(CUSTOMER, T + 4 * MINUTE + SECOND) is None


def test_a_line_that_closes_while_no_clock_runs_pauses_nothing() -> None:
    scene = Scene()
    scene.call(T)
    assert scene.lose(CUSTOMER, T + SECOND) is None
    scene.answer(T + SECOND)
    assert scene.lose(PERFORMER, T + 2 * SECOND) is None
    scene = settled()
    scene.hang_up(CUSTOMER, T + 2 * MINUTE)
    assert scene.lose(PERFORMER, T + 2 * MINUTE) is None


def test_a_paused_session_is_neither_debited_nor_settled() -> None:
    scene = Scene()
    scene.talk()
    scene.lose(PERFORMER, T + 50 * SECOND)
    assert scene.tick(T + 94 * SECOND) == []
    assert (scene.session.first_block, scene.order.body.prepaid) == (FirstBlock.HELD, Prepaid.HELD)
    scene = settled()
    scene.lose(PERFORMER, T + BLOCK - 10 * SECOND)
    assert scene.tick(T + BLOCK + 34 * SECOND) == []
    assert scene.session.blocks_paid == 0


@pytest.mark.parametrize("side", list(Side))
def test_a_side_back_within_forty_five_seconds_goes_on_without_a_second_debit(side: Side) -> None:
    scene = settled()
    scene.lose(side, T + 4 * MINUTE)
    before = list(scene.journal)
    step = scene.back(side, T + 4 * MINUTE + 45 * SECOND - 1)
    assert step is not None
    assert (step.event, scene.session.lost, scene.session.epoch) == (Event.RESUME, (), 2)
    assert scene.journal == before
    scene.until(T + BLOCK)
    assert scene.session.blocks_paid == 1


def test_a_side_that_is_back_at_exactly_forty_five_seconds_is_too_late() -> None:
    scene = settled()
    scene.hear(CUSTOMER, at_ms=T + 3 * MINUTE)
    scene.lose(CUSTOMER, T + 4 * MINUTE)
    assert scene.back(CUSTOMER, T + 4 * MINUTE + 45 * SECOND) is None
    assert (scene.session.reason, scene.session.ended_by) == (Reason.CONNECTION_LOST, (CUSTOMER,))
    assert scene.session.ended_ms == T + 3 * MINUTE


@pytest.mark.parametrize("late_ms", [0, 1, 2 * MINUTE, 60 * MINUTE])
def test_a_loss_is_dated_to_the_last_frame_heard_however_late_it_is_noticed(late_ms: int) -> None:
    scene = settled()
    scene.hear(PERFORMER, at_ms=T + 200 * SECOND)
    scene.lose(PERFORMER, T + 210 * SECOND)
    scene.tick(T + 255 * SECOND + late_ms)
    assert (scene.session.ended_ms, scene.session.ended_by) == (T + 200 * SECOND, (PERFORMER,))
    assert (scene.order.body.live, scene.busy) == (None, None)


def test_what_fell_due_while_a_side_was_lost_is_debited_at_its_return_under_its_due_time() -> None:
    scene = settled()
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 30 * SECOND)
    scene.lose(CUSTOMER, T + BLOCK - 10 * SECOND)
    scene.back(CUSTOMER, T + BLOCK + 20 * SECOND)
    assert [(entry.k, entry.at_ms - T) for entry in scene.journal] == [(0, MINUTE), (1, BLOCK)]


def test_the_release_that_fell_due_while_a_side_was_lost_follows_its_return() -> None:
    scene = Scene()
    scene.talk()
    scene.lose(CUSTOMER, T + 55 * SECOND)
    scene.back(CUSTOMER, T + 99 * SECOND)
    assert [(entry.k, entry.at_ms - T) for entry in scene.journal] == [(0, MINUTE)]
    assert scene.session.first_block is FirstBlock.SETTLED


@pytest.mark.parametrize("silent", [(CUSTOMER,), (PERFORMER,), (CUSTOMER, PERFORMER)], ids=str)
def test_a_boundary_is_not_debited_to_a_side_that_was_silent_for_a_minute_before_it(silent: tuple[Side, ...]) -> None:
    scene = settled()
    before = scene.available_minor
    for side in Side:
        heard_ms = BLOCK - MINUTE - 1 if side in silent else BLOCK - MINUTE
        scene.hear(side, at_ms=T + heard_ms)
    (step,) = scene.tick(T + BLOCK)
    assert (step.event, step.unheard, scene.available_minor) == (Event.PAUSE, silent, before)
    assert {loss.heard_ms for loss in scene.session.lost} == {T + BLOCK - MINUTE - 1}
    assert {loss.since_ms for loss in scene.session.lost} == {T + BLOCK}


def test_a_side_that_was_never_heard_from_is_silent_since_the_clock_started() -> None:
    scene = settled()
    scene.heard = {}
    scene.tick(T + BLOCK)
    assert [loss.heard_ms for loss in scene.session.lost] == [T, T]
    scene.tick(T + BLOCK + 45 * SECOND)
    assert scene.session.ended_ms == T + MINUTE


def test_a_silence_noticed_late_is_waited_for_from_then_on() -> None:
    scene = settled()
    scene.tick(T + BLOCK + 5 * MINUTE)
    assert scene.report(CUSTOMER, T + BLOCK + 5 * MINUTE + 10 * SECOND) is not None
    assert scene.report(PERFORMER, T + BLOCK + 5 * MINUTE + 44 * SECOND) is not None
    assert (scene.session.blocks_paid, scene.session.lost) == (1, ())


@pytest.mark.parametrize("side", list(Side))
def test_a_page_that_answers_while_its_media_is_dead_does_not_bring_its_silent_side_back(side: Side) -> None:
    scene = silent(side)
    assert scene.session.media_awaited == (side,)
    for second in range(1, 45):
        scene.hold(side, T + BLOCK + second * SECOND)
        assert scene.back(side, T + BLOCK + second * SECOND, f"line {second}") is None
    assert (scene.session.blocks_paid, [loss.side for loss in scene.session.lost]) == (0, [side])
    scene.tick(T + BLOCK + 45 * SECOND)
    assert (scene.session.reason, scene.session.ended_by) == (Reason.CONNECTION_LOST, (side,))
    assert (scene.session.ended_ms, scene.session.billed_blocks) == (T + BLOCK - 61 * SECOND, 1)


@pytest.mark.parametrize("side", list(Side))
def test_media_that_flows_again_within_forty_five_seconds_brings_a_silent_side_back(side: Side) -> None:
    scene = silent(side)
    step = scene.report(side, T + BLOCK + 45 * SECOND - 1)
    assert step is not None
    assert (step.event, scene.session.lost, scene.session.blocks_paid) == (Event.RESUME, (), 1)
    assert [(entry.k, entry.at_ms - T) for entry in scene.journal] == [(0, MINUTE), (1, BLOCK)]


def test_media_that_flows_again_after_forty_five_seconds_is_too_late() -> None:
    scene = silent(CUSTOMER)
    assert scene.report(CUSTOMER, T + BLOCK + 45 * SECOND) is None
    assert (scene.session.reason, scene.session.billed_blocks) == (Reason.CONNECTION_LOST, 1)


@pytest.mark.parametrize("side", list(Side))
def test_in_a_text_session_a_silent_side_is_back_when_its_page_answers(side: Side) -> None:
    scene = silent(side, Mode.TEXT)
    assert scene.session.media_awaited == ()
    assert scene.back(side, T + BLOCK + 20 * SECOND) is not None
    assert (scene.session.lost, scene.session.blocks_paid) == ((), 1)
    scene = silent(side, Mode.TEXT)
    assert scene.report(side, T + BLOCK + 20 * SECOND) is not None
    assert (scene.session.lost, scene.session.blocks_paid) == ((), 1)


def test_a_report_that_was_under_way_when_the_line_closed_does_not_bring_its_side_back() -> None:
    scene = settled()
    scene.lose(CUSTOMER, T + 4 * MINUTE)
    assert scene.report(CUSTOMER, T + 4 * MINUTE + SECOND) is None
    assert scene.session.lost[0].cause is Cause.CONNECTION


def test_a_silent_side_whose_line_closes_too_is_still_awaited_by_its_media() -> None:
    scene = silent(CUSTOMER)
    assert scene.lose(CUSTOMER, T + BLOCK + SECOND) is None
    assert scene.back(CUSTOMER, T + BLOCK + 5 * SECOND) is None
    assert scene.session.media_awaited == (CUSTOMER,)


def test_who_comes_back_by_a_new_line_across_a_boundary_pays_only_once_media_flows() -> None:
    """The return of a page is a frame, but no media: had none flowed since the last boundary, there is nothing to pay for yet."""
    scene = settled()
    scene.hear(PERFORMER, at_ms=T + BLOCK - 30 * SECOND)
    scene.lose(CUSTOMER, T + BLOCK - 10 * SECOND)
    assert scene.back(CUSTOMER, T + BLOCK + 20 * SECOND) is not None
    assert (scene.session.blocks_paid, scene.session.media_awaited) == (0, (CUSTOMER,))
    assert boundaries.next_due_ms(scene.session, REAL) == T + BLOCK + 35 * SECOND
    scene.report(CUSTOMER, T + BLOCK + 22 * SECOND)
    assert [(entry.k, entry.at_ms - T) for entry in scene.journal] == [(0, MINUTE), (1, BLOCK)]


def test_of_a_line_and_a_media_that_are_both_awaited_each_has_its_own_way_back() -> None:
    scene = silent(PERFORMER)
    scene.lose(CUSTOMER, T + BLOCK + SECOND)
    assert {loss.side: loss.cause for loss in scene.session.lost} == {
        PERFORMER: Cause.SILENCE,
        CUSTOMER: Cause.CONNECTION,
    }
    assert scene.session.media_awaited == (PERFORMER,)
    assert scene.report(CUSTOMER, T + BLOCK + 2 * SECOND) is None
    assert scene.back(CUSTOMER, T + BLOCK + 3 * SECOND) is not None
    assert (scene.session.media_awaited, scene.session.blocks_paid) == ((PERFORMER,), 0)
    scene.report(PERFORMER, T + BLOCK + 4 * SECOND)
    assert (scene.session.lost, scene.session.blocks_paid) == ((), 1)


def test_losses_that_overlap_share_forty_five_seconds() -> None:
    scene = settled()
    scene.lose(CUSTOMER, T + 200 * SECOND)
    scene.lose(PERFORMER, T + 230 * SECOND)
    assert boundaries.next_due_ms(scene.session, REAL) == T + 245 * SECOND
    scene.back(CUSTOMER, T + 240 * SECOND)
    assert boundaries.next_due_ms(scene.session, REAL) == T + 245 * SECOND
    assert [loss.side for loss in scene.session.lost] == [PERFORMER]
    scene.back(PERFORMER, T + 244 * SECOND)
    assert (scene.session.lost, scene.session.epoch) == ((), 4)


def test_all_pauses_between_two_boundaries_share_forty_five_seconds() -> None:
    scene = settled()
    scene.lose(CUSTOMER, T + 200 * SECOND)
    scene.back(CUSTOMER, T + 230 * SECOND)
    scene.lose(PERFORMER, T + 400 * SECOND)
    assert boundaries.next_due_ms(scene.session, REAL) == T + 415 * SECOND
    scene.back(PERFORMER, T + 414 * SECOND)
    scene.lose(CUSTOMER, T + 600 * SECOND)
    assert scene.back(CUSTOMER, T + 601 * SECOND) is None
    assert (scene.session.reason, scene.session.ended_by) == (Reason.CONNECTION_LOST, (CUSTOMER,))


def test_a_boundary_that_is_paid_gives_forty_five_seconds_anew() -> None:
    scene = settled()
    scene.lose(CUSTOMER, T + 200 * SECOND)
    scene.back(CUSTOMER, T + 244 * SECOND)
    scene.until(T + BLOCK)
    scene.lose(CUSTOMER, T + BLOCK + 5 * MINUTE)
    assert boundaries.next_due_ms(scene.session, REAL) == T + BLOCK + 5 * MINUTE + 45 * SECOND


def test_a_pause_across_a_boundary_counts_where_it_began() -> None:
    scene = settled()
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 30 * SECOND)
    scene.lose(CUSTOMER, T + BLOCK - 10 * SECOND)
    scene.back(CUSTOMER, T + BLOCK + 20 * SECOND)
    assert (scene.session.blocks_paid, scene.session.pause_left_ms) == (1, None)


def test_who_drops_the_line_and_then_sends_no_media_is_waited_for_once() -> None:
    """Else a block would buy 90 seconds more of the performer's time."""
    scene = settled()
    scene.hear(PERFORMER, at_ms=T + BLOCK - 30 * SECOND)
    scene.lose(CUSTOMER, T + BLOCK - SECOND)
    scene.back(CUSTOMER, T + BLOCK + 43 * SECOND)
    assert scene.session.media_awaited == (CUSTOMER,)
    scene.tick(T + BLOCK + 44 * SECOND)
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.CONNECTION_LOST, T + BLOCK)


@pytest.mark.rule("D15")
def test_who_returns_only_to_hang_up_was_present_until_then() -> None:
    scene = Scene()
    scene.talk()
    scene.lose(CUSTOMER, T + MINUTE - 1_500)
    scene.hang_up(CUSTOMER, T + MINUTE + 5 * SECOND)
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.CUSTOMER_HANGUP, T + MINUTE + 5 * SECOND)
    assert (scene.session.billed_blocks, scene.order.body.prepaid) == (1, Prepaid.USED)


@pytest.mark.rule("D15")
def test_who_returns_only_to_hang_up_pays_for_the_boundary_they_were_back_across() -> None:
    scene = settled()
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 30 * SECOND)
    scene.lose(CUSTOMER, T + BLOCK - 10 * SECOND)
    scene.hang_up(CUSTOMER, T + BLOCK + 20 * SECOND)
    assert (scene.session.ended_ms, scene.session.billed_blocks) == (T + BLOCK + 20 * SECOND, 2)


@pytest.mark.rule("D15")
def test_who_is_back_to_hang_up_while_the_other_side_is_lost_ends_it_as_the_others_loss() -> None:
    scene = Scene()
    scene.talk()
    scene.hear(PERFORMER, at_ms=T + 20 * SECOND)
    scene.lose(PERFORMER, T + 30 * SECOND)
    scene.lose(CUSTOMER, T + 40 * SECOND)
    scene.hang_up(CUSTOMER, T + 50 * SECOND)
    assert (scene.session.reason, scene.session.ended_by) == (Reason.VOID, (PERFORMER,))
    assert (scene.session.ended_ms, scene.order.body.leave_right) == (T + 20 * SECOND, True)


@pytest.mark.rule("D15")
@pytest.mark.parametrize("after_ms", [SECOND, 44 * SECOND])
def test_a_hang_up_by_a_side_whose_media_is_awaited_pays_for_nothing_past_the_boundary(after_ms: int) -> None:
    scene = silent(CUSTOMER)
    scene.hang_up(CUSTOMER, T + BLOCK + after_ms)
    assert (scene.session.reason, scene.session.ended_by) == (Reason.CUSTOMER_HANGUP, (CUSTOMER,))
    assert (scene.session.ended_ms, scene.session.billed_blocks) == (T + BLOCK, 1)


@pytest.mark.rule("D15")
def test_in_a_text_session_a_hang_up_is_the_sign_of_life_that_was_missing() -> None:
    scene = silent(CUSTOMER, Mode.TEXT)
    scene.hang_up(CUSTOMER, T + BLOCK + 20 * SECOND)
    assert (scene.session.reason, scene.session.billed_blocks) == (Reason.CUSTOMER_HANGUP, 2)
    assert scene.session.ended_ms == T + BLOCK + 20 * SECOND


def test_when_both_are_lost_the_earlier_silence_is_the_end() -> None:
    scene = settled()
    scene.hear(CUSTOMER, at_ms=T + 180 * SECOND)
    scene.hear(PERFORMER, at_ms=T + 190 * SECOND)
    scene.lose(PERFORMER, T + 200 * SECOND)
    scene.lose(CUSTOMER, T + 210 * SECOND)
    scene.tick(T + 245 * SECOND)
    assert scene.session.ended_ms == T + 180 * SECOND
    assert set(scene.session.ended_by) == {CUSTOMER, PERFORMER}


def test_losses_that_overlap_never_end_a_session_past_its_paid_time() -> None:
    """Paused without a break across the boundary, by one side and then by the other: nothing past it was paid for or served."""
    scene = settled()
    scene.hear(PERFORMER, at_ms=T + BLOCK - 20 * SECOND)
    scene.lose(CUSTOMER, T + BLOCK - 10 * SECOND)
    scene.hear(PERFORMER, at_ms=T + BLOCK + 20 * SECOND)
    scene.lose(PERFORMER, T + BLOCK + 30 * SECOND)
    scene.back(CUSTOMER, T + BLOCK + 34 * SECOND)
    scene.tick(T + BLOCK + 75 * SECOND)
    assert (scene.session.reason, scene.session.ended_by) == (Reason.CONNECTION_LOST, (PERFORMER,))
    assert (scene.session.ended_ms, scene.session.billed_blocks) == (T + BLOCK, 1)


def test_a_hang_up_while_paused_ends_as_the_loss() -> None:
    scene = settled()
    scene.hear(PERFORMER, at_ms=T + 190 * SECOND)
    scene.lose(PERFORMER, T + 200 * SECOND)
    scene.hang_up(CUSTOMER, T + 220 * SECOND)
    assert (scene.session.reason, scene.session.ended_by) == (Reason.CONNECTION_LOST, (PERFORMER,))
    assert scene.session.ended_ms == T + 190 * SECOND


def test_nobody_comes_back_who_was_not_lost() -> None:
    scene = settled()
    assert scene.back(CUSTOMER, T + 2 * MINUTE) is None
    scene.lose(PERFORMER, T + 3 * MINUTE)
    assert scene.back(CUSTOMER, T + 3 * MINUTE + SECOND) is None
    assert len(scene.session.lost) == 1


def test_nobody_comes_back_to_a_session_that_has_ended() -> None:
    scene = settled()
    scene.lose(PERFORMER, T + 3 * MINUTE)
    scene.hang_up(CUSTOMER, T + 3 * MINUTE + SECOND)
    assert scene.back(PERFORMER, T + 3 * MINUTE + 2 * SECOND) is None
    with pytest.raises(SessionOver):
        ringing.answer(scene.view, T + 4 * MINUTE, REAL)


def test_a_return_to_a_session_that_meanwhile_ran_dry_is_cut_at_its_boundary() -> None:
    scene = settled(available_minor=0)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 30 * SECOND)
    scene.lose(CUSTOMER, T + BLOCK - 10 * SECOND)
    scene.back(CUSTOMER, T + BLOCK + 20 * SECOND)
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.INSUFFICIENT_FUNDS, T + BLOCK)


@pytest.mark.rule("D15")
@pytest.mark.parametrize(
    ("lost", "right"), [((CUSTOMER,), False), ((PERFORMER,), True), ((CUSTOMER, PERFORMER), True)], ids=str
)
def test_a_loss_in_the_first_minute_counts_as_its_sides_leaving(lost: tuple[Side, ...], right: bool) -> None:
    scene = Scene()
    scene.talk()
    for side in lost:
        scene.hear(side, at_ms=T + 30 * SECOND)
        scene.lose(side, T + 40 * SECOND)
    scene.tick(T + 2 * MINUTE)
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.VOID, T + 30 * SECOND)
    assert (scene.order.body.leave_right, scene.order.body.prepaid, scene.journal) == (right, Prepaid.HELD, [])


@pytest.mark.rule("D15")
def test_the_one_who_hangs_up_on_a_lost_side_is_not_the_one_who_left() -> None:
    scene = Scene()
    scene.talk()
    scene.lose(CUSTOMER, T + 40 * SECOND)
    scene.hang_up(PERFORMER, T + 50 * SECOND)
    assert (scene.session.reason, scene.session.ended_by, scene.order.body.leave_right) == (
        Reason.VOID,
        (CUSTOMER,),
        False,
    )


@pytest.mark.rule("D15")
def test_a_line_that_closes_at_exactly_one_minute_voids_nothing() -> None:
    scene = Scene()
    scene.talk()
    scene.lose(CUSTOMER, T + MINUTE)
    scene.tick(T + 2 * MINUTE)
    assert (scene.session.reason, scene.session.first_block) == (Reason.CONNECTION_LOST, FirstBlock.SETTLED)
    assert scene.session.ended_ms == T + MINUTE


@pytest.mark.rule("D14")
def test_losses_that_overlap_past_the_first_minute_settle_inside_the_end() -> None:
    scene = Scene()
    scene.talk()
    scene.lose(CUSTOMER, T + 50 * SECOND)
    scene.hear(PERFORMER, at_ms=T + 70 * SECOND)
    scene.lose(PERFORMER, T + 75 * SECOND)
    scene.back(CUSTOMER, T + 80 * SECOND)
    (step,) = scene.tick(T + 120 * SECOND)
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.CONNECTION_LOST, T + 70 * SECOND)
    assert step.entry is not None
    assert (step.entry.at_ms, step.entry.k) == (T + MINUTE, 0)
    assert (scene.order.body.prepaid, scene.order.escrow_minor, scene.order.body.live) == (Prepaid.USED, 0, None)
    assert scene.session.billed_blocks == 1


def test_a_loss_before_the_clock_of_which_nothing_was_heard_ends_at_the_clocks_start() -> None:
    scene = Scene()
    scene.talk()
    scene.lose(CUSTOMER, T + SECOND)
    scene.tick(T + MINUTE)
    assert scene.session.ended_ms == T


def test_a_silent_line_that_held_past_a_boundary_ends_where_the_paid_block_began() -> None:
    """What was committed first stands: the block was debited on a sign of life from within the minute before it."""
    scene = settled()
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 50 * SECOND)
    scene.tick(T + BLOCK)
    scene.hear(PERFORMER, at_ms=T + 2 * BLOCK - 50 * SECOND)
    assert events(scene.tick(T + 2 * BLOCK)) == [Event.PAUSE]
    scene.tick(T + 2 * BLOCK + 45 * SECOND)
    assert (scene.session.ended_ms, scene.session.blocks_paid) == (T + BLOCK, 1)
