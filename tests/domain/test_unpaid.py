"""Which ends of answered calls count as unpaid (D13)."""

import pytest

from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import FirstBlock, Reason, Session, State
from chalicelib.domain.unpaid import counts, is_unpaid

CUSTOMER, PERFORMER, BOTH, NOBODY = (Side.CUSTOMER,), (Side.PERFORMER,), tuple(Side), ()
By = tuple[Side, ...]


def ended(
    mode: Mode,
    reason: Reason,
    by: By,
    *,
    answered: bool = True,
    first_block: FirstBlock = FirstBlock.UNPAID,
    second_text_ms: int | None = None,
) -> Session:
    return Session(
        id="order-0001",
        order_id="order",
        customer_id="cora",
        performer_id="pavel",
        mode=mode,
        price_minor=100,
        commission_bps=1500,
        state=State.ENDED,
        called_ms=0,
        deadline_ms=60_000,
        answered_ms=1_000 if answered else None,
        first_block=first_block,
        second_text_ms=second_text_ms,
        ended_ms=2_000,
        reason=reason,
        ended_by=by,
    )


@pytest.mark.rule("D13", "R44")
@pytest.mark.parametrize(
    ("reason", "by", "counted"),
    [
        (Reason.VOID, CUSTOMER, True),
        (Reason.VOID, PERFORMER, False),
        (Reason.VOID, BOTH, False),
        (Reason.NO_MEDIA, NOBODY, True),
        (Reason.INSUFFICIENT_FUNDS, NOBODY, True),
        (Reason.NO_START, NOBODY, False),
        (Reason.CUSTOMER_HANGUP, CUSTOMER, True),
        (Reason.PERFORMER_HANGUP, PERFORMER, False),
        (Reason.CONNECTION_LOST, CUSTOMER, True),
        (Reason.CONNECTION_LOST, PERFORMER, False),
        (Reason.CONNECTION_LOST, BOTH, False),
        (Reason.SERVICE_OUTAGE, NOBODY, False),
    ],
)
def test_in_video_whatever_the_performer_did_not_end_counts_once_they_have_begun_or_the_customer_leaves(
    reason: Reason, by: By, counted: bool
) -> None:
    assert is_unpaid(ended(Mode.VIDEO, reason, by), replied=False, performer_there=True) is counted


@pytest.mark.rule("D13", "D20")
@pytest.mark.parametrize(
    ("reason", "by", "counted"),
    [
        (Reason.CUSTOMER_HANGUP, CUSTOMER, True),
        (Reason.CONNECTION_LOST, CUSTOMER, True),
        (Reason.NO_START, NOBODY, True),
        (Reason.INSUFFICIENT_FUNDS, NOBODY, True),
        (Reason.PERFORMER_HANGUP, PERFORMER, False),
        (Reason.CONNECTION_LOST, PERFORMER, False),
        (Reason.CONNECTION_LOST, BOTH, False),
        (Reason.SERVICE_OUTAGE, NOBODY, False),
    ],
)
@pytest.mark.parametrize("replied", [True, False])
def test_in_text_it_counts_once_the_performer_has_replied(reason: Reason, by: By, counted: bool, replied: bool) -> None:
    session = ended(Mode.TEXT, reason, by)
    assert is_unpaid(session, replied=replied, performer_there=True) is (counted and replied)


@pytest.mark.rule("D13", "D18")
@pytest.mark.parametrize(
    ("reason", "by", "counted"),
    [
        (Reason.NO_START, NOBODY, False),
        (Reason.CUSTOMER_HANGUP, CUSTOMER, False),
        (Reason.INSUFFICIENT_FUNDS, NOBODY, True),
    ],
)
def test_a_customer_whose_second_message_found_no_performer_is_not_to_blame(
    reason: Reason, by: By, counted: bool
) -> None:
    session = ended(Mode.TEXT, reason, by, second_text_ms=1_500)
    assert is_unpaid(session, replied=True, performer_there=True) is counted


@pytest.mark.rule("D13", "D15")
@pytest.mark.parametrize("mode", Mode)
def test_a_performer_whose_line_is_closed_has_left_first(mode: Mode) -> None:
    session = ended(mode, Reason.CUSTOMER_HANGUP, CUSTOMER)
    assert not is_unpaid(session, replied=True, performer_there=False)


@pytest.mark.rule("D13")
@pytest.mark.parametrize(
    "session",
    [
        ended(Mode.VIDEO, Reason.CUSTOMER_HANGUP, CUSTOMER, first_block=FirstBlock.SETTLED),
        ended(Mode.TEXT, Reason.CUSTOMER_HANGUP, CUSTOMER, first_block=FirstBlock.PAID),
        ended(Mode.VIDEO, Reason.CANCELLED, CUSTOMER, answered=False),
    ],
    ids=["settled", "paid", "never answered"],
)
def test_what_was_paid_or_never_answered_does_not_count(session: Session) -> None:
    assert not is_unpaid(session, replied=True, performer_there=True)


@pytest.mark.rule("D13")
@pytest.mark.parametrize(
    ("state", "first_block", "unpaid_left", "counted"),
    [
        (State.ENDED, FirstBlock.UNPAID, 0, True),
        (State.ENDED, FirstBlock.UNPAID, None, False),
        (State.ANSWERED, FirstBlock.UNPAID, None, True),
        (State.RUNNING, FirstBlock.HELD, None, True),
        (State.RUNNING, FirstBlock.SETTLED, None, False),
    ],
)
def test_a_call_that_was_noted_counts_when_it_ended_so_or_is_about_to(
    state: State, first_block: FirstBlock, unpaid_left: int | None, counted: bool
) -> None:
    session = Session(
        "order-0001", "order", "cora", "pavel", Mode.VIDEO, 100, 1500, state, 0, 60_000,
        first_block=first_block, unpaid_left=unpaid_left,
    )  # fmt: skip
    assert counts(session) is counted
