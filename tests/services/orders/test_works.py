"""Orders of work: what an act commits, whom it pays, what is kept of it, and what a repeat of it is (R61 to R70, D12, D21 to D23, D33)."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.attachments import Attachment, Upload
from chalicelib.domain.availability import Profile
from chalicelib.domain.errors import (
    DaysChanged,
    FieldError,
    Forbidden,
    InsufficientFunds,
    InvalidInput,
    KeyReused,
    NotFound,
    OwnTwip,
    PriceChanged,
    Stale,
    WrongState,
)
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.penalties import RefusalRecord
from chalicelib.domain.orders.work import Penalty, Work, WorkAct, WorkState
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.people import User
from chalicelib.domain.threads import Reader
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import Ref, Save
from chalicelib.services.orders.threads import Unread
from chalicelib.services.workflows import REPAIR_S, Machine
from tests.support.house import House
from tests.support.outages import away_after_the_next_commit
from tests.support.people import caller, settle
from tests.support.sales import fund, offer, place
from tests.support.works import DAY, DAYS, PRICE, Job


@pytest.fixture
def job(house: House) -> Job:
    return Job(house)


# Buying


@pytest.mark.rule("R26", "R31", "R61", "D10")
def test_the_whole_price_is_debited_and_held_and_the_terms_are_frozen(job: Job) -> None:
    order = job.order
    assert (order.body, order.escrow_minor, job.balances) == (Work(DAYS), PRICE, (2 * PRICE, 0, 0))
    assert order.deadline is not None
    assert (order.deadline.name, order.deadline.due_ms) == ("start", order.created_ms + 7 * DAY)
    assert order.terms.lasts_ms["delivery"] == DAYS * DAY
    assert (order.terms.reminds_ms["start"], order.terms.title) == (2 * DAY, {"ru": "Логотип", "en": "A logo"})


@pytest.mark.rule("R33", "D9")
def test_the_page_of_a_work_leads_to_the_newest_order_of_it(job: Job) -> None:
    page = job.house.twips.read(job.order.twip_id, caller(job.vera))
    assert page.latest == job.order.id
    again = job.buy("another-key")
    assert job.house.twips.read(job.order.twip_id, caller(job.vera)).latest == again.id


@pytest.mark.rule("D9", "D12")
def test_the_same_work_may_be_ordered_again_and_a_repeat_is_the_first(job: Job) -> None:
    first = job.order
    assert job.buy() == first
    assert job.buy("another-key").id != first.id
    with pytest.raises(KeyReused):
        job.buy(price_minor=PRICE + 1)
    with pytest.raises(KeyReused):
        job.buy(days=DAYS + 1)


@pytest.mark.rule("R27", "R29", "D9")
def test_it_is_bought_at_the_confirmed_price_with_the_confirmed_days_by_who_has_the_money_and_not_by_its_author(
    job: Job,
) -> None:
    with pytest.raises(PriceChanged) as changed:
        job.buy("second-key", price_minor=PRICE - 1)
    assert changed.value.price_minor == PRICE
    with pytest.raises(DaysChanged) as longer:
        job.buy("second-key", days=DAYS - 1)
    assert longer.value.days == DAYS
    assert job.balances == (2 * PRICE, 0, 0)
    poor = settle(job.house, "poor@example.org")
    with pytest.raises(InsufficientFunds) as short:
        job.house.works.place(poor.id, twip_id=job.twip.id, price_minor=PRICE, days=DAYS, key="order-key")
    assert short.value.missing_minor == PRICE
    with pytest.raises(OwnTwip):
        job.house.works.place(job.pavel.id, twip_id=job.twip.id, price_minor=PRICE, days=DAYS, key="order-key")


def test_a_consultation_is_not_bought_as_work(job: Job) -> None:
    talk = offer(job.house, job.pavel)
    with pytest.raises(InvalidInput) as refused:
        job.house.works.place(job.vera.id, twip_id=talk.id, price_minor=PRICE, days=DAYS, key="second-key")
    assert refused.value.errors == (FieldError("kind", "not_offered"),)


# From the start to the money


@pytest.mark.rule("R63", "R66", "R69", "R70")
def test_it_is_started_delivered_and_accepted_and_the_performer_is_paid_less_commission(job: Job) -> None:
    assert job.start().body.state is WorkState.WORKING
    assert job.deliver().body.deliveries == 1
    assert job.balances == (2 * PRICE, 0, 0)
    order = job.accept()
    assert (order.body.state, order.escrow_minor, order.ended_ms) == (WorkState.ACCEPTED, 0, job.house.hands.at_ms)
    assert job.balances == (2 * PRICE, 8_501, 1_500)
    assert job.house.audit.run().clean


@pytest.mark.rule("R64", "R65", "D24")
@pytest.mark.parametrize("started", [False, True])
def test_a_refusal_returns_the_money_and_counts_against_the_performer(job: Job, started: bool) -> None:
    if started:
        job.start()
    order = job.refuse()
    assert (order.body.state, job.balances) == (WorkState.REFUSED, (3 * PRICE, 0, 0))
    assert job.refusals == [RefusalRecord(job.pavel.id, job.order_id, job.house.hands.at_ms, started)]
    assert job.house.audit.run().clean


@pytest.mark.rule("D23")
def test_a_refusal_whose_reason_the_customer_agrees_with_does_not_count(job: Job) -> None:
    job.refuse()
    order = job.waive()
    assert order.body.refused is not None
    assert order.body.refused.penalty(job.house.hands.at_ms) is Penalty.WAIVED
    ((record,), ended_ms) = job.refusals, order.ended_ms
    assert (record.waived, record.started, ended_ms) == (True, False, job.house.hands.at_ms - 1)
    assert job.waive() == order, "a repeat"
    with pytest.raises(WrongState):
        job.waive("another-key")


@pytest.mark.rule("D21")
def test_the_customer_cancels_for_a_full_refund_until_it_is_started(job: Job) -> None:
    job.cancel()
    assert (job.state, job.balances, job.refusals) == (WorkState.CANCELLED, (3 * PRICE, 0, 0), [])
    assert job.house.audit.run().clean


@pytest.mark.rule("D21", "D34")
def test_an_illegal_act_names_the_state_and_what_may_be_done_instead(job: Job) -> None:
    job.start()
    with pytest.raises(WrongState) as refused:
        job.cancel()
    assert refused.value.facts == {"what": "order", "state": "working", "asked": "cancel", "acts": ("propose",)}
    with pytest.raises(Forbidden):
        job.start("another-key", by=job.vera)
    with pytest.raises(NotFound):
        job.start("another-key", by=settle(job.house, "oleg@example.org"))


@pytest.mark.rule("D33")
@pytest.mark.parametrize("blocked", [False, True])
def test_what_is_under_way_may_be_cancelled_once_the_performer_is_blocked_or_withdraws(job: Job, blocked: bool) -> None:
    job.start()
    assert shown(job, job.vera) == ("propose",)
    if blocked:
        profile = job.house.store.get(Ref(Profile, job.pavel.id))
        job.house.store.commit(Save(replace(profile, blocked=True)))  # type: ignore[type-var]
    else:
        twip = job.house.store.get(Ref(Twip, job.twip.id))
        job.house.store.commit(Save(replace(twip, withdrawn=True)))  # type: ignore[type-var]
    assert shown(job, job.vera) == ("cancel", "propose") == listed(job, job.vera, Side.CUSTOMER)
    assert listed(job, job.pavel, Side.PERFORMER) == shown(job, job.pavel)
    assert shown(job, job.pavel) == ("deliver", "refuse", "propose"), "what is started goes on"
    job.cancel()
    assert (job.state, job.balances) == (WorkState.CANCELLED, (3 * PRICE, 0, 0))


@pytest.mark.rule("D33")
def test_a_delivery_is_not_cancelled_because_the_performer_has_withdrawn(job: Job) -> None:
    job.start()
    job.deliver()
    twip = job.house.store.get(Ref(Twip, job.twip.id))
    job.house.store.commit(Save(replace(twip, withdrawn=True)))  # type: ignore[type-var]
    assert shown(job, job.vera) == ("rework", "accept", "propose")
    with pytest.raises(WrongState):
        job.cancel()


def test_an_act_is_done_though_nobody_can_be_told_of_it_and_its_execution_is_left_to_the_repair(job: Job) -> None:
    job.start()
    away_after_the_next_commit(job.house)
    assert job.deliver().body.state is WorkState.DELIVERED
    assert job.house.repairs.asked == [(Machine.ORDER, job.order_id, REPAIR_S)]


# What the two agree on


@pytest.mark.rule("D21", "D31")
@pytest.mark.parametrize(
    ("split_minor", "expected"), [(4_000, (2 * PRICE + 6_001, 3_400, 600)), (0, (3 * PRICE, 0, 0))]
)
def test_a_split_that_both_agree_on_pays_each_their_part(
    job: Job, split_minor: int, expected: tuple[int, int, int]
) -> None:
    job.start()
    works = job.house.works
    proposed = works.propose_split(job.vera.id, job.order_id, split_minor, "It is enough", key="propose-key")
    assert proposed.body.proposal is not None
    order = works.agree(job.pavel.id, job.order_id, proposed.body.proposal.number, key="agree-key")
    assert (order.body.state, order.escrow_minor, order.body.to_performer_minor) == (WorkState.AGREED, 0, split_minor)
    assert (job.balances, order.refunded_minor) == (expected, PRICE - split_minor)
    assert job.house.audit.run().clean


@pytest.mark.rule("D31")
def test_days_that_both_agree_on_prolong_the_term(job: Job) -> None:
    started = job.start()
    works = job.house.works
    works.propose_days(job.pavel.id, job.order_id, 5, "A cold", key="propose-key")
    order = works.extend(job.vera.id, job.order_id, 1, key="extend-key")
    assert started.deadline is not None
    assert started.deadline.due_ms is not None
    assert order.deadline is not None
    assert (order.deadline.name, order.deadline.due_ms) == ("delivery", started.deadline.due_ms + 5 * DAY)


@pytest.mark.rule("D31")
def test_a_proposal_is_declined_and_whoever_answers_another_one_is_told(job: Job) -> None:
    job.start()
    works = job.house.works
    works.propose_split(job.vera.id, job.order_id, 1, "", key="propose-key")
    assert works.decline(job.pavel.id, job.order_id, 1, key="decline-key").body.proposal is None
    works.propose_split(job.vera.id, job.order_id, 2, "", key="propose-key-2")
    with pytest.raises(Stale):
        works.agree(job.pavel.id, job.order_id, 1, key="agree-key")


# What is kept


@pytest.mark.rule("R66", "R68", "D32")
def test_what_is_delivered_and_why_it_is_returned_is_kept_with_its_files(job: Job) -> None:
    job.start()
    mine = job.upload(job.pavel)
    delivered = job.deliver("  Here it is ", mine)
    theirs = job.upload(job.vera)
    returned = job.rework("Too blue", theirs)
    for order, act, party, said, file, state in (
        (delivered, WorkAct.DELIVER, Party.PERFORMER, "Here it is", mine, WorkState.DELIVERED),
        (returned, WorkAct.REWORK, Party.CUSTOMER, "Too blue", theirs, WorkState.WORKING),
    ):
        assert order.act_key is not None
        event = job.event(order.act_key)
        assert event is not None
        assert (event.act, event.party, event.text) == (act, party, said)
        assert [one.id for one in event.attachments] == [file]
        assert (event.version, event.state) == (order.version, state)
        assert job.house.store.get(Ref(Attachment, job.order_id, file)) is not None
        assert job.house.store.get(Ref(Upload, file)) is None
    assert returned.deadline is not None
    assert returned.deadline.name == "rework"


def test_numbers_that_belong_to_an_act_are_kept_with_it(job: Job) -> None:
    job.start()
    order = job.house.works.propose_split(job.vera.id, job.order_id, 4_000, "Enough", key="propose-key")
    event = job.event(order.act_key or "")
    assert event is not None
    assert (event.text, event.facts) == ("Enough", {"to_performer_minor": 4_000})


@pytest.mark.rule("E17", "R62")
def test_a_new_order_is_news_for_its_performer_and_they_are_mailed_of_it_already(job: Job) -> None:
    assert unread(job) == (0, 1)
    mails = len(job.house.outbox.mails)
    job.house.threads.write(job.vera.id, job.order_id, "Here are my games.", (), key="message-1")
    assert len(job.house.outbox.mails) == mails
    assert job.house.threads.unread(job.pavel.id) == Unread(orders=0, sales=1, disputes=0)


@pytest.mark.rule("R59", "E17")
def test_an_act_is_news_for_the_other_side_and_what_time_does_for_both(job: Job) -> None:
    job.house.threads.read(job.pavel.id, job.order_id, job.house.hands.at_ms)
    job.start()
    assert unread(job) == (1, 0)
    job.deliver()
    assert unread(job) == (2, 0)
    job.house.threads.read(job.vera.id, job.order_id, job.house.hands.at_ms)
    job.rework()
    assert unread(job) == (0, 1)
    job.wait(DAYS).lapse()
    assert unread(job) == (1, 2)


def test_what_is_done_in_one_millisecond_is_listed_in_the_order_in_which_it_was_done(job: Job) -> None:
    for act, of in ((job.start, job.vera), (job.deliver, job.vera), (job.rework, job.pavel)):
        act()
        job.house.hands.forward(-1)
        job.house.threads.read(of.id, job.order_id, job.house.hands.at_ms)
    entries = job.house.threads.part(job.vera.id, job.order_id, cursor=None, limit=9).entries.items
    assert [entry.act for entry in entries if isinstance(entry, OrderEvent)] == ["rework", "deliver", "start"]


@pytest.mark.parametrize(
    ("act", "fault"),
    [
        (lambda job: job.refuse("no"), FieldError("reason", "too_short", 3)),
        (lambda job: job.refuse("n" * 1_001), FieldError("reason", "too_long", 1_000)),
        (lambda job: job.deliver("n" * 4_001), FieldError("text", "too_long", 4_000)),
        (lambda job: job.rework(""), FieldError("reasons", "required")),
        (lambda job: job.deliver("", "unknown"), FieldError("attachments.0", "unknown_upload")),
    ],
)
def test_what_cannot_be_said_is_refused_by_its_field_and_nothing_is_done(job: Job, act: Any, fault: FieldError) -> None:
    before = job.start()
    with pytest.raises(InvalidInput) as refused:
        act(job)
    assert (refused.value.errors, job.order) == ((fault,), before)


def test_the_order_that_is_answered_is_the_one_that_is_stored(job: Job) -> None:
    assert job.start() == job.order
    assert job.deliver() == job.order


# Repeats


@pytest.mark.rule("D12")
def test_a_repeat_is_recognised_however_much_has_happened_since(job: Job) -> None:
    job.start()
    mine = job.upload(job.pavel)
    job.deliver("Here it is", mine)
    job.rework()
    standing = job.order
    assert job.deliver("Here it is", mine) == standing
    assert job.start() == standing
    assert job.deliver("Again", key="deliver-key-2").body.deliveries == 2


@pytest.mark.rule("D12")
def test_the_same_key_with_another_body_is_refused(job: Job) -> None:
    job.start()
    job.deliver("Here it is")
    with pytest.raises(KeyReused):
        job.deliver("Here it is not")
    job.rework()
    with pytest.raises(KeyReused):
        job.deliver("Here it is not")
    works = job.house.works
    works.propose_split(job.vera.id, job.order_id, 1, "", key="propose-key")
    with pytest.raises(KeyReused):
        works.propose_split(job.vera.id, job.order_id, 2, "", key="propose-key")
    with pytest.raises(KeyReused):
        works.propose_days(job.vera.id, job.order_id, 1, "", key="propose-key")


@pytest.mark.rule("D12", "D21")
def test_of_a_start_and_a_cancellation_at_once_one_is_done(job: Job) -> None:
    with job.meanwhile(job.cancel), pytest.raises(WrongState) as refused:
        job.start()
    assert (refused.value.state, job.state, job.balances) == ("cancelled", WorkState.CANCELLED, (3 * PRICE, 0, 0))


@pytest.mark.rule("D12")
def test_of_the_same_act_twice_at_once_the_second_is_a_repeat(job: Job) -> None:
    with job.meanwhile(job.start):
        assert job.start() == job.order
    assert job.order.version == 1


# Where it is listed


@pytest.mark.rule("R32", "R62")
def test_it_is_in_the_lists_of_both_sides(job: Job) -> None:
    for user, side in ((job.vera, Side.CUSTOMER), (job.pavel, Side.PERFORMER)):
        (seen,) = job.house.order_queries.listed(user.id, side, cursor=None, limit=9).items
        assert (seen.order, seen.uncallable) == (job.order, "order")


# Cancelling whatever it is


@pytest.mark.rule("R34", "R35", "D21")
def test_one_act_cancels_an_order_of_any_kind(job: Job) -> None:
    talk = place(job.house, settle_rich(job), offer(job.house, job.pavel), key="talk-key")
    for order in (talk, job.order):
        cancelled = job.house.cancelling.cancel(order.customer_id, order.id, key="cancel-key")
        assert (cancelled.body.state, cancelled.escrow_minor) == ("cancelled", 0)
        again = job.house.cancelling.cancel(order.customer_id, order.id, key="cancel-key")
        assert again == cancelled
    assert job.house.audit.run().clean


def unread(job: Job) -> tuple[int, int]:
    """What is new for Vera, and for Pavel."""
    store = job.house.store
    readers = [store.get(Ref(Reader, job.order_id, party)) for party in (Party.CUSTOMER, Party.PERFORMER)]
    return tuple(reader.unread if reader else 0 for reader in readers)  # type: ignore[return-value]


def settle_rich(job: Job) -> User:
    rich = settle(job.house, "rich@example.org")
    fund(job.house, rich, 100_000)
    return rich


def shown(job: Job, reader: User) -> tuple[str, ...]:
    """What a page of the order offers."""
    seen = job.house.order_queries.one(reader.id, job.order_id)
    return seen.order.acts(seen.facts)


def listed(job: Job, reader: User, side: Side) -> tuple[str, ...]:
    """What a list offers."""
    (seen,) = job.house.order_queries.listed(reader.id, side, cursor=None, limit=9).items
    return seen.order.acts(seen.facts)
