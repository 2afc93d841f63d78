"""The store over DynamoDB: one request a read, one a commit, retries where others hold an item, and a journal that only grows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from chalicelib.billing import boundaries, ledger
from chalicelib.billing.ledger import BlockTerms
from chalicelib.domain.accounts import Account
from chalicelib.domain.connections import Connection, UserConnection
from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import InvalidCursor, Unavailable
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.order import ConsultationOrder
from chalicelib.domain.parties import Side
from chalicelib.domain.people import StaffAct
from chalicelib.domain.sessions import Cause, Loss, Session, State
from chalicelib.services.calls.watermarks import Watermark
from chalicelib.services.changes import (
    AccountChange,
    CommitRefused,
    Contention,
    Insert,
    Join,
    Put,
    Record,
    Ref,
    Remove,
    Require,
    RequireAbsent,
    RequireShort,
    Save,
)
from chalicelib.services.ports import Listing, Page
from chalicelib.storage.codec import decode
from chalicelib.storage.operations import Operations
from chalicelib.storage.store import DynamoStore
from dynamo.errors import client_error, conflict
from dynamo.memory import MemoryDynamo
from dynamo.tables import twip_tables
from tests.support.orders import consultation

TABLES = {name: name for name in ("market", "journal", "live")}
VERA = Account("vera", "RUB", available_minor=500)


@pytest.fixture
def dynamo() -> MemoryDynamo:
    return MemoryDynamo(twip_tables())


@pytest.fixture
def waited() -> list[int]:
    return []


@pytest.fixture
def store(dynamo: MemoryDynamo, waited: list[int]) -> DynamoStore:
    made = DynamoStore(dynamo.as_client(), TABLES, REAL, waited.append)
    made.commit(Insert(VERA))
    return made


def vera(store: DynamoStore) -> Account:
    found = store.get(Ref(Account, "vera"))
    assert found is not None
    return found


def failing(dynamo: MemoryDynamo, error: Exception, times: int) -> None:
    """The next calls to the store fail."""
    left = [times]

    def strike(operation: str, request: dict[str, Any]) -> None:
        if left[0]:
            left[0] -= 1
            raise error

    dynamo.before = strike


def order(number: int) -> ConsultationOrder:
    return consultation(f"{number:026d}", price_minor=5, at_ms=1_000 + number, mode=Mode.TEXT, performer_id="vera")


# Commits


def test_a_new_thing_is_put_once(store: DynamoStore) -> None:
    with pytest.raises(CommitRefused) as refused:
        store.commit(Insert(VERA))
    assert refused.value.by(Insert)
    assert not refused.value.by(Save, Put)


def test_a_change_is_saved_only_over_what_was_read(store: DynamoStore) -> None:
    read = vera(store)
    store.commit(Save(replace(read, held_minor=1)))
    assert (vera(store).held_minor, vera(store).version) == (1, read.version + 1)
    with pytest.raises(CommitRefused):
        store.commit(Save(replace(read, held_minor=2)))


@pytest.mark.rule("D19")
def test_a_debit_beyond_what_is_there_and_a_credit_to_nobody_are_refused(store: DynamoStore) -> None:
    with pytest.raises(CommitRefused):
        store.commit(AccountChange("vera", -501))
    with pytest.raises(CommitRefused):
        store.commit(AccountChange("nobody", 1))
    store.commit(AccountChange("vera", -500, 7))
    assert (vera(store).available_minor, vera(store).fee_minor) == (0, 7)
    assert store.get(Ref(Account, "nobody")) is None


@pytest.mark.rule("D25")
def test_a_verdict_takes_what_is_not_there_and_nothing_else_does(store: DynamoStore) -> None:
    taken = ledger.pay_back(
        customer_id="other",
        performer_id="vera",
        order_id="o1",
        session_id=None,
        subject="d1",
        amount_minor=501,
        commission_minor=0,
        kind=ledger.Kind.CLAWBACK,
        at_ms=1_000,
    )
    store.commit(Record(taken), AccountChange("vera", -501, into_debt=True))
    assert vera(store).available_minor == -1
    with pytest.raises(CommitRefused):
        store.commit(AccountChange("vera", -1))
    given = replace(taken, kind=ledger.Kind.REPAYMENT, subject="r1")
    with pytest.raises(ValueError, match="no verdict"):
        store.commit(Record(given), AccountChange("vera", -1, into_debt=True))
    store.commit(AccountChange("vera", 3))
    assert vera(store).available_minor == 2


@pytest.mark.rule("E15")
def test_the_platforms_commission_may_fall_below_zero_as_no_available_money_may(store: DynamoStore) -> None:
    store.commit(AccountChange("vera", 0, -8_501))
    assert (vera(store).available_minor, vera(store).fee_minor) == (500, -8_501)


@pytest.mark.rule("E15")
def test_a_block_that_was_settled_at_the_end_and_its_return_have_keys_of_their_own_and_neither_is_put_twice(
    store: DynamoStore,
) -> None:
    terms = BlockTerms(
        customer_id="cora",
        performer_id="vera",
        order_id="o",
        session_id="o-0001",
        price_minor=5,
        commission_bps=1500,
    )
    back = ledger.give_back(terms, k=0, ended_ms=60_000)
    settled = ledger.settle(terms, at_ms=60_000)
    store.commit(Record(settled), Record(back))
    for entry in (settled, back):
        with pytest.raises(CommitRefused):
            store.commit(Record(entry))
    assert store.entries("cora").items == (back,)
    assert store.entries("vera").items == (back, settled)


def test_a_change_of_an_account_that_moved_since_it_was_seen_is_refused(store: DynamoStore) -> None:
    with pytest.raises(CommitRefused):
        store.commit(AccountChange("vera", -1, seen_minor=499))
    store.commit(AccountChange("vera", -1, seen_minor=500))
    assert vera(store).available_minor == 499


def test_a_lease_is_taken_by_one_and_freed_by_none_but_its_holder(store: DynamoStore) -> None:
    store.commit(AccountChange("vera", take="s-1"))
    store.commit(AccountChange("vera", take="s-1"))
    for change in (AccountChange("vera", take="s-2"), AccountChange("vera", free="s-2")):
        with pytest.raises(CommitRefused):
            store.commit(change)
    store.commit(AccountChange("vera", free="s-1"))
    assert vera(store).busy is None


def test_sessions_that_a_line_joins_at_once_are_all_kept_and_a_closed_line_joins_none(store: DynamoStore) -> None:
    line = Connection("line", "vera", 1, 2)
    store.commit(Insert(line))
    for session_id in ("s-2", "s-1", "s-2"):
        store.commit(Join(line, session_id))
    assert store.get(Ref(Connection, "line")) == replace(line, session_ids=frozenset({"s-1", "s-2"}), version=3)
    with pytest.raises(CommitRefused):
        store.commit(Remove(line))
    store.commit(Remove(replace(line, version=3)))
    with pytest.raises(CommitRefused):
        store.commit(Join(line, "s-3"))
    assert store.get(Ref(Connection, "line")) is None


def test_what_a_commit_requires_must_be_as_it_was_read(store: DynamoStore) -> None:
    other = Account("other", "RUB")
    read = vera(store)
    for fence in (Require(replace(read, version=9)), RequireAbsent(Ref(Account, "vera")), RequireShort("vera", 500)):
        with pytest.raises(CommitRefused) as refused:
            store.commit(Insert(other), fence)
        assert refused.value.failed == (fence,)
    assert store.get(Ref(Account, "other")) is None
    store.commit(Insert(other), Require(read), RequireAbsent(Ref(Account, "nobody")))
    store.commit(RequireShort("vera", 501), AccountChange("other", 1))


def test_what_is_gone_is_not_removed_twice(store: DynamoStore) -> None:
    line = UserConnection("vera", "line-1", 5)
    store.commit(Put(line))
    store.commit(Put(line))
    store.commit(Remove(line))
    for gone in (line, replace(VERA, version=3)):
        with pytest.raises(CommitRefused):
            store.commit(Remove(gone))


# The journal


def top_up() -> ledger.Entry:
    return ledger.top_up(user_id="vera", provider="sandbox", amount_minor=5, top_up_id="t1", at_ms=1_000)


@pytest.mark.rule("D11")
def test_an_entry_is_recorded_once(store: DynamoStore) -> None:
    store.commit(Record(top_up()), AccountChange("vera", 5))
    with pytest.raises(CommitRefused) as refused:
        store.commit(Record(top_up()), AccountChange("vera", 5))
    assert refused.value.by(Record)
    assert vera(store).available_minor == 505


def test_nothing_is_ever_written_over_in_the_journal(store: DynamoStore) -> None:
    act = StaffAct("a1", 1_000, "anna", "user.block", "vera", {})
    with pytest.raises(ValueError, match="append-only"):
        store.commit(Put(act))
    store.commit(Insert(act))
    with pytest.raises(CommitRefused):
        store.commit(Insert(act))


def test_every_put_into_the_journal_demands_that_its_key_is_free() -> None:
    put = Operations(TABLES, REAL).operation(Record(top_up()))["Put"]
    assert put["ConditionExpression"] == "attribute_not_exists(pk)"


# Retries


@pytest.mark.parametrize("code", ["TransactionConflictException", "ThrottlingException", "RequestLimitExceeded"])
def test_a_commit_is_tried_again_while_others_hold_the_item(
    store: DynamoStore, dynamo: MemoryDynamo, waited: list[int], code: str
) -> None:
    failing(dynamo, client_error("update_item", code, "busy"), 2)
    store.commit(AccountChange("vera", 1))
    assert waited == [1, 2]
    assert vera(store).available_minor == 501


def test_a_transaction_in_conflict_is_tried_again_and_given_up_after_five_times(
    store: DynamoStore, dynamo: MemoryDynamo, waited: list[int]
) -> None:
    failing(dynamo, conflict(2, 1), 5)
    with pytest.raises(Contention):
        store.commit(AccountChange("vera", 1), Insert(Account("other", "RUB")))
    assert waited == [1, 2, 3, 4]
    assert vera(store).available_minor == 500


def test_any_other_error_is_not_swallowed(store: DynamoStore, dynamo: MemoryDynamo) -> None:
    failing(dynamo, client_error("update_item", "ValidationException", "wrong"), 1)
    with pytest.raises(ClientError):
        store.commit(AccountChange("vera", 1))


def test_what_a_batch_leaves_out_is_asked_for_again(
    store: DynamoStore, dynamo: MemoryDynamo, waited: list[int]
) -> None:
    store.commit(Insert(Account("other", "RUB")))
    served = iter([1, 0, 1])
    dynamo.served = lambda keys: next(served)
    found = store.read(Ref(Account, "vera"), Ref(Account, "other"))
    assert found.get(Ref(Account, "vera")) == VERA
    assert found.get(Ref(Account, "other")) is not None
    assert waited == [1, 2]


def test_a_batch_that_is_never_served_whole_is_given_up(store: DynamoStore, dynamo: MemoryDynamo) -> None:
    store.commit(Insert(order(1)))
    dynamo.served = lambda keys: 0
    with pytest.raises(Unavailable):
        store.read(Ref(Account, "vera"))
    with pytest.raises(Unavailable):
        store.page(Listing.ORDERS_OF_CUSTOMER, "cora")


# Outages: what the client itself could not mend by trying again

URL = {"endpoint_url": "https://dynamodb.example"}
OUTAGES = (
    ReadTimeoutError(**URL),
    ConnectTimeoutError(**URL),
    EndpointConnectionError(**URL),
    ConnectionClosedError(**URL),
    client_error("query", "InternalServerError", "ours", ResponseMetadata={"HTTPStatusCode": 500}),
    client_error("query", "ServiceUnavailable", "ours", ResponseMetadata={"HTTPStatusCode": 503}),
    client_error("query", "ProvisionedThroughputExceededException", "busy"),
    client_error("query", "ThrottlingException", "busy"),
)
ACCOUNT_OF_VERA = Ref(Account, "vera")
READS: tuple[Callable[[DynamoStore], object], ...] = (
    lambda store: store.get(ACCOUNT_OF_VERA),
    lambda store: store.read(ACCOUNT_OF_VERA),
    lambda store: store.page(Listing.ORDERS_OF_CUSTOMER, "cora"),
    lambda store: store.due_in("00#0"),
    lambda store: store.entries("vera"),
    lambda store: store.bump("tries", expires_ms=5_000),
)


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("ask", READS)
def test_what_is_asked_and_finds_no_answer_is_unavailable_and_no_error_of_the_clients(
    store: DynamoStore, dynamo: MemoryDynamo, ask: Callable[[DynamoStore], object], outage: Exception
) -> None:
    failing(dynamo, outage, 1)
    with pytest.raises(Unavailable) as refused:
        ask(store)
    assert refused.value.__cause__ is outage


@pytest.mark.parametrize("outage", OUTAGES[:6], ids=lambda error: type(error).__name__)
def test_a_commit_whose_answer_is_lost_is_unavailable_whether_or_not_it_was_carried_out_and_is_not_repeated_blindly(
    store: DynamoStore, dynamo: MemoryDynamo, waited: list[int], outage: Exception
) -> None:
    failing(dynamo, outage, 1)
    with pytest.raises(Unavailable):
        store.commit(AccountChange("vera", 1))
    assert (vera(store).available_minor, waited) == (500, [])

    def lose(operation: str, request: dict[str, Any]) -> None:
        dynamo.after = None
        raise outage

    dynamo.after = lose
    with pytest.raises(Unavailable):
        store.commit(AccountChange("vera", 1))
    assert (vera(store).available_minor, waited) == (501, [])


# Pages


def test_a_listing_is_read_page_by_page_newest_first(store: DynamoStore, dynamo: MemoryDynamo) -> None:
    orders = [order(number) for number in range(5)]
    for one in orders:
        store.commit(Insert(one))
    found: list[ConsultationOrder] = []
    cursor: str | None = None
    while True:
        page = store.page(Listing.ORDERS_OF_CUSTOMER, "cora", cursor=cursor, limit=2)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == orders[::-1]
    assert store.page(Listing.SALES_OF_PERFORMER, "vera", limit=1).items == (orders[-1],)
    assert store.page(Listing.ORDERS_OF_CUSTOMER, "nobody").items == ()


def test_a_cursor_is_good_for_its_own_listing_only(store: DynamoStore) -> None:
    for number in range(3):
        store.commit(Insert(order(number)))
    cursor = store.page(Listing.ORDERS_OF_CUSTOMER, "cora", limit=1).next_cursor
    for listing, owner in ((Listing.SALES_OF_PERFORMER, "vera"), (Listing.ORDERS_OF_CUSTOMER, "dan")):
        with pytest.raises(InvalidCursor):
            store.page(listing, owner, cursor=cursor)
    with pytest.raises(InvalidCursor):
        store.page(Listing.ORDERS_OF_CUSTOMER, "cora", cursor="made up")


def test_an_entry_of_an_index_whose_thing_is_gone_is_passed_over(store: DynamoStore, dynamo: MemoryDynamo) -> None:
    for number in range(2):
        store.commit(Insert(order(number)))
    store.page(Listing.ORDERS_OF_CUSTOMER, "cora")
    dynamo.gsi_lag = lambda: True
    store.commit(Remove(order(1)))
    assert store.page(Listing.ORDERS_OF_CUSTOMER, "cora").items == (order(0),)


def test_counting_starts_at_one(store: DynamoStore) -> None:
    assert [store.bump("tries", expires_ms=5_000) for _ in range(3)] == [1, 2, 3]
    assert store.bump("others", expires_ms=5_000) == 1


# The time index


def ringing(number: int, deadline_ms: int) -> Session:
    return Session(
        f"{number:026d}-0001", f"{number:026d}", "cora", "vera", Mode.TEXT, 5, 1500, State.RINGING, 0, deadline_ms
    )


@pytest.mark.rule("D30")
def test_a_bucket_comes_page_by_page_and_goes_on_behind_a_session_that_has_left_it(store: DynamoStore) -> None:
    for number in range(5):
        store.commit(Insert(ringing(number, 60_000 + number)))
    store.commit(Insert(ringing(9, 120_000)))
    due_minute = boundaries.due_minute(60_000, REAL)
    first = store.due_in(due_minute, limit=2)
    assert [waking.wake_ms for waking in first.items] == [60_000, 60_001]
    store.commit(Save(replace(ringing(1, 0), state=State.ENDED)))
    rest = store.due_in(due_minute, cursor=first.next_cursor)
    assert [waking.wake_ms for waking in rest.items] == [60_002, 60_003, 60_004]
    assert rest.next_cursor is None


def test_a_cursor_of_no_session_at_all_leads_on_in_its_bucket(store: DynamoStore) -> None:
    store.commit(Insert(ringing(1, 60_000)))
    due_minute = boundaries.due_minute(60_000, REAL)
    assert len(store.due_in(due_minute, cursor="0").items) == 1
    assert store.due_in(due_minute, cursor="z-9") == Page(())


# What an older release has stored


@pytest.mark.rule("D18")
def test_a_loss_and_a_watermark_of_an_older_release_are_read_as_what_they_were() -> None:
    loss = {"side": {"S": "customer"}, "heard_ms": {"N": "1"}, "since_ms": {"N": "2"}}
    assert decode(Loss, loss) == Loss(Side.CUSTOMER, 1, 2, Cause.CONNECTION)
    mark = {"name": {"S": "0"}, "handed": {"N": "7"}, "audited": {"N": "2"}, "version": {"N": "9"}}
    assert decode(Watermark, mark) == Watermark("0", 7, 2, version=9)
