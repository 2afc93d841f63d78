"""What a running session costs the ticks while nothing is due in it."""

from bench.scene import Scene


def ticks_that_touch() -> list[int]:
    """The tick's requests on account of one session, for each tick of one block: those of a tick with it less those without."""
    return [with_it - without for with_it, without in zip(_requests(1), _requests(0), strict=True)]


def _requests(sessions: int) -> list[int]:
    scene = Scene()
    for number in range(sessions):
        session_id = scene.running(number=number)
        scene.pass_time(scene.metering.durations.void_ms)
        scene.metering.advance(session_id, scene.ports.at_ms)
    durations = scene.metering.durations
    scene.ticking.tick(scene.ports.now_ms)
    found = []
    for _ in range(durations.block_ms // durations.tick_ms):
        scene.pass_time(durations.tick_ms)
        for number in range(sessions):
            scene.hear_both(f"{number:026d}-0001")
        before, sent = scene.dynamo.counts.mark(), scene.ports.sends
        scene.ticking.tick(scene.ports.now_ms)
        found.append(sum(scene.dynamo.counts.since(before).requests.values()) + scene.ports.sends - sent)
    return found
