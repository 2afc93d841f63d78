"""The end of a session: who left, when it ended, what it cost, and when it is void."""

import pytest

from chalicelib.billing import ends, metering
from chalicelib.billing.ledger import Kind
from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import SessionOver
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Event, FirstBlock, Reason, State
from tests.billing.scene import BLOCK, COMMISSION, CUSTOMER, MINUTE, PERFORMER, PRICE, SECOND, SHARE, Scene, T, events
from tests.support.orders import changed


@pytest.mark.rule("R44", "D15")
def test_a_customer_who_leaves_at_59_999_pays_nothing_and_spends_the_right() -> None:
    scene = Scene()
    scene.talk()
    scene.hang_up(CUSTOMER, T + MINUTE - 1)
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.VOID, T + MINUTE - 1)
    assert (scene.journal, scene.session.billed_blocks) == ([], 0)
    assert (scene.order.body.prepaid, scene.order.escrow_minor) == (Prepaid.HELD, PRICE)
    assert (scene.order.body.leave_right, scene.order.body.live, scene.busy) == (False, None, None)


@pytest.mark.rule("R44", "D15", "D14")
@pytest.mark.parametrize("side", list(Side))
def test_who_leaves_at_60_000_leaves_a_paid_session(side: Side) -> None:
    scene = Scene()
    scene.talk()
    scene.hang_up(side, T + MINUTE)
    assert scene.session.reason is not Reason.VOID
    assert (scene.session.ended_ms, scene.session.billed_blocks) == (T + MINUTE, 1)
    assert (scene.order.body.prepaid, scene.order.escrow_minor, scene.billed()) == (Prepaid.USED, 0, [("order-1", 0)])


@pytest.mark.rule("R44")
def test_who_leaves_in_the_very_millisecond_of_the_clocks_start_leaves_a_void_session() -> None:
    scene = Scene()
    scene.talk()
    scene.hang_up(CUSTOMER, T)
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.VOID, T)


@pytest.mark.rule("D15")
def test_a_session_voided_by_the_performer_leaves_the_right_for_the_retry() -> None:
    scene = Scene()
    scene.talk()
    scene.hang_up(PERFORMER, T + 30 * SECOND)
    assert (scene.session.reason, scene.session.ended_by) == (Reason.VOID, (PERFORMER,))
    assert (scene.order.body.prepaid, scene.order.body.leave_right, scene.journal) == (Prepaid.HELD, True, [])
    scene.talk(T + BLOCK)
    assert scene.session.first_block is FirstBlock.HELD
    scene.hang_up(CUSTOMER, T + BLOCK + 30 * SECOND)
    assert (scene.session.reason, scene.order.body.leave_right) == (Reason.VOID, False)


@pytest.mark.rule("R45", "R46", "D15")
def test_the_free_minute_is_the_customers_once_then_the_prepaid_block_goes_at_the_first_second() -> None:
    scene = Scene()
    scene.talk()
    scene.hang_up(CUSTOMER, T + SECOND)
    scene.talk(T + BLOCK)
    scene.hang_up(CUSTOMER, T + BLOCK + SECOND)
    assert (scene.session.reason, scene.session.billed_blocks) == (Reason.CUSTOMER_HANGUP, 1)
    assert (scene.order.body.prepaid, scene.billed()) == (Prepaid.USED, [("order-2", 0)])


@pytest.mark.rule("R45", "R46")
def test_the_second_session_is_paid_for_however_soon_the_customer_leaves() -> None:
    scene = Scene()
    scene.talk()
    scene.hang_up(CUSTOMER, T + 5 * MINUTE)
    before = scene.available_minor
    scene.talk(T + BLOCK)
    scene.hang_up(CUSTOMER, T + BLOCK + 1)
    assert (scene.session.reason, scene.available_minor) == (Reason.CUSTOMER_HANGUP, before - PRICE)


@pytest.mark.rule("R51", "D14")
def test_a_text_session_is_never_void() -> None:
    scene = Scene(Mode.TEXT)
    scene.talk()
    scene.hang_up(CUSTOMER, T + 1)
    assert (scene.session.reason, scene.session.billed_blocks) == (Reason.CUSTOMER_HANGUP, 1)
    assert scene.order.body.leave_right


@pytest.mark.rule("R58")
@pytest.mark.parametrize(
    ("side", "reason"), [(CUSTOMER, Reason.CUSTOMER_HANGUP), (PERFORMER, Reason.PERFORMER_HANGUP)], ids=str
)
@pytest.mark.parametrize("mode", list(Mode))
def test_either_side_ends_it_at_any_moment_and_that_moment_is_the_end(side: Side, reason: Reason, mode: Mode) -> None:
    scene = Scene(mode)
    scene.talk()
    scene.until(T + 7 * MINUTE)
    step = scene.hang_up(side, T + 7 * MINUTE + 1)
    assert (step.event, scene.session.state) == (Event.END, State.ENDED)
    assert (scene.session.reason, scene.session.ended_by) == (reason, (side,))
    assert (scene.session.ended_ms, scene.order.body.live, scene.busy) == (T + 7 * MINUTE + 1, None, None)


@pytest.mark.rule("R58")
def test_a_session_ends_once() -> None:
    scene = Scene()
    scene.talk()
    scene.hang_up(CUSTOMER, T + SECOND)
    with pytest.raises(SessionOver):
        ends.hang_up(scene.view, PERFORMER, T + 2 * SECOND, REAL)


@pytest.mark.rule("R58", "R47")
def test_a_hang_up_a_millisecond_before_the_boundary_pays_no_further_block() -> None:
    scene = Scene()
    scene.talk()
    scene.until(T + BLOCK - 1)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 30 * SECOND)
    scene.hang_up(CUSTOMER, T + BLOCK - 1)
    assert (scene.session.ended_ms, scene.session.billed_blocks) == (T + BLOCK - 1, 1)


@pytest.mark.rule("R58", "R47")
def test_a_hang_up_exactly_at_the_boundary_is_inside_the_block_that_begins_there() -> None:
    """Every interval is half-open, as the free minute is: at 15:00.000 the second block has begun."""
    scene = Scene()
    scene.talk()
    scene.until(T + BLOCK - 1)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 30 * SECOND)
    scene.hang_up(CUSTOMER, T + BLOCK)
    assert (scene.session.ended_ms, scene.session.billed_blocks) == (T + BLOCK, 2)


@pytest.mark.rule("R58", "D16")
def test_every_boundary_before_a_hang_up_is_billed_first() -> None:
    scene = Scene()
    scene.talk()
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + 3 * BLOCK)
    scene.hang_up(PERFORMER, T + 3 * BLOCK + SECOND)
    assert [(entry.k, entry.at_ms - T) for entry in scene.journal] == [
        (0, MINUTE),
        *((k, k * BLOCK) for k in (1, 2, 3)),
    ]
    assert scene.session.ended_ms == T + 3 * BLOCK + SECOND


@pytest.mark.rule("R57", "R58")
def test_a_hang_up_after_a_boundary_that_cannot_be_paid_finds_the_session_cut_there() -> None:
    scene = Scene(available_minor=0)
    scene.talk()
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 30 * SECOND)
    assert events(scene.tick(T + BLOCK + SECOND)) == [Event.SETTLE, Event.RUN_DRY, Event.END]
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.INSUFFICIENT_FUNDS, T + BLOCK)


@pytest.mark.rule("R57", "R58")
def test_a_hang_up_stamped_before_the_cut_that_is_under_way_completes_the_cut() -> None:
    """Two servers' clocks differ by milliseconds: the cut is committed, and this server's clock has not reached its boundary."""
    scene = Scene(available_minor=0)
    scene.talk()
    scene.until(T + BLOCK - 1)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 30 * SECOND)
    scene.do(metering.due(scene.view, T + BLOCK, REAL))
    assert scene.session.state is State.CLOSING
    scene.hang_up(CUSTOMER, T + BLOCK - 3)
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.INSUFFICIENT_FUNDS, T + BLOCK)
    assert (scene.order.body.live, scene.busy) == (None, None)


@pytest.mark.rule("R58", "R47")
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("k", [1, 2])
def test_a_block_committed_while_an_earlier_hang_up_was_under_way_is_returned(side: Side, k: int) -> None:
    scene = Scene()
    scene.talk()
    scene.until(T + k * BLOCK)
    scene.hang_up(side, T + k * BLOCK - 2)
    assert (scene.session.ended_ms, scene.session.billed_blocks) == (T + k * BLOCK - 2, k)
    assert (scene.available_minor, scene.earned_minor) == ((100 - k + 1) * PRICE, k * SHARE)
    back = scene.journal[-1]
    assert (back.kind, back.k, back.at_ms, back.payee) == (Kind.BLOCK_RETURN, k, T + k * BLOCK + 1, "user:cora")
    assert back.of("fee:pavel") == -COMMISSION


@pytest.mark.rule("R44", "D15")
def test_a_release_committed_while_an_earlier_hang_up_was_under_way_is_returned_and_the_session_is_void() -> None:
    scene = Scene()
    scene.talk()
    scene.until(T + MINUTE)
    scene.hang_up(CUSTOMER, T + MINUTE - 32)
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.VOID, T + MINUTE - 32)
    assert (scene.order.body.prepaid, scene.order.escrow_minor, scene.order.body.leave_right) == (
        Prepaid.HELD,
        PRICE,
        False,
    )
    assert (scene.session.billed_blocks, scene.earned_minor) == (0, 0)
    assert [(e.kind, e.of("escrow:order")) for e in scene.journal] == [
        (Kind.BLOCK, -PRICE),
        (Kind.BLOCK_RETURN, PRICE),
    ]


@pytest.mark.rule("D15")
def test_a_release_is_not_returned_by_a_hang_up_at_the_very_end_of_the_free_minute() -> None:
    scene = Scene()
    scene.talk()
    scene.until(T + MINUTE)
    scene.hang_up(CUSTOMER, T + MINUTE)
    assert (scene.session.reason, scene.order.body.prepaid) == (Reason.CUSTOMER_HANGUP, Prepaid.USED)


@pytest.mark.rule("R58", "D14", "D19")
@pytest.mark.parametrize("at_ms", [MINUTE, BLOCK])
def test_what_the_performer_has_spent_meanwhile_is_not_taken_back(at_ms: int) -> None:
    scene = Scene()
    scene.talk()
    scene.until(T + at_ms)
    billed, scene.earned_minor = scene.session.billed_blocks, SHARE - 1
    scene.hang_up(CUSTOMER, T + at_ms - 2)
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.CUSTOMER_HANGUP, T + at_ms)
    assert (scene.session.billed_blocks, scene.order.body.prepaid) == (billed, Prepaid.USED)


@pytest.mark.rule("D14", "D15")
@pytest.mark.parametrize("end_ms", [MINUTE, MINUTE + 1, 5 * MINUTE])
def test_an_end_past_the_first_minute_settles_what_nobody_settled_before(end_ms: int) -> None:
    """The rule holds by itself, though every service lets `due` settle first."""
    scene = Scene()
    scene.talk()
    step = scene.do(ends.hang_up(scene.view, CUSTOMER, T + end_ms, REAL))
    assert (step.session.first_block, step.session.ended_ms) == (FirstBlock.SETTLED, T + end_ms)
    assert (step.session.reason, step.session.ended_by) == (Reason.CUSTOMER_HANGUP, (CUSTOMER,))
    assert [(entry.k, entry.at_ms) for entry in scene.journal] == [(0, T + MINUTE)]
    assert (scene.order.body.prepaid, scene.order.escrow_minor) == (Prepaid.USED, 0)
    assert (scene.order.body.live, scene.busy) == (None, None)


@pytest.mark.rule("R45")
def test_a_right_that_was_spent_is_never_given_back() -> None:
    scene = Scene()
    scene.talk()
    scene.order = changed(scene.order, leave_right=False)
    scene.hang_up(PERFORMER, T + SECOND)
    assert not scene.order.body.leave_right


@pytest.mark.rule("R46", "R51", "R58", "D15")
@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("side", list(Side))
def test_a_first_block_paid_while_an_earlier_hang_up_was_under_way_is_returned(mode: Mode, side: Side) -> None:
    scene = Scene(mode=mode)
    scene.with_(leave_right=False)
    scene.talk()
    assert scene.session.first_block is FirstBlock.PAID
    scene.hang_up(side, T - 2)
    assert (scene.session.ended_by, scene.session.ended_ms, scene.session.billed_blocks) == ((side,), T, 0)
    assert scene.session.reason in (Reason.CUSTOMER_HANGUP, Reason.PERFORMER_HANGUP)
    assert (scene.available_minor, scene.earned_minor) == (101 * PRICE, 0)
    assert (scene.order.body.prepaid, scene.order.escrow_minor) == (Prepaid.USED, 0)
    assert [(entry.kind, entry.k, entry.at_ms) for entry in scene.journal] == [
        (Kind.BLOCK, 0, T),
        (Kind.BLOCK_RETURN, 0, T + 1),
    ]


@pytest.mark.rule("R45", "D15")
def test_who_hung_up_before_the_clock_started_has_not_used_the_free_minute() -> None:
    scene = Scene()
    scene.talk()
    scene.hang_up(CUSTOMER, T - 5)
    assert (scene.session.reason, scene.session.ended_ms) == (Reason.VOID, T)
    assert scene.order.body.leave_right


@pytest.mark.rule("R58", "D15")
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("lost", [(CUSTOMER,), (PERFORMER,), (CUSTOMER, PERFORMER)])
def test_a_line_that_closes_while_a_hang_up_is_under_way_changes_nothing(side: Side, lost: tuple[Side, ...]) -> None:
    scene = Scene()
    scene.talk()
    for number, gone in enumerate(lost):
        scene.lose(gone, T + 31 * SECOND + number)
    step = scene.do(ends.hang_up(scene.view, side, T + 31 * SECOND - 1, REAL))
    assert (step.session.reason, step.session.ended_by) == (Reason.VOID, (side,))
    assert (scene.session.ended_ms, scene.order.body.leave_right) == (T + 31 * SECOND - 1, side is PERFORMER)


@pytest.mark.rule("R58", "D15", "D18")
def test_a_silence_that_is_noticed_while_a_hang_up_is_under_way_ends_the_session_where_it_began() -> None:
    """The boundary was due before the hang-up, whoever saw to it first."""
    scene = Scene()
    scene.talk()
    scene.until(T + BLOCK - 1)
    scene.hear(CUSTOMER, at_ms=T + BLOCK - 30 * SECOND)
    assert events(scene.tick(T + BLOCK + 9)) == [Event.PAUSE]
    scene.hang_up(CUSTOMER, T + BLOCK + 5)
    assert (scene.session.reason, scene.session.ended_by) == (Reason.CONNECTION_LOST, (PERFORMER,))
