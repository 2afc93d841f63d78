"""Whatever people do and however late the service looks, these hold of the rules of paid time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.billing import boundaries, ledger
from chalicelib.domain.errors import Refusal
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import FirstBlock, Reason, State
from tests.billing.scene import PRICE, SECOND, Scene, T

sides = st.sampled_from(list(Side))
passing = st.one_of(
    st.integers(0, 90 * SECOND),
    st.integers(0, 40 * 60 * SECOND),
    st.sampled_from([1, SECOND, 45 * SECOND, 60 * SECOND, 60 * SECOND - 1, 900 * SECOND, 900 * SECOND - 1]),
)
acts = st.tuples(
    st.sampled_from(["tick", "hear", "hear", "lose", "back", "hang_up", "top_up", "talk", "report"]), sides, passing
)


def play(scene: Scene, act: str, side: Side, now_ms: int) -> None:
    """One act of the trade. Refusals change nothing."""
    match act:
        case "tick":
            scene.tick(now_ms)
        case "hear":
            scene.hear(side, at_ms=now_ms)
        case "report":
            scene.hear(*Side, at_ms=now_ms)
        case "lose" if side in scene.heard:
            scene.lose(side, now_ms)
        case "back":
            scene.back(side, now_ms, line=f"line of {now_ms}")
        case "hang_up":
            try:
                scene.hang_up(side, now_ms)
            except Refusal:
                return
        case "top_up":
            scene.available_minor += PRICE
        case "talk" if scene.over:
            scene.talk(now_ms)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(Mode)), st.integers(0, 4), st.lists(acts, max_size=25))
def test_money_and_time_agree_after_every_act(mode: Mode, blocks: int, story: list[tuple[str, Side, int]]) -> None:
    scene = Scene(mode, available_minor=blocks * PRICE)
    scene.talk()
    now_ms, money_in = T, (blocks + 1) * PRICE
    for act, side, passed_ms in story:
        now_ms += passed_ms
        before = len(scene.journal)
        was_paused = bool(scene.session.lost)
        play(scene, act, side, now_ms)
        money_in += PRICE * (act == "top_up")
        debits = [entry for entry in scene.journal[before:] if entry.k]
        assert not (was_paused and debits and act not in ("back", "hang_up"))
        check(scene, money_in, now_ms)


def check(scene: Scene, money_in: int, now_ms: int) -> None:
    """What docs/adr/0004 promises of every moment."""
    session, order = scene.session, scene.order
    paid_out = ledger.balances(scene.journal)
    earned = paid_out.get(ledger.user("pavel"), 0) + paid_out.get(ledger.fee("pavel"), 0)
    assert scene.available_minor >= 0
    assert scene.available_minor + order.escrow_minor + earned == money_in
    assert (order.escrow_minor == PRICE) == (order.body.prepaid is Prepaid.HELD)
    assert len(set(scene.billed())) == len(scene.journal)
    mine = [entry for entry in scene.journal if entry.subject == session.id]
    assert len(mine) == session.billed_blocks
    assert (order.body.live == session.id) == (session.state is not State.ENDED)
    assert (scene.busy == session.id) == (session.state in (State.ANSWERED, State.RUNNING, State.CLOSING))
    due_ms = boundaries.next_due_ms(session, scene.durations)
    assert (due_ms is None) == (session.state is State.ENDED)
    if session.state is not State.ENDED or session.clock_started_ms is None:
        return
    assert session.ended_ms is not None
    lasted_ms = session.ended_ms - session.clock_started_ms
    assert session.blocks_paid <= lasted_ms // scene.durations.block_ms
    assert 0 <= lasted_ms <= (session.blocks_paid + 1) * scene.durations.block_ms
    assert session.ended_ms <= now_ms
    if session.reason is Reason.VOID:
        assert lasted_ms < scene.durations.void_ms
        assert not mine
    if session.reason is not Reason.VOID:
        assert session.first_block in (FirstBlock.SETTLED, FirstBlock.PAID)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 5), st.lists(st.integers(0, 300 * SECOND), max_size=12), st.integers(1, 6))
def test_postings_do_not_depend_on_when_the_service_looks(blocks: int, lates: list[int], boundaries: int) -> None:
    """Late, missed and double ticks leave the same postings as punctual ones."""
    end_ms = T + boundaries * 900 * SECOND + SECOND
    punctual, late = Scene(available_minor=blocks * PRICE), Scene(available_minor=blocks * PRICE)
    for scene in (punctual, late):
        scene.talk()
        scene.hear(*Side, at_ms=end_ms)
    due_ms = T
    while due_ms <= end_ms:
        punctual.tick(due_ms)
        due_ms += SECOND * 30
    at_ms = T
    for passed_ms in lates:
        at_ms = min(at_ms + passed_ms, end_ms)
        late.tick(at_ms)
        late.tick(at_ms)
    punctual.tick(end_ms)
    late.tick(end_ms)
    assert punctual.journal == late.journal
    assert punctual.session == late.session


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 4), st.integers(0, 4), st.sampled_from(list(Mode)))
def test_exactly_what_the_account_holds_is_bought(blocks: int, rest: int, mode: Mode) -> None:
    """floor(balance / price) blocks beyond the prepaid one, then the cut."""
    scene = Scene(mode, available_minor=blocks * PRICE + rest)
    scene.talk()
    scene.until(T + 10 * 900 * SECOND)
    assert scene.session.billed_blocks == blocks + 1
    assert (scene.available_minor, scene.session.reason) == (rest, Reason.INSUFFICIENT_FUNDS)
    assert scene.session.ended_ms == T + (blocks + 1) * 900 * SECOND
