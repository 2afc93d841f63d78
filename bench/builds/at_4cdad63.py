"""The adapter of 4cdad63. Its modules are that commit's: a type checker of today cannot read it, and whoever renames today's code leaves
it as it is."""
# mypy: ignore-errors

import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from bench.bucket import FolderBucket
from bench.builds import Folders, Searched, Simulated, load
from chalicelib.config import from_environment
from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile, Status
from chalicelib.domain.content import Content, Lang, Text, TwipKind
from chalicelib.domain.durations import REAL
from chalicelib.domain.evidence import Sample
from chalicelib.domain.orders import Mode, Order
from chalicelib.domain.people import User, UserState
from chalicelib.domain.presence import Connection, Line, Presence
from chalicelib.domain.sessions import Heard, Session, Side
from chalicelib.domain.twips import Review, Twip
from chalicelib.handlers.jobs import THREADS
from chalicelib.services.calls import Calls
from chalicelib.services.changes import Insert, Put, Ref, Save
from chalicelib.services.evidence import Evidence
from chalicelib.services.metering import Metering
from chalicelib.services.orders import Orders
from chalicelib.services.ports import Parties, Tell, Wake
from chalicelib.services.sessions import Sessions
from chalicelib.services.tabs import Tabs
from chalicelib.services.telling import Telling
from chalicelib.services.ticking import AHEAD, MARK, Ticking
from chalicelib.services.watermarks import Watermark
from chalicelib.storage.store import DynamoStore
from chalicelib.wiring import Wiring
from chalicelib.ws.push import encode
from dynamo.counts import Counts
from dynamo.memory import MemoryDynamo
from dynamo.tables import twip_tables

LACKS = frozenset({"works", "files"})
ROOT = Path(inspect.getfile(Wiring)).resolve().parents[1]
INDEX_SOURCES = ("chalicelib/storage/search_*.py",)
COLD_STARTS = {
    "rest": "import app; from chalicelib.wiring import wiring; wiring().store",
    "worker": "import chalicelib.handlers.jobs; from chalicelib.wiring import wiring; wiring().metering",
    "tick": "import chalicelib.handlers.jobs; from chalicelib.wiring import wiring; wiring().ticking",
}
PRICE_MINOR = 150_000
TWIP = "twip".rjust(26, "0")
PARTIES = Parties("customer-0", "performer-0")


class _Ports:
    """Clock, queue, push and ICE servers that only remember."""

    def __init__(self) -> None:
        self.at_ms = 1_800_000_000_000
        self.told: list[Tell] = []
        self.sends = 0

    def now_ms(self) -> int:
        return self.at_ms

    def send(self, wakes: Sequence[Wake], now_ms: int) -> None:
        self.sends += 1

    def tell(self, tells: Iterable[Tell]) -> frozenset[str]:
        self.told += tells
        return frozenset()

    def close(self, connection_id: str) -> bool:
        return True

    def servers(self, user_id: str, now_ms: int) -> tuple[dict[str, Any], ...]:
        return ()


class _Market:
    """See bench.builds.Market."""

    durations = REAL

    def __init__(self) -> None:
        self.dynamo = MemoryDynamo(twip_tables())
        self.order_id = self.session_id = ""
        self._keys = 0
        self._ports = ports = _Ports()
        tables = {name: name for name in ("market", "journal", "live")}
        self._store = store = DynamoStore(self.dynamo.as_client(), tables, REAL, lambda attempt: None)
        self._tabs = tabs = Tabs(store, ports, REAL)
        self._metering = Metering(store, ports, Telling(tabs, REAL), REAL)
        self._orders = Orders(store, ports, tabs, self._metering, "RUB", 1500)
        self._calls = Calls(store, ports, ports, tabs, self._metering, ports, REAL)
        self._sessions = Sessions(store, ports, tabs, self._metering, ports, REAL)
        self._evidence = Evidence(store, ports)
        self._ticking = Ticking(store, ports, lambda: self._metering, REAL)

    @property
    def at_ms(self) -> int:
        return self._ports.at_ms

    @at_ms.setter
    def at_ms(self, at_ms: int) -> None:
        self._ports.at_ms = at_ms

    @property
    def sends(self) -> int:
        return self._ports.sends

    @property
    def pushed(self) -> list[tuple[str, bytes]]:
        return [(tell.connection_id, encode(tell.frame)) for tell in self._ports.told]

    def people(self) -> None:
        now_ms, put = self.at_ms, self._store.commit
        for user_id, minor in ((PARTIES.customer_id, 10 * PRICE_MINOR), (PARTIES.performer_id, 0)):
            connection = Connection(f"line-{user_id}", user_id, now_ms, now_ms + 10**8)
            put(Insert(User(user_id, f"{user_id}@example.org", "", user_id, Lang.EN, now_ms, state=UserState.ACTIVE)))
            put(Insert(Account(user_id, "RUB", minor)))
            put(Insert(Profile(user_id, user_id, status=Status.AVAILABLE, consultations=1)))
            put(Put(connection))
            put(Put(Line(user_id, connection.id, connection.expires_ms)))
            put(Put(Presence(user_id, now_ms, connection.expires_ms)))
        content = Content((Lang.EN,), {Lang.EN: Text("Consultation", "An hour of it.")}, {Mode.VIDEO: PRICE_MINOR})
        twip = Twip(TWIP, PARTIES.performer_id, TwipKind.CONSULTATION, now_ms, "f", published=content)
        put(Insert(replace(twip, published_ms=now_ms, review=Review.NONE)))
        self.order()
        self.cancel()

    def order(self) -> None:
        self._keys += 1
        placed = self._orders.place(
            PARTIES.customer_id, twip_id=TWIP, mode=Mode.VIDEO, price_minor=PRICE_MINOR, key=f"key-{self._keys}"
        )
        self.order_id = placed.id

    def cancel(self) -> None:
        self._orders.cancel(PARTIES.customer_id, self.order_id, key="key")

    def call(self) -> None:
        self.session_id = self._calls.start(self._holder("customer"), self.order_id).session_id

    def answer(self) -> None:
        self._calls.answer(self._holder("performer"), self.session_id)

    def press_start(self) -> None:
        self._sessions.press_start(self._holder("performer"), self.session_id)

    def receive_media(self) -> None:
        self._sessions.receive_media(self._holder("customer"), self.session_id)

    def hang_up(self) -> None:
        self._calls.hang_up(self._holder("customer"), self.session_id)

    def report(self, role: str) -> None:
        self._sessions.report(f"line-{role}-0", self.session_id, self.at_ms)

    def keep_media_report(self, sample: Mapping[str, Any], samples: int) -> None:
        self._evidence.keep("line-customer-0", self.session_id, None, (Sample(**sample),) * samples)

    def lose_performer(self, late_ms: int) -> None:
        self._sessions.disconnected(self._holder("performer"))
        session = self._session()
        late = replace(session.lost[0], heard_ms=session.lost[0].heard_ms + late_ms)
        self._store.commit(Save(replace(session, lost=(late,))))

    def advance(self) -> None:
        self._metering.advance(self.session_id, self.at_ms, PARTIES)

    def tick(self) -> None:
        self._ticking.tick(self._ports.now_ms)

    def skip_to(self, block: int) -> None:
        self._store.commit(Save(replace(self._session(), blk=block)))

    def clock_started_ms(self) -> int:
        return self._session().t0_ms or 0

    def stored(self) -> list[tuple[str, dict[str, Any]]]:
        refs: list[Ref[Any]] = [Ref(Session, self.session_id), Ref(Order, self.order_id)]
        refs += [Ref(Account, user_id) for user_id in (PARTIES.customer_id, PARTIES.performer_id)]
        refs += [Ref(Heard, self.session_id, side) for side in Side]
        ops = self._store._ops
        return [
            (table, dict(self.dynamo.get_item(TableName=table, Key=ops.key(ref))["Item"]))
            for ref in refs
            for table in [ops.table(ref.kind)]
        ]

    def _holder(self, role: str) -> Connection:
        """The connection as it is stored. To read it is no part of an act: its requests are not counted."""
        counts, self.dynamo.counts = self.dynamo.counts, Counts()
        try:
            return self._tabs.holder(f"line-{role}-0")
        finally:
            self.dynamo.counts = counts

    def _session(self) -> Session:
        found = self._store.get(Ref(Session, self.session_id))
        assert found is not None
        return found


def market() -> _Market:
    """See bench.builds.Build."""
    return _Market()


class _Seen:
    """Notes whom the tick has seen to, on the way to the real queue and the real metering."""

    def __init__(self, wakes: Any, metering: Any) -> None:
        self._wakes, self._metering = wakes, metering
        self.sessions: set[str] = set()

    def send(self, wakes: Sequence[Wake], now_ms: int) -> None:
        self._wakes.send(wakes, now_ms)
        self.sessions.update(wake.session_id for wake in wakes if not wake.warn)

    def advance(self, session_id: str, now_ms: int, parties: Parties) -> None:
        self._metering.advance(session_id, now_ms, parties)
        self.sessions.add(session_id)


class _Worker:
    """See bench.builds.Worker."""

    threads = THREADS

    def __init__(self, port: int) -> None:
        url = f"http://127.0.0.1:{port}"
        os.environ.update(
            AWS_ENDPOINT_URL=url,
            AWS_ACCESS_KEY_ID="test",
            AWS_SECRET_ACCESS_KEY="test",
            AWS_DEFAULT_REGION="us-east-1",
            WORK_QUEUE_URL=f"{url}/queue",
            WS_MANAGEMENT_URL=url,
            LOCAL="1",
        )
        self._wiring = w = Wiring(from_environment())
        # Built now, so that what a process builds once is no part of a debit or a tick.
        self._metering = w.metering

    def debit(self, session_id: str, due_ms: int) -> None:
        self._metering.advance(session_id, due_ms, PARTIES)

    def fall_behind(self, tick: int) -> None:
        self._wiring.store.commit(Insert(Watermark(MARK.key[0], tick + AHEAD, tick - self._wiring.ticking.lag)))

    def tick(self, now: Callable[[], int]) -> set[str]:
        w, seen = self._wiring, cast(Any, _Seen(self._wiring.wakes, self._metering))
        Ticking(w.store, seen, lambda: seen, w.settings.durations, w.ticking.together).tick(now)
        return cast(set[str], seen.sessions)

    def caught_up(self, tick: int) -> bool:
        mark = self._wiring.store.get(MARK)
        return mark is not None and (mark.handed, mark.audited) >= (tick + AHEAD, tick - self._wiring.ticking.lag)


def worker(port: int) -> _Worker:
    """See bench.builds.Build."""
    return _Worker(port)


def searched(bucket: FolderBucket, clock: Callable[[], int], folders: Folders) -> Searched:
    """See bench.builds.Build."""
    part = load(Path(__file__).with_name(f"{Path(__file__).stem}_search.py"))
    return cast(Searched, part.Searched(bucket, clock, folders))


def simulate(seed: int) -> Simulated:
    """See bench.builds.Build."""
    from tests.sim.world import play

    result = play(seed)
    assert not result.broken, f"seed {seed}: {result.broken[0]}"
    late = result.late
    return Simulated(
        result.billed,
        {
            "no faults": late.fair,
            "single faults": late.faults,
            "the queue down": late.queue_down,
            "outages, once they are over": late.outages,
        },
    )
