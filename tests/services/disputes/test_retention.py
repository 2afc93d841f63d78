"""What was said and sent in a dispute is kept until the order's end is 180 days ago, then erased: all of it, and nothing else (D29)."""

from typing import Any

import pytest

from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import Gone
from chalicelib.domain.orders.retention import ErasureJob
from chalicelib.services.orders.retention import NotErased
from chalicelib.services.ports import Listing
from tests.support.courts import Court
from tests.support.trade import Crash
from tests.support.works import DAY

TERM_MS = REAL.retention_ms


def kept(court: Court, thread_id: str) -> list[str]:
    """What lies in a thread: what kinds of things, each once."""
    keys = [item["sk"]["S"] for item in court.house.dynamo.items("market") if item["pk"]["S"] == f"THREAD#{thread_id}"]
    return sorted({key.partition("#")[0] for key in keys})


def files(court: Court) -> set[str]:
    """The places in the storage of files."""
    return set(court.house.file_storage.files)


def jobs(court: Court) -> list[ErasureJob]:
    return list(court.house.store.page(Listing.ERASURE_JOBS).items)


def sweep(court: Court) -> int:
    return court.house.retention.sweep(court.house.hands.now_ms)


def quarrelled(court: Court) -> Court:
    """Work was delivered with a file; each side has sent one along in the dispute about it, and spoken."""
    court.job.start()
    court.job.deliver("Here", court.job.upload(court.pavel, "upload-work"))
    court.open(court.vera, "It is not a logo", court.job.upload(court.vera, "upload-vera"))
    court.answer("It is", court.job.upload(court.pavel, "upload-pavel"))
    court.say(court.vera, "Look again")
    return court


def ruled(court: Court) -> Court:
    """And Nina has divided the price, which ends the order."""
    quarrelled(court)
    court.assign(court.nina)
    court.rule(court.nina, 4_000, 6_001)
    return court


@pytest.mark.rule("D29")
def test_all_of_a_dispute_is_erased_when_the_term_is_over_and_not_a_moment_before(court: Court) -> None:
    ruled(court)
    assert jobs(court) == [ErasureJob(court.job.order.ended_ms or 0, court.dispute_id, 0, dispute=True)]
    court.house.hands.forward(TERM_MS - 1)
    assert sweep(court) == 0
    assert kept(court, court.dispute_id) == ["ACT", "FILE", "READER"]
    assert len(files(court)) == 3
    court.house.hands.forward(1)
    assert sweep(court) == 1
    assert kept(court, court.dispute_id) == []
    assert jobs(court) == []
    assert sweep(court) == 0


@pytest.mark.rule("D29")
def test_the_files_themselves_are_gone_from_the_storage_and_those_of_the_order_are_not(court: Court) -> None:
    ruled(court)
    of_order = {one.place for one in attached(court, court.job.order_id)}
    assert len(of_order) == 1
    court.house.hands.forward(TERM_MS)
    sweep(court)
    assert files(court) == of_order
    assert kept(court, court.job.order_id) == ["ACT", "FILE", "READER"], "correspondence stays with its order"


def attached(court: Court, thread_id: str) -> list[Any]:
    found = court.house.store.page(Listing.KEPT_IN_THREAD, thread_id, limit=50).items
    return [one for one in found if type(one).__name__ == "Attachment"]


@pytest.mark.rule("D29")
def test_what_was_decided_and_the_money_outlast_what_was_said(court: Court) -> None:
    ruled(court)
    before, journal = court.dispute, list(court.house.dynamo.items("journal"))
    court.house.hands.forward(TERM_MS)
    sweep(court)
    assert court.dispute == before
    assert list(court.house.dynamo.items("journal")) == journal
    assert court.clean()


@pytest.mark.rule("D29")
def test_readers_are_told_that_it_is_gone_by_the_clock_whether_or_not_it_was_erased_yet(court: Court) -> None:
    ruled(court)
    queries = court.house.dispute_queries
    (sent, _) = attached(court, court.dispute_id)
    court.house.hands.forward(TERM_MS - 1)
    assert queries.thread(court.vera.id, court.dispute_id, cursor=None, limit=9).items
    assert queries.download(court.vera.id, court.dispute_id, sent.id).url
    court.house.hands.forward(1)
    for _ in range(2):
        with pytest.raises(Gone):
            queries.thread(court.vera.id, court.dispute_id, cursor=None, limit=9)
        with pytest.raises(Gone):
            queries.found(court.vera.id, court.dispute_id)
        with pytest.raises(Gone):
            queries.download(court.vera.id, court.dispute_id, sent.id)
        assert queries.one(court.vera.id, court.dispute_id).dispute.verdict
        sweep(court)


@pytest.mark.rule("D29")
def test_a_dispute_that_was_withdrawn_is_kept_as_long_as_its_order_and_the_term_after_it(court: Court) -> None:
    quarrelled(court)
    court.withdraw()
    assert jobs(court) == [], "the order goes on"
    court.house.hands.forward(3 * DAY)
    court.job.accept()
    assert jobs(court) == [ErasureJob(court.job.order.ended_ms or 0, court.dispute_id, 0, dispute=True)]
    court.house.hands.forward(TERM_MS)
    assert sweep(court) == 1
    assert (kept(court, court.dispute_id), len(files(court))) == ([], 1)


@pytest.mark.rule("D29")
def test_each_of_several_disputes_about_an_order_is_erased_also_one_opened_after_its_end(court: Court) -> None:
    quarrelled(court)
    court.withdraw()
    court.job.accept()
    ended_ms, first = court.job.order.ended_ms or 0, court.dispute_id
    court.wait(2).open(court.vera, "Now I see it", court.job.upload(court.vera, "upload-late"))
    court.withdraw()
    second = court.dispute_id
    assert [(job.ended_ms, job.order_id) for job in jobs(court)] == [(ended_ms, first), (ended_ms, second)]
    court.house.hands.forward(TERM_MS)
    assert sweep(court) == 2
    assert (kept(court, first), kept(court, second), len(files(court))) == ([], [], 1)


@pytest.mark.rule("D29")
@pytest.mark.parametrize("skip", range(2))
@pytest.mark.parametrize("hook", ["before", "after"])
def test_a_sweep_that_dies_on_the_way_is_completed_by_the_next(court: Court, skip: int, hook: str) -> None:
    ruled(court)
    court.house.hands.forward(TERM_MS)
    left = [skip]

    def strike(name: str, request: dict[str, Any]) -> None:
        if name in ("transact_write_items", "delete_item"):
            left[0] -= 1
            if left[0] < 0:
                raise Crash

    setattr(court.house.dynamo, hook, strike)
    with pytest.raises(Crash):
        sweep(court)
    setattr(court.house.dynamo, hook, None)
    sweep(court)
    assert (kept(court, court.dispute_id), jobs(court), len(files(court))) == ([], [], 1)


@pytest.mark.rule("D29")
def test_while_the_storage_of_files_is_away_nothing_that_names_one_is_forgotten(
    court: Court, caplog: pytest.LogCaptureFixture
) -> None:
    ruled(court)
    court.house.hands.forward(TERM_MS)
    court.house.file_storage.broken = True
    with pytest.raises(NotErased):
        sweep(court)
    assert court.dispute_id in caplog.text
    assert kept(court, court.dispute_id) == ["ACT", "FILE", "READER"]
    court.house.file_storage.broken = False
    assert sweep(court) == 1
    assert (kept(court, court.dispute_id), len(files(court))) == ([], 1)
