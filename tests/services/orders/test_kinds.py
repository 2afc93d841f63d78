"""A kind of order is one body, registered once: placing, acting, money, lists and the audit know it from there."""

from dataclasses import replace
from functools import partial

import pytest

from chalicelib.domain.content import Content, Text, WorkOffer
from chalicelib.domain.errors import Forbidden, InsufficientFunds, KeyReused, NotFound, WrongState
from chalicelib.domain.kinds import Lang
from chalicelib.domain.orders.order import BODIES, Deadline, Order, Terms, moved
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.people import User
from chalicelib.domain.terms import Spans
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import Ref, Save
from chalicelib.services.connections import Connections
from chalicelib.services.frames import OrderUpdated
from chalicelib.services.orders.acting import Way
from chalicelib.services.orders.placing import Offer, Purchase, order_id_of
from tests.support.house import House
from tests.support.people import settle
from tests.support.sales import account, fund, offer
from tests.support.toy import Toy, ToyAct, ToyState, reminded, shared, wrapped

PRICE, HOUR = 10_001, 3_600_000
SPANS = Spans({"wrapping": HOUR, "taking": 2 * HOUR, "review": HOUR}, {})
CONTENT = Content((Lang.EN,), {Lang.EN: Text("A present", "In paper of your colour.")}, work=WorkOffer(PRICE, 1))


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BODIES, Toy.kind, Toy)


@pytest.fixture
def vera(house: House) -> User:
    person = settle(house, "vera@example.org")
    fund(house, person, 25_000)
    return person


@pytest.fixture
def pavel(house: House) -> User:
    return settle(house, "pavel@example.org", name="Pavel")


@pytest.fixture
def twip(house: House, pavel: User) -> Twip:
    return offer(house, pavel, CONTENT)


def buy(house: House, customer: User, twip: Twip, *, colour: str = "red", key: str = "order-key") -> Order[Toy]:
    house.hands.forward(1)
    return house.placing.place(
        Purchase(
            order_id=order_id_of(customer.id, key),
            customer_id=customer.id,
            twip_id=twip.id,
            kind=Toy,
            price_minor=PRICE,
            fingerprint=colour,
            offer=lambda content: Offer(Toy(colour), content.whole_minor or 0, SPANS),
        )
    )


def wrap(house: House, user: User, order: Order[Toy], key: str = "wrap-key") -> Order[Toy]:
    house.hands.forward(1)
    return house.acting.act(user.id, order.id, ToyAct.WRAP, Way(Toy, wrapped), key=key)


def remind(house: House, user: User, order: Order[Toy], key: str = "remind-key") -> Order[Toy]:
    house.hands.forward(1)
    return house.acting.act(user.id, order.id, ToyAct.REMIND, Way(Toy, reminded), key=key)


def do(house: House, user: User, order: Order[Toy], act: ToyAct, part_minor: int | None = None) -> Order[Toy]:
    house.hands.forward(1)
    change = moved if part_minor is None else partial(shared, to_performer_minor=part_minor)
    return house.acting.act(user.id, order.id, act, Way(Toy, change), key=f"{act}-key")


def balances(house: House, vera: User, pavel: User) -> tuple[int, int, int]:
    mine, theirs = account(house, vera), account(house, pavel)
    return mine.available_minor, theirs.available_minor, theirs.fee_minor


def test_it_is_bought_like_any_other_and_stored_under_its_name(
    house: House, vera: User, pavel: User, twip: Twip
) -> None:
    order = buy(house, vera, twip)
    assert (order.escrow_minor, balances(house, vera, pavel)) == (PRICE, (25_000 - PRICE, 0, 0))
    assert order.deadline == Deadline("wrapping", 0, order.created_ms + HOUR)
    assert house.store.get(Ref(Order, order.id)) == order
    assert buy(house, vera, twip) == order
    with pytest.raises(KeyReused):
        buy(house, vera, twip, colour="blue")


@pytest.mark.rule("D10")
def test_the_text_that_is_bought_says_what_to_bring_and_in_how_many_days(house: House, vera: User, pavel: User) -> None:
    told = replace(CONTENT, texts={Lang.EN: replace(CONTENT.texts[Lang.EN], bring="Your own ribbon.")})
    twip = offer(house, pavel, told)
    first = buy(house, vera, twip)
    later = replace(told, work=WorkOffer(PRICE, 2))
    house.store.commit(Save(replace(twip, published=later)))
    second = buy(house, vera, twip, key="second-key")
    editions = [house.order_queries.one(vera.id, order.id).edition for order in (first, second)]
    assert [(one.bring, one.days) for one in editions if one] == [({"en": "Your own ribbon."}, days) for days in (1, 2)]


def test_another_of_the_same_may_be_bought_while_there_is_money(house: House, vera: User, twip: Twip) -> None:
    assert buy(house, vera, twip) != buy(house, vera, twip, key="second-key")
    with pytest.raises(InsufficientFunds):
        buy(house, vera, twip, key="third-key")


@pytest.mark.parametrize(
    ("act", "part_minor", "expected"),
    [
        (ToyAct.TAKE, None, (25_000 - PRICE, 8_501, 1_500)),
        (ToyAct.SEND_BACK, None, (25_000, 0, 0)),
        (ToyAct.SHARE, 5_000, (25_000 - 5_000, 4_250, 750)),
        (ToyAct.SHARE, PRICE, (25_000 - PRICE, 8_501, 1_500)),
        (ToyAct.SHARE, 0, (25_000, 0, 0)),
    ],
)
def test_what_its_table_says_happens_to_the_money_and_the_books_are_clean(
    house: House,
    vera: User,
    pavel: User,
    twip: Twip,
    act: ToyAct,
    part_minor: int | None,
    expected: tuple[int, int, int],
) -> None:
    order = buy(house, vera, twip)
    wrap(house, pavel, order)
    assert house.audit.run().clean
    over = do(house, vera, order, act, part_minor)
    assert (over.escrow_minor, over.ended_ms, over.deadline) == (0, house.hands.at_ms, None)
    assert balances(house, vera, pavel) == expected
    assert house.audit.run().clean


def test_money_that_its_body_does_not_know_of_is_found_by_the_audit(house: House, vera: User, twip: Twip) -> None:
    order = buy(house, vera, twip)
    house.store.commit(Save(replace(order, body=replace(order.body, state=ToyState.TAKEN))))
    assert [found.what for found in house.audit.run().differences] == ["escrow while taken"]


@pytest.mark.rule("D12", "D34")
def test_an_act_is_its_partys_once_and_a_repeat_of_it_gets_the_answer(
    house: House, vera: User, pavel: User, twip: Twip
) -> None:
    order = buy(house, vera, twip)
    with pytest.raises(Forbidden):
        wrap(house, vera, order)
    with pytest.raises(WrongState):
        do(house, vera, order, ToyAct.TAKE)
    with pytest.raises(NotFound):
        wrap(house, settle(house, "oleg@example.org"), order)
    first = wrap(house, pavel, order)
    assert first.deadline == Deadline("taking", 1, house.hands.at_ms + 2 * HOUR)
    again = wrap(house, pavel, order)
    assert (again.body, again.act_key, again.deadline) == (first.body, first.act_key, first.deadline)
    with pytest.raises(WrongState):
        wrap(house, pavel, order, key="another-key")


@pytest.mark.rule("D12")
def test_a_customer_reminds_three_times_and_no_money_moves(house: House, vera: User, pavel: User, twip: Twip) -> None:
    order = buy(house, vera, twip)
    before = balances(house, vera, pavel)
    for times in (1, 2, 3):
        told = remind(house, vera, order, key=f"remind-{times}")
        assert told.body == Toy("red", ToyState.ORDERED, reminders=times)
        assert (told.escrow_minor, balances(house, vera, pavel)) == (PRICE, before)
        assert told.deadline == order.deadline, "the term runs on"
        assert remind(house, vera, order, key=f"remind-{times}").body == told.body
    with pytest.raises(WrongState) as refused:
        remind(house, vera, order, key="remind-4")
    assert refused.value.facts == {"what": "order", "state": "ordered", "asked": "remind", "acts": ()}
    assert house.audit.run().clean


def test_only_the_customer_reminds_and_only_until_it_is_wrapped(
    house: House, vera: User, pavel: User, twip: Twip
) -> None:
    order = buy(house, vera, twip)
    with pytest.raises(Forbidden):
        remind(house, pavel, order)
    wrap(house, pavel, order)
    with pytest.raises(WrongState):
        remind(house, vera, order)


def test_an_open_dispute_keeps_every_act_out(house: House, vera: User, pavel: User, twip: Twip) -> None:
    order = buy(house, vera, twip)
    house.store.commit(Save(replace(order, dispute="d1")))
    with pytest.raises(WrongState) as refused:
        wrap(house, pavel, order)
    assert refused.value.facts["state"] == "disputed"
    stored = house.store.get(Ref(Order, order.id))
    assert stored is not None
    assert stored.acts(stored.facts(Party.PERFORMER, 0)) == ()


def test_both_sides_are_told_and_find_it_in_their_lists(
    house: House, vera: User, pavel: User, twip: Twip, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr(Connections, "tell_user", lambda _, user_id, *frames: told.append((user_id, frames[0])))
    order = wrap(house, pavel, buy(house, vera, twip))
    assert told[-2:] == [(pavel.id, OrderUpdated(order.id)), (vera.id, OrderUpdated(order.id))]
    for user, side in ((vera, Side.CUSTOMER), (pavel, Side.PERFORMER)):
        (seen,) = house.order_queries.listed(user.id, side, cursor=None, limit=9).items
        assert (seen.order.id, seen.uncallable) == (order.id, "order")
        assert house.order_queries.one(user.id, order.id).order.body == Toy("red", ToyState.WRAPPED, 1)


def test_it_is_none_of_another_kind(house: House, vera: User, twip: Twip) -> None:
    order = buy(house, vera, twip)
    with pytest.raises(NotFound):
        house.consultations.cancel(vera.id, order.id, key="cancel-key")


def test_a_page_offers_what_the_table_and_the_facts_allow() -> None:
    def acts(body: Toy, party: Party) -> tuple[str, ...]:
        order: Order[Toy] = Order("o", "t", "vera", "pavel", Terms(PRICE, 0, "RUB", {}), body, 0, "")
        return order.acts(order.facts(party, 0))

    assert acts(Toy("red"), Party.CUSTOMER) == (ToyAct.REMIND,)
    assert acts(Toy("red", reminders=3), Party.CUSTOMER) == ()
    assert acts(Toy("red", ToyState.WRAPPED), Party.CUSTOMER) == (ToyAct.TAKE, ToyAct.SEND_BACK)
    assert acts(Toy("red", ToyState.WRAPPED, 1), Party.PERFORMER) == (ToyAct.SHARE,)
