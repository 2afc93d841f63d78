"""Sessions that our own outage ended: the last block goes back, and the performer keeps the share (E15)."""

import pytest

from chalicelib.billing import ledger
from chalicelib.billing.ledger import Entry, Kind, Posting, balances
from chalicelib.billing.outages import Outage
from chalicelib.domain.durations import REAL
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Cause, Event, FirstBlock, Loss, Reason
from tests.billing.scene import BLOCK, COMMISSION, CUSTOMER, MINUTE, PERFORMER, PRICE, SECOND, SHARE, Scene, T, events

OUTAGE = Outage(T + BLOCK + 2 * MINUTE, T + BLOCK + 8 * MINUTE)
"""In the second block; both sides reported before it, 50 s before its beginning."""


def cut_off(mode: Mode = Mode.VIDEO, outage: Outage = OUTAGE) -> Scene:
    """A session in its second block, all of whose lines die without a word, with us."""
    scene = Scene(mode)
    scene.talk()
    scene.until(T + BLOCK)
    scene.outages = (outage,)
    return scene


def returned(scene: Scene) -> list[Entry]:
    """What was given back."""
    return [entry for entry in scene.journal if entry.kind is Kind.SERVICE_OUTAGE]


@pytest.mark.rule("E15")
@pytest.mark.parametrize("mode", Mode)
def test_a_session_that_our_own_outage_ended_gets_its_last_block_back_in_whole(mode: Mode) -> None:
    scene = cut_off(mode)
    before_minor = scene.available_minor
    pause, end = scene.until(T + 2 * BLOCK + MINUTE, heard=())
    assert (pause.event, end.event) == (Event.PAUSE, Event.END)
    assert (scene.session.reason, scene.session.ended_by) == (Reason.SERVICE_OUTAGE, ())
    assert scene.available_minor == before_minor + PRICE
    assert (scene.session.charged_blocks, scene.session.returned_blocks, scene.session.billed_blocks) == (2, 1, 1)
    assert (scene.busy, scene.order.body.live) == (None, None)


@pytest.mark.rule("E15")
def test_the_platform_pays_what_is_given_back_and_the_performer_keeps_the_share() -> None:
    scene = cut_off()
    scene.until(T + 2 * BLOCK + MINUTE, heard=())
    (back,) = returned(scene)
    assert back.postings == (Posting("fee:pavel", -PRICE), Posting("user:cora", PRICE))
    held = balances(scene.journal)
    assert (held["user:pavel"], held["fee:pavel"]) == (2 * SHARE, 2 * COMMISSION - PRICE)


@pytest.mark.rule("E15")
def test_what_is_given_back_is_dated_to_the_end_and_never_before_its_block() -> None:
    scene = cut_off()
    scene.until(T + 2 * BLOCK + MINUTE, heard=())
    (back,) = returned(scene)
    block = next(entry for entry in scene.journal if entry.k == 1 and entry.kind is Kind.BLOCK)
    assert scene.session.ended_ms == block.at_ms == T + BLOCK
    assert (back.at_ms, back.subject, back.k) == (T + BLOCK + 1, block.subject, block.k)


@pytest.mark.rule("E15")
def test_a_boundary_that_fell_due_in_the_outage_is_debited_if_both_were_heard_and_is_then_the_block_that_returns() -> (
    None
):
    scene = Scene()
    scene.talk()
    scene.until(T + MINUTE)
    scene.hear(CUSTOMER, PERFORMER, at_ms=T + BLOCK - 50 * SECOND)
    scene.outages = (Outage(T + BLOCK - 30 * SECOND, T + BLOCK + 5 * MINUTE),)
    assert events(scene.tick(T + BLOCK + 5 * MINUTE)) == [Event.BLOCK]
    scene.until(T + 2 * BLOCK + MINUTE, heard=())
    assert (scene.session.reason, [entry.k for entry in returned(scene)]) == (Reason.SERVICE_OUTAGE, [1])


@pytest.mark.rule("E15", "D14")
def test_the_prepaid_block_is_given_back_in_money_once_it_is_settled() -> None:
    scene = Scene()
    scene.talk()
    scene.outages = (Outage(T + 30 * SECOND, T + 6 * MINUTE),)
    assert events(scene.tick(T + 6 * MINUTE)) == [Event.SETTLE]
    scene.until(T + BLOCK + MINUTE, heard=())
    assert (scene.session.reason, scene.session.billed_blocks) == (Reason.SERVICE_OUTAGE, 0)
    (back,) = returned(scene)
    settled = next(entry for entry in scene.journal if entry.kind is Kind.BLOCK)
    assert (back.account, back.at_ms, back.subject, back.k) == (settled.account, settled.at_ms + 1, settled.subject, 0)
    assert (scene.order.body.prepaid, scene.order.escrow_minor) == (Prepaid.USED, 0)


@pytest.mark.rule("E15", "D14")
def test_an_end_that_settles_may_give_the_same_block_back() -> None:
    """Losses that overlap past the first minute leave the settlement to the end: the performer earns the block, the customer has it."""
    scene = Scene()
    scene.talk()
    scene.outages = (Outage(T + 20 * SECOND, T + 6 * MINUTE),)
    scene.lose(CUSTOMER, T + 50 * SECOND)
    scene.hear(PERFORMER, at_ms=T + 70 * SECOND)
    scene.lose(PERFORMER, T + 75 * SECOND)
    scene.back(CUSTOMER, T + 80 * SECOND)
    scene.lose(CUSTOMER, T + 85 * SECOND)
    (end,) = scene.tick(T + 6 * MINUTE)
    assert [(entry.kind, entry.k) for entry in end.entries] == [(Kind.BLOCK, 0), (Kind.SERVICE_OUTAGE, 0)]
    assert balances(scene.journal) == {
        "escrow:order": -PRICE,
        "user:pavel": SHARE,
        "fee:pavel": COMMISSION - PRICE,
        "user:cora": PRICE,
    }
    assert (scene.session.first_block, scene.order.body.prepaid) == (FirstBlock.SETTLED, Prepaid.USED)
    assert ledger.movements(*end.entries) == (
        ledger.Movement("cora", PRICE, 0),
        ledger.Movement("pavel", SHARE, COMMISSION - PRICE),
    )


@pytest.mark.rule("E15", "D15")
def test_of_a_session_that_would_be_void_there_is_nothing_to_give_back_but_the_reason_is_told() -> None:
    scene = Scene()
    scene.talk()
    scene.outages = (Outage(T + 10 * SECOND, T + 6 * MINUTE),)
    for side in Side:
        scene.lose(side, T + 40 * SECOND)
    scene.tick(T + 6 * MINUTE)
    assert (scene.session.reason, scene.session.ended_by, scene.journal) == (Reason.SERVICE_OUTAGE, (), [])
    assert (scene.session.billed_blocks, scene.session.returned_blocks) == (0, 0)
    assert (scene.order.body.prepaid, scene.order.escrow_minor, scene.order.body.leave_right) == (
        Prepaid.HELD,
        PRICE,
        True,
    )


@pytest.mark.rule("E15", "R46")
def test_a_first_block_that_was_paid_from_the_account_is_given_back_too() -> None:
    scene = Scene(Mode.TEXT)
    scene.with_(prepaid=Prepaid.USED, escrow_minor=0, leave_right=False)
    scene.talk()
    before_minor = scene.available_minor
    scene.outages = (Outage(T + MINUTE, T + 6 * MINUTE),)
    scene.until(T + BLOCK + MINUTE, heard=())
    assert (scene.session.reason, scene.available_minor) == (Reason.SERVICE_OUTAGE, before_minor + PRICE)


# What is no outage's doing


@pytest.mark.rule("E15", "D18")
def test_without_an_outage_the_loss_of_both_sides_is_theirs() -> None:
    scene = cut_off()
    scene.outages = ()
    scene.until(T + 2 * BLOCK + MINUTE, heard=())
    assert (scene.session.reason, scene.session.ended_by) == (Reason.CONNECTION_LOST, (CUSTOMER, PERFORMER))
    assert (returned(scene), scene.session.billed_blocks) == ([], 2)


@pytest.mark.rule("E15", "D18")
@pytest.mark.parametrize("side", Side)
def test_a_side_that_was_there_after_it_leaves_the_loss_to_the_other(side: Side) -> None:
    scene = cut_off(Mode.TEXT)
    scene.until(T + 2 * BLOCK + MINUTE, heard=(side,))
    assert (scene.session.reason, scene.session.ended_by) == (Reason.CONNECTION_LOST, (side.other,))
    assert returned(scene) == []


@pytest.mark.rule("E15", "D18")
@pytest.mark.parametrize("side", Side)
def test_a_page_that_came_back_when_it_was_over_was_there_whatever_became_of_it(side: Side) -> None:
    scene = cut_off(Mode.TEXT)
    scene.hold(side, OUTAGE.to_ms - 20 * SECOND, "another line")
    scene.until(T + 2 * BLOCK + MINUTE, heard=())
    assert (scene.session.reason, returned(scene)) == (Reason.CONNECTION_LOST, [])


@pytest.mark.rule("E15", "D18")
def test_a_side_that_comes_back_within_its_time_keeps_the_session_going() -> None:
    scene = cut_off(Mode.TEXT)
    scene.tick(T + 2 * BLOCK)
    scene.back(CUSTOMER, T + 2 * BLOCK + 20 * SECOND)
    scene.back(PERFORMER, T + 2 * BLOCK + 44 * SECOND)
    assert (scene.session.lost, scene.session.blocks_paid, returned(scene)) == ((), 2, [])


@pytest.mark.rule("E15", "D18")
def test_the_time_to_come_back_counts_from_when_the_service_is_back() -> None:
    """A boundary fell due in the outage, and nobody had reported before it: the pause begins with whoever looks first."""
    scene = Scene(Mode.TEXT)
    scene.talk()
    scene.until(T + MINUTE)
    over_ms = T + BLOCK + 7 * MINUTE
    scene.outages = (Outage(T + BLOCK - 3 * MINUTE, over_ms),)
    assert events(scene.tick(over_ms)) == [Event.PAUSE]
    assert scene.tick(over_ms + 45 * SECOND - 1) == []
    assert events(scene.tick(over_ms + 45 * SECOND)) == [Event.END]
    assert (scene.session.reason, [entry.k for entry in returned(scene)]) == (Reason.SERVICE_OUTAGE, [0])


FROM, TO, TICK = OUTAGE.from_ms, OUTAGE.to_ms, REAL.tick_ms


@pytest.mark.rule("E15")
@pytest.mark.parametrize(
    ("heard_ms", "since_ms", "cause", "took"),
    [
        (FROM - 10 * MINUTE, FROM, Cause.CONNECTION, True),
        (FROM - 10 * MINUTE, FROM - 1, Cause.CONNECTION, False),
        (FROM - 10 * MINUTE, FROM - 1, Cause.SILENCE, False),
        (FROM + MINUTE, FROM + 2 * MINUTE, Cause.CONNECTION, True),
        (FROM, TO + TICK, Cause.CONNECTION, True),
        (FROM, TO + TICK + 1, Cause.CONNECTION, False),
        (FROM, TO + TICK + 1, Cause.SILENCE, True),
        (TO - 2 * TICK - 1, TO + 10 * MINUTE, Cause.SILENCE, True),
        (TO - 2 * TICK, TO + 10 * MINUTE, Cause.SILENCE, False),
        (TO - 2 * TICK, TO, Cause.CONNECTION, False),
    ],
)
def test_a_side_is_lost_in_an_outage_if_it_was_there_before_and_not_when_it_was_over(
    heard_ms: int, since_ms: int, cause: Cause, took: bool
) -> None:
    one = Loss(CUSTOMER, heard_ms, since_ms, cause)
    other = Loss(PERFORMER, FROM, FROM + 1)
    assert OUTAGE.ended((one, other), REAL) is OUTAGE.ended((other, one), REAL) is took
    assert not OUTAGE.ended((one,), REAL)


@pytest.mark.rule("E15")
@pytest.mark.parametrize(("heard_ms", "took"), [(FROM + TICK, True), (FROM + TICK + 1, False)])
def test_a_short_outage_may_have_begun_a_tick_after_the_watermark_last_moved(heard_ms: int, took: bool) -> None:
    outage = Outage(FROM, FROM + 2 * TICK + 1)
    lost = tuple(Loss(side, heard_ms, FROM + 10 * MINUTE, Cause.SILENCE) for side in Side)
    assert outage.ended(lost, REAL) is took


@pytest.mark.rule("E15")
def test_of_several_outages_one_that_took_both_is_enough() -> None:
    scene = cut_off()
    scene.outages = (Outage(T, T + 4 * MINUTE), OUTAGE, Outage(T + 3 * BLOCK, T + 4 * BLOCK))
    scene.until(T + 2 * BLOCK + MINUTE, heard=())
    assert (scene.session.reason, len(returned(scene))) == (Reason.SERVICE_OUTAGE, 1)
