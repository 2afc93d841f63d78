"""A small market on the in-memory store, from its services up: one performer, one customer, one open order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.billing import ledger
from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile, Status
from chalicelib.domain.connections import Connection, Presence, UserConnection
from chalicelib.domain.durations import REAL, Durations
from chalicelib.domain.kinds import Lang, Mode
from chalicelib.domain.media_reports import Sample
from chalicelib.domain.orders.order import OpenOrder, Order
from chalicelib.domain.people import User, UserState
from chalicelib.domain.sessions import Session
from chalicelib.services.calls.calls import Calls
from chalicelib.services.calls.media_reports import MediaReports
from chalicelib.services.calls.metering import Metering
from chalicelib.services.calls.notifying import Notifier
from chalicelib.services.calls.sessions import Sessions
from chalicelib.services.calls.ticking import Ticking
from chalicelib.services.changes import AccountChange, Insert, Put, Record, Ref
from chalicelib.services.connections import Connections
from chalicelib.services.ports import Parties, Tell, Wake
from chalicelib.storage.store import DynamoStore
from dynamo.memory import MemoryDynamo
from dynamo.tables import twip_tables

PRICE_MINOR = 150_000
ORDER = "0" * 26
MINUTE = Sample(
    at_ms=1_800_000_060_000,
    span_ms=60_000,
    received_bytes=94_213_770,
    sent_bytes=4_213_377,
    received_packets=89_012,
    lost_packets=311,
    far_lost_packets=25,
    decoded_frames=1_796,
    frame_width=1280,
    frame_height=720,
    jitter_ms=17,
    far_jitter_ms=None,
    round_trip_ms=142,
    muted_audio=True,
    muted_video=True,
    far_muted_audio=False,
    far_muted_video=False,
)
"""A busy one: its figures are as long as they get."""
PARTIES = Parties("customer-0", "performer-0")


@dataclass
class Ports:
    """Clock, queue, push and ICE servers that only remember."""

    at_ms: int = 1_800_000_000_000
    woken: list[Wake] = field(default_factory=list)
    told: list[Tell] = field(default_factory=list)
    sends: int = 0

    def now_ms(self) -> int:
        return self.at_ms

    def send(self, wakes: Sequence[Wake], now_ms: int) -> None:
        self.woken += wakes
        self.sends += 1

    def tell(self, tells: Iterable[Tell]) -> frozenset[str]:
        self.told += tells
        return frozenset()

    def close(self, connection_id: str) -> bool:
        return True

    def servers(self, user_id: str, now_ms: int) -> tuple[dict[str, Any], ...]:
        return ()


class Scene:
    """The market and its use cases."""

    def __init__(self, durations: Durations = REAL) -> None:
        self.dynamo = MemoryDynamo(twip_tables())
        tables = {name: name for name in ("market", "journal", "live")}
        self.store = DynamoStore(self.dynamo.as_client(), tables, durations, lambda attempt: None)
        self.ports = Ports()
        self.connections = Connections(self.store, self.ports, durations)
        self.metering = Metering(self.store, self.ports, Notifier(self.connections, durations), durations)
        self.calls = Calls(self.store, self.ports, self.ports, self.connections, self.metering, self.ports, durations)
        self.sessions = Sessions(self.store, self.ports, self.connections, self.metering, self.ports, durations)
        self.media_reports = MediaReports(self.store, self.ports)
        self.ticking = Ticking(self.store, self.ports, lambda: self.metering, durations)

    def people(self, number: int = 0, money_minor: int = 10 * PRICE_MINOR) -> tuple[Connection, Connection]:
        """A customer with money and a performer who can be called, both on the site; answers their connections."""
        connections = []
        for role in ("customer", "performer"):
            user_id = f"{role}-{number}"
            connection = Connection(f"line-{user_id}", user_id, self.ports.at_ms, self.ports.at_ms + 10**8)
            self.store.commit(Insert(_person(user_id, self.ports.at_ms)))
            self.store.commit(Insert(Account(user_id, "RUB", money_minor if role == "customer" else 0)))
            self.store.commit(Insert(Profile(user_id, role, status=Status.AVAILABLE, consultations=1)))
            self.store.commit(Put(connection))
            self.store.commit(Put(UserConnection(user_id, connection.id, connection.expires_ms)))
            self.store.commit(Put(Presence(user_id, self.ports.at_ms, connection.expires_ms)))
            connections.append(connection)
        return connections[0], connections[1]

    def order(self, mode: Mode = Mode.VIDEO, number: int = 0) -> Order:
        """An order with its block in escrow, committed as `services.orders` commits it."""
        order = Order(
            id=f"{number:026d}",
            twip_id="twip",
            customer_id=f"customer-{number}",
            performer_id=f"performer-{number}",
            mode=mode,
            price_minor=PRICE_MINOR,
            commission_bps=1500,
            currency="RUB",
            title={"en": "Consultation"},
            created_ms=self.ports.at_ms,
            fingerprint="0" * 32,
            escrow_minor=PRICE_MINOR,
        )
        entry = ledger.order(
            customer_id=order.customer_id, order_id=order.id, price_minor=PRICE_MINOR, at_ms=order.created_ms
        )
        self.store.commit(
            Insert(order),
            Insert(OpenOrder(order.customer_id, order.twip_id, mode, order.id)),
            AccountChange(order.customer_id, -PRICE_MINOR),
            Record(entry),
        )
        return order

    def running(self, mode: Mode = Mode.VIDEO, number: int = 0) -> str:
        """A session whose clock has just started; answers its id."""
        customer, performer = self.people(number)
        self.order(mode, number)
        session_id = self.calls.start(customer, f"{number:026d}").session_id
        self.calls.answer(performer, session_id)
        self.sessions.press_start(performer, session_id)
        self.sessions.receive_media(customer, session_id)
        return session_id

    def session(self, session_id: str) -> Session:
        """The session as it is stored."""
        found = self.store.get(Ref(Session, session_id))
        assert found is not None
        return found

    def pass_time(self, ms: int) -> None:
        """The clock goes on."""
        self.ports.at_ms += ms

    def to_the_boundary(self, session_id: str) -> None:
        """The first block is used up, both sides have reported, and the second falls due."""
        durations = self.metering.durations
        self.pass_time(durations.void_ms)
        self.metering.advance(session_id, self.ports.at_ms, PARTIES)
        self.pass_time(durations.block_ms - durations.void_ms - durations.first_report_ms)
        self.hear_both(session_id)
        self.pass_time(durations.first_report_ms)

    def hear_both(self, session_id: str) -> None:
        """Both sides report, with media that has flowed."""
        session = self.session(session_id)
        for user_id in (session.customer_id, session.performer_id):
            self.sessions.report(f"line-{user_id}", session_id, self.ports.at_ms)


def _person(user_id: str, now_ms: int) -> User:
    return User(user_id, f"{user_id}@example.org", "", user_id, Lang.EN, now_ms, state=UserState.ACTIVE)
