"""The only constructors of adapters. Everything is made when first used: a cold start pays for what its request needs."""

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.config import Settings, from_environment

if TYPE_CHECKING:
    from pathlib import Path

    from chalicelib.gateways.cdn import Cdn
    from chalicelib.gateways.mail import SesMailer
    from chalicelib.gateways.seals import Seals
    from chalicelib.gateways.secrets import Secrets
    from chalicelib.gateways.wire import Trace, Wire
    from chalicelib.gateways.world import RandomIds, SystemClock
    from chalicelib.services.calls.calls import Calls
    from chalicelib.services.calls.history import History
    from chalicelib.services.calls.media_reports import Evidence
    from chalicelib.services.calls.metering import Metering
    from chalicelib.services.calls.sessions import Sessions
    from chalicelib.services.calls.ticking import Ticking
    from chalicelib.services.catalogue.indexing import Indexing
    from chalicelib.services.catalogue.moderation import Moderation
    from chalicelib.services.catalogue.publishing import Shelf
    from chalicelib.services.catalogue.search import Search
    from chalicelib.services.catalogue.twips import Twips
    from chalicelib.services.connections import Tabs
    from chalicelib.services.money.accounts import Accounts
    from chalicelib.services.money.audit import Audit, Auditor, Verification
    from chalicelib.services.money.topups import Payments, TopUps
    from chalicelib.services.orders.consultations import Orders
    from chalicelib.services.orders.reading import OrderBook
    from chalicelib.services.orders.retention import Retention
    from chalicelib.services.people.attempts import Attempts
    from chalicelib.services.people.availability import Availability
    from chalicelib.services.people.devices import Devices
    from chalicelib.services.people.identity import Identity
    from chalicelib.services.people.registration import Registrations
    from chalicelib.services.people.staff import Staff
    from chalicelib.services.ports import Ice, Index, Mails, Passwords, Push, Store, Tokens, Wakes
    from chalicelib.storage.search_files import IndexBucket


class Wiring:
    """One a process; use cases by name, each with its ports filled in."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def wire(self, service: str, *, url: str = "", patience_s: float = 8, attempts: int = 3) -> "Wire":
        """The way to a service of the hot path: signed requests, without the models and hooks of a client. Three times its patience fits
        into what the gateway waits for a function, so that an outage is answered by us."""
        from chalicelib.gateways.wire import Wire, credentials
        from chalicelib.gateways.world import pause

        region = self.settings.region
        found = url or self.settings.endpoint_url or f"https://{service}.{region}.amazonaws.com"
        # A lost race is run again at once, a service out of breath is given some: up to 0.12 s, then 0.3 s.
        return Wire(
            service,
            found,
            region,
            credentials(),
            lambda attempt: pause(attempt + 2),
            patience_s=patience_s,
            attempts=attempts,
            trace=self._trace,
        )

    @property
    def _trace(self) -> "Trace | None":
        """Traces where they are wanted; what writes them is heavy."""
        if not self.settings.trace:
            return None
        from chalicelib.gateways.tracing import traced

        return traced

    def client(self, service: str, *, patience_s: int = 8, attempts: int = 3, **options: Any) -> Any:
        """A low-level client, for what is rare enough to import botocore's. Parameters are not validated on our side."""
        from botocore.config import Config
        from botocore.session import get_session

        if self.settings.trace:
            from aws_xray_sdk.core import patch

            patch(["botocore"])
        config = Config(
            parameter_validation=False,
            max_pool_connections=16,
            connect_timeout=2,
            read_timeout=patience_s,
            retries={"mode": "standard", "total_max_attempts": attempts},
            disable_request_compression=True,
        )
        return get_session().create_client(service, config=config, **options)

    @cached_property
    def clock(self) -> "SystemClock":
        """The server's time."""
        from chalicelib.gateways.world import SystemClock

        return SystemClock()

    @cached_property
    def ids(self) -> "RandomIds":
        """New ids and secrets."""
        from chalicelib.gateways.world import RandomIds

        return RandomIds()

    @cached_property
    def store(self) -> "Store":
        """The three tables."""
        from chalicelib.gateways.wire import DynamoClient
        from chalicelib.gateways.world import pause
        from chalicelib.storage.store import DynamoStore

        client: Any = DynamoClient(self.wire("dynamodb"))
        return DynamoStore(client, self.settings.tables, self.settings.durations, pause)

    @cached_property
    def sqs(self) -> Any:
        """The client of all queues; made when the first message is sent."""
        from chalicelib.gateways.wire import JsonClient

        # The queues try again by themselves, and whoever sends waits: three short tries, not nine long ones.
        return JsonClient(self.wire("sqs", patience_s=3, attempts=1), "AmazonSQS")

    @cached_property
    def push(self) -> "Push":
        """Frames out."""
        from chalicelib.gateways.wire import ManagementClient
        from chalicelib.ws.push import ManagementPush

        # Whoever tells has a commit to make, and others to see to: a gateway that hangs costs them four seconds a frame, not 24.
        url = self.settings.ws_management_url
        return ManagementPush(lambda: ManagementClient(self.wire("execute-api", url=url, patience_s=2, attempts=2)))

    @cached_property
    def wakes(self) -> "Wakes":
        """The work queue."""
        from chalicelib.gateways.queues import WorkQueue
        from chalicelib.gateways.world import pause

        return WorkQueue(lambda: self.sqs, self.settings.work_queue_url, pause)

    @cached_property
    def ice(self) -> "Ice":
        """STUN and TURN servers."""
        from chalicelib.gateways.turn import TurnServers

        return TurnServers(self.settings.turn_urls, lambda now_ms: self.turn_keys.plain(now_ms)[0])

    @cached_property
    def tabs(self) -> "Tabs":
        """Open tabs and devices."""
        from chalicelib.services.connections import Tabs

        return Tabs(self.store, self.push, self.settings.durations)

    @cached_property
    def metering(self) -> "Metering":
        """The one way in which a session changes."""
        from chalicelib.services.calls.metering import Metering
        from chalicelib.services.calls.notifying import Telling

        telling = Telling(self.tabs, self.settings.durations)
        return Metering(self.store, self.wakes, telling, self.settings.durations)

    @cached_property
    def calls(self) -> "Calls":
        """Ringing and answers."""
        from chalicelib.services.calls.calls import Calls

        return Calls(self.store, self.clock, self.wakes, self.tabs, self.metering, self.ice, self.settings.durations)

    @cached_property
    def sessions(self) -> "Sessions":
        """Live sessions."""
        from chalicelib.services.calls.sessions import Sessions

        return Sessions(self.store, self.clock, self.tabs, self.metering, self.ice, self.settings.durations)

    @cached_property
    def evidence(self) -> "Evidence":
        """What pages report about media."""
        from chalicelib.services.calls.media_reports import Evidence

        return Evidence(self.store, self.clock)

    @cached_property
    def history(self) -> "History":
        """Sessions as they are and were."""
        from chalicelib.services.calls.history import History

        return History(self.store, self.clock, self.settings.durations)

    @cached_property
    def retention(self) -> "Retention":
        """What is kept for a term."""
        from chalicelib.services.orders.retention import Retention

        return Retention(self.store, self.settings.durations)

    @cached_property
    def ticking(self) -> "Ticking":
        """The scheduled tick."""
        from concurrent.futures import ThreadPoolExecutor

        from chalicelib.gateways.queues import THREADS
        from chalicelib.services.calls.ticking import Ticking

        together = ThreadPoolExecutor(THREADS).map
        return Ticking(self.store, self.wakes, lambda: self.metering, self.settings.durations, together)

    @cached_property
    def mails(self) -> "Mails":
        """The mail queue."""
        from chalicelib.gateways.queues import MailQueue
        from chalicelib.gateways.world import pause

        return MailQueue(lambda: self.sqs, self.settings.mail_queue_url, pause)

    @cached_property
    def index(self) -> "Index":
        """The queue of the search index."""
        from chalicelib.gateways.queues import IndexQueue
        from chalicelib.gateways.world import pause

        return IndexQueue(lambda: self.sqs, self.settings.index_queue_url, pause)

    @cached_property
    def mailer(self) -> "SesMailer":
        """Mails out."""
        from chalicelib.gateways.mail import SesMailer

        return SesMailer(self.client("sesv2"), self.settings.mail_from)

    @cached_property
    def secrets(self) -> "Secrets":
        """The service's signing keys."""
        return self._keys(self.settings.secret_arn)

    @cached_property
    def turn_keys(self) -> "Secrets":
        """What the TURN servers know too."""
        return self._keys(self.settings.turn_secret_arn)

    @cached_property
    def edge_keys(self) -> "Secrets":
        """What the CDN sends along."""
        return self._keys(self.settings.edge_secret_arn)

    def _keys(self, secret_arn: str) -> "Secrets":
        from chalicelib.gateways.secrets import Secrets, reader

        return Secrets(reader(lambda: self.secrets_manager, secret_arn))

    @cached_property
    def secrets_manager(self) -> Any:
        """The client of all secrets; made when the first is read."""
        from chalicelib.gateways.wire import JsonClient

        return JsonClient(self.wire("secretsmanager"), "secretsmanager", "1.1")

    @cached_property
    def cdn(self) -> "Cdn":
        """What stands between viewers and the API."""
        from chalicelib.gateways.cdn import Cdn

        return Cdn(lambda key, now_ms: self.edge_keys.holds(key, now_ms))

    @cached_property
    def tokens(self) -> "Tokens":
        """Access tokens of this stage."""
        from chalicelib.gateways.tokens import SignedTokens

        return SignedTokens(self.secrets, issuer=f"twip/{self.settings.stage}", audience="twip/api")

    @cached_property
    def seals(self) -> "Seals":
        """What is handed out and given back."""
        from chalicelib.gateways.seals import Seals

        return Seals(self.secrets)

    @cached_property
    def passwords(self) -> "Passwords":
        """Slow hashes."""
        from chalicelib.gateways.passwords import Argon2Passwords

        return Argon2Passwords()

    @cached_property
    def attempts(self) -> "Attempts":
        """Limited acts."""
        from chalicelib.services.people.attempts import Attempts

        return Attempts(self.store)

    @cached_property
    def devices(self) -> "Devices":
        """What a device remembers of who signed in on it."""
        from chalicelib.services.people.devices import Devices

        return Devices(self.clock, self.ids, self.tokens)

    @cached_property
    def registrations(self) -> "Registrations":
        """From an address to a person."""
        from chalicelib.services.people.attempts import MAILS
        from chalicelib.services.people.registration import Registrations

        return Registrations(
            self.store,
            self.clock,
            self.ids,
            self.passwords,
            self.mails,
            self.tabs,
            self.attempts,
            MAILS.for_one_machine() if self.settings.local else MAILS,
            self.settings.origin,
            self.settings.currency,
        )

    @cached_property
    def identity(self) -> "Identity":
        """Who is signed in."""
        from chalicelib.services.people.attempts import SIGN_IN
        from chalicelib.services.people.identity import Identity

        limits = SIGN_IN.for_one_machine() if self.settings.local else SIGN_IN
        return Identity(self.store, self.clock, self.ids, self.passwords, self.tokens, self.tabs, self.attempts, limits)

    @cached_property
    def staff(self) -> "Staff":
        """Roles, blocks, the audit log."""
        from chalicelib.services.people.staff import Staff

        return Staff(self.store, self.clock, self.ids, self.tabs)

    @cached_property
    def availability(self) -> "Availability":
        """Hours and status."""
        from chalicelib.services.people.availability import Availability

        return Availability(self.store, self.clock, self.tabs, self.settings.durations)

    @cached_property
    def shelf(self) -> "Shelf":
        """What is on sale."""
        from chalicelib.services.catalogue.publishing import Shelf

        return Shelf(self.store, self.index, self.tabs)

    @cached_property
    def twips(self) -> "Twips":
        """Twips, for authors and readers."""
        from chalicelib.services.catalogue.twips import Twips

        return Twips(self.store, self.clock, self.availability, self.shelf)

    @cached_property
    def moderation(self) -> "Moderation":
        """The queue and its decisions."""
        from chalicelib.services.catalogue.moderation import Moderation

        return Moderation(self.store, self.clock, self.ids, self.mails, self.shelf, self.settings.origin)

    @cached_property
    def index_bucket(self) -> "IndexBucket":
        """The search index's files."""
        from chalicelib.storage.search_files import IndexBucket

        return IndexBucket(self.client("s3"), self.settings.search_bucket)

    @cached_property
    def scratch(self) -> "Path":
        """Disk of this function's own, gone when it is."""
        from pathlib import Path
        from tempfile import gettempdir

        return Path(gettempdir()) / "twip"

    @cached_property
    def search(self) -> "Search":
        """Finding twips."""
        from chalicelib.services.catalogue.search import Search
        from chalicelib.storage.search_files import SqliteSearch

        return Search(SqliteSearch(self.store, self.index_bucket, self.clock, self.scratch), self.availability)

    @cached_property
    def indexing(self) -> "Indexing":
        """The search index's one writer."""
        from chalicelib.services.catalogue.indexing import Indexing
        from chalicelib.storage.search_files import SqliteWriter

        return Indexing(self.store, SqliteWriter(self.store, self.index_bucket, self.ids))

    @cached_property
    def orders(self) -> "Orders":
        """Placing, cancelling, closing."""
        from chalicelib.services.orders.consultations import Orders

        currency, commission_bps = self.settings.currency, self.settings.commission_bps
        return Orders(self.store, self.clock, self.tabs, self.metering, currency, commission_bps)

    @cached_property
    def orderbook(self) -> "OrderBook":
        """What the sides of an order see."""
        from chalicelib.services.orders.reading import OrderBook

        return OrderBook(self.store, self.clock, self.settings.durations)

    @cached_property
    def accounts(self) -> "Accounts":
        """Accounts and statements."""
        from chalicelib.services.money.accounts import Accounts

        return Accounts(self.store)

    @cached_property
    def topups(self) -> "TopUps":
        """Money in."""
        from chalicelib.services.money.topups import TopUps

        return TopUps(self.store, self.clock, self.tabs, self._payments, "sandbox", self.settings.currency)

    @property
    def audit(self) -> "Audit":
        """The operator's, and the audit function's: no other has the right to read whole tables."""
        from chalicelib.gateways.world import pause
        from chalicelib.services.money.audit import Audit
        from chalicelib.storage.books import DynamoBooks

        books = DynamoBooks(self.client("dynamodb"), self.settings.tables)
        return Audit(self.store, books, self.settings.durations, pause)

    @property
    def auditor(self) -> "Auditor":
        """The audit function, for as long as the gateway waits."""
        from chalicelib.gateways.auditing import AuditFunction

        return AuditFunction(self.client("lambda", patience_s=25, attempts=1), self.settings.audit_function)

    @cached_property
    def verification(self) -> "Verification":
        """An admin's audit."""
        from chalicelib.services.money.audit import Verification

        return Verification(self.store, self.clock, self.ids, self.auditor)

    @property
    def _payments(self) -> "dict[str, Payments]":
        """The sandbox's money is none, so a deployed stage has no sandbox."""
        from chalicelib.gateways.payments import LABEL, SandboxPayments

        if not self.settings.local:
            return {}
        return {"sandbox": SandboxPayments(self.settings.origin, lambda now_ms: self.secrets.checking(LABEL, now_ms))}


@cache
def wiring() -> Wiring:
    """The process's own."""
    return Wiring(from_environment())
