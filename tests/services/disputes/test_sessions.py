"""A dispute about one session of a consultation: its paid blocks, what speaks for either side, and money that is gone."""

from collections.abc import Callable

import pytest

from chalicelib.billing import ledger
from chalicelib.domain.access import Caller
from chalicelib.domain.disputes.dispute import Dispute, Phase, Split
from chalicelib.domain.disputes.evidence import Flow, Why
from chalicelib.domain.errors import CallLive, InvalidInput, NotFound, WindowClosed, WrongState
from chalicelib.domain.kinds import Mode
from chalicelib.domain.media_reports import MediaReport
from chalicelib.domain.parties import Side
from chalicelib.domain.people import Role
from chalicelib.services.changes import AccountChange, Insert, Record, Ref
from tests.support.media import MINUTE as SAMPLE
from tests.support.trade import BLOCK, MINUTE, PRICE, SHARE, Trade

DAY = 86_400_000
NINA = Caller("nina", frozenset({Role.USER, Role.ARBITER}), 0)


@pytest.fixture
def trade() -> Trade:
    made = Trade()
    made.person("nina")
    return made


def talked(trade: Trade) -> str:
    """A session of two blocks is over, and Pavel was paid for both."""
    trade.running()
    trade.boundary(1)
    trade.forward(MINUTE)
    trade.house.calls.hang_up(trade.pavel, trade.session_id)
    return trade.session_id


def opened(trade: Trade, by: str = "cora", session_id: str | None = None) -> Dispute:
    trade.forward(1)
    return trade.house.opening.open(
        by, trade.order_id, session_id or trade.session_id, "I heard nothing", (), key="open-key"
    )


def ruled(trade: Trade, dispute: Dispute, to_customer_minor: int) -> Dispute:
    trade.forward(1)
    house, whole = trade.house, dispute.about.amount_minor
    house.disputes.answer("pavel", dispute.id, "It is not so", (), key="answer-key")
    house.arbitration.assign(NINA, dispute.id, key="assign-key")
    split = Split(to_customer_minor, whole - to_customer_minor)
    return house.arbitration.rule(NINA, dispute.id, split, "Half was silent.", key="verdict-key")


def spend(trade: Trade, amount_minor: int) -> None:
    entry = ledger.order(customer_id="pavel", order_id="o9", price_minor=amount_minor, at_ms=trade.now_ms)
    trade.store.commit(AccountChange("pavel", -amount_minor), Record(entry))


def differences(trade: Trade) -> list[str]:
    """What the audit finds, but for the scene's own money, which came and went without a top-up and an order."""
    found = [(one.what, one.subject) for one in trade.house.audit.run().differences]
    return [what for what, subject in found if "not stored" not in what]


def lapse(trade: Trade, dispute: Dispute) -> Dispute:
    """Nobody says anything until the default verdict."""
    for days in (3, 7, 3, 7):
        trade.forward(days * DAY)
        dispute = trade.house.dispute_terms.lapse(dispute.id)
    return dispute


@pytest.mark.rule("R71", "D27", "D31")
@pytest.mark.parametrize("by", ["cora", "pavel"])
def test_the_paid_blocks_of_one_session_are_disputed_by_either_side(trade: Trade, by: str) -> None:
    dispute = opened(trade, by, talked(trade))
    assert (dispute.about.amount_minor, dispute.about.in_escrow_minor) == (2 * PRICE, 0)
    assert (trade.order.dispute, trade.session.disputed) == (dispute.id, (dispute.opener,))


@pytest.mark.rule("D27")
def test_calls_on_the_order_are_refused_meanwhile_and_go_on_after_it(trade: Trade) -> None:
    talked(trade)
    dispute = opened(trade)
    with pytest.raises(WrongState):
        trade.ring()
    with pytest.raises(WrongState):
        trade.house.consultations.close("cora", trade.order_id, key="close-key")
    trade.house.disputes.withdraw("cora", dispute.id, key="withdraw-key")
    trade.ring()


@pytest.mark.rule("D27")
def test_while_a_call_is_live_nothing_is_disputed_but_one_that_time_has_ended_is_over(trade: Trade) -> None:
    first = talked(trade)
    trade.forward(MINUTE)
    second = trade.ring()
    with pytest.raises(CallLive) as refused:
        opened(trade, session_id=first)
    assert refused.value.session_id == second
    trade.forward(MINUTE)
    opened(trade, session_id=first)


@pytest.mark.rule("R73", "D25", "D27")
def test_a_verdict_takes_the_blocks_back_although_the_performer_has_spent_them(trade: Trade) -> None:
    talked(trade)
    spend(trade, 2 * SHARE - 310)
    before = trade.account("cora").available_minor
    over = ruled(trade, opened(trade), 12_000)
    assert over.phase is Phase.DECIDED
    kept = 2 * PRICE - 12_000
    fee = kept * 15 // 100
    assert trade.account("cora").available_minor == before + 12_000
    assert trade.account("pavel").available_minor == 310 - (12_000 - (3_000 - fee))
    assert trade.account("pavel").available_minor < 0
    assert trade.account("pavel").fee_minor == fee
    assert (trade.session.refunded_minor, trade.session.decided, trade.order.dispute) == (12_000, True, None)
    assert differences(trade) == []
    line = trade.house.accounts.statement("pavel").items[0]
    assert (line.kind, line.session_id, line.balance_after_minor) == (
        ledger.Kind.CLAWBACK,
        trade.session_id,
        trade.account("pavel").available_minor,
    )


@pytest.mark.rule("D25")
def test_what_a_debtor_earns_next_settles_the_debt_and_they_are_called_as_before(trade: Trade) -> None:
    talked(trade)
    spend(trade, 2 * SHARE)
    ruled(trade, opened(trade), 2 * PRICE)
    assert trade.account("pavel").available_minor == -2 * SHARE
    talked(trade)
    assert trade.account("pavel").available_minor == 0
    assert differences(trade) == []


@pytest.mark.rule("D27")
def test_the_verdict_about_one_session_is_final_and_others_may_still_be_disputed(trade: Trade) -> None:
    first = talked(trade)
    ruled(trade, opened(trade), 1)
    second = talked(trade)
    with pytest.raises(WrongState) as refused:
        trade.house.opening.open("cora", trade.order_id, first, "Once more", (), key="again-key")
    assert refused.value.state == "decided"
    trade.house.opening.open("pavel", trade.order_id, second, "Once more", (), key="second-key")


@pytest.mark.rule("D27", "D31")
@pytest.mark.parametrize(
    ("session_id", "refusal"),
    [(None, InvalidInput), ("-0009", NotFound), ("another", NotFound)],
)
def test_a_session_of_the_order_is_named(trade: Trade, session_id: str | None, refusal: type[Exception]) -> None:
    talked(trade)
    named = f"{trade.order_id}{session_id}" if session_id == "-0009" else session_id
    with pytest.raises(refusal):
        trade.house.opening.open("cora", trade.order_id, named, "I heard nothing", (), key="open-key")


@pytest.mark.rule("D31")
def test_its_window_runs_from_its_own_end(trade: Trade) -> None:
    talked(trade)
    trade.forward(14 * DAY)
    with pytest.raises(WindowClosed):
        opened(trade)


@pytest.mark.rule("D31")
@pytest.mark.parametrize(("flowed", "to_performer"), [((True, True), 2), ((True, False), 1), ((False, False), 0)])
def test_if_nobody_decides_the_blocks_with_media_are_the_performers(
    trade: Trade, flowed: tuple[bool, bool], to_performer: int
) -> None:
    talked(trade)
    for block, has in enumerate(flowed):
        heard(trade, block, flowed=has)
    over = lapse(trade, opened(trade))
    assert over.verdict and over.verdict.split.to_performer_minor == to_performer * PRICE
    assert trade.session.refunded_minor == (2 - to_performer) * PRICE
    assert differences(trade) == []


def heard(trade: Trade, block: int, *, flowed: bool) -> None:
    """What the customer's page reports of a minute of a block."""
    at_ms = trade.clock_started_ms + block * BLOCK + MINUTE
    sample = SAMPLE._replace(at_ms=at_ms, span_ms=MINUTE, received_bytes=9 if flowed else 0)
    trade.store.commit(Insert(MediaReport(trade.session_id, Side.CUSTOMER, at_ms, None, (sample,))))


@pytest.mark.rule("D31")
def test_a_block_of_text_in_which_the_performer_wrote_is_theirs() -> None:
    trade = Trade(Mode.TEXT)
    trade.running()
    trade.forward(1_000)
    trade.house.sessions.say(trade.pavel.id, trade.session_id, "message-3", "Hello")
    trade.forward(MINUTE)
    trade.house.calls.hang_up(trade.pavel, trade.session_id)
    over = lapse(trade, opened(trade))
    assert over.verdict and over.verdict.split == Split(0, PRICE)


@pytest.mark.rule("D27", "D29")
def test_both_sides_see_each_block_with_why_it_was_debited_and_what_flowed(trade: Trade) -> None:
    talked(trade)
    heard(trade, 1, flowed=True)
    dispute = opened(trade)
    for user_id in ("cora", "pavel"):
        found = trade.house.dispute_queries.found(user_id, dispute.id)
        assert [(block.k, block.why) for block in found.blocks] == [(0, Why.PREPAID), (1, Why.BOUNDARY)]
        assert found.blocks[1].received[0] is Flow.FLOWED
    with pytest.raises(NotFound):
        trade.house.dispute_queries.found("nina", dispute.id)


@pytest.mark.rule("D27", "E12")
@pytest.mark.parametrize("disputed_first", [True, False])
def test_a_refund_and_a_dispute_of_the_same_session_meet_and_nothing_is_given_twice(
    trade: Trade, disputed_first: bool
) -> None:
    talked(trade)

    def refunds() -> None:
        trade.house.refunds.of_session("pavel", trade.session_id, PRICE, key="refund-key")

    act: Callable[[], object] = (lambda: opened(trade)) if disputed_first else refunds
    other: Callable[[], object] = refunds if disputed_first else (lambda: opened(trade))
    try:
        with trade.meanwhile("transact_write_items", act):
            other()
    except Exception as refused:
        assert disputed_first and type(refused).__name__ == "AlreadyDisputed"
    dispute = trade.found(Ref(Dispute, trade.order.dispute or ""))
    assert dispute.about.amount_minor == trade.session.kept_minor
    assert differences(trade) == []


@pytest.mark.rule("R71", "D22", "D31")
def test_a_dispute_about_one_session_takes_from_nobody_the_time_to_dispute_another(trade: Trade) -> None:
    first = talked(trade)
    trade.forward(MINUTE)
    second = talked(trade)
    trade.forward(13 * DAY)
    drawn_out = opened(trade, "pavel", first)
    trade.forward(20 * DAY)
    trade.house.disputes.withdraw("pavel", drawn_out.id, key="withdraw-key")
    trade.forward(DAY - 10)
    assert opened(trade, "cora", second).about.session_id == second
