"""The audit over a market: clean whatever people did, also while they go on; and any tampering is named."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.billing import ledger
from chalicelib.billing.ledger import BlockTerms, Kind
from chalicelib.domain.accounts import Account
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import ConsultationState, Prepaid
from chalicelib.domain.orders.order import ConsultationOrder, Order
from chalicelib.domain.people import User
from chalicelib.domain.sessions import FirstBlock, Session, State
from chalicelib.domain.topups import Outcome, TopUp, TopUpState
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import AccountChange, Insert, Record, Ref, Remove, Save
from chalicelib.services.money.audit import LOOKS, Report
from dynamo.requests import Request
from tests.support.house import House
from tests.support.orders import changed
from tests.support.people import settle
from tests.support.sales import fund, offer, place, webhook


@pytest.fixture
def vera(house: House) -> User:
    person = settle(house, "vera@example.org")
    fund(house, person, 1_000_000)
    return person


@pytest.fixture
def pavel(house: House) -> User:
    return settle(house, "pavel@example.org", name="Pavel")


@pytest.fixture
def twip(house: House, pavel: User) -> Twip:
    return offer(house, pavel)


@pytest.fixture
def order(house: House, vera: User, twip: Twip) -> ConsultationOrder:
    found = house.store.get(Ref(Order, place(house, vera, twip).id))
    assert found is not None
    return found


def audit(house: House, pause: Callable[[int], None] = lambda look: None) -> Report:
    return replace(house.audit, pause=pause).run()


def found(house: House) -> list[tuple[str, str]]:
    return [(difference.what, difference.subject) for difference in audit(house).differences]


def running(house: House, order: ConsultationOrder) -> Session:
    """A session as the calls leave it: with the order's lease and the performer's."""
    session = Session(
        id=f"{order.id}-0001",
        order_id=order.id,
        customer_id=order.customer_id,
        performer_id=order.performer_id,
        mode=order.body.mode,
        price_minor=order.terms.price_minor,
        commission_bps=order.terms.commission_bps,
        state=State.ANSWERED,
        called_ms=house.hands.at_ms,
        deadline_ms=house.hands.at_ms + 300_000,
    )
    house.store.commit(
        Insert(session),
        Save(changed(order, live=session.id, calls=1)),
        AccountChange(order.performer_id, take=session.id),
    )
    return session


def terms(order: ConsultationOrder, session_id: str) -> BlockTerms:
    return BlockTerms(
        customer_id=order.customer_id,
        performer_id=order.performer_id,
        order_id=order.id,
        session_id=session_id,
        price_minor=order.terms.price_minor,
        commission_bps=order.terms.commission_bps,
    )


def billed(house: House, order: ConsultationOrder, session_id: str, k: int) -> ledger.Entry:
    return ledger.block(terms(order, session_id), k=k, due_ms=house.hands.at_ms + k)


def test_a_new_service_is_clean(house: House) -> None:
    assert audit(house) == Report(0, 0, ())


def test_whatever_people_did_the_books_are_clean(
    house: House, vera: User, twip: Twip, order: ConsultationOrder
) -> None:
    house.consultations.cancel(vera.id, order.id, key="cancel-key")
    place(house, vera, twip, key="again-key")
    place(house, vera, twip, Mode.TEXT, key="text-key")
    house.topups.start(vera.id, 5, key="unpaid-key")
    failed = house.topups.start(vera.id, 5, key="failed-key")
    house.topups.notified("sandbox", *webhook(house, failed, Outcome.FAILED))
    report = audit(house)
    assert report.differences == ()
    assert report.clean
    assert (report.accounts, report.entries) == (2, 5)


def test_a_live_session_with_its_leases_is_clean(house: House, order: ConsultationOrder) -> None:
    running(house, order)
    assert found(house) == []


@pytest.mark.parametrize("delta_minor", [-1, 1, 500_000])
def test_a_balance_that_the_journal_does_not_explain_is_named(house: House, vera: User, delta_minor: int) -> None:
    house.store.commit(AccountChange(vera.id, delta_minor))
    (difference,) = audit(house).differences
    assert (difference.what, difference.subject) == ("available", vera.id)
    assert (difference.expected, difference.found) == ("1000000", str(1_000_000 + delta_minor))


def test_an_entry_without_its_money_is_named_on_every_account_it_touches(
    house: House, order: ConsultationOrder
) -> None:
    house.store.commit(Record(billed(house, order, f"{order.id}-0001", 0)))
    assert sorted(what for what, _ in found(house)) == [
        "available",
        "available",
        "blocks of what is not stored",
        "fee",
    ]


def test_a_block_that_was_debited_twice_is_named(house: House, order: ConsultationOrder) -> None:
    session = running(house, order)
    for delay in (0, 7):
        entry = replace(billed(house, order, session.id, 0), at_ms=house.hands.at_ms + delay)
        changes = [
            AccountChange(m.user_id, m.available_delta_minor, m.fee_delta_minor) for m in ledger.movements(entry)
        ]
        house.store.commit(*changes, Record(entry))
    assert found(house) == [("blocks", session.id)]


def test_escrow_and_top_ups_are_looked_at(house: House, vera: User, order: ConsultationOrder) -> None:
    house.store.commit(Save(replace(order, escrow_minor=order.escrow_minor - 1)))
    (paid,) = house.topups.listed(vera.id, cursor=None, limit=9).items
    house.store.commit(Save(replace(paid, state=TopUpState.PENDING)))
    assert sorted(found(house)) == [
        ("credit of a top-up", paid.id),
        ("escrow", order.id),
        ("escrow while open/held", order.id),
    ]


def test_leases_of_sessions_that_are_over_are_named(house: House, order: ConsultationOrder) -> None:
    session = running(house, order)
    house.store.commit(Save(replace(session, state=State.ENDED)))
    assert sorted(found(house)) == [("lease", f"account {order.performer_id}"), ("lease", f"order {order.id}")]


def test_a_live_session_that_does_not_hold_its_order_is_named(house: House, order: ConsultationOrder) -> None:
    running(house, order)
    held = house.store.get(Ref(Order, order.id))
    assert held is not None
    house.store.commit(Save(changed(held, live=None)))
    assert found(house) == [("lease", f"order {order.id}")]


@pytest.mark.rule("D9")
def test_a_place_that_an_ended_order_still_holds_is_named(house: House, order: ConsultationOrder) -> None:
    house.store.commit(Save(changed(order, state=ConsultationState.CLOSED, ended_ms=1)))
    assert found(house) == [("place of the open order", order.id)]


def test_money_of_an_account_that_is_gone_is_named(house: House, vera: User) -> None:
    house.store.commit(Remove(house.store.get(Ref(Account, vera.id))))
    assert found(house) == [("balance of what is not stored", f"user:{vera.id}")]


def test_people_who_go_on_meanwhile_make_no_difference(house: House, vera: User, pavel: User, twip: Twip) -> None:
    """Between any two requests of the audit somebody tops up, orders, cancels; the index of received money lags."""
    fund(house, vera, 10_000_000)
    acts, lags = iter(range(40)), iter(range(100))
    busy = False
    house.dynamo.gsi_lag = lambda: next(lags, 0) % 3 == 0

    def go_on(operation: str, request: Request) -> None:
        nonlocal busy
        n = None if busy else next(acts, None)
        if n is None:
            return
        busy = True
        fund(house, vera, n + 1)
        order = place(house, vera, twip, key=f"order-{n}")
        if n % 2:
            house.consultations.cancel(vera.id, order.id, key=f"cancel-{n}")
        else:
            stored = house.store.get(Ref(Order, order.id))
            assert stored is not None
            _play(house, stored)
        busy = False

    house.dynamo.before = go_on
    report = audit(house)
    assert report.differences == ()
    house.dynamo.before = house.dynamo.gsi_lag = None
    assert audit(house).clean


def _play(house: House, order: ConsultationOrder) -> None:
    """A text session from its clock to its end, at once, as the metering would commit it."""
    session = running(house, order)
    entry = ledger.settle(terms(order, session.id), at_ms=house.hands.at_ms)
    held = house.store.get(Ref(Order, order.id))
    assert held is not None
    ended = replace(
        session,
        state=State.ENDED,
        clock_started_ms=house.hands.at_ms,
        ended_ms=house.hands.at_ms,
        first_block=FirstBlock.PAID,
        version=0,
    )
    (movement,) = ledger.movements(entry)
    house.store.commit(
        Save(ended),
        Save(changed(held, prepaid=Prepaid.USED, escrow_minor=0, live=None)),
        AccountChange(movement.user_id, movement.available_delta_minor, movement.fee_delta_minor, free=session.id),
        Record(entry),
    )
    house.consultations.close(order.customer_id, order.id, key=f"close-{order.id}")


def test_what_never_stands_still_is_named_as_that(house: House, vera: User) -> None:
    house.store.commit(AccountChange(vera.id, 1))

    def moves(operation: str, request: Request) -> None:
        if operation == "query":
            house.dynamo.before = None
            house.store.commit(AccountChange(vera.id, 1))
            house.dynamo.before = moves

    house.dynamo.before = moves
    assert found(house) == [("a quiet moment", "a suspect")]


def test_a_suspect_that_is_gone_is_none(house: House, vera: User) -> None:
    stray = TopUp("1" * 26, vera.id, "sandbox", 5, "RUB", house.hands.at_ms, "", state=TopUpState.PAID)
    house.store.commit(Insert(stray))
    looks: list[int] = []

    def erased(look: int) -> None:
        looks.append(look)
        if look == 1:
            house.store.commit(Remove(stray))

    assert audit(house, erased).clean
    assert looks == [0, 1]
    assert LOOKS > 2


def test_large_books_are_read_to_their_end(house: House, vera: User) -> None:
    """Pages of a scan and of a query are a megabyte at most."""
    for n in range(3):
        entry = replace(
            ledger.top_up(user_id=vera.id, provider="x" * 380_000, amount_minor=1, top_up_id=f"{n}", at_ms=n),
            kind=Kind.ORDER,
        )
        house.store.commit(AccountChange(vera.id, 1), Record(entry))
    assert audit(house).entries == 4
    house.store.commit(AccountChange(vera.id, 1))
    (difference,) = audit(house).differences
    assert difference.expected == "1000003"
