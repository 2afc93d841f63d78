"""What a running session costs the ticks while nothing is due in it."""

from bench.builds import Market, build
from bench.scene import hear_both, settled


def ticks_that_touch() -> list[int]:
    """The tick's requests on account of one session, for each tick of one block: those of a tick with it less those without."""
    empty = build().market()
    return [
        with_it - without for with_it, without in zip(_requests(settled(), heard=True), _requests(empty), strict=True)
    ]


def _requests(market: Market, *, heard: bool = False) -> list[int]:
    durations = market.durations
    market.tick()
    found = []
    for _ in range(durations.block_ms // durations.tick_ms):
        market.at_ms += durations.tick_ms
        if heard:
            hear_both(market)
        before, sent = market.dynamo.counts.mark(), market.sends
        market.tick()
        found.append(sum(market.dynamo.counts.since(before).requests.values()) + market.sends - sent)
    return found
