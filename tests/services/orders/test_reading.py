"""What the two sides of an order see of it."""

from dataclasses import replace

import pytest

from chalicelib.domain.availability import Profile, Status
from chalicelib.domain.connections import Presence
from chalicelib.domain.errors import InvalidCursor, NotFound
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.order import ConsultationOrder
from chalicelib.domain.parties import Side
from chalicelib.domain.people import User
from chalicelib.domain.sessions import Session, State, session_id
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import AccountChange, Insert, Put, Ref, Remove, Save
from chalicelib.services.ports import ORDERS_AT_MOST
from tests.support.house import House
from tests.support.people import settle
from tests.support.sales import fund, offer, place


@pytest.fixture
def vera(house: House) -> User:
    person = settle(house, "vera@example.org")
    fund(house, person, 5_000_000)
    return person


@pytest.fixture
def pavel(house: House) -> User:
    return settle(house, "pavel@example.org", name="Pavel")


@pytest.fixture
def twip(house: House, pavel: User) -> Twip:
    return offer(house, pavel)


def here(house: House, person: User, status: Status = Status.AVAILABLE) -> None:
    """On the site, with this status."""
    profile = house.store.get(Ref(Profile, person.id))
    assert profile is not None
    house.store.commit(Save(replace(profile, status=status, consultations=1)))
    house.store.commit(Put(Presence(person.id, house.hands.at_ms, house.hands.at_ms + 10**6)))


@pytest.mark.rule("R32")
def test_a_customer_finds_their_orders_and_a_performer_their_sales_newest_first(
    house: House, vera: User, pavel: User, twip: Twip
) -> None:
    orders = [place(house, vera, twip, mode, key=f"{mode}-key") for mode in Mode]
    newest_first = [order.id for order in reversed(orders)]
    bought = house.order_queries.listed(vera.id, Side.CUSTOMER, cursor=None, limit=20)
    sold = house.order_queries.listed(pavel.id, Side.PERFORMER, cursor=None, limit=20)
    assert [seen.order.id for seen in bought.items] == newest_first == [seen.order.id for seen in sold.items]
    assert {(seen.side, seen.other_name) for seen in bought.items} == {(Side.CUSTOMER, "Pavel")}
    assert {(seen.side, seen.other_name) for seen in sold.items} == {(Side.PERFORMER, "Vera")}
    assert house.order_queries.listed(pavel.id, Side.CUSTOMER, cursor=None, limit=20).items == ()
    assert house.order_queries.listed(vera.id, Side.PERFORMER, cursor=None, limit=20).items == ()


@pytest.mark.rule("R32")
def test_orders_come_in_pages_none_twice_and_none_left_out(house: House, vera: User, twip: Twip) -> None:
    placed = []
    for n in range(7):
        order = place(house, vera, twip, key=f"order-{n}")
        house.consultations.cancel(vera.id, order.id, key=f"cancel-{n}")
        placed.append(order.id)
    found: list[str] = []
    cursor = None
    while True:
        page = house.order_queries.listed(vera.id, Side.CUSTOMER, cursor=cursor, limit=3)
        found += [seen.order.id for seen in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == placed[::-1]


def test_a_full_page_is_read_at_once_and_a_cursor_of_somebody_else_is_refused(
    house: House, vera: User, pavel: User
) -> None:
    for n in range(ORDERS_AT_MOST + 1):
        performer = settle(house, f"performer-{n}@example.org")
        place(house, vera, offer(house, performer, name=f"twip-{n}"), Mode.TEXT, key=f"order-{n}")
    page = house.order_queries.listed(vera.id, Side.CUSTOMER, cursor=None, limit=100)
    assert len(page.items) == ORDERS_AT_MOST
    assert page.next_cursor is not None
    with pytest.raises(InvalidCursor):
        house.order_queries.listed(pavel.id, Side.CUSTOMER, cursor=page.next_cursor, limit=100)


@pytest.mark.rule("R38", "R24")
def test_an_order_shows_its_customer_whether_the_performer_can_be_called_now(
    house: House, vera: User, pavel: User, twip: Twip
) -> None:
    order = place(house, vera, twip)

    def reason() -> str | None:
        return house.order_queries.one(vera.id, order.id).uncallable

    assert reason() == "status"
    here(house, pavel)
    assert reason() is None
    house.store.commit(AccountChange(pavel.id, take="some-session"))
    assert reason() == "busy"
    house.store.commit(AccountChange(pavel.id, free="some-session"))
    house.hands.forward(house.settings.durations.presence_ms + 1)
    assert reason() == "not_on_site"


@pytest.mark.rule("R37", "R38")
def test_nobody_is_offered_a_call_on_a_sale_or_on_an_order_that_has_ended(
    house: House, vera: User, pavel: User, twip: Twip
) -> None:
    here(house, pavel)
    here(house, vera)
    order = place(house, vera, twip)
    assert house.order_queries.one(pavel.id, order.id).uncallable == "order"
    house.consultations.cancel(vera.id, order.id, key="cancel-key")
    assert house.order_queries.one(vera.id, order.id).uncallable == "order"


def test_an_order_outlives_the_profile_of_its_other_side(house: House, vera: User, pavel: User, twip: Twip) -> None:
    order = place(house, vera, twip)
    house.store.commit(Remove(house.store.get(Ref(Profile, pavel.id))))
    seen = house.order_queries.one(vera.id, order.id)
    assert (seen.other_name, seen.uncallable) == ("", "status")


def test_an_order_is_nobodys_business_but_its_two_sides(house: House, vera: User, twip: Twip) -> None:
    order = place(house, vera, twip)
    stranger = settle(house, "oleg@example.org")
    with pytest.raises(NotFound):
        house.order_queries.one(stranger.id, order.id)
    with pytest.raises(NotFound):
        house.order_queries.sessions(stranger.id, order.id, cursor=None, limit=20)
    with pytest.raises(NotFound):
        house.order_queries.one(vera.id, "1" * 26)


def session(order: ConsultationOrder, number: int) -> Session:
    return Session(
        id=session_id(order.id, number),
        order_id=order.id,
        customer_id=order.customer_id,
        performer_id=order.performer_id,
        mode=order.body.mode,
        price_minor=order.terms.price_minor,
        commission_bps=order.terms.commission_bps,
        state=State.RINGING,
        called_ms=order.created_ms + number,
        deadline_ms=order.created_ms + number,
    )


@pytest.mark.rule("E13")
def test_the_history_of_an_order_is_its_sessions_newest_first(
    house: House, vera: User, pavel: User, twip: Twip
) -> None:
    order, other = place(house, vera, twip), place(house, vera, twip, Mode.TEXT, key="other-key")
    made = [session(order, n) for n in (1, 2, 3)]
    for one in (*made, session(other, 1)):
        house.store.commit(Insert(one))
    for side in (vera, pavel):
        of_order, page = house.order_queries.sessions(side.id, order.id, cursor=None, limit=20)
        assert (of_order.id, page.items) == (order.id, tuple(reversed(made)))
    _, first = house.order_queries.sessions(vera.id, order.id, cursor=None, limit=2)
    _, rest = house.order_queries.sessions(vera.id, order.id, cursor=first.next_cursor, limit=2)
    assert (*first.items, *rest.items) == tuple(reversed(made))
