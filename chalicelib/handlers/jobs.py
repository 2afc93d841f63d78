"""Entry points of the schedule and of the queues. `Blueprint(__name__)`, so that their cold start imports neither app.py nor pydantic."""

import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chalice import Blueprint, Rate

from chalicelib.services.ports import Parties, Wake
from chalicelib.wiring import Wiring, wiring

jobs = Blueprint(__name__)
log = logging.getLogger(__name__)
THREADS = 10
"""As many as a batch has messages: a debit waits four fifths of its time for the network."""
LONGEST_WAIT_S = 20
MINUTE_MS, DAY_MS = 60_000, 86_400_000
NIGHT_MINUTE = 60
"""Of the day: 01:00 UTC."""
Event = dict[str, Any]
Failures = dict[str, list[dict[str, str]]]


@jobs.schedule(Rate(1, unit=Rate.MINUTES), name="tick")
def tick(event: Any) -> dict[str, int]:
    """Once a minute: finds every session that falls due, and whatever was left behind."""
    w = wiring()
    return {"seen_to": w.ticking.tick(w.clock.now_ms)}


@jobs.lambda_function(name="worker")
def worker(event: Event, context: Any) -> Failures:
    """Wakes of the work queue: each waits for its instant, then does what is due. Those that fail come again."""
    w = wiring()
    return each(event, lambda body: wake(w, body), threads=THREADS)


def wake(w: Wiring, body: dict[str, Any]) -> None:
    """One wake. Early by our own clock: wait; much too early: back into the queue, for nothing is billed before it is due."""
    found = Wake(**{**body, "parties": Parties(**body["parties"])})
    now_ms = w.clock.now_ms()
    early_s = max(0.0, (found.at_ms - now_ms) / 1000)
    if early_s > LONGEST_WAIT_S:
        return w.wakes.send([found], now_ms)
    time.sleep(early_s)
    if found.warn:
        return w.metering.warn(found.session_id, found.parties, w.clock.now_ms())
    if found.gone:
        return w.metering.give_up(found.session_id, found.parties, found.gone, max(w.clock.now_ms(), found.at_ms))
    w.metering.advance(found.session_id, max(w.clock.now_ms(), found.at_ms), found.parties)
    return None


@jobs.lambda_function(name="mail")
def mail(event: Event, context: Any) -> Failures:
    """Mails of the mail queue."""
    from chalicelib.handlers.mails.job import deliver

    w = wiring()
    return each(event, lambda body: deliver(w, body))


@jobs.lambda_function(name="indexer")
def indexer(event: Event, context: Any) -> Failures:
    """Twips whose published face may have changed: a batch is one new version of the search index."""
    from chalicelib.handlers.catalogue.job import update

    return update(wiring(), event)


@jobs.lambda_function(name="audit")
def audit(event: Any, context: Any) -> dict[str, Any]:
    """Every balance recomputed from the journal; answers the report. Invoked by an admin's request or by an operator, never by itself."""
    from dataclasses import asdict

    return asdict(wiring().audit.run())


@jobs.schedule(Rate(1, unit=Rate.HOURS), name="retention")
def retention(event: Any) -> dict[str, int]:
    """Once an hour: deletes files that nothing refers to, and erases what was said in sessions of orders that ended long ago (D29)."""
    w = wiring()
    try:
        cleared = w.retention.clear(w.clock.now_ms)
    finally:
        erased = w.retention.sweep(w.clock.now_ms)
    return {"cleared": cleared, "erased": erased}


@jobs.lambda_function(name="lifecycle")
def lifecycle(event: Event, context: Any) -> dict[str, Any]:
    """The tasks of the state machines: an execution begins to wait, or a term may be over."""
    from chalicelib.handlers.workflows import task

    return task(wiring(), event)


@jobs.lambda_function(name="repair")
def repair(event: Event, context: Any) -> Failures:
    """Orders and disputes that may not be in step with their executions."""
    from chalicelib.handlers.workflows import mend

    w = wiring()
    return each(event, lambda body: mend(w, body), threads=THREADS)


@jobs.lambda_function(name="scan")
def scan(event: Event, context: Any) -> Failures:
    """Files that are to be scanned for malware. While the scanner is down they come again, and nobody gets them."""
    w = wiring()
    return each(event, lambda body: w.scanning.scan(body["owner"], body["id"]))


@jobs.lambda_function(name="outside")
def outside(event: Event, context: Any) -> dict[str, Any]:
    """Public pages, for whoever comes from outside: requests of the function's own address."""
    from chalicelib.handlers.outside.function import handle

    return handle(wiring(), event)


@jobs.schedule(Rate(1, unit=Rate.MINUTES), name="sweep")
def sweep(event: Any) -> dict[str, int]:
    """Once a minute: has everything repaired whose term is overdue, because nobody was woken for it, and every file scanned likewise; once
    a night, has the search index made anew if it is worth it."""
    w = wiring()
    now_ms = w.clock.now_ms()
    try:
        asked = w.sweeping.sweep(now_ms)
    finally:
        scans = w.scans.sweep(now_ms)
    if is_night(now_ms):
        w.index.tidy()
    return {"asked": asked + scans}


def is_night(now_ms: int) -> bool:
    """Whether this is the minute of the day (UTC) in which least is published, between Lisbon and Vladivostok."""
    return now_ms % DAY_MS // MINUTE_MS == NIGHT_MINUTE


def each(event: Event, do: Callable[[dict[str, Any]], None], threads: int = 1) -> Failures:
    """Calls `do` with the body of each message of a batch; the queue gives back only those that failed."""
    records = event["Records"]
    with ThreadPoolExecutor(threads) as pool:
        done = list(pool.map(lambda record: _tried(record, do), records))
    failed = [record["messageId"] for record, well in zip(records, done, strict=True) if not well]
    return {"batchItemFailures": [{"itemIdentifier": ident} for ident in failed]}


def _tried(record: dict[str, Any], do: Callable[[dict[str, Any]], None]) -> bool:
    try:
        do(json.loads(record["body"]))
    except Exception:
        # The queue's redelivery is the retry, its dead-letter queue the alarm.
        log.exception("message %s failed", record["messageId"])
        return False
    return True
