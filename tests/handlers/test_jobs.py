"""Entry points of the queues."""

import json
import time
from dataclasses import asdict

import pytest

from chalicelib.domain.chat import Message
from chalicelib.domain.durations import REAL
from chalicelib.domain.orders.retention import ErasureJob
from chalicelib.domain.parties import Side
from chalicelib.domain.scans import FIRST_LOOK_MS
from chalicelib.handlers import jobs
from chalicelib.services.changes import Insert, Ref
from chalicelib.services.ports import Parties, Wake
from infra.local.ticking import scheduled
from tests.support.house import House
from tests.support.scanner import with_scanner
from tests.support.trade import BLOCK, SECOND, Trade
from tests.support.works import Job


@pytest.fixture
def trade(monkeypatch: pytest.MonkeyPatch) -> Trade:
    """A paid session that comes to its first boundary with both sides alive; waiting moves the clock."""
    made = Trade()
    made.running()
    made.until(BLOCK - 40 * SECOND)
    made.report()
    monkeypatch.setattr(time, "sleep", lambda seconds: made.forward(round(seconds * 1000)))
    return made


@pytest.mark.rule("D29")
def test_the_hourly_job_erases_what_is_over(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "wiring", lambda: trade.house)
    said = Message(trade.session_id, Side.CUSTOMER, "message-1", "Hello", trade.now_ms)
    trade.store.commit(Insert(said), Insert(ErasureJob(trade.now_ms, trade.order_id, 1)))
    assert jobs.retention(scheduled(), None) == {"cleared": 0, "erased": 0}
    trade.forward(REAL.retention_ms)
    assert jobs.retention(scheduled(), None) == {"cleared": 0, "erased": 1}
    assert trade.store.get(Ref(Message, trade.session_id, Side.CUSTOMER, "message-1")) is None


def wake(trade: Trade, at_ms: int) -> None:
    jobs.wake(trade.house, asdict(Wake(trade.session_id, Parties("cora", "pavel"), at_ms)))


@pytest.mark.rule("R47")
def test_a_wake_that_comes_a_little_early_waits_and_debits_at_the_boundary(trade: Trade) -> None:
    boundary_ms = trade.clock_started_ms + BLOCK
    trade.until(BLOCK - 2 * SECOND)
    wake(trade, boundary_ms)
    assert (trade.now_ms, trade.paid_blocks()) == (boundary_ms, [0, 1])


@pytest.mark.rule("R47")
def test_a_wake_that_comes_much_too_early_debits_nothing_and_goes_back_into_the_queue(trade: Trade) -> None:
    money, boundary_ms = trade.account("cora").available_minor, trade.clock_started_ms + BLOCK
    trade.house.outbox.wakes.clear()
    wake(trade, boundary_ms)
    assert trade.account("cora").available_minor == money
    assert trade.paid_blocks() == []
    assert trade.house.outbox.wakes == [Wake(trade.session_id, Parties("cora", "pavel"), boundary_ms)]


@pytest.mark.rule("D26")
def test_the_scanning_job_gives_back_what_it_could_not_scan_and_the_sweep_asks_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = with_scanner(House())
    monkeypatch.setattr(jobs, "wiring", lambda: house)
    job = Job(house)
    job.start()
    upload = job.upload(job.pavel)
    job.deliver("Here it is", upload)
    body = json.dumps({"owner": job.order_id, "id": upload})
    asked = {"Records": [{"messageId": "one", "body": body}]}
    house.scanner.down = True
    assert jobs.scan(asked, None) == {"batchItemFailures": [{"itemIdentifier": "one"}]}
    house.hands.forward(FIRST_LOOK_MS + 1)
    assert jobs.sweep(scheduled(), None) == {"asked": 1}
    house.scanner.down = False
    assert jobs.scan(asked, None) == {"batchItemFailures": []}
    assert house.threads.download(job.vera.id, job.order_id, upload).url


def test_the_index_is_looked_after_once_a_night(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    monkeypatch.setattr(jobs, "wiring", lambda: house)
    house.hands.at_ms -= house.hands.at_ms % jobs.DAY_MS
    for _ in range(2 * 24 * 60):
        house.hands.forward(jobs.MINUTE_MS)
        if house.hands.at_ms % (10 * jobs.MINUTE_MS) == 0:
            jobs.sweep(scheduled(), None)
    assert house.outbox.nights == 2
