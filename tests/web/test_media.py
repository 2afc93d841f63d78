"""Two pages hear and see each other: one way, both ways, through a relay, after a loss, after a reload (R42, R48, R50, E11)."""

import asyncio
import json
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

import pytest

from chalicelib.ws import protocol
from infra.local.places import free_port
from tests.support.coturn import Relay, relaying
from tests.web.conftest import Play, Played
from tests.web.pair import Pair, Side

pytestmark = pytest.mark.xdist_group("video")
RECEIVED = "call.peer.received.value"


async def both(two: Pair, **query: str) -> tuple[Side, Side]:
    return await two.open("customer", **query), await two.open("performer", **query)


async def eventually(holds: Callable[[], bool], within_s: float = 60) -> None:
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.1)


async def grows(side: Side, what: str, within_s: float = 5) -> None:
    before = (await side.run("call.peer.bytes()"))[what]
    for _ in range(int(within_s * 5)):
        await asyncio.sleep(0.2)
        if (await side.run("call.peer.bytes()"))[what] > before:
            return
    raise AssertionError(f"{side.role}: {what} does not grow")


@pytest.mark.rule("R42", "R48", "R50")
def test_the_customer_receives_only_until_they_turn_their_own_camera_on(played: Played) -> None:
    async def play(two: Pair) -> None:
        customer, performer = await both(two)
        await asyncio.gather(customer.connected(), performer.connected())
        await asyncio.sleep(1)
        assert not await customer.run(RECEIVED)
        await performer.turn_on("camera", "microphone")
        await customer.until(RECEIVED)
        # A size is known before anything was decoded, on a busy machine long before.
        await customer.until("document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames > 1")
        seen = await customer.stats()
        assert seen["decodedFrames"] > 0
        assert seen["remoteMuted"] == {"audio": False, "video": False, "screen": False}
        assert seen["muted"] == {"audio": True, "video": True, "screen": False}
        await asyncio.sleep(1)
        unseen = await performer.stats()
        assert (unseen["decodedFrames"], unseen["receivedPackets"], unseen["receivedBytes"]) == (0, 0, 0)
        assert not await performer.run(RECEIVED)
        assert await performer.run("call.peer.remote.value") is None
        described = sum(said["kind"] == "description" for side in (customer, performer) for said in side.said)
        await customer.turn_on("camera")
        await performer.until(RECEIVED)
        assert (await performer.stats())["remoteMuted"] == {"audio": True, "video": False, "screen": False}
        after = sum(said["kind"] == "description" for side in (customer, performer) for said in side.said)
        assert after == described, "a camera is turned on without a negotiation"

    played(play)


@pytest.mark.rule("R42", "D18", "E11")
def test_a_performer_who_mutes_all_is_told_as_muted_and_keeps_the_line_alive(played: Played) -> None:
    async def play(two: Pair) -> None:
        customer, performer = await both(two)
        await performer.turn_on("camera", "microphone")
        await customer.until(RECEIVED)
        await performer.run("(call.track = call.devices.camera.value, call.devices.turnOff('camera'))")
        await performer.run("call.devices.turnOff('microphone')")
        assert await performer.run("call.track.readyState") == "ended", "the camera's light is out"
        await customer.until("call.peer.remoteMuted.value.audio && call.peer.remoteMuted.value.video")
        await asyncio.sleep(2)
        frames = (await customer.stats())["decodedFrames"]
        await grows(customer, "received")
        await grows(performer, "sent")
        assert (await customer.stats())["decodedFrames"] == frames
        await performer.turn_on("camera")
        await customer.until("!call.peer.remoteMuted.value.video")
        await performer.run("call.peer.hold(true)")
        await asyncio.sleep(1)
        frames = (await customer.stats())["decodedFrames"]
        await grows(customer, "received")
        assert (await customer.stats())["decodedFrames"] == frames, "content is held back"
        await performer.run("call.peer.hold(false)")
        await customer.until(f"call.peer.stats().then((it) => it.decodedFrames > {frames})")

    played(play)


@pytest.mark.rule("R42")
def test_sound_alone_counts_as_received(played: Played) -> None:
    async def play(two: Pair) -> None:
        customer, performer = await both(two)
        await performer.turn_on("microphone")
        await customer.until(RECEIVED)
        assert (await customer.stats())["decodedFrames"] == 0

    played(play)


@pytest.mark.rule("D18")
@pytest.mark.parametrize("role", ["customer", "performer"])
def test_a_page_that_was_reloaded_finds_the_other_again_and_bytes_go_on_growing(played: Played, role: str) -> None:
    async def play(two: Pair) -> None:
        customer, performer = await both(two)
        await performer.turn_on("camera", "microphone")
        await customer.until(RECEIVED)
        staying = performer if role == "customer" else customer
        before = await staying.run("call.peer.bytes()")
        await two.open(role)
        customer, performer = two.sides["customer"], two.sides["performer"]
        if role == "performer":
            await performer.turn_on("camera")
        await asyncio.gather(customer.connected(), performer.connected())
        await customer.until(RECEIVED)
        await grows(customer, "received")
        after = await staying.run("call.peer.bytes()")
        assert after["received"] >= before["received"]
        assert after["sent"] >= before["sent"]

    played(play)


@pytest.mark.rule("D18")
def test_an_offer_that_was_lost_with_the_line_is_made_again(played: Played) -> None:
    async def play(two: Pair) -> None:
        customer = await two.open("customer")
        customer.cut = True
        performer = await two.open("performer")
        performer.cut = True
        await asyncio.sleep(1)
        customer.cut = performer.cut = False
        for side in (customer, performer):
            await side.run("call.peer.restart()")
        await asyncio.gather(customer.connected(), performer.connected())

    played(play)


def test_two_restarts_at_the_same_moment_do_not_cross(played: Played) -> None:
    async def play(two: Pair) -> None:
        customer, performer = await both(two)
        await performer.turn_on("camera")
        await customer.until(RECEIVED)
        for _ in range(3):
            await asyncio.gather(customer.run("call.peer.restart()"), performer.run("call.peer.restart()"))
            await asyncio.sleep(0.5)
        await asyncio.gather(customer.connected(), performer.connected())
        frames = (await customer.stats())["decodedFrames"]
        await customer.until(f"call.peer.stats().then((it) => it.decodedFrames > {frames + 10})")

    played(play)


def lost(repair: str, relay: Relay) -> Play:
    """The relay freezes until the routes were restarted, or the connection is built anew."""

    async def play(two: Pair) -> None:
        customer = await two.open("customer", relay="1", ice=json.dumps(relay.servers("vera")))
        performer = await two.open("performer", relay="1", ice=json.dumps(relay.servers("pavel")))
        await performer.turn_on("camera", "microphone")
        await customer.until(RECEIVED)
        before = await customer.stats()
        assert before["relayed"] is True
        offers, link = len(performer.offers), performer.offers[-1]["from"]
        relay.freeze()
        await customer.until("call.peer.connection.value === 'troubled'", 30_000)
        await customer.until("call.peer.quality.value === 'bad'")
        if repair == "restart":
            await eventually(lambda: len(performer.offers) > offers or len(customer.offers) > 0)
        else:
            await eventually(lambda: performer.offers[-1]["from"] != link)
        relay.wake()
        await asyncio.gather(customer.connected(60_000), performer.connected(60_000))
        frames = (await customer.stats())["decodedFrames"]
        assert frames >= before["decodedFrames"]
        await customer.until(f"call.peer.stats().then((it) => it.decodedFrames > {frames + 10})")
        await customer.until("call.peer.quality.value === 'good'")

    return play


def guessed(relay: Relay) -> Play:
    """The credentials are of another secret, and then of the relay's."""

    async def play(two: Pair) -> None:
        customer = await two.open("customer", relay="1", ice=json.dumps(relay.servers("vera", key="guess")))
        performer = await two.open("performer", relay="1", ice=json.dumps(relay.servers("pavel", key="guess")))
        await performer.turn_on("camera")
        await asyncio.sleep(5)
        assert not await customer.run(RECEIVED)
        fresh = json.dumps(relay.servers("vera")), json.dumps(relay.servers("pavel"))
        await customer.run(f"(call.peer.serve({fresh[0]}), call.peer.restart())")
        await performer.run(f"(call.peer.serve({fresh[1]}), call.peer.restart())")
        await customer.until(RECEIVED, 30_000)

    return play


RELAYED: dict[str, Callable[[Relay], Play]] = {
    "restart": partial(lost, "restart"),
    "rebuild": partial(lost, "rebuild"),
    "guess": guessed,
}


@pytest.fixture(scope="session")
def ended(played: Played, tmp_path_factory: pytest.TempPathFactory) -> dict[str, BaseException | None]:
    """How the calls through a relay ended. Each has a relay of its own, and they are played side by side: what they do is mostly to wait."""
    with ExitStack() as relays:
        plays = {
            name: play(relays.enter_context(relaying(tmp_path_factory.mktemp(name), free_port())))
            for name, play in RELAYED.items()
        }
        return dict(zip(plays, played.at_once(plays.values()), strict=True))


def well(end: BaseException | None) -> None:
    """Raises what a play raised."""
    if end:
        raise end


@pytest.mark.rule("E11")
@pytest.mark.parametrize("repair", ["restart", "rebuild"])
def test_a_call_through_the_relay_outlives_its_loss(ended: dict[str, BaseException | None], repair: str) -> None:
    """After a short loss the routes are restarted; after a long one the connection is built anew."""
    well(ended[repair])


def test_credentials_of_a_wrong_secret_open_no_relay(ended: dict[str, BaseException | None]) -> None:
    well(ended["guess"])


@pytest.mark.rule("D29")
def test_evidence_is_collected_sample_by_sample_as_the_service_takes_it(played: Played) -> None:
    async def play(two: Pair) -> None:
        customer, performer = await both(two)
        await performer.turn_on("camera", "microphone")
        await customer.until(RECEIVED)
        await customer.run("(call.reports.firstMedia(), call.reports.start())")
        await asyncio.sleep(3.5)
        stats = protocol.Stats.model_validate_json(await customer.run("call.reports.stats(5).then(JSON.stringify)"))
        assert stats.media_bytes == 5
        assert stats.first_media_ms
        assert len(stats.samples) >= 2
        assert sum(sample.received_bytes for sample in stats.samples) > 0
        assert sum(sample.decoded_frames for sample in stats.samples) > 0
        assert {(one.muted_video, one.far_muted_video) for one in stats.samples} == {(True, False)}

    played(play)
