"""Write units and requests of every act, counted on the in-memory store, beside the ceilings of the design."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.builds import Market, build
from bench.scene import MINUTE, answered, at_the_boundary, call_again, running, settled
from dynamo.counts import Counts
from dynamo.memory import MemoryDynamo

Prepared = tuple[MemoryDynamo, Callable[[], object]]
"""Where an act will be counted, and the act."""


@dataclass(frozen=True)
class Act:
    """An act, what it may cost (transactional write units, index units), and what it cost."""

    name: str
    ceiling: tuple[int, int]
    counted: Counts

    @property
    def holds(self) -> bool:
        """Whether it is within its ceiling."""
        return self.counted.transactional_units <= self.ceiling[0] and self.counted.index_units <= self.ceiling[1]


def acts() -> list[Act]:
    """All acts of the table in the design, in the order of a consultation."""
    return [
        _count("order", (8, 2), _order),
        _count("call", (4, 1), _call),
        _count("answer", (4, 2), _answer),
        _count("clock, voidable", (2, 2), _clock_voidable),
        _count("clock that pays", (8, 3), _clock_pays),
        _count("settle", (8, 1), _settle),
        _count("block", (8, 1), _block),
        _count("void", (6, 1), _void),
        _count("end", (6, 1), _end),
        _count("end with settle", (8, 2), _end_with_settle),
        _count("cancel", (8, 0), _cancel),
        _count("report", (0, 0), _report),
        _count("report with a block's evidence", (0, 0), _report_with_evidence),
    ]


def _count(name: str, ceiling: tuple[int, int], prepare: Callable[[], Prepared]) -> Act:
    dynamo, act = prepare()
    before = dynamo.counts.mark()
    act()
    return Act(name, ceiling, dynamo.counts.since(before))


def _order() -> Prepared:
    market = build().market()
    market.people()
    return market.dynamo, market.order


def _call() -> Prepared:
    market = build().market()
    market.people()
    market.order()
    return market.dynamo, market.call


def _answer() -> Prepared:
    market = build().market()
    market.people()
    market.order()
    market.call()
    return market.dynamo, market.answer


def _clock_voidable() -> Prepared:
    market = answered()
    return market.dynamo, market.receive_media


def _clock_pays() -> Prepared:
    """A second session of an order whose prepaid block is used up (R46)."""
    market = running()
    market.at_ms += market.durations.void_ms
    market.hang_up()
    call_again(market)
    return market.dynamo, market.receive_media


def _settle() -> Prepared:
    market = running()
    market.at_ms += market.durations.void_ms
    return market.dynamo, market.advance


def _block() -> Prepared:
    market = at_the_boundary()
    return market.dynamo, market.advance


def _void() -> Prepared:
    market = running()
    market.at_ms += 1_000
    return market.dynamo, market.hang_up


def _end() -> Prepared:
    market = settled()
    market.at_ms += 60_000
    return market.dynamo, market.hang_up


def _end_with_settle() -> Prepared:
    """The performer's line is lost before the minute is over, and they come to be given up after it, unsettled."""
    market = running()
    void_ms = market.durations.void_ms
    market.at_ms += void_ms - 1_000
    market.lose_performer(late_ms=void_ms)
    market.at_ms += market.durations.resume_ms + void_ms
    return market.dynamo, market.advance


def _before_a_boundary() -> Market:
    market = running()
    market.at_ms += market.durations.block_ms - market.durations.first_report_ms
    return market


def _report() -> Prepared:
    """A side's sign of life: plain units only."""
    market = _before_a_boundary()
    return market.dynamo, lambda: market.report("customer")


def _report_with_evidence() -> Prepared:
    market = _before_a_boundary()

    def both() -> None:
        market.report("customer")
        market.keep_media_report(MINUTE, samples=15)

    return market.dynamo, both


def _cancel() -> Prepared:
    market = build().market()
    market.people()
    market.order()
    return market.dynamo, market.cancel
