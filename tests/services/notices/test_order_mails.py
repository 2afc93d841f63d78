"""Whom an act of an order is mailed to, in their language, and that it is done whatever becomes of the mail (R60, R67, D31, E17)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.kinds import Lang
from chalicelib.domain.orders.order import BODIES
from chalicelib.domain.orders.work import WorkState
from chalicelib.domain.parties import Party
from chalicelib.domain.people import User
from chalicelib.services.changes import Ref, Save
from chalicelib.services.notices.templates import TEMPLATES
from tests.support.house import House
from tests.support.works import DAYS, Job


@pytest.fixture
def job(house: House) -> Job:
    made = Job(house)
    made.house.outbox.mails.clear()
    return made


def mailed(job: Job) -> set[tuple[str, str]]:
    """What went to whom since the last look."""
    mails = job.house.outbox.mails
    found = {(mail.template, mail.to.partition("@")[0]) for mail in mails}
    mails.clear()
    return found


def test_every_notice_of_every_kind_is_a_mail() -> None:
    tables = [body.lifecycle for body in BODIES.values()]
    named = {notice.template for table in tables for notice in (*table.tells, *table.reminders.values())}
    named |= {notice.template for table in tables for row in table.rows for notice in row.tells}
    assert named <= TEMPLATES.keys()


@pytest.mark.rule("R60")
def test_the_performer_is_told_of_an_order_with_the_time_that_is_left(job: Job) -> None:
    job.buy("second-key")
    (mail,) = job.house.outbox.mails
    assert (mail.template, mail.to, mail.lang) == ("work_ordered", job.pavel.email, "en")
    assert mail.facts["link"].startswith("https://twip.example/orders/")
    assert {name: mail.facts[name] for name in ("title", "other", "days")} == {
        "title": "A logo",
        "other": "Vera",
        "days": "7",
    }


@pytest.mark.rule("R67", "E17")
def test_each_act_is_mailed_to_the_side_that_has_not_acted(job: Job) -> None:
    works = job.house.works
    acts: list[tuple[Callable[[], Any], set[tuple[str, str]]]] = [
        (job.start, {("work_started", "vera")}),
        (lambda: works.propose_days(job.pavel.id, job.order_id, 3, "", key="k-1"), {("work_proposal", "vera")}),
        (lambda: works.extend(job.vera.id, job.order_id, 1, key="k-2"), {("work_extended", "pavel")}),
        (lambda: works.propose_days(job.vera.id, job.order_id, 3, "", key="k-3"), {("work_proposal", "pavel")}),
        (lambda: works.decline(job.pavel.id, job.order_id, 2, key="k-4"), set()),
        (job.deliver, {("work_delivered", "vera")}),
        (job.rework, {("work_returned", "pavel")}),
        (lambda: job.deliver(key="deliver-2"), {("work_delivered", "vera")}),
        (job.accept, {("work_accepted", "pavel")}),
    ]
    for act, expected in acts:
        act()
        assert mailed(job) == expected


@pytest.mark.rule("R64", "D21")
def test_an_end_by_one_side_is_mailed_to_the_other(job: Job) -> None:
    job.refuse("I am ill")
    (mail,) = job.house.outbox.mails
    assert (mail.template, mail.to, mail.facts["reason"]) == ("work_refused", job.vera.email, "I am ill")
    second = job.buy("second-key")
    mailed(job)
    job.house.works.cancel(job.vera.id, second.id, key="cancel-key")
    assert mailed(job) == {("work_cancelled", "pavel")}
    job.order_id = job.buy("third-key").id
    job.start()
    mailed(job)
    works = job.house.works
    works.propose_split(job.pavel.id, job.order_id, 1, "", key="k-1")
    works.agree(job.vera.id, job.order_id, 1, key="k-2")
    assert mailed(job) == {("work_proposal", "vera"), ("work_agreed", "pavel")}


@pytest.mark.rule("D31", "E17")
def test_time_reminds_whoever_has_to_act_and_tells_both_what_it_has_done(job: Job) -> None:
    job.wait(5).lapse()
    (mail,) = job.house.outbox.mails
    assert (mail.template, mail.to, mail.facts["days"]) == ("work_start_reminder", job.pavel.email, "2")
    job.lapse()
    assert mailed(job) == {("work_start_reminder", "pavel")}
    job.start()
    mailed(job)
    job.wait(DAYS - 1).lapse()
    assert mailed(job) == {("work_delivery_reminder", "pavel")}
    job.wait(1).lapse()
    assert mailed(job) == {("work_late", "vera"), ("work_overdue", "pavel")}
    job.deliver()
    mailed(job)
    job.wait(5).lapse()
    assert mailed(job) == {("work_acceptance_reminder", "vera")}
    job.wait(2).lapse()
    assert mailed(job) == {("work_accepted_by_silence", "vera"), ("work_accepted", "pavel")}


@pytest.mark.rule("D22")
def test_a_refund_by_silence_is_told_to_both(job: Job) -> None:
    job.wait(7).lapse()
    assert mailed(job) == {("work_refunded", "vera"), ("work_lapsed", "pavel")}


def test_a_repeat_is_mailed_once(job: Job) -> None:
    job.start()
    job.start()
    assert len(job.house.outbox.mails) == 1


def test_a_mail_is_in_the_readers_language(job: Job) -> None:
    vera = job.house.store.get(Ref(User, job.vera.id))
    assert vera is not None
    job.house.store.commit(Save(replace(vera, lang=Lang.RU)))
    job.start()
    (mail,) = job.house.outbox.mails
    assert (mail.lang, mail.facts["title"]) == ("ru", "Логотип")


@pytest.mark.rule("E17")
def test_a_mail_that_the_queue_does_not_take_stops_no_act(job: Job) -> None:
    job.house.outbox.breaks()
    assert job.start().body.state is WorkState.WORKING


def test_an_act_is_done_although_who_is_to_be_mailed_cannot_be_read(job: Job) -> None:
    def strike(name: str, request: Any) -> None:
        if name == "batch_get_item" and any(
            key["sk"]["S"] == "USR" for key in request["RequestItems"]["market"]["Keys"]
        ):
            raise ReadTimeoutError(endpoint_url="https://dynamodb")

    job.house.dynamo.before = strike
    assert job.start().body.state is WorkState.WORKING
    job.house.dynamo.before = None
    assert (job.state, job.house.outbox.mails) == (WorkState.WORKING, [])


def test_somebody_who_is_gone_is_not_mailed(job: Job) -> None:
    order = replace(job.order, customer_id="nobody", performer_id="nobody")
    job.house.notices.order_acted(order, order.body.lifecycle.tells, Party.CUSTOMER, reason="", now_ms=0)
    assert job.house.outbox.mails == []
