"""What rows do with a market: a session that runs, and one that comes to a boundary."""

from bench.builds import Market, build

MINUTE = {
    "at_ms": 1_800_000_060_000,
    "span_ms": 60_000,
    "received_bytes": 94_213_770,
    "sent_bytes": 4_213_377,
    "received_packets": 89_012,
    "lost_packets": 311,
    "far_lost_packets": 25,
    "decoded_frames": 1_796,
    "frame_width": 1280,
    "frame_height": 720,
    "jitter_ms": 17,
    "far_jitter_ms": None,
    "round_trip_ms": 142,
    "muted_audio": True,
    "muted_video": True,
    "far_muted_audio": False,
    "far_muted_video": False,
}
"""A sample of media, and a busy one: its figures are as long as they get."""


def answered() -> Market:
    """A market whose performer has answered the customer's call and started the session."""
    market = build().market()
    market.people()
    market.order()
    call_again(market)
    return market


def call_again(market: Market) -> None:
    """A call that is answered and started; its clock waits for media."""
    market.call()
    market.answer()
    market.press_start()


def running() -> Market:
    """A market with a session whose clock has just started."""
    market = answered()
    market.receive_media()
    return market


def settled() -> Market:
    """A market with a session whose first minute is over, and paid."""
    market = running()
    market.at_ms += market.durations.void_ms
    market.advance()
    return market


def hear_both(market: Market) -> None:
    """Both sides report, with media that has flowed."""
    for role in ("customer", "performer"):
        market.report(role)


def at_the_boundary() -> Market:
    """The first block is used up, both sides have reported, and the second falls due."""
    market = settled()
    durations = market.durations
    market.at_ms += durations.block_ms - durations.void_ms - durations.first_report_ms
    hear_both(market)
    market.at_ms += durations.first_report_ms
    return market
