"""What is known of each block of a session that was paid for: when it was, why it was debited, what flowed in it (D27, D29, D31).

Of a video session both pages have reported what they sent and received, minute by minute. Of a text session there is what was said."""

from collections.abc import Iterable

from chalicelib.billing import boundaries
from chalicelib.domain.chat import Message
from chalicelib.domain.disputes.evidence import Block, Flow, Why
from chalicelib.domain.durations import Durations
from chalicelib.domain.kinds import Mode
from chalicelib.domain.media_reports import MediaReport, Sample
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import FirstBlock, Session


def blocks(
    session: Session, reports: Iterable[MediaReport], messages: Iterable[Message], durations: Durations
) -> tuple[Block, ...]:
    """The blocks that the customer has paid for and not got back after an outage of ours, in order."""
    known, said = tuple(reports), tuple(messages)
    return tuple(_block(session, k, known, said, durations) for k in range(session.billed_blocks))


def had_minor(session: Session, found: Iterable[Block]) -> int:
    """The price of the blocks that the customer had."""
    return sum(block.had for block in found) * session.price_minor


def _block(
    session: Session, k: int, reports: tuple[MediaReport, ...], messages: tuple[Message, ...], durations: Durations
) -> Block:
    from_ms = boundaries.boundary_ms(session, k, durations)
    end_ms = from_ms + durations.block_ms
    to_ms = end_ms if session.ended_ms is None else min(end_ms, session.ended_ms)
    received = _flows(reports, Side.CUSTOMER, from_ms, to_ms, durations)
    sent = _flows(reports, Side.PERFORMER, from_ms, to_ms, durations)
    wrote = {side: sum(m.author is side and from_ms <= m.at_ms < end_ms for m in messages) for side in Side}
    return Block(
        k=k,
        from_ms=from_ms,
        to_ms=to_ms,
        why=_why(session, k),
        behind_ms=_behind(reports, from_ms, durations),
        received=received,
        sent=sent,
        messages=wrote,
        had=wrote[Side.PERFORMER] > 0 if session.mode is Mode.TEXT else _flowed(received, sent),
    )


def _why(session: Session, k: int) -> Why:
    if k:
        return Why.BOUNDARY
    return Why.PREPAID if session.first_block is FirstBlock.SETTLED else Why.STARTED


def _behind(reports: tuple[MediaReport, ...], from_ms: int, durations: Durations) -> dict[Side, int]:
    """Reports are read newest first or oldest first: the last in time counts."""
    found: dict[Side, int] = {}
    for report in reports:
        if from_ms - durations.heard_ms <= report.at_ms <= from_ms:
            found[report.side] = max(report.at_ms, found.get(report.side, 0))
    return found


def _flows(
    reports: tuple[MediaReport, ...], side: Side, from_ms: int, to_ms: int, durations: Durations
) -> tuple[Flow, ...]:
    ours = (sample for report in reports if report.side is side for sample in report.samples)
    # Those of this block once, and not all of the session's for each tick: a session may last for days.
    samples = [sample for sample in ours if _lies_within(sample, from_ms, to_ms)]
    ticks = range(from_ms, max(to_ms, from_ms + 1), durations.tick_ms)
    return tuple(_flow(samples, side, tick, min(tick + durations.tick_ms, to_ms)) for tick in ticks)


def _flow(samples: list[Sample], side: Side, from_ms: int, to_ms: int) -> Flow:
    """A sample counts for the ticks in which some of its stretch lies."""
    within = [sample for sample in samples if _lies_within(sample, from_ms, to_ms)]
    if not within:
        return Flow.UNKNOWN
    flowed = any((s.received_bytes if side is Side.CUSTOMER else s.sent_bytes) > 0 for s in within)
    return Flow.FLOWED if flowed else Flow.SILENT


def _lies_within(sample: Sample, from_ms: int, to_ms: int) -> bool:
    return sample.at_ms - sample.span_ms < to_ms and from_ms < sample.at_ms


def _flowed(received: tuple[Flow, ...], sent: tuple[Flow, ...]) -> bool:
    """What the customer's page received decides. If it has reported nothing of the whole block, what the performer's sent does: to be
    silent wins nobody anything."""
    silent = all(flow is Flow.UNKNOWN for flow in received)
    return Flow.FLOWED in (sent if silent else received)
