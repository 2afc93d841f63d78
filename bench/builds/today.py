"""The adapter of the build as it stands. Whoever renames a module or a service of it changes this file, and no row."""

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
from chalicelib.domain.attachments import File
from chalicelib.domain.availability import Profile, Status
from chalicelib.domain.connections import Connection, Presence, UserConnection
from chalicelib.domain.content import Content, FilesOffer, Text, WorkOffer
from chalicelib.domain.durations import REAL
from chalicelib.domain.goods import Good, Goods
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.media_reports import Sample
from chalicelib.domain.orders.editions import edition_of
from chalicelib.domain.orders.order import Order
from chalicelib.domain.parties import Side
from chalicelib.domain.people import User, UserState
from chalicelib.domain.sessions import Heartbeat, Session
from chalicelib.domain.terms import TermSettings
from chalicelib.domain.twips import Review, Twip
from chalicelib.handlers.jobs import THREADS
from chalicelib.services.attachments import Attachments
from chalicelib.services.calls.calls import Calls
from chalicelib.services.calls.media_reports import MediaReports
from chalicelib.services.calls.metering import Metering
from chalicelib.services.calls.notifying import Notifier
from chalicelib.services.calls.sessions import Sessions
from chalicelib.services.calls.ticking import AHEAD, Ticking
from chalicelib.services.calls.watermarks import MARK, Watermark
from chalicelib.services.changes import Insert, Put, Ref, Save
from chalicelib.services.connections import Connections
from chalicelib.services.notices.notices import Notices
from chalicelib.services.orders.acting import Acting
from chalicelib.services.orders.consultations import Consultations
from chalicelib.services.orders.files import FilesOrders
from chalicelib.services.orders.placing import Placing
from chalicelib.services.orders.works import Works
from chalicelib.services.people.ratings import Ratings
from chalicelib.services.ports import Mail, Parties, Tell, Wake
from chalicelib.services.workflows import Machine, Workflows
from chalicelib.storage.store import DynamoStore
from chalicelib.wiring import Wiring
from chalicelib.ws.push import encode
from dynamo.counts import Counts
from dynamo.memory import MemoryDynamo
from dynamo.tables import twip_tables

LACKS: frozenset[str] = frozenset()
ROOT = Path(inspect.getfile(Wiring)).resolve().parents[1]
INDEX_SOURCES = (
    "requirements.txt",
    *(f"chalicelib/domain/{name}" for name in ("families.py", "folding.py", "lemmas.py", "word*")),
    *(f"chalicelib/storage/search/{name}.py" for name in ("cards", "schema", "scratch", "versions", "writer")),
)
COLD_STARTS = {
    "rest": "import app; from chalicelib.wiring import wiring; wiring().store",
    "rest, its orders": "import app; app.app.routes['/orders']; from chalicelib.wiring import wiring; wiring().store",
    "worker": "import chalicelib.handlers.jobs; from chalicelib.wiring import wiring; wiring().metering",
    "tick": "import chalicelib.handlers.jobs; from chalicelib.wiring import wiring; wiring().ticking",
}
PRICE_MINOR = 150_000
TWIP = "twip".rjust(26, "0")
DAYS = 10
WORK_TWIP = "work".rjust(26, "0")
FILES_TWIP = "files".rjust(26, "0")
GOODS = Goods(
    tuple(
        Good(f"{n:026d}", File(f"{'ш' * 116}.pdf", "application/pdf", 2**31, "0f" * 32), f"{n + 3:026d}")
        for n in range(3)
    ),
    tuple(f"https://example.org/{n}" for n in range(4)),
)
PARTIES = Parties("customer-0", "performer-0")


class _Ports:
    """Clock, queues, push, executions and ICE servers that only remember."""

    def __init__(self) -> None:
        self.at_ms = 1_800_000_000_000
        self.told: list[Tell] = []
        self.sends = 0

    def now_ms(self) -> int:
        return self.at_ms

    def send(self, wakes: Sequence[Wake], now_ms: int) -> None:
        self.sends += 1

    def start(self, name: str, wake: Any) -> bool:
        return True

    def tell(self, tells: Iterable[Tell]) -> frozenset[str]:
        self.told += tells
        return frozenset()

    def close(self, connection_id: str) -> bool:
        return True

    def servers(self, user_id: str, now_ms: int) -> tuple[dict[str, Any], ...]:
        return ()


class _Outbox:
    def send(self, mail: Mail) -> None:
        pass


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
        self._connections = connections = Connections(store, ports, REAL)
        self._metering = Metering(store, ports, Notifier(connections, REAL), REAL)
        notices = Notices(store, connections, cast(Any, _Outbox()), "")
        workflows = Workflows(store, Machine.ORDER, cast(Any, ports), cast(Any, None))
        placing = Placing(store, ports, notices, workflows, "RUB", 1500)
        acting = Acting(store, ports, notices, workflows, Ratings(store, cast(Any, None)))  # nobody refuses
        self._orders = Consultations(placing, acting, self._metering, TermSettings())
        nobody = cast(Any, None)
        attachments = Attachments(
            store, ports, nobody, nobody, nobody, nobody, nobody
        )  # what is delivered has no files
        self._works = Works(store, placing, acting, attachments, TermSettings())
        self._files = FilesOrders(store, placing, TermSettings())
        self._calls = Calls(store, ports, ports, connections, self._metering, ports, REAL)
        self._sessions = Sessions(store, ports, connections, self._metering, ports, REAL)
        self._media_reports = MediaReports(store, ports)
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
            put(Put(UserConnection(user_id, connection.id, connection.expires_ms)))
            put(Put(Presence(user_id, now_ms, connection.expires_ms)))
        content = Content((Lang.EN,), {Lang.EN: Text("Consultation", "An hour of it.")}, {Mode.VIDEO: PRICE_MINOR})
        twip = Twip(TWIP, PARTIES.performer_id, TwipKind.CONSULTATION, now_ms, "f", published=content)
        put(Insert(replace(twip, published_ms=now_ms, review=Review.NONE)))
        work = Content((Lang.EN,), {Lang.EN: Text("Work", "All of it.")}, work=WorkOffer(PRICE_MINOR, days=DAYS))
        made = Twip(WORK_TWIP, PARTIES.performer_id, TwipKind.WORK, now_ms, "f", published=work)
        put(Insert(replace(made, published_ms=now_ms, review=Review.NONE)))
        files = Content((Lang.EN,), {Lang.EN: Text("Files", "All of them.")}, files=FilesOffer(PRICE_MINOR, GOODS))
        sold = Twip(FILES_TWIP, PARTIES.performer_id, TwipKind.FILES, now_ms, "f", published=files)
        put(Insert(replace(sold, published_ms=now_ms, review=Review.NONE)))
        self._edition = edition_of(FILES_TWIP, files).digest
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

    def order_work(self) -> None:
        self._keys += 1
        placed = self._works.place(
            PARTIES.customer_id, twip_id=WORK_TWIP, price_minor=PRICE_MINOR, days=DAYS, key=f"key-{self._keys}"
        )
        self.order_id = placed.id

    def order_files(self) -> None:
        self._keys += 1
        placed = self._files.place(
            PARTIES.customer_id,
            twip_id=FILES_TWIP,
            price_minor=PRICE_MINOR,
            edition=self._edition,
            key=f"key-{self._keys}",
        )
        self.order_id = placed.id

    def start_work(self) -> None:
        self._works.start(PARTIES.performer_id, self.order_id, key="start")

    def deliver_work(self) -> None:
        self._works.deliver(PARTIES.performer_id, self.order_id, "It is done.", (), key="deliver")

    def accept_work(self) -> None:
        self._works.accept(PARTIES.customer_id, self.order_id, key="accept")

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
        self._media_reports.keep("line-customer-0", self.session_id, None, (Sample(**sample),) * samples)

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
        self._store.commit(Save(replace(self._session(), blocks_paid=block)))

    def clock_started_ms(self) -> int:
        return self._session().clock_started_ms or 0

    def stored_order(self) -> dict[str, Any]:
        key = self._store._ops.key(Ref(Order, self.order_id))
        return dict(self.dynamo.get_item(TableName="market", Key=key)["Item"])

    def stored(self) -> list[tuple[str, dict[str, Any]]]:
        refs: list[Ref[Any]] = [Ref(Session, self.session_id), Ref(Order, self.order_id)]
        refs += [Ref(Account, user_id) for user_id in (PARTIES.customer_id, PARTIES.performer_id)]
        refs += [Ref(Heartbeat, self.session_id, side) for side in Side]
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
            return self._connections.holder(f"line-{role}-0")
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
            REPAIR_QUEUE_URL=f"{url}/repairs",
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

    def sweep(self, now_ms: int) -> int:
        return self._wiring.sweeping.sweep(now_ms)

    def caught_up(self, tick: int) -> bool:
        mark = self._wiring.store.get(MARK)
        return mark is not None and (mark.dispatched_to, mark.verified_to) >= (
            tick + AHEAD,
            tick - self._wiring.ticking.lag,
        )


def worker(port: int) -> _Worker:
    """See bench.builds.Build."""
    return _Worker(port)


def searched(bucket: FolderBucket, clock: Callable[[], int], folders: Folders) -> Searched:
    """See bench.builds.Build."""
    part = load(Path(__file__).with_name(f"{Path(__file__).stem}_search.py"))
    return cast(Searched, part.Searched(bucket, clock, folders))


def simulate(seed: int) -> Simulated:
    """See bench.builds.Build."""
    from sim.world import play

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
