"""Paid time: the release of the prepaid block, every following block, and the cut, to the millisecond."""

from dataclasses import replace

import pytest

from chalicelib.billing import boundaries, ledger, losses, metering
from chalicelib.billing.steps import following
from chalicelib.domain.durations import FAST, REAL, Durations
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.sessions import Event, FirstBlock, Reason, State
from tests.billing.scene import BLOCK, COMMISSION, CUSTOMER, MINUTE, PERFORMER, PRICE, SECOND, SHARE, Scene, T, events


@pytest.mark.rule("D14", "R44")
def test_the_prepaid_block_is_released_at_exactly_one_minute_and_not_a_millisecond_before() -> None:
    scene = Scene()
    scene.talk()
    assert scene.tick(T + MINUTE - 1) == []
    assert events(scene.tick(T + MINUTE)) == [Event.SETTLE]
    assert scene.session.first_block is FirstBlock.SETTLED
    assert (scene.order.body.prepaid, scene.order.escrow_minor, scene.order.body.live) == (
        Prepaid.USED,
        0,
        scene.session.id,
    )


@pytest.mark.rule("R53", "R54", "D11")
def test_the_released_block_goes_from_escrow_to_the_performer_less_commission() -> None:
    scene = Scene()
    scene.talk()
    scene.until(T + MINUTE)
    (entry,) = scene.journal
    assert entry.of(ledger.escrow("order")) == -PRICE
    assert entry.of(ledger.user("pavel")) == SHARE
    assert entry.of(ledger.fee("pavel")) == COMMISSION
    assert entry.of(ledger.user("cora")) == 0


@pytest.mark.rule("D14")
@pytest.mark.parametrize("late_ms", [0, 1, 17 * SECOND, 14 * MINUTE - 1])
def test_a_late_release_is_dated_to_its_due_time(late_ms: int) -> None:
    scene = Scene()
    scene.talk()
    scene.tick(T + MINUTE + late_ms)
    assert [(entry.k, entry.at_ms) for entry in scene.journal] == [(0, T + MINUTE)]


@pytest.mark.rule("R47", "D14")
def test_the_first_sessions_next_debit_is_at_fifteen_minutes_and_not_a_millisecond_before() -> None:
    scene = Scene()
    scene.talk()
    before = scene.available_minor
    scene.until(T + BLOCK - 1)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 50 * SECOND)
    assert scene.available_minor == before
    assert events(scene.tick(T + BLOCK)) == [Event.BLOCK]
    assert (scene.available_minor, scene.session.blocks_paid) == (before - PRICE, 1)


@pytest.mark.rule("R47", "R53", "R54")
def test_every_block_goes_from_the_customer_to_the_performer_less_commission() -> None:
    scene = Scene()
    scene.talk()
    scene.until(T + BLOCK)
    entry = scene.journal[-1]
    assert entry.of(ledger.user("cora")) == -PRICE
    assert entry.of(ledger.user("pavel")) == SHARE
    assert entry.of(ledger.fee("pavel")) == COMMISSION


@pytest.mark.rule("R47", "R51")
@pytest.mark.parametrize("mode", list(Mode))
def test_each_following_fifteen_minutes_take_one_block_without_drift(mode: Mode) -> None:
    scene = Scene(mode)
    scene.talk()
    scene.until(T + 8 * BLOCK + 1)
    assert [(entry.k, entry.at_ms - T) for entry in scene.journal[1:]] == [(k, k * BLOCK) for k in range(1, 9)]
    assert scene.session.clock_started_ms == T
    assert scene.session.billed_blocks == 9


@pytest.mark.rule("R46", "R47")
def test_a_later_sessions_second_block_falls_due_at_fifteen_minutes_too() -> None:
    scene = Scene()
    scene.with_(prepaid=Prepaid.USED, escrow_minor=0)
    scene.talk()
    scene.until(T + BLOCK)
    assert scene.billed() == [(scene.session.id, 0), (scene.session.id, 1)]


@pytest.mark.rule("R55")
def test_only_money_limits_a_sessions_length() -> None:
    scene = Scene(available_minor=300 * PRICE)
    scene.talk()
    scene.until(T + 1000 * BLOCK)
    assert scene.session.reason is Reason.INSUFFICIENT_FUNDS
    assert (scene.session.billed_blocks, scene.available_minor) == (301, 0)
    assert scene.session.ended_ms == T + 301 * BLOCK


@pytest.mark.rule("R56")
def test_an_order_has_as_many_sessions_as_its_customer_pays_for() -> None:
    scene = Scene(available_minor=60 * PRICE)
    for number in range(60):
        scene.talk(T + number * BLOCK)
        scene.hang_up(CUSTOMER, T + number * BLOCK + 2 * MINUTE)
    assert len({session_id for session_id, _ in scene.billed()}) == 60
    assert scene.available_minor == PRICE


@pytest.mark.rule("R57", "D16")
def test_a_customer_who_runs_dry_is_cut_at_the_boundary_not_overdrawn() -> None:
    scene = Scene(available_minor=PRICE - 1)
    scene.talk()
    steps = scene.until(T + BLOCK)
    assert events(steps) == [Event.SETTLE, Event.RUN_DRY, Event.END]
    assert (scene.session.reason, scene.session.ended_by) == (Reason.INSUFFICIENT_FUNDS, ())
    assert (scene.session.ended_ms, scene.available_minor) == (T + BLOCK, PRICE - 1)
    assert (scene.order.body.live, scene.busy) == (None, None)


@pytest.mark.rule("D16")
def test_the_last_kopeck_buys_a_whole_block() -> None:
    scene = Scene(available_minor=PRICE)
    scene.talk()
    scene.until(T + BLOCK)
    assert (scene.session.state, scene.available_minor) == (State.RUNNING, 0)


@pytest.mark.rule("D17")
def test_a_top_up_in_the_last_millisecond_counts_at_the_boundary() -> None:
    scene = Scene(available_minor=0)
    scene.talk()
    scene.until(T + BLOCK - 1)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 50 * SECOND)
    scene.available_minor += PRICE
    assert events(scene.tick(T + BLOCK)) == [Event.BLOCK]


@pytest.mark.rule("D17", "D19")
def test_the_cut_demands_that_the_customer_is_still_short_when_it_is_written() -> None:
    scene = Scene(available_minor=0)
    scene.talk()
    scene.until(T + BLOCK - 1)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 50 * SECOND)
    step = metering.due(scene.view, T + BLOCK, REAL)
    assert step is not None
    assert (step.event, step.short, step.session.state) == (Event.RUN_DRY, True, State.CLOSING)


@pytest.mark.rule("R57")
def test_a_cut_that_was_interrupted_by_a_crash_is_completed_by_the_next_look() -> None:
    scene = Scene(available_minor=0)
    scene.talk()
    scene.until(T + BLOCK - 1)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 50 * SECOND)
    scene.do(metering.due(scene.view, T + BLOCK, REAL))
    assert scene.session.state is State.CLOSING
    scene.available_minor = 100 * PRICE
    assert events(scene.tick(T + BLOCK + 20 * MINUTE)) == [Event.END]
    assert (scene.session.ended_ms, scene.available_minor) == (T + BLOCK, 100 * PRICE)


@pytest.mark.rule("R57", "D16")
def test_a_cut_found_late_still_ends_at_the_unpaid_boundary() -> None:
    scene = Scene(available_minor=PRICE)
    scene.talk()
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + 3 * BLOCK)
    scene.tick(T + 3 * BLOCK + 5 * MINUTE)
    assert (scene.session.ended_ms, scene.session.billed_blocks) == (T + 2 * BLOCK, 2)


@pytest.mark.rule("R47")
def test_a_tick_that_comes_an_hour_late_debits_every_block_in_order_under_its_due_time() -> None:
    scene = Scene()
    scene.talk()
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + 4 * BLOCK - 40 * SECOND)
    steps = scene.tick(T + 4 * BLOCK + 3 * MINUTE)
    assert events(steps) == [Event.SETTLE] + 4 * [Event.BLOCK]
    assert [entry.at_ms - T for entry in scene.journal] == [MINUTE, BLOCK, 2 * BLOCK, 3 * BLOCK, 4 * BLOCK]


@pytest.mark.rule("R47", "D19")
def test_a_second_look_at_the_same_instant_finds_nothing_to_do() -> None:
    scene = Scene()
    scene.talk()
    scene.until(T + BLOCK)
    assert scene.tick(T + BLOCK) == []
    assert scene.tick(T + BLOCK + 1) == []


@pytest.mark.rule("R47", "D19")
def test_two_looks_at_one_boundary_name_the_same_journal_key() -> None:
    scene = Scene()
    scene.talk()
    scene.until(T + BLOCK - 1)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 50 * SECOND)
    one, other = (metering.due(scene.view, T + BLOCK + late, REAL) for late in (0, 90 * SECOND))
    assert one == other
    assert one is not None


@pytest.mark.rule("R55")
def test_the_paid_time_always_reaches_one_block_past_the_last_debit() -> None:
    scene = Scene()
    scene.talk()
    assert boundaries.paid_until_ms(scene.session, REAL) == T + BLOCK
    scene.until(T + 2 * BLOCK)
    assert boundaries.paid_until_ms(scene.session, REAL) == T + 3 * BLOCK


@pytest.mark.parametrize("durations", [REAL, FAST], ids=["real", "fast"])
def test_a_block_never_moves_a_session_in_the_time_index(durations: Durations) -> None:
    scene = Scene(durations=durations)
    scene.talk()
    bucket = boundaries.due_minute(boundaries.wake_ms(scene.session) or 0, durations)
    for k in range(1, 40):
        scene.until(T + k * durations.block_ms)
        assert scene.session.blocks_paid == k
        assert boundaries.due_minute(boundaries.wake_ms(scene.session) or 0, durations) == bucket
        assert boundaries.due_minute(T + k * durations.block_ms, durations) == bucket


def test_the_time_index_holds_everything_that_waits_and_nothing_that_has_ended() -> None:
    scene = Scene()
    scene.call(T)
    assert boundaries.wake_ms(scene.session) == T + MINUTE
    scene.answer(T + SECOND)
    assert boundaries.wake_ms(scene.session) == T + SECOND + 5 * MINUTE
    scene.press_start(T + 2 * SECOND)
    assert boundaries.wake_ms(scene.session) == T + 32 * SECOND
    scene.receive_media(T + 3 * SECOND)
    assert boundaries.wake_ms(scene.session) == T + 3 * SECOND
    scene.lose(CUSTOMER, T + 4 * SECOND)
    assert boundaries.wake_ms(scene.session) == T + 49 * SECOND
    scene.hang_up(PERFORMER, T + 5 * SECOND)
    assert boundaries.wake_ms(scene.session) is None
    assert boundaries.next_due_ms(scene.session, REAL) is None


def test_a_session_about_to_be_cut_stays_in_the_time_index_until_it_is() -> None:
    scene = Scene(available_minor=0)
    scene.talk()
    scene.until(T + BLOCK - 1)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 50 * SECOND)
    scene.do(metering.due(scene.view, T + BLOCK, REAL))
    assert boundaries.wake_ms(scene.session) == T
    assert boundaries.next_due_ms(scene.session, REAL) == T + BLOCK


def test_the_fifteen_buckets_are_the_minutes_of_a_block() -> None:
    assert [boundaries.due_minute(minute * MINUTE, REAL) for minute in range(16)] == [
        f"{m % 15:02d}#0" for m in range(16)
    ]


@pytest.mark.rule("R52")
def test_what_follows_a_debit_is_known_without_another_read() -> None:
    scene = Scene()
    scene.talk()
    scene.until(T + BLOCK - 1)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 50 * SECOND)
    view = replace(scene.view, earned_minor=SHARE)
    step = scene.do(metering.due(view, T + BLOCK, REAL))
    now = following(view, step)
    assert (now.available_minor, now.earned_minor) == (scene.available_minor, 2 * SHARE)
    assert (now.session, now.order) == (replace(scene.session, version=view.session.version + 1), scene.order)


@pytest.mark.rule("D14")
def test_what_follows_a_release_has_the_orders_next_version_and_the_customers_old_balance() -> None:
    scene = Scene()
    scene.talk()
    view = scene.view
    step = scene.do(metering.due(view, T + MINUTE, REAL))
    now = following(view, step)
    assert (now.available_minor, now.earned_minor) == (view.available_minor, SHARE)
    assert now.order == replace(scene.order, version=view.order.version + 1)


def test_what_follows_a_pause_has_moved_no_money() -> None:
    scene = Scene()
    scene.talk()
    view = scene.view
    step = losses.lose(view, CUSTOMER, scene.heard[CUSTOMER].connection_id, T + SECOND, REAL)
    assert step is not None
    now = following(view, step)
    assert (now.available_minor, now.earned_minor, now.order) == (view.available_minor, 0, view.order)
    assert now.session.lost == step.session.lost
