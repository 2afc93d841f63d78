"""The whole service in one process over memory: the real wiring, with the outside replaced by what tests look into."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chalicelib.config import from_environment
from chalicelib.gateways.passwords import Argon2Passwords
from chalicelib.gateways.secrets import Secrets
from chalicelib.services.money.audit import Audit
from chalicelib.services.ports import Mail, Tell, Undelivered, Wake
from chalicelib.services.workflows import Executions, Machine
from chalicelib.storage.books import DynamoBooks
from chalicelib.storage.showcase import DynamoWindow
from chalicelib.storage.store import DynamoStore
from chalicelib.wiring import Wiring
from dynamo.memory import MemoryDynamo
from dynamo.tables import twip_tables
from tests.support.bucket import MemoryBucket
from tests.support.executions import MemoryExecutions, MemoryRepairs
from tests.support.file_storage import MemoryFileStorage
from tests.support.scanner import MarkedScanner, MemoryScanQueue

NOON_MS = 1_780_000_000_000
"""When tests begin; a window of limits begins then, too."""
PASSWORD = "plum tree 9"
"""Hard enough to guess, and short: how hard is reckoned for each of thousands who register."""
EDGE_KEY = "what our CDN alone sends along"


@dataclass
class Hands:
    """The clock that a test turns."""

    at_ms: int = NOON_MS - NOON_MS % 3_600_000

    def now_ms(self) -> int:
        """What the clock shows."""
        return self.at_ms

    def forward(self, by_ms: int) -> None:
        """Time passes."""
        self.at_ms += by_ms


@dataclass
class CountedIds:
    """Ids and secrets in a row, so that a failing test reads the same twice."""

    given: int = 0

    def new(self) -> str:
        """26 characters, in order."""
        self.given += 1
        return f"{self.given:026d}"

    def secret(self) -> str:
        """43 characters."""
        self.given += 1
        return f"secret-{self.given:036d}"


@dataclass
class Outbox:
    """What was handed to the queues. `broken`: nothing is taken."""

    mails: list[Mail] = field(default_factory=list)
    reminders: list[tuple[str, str | None]] = field(default_factory=list)
    """Addresses whose owners are to be reminded, and where their link goes on to."""
    wakes: list[Wake] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    delays: list[int] = field(default_factory=list)
    """Of the touches, in seconds."""
    performers: list[tuple[str, int]] = field(default_factory=list)
    """Performers whom the index is to look at anew, with the delay."""
    nights: int = 0
    mends: int = 0
    """How often the index was to be made anew if it is worth it."""
    broken: bool = False

    def breaks(self) -> None:
        """From now on nothing is taken."""
        self.broken = True

    def last(self, to: str) -> Mail:
        """The newest mail to an address."""
        return next(mail for mail in reversed(self.mails) if mail.to == to)

    def token(self, to: str) -> str:
        """The token of the newest link that was mailed to an address."""
        return next(found for mail in reversed(self.mails) if mail.to == to and (found := token_in(mail)))


def token_in(mail: Mail) -> str:
    """The token in a mail's link, or an empty text."""
    found = re.search(r"#token=([\w-]+)", mail.facts.get("link", ""))
    return found[1] if found else ""


class _Mails:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def send(self, mail: Mail) -> None:
        """Puts a mail into the outbox."""
        if self._outbox.broken:
            raise Undelivered("1 messages")
        self._outbox.mails.append(mail)

    def remind(self, email: str, onward: str | None = None) -> None:
        """Puts an address into the outbox."""
        if self._outbox.broken:
            raise Undelivered("1 messages")
        self._outbox.reminders.append((email, onward))


class _Wakes:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def send(self, wakes: Sequence[Wake], now_ms: int) -> None:
        """Puts wakes into the outbox."""
        if self._outbox.broken:
            raise Undelivered(f"{len(wakes)} messages")
        self._outbox.wakes.extend(wakes)


class _Index:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def touch(self, twip_id: str, *, after_s: int = 0) -> None:
        """Puts a twip's id into the outbox."""
        if self._outbox.broken:
            raise Undelivered("1 messages")
        self._outbox.touched.append(twip_id)
        self._outbox.delays.append(after_s)

    def touch_performer(self, performer_id: str, *, after_s: int = 0) -> None:
        """Puts a performer's id into the outbox."""
        if self._outbox.broken:
            raise Undelivered("1 messages")
        self._outbox.performers.append((performer_id, after_s))

    def rebuild(self) -> None:
        """Only an operator asks for it, never a use case. Raises AssertionError."""
        raise AssertionError("a use case has asked for a new index")

    def tidy(self) -> None:
        """Counts nights."""
        self._outbox.nights += 1

    def mend(self) -> None:
        """Counts readers that have found no index."""
        if self._outbox.broken:
            raise Undelivered("1 messages")
        self._outbox.mends += 1


@dataclass
class Air:
    """Frames in flight: what was told, and which connections were closed or are gone."""

    told: list[Tell] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    stuck: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def tell(self, tells: Iterable[Tell]) -> frozenset[str]:
        """Keeps the frames; answers the connections that are gone."""
        wanted = list(tells)
        self.told += [tell for tell in wanted if tell.connection_id not in self.gone]
        return frozenset(tell.connection_id for tell in wanted) & self.gone

    def close(self, connection_id: str) -> bool:
        """Keeps that it was closed, but for what is stuck."""
        if connection_id in self.stuck:
            return False
        self.closed.append(connection_id)
        return True


class House(Wiring):
    """The service. `dynamo`, `hands`, `outbox`, `air`, `executions_of` and `keys` are what a test turns and looks into."""

    def __init__(self) -> None:
        super().__init__(replace(from_environment(), local=True, stage="test", origin="https://twip.example"))
        self.dynamo = MemoryDynamo(twip_tables(), lambda: self.hands.at_ms)
        self.hands = Hands()
        self.outbox = Outbox()
        self.air = Air()
        self.executions_of = {machine: MemoryExecutions() for machine in Machine}
        self.keys = {"current": "k1", "k1": "the first signing key of the test house"}
        self.key_reads = 0

    def executions(self, machine: Machine) -> Executions:
        """Kept."""
        return self.executions_of[machine]

    @cached_property
    def repairs(self) -> MemoryRepairs:
        """Kept."""
        return MemoryRepairs()

    @cached_property
    def scan_queue(self) -> MemoryScanQueue:
        """Kept. Only a house with a scanner asks for anything."""
        return MemoryScanQueue()

    @cached_property
    def scanner(self) -> MarkedScanner:
        """Finds what is marked."""
        return MarkedScanner()

    def client(self, service: str, **options: Any) -> Any:
        """Nothing of the cloud is there."""
        raise AssertionError(f"a test asked for the real {service}")

    wire = client

    @cached_property
    def clock(self) -> Any:
        """The test's own."""
        return self.hands

    @cached_property
    def ids(self) -> Any:
        """In a row."""
        return CountedIds()

    @cached_property
    def store(self) -> DynamoStore:
        """The real store over memory."""
        tables = {name: name for name in ("market", "journal", "live")}
        return DynamoStore(self.dynamo.as_client(), tables, self.settings.durations, lambda attempt: None)

    @cached_property
    def window(self) -> DynamoWindow:
        """The real one over memory."""
        return DynamoWindow(self.dynamo.as_client(), "market", lambda attempt: None)

    @cached_property
    def push(self) -> Air:
        """Kept."""
        return self.air

    @cached_property
    def wakes(self) -> _Wakes:
        """Kept."""
        return _Wakes(self.outbox)

    @cached_property
    def mails(self) -> _Mails:
        """Kept."""
        return _Mails(self.outbox)

    @cached_property
    def index(self) -> _Index:
        """Kept."""
        return _Index(self.outbox)

    @cached_property
    def file_storage(self) -> MemoryFileStorage:
        """Kept."""
        return MemoryFileStorage()

    @cached_property
    def index_bucket(self) -> MemoryBucket:
        """Kept."""
        return MemoryBucket(self.hands)

    @cached_property
    def scratch(self) -> Path:
        """Gone with the house."""
        self._scratch = TemporaryDirectory(prefix="twip-test-")
        return Path(self._scratch.name)

    @cached_property
    def secrets(self) -> Secrets:
        """The test's keys; reads are counted."""
        return Secrets(self._read_keys)

    @cached_property
    def edge_keys(self) -> Secrets:
        """The one key of the test's CDN."""
        return Secrets(lambda: json.dumps({"current": "k1", "k1": EDGE_KEY}))

    @cached_property
    def turn_keys(self) -> Secrets:
        """The one key of the test's TURN server."""
        return Secrets(lambda: json.dumps({"current": "k1", "k1": "what coturn knows"}))

    def _read_keys(self) -> str:
        self.key_reads += 1
        return json.dumps(self.keys)

    def remind(self) -> None:
        """The mail function works off what was asked for."""
        made = [self.registrations.reminder(*asked) for asked in self.outbox.reminders]
        self.outbox.reminders.clear()
        self.outbox.mails += [mail for mail in made if mail]

    @property
    def audit(self) -> Audit:
        """Of memory."""
        tables = {name: name for name in ("market", "journal")}
        books = DynamoBooks(self.dynamo.as_client(), tables)
        return Audit(self.store, books, self.settings.durations, lambda look: None)

    @property
    def auditor(self) -> Audit:
        """In this process."""
        return self.audit

    @cached_property
    def passwords(self) -> Argon2Passwords:
        """As in the cloud, at the lowest cost."""
        return Argon2Passwords(memory_kib=8, passes=1)
