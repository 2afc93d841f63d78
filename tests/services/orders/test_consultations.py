"""Placing, cancelling and closing orders: money moves once, or not at all."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from chalicelib.billing import ringing
from chalicelib.billing.steps import View
from chalicelib.domain.accounts import Account
from chalicelib.domain.connections import UserConnection
from chalicelib.domain.content import Text
from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import (
    AlreadyOrdered,
    CallLive,
    Forbidden,
    InsufficientFunds,
    InvalidInput,
    KeyReused,
    NotFound,
    OwnTwip,
    PriceChanged,
    Refusal,
    WrongState,
)
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import ConsultationState, OpenOrder, Prepaid
from chalicelib.domain.orders.editions import Edition
from chalicelib.domain.orders.order import ConsultationOrder, Order
from chalicelib.domain.people import User
from chalicelib.domain.sessions import Reason, Session, State, session_id
from chalicelib.domain.twips import Twip
from chalicelib.services.calls.metering import changes
from chalicelib.services.changes import Insert, Put, Ref, Remove, Save
from chalicelib.services.frames import Balance, OrderUpdated
from chalicelib.services.people.staff import Change
from dynamo.errors import conflict
from dynamo.requests import Request
from tests.support.house import House
from tests.support.orders import changed
from tests.support.people import settle
from tests.support.sales import CONTENT, TEXT_MINOR, VIDEO_MINOR, account, fund, offer, place


@pytest.fixture
def vera(house: House) -> User:
    """A customer with money for two video blocks and a half."""
    person = settle(house, "vera@example.org")
    fund(house, person, 225_000)
    return person


@pytest.fixture
def pavel(house: House) -> User:
    return settle(house, "pavel@example.org", name="Pavel")


@pytest.fixture
def twip(house: House, pavel: User) -> Twip:
    return offer(house, pavel)


def stored(house: House, order: ConsultationOrder) -> ConsultationOrder:
    found = house.store.get(Ref(Order, order.id))
    assert found is not None
    return found


def state_of(house: House) -> object:
    """All that is stored, to show that a refusal changed nothing."""
    return {name: list(house.dynamo.items(name)) for name in ("market", "journal")}


def refused(house: House, act: Callable[[], object], kind: type[Refusal]) -> Refusal:
    before = state_of(house)
    with pytest.raises(kind) as caught:
        act()
    assert state_of(house) == before
    return caught.value


@pytest.mark.rule("R25", "R30", "D11")
@pytest.mark.parametrize(("mode", "price_minor"), [(Mode.VIDEO, VIDEO_MINOR), (Mode.TEXT, TEXT_MINOR)])
def test_an_order_takes_the_first_block_of_its_mode_into_escrow(
    house: House, vera: User, twip: Twip, mode: Mode, price_minor: int
) -> None:
    order = place(house, vera, twip, mode)
    assert (order.body.mode, order.terms.price_minor, order.escrow_minor) == (mode, price_minor, price_minor)
    assert account(house, vera).available_minor == 225_000 - price_minor
    entry = house.store.entries(vera.id).items[0]
    assert (entry.kind, entry.order_id) == ("order", order.id)
    assert [(p.account, p.amount_minor) for p in entry.postings] == [
        (f"user:{vera.id}", -price_minor),
        (f"escrow:{order.id}", price_minor),
    ]


@pytest.mark.rule("R25")
def test_a_mode_that_is_not_priced_cannot_be_ordered(house: House, vera: User, pavel: User) -> None:
    text_only = offer(house, pavel, replace(CONTENT, prices={Mode.TEXT: TEXT_MINOR}))
    fault = refused(
        house,
        lambda: house.consultations.place(
            vera.id, twip_id=text_only.id, mode=Mode.VIDEO, price_minor=1, key="order-key"
        ),
        InvalidInput,
    )
    assert isinstance(fault, InvalidInput)
    assert fault.errors[0].field == "mode"


@pytest.mark.rule("R27")
@pytest.mark.parametrize("available_minor", [1, VIDEO_MINOR - 1])
def test_a_short_account_is_told_exactly_what_is_missing_and_a_top_up_of_that_is_enough(
    house: House, twip: Twip, available_minor: int
) -> None:
    poor = settle(house, "oleg@example.org")
    fund(house, poor, available_minor)
    short = refused(house, lambda: place(house, poor, twip), InsufficientFunds)
    assert short.facts == {"missing_minor": VIDEO_MINOR - available_minor}
    fund(house, poor, VIDEO_MINOR - available_minor)
    place(house, poor, twip)
    assert account(house, poor).available_minor == 0


@pytest.mark.rule("R29")
@pytest.mark.parametrize("confirmed_minor", [VIDEO_MINOR - 1, VIDEO_MINOR + 1, TEXT_MINOR, 0, -VIDEO_MINOR])
def test_money_moves_only_at_the_price_that_the_customer_has_confirmed(
    house: House, vera: User, twip: Twip, confirmed_minor: int
) -> None:
    changed = refused(
        house,
        lambda: house.consultations.place(
            vera.id, twip_id=twip.id, mode=Mode.VIDEO, price_minor=confirmed_minor, key="order-key"
        ),
        PriceChanged,
    )
    assert changed.facts == {"price_minor": VIDEO_MINOR}


@pytest.mark.rule("D9")
def test_nobody_orders_their_own_twip(house: House, pavel: User, twip: Twip) -> None:
    fund(house, pavel, VIDEO_MINOR)
    refused(house, lambda: place(house, pavel, twip), OwnTwip)


@pytest.mark.rule("D9")
def test_one_open_order_per_customer_twip_and_mode(house: House, vera: User, twip: Twip) -> None:
    first = place(house, vera, twip, key="first-key")
    second = refused(house, lambda: place(house, vera, twip, key="second-key"), AlreadyOrdered)
    assert second.facts == {"order_id": first.id}
    assert place(house, vera, twip, Mode.TEXT, key="third-key").id != first.id
    other = settle(house, "oleg@example.org")
    fund(house, other, VIDEO_MINOR)
    assert place(house, other, twip).customer_id == other.id


@pytest.mark.rule("D9")
def test_when_an_order_has_ended_another_can_be_placed(house: House, vera: User, twip: Twip) -> None:
    first = place(house, vera, twip, key="first-key")
    house.consultations.cancel(vera.id, first.id, key="cancel-key")
    assert place(house, vera, twip, key="second-key").id != first.id


def test_a_twip_that_is_not_on_sale_cannot_be_ordered(house: House, vera: User, twip: Twip) -> None:
    house.store.commit(Save(replace(twip, withdrawn=True)))
    refused(house, lambda: place(house, vera, twip), NotFound)


def test_a_twip_that_was_never_published_or_never_was_cannot_be_ordered(house: House, vera: User, twip: Twip) -> None:
    house.store.commit(Save(replace(twip, published=None)))
    refused(house, lambda: place(house, vera, twip), NotFound)
    refused(house, lambda: place(house, vera, replace(twip, id="1" * 26)), NotFound)


def test_a_blocked_performer_sells_nothing(house: House, vera: User, pavel: User, twip: Twip) -> None:
    house.staff.change("somebody else", pavel.id, Change(blocked=True))
    refused(house, lambda: place(house, vera, twip), NotFound)


@pytest.mark.rule("D12")
def test_a_repeat_gets_the_first_answer_and_moves_nothing(house: House, vera: User, twip: Twip) -> None:
    first = place(house, vera, twip)
    before = state_of(house)
    assert place(house, vera, twip) == first
    assert state_of(house) == before
    house.store.commit(Save(replace(twip, withdrawn=True)))
    house.consultations.cancel(vera.id, first.id, key="cancel-key")
    assert replace(place(house, vera, twip), version=0) == first


@pytest.mark.rule("D12")
@pytest.mark.parametrize(("mode", "price_minor"), [(Mode.TEXT, TEXT_MINOR), (Mode.VIDEO, VIDEO_MINOR + 1)])
def test_the_same_key_with_another_body_is_refused(
    house: House, vera: User, twip: Twip, mode: Mode, price_minor: int
) -> None:
    place(house, vera, twip)
    refused(
        house,
        lambda: house.consultations.place(
            vera.id, twip_id=twip.id, mode=mode, price_minor=price_minor, key="order-key"
        ),
        KeyReused,
    )


@pytest.mark.rule("D12")
def test_the_same_key_of_somebody_else_is_another_order(house: House, vera: User, twip: Twip) -> None:
    other = settle(house, "oleg@example.org")
    fund(house, other, VIDEO_MINOR)
    assert place(house, vera, twip).id != place(house, other, twip).id


@pytest.mark.rule("D10")
def test_an_order_keeps_the_text_price_and_commission_it_was_placed_with(house: House, vera: User, twip: Twip) -> None:
    order = place(house, vera, twip)
    revised = replace(
        CONTENT, texts={lang: Text("New", "New words.") for lang in CONTENT.texts}, prices={Mode.VIDEO: 1}
    )
    house.store.commit(Save(replace(twip, published=revised)))
    seen = house.order_queries.one(vera.id, order.id)
    assert (seen.order.terms.price_minor, seen.order.terms.commission_bps) == (
        VIDEO_MINOR,
        house.settings.commission_bps,
    )
    assert seen.order.terms.title == {"ru": "Дебюты", "en": "Openings"}
    assert seen.edition is not None
    assert seen.edition.descriptions == {"ru": "Разберём ваши партии по ходам.", "en": "We go through your games."}


def test_an_edition_is_kept_once_however_many_buy_it(house: House, vera: User, twip: Twip) -> None:
    first, second = place(house, vera, twip), place(house, vera, twip, Mode.TEXT, key="text-key")
    assert first.terms.edition == second.terms.edition
    editions = [item for item in house.dynamo.items("market") if item["sk"]["S"].startswith("TEXT#")]
    assert len(editions) == 1


def ring(house: House, order: ConsultationOrder) -> str:
    """A call rings on the order. Answers its session's id."""
    read, ident = stored(house, order), session_id(order.id, 1)
    step = ringing.ring(read, session_id=ident, now_ms=house.hands.at_ms, durations=REAL)
    house.store.commit(*changes(View(step.session, read, 0, (None, None)), step))
    return ident


def test_two_first_buyers_of_an_edition_do_not_meet(house: House, vera: User, twip: Twip) -> None:
    """The other one keeps the text between our read and our write."""
    digest = place(house, vera, twip, Mode.TEXT, key="text-key").terms.edition
    edition = house.store.get(Ref(Edition, twip.id, digest))
    assert edition is not None
    house.store.commit(Remove(edition))
    came = iter([True])

    def other(operation: str, request: Request) -> None:
        if operation == "put_item" and "TEXT#" in request["Item"]["sk"]["S"] and next(came, False):
            house.store.commit(Insert(edition))

    house.dynamo.before = other
    assert place(house, vera, twip).terms.edition == digest


@pytest.mark.rule("D12")
def test_two_submits_at_once_are_one_order(house: House, vera: User, twip: Twip) -> None:
    """The second request commits between the first one's read and its write."""
    came = iter([True])

    def double(operation: str, request: Request) -> None:
        if operation == "transact_write_items" and next(came, False):
            place(house, vera, twip)

    house.dynamo.before = double
    order = place(house, vera, twip)
    assert stored(house, order).id == order.id
    assert account(house, vera).available_minor == 225_000 - VIDEO_MINOR


@pytest.mark.rule("D9", "D19")
def test_of_two_different_orders_at_once_one_wins_and_the_other_learns_which(
    house: House, vera: User, twip: Twip
) -> None:
    came = iter([True])

    def rival(operation: str, request: Request) -> None:
        if operation == "transact_write_items" and next(came, False):
            place(house, vera, twip, key="rival-key")

    house.dynamo.before = rival
    with pytest.raises(AlreadyOrdered):
        place(house, vera, twip)
    assert account(house, vera).available_minor == 225_000 - VIDEO_MINOR


@pytest.mark.rule("R27", "D19")
def test_money_that_another_act_took_in_between_is_missing_and_nobody_is_overdrawn(
    house: House, vera: User, pavel: User, twip: Twip
) -> None:
    dear = offer(house, pavel, replace(CONTENT, prices={Mode.VIDEO: 200_000}), name="dear")
    came = iter([True])

    def spender(operation: str, request: Request) -> None:
        if operation == "transact_write_items" and next(came, False):
            place(house, vera, dear, key="spender-key")

    house.dynamo.before = spender
    with pytest.raises(InsufficientFunds) as short:
        place(house, vera, twip)
    assert short.value.missing_minor == VIDEO_MINOR - 25_000
    assert account(house, vera).available_minor == 25_000


def test_a_conflict_with_another_transaction_is_tried_again(house: House, vera: User, twip: Twip) -> None:
    conflicts = iter([True, True])

    def contend(operation: str, request: Request) -> None:
        if operation == "transact_write_items" and next(conflicts, False):
            raise conflict(len(request["TransactItems"]), at=2)

    house.dynamo.before = contend
    assert place(house, vera, twip).body.state is ConsultationState.OPEN


@pytest.mark.rule("R34", "R35")
def test_cancelling_brings_the_block_back_once(house: House, vera: User, twip: Twip) -> None:
    order = place(house, vera, twip)
    cancelled = house.consultations.cancel(vera.id, order.id, key="cancel-key")
    assert (cancelled.body.state, cancelled.body.prepaid, cancelled.escrow_minor) == (
        ConsultationState.CANCELLED,
        Prepaid.RETURNED,
        0,
    )
    assert account(house, vera).available_minor == 225_000
    before = state_of(house)
    again = house.consultations.cancel(vera.id, order.id, key="cancel-key")
    assert replace(again, version=0) == replace(cancelled, version=0)
    assert state_of(house) == before
    refused(house, lambda: house.consultations.cancel(vera.id, order.id, key="another-key"), WrongState)


@pytest.mark.rule("R34")
def test_only_its_customer_cancels_and_strangers_find_no_order(
    house: House, vera: User, pavel: User, twip: Twip
) -> None:
    order = place(house, vera, twip)
    stranger = settle(house, "oleg@example.org")
    refused(house, lambda: house.consultations.cancel(pavel.id, order.id, key="cancel-key"), Forbidden)
    refused(house, lambda: house.consultations.cancel(stranger.id, order.id, key="cancel-key"), NotFound)
    refused(house, lambda: house.consultations.close(stranger.id, order.id, key="close-key"), NotFound)
    refused(house, lambda: house.consultations.cancel(vera.id, "1" * 26, key="cancel-key"), NotFound)


@pytest.mark.rule("D8")
def test_while_it_rings_nothing_can_be_cancelled(house: House, vera: User, twip: Twip) -> None:
    order = place(house, vera, twip)
    ring(house, order)
    live = refused(house, lambda: house.consultations.cancel(vera.id, order.id, key="cancel-key"), CallLive)
    assert live.facts == {"session_id": f"{order.id}-0001"}
    refused(house, lambda: house.consultations.close(vera.id, order.id, key="close-key"), CallLive)


@pytest.mark.rule("D6", "D8")
def test_a_ring_that_is_over_keeps_nobody_from_cancelling_though_nothing_has_swept_it_yet(
    house: House, vera: User, twip: Twip
) -> None:
    order = place(house, vera, twip)
    ident = ring(house, order)
    house.hands.forward(REAL.ack_ms - 1)
    refused(house, lambda: house.consultations.cancel(vera.id, order.id, key="cancel-key"), CallLive)
    house.hands.forward(1)
    cancelled = house.consultations.cancel(vera.id, order.id, key="cancel-key")
    assert (cancelled.body.state, cancelled.body.live) == (ConsultationState.CANCELLED, None)
    assert account(house, vera).available_minor == 225_000
    session = house.store.get(Ref(Session, ident))
    assert session is not None
    assert (session.state, session.reason) == (State.ENDED, Reason.NOT_ON_SITE)
    again = house.consultations.cancel(vera.id, order.id, key="cancel-key")
    assert replace(again, version=0) == replace(cancelled, version=0)


@pytest.mark.rule("D8")
def test_an_order_whose_block_is_used_is_closed_when_its_last_ring_is_over(
    house: House, vera: User, pavel: User, twip: Twip
) -> None:
    order = place(house, vera, twip)
    house.store.commit(Save(changed(stored(house, order), prepaid=Prepaid.USED, escrow_minor=0)))
    ring(house, order)
    refused(house, lambda: house.consultations.close(pavel.id, order.id, key="close-key"), CallLive)
    house.hands.forward(REAL.ring_ms)
    assert house.consultations.close(pavel.id, order.id, key="close-key").body.state is ConsultationState.CLOSED


def test_an_order_without_a_call_is_cancelled_in_one_read_and_one_transaction(
    house: House, vera: User, twip: Twip
) -> None:
    order = place(house, vera, twip)
    asked: list[str] = []
    house.dynamo.before = lambda operation, request: asked.append(operation)
    house.consultations.cancel(vera.id, order.id, key="cancel-key")
    assert asked[:2] == ["get_item", "transact_write_items"]


@pytest.mark.rule("D8")
def test_once_the_block_is_used_either_side_can_close_and_nobody_can_cancel(
    house: House, vera: User, pavel: User, twip: Twip
) -> None:
    for side, mode in ((vera, Mode.VIDEO), (pavel, Mode.TEXT)):
        order = stored(house, place(house, vera, twip, mode, key=f"{mode}-key"))
        house.store.commit(Save(changed(order, prepaid=Prepaid.USED, escrow_minor=0)))
        balance_minor = account(house, vera).available_minor
        refused(house, partial(house.consultations.cancel, vera.id, order.id, key="cancel-key"), WrongState)
        closed = house.consultations.close(side.id, order.id, key="close-key")
        assert closed.body.state is ConsultationState.CLOSED
        assert account(house, vera).available_minor == balance_minor
        assert house.store.get(Ref(OpenOrder, vera.id, twip.id, mode)) is None
        other = pavel if side is vera else vera
        refused(house, partial(house.consultations.close, other.id, order.id, key="close-key"), WrongState)


@pytest.mark.rule("D8")
def test_a_call_that_begins_in_between_keeps_the_order_from_being_cancelled(
    house: House, vera: User, twip: Twip
) -> None:
    order = place(house, vera, twip)
    came = iter([True])

    def call(operation: str, request: Request) -> None:
        if operation == "transact_write_items" and next(came, False):
            ring(house, order)

    house.dynamo.before = call
    with pytest.raises(CallLive):
        house.consultations.cancel(vera.id, order.id, key="cancel-key")
    assert account(house, vera).available_minor == 225_000 - VIDEO_MINOR


def test_both_sides_pages_hear_of_an_order_and_the_customers_of_the_balance(
    house: House, vera: User, pavel: User, twip: Twip
) -> None:
    for person in (vera, pavel):
        house.store.commit(Put(UserConnection(person.id, f"line-{person.display_name}", house.hands.at_ms + 10**6)))
    order = place(house, vera, twip)
    told = [(tell.connection_id, tell.frame) for tell in house.air.told]
    assert told == [
        ("line-Pavel", OrderUpdated(order.id)),
        ("line-Vera", OrderUpdated(order.id)),
        ("line-Vera", Balance(225_000 - VIDEO_MINOR)),
    ]


def test_an_account_that_is_gone_buys_nothing(house: House, vera: User, twip: Twip) -> None:
    found = house.store.get(Ref(Account, vera.id))
    house.store.commit(Remove(found))
    refused(house, lambda: place(house, vera, twip), NotFound)
