"""The statement: every posting once, and balances that add up however it is read."""

import base64
import json
import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.billing import ledger
from chalicelib.billing.ledger import BlockTerms, Entry, Kind
from chalicelib.domain.errors import InvalidCursor, NotFound, Unavailable
from chalicelib.domain.people import User
from chalicelib.services.changes import AccountChange, Record
from chalicelib.services.money.accounts import Line
from dynamo.requests import Request
from tests.support.house import House
from tests.support.people import settle
from tests.support.sales import VIDEO_MINOR, account, fund, offer, place


@pytest.fixture
def vera(house: House) -> User:
    return settle(house, "vera@example.org")


def post(house: House, entry: Entry) -> None:
    """An act of money as every use case commits it."""
    changes = [AccountChange(m.user_id, m.available_delta_minor, m.fee_delta_minor) for m in ledger.movements(entry)]
    house.store.commit(*changes, Record(entry))


def terms(customer: User, performer: User, price_minor: int) -> BlockTerms:
    return BlockTerms(
        customer_id=customer.id,
        performer_id=performer.id,
        order_id="order",
        session_id="order-0001",
        price_minor=price_minor,
        commission_bps=1500,
    )


def block(customer: User, performer: User, *, k: int, at_ms: int, price_minor: int = 1_000) -> Entry:
    return ledger.block(terms(customer, performer, price_minor), k=k, due_ms=at_ms)


def whole(house: House, user: User, limit: int = 3) -> list[Line]:
    """All pages, oldest first."""
    lines: list[Line] = []
    cursor = None
    while True:
        page = house.accounts.statement(user.id, cursor=cursor, limit=limit)
        lines += page.items
        cursor = page.next_cursor
        if cursor is None:
            return lines[::-1]


def assert_adds_up(lines: list[Line], available_minor: int) -> None:
    balance_minor = 0
    for line in lines:
        balance_minor += line.amount_minor
        assert line.balance_after_minor == balance_minor
    assert balance_minor == available_minor


@pytest.mark.rule("E6")
def test_every_posting_is_told_with_its_reason_its_order_and_the_balance_after_it(house: House, vera: User) -> None:
    pavel = settle(house, "pavel@example.org")
    fund(house, vera, 100_000)
    order = place(house, vera, offer(house, pavel))
    house.hands.forward(1)
    house.consultations.cancel(vera.id, order.id, key="cancel-key")
    lines = whole(house, vera)
    assert [(line.kind, line.amount_minor, line.balance_after_minor, line.order_id) for line in lines] == [
        (Kind.TOP_UP, 100_000, 100_000, None),
        (Kind.ORDER, -VIDEO_MINOR, 10_000, order.id),
        (Kind.CANCEL, VIDEO_MINOR, 100_000, order.id),
    ]
    assert lines[0].top_up_id is not None
    assert {line.session_id for line in lines} == {None}


@pytest.mark.rule("E6", "R53", "R54")
def test_both_sides_of_a_block_find_it_with_session_and_commission(house: House, vera: User) -> None:
    pavel = settle(house, "pavel@example.org")
    fund(house, vera, 1_000)
    post(house, block(vera, pavel, k=2, at_ms=house.hands.at_ms + 1))
    paid, earned = whole(house, vera)[-1], whole(house, pavel)[-1]
    assert (paid.amount_minor, paid.commission_minor, paid.balance_after_minor) == (-1_000, 0, 0)
    assert (earned.amount_minor, earned.commission_minor, earned.balance_after_minor) == (850, 150, 850)
    assert (paid.session_id, paid.block, paid.order_id) == ("order-0001", 2, "order")
    assert paid.id == earned.id == "order-0001-2"


@pytest.mark.rule("E6", "R58")
def test_a_block_that_was_returned_stands_behind_it_on_both_sides(house: House, vera: User) -> None:
    pavel = settle(house, "pavel@example.org")
    fund(house, vera, 1_000)
    at_ms = house.hands.at_ms + 1
    post(house, block(vera, pavel, k=2, at_ms=at_ms))
    back = ledger.block_return(terms(vera, pavel, 1_000), k=2, due_ms=at_ms, into_escrow=False)
    post(house, back)
    for user, lines in ((vera, [1_000, -1_000, 1_000]), (pavel, [850, -850])):
        told = whole(house, user)
        assert [line.amount_minor for line in told] == lines
        assert (told[-1].id, told[-1].kind, told[-1].block) == ("order-0001-2-return", Kind.BLOCK_RETURN, 2)
        assert_adds_up(told, lines[0] if user is vera else 0)


@pytest.mark.rule("E6")
@given(
    amounts=st.lists(st.integers(min_value=1, max_value=5_000), min_size=1, max_size=12),
    limit=st.integers(min_value=1, max_value=5),
    late=st.booleans(),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_balances_add_up_on_pages_of_every_size(amounts: list[int], limit: int, late: bool) -> None:
    house = House()
    vera, pavel = settle(house, "vera@example.org"), settle(house, "pavel@example.org")
    for k, amount_minor in enumerate(amounts):
        fund(house, vera, amount_minor)
        at_ms = house.hands.at_ms - 10 * late
        post(house, block(vera, pavel, k=k, at_ms=at_ms, price_minor=(amount_minor + 1) // 2))
    for person in (vera, pavel):
        lines = whole(house, person, limit)
        assert_adds_up(lines, account(house, person).available_minor)
        assert len({line.id for line in lines}) == len(lines) == len(amounts) * (2 if person is vera else 1)


@pytest.mark.rule("E6")
@pytest.mark.parametrize("age_ms", [-1, 1, 3_500, 4_500])
def test_money_that_moves_between_two_pages_changes_no_line_below(house: House, vera: User, age_ms: int) -> None:
    """A block is billed under its due time, so it may even come to stand below the lines that were read."""
    pavel = settle(house, "pavel@example.org")
    for _ in range(6):
        house.hands.forward(1_000)
        fund(house, vera, 1_000)
    first = house.accounts.statement(vera.id, limit=3)
    post(house, block(vera, pavel, k=1, at_ms=house.hands.at_ms - age_ms))
    second = house.accounts.statement(vera.id, cursor=first.next_cursor, limit=50)
    below = list(second.items)[::-1]
    assert_adds_up(below, below[-1].balance_after_minor)
    assert below[-1].balance_after_minor == sum(line.amount_minor for line in below)
    assert_adds_up(whole(house, vera), 5_000)


def test_a_page_is_read_again_when_the_account_moves_under_it(house: House, vera: User) -> None:
    fund(house, vera, 1_000)
    came = iter([True])

    def moves(operation: str, request: Request) -> None:
        if operation == "query" and request["TableName"] == "journal" and next(came, False):
            fund(house, vera, 500)

    house.dynamo.before = moves
    lines = list(house.accounts.statement(vera.id).items)[::-1]
    assert_adds_up(lines, 1_500)


def test_an_account_that_never_rests_has_no_statement_just_now(house: House, vera: User) -> None:
    def moves(operation: str, request: Request) -> None:
        if operation == "query" and request["TableName"] == "journal":
            house.dynamo.before = None
            fund(house, vera, 500)
            house.dynamo.before = moves

    fund(house, vera, 1_000)
    house.dynamo.before = moves
    with pytest.raises(Unavailable):
        house.accounts.statement(vera.id)


def test_earnings_that_have_not_reached_their_index_are_waited_for(
    house: House, vera: User, caplog: pytest.LogCaptureFixture
) -> None:
    pavel = settle(house, "pavel@example.org")
    fund(house, vera, 5_000)
    post(house, block(vera, pavel, k=0, at_ms=house.hands.at_ms))
    lags = iter([True])
    house.dynamo.gsi_lag = lambda: next(lags, False)
    post(house, block(vera, pavel, k=1, at_ms=house.hands.at_ms + 1))
    assert_adds_up(list(house.accounts.statement(pavel.id).items)[::-1], 1_700)
    assert caplog.records == []


def test_a_statement_that_cannot_be_true_is_told_to_the_operator(
    house: House, vera: User, caplog: pytest.LogCaptureFixture
) -> None:
    fund(house, vera, 1_000)
    house.store.commit(AccountChange(vera.id, 7))
    with caplog.at_level(logging.ERROR):
        (line,) = house.accounts.statement(vera.id).items
    assert line.balance_after_minor == 1_007
    assert "begins at 7" in caplog.text


def test_a_new_account_has_an_empty_statement_and_nobody_else_has_one(house: House, vera: User) -> None:
    assert house.accounts.statement(vera.id).items == ()
    assert house.accounts.one(vera.id).available_minor == 0
    for ask in (house.accounts.one, house.accounts.statement):
        with pytest.raises(NotFound):
            ask("nobody")


def packed(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "!!!!",
        packed(),
        packed("a", "1", 1, "b"),
        packed("a", 1, True, "b"),
        packed("a", 1, 1, "b"),
        base64.urlsafe_b64encode(b"[" * 1500).decode().rstrip("="),
    ],
)
def test_made_up_cursors_are_refused(house: House, vera: User, cursor: str) -> None:
    fund(house, vera, 1_000)
    with pytest.raises(InvalidCursor):
        house.accounts.statement(vera.id, cursor=cursor)


def test_a_cursor_of_another_statement_is_refused(house: House, vera: User) -> None:
    oleg = settle(house, "oleg@example.org")
    for person in (vera, oleg):
        fund(house, person, 1_000)
        fund(house, person, 1_000)
    page = house.accounts.statement(oleg.id, limit=1)
    with pytest.raises(InvalidCursor):
        house.accounts.statement(vera.id, cursor=page.next_cursor)


def test_a_cursor_behind_a_line_that_never_was_is_refused(house: House, vera: User) -> None:
    for _ in range(3):
        fund(house, vera, 1_000)
    cursor = house.accounts.statement(vera.id, limit=1).next_cursor
    assert cursor is not None
    _, balance_minor, version, inner = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    with pytest.raises(InvalidCursor):
        house.accounts.statement(vera.id, cursor=packed("never", balance_minor, version - 1, inner))
